"""Tables of the insurer's platform: its results by month, with headings that differ from place to place."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from core.agreement.result_row import Reader, Refused, ResultFault, ResultRow
from core.messages import Message
from core.tables.around import divide
from core.tables.layout import Layout, find_layout
from core.tables.names import Names
from core.tables.reading.book import read_book
from core.tables.reading.cells import Cell, Merged
from core.tables.watch import Watch


class ResultTable(NamedTuple):
    """A table's rows, those that cannot be read, and what was left out: number and text of each line."""

    rows: list[ResultRow]
    faults: list[ResultFault]
    left_out: list[tuple[int, str]]


def read_result_table(file: Path, names: Names, watch: Watch) -> ResultTable | Message:
    """Return a table of results, or why it cannot be read as one. Raises Cancelled."""
    sheets = read_book(file, watch)
    if isinstance(sheets, Message):
        return sheets
    layout = find_layout(sheets, names)
    if isinstance(layout, Message):
        return layout
    lines = divide(layout, names)
    reader = Reader(names)
    table = ResultTable([], [], lines.left_out)
    columns = _columns(layout)
    for index in lines.claims:
        cells = layout.sheet.rows[index]

        def get(field: str, cells: list[Cell] = cells) -> Iterable[Cell]:
            return [
                cells[place]
                for place in columns.get(field, ())
                if place < len(cells) and not isinstance(cells[place], Merged)
            ]

        number = layout.number(index)
        try:
            table.rows.append(reader.row(file.name, number, get, layout.sheet.date_1904))
        except Refused as refused:
            table.faults.append(
                ResultFault(file.name, number, _heading(layout, refused.column), refused.fault)
            )
    return table


def _columns(layout: Layout) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for column in layout.columns:
        if column.field:
            columns.setdefault(column.field, []).append(column.place)
    return columns


def _heading(layout: Layout, field: str) -> str:
    return next((column.name for column in layout.columns if column.field == field), field)
