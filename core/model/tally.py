"""What a year's claims come to: by day, by who was treated where, by hospital, and by scenario.

All sums are whole fen in 64 bits; nothing passes through a binary float.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.model.blocks import EPOCH, Block, ClaimSource, Policies
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
    """

    runs: list[Tally]
    counts: Sums
    elsewhere: Sums
    helped: list[int]

    @property
    def claims(self) -> int:
        """The number of claims."""
        return int(self.counts.sum())


def tally(source: ClaimSource, scenarios: Sequence[Sequence[Policy]], year: int, watch: Watch) -> Tallies:
    """Settle a year's claims by the policies of each scenario, and add up what comes of it.

    ``scenarios`` holds for each run a policy in the place of each of the source's; the first one is what the
    others are held against. Raises ColumnsRefused and Cancelled.
    """
    regions = len(source.policies.regions)
    runs = [_empty(regions, len(source.hospitals)) for _ in scenarios]
    counts = np.zeros((regions, *SHAPE), np.int64)
    elsewhere = np.zeros(len(source.hospitals), np.int64)
    helped = [0, 0]
    done = 0
    for block in source.blocks():
        watch.tell("settling", done, 0)
        places = _places(block, source.policies, year)
        np.add.at(counts.reshape(-1), places.cell, 1)
        if block.hospital is not None:
            away = block.claims.column("care") != 0
            np.add.at(elsewhere, block.hospital[away], 1)
        _settle(block, places, scenarios, runs, helped)
        done += block.claims.rows
    return Tallies(runs, counts, elsewhere, helped)


def first_run(
    source: ClaimSource, policies: Sequence[Policy], watch: Watch
) -> Iterator[tuple[Block, ResultColumns]]:
    """Yield each block with all of its results, as somebody who writes every claim wants them."""
    for block in source.blocks():
        watch.heed()
        for results in settle_scenarios(block.claims, [policies], totals=block.totals):
            yield block, results


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


def _places(block: Block, policies: Policies, year: int) -> _Places:
    claims = block.claims
    region = np.array(policies.region_of, np.int64)[claims.column("policy")]
    size = np.searchsorted(np.array(SIZES, np.int64), claims.total, side="left")
    codes = (region, claims.column("level"), claims.column("population"), size, claims.column("benefit"))
    cell = np.ravel_multi_index(codes, (len(policies.regions), *SHAPE)).astype(np.int64)
    day = claims.day + EPOCH - date(year, 1, 1).toordinal()
    half = date(year, 7, 1).timetuple().tm_yday - 1
    return _Places(region * DAYS + day, cell, block.hospital, day < half)


def _settle(
    block: Block,
    places: _Places,
    scenarios: Sequence[Sequence[Policy]],
    runs: list[Tally],
    helped: list[int],
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


def _add_helped(
    helped: list[int], patient: Column, paid: NDArray[np.bool_], early: NDArray[np.bool_]
) -> None:
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
