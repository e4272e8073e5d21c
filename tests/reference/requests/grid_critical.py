"""The grid of critical illness: deductible, band edges, caps, enrolment and fraud."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.requests.drawing import (
    CAP_2020,
    CAP_2026,
    CRITICAL_EDGES,
    POOLED,
    POPULATIONS,
    YUAN,
    Pack,
    Request,
    half_up,
    yuan,
)
from tests.reference.requests.grid_packs import (
    COST_PACKS,
    ORIGIN_PACKS,
    PLAIN,
    SHIFTS,
    SINCE_PACKS,
    STATED_EDGES,
    changed,
    earlier,
    in_every_year,
    point,
)
from tests.reference.requests.grid_walk import Grid

UNCAPPED_PACKS = [
    changed(PLAIN, "critical_illness.2020.uncapped_for", names)
    for names in ([], ["low_income"], ["orphan"], ["low_income", "orphan"])
]
COVERED_PACKS = [PLAIN, *(in_every_year(PLAIN, covers_special_outpatient=covers) for covers in (True, False))]

CRITICAL_YEARS = (2015, 2016, 2018, 2020, 2022, 2025, 2026, 2030)
CRITICAL_FROM = ("the first fen", "deductible", "first edge", "second edge", "beyond")
CRITICAL_STEPS = ("to the deductible", "to the first edge", "to the second edge", "two fen", "odd")


def critical_edges(year: int, population: str, origin: str) -> tuple[int, int, int]:
    """The grid pack's deductible and band edges for a person, in fen."""
    tilts = {2015: 3_330, 2016: 6_000, 2018: 6_000, 2020: 3_000, 2022: 3_330, 2025: 3_330}
    tilted = {
        2016: ("registered_poor", "rural_destitute", "urban_destitute", "low_income"),
        2018: ("registered_poor", "rural_destitute", "urban_destitute", "low_income"),
        2020: ("registered_poor", "rural_destitute", "urban_destitute", "low_income", "orphan"),
    }
    named: tuple[str, ...] = tilted.get(year, ("low_income", "relapse_risk"))
    if year >= 2026:
        named = ("low_income", "relapse_risk", "rural_destitute", "urban_destitute")
    deductible = (tilts.get(year, 5_000) if population in named else 10_000) * YUAN
    first, second = CRITICAL_EDGES if year >= 2026 else STATED_EDGES
    moved = deductible if origin == "deductible" else 0
    return deductible, first + moved, second + moved


def critical_point(
    year: int,
    population: str,
    start: str,
    before: int,
    step: str,
    shift: int,
    category_b: int,
    pack: Pack,
    benefit: str,
) -> Request:
    """A burden that starts and ends at an edge of critical illness, on a basic settlement made elsewhere."""
    origin = pack["critical_illness"]["2026"]["band_origin"]
    deductible, first, second = critical_edges(year, population, origin)
    starts = {
        "the first fen": 1,
        "deductible": deductible,
        "first edge": first,
        "second edge": second,
        "beyond": 2 * second,
    }
    burden_before = starts[start] + before
    ends = {
        "to the deductible": deductible - burden_before,
        "to the first edge": first - burden_before,
        "to the second edge": second - burden_before,
        "two fen": 2,
        "odd": 1_234_57,
    }
    burden = ends[step] + shift
    if burden <= 0:  # that edge lies behind: some odd stretch instead, another for each step
        burden = 4_321_09 * (1 + CRITICAL_STEPS.index(step)) + shift
    counts = category_b and year in (2015, 2020, 2022)
    own = min(category_b, burden) if counts else category_b
    in_scope = burden - (own if counts else 0) + 1_000 * YUAN
    more: dict[str, Any] = {"category_b_selfpay": yuan(own)} if category_b else {}
    return point(
        pack,
        benefit,
        "level_2",
        f"{year}-06-15",
        in_scope + own,
        population=population,
        basic_settlement={"fund_paid": "1000.00"},
        year_to_date=earlier(critical_burden=burden_before),
        **more,
    )


def cap_point(year: int, population: str, burden: int, target: str, shift: int, pack: Pack) -> Request:
    """Payments of critical illness that reach the year's cap, or a cap that is reached already."""
    caps = {2020: CAP_2020, 2026: CAP_2026, 2030: CAP_2026}
    cap = caps.get(year, 200_000 * YUAN)
    rate = Fraction(80 if year >= 2026 or year in (2016, 2018) else 75, 100)
    pays = half_up(rate * burden * YUAN)
    paid = {"reaches it": cap - pays, "there already": cap, "beyond": cap + 1_000 * YUAN}[target] + shift
    return point(
        pack,
        "inpatient",
        "level_3",
        f"{year}-06-15",
        burden * YUAN,
        population=population,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(critical_burden=900_000 * YUAN, critical_paid=paid),
    )


