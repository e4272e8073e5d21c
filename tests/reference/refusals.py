"""Refusals: the faults of a request by their fields, all at once (interface, section 1).

The request is a parsed JSON object, so a duplicate key and a line that is no object are not seen here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.amounts import half_up, number
from tests.reference.bill import POOLED, find_pack, read_bill
from tests.reference.forms import (
    CHRONIC,
    LEVELS,
    POPULATIONS,
    SPECIAL,
    Check,
    amount,
    anything,
    below,
    by_key,
    day,
    holds,
    is_day,
    is_whole,
    listed,
    one_of,
    table,
    text,
    whole,
    yes_no,
)
from tests.reference.pack_form import PACK
from tests.reference.settlement import refused, settle
from tests.reference.totals import AMOUNTS

Packs = Mapping[str, list[dict[str, Any]]]

BENEFITS = (*POOLED, "common_outpatient", "chronic_outpatient")
FIRST_CATEGORY_B = date(2020, 1, 1)

DISEASE_TOTALS = table({"in_scope": amount, "paid": amount, "deductible": amount})
YEAR_TO_DATE = table(
    {
        "admissions": whole,
        **dict.fromkeys(AMOUNTS, amount),
        "chronic": by_key(CHRONIC, DISEASE_TOTALS),
        "special": by_key(SPECIAL, DISEASE_TOTALS),
    }
)


def transfer(value: Any, path: str, faults: list[str]) -> None:
    """Check a transfer: only one up the levels has paid something before and has earlier stays."""
    keys = {
        "kind": one_of("none", "down", "up"),
        "deductible_paid": amount,
        "earlier_stays": holds(lambda stays: is_whole(stays, 1)),
    }
    table(keys, required=("kind",))(value, path, faults)
    if not isinstance(value, Mapping):
        return
    kind = value.get("kind")
    if kind == "up" and "deductible_paid" not in value:
        faults.append(below(path, "deductible_paid"))
    if kind in ("none", "down"):
        faults.extend(below(path, key) for key in ("deductible_paid", "earlier_stays") if key in value)


def other_years(value: Any, path: str, faults: list[str]) -> None:
    """Check the totals of other years."""
    if not isinstance(value, Mapping):
        faults.append(path)
        return
    for year, totals in value.items():
        (YEAR_TO_DATE if year.isascii() and year.isdigit() else holds(lambda _: False))(
            totals, below(path, year), faults
        )


FIELDS: dict[str, Check] = {
    "region": anything,
    "benefit": one_of(*BENEFITS),
    "hospital_level": one_of(*LEVELS),
    **dict.fromkeys(("admitted", "discharged", "settled"), day),
    "population": one_of(*POPULATIONS),
    **dict.fromkeys(("eligible", "total", "over_limit", "hospital_part"), amount),
    **dict.fromkeys(("category_b_selfpay", "category_b_amount"), amount),
    "care": one_of("local", "elsewhere_referred", "elsewhere_unreferred"),
    "transfer": transfer,
    "case": text,
    **dict.fromkeys(("major_disease", "specific_item", "two_disease_drugs"), yes_no),
    "special_disease": one_of(*SPECIAL),
    "disease": one_of(*CHRONIC),
    "disease_rank": holds(lambda rank: is_whole(rank, 1)),
    "basic_settlement": table({"fund_paid": amount, "deductible": amount}, required=("fund_paid",)),
    "year_to_date": YEAR_TO_DATE,
    "other_years": other_years,
    "enrolment": table(
        {
            **dict.fromkeys(("consecutive_years", "zero_claim_years", "gap_years"), whole),
            "fraud_amounts": listed(amount),
        }
    ),
}


def faults_of(request: Mapping[str, Any], packs: Packs | None = None) -> list[str]:
    """Return the fields at fault, each once; a fault that only follows from another one is not among them."""
    faults: list[str] = []
    table(FIELDS, required=("region", "benefit", "hospital_level", "discharged", "eligible"))(
        request, "", faults
    )
    if request.get("benefit") == "chronic_outpatient" and "disease" not in request:
        faults.append("disease")
    region_faults(request, packs or {}, faults)
    sound = {name for name in request if not any(is_under(fault, name) for fault in faults)}
    day_faults(request, sound, faults)
    amount_faults(request, sound, faults)
    enrolment_faults(request, faults)
    if not faults:
        basic_faults(request, packs or {}, faults)
    return list(dict.fromkeys(faults))


def is_under(path: str, name: str) -> bool:
    """Tell if a path is a field or lies in it."""
    return path == name or path.startswith(f"{name}.")


def region_faults(request: Mapping[str, Any], packs: Packs, faults: list[str]) -> None:
    """Add the faults of the pack, and the region where none is in force on the day."""
    region, day_of = request.get("region"), request.get("discharged")
    if isinstance(region, Mapping):
        PACK(region, "region", faults)
        effective = [region.get("effective")]
    elif isinstance(region, str):
        effective = [pack["effective"] for pack in packs.get(region, [])]
        if not effective:
            faults.append("region")
            return
    else:
        if "region" in request:
            faults.append("region")
        return
    known = all(is_day(start) for start in effective)
    if known and is_day(day_of) and all(str(start) > str(day_of) for start in effective):
        faults.append("region")


def day_faults(request: Mapping[str, Any], sound: set[str], faults: list[str]) -> None:
    """Add the days that come in the wrong order."""
    if {"admitted", "discharged"} <= sound and request["discharged"] < request["admitted"]:
        faults.append("discharged")
    if {"settled", "discharged"} <= sound and request["settled"] < request["discharged"]:
        faults.append("settled")


def amount_faults(request: Mapping[str, Any], sound: set[str], faults: list[str]) -> None:
    """Add the amounts of the bill that contradict one another."""
    both = "category_b_selfpay" in request and "category_b_amount" in request
    if both or ("category_b_amount" in request and before_category_b(request, sound)):
        faults.append("category_b_amount")
    if "eligible" not in sound:
        return
    eligible = number(request["eligible"])
    for name, part in (("category_b_selfpay", Fraction(1)), ("category_b_amount", Fraction(1, 10))):
        if name in sound and half_up(number(request[name]) * part) > eligible:
            faults.append(name)
    if "total" in request and "total" not in sound:
        return
    total = number(request.get("total", request["eligible"]))
    if total < eligible:
        faults.append("total")
    elif "over_limit" in sound and number(request["over_limit"]) > total - eligible:
        faults.append("over_limit")


def before_category_b(request: Mapping[str, Any], sound: set[str]) -> bool:
    """Tell if no document on file gives a rate of Category B on the day of discharge."""
    return "discharged" in sound and date.fromisoformat(request["discharged"]) < FIRST_CATEGORY_B


def enrolment_faults(request: Mapping[str, Any], faults: list[str]) -> None:
    """Add the counts that are more than the years since 2025, from 2026 on."""
    enrolment, day_of = request.get("enrolment"), request.get("discharged")
    if not isinstance(enrolment, Mapping) or not is_day(day_of):
        return
    year = int(str(day_of)[:4])
    for name in ("zero_claim_years", "gap_years"):
        if year >= 2026 and is_whole(enrolment.get(name)) and enrolment[name] > year - 2025:
            faults.append(f"enrolment.{name}")


def basic_faults(request: Mapping[str, Any], packs: Packs, faults: list[str]) -> None:
    """Add a basic settlement made elsewhere that is more than what is in scope."""
    if request["benefit"] not in POOLED or "basic_settlement" not in request:
        return
    pack = find_pack(request["region"], packs, date.fromisoformat(request["discharged"]))
    in_scope = read_bill(request, pack).in_scope
    given = request["basic_settlement"]
    if in_scope is not None and number(given["fund_paid"]) + number(given.get("deductible", 0)) > in_scope:
        faults.append("basic_settlement")


def answer(request: dict[str, Any], packs: Packs | None = None) -> dict[str, Any]:
    """Refuse a request, or settle it."""
    faults = faults_of(request, packs)
    return refused(*faults) if faults else settle(request, dict(packs or {}))
