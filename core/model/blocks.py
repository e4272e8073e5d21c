"""A year's claims, some whole patients at a time, the policies that they name, and what goes through them."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import polars as pl

from core.model.columns import ClaimColumns, Column, TotalsColumns
from core.policy.select import Policy
from core.tables.watch import Watch

EPOCH: Final = date(1970, 1, 1).toordinal()


class Block(NamedTuple):
    """Whole patients' claims of a year.

    ``totals`` are those of each patient before its first claim (None: nothing yet). ``hospital`` is the place
    of each claim's hospital in the list of its source (None: nobody says which). ``origin`` names each claim
    as its file does, row by row (None: it lies in no file). ``left_out`` is how many claims were not taken.
    """

    claims: ClaimColumns
    totals: TotalsColumns | None = None
    hospital: Column | None = None
    origin: pl.DataFrame | None = None
    left_out: int = 0


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


class Engine(Protocol):
    """What takes work to every block of a year's claims, wherever the blocks lie."""

    def each(self, work: Callable[[Block], Any], watch: Watch) -> Iterator[Any]:
        """Yield what some work makes of each block. Raises Cancelled."""

    def write(self, rows: Callable[[Block], pl.DataFrame], part: Path, watch: Watch) -> None:
        """Write the rows that are made of each block into a draft. Raises OSError and Cancelled."""


class ClaimSource(NamedTuple):
    """A year's claims, which may be gone through again and again.

    ``people`` are the insured (None: nobody says how many). ``hospitals`` are the names that blocks number.
    """

    engine: Engine
    policies: Policies
    people: int | None
    hospitals: tuple[str, ...] = ()
