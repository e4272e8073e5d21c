"""One window a desk: a second start brings the first one to the front and ends.

The first start holds a lock in the desk's folder; the second leaves a file beside it, which the first sees. A
folder that cannot be written has no lock: the window opens all the same. So it does over a lock of another
machine that nobody answers for: a stick was pulled out, or a folder copied, while the window was open there.
"""

import contextlib
import stat
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QSysInfo, Signal

from core.files import read_bounded, write_whole

_LOCK: Final = "desk.lock"
_ASK: Final = "desk.ask"
_LARGEST: Final = 10_000
"""The most bytes of a question or of the lock: a file's path, and little more."""

_ANSWERS_WITHIN: Final = 2.0
"""The wait for a window on another machine to take the question away (seconds)."""


class First(QObject):
    """The lock of a desk's folder. ``asked`` tells of another start, with its file (empty: none)."""

    asked = Signal(str)

    def __init__(self, home: Path) -> None:
        super().__init__()
        with contextlib.suppress(OSError):
            home.mkdir(parents=True, exist_ok=True)
        self._file, self._lock_file = home / _ASK, home / _LOCK
        self._lock = QLockFile(str(self._lock_file))
        self._lock.setStaleLockTime(0)  # a long day is no reason to take the lock away; a dead process is
        self._watcher: QFileSystemWatcher | None = None
        self.held = False
        self.is_frozen = False
        self._take()

    def _take(self) -> None:
        if not self._may_be_lock():
            with contextlib.suppress(OSError):
                self._lock_file.unlink()
        self.held = self._may_be_lock() and self._lock.tryLock(0)
        if self.held:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)
            self._watcher = QFileSystemWatcher([str(self._file.parent)])
            self._watcher.directoryChanged.connect(self._look)

    def asked_the_other(self, file: Path | None = None) -> bool:
        """Ask the window that has this desk to come to the front; return False where there is none.

        ``is_frozen`` is true afterwards where that window is there and takes no notice.
        """
        if self.held or self._lock.error() is not QLockFile.LockError.LockFailedError:
            return False
        try:
            write_whole(self._file, str(file.absolute()).encode() if file else b"")
        except OSError:
            return False
        if self._answered():
            return True
        if self._is_of_this_machine():
            self.is_frozen = True
            return True
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)
            self._lock_file.unlink(missing_ok=True)
        self._take()
        return False

    def _may_be_lock(self) -> bool:
        """Return whether a window may have made what lies there, if anything: Qt waits at a pipe for ever."""
        try:
            state = self._lock_file.lstat()
        except OSError:
            return True
        return stat.S_ISREG(state.st_mode) and state.st_size <= _LARGEST

    def _is_of_this_machine(self) -> bool:
        """Return True for a lock of this machine: its process then runs, or Qt would have removed it."""
        try:
            lines = read_bounded(self._lock_file, _LARGEST).decode("utf-8").split("\n")
        except (OSError, ValueError):
            return False
        _pid, _program, name, machine, *_rest = [*lines, "", "", "", ""]
        if machine:
            return machine == bytes(QSysInfo.machineUniqueId().data()).decode()
        return name == QSysInfo.machineHostName()

    def _answered(self) -> bool:
        end = time.monotonic() + _ANSWERS_WITHIN
        while self._file.exists():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def end(self) -> None:
        """Give the lock back, and drop the watcher while Qt's events still run."""
        self._watcher = None
        if self.held:
            self._lock.unlock()

    def _look(self) -> None:
        if self._file.exists():
            given = ""
            with contextlib.suppress(OSError, ValueError):
                given = read_bounded(self._file, _LARGEST).decode("utf-8")
            with contextlib.suppress(OSError):
                self._file.unlink()
            self.asked.emit(given)
