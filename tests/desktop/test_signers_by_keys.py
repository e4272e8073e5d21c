"""Signing in by initials or a short number, from a list of who was here; never by a guess."""

from pathlib import Path

import pytest

from core.ledger.operators import Role
from desktop.presenters.desk import signers
from desktop.presenters.desk.signers import Signer
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, OTHER_PIN, add, figures

THREE = [Signer("王芳", 2, here=True), Signer("吴凡", 3, here=False), Signer("王凤霞", 4, here=False)]


@pytest.fixture
def locked(desk: Desk, tmp_path: Path) -> Keys:
    """A locked desk of four operators; only its administrator has been here, and stands in the cell."""
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    for name in ("王芳", "吴凡", "李明"):
        add(keys, name, Role.CLERK)
    keys.type("Ctrl+L")
    assert keys.program.session.counter is None
    return keys


def who(keys: Keys) -> str:
    counter = keys.program.session.counter
    return counter.operator.name if counter is not None and counter.operator is not None else ""


def named(keys: Keys, text: str, pin: str = OTHER_PIN) -> str:
    """Type a text into the operator's cell and a PIN after it; who is signed in then."""
    keys.type(f"Up {text} Return {pin} Return")
    keys.program.desk.backups.wait()
    return who(keys)


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("text", ["lm", "liming", "lim", "LM", "4", "４", "李明", "李"])
def test_an_operator_is_named_by_initials_a_number_or_the_name(locked: Keys, text: str) -> None:
    assert named(locked, text) == "李明"


def test_two_of_the_same_initials_are_listed_and_nobody_is_guessed(locked: Keys) -> None:
    locked.type("Up wf Return")
    assert locked.notice == "“wf”可能是 2 位：用上下键选一位，Enter。"
    assert [row[1] for row in locked.rows()] == ["吴凡", "王芳"] or [row[1] for row in locked.rows()] == [
        "王芳",
        "吴凡",
    ]
    assert locked.focus == "list"
    second = locked.rows()[1][1]
    locked.type("Down Return")
    locked.shot("sign-in-several")
    assert locked.program.navigator.page.texts["operator"] == second
    locked.type(f"{OTHER_PIN} Return")
    locked.program.desk.backups.wait()
    assert who(locked) == second


def test_f12_with_initials_of_two_signs_nobody_in(locked: Keys) -> None:
    locked.type(f"Up wf Tab {OTHER_PIN} F12")
    assert who(locked) == ""
    assert "2 位" in locked.notice


def test_a_program_that_takes_the_first_is_found(locked: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the first of several is taken for who is meant."""
    whole = signers.meant
    monkeypatch.setattr(signers, "meant", lambda text, every: whole(text, every)[:1])
    assert named(locked, "wf") != "", "the test above would see it"


def test_who_was_here_is_listed_latest_first_and_unlocks_by_the_same(locked: Keys) -> None:
    assert [row[1] for row in locked.rows()] == ["孙主任"]
    assert named(locked, "wuf") == "吴凡"
    locked.type("Ctrl+L")
    assert locked.rows() == [["3", "吴凡"], ["1", "孙主任"]]
    locked.shot("sign-in-lately")
    locked.type(f"Up 1 Return {PIN} Return")
    locked.program.desk.backups.wait()
    assert who(locked) == "孙主任"


def test_who_is_off_the_list_is_no_longer_offered(locked: Keys) -> None:
    named(locked, "1", PIN)
    counter = locked.program.session.opened
    assert not isinstance(counter.change_operator("李明", active=False), list)
    locked.type("Ctrl+L Up lm")
    assert locked.program.navigator.page.state.rows == ()
    locked.type(f"Return {OTHER_PIN} Return")
    assert who(locked) == ""


def test_the_full_name_signs_in_where_the_settings_know_nobody(locked: Keys, desk: Desk) -> None:
    named(locked, "1", PIN)
    locked.window.close()
    keys = desk(CHANGCHUN._replace(operator=""), signed_in=False)
    assert not [one for one in keys.window.findChildren(type(keys.window), "list") if one.isVisible()]
    keys.type(f"吴凡 Return {OTHER_PIN} Return")
    keys.program.desk.backups.wait()
    assert who(keys) == "吴凡"


def test_exact_initials_come_before_longer_ones_and_look_alikes_are_one() -> None:
    assert [each.name for each in signers.meant("wfx", THREE)] == ["王凤霞"]
    assert [each.name for each in signers.meant("wf", THREE)] == ["王芳", "吴凡"]
    assert [each.name for each in signers.meant("w", THREE)] == ["王芳", "吴凡", "王凤霞"]
    assert [each.name for each in signers.meant("王　芳", THREE)] == ["王芳"]
    assert [each.name for each in signers.meant("", THREE)] == ["王芳"]
    assert signers.meant("9", THREE) == []


@pytest.mark.parametrize("text", ["", "x", "*", "* 王芳", "-1 王芳", "12\n\n*3 王芳", "１ 王芳"])
def test_odd_settings_name_nobody(text: str) -> None:
    assert [each.name for each in signers.kept(text)] == (["王芳"] if text.endswith("*3 王芳") else [])


@pytest.mark.parametrize("text", ["lm", "4", "４"])
def test_the_next_shift_s_letters_in_the_cell_of_the_pin_are_no_wrong_pin(locked: Keys, text: str) -> None:
    """The focus waits there for whoever locked the desk, and no PIN is as short as that."""
    for _ in range(6):
        locked.type(f"{text} Return")
        assert "操作员换成 李明" in locked.notice
        locked.type("Up Up")
        locked.program.navigator.page.typed("operator", "王芳")
        locked.type("Down")
    locked.type(f"{text} Return {OTHER_PIN} Return")
    locked.program.desk.backups.wait()
    assert who(locked) == "李明"


def test_letters_of_two_in_the_cell_of_the_pin_are_listed_and_other_short_texts_are_a_wrong_pin(
    locked: Keys,
) -> None:
    locked.type("wf Return")
    assert (locked.focus, locked.notice) == ("list", "“wf”可能是 2 位：用上下键选一位，Enter。")
    locked.type("Return")
    assert locked.focus == "cell_pin"
    locked.type("xyz Return")
    assert "操作员或口令不对" in locked.notice
