"""Basic insurance: the first layer, by the benefit that a visit is settled as."""

from typing import Final, NamedTuple

from core.arithmetic import maximum
from core.bands import Line
from core.claim import YearToDate
from core.layers.visit import NO_TOTALS, Visit
from core.messages import message
from core.money import grouped
from core.policy.regions import FIRST_LOCAL
from core.policy.terms import (
    CaseTerms,
    ChronicTerms,
    CommonTerms,
    NotCovered,
    PooledCarryOver,
    PooledTerms,
)
from core.rules import case_payment as case_rule
from core.rules import outpatient as outpatient_rule
from core.rules import pooled as pooled_rule
from core.rules.carry_over import limit_with_carried, unused, unused_steps
from core.settlement import MissingFigure, Note, Step
from core.vocabulary import BandAxis, Benefit, Care, Payer, Transfer

_WHOLLY_MISSING: Final = ("basic.", "major_disease", "special_outpatient.disease_")


class BasicLayer(NamedTuple):
    """The basic layer's result for a visit (fen). None: a figure that it needs is missing.

    ``cost`` is what the year's totals and the later layers go by: the in-scope cost, or a case's price.
    ``countable`` is what counts toward a disease. ``hospital`` is what a case's price leaves to the hospital
    (None: nothing of the kind, or not known). ``own_deductible``: the deductible is a special outpatient
    disease's own. ``by_price``: a case's price rules the bill.
    """

    deductible: int | None
    paid: int | None
    lines: tuple[Line, ...] = ()
    not_covered: int = 0
    over_annual_limit: int = 0
    countable: int = 0
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: tuple[MissingFigure, ...] = ()
    cost: int | None = None
    hospital: int | None = None
    own_deductible: bool = False
    counts_for_critical: bool = True
    by_price: bool = False


def basic(visit: Visit) -> BasicLayer:
    """Work out basic insurance for a visit."""
    claim = visit.claim
    if not claim.benefit.pooled:
        return _common(visit) if claim.benefit is Benefit.COMMON_OUTPATIENT else _chronic(visit)
    if claim.basic_settlement is not None:
        return _given(visit)
    if claim.major_disease and claim.case is not None:
        return _case(visit, claim.case)
    return _pooled(visit)


def _given(visit: Visit) -> BasicLayer:
    """Return a basic-insurance settlement that was made elsewhere."""
    claim, given = visit.claim, visit.claim.basic_settlement
    assert given is not None
    source = visit.policy.elsewhere_source(visit.day, claim.benefit, claim.major_disease)
    lines = (
        (message("step.elsewhere_deductible"), given.deductible, Payer.PATIENT),
        (message("step.elsewhere_paid"), given.fund_paid, Payer.BASIC),
    )
    steps = tuple(Step(claim.benefit, text, fen, source, payer) for text, fen, payer in lines)
    in_scope = visit.in_scope
    return BasicLayer(
        given.deductible,
        given.fund_paid,
        steps=steps,
        cost=in_scope,
        countable=0 if in_scope is None else in_scope,
        own_deductible=_own_deductible(visit),
    )


def _own_deductible(visit: Visit) -> bool:
    """Return whether the region states a deductible of the visit's special outpatient disease alone."""
    claim = visit.claim
    if claim.benefit is not Benefit.SPECIAL_OUTPATIENT or claim.special_disease is None:
        return False
    own = visit.policy.region.special_outpatient.disease.get(claim.special_disease)
    return own is not None and own.deductible is not None and not (claim.major_disease and claim.case)


def _missing_amounts(visit: Visit) -> tuple[MissingFigure, ...]:
    """Return the region's own diseases of the totals whose unused limits count and have no amount."""
    region = visit.policy.region
    if not region.carry_over.outpatient_to_pooled:
        return ()
    source = region.cite("carry_over", "outpatient_to_pooled")
    missing = []
    for number in visit.year.chronic:
        local = region.chronic_outpatient.local_disease(number) if number >= FIRST_LOCAL else None
        if number >= FIRST_LOCAL and (local is None or local.amount is None):
            missing.append(MissingFigure(f"chronic_outpatient.local.{number}", source))
    return tuple(missing)


