"""Tables of the insurer's platform: its results by month, with headings that differ from place to place."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from core.agreement.result_row import Reader, Refused, ResultFault, ResultRow
from core.messages import Message
from core.tables.around import divide
from core.tables.layout import Layout, find_layout, layout_of
from core.tables.names import Names
from core.tables.reading.book import read_book
from core.tables.reading.cells import Cell, Merged
from core.tables.watch import Watch

_WITH_FEN: Final = re.compile(r"-?[0-9][0-9,]*\.[0-9]{2}", re.ASCII)


class ResultTable(NamedTuple):
    """A table's rows, those that cannot be read, and what was left out: number and text of each line.

    ``unread`` are columns of amounts that nobody knows: the number of the header's last row, and their names.
    """

    rows: list[ResultRow]
    faults: list[ResultFault]
    left_out: list[tuple[int, str]]
    unread: tuple[int, list[str]]


def read_result_table(file: Path, names: Names, watch: Watch) -> ResultTable | Message:
    """Return a table of results, or why it cannot be read as one. Raises Cancelled."""
    sheets = read_book(file, watch)
    if isinstance(sheets, Message):
        return sheets
    layout = find_layout(sheets, names)
    if isinstance(layout, Message):
        return layout
    whole = _read_sheet(file.name, layout, names, watch)
    for sheet in sheets[sheets.index(layout.sheet) + 1 :]:  # a sheet for each ward, or each kind of visit
        further = layout_of(sheet, names)
        if further is not None and _settlements_named(further):
            table = _read_sheet(f"{file.name} {sheet.name}", further, names, watch)
            whole.rows.extend(table.rows)
            whole.faults.extend(table.faults)
            whole.left_out.extend(table.left_out)
            whole.unread[1].extend(name for name in table.unread[1] if name not in whole.unread[1])
    return whole


def _settlements_named(layout: Layout) -> bool:
    """Return whether a table names settlements or visits: a summary on a sheet of its own does not."""
    return any(column.field in ("setl_id", "mdtrt_id") for column in layout.columns)


def _read_sheet(name: str, layout: Layout, names: Names, watch: Watch) -> ResultTable:
    """Return the table of a sheet; ``name`` is that of its place, as faults tell it. Raises Cancelled."""
    lines = divide(layout, names, watch)
    reader = Reader(names)
    unread = (layout.number(layout.first - 1), list(_unread(layout, lines.claims)))
    table = ResultTable([], [], lines.left_out, unread)
    columns = _columns(layout)
    for index in watch.each("reading", lines.claims):
        cells = layout.sheet.rows[index]

        def get(field: str, cells: list[Cell] = cells) -> Iterable[Cell]:
            return [
                cells[place]
                for place in columns.get(field, ())
                if place < len(cells) and not isinstance(cells[place], Merged)
            ]

        number = layout.number(index)
        try:
            table.rows.append(reader.row(name, number, get, layout.sheet.date_1904))
        except Refused as refused:
            table.faults.append(ResultFault(name, number, _heading(layout, refused.column), refused.fault))
    return table


def _unread(layout: Layout, claims: Iterable[int]) -> Iterator[str]:
    """Yield the headings of columns that hold amounts and mean nothing that is known."""
    rows = [layout.sheet.rows[index] for index in claims]
    for column in layout.columns:
        if column.field is None and column.name.strip():
            cells = (row[column.place] for row in rows if column.place < len(row))
            if any(map(_is_amount, cells)):
                yield " ".join(column.name.split())


def _is_amount(cell: Cell) -> bool:
    """Return whether a cell is surely money: a number with a fraction of a yuan."""
    if isinstance(cell, str):
        return _WITH_FEN.fullmatch(cell.strip()) is not None
    return isinstance(cell, float) and not cell.is_integer()


def _columns(layout: Layout) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for column in layout.columns:
        if column.field:
            columns.setdefault(column.field, []).append(column.place)
    return columns


def _heading(layout: Layout, field: str) -> str:
    return next((column.name for column in layout.columns if column.field == field), field)
