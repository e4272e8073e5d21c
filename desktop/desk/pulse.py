"""Signs that long work goes on, while it has nothing new to say."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY: Final = 400
"""The longest pause between two signs, with room for a window that is busy (ms)."""


class Pulse(QObject):
    """Tells how far some work is: when it says so, and again while it is silent.

    ``tell`` takes a stage (empty: none is known yet), the rows done, and of how many (0: not known).
    """

    def __init__(self, parent: QObject, tell: Callable[[str, int, int], object]) -> None:
        super().__init__(parent)
        self._tell = tell
        self._at = ("", 0, 0)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._again)

    def begin(self) -> None:
        """Begin with work that has said nothing yet."""
        self._at = ("", 0, 0)
        self._timer.start()

    def tell(self, stage: str, done: int, of: int) -> None:
        """Tell what the work says; nothing any more after its end."""
        self._at = (stage, done, of)
        if self._timer.isActive():
            self._timer.start()
            self._tell(stage, done, of)

    def end(self) -> None:
        """Tell no more."""
        self._timer.stop()

    def _again(self) -> None:
        self._tell(*self._at)
