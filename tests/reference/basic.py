"""The basic layer of a year, by benefit."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.amounts import ZERO, number
from tests.reference.bill import BASIC_FIRST_YEAR, Bill
from tests.reference.case_payment import by_case, hospital_bears
from tests.reference.inpatient import inpatient
from tests.reference.layers import Basic, Unknown
from tests.reference.outpatient import chronic_outpatient, common_outpatient
from tests.reference.special import disease_table, special, without_a_rule
from tests.reference.totals import Totals


def basic_insurance(bill: Bill, totals: Totals, year: int) -> Basic | Unknown:
    """Settle the basic layer by one year's rules."""
    if bill.settled_elsewhere:
        return settled_elsewhere(bill)
    if year < BASIC_FIRST_YEAR:
        return Unknown((f"basic.{year}",))
    if bill.benefit == "common_outpatient":
        return common_outpatient(bill, totals)
    if bill.benefit == "chronic_outpatient":
        return chronic_outpatient(bill, totals)
    if bill.case is not None:
        return by_case(bill, totals, bill.case)
    if bill.paid_by_case:  # the 42 diseases follow a document that is not on file
        return Unknown(("major_disease", *without_a_rule(bill)))
    return inpatient(bill, totals) if bill.benefit == "inpatient" else special(bill, totals)


def settled_elsewhere(bill: Bill) -> Basic:
    """Take over the payment and the deductible of a basic settlement made elsewhere."""
    given = bill.request["basic_settlement"]
    fund, deductible = number(given["fund_paid"]), number(given.get("deductible", 0))
    scope = bill.in_scope or ZERO  # may be unknown: what is given does not depend on it
    return Basic(
        scope,
        deductible,
        fund,
        coinsurance=scope - fund - deductible,
        counted=scope,
        own_deductible="deductible" in disease_table(bill),
    )


def hospital_part(bill: Bill, year: int) -> Fraction | None:
    """Return what the hospital bears: the part given, or what the case price of the year leaves to it."""
    code = bill.case_in(year)
    return number(bill.request.get("hospital_part", 0)) if code is None else hospital_bears(bill, code)
