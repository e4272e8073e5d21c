"""Tables read and written without a process of their own, which costs more than a small table does.

What the processes are told and what they do is the program's own; that they are started, bounded and ended
is for `tests/tables`.
"""

import gc
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from core.tables import workbook_process, writing
from core.tables.reading import book, process
from core.tables.watch import Watch

STARTED = {
    "core.tables.reading.book._reading": book._reading,
    "core.tables.writing._writing": writing._writing,
}
"""Where processes are started, and what starts them."""


@contextmanager
def reading(file: Path) -> Iterator["SimpleQueue[bytes | None]"]:
    """The lines that the reading process prints of a file, as `core.tables.reading.book` hears them."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.setattr(process, "_bound", lambda: None)
        process.main([str(file.absolute())])
        gc.enable()
    lines: SimpleQueue[bytes | None] = SimpleQueue()
    for line in said.getvalue().splitlines():
        lines.put(line.encode())
    lines.put(None)
    yield lines


@contextmanager
def written(file: Path, watch: Watch) -> Iterator[Callable[[dict[str, Any]], None]]:
    """What tells the writing process a line, as `core.tables.writing` does; written with the block's end."""
    told: list[str] = []
    yield lambda value: told.append(writing._ENCODER.encode(value))
    told.append(writing._ENCODER.encode({"end": True}))
    watch.tell("finishing", len(told), 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO("\n".join(told)))
        status = workbook_process.main([str(file), str(file.parent)])
        gc.enable()
    assert status == 0
