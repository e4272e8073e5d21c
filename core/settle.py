"""A claim through its layers: basic insurance, critical illness, medical assistance; then what is left.

`settle` is the one pure function in the middle. The rule in force on the day of discharge applies. A stay or
a settlement that touches another year is worked out by that year's rules as well.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from core.bands import Line
from core.claim import NOTHING_YET, ChronicTotals, Claim, YearToDate
from core.messages import message
from core.policy.select import Policy
from core.policy.terms import ChronicTerms, CommonTerms, CriticalTerms, Excluded, NotCovered, PooledTerms
from core.rules import assistance as assistance_rule
from core.rules import critical_illness as critical_rule
from core.rules import outpatient as outpatient_rule
from core.rules import pooled as pooled_rule
from core.settlement import (
    Alternative,
    Amounts,
    CriticalOutcome,
    MissingFigure,
    Note,
    PatientParts,
    Settlement,
    Step,
)
from core.vocabulary import Benefit, Payer, Status, Transfer


def settle(policy: Policy, claim: Claim) -> Settlement:
    """Split a claim, and split it again by the rules of each other year that it touches.

    ``claim`` must be sound (`core.claim.disagreements` finds nothing) and the policy's pack effective on the
    day of discharge. A missing figure raises nothing: the answer names it.
    """
    own = settle_by(policy, claim, claim.discharged, claim.year_to_date)
    if not claim.benefit.pooled:
        return own
    others = sorted({claim.admitted.year, claim.settled.year} - {claim.discharged.year})
    if not others:
        return own
    alternatives = []
    notes = own.notes
    for year in others:
        other = settle_by_year(policy, claim, year)
        alternatives.append(Alternative(other, _better(other, own)))
        notes += (_year_end_note(policy, claim, year),)
    return replace(own, notes=notes, alternatives=tuple(alternatives))


def settle_by_year(policy: Policy, claim: Claim, year: int) -> Settlement:
    """Split a claim by the rules and totals of another year that the stay or the settlement touches."""
    if year == claim.discharged.year:
        return settle_by(policy, claim, claim.discharged, claim.year_to_date)
    return settle_by(policy, claim, day_within(claim, year), claim.other_years.get(year, NOTHING_YET))


def day_within(claim: Claim, year: int) -> date:
    """Return the day whose rules stand for another year.

    For a year before the discharge it is the year's last day, for a year after it the day of settlement.
    """
    return date(year, 12, 31) if year < claim.discharged.year else claim.settled


def _better(other: Settlement, own: Settlement) -> bool:
    other_part, own_part = other.amounts.psn_part_amt, own.amounts.psn_part_amt
    if other.status is Status.INCOMPLETE or other_part is None:
        return False
    return own.status is Status.INCOMPLETE or own_part is None or other_part < own_part


def _year_end_note(policy: Policy, claim: Claim, year: int) -> Note:
    pair = {year, claim.discharged.year}
    for day in (claim.discharged, day_within(claim, year)):
        rule = policy.critical_rule(day)
        favour = rule.section.more_favourable_year if rule else None
        if rule and favour and set(favour.years) == pair:
            return Note(message("note.more_favourable_year", year=str(year)), rule.source(favour.clause))
    return Note(message("note.other_year", year=str(year)))


class _Basic(NamedTuple):
    """The basic layer's result for a claim (fen). None: a figure that it needs is missing."""

    deductible: int | None
    paid: int | None
    lines: tuple[Line, ...] = ()
    not_covered: int = 0
    over_annual_limit: int = 0
    countable: int = 0
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: tuple[MissingFigure, ...] = ()


class _Critical(NamedTuple):
    """The result of critical illness for a claim (fen). ``outcome`` None: it was not worked out."""

    burden: int = 0
    paid: int | None = 0
    lines: tuple[Line, ...] = ()
    outcome: CriticalOutcome | None = None
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: tuple[MissingFigure, ...] = ()


class _Assistance(NamedTuple):
    """The result of medical assistance for a claim (fen). ``paid`` None: an earlier layer's is missing."""

    deductible: int = 0
    paid: int | None = 0
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()


def settle_by(policy: Policy, claim: Claim, day: date, year: YearToDate) -> Settlement:
    """Split a claim by the rules in force on a day, on the totals of that day's year."""
    basic = _basic(policy, claim, day, year)
    critical = _critical(policy, claim, day, year, basic.paid)
    assistance = _assistance(policy, claim, year, basic.paid, critical.paid)
    amounts = _amounts(claim, basic, critical, assistance)
    missing = basic.missing + critical.missing
    complete = not missing
    parts = _patient_parts(claim, basic, critical, assistance) if complete else None
    steps = [*_bill_steps(policy, claim, day), *basic.steps, *critical.steps, *assistance.steps]
    if amounts.psn_part_amt is not None:
        scope = policy.scope_source(day, claim.benefit)
        steps.append(Step("patient", message("step.patient_pays"), amounts.psn_part_amt, scope))
    return Settlement(
        day.year,
        missing,
        amounts,
        parts,
        tuple(line for line in basic.lines if line.base),
        tuple(line for line in critical.lines if line.base),
        critical.outcome,
        tuple(steps),
        (
            *basic.notes,
            *critical.notes,
            *assistance.notes,
            *policy.open_points(day, claim.benefit, claim.population),
        ),
        _year_after(claim, year, basic, critical, assistance) if complete else None,
    )


