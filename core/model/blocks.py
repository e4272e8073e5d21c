"""A year's claims, some whole patients at a time, and the policies that they name."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from core.model.columns import ClaimColumns, Column, TotalsColumns
from core.policy.select import Policy

EPOCH: Final = date(1970, 1, 1).toordinal()


class Block(NamedTuple):
    """Whole patients' claims of a year.

    ``totals`` are those of each patient before its first claim (None: nothing yet). ``hospital`` is the place
    of each claim's hospital in the list of its source (None: nobody says which).
    """

    claims: ClaimColumns
    totals: TotalsColumns | None = None
    hospital: Column | None = None


class Policies:
    """The policies that claims name by their place, and the region that each is of."""

    def __init__(self) -> None:
        self.all: list[Policy] = []
        self.regions: list[str] = []
        self.region_of: list[int] = []
        self._places: dict[int, int] = {}

    def place(self, policy: Policy) -> int:
        """Return a policy's place; one that is met for the first time is put last."""
        known = self._places.get(id(policy))
        if known is not None:
            return known
        self._places[id(policy)] = len(self.all)
        self.all.append(policy)
        if policy.region.id not in self.regions:
            self.regions.append(policy.region.id)
        self.region_of.append(self.regions.index(policy.region.id))
        return len(self.all) - 1


class ClaimSource(NamedTuple):
    """A year's claims, which may be gone through again and again.

    ``people`` are the insured (None: nobody says how many). ``hospitals`` are the names that blocks number.
    ``left_out`` tells what was not taken, each with how many claims.
    """

    blocks: Callable[[], Iterator[Block]]
    policies: Policies
    people: int | None
    hospitals: Sequence[str] = ()
