"""Tables out: a workbook of two sheets, or a text file with a second one beside it; whole or not at all."""

import csv
import json
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TextIO

from core.files import FileDrafts, failed_in_child, to_disk
from core.money import plain
from core.tables.child import WRITE_TABLE, command
from core.tables.reading.cells import sent
from core.tables.reading.limits import MOST_EXACT
from core.tables.results import Results, Written, Yuan
from core.tables.values import would_run
from core.tables.watch import Watch
from core.words import Words

ENDINGS: Final = (".xlsx", ".csv", ".tsv", ".jsonl", ".parquet")
"""The kinds of files that are written."""

PARQUET: Final = ".parquet"
"""The one of them that needs Polars (`mingzhang[model]`)."""

_MOST_WIDE: Final = 28
_BY_HAND: Final = 26
"""The width of a column for a bank's name, or the digits of an account."""
_LOOKED_AT: Final = 200
"""So many rows say how wide a sheet's columns have to be."""
_WIDTH_OF_GROUNDS: Final = 36
_WIDE: Final = "\u2e80"
"""The first character that is as wide as two."""
_CHUNK: Final = 64
_LISTEN: Final = 0.1
"""How often somebody who waits for a workbook may stop it (seconds)."""


def grounds_file(out: Path) -> Path:
    """Return the file that lies beside a text file of results, with documents, clauses and settings."""
    return out.with_name(f"{out.stem}.documents.csv")


