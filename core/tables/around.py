"""Lines under a header that are no claims: totals, notes, signatures, the header printed again."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from core.tables.claim_rows import AMOUNTS_OF_THE_PLATFORM, IDENTITIES, KINDS, Kind
from core.tables.layout import Layout
from core.tables.names import Names
from core.tables.reading.cells import Cell, Merged
from core.tables.values import plain_name, text
from core.tables.watch import Watch

_FIRST_CELLS: Final = 6
"""A total says that it is one in one of its first columns."""
_LONGEST_TEXT: Final = 200


class Lines(NamedTuple):
    """The lines under a header: places (from 0) of claims, and what was left out: number and text of each."""

    claims: list[int]
    left_out: list[tuple[int, str]]


def divide(layout: Layout, names: Names, watch: Watch) -> Lines:
    """Divide the lines under a header into claims and those that are none. Empty lines are neither.

    Raises Cancelled.
    """
    divider = _Divider(layout, names)
    lines = Lines([], [])
    for index in watch.each("reading", range(layout.first, len(layout.sheet.rows))):
        cells = layout.sheet.rows[index]
        filled = [cell for cell in cells if cell is not None and not isinstance(cell, Merged)]
        if not any(map(text, filled)):
            continue
        if divider.is_claim(cells):
            lines.claims.append(index)
        else:
            said = " ".join(" ".join(_said(cell).split()) for cell in filled)
            lines.left_out.append((layout.number(index), said[:_LONGEST_TEXT]))
    return lines


def _said(cell: Cell) -> str:
    """Return what a line that is left out says in a cell: words as they stand, numbers plain."""
    return cell if isinstance(cell, str) else text(cell) or ""


class _Divider:
    """Tells claims from other lines by what stands in which columns."""

    def __init__(self, layout: Layout, names: Names) -> None:
        self._names = names
        self._headings = [column.name for column in layout.columns]
        people = {field for field, _ in IDENTITIES}
        self._people = [column.place for column in layout.columns if column.field in people]
        self._facts = [column.place for column in layout.columns if self._is_fact(column.field)]
        money = [column.place for column in layout.columns if self._is_money(column.field)]
        self._others = [
            column.place
            for column in layout.columns
            if column.field is not None and column.place not in money
        ]

    def is_claim(self, cells: list[Cell]) -> bool:
        """Return whether a line that is not empty is a claim."""
        if any(self._is_number(cell) for cell in self._at(self._people, cells)):
            return not self._repeats(cells)
        if self._begins_otherwise(cells) or self._repeats(cells):
            return False
        stated = any(text(cell) is not None for cell in self._at(self._facts, cells))
        return stated and any(text(cell) is not None for cell in self._at(self._others, cells))

    def _is_money(self, field: str | None) -> bool:
        if field is None:
            return False
        return (
            field in AMOUNTS_OF_THE_PLATFORM or KINDS.get(self._names.fills.get(field, field)) is Kind.AMOUNT
        )

    def _is_fact(self, field: str | None) -> bool:
        """Return whether a field is an amount or a day: what no note and no signature states."""
        if field is None:
            return False
        return self._is_money(field) or KINDS.get(self._names.fills.get(field, field)) is Kind.DAY

    def _begins_otherwise(self, cells: list[Cell]) -> bool:
        """Return whether a line begins as a total or a note does."""
        first = [plain_name(said) for said in map(text, cells[:_FIRST_CELLS]) if said]
        totals = any(said.startswith(self._names.totals) and len(said) <= _LONGEST_TOTAL for said in first)
        return totals or (bool(first) and first[0].startswith(self._names.notes))

    def _repeats(self, cells: list[Cell]) -> bool:
        """Return whether a line is the header again."""
        same = [
            isinstance(cell, str) and cell.strip() == name
            for cell, name in zip(cells, self._headings, strict=False)
        ]
        return sum(same) > len(self._headings) // 2

    @staticmethod
    def _at(places: list[int], cells: list[Cell]) -> Iterator[Cell]:
        return (cells[place] for place in places if place < len(cells))

    @staticmethod
    def _is_number(cell: Cell) -> bool:
        """Return whether a cell holds the number of a person, and no words."""
        said = text(cell)
        return said is not None and any(map(str.isdigit, said)) and said.isascii()


_LONGEST_TOTAL: Final = 12
"""A line that begins like a total and goes on for longer is something else."""
