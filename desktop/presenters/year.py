"""A patient's year as it stands: a bar for each axis, and what is left to the next edge."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from core.bands import Band
from core.claim import ChronicTotals, Claim, YearToDate
from core.money import cost_for, grouped, percent, share
from core.policy.terms import ChronicTerms, CommonTerms, CriticalTerms, PooledTerms
from core.settlement import Settlement
from core.vocabulary import BandAxis, BandOrigin, Benefit, CapOn, DeductibleCounts, Payer
from core.words import Words
from core.words import words as words_of
from desktop.presenters.result_states import Stretch, YearBar

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.policy.select import Policy

_KEPT: Final = 256
"""The divisions of bars that are kept; a year's rules have a few of each kind."""


def bars(policy: "Policy", claim: Claim, settlement: Settlement, words: Words) -> tuple[YearBar, ...]:
    """Return the year's bars of the chosen benefit, none where a figure is missing."""
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
    """Return a bar of the part ``(before, after]`` (fen).

    ``text`` stands beside it, empty for the sum. ``deducted`` (fen) of the part is the patient's own.
    """
    before, after = part
    text = text or words.text("window.year.sum", amount=grouped(after))
    label = words.text(f"window.year.{name}")
    now = grouped(after - before)
    spoken = words.text("window.year.spoken", label=label, before=grouped(before), now=now, text=text)
    return YearBar(label, payer, before, after - before, stretches, text, spoken, deducted)


def _limit(words: Words, name: str, payer: str, part: tuple[int, int], limit: int) -> YearBar:
    """Return a bar that ends at a limit (fen), with what is left of it."""
    whole = Stretch(limit, words.text("window.year.limit", amount=_short(limit)))
    return _bar(words, name, payer, part, (whole,), _left(limit - part[1], words))


def _left(fen: int, words: Words) -> str:
    """Say what is left of a limit (fen), or that nothing is."""
    return words.text("window.year.left", amount=grouped(fen)) if fen > 0 else words.text("window.year.full")


@lru_cache(_KEPT)
def _stretches(
    bands: tuple[Band, ...], language: str, deductible: int = 0, origin: int = 0
) -> tuple[Stretch, ...]:
    """Return the bands beyond the deductible (fen) with their percentages; the deductible comes first.

    ``origin`` (fen): the place from which the bands are counted.
    """
    words, stretches = words_of(language), []
    if deductible:
        stretches.append(Stretch(deductible, words.text("window.year.deductible"), _short(deductible)))
    for band in bands:
        upto = None if band.upper is None else band.upper + origin
        if upto is None or upto > deductible:
            rate = words.text("window.year.rate", rate=percent(band.rate))
            stretches.append(Stretch(upto, rate, "" if upto is None else _short(upto)))
    return tuple(stretches)


def _within(stretches: tuple[Stretch, ...], limit: int, words: Words) -> tuple[Stretch, ...]:
    """Return the stretches as far as a limit (fen), which is the last edge."""
    inside = [one for one in stretches if one.upto is not None and one.upto < limit]
    last = stretches[len(inside)]
    return (*inside, last._replace(upto=limit, edge=words.text("window.year.limit", amount=_short(limit))))


def _short(fen: int) -> str:
    """Return an amount without needless decimals."""
    return grouped(fen).removesuffix(".00")


def _pooled_terms(policy: "Policy", claim: Claim) -> PooledTerms | None:
    """Return basic insurance's terms, None where it is settled elsewhere or a figure is missing."""
    if claim.basic_settlement is not None:
        return None
    terms = policy.pooled(
        claim.discharged,
        claim.benefit,
        claim.level,
        claim.transfer,
        claim.major_disease,
        claim.special_disease,
    )
    return terms if isinstance(terms, PooledTerms) else None


def _critical_terms(policy: "Policy", claim: Claim) -> CriticalTerms | None:
    """Return critical illness's terms, None where it pays nothing or a figure is missing."""
    if not claim.benefit.pooled:
        return None
    terms = policy.critical(claim.discharged, claim.benefit, claim.population, claim.specific_item)
    return terms if isinstance(terms, CriticalTerms) else None


def _pooled(
    policy: "Policy",
    claim: Claim,
    settlement: Settlement,
    before: YearToDate,
    after: YearToDate,
    words: Words,
) -> tuple[YearBar, ...]:
    """Return the bars of inpatient and special outpatient care."""
    bars: list[YearBar] = []
    terms = _pooled_terms(policy, claim)
    if terms:
        bars += _basic(terms, claim, settlement, before, after, words)
    critical, outcome = _critical_terms(policy, claim), settlement.critical
    if critical and outcome:
        burden = before.critical_burden, after.critical_burden
        origin = outcome.deductible if critical.origin is BandOrigin.DEDUCTIBLE else 0
        edges = _stretches(critical.bands, words.language, outcome.deductible, origin)
        on_cost = critical.cap_on is CapOn.COST
        if outcome.cap is not None and on_cost:
            edges = _within(edges, outcome.cap, words)
        bars.append(_bar(words, "burden", Payer.CRITICAL_ILLNESS, burden, edges))
        if outcome.cap is not None and not on_cost:
            paid = before.critical_paid, after.critical_paid
            bars.append(_limit(words, "critical", Payer.CRITICAL_ILLNESS, paid, outcome.cap))
    return tuple(bars)


