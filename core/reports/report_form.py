"""A report's form: its title, what it sums by, and its columns. Forms are data, `resources/forms/reports`."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from core.files import read_bounded, why_failed
from core.ledger.booked import Booked
from core.ledger.entries import EntryKind
from core.messages import Message, message, reason_of
from core.places import RESOURCES, home
from core.policy.shelf import LARGEST, read_tables
from core.settlement import Amounts

_SHIPPED: Final = RESOURCES / "forms" / "reports"

KINDS: Final = (
    "operators",
    "benefits",
    "levels",
    "categories",
    "list",
    "near-limits",
    "assistance-account",
    "declaration",
    "public-notice",
    "evaluation",
    "hand-overs",
    "claims",
)
"""The kinds of reports; each has a form of its name."""

NEAR_LIMITS: Final = "near-limits"
"""The kind whose lines are yearly limits, not entries."""

HAND_OVERS: Final = "hand-overs"
"""The kind whose lines are acts: cash that was handed over."""

CLAIMS: Final = "claims"
"""The kind whose lines are claims that were entered from their papers."""

PARTS_OF: Final = {"taken": "posted_psn_part_amt", "given_back": "reversed_psn_part_amt"}
"""The sums of a hand-over that are of entries, each by its measure."""

_SIDES: Final = {"posted": EntryKind.POSTED, "reversed": EntryKind.REVERSED}
SIDES: Final = ("", "posted_", "reversed_", "net_")
YEAR: Final = "year_"
"""Before a measure: since 1 January of the last day's year."""
MEASURES: Final = ("count", "persons", *Amounts._fields)
KEYS: Final = ("operator", "benefit", "level", "category", "region", "half_year")
"""What entries can be summed by."""
_OF_ENTRIES: Final = {*Booked._fields, *KEYS, "masked_name", "masked_id"} - {"patient", "amounts"}
_OF_LIMITS: Final = frozenset(
    ["name", "id", "region", "limit", "disease", "used", "allowed", "left", "percent", "as_of"]
)
_SUMS_OF_HAND_OVERS: Final = frozenset(
    ["posted", "reversed", "taken", "given_back", "not_cash", "due", "counted", "difference"]
)
_OF_HAND_OVERS: Final = _SUMS_OF_HAND_OVERS | {"recorded", "operator", "to", "note"}
_SUMS_OF_CLAIMS: Final = frozenset(["medfee_sumamt", "fund_pay_sumamt", "already", "payable"])
_OF_CLAIMS: Final = _SUMS_OF_CLAIMS | {
    *("number", "recorded", "name", "id", "bill", "same_bill", "kind", "reason", "source", "bank", "account")
}
_BY_HAND: Final = frozenset(["bank", "account"])
_CELLS: Final = {NEAR_LIMITS: _OF_LIMITS, HAND_OVERS: _OF_HAND_OVERS, CLAIMS: _OF_CLAIMS}
"""The cells of the kinds that are no sums of entries."""

ENTRY_NUMBERS: Final = frozenset(["number", "reverses", "reversed_by"])
"""The cells that are numbers of entries."""

_NUMBERS: Final = (
    _SUMS_OF_HAND_OVERS | _SUMS_OF_CLAIMS | ENTRY_NUMBERS | frozenset(["used", "allowed", "left", "percent"])
)
_ONLY: Final = ("", "assisted", "assisted_standing")


class Span(NamedTuple):
    """Entries that a report sums up: those of its days, and those since 1 January of its last day's year."""

    days: Sequence[Booked]
    year: Sequence[Booked]


class ReportColumn(NamedTuple):
    """A column: the cell or sum that it shows, and its heading by language."""

    show: str
    heading: dict[str, str]


class ReportForm(NamedTuple):
    """A form.

    ``group`` is what is summed by, empty for a line each. ``personal``: it names people, so that it is a
    supervisor's. ``only``: "assisted" where assistance paid, "assisted_standing" of these what stands.
    """

    title: dict[str, str]
    group: tuple[str, ...]
    columns: tuple[ReportColumn, ...]
    personal: bool
    only: str

    @property
    def by_hand(self) -> frozenset[int]:
        """The places of the columns that stay empty, for whoever fills them in."""
        return frozenset(at for at, column in enumerate(self.columns) if column.show in _BY_HAND)


@cache
def is_measure(show: str) -> bool:
    """Return whether a column shows a sum or a count."""
    return show.removeprefix(YEAR).removeprefix(_side(show)) in MEASURES


def is_number(show: str) -> bool:
    """Return whether a column stands right: a sum, a count, an amount or a number of an entry."""
    return is_measure(show) or show in _NUMBERS


def _side(show: str) -> str:
    return next((side for side in SIDES[1:] if show.removeprefix(YEAR).startswith(side)), "")


@cache
def measure_of(show: str) -> tuple[bool, str, str]:
    """Return what a column sums: over the year or the span, which side of the book, which measure."""
    side = _side(show)
    return show.startswith(YEAR), side.rstrip("_"), show.removeprefix(YEAR).removeprefix(side)


def summed(show: str, span: Span) -> list[Booked]:
    """Return the entries that a column's cell sums: those with amounts of its span and side of the book.

    A column that shows no sum names its line; all entries of the line's days are behind it.
    """
    show = PARTS_OF.get(show, show)
    if not is_measure(show):
        return list(span.days)
    over_year, side, _ = measure_of(show)
    entries, wanted = span.year if over_year else span.days, _SIDES.get(side)
    if wanted is None:
        return [entry for entry in entries if entry.amounts is not None]
    return [entry for entry in entries if entry.amounts is not None and entry.kind is wanted]


def form_of(kind: str) -> ReportForm | Message:
    """Return a kind's form: a hospital's own in its data folder, else the one that ships.

    A hospital's own stands in ``forms/reports/KIND.toml``; where it cannot be used the answer says why.
    """
    own = home() / "forms" / "reports" / f"{kind}.toml"
    file = own if own.exists() else _SHIPPED / f"{kind}.toml"
    try:
        raw = read_tables(read_bounded(file, LARGEST))
    except OSError as error:
        return why_failed(error, str(file))
    if isinstance(raw, Message):
        return message("report.fault.form", name=str(file), reason=raw)
    try:
        return _form(raw, kind)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return message("report.fault.form", name=str(file), reason=reason_of(error))


def _form(raw: dict[str, Any], kind: str) -> ReportForm:
    """Return a form by its tables. Raises ValueError, LookupError, TypeError or AttributeError."""
    columns = tuple(ReportColumn(str(each["show"]), _texts(each["heading"])) for each in raw["column"])
    group = tuple(raw.get("group", ()))
    form = ReportForm(
        _texts(raw["title"]), group, columns, bool(raw.get("personal", False)), raw.get("only", "")
    )
    cells = _CELLS.get(kind, set(group) if group else _OF_ENTRIES)
    for column in columns:
        if column.show not in cells and (kind in _CELLS or not is_measure(column.show)):
            raise ValueError(f"show = {column.show}")
    if not columns or not set(group) <= set(KEYS) or form.only not in _ONLY:
        raise ValueError("column, group, only")
    return form


def _texts(value: Any) -> dict[str, str]:
    """Return texts by language; one text is every language's."""
    texts = {"zh": value} if isinstance(value, str) else {name: str(text) for name, text in value.items()}
    if "zh" not in texts:
        raise ValueError("zh")
    return texts
