"""What a year's claims come to: by day, by who was treated where, by hospital, and by scenario.

All sums are whole fen in 64 bits; nothing passes through a binary float.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.model.blocks import EPOCH, Block, ClaimSource
from core.model.columns import Column, ResultColumns
from core.model.engine import settle_scenarios
from core.policy.select import Policy
from core.tables.watch import Watch
from core.vocabulary import Benefit, Level, Population

AMOUNTS: Final = ("hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt", "medfee_sumamt", "inscp_scp_amt")
BASIC, CRITICAL, ASSISTANCE, PATIENT, TOTAL, IN_SCOPE = range(len(AMOUNTS))
"""The sums that are kept, in the order of `AMOUNTS`."""
PAYERS: Final = AMOUNTS[:TOTAL]
"""Those that a scenario changes."""

SIZES: Final = (500_000, 1_000_000, 3_000_000, 6_000_000, 10_000_000, 20_000_000)
"""The edges between sizes of bills (fen): a bill of an edge lies below it."""

DAYS: Final = 366
SHAPE: Final = (len(Level), len(Population), len(SIZES) + 1, len(Benefit))
_CELLS: Final = int(np.prod(SHAPE))
CHANGES: Final = ("gain", "lose", "gained", "lost")
"""How many claims leave their patients less to pay, or more, and by how much together (fen)."""

Sums = NDArray[np.int64]


class Tally(NamedTuple):
    """The sums of one run.

    ``days`` is by region and day of the year (from 0), ``cells`` by region, level, category, size of bill and
    benefit; the last axis of both is `AMOUNTS`. ``changes`` is by the same cells, its last axis `CHANGES`:
    against the first run. ``hospitals`` is by place; its last axis are `AMOUNTS` and the number of claims.
    """

    days: Sums
    cells: Sums
    changes: Sums
    hospitals: Sums


class Tallies(NamedTuple):
    """The sums of a first run and of each scenario, and how many claims each cell has.

    ``elsewhere`` is how many claims of each hospital are care outside the region. ``helped`` are the people
    for whom critical illness paid anything in the first half of the year, and in the whole of it.
    ``left_out`` is how many claims were not taken.
    """

    runs: list[Tally]
    counts: Sums
    elsewhere: Sums
    helped: Sums
    left_out: int = 0

    @property
    def claims(self) -> int:
        """The number of claims."""
        return int(self.counts.sum())

    def __add__(self, other: "Tallies") -> "Tallies":  # type: ignore[override]
        """Return the sums of both; no patient may have claims in both of them."""
        runs = [
            Tally(*(one + more for one, more in zip(run, added, strict=True)))
            for run, added in zip(self.runs, other.runs, strict=True)
        ]
        return Tallies(
            runs,
            self.counts + other.counts,
            self.elsewhere + other.elsewhere,
            self.helped + other.helped,
            self.left_out + other.left_out,
        )


def tally(source: ClaimSource, scenarios: Sequence[Sequence[Policy]], year: int, watch: Watch) -> Tallies:
    """Settle a year's claims by the policies of each scenario, and add up what comes of it.

    ``scenarios`` holds for each run a policy in the place of each of the source's; the first one is what the
    others are held against. Raises ColumnsRefused and Cancelled.
    """
    hospitals = len(source.hospitals)
    regions = (len(source.policies.regions), tuple(source.policies.region_of))
    together = _nothing(len(scenarios), regions[0], hospitals)
    work = partial(tallied, tuple(map(tuple, scenarios)), regions, hospitals, year)
    for part in source.engine.each(work, watch):
        together += part
        watch.tell("settling", together.claims, 0)
    return together


def tallied(
    scenarios: Sequence[Sequence[Policy]],
    regions: tuple[int, Sequence[int]],
    hospitals: int,
    year: int,
    block: Block,
) -> Tallies:
    """Return the sums of one block. ``regions`` are how many there are, and the one of each policy.

    Raises ColumnsRefused.
    """
    made = _nothing(len(scenarios), regions[0], hospitals)._replace(left_out=block.left_out)
    places = _places(block, regions, year)
    np.add.at(made.counts.reshape(-1), places.cell, 1)
    if block.hospital is not None:
        away = block.claims.column("care") != 0
        np.add.at(made.elsewhere, block.hospital[away], 1)
    _settle(block, places, scenarios, made.runs, made.helped)
    return made


def _nothing(scenarios: int, regions: int, hospitals: int) -> Tallies:
    runs = [_empty(regions, hospitals) for _ in range(scenarios)]
    counts = np.zeros((regions, *SHAPE), np.int64)
    return Tallies(runs, counts, np.zeros(hospitals, np.int64), np.zeros(2, np.int64))


class _Places(NamedTuple):
    """The place of each claim among the sums."""

    day: Column
    cell: Column
    hospital: Column | None
    first_half: NDArray[np.bool_]


def _empty(regions: int, hospitals: int) -> Tally:
    return Tally(
        np.zeros((regions, DAYS, len(AMOUNTS)), np.int64),
        np.zeros((regions, *SHAPE, len(AMOUNTS)), np.int64),
        np.zeros((regions, *SHAPE, len(CHANGES)), np.int64),
        np.zeros((hospitals, len(AMOUNTS) + 1), np.int64),
    )


def _places(block: Block, regions: tuple[int, Sequence[int]], year: int) -> _Places:
    claims = block.claims
    region = np.array(regions[1], np.int64)[claims.column("policy")]
    size = np.searchsorted(np.array(SIZES, np.int64), claims.total, side="left")
    codes = (region, claims.column("level"), claims.column("population"), size, claims.column("benefit"))
    cell = np.ravel_multi_index(codes, (regions[0], *SHAPE)).astype(np.int64)
    day = claims.day + EPOCH - date(year, 1, 1).toordinal()
    half = date(year, 7, 1).timetuple().tm_yday - 1
    return _Places(region * DAYS + day, cell, block.hospital, day < half)


def _settle(
    block: Block,
    places: _Places,
    scenarios: Sequence[Sequence[Policy]],
    runs: list[Tally],
    helped: Sums,
) -> None:
    before: Column | None = None
    settled = settle_scenarios(block.claims, scenarios, AMOUNTS, block.totals)
    for run, results in zip(runs, settled, strict=True):
        days, cells = run.days.reshape(-1, len(AMOUNTS)), run.cells.reshape(-1, len(AMOUNTS))
        for at, name in enumerate(AMOUNTS):
            np.add.at(days[:, at], places.day, results[name])
            np.add.at(cells[:, at], places.cell, results[name])
        if before is None:
            before = results["psn_part_amt"].copy()
            _add_helped(helped, block.claims.patient, results["hifmi_pay"] > 0, places.first_half)
            if places.hospital is not None:
                _add_hospitals(run.hospitals, places.hospital, results)
        else:
            _add_changes(run.changes.reshape(-1, len(CHANGES)), places.cell, results["psn_part_amt"] - before)


def _add_helped(helped: Sums, patient: Column, paid: NDArray[np.bool_], early: NDArray[np.bool_]) -> None:
    helped[0] += len(np.unique(patient[paid & early]))
    helped[1] += len(np.unique(patient[paid]))


def _add_hospitals(hospitals: Sums, place: Column, results: ResultColumns) -> None:
    for at, name in enumerate(AMOUNTS):
        np.add.at(hospitals[:, at], place, results[name])
    np.add.at(hospitals[:, len(AMOUNTS)], place, 1)


def _add_changes(changes: Sums, cell: Column, more: Column) -> None:
    """Add up by how much patients pay more or less than in the first run."""
    for at, here in enumerate((more < 0, more > 0)):
        np.add.at(changes[:, at], cell[here], 1)
        np.add.at(changes[:, at + 2], cell[here], np.abs(more[here]))


def months_of(days: Sums, year: int) -> Sums:
    """Return sums by month from sums by day (the last axis but one)."""
    first = [date(year, month, 1).timetuple().tm_yday - 1 for month in range(1, 13)]
    summed: Sums = np.add.reduceat(days, first, axis=-2)
    return summed
