"""One settlement, worked out from the written rules in exact fractions of a yuan.

Written to be checked against the documents by eye, not to be fast: every amount is a Fraction of a yuan, a
stretch of cost is cut at the edges of the bands and each piece asks which band it lies in. `settle` takes a
well-formed request; only a hospital's part above what the funds leave is refused here, because that shows
after settling alone. `answer` in `refusals` looks at the form first.

Documents by their short names: 2016-57, 2019-26 and 2025-12-31 for critical illness, 2019-21 and 2020-15 for
basic insurance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.amounts import ZERO, money, money_or_none, number
from tests.reference.assistance import medical_assistance
from tests.reference.bands import write_rows
from tests.reference.basic import basic_insurance, hospital_part
from tests.reference.bill import Bill, find_pack, read_bill
from tests.reference.critical import critical_illness
from tests.reference.layers import Assistance, Basic, Critical, Unknown, names_of
from tests.reference.totals import Disease, Totals

Layers = tuple[Basic | Unknown, Critical | Unknown, Assistance | Unknown]


def refused(*fields: str) -> dict[str, Any]:
    """Return a refusal that names the fields at fault."""
    return {"status": "refused", "errors": [{"field": field} for field in fields]}


def settle(
    request: dict[str, Any], packs: Mapping[str, list[dict[str, Any]]] | None = None
) -> dict[str, Any]:
    """Answer a request by the year of its discharge, with the other years that it touches beside it."""
    day = date.fromisoformat(request["discharged"])
    bill = read_bill(request, find_pack(request["region"], packs or {}, day))
    totals = Totals.read(request.get("year_to_date", {}))
    layers = layers_of(bill, totals, day.year)
    part = hospital_part(bill, day.year)
    if bill.case_in(day.year) is None and part is not None and part > bill.total - known_funds(layers):
        return refused("hospital_part")
    answer = answer_of(bill, totals, layers, part)
    answer["alternatives"] = []
    if bill.pooled:
        days = [request.get(name, request["discharged"]) for name in ("admitted", "settled")]
        for year in sorted({date.fromisoformat(other_day).year for other_day in days} - {day.year}):
            other = alternative(bill, year)
            answer["alternatives"].append({**other, "year": year, "better": leaves_less(other, answer)})
    return answer


def alternative(bill: Bill, year: int) -> dict[str, Any]:
    """Settle by another year; the hospital then bears at most what that year's funds leave."""
    totals = Totals.read(bill.request.get("other_years", {}).get(str(year), {}))
    layers = layers_of(bill, totals, year)
    part = hospital_part(bill, year)
    if part is not None:
        part = min(part, bill.total - known_funds(layers))
    return answer_of(bill, totals, layers, part)


