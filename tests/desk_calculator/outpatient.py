"""Common and chronic outpatient care, redone from their lines."""

from __future__ import annotations

from tests.desk_calculator.lines import CannotRedo, Line, share
from tests.desk_calculator.page import Page, hold, multiplied, over, same
from tests.desk_calculator.stays import Basic, unused_common, with_carried

WHOLE = 1_000_000
OWN = ("step.over_common_limit", "step.over_disease_limit")
LIMITS = tuple(
    f"step.{before}{name}"
    for before in ("", "before.")
    for name in ("over_common_limit", "over_disease_limit", "over_combined_limit")
)
DEDUCTIBLES = tuple(f"step.deductible.outpatient{kind}" for kind in ("", "_due", "_of_year"))


def redo(page: Page, bill: dict[str, int], in_scope: int | None) -> Basic:
    """Redo the lines of the first layer of an outpatient visit."""
    if outside := page.take("step.not_covered"):
        if in_scope is not None:
            hold(outside, in_scope)
        return Basic(0, 0, in_scope or 0)
    if in_scope is None:
        raise CannotRedo(f"{page.stage}: without the cost in scope")
    raised = None
    points = None
    if page.stage == "common_outpatient":
        carried = page.take("step.common_limit_with")
        raised = with_carried(carried) if carried else None
        if line := page.take("step.common_rate_from"):
            points = min(WHOLE, line.rate() + line.rate("points"))
        deductible = _deductible(page, in_scope)
        base = in_scope - deductible
    else:
        amount, raised = _amounts(page, bill["disease_rank"])
        deductible, base = _countable(page, in_scope, amount)
    paid = 0
    if base:
        line = page.need("step.rate")
        same(line.text, line.fen("base"), base)
        if points is not None:
            same(line.text, line.rate(), points)
        paid = multiplied(line)
    limit = page.take(*LIMITS)
    own = limit is not None and limit.kind.endswith(("over_common_limit", "over_disease_limit"))
    paid -= over(limit, paid, raised if own else None)
    return Basic(deductible, hold(page.need("step.basic_paid"), paid), in_scope)


def _deductible(page: Page, most: int) -> int:
    line = page.need(*DEDUCTIBLES)
    due = 0
    if line.kind.endswith("_due"):
        due = line.fen("figure")
    elif line.kind.endswith("_of_year"):
        due = max(0, line.fen("figure") - line.fen("used"))
    return hold(line, min(most, due))


def _amounts(page: Page, rank: int) -> tuple[int | None, int | None]:
    """Redo what counts of a chronic disease in a year and the fund's limit, where they are printed."""
    amount = None
    if rank > 1:
        line = page.need("step.further_amount", "step.further_sum")
        amount = line.amount
    if amount is not None and "whole" in line.operands:
        amount = hold(line, share(line.fen("whole"), line.rate()))
    unused = unused_common(page)
    if unused is None:
        return amount, None
    line = page.need("step.amount_raised")
    same(line.text, line.fen("unused"), unused)
    if amount is not None:
        same(line.text, line.fen("amount"), amount)
    rate = line.rate()
    amount = hold(line, line.fen("amount") + (2 * unused * WHOLE + rate) // (2 * rate))
    line = page.need("step.limit_raised")
    same(line.text, line.fen("unused"), unused)
    return amount, hold(line, line.fen("limit") + unused)


def _countable(page: Page, in_scope: int, amount: int | None) -> tuple[int, int]:
    """Redo the deductible and what counts of the cost, in the order in which they are printed."""
    inside = page.take("step.beyond_amount", "step.beyond_amount_before")
    countable = in_scope
    if inside:
        countable = in_scope - hold(inside, in_scope - _left_of(inside, amount))
    deductible = _deductible(page, countable)
    base = countable - deductible
    if outside := page.take("step.beyond_amount_outside"):
        base -= hold(outside, base - _left_of(outside, amount))
    return deductible, base


def _left_of(line: Line, amount: int | None) -> int:
    if amount is not None:
        same(line.text, line.fen("amount"), amount)
    before = line.fen("before") if "before" in line.operands else 0
    return max(0, line.fen("amount") - before)
