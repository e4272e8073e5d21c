"""Requests at random: the days, the flags and the amounts of one visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tests.reference.requests.drawing import (
    BENEFITS,
    CASES,
    CHRONIC_DISEASES,
    CRITICAL_EDGES,
    FIRST_YEAR,
    LARGEST,
    LAST_YEAR,
    LEVELS,
    POOLED,
    POPULATIONS,
    SPECIAL_WITH_TABLE,
    UNKNOWN_CASE,
    YUAN,
    Pack,
    Request,
    around,
    half_up,
    magnitude,
    written,
)
from tests.reference.requests.packs import random_pack
from tests.reference.requests.targets import case_price, share_percent, targets_of
from tests.reference.requests.year_totals import random_enrolment, random_totals, written_totals
from tests.reference.settlement import settle

TRANSFERS: tuple[dict[str, Any], ...] = (
    {"kind": "none"},
    {"kind": "down"},
    {"kind": "down"},
    {"kind": "up", "deductible_paid": "199.99"},
    {"kind": "up", "deductible_paid": "400.00"},
    {"kind": "up", "deductible_paid": "1000.00", "earlier_stays": 1},
    {"kind": "up", "deductible_paid": "0", "earlier_stays": 2},
    {"kind": "up", "deductible_paid": "200.00", "earlier_stays": 7},
)


def random_request(
    rng: Random, packs: list[Pack] | None = None, *, benefits: Sequence[str] = BENEFITS
) -> Request:
    """Draw one well-formed request; its pack is one of `packs`, or drawn as well."""
    benefit = rng.choice(benefits)
    days = random_days(rng, benefit)
    if packs:
        pack = rng.choice(packs)
        if pack["effective"] > days["discharged"]:
            days = {"discharged": pack["effective"]}
    else:
        touched = {int(day[:4]) for day in days.values()}
        pack = random_pack(rng, touched | {rng.randint(FIRST_YEAR, LAST_YEAR)})
    year = int(days["discharged"][:4])

    request: Request = {"region": pack, "benefit": benefit, "hospital_level": rng.choice(LEVELS), **days}
    if rng.random() < 0.7:
        request["population"] = rng.choice(POPULATIONS)
    totals = random_totals(rng, benefit) if rng.random() < 0.65 else {}
    if totals:
        request["year_to_date"] = written_totals(rng, totals)
    others = {int(day[:4]) for day in days.values()} - {year}
    if others and benefit in POOLED and rng.random() < 0.6:
        request["other_years"] = {
            str(other): written_totals(rng, random_totals(rng, benefit)) for other in others
        }
    if rng.random() < 0.4:
        request["enrolment"] = random_enrolment(rng, year)
    add_flags(rng, request)
    in_scope = add_amounts(rng, request, totals)
    add_basic_settlement(rng, request, in_scope, year)
    if rng.random() < 0.2:
        add_hospital_part(rng, request)
    return request


def random_days(rng: Random, benefit: str) -> dict[str, str]:
    """Draw admission, discharge and settlement: in one year, or over a year end."""
    year = rng.choice((2020, 2025, 2026, rng.randint(FIRST_YEAR, LAST_YEAR), rng.randint(2020, LAST_YEAR)))
    discharged = date(year, 1, 1) + timedelta(days=rng.choice((0, 9, 212, 213, 364, rng.randint(0, 364))))
    days = {"discharged": discharged.isoformat()}
    if benefit in POOLED:
        if rng.random() < 0.6:
            longest = 400 if rng.random() < 0.2 else 30
            days["admitted"] = (discharged - timedelta(days=rng.randint(0, longest))).isoformat()
        if rng.random() < 0.3:
            days["settled"] = (discharged + timedelta(days=rng.choice((0, 5, 40, 200)))).isoformat()
    elif rng.random() < 0.2:
        days["admitted"] = days["discharged"]
    return days


def add_flags(rng: Random, request: Request) -> None:
    """Add the fields that only some benefits use; now and then one that this benefit ignores."""
    benefit = request["benefit"]

    def chance(own: str, share: float) -> bool:
        return rng.random() < (share if benefit == own else 0.02)

    if chance("inpatient", 0.35):
        request["transfer"] = dict(rng.choice(TRANSFERS))
    if benefit == "chronic_outpatient" or rng.random() < 0.02:
        request["disease"] = rng.choice(CHRONIC_DISEASES)
        if rng.random() < 0.5:
            request["disease_rank"] = rng.randint(1, 4)
    if chance("common_outpatient", 0.6):
        request["two_disease_drugs"] = rng.random() < 0.8
    if chance("special_outpatient", 0.6):
        with_table = request["region"].get("special_outpatient", {}).get("disease", {})
        often = [*map(int, with_table), *SPECIAL_WITH_TABLE[:2]] * 2
        request["special_disease"] = rng.choice((*often, 41, rng.randint(1, 41)))
    if chance("special_outpatient", 0.2):
        request["specific_item"] = rng.random() < 0.8
    if rng.random() < (0.2 if benefit in POOLED else 0.03):
        request["major_disease"] = rng.random() < 0.9
    if rng.random() < (0.8 if request.get("major_disease") else 0.02):
        request["case"] = rng.choice((*CASES, *CASES, UNKNOWN_CASE))
    if rng.random() < 0.25:
        request["care"] = rng.choice(("local", "elsewhere_referred", "elsewhere_unreferred"))


def add_amounts(rng: Random, request: Request, totals: dict[str, Any]) -> int:
    """Add the bill, pulled towards the edges that this request can meet; return what is in scope, in fen."""
    in_scope = magnitude(rng) if rng.random() < 0.45 else around(rng, targets_of(request, totals))
    in_scope = min(in_scope, LARGEST // 2)
    before_share, in_scope = with_share(request, in_scope)
    eligible = before_share
    kind = rng.random()
    if kind < 0.25:
        category_b = rng.randint(0, max(1, before_share))
        eligible = before_share + category_b
        request["category_b_selfpay"] = written(rng, category_b)
    elif kind < 0.45 and request["discharged"] >= "2020-01-01":
        amount = rng.randint(0, max(10, 2 * before_share))
        eligible = before_share + half_up(Fraction(amount, 10))
        request["category_b_amount"] = written(rng, amount)
    request["eligible"] = written(rng, eligible)
    price = case_price(request)
    if rng.random() < (0.7 if price else 0.35):
        beyond = min(LARGEST - eligible, magnitude(rng) if rng.random() < 0.7 else rng.randint(0, 2))
        if price > eligible and rng.random() < 0.5:
            beyond = min(LARGEST - eligible, around(rng, (price - eligible,)))
        request["total"] = written(rng, eligible + beyond)
        if rng.random() < 0.6:
            request["over_limit"] = written(rng, rng.choice((0, beyond, rng.randint(0, beyond))))
    return in_scope


def with_share(request: Request, in_scope: int) -> tuple[int, int]:
    """Return an amount that leaves about this much in scope, and what it does leave. In fen."""
    percent = share_percent(request)
    before = in_scope if percent == 100 else min(LARGEST // 2, half_up(in_scope * 100 / (100 - percent)))
    return before, before - half_up(before * percent / 100)


def add_basic_settlement(rng: Random, request: Request, in_scope: int, year: int) -> None:
    """Add a basic result from elsewhere: often where this program has no rule, now and then beside one."""
    often = year < 2020 or (request.get("major_disease") and "case" not in request)
    if request["benefit"] not in POOLED or rng.random() >= (0.75 if often else 0.08):
        return
    fund = min(in_scope, around(rng, [in_scope // 2, in_scope - 10_000 * YUAN, in_scope - CRITICAL_EDGES[0]]))
    request["basic_settlement"] = {"fund_paid": written(rng, fund)}
    if rng.random() < 0.6:
        request["basic_settlement"]["deductible"] = written(rng, rng.randint(0, in_scope - fund))


def add_hospital_part(rng: Random, request: Request) -> None:
    """Add what the hospital bears, up to all that the funds leave; beside a case price anything."""
    amounts = settle(request)["amounts"]
    funds = sum(Fraction(amounts[name] or 0) for name in ("hifp_pay", "hifmi_pay", "maf_pay"))
    room = int((Fraction(amounts["medfee_sumamt"]) - funds) * YUAN)
    request["hospital_part"] = written(rng, rng.choice((0, room, max(0, room - 1), rng.randint(0, room))))
