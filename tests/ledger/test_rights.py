"""Who may do what stands under seal: a role, a PIN or a lock that was changed by hand is found."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from core.counter import Counter, personal_data, posting, reversing
from core.exchange.request import RequestReader
from core.ledger.backup import backup
from core.ledger.entries import Posted
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.operators import MOST_WRONG, Operator, Role
from core.ledger.restore import restore
from core.ledger.schema import VERSION
from core.ledger.sqlite import connect
from core.ledger.trail import PIN_SEAL, ActKind
from core.words import languages, words
from tests.ledger.desk import WANG, Desk, chronic
from tests.ledger.test_schema import CHIEF, FIXTURES, PIN, quick_pins, staffed

WRONG = "555123"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_pins(monkeypatch)


@pytest.fixture
def written(desk: Desk, path: Path) -> Path:
    """A closed ledger of five operators: `staffed` says which."""
    staffed(desk)
    desk.counter.close()
    return path


def changed(path: Path, *statements: str) -> None:
    with closing(connect(path, isolation_level=None)) as raw:
        for statement in statements:
            assert raw.execute(statement).rowcount, statement


def verified(path: Path):
    with closing(Ledger(path)) as ledger:
        return ledger.verify()


PLANTED = {
    "a role": ("UPDATE operators SET role = 'administrator' WHERE name = '赵'", "赵"),
    "a role taken away": ("UPDATE operators SET role = 'clerk' WHERE name = '孙'", "孙"),
    "a PIN": (
        "UPDATE operators SET pin = (SELECT pin FROM operators WHERE name = '赵') WHERE name = '孙'",
        "孙",
    ),
    "a lock": ("UPDATE operators SET wrong = 0 WHERE name = '李'", "李"),
    "tries": ("UPDATE operators SET wrong = 0 WHERE name = '钱'", "钱"),
    "a lock put on": (f"UPDATE operators SET wrong = {MOST_WRONG} WHERE name = '孙'", "孙"),
    "a place on the list": ("UPDATE operators SET active = 1 WHERE name = '周'", "周"),
    "a name": ("UPDATE operators SET name = '赵二' WHERE name = '赵'", "赵"),
    "one removed": ("DELETE FROM operators WHERE name = '钱'", "钱"),
    "all removed": ("DELETE FROM operators", "周"),
    "one added": (
        "INSERT INTO operators (name, role, pin) SELECT '吴', role, pin FROM operators WHERE name = '孙'",
        "吴",
    ),
}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("planted", PLANTED)
def test_an_operator_who_was_changed_by_hand_is_found(written: Path, planted: str) -> None:
    assert verified(written) == (1, None)
    statement, name = PLANTED[planted]
    changed(written, statement)
    fault = verified(written).fault
    assert (fault.id, fault.params) == ("ledger.fault.operator", {"name": name})
    assert all(words(language)(fault) for language in languages())


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("version", [3, 5, 6, VERSION])
@pytest.mark.parametrize("planted", PLANTED)
def test_the_operators_of_an_older_ledger_come_under_seal(tmp_path: Path, version: int, planted: str) -> None:
    path = Path(shutil.copyfile(FIXTURES / f"guarded-{version}.db", tmp_path / "ledger.db"))
    assert verified(path) == (1, None)
    changed(path, PLANTED[planted][0])
    assert verified(path).fault.id == "ledger.fault.operator"


@pytest.mark.parametrize("planted", ["a role", "a place on the list", "one added", "one removed"])
def test_what_the_trail_of_an_older_ledger_says_already_is_not_sealed_otherwise(
    tmp_path: Path, planted: str
) -> None:
    path = Path(shutil.copyfile(FIXTURES / "guarded-5.db", tmp_path / "ledger.db"))
    changed(path, PLANTED[planted][0])
    assert verified(path).fault.params == {"name": PLANTED[planted][1]}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("planted", PLANTED)
def test_winding_the_schema_back_makes_nothing_lawful(written: Path, planted: str) -> None:
    changed(written, PLANTED[planted][0])
    with closing(connect(written, isolation_level=None)) as raw:
        raw.execute(f"PRAGMA user_version = {VERSION - 1}")
    assert verified(written).fault.id == "ledger.fault.operator"


def test_an_older_ledger_goes_on_with_its_operators(tmp_path: Path, reader: RequestReader) -> None:
    path = Path(shutil.copyfile(FIXTURES / "guarded-5.db", tmp_path / "ledger.db"))
    with closing(Counter(reader, Ledger(path))) as counter:
        assert isinstance(counter.sign_in("钱", "846213"), Operator)
        (fault,) = counter.sign_in("李", "555123")
        assert fault.message.id == "ledger.locked_out", "the pause goes on from five tries"
        assert isinstance(counter.sign_in(CHIEF, PIN), Operator)
        assert isinstance(counter.change_operator("李", pin="846213"), Operator)
        assert isinstance(counter.sign_in("李", "846213"), Operator)
        assert counter.ledger.verify() == (1, None)


def test_a_raised_role_is_made_lawful_by_nothing_that_its_owner_does(written: Path, reader) -> None:
    changed(written, PLANTED["a role"][0])
    with closing(Counter(reader, Ledger(written))) as counter:
        counter.sign_in("赵", WRONG)
        assert isinstance(counter.sign_in("赵", PIN), Operator)
        assert isinstance(counter.change_own_pin(PIN, "846213"), Operator)
        assert counter.ledger.verify().fault.params == {"name": "赵"}


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("planted", ["a role", "one added"])
def test_a_raised_role_gives_no_right(written: Path, reader, planted: str) -> None:
    statement, name = PLANTED[planted]
    changed(written, statement)
    with closing(Counter(reader, Ledger(written))) as counter:
        assert isinstance(counter.sign_in(name, PIN), Operator)
        for found in (
            counter.change_operator(name, role=Role.ADMINISTRATOR),
            counter.change_operator(CHIEF, pin="846213"),
            counter.add_operator("郑", Role.ADMINISTRATOR, PIN),
            reversing.reverse(counter, 1, reason="录错", operator=name),
            personal_data.export(counter, "220102195001010011", name),
            counter.acts(),
        ):
            assert [fault.message.id for fault in found] == ["ledger.fault.operator"]
        posted = posting.post(counter, key="k", patient=WANG, operator=name, request=chronic())
        assert isinstance(posted, Posted)
        assert counter.ledger.verify().fault.params == {"name": name}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("planted", ["a role", "a PIN", "a lock", "a place on the list", "one added"])
def test_an_administrator_sets_anew_what_was_changed_by_hand(written: Path, reader, planted: str) -> None:
    statement, name = PLANTED[planted]
    changed(written, statement)
    with closing(Counter(reader, Ledger(written))) as counter:
        counter.operators.set_pin_after_recovery(CHIEF, PIN)
        assert isinstance(counter.sign_in(CHIEF, PIN), Operator)
        role = Role.ADMINISTRATOR if name == CHIEF else Role.CLERK
        assert isinstance(
            counter.change_operator(name, role=role, active=name == CHIEF, pin="846213"), Operator
        )
        assert counter.ledger.verify() == (1, None)


def test_every_lawful_change_agrees_with_the_trail(desk: Desk) -> None:
    counter = desk.counter
    staffed(desk)
    assert desk.sound()
    for work in (
        lambda: counter.sign_in("赵", WRONG),
        lambda: counter.sign_in("赵", PIN),
        lambda: counter.sign_in("谁", PIN),
        lambda: counter.sign_in("周", PIN),
        lambda: counter.change_own_pin(WRONG, "846213"),
        lambda: counter.sign_in(CHIEF, PIN),
        lambda: counter.change_own_pin(PIN, "846213"),
        lambda: counter.change_operator("周", active=True, role=Role.SUPERVISOR),
        lambda: counter.change_operator("李", pin="846213"),
        lambda: counter.change_operator("李", role=Role.ADMINISTRATOR),
        lambda: counter.add_operator("吴", Role.CLERK, PIN),
        lambda: counter.add_operator("吴", Role.CLERK, PIN),
        lambda: counter.operators.set_pin_after_recovery(CHIEF, PIN),
        lambda: counter.operators.set_pin_after_recovery("吴", PIN),
    ):
        work()
        assert desk.sound()


def test_signing_in_writes_one_act_as_before(desk: Desk) -> None:
    staffed(desk)
    desk.counter.sign_in("赵", PIN)  # whoever has rights gets a key at the first one
    before = len(desk.ledger.trail.acts())
    desk.counter.sign_in("赵", WRONG)
    desk.counter.sign_in("赵", PIN)
    assert [act.detail for act in desk.ledger.trail.acts()[before:]] == [{}, {}]


def test_no_pin_can_be_tried_on_what_the_trail_says(desk: Desk) -> None:
    staffed(desk)
    kept = [pin for (pin,) in desk.ledger.db.execute("SELECT pin FROM operators")]
    texts = [text for (text,) in desk.ledger.db.execute("SELECT record FROM acts")]
    assert all("$argon2id$" in pin for pin in kept)
    assert not [pin for pin in kept for text in texts if pin in text or pin.split("$")[4] in text]
    added = [act.detail for act in desk.ledger.trail.acts() if act.act is ActKind.OPERATOR_ADDED]
    assert all(len(detail[PIN_SEAL]) == 64 for detail in added)
    assert json.dumps(added)


def test_a_ledger_whose_operators_are_gone_asks_all_the_same(written: Path, reader) -> None:
    changed(written, PLANTED["all removed"][0])
    with closing(Counter(reader, Ledger(written))) as counter:
        made = posting.post(counter, key="k", patient=WANG, operator="赵", request=chronic())
        assert [fault.message.id for fault in made] == ["ledger.sign_in_first"]
        assert [fault.message.id for fault in counter.operators.set_up("赵", PIN)] == [
            "ledger.set_up_already"
        ]


def test_a_ledger_with_a_raised_role_is_not_backed_up_and_its_backup_not_restored(
    written: Path, tmp_path: Path
) -> None:
    changed(written, PLANTED["a role"][0])
    copy = tmp_path / "copy.db"
    with closing(Ledger(written)) as ledger, pytest.raises(LedgerUnavailable) as caught:
        backup(ledger, copy)
    assert caught.value.said.params["fault"].id == "ledger.fault.operator"
    shutil.copyfile(written, copy)
    faults = restore(tmp_path / "new.db", copy)
    assert [fault.message.params["fault"].id for fault in faults] == ["ledger.fault.operator"]
