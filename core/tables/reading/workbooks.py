"""Workbooks (xlsx, xls, ods), by Calamine, after a look at what they say of themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from core.tables.reading.archive import examine
from core.tables.reading.cells import Chunks, NoTable, Sent, sent
from core.tables.reading.limits import MOST_CELLS, MOST_COLUMNS, MOST_MERGED, MOST_ROWS

_ZIPPED: Final = (".xlsx", ".ods")


def read(file: Path) -> Iterator[dict[str, Any]]:
    """Yield each sheet's name and its rows. Raises NoTable and OSError."""
    date_1904 = examine(file) if file.suffix.lower() in _ZIPPED else False
    try:
        with CalamineWorkbook.from_path(file) as workbook:
            chunks = Chunks()
            for number, about in enumerate(workbook.sheets_metadata):
                if about.typ is SheetTypeEnum.WorkSheet:
                    yield {"sheet": about.name, "date_1904": date_1904}
                    yield from _rows(workbook.get_sheet_by_index(number), chunks)
    except PasswordError:
        raise NoTable("tables.locked") from None
    except (CalamineError, ValueError):
        raise NoTable("tables.damaged") from None


def _rows(sheet: CalamineSheet, chunks: Chunks) -> Iterator[dict[str, Any]]:
    end = sheet.end
    if end is None:
        return
    rows, columns = end[0] + 1, end[1] + 1
    if columns > MOST_COLUMNS:
        raise NoTable("tables.too_wide", most=MOST_COLUMNS)
    if rows > MOST_ROWS:
        raise NoTable("tables.too_long", most=MOST_ROWS)
    if rows * columns > MOST_CELLS:
        raise NoTable("tables.too_large")
    covered = _covered(sheet, rows, columns)
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False)):
        row: list[Sent] = [sent(cell) for cell in cells]
        for column, value in covered.get(number, {}).items():
            row[column] = value
        line = chunks.add(row)
        if line:
            yield line
    yield chunks.rest()


def _covered(sheet: CalamineSheet, rows: int, columns: int) -> dict[int, dict[int, Sent]]:
    """Return by row and column (from 0) each cell under a merged one: where the merged one stands, from 1."""
    covered: dict[int, dict[int, Sent]] = {}
    count = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        height, width = min(bottom, rows - 1) - top + 1, min(right, columns - 1) - left + 1
        count += max(0, height) * max(0, width)
        if count > MOST_MERGED:
            raise NoTable("tables.merged_too_much")
        for row in range(top, top + height):
            for column in range(left, left + width):
                if (row, column) != (top, left):
                    covered.setdefault(row, {})[column] = ["merged", top + 1, left + 1]
    return covered
