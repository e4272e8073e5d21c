"""Where a patient's year stands: a bar for each axis, and what is left to the next edge."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.bands import Band
from core.claim import ChronicTotals, Claim, YearToDate
from core.money import grouped, percent
from core.policy.terms import ChronicTerms, CommonTerms, CriticalTerms, PooledTerms
from core.settlement import Settlement
from core.vocabulary import BandAxis, BandOrigin, Benefit, DeductibleCounts, Payer
from core.words import Words
from desktop.presenters.states import Stretch, YearBar

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.policy.select import Policy


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
    words: Words,
    name: str,
    payer: str,
    part: tuple[int, int],
    stretches: tuple[Stretch, ...],
    text: str = "",
    deducted: int = 0,
) -> YearBar:
    """A bar of the part ``(before, after]`` (fen); without a text of its own it says what it comes to."""
    before, after = part
    text = text or words.text("window.year.sum", amount=grouped(after))
    label = words.text(f"window.year.{name}")
    now = grouped(after - before)
    spoken = words.text("window.year.spoken", label=label, before=grouped(before), now=now, text=text)
    return YearBar(label, payer, before, after - before, stretches, text, spoken, deducted)


def _limit(words: Words, name: str, payer: str, part: tuple[int, int], limit: int) -> YearBar:
    """A bar that ends at a limit, with what is left of it."""
    whole = Stretch(limit, words.text("window.year.limit", amount=_short(limit)))
    return _bar(words, name, payer, part, (whole,), _left(limit - part[1], words))


def _left(fen: int, words: Words) -> str:
    return words.text("window.year.left", amount=grouped(fen)) if fen > 0 else words.text("window.year.full")


def _stretches(bands: "Sequence[Band]", words: Words, deductible: int = 0, origin: int = 0) -> list[Stretch]:
    """The bands beyond the deductible, with their percentages; the first stretch is the deductible."""
    found = []
    if deductible:
        found.append(Stretch(deductible, words.text("window.year.deductible"), _short(deductible)))
    for band in bands:
        upto = None if band.upper is None else band.upper + origin
        if upto is None or upto > deductible:
            rate = words.text("window.year.rate", rate=percent(band.rate))
            found.append(Stretch(upto, rate, "" if upto is None else _short(upto)))
    return found


def _within(stretches: list[Stretch], limit: int, words: Words) -> tuple[Stretch, ...]:
    """The stretches as far as a limit, which is the last edge."""
    inside = [one for one in stretches if one.upto is not None and one.upto < limit]
    last = stretches[len(inside)]
    return (*inside, last._replace(upto=limit, edge=words.text("window.year.limit", amount=_short(limit))))


def _short(fen: int) -> str:
    return grouped(fen).removesuffix(".00")


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
        found += _basic(terms, claim, settlement, before, after, words)
    critical, outcome = _critical_terms(policy, claim), settlement.critical
    if critical and outcome:
        burden = before.critical_burden, after.critical_burden
        origin = outcome.deductible if critical.origin is BandOrigin.DEDUCTIBLE else 0
        edges = _stretches(critical.bands, words, outcome.deductible, origin)
        found.append(_bar(words, "burden", Payer.CRITICAL_ILLNESS, burden, tuple(edges)))
        if outcome.cap is not None:
            paid = before.critical_paid, after.critical_paid
            found.append(_limit(words, "critical", Payer.CRITICAL_ILLNESS, paid, outcome.cap))
    return tuple(found)


def _basic(
    terms: PooledTerms,
    claim: Claim,
    settlement: Settlement,
    before: YearToDate,
    after: YearToDate,
    words: Words,
) -> list[YearBar]:
    """The bands along what they are measured by, and the fund's payment up to its limit."""
    paid = before.basic_paid, after.basic_paid
    bands = _stretches(terms.bands, words)
    if terms.axis is BandAxis.ANNUAL_FUND:
        stretches = _within(bands, terms.annual_limit, words)
        left = _left(terms.annual_limit - after.basic_paid, words)
        return [_bar(words, "basic", Payer.BASIC, paid, stretches, left)]
    name, cost = "cost", (before.in_scope, after.in_scope)
    if terms.axis is BandAxis.ADMISSION_COST:
        name, cost = "admission", (0, claim.in_scope)
    deducted = min(
        settlement.amounts.act_pay_dedc or 0, cost[1] - cost[0]
    )  # nothing is this visit's in a history
    return [
        _bar(words, name, Payer.BASIC, cost, tuple(bands), deducted=deducted),
        _limit(words, "basic", Payer.BASIC, paid, terms.annual_limit),
    ]


def _common(
    policy: "Policy", claim: Claim, before: YearToDate, after: YearToDate, words: Words
) -> tuple[YearBar, ...]:
    terms = policy.common(claim.discharged, claim.level, claim.two_disease_drugs)
    if not isinstance(terms, CommonTerms):
        return ()
    own = before.common_outpatient_paid, after.common_outpatient_paid
    both = before.outpatient_paid, after.outpatient_paid
    return (
        _limit(words, "common", Payer.BASIC, own, terms.annual_limit),
        _limit(words, "outpatient", Payer.BASIC, both, terms.combined_limit),
    )


def _chronic(
    policy: "Policy", claim: Claim, before: YearToDate, after: YearToDate, words: Words
) -> tuple[YearBar, ...]:
    """A disease's amount of the year, with what the fund can still pay of it after every limit."""
    from core.outlook import payable  # what it needs is loaded with the counter

    disease = claim.disease or 1
    terms = policy.chronic(claim.discharged, disease, claim.disease_rank)
    if not isinstance(terms, ChronicTerms):
        return ()
    was, is_ = (year.chronic.get(disease, ChronicTotals()) for year in (before, after))
    both = before.outpatient_paid, after.outpatient_paid
    inside = terms.counts is DeductibleCounts.INSIDE and terms.deductible.yearly
    due = min(terms.deductible.by_admission[0], terms.amount) if inside else 0
    stretches = _stretches((Band(None, terms.rate),), words, due)
    still = payable(policy, claim, after)
    text = words.text("window.year.payable", amount=grouped(still)) if still else _left(0, words)
    amount = was.in_scope, is_.in_scope
    return (
        _bar(words, "chronic", Payer.BASIC, amount, _within(stretches, terms.amount, words), text),
        _limit(words, "outpatient", Payer.BASIC, both, terms.combined_limit),
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
