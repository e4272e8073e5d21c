"""What receipts say of one figure: each bounds it, some pin it; the value that most of them pin stands."""

from collections.abc import Sequence
from typing import Final, NamedTuple

ENOUGH: Final = 3
"""So many receipts have to pin a value for it to be certain."""
_YUAN: Final = 100
_NARROW: Final = 20
"""An interval that holds no whole yuan pins a figure in fen where it is no wider than this (fen)."""


class Bound(NamedTuple):
    """What one receipt says of a figure: it lies between two amounts (fen; ``high`` None: no bound above)."""

    receipt: str
    low: int
    high: int | None

    def holds(self, fen: int) -> bool:
        """Return whether a figure would agree with the receipt."""
        return self.low <= fen and (self.high is None or fen <= self.high)

    @property
    def pinned(self) -> int | None:
        """The one value that the receipt pins (fen): a whole yuan, or fen where none fits; else None."""
        if self.high is None:
            return None
        first = -(-self.low // _YUAN) * _YUAN
        if first > self.high:
            return self.low if self.high - self.low <= _NARROW else None
        return first if first + _YUAN > self.high else None


class Verdict(NamedTuple):
    """What is known of a figure.

    ``value`` (fen) is pinned by the receipts ``by``, ``certain`` where they are enough and no other value has
    as many; None where none is. ``against`` are the receipts that contradict it. ``low`` and ``high`` are the
    bounds that all receipts leave together (fen; None: no bound above).
    """

    value: int | None
    by: tuple[str, ...]
    against: tuple[str, ...]
    certain: bool
    low: int
    high: int | None


class Cell(NamedTuple):
    """A cell that receipts say something of: its dotted path, and values, one a number of the stay."""

    path: str
    verdicts: tuple[Verdict, ...]
    percent: bool = False


def vote(bounds: Sequence[Bound]) -> Verdict:
    """Return what some receipts say of a figure together."""
    pinned = [(bound, bound.pinned) for bound in bounds]
    support = {
        value: tuple(bound.receipt for bound, own in pinned if own is not None and bound.holds(value))
        for value in {own for _, own in pinned if own is not None}
    }
    low, high = _left(bounds)
    if not support:
        return Verdict(None, (), (), False, low, high)
    value = max(support, key=lambda each: (len(support[each]), each % _YUAN == 0, -each))
    by = support[value]
    rival = any(len(other) >= len(by) for each, other in support.items() if each != value)
    against = tuple(bound.receipt for bound in bounds if not bound.holds(value))
    if (rival and len(by) < ENOUGH) or len(against) > len(by):
        return Verdict(None, (), (), False, low, high)
    return Verdict(value, by, against, len(by) >= ENOUGH and not rival, low, high)


def _left(bounds: Sequence[Bound]) -> tuple[int, int | None]:
    """Return the interval that all bounds leave, widened to the outermost where they leave none."""
    lows = [bound.low for bound in bounds]
    highs = [bound.high for bound in bounds if bound.high is not None]
    low, high = max(lows, default=0), min(highs, default=None)
    if high is not None and low > high:
        return min(lows), max(highs)
    return low, high
