"""A year's visits of a population, drawn from assumptions: the same ones for a seed everywhere.

Every number comes from the raw bits of one generator by whole arithmetic, so that neither the machine nor the
version of a library moves a fen.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.model.assumptions import Assumptions, Cost
from core.money import ONE_PERCENT, WHOLE
from core.vocabulary import Benefit, Level, Population

Ints = NDArray[np.int64]

BENEFITS: Final = tuple(Benefit)
LEVELS: Final = tuple(Level)
POPULATIONS: Final = tuple(Population)
BLOCK: Final = 200_000
"""The people of a block. It is part of what a seed means."""

_BITS: Final = 31
_MOST_VISITS: Final = 400


class Visits(NamedTuple):
    """Visits of so many people by person, then by day (whole numbers of 64 bits, a row each).

    ``person`` counts from 0 within the block, ``day`` from 0 on 1 January: that of discharge. ``benefit``,
    ``level`` and ``population`` are places in `BENEFITS`, `LEVELS` and `POPULATIONS`. ``stay`` is the days
    between admission and discharge. ``disease`` is the number of annex 1 or 2, 0 where the benefit has none.
    ``hospital`` counts from 0 within its level. Amounts are fen.
    """

    people: int
    person: Ints
    day: Ints
    benefit: Ints
    level: Ints
    population: Ints
    stay: Ints
    disease: Ints
    hospital: Ints
    total: Ints
    eligible: Ints
    category_b: Ints
    consecutive_years: Ints
    zero_claim_years: Ints
    gap_years: Ints


class _Bits:
    """Whole numbers from the raw bits of a generator."""

    def __init__(self, seed: int, place: int, block: int) -> None:
        self._raw = np.random.Philox(key=np.array([seed, place << 32 | block], dtype=np.uint64))

    def below(self, bound: int, count: int) -> Ints:
        """Return so many numbers from 0 to below a bound (at most 2**31)."""
        bits = self._raw.random_raw(count) >> np.uint64(64 - _BITS)
        return (bits.astype(np.int64) * bound) >> _BITS

    def within(self, least: Ints, most: Ints) -> Ints:
        """Return a number for each row between two others, both included."""
        bits = (self._raw.random_raw(len(least)) >> np.uint64(64 - _BITS)).astype(np.int64)
        return least + ((bits * (most - least + 1)) >> _BITS)

    def weighted(self, weights: Sequence[int], count: int) -> Ints:
        """Return so many places in a list of weights."""
        edges = np.cumsum(np.array(weights, dtype=np.int64))
        return np.searchsorted(edges, self.below(int(edges[-1]), count), side="right").astype(np.int64)

    def numbers(self, thousandths: int, count: int) -> Ints:
        """Return how often something happens that happens so many thousandths of a time on average."""
        return np.searchsorted(_thresholds(thousandths), self.below(1 << _BITS, count), side="right").astype(
            np.int64
        )


def _thresholds(thousandths: int) -> Ints:
    """Return below which of 2**31 draws an event happens 0, at most 1, at most 2 … times (Poisson)."""
    with localcontext() as context:
        context.prec = 40
        mean = Decimal(thousandths) / 1000
        term = reached = (-mean).exp()
        edges = []
        for times in range(1, _MOST_VISITS):
            edges.append(int(reached * (1 << _BITS)))
            term = term * mean / times
            reached += term
            if edges[-1] >= (1 << _BITS) - 1:
                break
    return np.array(edges, dtype=np.int64)


def visits_of(
    assumed: Assumptions, people: int, seed: int, year: int, block: int = 0, place: int = 0
) -> Visits:
    """Return the visits of a block of ``BLOCK`` people, or fewer. ``place`` tells regions apart."""
    return _block(assumed, min(BLOCK, people - block * BLOCK), _Bits(seed, place, block), year)


def _block(assumed: Assumptions, people: int, bits: _Bits, year: int) -> Visits:
    group = bits.weighted([each.weight for each in assumed.groups], people)
    categories = list(assumed.categories)
    category = bits.weighted([assumed.categories[each] for each in categories], people)
    population = np.array([POPULATIONS.index(each) for each in categories], dtype=np.int64)[category]
    consecutive = bits.weighted(assumed.enrolment.consecutive_weights, people) + 1
    counted = max(0, year - 2025)
    zero, gap = np.zeros(people, np.int64), np.zeros(people, np.int64)
    for _ in range(counted):
        zero += bits.below(WHOLE, people) < assumed.enrolment.zero_claim_percent
        gap += bits.below(WHOLE, people) < assumed.enrolment.gap_percent
    own_disease = {
        Benefit.CHRONIC_OUTPATIENT: _diseases(assumed.diseases.chronic_outpatient, bits, people),
        Benefit.SPECIAL_OUTPATIENT: _diseases(assumed.diseases.special_outpatient, bits, people),
    }
    parts = []
    for benefit in BENEFITS:
        visits = np.zeros(people, np.int64)
        for place, each in enumerate(assumed.groups):
            here = np.flatnonzero(group == place)
            visits[here] = bits.numbers(each.visits.get(benefit, 0), len(here))
        person = np.repeat(np.arange(people, dtype=np.int64), visits)
        costs = [cost for cost in assumed.costs if cost.benefit is benefit]
        if costs:
            parts.append(_visits(assumed, benefit, costs, person, bits, year))
    person, day, codes, amounts = (np.concatenate([part[at] for part in parts], axis=-1) for at in range(4))
    order = np.lexsort((day, person))
    person, day, codes, amounts = person[order], day[order], codes[:, order], amounts[:, order]
    benefit_code, level, stay, hospital = codes
    disease = np.zeros(len(person), np.int64)
    for benefit, numbers in own_disease.items():
        here = benefit_code == BENEFITS.index(benefit)
        disease[here] = numbers[person[here]]
    return Visits(
        people,
        person,
        day,
        benefit_code,
        level,
        population[person],
        stay,
        disease,
        hospital,
        amounts[0],
        amounts[1],
        amounts[2],
        consecutive[person],
        zero[person],
        gap[person],
    )


def _diseases(weights: Mapping[int, int], bits: _Bits, people: int) -> Ints:
    """Return the disease that each person would have, by its number."""
    return np.array(list(weights), np.int64)[bits.weighted(list(weights.values()), people)]


def _visits(
    assumed: Assumptions, benefit: Benefit, costs: Sequence[Cost], person: Ints, bits: _Bits, year: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the visits of a benefit: persons, days, four rows of codes, three rows of amounts (fen)."""
    count = len(person)
    at = bits.weighted([cost.weight for cost in costs], count)
    level = np.array([LEVELS.index(cost.level) for cost in costs], np.int64)[at]
    day = _days(assumed, bits, count, year)
    total, growth = np.zeros(count, np.int64), assumed.costs_in(year)
    for place, cost in enumerate(costs):
        here = np.flatnonzero(at == place)
        total[here] = _half_up(_on_curve(cost, bits, len(here)), growth)
    eligible = _half_up(total, _rates([cost.catalogue_percent for cost in costs], at, bits))
    category_b = _half_up(eligible, _rates([cost.category_b_percent for cost in costs], at, bits))
    least, most = np.array([cost.days for cost in costs], np.int64).T
    stay = bits.within(least[at], most[at])
    counts = np.array([assumed.hospitals.get(each, 1) for each in LEVELS], np.int64)
    hospital = bits.within(np.zeros(count, np.int64), counts[level] - 1)
    codes = np.stack([np.full(count, BENEFITS.index(benefit), np.int64), level, stay, hospital])
    return person, day, codes, np.stack([total, eligible, category_b])


