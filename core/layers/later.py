"""Critical illness and medical assistance: the layers that look at what basic insurance leaves."""

from typing import NamedTuple

from core.bands import Line
from core.claim import Claim
from core.layers.basic import BasicLayer
from core.layers.visit import Visit
from core.messages import message
from core.policy.terms import CriticalTerms, Excluded
from core.rules import assistance as assistance_rule
from core.rules import critical_illness as critical_rule
from core.settlement import CriticalOutcome, MissingFigure, Note, Step
from core.vocabulary import Benefit


class CriticalLayer(NamedTuple):
    """The result of critical illness for a visit (fen). ``outcome`` None: it was not worked out."""

    burden: int = 0
    paid: int | None = 0
    lines: tuple[Line, ...] = ()
    outcome: CriticalOutcome | None = None
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: tuple[MissingFigure, ...] = ()


class AssistanceLayer(NamedTuple):
    """The result of medical assistance for a visit (fen). ``paid`` None: an earlier layer's is missing."""

    deductible: int = 0
    paid: int | None = 0
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()


_NOTHING_CRITICAL = CriticalLayer()
_NO_ASSISTANCE = AssistanceLayer()


def critical(visit: Visit, basic: BasicLayer) -> CriticalLayer:
    """Work out critical illness for what basic insurance leaves of a visit."""
    claim, year = visit.claim, visit.year
    if not claim.benefit.pooled:
        return _NOTHING_CRITICAL
    if not basic.counts_for_critical:
        source = visit.policy.region.cite("case_payment", claim.case or "", "counts_for_critical")
        return CriticalLayer(notes=(Note(message("note.case_out_of_critical"), source),))
    terms = visit.policy.critical(visit.day, claim.benefit, claim.population, claim.specific_item)
    if isinstance(terms, Excluded):
        return CriticalLayer(notes=(terms.note,))
    if not isinstance(terms, CriticalTerms):
        return CriticalLayer(paid=None, missing=terms)
    if basic.paid is None or basic.cost is None:
        return CriticalLayer(paid=None, notes=terms.notes)
    enrolment = claim.enrolment
    payment = critical_rule.critical_illness(
        terms,
        basic.cost - basic.paid,
        0 if claim.by_case else claim.category_b,
        year.critical_burden,
        year.critical_paid,
        enrolment.consecutive_years,
        enrolment.zero_claim_years,
        enrolment.gap_years,
        enrolment.fraud_amounts,
    )
    outcome = CriticalOutcome(
        payment.deductible, payment.cap, payment.zero_claim_bonus_used != 0, payment.fraud_cleared != 0
    )
    if not visit.told:
        return CriticalLayer(payment.burden, payment.paid, payment.lines, outcome)
    steps = critical_rule.steps(
        terms, payment, year.critical_burden, year.critical_paid, enrolment, claim.by_case
    )
    notes = _critical_notes(terms, claim, payment, outcome)
    return CriticalLayer(payment.burden, payment.paid, payment.lines, outcome, tuple(steps), notes)


def _critical_notes(
    terms: CriticalTerms, claim: Claim, payment: critical_rule.Critical, outcome: CriticalOutcome
) -> tuple[Note, ...]:
    """Return the notes of the terms, with the readings that bear and what the payment used up."""
    notes = terms.notes
    if terms.readings and any(line.base for line in payment.lines):
        notes += terms.readings
    rule = terms.incentives
    if rule is None:
        return notes
    if rule.reading is not None and claim.enrolment.consecutive_years > rule.years_before_bonus:
        notes += (rule.reading,)
    if outcome.zero_claim_bonus_used:
        notes += (Note(message("note.zero_claim_bonus_used"), rule.source),)
    if outcome.fraud_cleared:
        notes += (Note(message("note.fraud_cleared"), terms.fraud_source),)
    return notes


def assistance(visit: Visit, basic: BasicLayer, critical_paid: int | None) -> AssistanceLayer:
    """Work out medical assistance for what the two other layers leave of a visit."""
    claim, year = visit.claim, visit.year
    if not claim.benefit.pooled:
        return _NO_ASSISTANCE
    later_stay = claim.benefit is Benefit.INPATIENT and visit.stays_before >= 1
    terms = visit.policy.assistance(claim.population, later_stay)
    if terms is None:
        return AssistanceLayer(notes=(visit.policy.no_assistance(claim.population),))
    if basic.paid is None or basic.cost is None or critical_paid is None:
        return AssistanceLayer(paid=None)
    payment = assistance_rule.assistance(
        terms,
        basic.cost - basic.paid - critical_paid,
        year.assistance_deductible,
        year.assistance_paid,
    )
    if not visit.told:
        return AssistanceLayer(payment.deductible, payment.paid)
    steps = assistance_rule.steps(terms, payment, year.assistance_deductible, year.assistance_paid)
    return AssistanceLayer(payment.deductible, payment.paid, tuple(steps))
