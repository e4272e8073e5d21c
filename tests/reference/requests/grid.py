"""The grid of every threshold, benefit by benefit."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reference.requests import (
    grid_around,
    grid_basic,
    grid_critical,
    grid_outpatient,
    grid_section10,
)
from tests.reference.requests.drawing import Request
from tests.reference.requests.grid_walk import Grid, walk

GRIDS: tuple[Grid, ...] = (
    *grid_basic.GRIDS,
    *grid_critical.GRIDS,
    *grid_outpatient.GRIDS,
    *grid_section10.GRIDS,
    *grid_around.GRIDS,
)


def boundary_requests(limit: int | None = None, part: int = 0, parts: int = 1) -> Iterator[Request]:
    """Yield the whole grid in order, or `limit` points spread evenly over it; the same at every call.

    Of `parts` parts only one, which takes every so manyth point.
    """
    return walk(GRIDS, limit, part, parts)
