"""Other programs, started with the caller's environment but without what would lead them astray."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Command = Sequence[str | Path]

_MEMORY, _ROOM = Path("/dev", "shm"), 4 << 30
"""Where some systems keep files in memory, and the bytes that a run of the tests should find there."""

NOT_INHERITED = {
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_PREFIX",
    "PIP_TARGET",
    "PIP_USER",
    "__PYVENV_LAUNCHER__",
}
"""Variables of the caller: with them children write no byte code, or find or install packages elsewhere."""


class KnownError(Exception):
    """Something outside the program is wrong. The text is one sentence: what is wrong, and what to do."""


def child_environment(**variables: str) -> dict[str, str]:
    """Return the caller's environment for a child, without `NOT_INHERITED` and with some variables more."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return kept | variables


def offscreen() -> dict[str, str]:
    """Return the variables that let Qt draw into memory, unless the caller chose something else."""
    return {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def in_memory() -> dict[str, str]:
    """Return the variable that lets the tests' files lie in memory, where the system has room there.

    They are thrown away: nobody needs to wait until a disk holds each of them.
    """
    if sys.platform != "win32" and "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK):
        found = os.statvfs(_MEMORY)
        runs_programs = not found.f_flag & os.ST_NOEXEC
        if runs_programs and found.f_bavail * found.f_frsize > _ROOM:
            return {"TMPDIR": str(_MEMORY)}
    return {}


def listen(command: Command, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the checkout and return it with what it printed on both streams."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env=child_environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def call(command: Command, folder: Path | None = None, **variables: str) -> int:
    """Run a program, let it print, and return its exit status: 128 and the signal where one ended it.

    ``folder`` is where it runs; None: where the caller stands.
    """
    with subprocess.Popen(command, cwd=folder, env=child_environment(**variables)) as child:
        try:
            status = child.wait()
        except KeyboardInterrupt:  # the child had it too: let it end in its own way
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=5)
            child.terminate()
            raise
    return status if status >= 0 else 128 - status
