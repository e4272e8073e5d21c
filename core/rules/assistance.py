"""Medical assistance, the third layer (2019-26, three, (two); 2016-57, four): the region's figures."""

from typing import NamedTuple

from core.arithmetic import maximum, minimum
from core.bands import Line, along_fund, total
from core.messages import message
from core.money import grouped, percent, share
from core.policy.terms import AssistanceTerms
from core.rules.limits import over_limit_step
from core.rules.pooled import band_step
from core.settlement import Step
from core.vocabulary import Payer


class Assistance(NamedTuple):
    """The payment of medical assistance for what the other layers leave of the in-scope cost (fen).

    ``by_rate`` stands before the annual limit, ``paid`` after it. ``lines`` are those of the bands, empty
    where one rate holds for all.
    """

    base: int
    deductible: int
    by_rate: int
    paid: int
    lines: tuple[Line, ...] = ()


def assistance(
    terms: AssistanceTerms, left_in_scope: int, deductible_before: int, paid_before: int
) -> Assistance:
    """Work out the payment for one visit. The totals before the visit are the year's (fen)."""
    base = maximum(0, left_in_scope)
    deductible = minimum(base, maximum(0, terms.deductible - deductible_before))
    lines: tuple[Line, ...] = ()
    if terms.bands is None:
        by_rate = share(base - deductible, terms.rate)
    else:
        lines = along_fund(base - deductible, paid_before, terms.bands)
        by_rate = total(lines)
    if terms.annual_limit is None:
        paid = by_rate
    else:
        paid = minimum(by_rate, maximum(0, terms.annual_limit - paid_before))
    return Assistance(base, deductible, by_rate, paid, lines)


def steps(
    terms: AssistanceTerms, payment: Assistance, deductible_before: int, paid_before: int
) -> list[Step]:
    """Return the working of the payment."""
    stage = "assistance"
    result = [Step(stage, message("step.assistance_base"), payment.base, terms.rate_source)]
    if terms.deductible:
        figure, used = grouped(terms.deductible), grouped(deductible_before)
        label = message("step.assistance_deductible_due", figure=figure)
        if deductible_before:
            label = message("step.assistance_deductible_before", figure=figure, used=used)
        result.append(Step(stage, label, payment.deductible, terms.deductible_source, Payer.PATIENT))
    counted = payment.base - payment.deductible
    if terms.bands is None:
        label = message("step.rate", base=grouped(counted), rate=percent(terms.rate))
        result.append(
            Step(stage, label, payment.by_rate, terms.rate_source, Payer.ASSISTANCE, counted, terms.rate)
        )
    else:
        label = message("step.axis_assistance", before=grouped(paid_before))
        result.append(Step(stage, label, None, terms.rate_source))
        result += [
            band_step(stage, line, terms.rate_source, Payer.ASSISTANCE) for line in payment.lines if line.base
        ]
    if payment.paid != payment.by_rate and terms.annual_limit is not None:
        over = (payment.by_rate - payment.paid, terms.annual_limit, paid_before)
        result.append(over_limit_step(stage, "step.annual_limit", *over, terms.limit_source))
    result.append(Step(stage, message("step.assistance_paid"), payment.paid, terms.rate_source))
    return result
