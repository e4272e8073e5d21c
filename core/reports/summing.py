"""Entries summed up by a form: a line for each of what it sums by, or for each entry."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from core.clock import BEIJING
from core.ledger.booked import Booked
from core.ledger.entries import EntryKind
from core.masking import masked_id, masked_name
from core.reports.report_cells import Fen, ReportCell, Word
from core.reports.report_form import ReportForm, is_measure, measure_of
from core.vocabulary import Benefit, Level, Population

_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "benefit": tuple(Benefit),
    "level": tuple(Level),
    "category": tuple(Population),
}
_GROUPS: Final = {"benefit": "benefit", "level": "level", "category": "population", "kind": "entry"}
"""The vocabulary that a cell's words are in."""


class Span(NamedTuple):
    """Entries that a report sums up: those of its days, and those since 1 January of its last day's year."""

    days: Sequence[Booked]
    year: Sequence[Booked]


def lines_of(form: ReportForm, span: Span) -> tuple[list[list[ReportCell]], list[ReportCell]]:
    """Return the rows of a form over entries, and their sums (None under what has none)."""
    days, year = (_wanted(form, entries) for entries in span)
    if not form.group:
        rows = [[_cell(column.show, [entry], []) for column in form.columns] for entry in days]
        return rows, _sums(form, days, year)
    settled = [entry for entry in days if entry.amounts is not None]
    groups: dict[tuple[str, ...], tuple[list[Booked], list[Booked]]] = defaultdict(lambda: ([], []))
    for side, entries in enumerate((settled, [entry for entry in year if entry.amounts is not None])):
        for entry in entries:
            groups[tuple(_text(name, entry) for name in form.group)][side].append(entry)
    rows = [
        [_cell(column.show, of_days, of_year) for column in form.columns]
        for _, (of_days, of_year) in sorted(groups.items(), key=lambda item: _rank(form.group, item[0]))
        if of_days or _shows_year(form)
    ]
    return rows, _sums(form, days, year)


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


def _cell(show: str, days: Sequence[Booked], year: Sequence[Booked]) -> ReportCell:
    """Return a cell of the line of some entries; what names a line is alike in all of them."""
    if is_measure(show):
        over_year, side, measure = measure_of(show)
        return _measure(side, measure, year if over_year else days)
    entry = (*days, *year)[0]
    if show in _TEXTS:
        return _TEXTS[show](entry)
    text = _text(show, entry)
    return Word(_GROUPS[show], text) if text and show in _GROUPS else text


def _measure(side: str, measure: str, entries: Sequence[Booked]) -> ReportCell:
    """Sum a measure: of what was posted, of what was taken back, or of the one less the other."""
    settled = [entry for entry in entries if entry.amounts is not None]
    kinds = {"posted": (EntryKind.POSTED,), "reversed": (EntryKind.REVERSED,)}.get(side, tuple(EntryKind))
    chosen = [entry for entry in settled if entry.kind in kinds]
    if measure == "persons":
        return len({entry.patient for entry in chosen})
    sign = {EntryKind.POSTED: 1, EntryKind.REVERSED: 1 if side == "reversed" else -1}
    if measure == "count":
        return sum(sign[entry.kind] for entry in chosen)
    if entries and not settled:
        return None  # an opening has no amounts
    return Fen(sum(sign[entry.kind] * (getattr(entry.amounts, measure) or 0) for entry in chosen))


def _sums(form: ReportForm, days: Sequence[Booked], year: Sequence[Booked]) -> list[ReportCell]:
    """Return the sum below each column of sums: people are counted once."""
    sums: list[ReportCell] = []
    for column in form.columns:
        if not is_measure(column.show):
            sums.append(None)
            continue
        over_year, side, measure = measure_of(column.show)
        entries = [entry for entry in (year if over_year else days) if entry.amounts is not None]
        sums.append(_measure(side, measure, entries))
    return sums
