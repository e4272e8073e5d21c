"""Where a patient's year stands: a bar for each axis, and what is left to the next edge."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.claim import Claim, YearToDate
from core.money import grouped
from core.policy.terms import ChronicTerms, CommonTerms, CriticalTerms, PooledTerms
from core.settlement import Settlement
from core.vocabulary import BandAxis, Benefit, Payer
from core.words import Words
from desktop.presenters.states import Mark, YearBar

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.policy.select import Policy

_YUAN = 100


def bars(policy: "Policy", claim: Claim, settlement: Settlement, words: Words) -> tuple[YearBar, ...]:
    """The year's bars of the chosen benefit. Empty where a figure is missing."""
    after, before = settlement.year_to_date, claim.year_to_date
    if after is None:
        return ()
    if claim.benefit.pooled:
        return _pooled(policy, claim, settlement, before, after, words)
    if claim.benefit is Benefit.COMMON_OUTPATIENT:
        return _common(policy, claim, before, after, words)
    return _chronic(policy, claim, before, after, words)


def _bar(
    words: Words, name: str, payer: str, before: int, after: int, whole: int, marks: tuple[Mark, ...] = ()
) -> YearBar:
    left = max(0, whole - after)
    text = words.text("window.year.left", amount=grouped(left)) if left else words.text("window.year.full")
    label = words.text(f"window.year.{name}")
    whole_text = words.text(
        "window.year.spoken",
        label=label,
        before=grouped(before),
        now=grouped(after - before),
        whole=grouped(whole),
    )
    return YearBar(label, payer, before, after - before, whole, marks, text, whole_text)


def _pooled_terms(policy: "Policy", claim: Claim) -> PooledTerms | None:
    if claim.basic_settlement is not None:
        return None
    found = policy.pooled(
        claim.discharged,
        claim.benefit,
        claim.level,
        claim.transfer,
        claim.major_disease,
        claim.special_disease,
    )
    return found if isinstance(found, PooledTerms) else None


def _critical_terms(policy: "Policy", claim: Claim) -> CriticalTerms | None:
    if not claim.benefit.pooled:
        return None
    found = policy.critical(claim.discharged, claim.benefit, claim.population, claim.specific_item)
    return found if isinstance(found, CriticalTerms) else None


def _pooled(
    policy: "Policy",
    claim: Claim,
    settlement: Settlement,
    before: YearToDate,
    after: YearToDate,
    words: Words,
) -> tuple[YearBar, ...]:
    found = []
    terms = _pooled_terms(policy, claim)
    if terms:
        found.append(
            _bar(words, "basic", Payer.BASIC, before.basic_paid, after.basic_paid, terms.annual_limit)
        )
    critical, outcome = _critical_terms(policy, claim), settlement.critical
    if critical and outcome:
        burden = before.critical_burden, after.critical_burden
        found.append(_bar(words, "critical_deductible", Payer.PATIENT, *burden, outcome.deductible))
        if outcome.cap is not None:
            paid = before.critical_paid, after.critical_paid
            found.append(_bar(words, "critical", Payer.CRITICAL_ILLNESS, *paid, outcome.cap))
    if terms and terms.axis is BandAxis.ANNUAL_COST:
        edges = [band.upper for band in terms.bands if band.upper is not None]
        if edges:
            whole = max(edges[-1] * 3 // 2, after.in_scope)
            marks = tuple(Mark(edge, f"{edge // _YUAN:,}") for edge in edges)
            bar = _bar(words, "cost", "", before.in_scope, after.in_scope, whole, marks)
            found.append(bar._replace(text=grouped(after.in_scope)))
    return tuple(found)


def _common(
    policy: "Policy", claim: Claim, before: YearToDate, after: YearToDate, words: Words
) -> tuple[YearBar, ...]:
    terms = policy.common(claim.discharged, claim.level, claim.two_disease_drugs)
    if not isinstance(terms, CommonTerms):
        return ()
    own = before.common_outpatient_paid, after.common_outpatient_paid
    both = before.outpatient_paid, after.outpatient_paid
    return (
        _bar(words, "common", Payer.BASIC, *own, terms.annual_limit),
        _bar(words, "outpatient", Payer.BASIC, *both, terms.combined_limit),
    )


def _chronic(
    policy: "Policy", claim: Claim, before: YearToDate, after: YearToDate, words: Words
) -> tuple[YearBar, ...]:
    disease = claim.disease or 1
    terms = policy.chronic(claim.discharged, disease, claim.disease_rank)
    if not isinstance(terms, ChronicTerms):
        return ()
    was, is_ = before.chronic.get(disease), after.chronic.get(disease)
    own = was.paid if was else 0, is_.paid if is_ else 0
    both = before.outpatient_paid, after.outpatient_paid
    return (
        _bar(words, "chronic", Payer.BASIC, *own, terms.fund_limit),
        _bar(words, "outpatient", Payer.BASIC, *both, terms.combined_limit),
    )


def standing(worked: "Sequence[WorkedOut]", totals: YearToDate, words: Words) -> tuple[YearBar, ...]:
    """The year's bars as they stand, by the terms of settled visits; the first with a bar gives it."""
    found: dict[str, YearBar] = {}
    for claim, policy, settlement in worked:
        then = replace(claim, year_to_date=totals)
        for bar in bars(policy, then, replace(settlement, year_to_date=totals), words):
            found.setdefault(bar.label, bar)
    return tuple(found.values())


def next_line(policy: "Policy", claim: Claim, settlement: Settlement, words: Words) -> str:
    """How far the year stands from the next band, the deductible and the limits, in one line."""
    from core.outlook import ahead  # what it needs is loaded with the counter

    return " · ".join(words(said) for said in ahead(policy, claim, settlement))


def totals_line(year: int, totals: YearToDate, words: Words) -> str:
    """A year's totals in one line, before anything is worked out."""
    if totals == YearToDate():
        return words.text("window.year.none", year=str(year))
    return words.text(
        "window.year.line",
        year=str(year),
        admissions=totals.admissions,
        basic=grouped(totals.basic_paid + totals.outpatient_paid),
        critical=grouped(totals.critical_paid),
    )
