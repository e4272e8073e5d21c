import json
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from core.console import main
from core.counter import Counter
from core.ledger import heads
from core.ledger.backup import backup
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.record import GENESIS, canonical, digest, linked
from core.ledger.restore import restore
from core.ledger.sqlite import OUR_MISTAKES, connect
from core.words import languages, words
from tests.ledger.desk import LI, WANG, Desk, chronic, stay, triggers_aside


@pytest.fixture
def written(desk: Desk, path):
    """A closed ledger of six entries."""
    desk.posted(stay())
    desk.posted(chronic(), LI)
    desk.posted(stay())
    desk.open_year(date(2026, 4, 1), {"admissions": 3})
    desk.reverse(1)
    desk.posted(stay(eligible="1000.00"))
    desk.counter.close()
    return path


def verified(path):
    ledger = Ledger(path, heads=False)  # what the chain itself proves, whatever stands outside the file
    found = ledger.verify()
    ledger.close()
    return found


def tampered(path, *statements, **values):
    """Changes a ledger as somebody would who knows how, the triggers back in their place afterwards."""
    raw = connect(path)
    with triggers_aside(raw, "entries"):
        for statement in statements:
            raw.execute(statement, values)
    raw.commit()
    raw.close()


def rechained(path, number, **changes):
    """Changes a record and computes every hash after it anew."""
    raw = connect(path)
    with triggers_aside(raw, "entries"):
        last = GENESIS
        for at, text in raw.execute("SELECT number, record FROM entries ORDER BY number").fetchall():
            record = json.loads(text)
            if at == number:
                record.update(changes)
            text = canonical(record)
            previous, last = last, linked(last, digest(text))
            raw.execute(
                "UPDATE entries SET record = ?, previous = ?, hash = ? WHERE number = ?",
                [text, previous, last, at],
            )
    raw.commit()
    raw.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET record = '{}' WHERE number = 1",
        "UPDATE entries SET operator = '' WHERE number = 1",
        "DELETE FROM entries",
        "DELETE FROM entries WHERE number = 6",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE number = 2",
        """INSERT OR REPLACE INTO entries
            (number, kind, patient, year, day, recorded, operator, key, record, previous, hash)
            SELECT 7, kind, patient, year, day, recorded, operator, key, record, previous, hash
            FROM entries WHERE number = 2""",
        """INSERT INTO entries (kind, patient, year, day, recorded, operator, record, previous, hash)
            SELECT kind, patient, year, day, recorded, operator, record, previous, hash
            FROM entries WHERE number = 2""",
    ],
)
def test_entries_cannot_be_changed_deleted_or_put_in_between(written, statement):
    raw = connect(written, isolation_level=None)
    with pytest.raises(OUR_MISTAKES, match="entries"):
        raw.execute(statement)
    raw.close()
    assert verified(written) == (6, None)


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (["UPDATE entries SET record = replace(record, '20000.00', '20000.01') WHERE number = 3"], "hash"),
        (["UPDATE entries SET operator = '钱' WHERE number = 2"], "columns"),
        (["UPDATE entries SET key = 'other' WHERE number = 2"], "columns"),
        (["UPDATE entries SET hash = 'x', record = 'x' WHERE number = 2"], "hash"),
        (["DELETE FROM entries WHERE number = 2"], "missing"),
        (["DELETE FROM entries WHERE number = 6"], "missing"),
        (["DELETE FROM entries"], "missing"),
        (["UPDATE totals SET totals = replace(totals, '\"admissions\":4', '\"admissions\":5')"], "totals"),
        (["DELETE FROM totals"], "totals"),
        (["UPDATE summaries SET psn_part_amt = 1 WHERE number = 2"], "summary"),
        (["UPDATE summaries SET reversed_by = NULL"], "summary"),
        (["DELETE FROM summaries WHERE number = 3"], "summary"),
        (
            [
                "CREATE TABLE more AS SELECT * FROM summaries LIMIT 1",
                "UPDATE more SET number = 99",
                "INSERT INTO summaries SELECT * FROM more",
                "DROP TABLE more",
            ],
            "summary",
        ),
        (["INSERT INTO totals SELECT patient, 2031, totals FROM totals LIMIT 1"], "totals"),
        (["DELETE FROM patients"], "reference"),
        (["DROP INDEX entries_by_patient"], "schema"),
        (["CREATE TRIGGER more AFTER INSERT ON entries BEGIN SELECT 1; END"], "schema"),
        (
            [
                "UPDATE entries SET number = 100 WHERE number = 2",
                "UPDATE entries SET number = 2 WHERE number = 3",
                "UPDATE entries SET number = 3 WHERE number = 100",
            ],
            "chain",
        ),
    ],
)
def test_what_was_changed_behind_the_triggers_is_found(written, statements, fault):
    tampered(written, *statements)
    found = verified(written).fault
    assert found.id == f"ledger.fault.{fault}"
    assert all(words(language)(found) for language in languages())


