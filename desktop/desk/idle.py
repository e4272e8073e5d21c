"""The idle clock of a desk."""

import sys
import time
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

_ALIVE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)
_SHORTEST, _USUAL, _LONGEST = 1, 10, 60
"""The idle minutes until a desk locks."""


def elapsed() -> float:
    """Return a time that goes on while the machine sleeps (seconds)."""
    now = time.time()
    if sys.platform == "linux":
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
    return now


class Idle(QObject):
    """A clock that emits ``over`` when nobody has touched the window for some minutes."""

    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._since, self._minutes = 0.0, 0
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.over)

    def watch(self, window: QObject | None, minutes: int) -> None:
        """Begin to count. ``window`` is the one that the system knows: each key and click reaches it once."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)
        self._since, self._minutes = elapsed(), minutes
        self.timer.start(minutes * 60_000)

    def touched(self) -> bool:
        """Count from the beginning, unless the time is over; return whether it is.

        A machine that slept counted nothing, so the first touch after it may come too late. A clock that was
        stopped, as on a locked desk, stays so.
        """
        if not self.timer.isActive():
            return False
        if elapsed() - self._since >= self._minutes * 60:
            self.timer.stop()
            self.over.emit()
            return True
        self._since = elapsed()
        self.timer.start()
        return False

    def stop(self) -> None:
        """Stop counting."""
        self.timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Count from the beginning at any key and move of the mouse; one that comes too late only locks."""
        return event.type() in _ALIVE and self.touched()


def minutes_of(text: str) -> int:
    """Return the minutes that a setting names, 1 to 60; ten where it names none."""
    return min(_LONGEST, max(_SHORTEST, int(text))) if text.isascii() and text.isdigit() else _USUAL
