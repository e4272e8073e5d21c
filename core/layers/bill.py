"""The bill around the layers: its parts outside insurance, the amounts, the patient's part, the totals."""

from collections.abc import Mapping

from core.arithmetic import minimum
from core.claim import ChronicTotals, YearToDate
from core.layers.basic import BasicLayer
from core.layers.later import AssistanceLayer, CriticalLayer
from core.layers.visit import NO_TOTALS, Visit
from core.messages import message
from core.money import grouped, percent
from core.settlement import Amounts, PatientParts, Step
from core.vocabulary import Benefit, Payer


def bill_steps(visit: Visit) -> list[Step]:
    """Return the parts of the bill outside insurance, and the cost in scope."""
    claim, policy = visit.claim, visit.policy
    scope = policy.scope_source(visit.day, claim.benefit)
    steps = []
    outside = claim.total - claim.eligible - claim.over_limit
    if outside:
        steps.append(Step("bill", message("step.out_of_catalogue"), outside, scope, Payer.PATIENT))
    if claim.over_limit:
        source = policy.price_limit_source(visit.day, claim.benefit)
        label = message("step.over_price_limit")
        steps.append(Step("bill", label, claim.over_limit, source, Payer.PATIENT))
    if claim.category_b:
        steps.append(_category_b(visit))
    terms = visit.elsewhere_terms
    if terms is not None and visit.elsewhere is not None:
        label = message("step.elsewhere_share", base=grouped(claim.in_scope), rate=percent(terms.rate))
        steps.append(
            Step("bill", label, visit.elsewhere, terms.source, Payer.PATIENT, claim.in_scope, terms.rate)
        )
    if visit.in_scope is None:
        steps.append(Step("bill", message("step.before_elsewhere"), claim.in_scope, scope))
    else:
        steps.append(Step("bill", message("step.in_scope"), visit.in_scope, scope))
    return steps


def _category_b(visit: Visit) -> Step:
    """Return the line of Category B, with the amount that it is a percentage of where that was given."""
    claim = visit.claim
    source = visit.policy.category_b_source(visit.day)
    amount, rate = claim.category_b_amount, visit.policy.category_b_rate(claim.discharged)
    if amount is None or rate is None:
        return Step("bill", message("step.category_b"), claim.category_b, source, Payer.PATIENT)
    label = message("step.category_b_share", amount=grouped(amount), rate=percent(rate))
    return Step("bill", label, claim.category_b, source, Payer.PATIENT, amount, rate)


def amounts(visit: Visit, basic: BasicLayer, critical: CriticalLayer, assistance: AssistanceLayer) -> Amounts:
    """Return the amounts by the national platform's names."""
    claim = visit.claim
    funds, patient = None, None
    hospital = hospital_part(visit, basic, critical, assistance)
    if basic.paid is not None and critical.paid is not None and assistance.paid is not None:
        funds = basic.paid + critical.paid + assistance.paid
        patient = None if hospital is None else claim.total - funds - hospital
    return Amounts(
        claim.total,
        claim.total - claim.eligible - claim.over_limit,
        claim.over_limit,
        claim.category_b,
        visit.in_scope,
        basic.deductible,
        basic.paid,
        critical.paid,
        assistance.paid,
        funds,
        patient,
        hospital,
    )


def hospital_part(
    visit: Visit, basic: BasicLayer, critical: CriticalLayer, assistance: AssistanceLayer
) -> int | None:
    """Return what the hospital bears (fen): what a case's price leaves, else what was given.

    What was given is at most what the funds leave, a missing payment counting as nothing. None: the price of
    the case is missing.
    """
    claim = visit.claim
    if claim.by_case and basic.by_price:
        return basic.hospital
    paid = _fen(basic.paid) + _fen(critical.paid) + _fen(assistance.paid)
    return minimum(claim.hospital_part, claim.total - paid)


def _fen(amount: int | None) -> int:
    """Return an amount (fen), 0 where a figure that it needs is missing."""
    return 0 if amount is None else amount


def patient_parts(
    visit: Visit, basic: BasicLayer, critical: CriticalLayer, assistance: AssistanceLayer, hospital: int
) -> PatientParts:
    """Return the parts of what the patient pays, for a settlement that is complete."""
    claim, in_scope = visit.claim, _fen(visit.in_scope)
    paid, deductible = _fen(basic.paid), _fen(basic.deductible)
    return PatientParts(
        claim.total - claim.eligible - claim.over_limit,
        claim.over_limit,
        claim.category_b,
        basic.not_covered,
        deductible,
        in_scope - paid - deductible - basic.not_covered - basic.over_annual_limit,
        basic.over_annual_limit,
        -_fen(critical.paid),
        -_fen(assistance.paid),
        _fen(visit.elsewhere),
        -hospital,
    )


def year_after(
    visit: Visit, basic: BasicLayer, critical: CriticalLayer, assistance: AssistanceLayer
) -> YearToDate:
    """Return the year's totals after a visit whose settlement is complete."""
    claim, year = visit.claim, visit.year
    paid, deductible = _fen(basic.paid), _fen(basic.deductible)
    if claim.benefit.pooled:
        level_s = deductible if claim.benefit.special and not basic.own_deductible else 0
        admitted = claim.benefit is Benefit.INPATIENT and not visit.chained
        return YearToDate(
            year.admissions + admitted,
            year.in_scope + _fen(basic.cost),
            year.basic_paid + paid,
            year.critical_burden + critical.burden,
            year.critical_paid + _fen(critical.paid),
            year.special_outpatient_deductible + level_s,
            year.common_outpatient_paid,
            year.common_outpatient_deductible,
            year.assistance_deductible + assistance.deductible,
            year.assistance_paid + _fen(assistance.paid),
            year.chronic,
            _special_after(visit, basic),
            year.carried_common,
        )
    if claim.benefit is Benefit.COMMON_OUTPATIENT:
        return year._replace(
            common_outpatient_paid=year.common_outpatient_paid + paid,
            common_outpatient_deductible=year.common_outpatient_deductible + deductible,
        )
    disease = claim.disease or 1
    before = year.chronic.get(disease, NO_TOTALS)
    return year._replace(chronic={**year.chronic, disease: _added(before, basic)})


def _special_after(visit: Visit, basic: BasicLayer) -> Mapping[int, ChronicTotals]:
    """Return the totals of the special outpatient diseases after a visit that names one."""
    claim, special = visit.claim, visit.year.special
    disease = claim.special_disease
    by_case = claim.major_disease and claim.case is not None  # a disease plays no part beside a case
    if disease is None or claim.benefit is not Benefit.SPECIAL_OUTPATIENT or by_case:
        return special
    return {**special, disease: _added(special.get(disease, NO_TOTALS), basic)}


def _added(before: ChronicTotals, basic: BasicLayer) -> ChronicTotals:
    return ChronicTotals(
        before.in_scope + basic.countable,
        before.paid + _fen(basic.paid),
        before.deductible + _fen(basic.deductible),
    )
