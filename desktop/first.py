"""One window a desk: a second start brings the first one to the front and ends.

The first start holds a lock in the desk's folder; the second leaves a file beside it, which the first sees. A
folder that cannot be written has no lock: the window opens all the same.
"""

import contextlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

_LOCK: Final = "desk.lock"
_ASK: Final = "desk.ask"


class First(QObject):
    """The lock of a desk's folder. ``asked`` tells of another start, with the file it was given (or none)."""

    asked = Signal(str)

    def __init__(self, home: Path) -> None:
        super().__init__()
        with contextlib.suppress(OSError):
            home.mkdir(parents=True, exist_ok=True)
        self._file = home / _ASK
        self._lock = QLockFile(str(home / _LOCK))
        self._lock.setStaleLockTime(0)  # a long day is no reason to take the lock away; a dead process is
        self.held = self._lock.tryLock(0)
        self._watcher: QFileSystemWatcher | None = None
        if self.held:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)
            self._watcher = QFileSystemWatcher([str(home)])
            self._watcher.directoryChanged.connect(self._look)

    def asked_the_other(self, file: Path | None = None) -> bool:
        """Whether another window has this desk, and was asked to come to the front."""
        if self.held or self._lock.error() is not QLockFile.LockError.LockFailedError:
            return False
        try:
            beside = self._file.with_suffix(".part")
            beside.write_text(str(file.absolute()) if file else "", encoding="utf-8")
            beside.replace(self._file)
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Gives the lock back, and the watcher while Qt's events still run."""
        self._watcher = None
        if self.held:
            self._lock.unlock()

    def _look(self) -> None:
        if self._file.exists():
            given = ""
            with contextlib.suppress(OSError, ValueError):
                given = self._file.read_text(encoding="utf-8")
                self._file.unlink()
            self.asked.emit(given)
