"""The encrypted ledger: what opens it, what does not, and that nothing of it is read without."""

import json
import os
import random
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter, open_counter, open_guarded
from core.ledger.access import SetUp, recover, restore_by_code, restore_guarded, set_up
from core.ledger.backup import backup
from core.ledger.entries import Posted
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys
from core.ledger.keys_file import SERVICE, keys_file
from core.ledger.ledger import Ledger
from core.ledger.operators import MOST_WRONG, Operator, Role
from core.ledger.restore import Restored, restore
from core.words import languages, words
from tests.ledger.desk import WANG, Desk, stay
from tests.ledger.test_console_ledger import POSTING, Console, fields

CHIEF, PIN = "孙", "long-passphrase"
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


class Store:
    """A key store of the system, as `keyring` has it."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self.kept[service, name] = password


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """What a try costs by design would only slow the tests."""
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))


@pytest.fixture(params=["portable", "store"])
def store(request) -> Store | None:
    return Store() if request.param == "store" else None


def made(path: Path, store: Store | None) -> SetUp:
    found = set_up(path, CHIEF, PIN, store)
    assert isinstance(found, SetUp), found
    return found


def opened(path: Path, store: Store | None, operator: str = CHIEF, pin: str = PIN) -> Counter:
    found = open_guarded(path, operator, pin, store=store)
    assert isinstance(found, Counter), found
    return found


def ids(faults: Any) -> list[str]:
    assert isinstance(faults, list), faults
    assert all(words(language)(fault.message) for fault in faults for language in languages())
    return [fault.message.id.removeprefix("ledger.") for fault in faults]


def said_by(work: Any) -> str:
    with pytest.raises(LedgerUnavailable) as caught:
        work()
    assert all(words(language)(caught.value.said) for language in languages())
    return caught.value.said.id.removeprefix("ledger.")


def test_a_ledger_that_was_set_up_opens_by_its_operator_alone(path, store):
    found = made(path, store)
    assert found.operator == Operator(CHIEF, Role.ADMINISTRATOR, locked=False, active=True)
    assert found.in_store == (store is not None)
    with closing(opened(path, store)) as counter:
        assert Desk(counter).posted(stay(), operator=CHIEF) == 1
    with closing(opened(path, store)) as counter:
        assert counter.ledger.verify() == (1, None)
    assert ids(open_guarded(path, CHIEF, "some-other-words", store=store)) == ["wrong_pin"]
    assert ids(open_guarded(path, "谁", PIN, store=store)) == ["wrong_pin"]
    assert said_by(lambda: Ledger(path)) == "encrypted"
    assert said_by(lambda: Ledger(path, key=bytes(32))) == "wrong_key"
    assert ids(set_up(path, "李", PIN, store)) == ["set_up_already"]


def test_nothing_on_the_disk_can_be_read(path, store, tmp_path):
    code = made(path, store).recovery_code
    counter = opened(path, store)
    Desk(counter).posted(stay(), operator=CHIEF)
    counter.ledger.drafts.save("desk", {"name": "王秀英"})
    backup(counter.ledger, tmp_path / "copy.db")
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert {"ledger.db", "ledger.db-wal", "ledger.db.keys", "copy.db", "copy.db.keys"} <= files.keys()
    hidden = [
        WANG.name,
        WANG.identifiers[0].id,
        PIN,
        code,
        code.replace("-", ""),
        "inpatient",
        "CREATE TABLE",
    ]
    hidden += [counter.ledger.key.hex()]
    for name, content in files.items():
        for text in hidden:
            assert text.encode() not in content, (name, text)
        assert counter.ledger.key not in content
    counter.close()


def test_five_wrong_passphrases_lock_out_and_are_in_the_trail(path):
    made(path, None)
    counter = opened(path, None)
    assert isinstance(counter.add_operator("赵", Role.CLERK, "another-passphrase"), Operator)
    counter.close()
    for _ in range(2):
        open_guarded(path, "赵", "wrong-passphrase")
    counter = opened(path, None, "赵", "another-passphrase")
    assert [(act.about, act.detail) for act in counter.ledger.trail.acts() if act.act == "wrong_pin"] == [
        ("赵", {"tries": 2})
    ]
    counter.close()
    said = [ids(open_guarded(path, "赵", "wrong-passphrase")) for _ in range(MOST_WRONG)]
    assert said == [["wrong_pin"]] * (MOST_WRONG - 1) + [["locked_out"]]
    assert ids(open_guarded(path, "赵", "another-passphrase")) == ["locked_out"]
    counter = opened(path, None)
    assert isinstance(counter.change_operator("赵", pin="a-new-passphrase"), Operator)
    counter.close()
    opened(path, None, "赵", "a-new-passphrase").close()


def test_an_operator_is_added_and_taken_off_in_both_places(path, store):
    made(path, store)
    counter = opened(path, store)
    assert ids(counter.add_operator("赵", Role.CLERK, "12345")) == ["pin_short"]
    assert isinstance(counter.add_operator("赵", Role.CLERK, "another-passphrase"), Operator)
    clerk = opened(path, store, "赵", "another-passphrase")
    assert ids(clerk.add_operator("周", Role.CLERK, "another-passphrase")) == ["right_needed"]
    assert ids(clerk.acts()) == ["right_needed"]
    clerk.close()
    assert isinstance(counter.change_operator("赵", active=False), Operator)
    assert ids(open_guarded(path, "赵", "another-passphrase", store=store)) == ["wrong_pin"]
    if store is None:  # nothing is left that would open the file
        assert ids(counter.change_operator("赵", active=True)) == ["needs_new_pin"]
        assert not counter.operators.find("赵").active
    pin = "a-new-passphrase" if store is None else None
    assert isinstance(counter.change_operator("赵", active=True, pin=pin), Operator)
    opened(path, store, "赵", pin or "another-passphrase").close()
    counter.close()


def test_a_passphrase_that_opens_the_file_is_longer_than_a_pin(path):
    assert ids(set_up(path, CHIEF, "390517", None)) == ["pin_short"]
    assert not path.exists()
    assert isinstance(set_up(path, CHIEF, "390517", Store()), SetUp)


def test_a_ledger_moves_to_another_machine_by_its_recovery_code(path, store, tmp_path):
    code = made(path, store).recovery_code
    with closing(opened(path, store)) as counter:
        Desk(counter).posted(stay(), operator=CHIEF)
    there = tmp_path / "there"
    there.mkdir()
    for file in (path, keys_file(path)):
        shutil.copyfile(file, there / file.name)
    new, other = there / path.name, Store() if store else None
    if store:
        assert ids(open_guarded(new, CHIEF, PIN, store=other)) == ["key_not_here"]
    assert ids(
        recover(new, code[:-1] + ("3" if code.endswith("2") else "2"), CHIEF, "a-new-passphrase", other)
    ) == ["wrong_code"]
    assert ids(recover(new, code, "谁", "a-new-passphrase", other)) == ["not_administrator"]
    typed = code.lower().replace("-", " ").replace("o", "0").replace("i", "1")
    assert isinstance(recover(new, typed, CHIEF, "a-new-passphrase", other), Operator)
    with closing(opened(new, other, CHIEF, "a-new-passphrase")) as counter:
        assert counter.ledger.verify() == (1, None)
        told = [
            act.detail.get("recovered")
            for act in counter.ledger.trail.acts()
            if act.act == "operator_changed"
        ]
        assert told == [True]
        assert isinstance(counter.change_own_pin("a-new-passphrase", PIN), Operator)
        assert "recovered" not in counter.ledger.trail.acts()[-1].detail


def test_a_store_that_forgets_at_once_is_not_relied_on(path):
    class Forgetful(Store):
        def set_password(self, service: str, name: str, password: str) -> None:
            assert service == SERVICE

    assert not made(path, Forgetful()).in_store
    opened(path, None).close()


def test_a_plain_ledger_becomes_encrypted_with_all_that_it_held(desk: Desk, path, store):
    desk.posted(stay())
    desk.open_year(date(2026, 4, 1), {"admissions": 3})
    hashes = desk.ledger.db.execute("SELECT hash FROM entries ORDER BY number").fetchall()
    desk.counter.close()
    made(path, store)
    with closing(opened(path, store)) as counter:
        assert counter.ledger.verify() == (2, None)
        assert counter.ledger.db.execute("SELECT hash FROM entries ORDER BY number").fetchall() == hashes
        assert counter.find(WANG.identifiers[0].id).name == WANG.name
        assert Desk(counter).posted(stay(), operator=CHIEF, key="new") == 3
    assert b"SQLite format 3" not in path.read_bytes()
    left = [file for file in path.parent.iterdir() if WANG.name.encode() in file.read_bytes()]
    assert left == []


def test_a_plain_ledger_that_is_in_use_stays_as_it_is(desk: Desk, path, monkeypatch):
    desk.posted(stay())
    monkeypatch.setattr("core.ledger.backup.encrypt.__defaults__", (0.05,))
    assert said_by(lambda: set_up(path, CHIEF, PIN, None)) == "locked"
    assert desk.sound()
    desk.counter.close()
    made(path, None)  # whoever began may finish
    with closing(opened(path, None)) as counter:
        assert counter.ledger.verify() == (1, None)


def test_a_set_up_that_was_cut_off_is_finished_by_whoever_began(path):
    key = Keys(path).make(CHIEF, PIN).key
    Ledger(path, key=key).close()
    assert ids(set_up(path, CHIEF, "some-other-words", None)) == ["set_up_already"]
    made(path, None)
    opened(path, None).close()


def test_keys_without_their_ledger_make_no_new_one(path):
    made(path, None)
    path.unlink()
    assert said_by(lambda: open_guarded(path, CHIEF, PIN)) == "gone"
    assert said_by(lambda: Ledger(path)) == "gone"
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"version": 2}'])
def test_a_key_file_that_cannot_be_read_is_named(path, content):
    made(path, None)
    keys_file(path).write_bytes(content)
    assert said_by(lambda: open_guarded(path, CHIEF, PIN)) == "bad_keys"
    keys_file(path).unlink()
    assert said_by(lambda: open_guarded(path, CHIEF, PIN)) == "no_keys"


def test_no_flipped_bit_of_the_encrypted_file_goes_unnoticed(path):
    made(path, None)
    with closing(opened(path, None)) as counter:
        key = counter.ledger.key
        for number in range(4):
            Desk(counter).posted(stay(), operator=CHIEF, key=f"key-{number}")
    content, chance, found = path.read_bytes(), random.Random(3), 0
    for _ in range(60):
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            with closing(Ledger(path, key=key)) as ledger:
                found += ledger.verify().fault is not None
        except LedgerUnavailable:
            found += 1
    assert found == 60


def test_a_backup_is_restored_by_an_administrator_here_and_on_another_machine(path, store, tmp_path):
    made(path, store)
    copy, there = tmp_path / "copy.db", tmp_path / "there"
    counter = opened(path, store)
    Desk(counter).posted(stay(), operator=CHIEF)
    counter.add_operator("赵", Role.SUPERVISOR, "another-passphrase")
    assert backup(counter.ledger, copy) == 1
    before = copy.read_bytes()
    assert isinstance(Desk(counter).post(stay(), operator=CHIEF, key="later"), Posted)
    counter.close()
    assert ids(restore_guarded(path, copy, "赵", "another-passphrase", store)) == ["right_needed"]
    assert ids(restore_guarded(path, copy, CHIEF, "some-other-words", store)) == ["wrong_pin"]
    restored = restore_guarded(path, copy, CHIEF, PIN, store)
    assert isinstance(restored, Restored)
    assert restored.entries == 1
    with closing(opened(path, store)) as counter:
        assert counter.ledger.verify() == (1, None)
        with closing(Ledger(restored.kept, key=counter.ledger.key)) as kept:
            assert kept.verify() == (2, None)
    path.write_bytes(path.read_bytes()[:4096] + os.urandom(20_000))  # a ledger that says nothing any more
    assert isinstance(restore_guarded(path, copy, CHIEF, PIN, store), Restored)
    opened(path, store).close()
    there.mkdir()
    new = there / "ledger.db"
    assert isinstance(restore_guarded(new, copy, CHIEF, PIN, store), Restored)
    with closing(opened(new, store)) as counter:
        assert counter.ledger.verify() == (1, None)
    assert copy.read_bytes() == before


def test_a_restore_brings_back_no_earlier_pin_role_or_lock(path, store, tmp_path):
    made(path, store)
    copy, old, new = tmp_path / "copy.db", "another-passphrase", "a-new-passphrase"
    counter = opened(path, store)
    for name in ("赵", "钱", "李", "周"):
        assert isinstance(counter.add_operator(name, Role.SUPERVISOR, old), Operator)
    Desk(counter).posted(stay(), operator=CHIEF)
    assert backup(counter.ledger, copy) == 1
    counter.change_operator("赵", active=False)
    counter.change_operator("钱", role=Role.CLERK, pin=new)
    for _ in range(MOST_WRONG):
        counter.operators.sign_in("李", "wrong-passphrase")
    assert isinstance(counter.add_operator("吴", Role.CLERK, old), Operator)
    assert isinstance(counter.change_own_pin(PIN, new), Operator)
    counter.close()
    restored = restore_guarded(path, copy, CHIEF, new, store)
    assert isinstance(restored, Restored), restored
    assert ids(open_guarded(path, CHIEF, PIN, store=store)) == ["wrong_pin"]
    assert ids(open_guarded(path, "赵", old, store=store)) == ["wrong_pin"]
    assert ids(open_guarded(path, "钱", old, store=store)) == ["wrong_pin"]
    assert ids(open_guarded(path, "李", old, store=store)) == ["locked_out"]
    for name, pin, role in (("周", old, Role.SUPERVISOR), ("钱", new, Role.CLERK), ("吴", old, Role.CLERK)):
        with closing(opened(path, store, name, pin)) as one:
            assert one.operator.role is role
    with closing(opened(path, store, pin=new)) as counter:
        assert counter.ledger.verify() == (1, None)
        noted = {
            act.about: act.operator for act in counter.ledger.trail.acts() if act.act == "operator_noted"
        }
        assert noted == dict.fromkeys((CHIEF, "赵", "钱", "李", "吴"), CHIEF)
    assert isinstance(restore_guarded(path, restored.kept, CHIEF, new, store), Restored)
    with closing(opened(path, store, pin=new)) as counter:
        assert counter.ledger.verify() == (1, None)
        assert [each.name for each in counter.operators.all() if not each.active] == ["赵"]


def test_whom_only_a_backup_knows_a_restore_takes_off_the_list(path, tmp_path):
    code = made(path, None).recovery_code
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    with closing(opened(path, None)) as counter:
        backup(counter.ledger, first)
        counter.add_operator("赵", Role.ADMINISTRATOR, "another-passphrase")
        backup(counter.ledger, second)
    path.unlink()
    assert isinstance(restore_by_code(path, first, code, CHIEF, PIN, None), Restored)
    assert isinstance(restore_guarded(path, second, CHIEF, PIN), Restored)
    assert ids(open_guarded(path, "赵", "another-passphrase")) == ["wrong_pin"]
    with closing(opened(path, None)) as counter:
        assert counter.ledger.verify() == (0, None)
        assert counter.operators.find("赵") == Operator("赵", Role.ADMINISTRATOR, locked=False, active=False)


@pytest.mark.parametrize("statement", ["DELETE FROM operators", "UPDATE operators SET role = 'clerk'"])
def test_where_the_list_was_changed_by_hand_the_backup_is_asked_who_may_restore(
    path, store, tmp_path, statement
):
    made(path, store)
    copy = tmp_path / "copy.db"
    with closing(opened(path, store)) as counter:
        counter.add_operator("赵", Role.CLERK, "another-passphrase")
        backup(counter.ledger, copy)
        counter.ledger.db.execute(statement)
        counter.ledger.db.execute("UPDATE operators SET role = 'administrator' WHERE name = '赵'")
    assert ids(restore_guarded(path, copy, "赵", "another-passphrase", store)) == ["right_needed"]
    assert isinstance(restore_guarded(path, copy, CHIEF, PIN, store), Restored)
    with closing(opened(path, store)) as counter:
        assert counter.ledger.verify() == (0, None)
        assert counter.operators.find("赵").role is Role.CLERK


def test_a_list_that_was_changed_by_hand_is_not_kept_through_a_restore(path, tmp_path):
    made(path, None)
    copy = tmp_path / "copy.db"
    with closing(opened(path, None)) as counter:
        counter.add_operator("赵", Role.CLERK, "another-passphrase")
        backup(counter.ledger, copy)
        counter.ledger.db.execute("UPDATE operators SET role = 'administrator' WHERE name = '赵'")
        assert counter.ledger.verify().fault.id == "ledger.fault.operator"
    assert isinstance(restore_guarded(path, copy, CHIEF, PIN), Restored)
    with closing(opened(path, None, "赵", "another-passphrase")) as counter:
        assert counter.operator.role is Role.CLERK
        assert counter.ledger.verify() == (0, None)


def test_a_damaged_ledger_is_restored_by_the_passphrase_of_today(path, store, tmp_path):
    """Its backup may have an earlier one: what opens the file has proved who it is."""
    made(path, store)
    copy, new = tmp_path / "copy.db", "a-new-passphrase"
    with closing(opened(path, store)) as counter:
        counter.add_operator("赵", Role.SUPERVISOR, "another-passphrase")
        backup(counter.ledger, copy)
        assert isinstance(counter.change_own_pin(PIN, new), Operator)
    path.write_bytes(os.urandom(20_000))
    pin = PIN if store else new  # a key store proves nobody: there the backup's list is asked
    assert ids(restore_guarded(path, copy, "赵", "another-passphrase", store)) == ["right_needed"]
    assert ids(restore_guarded(path, copy, CHIEF, new if store else PIN, store)) == ["wrong_pin"]
    assert isinstance(restore_guarded(path, copy, CHIEF, pin, store), Restored)
    with closing(opened(path, store, pin=pin)) as counter:
        assert counter.ledger.verify() == (0, None)


def test_an_other_ledgers_backup_is_refused_and_a_plain_one_too(path, tmp_path):
    made(path, None)
    made(tmp_path / "other.db", None)
    Ledger(tmp_path / "plain.db").close()
    for source in ("other.db", "plain.db"):
        assert ids(restore_guarded(path, tmp_path / source, CHIEF, PIN)) == ["backup_wrong_key"]
    opened(path, None).close()


@pytest.mark.parametrize("state", ["sound", "damaged", "emptied", "gone"])
def test_no_plain_backup_takes_the_place_of_an_encrypted_ledger(path, tmp_path, state):
    """Whoever asks for --plain is asked for no PIN."""
    made(path, None)
    with closing(Ledger(tmp_path / "plain.db")) as plain:
        backup(plain, tmp_path / "copy.db")
    content = path.read_bytes()
    if state == "damaged":
        path.write_bytes(content[:100] + os.urandom(5000))
    elif state == "emptied":
        path.write_bytes(b"")
    elif state == "gone":
        path.unlink()
    before = path.read_bytes() if path.exists() else None
    said = said_by(lambda: restore(path, tmp_path / "copy.db"))
    assert said == {"gone": "gone", "emptied": "emptied"}.get(state, "encrypted")
    assert (path.read_bytes() if path.exists() else None) == before
    path.write_bytes(content)
    opened(path, None).close()


def test_a_plain_desk_and_an_encrypted_one_work_in_one_program(path, tmp_path):
    made(path, None)
    with closing(opened(path, None)) as hidden, closing(open_counter(tmp_path / "practice.db")) as plain:
        assert Desk(hidden).posted(stay(), operator=CHIEF) == 1
        assert Desk(plain).posted(stay()) == 1
        assert hidden.ledger.verify() == plain.ledger.verify() == (1, None)


class Guarded(Console):
    def __call__(self, *arguments, operator=CHIEF, plain=False, **how):
        return super().__call__("--portable", "--operator", operator, *arguments, plain=plain, **how)


@pytest.fixture
def console(path, capsys, monkeypatch):
    monkeypatch.setenv("MINGZHANG_PIN", PIN)
    return Guarded(path, capsys, monkeypatch)


@pytest.mark.console
def test_a_day_at_the_encrypted_console(console, monkeypatch, tmp_path):
    status, (made_,) = console("set-up")
    assert (status, made_["role"], made_["key_kept_by"]) == (0, "administrator", "operators")
    assert len(made_["recovery_code"].replace("-", "")) == 32
    posting = {**POSTING, "operator": CHIEF}
    status, (first,) = console("post", stdin=posting)
    assert (status, first["entry"]) == (0, 1)
    assert fields(console("post", stdin={**POSTING, "key": "k9"})) == ["operator"]
    monkeypatch.setenv("MINGZHANG_NEW_PIN", "another-passphrase")
    assert console("operator", "赵", "--add")[1][0]["role"] == "clerk"
    status, operators = console("operators")
    assert {each["name"]: each["number"] for each in operators} == {CHIEF: 1, "赵": 2}
    assert console("reverse", "1", "--reason", "录错")[1][0]["reverses"] == 1
    assert console("printed", "1")[1][0]["copy"] == 1
    assert console("verify") == (0, [{"ok": True, "entries": 2}])
    copy = tmp_path / "copy.db"
    assert console("backup", copy)[1][0]["entries"] == 2
    assert console("restore", copy)[0] == 0
    assert "restored" in [act["act"] for act in console("acts")[1]]
    monkeypatch.setenv("MINGZHANG_PIN", "another-passphrase")
    third = console("post", stdin={**POSTING, "key": "k3", "operator": "赵"}, operator="赵")
    assert third[1][0]["entry"] == 3
    assert fields(console("reverse", "3", "--reason", "录错", operator="赵")) == ["operator"]
    assert fields(console("acts", operator="赵")) == ["operator"]
    monkeypatch.setenv("MINGZHANG_RECOVERY_CODE", made_["recovery_code"])
    monkeypatch.setenv("MINGZHANG_NEW_PIN", "a-third-passphrase")
    assert console("recover")[0] == 0
    monkeypatch.setenv("MINGZHANG_PIN", "a-third-passphrase")
    assert console("verify")[0] == 0


def test_the_pin_may_come_by_a_descriptor(console, monkeypatch):
    console("set-up")
    monkeypatch.delenv("MINGZHANG_PIN")
    assert fields(console("verify")) == ["pin"]
    reading, writing = os.pipe()
    os.write(writing, f"{PIN}\n".encode())
    os.close(writing)
    assert console("--pin-fd", str(reading), "verify")[0] == 0
    reading, writing = os.pipe()
    os.close(writing)
    os.close(reading)
    assert fields(console("--pin-fd", str(reading), "verify")) == ["pin"], "nothing is open there"


@pytest.mark.console
def test_a_wrong_pin_is_refused_and_a_wrong_key_is_three(console, path, monkeypatch):
    console("set-up")
    monkeypatch.setenv("MINGZHANG_PIN", "some-other-words")
    assert fields(console("verify")) == ["operator"]
    monkeypatch.setenv("MINGZHANG_PIN", PIN)
    path.write_bytes(os.urandom(8192))
    status, (answer,) = console("verify")
    assert (status, answer["status"]) == (3, "unavailable")
    assert "traceback" not in json.dumps(answer).lower()


@pytest.mark.console
def test_plain_and_operators_do_not_go_together(console, path):
    assert fields(console("set-up", plain=True)) == ["plain"]
    assert not path.exists()
