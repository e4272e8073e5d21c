"""Critical illness: what basic insurance leaves, beyond the year's deductible (settlement, section 6)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.amounts import what_is_left
from tests.reference.bands import paid_by, rows_along_cost
from tests.reference.bill import Bill
from tests.reference.case_payment import counts_for_critical
from tests.reference.critical_terms import critical_terms, stated_in
from tests.reference.layers import Basic, Critical, CriticalTerms, Unknown
from tests.reference.totals import Totals


def covers(bill: Bill, year: int) -> bool:
    """Tell if critical illness covers the care, or may do so while a case's row is missing."""
    if not bill.pooled:
        return False
    if year == 2020 and bill.benefit == "special_outpatient" and bill.request.get("specific_item", False):
        return False  # 2019-26, two, (three)
    if bill.benefit != "inpatient" and not stated_in(bill, year).get("covers_special_outpatient", True):
        return False  # 2025-12-31, six, (two)
    code = bill.case_in(year)
    return code is None or counts_for_critical(bill, code) is not False


def critical_illness(bill: Bill, totals: Totals, year: int, basic: Basic | Unknown) -> Critical | Unknown:
    """Settle the critical-illness layer by one year's rules."""
    if not covers(bill, year):
        return Critical()
    terms = critical_terms(bill, year)
    if isinstance(terms, Unknown):
        return terms
    if isinstance(basic, Unknown) or bill.in_scope is None:
        return Unknown()
    burden = basic.cost - basic.fund
    if terms.counts_category_b and bill.case_in(year) is None:
        burden += bill.category_b
    return paid_on(burden, totals, terms)


def paid_on(burden: Fraction, totals: Totals, terms: CriticalTerms) -> Critical:
    """Pay the burden that this care adds to the year's."""
    after = totals.critical_burden + burden
    end = after if terms.cap is None or not terms.cap_on_cost else min(after, terms.cap)
    rows = rows_along_cost(max(totals.critical_burden, terms.deductible), end, terms.bands)
    fund = paid_by(rows)
    if terms.cap is not None and not terms.cap_on_cost:
        fund = min(fund, what_is_left(terms.cap, totals.critical_paid))
    bonus_used = False
    if terms.cap is not None and terms.cap_without_bonus is not None and terms.cap > terms.cap_without_bonus:
        reached = after if terms.cap_on_cost else totals.critical_paid + fund
        bonus_used = reached > terms.cap_without_bonus
    return Critical(fund, burden, rows, terms, bonus_used, fraud_cleared=terms.frauds > 0 and fund > 0)
