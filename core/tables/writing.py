"""Tables out: a workbook of two sheets, or a text file with a second one beside it; whole or not at all."""

import csv
import json
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, Self, TextIO

from core.files import to_disk
from core.money import plain
from core.tables.results import Results, Written, Yuan
from core.tables.watch import Watch
from core.words import Words

ENDINGS: Final = (".xlsx", ".csv", ".tsv", ".jsonl")
"""The kinds of files that are written."""

_RUN: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would run."""
_NUMBER: Final = re.compile(r"-[0-9][0-9,]*(?:\.[0-9]+)?", re.ASCII)
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOST_WIDE: Final = 28
_LONGEST_CELL: Final = 32_767


def would_run(text: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula. A negative number is none."""
    return text.startswith(_RUN) and not _NUMBER.fullmatch(text)


def grounds_file(out: Path) -> Path:
    """Return the file that lies beside a text file of results, with documents, clauses and settings."""
    return out.with_name(f"{out.stem}.documents.csv")


class Draft:
    """A table that is written beside its place. It takes its name by `keep`, or nothing of it is left."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._parts: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        """Begin a draft."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what did not take its name."""
        for part in self._parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def write(self, results: Results, words: Words, watch: Watch) -> None:
        """Write a table. Raises OSError and Cancelled."""
        out, parts = self._out, self._parts
        if out.suffix.lower() == ".xlsx":
            parts[out] = _part(out)
            _write_workbook(parts[out], results, words, watch)
        else:
            beside = grounds_file(out)
            parts[beside], parts[out] = _part(beside), _part(out)
            with parts[beside].open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([list(map(_safe, row)) for row in results.grounds])
            _write_text(parts[out], out.suffix.lower(), results, watch)
        for part in parts.values():
            to_disk(part)

    def keep(self) -> None:
        """Give the table its name. Raises OSError."""
        for place, part in self._parts.items():
            part.replace(place)
        self._parts.clear()
        to_disk(self._out.parent)


def _part(out: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.stem}.", suffix=".part")
    os.close(handle)
    return Path(name)


# ---- a workbook


def _write_workbook(file: Path, results: Results, words: Words, watch: Watch) -> None:
    from xlsxwriter import Workbook  # imported late: only a workbook needs it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(file.parent),
    }
    book = Workbook(str(file), options)
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  the same rows make the same file
    sheet = book.add_worksheet(words.text("tables.sheet_results"))
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(results.header):
        sheet.set_column(column, column, min(_MOST_WIDE, 4 + sum(1 + (ord(each) > 0x2E80) for each in name)))
    writer = _SheetWriter(book, sheet)
    for column, name in enumerate(results.header):
        sheet.write_string(0, column, _clean(name), bold)
    for number, cells in enumerate(results.rows, 1):
        watch.tell("writing", number, results.length)
        writer.write(number, cells)
    grounds = book.add_worksheet(words.text("tables.sheet_grounds"))
    grounds.freeze_panes(1, 0)
    grounds.set_column(0, 2, 36)
    writer = _SheetWriter(book, grounds)
    for number, ground in enumerate(results.grounds):
        writer.write(number, ground)
    watch.heed()
    book.close()


class _SheetWriter:
    """Writes cells of a sheet, each as what it is: text stays text, whatever it begins with."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._sheet = sheet
        self._formats = {
            Yuan: book.add_format({"num_format": "0.00"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            time: book.add_format({"num_format": "hh:mm:ss"}),
        }
        self._text = book.add_format({"num_format": "@"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})

    def write(self, row: int, cells: Sequence[Written]) -> None:
        """Write a row."""
        sheet, formats = self._sheet, self._formats
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, Yuan):
                sheet.write_number(row, column, cell.fen / 100, formats[Yuan])
            elif isinstance(cell, str):
                sheet.write_string(row, column, _clean(cell), self._quoted if would_run(cell) else self._text)
            elif isinstance(cell, bool):
                sheet.write_boolean(row, column, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(row, column, cell)
            else:
                sheet.write_datetime(row, column, _naive(cell), formats[type(cell)])


def _naive(moment: Any) -> Any:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime | time) else moment


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text)[:_LONGEST_CELL]


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
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _as_json(cell: Written) -> Any:
    return cell if isinstance(cell, str | bool | int) and not isinstance(cell, Yuan) else _as_text(cell)
