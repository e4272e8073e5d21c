"""Every line of a settlement redone, and the amounts of the answer found again from them alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.desk_calculator import later, outpatient, stays
from tests.desk_calculator.later import Known
from tests.desk_calculator.lines import CannotRedo, Line, fen, share
from tests.desk_calculator.page import Page, hold, multiplied, same

OUTPATIENT = ("common_outpatient", "chronic_outpatient")


def typed(request: Mapping[str, Any], year: int | None = None) -> tuple[dict[str, int], Known]:
    """Return the bill (fen) and what is known of the person, as the clerk typed them.

    ``year``: another year than the day of discharge's, in which the enrolment stood otherwise.
    """
    given = request.get("basic_settlement", {})
    eligible = fen(str(request["eligible"]))
    bill = {
        "eligible": eligible,
        "total": fen(str(request.get("total", request["eligible"]))),
        "over_limit": fen(str(request.get("over_limit", 0))),
        "category_b": fen(str(request.get("category_b_selfpay", 0))),
        "category_b_amount": fen(str(request.get("category_b_amount", 0))),
        "hospital_part": fen(str(request.get("hospital_part", 0))),
        "chain_paid": fen(str(request.get("transfer", {}).get("deductible_paid", 0))),
        "given_paid": fen(str(given.get("fund_paid", 0))),
        "given_deductible": fen(str(given.get("deductible", 0))),
        "elsewhere": 0,
        "disease_rank": request.get("disease_rank", 1),
    }
    discharged = int(request["discharged"][:4])
    enrolment, year = request.get("enrolment", {}), year or discharged
    most = max(0, year - 2025) if year != discharged else 10**9
    return bill, Known(
        year,
        max(0, enrolment.get("consecutive_years", 0) - max(0, discharged - year)),
        min(enrolment.get("zero_claim_years", 0), most),
        min(enrolment.get("gap_years", 0), most),
        tuple(fen(str(amount)) for amount in enrolment.get("fraud_amounts", ())),
    )


def redo(stages: Mapping[str, list[Line]], bill: dict[str, int], known: Known) -> dict[str, int | None]:
    """Redo every line, and return the amounts that they come to. Raises CannotRedo."""
    pages = {stage: Page(stage, lines) for stage, lines in stages.items()}
    amounts: dict[str, int | None] = dict.fromkeys(
        ("in_scope", "deductible", "basic", "critical", "assistance", "hospital", "patient")
    )
    if "bill" not in pages:
        raise CannotRedo("the bill is not printed")
    in_scope = _bill(pages["bill"], bill)
    amounts["in_scope"] = in_scope
    basic = None
    first = next((page for name, page in pages.items() if name not in AROUND), None)
    if first is not None:
        by_benefit = outpatient.redo if first.stage in OUTPATIENT else stays.redo
        basic = by_benefit(first, bill, in_scope)
        amounts.update(deductible=basic.deductible, basic=basic.paid)
    critical_paid = 0
    if "critical_illness" in pages and basic is not None:
        found = later.critical(pages["critical_illness"], basic, bill["category_b"], known)
        critical_paid = found.paid
        amounts.update(critical=found.paid, critical_deductible=found.deductible, critical_cap=found.cap)
    if "assistance" in pages and basic is not None:
        left = basic.cost - basic.paid - critical_paid
        amounts["assistance"] = later.assistance(pages["assistance"], left)
    if "patient" in pages:
        if basic is None:
            raise CannotRedo("what the patient pays, without what the fund pays")
        funds = basic.paid + critical_paid + (amounts["assistance"] or 0)
        amounts["hospital"] = _hospital(pages["patient"], bill, bill["total"] - funds, basic.hospital)
        patient = pages["patient"].need("step.patient_pays")
        amounts["patient"] = hold(patient, bill["total"] - funds - (amounts["hospital"] or 0))
    for page in pages.values():
        page.end()
    return amounts


AROUND = ("bill", "critical_illness", "assistance", "patient")


def _bill(page: Page, bill: dict[str, int]) -> int | None:
    """Redo the parts of the bill outside insurance, and return the cost in scope if it is known."""
    outside = bill["total"] - bill["eligible"] - bill["over_limit"]
    if outside:
        hold(page.need("step.out_of_catalogue"), outside)
    if bill["over_limit"]:
        hold(page.need("step.over_price_limit"), bill["over_limit"])
    if line := page.take("step.category_b_share"):
        same(line.text, line.fen("amount"), bill["category_b_amount"])
        bill["category_b"] = hold(line, share(line.fen("amount"), line.rate()))
    elif bill["category_b"]:  # a percentage that comes to nothing has no line
        hold(page.need("step.category_b"), bill["category_b"])
    base = bill["eligible"] - bill["category_b"]
    if line := page.take("step.before_elsewhere"):
        hold(line, base)
        return None
    if line := page.take("step.elsewhere_share"):
        same(line.text, line.fen("base"), base)
        bill["elsewhere"] = multiplied(line)
    return hold(page.need("step.in_scope"), base - bill["elsewhere"])


def _hospital(page: Page, bill: dict[str, int], left: int, of_case: int | None) -> int:
    if of_case is not None:
        return of_case
    borne = min(bill["hospital_part"], left)
    return hold(page.need("step.hospital_part"), borne) if borne else 0
