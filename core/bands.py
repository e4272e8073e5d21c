"""The one kernel: the part of a stretch of cost that lies in each band, and the share paid of it."""

from collections.abc import Sequence
from typing import NamedTuple

from core.arithmetic import maximum, minimum, where
from core.money import cost_for, share


class Band(NamedTuple):
    """A band of a rate table: ``rate`` is paid up to ``upper`` (fen, inclusive; None: open)."""

    upper: int | None
    rate: int


class Line(NamedTuple):
    """The yield of one band: ``base`` (fen) lies in it, ``paid`` (fen) is the share of it, rounded half up.

    ``lower`` and ``upper`` (fen; None: open) are the band's edges as the table states them. One rate for all
    cost is a band without edges.
    """

    base: int
    rate: int
    paid: int
    lower: int = 0
    upper: int | None = None


def along_cost(before: int, after: int, bands: Sequence[Band], origin: int = 0) -> tuple[Line, ...]:
    """Lay the stretch ``(before, after]`` (fen) of an axis of cost along the bands, a line a band.

    The bands are measured from ``origin`` (fen). A stretch of no length lies in no band.
    """
    lines, lower = [], 0
    for band in bands:
        top = after if band.upper is None else minimum(after, band.upper + origin)
        base = maximum(0, top - maximum(before, lower + origin))
        lines.append(Line(base, band.rate, share(base, band.rate), lower, band.upper))
        lower = band.upper or 0
    return tuple(lines)


def along_fund(cost: int, paid_before: int, bands: Sequence[Band]) -> tuple[Line, ...]:
    """Lay ``cost`` (fen) along an axis of the fund's own cumulative payment, a line a band.

    From the band that holds ``paid_before`` (fen) upward, each band takes the cost that fills it. A full band
    pays exactly what was left of it. In a band of 0 % the cost that is left is paid nothing.
    """
    lines, lower, left, paid_so_far = [], 0, cost, paid_before
    for band in bands:
        if band.upper is None:
            base, paid = left, share(left, band.rate)
        elif not band.rate:
            base, paid = where(band.upper > paid_so_far, left, 0), 0
            left = left - base
        else:
            room = maximum(0, band.upper - paid_so_far)
            filling = cost_for(room, band.rate)
            base = minimum(left, filling)
            paid = where(left >= filling, room, share(base, band.rate))
            left = left - base
            paid_so_far = paid_so_far + paid
        lines.append(Line(base, band.rate, paid, lower, band.upper))
        lower = band.upper or 0
    return tuple(lines)


def total(lines: Sequence[Line]) -> int:
    """Add up what all the bands pay (fen)."""
    return sum(line.paid for line in lines)
