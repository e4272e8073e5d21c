"""Unused outpatient limits that a region carries over (settlement, section 10; 2019-21, four, (three)).

Nothing is taken from the limit that an unused sum comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.reference.amounts import ZERO, half_up, number, share, what_is_left
from tests.reference.bill import Bill
from tests.reference.layers import Unknown, names_of
from tests.reference.totals import Totals

COMMON_PERCENT = Fraction(50)  # 2019-21, two, (one), 1
CHRONIC_PERCENT = Fraction(60)  # 2019-21, two, (one), 2
CHRONIC_AMOUNTS = {  # 2019-21, annex 1: what counts in a year, by disease
    1: 2400, 2: 3000, 3: 1800, 4: 1800, 5: 2200, 6: 1900, 7: 2000, 8: 2000, 9: 1800,
    10: 1900, 11: 1700, 12: 1600, 13: 2400, 14: 2100, 15: 2500, 16: 1800, 17: 1600, 18: 1900,
}  # fmt: skip
POOLED_LIMIT = Fraction(200_000)  # 2019-21, two, (two), 1


def common_limit(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """Return the common outpatient limit of the year, with the share of last year's unused limit."""
    stated = bill.settings("common_outpatient").get("annual_limit")
    if stated is None:
        return Unknown(("common_outpatient.annual_limit",))
    percent = number(bill.settings("carry_over").get("next_year_percent", 0))
    return number(stated) + share(percent, totals.carried_common)


def common_percent(bill: Bill, totals: Totals) -> Fraction:
    """Return the common outpatient rate, with the points that an unused limit of last year adds."""
    points = number(bill.settings("carry_over").get("next_year_points", 0))
    return min(Fraction(100), COMMON_PERCENT + points) if totals.carried_common > 0 else COMMON_PERCENT


def unused_common(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """Return what the fund has left unused of the common limit so far this year."""
    limit = common_limit(bill, totals)
    return limit if isinstance(limit, Unknown) else what_is_left(limit, totals.common_outpatient_paid)


def carried_to_chronic(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """Return the sum that raises the 60 % limit of a chronic disease."""
    if not bill.settings("carry_over").get("common_to_chronic", False):
        return ZERO
    return unused_common(bill, totals)


def amount_behind(limit: Fraction) -> Fraction:
    """Return the in-scope amount whose 60 % are this sum."""
    return half_up(limit * 100 / CHRONIC_PERCENT)


def chronic_amount(pack: Mapping[str, Any], disease: str) -> Fraction | Unknown:
    """Return a chronic disease's whole amount: annex 1's, or the region's for one of its own."""
    if int(disease) in CHRONIC_AMOUNTS:
        return Fraction(CHRONIC_AMOUNTS[int(disease)])
    for row in pack.get("chronic_outpatient", {}).get("local", []):
        if str(row["number"]) == disease and "amount" in row:
            return number(row["amount"])
    return Unknown((f"chronic_outpatient.local.{disease}",))


def pooled_limit(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """Return the fund's limit over inpatient and special outpatient care, raised by what is unused."""
    if not bill.settings("carry_over").get("outpatient_to_pooled", False):
        return POOLED_LIMIT
    common = unused_common(bill, totals)
    amounts = {disease: chronic_amount(bill.pack, disease) for disease in totals.chronic}
    if missing := names_of(common, *amounts.values()):
        return Unknown(missing)
    assert isinstance(common, Fraction)
    limit = POOLED_LIMIT + common
    for disease, amount in amounts.items():
        assert isinstance(amount, Fraction)
        limit += what_is_left(share(CHRONIC_PERCENT, amount), totals.chronic[disease].paid)
    return limit
