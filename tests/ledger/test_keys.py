"""What opens an encrypted ledger, asked by many at once."""

from collections import Counter as Count
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.counter import SetUp, recover, set_up
from core.ledger.keys import Keys, Unlocked, keys_file
from core.ledger.operators import MOST_WRONG, Operator
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, ids, made, opened

WRONG, OTHER = "wrong-passphrase", "another-passphrase"


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
    works = [lambda name=name: Keys(path).seal(name, OTHER, key) for name in names]
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
