"""Work that the window waits for: it goes on being drawn, says for how long, and takes no keys."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, TypeVar

from PySide6.QtCore import QEventLoop, QThread, QTimer

from desktop.startup.garbage_collector import paused

_EVERY: Final = 400
"""The pause between two signs, with room for a window that is busy (ms)."""

Made = TypeVar("Made")


class _Thread(QThread):
    """The work, and what came of it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work = work
        self.result: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Do the work. What failed is raised where it is waited for."""
        with paused():
            try:
                self.result = self._work()
            except Exception as error:
                self.error = error


def drawn_meanwhile(work: Callable[[], Made], tell: Callable[[float], object]) -> Made:
    """Do some work in a thread and return what it returns; keys that are pressed meanwhile come after it.

    ``tell`` takes the seconds since the beginning, several times a second. Raises what the work raises.
    """
    thread, loop, pulse, began = _Thread(work), QEventLoop(), QTimer(), monotonic()
    thread.finished.connect(loop.quit)
    pulse.timeout.connect(lambda: tell(monotonic() - began))
    pulse.start(_EVERY)
    thread.start()
    if not thread.isFinished():
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    pulse.stop()
    thread.wait()
    if thread.error is not None:
        raise thread.error
    result: Made = thread.result
    return result
