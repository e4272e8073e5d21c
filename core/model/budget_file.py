"""A fund's budget as a table: month, planned spending, income."""

import re
import unicodedata
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from core.messages import Fault, Message, message
from core.model.headings import known_headings
from core.model.plan import MONTHS, MOST_DIGITS, Plan
from core.money import parse_yuan
from core.tables.reading.book import Sheet, read_book
from core.tables.reading.cells import Cell, Merged
from core.tables.values import CURRENCY, UNIT, amount, plain_name, text
from core.tables.watch import Watch

_FIRST_ROWS: Final = 10
_MOST_EXACT: Final = 10**15
_PLACES: Final = ("month", "planned", "income")


def read_budget(file: Path, year: int, watch: Watch) -> Plan | Fault:
    """Return the plan of a year from a file, or what is wrong with it: each month once, and nothing unread.

    Raises Cancelled.
    """
    sheets = read_book(file, watch)
    if isinstance(sheets, Message):
        return Fault("budget", sheets)
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:_FIRST_ROWS]):
            places = _places(row)
            if len(places) == len(_PLACES):
                return _plan(file, year, sheet, at, places)
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


class _Line(NamedTuple):
    """A line under the header: its number, its first cell, and what is planned and taken in (fen)."""

    number: int
    named: Cell
    amounts: tuple[int | Message, int | Message]

    @property
    def empty(self) -> bool:
        """Whether nothing is planned or taken in: a note."""
        return all(isinstance(each, Message) and each.id == "fault.required" for each in self.amounts)


class _Reader:
    """The lines of a budget, taken in one after the other."""

    def __init__(self, name: str, year: int) -> None:
        self._name = name
        self._year = year
        self._months: dict[int, tuple[int, int]] = {}
        self._totals: list[tuple[int, tuple[int, int]]] = []

    def take(self, line: _Line) -> Message | None:
        """Take a line in, or return what is wrong with it. A line without amounts is a note."""
        if line.empty and _month(line.named) is None:
            return None
        month = _month(line.named)
        label = plain_name(line.named) if isinstance(line.named, str) else ""
        if month is None and _begins(label, "part"):
            return None
        if month is None and not _begins(label, "total"):
            return self._at(line, message("model.fault.budget_line", text=label or text(line.named) or "—"))
        planned, income = line.amounts
        for each in (planned, income):
            if isinstance(each, Message):
                return self._at(line, each)
        assert isinstance(planned, int)
        assert isinstance(income, int)
        if month is None:
            self._totals.append((line.number, (planned, income)))
            return None
        if month.year not in (None, self._year):
            why = message("model.fault.budget_year", other=str(month.year), year=str(self._year))
            return self._at(line, why)
        if month.number in self._months:
            return message("model.fault.budget_twice", name=self._name, month=month.number)
        self._months[month.number] = planned, income
        return None

    def plan(self) -> Plan | Message:
        """Return the plan of all lines, or what is wrong with them together."""
        absent = [month for month in range(1, MONTHS + 1) if month not in self._months]
        if absent:
            listed = ", ".join(map(str, absent))
            return message("model.fault.budget_months", name=self._name, months=listed)
        months = [self._months[month] for month in range(1, MONTHS + 1)]
        planned, income = (tuple(column) for column in zip(*months, strict=True))
        for number, total in self._totals:
            if total != (sum(planned), sum(income)):
                why = message("model.fault.budget_sum")
                return message("model.fault.table_row", name=self._name, row=number, why=why)
        if not sum(planned):
            return message("model.fault.budget_zero")
        return Plan(income, planned, stated=True)

    def _at(self, line: _Line, why: Message) -> Message:
        return message("model.fault.table_row", name=self._name, row=line.number, why=why)


def _plan(file: Path, year: int, sheet: Sheet, header: int, places: dict[str, int]) -> Plan | Fault:
    reader = _Reader(file.name, year)
    for at, row in enumerate(sheet.rows[header + 1 :], sheet.first_row + header + 1):
        named, *cells = [row[places[each]] if places[each] < len(row) else None for each in _PLACES]
        planned, income = map(_amount, cells)
        wrong = reader.take(_Line(at, named, (planned, income)))
        if wrong is not None:
            return Fault("budget", wrong)
    found = reader.plan()
    return Fault("budget", found) if isinstance(found, Message) else found


@cache
def _forms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return how a month is written, and a day that stands for its month."""
    words = sorted(known_headings("budget_lines")["months"], key=len, reverse=True)
    number = f"(?P<month>1[0-2]|0?[1-9]|{'|'.join(words)})"
    month = f"(?:(?P<year>20[0-9]{{2}})[-/.\\u5e74\\ub144]?)?{number}(?:\\u6708\\u4efd?|\\uc6d4)?"
    day = f"(?P<year>20[0-9]{{2}})[-/.\\u5e74]{number}[-/.\\u6708][0-9]{{1,2}}\\u65e5?"
    return re.compile(month), re.compile(day)


def _begins(label: str, kind: str) -> bool:
    return bool(label) and label.startswith(known_headings("budget_lines")[kind])


class _Month(NamedTuple):
    """A month, and its year where a cell says it."""

    number: int
    year: int | None = None


def _month(cell: Cell) -> _Month | None:
    """Return the month that a cell names, None where it names none."""
    if isinstance(cell, bool) or cell is None or isinstance(cell, Merged):
        return None
    if isinstance(cell, datetime | date):
        return _Month(cell.month, cell.year)
    written = plain_name(text(cell) or "")
    match = next(filter(None, (form.fullmatch(written) for form in _forms())), None)
    if match is None:
        return None
    words, named = known_headings("budget_lines")["months"], match["month"]
    number = words.index(named) + 1 if named in words else int(named)
    return _Month(number, int(match["year"]) if match["year"] else None)


def _bare(cell: Cell) -> str:
    """Return an amount as it is written, without its separators and its unit."""
    return unicodedata.normalize("NFKC", str(cell)).replace(",", "").strip(f" {CURRENCY}{UNIT}")


def _number_text(number: float) -> str:
    """Return a number by the fifteen digits that a spreadsheet keeps of it."""
    return f"{number:.15g}" if abs(number) < _MOST_EXACT else f"{number:.0f}"


def _amount(cell: Cell) -> int | Message:
    """Return an amount (fen); an empty cell is none."""
    fen = message("fault.required") if isinstance(cell, Merged) else amount(cell)
    if isinstance(fen, Message) and fen.id == "fault.amount.digits":
        fen = parse_yuan(_number_text(cell) if isinstance(cell, float) else _bare(cell), MOST_DIGITS)
    if isinstance(fen, Message) and fen.id == "tables.negative":
        return message("fault.number_sign")
    return message("fault.required") if fen is None else fen
