"""The effect of an enrolment on a year's cap and critical-illness deductible."""

from collections.abc import Sequence
from datetime import date

from core.claim import Enrolment
from core.messages import message
from core.money import grouped
from core.policy.select import Policy
from core.policy.terms import CriticalTerms, Excluded, Missing
from core.rules.critical_illness import STAGE, adjustment_steps, deductible_step
from core.rules.incentives import fraud_uplift
from core.settlement import Step
from core.vocabulary import Benefit, Population


def effect(policy: Policy, day: date, population: Population, enrolment: Enrolment) -> list[Step] | Missing:
    """Return the cap and the critical-illness deductible that follow on a day, as a sum with its clauses.

    Return the missing figures instead where the year's rule is not whole.
    """
    terms = policy.critical(day, Benefit.INPATIENT, population, specific_item=False)
    if isinstance(terms, Excluded):  # only special outpatient care is ever taken out
        return []
    if not isinstance(terms, CriticalTerms):
        return terms
    return [*_cap_steps(terms, enrolment), *_deductible_steps(terms, enrolment.fraud_amounts)]


def _cap_steps(terms: CriticalTerms, enrolment: Enrolment) -> list[Step]:
    if terms.cap is None:
        return [Step(STAGE, message("step.critical_uncapped"), None, terms.cap_source)]
    if terms.incentives is None:
        return [Step(STAGE, message("step.cap_original"), terms.cap, terms.cap_source)]
    return adjustment_steps(terms, terms.incentives, terms.cap, enrolment)


def _deductible_steps(terms: CriticalTerms, incidents: Sequence[int]) -> list[Step]:
    steps = [deductible_step(terms)]
    if terms.fraud_floor is None or not incidents:
        return steps
    for amount in incidents:
        label = message("step.fraud_incident", amount=grouped(amount), least=grouped(terms.fraud_floor))
        steps.append(Step(STAGE, label, fraud_uplift([amount], terms.fraud_floor), terms.fraud_source))
    whole = terms.deductible + fraud_uplift(incidents, terms.fraud_floor)
    return [*steps, Step(STAGE, message("step.deductible_follows"), whole, terms.fraud_source)]
