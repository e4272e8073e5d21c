"""Pauses after wrong PINs: they grow, end by themselves, and no file that is put back undoes the count."""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.counter import Counter, open_guarded
from core.ledger import tries
from core.ledger.keys import Keys, Unlocked
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.ledger.operators import MOST_WRONG, Operator, Operators, Role
from core.ledger.tries import Tries, pause_after
from core.places import home
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, ids, made, opened

WRONG = "wrong-passphrase"
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Clock:
    """A clock that is set by hand, for the keys and for a ledger."""

    def __init__(self) -> None:
        self.at = BEGIN

    def __call__(self) -> datetime:
        return self.at

    def on(self, **time: int) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    clock = Clock()
    monkeypatch.setattr("core.ledger.tries.now", clock)
    return clock


def test_a_pause_doubles_and_is_an_hour_at_the_most() -> None:
    minutes = [pause_after(wrong) / timedelta(minutes=1) for wrong in range(14)]
    assert minutes == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert pause_after(10**9) == timedelta(hours=1)


def test_a_pin_waits_longer_each_time_and_the_right_one_begins_anew(path: Path, clock: Clock) -> None:
    with closing(Ledger(path, now=clock)) as ledger:
        operators = Operators(ledger)
        operators.set_up(CHIEF, "390517")
        for _ in range(MOST_WRONG - 1):
            assert ids(operators.sign_in(CHIEF, "555123")) == ["wrong_pin"]
        for minutes in (1, 2, 4):
            (fault,) = operators.sign_in(CHIEF, "555123")
            assert fault.message.params["minutes"] == str(minutes)
            clock.on(minutes=minutes, seconds=-1)
            assert ids(operators.sign_in(CHIEF, "390517")) == ["locked_out"], "the right PIN waits too"
            assert [each.locked for each in operators.all()] == [True]
            clock.on(seconds=1)
        (shown,) = operators.all()
        assert (shown.locked, shown.wrong) == (False, MOST_WRONG + 2)
        assert isinstance(operators.sign_in(CHIEF, "390517"), Operator), "nobody set a new PIN"
        assert ids(operators.sign_in(CHIEF, "555123")) == ["wrong_pin"]
        assert ledger.verify() == (0, None)


def test_a_pause_that_a_wrong_clock_began_is_over_once_the_clock_is_right(path: Path, clock: Clock) -> None:
    with closing(Ledger(path, now=clock)) as ledger:
        operators = Operators(ledger)
        operators.set_up(CHIEF, "390517")
        clock.on(days=4000)
        for _ in range(MOST_WRONG):
            operators.sign_in(CHIEF, "555123")
        clock.on(days=-4000)
        assert isinstance(operators.sign_in(CHIEF, "390517"), Operator)


def locked(path: Path) -> bytes:
    """A keys file that was kept before so many wrong passphrases."""
    before = keys_file(path).read_bytes()
    for _ in range(MOST_WRONG):
        Keys(path).unlock(CHIEF, WRONG)
    return before


def test_putting_the_keys_file_back_does_not_undo_the_count(path: Path, clock: Clock) -> None:
    made(path, None)
    before = locked(path)
    assert ids(Keys(path).unlock(CHIEF, PIN)) == ["locked_out"]
    keys_file(path).write_bytes(before)
    assert ids(Keys(path).unlock(CHIEF, PIN)) == ["locked_out"]
    clock.on(minutes=1)
    keys_file(path).write_bytes(before)
    (fault,) = Keys(path).unlock(CHIEF, WRONG)
    assert (fault.message.params["count"], fault.message.params["minutes"]) == (str(MOST_WRONG + 1), "2")
    clock.on(minutes=2)
    keys_file(path).write_bytes(before)
    outcome = Keys(path).unlock(CHIEF, PIN)
    assert isinstance(outcome, Unlocked)
    assert outcome.wrong == MOST_WRONG + 1


def test_without_the_second_count_the_first_one_holds(path: Path, clock: Clock) -> None:
    made(path, None)
    locked(path)
    shutil.rmtree(home())
    assert ids(Keys(path).unlock(CHIEF, PIN)) == ["locked_out"]
    own = tries._mark(CHIEF)
    odd = ([], 3, [1e999, ""], [0, "zzzz"], [1, "2026-13-01"], [float("nan"), ""], ["x", ""], [0, []], [0, 7])
    for rubbish in (b"", b"[]", b"{", *(json.dumps({own: each}).encode() for each in odd)):
        home().mkdir(exist_ok=True)
        (home() / "heads").mkdir(exist_ok=True)
        tries.file_of(path).write_bytes(rubbish)
        assert ids(Keys(path).unlock(CHIEF, PIN)) == ["locked_out"]


def test_the_planted_fault_a_count_in_the_keys_file_alone_is_undone(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ledger.tries.read_at_home", lambda *_: Tries())
    made(path, None)
    keys_file(path).write_bytes(locked(path))
    assert isinstance(Keys(path).unlock(CHIEF, PIN), Unlocked)


def test_wrong_tries_are_told_at_the_next_sign_in_and_stand_in_the_trail(path: Path, clock: Clock) -> None:
    made(path, None)
    for _ in range(3):
        open_guarded(path, CHIEF, WRONG)
    with closing(opened(path, None)) as counter:
        assert counter.wrong_tries == 3
        assert [act.detail for act in counter.ledger.trail.acts() if act.act == "wrong_pin"] == [{"tries": 3}]
        counter.add_operator("赵", Role.CLERK, "another-passphrase")
        assert ids(counter.sign_in("赵", WRONG)) == ["wrong_pin"]
        assert isinstance(counter.sign_in("赵", "another-passphrase"), Operator)
        assert counter.wrong_tries == 1
    again = opened(path, None)
    assert isinstance(again, Counter)
    assert again.wrong_tries == 0
    again.close()


def test_nobodys_name_stands_in_the_second_count(path: Path, clock: Clock) -> None:
    made(path, None)
    locked(path)
    assert CHIEF.encode() not in tries.file_of(path).read_bytes()
    assert tries.file_of(path).stat().st_mode & 0o077 == 0
