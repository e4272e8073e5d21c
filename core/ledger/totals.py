"""A year's totals as a fold over its entries."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from core.claim import NOTHING_YET, ChronicTotals, YearToDate
from core.ledger.entries import EntryKind

_PLAIN = tuple(name for name in YearToDate._fields if name != "chronic")


class Counted(NamedTuple):
    """The parts of an entry that the fold needs: the totals before it (of a posted one) and after it."""

    number: int
    kind: EntryKind
    before: YearToDate
    after: YearToDate


def fold(entries: Iterable[Counted], reversed_: Collection[int]) -> YearToDate:
    """Return the totals of one patient and year.

    ``entries`` come in order; ``reversed_`` are the numbers of those that were reversed.
    """
    totals = NOTHING_YET
    for entry in entries:
        if entry.number in reversed_:
            continue
        if entry.kind is EntryKind.OPENING:
            totals = entry.after
        elif entry.kind is EntryKind.POSTED:
            totals = plus(totals, change(entry.before, entry.after))
    return totals


def change(before: YearToDate, after: YearToDate) -> YearToDate:
    """Return what an entry added; of the chronic diseases only those that it touched."""
    plain = {name: getattr(after, name) - getattr(before, name) for name in _PLAIN}
    chronic = {
        number: _pairwise(totals, before.chronic.get(number, ChronicTotals()), -1)
        for number, totals in after.chronic.items()
        if totals != before.chronic.get(number)
    }
    return YearToDate(**plain, chronic=chronic)


def plus(totals: YearToDate, added: YearToDate) -> YearToDate:
    """Add a change to totals."""
    plain = {name: getattr(totals, name) + getattr(added, name) for name in _PLAIN}
    chronic = dict(totals.chronic)
    for number, more in added.chronic.items():
        chronic[number] = _pairwise(chronic.get(number, ChronicTotals()), more, 1)
    return YearToDate(**plain, chronic=chronic)


def _pairwise(first: ChronicTotals, second: ChronicTotals, sign: int) -> ChronicTotals:
    return ChronicTotals(*(one + sign * other for one, other in zip(first, second, strict=True)))
