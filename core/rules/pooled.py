"""Inpatient care, special outpatient care, day surgery (2019-21, two, (one), 3; two, (two); annex 3)."""

from typing import NamedTuple

from core.arithmetic import maximum, minimum, where
from core.bands import Line, along_cost, along_fund, total
from core.messages import Message, Parameter, message, term
from core.money import grouped, percent
from core.policy.terms import Deductible, PooledTerms
from core.rules.limits import over_limit_step
from core.settlement import Source, Step
from core.vocabulary import BandAxis, Level, Payer, Transfer


class PooledPayment(NamedTuple):
    """The payment of basic insurance for the in-scope cost (fen).

    ``due`` is the deductible before it meets the cost, ``paid`` stands after every limit. ``countable`` is
    the cost that counts toward a disease's limit (all of it without one), ``not_covered`` the cost beyond.
    ``limit`` is the year's with what raised it, ``left`` and ``disease_left`` (None: no limit) are the rests
    of the limits before the visit.
    """

    due: int
    deductible: int
    lines: tuple[Line, ...]
    over_annual_limit: int
    paid: int
    countable: int
    not_covered: int
    limit: int
    left: int
    disease_left: int | None


class Before(NamedTuple):
    """The quantities before a visit that its lines go on from (fen; ``admissions`` is a count)."""

    admissions: int
    cost: int
    paid: int
    deductible: int
    chain_paid: int
    disease_counted: int
    disease_paid: int


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
    disease_counted: int,
    disease_paid: int,
    limit_raised: int,
) -> PooledPayment:
    """Work out the fund's payment for one visit. The quantities before are the year's (fen; a count).

    ``disease_counted`` and ``disease_paid`` are the special outpatient disease's own. ``limit_raised`` is
    what unused outpatient limits add to the annual limit.
    """
    disease = terms.disease
    countable = in_scope
    if disease is not None and disease.cost_limit is not None:
        countable = minimum(in_scope, maximum(0, disease.cost_limit - disease_counted))
    due = deductible_due(terms.deductible, admissions, deductible_before, chain_paid)
    deductible = minimum(countable, due)
    if terms.axis is BandAxis.ANNUAL_FUND:
        lines = along_fund(countable - deductible, paid_before, terms.bands)
    else:
        start = cost_before if terms.axis is BandAxis.ANNUAL_COST else 0
        lines = along_cost(start + deductible, start + countable, terms.bands)
    by_bands = total(lines)
    limit = terms.annual_limit + limit_raised
    left = maximum(0, limit - paid_before)
    paid, disease_left = minimum(by_bands, left), None
    if disease is not None and disease.annual_limit is not None:
        disease_left = maximum(0, disease.annual_limit - disease_paid)
        paid = minimum(paid, disease_left)
    return PooledPayment(
        due,
        deductible,
        lines,
        by_bands - paid,
        paid,
        countable,
        in_scope - countable,
        limit,
        left,
        disease_left,
    )


def steps(
    stage: str, terms: PooledTerms, payment: PooledPayment, transfer: Transfer, before: Before
) -> list[Step]:
    """Return the working of the payment."""
    result = _beyond_disease(stage, terms, payment, before)
    operands = (payment.due, payment.deductible, before.deductible, before.chain_paid)
    number = before.admissions + 1
    result.append(
        deductible_step(
            stage, terms.deductible, terms.level, transfer, number, operands, terms.transfer_source
        )
    )
    if len(terms.bands) > 1:
        if terms.axis is BandAxis.ANNUAL_FUND:
            axis = message("step.axis_fund", before=grouped(before.paid))
            result.append(Step(stage, axis, None, terms.axis_source))
        elif terms.axis is BandAxis.ANNUAL_COST and before.cost:
            label = message("step.axis_cost", before=grouped(before.cost))
            result.append(Step(stage, label, None, terms.bands_source))
    result += [band_step(stage, line, terms.bands_source, Payer.BASIC) for line in payment.lines if line.base]
    if payment.over_annual_limit:
        result.append(_over_step(stage, terms, payment, before))
    result.append(Step(stage, message("step.basic_paid"), payment.paid, terms.limit_source))
    return result


def _beyond_disease(stage: str, terms: PooledTerms, payment: PooledPayment, before: Before) -> list[Step]:
    """Return the line of the cost beyond what counts of a special outpatient disease in a year."""
    disease = terms.disease
    if not payment.not_covered or disease is None or disease.cost_limit is None:
        return []
    label = message(
        "step.beyond_cost_limit", limit=grouped(disease.cost_limit), before=grouped(before.disease_counted)
    )
    return [Step(stage, label, payment.not_covered, disease.source, Payer.PATIENT)]


def _over_step(stage: str, terms: PooledTerms, payment: PooledPayment, before: Before) -> Step:
    """Return the line of the limit that was met first: a disease's own, or the year's."""
    disease = terms.disease
    if (
        disease is not None
        and disease.annual_limit is not None
        and payment.disease_left is not None
        and payment.disease_left < payment.left
    ):
        over = (payment.over_annual_limit, disease.annual_limit, before.disease_paid)
        return over_limit_step(stage, "step.over_disease_limit", *over, disease.source)
    over = (payment.over_annual_limit, payment.limit, before.paid)
    return over_limit_step(stage, "step.annual_limit", *over, terms.limit_source)


def deductible_step(
    stage: str,
    figure: Deductible,
    level: Level,
    transfer: Transfer,
    number: int,
    operands: tuple[int, int, int, int],
    transfer_source: Source,
) -> Step:
    """Return the line of the deductible.

    ``number`` is the admission's in the year. ``operands`` are what is due, what is charged, what was
    deducted in the year, what a chain of transfers has paid (fen).
    """
    due, charged, used, chain_paid = operands
    named, source = term("level", level), figure.source
    if transfer is Transfer.UP:
        whole = figure.by_admission[min(number, len(figure.by_admission)) - 1]
        label = message(
            "step.deductible.counted_on",
            level=named,
            figure=grouped(whole),
            paid=grouped(chain_paid),
            due=grouped(due),
        )
        source = transfer_source
    elif figure.waived:
        label = message("step.deductible.transfer_down", due=grouped(due))
    elif figure.yearly and used:
        label = message(
            "step.deductible.of_year",
            level=named,
            figure=grouped(figure.by_admission[0]),
            used=grouped(used),
        )
    else:
        label = message(f"step.deductible.{stage}", level=named, number=number, due=grouped(due))
    return Step(stage, label, charged, source, Payer.PATIENT)


def band_step(stage: str, line: Line, source: Source, payer: Payer) -> Step:
    """Return the line of one band: base x rate = paid."""
    base, rate, paid, lower, upper = line
    edges: dict[str, Parameter] = {"lower": grouped(lower), "rate": percent(rate), "base": grouped(base)}
    id_ = "step.band_open" if lower else "step.band_only"
    if upper is not None:
        id_, edges["upper"] = "step.band", grouped(upper)
    return Step(stage, Message(id_, edges), paid, source, payer, base, rate)
