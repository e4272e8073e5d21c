"""The process that does the window's long work: jobs come on standard input, answers go to standard output.

It ends when its input does: whatever it works on is stopped then, and nothing of it is left.
"""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread

from core.files import guard_memory, guard_process
from core.jobs.asked import JobsAsked


def main(_arguments: Sequence[str]) -> int:
    """Do one job after another until the input ends; return the exit status."""
    guard_process()
    guard_memory()  # tables hold names
    _yield_to_the_window()
    if sys.platform != "win32":
        with suppress(OSError):
            os.setsid()  # a group of its own: whoever ends it from outside ends what it has started, too
    gc.disable()  # rows hold no circles, and looking for some takes a tenth of the time
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    asked = JobsAsked()
    Thread(target=asked.listen, args=(sys.stdin.buffer,), daemon=True).start()
    from core.jobs.doing import do_jobs  # while the end of the input is heeded: it loads much

    with suppress(BrokenPipeError):
        do_jobs(asked, out)
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
