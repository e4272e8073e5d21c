"""Amounts at which something happens to a request, so that random ones meet the edges as well."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.requests.drawing import (
    BAND_EDGES,
    BASIC_LIMIT,
    CAP_2020,
    CAP_2026,
    CRITICAL_EDGES,
    POOLED,
    RATES,
    YUAN,
    Pack,
    Request,
    half_up,
)
from tests.reference.requests.year_totals import usual_amount

THRESHOLDS = (*BAND_EDGES, *CRITICAL_EDGES, CAP_2020, CAP_2026, 10_000 * YUAN, 3_000 * YUAN)


def figure(pack: Pack, *path: str) -> int:
    """Return a figure of a pack in fen, 0 where it has none; the first of a list."""
    value: Any = pack
    for key in path:
        value = value.get(key, 0) if isinstance(value, dict) else value
    if isinstance(value, list):
        value = value[0]
    return 0 if isinstance(value, dict) else int(Fraction(value) * YUAN)


def case_price(request: Request) -> int:
    """Return the price of the request's case, 0 where no row of its level has one. In fen."""
    for row in request["region"].get("case_payment", []):
        if (row["code"], row["level"]) == (request.get("case"), request["hospital_level"]):
            return int(Fraction(row.get("price", 0)) * YUAN)
    return 0


def share_percent(request: Request) -> Fraction:
    """Return the percent that is paid first for the request's care, 0 where none is stated."""
    care = request.get("care", "local").removeprefix("elsewhere_")
    return Fraction(request["region"].get("elsewhere", {}).get(f"{care}_percent", 0))


def targets_of(request: Request, totals: dict[str, Any]) -> list[int]:
    """Return in-scope amounts at which something happens to this request, in fen."""
    benefit = request["benefit"]
    if benefit in POOLED:
        return pooled_targets(request, totals)
    return (common_targets if benefit == "common_outpatient" else chronic_targets)(request, totals)


def common_targets(request: Request, totals: dict[str, Any]) -> list[int]:
    """Return the edges of common outpatient care."""
    pack, used = request["region"], totals.get
    due = figure(pack, "common_outpatient", "deductible", request["hospital_level"])
    limit = figure(pack, "common_outpatient", "annual_limit") - used("common_outpatient_paid", 0)
    carried = used("carried_common", 0) * figure(pack, "carry_over", "next_year_percent") // (100 * YUAN)
    return [
        due,
        max(0, due - used("common_outpatient_deductible", 0)),
        2 * limit + due,
        2 * limit,
        2 * (limit + carried) + due,
        3,
    ]


def chronic_targets(request: Request, totals: dict[str, Any]) -> list[int]:
    """Return the edges of chronic outpatient care."""
    pack, disease = request["region"], request["disease"]
    due = figure(pack, "chronic_outpatient", "deductible", str(disease))
    amount = usual_amount(disease)
    second = figure(pack, "chronic_outpatient", "additional_disease_amount")
    counted = totals.get("chronic", {}).get(str(disease), {}).get("in_scope", 0)
    unused = figure(pack, "common_outpatient", "annual_limit") - totals.get("common_outpatient_paid", 0)
    carried = half_up(Fraction(unused * 10, 6))
    return [
        due,
        amount,
        amount - counted,
        amount // 2,
        amount + due,
        amount - due,
        second,
        second + due,
        amount + carried - counted,
        3,
    ]


def pooled_targets(request: Request, totals: dict[str, Any]) -> list[int]:
    """Return the edges of inpatient and special outpatient care."""
    pack, level, used = request["region"], request["hospital_level"], totals.get
    table = "inpatient" if request["benefit"] == "inpatient" else "special_outpatient"
    due = figure(pack, table, "deductible", level)
    year = request["discharged"][:4]
    threshold = figure(pack, "critical_illness", year, "deductible") - used("critical_burden", 0)
    top = Fraction(RATES[level][2], 100)
    disease = str(request.get("special_disease", 0))
    counted = used("special", {}).get(disease, {}).get("in_scope", 0)
    cost_limit = figure(pack, "special_outpatient", "disease", disease, "cost_limit")
    price = case_price(request)
    return [
        due,
        due + 1,
        *(edge - used("in_scope", 0) for edge in BAND_EDGES),
        *THRESHOLDS,
        half_up((BASIC_LIMIT - used("basic_paid", 0)) / top) + due,
        *(half_up((edge - used("basic_paid", 0)) / top) + due for edge in BAND_EDGES),
        threshold,
        threshold + due,
        *(edge - used("critical_burden", 0) for edge in CRITICAL_EDGES),
        *(
            [cost_limit - counted, figure(pack, table, "disease", disease, "deductible")]
            if cost_limit
            else []
        ),
        *([price, price, price] if price else []),
    ]
