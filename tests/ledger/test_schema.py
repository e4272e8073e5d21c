"""Every schema that was ever released is kept as a small ledger, and opens in the program of today.

A new one is made by `python -m tests.ledger.test_schema` before the version after it is begun, once
with operators and once without.
"""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.counter import Counter, posting
from core.enrolment import Account
from core.exchange.request import RequestReader
from core.ledger import renewal, trail
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.operators import MOST_WRONG, Operator, Role
from core.ledger.record import GENESIS, canonical, digest
from core.ledger.schema import MIGRATIONS, VERSION, expected_objects, migrate, objects
from core.ledger.sqlite import connect
from core.ledger.summaries import milliseconds
from core.ledger.trail import ActKind
from core.policy.shelf import load_documents, load_regions
from core.settlement import Step
from core.words import languages, words
from tests.ledger.desk import LI, WANG, Desk, chronic, stay

FIXTURES = Path(__file__).parent / "fixtures"
CHIEF, PIN = "孙", "390517"
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_ledger_of_every_schema_opens_verifies_and_goes_on(tmp_path, reader: RequestReader, version):
    path = tmp_path / "ledger.db"
    shutil.copyfile(FIXTURES / f"schema-{version}.db", path)
    desk = Desk(Counter(reader, Ledger(path)))
    assert desk.ledger.verify() == (5, None)
    assert desk.totals().admissions == 4
    assert set(desk.totals(LI).chronic) == {1}
    assert desk.ledger.journal.last_visit(desk.counter.find(WANG.identifiers[0].id).key).settlement.steps
    wang = desk.counter.find(WANG.identifiers[0].id)
    assert len(desk.ledger.accounts.history(wang.key)) == (version > 1)
    desk.posted(stay(), key="new")
    assert desk.ledger.verify() == (6, None)
    desk.counter.close()


def test_an_older_ledger_is_brought_to_the_schema_of_a_new_one():
    for version in range(len(MIGRATIONS)):
        old = connect(":memory:", isolation_level=None)
        for steps in MIGRATIONS[:version]:
            for step in steps:
                old.execute(step) if isinstance(step, str) else step(old)
        old.execute(f"PRAGMA user_version = {version}")
        migrate(old)
        assert objects(old) == expected_objects()
        old.close()


def old_ledger(tmp_path: Path, entries: int) -> Path:
    """A ledger of version 6 of some entries: those of the fixture, again and again."""
    path = Path(shutil.copyfile(FIXTURES / "schema-6.db", tmp_path / "old.db"))
    with closing(connect(path, isolation_level=None)) as raw:
        (made_by,) = raw.execute(
            "SELECT sql FROM sqlite_schema WHERE name = 'entries_only_follow'"
        ).fetchone()
        record, previous = raw.execute("SELECT record, hash FROM entries WHERE number = 5").fetchone()
        raw.execute("DROP TRIGGER entries_only_follow")
        totals = json.loads(record)["after"]
        for number in range(6, entries + 1):
            patient = f"patient-{number}"
            more = {**json.loads(record), "number": number, "patient": patient, "key": f"more-{number}"}
            more["previous"] = previous
            text = canonical(more)
            previous = digest(text)
            raw.execute("INSERT INTO patients (key, name, salt) VALUES (?, '', '')", [patient])
            raw.execute("INSERT INTO totals VALUES (?, 2026, ?)", [patient, canonical(totals)])
            columns = ("number", "kind", "patient", "year", "day", "recorded", "operator", "key", "previous")
            raw.execute(
                f"INSERT INTO entries ({', '.join(columns)}, record, hash)"
                f" VALUES ({', '.join('?' * len(columns))}, ?, ?)",
                [*(more[name] for name in columns), text, previous],
            )
            trail.note(raw, NOON, ActKind.PERSON_NOTED, patient, "", {"seal": None}, form=1)
        raw.execute(made_by)
    return path


def opened(path: Path, told: list[tuple[int, int]]) -> None:
    Ledger(path, progress=lambda done, entries: told.append((done, entries))).close()