def _raised_steps(
    visit: Visit, terms: PooledTerms | CaseTerms, payment: pooled_rule.PooledPayment | case_rule.CasePayment
) -> tuple[Step, ...]:
    """Return the lines of the raised limit, none where the visit does not reach the limit as it was."""
    year, stage, carry_over = visit.year, visit.claim.benefit, terms.carry_over
    if carry_over is None or not visit.told:
        return ()
    reached = payment.paid + payment.over_annual_limit > max(0, terms.annual_limit - year.basic_paid)
    if not reached:
        return ()
    source, carried = carry_over.source, year.carried_common
    steps = unused_steps(stage, carry_over.common, carried, year.common_outpatient_paid, source)
    common, of_diseases = _unused_limits(carry_over, year)
    for number, left in of_diseases.items():
        if not left:
            continue
        limit, paid = grouped(carry_over.disease_limits[number]), grouped(year.chronic[number].paid)
        label = message("step.unused_disease", disease=number, limit=limit, paid=paid)
        steps.append(Step(stage, label, left, source))
    cells = {"common": grouped(common), "diseases": grouped(sum(of_diseases.values()))}
    label = message("step.pooled_limit_with", limit=grouped(terms.annual_limit), **cells)
    steps.append(Step(stage, label, payment.limit, source))
    return tuple(steps)


def _unused_limits(terms: PooledCarryOver, year: YearToDate) -> tuple[int, dict[int, int]]:
    """Return what is unused of the common limit, and of each disease's in the totals (fen)."""
    limit = limit_with_carried(terms.common, year.carried_common)
    diseases = {
        number: unused(terms.disease_limits.get(number, 0), totals.paid)
        for number, totals in year.chronic.items()
    }
    return unused(limit, year.common_outpatient_paid), diseases


def raised_by(terms: PooledCarryOver | None, year: YearToDate) -> int:
    """Return what unused outpatient limits add to the pooled limit (fen), 0 where the region adds none."""
    if terms is None:
        return 0
    common, of_diseases = _unused_limits(terms, year)
    return common + sum(of_diseases.values())


def _chain_paid(visit: Visit) -> int:
    """Return the deductibles that a chain of transfers upward already paid (fen)."""
    paid = visit.claim.chain_paid
    return 0 if paid is None or visit.transfer is not Transfer.UP else paid


def _pooled(visit: Visit) -> BasicLayer:
    claim, year, transfer = visit.claim, visit.year, visit.transfer
    terms = visit.policy.pooled(
        visit.day, claim.benefit, claim.level, transfer, claim.major_disease, claim.special_disease
    )
    if not isinstance(terms, PooledTerms):
        return BasicLayer(None, None, missing=terms + _missing_amounts(visit) if _limited(terms) else terms)
    missing = _missing_amounts(visit)
    in_scope = visit.in_scope
    if in_scope is None or missing:
        return BasicLayer(None, None, notes=terms.notes, missing=missing)
    disease = visit.special_before if terms.disease is not None else NO_TOTALS
    own = terms.disease is not None and terms.disease.own_deductible
    inpatient = claim.benefit is Benefit.INPATIENT
    before = pooled_rule.Before(
        visit.stays_before if inpatient else 0,
        year.in_scope,
        year.basic_paid,
        disease.deductible if own else 0 if inpatient else year.special_outpatient_deductible,
        _chain_paid(visit),
        disease.in_scope,
        disease.paid,
    )
    raised = raised_by(terms.carry_over, year)
    payment = pooled_rule.pooled(terms, in_scope, *before, raised)
    steps: list[Step] = []
    if visit.told:
        steps = pooled_rule.steps(claim.benefit, terms, payment, transfer, before)
    return BasicLayer(
        payment.deductible,
        payment.paid,
        payment.lines,
        payment.not_covered,
        payment.over_annual_limit,
        payment.countable,
        (*_raised_steps(visit, terms, payment), *steps),
        _pooled_notes(terms, payment, before) if visit.told else (),
        cost=in_scope,
        own_deductible=own,
    )


def _pooled_notes(
    terms: PooledTerms, payment: pooled_rule.PooledPayment, before: pooled_rule.Before
) -> tuple[Note, ...]:
    """Return the notes of the terms, with the readings and open points that bear on the payment."""
    notes = terms.notes
    if terms.axis_note is not None and (terms.axis is BandAxis.ANNUAL_FUND or before.cost):
        notes = (*notes, terms.axis_note)
    if payment.over_annual_limit and payment.paid == payment.left:
        notes = (*notes, Note(message("note.open.special_drugs"), terms.limit_source))
    return notes


