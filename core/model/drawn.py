"""The claims of a population that is drawn from assumptions, in each of some regions."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

import numpy as np

from core.exchange.request import RequestReader
from core.messages import Fault
from core.model.assumptions import Assumptions
from core.model.blocks import EPOCH, Block, ClaimSource, Policies
from core.model.columns import NOT_GIVEN, ClaimColumns
from core.model.population import BENEFITS, LEVELS, Visits, blocks
from core.policy.regions import RegionPack
from core.vocabulary import Benefit

_CHRONIC = BENEFITS.index(Benefit.CHRONIC_OUTPATIENT)
_SPECIAL = BENEFITS.index(Benefit.SPECIAL_OUTPATIENT)

_Since = tuple[tuple[int, int], ...]
"""The places of a region's policies, each with the day of the year (from 0) that it holds from."""


def drawn(
    assumed: Assumptions, people: int, seed: int, ids: Sequence[str], reader: RequestReader, year: int
) -> ClaimSource | list[Fault]:
    """Return the claims of so many people in each region, or why there is no pack for one on a day."""
    policies = Policies()
    regions = []
    for id_ in ids:
        since = _packs(policies, reader, id_, year)
        if isinstance(since, list):
            return since
        regions.append(since)
    most = max(assumed.hospitals.values(), default=1)
    names = [f"{level.value}-{number + 1:02d}" for level in LEVELS for number in range(most)]
    draw = partial(_drawn, assumed, people, seed, year, tuple(regions), most)
    return ClaimSource(draw, policies, people * len(ids), names)


def _packs(policies: Policies, reader: RequestReader, id_: str, year: int) -> _Since | list[Fault]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    later = {pack.effective for pack in reader.regions.versions(id_) if first < pack.effective <= last}
    since = []
    for day in sorted({first, *later}):
        pack = reader.regions.in_force(id_, day)
        if not isinstance(pack, RegionPack):
            return pack
        since.append((policies.place(reader.policy(pack)), day.toordinal() - first.toordinal()))
    return tuple(since)


def _drawn(
    assumed: Assumptions, people: int, seed: int, year: int, regions: Sequence[_Since], most: int
) -> Iterator[Block]:
    first, start = 0, date(year, 1, 1).toordinal() - EPOCH
    for place, since in enumerate(regions):
        for visits in blocks(assumed, people, seed, year, place):
            yield _block(visits, since, start, first, most)
            first += visits.people


def _block(visits: Visits, since: _Since, start: int, first: int, most: int) -> Block:
    places, days = (np.array(part, np.int64) for part in zip(*since, strict=True))
    claims = ClaimColumns(
        patient=visits.person + first,
        day=visits.day + start,
        benefit=visits.benefit,
        level=visits.level,
        total=visits.total,
        eligible=visits.eligible,
        category_b=visits.category_b,
        population=visits.population,
        policy=places[np.searchsorted(days, visits.day, side="right") - 1],
        disease=np.where(visits.benefit == _CHRONIC, visits.disease, NOT_GIVEN),
        special_disease=np.where(visits.benefit == _SPECIAL, visits.disease, NOT_GIVEN),
        consecutive_years=visits.consecutive_years,
        zero_claim_years=visits.zero_claim_years,
        gap_years=visits.gap_years,
    )
    return Block(claims, None, visits.level * most + visits.hospital)
