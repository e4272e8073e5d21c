"""The eligible cost of a bill, which the platform's tables do not state: it follows from what they do."""

from typing import NamedTuple

from core.messages import Fault, message
from core.money import grouped


class Parts(NamedTuple):
    """A bill and its parts (fen): own pay, over a limit, first share, in scope. None: not stated."""

    total: int | None
    own: int | None
    over: int | None
    first: int | None
    scope: int | None


def eligible_cost(parts: Parts, stated: int | None, first_by_amount: bool) -> int | Fault | None:
    """Return the eligible cost (fen), or why the parts give none; None where it is stated and they agree.

    ``stated`` is the eligible cost where the row has it. ``first_by_amount``: the first share is not an
    amount of the row but a percentage of one. In scope and first share together are the eligible cost, and
    the total less own pay and what lies over a limit is it too: a row in which the two differ contradicts
    itself. A part that is not stated is nothing only where the others make up the total.
    """
    total = parts.total
    rest = (
        None if total is None or parts.own is None or parts.over is None else total - parts.own - parts.over
    )
    if stated is not None:
        return _agreeing(parts, rest, stated)
    if total is None:
        return Fault("total", message("fault.required"))
    if first_by_amount:
        return Fault("eligible", message("fault.required")) if rest is None else rest
    sums = sum(part for part in parts[1:] if part is not None)
    if sums == total:  # all others are nothing
        return (parts.scope or 0) + (parts.first or 0)
    if sums > total or None not in parts:
        return _contradiction(total, sums)
    if parts.first is None:
        return Fault("category_b_selfpay", message("tables.first_share_empty"))
    if parts.scope is None:
        return Fault("eligible", message("tables.scope_empty")) if rest is None else rest
    if parts.own is not None:
        return Fault("over_limit", message("tables.over_limit_empty"))
    return parts.scope + parts.first


def _agreeing(parts: Parts, rest: int | None, stated: int) -> Fault | None:
    """Hold a stated eligible cost against the parts that make one up."""
    if rest is not None and rest != stated:
        return _differing(stated, rest)
    if parts.scope is not None and parts.first is not None and parts.scope + parts.first != stated:
        return _differing(stated, parts.scope + parts.first)
    return None


def _contradiction(total: int, sums: int) -> Fault:
    return Fault("eligible", message("tables.contradiction", total=grouped(total), sums=grouped(sums)))


def _differing(stated: int, parts: int) -> Fault:
    return Fault(
        "eligible", message("tables.eligible_differs", eligible=grouped(stated), parts=grouped(parts))
    )
