"""What does each kind of job, in the process that works for the window."""

import gc
import os
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from core.files import why_failed
from core.jobs import desk_jobs, statement_jobs, table_jobs
from core.jobs.agreement_jobs import AgreementJobs
from core.jobs.agreement_values import (
    CheckStatement,
    ReconcileFiles,
    TakeOverTotals,
    WriteReconciled,
    WriteStatement,
)
from core.jobs.asked import JobsAsked
from core.jobs.desk_values import LookAtServer, SyncServer, TakeInFolder
from core.jobs.frames import framed
from core.jobs.model_jobs import ModelJobs
from core.jobs.model_values import ModelYear, WriteModel
from core.jobs.values import KEPT, Crashed, Progress, SettleTable, UnderstandTable, failed
from core.ledger.errors import KnownError
from core.messages import message
from core.tables.watch import Cancelled, Watch

_OF_LEDGER: Final = (TakeOverTotals, SyncServer, TakeInFolder)
"""The jobs that write to the ledger, beside a table that is posted."""


def do_jobs(asked: JobsAsked, out: BinaryIO) -> None:
    """Do one job after another until no more are asked for, and send what comes of them.

    Raises BrokenPipeError where nobody listens any more.
    """
    watch = Watch(lambda stage, done, of: _send(out, Progress(stage, done, of)), asked.to_end)
    doers = _doers()
    for job in asked.jobs():
        writes = isinstance(job, _OF_LEDGER) or (isinstance(job, SettleTable) and job.post)
        try:
            with asked.working(at_any_moment=not writes):
                answer = _done(doers[type(job)], job, watch)
                asked.finished()
                if asked.kept:
                    _send(out, KEPT)
                _send(out, answer)
        except Cancelled:
            pass  # all that was begun is undone
        if asked.stopped.is_set():
            os._exit(0)  # what the work holds in memory goes with the process
        gc.collect()


def _doers() -> Mapping[type, Callable[[Any, Watch], object]]:
    agreement, model = AgreementJobs(), ModelJobs()
    return {
        UnderstandTable: table_jobs.understand,
        SettleTable: table_jobs.settle,
        ReconcileFiles: agreement.reconcile,
        WriteReconciled: agreement.write,
        TakeOverTotals: agreement.take_over,
        WriteStatement: statement_jobs.write,
        CheckStatement: statement_jobs.check,
        SyncServer: desk_jobs.sync,
        TakeInFolder: desk_jobs.take_in,
        LookAtServer: desk_jobs.look_at_server,
        ModelYear: model.model,
        WriteModel: model.write,
    }


def _done(do: Callable[[Any, Watch], object], job: Any, watch: Watch) -> object:
    """Do a job and return its answer. Raises Cancelled."""
    try:
        return do(job, watch)
    except Cancelled:
        raise
    except KnownError as error:
        return failed("ledger", error.said)
    except MemoryError:
        return failed("file", message("tables.too_large"))
    except OSError as error:
        return failed("file", why_failed(error, str(error.filename or "")))
    except Exception as error:  # told by the window, which writes the crash report
        frames = traceback.extract_tb(error.__traceback__)
        places = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        return Crashed(type(error).__qualname__, tuple(places))


def _send(out: BinaryIO, value: object) -> None:
    out.write(framed(value))
    out.flush()
