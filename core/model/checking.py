"""Rows that no settlement would take, found before the rules: a rule on columns cannot refuse one.

NumPy would carry an empty cell or a number that is too long through every rule without a word.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.claim import FIRST_YEAR_OF_INCENTIVES, BasicSettlement, Enrolment, disagreements
from core.messages import Fault, Message, message
from core.model.columns import (
    NOT_GIVEN,
    WORDS,
    ClaimColumns,
    Column,
    ColumnFault,
    ColumnsRefused,
    TotalsColumns,
    columns_of,
    day_of,
)
from core.money import MOST_DIGITS

MOST: Final = 100 * 10**MOST_DIGITS - 1
"""The largest amount (fen). With it every product of the rules stays within 64 bits."""

_AMOUNTS: Final = ("total", "eligible", "over_limit", "category_b", "hospital_part", "basic_deductible")
_OPTIONAL_AMOUNTS: Final = ("basic_fund_paid", "chain_paid")
_BOUNDS: Final = {
    **dict.fromkeys(_AMOUNTS, (0, MOST)),
    **dict.fromkeys(_OPTIONAL_AMOUNTS, (NOT_GIVEN, MOST)),
    **{name: (0, len(words) - 1) for name, words in WORDS.items()},
    **dict.fromkeys(("major_disease", "specific_item", "two_disease_drugs"), (0, 1)),
    **dict.fromkeys(("consecutive_years", "zero_claim_years", "gap_years"), (0, 999)),
    "special_disease": (NOT_GIVEN, 41),
    "disease": (NOT_GIVEN, 105),
    "disease_rank": (1, 999),
    "chain_stays": (1, 999),
    "day": (-36_500, 73_000),
}


_CHRONIC: Final = (*range(1, 19), *range(101, 106))
_LAST_SPECIAL: Final = 41


def check(claims: ClaimColumns, policies: int, totals: TotalsColumns | None) -> None:
    """Raise ColumnsRefused with the first row of each fault, where there is one."""
    faults = [*_bounds(claims, policies), *_of_totals(claims, totals)]
    if not faults:
        faults = [*_disagreeing(claims), *_apart(claims)]
    if faults:
        raise ColumnsRefused(tuple(faults))


def _bounds(claims: ClaimColumns, policies: int) -> Iterator[ColumnFault]:
    bounds = {**_BOUNDS, "policy": (0, policies - 1), "case": (NOT_GIVEN, len(claims.cases) - 1)}
    for name, value in columns_of(claims).items():
        if isinstance(value, np.ndarray) and len(value) != claims.rows:
            yield ColumnFault(min(len(value), claims.rows), name, message("fault.required"))
        elif name in bounds:
            yield from _outside(value, name, *bounds[name])
    if claims.fraud is not None:
        yield from _outside(claims.fraud.max(axis=1, initial=NOT_GIVEN), "fraud", NOT_GIVEN, MOST)
        yield from _outside(claims.fraud.min(axis=1, initial=0), "fraud", NOT_GIVEN, MOST)


def _of_totals(claims: ClaimColumns, totals: TotalsColumns | None) -> Iterator[ColumnFault]:
    for name, value in columns_of(totals).items() if totals is not None else ():
        if isinstance(value, np.ndarray) and len(value) != claims.rows:
            yield ColumnFault(min(len(value), claims.rows), name, message("fault.required"))
        else:
            yield from _outside(value, name, 0, MOST)
    if totals is not None and totals.by_disease is not None:
        yield from _of_diseases(claims, totals.by_disease)


def _of_diseases(claims: ClaimColumns, lines: NDArray[np.int64]) -> Iterator[ColumnFault]:
    """Find the lines of totals by disease that stand for no claim, or for no disease."""
    row, group, disease, *amounts = lines.T
    known = np.isin(disease, _CHRONIC) & (group == 0) | (disease >= 1) & (disease <= _LAST_SPECIAL) & (
        group == 1
    )
    sound = known & (row >= 0) & (row < claims.rows) & (np.diff(row, prepend=0) >= 0)
    for amount in amounts:
        sound &= (amount >= 0) & (amount <= MOST)
    if not sound.all():
        line = int(np.argmin(sound))
        why = message("fault.number_between", first=1, last=_LAST_SPECIAL if group[line] else _CHRONIC[-1])
        yield ColumnFault(int(row[line]), "by_disease", why, int(np.count_nonzero(~sound)))


def _outside(value: Column | int, name: str, first: int, last: int) -> Iterator[ColumnFault]:
    """Find what lies outside the bounds of a field: usually one look is enough."""
    values = np.atleast_1d(np.asarray(value))
    if not len(values) or (values.min() >= first and values.max() <= last):
        return
    wrong = (values < first) | (values > last)
    yield _fault(wrong, name, _why(int(values[int(np.argmax(wrong))]), name, first, last))


def _why(value: int, name: str, first: int, last: int) -> Message:
    if name in _AMOUNTS or name in _OPTIONAL_AMOUNTS or last == MOST:
        return (
            message("fault.number_sign") if value < 0 else message("fault.amount.digits", digits=MOST_DIGITS)
        )
    return message("fault.number_between", first=first, last=last)


def _fault(wrong: NDArray[np.bool_], name: str, why: Message) -> ColumnFault:
    return ColumnFault(int(np.argmax(wrong)), name, why, int(np.count_nonzero(wrong)))


def _disagreeing(claims: ClaimColumns) -> Iterator[ColumnFault]:
    """Find the rows whose amounts contradict each other; the first of each kind is told as a clerk is."""
    for wrong in _contradictions(claims):
        if np.any(wrong):
            row = int(np.argmax(np.broadcast_to(wrong, claims.rows)))
            count = int(np.count_nonzero(np.broadcast_to(wrong, claims.rows)))
            for fault in _told(claims, row):
                yield ColumnFault(row, fault.field, fault.message, count)


def _contradictions(claims: ClaimColumns) -> Iterator[NDArray[np.bool_]]:
    yield np.asarray(claims.total < claims.eligible)
    yield np.asarray((claims.over_limit > claims.total - claims.eligible) & (claims.total >= claims.eligible))
    yield np.asarray(claims.category_b > claims.eligible)
    given = np.asarray(claims.basic_fund_paid)
    if given.max(initial=NOT_GIVEN) > NOT_GIVEN:
        in_scope = claims.eligible - claims.category_b
        both = claims.basic_fund_paid + np.asarray(claims.basic_deductible)
        yield (given > NOT_GIVEN) & (both > in_scope) & (in_scope >= 0)
    years = np.maximum(claims.zero_claim_years, claims.gap_years)
    if np.any(years):
        last = np.asarray(claims.day).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        yield (last > FIRST_YEAR_OF_INCENTIVES) & (years > last - FIRST_YEAR_OF_INCENTIVES)


def _told(claims: ClaimColumns, row: int) -> list[Fault]:
    cell = {
        name: int(value[row]) if isinstance(value, np.ndarray) else value
        for name, value in columns_of(claims).items()
    }
    day: date = day_of(cell["day"])
    given = BasicSettlement(cell["basic_fund_paid"], cell["basic_deductible"])
    return disagreements(
        discharged=day,
        total=cell["total"],
        eligible=cell["eligible"],
        over_limit=cell["over_limit"],
        category_b=cell["category_b"],
        basic_settlement=None if cell["basic_fund_paid"] == NOT_GIVEN else given,
        enrolment=Enrolment(cell["consecutive_years"], cell["zero_claim_years"], cell["gap_years"]),
    )


def _apart(claims: ClaimColumns) -> Iterator[ColumnFault]:
    """Find the patients whose rows do not stand together, or whose years go back."""
    patient = claims.patient
    begins = patient[1:] != patient[:-1]
    apart = message("fault.patients_apart")
    if np.any(patient[1:] < patient[:-1]):
        starts = np.concatenate(([0], np.flatnonzero(begins) + 1))
        order = np.argsort(patient[starts], kind="stable")
        again = patient[starts][order][1:] == patient[starts][order][:-1]
        if np.any(again):
            yield ColumnFault(
                int(starts[order[1:][again]].min()), "patient", apart, int(np.count_nonzero(again))
            )
    back = (claims.day[1:] < claims.day[:-1]) & ~begins
    if np.any(back):
        row = int(np.argmax(back)) + 1
        yield ColumnFault(row, "day", apart, int(np.count_nonzero(back)))