def leaves_less(other: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Tell if the other year's answer is the one to offer."""
    if other["status"] != "complete":
        return False
    if answer["status"] != "complete":
        return True
    return number(other["amounts"]["psn_part_amt"]) < number(answer["amounts"]["psn_part_amt"])


def layers_of(bill: Bill, totals: Totals, year: int) -> Layers:
    """Work out the three layers by one year's rules and totals."""
    basic = basic_insurance(bill, totals, year)
    critical = critical_illness(bill, totals, year, basic)
    return basic, critical, medical_assistance(bill, totals, basic, critical)


def known_funds(layers: Layers) -> Fraction:
    """Return the sum of the payments that are known; one that is missing counts as nothing."""
    return sum((layer.fund for layer in layers if not isinstance(layer, Unknown)), ZERO)


def answer_of(bill: Bill, totals: Totals, layers: Layers, hospital: Fraction | None) -> dict[str, Any]:
    """Write one year's answer."""
    basic, critical, assistance = layers
    missing = names_of(Unknown(bill.missing()), *layers)
    answer: dict[str, Any] = {
        "status": "incomplete" if missing else "complete",
        "missing": list(missing),
        "amounts": {
            "medfee_sumamt": money(bill.total),
            "fulamt_ownpay_amt": money(bill.out_of_catalogue),
            "overlmt_selfpay": money(bill.over_price_limit),
            "preselfpay_amt": money(bill.category_b),
            "inscp_scp_amt": money_or_none(bill.in_scope),
            "act_pay_dedc": None if isinstance(basic, Unknown) else money(basic.deductible),
            "hifp_pay": None if isinstance(basic, Unknown) else money(basic.fund),
            "hifmi_pay": None if isinstance(critical, Unknown) else money(critical.fund),
            "maf_pay": None if isinstance(assistance, Unknown) else money(assistance.fund),
            "fund_pay_sumamt": None,
            "hosp_part_amt": money_or_none(hospital),
            "psn_part_amt": None,
        },
        "patient_parts": None,
        "basic_bands": [] if isinstance(basic, Unknown) else write_rows(basic.rows),
        "critical_bands": [] if isinstance(critical, Unknown) else write_rows(critical.rows),
        "year_to_date": None,
    }
    if isinstance(critical, Critical) and critical.terms is not None:
        answer["critical_deductible"] = money(critical.terms.deductible)
        answer["critical_cap"] = money_or_none(critical.terms.cap)
        answer["zero_claim_bonus_used"] = critical.bonus_used
        answer["fraud_cleared"] = critical.fraud_cleared
    if not any(isinstance(layer, Unknown) for layer in layers):
        answer["amounts"]["fund_pay_sumamt"] = money(known_funds(layers))
        if hospital is not None:
            answer["amounts"]["psn_part_amt"] = money(bill.total - known_funds(layers) - hospital)
    if not missing:
        complete(answer, bill, totals, layers, hospital)
    return answer


def complete(
    answer: dict[str, Any], bill: Bill, totals: Totals, layers: Layers, hospital: Fraction | None
) -> None:
    """Add the items of the patient's part and the totals afterwards, which need every figure."""
    basic, critical, assistance = layers
    assert isinstance(basic, Basic)
    assert isinstance(critical, Critical)
    assert isinstance(assistance, Assistance)
    assert hospital is not None
    assert bill.elsewhere is not None
    answer["patient_parts"] = {
        "out_of_catalogue": money(bill.out_of_catalogue),
        "over_price_limit": money(bill.over_price_limit),
        "category_b": money(bill.category_b),
        "elsewhere": money(bill.elsewhere),
        "not_covered": money(basic.not_covered),
        "deductible": money(basic.deductible),
        "coinsurance": money(basic.coinsurance),
        "over_annual_limit": money(basic.over_limit),
        "critical_illness": money(-critical.fund),
        "assistance": money(-assistance.fund),
        "hospital": money(-hospital),
    }
    answer["year_to_date"] = totals_after(bill, totals, basic, critical, assistance).write()


def totals_after(
    bill: Bill, totals: Totals, basic: Basic, critical: Critical, assistance: Assistance
) -> Totals:
    """Return the year's totals once this bill is settled."""
    if bill.benefit == "common_outpatient":
        return replace(
            totals,
            common_outpatient_paid=totals.common_outpatient_paid + basic.fund,
            common_outpatient_deductible=totals.common_outpatient_deductible + basic.deductible,
        )
    visit = (basic.counted, basic.fund, basic.deductible)
    if bill.benefit == "chronic_outpatient":
        disease = str(bill.request["disease"])
        now = totals.chronic.get(disease, Disease()).plus(*visit)
        return replace(totals, chronic={**totals.chronic, disease: now})
    if bill.special_disease is not None:
        now = totals.special.get(bill.special_disease, Disease()).plus(*visit)
        totals = replace(totals, special={**totals.special, bill.special_disease: now})
    inpatient = bill.benefit == "inpatient"
    level_deductible = ZERO if inpatient or basic.own_deductible else basic.deductible
    return replace(
        totals,
        admissions=totals.admissions + (inpatient and not bill.chain_is_one_stay),
        in_scope=totals.in_scope + basic.cost,
        basic_paid=totals.basic_paid + basic.fund,
        special_outpatient_deductible=totals.special_outpatient_deductible + level_deductible,
        critical_burden=totals.critical_burden + critical.burden,
        critical_paid=totals.critical_paid + critical.fund,
        assistance_deductible=totals.assistance_deductible + assistance.deductible,
        assistance_paid=totals.assistance_paid + assistance.fund,
    )
