"""Long work beside the window: in a thread, with its progress told, ended when somebody stops it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from core.ledger.errors import KnownError
from core.messages import Message
from core.tables.watch import Cancelled, Watch
from desktop.desk.pulse import Pulse
from desktop.startup.garbage_collector import paused

Work = Callable[[Watch], Any]
"""The work itself. It runs in a thread of its own, so that a ledger that it reads is opened in it."""


class _Thread(QThread):
    """One piece of work, and what came of it: a result, a reason, an error of ours, or nothing if stopped."""

    told = Signal(str, int, int)

    def __init__(self, work: Work, stands: bool) -> None:
        super().__init__()
        self._work = work
        self.stands = stands
        self.stopped = self.cancelled = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Do the work. What failed is told once the thread has ended."""
        with paused():
            try:
                self.result = self._work(Watch(self.told.emit, lambda: self.stopped))
            except Cancelled:
                self.stopped = self.cancelled = True
            except KnownError as error:
                self.result = error.said
            except Exception as error:  # ours: told by the window's own thread
                self.error = error


class LongWork(QObject):
    """The one piece of work that a window does at a time.

    ``told`` tells its stage, the rows done, and of how many (0: not known).
    """

    told = Signal(str, int, int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: _Thread | None = None
        self._ended: Callable[[Any], object] = _nothing
        self._pulse = Pulse(self, self.told.emit)

    def begin(self, work: Work, ended: Callable[[Any], object], stands: bool = False) -> None:
        """Begin some work; what was worked on before is stopped.

        ``ended`` takes the result, or a `Message` of why there is none; nobody calls it for work that was
        stopped. ``stands``: what it leaves stands once it is done, and `break_off` has its result told.
        """
        self.stop()
        self._thread, self._ended = _Thread(work, stands), ended
        self._thread.told.connect(self._pulse.tell)
        self._thread.finished.connect(self._finished)
        self._thread.start()
        self._pulse.begin()

    @property
    def busy(self) -> bool:
        """True while some work is under way."""
        return self._thread is not None

    def stop(self) -> None:
        """Stop the work and wait until it has ended, which takes a fraction of a second."""
        thread, self._thread = self._thread, None
        self._pulse.end()
        if thread is not None:
            thread.stopped = True
            thread.wait()

    def break_off(self) -> bool:
        """Stop the work; return whether it was done all the same, and ``ended`` has taken its result."""
        thread = self._thread
        self.stop()
        if thread is None or thread.cancelled or not thread.stands:
            return False
        self._end(thread)
        return True

    def _finished(self) -> None:
        thread = self._thread
        if thread is None or not thread.isFinished():
            return  # it was stopped, and perhaps something else begun
        self._thread = None
        self._pulse.end()
        thread.wait()
        if not thread.stopped:
            self._end(thread)

    def _end(self, thread: _Thread) -> None:
        if thread.error is not None:
            self._ended(Message("window.job.ours"))
            raise thread.error  # in the window's own thread, where it is reported
        self._ended(thread.result)


def _nothing(_result: Any) -> None:
    """Stand in until some work is begun."""
