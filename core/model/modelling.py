"""A year of a fund from its claims to its answer: the first run, scenarios, the figure that is sought."""

from collections.abc import Sequence
from typing import NamedTuple

from core.messages import Fault, message
from core.model import plan as plans
from core.model.assumptions import Assumptions
from core.model.blocks import ClaimSource
from core.model.columns import ColumnFault, ColumnsRefused
from core.model.fund_year import FundYear, Given, fund_year, plan_of
from core.model.levers import Scenario, name_of, with_levers
from core.model.plan import MONTHS, Plan
from core.model.solve import CRITICAL_FUND, Solved, fund_of, path_fault, solve
from core.model.taken import Claims
from core.model.tally import tally
from core.policy.in_force import Documents
from core.policy.select import Policy
from core.tables.watch import Watch


class YearAsked(NamedTuple):
    """What is asked of a year.

    ``plan`` is a budget by month, ``budget`` (fen) one of the whole year (None: the year spends what it takes
    in). ``carried`` and ``last_year`` (fen) are None where nobody states them. ``solve`` is the path of the
    figure that is sought, empty for none. ``months`` is how many months of the year the claims are of (None:
    as many as have any).
    """

    year: int
    scenarios: tuple[Scenario, ...] = ()
    plan: Plan | None = None
    budget: int | None = None
    solve: str = ""
    carried: int | None = None
    last_year: int | None = None
    months: int | None = MONTHS

    @property
    def last_month(self) -> int:
        """The last month whose claims are taken."""
        return MONTHS if self.months is None else self.months


class Modelled(NamedTuple):
    """A year that was worked out, with what it was worked out from.

    ``solved`` None: nothing was sought. ``assumed`` None: the claims are no drawn ones. ``claims`` None:
    nobody settled them one by one. ``differing`` is how many come to other amounts than they were booked
    with, ``left_out`` how many of Parquet files were not taken: another year's, or refunded ones.
    """

    year: FundYear
    source: ClaimSource
    documents: Documents
    solved: Solved | None = None
    assumed: Assumptions | None = None
    claims: Claims | None = None
    differing: int = 0
    left_out: int = 0

    @property
    def made_up(self) -> bool:
        """True where the figures are of nobody: they follow from assumptions."""
        return self.assumed is not None

    @property
    def lacking(self) -> int:
        """The number of claims that were not taken."""
        return self.left_out if self.claims is None else self.claims.lacking

    @property
    def empty_months(self) -> tuple[int, ...]:
        """The months among those that are known in which nobody was treated; of drawn claims none."""
        months = () if self.made_up else self.year.first.months
        return tuple(line.month for line in months if line.amounts is not None and not line.amounts.total)


def model(
    source: ClaimSource, asked: YearAsked, documents: Documents, watch: Watch
) -> Modelled | list[Fault]:
    """Return a year, or why there is none. Raises Cancelled."""
    runs: list[Sequence[Policy]] = [source.policies.all]
    for scenario in asked.scenarios:
        changed = _changed(source, scenario, asked.year)
        if isinstance(changed, Fault):
            return [changed]
        runs.append(changed)
    plan, budget = _plan_and_budget(source, asked, documents)
    wrong = path_fault(source, asked.solve, asked.year) if asked.solve else None
    if wrong is not None:
        return [wrong]
    if asked.solve and budget is None:
        return [Fault("budget", message("model.fault.no_budget"))]
    try:
        tallies = tally(source, runs, asked.year, watch)
        months = asked.months
        if months is None:
            months = plans.months_known(tallies.runs[0].days.sum(axis=(0, 2)), asked.year)
        given = Given(asked.year, source.people, plan, asked.carried, months, asked.last_year)
        names = [name_of(scenario) for scenario in asked.scenarios]
        year = fund_year(tallies, names, given, source.policies.regions, source.hospitals, documents)
        solved = None
        if asked.solve and budget is not None:
            found = solve(source, asked.solve, budget, asked.year, watch)
            if isinstance(found, Fault):
                return [found]
            solved = found
    except ColumnsRefused as refused:
        return [rows_fault(each) for each in refused.faults]
    return Modelled(year, source, documents, solved, left_out=tallies.left_out)


def rows_fault(fault: ColumnFault) -> Fault:
    """Return what is told of rows that cannot be settled."""
    return Fault(fault.field, message("model.fault.rows", rows=f"{fault.rows:,}", why=fault.message))


def _changed(source: ClaimSource, scenario: Scenario, year: int) -> list[Policy] | Fault:
    policies = []
    for policy in source.policies.all:
        other = with_levers(policy, scenario, year)
        if isinstance(other, Fault):
            return other
        policies.append(other)
    return policies


def _plan_and_budget(
    source: ClaimSource, asked: YearAsked, documents: Documents
) -> tuple[Plan | None, int | None]:
    """Return critical illness's plan, and the budget (fen) of the layer whose figure is sought.

    The plan is the budget that is stated, else that of the sum per head. A budget that is stated where
    another layer's figure is sought is that layer's: critical illness is not held against it.
    """
    per_head = plan_of(documents, asked.year, source.people)
    stated = asked.budget if asked.plan is None else asked.plan.budget
    if asked.solve and fund_of(asked.solve) != CRITICAL_FUND:
        return per_head, stated
    plan = asked.plan or per_head
    if asked.plan is None and asked.budget is not None:
        whole = plans.twelfths(asked.budget)
        stated_alone = Plan(whole, whole, stated=True)
        plan = stated_alone if per_head is None else plans.spending(per_head, asked.budget)
    return plan, None if plan is None else plan.budget
