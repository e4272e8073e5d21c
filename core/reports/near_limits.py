"""Who has used how much of a yearly limit: of the fund, critical illness, outpatient care, assistance."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from core.counter import Counter
from core.layers.basic import raised_by
from core.ledger.booked import YearStood
from core.ledger.entries import Entry, EntryKind
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
            visits = partial(_visits, counter, year)
            limits = _limits(policy, year, percent, visits)
            found += [(year, limit) for limit in limits if _is_near(limit, percent)]
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


def _visits(counter: Counter, year: YearStood) -> list[Entry]:
    """Return the standing visits of a person's year, the latest first. It is asked of few: it reads each."""
    entries = counter.ledger.journal.entries(year.patient, int(year.day[:4]))
    return [each for each in reversed(entries) if each.kind is EntryKind.POSTED and each.reversed_by is None]


def _limits(
    policy: Policy, year: YearStood, percent: int, visits: Callable[[], list[Entry]]
) -> Iterator[_Limit]:
    """Yield the limits of a person's year. One that no document or pack states is left out.

    They are the year's, whatever the last visit was for and at which level.
    """
    day, totals, population = date.fromisoformat(year.day), year.totals, Population(year.category)
    for level in (Level(year.level), *Level):
        pooled = policy.pooled(day, Benefit.INPATIENT, level, Transfer.NONE, False, None)
        if isinstance(pooled, PooledTerms):
            raised = raised_by(pooled.carry_over, totals)
            yield _Limit("pooled", totals.basic_paid, pooled.annual_limit + raised)
            break
    yield from _critical(policy, year, percent, visits)
    combined = 0
    for level in (Level(year.level), *Level):
        common = policy.common(day, level, True)
        if isinstance(common, CommonTerms):
            combined = common.combined_limit
            allowed = common.annual_limit + share(totals.carried_common, common.next_year_rate)
            yield _Limit("common", totals.common_outpatient_paid, allowed)
            break
    for disease, of_disease in totals.chronic.items():
        chronic = _chronic(policy, year, disease, percent, visits)
        if chronic is not None:
            combined = chronic.combined_limit
            allowed = chronic.fund_limit + common_left(chronic, totals)
            yield _Limit("disease", of_disease.paid, allowed, disease)
    yield _Limit("combined", totals.outpatient_paid, combined)
    assistance = policy.assistance(population)
    if assistance is not None and assistance.annual_limit is not None:
        yield _Limit("assistance", totals.assistance_paid, assistance.annual_limit)


def _critical(
    policy: Policy, year: YearStood, percent: int, visits: Callable[[], list[Entry]]
) -> Iterator[_Limit]:
    """Yield critical illness's limit: the person's own, where a visit of the year was settled by it."""
    totals = year.totals
    terms = policy.critical(date.fromisoformat(year.day), Benefit.INPATIENT, Population(year.category), False)
    if not isinstance(terms, CriticalTerms):
        return
    used = totals.critical_burden if terms.cap_on is CapOn.COST else totals.critical_paid
    cap = terms.cap if year.cap is None else year.cap
    if year.cap is None and cap is not None and 2 * used * _WHOLE >= percent * cap:
        settled = (each.settlement.critical for each in visits() if each.settlement is not None)
        cap = next((outcome.cap for outcome in settled if outcome is not None), cap)
    if cap is not None:
        yield _Limit("critical", used, cap)


def _chronic(
    policy: Policy, year: YearStood, disease: int, percent: int, visits: Callable[[], list[Entry]]
) -> ChronicTerms | None:
    """Return a chronic disease's terms by the rank that the person's last visit for it stated."""
    day = date.fromisoformat(year.day)
    first, further = (policy.chronic(day, disease, rank) for rank in (1, 2))
    if not isinstance(first, ChronicTerms) or not isinstance(further, ChronicTerms):
        return first if isinstance(first, ChronicTerms) else None
    used = year.totals.chronic[disease].paid
    if used * _WHOLE < percent * min(first.fund_limit, further.fund_limit):
        return first
    requests = (each.request for each in visits() if each.request is not None)
    stated = next((one for one in requests if one.get("disease") == disease), {})
    return further if stated.get("disease_rank", 1) > 1 else first
