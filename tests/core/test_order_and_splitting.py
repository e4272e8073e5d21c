"""The order of a year's visits, and one bill or two: what may move, and by how little.

Each printed line is rounded half up on its own. A bill that is split, or visits in another order, cut the
same stretch of the year into other lines; each line is at most half a fen off its exact share, so what the
fund pays in the year moves by at most half a fen for each line on either side. Nothing else moves, except
what the documents make depend on order: a deductible by admission, and the caps.
"""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.claim import YearToDate
from core.exchange.answer import totals
from core.exchange.request import Asked, RequestReader
from core.money import plain
from core.settle import settle

SEEDS = st.integers(0, 2**64)


def _pack(axis: str) -> dict[str, Any]:
    return {
        "id": "flat",
        "name": "flat",
        "effective": "2016-01-01",
        "inpatient": {"band_axis": axis, "deductible": {"level_1": [0], "level_2": [0], "level_3": [0]}},
        "special_outpatient": {"deductible": {"level_1": 0, "level_2": 0, "level_3": 0}},
        "critical_illness": {"2026": {"deductible": 1000}},
    }


def _settle_all(reader: RequestReader, axis: str, costs: list[int], **more: Any) -> tuple[YearToDate, int]:
    """The year's totals after some visits, and how many lines were rounded on the way."""
    year, lines = YearToDate(), 0
    for cost in costs:
        request = {
            "region": _pack(axis),
            "benefit": "inpatient",
            "hospital_level": "level_2",
            "discharged": "2026-05-01",
            "eligible": plain(cost),
            "year_to_date": totals(year),
            **more,
        }
        asked = reader.read_tables(request, [])
        assert isinstance(asked, Asked)
        found = settle(asked.policy, asked.claim)
        assert found.year_to_date is not None
        year = found.year_to_date
        lines += len(found.basic_bands) + len(found.critical_bands)
    return year, lines


def _below_every_cap(rng: random.Random, visits: int) -> list[int]:
    return [rng.randrange(1, 20_000_000 // visits) for _ in range(visits)]


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_the_year_s_totals_do_not_depend_on_the_order_beyond_rounding(
    reader: RequestReader, seed: int
) -> None:
    rng = random.Random(seed)
    costs = _below_every_cap(rng, rng.randint(2, 6))
    forward, lines = _settle_all(reader, "annual_cost", costs)
    backward, more_lines = _settle_all(reader, "annual_cost", costs[::-1])
    assert forward.in_scope == backward.in_scope
    assert forward.admissions == backward.admissions
    assert 2 * abs(forward.basic_paid - backward.basic_paid) <= lines + more_lines
    assert 2 * abs(forward.critical_paid - backward.critical_paid) <= 2 * (lines + more_lines)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_bill_in_two_moves_at_most_half_a_fen_a_line(reader: RequestReader, seed: int) -> None:
    rng = random.Random(seed)
    cost = rng.randrange(2, 20_000_000)
    cut = rng.randrange(1, cost)
    whole, lines = _settle_all(reader, "annual_cost", [cost])
    halves, more_lines = _settle_all(reader, "annual_cost", [cut, cost - cut])
    assert whole.in_scope == halves.in_scope
    assert 2 * abs(whole.basic_paid - halves.basic_paid) <= lines + more_lines


def test_splitting_can_move_a_fen(reader: RequestReader) -> None:
    """0.03 at 70 percent is 0.02; three bills of 0.01 are 0.01 each."""
    whole, _ = _settle_all(reader, "annual_cost", [3])
    pieces, _ = _settle_all(reader, "annual_cost", [1, 1, 1])
    assert (whole.basic_paid, pieces.basic_paid) == (2, 3)


def test_the_deductible_by_admission_follows_the_order(reader: RequestReader) -> None:
    pack = _pack("annual_cost")
    pack["inpatient"]["deductible"] = {"level_2": [400, 300]}
    first, _ = _settle_all(reader, "annual_cost", [35_000, 5_000_000], region=pack)
    second, _ = _settle_all(reader, "annual_cost", [5_000_000, 35_000], region=pack)
    assert first.in_scope == second.in_scope
    assert first.basic_paid != second.basic_paid


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_outpatient_totals_do_not_depend_on_the_order_beyond_rounding(
    reader: RequestReader, seed: int
) -> None:
    rng = random.Random(seed)
    costs = [rng.randrange(1, 30_000) for _ in range(rng.randint(2, 5))]
    for more in (
        {"benefit": "common_outpatient", "hospital_level": "level_1", "region": "jilin/example"},
        {"benefit": "chronic_outpatient", "disease": 3, "region": "jilin/example"},
    ):
        forward, lines = _settle_all(reader, "annual_cost", costs, **more)
        backward, more_lines = _settle_all(reader, "annual_cost", costs[::-1], **more)
        assert 2 * abs(forward.outpatient_paid - backward.outpatient_paid) <= lines + more_lines