def test_triggers_that_are_gone_are_found(written):
    raw = connect(written)
    raw.execute("DROP TRIGGER entries_never_go")
    raw.close()
    assert verified(written).fault.id == "ledger.fault.schema"


@pytest.mark.parametrize(
    ("number", "changes", "fault"),
    [
        (3, {"before": None}, "sequence"),
        (6, {"after": {"admissions": 1}}, "record"),
        (5, {"reverses": 2}, "columns"),
        (1, {"settlement": {}}, "record"),
        (1, {"kind": "undone"}, "record"),
    ],
)
def test_a_whole_new_chain_over_a_changed_record_is_found(written, number, changes, fault):
    rechained(written, number, **changes)
    found = verified(written).fault
    assert found.id == f"ledger.fault.{fault}"
    assert found.params["number"] == number


def test_entries_that_name_another_ledger_stand_and_are_told(written, capsys):
    rechained(written, 6, ledger="0" * 32)
    heads.drop(written)
    assert main(["ledger", "--db", str(written), "--plain", "verify"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], [each.count("0000-0000") for each in answer["told"]]) == (True, [1])


def test_a_flipped_byte_anywhere_in_a_record_is_found(written):
    content = written.read_bytes()
    at = content.index(b'"eligible":"20000.00"')
    for place in range(at, at + 20, 3):
        flipped = bytearray(content)
        flipped[place] ^= 1
        written.write_bytes(flipped)
        assert verified(written).fault.id == "ledger.fault.hash"


