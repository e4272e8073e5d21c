"""Critical illness and medical assistance, redone from their lines."""

from __future__ import annotations

from typing import NamedTuple

from tests.desk_calculator.lines import CannotRedo, share
from tests.desk_calculator.page import Page, along_cost, along_fund, hold, multiplied, over, same
from tests.desk_calculator.stays import LIMITS, Basic

WHOLE = 1_000_000


class Known(NamedTuple):
    """What the clerk typed of the person beside the bill."""

    year: int
    consecutive_years: int
    zero_claim_years: int
    gap_years: int
    fraud_amounts: tuple[int, ...]


class Critical(NamedTuple):
    """What critical illness comes to (fen). ``cap`` None: it has none."""

    paid: int
    deductible: int
    cap: int | None


def critical(page: Page, basic: Basic, category_b: int, known: Known) -> Critical:
    """Redo the lines of critical illness."""
    line = page.need("step.burden", "step.burden_with_b", "step.burden_case")
    same(line.text, int(line.kind == "step.burden_case"), int(basic.hospital is not None))
    burden = hold(line, basic.cost - basic.paid + (category_b if line.kind == "step.burden_with_b" else 0))
    line = page.need("step.burden_year")
    before = line.fen("before")
    hold(line, before + burden)
    deductible = _deductible(page, known)
    origin = deductible if page.take("step.origin_deductible") else 0
    on_cost = page.find("step.cap_on_cost")
    end, cap = before + burden, None
    if on_cost:
        cap = _cap(page, known)
        same(on_cost.text, page.need("step.cap_on_cost").fen("cap"), cap or 0)
        end = min(end, cap or 0)
    by_bands = along_cost(page, max(before, deductible), end, origin)
    if not on_cost:
        cap = _cap(page, known)
    left = by_bands
    if line := page.take("step.over_cap", "step.over_cap_before"):
        paid_before = line.fen("before") if line.operands else 0
        left -= hold(line, by_bands - max(0, (cap or 0) - paid_before))
    return Critical(hold(page.need("step.critical_paid"), left), deductible, cap)


def _deductible(page: Page, known: Known) -> int:
    line = page.need(
        *("step.critical_deductible", "step.critical_deductible_share", "step.critical_deductible_tilted")
    )
    if line.amount is None:
        raise CannotRedo(line.text)
    deductible = line.amount
    if "whole" in line.operands:
        hold(line, share(line.fen("whole"), line.rate()))
    if line.kind != "step.critical_deductible":
        page.need("step.tilt_points")
    incidents = []
    while line := page.take("step.fraud_incident"):
        deductible += hold(line, max(line.fen("amount"), line.fen("least")))
        incidents.append(line.fen("amount"))
    if incidents:
        same("the incidents", hash(tuple(incidents)), hash(known.fraud_amounts))
        hold(page.need("step.deductible_follows"), deductible)
    return deductible


def _cap(page: Page, known: Known) -> int | None:
    """Redo the cap with what moved it."""
    if page.take("step.critical_uncapped"):
        return None
    if line := page.take("step.critical_cap"):
        return line.amount
    original = page.need("step.cap_original").amount or 0
    line = page.need("step.cap_years", "step.cap_years_since", "step.cap_years_counted")
    same(line.text, line.number("years"), known.consecutive_years)
    counted = known.consecutive_years
    if line.kind == "step.cap_years_counted":
        counted = min(counted, max(0, known.year - line.number("since") + 1))
        same(line.text, line.number("counted"), counted)
    beyond = max(0, counted - line.number("over"))
    if line.kind == "step.cap_years_since":
        beyond = min(beyond, max(0, known.year - line.number("since") + 1))
    same(line.text, line.number("beyond"), beyond)
    added = beyond * line.rate("per")
    line = page.need("step.cap_zero_years")
    same(line.text, line.number("years"), known.zero_claim_years)
    added += known.zero_claim_years * line.rate("per")
    if most := page.take("step.cap_most_added"):
        added = min(added, most.rate("most"))
    line = page.need("step.cap_gap_years")
    same(line.text, line.number("years"), known.gap_years)
    less = known.gap_years * line.rate("per")
    if most := page.take("step.cap_most_taken"):
        less = min(less, most.rate("most"))
    line = page.need("step.cap_percent")
    same(line.text, line.rate(), WHOLE + added - less)
    return hold(line, share(original, line.rate()))


def assistance(page: Page, left_in_scope: int) -> int:
    """Redo the lines of medical assistance, and return what it pays."""
    base = hold(page.need("step.assistance_base"), max(0, left_in_scope))
    if line := page.take("step.assistance_deductible_due", "step.assistance_deductible_before"):
        used = line.fen("used") if "used" in line.operands else 0
        base -= hold(line, min(base, max(0, line.fen("figure") - used)))
    if axis := page.take("step.axis_assistance"):
        paid = along_fund(page, base, axis.fen("before"))
    else:
        line = page.need("step.rate")
        same(line.text, line.fen("base"), base)
        paid = multiplied(line)
    paid -= over(page.take(*LIMITS), paid)
    return hold(page.need("step.assistance_paid"), paid)
