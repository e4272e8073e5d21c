"""What the window asks of the core beside signing in: looking into a copy, moving, a PIN of one's own."""

import os
import shutil
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from core.counter import Counter, open_guarded
from core.ledger.access import inspect_backup, needs_set_up, restore_by_code, restore_guarded, set_up
from core.ledger.backup import backup
from core.ledger.backup_schedule import BackedUp, back_up, mark
from core.ledger.keys import Keys
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Role
from core.ledger.restore import Held, Restored
from core.messages import Fault, message
from tests.ledger.desk import Desk, stay
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, Store, ids, made, opened

NEW_PIN = "another-passphrase"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))


@pytest.fixture
def counter(path: Path):
    made(path, None)
    found = opened(path, None)
    yield found
    found.close()


def test_a_desk_needs_its_set_up_until_there_is_an_encrypted_ledger(path: Path) -> None:
    assert needs_set_up(path)
    Ledger(path).close()
    assert needs_set_up(path), "a plain one of an earlier version"
    made(path, None)
    assert not needs_set_up(path)
    path.unlink()
    assert not needs_set_up(path), "its keys are still there: it was moved"


def test_a_copy_is_looked_into_without_being_changed(counter: Counter, path: Path, tmp_path: Path) -> None:
    desk = Desk(counter)
    desk.posted(stay(), operator=CHIEF)
    copy = tmp_path / "copy.db"
    backup(counter.ledger, copy)
    before = copy.read_bytes()
    desk.posted(stay(), operator=CHIEF)
    found = inspect_backup(path, copy, CHIEF, PIN)
    assert isinstance(found, Held)
    assert (found.entries, found.now, found.lost) == (1, 2, 1)
    assert copy.read_bytes() == before
    assert ids(inspect_backup(path, copy, CHIEF, "wrong-passphrase")) == ["wrong_pin"]
    assert ids(inspect_backup(path, tmp_path / "none.db", CHIEF, PIN)) == ["backup_missing"]
    restored = restore_guarded(path, copy, CHIEF, PIN)
    assert isinstance(restored, Restored)
    assert restored.kept
    desk.posted(stay(eligible="300.00"), operator=CHIEF)
    back = inspect_backup(path, restored.kept, CHIEF, PIN)
    assert isinstance(back, Held)
    assert (back.entries, back.now, back.lost) == (2, 2, 1), "the second entries are two different ones"


def test_a_damaged_copy_is_named_before_anything_is_asked(
    counter: Counter, path: Path, tmp_path: Path
) -> None:
    Desk(counter).posted(stay(), operator=CHIEF)
    copy = tmp_path / "copy.db"
    backup(counter.ledger, copy)
    content = bytearray(copy.read_bytes())
    content[6000] ^= 1
    copy.write_bytes(content)
    found = inspect_backup(path, copy, CHIEF, PIN)
    assert isinstance(found, list)
    assert found[0].message.id.startswith("ledger.backup_")


def test_a_ledger_that_cannot_be_read_is_no_obstacle_to_looking(
    counter: Counter, path: Path, tmp_path: Path
) -> None:
    Desk(counter).posted(stay(), operator=CHIEF)
    copy = tmp_path / "copy.db"
    backup(counter.ledger, copy)
    counter.close()
    path.write_bytes(b"\x00" * 8192)
    found = inspect_backup(path, copy, CHIEF, PIN)
    assert isinstance(found, Held)
    assert (found.entries, found.now, found.lost) == (1, None, None)


@pytest.mark.parametrize("in_store", [False, True])
def test_a_backup_of_another_machine_opens_by_its_code(tmp_path: Path, in_store: bool) -> None:
    here = Store() if in_store else None
    there = Store() if in_store else None
    old = tmp_path / "old" / "ledger.db"
    old.parent.mkdir()
    code = made(old, here).recovery_code
    with closing(opened(old, here)) as counter:
        Desk(counter).posted(stay(), operator=CHIEF)
        copy = tmp_path / "copy.db"
        backup(counter.ledger, copy)
    new = tmp_path / "new" / "ledger.db"
    new.parent.mkdir()
    stick = {file.name: file.read_bytes() for file in tmp_path.glob("copy.db*")}
    assert ids(restore_by_code(new, copy, "AAAA-AAAA", CHIEF, NEW_PIN, there)) == ["wrong_code"]
    assert ids(restore_by_code(new, copy, code, "谁", NEW_PIN, there)) == ["not_administrator"]
    assert list(new.parent.iterdir()) == [], "nothing is left of what failed"
    found = restore_by_code(new, copy, code, CHIEF, NEW_PIN, there)
    assert found == Restored(1, None)
    assert stick == {file.name: file.read_bytes() for file in tmp_path.glob("copy.db*")}
    with closing(opened(new, there, pin=NEW_PIN)) as counter:
        assert counter.ledger.verify().fault is None
    assert Keys(new).sealed() == (not in_store)
    assert ids(restore_by_code(new, copy, code, CHIEF, NEW_PIN, there)) == ["is_there"]
    keys_file(copy).unlink()
    shutil.rmtree(new.parent)
    new.parent.mkdir()
    assert ids(restore_by_code(new, copy, code, CHIEF, NEW_PIN, there)) == ["no_keys"]


