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
    """What basic insurance makes of the in-scope cost (fen).

    ``countable`` is what counted toward a disease's amount (all of it for common outpatient care),
    ``not_covered`` what lies beyond; ``paid`` stands after every limit. ``own_left`` and ``combined_left``
    are what the year's limits left for it.
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
    """The fund's payment for a visit; ``outpatient_paid_before`` counts common and chronic care (fen)."""
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
    """The fund's payment for a visit; the first three quantities before it are the disease's own (fen)."""
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


def common_steps(terms: CommonTerms, found: Outpatient) -> list[Step]:
    """How a common outpatient payment was worked out."""
    stage = "common_outpatient"
    own = message("step.over_common_limit", limit=grouped(terms.annual_limit))
    return [
        _deductible_step(stage, found, terms.deductible.source),
        *_paid_steps(stage, found, terms, own, terms.limit_source),
    ]


def chronic_steps(terms: ChronicTerms, found: Outpatient) -> list[Step]:
    """How a chronic outpatient payment was worked out."""
    stage = "chronic_outpatient"
    steps = [_deductible_step(stage, found, terms.deductible.source)]
    if found.not_covered:
        said = message("step.beyond_amount", amount=grouped(terms.amount))
        steps.append(Step(stage, said, found.not_covered, terms.amount_source, Payer.PATIENT))
    own = message("step.over_disease_limit", limit=grouped(terms.fund_limit))
    return steps + _paid_steps(stage, found, terms, own, terms.amount_source)


def _deductible_step(stage: str, found: Outpatient, source: Source) -> Step:
    return Step(stage, message("step.deductible.outpatient"), found.deductible, source, Payer.PATIENT)


def _paid_steps(
    stage: str, found: Outpatient, terms: CommonTerms | ChronicTerms, own: Message, own_source: Source
) -> list[Step]:
    """The line of the one rate, what a limit takes off it, and the payment."""
    steps = []
    base, rate = found.line.base, found.line.rate
    if base:
        said = message("step.rate", base=grouped(base), rate=percent(rate))
        steps.append(Step(stage, said, found.line.paid, terms.rate_source, Payer.BASIC, base, rate))
    if found.over_annual_limit:
        said, source = own, own_source
        if found.combined_left < found.own_left:
            said = message("step.over_combined_limit", limit=grouped(terms.combined_limit))
            source = terms.combined_source
        steps.append(Step(stage, said, found.over_annual_limit, source, Payer.PATIENT))
    steps.append(Step(stage, message("step.basic_paid"), found.paid, terms.rate_source))
    return steps
