"""The process that writes a workbook, on another processor while its rows are still being settled.

It writes a Parquet file of the same rows, too, where the file's name asks for one.

Its standard input has a JSON value a line: a sheet's name, header and widths of columns, then its rows, and
at last the end. It ends with status 0 once the workbook is whole, else with the number of the system's
error, where there is one.
"""

import gc
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from math import isfinite
from pathlib import Path
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxFileError

from core.tables.reading.cells import Sent, received
from core.tables.values import would_run
from core.tables.whole_rows import WholeRows, clean, places

_FAILED: Final = 3


def main(arguments: Sequence[str]) -> int:
    """Write the workbook that the arguments name (its file, a folder for its parts); return the status."""
    file, folder = arguments
    gc.disable()  # nothing here holds a circle
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": folder,
    }
    try:
        if file.endswith(".parquet"):
            return 0 if _write_columns(Path(file), map(json.loads, sys.stdin)) else _FAILED
        book = Workbook(file, options)
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  the same rows make the same file
        if not _write(book, map(json.loads, sys.stdin)):
            return _FAILED
        book.close()
    except (OSError, XlsxFileError) as error:
        reason = error.args[0] if isinstance(error, XlsxFileError) and error.args else error
        return getattr(reason, "errno", None) or _FAILED
    except (ValueError, KeyboardInterrupt):
        return _FAILED
    return 0


def _write_columns(file: Path, values: Iterable[dict[str, Any]]) -> bool:
    """Write one table of columns; return whether the last word was the end. Raises OSError."""
    from core.tables.whole_columns import WholeColumns

    columns = None
    for value in values:
        if "sheet" in value:
            columns = WholeColumns(value["header"])
        elif "rows" in value and columns is not None:
            for cells in value["rows"]:
                columns.add(cells)
        else:
            if columns is not None and "end" in value:
                columns.write(file)
            return "end" in value
    return False


def _write(book: Workbook, values: Iterable[dict[str, Any]]) -> bool:
    """Write sheets as they are told; return whether the last word was the end."""
    formats = _Formats(book)
    writer = None
    for value in values:
        if "sheet" in value:
            sheet = book.add_worksheet(value["sheet"])
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(value["widths"]):
                sheet.set_column(column, column, width)
            writer = _SheetWriter(sheet, formats)
            writer.write_header(value["header"])
        elif "rows" in value and writer is not None:
            writer.write(value["rows"])
        else:
            return "end" in value
    return False


class _Formats:
    """The looks of a workbook's cells."""

    def __init__(self, book: Workbook) -> None:
        self.bold = book.add_format({"bold": True})
        self.yuan = book.add_format({"num_format": "0.00"})
        self.text = book.add_format({"num_format": "@"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.moments = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            time: book.add_format({"num_format": "hh:mm:ss"}),
        }


class _SheetWriter:
    """Writes cells of a sheet, each as what it is: text stays text, whatever it begins with."""

    def __init__(self, sheet: Any, formats: _Formats) -> None:
        self._sheet = sheet
        self._formats = formats
        self._row = 0
        looks = (formats.yuan, formats.text, formats.quoted, formats.moments[date], formats.moments[datetime])
        self._whole = WholeRows(sheet, places(looks))

    def write_header(self, header: Sequence[str]) -> None:
        """Write the header below what stands."""
        for column, name in enumerate(header):
            self._sheet.write_string(self._row, column, clean(name), self._formats.bold)
        self._row += 1

    def write(self, rows: Iterable[Sequence[Sent]]) -> None:
        """Write rows below those that stand."""
        for cells in rows:
            if not self._whole.write(self._row, cells):
                for column, cell in enumerate(cells):
                    self._write_cell(column, cell)
            self._row += 1

    def _write_cell(self, column: int, cell: Sent) -> None:
        sheet, row, formats = self._sheet, self._row, self._formats
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            look = formats.quoted if would_run(cell) else formats.text
            sheet.write_string(row, column, clean(cell), look)
        elif isinstance(cell, list):
            self._write_moment(column, cell)
        elif isinstance(cell, bool):
            sheet.write_boolean(row, column, cell)
        else:
            sheet.write(row, column, cell if isfinite(cell) else str(cell))

    def _write_moment(self, column: int, cell: list[str | int]) -> None:
        """Write an amount, a day or a time."""
        if len(cell) == 1:
            self._sheet.write_number(self._row, column, int(cell[0]) / 100, self._formats.yuan)
            return
        moment = received(cell)
        if isinstance(moment, datetime | time):
            moment = moment.replace(tzinfo=None)
        if isinstance(moment, date | time):
            self._sheet.write_datetime(self._row, column, moment, self._formats.moments[type(moment)])
