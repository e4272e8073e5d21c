"""What is asked of a process that works for the window, heard beside its work: jobs, and its end."""

import _thread
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Lock
from typing import Any, BinaryIO, Final

from core.files import FileDrafts
from core.jobs.frames import Frames
from core.tables.watch import Cancelled

_PIECE: Final = 1 << 16


class JobsAsked:
    """The jobs that come on a stream until it ends, which asks the process to end.

    Nothing is waited for then: a process that does nothing, or is still being loaded, is gone at once, and
    work that may be broken off ends where it stands, by Cancelled. `to_end` is for all other work. Once files
    of the work have taken their names it is done, whoever wants it stopped.
    """

    def __init__(self) -> None:
        self.stopped = Event()
        self._coming: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = Lock()
        self._works = self._at_any_moment = False
        self._kept_before = 0
        signal.signal(signal.SIGINT, self._broken_off)

    def listen(self, stream: BinaryIO) -> None:
        """Hear a stream until it ends, in a thread of its own."""
        while piece := os.read(stream.fileno(), _PIECE):
            self._coming.put(piece)
        with self._lock:
            self.stopped.set()
            if not self._works:
                os._exit(0)
            if self._at_any_moment:
                _thread.interrupt_main(signal.SIGINT)
        self._coming.put(None)

    def jobs(self) -> Iterator[Any]:
        """Yield the jobs as they come."""
        frames = Frames()
        while (piece := self._coming.get()) is not None:
            yield from frames.take(piece)

    @property
    def kept(self) -> bool:
        """True once files of the work that is being done have their names."""
        return FileDrafts.kept > self._kept_before

    def to_end(self) -> bool:
        """Tell whether the work that is being done is to end with nothing left of it."""
        return self.stopped.is_set() and not self.kept

    @contextmanager
    def working(self, at_any_moment: bool) -> Iterator[None]:
        """Do some work in the block and tell its answer, before which `finished` is called.

        ``at_any_moment``: until then it may be broken off wherever it stands.
        """
        with self._lock:
            self._kept_before = FileDrafts.kept
            self._works, self._at_any_moment = True, at_any_moment
        try:
            yield
        finally:
            self.finished()
        with self._lock:
            self._works = False

    def finished(self) -> None:
        """Let nothing break the work off any more: its answer is told."""
        self._at_any_moment = False

    def _broken_off(self, _number: int, _frame: Any) -> None:
        """Raise Cancelled in the work, once. Files that take their names take them all: the work is done."""
        if self.to_end() and self._at_any_moment and not FileDrafts.keeping:
            self.finished()
            raise Cancelled
