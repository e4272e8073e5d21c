"""A fund's budget as a table: month, planned spending, income."""

import re
from pathlib import Path
from typing import Final

from core.messages import Fault, Message, message
from core.model.headings import known_headings
from core.model.plan import MONTHS, Plan
from core.tables.reading.book import Sheet, read_book
from core.tables.reading.cells import Cell, Merged
from core.tables.values import amount, plain_name, text
from core.tables.watch import Watch

_FIRST_ROWS: Final = 10
_MONTH: Final = re.compile(r"(?:[0-9]{4}[-/.\u5e74])?(1[0-2]|0?[1-9])\u6708?(?:[-/.][0-9]{1,2})?")
_PLACES: Final = ("month", "planned", "income")


def read_budget(file: Path, watch: Watch) -> Plan | Fault:
    """Return the plan of a file, or what is wrong with it: each month once.

    Raises Cancelled.
    """
    sheets = read_book(file, watch)
    if isinstance(sheets, Message):
        return Fault("budget", sheets)
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:_FIRST_ROWS]):
            places = _places(row)
            if len(places) == len(_PLACES):
                return _plan(file, sheet, at, places)
    return Fault("budget", message("model.fault.budget_columns", name=file.name))


def _places(row: list[Cell]) -> dict[str, int]:
    """Return where the columns stand, as far as a row names them."""
    places: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = plain_name(cell) if isinstance(cell, str) else ""
        for column, headings in known_headings("budget").items():
            if name in headings:
                places.setdefault(column, place)
    return places


def _plan(file: Path, sheet: Sheet, header: int, places: dict[str, int]) -> Plan | Fault:
    amounts: dict[int, tuple[int, int]] = {}
    for at, row in enumerate(sheet.rows[header + 1 :], sheet.first_row + header + 1):
        cells = [row[places[each]] if places[each] < len(row) else None for each in _PLACES]
        month = _month(cells[0])
        if month is None:
            continue  # a sum or a note under the table
        planned, income = map(_amount, cells[1:])
        for each in (planned, income):
            if isinstance(each, Message):
                return Fault("budget", message("model.fault.table_row", name=file.name, row=at, why=each))
        if month in amounts:
            return Fault("budget", message("model.fault.budget_twice", name=file.name, month=month))
        assert isinstance(planned, int)
        assert isinstance(income, int)
        amounts[month] = planned, income
    absent = [month for month in range(1, MONTHS + 1) if month not in amounts]
    if absent:
        listed = ", ".join(map(str, absent))
        return Fault("budget", message("model.fault.budget_months", name=file.name, months=listed))
    months = [amounts[month] for month in range(1, MONTHS + 1)]
    return Plan(tuple(each[1] for each in months), tuple(each[0] for each in months), stated=True)


def _month(cell: Cell) -> int | None:
    """Return the month that a cell names, None where it names none."""
    if isinstance(cell, bool) or cell is None or isinstance(cell, Merged):
        return None
    if isinstance(cell, int | float):
        return int(cell) if cell == int(cell) and 1 <= cell <= MONTHS else None
    if hasattr(cell, "month"):
        return int(cell.month)
    written = text(cell)
    match = None if written is None else _MONTH.fullmatch(written)
    return None if match is None else int(match[1])


def _amount(cell: Cell) -> int | Message:
    """Return an amount (fen); an empty cell is none."""
    fen = message("fault.required") if isinstance(cell, Merged) else amount(cell)
    return message("fault.required") if fen is None else fen
