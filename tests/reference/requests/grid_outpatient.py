"""The grid of common and chronic outpatient care: deductibles, amounts, limits and what is carried over."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.requests.drawing import (
    CHRONIC_DISEASES,
    LEVELS,
    LOCAL_AMOUNTS,
    TOGETHER,
    YUAN,
    Pack,
    Request,
    half_up,
    yuan,
)
from tests.reference.requests.grid_packs import (
    COUNTS_PACKS,
    LIMIT_PACKS,
    SHIFTS,
    changed,
    earlier,
    point,
)
from tests.reference.requests.grid_walk import Grid
from tests.reference.requests.year_totals import usual_amount

LOCAL_ROWS = [
    {"number": number, "name": "local", "amount": yuan(fen)} for number, fen in LOCAL_AMOUNTS.items()
]


def with_amount(pack: Pack) -> Pack:
    """Return a copy of a pack in which a second disease brings a sum and not a share."""
    copy = changed(pack, "chronic_outpatient.additional_disease_amount", "1234.56")
    del copy["chronic_outpatient"]["additional_disease_rate"]
    return copy


SHARE_PACKS = [changed(pack, "chronic_outpatient.local", LOCAL_ROWS) for pack in COUNTS_PACKS]
RANK_PACKS = [*SHARE_PACKS, *map(with_amount, SHARE_PACKS)]
CHRONIC_CARRY_PACKS = [changed(pack, "carry_over.common_to_chronic", True) for pack in SHARE_PACKS]
NEXT_YEAR_PACKS = [
    changed(pack, f"carry_over.{key}", value)
    for pack in LIMIT_PACKS[:2]
    for key, value in (
        ("next_year_percent", "50"),
        ("next_year_percent", "33.3333"),
        ("next_year_points", 1),
        ("next_year_points", "50.0001"),
    )
]


def common_point(
    day: str, level: str, drugs: int, pack: Pack, used: int, paid: str, target: str, shift: int
) -> Request:
    """Common outpatient care around its deductible, its limit and the one shared with chronic care."""
    table = pack["common_outpatient"]
    due, limit = table["deductible"].get(level, 0) * YUAN, table["annual_limit"] * YUAN
    charged = (0, max(0, due - 1), due)[used]
    paid_before = {"nothing": 0, "half": limit // 2, "all but a fen": limit - 1, "all": limit}.get(paid, 0)
    chronic = {"together": TOGETHER - 100 * YUAN, "together full": TOGETHER}.get(paid, 0)
    left = due if table["deductible_period"] == "visit" else max(0, due - charged)
    if day >= "2020-08-01" and level == "village_clinic":
        left = 0
    room = limit - paid_before if not chronic else min(limit, TOGETHER - chronic)
    amount = {"deductible": left, "limit": left + 2 * room, "rounding": left + 3}[target] + shift
    totals = earlier(common_outpatient_paid=paid_before, common_outpatient_deductible=charged)
    if chronic:
        totals["chronic"] = {"7": earlier(paid=chronic)}
    more = {"two_disease_drugs": True} if drugs else {}
    return point(pack, "common_outpatient", level, day, amount, year_to_date=totals, **more)


def chronic_point(
    disease: int, rank: int, pack: Pack, counted: int, used: int, target: str, shift: int, others: int
) -> Request:
    """Chronic outpatient care around a disease's amount, its deductible and limit, and the shared limit."""
    amount = usual_amount(disease)
    table = pack["chronic_outpatient"]
    if rank > 1 and "additional_disease_amount" in table:
        amount = half_up(Fraction(table["additional_disease_amount"]) * YUAN)
    elif rank > 1:
        amount = half_up(Fraction(table["additional_disease_rate"]) * amount)
    counted_before = (0, amount // 3, max(0, amount - 1), amount)[counted]
    charged = (0, 20_000 - 1, 20_000)[used]
    left = 20_000 - charged
    ends = {"deductible": left, "amount": amount - counted_before, "amount and deductible": amount + left}
    own = {"in_scope": yuan(counted_before), "paid": "0.00", "deductible": yuan(charged)}
    chronic: dict[str, Any] = {str(disease): own} if counted_before or charged else {}
    if others == 1:  # the disease's own limit is nearly used up
        chronic[str(disease)] = {**own, "paid": yuan(max(0, half_up(Fraction(60, 100) * amount) - 1))}
    if others == 2:  # a hundred yuan are left of the limit shared by all
        chronic["18" if disease == 17 else "17"] = {"paid": yuan(TOGETHER - 100 * YUAN)}
    totals: dict[str, Any] = {"chronic": chronic} if chronic else {}
    more: dict[str, Any] = {"year_to_date": totals} if totals else {}
    in_scope = ends[target] + shift
    return point(
        pack,
        "chronic_outpatient",
        "level_2",
        "2026-06-15",
        in_scope,
        disease=disease,
        disease_rank=rank,
        **more,
    )


def carried_chronic_point(
    disease: int, rank: int, pack: Pack, common: int, counted: int, target: str, shift: int, carried: int
) -> Request:
    """Return chronic care around an amount and a limit that an unused common limit raises."""
    amount = usual_amount(disease)
    if rank > 1:
        amount = half_up(Fraction("0.3333") * amount)
    common_paid = (0, 400_00, 999_99, 1_000_00, 1_200_00)[common]
    unused = max(0, 1_000 * YUAN - common_paid)
    raised = amount + half_up(Fraction(unused * 10, 6))
    before = (0, amount, max(0, raised - 1), raised)[counted]
    limit = half_up(Fraction(6, 10) * amount) + unused
    paid = limit - 60 if target == "limit" else 0
    own = {"in_scope": yuan(before), "paid": yuan(max(0, paid)), "deductible": "200.00"}
    end = 100 if target == "limit" else max(0, raised - before)
    totals = {"chronic": {str(disease): own}, **earlier(common_outpatient_paid=common_paid)}
    if carried:
        totals["carried_common"] = "333.33"
    return point(
        pack,
        "chronic_outpatient",
        "level_2",
        "2026-06-15",
        end + shift,
        disease=disease,
        disease_rank=rank,
        year_to_date=totals,
    )


def next_year_point(level: str, carried: int, paid: int, target: str, shift: int, pack: Pack) -> Request:
    """Return common care around a limit or a rate that last year's unused limit raises."""
    table, carry = pack["common_outpatient"], pack["carry_over"]
    unused = (0, 1, 333_33, 1_000_00)[carried]
    limit = table["annual_limit"] * YUAN
    limit += half_up(Fraction(carry.get("next_year_percent", 0)) * unused / 100)
    before = (0, limit // 2, limit - 1, limit)[paid]
    due = table["deductible"][level] * YUAN
    amount = {"limit": due + 2 * (limit - before), "small": due + 3}[target] + shift
    totals = earlier(common_outpatient_paid=before, carried_common=unused)
    more = {"two_disease_drugs": True} if level == "level_2" else {}
    return point(pack, "common_outpatient", level, "2026-06-15", amount, year_to_date=totals, **more)


GRIDS: tuple[Grid, ...] = (
    (
        common_point,
        (
            ("2020-01-01", "2020-07-31", "2020-08-01", "2026-06-15"),
            LEVELS,
            (0, 1),
            LIMIT_PACKS,
            range(3),
            ("nothing", "half", "all but a fen", "all", "together", "together full"),
            ("deductible", "limit", "rounding"),
            SHIFTS,
        ),
    ),
    (
        chronic_point,
        (
            CHRONIC_DISEASES,
            (1, 2),
            RANK_PACKS,
            range(4),
            range(3),
            ("deductible", "amount", "amount and deductible"),
            SHIFTS,
            range(3),
        ),
    ),
    (
        carried_chronic_point,
        (
            (1, 2, 15, 101, 103, 105),
            (1, 2),
            CHRONIC_CARRY_PACKS,
            range(5),
            range(4),
            ("amount", "limit"),
            SHIFTS,
            (0, 1),
        ),
    ),
    (
        next_year_point,
        (LEVELS[1:3], range(4), range(4), ("limit", "small"), SHIFTS, NEXT_YEAR_PACKS),
    ),
)
