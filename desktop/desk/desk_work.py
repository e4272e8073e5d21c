"""Long work beside the window's: in a process of its own, so that the counter stays quick meanwhile."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QProcess, QTimer

from core.jobs.frames import Frames, framed
from core.jobs.values import KEPT, Crashed, DeskLedger, Failed, Progress, failed
from core.messages import message
from core.places import ledger_of
from core.tables.child import DO_JOBS, command
from desktop.desk.ledger_files import PATIENCE, region_folders
from desktop.desk.pulse import Pulse

if TYPE_CHECKING:
    from desktop.session import Session

_PATIENT: Final = 600
"""How long stopped work may take to leave nothing behind, before it is ended from outside (ms)."""
_PATIENT_WITH_ANSWER: Final = 15_000
"""The same for work whose files have their names: its answer may be long (ms)."""
_PATIENT_AT_END: Final = 5_000
"""The same where the window waits, as the ledger is about to be closed (ms)."""
_PATIENT_WITH_LEDGER: Final = 15_000
"""The same for work that writes to the ledger: a commit is never cut off without need (ms)."""


def ledger_at_desk(session: "Session") -> DeskLedger:
    """Return the ledger that is open, for a process that works for the desk."""
    ledger = session.opened.ledger
    file = session.home / ledger_of(session.settings.region)
    folders = tuple(region_folders(session.home))
    return DeskLedger(file, ledger.key, folders, session.settings.signer, PATIENCE)


class WorkFault(Exception):
    """A fault of the program in the process that works for it; ``places`` are where, for a crash report."""

    def __init__(self, fault: Crashed) -> None:
        super().__init__(fault.kind)
        self.places = (fault.kind, *fault.places)


class DeskWork(QObject):
    """One process that does one job after another. It ends when it is stopped, or closed.

    ``crashed`` takes a fault of the program. ``swept`` takes the job of a process that had to be ended from
    outside.
    """

    def __init__(
        self, parent: QObject, crashed: Callable[[Exception], object], swept: Callable[[Any], object]
    ) -> None:
        super().__init__(parent)
        self._crashed, self._swept = crashed, swept
        self._process: QProcess | None = None
        self._frames = Frames()
        self._job: Any = None
        self._told: Callable[[Progress], object] = _unheard
        self._pulse = Pulse(self, lambda *at: self._told(Progress(*at)))
        self._ended: Callable[[Any], object] = _unheard
        self._patient = _PATIENT
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._end_from_outside)

    @property
    def busy(self) -> bool:
        """True while a job is being done."""
        return self._job is not None

    def begin(self, job: Any, told: Callable[[Progress], object], ended: Callable[[Any], object]) -> None:
        """Begin a job while none is done. ``told`` hears how far it is, ``ended`` its answer.

        The answer is None where the job was stopped, a `Failed` where it could not be done.
        """
        if self._late.isActive():  # it has answered although it was stopped, and is about to be gone
            self.close()
        self._patient = _PATIENT
        self._job, self._told, self._ended = job, told, ended
        process = self._process or self._started()
        process.write(framed(job))
        self._pulse.begin()

    def stop(self, with_ledger: bool = False) -> None:
        """Stop the job, if one is done. ``with_ledger``: it writes to the ledger, which takes its time."""
        if self._process is not None:
            self._process.closeWriteChannel()
            self._late.start(_PATIENT_WITH_LEDGER if with_ledger else self._patient)

    def close(self) -> None:
        """End the process now, and wait until it is gone."""
        process = self._process
        if process is None:
            return
        self._ended = self._told = _unheard
        self._pulse.end()
        process.closeWriteChannel()
        if not process.waitForFinished(_PATIENT_AT_END):
            self._end_from_outside()

    def _started(self) -> QProcess:
        program, *arguments = command(DO_JOBS)
        self._process = process = QProcess(self)
        self._frames = Frames()
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._not_started)
        process.start(program, arguments)
        return process

    def _read(self) -> None:
        if self._process is None:
            return
        for value in self._frames.take(bytes(self._process.readAllStandardOutput().data())):
            if value == KEPT:
                self._kept()
            elif isinstance(value, Progress):
                self._pulse.tell(*value)
            else:
                self._answer(value)

    def _kept(self) -> None:
        """Wait for the answer of work that was done, though it may have been stopped."""
        self._patient = _PATIENT_WITH_ANSWER
        if self._late.isActive():
            self._late.start(self._patient)

    def _answer(self, value: Any) -> None:
        if isinstance(value, Crashed):
            self._crashed(WorkFault(value))
            value = failed("", message("window.job.ours"))
        self._pulse.end()
        ended, self._ended, self._told, self._job = self._ended, _unheard, _unheard, None
        ended(value)

    def _finished(self) -> None:
        """Tell of a job whose process is gone: it was stopped, or the system ended it."""
        self._read()
        process, self._process = self._process, None
        stopped = self._late.isActive()
        self._late.stop()
        if process is not None:
            process.deleteLater()
        if self._job is not None:
            self._answer(None if stopped else failed("file", message("tables.too_large")))

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process = None
            self._answer(failed("", message("window.job.not_started")))

    def _end_from_outside(self) -> None:
        """End the process where it did not end by itself, and remove what it left."""
        if self._process is not None:
            self._late.start(_PATIENT)  # so that its end counts as stopped
            job = self._job
            number = self._process.processId()
            if sys.platform != "win32" and number > 0:  # 0 would be this program's own group
                with suppress(OSError):
                    os.killpg(number, signal.SIGKILL)
            self._process.kill()
            self._process.waitForFinished(_PATIENT)
            if job is not None:
                self._swept(job)


def sweep_after(out: Path | None) -> None:
    """Remove the drafts of a file that a process was writing when it was ended."""
    if out is not None:
        from core.files import sweep_held

        sweep_held(out.parent)


def _unheard(_value: Failed | Progress | Any) -> None:
    """Hear nothing any more."""
