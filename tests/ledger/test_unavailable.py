import os
import sys
import threading

import pytest

from core.counter import Counter, open_counter
from core.ledger.backup import backup
from core.ledger.entries import Posted
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.restore import restore
from core.ledger.schema import APPLICATION_ID, VERSION
from core.ledger.sqlite import connect
from core.places import home
from core.words import languages, words
from tests.ledger.desk import Desk, stay


def said_by(work):
    with pytest.raises(LedgerUnavailable) as caught:
        work()
    for language in languages():
        assert words(language)(caught.value.said)
    return caught.value.said.id


def test_a_new_ledger_is_durable_and_guarded(desk: Desk, path):
    def asked(pragma):
        return desk.ledger.db.execute(f"PRAGMA {pragma}").fetchone()[0]

    assert asked("journal_mode") == "wal"
    assert asked("synchronous") == 2
    assert asked("foreign_keys") == 1
    assert asked("trusted_schema") == 0
    assert asked("application_id") == APPLICATION_ID
    assert asked("user_version") == VERSION
    assert desk.ledger.db.isolation_level is None
    tables = desk.ledger.db.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
    assert {strict for name, strict in tables if not name.startswith("sqlite_")} == {1}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda path: path.mkdir(), "ledger.is_folder"),
        (lambda path: path.write_text("a letter\n" * 200), "ledger.not_a_ledger"),
        (lambda path: path.write_bytes(b"x"), "ledger.not_a_ledger"),
        (lambda path: raw(path, "CREATE TABLE theirs (x)"), "ledger.not_ours"),
        (lambda path: raw(path, "PRAGMA application_id = 1"), "ledger.not_ours"),
        (lambda path: newer(path), "ledger.newer"),
        (lambda path: truncated(path), "ledger.damaged"),
    ],
)
def test_what_is_no_ledger_of_ours_is_refused_and_left_as_it_is(path, made, said):
    made(path)
    before = None if path.is_dir() else path.read_bytes()
    assert said_by(lambda: Ledger(path)) == said
    assert path.is_dir() or path.read_bytes() == before


def raw(path, *statements):
    connection = connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def newer(path):
    Ledger(path).close()
    raw(path, f"PRAGMA user_version = {VERSION + 1}")


def truncated(path):
    Ledger(path).close()
    path.write_bytes(path.read_bytes()[:8192])


def test_a_folder_that_is_not_there_is_named(tmp_path):
    assert said_by(lambda: Ledger(tmp_path / "none" / "ledger.db")) == "ledger.folder_missing"
    assert said_by(lambda: Ledger(tmp_path / ("x" * 300))) == "ledger.name_long"


@pytest.mark.some_cases(2)
@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS name their mounts otherwise")
@pytest.mark.parametrize(
    "kind",
    ["cifs", "nfs4", "fuse.sshfs", "fuse.gvfsd-fuse", "9p", "vboxsf", "fuse.rclone", "afpfs", "lustre"],
)
def test_a_ledger_lies_on_no_network_folder_and_its_backup_may(tmp_path, monkeypatch, kind):
    share, link = tmp_path / "our share" / "deep", tmp_path / "link"
    share.mkdir(parents=True)
    link.symlink_to(share)
    mounts = tmp_path / "mounts"
    point = str(share.parent).replace(" ", "\\040")
    mounts.write_text(
        "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"50 21 0:44 / {point} rw,relatime shared:2 - {kind} //server/share rw\n"
    )
    monkeypatch.setattr("core.ledger.file_systems._MOUNTS", mounts)
    for folder in (share, share.parent, link):
        assert said_by(lambda folder=folder: Ledger(folder / "ledger.db")) == "ledger.on_network"
    ledger = Ledger(tmp_path / "ledger.db")
    assert backup(ledger, share / "copy.db") == 0
    ledger.close()
    assert restore(tmp_path / "ledger.db", share / "copy.db").entries == 0
    Ledger(tmp_path / "our share too.db").close()
    monkeypatch.setattr("core.ledger.file_systems._MOUNTS", tmp_path / "none")
    Ledger(share / "ledger.db").close()
    by_device, device = tmp_path / "by device", tmp_path.stat().st_dev  # wherever it is said to be mounted
    by_device.write_text(
        "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"50 21 {os.major(device)}:{os.minor(device)} / /elsewhere rw shared:2 - {kind} //server/share rw\n"
    )
    monkeypatch.setattr("core.ledger.file_systems._MOUNTS", by_device)
    assert said_by(lambda: Ledger(tmp_path / "ledger.db")) == "ledger.on_network"


