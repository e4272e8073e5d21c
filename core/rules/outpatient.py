"""Common and chronic outpatient care (2019-21, two, (one), 1 and 2; 2020-15, two, (three))."""

from typing import NamedTuple

from core.arithmetic import maximum, minimum
from core.bands import Line
from core.messages import Message, message
from core.money import grouped, percent, share
from core.policy.terms import ChronicTerms, CommonTerms
from core.settlement import Source, Step
from core.vocabulary import DeductibleCounts, Payer


class Outpatient(NamedTuple):
    """The payment of basic insurance for the in-scope cost (fen).

    ``countable`` is the cost that counts toward a disease's amount (all of it for common outpatient care),
    ``not_covered`` the cost beyond. ``paid`` stands after every limit. ``own_left`` and ``combined_left`` are
    the rests of the year's limits before this visit.
    """

    countable: int
    not_covered: int
    deductible: int
    line: Line
    over_annual_limit: int
    paid: int
    own_left: int
    combined_left: int


def common(
    terms: CommonTerms, in_scope: int, deductible_before: int, paid_before: int, outpatient_paid_before: int
) -> Outpatient:
    """Work out the fund's payment for a visit (fen).

    ``outpatient_paid_before`` counts common and chronic care together.
    """
    due = _due(terms.deductible.by_admission[0], terms.deductible.yearly, deductible_before)
    deductible = minimum(in_scope, due)
    base = in_scope - deductible
    line = Line(base, terms.rate, share(base, terms.rate), 0, None)
    own_left = maximum(0, terms.annual_limit - paid_before)
    combined_left = maximum(0, terms.combined_limit - outpatient_paid_before)
    paid = minimum(line.paid, minimum(own_left, combined_left))
    return Outpatient(in_scope, 0, deductible, line, line.paid - paid, paid, own_left, combined_left)


def chronic(
    terms: ChronicTerms,
    in_scope: int,
    deductible_before: int,
    counted_before: int,
    paid_before: int,
    outpatient_paid_before: int,
) -> Outpatient:
    """Work out the fund's payment for a visit (fen).

    The first three quantities before the visit are the disease's own. ``outpatient_paid_before`` counts
    common and chronic care together.
    """
    due = _due(terms.deductible.by_admission[0], terms.deductible.yearly, deductible_before)
    left_of_amount = maximum(0, terms.amount - counted_before)
    if terms.counts is DeductibleCounts.INSIDE:
        countable = minimum(in_scope, left_of_amount)
        deductible = minimum(countable, due)
        base = countable - deductible
    else:
        deductible = minimum(in_scope, due)
        countable = base = minimum(in_scope - deductible, left_of_amount)
    line = Line(base, terms.rate, share(base, terms.rate), 0, None)
    own_left = maximum(0, terms.fund_limit - paid_before)
    combined_left = maximum(0, terms.combined_limit - outpatient_paid_before)
    paid = minimum(line.paid, minimum(own_left, combined_left))
    not_covered = in_scope - deductible - base
    return Outpatient(
        countable, not_covered, deductible, line, line.paid - paid, paid, own_left, combined_left
    )


def _due(figure: int, yearly: bool, used: int) -> int:
    return maximum(0, figure - used) if yearly else figure


def common_steps(terms: CommonTerms, payment: Outpatient) -> list[Step]:
    """Return the working of a common outpatient payment."""
    stage = "common_outpatient"
    own = message("step.over_common_limit", limit=grouped(terms.annual_limit))
    return [
        _deductible_step(stage, payment, terms.deductible.source),
        *_paid_steps(stage, payment, terms, own, terms.limit_source),
    ]


def chronic_steps(terms: ChronicTerms, payment: Outpatient) -> list[Step]:
    """Return the working of a chronic outpatient payment."""
    stage = "chronic_outpatient"
    steps = [_deductible_step(stage, payment, terms.deductible.source)]
    if payment.not_covered:
        label = message("step.beyond_amount", amount=grouped(terms.amount))
        steps.append(Step(stage, label, payment.not_covered, terms.amount_source, Payer.PATIENT))
    own = message("step.over_disease_limit", limit=grouped(terms.fund_limit))
    return steps + _paid_steps(stage, payment, terms, own, terms.amount_source)


def _deductible_step(stage: str, payment: Outpatient, source: Source) -> Step:
    return Step(stage, message("step.deductible.outpatient"), payment.deductible, source, Payer.PATIENT)


def _paid_steps(
    stage: str, payment: Outpatient, terms: CommonTerms | ChronicTerms, own: Message, own_source: Source
) -> list[Step]:
    """Return the line of the one rate, the part that a limit takes off, and the payment."""
    steps = []
    base, rate = payment.line.base, payment.line.rate
    if base:
        label = message("step.rate", base=grouped(base), rate=percent(rate))
        steps.append(Step(stage, label, payment.line.paid, terms.rate_source, Payer.BASIC, base, rate))
    if payment.over_annual_limit:
        label, source = own, own_source
        if payment.combined_left < payment.own_left:
            label = message("step.over_combined_limit", limit=grouped(terms.combined_limit))
            source = terms.combined_source
        steps.append(Step(stage, label, payment.over_annual_limit, source, Payer.PATIENT))
    steps.append(Step(stage, message("step.basic_paid"), payment.paid, terms.rate_source))
    return steps
