"""Common and chronic outpatient care (2019-21, two, (one), 1 and 2; 2020-15, two, (three))."""

from typing import NamedTuple

from core.arithmetic import maximum, minimum, where
from core.bands import Line
from core.claim import ChronicTotals, YearToDate
from core.messages import message
from core.money import WHOLE, cost_for, grouped, percent, share
from core.policy.terms import ChronicTerms, CommonTerms, Deductible
from core.rules.carry_over import limit_with_carried, unused, unused_steps
from core.rules.limits import over_limit_step
from core.settlement import Source, Step
from core.vocabulary import DeductibleCounts, Payer


class Outpatient(NamedTuple):
    """The payment of basic insurance for the in-scope cost (fen).

    ``countable`` is the cost that counts toward a disease's amount (all of it for common outpatient care),
    ``not_covered`` the cost beyond. ``paid`` stands after every limit. ``own_limit`` and ``amount`` are the
    year's with what raised them; ``own_left`` and ``combined_left`` are the rests of the year's limits before
    this visit.
    """

    countable: int
    not_covered: int
    deductible: int
    line: Line
    over_annual_limit: int
    paid: int
    own_left: int
    combined_left: int
    own_limit: int
    amount: int


def common(
    terms: CommonTerms,
    in_scope: int,
    deductible_before: int,
    paid_before: int,
    outpatient_paid_before: int,
    carried: int,
) -> Outpatient:
    """Work out the fund's payment for a visit (fen).

    ``outpatient_paid_before`` counts common and chronic care together. ``carried`` is last year's unused
    common limit.
    """
    due = _due(terms.deductible.by_admission[0], terms.deductible.yearly, deductible_before)
    deductible = minimum(in_scope, due)
    base = in_scope - deductible
    rate, limit = terms.rate, terms.annual_limit
    if terms.next_year_points:
        rate = where(carried > 0, min(WHOLE, rate + terms.next_year_points), rate)
    if terms.next_year_rate:
        limit = limit + share(carried, terms.next_year_rate)
    line = Line(base, rate, share(base, rate))
    own_left = maximum(0, limit - paid_before)
    combined_left = maximum(0, terms.combined_limit - outpatient_paid_before)
    paid = minimum(line.paid, minimum(own_left, combined_left))
    return Outpatient(
        in_scope, 0, deductible, line, line.paid - paid, paid, own_left, combined_left, limit, in_scope
    )


def chronic(
    terms: ChronicTerms,
    in_scope: int,
    deductible_before: int,
    counted_before: int,
    paid_before: int,
    outpatient_paid_before: int,
    limit_raised: int,
) -> Outpatient:
    """Work out the fund's payment for a visit (fen).

    The first three quantities before the visit are the disease's own. ``outpatient_paid_before`` counts
    common and chronic care together. ``limit_raised`` is what the unused common limit adds.
    """
    due = _due(terms.deductible.by_admission[0], terms.deductible.yearly, deductible_before)
    amount, limit = terms.amount, terms.fund_limit
    if terms.carry_over is not None:
        amount = amount + cost_for(limit_raised, terms.rate)
        limit = limit + limit_raised
    left_of_amount = maximum(0, amount - counted_before)
    if terms.counts is DeductibleCounts.INSIDE:
        countable = minimum(in_scope, left_of_amount)
        deductible = minimum(countable, due)
        base = countable - deductible
    else:
        deductible = minimum(in_scope, due)
        countable = base = minimum(in_scope - deductible, left_of_amount)
    line = Line(base, terms.rate, share(base, terms.rate))
    own_left = maximum(0, limit - paid_before)
    combined_left = maximum(0, terms.combined_limit - outpatient_paid_before)
    paid = minimum(line.paid, minimum(own_left, combined_left))
    return Outpatient(
        countable,
        in_scope - deductible - base,
        deductible,
        line,
        line.paid - paid,
        paid,
        own_left,
        combined_left,
        limit,
        amount,
    )


def common_left(terms: ChronicTerms, year: YearToDate) -> int:
    """Return what is unused of the common limit and raises a chronic disease's (fen), 0 where none does."""
    if terms.carry_over is None:
        return 0
    return unused(limit_with_carried(terms.carry_over, year.carried_common), year.common_outpatient_paid)


def still_payable(terms: ChronicTerms, year: YearToDate, *, alone: bool = False) -> int:
    """Return what the fund can still pay this year (fen) for a chronic disease, after every limit.

    The rule itself is asked, for a further visit that costs more than any limit. ``alone``: what other
    outpatient care was paid is left aside.
    """
    own, raised = year.chronic.get(terms.disease, ChronicTotals()), common_left(terms, year)
    more = max(terms.amount + cost_for(raised, terms.rate), own.in_scope) + terms.deductible.by_admission[0]
    together = own.paid if alone else year.outpatient_paid
    return chronic(terms, more, own.deductible, own.in_scope, own.paid, together, raised).paid


def _due(figure: int, yearly: bool, used: int) -> int:
    return maximum(0, figure - used) if yearly else figure


class OutpatientBefore(NamedTuple):
    """The quantities before a visit that its lines go on from (fen).

    The first three are the benefit's own, of a chronic visit the disease's. ``raised`` is last year's unused
    common limit, of a chronic visit this year's.
    """

    deductible: int
    counted: int
    paid: int
    combined_paid: int
    raised: int


