"""A case that is paid by its price (2019-21, two, (two), 2): the region's row."""

from typing import NamedTuple

from core.arithmetic import maximum, minimum
from core.bands import Line
from core.messages import message
from core.money import grouped, percent, share
from core.policy.terms import CaseTerms
from core.rules.limits import over_limit_step
from core.rules.pooled import deductible_due, deductible_step
from core.settlement import Step
from core.vocabulary import Payer, Transfer


class CasePayment(NamedTuple):
    """The payment of basic insurance for a case (fen).

    ``cost`` is the price, or the bill where that is less; ``hospital`` is what the bill leaves above it.
    ``limit`` is the year's as it stood, ``paid`` stands after it.
    """

    cost: int
    due: int
    deductible: int
    line: Line
    limit: int
    over_annual_limit: int
    paid: int
    hospital: int


def case_payment(
    terms: CaseTerms,
    billed: int,
    admissions: int,
    paid_before: int,
    deductible_before: int,
    chain_paid: int,
    limit_raised: int,
) -> CasePayment:
    """Work out the fund's payment for a case.

    ``billed`` is the bill without a share for care elsewhere (fen). The quantities before are the year's.
    """
    cost = minimum(terms.price, billed)
    line = Line(cost, terms.rate, share(cost, terms.rate))
    due = 0
    if terms.deductible is not None:
        due = deductible_due(terms.deductible, admissions, deductible_before, chain_paid)
    deductible = minimum(line.paid, due)
    limit = terms.annual_limit + limit_raised
    paid = minimum(line.paid - deductible, maximum(0, limit - paid_before))
    over = line.paid - deductible - paid
    return CasePayment(cost, due, deductible, line, limit, over, paid, billed - cost)


def steps(
    stage: str,
    terms: CaseTerms,
    payment: CasePayment,
    transfer: Transfer,
    number: int,
    deductible_before: int,
    chain_paid: int,
    paid_before: int,
) -> list[Step]:
    """Return the working of the payment. ``number`` is the admission's in the year."""
    price = message("step.case_price", price=grouped(terms.price))
    label = message("step.rate", base=grouped(payment.cost), rate=percent(terms.rate))
    result = [Step(stage, price, payment.cost, terms.price_source)]
    if payment.hospital:
        above = message("step.case_hospital")
        result.append(Step(stage, above, payment.hospital, terms.price_source, Payer.HOSPITAL))
    paid = Step(stage, label, payment.line.paid, terms.price_source, Payer.BASIC, payment.cost, terms.rate)
    result.append(paid)
    if terms.deductible is not None:
        step = deductible_step(
            stage,
            terms.deductible,
            terms.level,
            transfer,
            number,
            (payment.due, payment.deductible, deductible_before, chain_paid),
            terms.transfer_source,
        )
        result.append(step)
    if payment.over_annual_limit:
        over = (payment.over_annual_limit, payment.limit, paid_before)
        result.append(over_limit_step(stage, "step.annual_limit", *over, terms.limit_source))
    result.append(Step(stage, message("step.basic_paid"), payment.paid, terms.limit_source))
    return result