def _basic(policy: Policy, claim: Claim, day: date, year: YearToDate) -> _Basic:
    if claim.benefit.pooled:
        if claim.basic_settlement is not None:
            given = claim.basic_settlement
            source = policy.elsewhere_source(day, claim.benefit, claim.major_disease)
            lines = (
                (message("step.elsewhere_deductible"), given.deductible, Payer.PATIENT),
                (message("step.elsewhere_paid"), given.fund_paid, Payer.BASIC),
            )
            steps = tuple(Step(claim.benefit, text, fen, source, payer) for text, fen, payer in lines)
            return _Basic(given.deductible, given.fund_paid, steps=steps)
        return _pooled(policy, claim, day, year)
    return _outpatient(policy, claim, day, year)


def _pooled(policy: Policy, claim: Claim, day: date, year: YearToDate) -> _Basic:
    inpatient = claim.benefit is Benefit.INPATIENT
    transfer = claim.transfer if inpatient else Transfer.NONE
    terms = policy.pooled(
        day, claim.benefit, claim.level, transfer, claim.major_disease, claim.special_disease
    )
    if not isinstance(terms, PooledTerms):
        return _Basic(None, None, missing=terms)
    payment = pooled_rule.pooled(
        terms,
        claim.in_scope,
        year.admissions if inpatient else 0,
        year.in_scope,
        year.basic_paid,
        0 if inpatient else year.special_outpatient_deductible,
        claim.chain_paid or 0 if transfer is Transfer.UP else 0,
    )
    number = year.admissions + 1
    steps = pooled_rule.steps(claim.benefit, terms, payment, transfer, number, year.in_scope, year.basic_paid)
    return _Basic(
        payment.deductible,
        payment.paid,
        payment.lines,
        over_annual_limit=payment.over_annual_limit,
        steps=tuple(steps),
        notes=terms.notes,
    )


def _outpatient(policy: Policy, claim: Claim, day: date, year: YearToDate) -> _Basic:
    if claim.benefit is Benefit.COMMON_OUTPATIENT:
        common = policy.common(day, claim.level, claim.two_disease_drugs)
        if isinstance(common, NotCovered):
            step = Step(
                claim.benefit, message("step.not_covered"), claim.in_scope, common.source, Payer.PATIENT
            )
            return _Basic(0, 0, not_covered=claim.in_scope, steps=(step,), notes=(common.note,))
        if not isinstance(common, CommonTerms):
            return _Basic(None, None, missing=common)
        payment = outpatient_rule.common(
            common,
            claim.in_scope,
            year.common_outpatient_deductible,
            year.common_outpatient_paid,
            year.outpatient_paid,
        )
        steps, notes = outpatient_rule.common_steps(common, payment), common.notes
    else:
        disease = claim.disease or 1
        chronic = policy.chronic(day, disease, claim.disease_rank)
        if not isinstance(chronic, ChronicTerms):
            return _Basic(None, None, missing=chronic)
        before = year.chronic.get(disease, ChronicTotals())
        payment = outpatient_rule.chronic(
            chronic, claim.in_scope, before.deductible, before.in_scope, before.paid, year.outpatient_paid
        )
        steps, notes = outpatient_rule.chronic_steps(chronic, payment), chronic.notes
    return _Basic(
        payment.deductible,
        payment.paid,
        (payment.line,),
        payment.not_covered,
        payment.over_annual_limit,
        payment.countable,
        tuple(steps),
        notes,
    )


