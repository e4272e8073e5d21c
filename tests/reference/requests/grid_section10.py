"""The grid of section 10: case prices, special diseases, limits carried over, assistance, care elsewhere."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.requests.drawing import (
    BASIC_LIMIT,
    BENEFITS,
    LEVELS,
    POOLED,
    YUAN,
    Pack,
    Request,
    half_up,
    yuan,
)
from tests.reference.requests.grid_packs import (
    AXIS_PACKS,
    DEDUCTIBLES,
    PERIOD_PACKS,
    PLAIN,
    SHIFTS,
    changed,
    earlier,
    point,
)
from tests.reference.requests.grid_walk import Grid

DAY = "2026-06-15"

# --- case payment -----------------------------------------------------------------------------------------

PRICES = {"K35": 800_000, "O82": 600_001, "I21": 6_000_000, "C50.9": 1}  # fen


def case_rows(counts: bool, deductible: bool) -> list[dict[str, Any]]:
    """Return a row for each code and level; the village clinic has its own for one code alone."""
    return [
        {
            "code": code,
            "name": code,
            "level": level,
            "price": yuan(price // (2 if level == "village_clinic" else 1)),
            "fund_percent": "65.5",
            "counts_for_critical": counts,
            "deductible": deductible,
        }
        for code, price in PRICES.items()
        for level in (LEVELS if code == "K35" else LEVELS[1:])
    ]


CASE_PACKS = [
    changed(PLAIN, "case_payment", case_rows(counts, deductible))
    for counts in (True, False)
    for deductible in (True, False)
]


def case_point(
    benefit: str, level: str, code: str, pack: Pack, target: str, shift: int, part: str, population: str
) -> Request:
    """Return a bill around the price of its case, in and out of the catalogue."""
    price = PRICES[code] // (2 if level == "village_clinic" and code == "K35" else 1)
    total = {"price": price, "half": price // 2, "double": 2 * price}[target] + shift
    total = max(0, total)
    eligible = {"all": total, "half": total // 2, "none": 0}[part]
    more: dict[str, Any] = {"category_b_selfpay": yuan(eligible // 3)} if part == "half" else {}
    if part != "all":
        more["total"] = yuan(total)
    if population != "ordinary":
        more["population"] = population
    if benefit == "special_outpatient":
        more["special_disease"] = 41
    return point(pack, benefit, level, DAY, eligible, major_disease=True, case=code, **more)


def case_limit_point(
    benefit: str, pack: Pack, year: int, left: str, shift: int, transfer: int, care: int
) -> Request:
    """Return a case that meets its deductible or the year's 200 000, after a transfer or elsewhere."""
    price = PRICES["I21"]
    share = half_up(Fraction("65.5") * price / 100)
    due = DEDUCTIBLES["level_2"] * YUAN
    free = {"all": BASIC_LIMIT, "the share": share, "less the deductible": share - due, "none": 0}[left]
    totals = earlier(
        basic_paid=BASIC_LIMIT - free + shift,
        in_scope=100_000 * YUAN,
        critical_burden=9_000 * YUAN,
        special_outpatient_deductible=100 * YUAN,
    )
    moves: tuple[dict[str, Any], ...] = ({"kind": "none"}, {"kind": "up", "deductible_paid": "399.99"})
    more: dict[str, Any] = {"care": "elsewhere_referred"} if care else {}
    pack = changed(pack, "elsewhere", {"referred_percent": 10}) if care == 1 else pack
    return point(
        pack,
        benefit,
        "level_2",
        f"{year}-06-15",
        price + 1_000 * YUAN,
        major_disease=True,
        case="I21",
        transfer=moves[transfer],
        year_to_date=totals,
        **more,
    )


# --- special outpatient care by disease -------------------------------------------------------------------

DISEASES: dict[str, dict[str, Any]] = {
    "21": {"deductible": 100, "percent": 80, "annual_limit": 30_000, "cost_limit": 50_000},
    "33": {"percent": "72.5"},
    "41": {"percent": 70, "annual_limit": 500},
    "9": {"cost_limit": 20_000},
    "5": {"deductible": 50},
}
DISEASE_PACKS = [
    changed(pack, "special_outpatient.disease", DISEASES) for pack in (*PERIOD_PACKS, *AXIS_PACKS)
]