def test_keys_that_were_there_before_a_failed_move_are_there_after(tmp_path: Path, counter: Counter) -> None:
    copy = tmp_path / "copy.db"
    backup(counter.ledger, copy)
    new = tmp_path / "new" / "ledger.db"
    new.parent.mkdir()
    keys_file(new).write_text("what opens something else")
    assert ids(restore_by_code(new, copy, "AAAA", CHIEF, NEW_PIN, None)) == ["wrong_code"]
    assert [file.read_text() for file in new.parent.iterdir()] == ["what opens something else"]


def test_one_s_own_pin_is_changed_by_the_old_one(counter: Counter, path: Path) -> None:
    assert ids(counter.change_own_pin("wrong-passphrase", NEW_PIN)) == ["wrong_pin"]
    assert isinstance(counter.change_own_pin(PIN, NEW_PIN), Operator)
    counter.sign_out()
    assert ids(counter.change_own_pin(NEW_PIN, PIN)) == ["sign_in_first"]
    assert isinstance(opened(path, None, pin=NEW_PIN), Counter)


def test_a_new_recovery_code_is_an_administrator_s_and_in_the_trail(counter: Counter, path: Path) -> None:
    assert isinstance(counter.add_operator("赵", Role.CLERK, PIN), Operator)
    code = counter.new_recovery_code()
    assert isinstance(code, str)
    assert isinstance(Keys(path).recover(code), bytes)
    assert counter.ledger.trail.acts()[-1].detail == {"recovery_code": True}
    counter.sign_in("赵", PIN)
    assert ids(counter.new_recovery_code()) == ["right_needed"]


def test_a_region_is_changed_by_a_supervisor_and_noted_only_when_it_was(counter: Counter) -> None:
    done: list[str] = []

    def change() -> list[Fault]:
        done.append("changed")
        return []

    assert counter.change_region("jilin/x@2026-01-01", CHIEF, change) == []
    assert [(act.act.value, act.about) for act in counter.ledger.trail.acts()][-1] == (
        "region_changed",
        "jilin/x@2026-01-01",
    )
    before = len(counter.ledger.trail.acts())
    fault = Fault("region", message("fault.required"))
    assert counter.change_region("a", CHIEF, lambda: [fault]) == [fault]
    counter.add_operator("赵", Role.CLERK, PIN)
    counter.sign_in("赵", PIN)
    assert ids(counter.change_region("a", "赵", change)) == ["right_needed"]
    assert done == ["changed"]
    assert [act.act.value for act in counter.ledger.trail.acts()][before:] == ["operator_added", "signed_in"]


def test_a_set_up_that_was_cut_off_is_told_from_a_wrong_pin(path: Path) -> None:
    key = Keys(path, None).make(CHIEF, PIN).key
    Ledger(path, key=key).close()
    assert ids(open_guarded(path, CHIEF, PIN)) == ["set_up_unfinished"]
    assert not isinstance(set_up(path, CHIEF, PIN, None), list)
    assert isinstance(opened(path, None), Counter)


def test_signing_in_asks_for_no_backup_and_an_entry_does(counter: Counter) -> None:
    before = mark(counter.ledger)
    counter.sign_in(CHIEF, PIN)
    assert mark(counter.ledger) == before
    Desk(counter).posted(stay(), operator=CHIEF)
    posted = mark(counter.ledger)
    assert posted != before
    counter.printed(1, CHIEF)
    assert mark(counter.ledger) != posted


def test_what_a_backup_that_was_cut_off_left_is_cleared_away(counter: Counter, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [".mingzhang-20261120T091200.db.abc.part", ".mingzhang-20261120T091200.db.abc.part-wal"]
    for name in [*names, ".theirs.part", ".mingzhang-20261121T091200.db.new.part"]:
        (folder / name).write_bytes(b"x")
    for name in [*names, ".theirs.part"]:
        os.utime(folder / name, (time.time() - 90_000,) * 2)
    made_ = back_up(counter.ledger, folder, datetime(2026, 11, 22, 9))  # noqa: DTZ001
    assert isinstance(made_, BackedUp)
    assert {file.name for file in folder.iterdir()} == {
        "mingzhang-20261122T090000.db",
        "mingzhang-20261122T090000.db.keys",
        "mingzhang-20261122T090000.db.manifest",
        ".theirs.part",
        ".mingzhang-20261121T091200.db.new.part",
    }
