"""Flipped bits and files that were cut short: whatever changed is noticed, and a backup brings it back.

What changed may be an amount, a total, a name or a number of a patient.
"""

import random
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.ledger.backup import backup
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.restore import restore
from core.ledger.sqlite import DatabaseError, connect
from core.words import languages, words
from tests.ledger.desk import LI, WANG, Desk, chronic, stay


@pytest.fixture
def written(desk: Desk, path: Path) -> Path:
    """A closed ledger, and beside it `good.db`, its backup."""
    for number in range(6):
        desk.posted(stay(eligible=f"{number + 1}000.00"))
    desk.posted(chronic(), LI)
    desk.open_year(date(2026, 4, 1), {"admissions": 3})
    desk.reverse(1)
    desk.posted(stay())
    backup(desk.ledger, path.with_name("good.db"))
    desk.counter.close()
    return path


def told(path: Path) -> Any:
    """All that a ledger says of its patients."""
    with closing(Ledger(path)) as ledger:
        patients = [ledger.patients.find(given.identifiers[0].id) for given in (WANG, LI)]
        return [
            (patient, patient and ledger.journal.totals(patient.key, 2026), ledger.journal.entries(key))
            for patient in patients
            for key in [patient.key if patient else ""]
        ]


def damaged(content: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.2:
        return content[: chance.randrange(len(content))]
    flipped = bytearray(content)
    flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def unnoticed(path: Path, times: int, verified: Callable[[Path], bool]) -> tuple[int, int]:
    """How many damages changed what the ledger says, and how many of those `verified` let pass."""
    content, truth, chance = path.read_bytes(), told(path), random.Random(7)
    changed = passed = 0
    for _ in range(times):
        path.write_bytes(damaged(content, chance))
        try:
            same = told(path) == truth
        except LedgerUnavailable as error:
            assert all(words(language)(error.said) for language in languages())  # noqa: PT017
            same = False
        if not same:
            changed += 1
            passed += verified(path)
    path.write_bytes(content)
    return changed, passed


def by_verify(path: Path) -> bool:
    try:
        with closing(Ledger(path)) as ledger:
            fault = ledger.verify().fault
    except LedgerUnavailable as error:
        fault = error.said
    assert fault is None or "备份" in words()(fault) or "路径" in words()(fault)  # what to do about it
    return fault is None


def by_sqlite_alone(path: Path) -> bool:
    try:
        with closing(connect(path)) as raw:
            return bool(raw.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except (DatabaseError, UnicodeDecodeError):
        return False


@pytest.mark.parametrize("times", [500, pytest.param(20_000, marks=pytest.mark.long)])
def test_no_damage_that_changes_what_the_ledger_says_goes_unnoticed(written, times):
    changed, passed = unnoticed(written, times, by_verify)
    assert changed > times // 4
    assert passed == 0


def test_sqlites_own_check_lets_changed_totals_pass(written):
    """The planted fault: with the check of the pages alone the battery reports what was missed."""
    _, passed = unnoticed(written, 300, by_sqlite_alone)
    assert passed > 20


def test_after_any_damage_the_backup_brings_everything_back(written):
    content, truth, chance = written.read_bytes(), told(written), random.Random(8)
    for bad in (b"", content[:100], content[:4096], *(damaged(content, chance) for _ in range(12))):
        written.write_bytes(bad)
        made = restore(written, written.with_name("good.db"))
        assert made.entries == 10, made
        assert told(written) == truth


def test_an_emptied_file_is_no_new_ledger(written):
    written.write_bytes(b"")
    with pytest.raises(LedgerUnavailable) as caught:
        Ledger(written)
    assert caught.value.said.id == "ledger.emptied"
    assert written.read_bytes() == b""


def test_a_log_without_its_ledger_is_neither_played_back_nor_lost(written):
    left = written.with_name(written.name + "-wal")
    with closing(Ledger(written)) as ledger:
        ledger.drafts.save("desk", {"eligible": "1"})
        log = left.read_bytes()
    truth = told(written)
    written.unlink()
    left.write_bytes(log)
    with pytest.raises(LedgerUnavailable) as caught:
        Ledger(written)
    assert caught.value.said.id == "ledger.only_its_log"
    assert restore(written, written.with_name("good.db")).entries == 10
    with closing(Ledger(written)) as ledger:
        assert ledger.drafts.read("desk") is None
    assert told(written) == truth
    assert [file.read_bytes() for file in written.parent.glob("ledger-*-wal")] == [log]
