"""The outlook from a visit: by another level, year, category or transfer, and to the next change of terms."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from core.bands import Band
from core.claim import Claim, YearToDate
from core.layers.basic import raised_by
from core.messages import Message, message, term
from core.money import grouped, percent, share
from core.policy.select import Policy
from core.policy.terms import ChronicTerms, CommonTerms, CriticalTerms, PooledTerms
from core.rules.outpatient import still_payable
from core.settle import enrolment_in, settle_by
from core.settlement import Amounts, Settlement
from core.vocabulary import BandAxis, BandOrigin, Benefit, CapOn, Level, Population, Transfer

COMPARED: Final = ("act_pay_dedc", "hifp_pay", "hifmi_pay", "maf_pay")
"""The amounts whose change explains what the patient pays more or less."""


class Variation(NamedTuple):
    """The same visit with one thing changed.

    ``more`` is how much more the patient would pay (fen; negative: less; None: either is incomplete).
    ``reasons`` say which amounts differ, empty where none does.
    """

    kind: str
    changed: Message
    settlement: Settlement
    more: int | None
    reasons: tuple[Message, ...]


def variations(policy: Policy, claim: Claim, years: Sequence[int] = ()) -> list[Variation]:
    """Settle the visit by every other level, population category and transfer, and by the rules of ``years``.

    All else stays as it is, the year's totals before the visit included. A transfer up the levels is worked
    out as if no deductible had been paid, unless the claim states one. A year's rules are those in force on
    the visit's own month and day.
    """
    own = settle_by(policy, claim, claim.discharged, claim.year_to_date)
    others = []
    for kind, changed, other, day in (
        *_levels(claim),
        *_years(claim, years),
        *_populations(claim),
        *_transfers(claim),
    ):
        settlement = settle_by(policy, other, day, other.year_to_date)
        more = _difference(own.amounts, settlement.amounts)
        reasons = _reasons(own.amounts, settlement.amounts)
        others.append(Variation(kind, changed, settlement, more, reasons))
    return others


_Changed = tuple[str, Message, Claim, date]


def _levels(claim: Claim) -> Iterable[_Changed]:
    return (
        ("level", term("level", level), claim._replace(level=level), claim.discharged)
        for level in Level
        if level is not claim.level
    )


def _years(claim: Claim, years: Sequence[int]) -> Iterable[_Changed]:
    for year in years:
        if year != claim.discharged.year:
            stood = claim._replace(enrolment=enrolment_in(claim, year))
            yield "year", message("outlook.year", year=str(year)), stood, _same_day(claim.discharged, year)


def _populations(claim: Claim) -> Iterable[_Changed]:
    return (
        ("population", term("population", other), claim._replace(population=other), claim.discharged)
        for other in Population
        if other is not claim.population
    )


def _transfers(claim: Claim) -> Iterable[_Changed]:
    if claim.benefit is not Benefit.INPATIENT:
        return
    for transfer in Transfer:
        if transfer is not claim.transfer:
            paid = (claim.chain_paid or 0) if transfer is Transfer.UP else None
            other = claim._replace(transfer=transfer, chain_paid=paid)
            yield "transfer", term("transfer", transfer), other, claim.discharged


def _same_day(day: date, year: int) -> date:
    """Return the same month and day of another year; for 29 February always the 28th."""
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def _difference(own: Amounts, other: Amounts) -> int | None:
    if own.psn_part_amt is None or other.psn_part_amt is None:
        return None
    return other.psn_part_amt - own.psn_part_amt


def _reasons(own: Amounts, other: Amounts) -> tuple[Message, ...]:
    reasons = []
    for name in COMPARED:
        before, after = getattr(own, name), getattr(other, name)
        if before == after:
            continue
        reasons.append(
            message(
                "outlook.changed",
                amount=term("amount", name),
                before=_shown(before),
                after=_shown(after),
            )
        )
    return tuple(reasons)


def _shown(fen: int | None) -> str | Message:
    return message("outlook.unknown") if fen is None else grouped(fen)


def ahead(policy: Policy, claim: Claim, settlement: Settlement) -> tuple[Message, ...]:
    """Say how far the year stands, after the visit, from the next band, the deductible and the limits.

    Each amount is the cost or payment that must still come for the change to begin with the next fen.
    Empty where the settlement is incomplete.
    """
    after = settlement.year_to_date
    if after is None:
        return ()
    if claim.benefit.pooled:
        return (
            *_pooled_ahead(policy, claim, settlement, after),
            *_critical_ahead(policy, claim, settlement, after),
        )
    return tuple(_outpatient_ahead(policy, claim, after))


def _pooled_ahead(
    policy: Policy, claim: Claim, settlement: Settlement, after: YearToDate
) -> Iterable[Message]:
    if claim.basic_settlement is not None:
        return
    transfer = claim.transfer if claim.benefit is Benefit.INPATIENT else Transfer.NONE
    terms = policy.pooled(
        claim.discharged, claim.benefit, claim.level, transfer, claim.major_disease, claim.special_disease
    )
    if not isinstance(terms, PooledTerms):
        return
    position = {
        BandAxis.ANNUAL_COST: after.in_scope,
        BandAxis.ADMISSION_COST: settlement.amounts.inscp_scp_amt or 0,
        BandAxis.ANNUAL_FUND: after.basic_paid,
    }[terms.axis]
    kind = "fund" if terms.axis is BandAxis.ANNUAL_FUND else "cost"
    yield from _next_band(f"outlook.next_band_{kind}", terms.bands, position, 0)
    limit = terms.annual_limit + raised_by(terms.carry_over, after)
    yield from _left("pooled", limit - after.basic_paid)


def _critical_ahead(
    policy: Policy, claim: Claim, settlement: Settlement, after: YearToDate
) -> Iterable[Message]:
    outcome = settlement.critical
    terms = policy.critical(claim.discharged, claim.benefit, claim.population, claim.specific_item)
    if outcome is None or not isinstance(terms, CriticalTerms):
        return
    deductible = terms.deductible if outcome.fraud_cleared else outcome.deductible
    if after.critical_burden < deductible:
        yield from _left("deductible", deductible - after.critical_burden)
        return
    origin = deductible if terms.origin is BandOrigin.DEDUCTIBLE else 0
    yield from _next_band("outlook.next_band_critical", terms.bands, after.critical_burden, origin)
    if outcome.cap is not None:
        reached = after.critical_burden if terms.cap_on is CapOn.COST else after.critical_paid
        yield from _left("cap", outcome.cap - reached)


def _outpatient_ahead(policy: Policy, claim: Claim, after: YearToDate) -> Iterable[Message]:
    terms: object
    if claim.benefit is Benefit.COMMON_OUTPATIENT:
        terms = policy.common(claim.discharged, claim.level, claim.two_disease_drugs)
        if not isinstance(terms, CommonTerms):
            return
        limit = terms.annual_limit + share(after.carried_common, terms.next_year_rate)
        yield from _left("common", limit - after.common_outpatient_paid)
    else:
        disease = claim.disease or 1
        terms = policy.chronic(claim.discharged, disease, claim.disease_rank)
        if not isinstance(terms, ChronicTerms):
            return
        yield from _left("disease", still_payable(terms, after, alone=True))
    yield from _left("combined", terms.combined_limit - after.outpatient_paid)


def payable(policy: Policy, claim: Claim, after: YearToDate) -> int:
    """Return what the fund can still pay this year (fen) for a chronic visit's disease, after every limit.

    0: a figure is missing.
    """
    terms = policy.chronic(claim.discharged, claim.disease or 1, claim.disease_rank)
    return still_payable(terms, after) if isinstance(terms, ChronicTerms) else 0


def _next_band(id_: str, bands: Sequence[Band], position: int, origin: int) -> Iterable[Message]:
    for band, following in pairwise(bands):
        if band.upper is not None and position < band.upper + origin:
            left = grouped(band.upper + origin - position)
            yield message(id_, amount=left, rate=percent(following.rate))
            return


def _left(what: str, fen: int) -> Iterable[Message]:
    yield message(f"outlook.left.{what}", amount=grouped(fen)) if fen > 0 else message(f"outlook.used.{what}")
