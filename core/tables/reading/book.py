"""The near end of the reading process: it is started, listened to, and ended when it has to be."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Final, NamedTuple

from core.messages import Message
from core.tables.child import READ_TABLE, command
from core.tables.reading.cells import Cell, NoTable, received
from core.tables.reading.limits import LONGEST_WAIT
from core.tables.watch import Watch

ENDINGS: Final = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".jsonl", ".parquet")
_LISTEN: Final = 0.1


class Sheet(NamedTuple):
    """A sheet of a workbook, or a text file as the only one.

    ``name`` is empty for a text file. ``first_row`` is the number of the first row as the file counts, 0
    where that row holds the keys of JSON Lines or a Parquet file's names, which stand in no row.
    ``date_1904``: its days count from 1904.
    """

    name: str
    rows: list[list[Cell]]
    first_row: int = 1
    date_1904: bool = False


def read_book(file: Path, watch: Watch) -> list[Sheet] | Message:
    """Return the sheets of a file, or why it cannot be read. Raises Cancelled."""
    if file.suffix.lower() not in ENDINGS:
        return Message("tables.ending")
    if not file.is_file():
        said = "fault.file_special" if file.exists() else "fault.file_unreadable"
        return Message(said, {"name": str(file)})
    sheets: list[Sheet] = []
    texts: dict[str, str] = {}
    count = 0
    try:
        with _reading(file) as lines:
            watch.tell("reading", 0, 0)
            for value in _listened(lines, watch):
                if value is None:
                    watch.tell("reading", count, 0)
                elif "rows" in value:
                    for row in value["rows"]:
                        sheets[-1].rows.append([_kept(received(cell), texts) for cell in row])
                    count += len(value["rows"])
                    watch.tell("reading", count, 0)
                elif "sheet" in value:
                    first = 0 if value.get("names") else 1
                    sheets.append(Sheet(value["sheet"], [], first, value["date_1904"]))
                elif "fault" in value:
                    return Message(value["fault"], value["params"])
                else:
                    return sheets
    except NoTable as error:
        return error.fault
    return Message("tables.too_large")  # the system ended it: it asked for more than it may have


def _kept(cell: Cell, texts: dict[str, str]) -> Cell:
    """Return a cell; a text that stood before is the same object, as most of a column's words are."""
    return texts.setdefault(cell, cell) if isinstance(cell, str) and len(cell) < 20 else cell


@contextmanager
def _reading(file: Path) -> Iterator["SimpleQueue[bytes | None]"]:
    """Start the process and hand out its lines, None after the last; end it with the block."""
    process = subprocess.Popen(  # noqa: S603  this program itself
        [*command(READ_TABLE), str(file.absolute())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    lines: SimpleQueue[bytes | None] = SimpleQueue()
    listener = threading.Thread(target=_listen, args=(process, lines), daemon=True)
    listener.start()
    try:
        yield lines
    finally:
        process.kill()
        process.wait()
        listener.join()


def _listen(process: "subprocess.Popen[bytes]", lines: "SimpleQueue[bytes | None]") -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put(None)


def _listened(lines: "SimpleQueue[bytes | None]", watch: Watch) -> Iterator[dict[str, Any] | None]:
    """Yield what the process says until it has ended, and None while it says nothing.

    Raises Cancelled, and NoTable after too long a time.
    """
    until = monotonic() + LONGEST_WAIT
    while True:
        watch.heed()
        if monotonic() > until:
            raise NoTable("tables.too_slow")
        try:
            line = lines.get(timeout=_LISTEN)
        except Empty:
            yield None
            continue
        if line is None:
            return
        try:
            value: dict[str, Any] = json.loads(line)
        except ValueError:  # the process was ended within a line
            return
        yield value
