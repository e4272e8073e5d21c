"""A report laid out and printed into a PDF by the window's program, which has type and paper."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.files import failed_in_child
from core.tables.child import ChildRole, window_command
from core.tables.watch import Watch

_WINDOW: Final = ChildRole("--report", "desktop.main")
"""The window's program; this one only tells it what to print."""
_LOOK_AGAIN: Final = 0.2
"""The pause until it is asked again whether somebody stops what is printed (seconds)."""


def print_report(told: Mapping[str, Any], out: Path, rows: int, watch: Watch) -> None:
    """Have the window's program write a PDF of ``told``, which has so many rows.

    ``told`` is what `desktop.programs.report_paper.report_sheet` reads. Raises OSError where the PDF cannot
    be written, and Cancelled.
    """
    # a pipe would take only a part of a long report at once; where the PDF goes, its texts may lie as well
    with tempfile.TemporaryFile(dir=Path(os.path.realpath(out)).parent) as asked:
        asked.write(json.dumps(told).encode("ascii"))
        asked.seek(0)
        printing = subprocess.Popen(  # noqa: S603  this program itself
            [*window_command(_WINDOW), str(out.absolute())],
            stdin=asked,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            _wait(printing, watch, rows)
        finally:
            printing.kill()
            printing.wait()
    if printing.returncode:
        raise failed_in_child(printing.returncode, out)


def _wait(printing: "subprocess.Popen[bytes]", watch: Watch, rows: int) -> None:
    """Wait for the end of a process. Raises Cancelled where somebody stops it."""
    while True:
        try:
            printing.wait(_LOOK_AGAIN)
        except subprocess.TimeoutExpired:
            watch.tell("writing", 0, rows)
        else:
            return
