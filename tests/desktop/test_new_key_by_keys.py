"""The file's new key in the window: at once, or at the closing, and told until then."""

from pathlib import Path

import pytest

from core.ledger.operators import Role
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, OTHER_PIN, acts, add, figures, sign_in


@pytest.fixture
def real(desk, tmp_path: Path) -> Keys:
    figures(tmp_path / "home")
    return desk(CHANGCHUN)


def taken_off(keys: Keys, name: str) -> None:
    keys.type("Ctrl+O")
    keys.program.navigator.page.picked(name)
    keys.type("F6")


def key(keys: Keys) -> bytes:
    counter = keys.program.session.counter
    assert counter is not None
    assert counter.ledger.key is not None
    return counter.ledger.key


def test_taking_somebody_off_changes_the_key_at_once_and_the_form_stays(real: Keys) -> None:
    add(real, "赵", Role.CLERK)
    real.enter(FIRST_ADMISSION)
    before, shown = key(real), real.figure
    taken_off(real, "赵")
    assert key(real) != before
    assert "已停用" in real.notice
    assert ("key_changed", "孙主任") in acts(real)
    real.type("Esc")
    assert real.figure == shown != ""
    real.type("F12 Y")
    assert len(real.entries()) == 1, real.notice
    real.type("Ctrl+L")
    sign_in(real, "赵")
    assert real.title == "登录"


def test_a_large_ledger_waits_for_the_lock_and_says_so_until_then(
    real: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ledger.key_renewal._PER_SECOND", 10)
    add(real, "赵", Role.CLERK)
    before = key(real)
    taken_off(real, "赵")
    assert key(real) == before
    assert "关闭或锁定时更换" in real.notice
    real.type("Esc Ctrl+L")
    sign_in(real, "孙主任", "a-long-passphrase")
    assert key(real) != before
    assert [act for act, _ in acts(real)].count("key_changed") == 1


def test_wrong_pins_in_ones_name_are_told_at_the_next_sign_in(real: Keys) -> None:
    add(real, "赵", Role.CLERK)
    real.type("Ctrl+L")
    sign_in(real, "赵", "wrong-passphrase")
    sign_in(real, "赵", OTHER_PIN)
    assert "输错口令 1 次" in real.notice


def test_four_words_are_offered_and_are_a_passphrase(real: Keys) -> None:
    real.type("Ctrl+O Shift+F7")
    assert "四个词" in real.notice
    words = real.notice.partition("：")[2].partition("（")[0]
    before = real.notice
    real.type("Shift+F7")
    assert real.notice != before
    counter = real.program.session.counter
    assert counter is not None
    assert not isinstance(counter.add_operator("赵", Role.CLERK, words), list)
