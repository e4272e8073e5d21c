"""Critical illness (2016-57, three; 2019-26, two; 2025-12-31, two to five)."""

from collections.abc import Sequence
from typing import NamedTuple

from core.arithmetic import maximum, minimum, where
from core.bands import Line, along_cost, total
from core.claim import Enrolment
from core.messages import message
from core.money import grouped, percent
from core.policy.terms import CriticalTerms
from core.rules.incentives import adjusted_cap, fraud_uplift
from core.rules.pooled import band_step
from core.settlement import Step
from core.vocabulary import BandOrigin, Payer


class Critical(NamedTuple):
    """The payment of critical illness for a burden (fen).

    ``cap`` None: there is none. ``zero_claim_bonus_used`` and ``fraud_cleared`` are 1 or 0.
    """

    burden: int
    deductible: int
    cap: int | None
    lines: tuple[Line, ...]
    over_cap: int
    paid: int
    zero_claim_bonus_used: int
    fraud_cleared: int


def critical_illness(
    terms: CriticalTerms,
    left_in_scope: int,
    category_b: int,
    burden_before: int,
    paid_before: int,
    consecutive_years: int,
    zero_claim_years: int,
    gap_years: int,
    fraud_amounts: Sequence[int],
) -> Critical:
    """Work out the payment for the in-scope cost that basic insurance leaves (fen).

    The totals before the visit are the year's.
    """
    burden = left_in_scope + category_b if terms.counts_category_b else left_in_scope
    deductible = terms.deductible
    if terms.fraud_floor is not None:
        deductible = deductible + fraud_uplift(fraud_amounts, terms.fraud_floor)
    origin = deductible if terms.origin is BandOrigin.DEDUCTIBLE else 0
    lines = along_cost(maximum(burden_before, deductible), burden_before + burden, terms.bands, origin)
    by_bands = total(lines)
    if terms.cap is None:
        cap = cap_without = None
        paid = by_bands
    else:
        cap = cap_without = terms.cap
        if terms.incentives is not None:
            cap = adjusted_cap(terms.incentives, terms.cap, consecutive_years, zero_claim_years, gap_years)
            cap_without = adjusted_cap(terms.incentives, terms.cap, consecutive_years, 0, gap_years)
        paid = minimum(by_bands, maximum(0, cap - paid_before))
    used = 0
    if cap is not None and cap_without is not None and terms.incentives is not None:
        used = where(paid_before + paid > cap_without, where(cap > cap_without, 1, 0), 0)
    cleared = where(paid > 0, 1, 0) if terms.fraud_floor is not None and len(fraud_amounts) else 0
    return Critical(burden, deductible, cap, lines, by_bands - paid, paid, used, cleared)


def steps(terms: CriticalTerms, payment: Critical, burden_before: int, enrolment: Enrolment) -> list[Step]:
    """Return the working of the payment."""
    stage = "critical_illness"
    counted = "step.burden_with_b" if terms.counts_category_b else "step.burden"
    result = [
        Step(stage, message(counted), payment.burden, terms.scope_source),
        Step(
            stage,
            message("step.burden_year", before=grouped(burden_before)),
            burden_before + payment.burden,
            terms.scope_source,
        ),
    ]
    tilt_or_not, source = (
        ("step.critical_deductible_tilted", terms.tilt_source)
        if terms.tilted
        else ("step.critical_deductible", terms.deductible_source)
    )
    result.append(Step(stage, message(tilt_or_not), terms.deductible, source))
    if terms.tilt_points:
        label = message("step.tilt_points", points=percent(terms.tilt_points))
        result.append(Step(stage, label, None, terms.tilt_source))
    if payment.deductible != terms.deductible:
        label = message(
            "step.fraud", incidents=len(enrolment.fraud_amounts), total=grouped(payment.deductible)
        )
        result.append(Step(stage, label, payment.deductible - terms.deductible, terms.fraud_source))
    if terms.origin is BandOrigin.DEDUCTIBLE:
        result.append(Step(stage, message("step.origin_deductible"), None, terms.origin_source))
    result += [
        band_step(stage, line, terms.bands_source, Payer.CRITICAL_ILLNESS)
        for line in payment.lines
        if line.base
    ]
    if payment.cap is None:
        result.append(Step(stage, message("step.critical_uncapped"), None, terms.cap_source))
    elif terms.incentives and payment.cap != terms.cap:
        label = message("step.critical_cap_adjusted", original=grouped(terms.cap or 0))
        result.append(Step(stage, label, payment.cap, terms.incentives.source))
    else:
        result.append(Step(stage, message("step.critical_cap"), payment.cap, terms.cap_source))
    if payment.over_cap:
        label = message("step.over_cap")
        result.append(Step(stage, label, payment.over_cap, terms.cap_source, Payer.PATIENT))
    result.append(Step(stage, message("step.critical_paid"), payment.paid, terms.cap_source))
    return result
