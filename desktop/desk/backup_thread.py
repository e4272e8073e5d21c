"""Backups beside the window's work: in a thread with a connection of its own, so that posting never waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import QEventLoop, QObject, QThread, QTimer, Signal

from core.ledger.backup_schedule import back_up, is_due, list_backups, mark
from core.ledger.errors import KnownError, unavailable
from core.ledger.ledger import Ledger
from core.messages import Message, message
from desktop.presenters.desk.backups import BackupStanding, Copy
from desktop.startup.garbage_collector import paused

_PATIENCE: Final = 3.0
_EVERY: Final = 400
"""The pause between two signs of a backup, with room for a window that is busy (ms)."""
_LOOK_AGAIN: Final = 15 * 60 * 1000
"""The pause until a window that is left open looks again for a day without a backup (ms)."""


class _Work(QThread):
    """One backup."""

    def __init__(
        self, ledger: Path, key: bytes | None, folder: Path, now: datetime, second: Path | None
    ) -> None:
        super().__init__()
        self._ledger, self._key, self._folder, self._now, self._second = ledger, key, folder, now, second
        self.made = False
        self.failed: Message | None = None
        self.second_failed: Message | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Make the backup. A failure is told once the thread has ended."""
        with paused():
            self._make()

    def _make(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            ledger = Ledger(self._ledger, _PATIENCE, key=self._key, create=False)
            try:
                backup = back_up(ledger, self._folder, self._now, self._second)
            finally:
                ledger.close()
                self._key = None
            if isinstance(backup, list):
                self.failed = backup[0].message
            else:
                self.made, self.second_failed = True, backup.second_fault
        except KnownError as error:
            self.failed = error.said
        except OSError as error:
            self.failed = unavailable(error, self._folder).said
        except Exception as error:  # ours: told by the window's own thread
            self.error = error


class Backups(QObject):
    """The backups of one ledger. ``ended`` tells that one was made or failed.

    ``going_on`` tells several times a second for how many seconds one is being made.
    """

    ended = Signal()
    going_on = Signal(float)

    def __init__(
        self,
        folder: Path,
        now: Callable[[], datetime],
        second: Callable[[], str],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self.folder = folder
        self._now, self._second, self._tell = now, second, failed
        self._work: _Work | None = None
        self._failed: Message | None = None
        self._second_failed: Message | None = None
        self._ledger: Ledger | None = None
        self._last: datetime | None = None
        self._marked: tuple[int, ...] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AGAIN)
        self._timer.timeout.connect(self.daily)
        self._began = 0.0
        self._pulse = QTimer(self)
        self._pulse.timeout.connect(lambda: self.going_on.emit(monotonic() - self._began))
        self._look()

    def watch(self, ledger: Ledger) -> None:
        """Take a ledger that was opened, and make the day's backup if there is none yet."""
        self._ledger = ledger
        self._marked = mark(ledger)
        self._look()
        self._timer.start()
        self.daily()

    def go_on(self, ledger: Ledger) -> None:
        """Take the same ledger again, which was opened anew."""
        self._ledger = ledger

    def daily(self) -> None:
        """Make the day's backup where it is due."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            due = is_due(self.folder, self._now())
        except (KnownError, OSError):
            due = True  # the backup then fails with the reason
        if due:
            self.begin()

    def begin(self) -> bool:
        """Begin a backup; return False where none can be begun now."""
        if self._ledger is None or self._work is not None:
            return False
        self._marked = mark(self._ledger)
        second = Path(self._second()) if self._second() else None
        work = _Work(self._ledger.path, self._ledger.key, self.folder, self._now(), second)
        work.finished.connect(self._finished)
        self._work, self._began = work, monotonic()
        work.start()
        self._pulse.start(_EVERY)
        return True

    def leave(self) -> None:
        """Back up what was recorded since the last backup, before the ledger is closed."""
        ledger = self._ledger
        if ledger is not None:
            self.wait()
            if mark(ledger) != self._marked or self._failed is not None:
                self.begin()
        self.let_go()

    def let_go(self) -> None:
        """Watch the ledger no more: it is about to be closed."""
        self._ledger = None
        self._timer.stop()

    def wait(self) -> None:
        """Wait until the backup that runs has ended. The window goes on being drawn and takes no keys."""
        work = self._work
        if work is None:
            return
        loop = QEventLoop()
        work.finished.connect(loop.quit)
        if not work.isFinished():
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if self._work is work:
            self._finished()

    def _finished(self) -> None:
        work, self._work = self._work, None
        if work is None:
            return
        self._pulse.stop()
        work.wait()
        self._failed, self._second_failed = work.failed, work.second_failed
        self._look()
        if work.error is not None:
            self._failed = message("window.backup.ours")
            self._tell(work.error)
        self.ended.emit()

    def _look(self) -> None:
        """Look for the last copy, here rather than each time that the title line is drawn."""
        tomorrow = self._now() + timedelta(days=1)  # later ones were dated by a clock that was wrong
        copies = [each for each in self.copies("here", self.folder) if each.moment <= tomorrow]
        self._last = copies[-1].moment if copies else None

    @property
    def busy(self) -> bool:
        """True while a backup runs."""
        return self._work is not None

    @property
    def standing(self) -> BackupStanding:
        """The state of the backups: the last copy, what failed, and a backup that runs."""
        return BackupStanding(self._last, self._failed, self._second_failed, self._work is not None)

    def copies(self, place: str, folder: Path) -> list[Copy]:
        """Return the proved copies of a folder, the oldest first; none where it cannot be read."""
        try:
            return [Copy(each.file, each.moment, place) for each in list_backups(folder)]
        except KnownError:
            return []
