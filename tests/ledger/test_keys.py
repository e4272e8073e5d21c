"""What opens an encrypted ledger: asked by many at once, damaged, in a locked store, asked with rubbish."""

import json
import random
import shutil
import time
from collections import Counter as Count
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from keyring.errors import KeyringLocked

from core.counter import Counter, open_guarded
from core.ledger.access import SetUp, recover, restore_guarded, set_up
from core.ledger.keys import Keys, Unlocked
from core.ledger.keys_file import keys_file
from core.ledger.operators import MOST_WRONG, Operator, Role
from core.messages import Fault
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, Store, ids, made, opened, said_by

WRONG, OTHER = "wrong-passphrase", "another-passphrase"
NO_TEXT = "\udcff\udcfe" * 6


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result() for each in [pool.submit(work) for work in works]]


def test_tries_at_once_are_no_more_than_tries_one_by_one(path: Path) -> None:
    made(path, None)
    answers = at_once([lambda: Keys(path).unlock(CHIEF, WRONG)] * 24)
    said = Count(tuple(ids(answer)) for answer in answers)
    assert said == {("wrong_pin",): MOST_WRONG - 1, ("locked_out",): 24 - MOST_WRONG + 1}
    assert ids(Keys(path).unlock(CHIEF, PIN)) == ["locked_out"]


def test_what_is_sealed_at_once_is_all_there(path: Path) -> None:
    key = Keys(path).make(CHIEF, PIN).key
    names = [f"operator {number}" for number in range(16)]

    def seal(name: str) -> None:
        keys = Keys(path)
        keys.prepare(name, OTHER, key)
        keys.confirm(name)

    works = [lambda name=name: seal(name) for name in names]
    at_once([*works, *[lambda: Keys(path).unlock(CHIEF, WRONG)] * 3, lambda: Keys(path).forget("nobody")])
    for name in names:
        assert Keys(path).unlock(name, OTHER) == Unlocked(key, 0)
    assert Keys(path).unlock(CHIEF, PIN) == Unlocked(key, 3)


def test_two_set_ups_at_once_make_one_ledger_that_opens(path: Path) -> None:
    found = at_once([lambda: set_up(path, CHIEF, PIN, None)] * 4)
    (one,) = [each for each in found if isinstance(each, SetUp)]
    assert all(ids(each) == ["set_up_already"] for each in found if each is not one)
    opened(path, None).close()
    assert isinstance(recover(path, one.recovery_code, CHIEF, OTHER), Operator)


def test_keys_on_a_stick_that_cannot_be_written_open_all_the_same(path: Path, monkeypatch) -> None:
    key = Keys(path).make(CHIEF, PIN).key
    path.with_name(f"{keys_file(path).name}.lock").mkdir()  # nobody can have that lock
    assert Keys(path).unlock(CHIEF, PIN) == Unlocked(key, 0)


def test_no_damage_to_the_keys_is_taken_for_a_wrong_passphrase(path: Path) -> None:
    found = Keys(path).make(CHIEF, PIN)
    file, chance = keys_file(path), random.Random(4)
    content = file.read_bytes()
    told = 0
    for _ in range(300):
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        bad = bytes(flipped) if chance.random() < 0.8 else content[: chance.randrange(len(content))]
        file.write_bytes(bad)
        for work in (
            lambda: Keys(path).unlock(CHIEF, PIN),
            lambda: Keys(path).recover(found.recovery_code),
        ):
            if json_or_none(bad) == json.loads(content):
                assert work()
            else:
                assert said_by(work) == "bad_keys"
                told += 1
    assert told > 500


def json_or_none(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "change",
    [
        {"operators": []},
        {"operators": {CHIEF: []}},
        {"operators": {CHIEF: {"salt": "zz"}}},
        {"wrong": {CHIEF: "5"}},
        {"wrong": []},
        {"recovery": None},
    ],
)
def test_keys_of_another_form_are_damaged_ones(path: Path, change: dict[str, object]) -> None:
    code = Keys(path).make(CHIEF, PIN).recovery_code
    held = json.loads(keys_file(path).read_text())
    del held["check"]
    keys_file(path).write_text(json.dumps({**held, **change}))
    work = (
        (lambda: Keys(path).recover(code)) if "recovery" in change else lambda: Keys(path).unlock(CHIEF, PIN)
    )
    assert said_by(work) == "bad_keys"


