"""The idle clock of a desk: it tells when nobody has touched the window for some minutes."""

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
"""After how many idle minutes a desk locks."""


class Idle(QObject):
    """Tells by ``over`` when nobody has touched the window for so long."""

    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.over)

    def watch(self, window: QObject | None, minutes: int) -> None:
        """Begin to count at the window that the system knows: no widget's event comes by here."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)
        self.timer.start(minutes * 60_000)

    def touched(self) -> None:
        """Count from the beginning: somebody is there. A desk that is locked stays so."""
        if self.timer.isActive():
            self.timer.start()

    def stop(self) -> None:
        """Stop counting: nothing is to be locked."""
        self.timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See any key and any move of the mouse."""
        if event.type() in _ALIVE:
            self.touched()
        return False


def minutes_of(text: str) -> int:
    """The minutes that a setting names, 1 to 60; ten where it names none."""
    return min(_LONGEST, max(_SHORTEST, int(text))) if text.isascii() and text.isdigit() else _USUAL