def _basic(
    terms: PooledTerms,
    claim: Claim,
    settlement: Settlement,
    before: YearToDate,
    after: YearToDate,
    words: Words,
) -> list[YearBar]:
    """Return the bands along what they are measured by, and the fund's payment up to its limit."""
    from core.layers.basic import raised_by  # what it needs is loaded with the counter

    paid = before.basic_paid, after.basic_paid
    limit = terms.annual_limit + raised_by(terms.carry_over, before)
    bands = _stretches(terms.bands, words.language)
    if terms.axis is BandAxis.ANNUAL_FUND:
        stretches = _within(bands, limit, words)
        left = _left(limit - after.basic_paid, words)
        return [_bar(words, "basic", Payer.BASIC, paid, stretches, left)]
    name, cost = "cost", (before.in_scope, after.in_scope)
    if terms.axis is BandAxis.ADMISSION_COST:
        in_scope = settlement.amounts.inscp_scp_amt
        name, cost = "admission", (0, claim.in_scope if in_scope is None else in_scope)
    # in a history the cost is zero: no part of it is this visit's
    deducted = min(settlement.amounts.act_pay_dedc or 0, cost[1] - cost[0])
    return [
        _bar(words, name, Payer.BASIC, cost, bands, deducted=deducted),
        _limit(words, "basic", Payer.BASIC, paid, limit),
    ]


def _common(
    policy: "Policy", claim: Claim, before: YearToDate, after: YearToDate, words: Words
) -> tuple[YearBar, ...]:
    """Return the limits of common outpatient care: its own, and the one that it shares."""
    terms = policy.common(claim.discharged, claim.level, claim.two_disease_drugs)
    if not isinstance(terms, CommonTerms):
        return ()
    own = before.common_outpatient_paid, after.common_outpatient_paid
    both = before.outpatient_paid, after.outpatient_paid
    limit = terms.annual_limit + share(before.carried_common, terms.next_year_rate)
    return (
        _limit(words, "common", Payer.BASIC, own, limit),
        _limit(words, "outpatient", Payer.BASIC, both, terms.combined_limit),
    )


def _chronic(
    policy: "Policy", claim: Claim, before: YearToDate, after: YearToDate, words: Words
) -> tuple[YearBar, ...]:
    """Return a disease's amount of the year, with what the fund can still pay of it after every limit."""
    from core.outlook import payable  # what it needs is loaded with the counter
    from core.rules.outpatient import common_left

    disease = claim.disease or 1
    terms = policy.chronic(claim.discharged, disease, claim.disease_rank)
    if not isinstance(terms, ChronicTerms):
        return ()
    was, is_ = (year.chronic.get(disease, ChronicTotals()) for year in (before, after))
    both = before.outpatient_paid, after.outpatient_paid
    inside = terms.counts is DeductibleCounts.INSIDE and terms.deductible.yearly
    counts = terms.amount + cost_for(common_left(terms, before), terms.rate)
    due = min(terms.deductible.by_admission[0], counts) if inside else 0
    stretches = _stretches((Band(None, terms.rate),), words.language, due)
    still = payable(policy, claim, after)
    text = words.text("window.year.payable", amount=grouped(still)) if still else _left(0, words)
    amount = was.in_scope, is_.in_scope
    return (
        _bar(words, "chronic", Payer.BASIC, amount, _within(stretches, counts, words), text),
        _limit(words, "outpatient", Payer.BASIC, both, terms.combined_limit),
    )


def standing(worked: "Sequence[WorkedOut]", totals: YearToDate, words: Words) -> tuple[YearBar, ...]:
    """Return the year's bars as they stand, by the terms of settled visits; the first with a bar gives it."""
    by_label: dict[str, YearBar] = {}
    for claim, policy, settlement in worked:
        then = claim._replace(year_to_date=totals)
        for bar in bars(policy, then, settlement._replace(year_to_date=totals), words):
            by_label.setdefault(bar.label, bar)
    return tuple(by_label.values())


def next_line(policy: "Policy", claim: Claim, settlement: Settlement, words: Words) -> str:
    """Say in one line how far the year stands from the next band, the deductible and the limits."""
    from core.outlook import ahead  # what it needs is loaded with the counter

    return " · ".join([words(one) for one in ahead(policy, claim, settlement)])


def totals_line(year: int, totals: YearToDate, words: Words) -> str:
    """Say a year's totals in one line, before anything is worked out."""
    if totals == YearToDate():
        return words.text("window.year.none", year=str(year))
    return words.text(
        "window.year.line",
        year=str(year),
        admissions=totals.admissions,
        basic=grouped(totals.basic_paid + totals.outpatient_paid),
        critical=grouped(totals.critical_paid),
    )
