"""Fewer cases by default: every value of every parameter once, every combination in the long batteries."""

from collections.abc import Hashable, Sequence
from typing import Any


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


def _known(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else repr(value)
