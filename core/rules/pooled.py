"""Inpatient care, special outpatient care, day surgery (2019-21, two, (one), 3; two, (two); annex 3)."""

from typing import NamedTuple

from core.arithmetic import maximum, minimum, where
from core.bands import Line, along_cost, along_fund, total
from core.messages import message, term
from core.money import grouped, percent
from core.policy.terms import Deductible, PooledTerms
from core.settlement import Source, Step
from core.vocabulary import BandAxis, Payer


class PooledPayment(NamedTuple):
    """The payment of basic insurance for the in-scope cost (fen).

    ``due`` is the deductible before it meets the cost, ``paid`` stands after the annual limit.
    """

    due: int
    deductible: int
    lines: tuple[Line, ...]
    over_annual_limit: int
    paid: int


def deductible_due(figure: Deductible, admissions: int, used: int, chain_paid: int) -> int:
    """Return the deductible due for a visit (fen) after ``admissions`` earlier ones (2019-21, two, (two), 1).

    ``used`` is what was deducted earlier in the year, which counts where the figure is a year's.
    ``chain_paid`` is what was deducted along a chain of transfers up the levels.
    """
    if figure.waived:
        return 0
    due = figure.by_admission[-1]
    for earlier in range(len(figure.by_admission) - 2, -1, -1):
        due = where(admissions <= earlier, figure.by_admission[earlier], due)
    return maximum(0, due - (used if figure.yearly else 0) - chain_paid)


def pooled(
    terms: PooledTerms,
    in_scope: int,
    admissions: int,
    cost_before: int,
    paid_before: int,
    deductible_before: int,
    chain_paid: int,
) -> PooledPayment:
    """Work out the fund's payment for one visit. The quantities before are the year's (fen; a count)."""
    due = deductible_due(terms.deductible, admissions, deductible_before, chain_paid)
    deductible = minimum(in_scope, due)
    if terms.axis is BandAxis.ANNUAL_FUND:
        lines = along_fund(in_scope - deductible, paid_before, terms.bands)
    else:
        start = cost_before if terms.axis is BandAxis.ANNUAL_COST else 0
        lines = along_cost(start + deductible, start + in_scope, terms.bands)
    by_bands = total(lines)
    paid = minimum(by_bands, maximum(0, terms.annual_limit - paid_before))
    return PooledPayment(due, deductible, lines, by_bands - paid, paid)


def steps(
    stage: str,
    terms: PooledTerms,
    payment: PooledPayment,
    transfer: str,
    number: int,
    cost_before: int,
    paid_before: int,
) -> list[Step]:
    """Return the working of the payment.

    ``number`` is the admission's in the year. The quantities before the visit are the year's (fen).
    """
    level = term("level", terms.level)
    if transfer == "none":
        label = message(f"step.deductible.{stage}", level=level, number=number, due=grouped(payment.due))
        source = terms.deductible.source
    else:
        label = message(f"step.deductible.transfer_{transfer}", level=level, due=grouped(payment.due))
        source = terms.transfer_source
    result = [Step(stage, label, payment.deductible, source, Payer.PATIENT)]
    if terms.axis is BandAxis.ANNUAL_FUND:
        axis = message("step.axis_fund", before=grouped(paid_before))
        result.append(Step(stage, axis, None, terms.axis_source))
    elif terms.axis is BandAxis.ANNUAL_COST and cost_before:
        label = message("step.axis_cost", before=grouped(cost_before))
        result.append(Step(stage, label, None, terms.bands_source))
    result += [band_step(stage, line, terms.bands_source, Payer.BASIC) for line in payment.lines if line.base]
    if payment.over_annual_limit:
        label = message("step.annual_limit", limit=grouped(terms.annual_limit))
        result.append(Step(stage, label, payment.over_annual_limit, terms.limit_source, Payer.PATIENT))
    result.append(Step(stage, message("step.basic_paid"), payment.paid, terms.limit_source))
    return result


def band_step(stage: str, line: Line, source: Source, payer: Payer) -> Step:
    """Return the line of one band: base x rate = paid."""
    edges = {"lower": grouped(line.lower), "rate": percent(line.rate), "base": grouped(line.base)}
    if line.upper is None:
        label = message("step.band_open" if line.lower else "step.band_only", **edges)
    else:
        label = message("step.band", upper=grouped(line.upper), **edges)
    return Step(stage, label, line.paid, source, payer, line.base, line.rate)