def test_keys_of_the_first_version_have_no_digest_of_their_own_and_open(path: Path) -> None:
    key = Keys(path).make(CHIEF, PIN).key
    held = json.loads(keys_file(path).read_text())
    del held["check"]
    keys_file(path).write_text(json.dumps(held))
    assert Keys(path).unlock(CHIEF, PIN) == Unlocked(key, 0)
    Keys(path).prepare("赵", OTHER, key)
    assert "check" in json.loads(keys_file(path).read_text())


def test_a_store_that_is_locked_is_told_and_one_that_holds_rubbish_has_no_key(path: Path) -> None:
    class Locked(Store):
        def get_password(self, service: str, name: str) -> str | None:
            raise KeyringLocked

    store = Store()
    made(path, store)
    assert said_by(lambda: open_guarded(path, CHIEF, PIN, store=Locked())) == "store_closed"
    for rubbish in ("", "x", "00", "0" * 65):
        other = Store()
        other.kept = dict.fromkeys(store.kept, rubbish)
        assert ids(open_guarded(path, CHIEF, PIN, store=other)) == ["key_not_here"]


@pytest.mark.parametrize("store", [None, Store()])
def test_what_is_no_text_is_a_wrong_name_or_pin(path: Path, store: Store | None) -> None:
    assert ids(set_up(path, CHIEF, NO_TEXT, store)) == ["odd_characters"]
    code = made(path, store).recovery_code
    for name, pin in ((CHIEF, NO_TEXT), (NO_TEXT, PIN), (NO_TEXT, NO_TEXT)):
        assert ids(open_guarded(path, name, pin, store=store)) == ["wrong_pin"]
    assert ids(restore_guarded(path, Path(shutil.copyfile(path, f"{path}.copy")), NO_TEXT, PIN, store)) == [
        "wrong_pin"
    ]
    assert ids(recover(path, code, CHIEF, NO_TEXT, store)) == ["odd_characters"]
    with closing(opened(path, store)) as counter:
        assert ids(counter.add_operator("赵", Role.CLERK, NO_TEXT)) == ["odd_characters"]
        assert counter.ledger.verify() == (0, None)


def test_a_pin_that_cannot_be_sealed_is_not_changed(path: Path) -> None:
    made(path, None)
    with closing(opened(path, None)) as counter:
        content = keys_file(path).read_bytes()
        keys_file(path).write_bytes(b"{}")
        assert said_by(lambda: counter.change_own_pin(PIN, OTHER)) == "bad_keys"
        assert said_by(lambda: counter.add_operator("赵", Role.CLERK, OTHER)) == "bad_keys"
        keys_file(path).write_bytes(content)
        assert [each.name for each in counter.operators.all()] == [CHIEF]
    opened(path, None).close()


@pytest.mark.parametrize("committed", [False, True])
def test_a_change_that_was_cut_off_is_ended_by_the_pin_that_holds(path: Path, committed: bool) -> None:
    made(path, None)
    with closing(opened(path, None)) as counter:
        Keys(path).prepare(CHIEF, OTHER, counter.ledger.key)
        if committed:
            counter.operators.change(counter.operator, CHIEF, pin=OTHER)
    holds, other = (OTHER, PIN) if committed else (PIN, OTHER)
    assert ids(open_guarded(path, CHIEF, other)) == ["wrong_pin"]
    assert isinstance(Keys(path).unlock(CHIEF, other), Unlocked)
    opened(path, None, pin=holds).close()
    assert ids(Keys(path).unlock(CHIEF, other)) == ["wrong_pin"]
    opened(path, None, pin=holds).close()


def tries(counter: Counter) -> list[tuple[str, int]]:
    return [(act.about, act.detail["tries"]) for act in counter.ledger.trail.acts() if "tries" in act.detail]


