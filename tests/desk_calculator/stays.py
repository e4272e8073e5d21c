"""Inpatient care, special outpatient care, day surgery and cases by price, redone from their lines."""

from __future__ import annotations

from typing import NamedTuple

from tests.desk_calculator.lines import CannotRedo, Line, share
from tests.desk_calculator.page import Page, along_cost, along_fund, hold, multiplied, over, same

LIMITS = ("step.annual_limit", "step.before.annual_limit")
DISEASE_LIMITS = ("step.over_disease_limit", "step.before.over_disease_limit")
DEDUCTIBLES = tuple(
    f"step.deductible.{kind}" for kind in ("inpatient", "of_visit", "of_year", "counted_on", "transfer_down")
)


class Basic(NamedTuple):
    """What basic insurance comes to (fen). ``cost`` is what the later layers go by."""

    deductible: int
    paid: int
    cost: int
    hospital: int | None = None


def redo(page: Page, bill: dict[str, int], in_scope: int | None) -> Basic:
    """Redo the lines of the first layer. ``bill`` is what the clerk typed (fen)."""
    given = page.take("step.elsewhere_deductible")
    if given is not None:
        paid = page.need("step.elsewhere_paid")
        deductible = hold(given, bill["given_deductible"])
        return Basic(deductible, hold(paid, bill["given_paid"]), in_scope or 0)
    if in_scope is None:
        raise CannotRedo(f"{page.stage}: without the cost in scope")
    raised = raised_limit(page)
    if price := page.take("step.case_price"):
        return _case(page, price, raised, bill)
    beyond = page.take("step.beyond_cost_limit")
    countable = in_scope
    if beyond:
        countable = max(0, beyond.fen("limit") - beyond.fen("before"))
        hold(beyond, in_scope - countable)
    line = page.need(*DEDUCTIBLES)
    deductible = hold(line, min(countable, _due(line, bill)))
    if axis := page.take("step.axis_fund"):
        by_bands = along_fund(page, countable - deductible, axis.fen("before"))
    else:
        before = page.take("step.axis_cost")
        start = before.fen("before") if before else 0
        by_bands = along_cost(page, start + deductible, start + countable)
    if disease := page.take(*DISEASE_LIMITS):
        left = by_bands - over(disease, by_bands)
    else:
        limit = page.take(*LIMITS)
        _no_limit_but_raised(limit, raised)
        left = by_bands - over(limit, by_bands, raised if limit else None)
    return Basic(deductible, hold(page.need("step.basic_paid"), left), in_scope)


def _due(line: Line, bill: dict[str, int]) -> int:
    """Return the deductible that is due, by the operands of its line."""
    if line.kind.endswith("transfer_down"):
        return 0
    if line.kind.endswith("of_year"):
        return max(0, line.fen("figure") - line.fen("used"))
    if line.kind.endswith("counted_on"):
        same(line.text, line.fen("paid"), bill["chain_paid"])
        same(line.text, line.fen("due"), max(0, line.fen("figure") - line.fen("paid")))
    return line.fen("due")


def _no_limit_but_raised(limit: Line | None, raised: int | None) -> None:
    if limit is None and raised is not None:
        return  # a raised limit that holds everything: its lines say so
    if limit is not None and raised is not None and limit.fen("limit") != raised:
        raise CannotRedo(f"{limit.text!r} has another limit than {raised}")


def unused_common(page: Page) -> int | None:
    """Redo what is unused of the common limit, where it is printed."""
    carried = page.take("step.common_limit_with")
    limit = with_carried(carried) if carried else None
    line = page.take("step.unused_common")
    if line is None:
        return None
    if limit is not None:
        same(line.text, line.fen("limit"), limit)
    return hold(line, max(0, line.fen("limit") - line.fen("paid")))


def with_carried(line: Line) -> int:
    """Redo the common limit with last year's unused share."""
    return hold(line, line.fen("limit") + share(line.fen("carried"), line.rate()))


def raised_limit(page: Page) -> int | None:
    """Redo the pooled limit that unused outpatient limits raise, where it is printed."""
    common = unused_common(page)
    if common is None:
        return None
    diseases = 0
    while line := page.take("step.unused_disease"):
        diseases += hold(line, max(0, line.fen("limit") - line.fen("paid")))
    line = page.need("step.pooled_limit_with")
    same(line.text, line.fen("common"), common)
    same(line.text, line.fen("diseases"), diseases)
    return hold(line, line.fen("limit") + common + diseases)


def _case(page: Page, price: Line, raised: int | None, bill: dict[str, int]) -> Basic:
    """Redo a case that is paid by its price."""
    billed = bill["total"] - bill["elsewhere"]
    cost = hold(price, min(price.fen("price"), billed))
    hospital = 0
    if billed > cost:
        hospital = hold(page.need("step.case_hospital"), billed - cost)
    rate = page.need("step.rate")
    same(rate.text, rate.fen("base"), cost)
    left, deductible = multiplied(rate), 0
    if line := page.take(*DEDUCTIBLES):
        deductible = hold(line, min(left, _due(line, bill)))
    limit = page.take(*LIMITS)
    left -= deductible
    left -= over(limit, left, raised if limit else None)
    paid = hold(page.need("step.basic_paid"), left)
    return Basic(deductible, paid, cost, hospital)
