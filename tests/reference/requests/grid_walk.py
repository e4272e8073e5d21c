"""The walk over grids: each a function of one point and the axes that it is taken over."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.reference.requests.drawing import Request

Grid = tuple[Callable[..., Request], tuple[Sequence[Any], ...]]


def walk(grids: Sequence[Grid], limit: int | None = None, part: int = 0, parts: int = 1) -> Iterator[Request]:
    """Yield every point of the grids in order, or `limit` of them, as many of each grid as of the others.

    Of `parts` parts only one, which takes every so manyth point.
    """
    points = itertools.count()
    sizes = [math.prod(len(axis) for axis in axes) for _, axes in grids]
    shares = sizes if limit is None else allotted(sizes, limit)
    for (make, axes), size, share in zip(grids, sizes, shares, strict=True):
        stride = 1 if share == size else coprime(size)
        for place in range(share):
            if next(points) % parts == part:
                yield grid_point(make, axes, place * stride % size)


def allotted(sizes: Sequence[int], limit: int) -> list[int]:
    """Share a number of points out: equally, a small grid whole and its rest to the larger ones."""
    shares = [0] * len(sizes)
    left = min(limit, sum(sizes))
    for rank, place in enumerate(sorted(range(len(sizes)), key=lambda place: sizes[place])):
        shares[place] = min(sizes[place], left // (len(sizes) - rank))
        left -= shares[place]
    return shares


def coprime(size: int) -> int:
    """Return a golden step over a grid: it meets every axis evenly and every point once."""
    stride = max(1, round(size * (math.sqrt(5) - 1) / 2))
    while math.gcd(stride, size) > 1:
        stride += 1
    return stride


def grid_point(make: Callable[..., Request], axes: tuple[Sequence[Any], ...], index: int) -> Request:
    """Return the point of a grid with this number, the last axis running fastest."""
    chosen = []
    for axis in reversed(axes):
        index, place = divmod(index, len(axis))
        chosen.append(axis[place])
    return make(*reversed(chosen))
