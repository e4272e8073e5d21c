"""A row of a table as a request of the interface, with every fault of its cells."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from functools import partial
from types import UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from core.exchange.jsontext import NotAnObject, read_object
from core.exchange.request import Request
from core.ledger.entries import Identifier
from core.messages import Fault, Message, message, term
from core.money import plain
from core.policy.cells import Count, Day, Fen
from core.tables import values
from core.tables.layout import Layout
from core.tables.names import Names, Unclear
from core.tables.reading.cells import Cell, Merged
from core.tables.scope import Parts, eligible_cost

IDENTITIES: Final = (("certno", "01"), ("psn_no", "99"), ("card_no", "99"))
"""Fields that name a person, the surest first, each with the kind of document that the ledger keeps it as."""

_YES_OR_NO: Final = "yes_or_no"
_PARTS: Final = {
    "total": "total",
    "own": "fulamt_ownpay_amt",
    "over": "over_limit",
    "first": "category_b_selfpay",
    "scope": "inscp_scp_amt",
}
"""The parts of a bill by the fields that hold them."""
AMOUNTS_OF_THE_PLATFORM: Final = ("fulamt_ownpay_amt", "inscp_scp_amt")


class Kind(Enum):
    """The kinds of cells that a field of a request may be written in."""

    AMOUNT, DAY, COUNT, YES_OR_NO, WORD, TABLES, TEXT = range(7)


class ClaimRow(NamedTuple):
    """A row as a request.

    ``number`` is the row's as the file counts. ``person`` is None where the row names nobody. ``day`` is that
    of discharge, None where it is not readable. ``keys`` holds `setl_id` and `mdtrt_id` where stated.
    """

    number: int
    cells: list[Cell]
    request: dict[str, Any]
    faults: list[Fault]
    person: Identifier | None
    name: str
    day: date | None
    keys: Mapping[str, str]


class Supplied(NamedTuple):
    """What a table does not carry: the region's id, and the year of its days. None: nothing is supplied."""

    region: str | None = None
    year: int | None = None


def _kind(hint: Any) -> Kind:
    """Return the kind of a field by its type in the request's model."""
    if get_origin(hint) in (Union, UnionType):
        return _kind(next(arm for arm in get_args(hint) if arm is not type(None)))
    for known, kind in ((Fen, Kind.AMOUNT), (Day, Kind.DAY), (Count, Kind.COUNT)):
        if hint == known:
            return kind
    if get_origin(hint) is Annotated:
        return _kind(get_args(hint)[0])
    if hint is bool:
        return Kind.YES_OR_NO
    if get_origin(hint) is dict or (isinstance(hint, type) and issubclass(hint, BaseModel)):
        return Kind.TABLES
    return Kind.WORD if isinstance(hint, type) and issubclass(hint, Enum) else Kind.TEXT


KINDS: Final[Mapping[str, Kind]] = {
    name: _kind(hint)
    for name, hint in get_type_hints(Request, include_extras=True).items()
    if name in Request.model_fields
}
"""The kind of each field of a request."""


class _Source(NamedTuple):
    """A field's columns of one name, by their places, and what reads a cell of them."""

    places: tuple[int, ...]
    read: Callable[[Cell], Any]


_TERMS: Final = {"benefit": "benefit", "hospital_level": "level", "population": "population"}
"""The group of terms that the values of a field have."""


