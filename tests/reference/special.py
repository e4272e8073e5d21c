"""Special outpatient care and day surgery (settlement, sections 3 and 10; 2019-21, two, (one), 3)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.reference.amounts import number, what_is_left
from tests.reference.bands import flat, left_by, paid_by, rows_along_cost
from tests.reference.bill import Bill, by_level
from tests.reference.carry_over import pooled_limit
from tests.reference.inpatient import rows_of_level
from tests.reference.layers import Basic, Unknown, names_of
from tests.reference.totals import Disease, Totals

PHENYLKETONURIA = "41"  # it follows a document that is not on file


def disease_table(bill: Bill) -> Mapping[str, Any]:
    """Return what the region states for the disease of the visit, empty where it states nothing."""
    if bill.special_disease is None:
        return {}
    return bill.settings("special_outpatient", "disease", bill.special_disease)


def without_a_rule(bill: Bill) -> tuple[str, ...]:
    """Return the name of the document that a disease waits for."""
    if bill.special_disease == PHENYLKETONURIA and "percent" not in disease_table(bill):
        return ("special_outpatient.disease_41",)
    return ()


def special_deductible(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """Return the deductible due: the disease's own or the level's, once a year or at each visit."""
    own = disease_table(bill).get("deductible")
    if own is not None:
        stated, used = number(own), so_far(bill, totals).deductible
    else:
        table = bill.settings("special_outpatient", "deductible")
        level = by_level(table, bill.level)
        if level not in table:
            return Unknown((f"special_outpatient.deductible.{level}",))
        stated, used = number(table[level]), totals.special_outpatient_deductible
    if bill.settings("special_outpatient").get("deductible_period", "year") == "year":
        return what_is_left(stated, used)
    return stated


def so_far(bill: Bill, totals: Totals) -> Disease:
    """Return the year's totals of the visit's disease before this visit."""
    return totals.special.get(bill.special_disease or "", Disease())


def special(bill: Bill, totals: Totals) -> Basic | Unknown:
    """Settle a special outpatient visit or day surgery."""
    if missing := without_a_rule(bill):
        return Unknown(missing)
    due, limit = special_deductible(bill, totals), pooled_limit(bill, totals)
    if isinstance(due, Unknown) or isinstance(limit, Unknown) or bill.in_scope is None:
        return Unknown(names_of(due, limit))
    stated, before = disease_table(bill), so_far(bill, totals)

    countable = bill.in_scope
    if "cost_limit" in stated:
        countable = min(countable, what_is_left(number(stated["cost_limit"]), before.in_scope))
    deductible = min(countable, due)
    if "percent" in stated:
        rows = rows_along_cost(deductible, countable, flat(number(stated["percent"])))
    else:
        rows = rows_of_level(bill, totals, deductible, countable)
    fund = min(paid_by(rows), what_is_left(limit, totals.basic_paid))
    if "annual_limit" in stated:
        fund = min(fund, what_is_left(number(stated["annual_limit"]), before.paid))
    return Basic(
        bill.in_scope,
        deductible,
        fund,
        rows,
        left_by(rows),
        not_covered=bill.in_scope - countable,
        over_limit=paid_by(rows) - fund,
        counted=countable,
        own_deductible="deductible" in stated,
    )