def common_steps(terms: CommonTerms, payment: Outpatient, before: OutpatientBefore) -> list[Step]:
    """Return the working of a common outpatient payment."""
    stage = "common_outpatient"
    steps = []
    if before.raised and terms.carry_source is not None:
        cells = {"carried": grouped(before.raised), "limit": grouped(terms.annual_limit)}
        if terms.next_year_rate and payment.line.paid > maximum(0, terms.annual_limit - before.paid):
            label = message("step.common_limit_with", rate=percent(terms.next_year_rate), **cells)
            steps.append(Step(stage, label, payment.own_limit, terms.carry_source))
        elif terms.next_year_points:
            rates = {"rate": percent(terms.rate), "points": percent(terms.next_year_points)}
            label = message("step.common_rate_from", carried=cells["carried"], **rates)
            steps.append(Step(stage, label, None, terms.carry_source))
    steps.append(_deductible_step(stage, payment, terms.deductible, before))
    own = "step.over_common_limit"
    return steps + _paid_steps(stage, payment, terms, own, terms.limit_source, before)


def chronic_steps(
    terms: ChronicTerms, payment: Outpatient, before: OutpatientBefore, year: YearToDate
) -> list[Step]:
    """Return the working of a chronic outpatient payment."""
    stage = "chronic_outpatient"
    steps: list[Step] = []
    bears = payment.not_covered or payment.over_annual_limit
    if terms.whole_amount is not None and terms.further_rate is not None:
        whole, rate = terms.whole_amount, terms.further_rate
        label = message("step.further_amount", whole=grouped(whole), rate=percent(rate))
        steps.append(Step(stage, label, terms.amount, terms.amount_source, base=whole, rate=rate))
    elif terms.further_sum:
        steps.append(Step(stage, message("step.further_sum"), terms.amount, terms.amount_source))
    if before.raised and terms.carry_over is not None and (bears or _needed(terms, payment, before)):
        common = (terms.carry_over, year.carried_common, year.common_outpatient_paid)
        steps += unused_steps(stage, *common, terms.carry_over.source)
        raised, rate_text = grouped(before.raised), percent(terms.rate)
        label = message("step.amount_raised", unused=raised, rate=rate_text, amount=grouped(terms.amount))
        steps.append(Step(stage, label, payment.amount, terms.carry_over.source))
        label = message("step.limit_raised", limit=grouped(terms.fund_limit), unused=raised)
        steps.append(Step(stage, label, payment.own_limit, terms.carry_over.source))
    inside = terms.counts is DeductibleCounts.INSIDE
    deductible = _deductible_step(stage, payment, terms.deductible, before)
    steps += [] if inside else [deductible]
    if payment.not_covered:
        limits = {"amount": grouped(payment.amount), "before": grouped(before.counted)}
        label = message("step.beyond_amount", amount=limits["amount"])
        if not inside:
            label = message("step.beyond_amount_outside", **limits)
        elif before.counted:
            label = message("step.beyond_amount_before", **limits)
        steps.append(Step(stage, label, payment.not_covered, terms.amount_source, Payer.PATIENT))
    steps += [deductible] if inside else []
    own = "step.over_disease_limit"
    return steps + _paid_steps(stage, payment, terms, own, terms.amount_source, before)


def _needed(terms: ChronicTerms, payment: Outpatient, before: OutpatientBefore) -> bool:
    """Return whether a visit takes more than the disease's limits would leave without what raised them."""
    own = (before.deductible, before.counted, before.paid, before.combined_paid, 0)
    in_scope = payment.not_covered + payment.deductible + payment.line.base
    return chronic(terms, in_scope, *own).paid != payment.paid


def _deductible_step(stage: str, payment: Outpatient, figure: Deductible, before: OutpatientBefore) -> Step:
    label = message("step.deductible.outpatient")
    if figure.yearly and before.deductible:
        due, used = grouped(figure.by_admission[0]), grouped(before.deductible)
        label = message("step.deductible.outpatient_of_year", figure=due, used=used)
    elif figure.by_admission[0]:
        label = message("step.deductible.outpatient_due", figure=grouped(figure.by_admission[0]))
    return Step(stage, label, payment.deductible, figure.source, Payer.PATIENT)


def _paid_steps(
    stage: str,
    payment: Outpatient,
    terms: CommonTerms | ChronicTerms,
    own: str,
    own_source: Source,
    before: OutpatientBefore,
) -> list[Step]:
    """Return the line of the one rate, the part that a limit takes off, and the payment."""
    steps = []
    base, rate = payment.line.base, payment.line.rate
    if base:
        label = message("step.rate", base=grouped(base), rate=percent(rate))
        steps.append(Step(stage, label, payment.line.paid, terms.rate_source, Payer.BASIC, base, rate))
    if payment.over_annual_limit:
        id_, limit, paid, source = own, payment.own_limit, before.paid, own_source
        if payment.combined_left < payment.own_left:
            id_, limit, paid = "step.over_combined_limit", terms.combined_limit, before.combined_paid
            source = terms.combined_source
        steps.append(over_limit_step(stage, id_, payment.over_annual_limit, limit, paid, source))
    steps.append(Step(stage, message("step.basic_paid"), payment.paid, terms.rate_source))
    return steps
