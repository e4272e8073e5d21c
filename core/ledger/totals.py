"""A year's totals as a fold over its entries."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from core.claim import BY_DISEASE, NOTHING_YET, ChronicTotals, YearToDate
from core.ledger.entries import EntryKind, Place

_CARRIED = "carried_common"
_PLAIN = tuple(name for name in YearToDate._fields if name not in {*BY_DISEASE, _CARRIED})


class Counted(NamedTuple):
    """The parts of an entry that the fold needs: the totals before it (of a posted one) and after it.

    ``number`` and ``reverses`` are numbers here.
    """

    number: int
    kind: EntryKind
    before: YearToDate
    after: YearToDate
    place: Place
    reverses: int | None


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
    """Return what an entry added; of the diseases only those that it touched.

    ``carried_common`` comes from the year before and is no sum: it stands as the entry had it.
    """
    plain = {name: getattr(after, name) - getattr(before, name) for name in _PLAIN}
    return YearToDate(
        **plain,
        chronic=_touched(before.chronic, after.chronic),
        special=_touched(before.special, after.special),
        carried_common=after.carried_common,
    )


def plus(totals: YearToDate, added: YearToDate) -> YearToDate:
    """Add a change to totals. ``carried_common`` is the later one's."""
    plain = {name: getattr(totals, name) + getattr(added, name) for name in _PLAIN}
    return YearToDate(
        **plain,
        chronic=_summed(totals.chronic, added.chronic),
        special=_summed(totals.special, added.special),
        carried_common=added.carried_common,
    )


def same_sums(first: YearToDate, second: YearToDate) -> bool:
    """Return whether two totals agree in everything that entries add up to."""
    return first._replace(carried_common=0) == second._replace(carried_common=0)


def _touched(
    before: Mapping[int, ChronicTotals], after: Mapping[int, ChronicTotals]
) -> dict[int, ChronicTotals]:
    return {
        number: _pairwise(totals, before.get(number, ChronicTotals()), -1)
        for number, totals in after.items()
        if totals != before.get(number)
    }


def _summed(
    totals: Mapping[int, ChronicTotals], added: Mapping[int, ChronicTotals]
) -> dict[int, ChronicTotals]:
    summed = dict(totals)
    for number, more in added.items():
        summed[number] = _pairwise(summed.get(number, ChronicTotals()), more, 1)
    return summed


def _pairwise(first: ChronicTotals, second: ChronicTotals, sign: int) -> ChronicTotals:
    return ChronicTotals(*(one + sign * other for one, other in zip(first, second, strict=True)))
