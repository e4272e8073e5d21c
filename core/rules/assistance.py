"""Medical assistance, the third layer (2019-26, three, (two); 2016-57, four): the region's figures."""

from typing import NamedTuple

from core.arithmetic import maximum, minimum
from core.messages import message
from core.money import grouped, percent, share
from core.policy.terms import AssistanceTerms
from core.settlement import Step
from core.vocabulary import Payer


class Assistance(NamedTuple):
    """The payment of medical assistance for what the other layers leave of the in-scope cost (fen).

    ``by_rate`` stands before the annual limit, ``paid`` after it.
    """

    base: int
    deductible: int
    by_rate: int
    paid: int


def assistance(
    terms: AssistanceTerms, left_in_scope: int, deductible_before: int, paid_before: int
) -> Assistance:
    """Work out the payment for one visit. The totals before the visit are the year's (fen)."""
    base = maximum(0, left_in_scope)
    deductible = minimum(base, maximum(0, terms.deductible - deductible_before))
    by_rate = share(base - deductible, terms.rate)
    if terms.annual_limit is None:
        paid = by_rate
    else:
        paid = minimum(by_rate, maximum(0, terms.annual_limit - paid_before))
    return Assistance(base, deductible, by_rate, paid)


def steps(terms: AssistanceTerms, payment: Assistance) -> list[Step]:
    """Return the working of the payment."""
    stage = "assistance"
    result = [Step(stage, message("step.assistance_base"), payment.base, terms.rate_source)]
    if payment.deductible:
        label = message("step.assistance_deductible")
        result.append(Step(stage, label, payment.deductible, terms.deductible_source, Payer.PATIENT))
    counted = payment.base - payment.deductible
    label = message("step.rate", base=grouped(counted), rate=percent(terms.rate))
    result.append(
        Step(stage, label, payment.by_rate, terms.rate_source, Payer.ASSISTANCE, counted, terms.rate)
    )
    if payment.paid != payment.by_rate and terms.annual_limit is not None:
        label = message("step.annual_limit", limit=grouped(terms.annual_limit))
        result.append(Step(stage, label, payment.by_rate - payment.paid, terms.limit_source, Payer.PATIENT))
    result.append(Step(stage, message("step.assistance_paid"), payment.paid, terms.rate_source))
    return result