class RowReader:
    """Reads the rows of a table by its layout."""

    def __init__(self, layout: Layout, names: Names, supplied: Supplied) -> None:
        self.layout = layout
        self._names = names
        self._supplied = supplied
        columns: dict[str, list[int]] = {}
        for column in layout.columns:
            if column.field:
                columns.setdefault(column.field, []).append(column.place)
        self._columns = columns
        self._read: Mapping[Kind, Callable[[str, Cell], Any]] = {
            Kind.AMOUNT: lambda _, cell: values.amount(cell),
            Kind.DAY: lambda _, cell: values.day(cell, layout.sheet.date_1904, supplied.year),
            Kind.COUNT: lambda _, cell: values.whole(cell),
            Kind.YES_OR_NO: lambda _, cell: self._word(_YES_OR_NO, cell, ("true", "false")),
            Kind.WORD: self._choice,
            Kind.TABLES: lambda _, cell: values.text(cell),
            Kind.TEXT: lambda _, cell: values.text(cell),
        }
        self._choices = {field: _choices(field) for field, kind in KINDS.items() if kind is Kind.WORD}
        self._words: dict[tuple[str, Cell], str | Message | None] = {}
        sources = {
            field: tuple(
                self._source(field, each) for each in (field, *self._filling(field)) if each in columns
            )
            for field in Request.model_fields
        }
        self._requested = [(field, KINDS[field], found) for field, found in sources.items() if found]

    def _source(self, field: str, source: str) -> _Source:
        """Return a column that a field of a request is read from, with what reads its cells."""
        column = source if source in self._names.fills else field
        return _Source(tuple(self._columns[source]), partial(self._read[KINDS[field]], column))

    def _filling(self, requested: str) -> list[str]:
        return [field for field, fills in self._names.fills.items() if fills == requested]

    def kind_of(self, field: str | None) -> Kind | None:
        """Return the kind of a column's cells by its field, None where it fills no field of a request."""
        return None if field is None else KINDS.get(self._names.fills.get(field, field))

    def column_of(self, field: str) -> str:
        """Return the own name of the column that a fault's field was read from, else the field itself."""
        first = field.partition(".")[0]
        wanted = (first, *self._filling(first), *(("inscp_scp_amt",) if first == "eligible" else ()))
        for each in wanted:
            if each in self._columns:
                return self.layout.columns[self._columns[each][0]].name
        return field

    def read(self, index: int) -> ClaimRow:
        """Return a row (its place from 0) as a request."""
        cells = self.layout.sheet.rows[index]
        request: dict[str, Any] = {}
        faults: list[Fault] = []
        amounts: dict[str, int] = {}
        for field, kind, sources in self._requested:
            value = _value(field, sources, cells, faults)
            if value is None:
                continue
            if kind is Kind.AMOUNT:
                amounts[field] = value
                value = plain(value)
            elif kind is Kind.DAY:
                value = value.isoformat()
            elif kind is Kind.YES_OR_NO:
                value = value == "true"
            elif kind is Kind.TABLES or (field == "region" and value.startswith("{")):
                value = _tables(field, value, faults)
            request[field] = value
        self._supply(request)
        self._take_cost(cells, request, amounts, faults)
        self._check_refund(cells, faults)
        identity = self._identities(cells, faults)
        stated = request.get("discharged")
        person = next(
            (Identifier(kind, identity[field]) for field, kind in IDENTITIES if field in identity), None
        )
        name = values.text(self._cell("psn_name", cells)) or ""
        day = date.fromisoformat(stated) if isinstance(stated, str) else None
        return ClaimRow(self.layout.number(index), cells, request, faults, person, name, day, identity)

    def _cell(self, field: str, cells: list[Cell]) -> Cell:
        """Return the first filled cell of a field's columns."""
        return _first_filled(self._columns.get(field, ()), cells)

    def _choice(self, column: str, cell: Cell) -> str | Message | None:
        field = self._names.fills.get(column, column)
        return self._word(column, cell, self._choices[field])

    def _word(self, column: str, cell: Cell, choices: tuple[str, ...]) -> str | Message | None:
        """Return the value of the request that a word stands for; a column has few of them."""
        if not isinstance(cell, str):
            return self._new_word(column, cell, choices)
        if (column, cell) not in self._words:
            self._words[column, cell] = self._new_word(column, cell, choices)
        return self._words[column, cell]

    def _new_word(self, column: str, cell: Cell, choices: tuple[str, ...]) -> str | Message | None:
        written = str(cell).casefold() if isinstance(cell, bool) else values.text(cell)
        return word_of(self._names, column, written, choices)

    def _supply(self, request: dict[str, Any]) -> None:
        """Add what the table does not carry."""
        if self._supplied.region is not None and "region" not in request:
            request["region"] = self._supplied.region
        if self._supplied.year is not None and not self._columns.keys() & {"discharged", "enddate"}:
            request["discharged"] = date(self._supplied.year, 12, 31).isoformat()

    def _take_cost(
        self, cells: list[Cell], request: dict[str, Any], amounts: dict[str, int], faults: list[Fault]
    ) -> None:
        """Work the eligible cost out of the platform's columns, or hold them against it."""
        stated = dict(amounts)
        for field in AMOUNTS_OF_THE_PLATFORM:
            cell = self._cell(field, cells)
            value = _merged(cell) if isinstance(cell, Merged) else values.amount(cell)
            if isinstance(value, Message):
                faults.append(Fault(field, value))
            elif value is not None:
                stated[field] = value
        wrong = {fault.field for fault in faults}
        if wrong & {"eligible", *_PARTS.values()}:
            if "eligible" not in request and "eligible" not in wrong and self._from_platform():
                faults.append(Fault("eligible", _FOLLOWS))  # told by its cause
            return
        parts = Parts(**{part: stated.get(field) for part, field in _PARTS.items()})
        if not self._from_platform():
            return
        cost = eligible_cost(parts, stated.get("eligible"), "category_b_amount" in amounts)
        if isinstance(cost, Fault):
            faults.append(cost)
            if cost.field != "eligible":
                faults.append(Fault("eligible", _FOLLOWS))
        elif cost is not None:
            request["eligible"] = plain(cost)

    def _from_platform(self) -> bool:
        return any(field in self._columns for field in AMOUNTS_OF_THE_PLATFORM)

    def _check_refund(self, cells: list[Cell], faults: list[Fault]) -> None:
        places = self._columns.get("refd_setl_flag", ())
        texts = (values.text(cells[place]) for place in places if place < len(cells))
        refunded = self._names.refunded(filter(None, texts))
        if refunded:
            why = refunded if isinstance(refunded, Message) else message("tables.refunded")
            faults.append(Fault("refd_setl_flag", why))

    def _identities(self, cells: list[Cell], faults: list[Fault]) -> dict[str, str]:
        """Return the numbers that name the person and the settlement, by field."""
        identities = {}
        for field in (*(name for name, _ in IDENTITIES), "setl_id", "mdtrt_id"):
            cell = self._cell(field, cells)
            value = _merged(cell) if isinstance(cell, Merged) else values.identifier(cell, field == "certno")
            if isinstance(value, Message):
                faults.append(Fault(field, value))
            elif value is not None:
                identities[field] = value
        return identities


