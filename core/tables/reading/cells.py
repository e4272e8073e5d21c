"""The cells of a table on their way from the reading process: plain text and numbers, the rest in lists."""

from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple, TypeAlias

from core.messages import Message, Parameter
from core.tables.reading.limits import MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS


class Merged(NamedTuple):
    """A cell that lies under a merged one: the row and column (from 1) of the cell that holds the value."""

    row: int
    column: int


Cell: TypeAlias = str | int | float | bool | date | datetime | time | Merged | None
"""A cell as it stands: None is an empty one. A `time` is a part of a day without a day."""

Sent: TypeAlias = str | int | float | bool | list[str | int] | None
"""A cell as JSON carries it."""


class NoTable(Exception):
    """A file that is no table for this program; ``fault`` is the sentence."""

    def __init__(self, id_: str, **params: Parameter) -> None:
        super().__init__(id_)
        self.fault = Message(id_, params)


def sent(cell: object) -> Sent:
    """Return a cell as JSON carries it. Raises NoTable for text with a NUL."""
    if isinstance(cell, str):
        if "\0" in cell:
            raise NoTable("tables.nul")
        return cell or None
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    if isinstance(cell, datetime | date):
        return ["day", cell.isoformat()]
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 86_400
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    return str(cell)


def received(cell: Sent) -> Cell:
    """Return a cell that JSON carried. Raises ValueError for one that `sent` never made."""
    if not isinstance(cell, list):
        return cell
    kind, *rest = cell
    if kind == "merged":
        row, column = rest
        return Merged(int(row), int(column))
    text = str(rest[0])
    if kind == "time":
        return time.fromisoformat(text)
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


_CHUNK: Final = 256


class Chunks:
    """Rows on their way out, gathered into lines and counted against the bounds."""

    def __init__(self) -> None:
        self._rows: list[list[Sent]] = []
        self._count = self._cells = self._characters = 0

    def add(self, row: list[Sent]) -> dict[str, list[list[Sent]]] | None:
        """Take a row; return a line for every so many of them. Raises NoTable beyond the bounds."""
        while row and row[-1] is None:
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise NoTable("tables.too_wide", most=MOST_COLUMNS)
        self._count += 1
        self._cells += len(row)
        self._characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if self._count > MOST_ROWS:
            raise NoTable("tables.too_long", most=MOST_ROWS)
        if self._cells > MOST_CELLS or self._characters > MOST_CHARACTERS:
            raise NoTable("tables.too_large")
        self._rows.append(row)
        return self.rest() if len(self._rows) >= _CHUNK else None

    def rest(self) -> dict[str, list[list[Sent]]]:
        """Return the line of the rows that were gathered so far."""
        rows, self._rows = self._rows, []
        return {"rows": rows}
