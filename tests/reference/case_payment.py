"""Case payment (settlement, section 10; 2019-21, two, (two), 2)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.reference.amounts import ZERO, number, share, what_is_left
from tests.reference.bands import Row
from tests.reference.bill import Bill
from tests.reference.carry_over import pooled_limit
from tests.reference.inpatient import inpatient_deductible
from tests.reference.layers import Basic, Unknown, names_of
from tests.reference.special import special_deductible
from tests.reference.totals import Totals

CELLS = ("price", "fund_percent", "counts_for_critical", "deductible")


def case_row(bill: Bill, code: str) -> Mapping[str, Any] | None:
    """Return the row of the code and level, or None; a village clinic without its own takes level 1's."""
    rows = {row["level"]: row for row in bill.pack.get("case_payment", []) if row["code"] == code}
    if bill.level == "village_clinic":
        return rows.get("village_clinic", rows.get("level_1"))
    return rows.get(bill.level)


def case_cost(bill: Bill, row: Mapping[str, Any]) -> Fraction | None:
    """Return C, or None while the price or the share elsewhere is missing."""
    if "price" not in row or bill.elsewhere is None:
        return None
    return min(number(row["price"]), bill.total - bill.elsewhere)


def counts_for_critical(bill: Bill, code: str) -> bool | None:
    """Tell from the row if critical illness counts the case; None while nobody says."""
    counts: bool | None = (case_row(bill, code) or {}).get("counts_for_critical")
    return counts


def hospital_bears(bill: Bill, code: str) -> Fraction | None:
    """Return what a case price leaves to the hospital, or None while it is not known."""
    cost = case_cost(bill, case_row(bill, code) or {})
    if cost is None or bill.elsewhere is None:
        return None
    return bill.total - bill.elsewhere - cost


def by_case(bill: Bill, totals: Totals, code: str) -> Basic | Unknown:
    """Settle a stay or visit at the price of its case, which takes the place of what is in scope."""
    row, limit = case_row(bill, code), pooled_limit(bill, totals)
    if row is None:
        return Unknown(names_of(Unknown((f"case_payment.{code}",)), limit))
    empty = Unknown(tuple(f"case_payment.{code}.{cell}" for cell in CELLS if cell not in row))
    due: Fraction | Unknown = ZERO
    if row.get("deductible", False):
        due = (inpatient_deductible if bill.benefit == "inpatient" else special_deductible)(bill, totals)
    cost = case_cost(bill, row)
    missing = names_of(empty, due, limit)
    if missing or cost is None or bill.in_scope is None:
        return Unknown(missing)
    assert isinstance(due, Fraction)
    assert isinstance(limit, Fraction)

    percent = number(row["fund_percent"])
    paid = share(percent, cost)
    deductible = min(paid, due)
    fund = min(paid - deductible, what_is_left(limit, totals.basic_paid))
    return Basic(
        cost,
        deductible,
        fund,
        (Row(cost, percent, paid),) if cost else (),
        coinsurance=cost - paid,
        not_covered=bill.in_scope - cost,
        over_limit=paid - deductible - fund,
    )
