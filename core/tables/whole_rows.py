"""Rows of a workbook's sheet written in one piece each, several times as fast as cell by cell.

The library writes its cells one after another, each through a dozen calls. Here a row becomes the XML that
the library would have written, and goes into the same file of rows; unusual cells are left to the library.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from html import escape
from math import isfinite
from typing import Any, Final

from core.tables.reading.cells import Sent, received
from core.tables.values import would_run

_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LIKE_AN_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST_CELL: Final = 32_767
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's days have no zone
_FIRST_DAY: Final = datetime(1900, 3, 1)  # noqa: DTZ001
"""The first day from which a spreadsheet counts like the calendar: it believes in a 29 February 1900."""
_DAY: Final = 86_400
_KEPT: Final = 16_384


def clean(text: str) -> str:
    """Return a text without characters that no XML holds, and no longer than a cell may be."""
    return _CONTROLS.sub(" ", text)[:_LONGEST_CELL]


class WholeRows:
    """Puts whole rows into a sheet of `xlsxwriter` that was opened with ``constant_memory``.

    ``styles`` are the places of the formats for yuan, text, text that would run, days and moments.
    """

    def __init__(self, sheet: Any, styles: Sequence[int]) -> None:
        self._sheet = sheet
        yuan, self._text, self._quoted, self._day, self._moment = styles
        self._yuan = f' s="{yuan}"><v>'
        self._columns: list[str] = []
        self._of_text: Callable[[str], str] = lru_cache(_KEPT)(self._worded)
        self._of_moment: Callable[[str], str | None] = lru_cache(_KEPT)(self._timed)

    def write(self, row: int, cells: Sequence[Sent]) -> bool:
        """Write a row, unless it holds a cell that is not usual: then nothing, and return False."""
        while len(self._columns) < len(cells):
            self._columns.append(_letters(len(self._columns)))
        number = str(row + 1)
        parts: list[str] = []
        for column, cell in zip(self._columns, cells, strict=False):
            if cell is None or cell == "":
                continue
            kind = type(cell)
            if kind is str:
                told: str | None = self._of_text(cell)  # type: ignore[arg-type]
            elif kind is list:
                told = self._of_list(cell)  # type: ignore[arg-type]
            elif kind is int or (kind is float and isfinite(cell)):  # type: ignore[arg-type]
                told = f"><v>{cell:.16G}</v></c>"
            else:
                told = None
            if told is None:
                return False
            parts.append(f'<c r="{column}{number}"{told}')
        self._put(row, len(cells), "".join(parts))
        return True

    def _put(self, row: int, width: int, cells: str) -> None:
        """Put a row's cells into the sheet's file, behind the row that the library still holds."""
        sheet = self._sheet
        if row > sheet.previous_row:
            sheet._write_single_row(row)
        if cells:
            sheet._check_dimensions(row, 0)
            sheet._check_dimensions(row, width - 1)
            sheet.row_data_fh.write(f'<row r="{row + 1}">{cells}</row>')

    def _of_list(self, cell: list[Any]) -> str | None:
        """Return the XML of an amount, a day or a moment behind its place, None for any other."""
        if len(cell) == 1:
            return f"{self._yuan}{cell[0] / 100:.16G}</v></c>"
        return self._of_moment(cell[1]) if cell[0] == "day" else None

    def _worded(self, text: str) -> str:
        style = self._quoted if would_run(text) else self._text
        written = escape(_LIKE_AN_ESCAPE.sub("_x005F_", clean(text)), quote=False)
        kept = ' xml:space="preserve"' if written != written.strip() else ""
        return f' s="{style}" t="inlineStr"><is><t{kept}>{written}</t></is></c>'

    def _timed(self, written: str) -> str | None:
        read = received(["day", written])
        style = self._moment if isinstance(read, datetime) else self._day
        if isinstance(read, date) and not isinstance(read, datetime):
            read = datetime(read.year, read.month, read.day)  # noqa: DTZ001
        if not isinstance(read, datetime) or read.replace(tzinfo=None) < _FIRST_DAY:
            return None
        serial = (read.replace(tzinfo=None) - _EPOCH).total_seconds() / _DAY
        return f' s="{style}"><v>{serial:.16G}</v></c>'


def places(formats: Iterable[Any]) -> list[int]:
    """Return the places of formats among those of their workbook, each given one for good."""
    return [format_._get_xf_index() for format_ in formats]


def _letters(column: int) -> str:
    """Return the letters of a column (from 0)."""
    letters = ""
    column += 1
    while column:
        column, left = divmod(column - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters
