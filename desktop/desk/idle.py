"""The idle clock of a desk."""

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


class Idle(QObject):
    """A clock that emits ``over`` when nobody has touched the window for some minutes."""

    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.over)

    def watch(self, window: QObject | None, minutes: int) -> None:
        """Begin to count. ``window`` is the one that the system knows: each key and click reaches it once."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)
        self.timer.start(minutes * 60_000)

    def touched(self) -> None:
        """Count from the beginning. A clock that was stopped, as on a locked desk, stays so."""
        if self.timer.isActive():
            self.timer.start()

    def stop(self) -> None:
        """Stop counting."""
        self.timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Count from the beginning at any key and any move of the mouse."""
        if event.type() in _ALIVE:
            self.touched()
        return False


def minutes_of(text: str) -> int:
    """Return the minutes that a setting names, 1 to 60; ten where it names none."""
    return min(_LONGEST, max(_SHORTEST, int(text))) if text.isascii() and text.isdigit() else _USUAL
