"""Entries summed up by a form: a line for each of what it sums by, or for each entry."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Final, NamedTuple

from core.clock import BEIJING
from core.ledger.booked import Booked
from core.ledger.entries import EntryKind
from core.masking import masked_id, masked_name
from core.reports.report_cells import Fen, ReportCell, Word
from core.reports.report_form import ReportForm, Span, is_measure, measure_of, summed
from core.tables.watch import Watch
from core.vocabulary import Benefit, Level, Population

_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "benefit": tuple(Benefit),
    "level": tuple(Level),
    "category": tuple(Population),
}
_GROUPS: Final = {"benefit": "benefit", "level": "level", "category": "population", "kind": "entry"}
"""The vocabulary that a cell's words are in."""


class ReportLines(NamedTuple):
    """The rows of a report, and the sums below them (None under what has none).

    ``behind`` are the entries of each row, and last of all together.
    """

    rows: list[list[ReportCell]]
    sums: list[ReportCell]
    behind: list[Span]


def lines_of(form: ReportForm, span: Span, watch: Watch) -> ReportLines:
    """Return the lines of a form over entries. Raises Cancelled."""
    days, year = whole = Span(*(_wanted(form, entries) for entries in span))
    if not form.group:
        each = [Span([entry], []) for entry in days]
        readers = [_reader_of(column.show) for column in form.columns]
        rows: list[list[ReportCell]] = []
        for entry in days:
            watch.tell("reading", len(rows), len(days))
            rows.append([read(entry) for read in readers])
        return ReportLines(rows, _sums(form, whole), [*each, whole])
    settled = [entry for entry in days if entry.amounts is not None]
    groups: dict[tuple[str, ...], tuple[list[Booked], list[Booked]]] = defaultdict(lambda: ([], []))
    for side, entries in enumerate((settled, [entry for entry in year if entry.amounts is not None])):
        for entry in entries:
            groups[tuple(_text(name, entry) for name in form.group)][side].append(entry)
    behind = [
        Span(*sides)
        for _, sides in sorted(groups.items(), key=lambda item: _rank(form.group, item[0]))
        if sides[0] or _shows_year(form)
    ]
    rows = [[cell_of(column.show, one) for column in form.columns] for one in behind]
    return ReportLines(rows, _sums(form, whole), [*behind, whole])


def _shows_year(form: ReportForm) -> bool:
    return any(is_measure(column.show) and measure_of(column.show)[0] for column in form.columns)


def _wanted(form: ReportForm, entries: Iterable[Booked]) -> list[Booked]:
    """Leave out what a form does not count."""
    if not form.only:
        return list(entries)
    assisted = [entry for entry in entries if entry.amounts is not None and entry.amounts.maf_pay]
    if form.only == "assisted":
        return assisted
    return [entry for entry in assisted if entry.kind is EntryKind.POSTED and entry.reversed_by is None]


def _rank(group: Sequence[str], values: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Order by the vocabulary where there is one, else by the text."""
    return tuple(
        (order.index(value) if value in (order := _ORDER.get(name, ())) else len(order), value)
        for name, value in zip(group, values, strict=True)
    )


def _text(name: str, entry: Booked) -> str:
    """Return an entry's cell as text."""
    if name == "half_year":
        day = entry.recorded.astimezone(BEIJING)
        return f"{day.year}-H{1 if day.month <= 6 else 2}"
    return str(getattr(entry, name))


_TEXTS: Final[Mapping[str, Callable[[Booked], ReportCell]]] = {
    "recorded": lambda entry: f"{entry.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
    "masked_name": lambda entry: masked_name(entry.name),
    "masked_id": lambda entry: masked_id(entry.id),
    "number": lambda entry: entry.number,
    "reverses": lambda entry: entry.reverses,
    "reversed_by": lambda entry: entry.reversed_by,
}


def cell_of(show: str, behind: Span) -> ReportCell:
    """Return a cell of the line of some entries; what names a line is alike in all of them."""
    if is_measure(show):
        return _measure(show, behind)
    return _named(show, (*behind.days, *behind.year)[0])


def _reader_of(show: str) -> Callable[[Booked], ReportCell]:
    """Return what reads the cell of a column in a line that is one entry; a list has many lines."""
    if not is_measure(show):
        return partial(_named, show)
    over_year, side, measure = measure_of(show)
    if over_year or side or measure in ("persons", "count"):
        return lambda entry: _measure(show, Span([entry], []))
    amount = attrgetter(measure)

    def net(entry: Booked) -> ReportCell:
        if entry.amounts is None:
            return None  # an opening has no amounts
        fen = amount(entry.amounts) or 0
        return Fen(-fen if entry.kind is EntryKind.REVERSED else fen)

    return net


def _named(show: str, entry: Booked) -> ReportCell:
    """Return a cell that says something about an entry."""
    if show in _TEXTS:
        return _TEXTS[show](entry)
    text = _text(show, entry)
    return Word(_GROUPS[show], text) if text and show in _GROUPS else text


def _measure(show: str, behind: Span) -> ReportCell:
    """Sum a measure: of what was posted, of what was taken back, or of the one less the other."""
    over_year, side, measure = measure_of(show)
    chosen = summed(show, behind)
    if measure == "persons":
        return len({entry.patient for entry in chosen})
    back = 1 if side == "reversed" else -1
    if measure == "count":
        return sum([back if entry.kind is EntryKind.REVERSED else 1 for entry in chosen])
    entries = behind.year if over_year else behind.days
    if not chosen and entries and all(entry.amounts is None for entry in entries):
        return None  # an opening has no amounts
    amount = attrgetter(measure)
    return Fen(
        sum(
            [
                (back if each.kind is EntryKind.REVERSED else 1) * (amount(each.amounts) or 0)
                for each in chosen
            ]
        )
    )


def _sums(form: ReportForm, whole: Span) -> list[ReportCell]:
    """Return the sum below each column of sums: people are counted once."""
    settled = Span(*([entry for entry in side if entry.amounts is not None] for side in whole))
    shows = [column.show for column in form.columns]
    return [_measure(show, settled) if is_measure(show) else None for show in shows]
