"""A machine that slept: the desk locks before the first key after it does anything."""

import pytest

from desktop.desk import idle
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, sign_in


def test_the_first_key_after_a_night_locks_and_does_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = desk(CHANGCHUN)
    keys.type(FIRST_ADMISSION)
    now = idle.elapsed()
    monkeypatch.setattr(idle, "elapsed", lambda: now + 9 * 60)
    keys.type("F9")
    assert keys.title == "", "a short sleep locks nothing"
    monkeypatch.setattr(idle, "elapsed", lambda: now + 12 * 3600)
    keys.type("F2")
    assert keys.title == "登录"
    sign_in(keys, "孙主任", PIN)
    assert keys.title == ""
    assert keys.cell("total") or keys.cell("eligible"), (
        "F2 was the key that only locked: the form is still there"
    )
