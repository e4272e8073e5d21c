"""Nothing in the window stands on top of anything else, in any state that a clerk meets."""

import sys
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from core.words import languages, words
from desktop.programs import demo
from desktop.settings import Settings
from desktop.views import theme
from tests.desktop.conftest import Desk
from tests.desktop.every_page import settle
from tests.desktop.keys import FIRST_ADMISSION


def overlaps(window: QWidget) -> list[tuple[str, str]]:
    """The pairs of visible texts and cells whose rectangles meet."""
    found = []
    for kind in (QLabel, QLineEdit, QAbstractButton):
        for widget in window.findChildren(kind):
            holds_others = widget.findChildren(QWidget)
            if widget.isVisible() and not holds_others and not _empty(widget):
                corner = widget.mapTo(window, QPoint(0, 0))
                found.append((widget, QRect(corner, widget.size())))
    return [
        (_name(one), _name(other))
        for (one, first), (other, second) in combinations(found, 2)
        if first.intersects(second) and not one.isAncestorOf(other)
    ]


def _empty(widget: QWidget) -> bool:
    return isinstance(widget, QLabel) and not widget.text()


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{widget.objectName()} {text}".strip()


ACCOUNT = " F7 Shift+F11 6 Return 1 Return Return 5000 F12"
STATES = {
    "empty": "",
    "inpatient": FIRST_ADMISSION,
    "extras": FIRST_ADMISSION + " Ctrl+E",
    "special": "220113196004080016 Return 张建国 Return 2",
    "day surgery": "220113196004080016 Return 张建国 Return 3",
    "common": "220113196004080016 Return 张建国 Return 4 2",
    "chronic": "220113196004080016 Return 张建国 Return 5",
    "chronic diseases": "220113196004080016 Return 张建国 Return 5 1 tnb",
    "special diseases": "220113196004080016 Return 张建国 Return 2 2 Down",
    "no such disease": "220113196004080016 Return 张建国 Return 5 1 qqq Return",
    "Category B lines": FIRST_ADMISSION.removesuffix("1200 Return") + "Return 12000 Return Return 3000",
    "enrolment": FIRST_ADMISSION + ACCOUNT,
    "enrolment at the counter": FIRST_ADMISSION + ACCOUNT + " Esc Ctrl+E",
    "wrong day": "220113196004080016 Return 张建国 Return 1 2 0310 Return 0301 Return",
    "question": FIRST_ADMISSION + " F12",
    "posted": FIRST_ADMISSION + " F12 Y",
}


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("state", STATES)
def test_nothing_overlaps(desk: Desk, state: str, language: str) -> None:
    keys = desk(language=language)
    keys.window.resize(1280, 768)
    keys.enter(STATES[state])
    for size in ((1280, 768), (1280, 800), (1920, 1080)):
        keys.window.resize(*size)
        settle(keys)
        assert overlaps(keys.window) == [], size


def test_nothing_overlaps_where_cells_are_missing(desk: Desk) -> None:
    keys = desk(Settings(operator="王芳", region="jilin/changchun"))
    keys.enter(FIRST_ADMISSION)
    assert overlaps(keys.window) == []


def test_nothing_overlaps_in_the_picture_of_the_demo(qapp: object, tmp_path: Path) -> None:
    theme.dress(qapp)  # type: ignore[arg-type]
    program = demo._filled(tmp_path, words("zh"))
    demo._draw(program, tmp_path / "window.png")
    assert overlaps(program.window) == []
    if sys.platform.startswith("linux"):
        with pytest.raises(OSError, match=r"\[Errno 28\]"):
            demo._draw(program, Path("/dev/full"))
    program.close()


def test_an_overlap_would_be_found(desk: Desk) -> None:
    keys = desk()
    label = keys.window.findChild(QLabel, "heading")
    other = QLabel("x", label.parentWidget())
    other.setGeometry(label.geometry())
    other.show()
    assert overlaps(keys.window)
