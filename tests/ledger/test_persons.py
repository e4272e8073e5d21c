"""Who a patient is stands under seal: every silent change is found, and what is erased cannot be guessed."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from core.counter import personal_data, posting
from core.enrolment import Account
from core.ledger.backup import backup
from core.ledger.entries import Identifier, PatientGiven
from core.ledger.ledger import Ledger
from core.ledger.record import canonical, digest
from core.ledger.restore import restore
from core.ledger.schema import VERSION
from core.ledger.sqlite import connect
from core.ledger.trail import SEAL, ActKind
from core.words import languages, words
from tests.ledger.desk import LI, WANG, Desk, stay

FIXTURES = Path(__file__).parent / "fixtures"
ACCOUNT = Account(2026, 6, 1, 0, (500_000,))
BABY = PatientGiven((Identifier("990201", "U220000001"),))


@pytest.fixture
def written(desk: Desk, path):
    """A closed ledger of three persons: one with an account, one with a second number, one without a name."""
    desk.posted(stay())
    desk.posted(stay(), LI)
    desk.posted(stay(), PatientGiven((*LI.identifiers, Identifier("90", "A1234567")), LI.name))
    desk.posted(stay(), BABY)
    posting.enter_enrolment(desk.counter, patient=WANG, operator="赵", day=date(2026, 2, 1), account=ACCOUNT)
    assert desk.sound()
    desk.counter.close()
    return path


def changed(path, *statements):
    raw = connect(path, isolation_level=None)
    for statement in statements:
        assert raw.execute(statement).rowcount, statement
    raw.close()


def verified(path):
    ledger = Ledger(path)
    found = ledger.verify()
    ledger.close()
    return found


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients SET name = '王秀英英' WHERE name = '王秀英'",
        "UPDATE patients SET name = '王五' WHERE name = ''",
        "UPDATE patients SET name = iif(name = '王秀英', '李明', '王秀英') WHERE name <> ''",
        "UPDATE patients SET salt = '' WHERE name = '李明'",
        "UPDATE identifiers SET id = '220102195001010012' WHERE id = '220102195001010011'",
        "UPDATE identifiers SET id_type = '99' WHERE id = 'A1234567'",
        """UPDATE identifiers SET patient = (SELECT key FROM patients WHERE name = '王秀英')
            WHERE id = 'A1234567'""",
        "DELETE FROM identifiers WHERE id = 'A1234567'",
        "INSERT INTO identifiers SELECT 'X1', '90', key FROM patients WHERE name = ''",
        "INSERT INTO patients (key, name) VALUES ('more', '钱七')",
        "UPDATE enrolments SET account = replace(account, '500000', '0')",
        "DELETE FROM enrolments",
    ],
)
def test_a_person_who_was_changed_behind_the_program_is_found(written, statement):
    changed(written, statement)
    fault = verified(written).fault
    assert fault.id == "ledger.fault.person"
    assert all(words(language)(fault) for language in languages())


def test_a_person_who_was_quietly_removed_is_found(written):
    changed(
        written,
        "DELETE FROM identifiers WHERE id = 'U220000001'",
        "UPDATE patients SET salt = '' WHERE name = ''",
    )
    assert verified(written).fault.id == "ledger.fault.person"


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_the_persons_of_an_older_ledger_come_under_seal_as_they_stand(tmp_path, version):
    path = Path(shutil.copyfile(FIXTURES / f"schema-{version}.db", tmp_path / "ledger.db"))
    assert verified(path) == (5, None)
    changed(path, "UPDATE patients SET name = '李四' WHERE name = '李明'")
    assert verified(path).fault.id == "ledger.fault.person"


def test_a_backup_keeps_the_seals_and_brings_a_changed_name_back(written):
    copy = written.with_name("copy.db")
    ledger = Ledger(written)
    backup(ledger, copy)
    ledger.close()
    changed(written, "UPDATE patients SET name = '李四' WHERE name = '李明'")
    assert restore(written, copy).entries == 4
    assert verified(written) == (4, None)


def test_a_salt_that_was_taken_away_by_hand_is_no_erasure(written):
    copy = written.with_name("copy.db")
    ledger = Ledger(written)
    backup(ledger, copy)
    ledger.close()
    changed(written, "UPDATE patients SET salt = '', name = '' WHERE name = '李明'")
    assert restore(written, copy).entries == 4
    ledger = Ledger(written)
    assert ledger.verify() == (4, None)
    assert ledger.patients.find(LI.identifiers[0].id).name == "李明"
    ledger.close()


def test_after_an_erasure_the_number_cannot_be_found_by_trying_them_all(desk: Desk, path):
    desk.posted(stay())
    known = desk.counter.find(WANG.identifiers[0].id)
    (salt,) = desk.ledger.db.execute("SELECT salt FROM patients").fetchone()
    identifiers = [[each.id, each.id_type] for each in WANG.identifiers]
    seal = digest(canonical([salt, WANG.name, identifiers, []]))
    noted = [act.detail[SEAL] for act in desk.ledger.trail.acts() if act.act is ActKind.PERSON_NOTED]
    assert noted == [seal]  # whoever has the salt can try numbers
    assert personal_data.erase(desk.counter, WANG.identifiers[0].id, "赵") == 1
    last = [act for act in desk.ledger.trail.acts() if act.act is ActKind.PERSON_NOTED][-1]
    assert (last.about, last.detail) == (known.key, {SEAL: None})
    assert salt.encode() not in b"".join(file.read_bytes() for file in path.parent.glob("ledger.db*"))
    assert desk.sound()


def test_a_person_put_back_after_an_erasure_is_found(desk: Desk, path):
    desk.posted(stay())
    personal_data.erase(desk.counter, WANG.identifiers[0].id, "赵")
    desk.counter.close()
    changed(path, "UPDATE patients SET name = '王秀英'")
    assert verified(path).fault.id == "ledger.fault.person"


def test_whoever_comes_again_unchanged_is_not_noted_again(desk: Desk):
    for _ in range(3):
        desk.posted(stay())
    assert [act.act for act in desk.ledger.trail.acts()] == [ActKind.PERSON_NOTED]


def test_a_seal_says_nothing_of_the_person(desk: Desk):
    desk.posted(stay())
    (text,) = desk.ledger.db.execute("SELECT record FROM acts").fetchone()
    assert set(json.loads(text)["detail"]) == {SEAL}
    assert WANG.name not in text
    assert WANG.identifiers[0].id not in text
