"""Medical assistance, the third layer (settlement, sections 7 and 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.reference.amounts import ZERO, number, what_is_left
from tests.reference.bands import Bands, flat, paid_by, read_bands, rows_along_payments
from tests.reference.bill import Bill
from tests.reference.layers import Assistance, Basic, Critical, Unknown
from tests.reference.totals import Totals


def bands_of(bill: Bill, totals: Totals, table: Mapping[str, Any]) -> Bands | None:
    """Return the bands along which this stay is paid, or None where the table does not list the category."""
    bands, percent = table.get("bands", {}), table.get("percent", {})
    if bill.population not in bands and bill.population not in percent:
        return None
    later = table.get("later_stays_percent", {})
    if bill.population in later and bill.benefit == "inpatient" and bill.stays_before(totals.admissions):
        return flat(number(later[bill.population]))
    if bill.population in bands:
        return read_bands(bands[bill.population])
    return flat(number(percent[bill.population]))


def medical_assistance(
    bill: Bill, totals: Totals, basic: Basic | Unknown, critical: Critical | Unknown
) -> Assistance | Unknown:
    """Settle the assistance layer."""
    table = bill.settings("medical_assistance")
    bands = bands_of(bill, totals, table) if bill.pooled else None
    if bands is None:
        return Assistance()
    if isinstance(basic, Unknown) or isinstance(critical, Unknown) or bill.in_scope is None:
        return Unknown()
    base = max(ZERO, basic.cost - basic.fund - critical.fund)
    stated = number(table.get("deductible", {}).get(bill.population, 0))
    deductible = min(base, what_is_left(stated, totals.assistance_deductible))
    fund = paid_by(rows_along_payments(base - deductible, totals.assistance_paid, bands))
    limits = table.get("annual_limit", {})
    if bill.population in limits:
        fund = min(fund, what_is_left(number(limits[bill.population]), totals.assistance_paid))
    return Assistance(fund, deductible)