def test_a_page_that_is_rubbish_or_missing_is_a_fault_and_no_traceback(written):
    content = written.read_bytes()
    page = 4096
    for number in range(1, len(content) // page):
        damaged = content[: number * page] + b"\xa5" * page + content[(number + 1) * page :]
        for bad in (damaged, content[: number * page]):
            written.write_bytes(bad)
            try:
                fault = verified(written).fault
            except LedgerUnavailable as error:
                fault = error.said
            assert fault is not None
            assert words()(fault)


def test_a_damaged_ledger_answers_every_question_or_says_that_it_is_damaged(written, reader):
    content = written.read_bytes()
    said = set()
    for start in range(4096, len(content), 4096):
        written.write_bytes(content[:start] + b"\0" * 4096 + content[start + 4096 :])
        try:
            _ask_everything(written, reader)
        except LedgerUnavailable as error:
            said.add(words()(error.said))
    assert len(said) == 1  # the one sentence that it is damaged


def _ask_everything(path, reader):
    ledger = Ledger(path, heads=False)
    try:
        desk = Desk(Counter(reader, ledger))
        desk.totals()
        desk.counter.search("2")
        for number in range(1, 7):
            desk.ledger.journal.entry(number)
        desk.post(stay(), key="new")
    finally:
        ledger.close()


def test_a_backup_is_the_ledger_and_brings_it_back(desk: Desk, path, tmp_path):
    desk.posted(stay())
    copy = tmp_path / "copy.db"
    assert backup(desk.ledger, copy) == 1
    assert sorted(file.name for file in tmp_path.glob("*copy*")) == ["copy.db", "copy.db.manifest"]
    desk.posted(stay())
    assert backup(desk.ledger, copy) == 2  # a backup may take the place of an older one
    desk.posted(stay())
    made = restore(path, copy)
    assert made.entries == 2
    assert verified(made.kept) == (3, None)
    assert desk.totals().admissions == 2  # whoever has it open goes on with what was restored
    desk.posted(stay(eligible="1.00"))
    assert desk.ledger.verify() == (3, None)
    assert desk.counter.find(WANG.identifiers[0].id).name == WANG.name


def test_the_trail_says_how_many_entries_a_restore_replaced(desk: Desk, path, tmp_path):
    def told(file):
        with closing(Ledger(file)) as ledger:
            return [act.detail for act in ledger.trail.acts() if act.act == "restored"]

    desk.posted(stay())
    copy = tmp_path / "copy.db"
    backup(desk.ledger, copy)
    for _ in range(3):
        desk.posted(stay())
    kept = restore(path, copy, operator="孙").kept
    assert told(path) == [{"entries": 1, "replaced": 4}]
    assert restore(path, kept, operator="孙").entries == 4
    assert told(path) == [{"entries": 4, "replaced": 1}]
    desk.counter.close()
    path.write_bytes(b"rubbish" * 1000)
    for file in (path, tmp_path / "new.db"):  # what says nothing any more, and nothing at all
        restore(file, copy)
        assert told(file) == [{"entries": 1}]
        assert verified(file) == (1, None)


@pytest.mark.skipif(sys.platform != "linux", reason="no file here breaks when it is read")
def test_a_backup_that_breaks_while_it_is_read_is_named(desk: Desk, path):
    with pytest.raises(LedgerUnavailable) as caught:
        restore(path, Path("/proc/self/mem"))
    assert caught.value.said.params["name"] == "/proc/self/mem"


def test_a_restored_ledger_is_made_where_there_is_none(desk: Desk, tmp_path):
    desk.posted(stay())
    backup(desk.ledger, tmp_path / "copy.db")
    assert restore(tmp_path / "new.db", tmp_path / "copy.db") == (1, None)
    assert verified(tmp_path / "new.db") == (1, None)


def test_a_damaged_ledger_is_restored_and_kept_as_it_was(written, tmp_path):
    good = tmp_path / "good.db"
    ledger = Ledger(written)
    backup(ledger, good)
    ledger.close()
    content = written.read_bytes()
    for bad in (content[:8192], b"rubbish" * 1000, content[:4096] + b"\xa5" * 8192 + content[12288:]):
        written.write_bytes(bad)
        made = restore(written, good)
        assert made.entries == 6
        assert made.kept.read_bytes() == bad
        assert verified(written) == (6, None)


@pytest.mark.parametrize(
    "what", ["missing", "text", "empty", "damaged", "foreign", "newer", "itself", "folder"]
)
def test_what_is_no_sound_backup_is_not_restored(desk: Desk, path, tmp_path, what):
    desk.posted(stay())
    source = tmp_path / "source.db"
    if what in {"damaged", "newer"}:
        backup(desk.ledger, source)
    if what == "text":
        source.write_text("a letter\n" * 200)
    elif what == "empty":
        source.touch()
    elif what == "folder":
        source.mkdir()
    elif what == "itself":
        source = path
    elif what == "damaged":
        source.write_bytes(source.read_bytes()[:-8192])
    elif what in {"foreign", "newer"}:
        raw = connect(source)
        raw.execute("CREATE TABLE theirs (x)" if what == "foreign" else "PRAGMA user_version = 99")
        raw.close()
    faults = restore(path, source)
    assert [fault.field for fault in faults] == ["file"]
    assert words()(faults[0].message)
    assert desk.ledger.verify() == (1, None)
    assert not [file for file in tmp_path.iterdir() if "part" in file.name or file.name.startswith("ledger-")]


def test_a_backup_destroys_nothing_that_is_not_one(desk: Desk, path, tmp_path):
    letter, theirs = tmp_path / "letter.txt", tmp_path / "theirs.db"
    letter.write_text("dear")
    raw = connect(theirs)
    raw.execute("CREATE TABLE theirs (x)")
    raw.close()
    other = Ledger(tmp_path / "other.db")
    for target in (letter, theirs, path, tmp_path, tmp_path / "none" / "copy.db", other.path):
        faults = backup(desk.ledger, target)
        assert [fault.field for fault in faults] == ["file"]
        assert words()(faults[0].message)
    other.close()
    assert letter.read_text() == "dear"


def test_a_ledger_that_does_not_verify_is_not_backed_up(written, tmp_path):
    tampered(written, "UPDATE entries SET record = replace(record, '20000.00', '20000.01') WHERE number = 3")
    ledger = Ledger(written)
    with pytest.raises(LedgerUnavailable) as caught:
        backup(ledger, tmp_path / "copy.db")
    ledger.close()
    assert caught.value.said.id == "ledger.backup_unsound"
    assert words()(caught.value.said)
    assert not (tmp_path / "copy.db").exists()
