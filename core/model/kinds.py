"""The kinds of visits among claims: what each row shares with others, and which kind it is of."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.model.columns import NOT_GIVEN, ClaimColumns, Column, day_of
from core.model.visits import RowKind
from core.policy.select import Policy
from core.vocabulary import Benefit, Care, Level, Population, Transfer

_CHUNK: Final = 1 << 16
"""Rows that are gone through at a time, so that what is reckoned between stays near the processor."""

_SHARED: Final = (
    *("policy", "benefit", "level", "population", "care", "transfer", "major_disease", "case"),
    *("special_disease", "specific_item", "two_disease_drugs", "disease", "disease_rank"),
)
_MOST_CODES: Final = 1 << 26
"""The most combinations that are told apart by a table."""


class Kinds(NamedTuple):
    """The kinds that there are, the kind of each row, and for each kind its first row and how many it has."""

    all: tuple[RowKind, ...]
    of_row: NDArray[np.int32]
    first: NDArray[np.int64]
    rows: NDArray[np.int64]


class _Part(NamedTuple):
    """One thing that rows share: its values are ``first`` and up, ``radix`` of them."""

    values: Column | int
    first: int
    radix: int


def kinds_of(claims: ClaimColumns, policies: Sequence[Policy]) -> Kinds:
    """Tell the kinds of claims apart. ``policies`` are all whose rules may begin on other days."""
    days, begun = _periods(claims.day, policies)
    given: Column | int = claims.basic_fund_paid
    incidents: Column | int = 0
    if claims.fraud is not None:
        incidents = np.count_nonzero(claims.fraud != NOT_GIVEN, axis=1).astype(np.int64)
    shared = [getattr(claims, name) for name in _SHARED]
    parts = [_part(value) for value in (days, *shared, given > NOT_GIVEN, incidents)]
    codes = _codes(parts, claims.rows)
    found, of_row = _numbered(codes, parts)
    told: dict[RowKind, int] = {}
    merged = [told.setdefault(_kind(code, parts, begun, claims.cases), len(told)) for code in found]
    if len(told) < len(found):
        of_row = np.array(merged, np.int32)[of_row]
    first = np.zeros(len(told), np.int64)
    first[of_row[::-1]] = np.arange(claims.rows - 1, -1, -1)
    return Kinds(tuple(told), of_row, first, np.bincount(of_row, minlength=len(told)).astype(np.int64))


def _periods(days: Column, policies: Sequence[Policy]) -> tuple[Column, list[date]]:
    """Return for each row the place of its rules' first day among those days."""
    earliest = int(days.min(initial=0))
    table = np.zeros(int(days.max(initial=earliest)) - earliest + 1, np.int64)
    present = np.zeros(len(table), np.bool_)
    present[days - earliest] = True
    begun: dict[date, int] = {}
    documents = {id(policy.documents): policy.documents for policy in policies}.values()
    for place in np.flatnonzero(present):
        day = day_of(earliest + int(place))
        since = max(one.since(day) for one in documents)
        table[place] = begun.setdefault(since, len(begun))
    return table[days - earliest], list(begun)


def _part(values: Column | int | NDArray[np.bool_]) -> _Part:
    if not isinstance(values, np.ndarray):
        return _Part(int(values), int(values), 1)
    if not len(values):
        return _Part(0, 0, 1)
    first = int(values.min())
    return _Part(values.astype(np.int64, copy=False), first, int(values.max()) - first + 1)


def _codes(parts: Sequence[_Part], rows: int) -> Column:
    """Return one number a row that stands for all its parts together."""
    codes = np.zeros(rows, np.int64)
    several = [part for part in parts if part.radix > 1]
    for low in range(0, rows, _CHUNK):
        code = codes[low : low + _CHUNK]
        for part in several:
            assert isinstance(part.values, np.ndarray)
            code *= part.radix
            code += part.values[low : low + _CHUNK]
            code -= part.first
    return codes


def _numbered(codes: Column, parts: Sequence[_Part]) -> tuple[list[int], NDArray[np.int32]]:
    """Number the codes that occur from 0 up: the codes, and each row's number."""
    combinations = 1
    for part in parts:
        combinations *= part.radix
    if combinations > min(_MOST_CODES, 64 * len(codes) + 1024):
        found, places = np.unique(codes, return_inverse=True)
        return [int(one) for one in found], places.astype(np.int32)
    found = np.flatnonzero(np.bincount(codes, minlength=combinations))
    number = np.zeros(combinations, np.int32)
    number[found] = np.arange(len(found))
    return [int(one) for one in found], number[codes]


def _kind(code: int, parts: Sequence[_Part], begun: Sequence[date], cases: Sequence[str]) -> RowKind:
    values = []
    for part in reversed(parts):
        code, rest = divmod(code, part.radix)
        values.append(part.first + rest)
    period, *shared, given, incidents = reversed(values)
    cell = dict(zip(_SHARED, shared, strict=True))
    benefit = list(Benefit)[cell["benefit"]]
    pooled, inpatient = benefit.pooled, benefit is Benefit.INPATIENT
    chronic, special = benefit is Benefit.CHRONIC_OUTPATIENT, benefit is Benefit.SPECIAL_OUTPATIENT
    major = pooled and bool(cell["major_disease"])
    return RowKind(  # what a benefit does not look at makes no kind of its own
        policy=cell["policy"],
        day=begun[period],
        benefit=benefit,
        level=list(Level)[cell["level"]],
        population=list(Population)[cell["population"]] if pooled else Population.ORDINARY,
        care=list(Care)[cell["care"]],
        transfer=list(Transfer)[cell["transfer"]] if inpatient else Transfer.NONE,
        major_disease=major,
        case=cases[cell["case"]] if major and cell["case"] != NOT_GIVEN else None,
        special_disease=cell["special_disease"] if special and cell["special_disease"] != NOT_GIVEN else None,
        specific_item=special and bool(cell["specific_item"]),
        two_disease_drugs=benefit is Benefit.COMMON_OUTPATIENT and bool(cell["two_disease_drugs"]),
        disease=cell["disease"] if chronic and cell["disease"] != NOT_GIVEN else None,
        disease_rank=cell["disease_rank"] if chronic else 1,
        basic_given=pooled and bool(given),
        incidents=incidents if pooled else 0,
    )