def _critical(policy: Policy, claim: Claim, day: date, year: YearToDate, basic_paid: int | None) -> _Critical:
    if not claim.benefit.pooled:
        return _Critical()
    terms = policy.critical(day, claim.benefit, claim.population, claim.specific_item)
    if isinstance(terms, Excluded):
        return _Critical(notes=(terms.note,))
    if not isinstance(terms, CriticalTerms):
        return _Critical(paid=None, missing=terms)
    if basic_paid is None:
        return _Critical(paid=None, notes=terms.notes)
    enrolment = claim.enrolment
    payment = critical_rule.critical_illness(
        terms,
        claim.in_scope - basic_paid,
        claim.category_b,
        year.critical_burden,
        year.critical_paid,
        enrolment.consecutive_years,
        enrolment.zero_claim_years,
        enrolment.gap_years,
        enrolment.fraud_amounts,
    )
    outcome = CriticalOutcome(
        payment.deductible, payment.cap, bool(payment.zero_claim_bonus_used), bool(payment.fraud_cleared)
    )
    steps = critical_rule.steps(terms, payment, year.critical_burden, enrolment)
    notes = terms.notes
    if outcome.zero_claim_bonus_used and terms.incentives:
        notes += (Note(message("note.zero_claim_bonus_used"), terms.incentives.source),)
    if outcome.fraud_cleared:
        notes += (Note(message("note.fraud_cleared"), terms.fraud_source),)
    return _Critical(payment.burden, payment.paid, payment.lines, outcome, tuple(steps), notes)


def _assistance(
    policy: Policy, claim: Claim, year: YearToDate, basic_paid: int | None, critical_paid: int | None
) -> _Assistance:
    if not claim.benefit.pooled:
        return _Assistance()
    terms = policy.assistance(claim.population)
    if terms is None:
        return _Assistance(notes=(Note(message("note.no_assistance_rule")),))
    if basic_paid is None or critical_paid is None:
        return _Assistance(paid=None)
    payment = assistance_rule.assistance(
        terms,
        claim.in_scope - basic_paid - critical_paid,
        year.assistance_deductible,
        year.assistance_paid,
    )
    return _Assistance(payment.deductible, payment.paid, tuple(assistance_rule.steps(terms, payment)))


def _bill_steps(policy: Policy, claim: Claim, day: date) -> list[Step]:
    """Return the parts of the bill outside insurance, and the cost in scope."""
    scope = policy.scope_source(day, claim.benefit)
    outside = claim.total - claim.eligible - claim.over_limit
    rows = (
        ("step.out_of_catalogue", outside, scope),
        ("step.over_price_limit", claim.over_limit, scope),
        ("step.category_b", claim.category_b, policy.category_b_source(day)),
    )
    steps = [
        Step("bill", message(id_), amount, source, Payer.PATIENT) for id_, amount, source in rows if amount
    ]
    return [*steps, Step("bill", message("step.in_scope"), claim.in_scope, scope)]


def _amounts(claim: Claim, basic: _Basic, critical: _Critical, assistance: _Assistance) -> Amounts:
    funds = None
    if basic.paid is not None and critical.paid is not None and assistance.paid is not None:
        funds = basic.paid + critical.paid + assistance.paid
    return Amounts(
        claim.total,
        claim.total - claim.eligible - claim.over_limit,
        claim.over_limit,
        claim.category_b,
        claim.in_scope,
        basic.deductible,
        basic.paid,
        critical.paid,
        assistance.paid,
        funds,
        None if funds is None else claim.total - funds,
    )


def _patient_parts(claim: Claim, basic: _Basic, critical: _Critical, assistance: _Assistance) -> PatientParts:
    paid, deductible = basic.paid or 0, basic.deductible or 0
    return PatientParts(
        claim.total - claim.eligible - claim.over_limit,
        claim.over_limit,
        claim.category_b,
        basic.not_covered,
        deductible,
        claim.in_scope - paid - deductible - basic.not_covered - basic.over_annual_limit,
        basic.over_annual_limit,
        -(critical.paid or 0),
        -(assistance.paid or 0),
    )


def _year_after(
    claim: Claim, year: YearToDate, basic: _Basic, critical: _Critical, assistance: _Assistance
) -> YearToDate:
    """Return the year's totals after this visit."""
    paid, deductible = basic.paid or 0, basic.deductible or 0
    if claim.benefit.pooled:
        special = deductible if claim.benefit.special else 0
        return YearToDate(
            year.admissions + (claim.benefit is Benefit.INPATIENT),
            year.in_scope + claim.in_scope,
            year.basic_paid + paid,
            year.critical_burden + critical.burden,
            year.critical_paid + (critical.paid or 0),
            year.special_outpatient_deductible + special,
            year.common_outpatient_paid,
            year.common_outpatient_deductible,
            year.assistance_deductible + assistance.deductible,
            year.assistance_paid + (assistance.paid or 0),
            year.chronic,
        )
    if claim.benefit is Benefit.COMMON_OUTPATIENT:
        return year._replace(
            common_outpatient_paid=year.common_outpatient_paid + paid,
            common_outpatient_deductible=year.common_outpatient_deductible + deductible,
        )
    disease = claim.disease or 1
    before = year.chronic.get(disease, ChronicTotals())
    after = ChronicTotals(
        before.in_scope + basic.countable, before.paid + paid, before.deductible + deductible
    )
    return year._replace(chronic={**year.chronic, disease: after})
