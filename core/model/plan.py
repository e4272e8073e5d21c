"""A year's income and planned spending by month, and what was spent held against them.

Critical illness is paid for out of a sum that is set apart for it (2025-12-31, one), and its spending is held
against the year's budget month by month (2025-12-31, six, (two) and (three)).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from core.money import ONE_PERCENT, WHOLE, share
from core.policy.funding import CriticalFunding, EarlyWarning
from core.rules import fund

MONTHS: Final = 12
MOST_DIGITS: Final = 13
"""The digits before the point that yuan of a fund's year may have: a province's have more than ten."""


class Plan(NamedTuple):
    """Income and planned spending (fen) of each month; ``stated``: a budget says so, nothing was assumed."""

    income: tuple[int, ...]
    planned: tuple[int, ...]
    stated: bool = False

    @property
    def budget(self) -> int:
        """The spending planned for the year (fen)."""
        return sum(self.planned)


def twelfths(whole: int) -> tuple[int, ...]:
    """Return an amount (fen) divided evenly over the months; what is left over falls on the later ones."""
    edges = [whole * month // MONTHS for month in range(MONTHS + 1)]
    return tuple(after - before for before, after in pairwise(edges))


def funded(terms: CriticalFunding, people: int) -> Plan:
    """Return the plan of a year that spends what it takes in, evenly (2025-12-31, one and six, (two)).

    ``people`` are the insured; the income is the document's sum per head for each of them.
    """
    income = twelfths(terms.per_head.yuan * people)
    return Plan(income, income)


def spending(plan: Plan, year: int) -> Plan:
    """Return a plan that spends another sum in the year (fen), evenly; the income stays."""
    return plan._replace(planned=twelfths(year), stated=True)


def moved_to(terms: CriticalFunding, last_year: int, people: int) -> int | None:
    """Return the income (fen) once critical illness has its share of last year's funding per head (fen).

    None where the document names no such share.
    """
    return None if terms.moves_to is None else share(last_year, terms.moves_to.percent) * people


class SpendingLead(NamedTuple):
    """Spending against the plan at the end of a month.

    ``lead`` is how far spending is ahead of the plan, as a rate of the year's budget (below 0: behind it).
    ``colour`` None: no warning.
    """

    lead: int
    colour: str | None


def standings(terms: EarlyWarning, plan: Plan, spent: Sequence[int]) -> list[SpendingLead | None]:
    """Return how spending (fen by month) stands at the end of each month that has any figures.

    None stands for every month where nothing is budgeted: there is nothing to hold spending against.
    """
    if not plan.budget:
        return [None] * len(spent)
    return [
        SpendingLead(lead_of(plan.budget, actual, planned), fund.warning(terms, plan.budget, actual, planned))
        for actual, planned in zip(accumulate(spent), accumulate(plan.planned), strict=False)
    ]


def lead_of(budget: int, spent: int, planned: int) -> int:
    """Return how far spending is ahead of the plan as a rate of the budget (fen, above 0), half up."""
    return (2 * (spent - planned) * WHOLE + budget) // (2 * budget)


def points(lead: int) -> str:
    """Write a rate as points: two decimals at least, four at most, so that no edge is hidden by rounding."""
    whole, rest = divmod(abs(lead), ONE_PERCENT)
    decimals = f"{rest:04d}".rstrip("0").ljust(2, "0")
    return f"{'-' if lead < 0 else ''}{whole}.{decimals}"


def exhausted_on(year: int, available: int, by_day: Sequence[int]) -> date | None:
    """Return the first day on which the spending since 1 January is above what is there (fen).

    ``by_day`` is the spending of each day. None: what is there suffices.
    """
    for day, spent in enumerate(accumulate(by_day)):
        if spent > available:
            return date(year, 1, 1) + timedelta(days=day)
    return None


class Outlook(NamedTuple):
    """What a year would come to (fen) of which some months are known; neither figure is a forecast.

    ``as_planned``: each remaining month spends what is planned for it. ``as_so_far``: each remaining month
    spends as much as the months so far did on average, rounded half up for all of them together.
    """

    months: int
    spent: int
    as_planned: int
    as_so_far: int


def outlook(plan: Plan, spent: Sequence[int]) -> Outlook | None:
    """Return what a year would come to; None where no month is known, or all are."""
    months, so_far = len(spent), sum(spent)
    if not 0 < months < MONTHS:
        return None
    left = MONTHS - months
    more = (2 * so_far * left + months) // (2 * months)
    return Outlook(months, so_far, so_far + sum(plan.planned[months:]), so_far + more)


def months_known(by_day: Sequence[int], year: int) -> int:
    """Return how many months of a year have figures: up to the month of the last day that has any."""
    last = max((day for day, sum_ in enumerate(by_day) if sum_), default=-1)
    return 0 if last < 0 else (date(year, 1, 1) + timedelta(days=last)).month
