"""Where the window opens: as it was closed last where the screen has room, else as large as is useful."""

import re
from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication

from desktop.views.window import Window

MAXIMIZED: Final = "maximized"
_FRAME: Final = 40
"""The height that the system's title line adds to a window (pixels)."""
_USEFUL: Final = 1440, 900
"""A larger window shows no more of the counter (pixels)."""
_PLACE: Final = r"([0-9]{1,5})x([0-9]{1,5})([+-][0-9]{1,5})([+-][0-9]{1,5})"


def open_window(window: Window, remembered: str) -> None:
    """Show the window in its remembered place, else in one that fits the screen.

    ``remembered`` is what `place_of` returned; anything else, and a place on no screen, counts as none.
    """
    place = _fitting(window, remembered)
    if place is None:
        window.showMaximized()
        return
    window.resize(place.size())
    if place.topLeft() != window.pos() and remembered:
        window.move(place.topLeft())
    window.show()


def place_of(window: Window) -> str:
    """Return the window's place to be remembered: ``maximized``, or its size and corner (pixels)."""
    if window.isMaximized() or window.isFullScreen():
        return MAXIMIZED
    at, size = window.pos(), window.size()
    return f"{size.width()}x{size.height()}{at.x():+d}{at.y():+d}"


def _fitting(window: Window, remembered: str) -> QRect | None:
    """Return the place to open in, None for the whole screen."""
    room = window.screen().availableGeometry()
    parts = None if remembered in ("", MAXIMIZED) else re.fullmatch(_PLACE, remembered)
    if parts is not None:
        wide, high, left, top = (int(part) for part in parts.groups())
        place = QRect(left, top, wide, high)
        screens = [screen.availableGeometry() for screen in QApplication.screens()]
        least = window.minimumSize()
        if wide >= least.width() and high >= least.height() and any(each.contains(place) for each in screens):
            return place
    if remembered == MAXIMIZED or room.width() < window.width() or room.height() < window.height() + _FRAME:
        return None
    useful = QSize(*_USEFUL).boundedTo(room.size() - QSize(0, _FRAME))
    return QRect(room.topLeft(), useful.expandedTo(window.size()))
