"""Bands: a stretch of cost cut at their edges, each piece paid at the rate of the band it lies in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from tests.reference.amounts import ZERO, half_up, money, number, percent_text, share, what_is_left


class Row(NamedTuple):
    """A band that is touched: the cost that lies in it, its percentage and its payment."""

    base: Fraction
    percent: Fraction
    paid: Fraction


class Bands(NamedTuple):
    """A table of bands: the upper edges of all but the last, and a percentage for each."""

    edges: tuple[Fraction, ...]
    percents: tuple[Fraction, ...]


def read_bands(table: Sequence[Mapping[str, Any]]) -> Bands:
    """Read the band table of a pack."""
    edges = tuple(number(band["up_to"]) for band in table if "up_to" in band)
    return Bands(edges, tuple(number(band["percent"]) for band in table))


def flat(percent: Fraction) -> Bands:
    """Return one open band."""
    return Bands((), (percent,))


def cut(lower: Fraction, upper: Fraction, edges: Iterable[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Cut the stretch (lower, upper] at every edge inside it."""
    if upper <= lower:
        return []
    return list(pairwise([lower, *(edge for edge in edges if lower < edge < upper), upper]))


def rows_along_cost(lower: Fraction, upper: Fraction, bands: Bands) -> tuple[Row, ...]:
    """Pay the stretch (lower, upper], each piece at the rate of the band that its middle lies in."""
    rows = []
    for start, end in cut(lower, upper, bands.edges):
        middle = (start + end) / 2
        percent = bands.percents[sum(edge < middle for edge in bands.edges)]
        rows.append(Row(end - start, percent, share(percent, end - start)))
    return tuple(rows)


def rows_along_payments(left: Fraction, paid_so_far: Fraction, bands: Bands) -> tuple[Row, ...]:
    """Pay a cost whose bands lie along the payments themselves (settlement, section 2, `"annual_fund"`)."""
    rows = []
    for place, percent in enumerate(bands.percents):
        top_band = place == len(bands.edges)
        room = ZERO if top_band else what_is_left(bands.edges[place], paid_so_far)
        if not top_band and room == 0:
            continue
        if top_band or percent == 0 or left < half_up(room * 100 / percent):
            rows.append(Row(left, percent, share(percent, left)))
            break
        used = half_up(room * 100 / percent)
        rows.append(Row(used, percent, room))
        left -= used
        paid_so_far = bands.edges[place]
    return tuple(row for row in rows if row.base > 0)


def paid_by(rows: Iterable[Row]) -> Fraction:
    """Return the sum of the bands' payments."""
    return sum((row.paid for row in rows), ZERO)


def left_by(rows: Iterable[Row]) -> Fraction:
    """Return the sum of what the bands leave to the patient."""
    return sum((row.base - row.paid for row in rows), ZERO)


def write_rows(rows: Iterable[Row]) -> list[list[str]]:
    """Write bands as base, percentage and payment."""
    return [[money(row.base), percent_text(row.percent), money(row.paid)] for row in rows]