class NamedSheet(NamedTuple):
    """One sheet of a workbook: its name, header and rows; ``by_hand`` are columns that people fill in."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Written]]
    by_hand: frozenset[int] = frozenset()


class Draft:
    """A table that is written beside its place. It takes its name by `keep`, or nothing of it is left."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._drafts = FileDrafts()

    def __enter__(self) -> Self:
        """Begin a draft. Raises OSError where nothing can be written."""
        self._drafts.part(self._out)
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what did not take its name."""
        self._drafts.__exit__()

    def write(self, results: Results, words: Words, watch: Watch) -> None:
        """Write a table, onto the disk itself. Raises OSError and Cancelled."""
        ending, part = self._out.suffix.lower(), self._drafts.part(self._out)
        if ending == ".xlsx":
            _write_workbook(part, results, words, watch)
        else:
            if ending == PARQUET:
                _write_columns(part, results, watch)
            else:
                _write_text(part, ending, results, watch)
            beside = self._drafts.part(grounds_file(self._out))
            with beside.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([list(map(_safe, row)) for row in results.grounds()])
            to_disk(beside)
        to_disk(part)

    def write_sheets(self, sheets: Sequence[NamedSheet], watch: Watch | None = None) -> None:
        """Write a workbook of several sheets. Raises OSError and Cancelled."""
        write_sheets(self._drafts.part(self._out), sheets, watch or Watch())

    def keep(self) -> None:
        """Give the table its name; only its owner may read it. Raises OSError."""
        self._drafts.keep()


def write_sheets(part: Path, sheets: Sequence[NamedSheet], watch: Watch) -> None:
    """Write a workbook of several sheets into a draft. Raises OSError and Cancelled."""
    with _writing(part, watch) as tell:
        for sheet in sheets:
            rows = sheet.rows
            tell(_sheet(sheet.name, sheet.header, _widths(sheet)))
            for first in range(0, len(rows), _CHUNK):
                watch.tell("writing", first, len(rows))
                tell({"rows": rows[first : first + _CHUNK]})


# ---- a workbook


def _write_workbook(file: Path, results: Results, words: Words, watch: Watch) -> None:
    """Have a workbook written by a process of its own. Raises OSError where it cannot."""
    with _writing(file, watch) as tell:
        _tell_rows(tell, words.text("tables.sheet_results"), results, watch)
        heading, *grounds = results.grounds()
        tell(_sheet(words.text("tables.sheet_grounds"), heading, [_WIDTH_OF_GROUNDS] * len(heading)))
        tell({"rows": grounds})


def _write_columns(file: Path, results: Results, watch: Watch) -> None:
    """Have a Parquet file written by the same process. Raises OSError where it cannot."""
    with _writing(file, watch) as tell:
        _tell_rows(tell, "", results, watch)


def _tell_rows(tell: Callable[[dict[str, Any]], None], name: str, results: Results, watch: Watch) -> None:
    tell(_sheet(name, results.header, map(_width, results.header)))
    rows = iter(results.rows)
    done = 0
    while chunk := list(islice(rows, _CHUNK)):
        tell({"rows": chunk})
        done += len(chunk)
        watch.tell("writing", done, results.length)


@contextmanager
def _writing(file: Path, watch: Watch) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Start the process and hand out what tells it a line; end it with the block, the workbook whole.

    Raises OSError where the process ends before it is, and Cancelled.
    """
    process = subprocess.Popen(  # noqa: S603  this program itself
        [*command(WRITE_TABLE), str(file), str(file.parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdin is not None
    told = process.stdin
    rows = 0

    def tell(value: dict[str, Any]) -> None:
        nonlocal rows
        rows += len(value.get("rows", ()))
        told.write(_ENCODER.encode(value).encode("ascii") + b"\n")

    try:
        yield tell
        tell({"end": True})
        told.close()
        while process.poll() is None:
            watch.tell("finishing", rows, 0)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LISTEN)
        if process.returncode:
            raise failed_in_child(process.returncode, file)
    except BrokenPipeError as error:
        raise failed_in_child(process.wait(), file) from error
    finally:
        process.kill()
        process.wait()
        with suppress(OSError):  # what it did not read any more
            told.close()


def _sheet(name: str, header: Sequence[str], widths: Iterable[int]) -> dict[str, Any]:
    return {"sheet": name, "header": list(header), "widths": list(widths)}


def _width(name: str) -> int:
    return min(_MOST_WIDE, 4 + sum(1 + (each >= _WIDE) for each in name))


def _widths(sheet: NamedSheet) -> list[int]:
    """Return how wide the columns of a sheet are: as its headings and the first of its rows need."""
    lines = [sheet.header, *sheet.rows[:_LOOKED_AT]]
    needed = [
        max((_width(_as_text(cell)) for cell in column), default=0) for column in zip(*lines, strict=False)
    ]
    return [_BY_HAND if at in sheet.by_hand else width for at, width in enumerate(needed)]


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=sent)
"""An amount goes out as the list of its fen alone, a day or a time as a list of two."""


# ---- text


def _write_text(file: Path, ending: str, results: Results, watch: Watch) -> None:
    lines = ending == ".jsonl"
    with file.open("w", encoding="utf-8" if lines else "utf-8-sig", newline="") as opened:
        write = _line_writer(opened, results.header) if lines else _row_writer(opened, ending, results.header)
        for number, cells in enumerate(results.rows, 1):
            watch.tell("writing", number, results.length)
            write(cells)


def _row_writer(file: TextIO, ending: str, header: Sequence[str]) -> Callable[[Sequence[Written]], None]:
    writer = csv.writer(file, delimiter="\t" if ending == ".tsv" else ",")
    writer.writerow(map(_safe, header))

    def write(cells: Sequence[Written]) -> None:
        writer.writerow([_safe(cell) if isinstance(cell, str) else _as_text(cell) for cell in cells])

    return write


def _line_writer(file: TextIO, header: Sequence[str]) -> Callable[[Sequence[Written]], None]:
    def write(cells: Sequence[Written]) -> None:
        value = {name: _as_json(cell) for name, cell in zip(header, cells, strict=True) if cell is not None}
        file.write(json.dumps(value, ensure_ascii=False) + "\n")

    return write


def _safe(text: str) -> str:
    """Return a text as no spreadsheet runs it: behind an apostrophe where it would."""
    return f"'{text}" if would_run(text) else text


def _as_text(cell: Written) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Yuan):
        return plain(cell.fen)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < MOST_EXACT:
        return str(int(cell))
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _as_json(cell: Written) -> Any:
    return cell if isinstance(cell, str | bool | int) and not isinstance(cell, Yuan) else _as_text(cell)
