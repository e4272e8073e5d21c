"""A disk that is full, read-only or gone, a ledger that is held: one sentence, status 3, nothing lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from core.counter import Counter, open_counter, reversing
from core.ledger.backup import backup
from core.ledger.entries import Posted, Reversed
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.restore import restore
from core.ledger.sqlite import connect
from tests.ledger.desk import Desk, stay
from tests.ledger.test_console_ledger import PATIENT, POSTING, Console

PLENTY = 100_000


@pytest.fixture
def console(path, capsys, monkeypatch) -> Console:
    return Console(path, capsys, monkeypatch)


def unavailable(outcome) -> str:
    status, (answer,) = outcome
    assert (status, answer["status"]) == (3, "unavailable")
    (error,) = answer["errors"]
    return error["message"]


def test_a_disk_that_fills_at_any_page_keeps_the_old_state_whole(desk: Desk):
    desk.posted(stay())
    (pages,) = desk.ledger.db.execute("PRAGMA page_count").fetchone()
    refused = 0
    for more in range(40):
        before = desk.ledger.verify()
        desk.ledger.db.execute(f"PRAGMA max_page_count = {pages + more}")
        try:
            assert isinstance(desk.post(stay(), key=f"page-{more}"), Posted)
            expected = before.entries + 1  # it fitted
        except LedgerUnavailable as error:
            assert error.said.id == "ledger.full"  # noqa: PT017
            refused += 1
            expected = before.entries
        assert desk.ledger.verify() == (expected, None)
        desk.ledger.db.execute(f"PRAGMA max_page_count = {PLENTY}")
        assert isinstance(desk.post(stay(), key=f"page-{more}"), Posted)  # once there is room: exactly once
        assert desk.ledger.verify() == (before.entries + 1, None)
        (pages,) = desk.ledger.db.execute("PRAGMA page_count").fetchone()
    assert 2 <= refused < 30


def test_a_disk_that_fills_at_any_page_keeps_a_reversal_whole_or_undone(desk: Desk):
    first = desk.posted(stay())
    for number in range(5):
        desk.posted(stay(), key=f"more-{number}")
    before, totals = desk.ledger.verify(), desk.totals()
    (pages,) = desk.ledger.db.execute("PRAGMA page_count").fetchone()
    refused = 0
    for more in range(60):
        desk.ledger.db.execute(f"PRAGMA max_page_count = {pages + more}")
        try:
            made = reversing.reverse(desk.counter, first, reason="录错了", operator="赵", resettle=True)
        except LedgerUnavailable as error:
            assert error.said.id == "ledger.full"  # noqa: PT017
            refused += 1
            assert (desk.ledger.verify(), desk.totals()) == (before, totals)
        else:
            assert isinstance(made, Reversed)
            assert desk.ledger.verify() == (before.entries + 1 + 2 * len(made.resettled), None)
            break
    assert 5 < refused < 59
    assert desk.totals().admissions == 5


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 640 kB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    place = tmp_path / "small"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=640k", "none", place], check=False)
    if done.returncode:
        pytest.skip("no disk may be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=False, capture_output=True)


def remounted(place: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", place], check=True)


def test_a_small_disk_that_fills_up_for_real_loses_nothing(console, small, path):
    console.path = small / "ledger.db"
    posted, said = 0, ""
    while not said:
        outcome = console("post", stdin={**POSTING, "key": f"key-{posted}"})
        if outcome[0]:
            said = unavailable(outcome)
        else:
            posted += 1
    assert "磁盘已满" in said
    assert posted > 2
    assert console("verify") == (0, [{"ok": True, "entries": posted}])
    assert "磁盘已满" in unavailable(console("backup", small / "copy.db"))
    assert not (small / "copy.db").exists()
    remounted(small, "size=4m")
    assert console("post", stdin={**POSTING, "key": f"key-{posted}"})[1][0]["entry"] == posted + 1
    assert console("verify") == (0, [{"ok": True, "entries": posted + 1}])


def test_a_disk_that_turns_read_only_is_named_and_kept(console, small):
    console.path = small / "ledger.db"
    console("post", stdin=POSTING)
    remounted(small, "ro")
    assert unavailable(console("post", stdin={**POSTING, "key": "k2"}))
    remounted(small, "rw")
    assert console("verify") == (0, [{"ok": True, "entries": 1}])


def test_a_drive_that_is_pulled_out_is_named_and_nothing_is_written_elsewhere(small, reader):
    desk = Desk(Counter(reader, Ledger(small / "ledger.db")))
    desk.posted(stay())
    subprocess.run(["umount", "-l", small], check=True)
    with pytest.raises(LedgerUnavailable) as caught:
        desk.post(stay())
    assert caught.value.said.id == "ledger.vanished"
    desk.counter.close()
    assert not list(small.iterdir())


def test_a_ledger_that_is_held_is_locked_on_the_console(console, path, monkeypatch):
    console("post", stdin=POSTING)
    monkeypatch.setattr("core.console.ledger.streams.open_counter", partial(open_counter, timeout=0.05))
    with closing(connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert "占用" in unavailable(console("post", stdin={**POSTING, "key": "k2"}))
        holder.execute("ROLLBACK")
    assert console("verify") == (0, [{"ok": True, "entries": 1}])


def test_a_file_and_a_folder_without_rights_are_named(console, path, tmp_path):
    closed = tmp_path / "closed"
    closed.touch(mode=0o000)
    if os.name == "nt" or os.access(closed, os.R_OK):
        pytest.skip("no mode keeps this user out")
    console("post", stdin=POSTING)
    console("backup", path.with_name("copy.db"))
    commands = {
        "post": lambda: console("post", stdin={**POSTING, "key": "k2"}),
        "reverse": lambda: console("reverse", "1", "--reason", "录错", "--operator", "赵"),
        "backup": lambda: console("backup", path.with_name("other.db")),
        "restore": lambda: console("restore", path.with_name("copy.db")),
    }
    refused = {path: ("post", "reverse"), path.parent: ("post", "reverse", "backup", "restore")}
    for place, mode in ((path, 0o400), (path.parent, 0o500)):
        place.chmod(mode)
        try:
            for name in refused[place]:
                assert unavailable(commands[name]())
        finally:
            place.chmod(0o700)
    assert console("verify") == (0, [{"ok": True, "entries": 1}])


def test_a_wrong_kind_of_file_is_left_as_it_is(console, path):
    for content in (b"", b"x", b"a letter\n" * 500, os.urandom(20_000)):
        path.write_bytes(content)
        assert unavailable(console("post", stdin=POSTING))
        assert path.read_bytes() == content


def test_a_backup_to_a_full_disk_leaves_the_backup_before_it(desk: Desk, small):
    desk.posted(stay())
    assert backup(desk.ledger, small / "copy.db") == 1
    for number in range(70):
        desk.posted(stay(), key=f"more-{number}")
    before = (small / "copy.db").read_bytes()
    with pytest.raises(LedgerUnavailable) as caught:
        backup(desk.ledger, small / "copy.db")
    assert caught.value.said.id == "ledger.full"
    assert (small / "copy.db").read_bytes() == before
    assert sorted(file.name for file in small.iterdir()) == ["copy.db", "copy.db.manifest"]
    assert PATIENT["id"].encode() in before


def test_a_restore_on_a_full_disk_leaves_what_was_there(console, small):
    console.path, copy = small / "ledger.db", small / "copy.db"
    console("post", stdin=POSTING)
    assert console("backup", copy)[0] == 0
    console("post", stdin={**POSTING, "key": "k2"})
    (small / "rest").write_bytes(bytes(645_000 - sum(f.stat().st_size for f in small.iterdir()) - 20_000))
    for command in (("restore", copy), ("verify",), ("backup", small / "other.db")):
        assert "磁盘已满" in unavailable(console(*command))
    assert sorted(file.name for file in small.iterdir() if "-" not in file.name) == [
        "copy.db",
        "copy.db.manifest",
        "ledger.db",
        "ledger.db.head",
        "rest",
    ]
    remounted(small, "size=4m")
    assert console("verify") == (0, [{"ok": True, "entries": 2}])
    assert console("restore", copy)[1][0]["entries"] == 1


def test_on_a_read_only_disk_each_command_says_so_once(console, small):
    console.path, copy = small / "ledger.db", small / "copy.db"
    console("post", stdin=POSTING)
    console("backup", copy)
    remounted(small, "ro")
    said = {
        unavailable(console(*command))
        for command in (
            ("reverse", "1", "--reason", "录错", "--operator", "赵"),
            ("backup", small / "other.db"),
            ("restore", copy),
        )
    }
    remounted(small, "rw")
    assert said
    assert console("verify") == (0, [{"ok": True, "entries": 1}])
    assert not (small / "other.db").exists()


def test_after_a_drive_was_pulled_out_nothing_is_reversed_or_backed_up(small, reader, tmp_path):
    desk = Desk(Counter(reader, Ledger(small / "ledger.db")))
    desk.posted(stay())
    subprocess.run(["umount", "-l", small], check=True)
    for work in (lambda: desk.reverse(1), lambda: backup(desk.ledger, tmp_path / "copy.db")):
        with pytest.raises(LedgerUnavailable) as caught:
            work()
        assert caught.value.said.id == "ledger.vanished"
    desk.counter.close()
    assert not (tmp_path / "copy.db").exists()


def test_a_restore_and_a_reversal_wait_for_a_ledger_that_is_held_and_then_say_so(console, path, monkeypatch):
    console("post", stdin=POSTING)
    console("backup", path.with_name("copy.db"))
    monkeypatch.setattr("core.console.ledger.streams.open_counter", partial(open_counter, timeout=0.05))
    monkeypatch.setattr("core.console.ledger.copies.restore", partial(restore, timeout=0.05))
    with closing(connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        for command in (
            ("reverse", "1", "--reason", "录错", "--operator", "赵"),
            ("restore", path.with_name("copy.db")),
        ):
            assert "占用" in unavailable(console(*command))
        holder.execute("ROLLBACK")
    assert console("verify") == (0, [{"ok": True, "entries": 1}])
    assert sorted(file.name for file in path.parent.glob("*.db")) == ["copy.db", "ledger.db"]
