"""Inpatient care (settlement, section 2; 2019-21, two, (two), 1 and annex 3)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.amounts import ZERO, number, what_is_left
from tests.reference.bands import Bands, Row, left_by, paid_by, rows_along_cost, rows_along_payments
from tests.reference.bill import Bill, by_level
from tests.reference.carry_over import pooled_limit
from tests.reference.layers import Basic, Unknown, names_of
from tests.reference.totals import Totals

EDGES = (Fraction(30_000), Fraction(60_000))  # annex 3: the same at every level
PERCENTS = {
    "village_clinic": (Fraction(80), Fraction(85), Fraction(90)),
    "level_1": (Fraction(80), Fraction(85), Fraction(90)),
    "level_2": (Fraction(70), Fraction(75), Fraction(80)),
    "level_3": (Fraction(55), Fraction(60), Fraction(65)),
}
PRIMARY = ("village_clinic", "level_1")


def inpatient(bill: Bill, totals: Totals) -> Basic | Unknown:
    """Settle an admission."""
    due, limit = inpatient_deductible(bill, totals), pooled_limit(bill, totals)
    if isinstance(due, Unknown) or isinstance(limit, Unknown) or bill.in_scope is None:
        return Unknown(names_of(due, limit))
    deductible = min(bill.in_scope, due)
    rows = rows_of_level(bill, totals, deductible, bill.in_scope)
    fund = min(paid_by(rows), what_is_left(limit, totals.basic_paid))
    return Basic(bill.in_scope, deductible, fund, rows, left_by(rows), over_limit=paid_by(rows) - fund)


def rows_of_level(bill: Bill, totals: Totals, deductible: Fraction, countable: Fraction) -> tuple[Row, ...]:
    """Pay what counts beyond its deductible along the bands of the hospital's level."""
    axis = bill.settings("inpatient").get("band_axis", "annual_cost")
    bands = Bands(EDGES, PERCENTS[bill.level])
    if axis == "annual_fund":
        return rows_along_payments(countable - deductible, totals.basic_paid, bands)
    start = totals.in_scope if axis == "annual_cost" else ZERO
    return rows_along_cost(start + deductible, start + countable, bands)


def inpatient_deductible(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """Return the deductible due for this admission, after a transfer along the referral chain."""
    if bill.transfer["kind"] == "down" and (
        bill.settings("inpatient").get("transfer_down", "any_level") == "any_level" or bill.level in PRIMARY
    ):
        return ZERO
    table = bill.settings("inpatient", "deductible")
    level = by_level(table, bill.level)
    if not table.get(level):
        return Unknown((f"inpatient.deductible.{level}",))
    figures = table[level]  # for the first, second, third ... admission of the year
    due = number(figures[min(bill.stays_before(totals.admissions), len(figures) - 1)])
    if bill.transfer["kind"] == "up":
        return what_is_left(due, number(bill.transfer["deductible_paid"]))
    return due
