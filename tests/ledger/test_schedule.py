"""Backups of every day: proved, thinned, and never at the cost of a good one."""

import errno
import os
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.ledger.backup_schedule import (
    DAYS,
    MONTHS,
    WEEKS,
    BackedUp,
    back_up,
    is_due,
    list_backups,
    worth_keeping,
)
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.ledger.restore import restore
from core.ledger.sqlite import connect
from core.words import languages, words
from tests.ledger.desk import Desk, stay
from tests.ledger.test_console_ledger import POSTING, Console

NOON = datetime(2026, 3, 10, 12, 0, 0)  # noqa: DTZ001  names show the desk's clock


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "backups"
    made.mkdir()
    return made


def test_every_backup_that_counts_opens_and_verifies(desk: Desk, folder):
    desk.posted(stay())
    assert is_due(folder, NOON)
    made = back_up(desk.ledger, folder, NOON)
    assert made == BackedUp(folder / "mingzhang-20260310T120000.db", 1, [], None, None)
    with closing(Ledger(made.file)) as copy:
        assert copy.verify() == (1, None)
    assert not is_due(folder, NOON + timedelta(hours=11))
    assert is_due(folder, NOON + timedelta(hours=12))


def test_two_years_of_days_are_thinned_to_days_weeks_and_months(desk: Desk, folder):
    for day in range(730):
        moment = NOON - timedelta(days=day + 1)
        (folder / f"mingzhang-{moment:%Y%m%dT%H%M%S}.db").write_bytes(b"x")
    for name in ("letter.txt", "mingzhang-20200101T000000.txt", "mingzhang-20200230T000000.db", "ledger.db"):
        (folder / name).write_bytes(b"theirs")
    old = folder / "mingzhang-20240401T120000.db"
    keys_file(old).write_bytes(b"x")
    made = back_up(desk.ledger, folder, NOON)
    left = [each.moment for each in list_backups(folder)]
    assert left[-DAYS:] == [NOON - timedelta(days=day) for day in reversed(range(DAYS))]
    assert len({moment.isocalendar()[:2] for moment in left}) >= WEEKS
    assert len({(moment.year, moment.month) for moment in left}) == MONTHS
    assert DAYS + MONTHS < len(left) <= DAYS + WEEKS + MONTHS
    assert len(made.removed) == 731 - len(left)
    assert not keys_file(old).exists()
    assert len([file for file in folder.iterdir() if file.read_bytes() == b"theirs"]) == 4


def test_what_a_restore_put_aside_goes_once_every_backup_is_younger(desk: Desk, folder):
    ledger = desk.ledger.path
    desk.posted(stay())
    back_up(desk.ledger, folder, NOON)
    replaced = restore(ledger, folder / "mingzhang-20260310T120000.db").kept
    old = {ledger.with_name(f"{ledger.stem}-20250105T080000Z{end}") for end in (".db", "-2.db", ".db-wal")}
    theirs = {
        ledger.with_name(name) for name in (f"{ledger.stem}-2025.db", f"{ledger.stem}-letter.db", "x.db")
    }
    for file in (*old, *theirs):
        file.write_bytes(b"x")
    for month in (4, 5, 6, 7, 8, 9, 10, 11, 12):
        (folder / f"mingzhang-2025{month:02}03T120000.db").write_bytes(b"x")
    assert not set(back_up(desk.ledger, folder, datetime(2038, 1, 19)).removed) & old  # noqa: DTZ001
    for moment in ("20250203T120000", "20250303T120000", "20260203T120000"):
        (folder / f"mingzhang-{moment}.db").write_bytes(b"x")
    assert set(back_up(desk.ledger, folder, NOON + timedelta(days=1)).removed) >= old
    assert not any(file.exists() for file in old)
    assert all(file.exists() for file in (*theirs, replaced, ledger))


def test_of_a_day_the_last_one_stays(folder):
    for hour in (8, 12, 17):
        (folder / f"mingzhang-20260310T{hour:02}0000.db").write_bytes(b"x")
    assert [each.moment.hour for each in worth_keeping(list_backups(folder))] == [17]


def test_an_old_one_that_cannot_go_takes_nothing_from_the_new_one(desk: Desk, folder, monkeypatch):
    old = [folder / f"mingzhang-20260310T{hour:02}0000.db" for hour in (8, 9)]
    for file in old:
        file.write_bytes(b"x")
    unlink = Path.unlink

    def kept(file, **more):
        if file == old[0]:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        unlink(file, **more)

    monkeypatch.setattr(Path, "unlink", kept)
    assert back_up(desk.ledger, folder, NOON).removed == [old[1]]
    monkeypatch.undo()
    assert back_up(desk.ledger, folder, NOON + timedelta(days=1)).removed == [old[0]], "tried again"


def test_a_ledger_that_does_not_verify_costs_no_good_backup(desk: Desk, folder):
    desk.posted(stay())
    for day in range(40):
        back_up(desk.ledger, folder, NOON - timedelta(days=40 - day))
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    desk.ledger.db.execute("DROP TRIGGER entries_never_go")
    with pytest.raises(LedgerUnavailable) as caught:
        back_up(desk.ledger, folder, NOON)
    assert caught.value.said.id == "ledger.backup_unsound"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_the_newest_is_never_removed_whatever_the_clock_shows(desk: Desk, folder):
    for day in range(40):
        (folder / f"mingzhang-{NOON + timedelta(days=day):%Y%m%dT%H%M%S}.db").write_bytes(b"x")
    made = back_up(desk.ledger, folder, datetime(1970, 1, 1, 8, 0, 0))  # noqa: DTZ001
    assert made.file.exists()


def test_a_second_place_has_it_too_or_is_named(desk: Desk, folder, tmp_path):
    desk.posted(stay())
    stick = tmp_path / "stick"
    made = back_up(desk.ledger, folder, NOON, stick)
    assert made.file.exists()
    assert made.second is None
    assert all(words(language)(made.second_fault) for language in languages())
    stick.mkdir()
    made = back_up(desk.ledger, folder, NOON + timedelta(days=1), stick)
    assert (made.second, made.second_fault) == (stick / made.file.name, None)
    with closing(connect(made.second)) as copy:
        assert copy.execute("SELECT count(*) FROM entries").fetchone() == (1,)


def test_backups_of_a_day_at_the_console(path, folder, tmp_path, capsys, monkeypatch):
    console = Console(path, capsys, monkeypatch)
    console("post", stdin=POSTING)
    status, (made,) = console("backup-into", folder, "--second", tmp_path / "none")
    assert (status, made["entries"], made["second"], len(made["notes"])) == (0, 1, None, 1)
    assert console("backup-into", folder, "--if-due") == (0, [{"ok": True, "due": False}])
    status, listed = console("backups", folder)
    assert (status, [each["file"] for each in listed]) == (0, [made["file"]])
    assert console("backups", tmp_path / "none")[0] == 3
    assert console("backup-into", tmp_path / "none")[0] == 2


def test_a_backup_of_a_day_to_come_takes_nobody_s_place(desk: Desk, folder):
    for day in range(1, 15):
        moment = NOON.replace(year=2099, day=day)
        (folder / f"mingzhang-{moment:%Y%m%dT%H%M%S}.db").write_bytes(b"x")
    days = [NOON + timedelta(days=day) for day in range(DAYS)]
    for moment in days:
        back_up(desk.ledger, folder, moment)
    assert set(days) <= {each.moment for each in list_backups(folder)}, (
        "the good days of a week are all there"
    )
