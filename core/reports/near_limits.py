"""Who has used how much of a yearly limit: of the fund, critical illness, outpatient care, assistance."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from core.counter import Counter
from core.layers.basic import raised_by
from core.ledger.booked import YearStood
from core.money import share
from core.policy.select import Policy
from core.policy.terms import ChronicTerms, CommonTerms, CriticalTerms, PooledTerms
from core.reports.report_cells import Fen, ReportCell, Word
from core.reports.report_form import ReportForm
from core.rules.outpatient import common_left
from core.vocabulary import Benefit, CapOn, Level, Population, Transfer

_WHOLE: Final = 100


class _Limit(NamedTuple):
    """A limit (fen), what of it is used, and the disease that it is for (0: none)."""

    name: str
    used: int
    allowed: int
    disease: int = 0


def near_limits(
    counter: Counter, form: ReportForm, years: list[YearStood], percent: int
) -> tuple[list[list[ReportCell]], list[str]]:
    """Return a row for each limit of which somebody has used a share (percent) or more, the fullest first.

    With it goes the key of each row's person.
    """
    found: list[tuple[YearStood, _Limit]] = []
    for year in years:
        policy = counter.policy(year.region, date.fromisoformat(year.day)) if year.benefit else None
        if policy is not None:
            found += [(year, limit) for limit in _limits(policy, year) if _is_near(limit, percent)]
    found.sort(key=lambda each: (-each[1].used * _WHOLE // each[1].allowed, each[0].patient, each[1].name))
    rows = [[_cells(year, limit)[column.show] for column in form.columns] for year, limit in found]
    return rows, [year.patient for year, _ in found]


def _is_near(limit: _Limit, percent: int) -> bool:
    return limit.used > 0 and limit.allowed > 0 and limit.used * _WHOLE >= percent * limit.allowed


def _cells(year: YearStood, limit: _Limit) -> dict[str, ReportCell]:
    return {
        "name": year.name,
        "id": year.id,
        "region": year.region,
        "limit": Word("limit", limit.name),
        "disease": limit.disease or None,
        "used": Fen(limit.used),
        "allowed": Fen(limit.allowed),
        "left": Fen(max(0, limit.allowed - limit.used)),
        "percent": limit.used * _WHOLE // limit.allowed,
        "as_of": year.day,
    }


def _limits(policy: Policy, year: YearStood) -> Iterator[_Limit]:
    """Yield the limits of a person's year. One that no document or pack states is left out."""
    day, totals = date.fromisoformat(year.day), year.totals
    level, population = Level(year.level), Population(year.category)
    benefit = Benefit(year.benefit)
    pooled = policy.pooled(day, Benefit.INPATIENT, level, Transfer.NONE, False, None)
    if isinstance(pooled, PooledTerms):
        yield _Limit("pooled", totals.basic_paid, pooled.annual_limit + raised_by(pooled.carry_over, totals))
    critical = policy.critical(day, benefit if benefit.pooled else Benefit.INPATIENT, population, False)
    if isinstance(critical, CriticalTerms):
        cap = critical.cap if year.cap is None else year.cap
        used = totals.critical_burden if critical.cap_on is CapOn.COST else totals.critical_paid
        if cap is not None:
            yield _Limit("critical", used, cap)
    common = policy.common(day, level, False)
    if isinstance(common, CommonTerms):
        allowed = common.annual_limit + share(totals.carried_common, common.next_year_rate)
        yield _Limit("common", totals.common_outpatient_paid, allowed)
    combined = common.combined_limit if isinstance(common, CommonTerms) else 0
    for disease, of_disease in totals.chronic.items():
        chronic = policy.chronic(day, disease, 1)
        if isinstance(chronic, ChronicTerms):
            combined = chronic.combined_limit
            yield _Limit(
                "disease", of_disease.paid, chronic.fund_limit + common_left(chronic, totals), disease
            )
    yield _Limit("combined", totals.outpatient_paid, combined)
    assistance = policy.assistance(population)
    if assistance is not None and assistance.annual_limit is not None:
        yield _Limit("assistance", totals.assistance_paid, assistance.annual_limit)
