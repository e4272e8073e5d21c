"""Keys files, heads and counts that somebody else wrote: bounded in time and memory, one sentence each."""

import copy
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.counter import open_guarded
from core.ledger import heads, tries
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys, Unlocked
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.messages import Fault
from core.words import languages, words
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, made

SECONDS, BYTES = 2.0, 200_000_000
ODD = (None, True, -1, 0, 2**70, 1e308, "", "zz", "0" * 63, "x" * 100_000, [], {}, [[]], {"x": {}}, "\ud800")


@pytest.fixture
def place(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    made(path, None)
    return path


def leaves(held: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a keys file."""
    yield at
    inner = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    for name, value in inner:
        yield from leaves(value, (*at, name))


def changed(held: dict[str, Any], at: tuple[Any, ...], value: object) -> Any:
    if not at:
        return value
    other: Any = copy.deepcopy(held)
    inner = other
    for name in at[:-1]:
        inner = inner[name]
    inner[at[-1]] = value
    return other


def in_one_sentence(work: Callable[[], object]) -> bool:
    """Whether it opened all the same; anything but a sentence of ours fails the test."""
    begun = time.process_time()
    try:
        outcome = work()
    except LedgerUnavailable as error:
        said = [words(language)(error.said) for language in languages()]
        return not all(said)
    finally:
        assert time.process_time() - begun < SECONDS
    if isinstance(outcome, list):
        assert all(isinstance(each, Fault) for each in outcome)
        return False
    return isinstance(outcome, Unlocked | bytes)


def renewing(path: Path) -> dict[str, Any]:
    """A keys file in the middle of getting another key, so that every part is there."""
    unlocked = Keys(path).unlock(CHIEF, PIN)
    assert isinstance(unlocked, Unlocked)
    keys = Keys(path)
    keys.prepare("赵", PIN, unlocked.key)
    keys.begin_renewal([CHIEF, "赵"], unlocked.key)
    held: dict[str, Any] = json.loads(keys_file(path).read_text())
    del held["check"]
    return held


@pytest.mark.parametrize("times", [150, pytest.param(3000, marks=pytest.mark.long)])
def test_a_keys_file_of_somebody_else_is_told_in_one_sentence(place: Path, times: int) -> None:
    held, chance = renewing(place), random.Random(6)
    ways = list(leaves(held))
    opened = 0
    for _ in range(times):
        file = changed(held, chance.choice(ways), chance.choice(ODD))
        keys_file(place).write_text(json.dumps(file))
        keys = Keys(place)
        works = (
            partial(keys.unlock, CHIEF, PIN),
            partial(keys.recover, "A" * 32),
            partial(keys.unlock, "赵", PIN),
        )
        for work in works:
            keys_file(place).write_text(json.dumps(file))
            opened += in_one_sentence(work)
    assert 0 < opened < 3 * times


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 900_000,
        b'{"a":' * 150_000,
        b"{" + b'"x":1,' * 140_000 + b'"x":1}',
        b"\xff" * 900_000,
        b"9" * 900_000,
    ],
    ids=["deep lists", "deep objects", "many names", "no text", "a long number"],
)
def test_what_is_deep_or_long_takes_neither_time_nor_memory(place: Path, content: bytes) -> None:
    keys_file(place).write_bytes(content)
    before = most_memory()
    assert not in_one_sentence(lambda: Keys(place).unlock(CHIEF, PIN))
    assert not in_one_sentence(lambda: open_guarded(place, CHIEF, PIN))
    assert most_memory() - before < BYTES


def most_memory() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.parametrize("content", [b"", b"[" * 1024, b"{}", b"\xff" * 1024, b"9" * 1024, b'{"path": 3}'])
def test_heads_and_counts_of_somebody_else_are_none(path: Path, content: bytes) -> None:
    with closing(Ledger(path)) as ledger:
        at_home = heads.at_home(path, ledger.id)
    for file in (
        heads.beside(path),
        at_home,
        tries.file_of(path),
        at_home.with_name(f"{at_home.name[:16]}-x"),
    ):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    assert tries.read_at_home(path, CHIEF) == tries.Tries()
    with closing(Ledger(path)) as ledger:
        assert heads.gone_on_elsewhere(ledger.connection) is None
