"""Memory that runs out once something is done: it is told as done, and what is left is done later."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter, personal_data
from core.ledger import access, key_renewal
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Operators, Role
from tests.ledger.desk import WANG, Desk, stay
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, made, opened

NEW_PIN = "another-passphrase"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    monkeypatch.setenv("MINGZHANG_HOME", str(tmp_path / "home"))


def _none(*_given: Any, **_named: Any) -> Any:
    raise MemoryError


AFTER = {"a new key": (key_renewal, "renew"), "the keys brought to their end": (Keys, "confirm")}


@pytest.mark.parametrize("left", AFTER)
def test_a_pin_that_was_given_by_the_code_is_told_as_given(
    path: Path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    code = made(path, None).recovery_code
    with monkeypatch.context() as patched:
        patched.setattr(*AFTER[left], _none)
        assert isinstance(access.recover(path, code, CHIEF, NEW_PIN), Operator)
    opened(path, None, CHIEF, NEW_PIN).close()
    assert isinstance(Keys(path).unlock(CHIEF, PIN), list)


def test_a_text_that_finds_no_room_to_be_bound_is_told_as_that(path: Path) -> None:
    """The library says that it is of a wrong type: such a one stands for it here."""
    with closing(Ledger(path)) as ledger:
        with pytest.raises(LedgerUnavailable) as caught, ledger.transaction():
            ledger.db.execute("SELECT ?", [object()])
        assert caught.value.said.id == "fault.no_memory"


def test_a_pin_that_was_not_given_is_told_as_not_given(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: memory that runs out before the commit."""
    code = made(path, None).recovery_code
    with monkeypatch.context() as patched:
        patched.setattr(Operators, "set_pin_after_recovery", _none)
        with pytest.raises(LedgerUnavailable) as caught:
            access.recover(path, code, CHIEF, NEW_PIN)
    assert caught.value.said.id == "fault.no_memory"
    opened(path, None, CHIEF, PIN).close()


def _take_off(counter: Counter) -> object:
    return counter.change_operator("赵", active=False)


def _erase(counter: Counter) -> object:
    return personal_data.erase(counter, WANG.identifiers[0].id, CHIEF)


def _sign_out(counter: Counter) -> object:
    counter.sign_out()
    return counter.operator


LEFT: dict[str, tuple[Any, str, Callable[[Counter], object], object]] = {
    "somebody is taken off": (Keys, "forget", _take_off, Operator("赵", Role.CLERK, False, False)),
    "somebody is erased": (Ledger, "tidy_log", _erase, 1),
    "the look-ups are counted at the end": (Ledger, "transaction", _sign_out, None),
}


@pytest.mark.parametrize("done", LEFT)
def test_what_was_done_is_told_though_no_memory_is_left_to_tidy_up(
    path: Path, monkeypatch: pytest.MonkeyPatch, done: str
) -> None:
    made(path, None)
    with closing(opened(path, None)) as counter:
        assert isinstance(counter.add_operator("赵", Role.CLERK, NEW_PIN), Operator)
        Desk(counter).posted(stay(), operator=CHIEF)
        assert counter.find(WANG.identifiers[0].id) is not None
        whose, name, work, told = LEFT[done]
        with monkeypatch.context() as patched:
            patched.setattr(whose, name, _none)
            assert work(counter) == told