def _days(assumed: Assumptions, bits: _Bits, count: int, year: int) -> Ints:
    """Return days of the year by the weights of the months, each day of a month alike."""
    month = bits.weighted(assumed.months.weights, count)
    first = np.array([date(year, each, 1).toordinal() for each in range(1, 13)], np.int64)
    first -= date(year, 1, 1).toordinal()
    last = np.append(first[1:], date(year, 12, 31).toordinal() - date(year, 1, 1).toordinal() + 1) - 1
    return bits.within(first[month], last[month])


def _on_curve(cost: Cost, bits: _Bits, count: int) -> Ints:
    """Return bills (fen) along a cost's curve, straight lines between its points."""
    scale = 1_000_000
    percents = np.array([point[0] for point in cost.curve], np.int64) * scale
    amounts = np.array([point[1] for point in cost.curve], np.int64)
    drawn = bits.below(100 * scale, count)
    after = np.searchsorted(percents, drawn, side="right")
    low, high = percents[after - 1], percents[after]
    below, above = amounts[after - 1], amounts[after]
    thousandths = (drawn - low) * 1000 // (high - low)
    return below + (above - below) * thousandths // 1000


def _rates(ranges: Sequence[tuple[int, int]], at: Ints, bits: _Bits) -> Ints:
    """Return a rate for each row between the two of its cost."""
    least, most = np.array(ranges, np.int64).T * ONE_PERCENT
    return bits.within(least[at], most[at])


def _half_up(amount: Ints, rate: Ints | int) -> Ints:
    """Return a rate of amounts, rounded half up to the fen."""
    return (amount * rate + WHOLE // 2) // WHOLE
