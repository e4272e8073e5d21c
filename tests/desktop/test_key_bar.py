"""The keys in the footer: those that can be pressed now, and whole before anything is painted."""

import pytest
from PySide6.QtCore import QRect

from desktop.navigator import Navigator
from desktop.presenters.rules.measure import MeasurePage
from desktop.views.key_bar import KeyBar
from tests.desktop.conftest import Desk
from tests.desktop.keys import NAMED, Keys


def drawn(bar: KeyBar) -> list[tuple[str, bool, QRect]]:
    """Return where the bar and its keys stand, and whether they are to be seen."""
    keys = [(each.key, each.isVisible(), each.geometry()) for each in bar._buttons.values()]
    return [("", bar.isVisible(), bar.geometry()), *keys]


def late(desk: Desk, wide: int) -> list[str]:
    """Return the pages and widths whose keys stand elsewhere once the event loop has had its turns."""
    keys, found = desk(language="en"), []
    bar = keys.window.findChild(KeyBar, "footer")
    assert bar is not None
    keys.window.resize(wide, 800)
    keys.app.processEvents()

    def look(what: str) -> None:
        at_once = drawn(bar)
        keys.app.processEvents()
        keys.app.processEvents()
        if drawn(bar) != at_once:
            found.append(what)

    for key in ("F3", "Esc", "F10", "Esc", "F8", "Esc"):
        keys.send(NAMED[key], then=False)
        look(key)
    for width in (1920, 1280, 960, 1440):
        keys.window.resize(width, 800)
        look(str(width))
    return found


@pytest.mark.parametrize("wide", [1280, 960])
def test_the_keys_of_another_page_or_width_are_whole_at_once(desk: Desk, wide: int) -> None:
    assert late(desk, wide) == []


def test_the_harness_sees_keys_that_come_after_a_paint(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the layout is left to the event loop."""
    monkeypatch.setattr(KeyBar, "isVisible", lambda _: False)
    assert {"F3", "1280"} <= set(late(desk, 1280))


def measuring(desk: Desk) -> tuple[Keys, MeasurePage]:
    """The page that measures a region, over the counter."""
    keys = desk()
    keys.program.navigator.press("measure")
    page = keys.program.navigator.page
    assert isinstance(page, MeasurePage)
    return keys, page


def in_footer(keys: Keys) -> set[str]:
    bar = keys.window.findChild(KeyBar, "footer")
    assert bar is not None
    return set(bar._buttons)


def test_while_work_goes_on_its_keys_are_not_offered(desk: Desk) -> None:
    keys, page = measuring(desk)
    before = in_footer(keys)
    assert "F12" in before
    page.begun()
    assert "F12" not in in_footer(keys)
    page.done(None)
    assert in_footer(keys) == before


def test_the_harness_sees_keys_that_stay_though_they_do_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the frame is drawn once for each page."""
    keys, page = measuring(desk)
    monkeypatch.setattr(Navigator, "_draw_frame", lambda _: None)
    page.begun()
    assert "F12" in in_footer(keys)