def incentive_point(
    year: int, consecutive: int, without_claim: int, gap: int, target: str, shift: int, pays: int, pack: Pack
) -> Request:
    """Payments that meet the cap as enrolment moves it, or as it stands without the zero-claim bonus."""
    most = year - 2025
    zero, gaps = min(without_claim, most), min(gap, most)
    stated = pack["critical_illness"][str(year)]
    years = min(consecutive, year - 2024) if "consecutive_from" in stated else consecutive
    beyond = max(0, years - 4)
    if "bonus_from" in stated:
        beyond = min(beyond, year - 2024)
    up = min(20, beyond + (zero if target == "the cap" else 0))
    cap = CAP_2026 * (100 + up - min(20, gaps)) // 100
    on_cost = stated["cap_on"] == "cost"
    burden = cap - pays * 10 // 8 + shift if on_cost else 300_000 * YUAN
    return point(
        pack,
        "inpatient",
        "level_2",
        f"{year}-06-15",
        pays * 10 // 8,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(critical_burden=burden, critical_paid=cap - pays + shift),
        enrolment={"consecutive_years": consecutive, "zero_claim_years": zero, "gap_years": gaps},
    )


FRAUDS = ([0], [399_999], [400_000], [400_001], [10_000, 500_000], [400_000, 399_999, 1])  # fen


def fraud_point(
    year: int, population: str, frauds: list[int], burden_before: int, shift: int, pack: Pack
) -> Request:
    """A burden that meets a deductible raised by fraud."""
    origin = pack["critical_illness"]["2026"]["band_origin"]
    deductible, _, _ = critical_edges(year, population, origin)
    if year >= 2026:
        deductible += sum(max(amount, CAP_2026 // 100) for amount in frauds)
    return point(
        pack,
        "inpatient",
        "level_1",
        f"{year}-06-15",
        deductible - burden_before * YUAN + shift,
        population=population,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(critical_burden=burden_before * YUAN),
        enrolment={"fraud_amounts": [yuan(amount) for amount in frauds]},
    )


def cost_cap_point(year: int, population: str, burden: int, before: str, shift: int, pack: Pack) -> Request:
    """Return a year's burden that reaches a cap on cost, or that stood at it before."""
    cap = {2020: CAP_2020, 2026: CAP_2026, 2030: CAP_2026}.get(year, 200_000 * YUAN)
    start = {"reaches it": cap - burden * YUAN, "there already": cap, "from nothing": 0}[before]
    amount = cap if before == "from nothing" else burden * YUAN
    return point(
        pack,
        "inpatient",
        "level_3",
        f"{year}-06-15",
        amount + (shift if before == "from nothing" else 0),
        population=population,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(critical_burden=start + (0 if before == "from nothing" else shift)),
    )


def covered_point(
    year: int, benefit: str, specific: int, amount: int, population: str, pack: Pack
) -> Request:
    """Return care that critical illness may not cover at all."""
    more = {"specific_item": True} if specific else {}
    day = f"{year}-06-15"
    return point(pack, benefit, "level_2", day, amount * YUAN, population=population, **more)


GRIDS: tuple[Grid, ...] = (
    (
        critical_point,
        (
            CRITICAL_YEARS,
            POPULATIONS,
            CRITICAL_FROM,
            SHIFTS,
            CRITICAL_STEPS,
            SHIFTS,
            (0, 123_45),
            ORIGIN_PACKS,
            POOLED,
        ),
    ),
    (
        cap_point,
        (
            CRITICAL_YEARS,
            POPULATIONS,
            (100, 12_344, 300_000),
            ("reaches it", "there already", "beyond"),
            SHIFTS,
            ORIGIN_PACKS,
        ),
    ),
    (
        cap_point,
        ((2020,), POPULATIONS, (100, 300_000), ("reaches it", "beyond"), SHIFTS, UNCAPPED_PACKS),
    ),
    (
        cost_cap_point,
        (
            CRITICAL_YEARS,
            POPULATIONS,
            (1, 12_344, 250_000),
            ("reaches it", "there already", "from nothing"),
            SHIFTS,
            COST_PACKS,
        ),
    ),
    (
        incentive_point,
        (
            (2026, 2027, 2028, 2030, 2032),
            (0, 4, 5, 9, 23, 24, 25, 40),
            (0, 1, 2, 7),
            (0, 1, 7),
            ("the cap", "the cap without the bonus"),
            SHIFTS,
            (80_000, 1_600_000),
            SINCE_PACKS,
        ),
    ),
    (fraud_point, ((2022, 2026, 2031), POPULATIONS, FRAUDS, (0, 1_000, 9_000), SHIFTS, ORIGIN_PACKS)),
    (
        covered_point,
        (
            (2018, 2020, 2022, 2026, 2030),
            POOLED,
            (0, 1),
            (500, 90_000),
            ("ordinary", "low_income"),
            COVERED_PACKS,
        ),
    ),
)