_FOLLOWS: Final = Message("fault.required", {})
"""The fault of a cell that only follows from another one's. It is never told."""


def word_of(names: Names, column: str, written: str | None, choices: tuple[str, ...]) -> str | Message | None:
    """Return the value that a word of a column stands for, or why it is none; None for no word.

    ``choices`` are the values, which may be written themselves.
    """
    if written is None or written.casefold() in choices:
        return None if written is None else written.casefold()
    value = names.value(column, written)
    if isinstance(value, str):
        return value
    if isinstance(value, Unclear):
        return message("tables.word_unclear", word=written, choices=_listed(names, column, value.choices))
    return message("tables.word_unknown", word=written, choices=_listed(names, column, choices))


def told(faults: list[Fault]) -> list[Fault]:
    """Return the faults that are told: those that do not only follow from others."""
    return [fault for fault in faults if fault.message is not _FOLLOWS]


def _first_filled(places: Iterable[int], cells: list[Cell]) -> Cell:
    """Return the first filled cell in some places of a row."""
    for place in places:
        if place < len(cells) and cells[place] is not None:
            return cells[place]
    return None


def _value(field: str, sources: Iterable[_Source], cells: list[Cell], faults: list[Fault]) -> Any:
    """Return what the first filled column of some says; None where none does or it is at fault."""
    for source in sources:
        cell = _first_filled(source.places, cells)
        if cell is None:
            continue
        value = _merged(cell) if isinstance(cell, Merged) else source.read(cell)
        if isinstance(value, Message):
            faults.append(Fault(field, value))
            return None
        if value is not None:
            return value
    return None


def _choices(field: str) -> tuple[str, ...]:
    hint = get_type_hints(Request)[field]
    arms = (hint, *get_args(hint))
    enumeration = next(arm for arm in arms if isinstance(arm, type) and issubclass(arm, Enum))
    return tuple(str(member.value) for member in enumeration)


def _listed(names: Names, column: str, choices: tuple[str, ...]) -> str | Message:
    """Return the values that a column may hold, one after another, with their terms where they have some."""
    group = _TERMS.get(names.fills.get(column, column))
    if group is None:
        return " / ".join(choices)
    first = message("tables.choice", value=choices[0], name=term(group, choices[0]))
    if len(choices) == 1:
        return first
    return message("tables.choices", first=first, others=_listed(names, column, choices[1:]))


def _merged(cell: Merged) -> Message:
    return message("tables.merged", row=cell.row)


def _tables(field: str, written: str, faults: list[Fault]) -> dict[str, Any]:
    """Return the tables of a JSON object in a cell; its faults stand below the field."""
    try:
        tables, wrong = read_object(written)
    except NotAnObject:
        faults.append(Fault(field, message("tables.cell_no_json")))
        return {}
    faults += [Fault(f"{field}.{fault.field}", fault.message) for fault in wrong]
    return tables
