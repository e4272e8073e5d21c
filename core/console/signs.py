"""Signs of life on a terminal: what a command works at, how far it is, and for how long, whatever it does.

A thread of its own says so, from the process's start on: neither the loading of a program nor one long step
of it is silent. Nothing is said where standard error is no terminal.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Final

_FIRST: Final = 0.25
"""What takes no longer than this has nothing to say (seconds)."""
_EVERY: Final = 0.35
"""The pause between two signs, with room for a thread that has to wait for its turn (seconds)."""
_WIDE: Final = "\u1100"
"""The first character that may be as wide as two."""
_ENDING: Final = ("SIGTERM", "SIGHUP")
_PRESSED_TWICE: Final = 1.0
"""Who asks again for an end meanwhile is asking for the same one, which is not disturbed (seconds)."""

Speaker = Callable[[str, int, int, float], str]
"""Takes a stage, the rows done, of how many (0: unknown) and the seconds since the start; returns a line."""


class Ended(KeyboardInterrupt):
    """The system asks the command to end. ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _bare(_stage: str, _done: int, _of: int, seconds: float) -> str:
    """Return what can be said before there are words."""
    return f"... {seconds:.1f} s"


class Signs:
    """The one line that tells how far the work is; it goes before anything else is said."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._over = Event()
        self._thread: Thread | None = None
        self._began = self._next = 0.0
        self._at: tuple[str, int, int] = ("", 0, 0)
        self._speak: Speaker = _bare
        self._quiet = False
        self._shown = 0

    def begin(self) -> None:
        """Begin to give signs, if somebody looks at standard error."""
        if sys.stderr is None or not sys.stderr.isatty():  # Python has none where it is closed
            return
        self._began = monotonic()
        self._next = self._began + _FIRST
        self._thread = Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def take_words(self, speak: Speaker) -> None:
        """Take what puts a sign into words."""
        self._speak = speak

    def tell(self, stage: str, done: int, of: int) -> None:
        """Take how far the work is; the next sign says it."""
        self._at = (stage, done, of)

    def clear(self) -> None:
        """Take the sign away, as something else is about to be printed."""
        if self._thread is not None:
            with self._lock:
                self._erase()
                self._next = monotonic() + _EVERY

    @contextmanager
    def while_typed(self) -> Iterator[None]:
        """Give no signs where the block reads what a person types at a terminal."""
        self._quiet = bool(sys.stdin) and sys.stdin.isatty()
        self.clear()
        try:
            yield
        finally:
            self._quiet = False

    def end(self) -> None:
        """Give no more signs, and leave none."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self.clear()
            self._thread = None

    def _go_on(self) -> None:
        while not self._over.wait(max(0.0, self._next - monotonic()) or _EVERY):
            with self._lock, suppress(OSError, ValueError):
                now = monotonic()
                if now < self._next or self._quiet:
                    continue
                self._next = now + _EVERY
                self._show(self._speak(*self._at, now - self._began))

    def _show(self, line: str) -> None:
        wide = sum(1 + (each >= _WIDE) for each in line)
        sys.stderr.write(f"\r{line}{' ' * (self._shown - wide)}")
        sys.stderr.flush()
        self._shown = wide

    def _erase(self) -> None:
        if self._shown:
            with suppress(OSError, ValueError):
                sys.stderr.write(f"\r{' ' * self._shown}\r")
                sys.stderr.flush()
            self._shown = 0


SIGNS: Final = Signs()
"""Those of this process."""


def status_of(asked: KeyboardInterrupt) -> int:
    """Return the exit status of a command that was asked to end."""
    return 128 + (asked.number if isinstance(asked, Ended) else signal.SIGINT)


def heed_the_system() -> None:
    """Let a signal to end unwind the work, as Ctrl+C does: nothing is left behind. Raises Ended there."""
    asked = 0.0

    def ended(number: int, _frame: Any) -> None:
        nonlocal asked
        now = monotonic()
        if now >= asked + _PRESSED_TWICE:
            asked = now
            raise Ended(number)

    for name in ("SIGINT", *_ENDING):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, ended)
