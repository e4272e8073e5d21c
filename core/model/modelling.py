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
from core.model.solve import Solved, path_fault, solve
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
    plan = _plan(source, asked, documents)
    if asked.solve and plan is None:
        return [Fault("budget", message("model.fault.no_budget"))]
    wrong = path_fault(source, asked.solve, asked.year) if asked.solve else None
    if wrong is not None:
        return [wrong]
    try:
        tallies = tally(source, runs, asked.year, watch)
        months = asked.months
        if months is None:
            months = plans.months_known(tallies.runs[0].days.sum(axis=(0, 2)), asked.year)
        given = Given(asked.year, source.people, plan, asked.carried, months, asked.last_year)
        names = [name_of(scenario) for scenario in asked.scenarios]
        year = fund_year(tallies, names, given, source.policies.regions, source.hospitals, documents)
        solved = None
        if asked.solve and plan is not None:
            found = solve(source, asked.solve, plan.budget, asked.year, watch)
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


def _plan(source: ClaimSource, asked: YearAsked, documents: Documents) -> Plan | None:
    """Return the budget that is stated, else the plan of the sum per head."""
    if asked.plan is not None:
        return asked.plan
    plan = plan_of(documents, asked.year, source.people)
    if asked.budget is None:
        return plan
    whole = plans.twelfths(asked.budget)
    return Plan(whole, whole, stated=True) if plan is None else plans.spending(plan, asked.budget)
