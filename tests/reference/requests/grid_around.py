"""The grid around the layers: assistance, the hospital, year ends, and one figure missing after another."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

from tests.reference.requests.drawing import BENEFITS, LEVELS, POOLED, YUAN, Pack, Request, yuan
from tests.reference.requests.grid_packs import ORIGIN_PACKS, PLAIN, SHIFTS, changed, earlier, point
from tests.reference.requests.grid_section10 import BY_BANDS, CASE_PACKS, DISEASES
from tests.reference.requests.grid_walk import Grid
from tests.reference.settlement import settle


def assistance_point(
    year: int, population: str, used: int, paid: int, amount: int, target: str, shift: int
) -> Request:
    """Return a stay with medical assistance around its deductible and its annual limit."""
    deductible = {"low_income": 1_500, "orphan": 500}.get(population, 0) * YUAN
    limit = {"low_income": 5_000, "rural_destitute": 100_000}.get(population, 50_000) * YUAN
    charged = (0, max(0, deductible - 1), deductible)[used]
    paid_before = (0, limit - 10_000, limit - 1, limit)[paid]
    in_scope = deductible - charged if target == "deductible" else amount * YUAN
    return point(
        ORIGIN_PACKS[0],
        "inpatient",
        "level_2",
        f"{year}-06-15",
        in_scope + shift,
        population=population,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(assistance_deductible=charged, assistance_paid=paid_before),
    )


YEAR_ENDS = (
    ("2019-12-31", "2020-01-01", None),
    ("2020-12-20", "2021-01-05", None),
    ("2025-12-31", "2026-01-01", None),
    ("2025-12-20", "2025-12-31", "2026-01-01"),
    ("2026-12-31", "2027-01-01", None),
    ("2025-12-31", "2026-12-31", "2027-01-01"),
    ("2026-01-01", "2026-12-31", "2026-12-31"),
)


def year_end_point(
    days: tuple[str, str, str | None],
    benefit: str,
    level: str,
    population: str,
    edge: int,
    shift: int,
    other: int,
) -> Request:
    """Return care that crosses a year end, each year with its own totals."""
    admitted, discharged, settled = days
    touched = {day[:4] for day in days if day} - {discharged[:4]}
    totals = earlier(
        in_scope=(0, 29_999_99, 60_000_00)[other],
        basic_paid=(0, 20_000_00, 200_000_00)[other],
        critical_burden=(0, 9_999_99, 100_000_00)[other],
    )
    more: dict[str, Any] = {"other_years": dict.fromkeys(touched, totals)} if touched and other else {}
    if settled:
        more["settled"] = settled
    return point(
        ORIGIN_PACKS[0],
        benefit,
        level,
        discharged,
        edge * YUAN + shift,
        admitted=admitted,
        population=population,
        **more,
    )


def enrolled_point(
    days: tuple[str, str, str | None], consecutive: int, without_a_claim: int, out: int, part: int
) -> Request:
    """Return a stay over a year end whose other year has another enrolment, cap and hospital's part."""
    admitted, discharged, settled = days
    most = int(discharged[:4]) - 2025
    bound = most if most >= 1 else 9
    enrolment = {
        "consecutive_years": consecutive,
        "zero_claim_years": min(without_a_claim, bound),
        "gap_years": min(out, bound),
    }
    more: dict[str, Any] = {"settled": settled} if settled else {}
    request = point(
        PLAIN,
        "inpatient",
        "level_2",
        discharged,
        900_000 * YUAN,
        admitted=admitted,
        basic_settlement={"fund_paid": 0},
        enrolment=enrolment,
        other_years={day[:4]: {"critical_burden": "5000.00"} for day in days if day},
        **more,
    )
    return with_hospital_part(request, part)