def test_the_renewal_tells_how_far_it_is_and_goes_on_where_it_was_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(renewal, "PIECE", 10)
    path, told = old_ledger(tmp_path, 45), []

    def cut(done: int, entries: int) -> None:
        told.append((done, entries))
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ledger(path, progress=cut)
    with closing(connect(path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (6,)
        raw.execute("SELECT total FROM summaries")  # the program before still reads it
    opened(path, told)
    assert told == [(10, 45), (20, 45), (30, 45), (40, 45), (45, 45)]
    with closing(Ledger(path)) as ledger:
        assert ledger.verify() == (45, None)


def test_a_renewal_without_room_changes_nothing_and_says_how_much_is_needed(tmp_path, monkeypatch):
    path = old_ledger(tmp_path, 8)
    before = path.read_bytes()
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=9_000))
    with pytest.raises(LedgerUnavailable) as refused:
        Ledger(path)
    assert refused.value.said.id == "ledger.migration_room"
    assert all("1 MB" in words(language)(refused.value.said) for language in languages())
    with closing(connect(path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (6,)
        assert raw.execute("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%renewed'").fetchone() == (0,)
    monkeypatch.undo()
    opened(path, [])
    assert len(before) <= path.stat().st_size


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_an_entry_of_an_earlier_version_reprints_as_it_was(tmp_path, reader: RequestReader, version):
    path = Path(shutil.copyfile(FIXTURES / f"schema-{version}.db", tmp_path / "ledger.db"))
    with closing(connect(path)) as raw:
        before = dict(raw.execute("SELECT number, record FROM entries"))
    with closing(Counter(reader, Ledger(path))) as counter:
        again = dict(counter.ledger.db.execute("SELECT number, record FROM entries"))
        assert again == before
        for number, text in before.items():
            record = json.loads(text)
            if record["kind"] != "posted":
                continue
            worked, _ = counter.recorded(counter.ledger.journal.entry(number))
            told = record["settlement"]
            amounts, parts = worked.settlement.amounts._asdict(), worked.settlement.patient_parts._asdict()
            assert {name: amounts[name] for name in told["amounts"]} == told["amounts"]
            assert {name: parts[name] for name in told["patient_parts"]} == told["patient_parts"]
            assert [figures_of(step) for step in worked.settlement.steps] == [
                (each["printed"], each["amount"], each["source"]["document"], each["source"]["clause"])
                for each in told["steps"]
            ]
            notes = [words()(note.text) for note in worked.settlement.notes]
            assert notes == [note["printed"] for note in told["notes"]]
            rows = [[line.base, line.rate, line.paid] for line in worked.settlement.basic_bands]
            assert rows == [[row["base"], row["rate"], row["paid"]] for row in told["basic_bands"]]


def figures_of(step: Step) -> tuple[str, int | None, str, str]:
    """What is printed of a line."""
    return words()(step.label), step.amount, step.source.document, step.source.clause


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_an_unfinished_form_of_an_earlier_version_stands_as_it_was_left(tmp_path, version):
    path = Path(shutil.copyfile(FIXTURES / f"schema-{version}.db", tmp_path / "ledger.db"))
    form = {"id": WANG.identifiers[0].id, "name": "王", "eligible": "48000.00", "a_cell_of_before": "1"}
    columns = "desk, form" if version < 7 else "desk, number, form, recorded"
    kept = ["counter", json.dumps(form)] if version < 7 else ["counter", 0, json.dumps(form), ""]
    with closing(connect(path, isolation_level=None)) as raw:
        raw.execute(f"INSERT INTO drafts ({columns}) VALUES ({', '.join('?' * len(kept))})", kept)
    with closing(Ledger(path)) as ledger:
        assert ledger.drafts.read("counter") == form
        assert ledger.drafts.aside("counter") == []
        assert ledger.verify() == (5, None)


def test_stamps_never_go_back_though_the_clock_does(desk: Desk, monkeypatch):
    moments = [NOON, NOON - timedelta(days=3), NOON, NOON + timedelta(hours=1)]
    for moment in moments:
        monkeypatch.setattr(desk.ledger.connection, "now", lambda moment=moment: moment)
        desk.posted(stay(admitted=None, benefit="common_outpatient", hospital_level="level_1"))
    rows = desk.ledger.db.execute("SELECT stamp, moment FROM summaries ORDER BY number").fetchall()
    noon = milliseconds(NOON)
    assert [stamp - noon for stamp, _ in rows] == [0, 1, 2, 3_600_000]
    assert [moment for _, moment in rows] == [int(moment.timestamp()) for moment in moments]
    assert desk.sound()


def test_a_withheld_record_leaves_its_digest_and_the_chain_still_proves(desk: Desk, path):
    """Of what another ledger may not see the digest and the hash before are enough."""
    desk.posted(stay())
    desk.posted(chronic(), LI)
    rows = desk.ledger.db.execute("SELECT previous, hash, record FROM entries ORDER BY number")
    last = GENESIS
    for previous, hash_, record in rows.fetchall():
        assert (previous, hash_) == (last, digest(previous + digest(record)))
        assert "previous" not in json.loads(record)
        last = hash_


def test_copies_of_an_older_ledger_have_one_id_and_a_new_ledger_one_of_its_own(tmp_path):
    ids = set()
    for name in ("one", "two"):
        path = Path(shutil.copyfile(FIXTURES / "schema-6.db", tmp_path / f"{name}.db"))
        with closing(Ledger(path)) as ledger:
            ids.add(ledger.id)
    assert len(ids) == 1
    for name in ("three", "four"):
        with closing(Ledger(tmp_path / f"{name}.db")) as ledger:
            ids.add(ledger.id)
    assert len(ids) == 3


def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash of a PIN costs 50 ms by design; here it may cost less."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: cheap)


def staffed(desk: Desk) -> None:
    """One entry, and operators of every kind.

    赵 became a supervisor, 钱 has a new PIN and has mistyped it, 李 is locked out, 周 is off the list.
    """
    operators = desk.counter.operators
    chief = operators.set_up(CHIEF, PIN)
    assert isinstance(chief, Operator)
    for name, role in (("赵", Role.CLERK), ("钱", Role.SUPERVISOR), ("李", Role.CLERK), ("周", Role.CLERK)):
        assert isinstance(operators.add(chief, name, role, PIN), Operator)
    operators.change(chief, "赵", role=Role.SUPERVISOR)
    operators.change(chief, "钱", pin="846213")
    operators.change(chief, "周", active=False)
    for name, times in (("李", MOST_WRONG), ("钱", 2), ("谁", 1)):
        for _ in range(times):
            operators.sign_in(name, "555123")
    assert isinstance(desk.counter.sign_in(CHIEF, PIN), Operator)
    desk.posted(stay(), operator=CHIEF)


def make(path: Path, fill: Callable[[Desk], None]) -> None:
    """Writes a ledger of today's schema."""
    path.unlink(missing_ok=True)
    documents = load_documents()
    desk = Desk(Counter(RequestReader(documents, load_regions(documents)[0]), Ledger(path)))
    fill(desk)
    desk.ledger.db.execute("PRAGMA journal_mode = DELETE")
    desk.counter.close()


def used(desk: Desk) -> None:
    """Two patients, an opening, a reversal, an enrolment account."""
    desk.posted(stay())
    desk.open_year(date(2026, 4, 1), {"admissions": 3, "in_scope": "30000.00"})
    desk.posted(stay())
    desk.reverse(1)
    desk.posted(chronic(), LI)
    account = Account(2026, 6, 1, 0, (500_000,))
    posting.enter_enrolment(desk.counter, patient=WANG, operator="赵", day=date(2026, 2, 1), account=account)


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    make(FIXTURES / f"schema-{VERSION}.db", used)
    with pytest.MonkeyPatch.context() as patch:
        quick_pins(patch)
        make(FIXTURES / f"guarded-{VERSION}.db", staffed)