def test_a_ledger_that_another_program_holds_is_locked_and_nothing_is_written(desk: Desk, path, reader):
    desk.posted(stay())
    holder = connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    hurried = Desk(Counter(reader, Ledger(path, timeout=0.05)))
    assert said_by(lambda: hurried.post(stay(), key="new")) == "ledger.locked"
    assert hurried.totals().admissions == 1  # reading goes on meanwhile
    holder.execute("ROLLBACK")
    holder.close()
    assert isinstance(hurried.post(stay(), key="new"), Posted)
    hurried.counter.close()


def test_a_post_waits_for_another_program_that_soon_is_done(desk: Desk, path):
    holder = connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, lambda: holder.execute("ROLLBACK"))
    release.start()
    desk.posted(stay())
    release.join()
    holder.close()


def test_a_full_disk_saves_nothing_and_the_same_key_posts_once_there_is_room(desk: Desk):
    desk.posted(stay())
    (pages,) = desk.ledger.db.execute("PRAGMA page_count").fetchone()
    desk.ledger.db.execute(f"PRAGMA max_page_count = {pages}")
    assert said_by(lambda: [desk.post(stay(), key=f"new-{n}") for n in range(9)]) == "ledger.full"
    count = desk.ledger.verify().entries
    desk.ledger.db.execute("PRAGMA max_page_count = 100000")
    assert desk.post(stay(), key="later").entry.number == count + 1
    assert desk.sound()


def test_a_read_only_ledger_is_read_and_not_written(desk: Desk):
    desk.posted(stay())
    desk.ledger.db.execute("PRAGMA query_only = ON")
    assert said_by(lambda: desk.post(stay())) == "ledger.read_only"
    assert desk.totals().admissions == 1


@pytest.mark.parametrize("exchanged", [False, True])
def test_a_ledger_that_was_taken_away_while_open_saves_nothing_more(desk: Desk, path, exchanged):
    desk.posted(stay())
    path.rename(path.with_name("elsewhere.db"))
    if exchanged:
        path.touch()
    assert said_by(lambda: desk.post(stay())) == "ledger.vanished"
    assert said_by(lambda: desk.totals()) == "ledger.vanished"


def test_a_backup_or_a_restore_that_cannot_be_written_changes_nothing(
    desk: Desk, path, tmp_path, monkeypatch
):
    desk.posted(stay())
    copy = tmp_path / "copy.db"
    backup(desk.ledger, copy)
    desk.posted(stay())
    before = copy.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert said_by(lambda: backup(desk.ledger, copy)) == "ledger.full"
    assert said_by(lambda: restore(path, copy)) == "ledger.full"
    assert copy.read_bytes() == before
    assert desk.ledger.verify() == (2, None)
    assert not list(tmp_path.glob(".*"))


def test_a_restore_waits_for_its_turn_like_any_writer(desk: Desk, path, tmp_path):
    copy = tmp_path / "copy.db"
    desk.posted(stay())
    backup(desk.ledger, copy)
    with desk.ledger.transaction():
        assert said_by(lambda: restore(path, copy, timeout=0.05)) == "ledger.locked"
    assert desk.sound()


def test_the_users_own_ledger_makes_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MINGZHANG_HOME", str(tmp_path / "new" / "home"))
    open_counter(home() / "ledger.db").close()
    assert (home() / "ledger.db").is_file()
    monkeypatch.setenv("MINGZHANG_HOME", str(home() / "ledger.db" / "below"))
    assert said_by(lambda: open_counter(home() / "ledger.db")) == "ledger.no_permission"