def _case(visit: Visit, code: str) -> BasicLayer:
    """Work out a case that is paid by its price."""
    claim, year, transfer = visit.claim, visit.year, visit.transfer
    terms = visit.policy.case(visit.day, claim.benefit, claim.level, transfer, code)
    may_count = visit.policy.case_may_count(code, claim.level)
    missing = _missing_amounts(visit)
    if not isinstance(terms, CaseTerms):
        by_price = _limited(terms)
        return BasicLayer(
            None,
            None,
            missing=terms + missing if by_price else terms,
            hospital=_above_price(visit, code),
            counts_for_critical=may_count or not by_price,
            by_price=by_price,
        )
    if visit.elsewhere is None or visit.in_scope is None or missing:
        return BasicLayer(
            None,
            None,
            notes=terms.notes,
            missing=missing,
            hospital=_above_price(visit, code),
            counts_for_critical=may_count,
            by_price=True,
        )
    inpatient = claim.benefit is Benefit.INPATIENT
    used = 0 if inpatient else year.special_outpatient_deductible
    chain_paid = _chain_paid(visit)
    stays = visit.stays_before if inpatient else 0
    billed = claim.total - visit.elsewhere
    raised = raised_by(terms.carry_over, year)
    payment = case_rule.case_payment(terms, billed, stays, year.basic_paid, used, chain_paid, raised)
    before = (stays + 1, used, chain_paid, year.basic_paid)
    steps = case_rule.steps(claim.benefit, terms, payment, transfer, *before) if visit.told else []
    return BasicLayer(
        payment.deductible,
        payment.paid,
        (payment.line,),
        visit.in_scope - payment.cost,
        payment.over_annual_limit,
        payment.cost,
        (*_raised_steps(visit, terms, payment), *steps),
        terms.notes,
        cost=payment.cost,
        hospital=payment.hospital,
        counts_for_critical=terms.counts_for_critical,
        by_price=True,
    )


def _limited(missing: tuple[MissingFigure, ...]) -> bool:
    """Return whether the year's limit is needed at all: not where the whole benefit is on no file."""
    return not any(figure.path.startswith(_WHOLLY_MISSING) for figure in missing)


def _above_price(visit: Visit, code: str) -> int | None:
    """Return what the bill leaves above a case's price (fen), None where price or bill are not known."""
    price = visit.policy.case_price(code, visit.claim.level)
    if price is None or visit.elsewhere is None:
        return None
    return maximum(0, visit.claim.total - visit.elsewhere - price)


def _common(visit: Visit) -> BasicLayer:
    claim, year = visit.claim, visit.year
    terms = visit.policy.common(visit.day, claim.level, claim.two_disease_drugs)
    in_scope = visit.in_scope
    if isinstance(terms, NotCovered):
        step = Step(claim.benefit, message("step.not_covered"), in_scope, terms.source, Payer.PATIENT)
        beyond = 0 if in_scope is None else in_scope
        return BasicLayer(0, 0, not_covered=beyond, steps=(step,), notes=(terms.note,), cost=in_scope)
    if not isinstance(terms, CommonTerms):
        return BasicLayer(None, None, missing=terms)
    if in_scope is None:
        return BasicLayer(None, None, notes=terms.notes)
    before = outpatient_rule.OutpatientBefore(
        year.common_outpatient_deductible,
        0,
        year.common_outpatient_paid,
        year.outpatient_paid,
        year.carried_common,
    )
    payment = outpatient_rule.common(
        terms, in_scope, before.deductible, before.paid, before.combined_paid, before.raised
    )
    steps = outpatient_rule.common_steps(terms, payment, before) if visit.told else []
    return _outpatient(payment, steps, terms.notes, in_scope)


def _chronic(visit: Visit) -> BasicLayer:
    claim, year = visit.claim, visit.year
    disease = claim.disease or 1
    terms = visit.policy.chronic(visit.day, disease, claim.disease_rank)
    if not isinstance(terms, ChronicTerms):
        return BasicLayer(None, None, missing=terms)
    in_scope = visit.in_scope
    if in_scope is None:
        return BasicLayer(None, None, notes=terms.notes)
    own, raised = year.chronic.get(disease, NO_TOTALS), outpatient_rule.common_left(terms, year)
    before = outpatient_rule.OutpatientBefore(
        own.deductible, own.in_scope, own.paid, year.outpatient_paid, raised
    )
    payment = outpatient_rule.chronic(terms, in_scope, *before)
    if not visit.told:
        return _outpatient(payment, [], (), in_scope)
    steps = outpatient_rule.chronic_steps(terms, payment, before, year)
    notes = terms.notes
    if payment.deductible and terms.reading is not None:
        notes = (*notes, terms.reading)
    if claim.care is not Care.LOCAL:
        notes = (*notes, Note(message("note.open.chronic_elsewhere"), terms.rate_source))
    return _outpatient(payment, steps, notes, in_scope)


def _outpatient(
    payment: outpatient_rule.Outpatient, steps: list[Step], notes: tuple[Note, ...], in_scope: int
) -> BasicLayer:
    return BasicLayer(
        payment.deductible,
        payment.paid,
        (payment.line,),
        payment.not_covered,
        payment.over_annual_limit,
        payment.countable,
        tuple(steps),
        notes,
        cost=in_scope,
    )
