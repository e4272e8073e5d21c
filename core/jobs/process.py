"""The process that does the window's long work: jobs come on standard input, answers go to standard output.

It ends when its input does: whatever it works on is stopped then, and nothing of it is left.
"""

import gc
import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from core.files import guard_memory, guard_process, why_failed
from core.jobs import desk_jobs, statement_jobs, table_jobs
from core.jobs.agreement_jobs import AgreementJobs
from core.jobs.agreement_values import (
    CheckStatement,
    ReconcileFiles,
    TakeOverTotals,
    WriteReconciled,
    WriteStatement,
)
from core.jobs.desk_values import LookAtServer, SyncServer, TakeInFolder
from core.jobs.frames import framed, read_values
from core.jobs.model_jobs import ModelJobs
from core.jobs.model_values import ModelYear, WriteModel
from core.jobs.values import Crashed, Progress, SettleTable, UnderstandTable, failed
from core.ledger.errors import KnownError
from core.messages import message
from core.tables.watch import Cancelled, Watch


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


def main(_arguments: Sequence[str]) -> int:
    """Do one job after another until the input ends; return the exit status."""
    guard_process()
    guard_memory()  # tables hold names
    _yield_to_the_window()
    gc.disable()  # rows hold no circles, and looking for some takes a tenth of the time
    coming: SimpleQueue[Any] = SimpleQueue()
    stopped = threading.Event()
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    threading.Thread(target=_listen, args=(sys.stdin.buffer, coming, stopped), daemon=True).start()
    watch = Watch(lambda stage, done, of: _send(out, Progress(stage, done, of)), stopped.is_set)
    doers = _doers()
    with suppress(Cancelled, BrokenPipeError):
        while (job := coming.get()) is not None:
            _send(out, _done(doers[type(job)], job, watch))
            gc.collect()
    return 0


def _yield_to_the_window() -> None:
    """Let the window go first where both want the processor; what nobody else wants is this process's."""
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        with suppress(OSError):
            os.nice(5)


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


def _listen(stream: BinaryIO, coming: "SimpleQueue[Any]", stopped: threading.Event) -> None:
    for job in read_values(stream):
        coming.put(job)
    stopped.set()
    coming.put(None)


def _send(out: BinaryIO, value: object) -> None:
    out.write(framed(value))
    out.flush()
