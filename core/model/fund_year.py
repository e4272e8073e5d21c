"""A fund's year: what came of its claims beside its plan, the colours of the warning, its scenarios."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from core.model import plan as plans
from core.model.plan import MONTHS, Outlook, Plan, SpendingLead
from core.model.tally import (
    AMOUNTS,
    BASIC,
    CRITICAL,
    IN_SCOPE,
    PATIENT,
    SHAPE,
    TOTAL,
    Sums,
    Tallies,
    Tally,
    months_of,
)
from core.money import ONE_PERCENT
from core.policy.funding import CriticalFunding, EarlyWarning, InpatientTarget
from core.policy.in_force import Documents, InForce
from core.vocabulary import Benefit, Level, Population

_LEVEL, _CATEGORY, _SIZE, _BENEFIT = range(4)
_INPATIENT: Final = list(Benefit).index(Benefit.INPATIENT)


class FundSums(NamedTuple):
    """What some claims come to (fen)."""

    basic: int
    critical: int
    assistance: int
    patient: int
    total: int
    in_scope: int


class MonthLine(NamedTuple):
    """A month: the plan (fen, None: there is none), what claims came to and how spending stands.

    ``amounts`` None: the month has no figures yet.
    """

    month: int
    income: int | None
    planned: int | None
    amounts: FundSums | None
    standing: SpendingLead | None


class GroupLine(NamedTuple):
    """The claims of a level, a category or a size of bill: their number, sums, and what a scenario changes.

    ``gain`` and ``lose`` count claims that leave their patients less, or more, to pay; ``gained`` and
    ``lost`` are by how much together (fen). ``patient_before`` is what patients pay in the first run.
    """

    name: str
    claims: int
    amounts: FundSums
    gain: int
    lose: int
    gained: int
    lost: int
    patient_before: int


class HospitalLine(NamedTuple):
    """A hospital: its claims, those of them outside the region, and their sums."""

    name: str
    claims: int
    elsewhere: int
    amounts: FundSums


class Run(NamedTuple):
    """The year by one set of figures. ``asked`` is the scenario as it was asked for, empty for the first run.

    ``groups`` are the lines by level, by category and by size of bill. ``exhausted_on`` None: what is there
    suffices, or nobody says what is there.
    """

    asked: str
    months: tuple[MonthLine, ...]
    year: FundSums
    exhausted_on: date | None
    average: int | None
    groups: dict[str, tuple[GroupLine, ...]]


class Half(NamedTuple):
    """The figures of the evaluation (2025-12-31, six, (six)) over the first so many months of the year.

    ``helped`` are the people for whom critical illness paid. FundSums are fen, None where nobody states them.
    """

    months: int
    income: int | None
    planned: int | None
    critical: int
    standing: SpendingLead | None
    helped: int


class Given(NamedTuple):
    """What is known of a year beside its claims.

    ``people`` are the insured (None: nobody says). ``plan`` None: neither a budget nor the insured are known.
    ``carried`` (fen) is the surplus of earlier years (None: nobody says). ``months`` is how many months the
    claims are of. ``last_year`` (fen) is last year's funding per head (None: nobody says).
    """

    year: int
    people: int | None
    plan: Plan | None
    carried: int | None = None
    months: int = MONTHS
    last_year: int | None = None


class FundYear(NamedTuple):
    """The whole of it: the first run, the scenarios, and what stands around them.

    ``warning``, ``funding`` and ``target`` are the documents' figures (None: none is in force that year).
    ``moves_to`` (fen) is the income by the share that the sum per head moves to.
    """

    given: Given
    regions: tuple[str, ...]
    claims: int
    first: Run
    scenarios: tuple[Run, ...]
    hospitals: tuple[HospitalLine, ...]
    halves: tuple[Half, ...]
    outlook: Outlook | None
    warning: InForce[EarlyWarning] | None
    funding: InForce[CriticalFunding] | None
    target: InForce[InpatientTarget] | None
    moves_to: int | None


def plan_of(documents: Documents, year: int, people: int | None) -> Plan | None:
    """Return the plan of a year by the sum per head that is in force, None where nobody can say."""
    funding = documents.in_force("critical_funding", date(year, 12, 31))
    return None if funding is None or people is None else plans.funded(funding.section, people)


def fund_year(
    tallies: Tallies,
    asked: Sequence[str],
    given: Given,
    regions: Sequence[str],
    hospitals: Sequence[str],
    documents: Documents,
) -> FundYear:
    """Return a year from the sums of its runs. ``asked`` are the scenarios behind the first run."""
    last = date(given.year, 12, 31)
    warning, funding, target = (
        documents.in_force(section, last)
        for section in ("early_warning", "critical_funding", "inpatient_target")
    )
    first, *others = (
        _run(name, each, tallies, given, warning)
        for name, each in zip(("", *asked), tallies.runs, strict=True)
    )
    spent = [line.amounts.critical for line in first.months if line.amounts is not None]
    moves_to = None
    if funding is not None and given.last_year is not None and given.people is not None:
        moves_to = plans.moved_to(funding.section, given.last_year, given.people)
    return FundYear(
        given,
        tuple(regions),
        tallies.claims,
        first,
        tuple(others),
        _hospitals(tallies, hospitals),
        _halves(given, first, [int(each) for each in tallies.helped]),
        None if given.plan is None else plans.outlook(given.plan, spent),
        warning,
        funding,
        target,
        moves_to,
    )


def _run(
    asked: str, sums: Tally, tallies: Tallies, given: Given, warning: InForce[EarlyWarning] | None
) -> Run:
    months = months_of(sums.days.sum(axis=0), given.year)[: given.months]
    plan = given.plan
    standings: list[SpendingLead | None] = [None] * given.months
    if plan is not None and warning is not None:
        standings = plans.standings(warning.section, plan, [int(month[CRITICAL]) for month in months])
    known = [*map(_amounts, months), *[None] * (MONTHS - given.months)]
    lines = tuple(
        MonthLine(
            at + 1,
            None if plan is None else plan.income[at],
            None if plan is None else plan.planned[at],
            known[at],
            standings[at] if at < given.months else None,
        )
        for at in range(MONTHS)
    )
    exhausted = None
    if plan is not None:
        by_day = [int(day) for day in sums.days.sum(axis=0)[:, CRITICAL]]
        exhausted = plans.exhausted_on(given.year, sum(plan.income) + (given.carried or 0), by_day)
    inpatient = sums.cells[..., _INPATIENT, :].sum(axis=(0, 1, 2, 3))
    return Run(
        asked,
        lines,
        _amounts(sums.days.sum(axis=(0, 1))),
        exhausted,
        rate_of(int(inpatient[BASIC]), int(inpatient[IN_SCOPE])),
        _groups(sums, tallies),
    )


def rate_of(part: int, whole: int) -> int | None:
    """Return a part as a rate, rounded half up to the hundredth of a percent; None of nothing."""
    if not whole:
        return None
    return (2 * part * 10_000 + whole) // (2 * whole) * (ONE_PERCENT // 100)


def _amounts(sums: Sums) -> FundSums:
    return FundSums(*(int(each) for each in sums[: len(AMOUNTS)]))


def _groups(sums: Tally, tallies: Tallies) -> dict[str, tuple[GroupLine, ...]]:
    names = {
        "levels": (_LEVEL, [each.value for each in Level]),
        "categories": (_CATEGORY, [each.value for each in Population]),
        "sizes": (_SIZE, [str(place) for place in range(SHAPE[_SIZE])]),
        "benefits": (_BENEFIT, [each.value for each in Benefit]),
    }
    groups = {}
    for group, (axis, words) in names.items():
        others = tuple(at for at in range(1 + len(SHAPE)) if at != axis + 1)
        counts = tallies.counts.sum(axis=others)
        cells = sums.cells.sum(axis=others)
        changes = sums.changes.sum(axis=others)
        before = tallies.runs[0].cells.sum(axis=others)[:, PATIENT]
        groups[group] = tuple(
            GroupLine(
                word,
                int(counts[at]),
                _amounts(cells[at]),
                gain=int(changes[at, 0]),
                lose=int(changes[at, 1]),
                gained=int(changes[at, 2]),
                lost=int(changes[at, 3]),
                patient_before=int(before[at]),
            )
            for at, word in enumerate(words)
            if counts[at]
        )
    return groups


def _hospitals(tallies: Tallies, names: Sequence[str]) -> tuple[HospitalLine, ...]:
    """Return the hospitals that have claims: those first for which critical illness paid most."""
    sums = tallies.runs[0].hospitals
    lines = [
        HospitalLine(name, int(sums[at][-1]), int(tallies.elsewhere[at]), _amounts(sums[at]))
        for at, name in enumerate(names)
        if sums[at][-1]
    ]
    return tuple(sorted(lines, key=lambda line: (-line.amounts.critical, -line.amounts[TOTAL], line.name)))


def foremost(hospitals: Sequence[HospitalLine], most: int) -> tuple[HospitalLine, ...]:
    """Return the hospitals that are among the first so many by critical illness, or by all spending.

    Both are looked at (2025-12-31, six, (five)); their order stays.
    """
    by_total = sorted(hospitals, key=lambda line: -line.amounts.total)[:most]
    chosen = {line.name for line in (*hospitals[:most], *by_total)}
    return tuple(line for line in hospitals if line.name in chosen)


def _halves(given: Given, run: Run, helped: Sequence[int]) -> tuple[Half, ...]:
    """Return the evaluation's figures of the half year and of the year, as far as its months are known."""
    halves = []
    for months, people in zip((MONTHS // 2, MONTHS), helped, strict=True):
        if months > given.months:
            continue
        lines = run.months[:months]
        plan = given.plan
        halves.append(
            Half(
                months,
                None if plan is None else sum(plan.income[:months]),
                None if plan is None else sum(plan.planned[:months]),
                sum(line.amounts.critical for line in lines if line.amounts is not None),
                lines[-1].standing,
                people,
            )
        )
    return tuple(halves)
