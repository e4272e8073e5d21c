"""Memory that runs out once something is done: it is told as done, and what is left is done later."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3.dbapi2 import InterfaceError

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


NO_ROOM = """
import sys
from pathlib import Path
from core.ledger.connection import Connection
from core.ledger.errors import LedgerUnavailable
opened = Connection(Path(sys.argv[1]))
opened.db.execute("CREATE TEMP TABLE texts (text)")
opened.db.execute("PRAGMA hard_heap_limit = 8000000")
for number in range(2):
    try:
        with opened.transaction():
            if number:
                opened.db.executemany("INSERT INTO texts VALUES (?)", (["x" * size] for size in (1, 1 << 24)))
            else:
                opened.db.execute("SELECT :text", {"text": "x" * (1 << 24)})
    except LedgerUnavailable as error:
        print(error.said.id)
"""
"""A ledger whose library may use so much memory (bytes); a process never gets more again."""


def test_a_text_that_finds_no_room_to_be_bound_is_told_as_that(path: Path) -> None:
    """The library says that it is of a wrong type."""
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM, path], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["fault.no_memory"] * 2


def test_a_value_of_a_wrong_type_is_a_fault_of_the_program(path: Path) -> None:
    with closing(Ledger(path)) as ledger:
        for wrong in ([object()], {"value": Decimal(1)}):
            with pytest.raises(InterfaceError), ledger.transaction():
                ledger.db.execute(f"SELECT {'?' if isinstance(wrong, list) else ':value'}", wrong)
        ledger.db.execute("CREATE TEMP TABLE values_ (value)")
        with pytest.raises(InterfaceError), ledger.transaction():
            ledger.db.executemany("INSERT INTO values_ VALUES (?)", iter([["1"], [Decimal(1)]]))


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
