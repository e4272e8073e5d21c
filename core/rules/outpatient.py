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
    ``not_covered`` what lies beyond; ``paid`` stands after every limit.
    """

    countable: int
    not_covered: int
    deductible: int
    line: Line
    over_annual_limit: int
    paid: int


def common(
    terms: CommonTerms, in_scope: int, deductible_before: int, paid_before: int, outpatient_paid_before: int
) -> Outpatient:
    """The fund's payment for a visit; ``outpatient_paid_before`` counts common and chronic care (fen)."""
    due = _due(terms.deductible.by_admission[0], terms.deductible.yearly, deductible_before)
    deductible = minimum(in_scope, due)
    base = in_scope - deductible
    line = Line(base, terms.rate, share(base, terms.rate), 0, None)
    left = minimum(terms.annual_limit - paid_before, terms.combined_limit - outpatient_paid_before)
    paid = minimum(line.paid, maximum(0, left))
    return Outpatient(in_scope, 0, deductible, line, line.paid - paid, paid)


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
    left = minimum(terms.fund_limit - paid_before, terms.combined_limit - outpatient_paid_before)
    paid = minimum(line.paid, maximum(0, left))
    return Outpatient(countable, in_scope - deductible - base, deductible, line, line.paid - paid, paid)


def _due(figure: int, yearly: bool, used: int) -> int:
    return maximum(0, figure - used) if yearly else figure


def common_steps(terms: CommonTerms, found: Outpatient) -> list[Step]:
    """How a common outpatient payment was worked out."""
    limits = [
        (message("step.annual_limit", limit=grouped(terms.annual_limit)), terms.limit_source),
        (message("step.combined_limit", limit=grouped(terms.combined_limit)), terms.combined_source),
    ]
    return _steps("common_outpatient", found, terms.deductible.source, terms.rate_source, limits)


def chronic_steps(terms: ChronicTerms, found: Outpatient) -> list[Step]:
    """How a chronic outpatient payment was worked out."""
    limits = [
        (message("step.disease_limit", limit=grouped(terms.fund_limit)), terms.amount_source),
        (message("step.combined_limit", limit=grouped(terms.combined_limit)), terms.combined_source),
    ]
    result = _steps("chronic_outpatient", found, terms.deductible.source, terms.rate_source, limits)
    if found.not_covered:
        said = message("step.beyond_amount", amount=grouped(terms.amount))
        step = Step("chronic_outpatient", said, found.not_covered, terms.amount_source, Payer.PATIENT)
        result.insert(1, step)
    return result


def _steps(
    stage: str, found: Outpatient, deductible_source: Source, rate_source: Source, limits: list[tuple[Message, Source]]
) -> list[Step]:
    result = [
        Step(stage, message("step.deductible.outpatient"), found.deductible, deductible_source, Payer.PATIENT)
    ]
    base, rate = found.line.base, found.line.rate
    if base:
        said = message("step.rate", base=grouped(base), rate=percent(rate))
        result.append(Step(stage, said, found.line.paid, rate_source, Payer.BASIC, base, rate))
    if found.over_annual_limit:
        said = message("step.over_limits", limits=message("list.two", first=limits[0][0], second=limits[1][0]))
        result.append(Step(stage, said, found.over_annual_limit, limits[0][1], Payer.PATIENT))
    result.append(Step(stage, message("step.basic_paid"), found.paid, rate_source))
    return result
