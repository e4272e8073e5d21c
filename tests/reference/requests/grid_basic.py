"""The grid of inpatient and special outpatient care: deductible, bands, transfers, annual limit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.requests.drawing import (
    BAND_EDGES,
    BASIC_LIMIT,
    LEVELS,
    POOLED,
    RATES,
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

TRANSFERS: tuple[dict[str, Any], ...] = (
    {"kind": "none"},
    {"kind": "down"},
    {"kind": "up", "deductible_paid": "199.99"},
    {"kind": "up", "deductible_paid": "1000.00"},
)
CHAIN_PACKS = [
    changed(changed(PLAIN, "inpatient.transfer_up", up), "inpatient.transfer_down", down)
    for up in ("next_admission", "same_stay")
    for down in ("any_level", "primary_only")
]

EARLIER_COSTS = [  # in scope and paid so far, in yuan
    (0, 0),
    (12_345, 8_000),
    (29_999, 20_000),
    (30_000, 29_999),
    (45_000, 30_000),
    (60_000, 45_000),
    (70_000, 60_000),
    (270_000, 199_000),
]


def bands_point(
    year: int, level: str, pack: Pack, so_far: tuple[int, int], target: str, shift: int, transfer: int
) -> Request:
    """Return an admission that ends at the deductible or at an edge of annex 3's bands."""
    in_scope, paid = (amount * YUAN for amount in so_far)
    due = DEDUCTIBLES[level] * YUAN
    first, second, _ = (Fraction(rate, 100) for rate in RATES[level])
    ends = {
        "deductible": due,
        "first edge": BAND_EDGES[0] - in_scope,
        "second edge": BAND_EDGES[1] - in_scope,
        "first edge alone": BAND_EDGES[0],
        "second edge alone": BAND_EDGES[1],
        "first edge of the fund": half_up((BAND_EDGES[0] - paid) / first) + due,
        "second edge of the fund": half_up((BAND_EDGES[1] - paid) / second) + due,
    }
    totals = earlier(admissions=1 if in_scope else 0, in_scope=in_scope, basic_paid=paid)
    amount = ends[target] if ends[target] > 0 else due + ends[target] % (1_000 * YUAN)
    more: dict[str, Any] = {"transfer": TRANSFERS[transfer]} if transfer else {}
    return point(pack, "inpatient", level, f"{year}-06-15", amount + shift, year_to_date=totals, **more)


def limit_point(
    benefit: str, level: str, pack: Pack, amount: int, before_limit: int, shift: int, target: str
) -> Request:
    """Care that takes the fund to its 200 000 of the year, or a fund that is there already."""
    fen = amount * YUAN
    pays = half_up(Fraction(RATES[level][2], 100) * fen)
    paid = BASIC_LIMIT - (pays if target == "reaches it" else before_limit) + shift
    totals = earlier(in_scope=80_000 * YUAN, basic_paid=paid, special_outpatient_deductible=800 * YUAN)
    more = {"transfer": {"kind": "down"}} if benefit == "inpatient" else {}
    return point(pack, benefit, level, "2026-06-15", fen, year_to_date=totals, **more)


def special_point(
    year: int,
    benefit: str,
    level: str,
    pack: Pack,
    used: int,
    so_far: tuple[int, int],
    target: str,
    shift: int,
) -> Request:
    """Special outpatient care around its deductible and the bands that it shares with inpatient care."""
    in_scope, paid = (amount * YUAN for amount in so_far)
    due = DEDUCTIBLES[level] * YUAN
    charged = {0: 0, 1: due - 1, 2: due, 3: due + 1, 4: due // 2}[used]
    left = due if pack["special_outpatient"]["deductible_period"] == "visit" else max(0, due - charged)
    ends = {
        "deductible": left,
        "first edge": BAND_EDGES[0] - in_scope,
        "second edge": BAND_EDGES[1] - in_scope,
    }
    amount = ends[target] if ends[target] > 0 else left + 777_77
    totals = earlier(in_scope=in_scope, basic_paid=paid, special_outpatient_deductible=charged)
    return point(pack, benefit, level, f"{year}-06-15", amount + shift, year_to_date=totals)


def chain_point(
    level: str, kind: str, admissions: int, stays: int, paid: int, shift: int, pack: Pack, given: int
) -> Request:
    """Return an admission of a referral chain whose earlier stays paid around its own figure."""
    figure = DEDUCTIBLES[level] * YUAN // (1 if admissions - stays <= 0 else 2)
    transfer: dict[str, Any] = {"kind": kind}
    if kind == "up":
        transfer["deductible_paid"] = yuan(max(0, (0, figure // 2, figure)[paid] + shift))
        if stays:
            transfer["earlier_stays"] = stays
    more = {"basic_settlement": {"fund_paid": "100.00", "deductible": "50.00"}} if given else {}
    totals = earlier(admissions=admissions, in_scope=5_000 * YUAN)
    amount = figure + 1_000 * YUAN + shift
    day = "2026-06-15"
    return point(pack, "inpatient", level, day, amount, transfer=transfer, year_to_date=totals, **more)


GRIDS: tuple[Grid, ...] = (
    (
        bands_point,
        (
            (2020, 2021, 2026, 2031),
            LEVELS,
            AXIS_PACKS,
            EARLIER_COSTS,
            (
                "deductible",
                "first edge",
                "second edge",
                "first edge alone",
                "second edge alone",
                "first edge of the fund",
                "second edge of the fund",
            ),
            SHIFTS,
            range(4),
        ),
    ),
    (
        limit_point,
        (
            POOLED,
            LEVELS,
            AXIS_PACKS,
            (1, 1_000, 12_345, 90_000, 250_000),
            (0, 100, 1_000_001),
            SHIFTS,
            ("reaches it", "there already"),
        ),
    ),
    (
        special_point,
        (
            (2020, 2022, 2026, 2030),
            ("special_outpatient", "day_surgery"),
            LEVELS,
            PERIOD_PACKS,
            range(5),
            EARLIER_COSTS,
            ("deductible", "first edge", "second edge"),
            SHIFTS,
        ),
    ),
    (
        chain_point,
        (LEVELS, ("up", "down", "none"), range(4), range(4), range(3), SHIFTS, CHAIN_PACKS, (0, 1)),
    ),
)