def disease_point(
    disease: int, pack: Pack, counted: int, charged: int, target: str, shift: int, given: int
) -> Request:
    """Return a visit around what its disease has of its own: deductible, cost limit, annual limit."""
    own = DISEASES.get(str(disease), {})
    cost_limit = own.get("cost_limit", 50_000) * YUAN
    due = own.get("deductible", 400) * YUAN
    before = (0, cost_limit // 2, cost_limit - 1, cost_limit, cost_limit + 1)[counted]
    used = (0, due - 1, due)[charged]
    entry = {"in_scope": yuan(before), "deductible": yuan(used)}
    annual_limit = own.get("annual_limit", 30_000) * YUAN
    amount = {"deductible": due - used, "cost limit": cost_limit - before, "annual limit": 1_000 * YUAN}[
        target
    ]
    if target == "annual limit":
        entry["paid"] = yuan(annual_limit - 500 * YUAN)
    totals = earlier(
        in_scope=29_000 * YUAN, basic_paid=29_990 * YUAN, special_outpatient_deductible=300 * YUAN
    )
    more: dict[str, Any] = {"special_disease": disease}
    if given:
        more["basic_settlement"] = {"fund_paid": 0, "deductible": 0}
    year_to_date = {**totals, "special": {str(disease): entry}}
    eligible = amount + shift
    return point(pack, "special_outpatient", "level_2", DAY, eligible, year_to_date=year_to_date, **more)


# --- limits carried over ----------------------------------------------------------------------------------

POOLED_CARRY = {"outpatient_to_pooled": True, "next_year_percent": "33.3333"}
POOLED_CARRY_PACKS = [
    changed(changed(PLAIN, "carry_over", POOLED_CARRY), "chronic_outpatient.local", rows)
    for rows in ([{"number": 103, "name": "local", "amount": "1200.50"}], [{"number": 103, "name": "local"}])
]


def carried_point(
    benefit: str, common: int, chronic: int, carried: int, target: str, shift: int, pack: Pack
) -> Request:
    """Return care around the 200 000 as unused outpatient limits raise it."""
    common_paid = (0, 700_01, 1_000_00, 1_500_00)[common]
    diseases: dict[str, Any] = (
        {},
        {"1": {"paid": "420.00"}},
        {"1": {"paid": "1440.00"}, "2": {"paid": "1800.01"}, "103": {"in_scope": "10.00"}},
    )[chronic]
    unused = (0, 333_33)[carried]
    limit = BASIC_LIMIT + max(0, 1_000_00 + half_up(Fraction("33.3333") * unused / 100) - common_paid)
    limit += (0, 1_020_00, 720_30)[chronic]
    paid = {"reaches it": limit - 800 * YUAN, "there already": limit}[target] + shift
    totals = earlier(
        in_scope=80_000 * YUAN,
        basic_paid=paid,
        special_outpatient_deductible=800 * YUAN,
        common_outpatient_paid=common_paid,
        carried_common=unused,
    )
    more = {"transfer": {"kind": "down"}} if benefit == "inpatient" else {}
    totals["chronic"] = diseases
    return point(pack, benefit, "level_2", DAY, 1_000 * YUAN, year_to_date=totals, **more)


# --- assistance -------------------------------------------------------------------------------------------

ASSISTANCE_BANDS = [{"up_to": 2_000, "percent": 40}, {"up_to": "5000.01", "percent": "33.3"}, {"percent": 30}]
BY_BANDS: dict[str, Any] = {
    "bands": {"low_income": ASSISTANCE_BANDS, "orphan": [{"up_to": 500, "percent": 50}, {"percent": 0}]},
    "percent": {"rural_destitute": 80},
    "deductible": {"low_income": 100},
    "annual_limit": {"low_income": 6_000},
}
LATER = {"low_income": 50, "rural_destitute": "12.5", "urban_destitute": 90}
ASSISTANCE_PACKS = [
    changed(changed(PLAIN, "medical_assistance", table), "inpatient.transfer_up", transfer_up)
    for table in (BY_BANDS, {**BY_BANDS, "later_stays_percent": LATER})
    for transfer_up in ("next_admission", "same_stay")
]


def assistance_bands_point(
    population: str, paid: int, target: str, shift: int, stay: int, benefit: str, pack: Pack
) -> Request:
    """Return a stay whose assistance goes along bands of the year's payments, or has a later stay's rate."""
    edge = (0, 500_00, 1_999_99, 2_000_00, 5_000_00, 6_000_00)[paid]
    fills = max(0, 200_000 - edge) * 10 // 4
    amount = {"first edge": fills, "small": 3, "large": 90_000 * YUAN}[target] + 100 * YUAN + shift
    admissions, transfer = ((0, "none"), (1, "none"), (1, "up"), (2, "up"))[stay]
    more: dict[str, Any] = {"transfer": {"kind": transfer}}
    if transfer == "up":
        more["transfer"]["deductible_paid"] = 0
    totals = earlier(admissions=admissions, assistance_paid=edge)
    return point(
        pack,
        benefit,
        "level_2",
        DAY,
        amount,
        population=population,
        basic_settlement={"fund_paid": 0},
        year_to_date=totals,
        **more,
    )


# --- care elsewhere and the hospital's part ---------------------------------------------------------------

ELSEWHERE_PACKS = [
    changed(PLAIN, "elsewhere", table)
    for table in (
        {"referred_percent": 10, "unreferred_percent": "20.5"},
        {"referred_percent": "0.0001", "unreferred_percent": 100},
        {"referred_percent": 0},
    )
]


def elsewhere_point(
    benefit: str, level: str, care: str, year: int, amount: int, category_b: int, shift: int, pack: Pack
) -> Request:
    """Return care elsewhere whose share ends around half a fen."""
    own = amount // 7 if category_b else 0
    more: dict[str, Any] = {"category_b_selfpay": yuan(own)} if category_b else {}
    if benefit == "chronic_outpatient":
        more["disease"] = 1
    return point(pack, benefit, level, f"{year}-06-15", amount + own + shift, care=care, **more)


GRIDS: tuple[Grid, ...] = (
    (
        case_point,
        (
            POOLED,
            LEVELS,
            (*PRICES,),
            CASE_PACKS,
            ("price", "half", "double"),
            SHIFTS,
            ("all", "half", "none"),
            ("ordinary", "low_income"),
        ),
    ),
    (
        case_limit_point,
        (
            POOLED,
            CASE_PACKS,
            (2018, 2020, 2026),
            ("all", "the share", "less the deductible", "none"),
            SHIFTS,
            (0, 1),
            range(3),
        ),
    ),
    (
        disease_point,
        (
            (21, 33, 41, 9, 5, 1),
            DISEASE_PACKS,
            range(5),
            range(3),
            ("deductible", "cost limit", "annual limit"),
            SHIFTS,
            (0, 0, 0, 1),
        ),
    ),
    (
        carried_point,
        (
            POOLED,
            range(4),
            range(3),
            range(2),
            ("reaches it", "there already"),
            SHIFTS,
            POOLED_CARRY_PACKS,
        ),
    ),
    (
        assistance_bands_point,
        (
            ("low_income", "orphan", "rural_destitute", "urban_destitute", "ordinary"),
            range(6),
            ("first edge", "small", "large"),
            SHIFTS,
            range(4),
            POOLED,
            ASSISTANCE_PACKS,
        ),
    ),
    (
        elsewhere_point,
        (
            BENEFITS,
            ("level_1", "level_2", "level_3"),
            ("elsewhere_referred", "elsewhere_unreferred"),
            (2018, 2020, 2026),
            (5, 450, 1_230_05, 48_000_10),
            (0, 1),
            SHIFTS,
            ELSEWHERE_PACKS,
        ),
    ),
)
