"""Other programs, started with the caller's environment but without what would lead them astray."""

import contextlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Command = Sequence[str | Path]

# Variables of the caller that would have children write no byte code, or find and install packages elsewhere.
NOT_INHERITED = {
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_PREFIX",
    "PIP_TARGET",
    "PIP_USER",
    "__PYVENV_LAUNCHER__",
}


class KnownError(Exception):
    """Something outside the program is wrong; the text is one sentence that says what, and what to do."""


def child_environment(**variables: str) -> dict[str, str]:
    """The caller's environment for a child, without what would lead it astray."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return kept | variables


def offscreen() -> dict[str, str]:
    """Qt draws into memory, unless the caller chose something else."""
    return {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def listen(command: Command, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the checkout and keep what it prints."""
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
    """Run a program in `folder` (None: where the caller stands) and let it print; its exit status."""
    with subprocess.Popen(command, cwd=folder, env=child_environment(**variables)) as child:
        try:
            status = child.wait()
        except KeyboardInterrupt:  # the child had it too: let it end in its own way
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=5)
            child.terminate()
            raise
    return status if status >= 0 else 128 - status