def with_hospital_part(request: Request, part: int) -> Request:
    """Add all, all but a fen, half, a fen or nothing of what the funds leave."""
    amounts = settle(request)["amounts"]
    funds = sum(Fraction(amounts[name] or 0) for name in ("hifp_pay", "hifmi_pay", "maf_pay"))
    room = int((Fraction(amounts["medfee_sumamt"]) - funds) * YUAN)
    return {**request, "hospital_part": yuan((0, room, max(0, room - 1), room // 2, min(1, room))[part])}


def hospital_point(
    benefit: str, level: str, year: int, amount: int, part: int, beyond: int, population: str
) -> Request:
    """Return a visit of which the hospital bears a part, up to everything."""
    more: dict[str, Any] = {"total": yuan(amount + beyond), "population": population}
    if benefit == "chronic_outpatient":
        more["disease"] = 3
    return with_hospital_part(point(PLAIN, benefit, level, f"{year}-06-15", amount, **more), part)


# --- one figure missing after the other -------------------------------------------------------------------

FULL = changed(
    changed(
        changed(PLAIN, "special_outpatient.disease", DISEASES),
        "chronic_outpatient",
        {
            "deductible": {"1": 200, "101": 100},
            "additional_disease_rate": "0.5",
            "local": [{"number": 101, "name": "local", "amount": 1_500}],
        },
    ),
    "case_payment",
    CASE_PACKS[0]["case_payment"],
)
FULL |= {
    "elsewhere": {"referred_percent": 10, "unreferred_percent": 20},
    "carry_over": {"common_to_chronic": True, "outpatient_to_pooled": True},
    "medical_assistance": {**BY_BANDS, "later_stays_percent": {"low_income": 50}},
}
PATHS = (
    "",
    *(f"inpatient.deductible.{level}" for level in LEVELS),
    *(f"special_outpatient.deductible.{level}" for level in LEVELS),
    *(f"common_outpatient.deductible.{level}" for level in LEVELS[:3]),
    "special_outpatient",
    "special_outpatient.disease.41.percent",
    "common_outpatient",
    "common_outpatient.annual_limit",
    *("chronic_outpatient", "chronic_outpatient.deductible", "chronic_outpatient.deductible.1"),
    *("chronic_outpatient.additional_disease_rate", "chronic_outpatient.local"),
    "chronic_outpatient.local.0.amount",
    *(f"critical_illness.{year}" for year in (2018, 2020, 2022, 2026)),
    *(f"critical_illness.2018.{key}" for key in ("deductible", "bands", "cap")),
    *(f"critical_illness.2022.{key}" for key in ("tilted", "tilt_points", "counts_category_b", "cap")),
    *(f"case_payment.1.{key}" for key in ("price", "fund_percent", "counts_for_critical", "deductible")),
    *("case_payment", "carry_over", "elsewhere.referred_percent", "elsewhere.unreferred_percent"),
    *("medical_assistance.bands", "medical_assistance"),
)


def without(path: str) -> Pack:
    """Return a copy of the full pack without the figure or the table at a path."""
    pack = deepcopy(FULL)
    if path:
        *tables, key = path.split(".")
        table: Any = pack
        for name in tables:
            table = table[int(name)] if isinstance(table, list) else table[name]
        del table[key]
    return pack


GAP_PACKS = [without(path) for path in PATHS]
ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"care": "elsewhere_referred"},
    {"major_disease": True},
    {"major_disease": True, "case": "K35"},
    {"major_disease": True, "case": "K35", "hospital_part": "77.00", "care": "elsewhere_unreferred"},
    {"special_disease": 41},
    {"special_disease": 21, "specific_item": True},
    {"disease": 101, "disease_rank": 2, "two_disease_drugs": True},
    {"basic_settlement": {"fund_paid": "10.00"}, "care": "elsewhere_referred"},
    {"year_to_date": {"admissions": 1, "chronic": {"1": {"paid": "3.00"}, "101": {}}}},
)


def gap_point(pack: Pack, benefit: str, level: str, year: int, asked: int) -> Request:
    """Return a visit to a region that lacks one figure."""
    more = {"population": "low_income", "disease": 1, **ASKED[asked]}
    return point(pack, benefit, level, f"{year}-06-15", 9_000 * YUAN, **more)


GRIDS: tuple[Grid, ...] = (
    (
        assistance_point,
        (
            (2016, 2018, 2020, 2026),
            ("low_income", "rural_destitute", "orphan", "ordinary"),
            range(3),
            range(4),
            (1, 1_000, 20_000, 300_000),
            ("deductible", "amount"),
            SHIFTS,
        ),
    ),
    (
        year_end_point,
        (
            YEAR_ENDS,
            POOLED,
            LEVELS,
            ("ordinary", "low_income", "orphan"),
            (400, 30_000, 60_000, 250_000),
            SHIFTS,
            range(3),
        ),
    ),
    (enrolled_point, (YEAR_ENDS, (0, 1, 4, 5, 7, 25), (0, 1, 2, 9), (0, 1, 2, 9), range(5))),
    (
        hospital_point,
        (
            BENEFITS,
            LEVELS,
            (2018, 2020, 2026),
            (1, 130_00, 48_000_00),
            range(5),
            (0, 2_000_00),
            ("ordinary", "low_income"),
        ),
    ),
    (gap_point, (GAP_PACKS, BENEFITS, LEVELS, (2018, 2020, 2022, 2026), range(len(ASKED)))),
)
