"""A machine that slept: the desk locks before the first key after it does anything."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from desktop.desk import idle
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures, sign_in


def press(keys: Keys, key: Qt.Key) -> None:
    """A key as the system brings it: to the window that it knows."""
    handle = keys.window.windowHandle()
    keys.app.sendEvent(handle, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
    keys.app.processEvents()


def test_the_first_key_after_a_night_locks_and_does_nothing_else(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.enter(FIRST_ADMISSION)
    now = idle.elapsed()
    monkeypatch.setattr(idle, "elapsed", lambda: now + 9 * 60)
    press(keys, Qt.Key.Key_F9)
    assert keys.title == "", "a short sleep locks nothing"
    monkeypatch.setattr(idle, "elapsed", lambda: now + 12 * 3600)
    press(keys, Qt.Key.Key_F2)
    assert keys.title == "登录"
    sign_in(keys, "孙主任", PIN)
    assert keys.title == ""
    assert keys.cell("total") or keys.cell("eligible"), (
        "F2 was the key that only locked: the form is still there"
    )
