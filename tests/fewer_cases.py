"""Fewer cases by default: every value of every parameter once, or some of many; all in the long batteries."""

from collections.abc import Hashable, Sequence
from typing import Any
from zlib import crc32


def covering(cases: Sequence[dict[str, Any]]) -> set[int]:
    """Return the places of cases that hold every value of every parameter; one is added while it adds any."""
    lacking = [{(name, _known(value)) for name, value in case.items()} for case in cases]
    kept: set[int] = set()
    while any(lacking):
        best = max(range(len(lacking)), key=lambda at: (len(lacking[at]), -at))
        kept.add(best)
        found = lacking[best]
        lacking = [left - found for left in lacking]
    return kept


def spread(cases: int, wanted: int, name: str) -> set[int]:
    """Return the places of some cases, as far apart as they can be.

    The test's name says where to begin: tests with the same values of a parameter take different ones.
    """
    first, wanted = crc32(name.encode()), min(cases, wanted)
    return {(first + at * cases // wanted) % cases for at in range(wanted)}


def _known(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else repr(value)
