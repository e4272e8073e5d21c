"""Common and chronic outpatient care (settlement, sections 4, 5 and 10; 2019-21, two, (one), 1 and 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from tests.reference.amounts import ZERO, half_up, number, share, what_is_left
from tests.reference.bands import flat, left_by, paid_by, rows_along_cost
from tests.reference.bill import Bill, by_level
from tests.reference.carry_over import (
    CHRONIC_PERCENT,
    amount_behind,
    carried_to_chronic,
    chronic_amount,
    common_limit,
    common_percent,
)
from tests.reference.layers import Basic, Unknown, names_of
from tests.reference.totals import Disease, Totals

VILLAGE_CLINICS_FREE_FROM = date(2020, 8, 1)  # 2020-15, two, (three)
TOGETHER = Fraction(6_500)  # common and chronic outpatient care, 2019-21, two, (one), 2


def common_outpatient(bill: Bill, totals: Totals) -> Basic | Unknown:
    """Settle common outpatient care."""
    two_diseases = bool(bill.request.get("two_disease_drugs", False))
    if bill.level == "level_3" or (bill.level == "level_2" and not two_diseases):
        scope = bill.in_scope or ZERO  # may be unknown: what is paid does not depend on it
        return Basic(scope, not_covered=scope)
    due, limit = common_deductible(bill, totals), common_limit(bill, totals)
    if isinstance(due, Unknown) or isinstance(limit, Unknown) or bill.in_scope is None:
        return Unknown(names_of(due, limit))
    deductible = min(bill.in_scope, due)
    rows = rows_along_cost(deductible, bill.in_scope, flat(common_percent(bill, totals)))
    fund = min(
        paid_by(rows),
        what_is_left(limit, totals.common_outpatient_paid),
        what_is_left(TOGETHER, totals.outpatient_paid()),
    )
    return Basic(bill.in_scope, deductible, fund, rows, left_by(rows), over_limit=paid_by(rows) - fund)


def common_deductible(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """Return the deductible due for the visit, once a year or at each visit."""
    if bill.level == "village_clinic" and bill.visit >= VILLAGE_CLINICS_FREE_FROM:
        return ZERO
    settings = bill.settings("common_outpatient")
    table = settings.get("deductible", {})
    level = by_level(table, bill.level)
    if level not in table:
        return Unknown((f"common_outpatient.deductible.{level}",))
    if settings.get("deductible_period", "year") == "year":
        return what_is_left(number(table[level]), totals.common_outpatient_deductible)
    return number(table[level])


def chronic_deductible(bill: Bill, so_far: Disease) -> Fraction | Unknown:
    """Return what is still due of the disease's deductible this year."""
    stated = bill.settings("chronic_outpatient").get("deductible", {})
    if isinstance(stated, Mapping):
        if not stated:
            return Unknown(("chronic_outpatient.deductible",))
        disease = str(bill.request["disease"])
        if disease not in stated:
            return Unknown((f"chronic_outpatient.deductible.{disease}",))
        stated = stated[disease]
    return what_is_left(number(stated), so_far.deductible)


def amount_of_rank(bill: Bill, whole: Fraction | Unknown) -> Fraction | Unknown:
    """Return the amount that the disease brings as a first, or as a second or later entitlement."""
    if bill.request.get("disease_rank", 1) == 1:
        return whole
    settings = bill.settings("chronic_outpatient")
    rate, amount = settings.get("additional_disease_rate"), settings.get("additional_disease_amount")
    if rate is None and amount is None:
        return Unknown(names_of(whole, Unknown(("chronic_outpatient.additional_disease",))))
    if isinstance(whole, Unknown):
        return whole
    return half_up(whole * number(rate)) if amount is None else number(amount)


def chronic_outpatient(bill: Bill, totals: Totals) -> Basic | Unknown:
    """Settle chronic outpatient care."""
    disease = str(bill.request["disease"])
    so_far = totals.chronic.get(disease, Disease())
    due = chronic_deductible(bill, so_far)
    amount = amount_of_rank(bill, chronic_amount(bill.pack, disease))
    carried = carried_to_chronic(bill, totals)
    missing = names_of(due, amount, carried)
    if missing or bill.in_scope is None:
        return Unknown(missing)
    assert isinstance(due, Fraction)
    assert isinstance(amount, Fraction)
    assert isinstance(carried, Fraction)
    limit = share(CHRONIC_PERCENT, amount) + carried
    amount_left = what_is_left(amount + amount_behind(carried), so_far.in_scope)

    if bill.settings("chronic_outpatient").get("deductible_counts", "inside") == "inside":
        counted = min(bill.in_scope, amount_left)
        deductible = min(counted, due)
        paid_on = counted - deductible
    else:
        deductible = min(bill.in_scope, due)
        counted = min(bill.in_scope - deductible, amount_left)
        paid_on = counted
    rows = rows_along_cost(ZERO, paid_on, flat(CHRONIC_PERCENT))
    fund = min(
        paid_by(rows), what_is_left(limit, so_far.paid), what_is_left(TOGETHER, totals.outpatient_paid())
    )
    return Basic(
        bill.in_scope,
        deductible,
        fund,
        rows,
        left_by(rows),
        not_covered=bill.in_scope - deductible - paid_on,
        over_limit=paid_by(rows) - fund,
        counted=counted,
    )