def test_wrong_passphrases_are_in_the_trail_when_a_lock_is_lifted(path: Path) -> None:
    code = made(path, None).recovery_code
    with closing(opened(path, None)) as counter:
        counter.add_operator("赵", Role.CLERK, OTHER)
        for _ in range(MOST_WRONG + 2):
            found = open_guarded(path, "赵", WRONG)
            assert isinstance(found, list)
            assert isinstance(found[0], Fault)
        assert isinstance(counter.change_operator("赵", pin="a-new-passphrase"), Operator)
        assert tries(counter) == [("赵", MOST_WRONG)]
        for _ in range(MOST_WRONG):
            open_guarded(path, CHIEF, WRONG)
        assert isinstance(recover(path, code, CHIEF, PIN), Operator)
        assert tries(counter) == [("赵", MOST_WRONG), (CHIEF, MOST_WRONG)]
        assert counter.ledger.verify() == (0, None)


@pytest.mark.parametrize(
    "cost",
    [
        {"memory_cost": 2**31},
        {"memory_cost": 200_000},
        {"time_cost": 10**9},
        {"time_cost": 13, "memory_cost": 65536},
        {"parallelism": 10**6},
        {"time_cost": -1},
        {"time_cost": "3"},
        {"more": 1},
    ],
)
def test_a_keys_file_that_asks_for_a_dear_try_is_a_damaged_one(path: Path, cost: dict[str, object]) -> None:
    Keys(path).make(CHIEF, PIN)
    held = json.loads(keys_file(path).read_text())
    held["operators"][CHIEF]["cost"].update(cost)
    del held["check"]
    keys_file(path).write_text(json.dumps(held))
    begun = time.process_time()
    assert said_by(lambda: Keys(path).unlock(CHIEF, PIN)) == "bad_keys"
    assert time.process_time() - begun < 0.5


def test_a_keys_file_that_never_ends_is_not_read(path: Path) -> None:
    keys_file(path).symlink_to("/dev/zero")
    assert isinstance(said_by(lambda: Keys(path).unlock(CHIEF, PIN)), str)


def in_full_width(code: str) -> str:
    """Return a code as an input method in full width types it."""
    return "".join(chr(ord(each) + 0xFEE0) for each in code)


FORMS: dict[str, Callable[[str], str]] = {
    "spaces": lambda code: f" {code.replace('-', ' ')} ",
    "no hyphens": lambda code: code.replace("-", ""),
    "other hyphens": lambda code: (
        code.replace("-", "\u2011", 2).replace("-", "\u2014", 2).replace("-", "\u4e00")
    ),
    "full width": in_full_width,
    "small letters": str.lower,
    "small in full width": lambda code: in_full_width(code.lower()).replace("\uff0d", "\u3000"),
    "mark of a file": lambda code: f"\ufeff{code}\r\n",
    "its name before it": lambda code: f"\u6062\u590d\u7801\uff1a{code}",
    "digits for letters": lambda code: code.replace("O", "0").replace("I", "1").replace("B", "8"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_recovery_code_opens_however_it_is_typed(path: Path, form: str) -> None:
    made = Keys(path).make(CHIEF, PIN)
    assert Keys(path).recover(FORMS[form](made.recovery_code)) == made.key


def test_a_code_that_lacks_a_character_opens_nothing(path: Path) -> None:
    code = Keys(path).make(CHIEF, PIN).recovery_code
    for typed in (code[:-1], code[1:], f"{code}A", code.replace("-", "")[::-1]):
        assert ids(Keys(path).recover(typed)) == ["wrong_code"]


def test_the_harness_sees_a_code_that_is_taken_as_it_was_typed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: only small letters and hyphens are known."""
    made = Keys(path).make(CHIEF, PIN)
    monkeypatch.setattr("core.ledger.keys.plain_code", lambda code: code.replace("-", "").upper())
    opens = [form for form in FORMS if Keys(path).recover(FORMS[form](made.recovery_code)) == made.key]
    assert set(opens) <= {"no hyphens", "small letters", "digits for letters"}
