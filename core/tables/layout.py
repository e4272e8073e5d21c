"""Where a table's header stands, and the field of each of its columns."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from core.messages import Message
from core.tables.names import Names
from core.tables.reading.book import Sheet
from core.tables.reading.cells import Cell, Merged
from core.tables.values import plain_name, text

_ROWS: Final = 10
"""The header stands in one of this many first rows, and has at most so many storeys."""
_STOREYS: Final = 3
_SHAPE: Final = 16
_LEAST: Final = 3
"""So many columns have to be known by name for a row to be a header."""


class Column(NamedTuple):
    """A column: its place (from 0), its own name, and the field that it means (None: none that is known)."""

    place: int
    name: str
    field: str | None


class Layout(NamedTuple):
    """A sheet with its columns understood. ``first`` is the place (from 0) of the row under the header."""

    sheet: Sheet
    first: int
    columns: tuple[Column, ...]

    def number(self, index: int) -> int:
        """Return the number of the row with a place, as the sheet or file counts them."""
        return index + self.sheet.first_row


def shape_of(layout: Layout) -> str:
    """Return a digest of a table's headings: tables of one shape have the same columns."""
    names = "\n".join(plain_name(column.name) for column in layout.columns)
    return sha256(names.encode()).hexdigest()[:_SHAPE]


def corrected(layout: Layout, fields: Mapping[int, str]) -> Layout:
    """Return a layout in which somebody has said what some columns mean, by their places (empty: nothing)."""
    if not fields:
        return layout
    columns = [
        column._replace(field=fields[column.place] or None) if column.place in fields else column
        for column in layout.columns
    ]
    return layout._replace(columns=tuple(columns))


def guessed_layout(sheets: Sequence[Sheet], names: Names) -> Layout | None:
    """Return a layout whose headings are not known: the fullest row of texts among the first of a sheet."""
    for sheet in sheets:
        filled = [
            sum(isinstance(cell, str) and bool(cell.strip()) for cell in row) for row in sheet.rows[:_ROWS]
        ]
        most = max(filled, default=0)
        if most >= _LEAST and len(sheet.rows) > filled.index(most) + 1:
            top = filled.index(most)
            return Layout(sheet, top + 1, tuple(_columns(sheet, top, 1, names)))
    return None


def find_layout(sheets: Sequence[Sheet], names: Names) -> Layout | Message:
    """Return the first sheet that has a header, with its columns, or why none has."""
    for sheet in sheets:
        layout = layout_of(sheet, names)
        if layout is not None:
            return layout
    return Message("tables.no_header")


def layout_of(sheet: Sheet, names: Names) -> Layout | None:
    """Return a sheet with its columns understood, None where no header stands in its first rows.

    The header is where most fields are known by name; of several such the one with the fewest storeys.
    """
    best: tuple[int, int, int] | None = None
    for top in range(min(_ROWS, len(sheet.rows))):
        for storeys in range(1, min(_STOREYS, len(sheet.rows) - top) + 1):
            known = len({name.field for name in _columns(sheet, top, storeys, names)} - {None})
            if best is None or (known, -storeys, -top) > best:
                best = known, -storeys, -top
    if best is None or best[0] < _LEAST:
        return None
    storeys, top = -best[1], -best[2]
    return Layout(sheet, top + storeys, tuple(_columns(sheet, top, storeys, names)))


def _columns(sheet: Sheet, top: int, storeys: int, names: Names) -> Iterator[Column]:
    rows = [_texts(sheet, top + storey, lower=storey < storeys - 1) for storey in range(storeys)]
    width = max(map(len, rows))
    stacks = [[row[index] for row in rows if index < len(row) and row[index]] for index in range(width)]
    lowest = [plain_name(stack[-1]) if stack else "" for stack in stacks]
    for index, stack in enumerate(stacks):
        alone = len(stack) == 1 or lowest.count(lowest[index]) == 1
        name = "" if not stack else stack[-1] if alone else "".join(stack)
        yield Column(index, name, _field(stack, names))


def _field(stack: Sequence[str], names: Names) -> str | None:
    """Return the field of a stack of headings: joined, or the lowest alone, or one above it."""
    for candidate in ("".join(stack), *reversed(stack)) if stack else ():
        field = names.field(candidate)
        if field is not None:
            return field
    return None


def _texts(sheet: Sheet, index: int, lower: bool) -> list[str]:
    """Return a storey's headings. In an upper one (``lower`` storeys follow) they reach to the right."""
    row, below = sheet.rows[index], sheet.rows[index + 1] if lower else []
    texts: list[str] = []
    for place in range(max(len(row), len(below))):
        cell = row[place] if place < len(row) else None
        heading = _text(sheet, index, cell)
        under = below[place] if place < len(below) else None
        if lower and not heading and texts and not isinstance(cell, Merged) and isinstance(under, str):
            heading = texts[-1]
        texts.append(heading)
    return texts


def _text(sheet: Sheet, index: int, cell: Cell) -> str:
    if isinstance(cell, Merged):  # below another one it is empty; beside it, the same
        beside = cell.row == index + sheet.first_row
        return _text(sheet, index, sheet.rows[index][cell.column - 1]) if beside else ""
    return " ".join((cell if isinstance(cell, str) else text(cell) or "").split())
