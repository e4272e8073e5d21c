"""The claims of a population that is drawn from assumptions, in each of some regions."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import numpy as np

from core.exchange.request import RequestReader
from core.messages import Fault
from core.model.assumptions import Assumptions
from core.model.blocks import EPOCH, Block, ClaimSource, Policies
from core.model.columns import NOT_GIVEN, ClaimColumns
from core.model.machines import THIS_MACHINE, Machines
from core.model.plan import MONTHS
from core.model.population import BENEFITS, BLOCK, LEVELS, Visits, visits_of
from core.model.versions import Since, versions_of
from core.vocabulary import Benefit

_CHRONIC = BENEFITS.index(Benefit.CHRONIC_OUTPATIENT)
_SPECIAL = BENEFITS.index(Benefit.SPECIAL_OUTPATIENT)


def drawn(
    assumed: Assumptions,
    people: int,
    seed: int,
    ids: Sequence[str],
    reader: RequestReader,
    year: int,
    machines: Machines = THIS_MACHINE,
    months: int = MONTHS,
) -> ClaimSource | list[Fault]:
    """Return the claims of so many people in each region, or why there is no pack for one on a day.

    ``months`` are those from January on whose claims are drawn.
    """
    policies = Policies()
    regions = []
    for id_ in ids:
        since = versions_of(policies, reader, id_, year)
        if isinstance(since, list):
            return since
        regions.append(since)
    most = max(assumed.hospitals.values(), default=1)
    names = tuple(f"{level.value}-{number + 1:02d}" for level in LEVELS for number in range(most))
    made = partial(_drawn, assumed, people, seed, (year, months), tuple(regions), most)
    engine = machines.made(made, len(regions) * _blocks(people))
    return ClaimSource(engine, policies, people * len(ids), names)


def _blocks(people: int) -> int:
    return -(-people // BLOCK)


def _drawn(
    assumed: Assumptions,
    people: int,
    seed: int,
    span: tuple[int, int],
    regions: Sequence[Since],
    most: int,
    number: int,
) -> Block:
    """Return the block of a number: those of the first region come first."""
    place, block = divmod(number, _blocks(people))
    year, months = span
    start = date(year, 1, 1).toordinal() - EPOCH
    visits = visits_of(assumed, people, seed, year, block, place)
    if months < MONTHS:
        kept = visits.day < (date(year, months + 1, 1) - date(year, 1, 1)).days
        visits = Visits(visits.people, *(column[kept] for column in visits[1:]))
    return _block(visits, regions[place], start, place * people + block * BLOCK, most)


def _block(visits: Visits, since: Since, start: int, first: int, most: int) -> Block:
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
