"""Critical illness (2016-57, three; 2019-26, two; 2025-12-31, two to five)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from core.arithmetic import maximum, minimum, where
from core.bands import Line, along_cost, total
from core.claim import Enrolment
from core.messages import message
from core.money import WHOLE, grouped, percent
from core.policy.terms import CriticalTerms, IncentiveTerms
from core.rules.incentives import adjusted_cap, bonus, fraud_uplift, reduction
from core.rules.pooled import band_step
from core.settlement import Step
from core.vocabulary import BandOrigin, CapOn, Payer

STAGE: Final = "critical_illness"


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
    cap = cap_without = terms.cap
    if terms.cap is not None and terms.incentives is not None:
        cap = adjusted_cap(terms.incentives, terms.cap, consecutive_years, zero_claim_years, gap_years)
        cap_without = adjusted_cap(terms.incentives, terms.cap, consecutive_years, 0, gap_years)
    on_cost = cap is not None and terms.cap_on is CapOn.COST
    burden_after = burden_before + burden
    end = minimum(burden_after, cap) if cap is not None and on_cost else burden_after
    lines = along_cost(maximum(burden_before, deductible), end, terms.bands, origin)
    by_bands = paid = total(lines)
    if cap is not None and not on_cost:
        paid = minimum(by_bands, maximum(0, cap - paid_before))
    used = 0
    if cap is not None and cap_without is not None and terms.incentives is not None:
        reached = burden_after if on_cost else paid_before + paid
        used = where(reached > cap_without, where(cap > cap_without, 1, 0), 0)
    cleared = where(paid > 0, 1, 0) if terms.fraud_floor is not None and len(fraud_amounts) else 0
    return Critical(burden, deductible, cap, lines, by_bands - paid, paid, used, cleared)


def steps(
    terms: CriticalTerms, payment: Critical, burden_before: int, paid_before: int, enrolment: Enrolment
) -> list[Step]:
    """Return the working of the payment."""
    counted = "step.burden_with_b" if terms.counts_category_b else "step.burden"
    result = [
        Step(STAGE, message(counted), payment.burden, terms.scope_source),
        Step(
            STAGE,
            message("step.burden_year", before=grouped(burden_before)),
            burden_before + payment.burden,
            terms.scope_source,
        ),
        deductible_step(terms),
    ]
    if terms.tilt_points:
        label = message("step.tilt_points", points=percent(terms.tilt_points))
        result.append(Step(STAGE, label, None, terms.points_source or terms.tilt_source))
    if payment.deductible != terms.deductible and terms.fraud_floor is not None:
        result += _fraud_steps(terms, terms.fraud_floor, payment, enrolment)
    if terms.origin is BandOrigin.DEDUCTIBLE:
        result.append(Step(STAGE, message("step.origin_deductible"), None, terms.origin_source))
    result += [
        band_step(STAGE, line, terms.bands_source, Payer.CRITICAL_ILLNESS)
        for line in payment.lines
        if line.base
    ]
    result += _cap_steps(terms, payment, paid_before, enrolment)
    result.append(Step(STAGE, message("step.critical_paid"), payment.paid, terms.cap_source))
    return result


def deductible_step(terms: CriticalTerms) -> Step:
    """Return the line of the deductible before fraud, with what it is a share of where it was tilted."""
    if not terms.tilted:
        label = message("step.critical_deductible")
        return Step(STAGE, label, terms.deductible, terms.deductible_source)
    whole, rate = terms.whole_deductible, terms.tilt_rate
    if whole is None or rate is None:
        return Step(STAGE, message("step.critical_deductible_tilted"), terms.deductible, terms.tilt_source)
    label = message("step.critical_deductible_share", whole=grouped(whole), rate=percent(rate))
    return Step(STAGE, label, terms.deductible, terms.tilt_source, base=whole, rate=rate)


def _fraud_steps(terms: CriticalTerms, floor: int, payment: Critical, enrolment: Enrolment) -> list[Step]:
    """Return a line for each incident, then the deductible that they leave."""
    result = []
    for amount in enrolment.fraud_amounts:
        label = message("step.fraud_incident", amount=grouped(amount), least=grouped(floor))
        result.append(Step(STAGE, label, fraud_uplift([amount], floor), terms.fraud_source))
    follows = message("step.deductible_follows")
    return [*result, Step(STAGE, follows, payment.deductible, terms.fraud_source)]


def _cap_steps(terms: CriticalTerms, payment: Critical, paid_before: int, enrolment: Enrolment) -> list[Step]:
    """Return the cap with what moved it, and what lies above it."""
    if payment.cap is None:
        return [Step(STAGE, message("step.critical_uncapped"), None, terms.cap_source)]
    if terms.incentives is None or payment.cap == terms.cap:
        result = [Step(STAGE, message("step.critical_cap"), payment.cap, terms.cap_source)]
    else:
        result = adjustment_steps(terms, terms.incentives, terms.cap or 0, enrolment)
    burden_end = terms.cap_on is CapOn.COST
    if burden_end:
        label = message("step.cap_on_cost", cap=grouped(payment.cap))
        result.append(Step(STAGE, label, None, terms.cap_source))
    if payment.over_cap:
        label = message("step.over_cap")
        if paid_before:
            label = message("step.over_cap_before", before=grouped(paid_before))
        result.append(Step(STAGE, label, payment.over_cap, terms.cap_source, Payer.PATIENT))
    return result


def adjustment_steps(
    terms: CriticalTerms, rule: IncentiveTerms, original: int, enrolment: Enrolment
) -> list[Step]:
    """Return the original cap, what each kind of year adds or takes off, and the cap that follows."""
    consecutive, zero, gap = enrolment.consecutive_years, enrolment.zero_claim_years, enrolment.gap_years
    by_years, both = bonus(rule, consecutive, 0), bonus(rule, consecutive, zero)
    less = reduction(rule, gap)
    points = percent(by_years)
    label = message("step.cap_consecutive", years=consecutive, over=rule.years_before_bonus, points=points)
    if by_years != bonus(unlimited(rule), consecutive, 0):
        counted = consecutive
        if rule.most_consecutive_years is not None:
            counted = min(counted, rule.most_consecutive_years)
        beyond = max(0, counted - rule.years_before_bonus)
        if rule.most_bonus_years is not None:
            beyond = min(beyond, rule.most_bonus_years)
        label = message("step.cap_beyond", years=consecutive, beyond=beyond, points=points)
    rate = WHOLE + both - less
    return [
        Step(STAGE, message("step.cap_original"), original, terms.cap_source),
        Step(STAGE, label, None, rule.source),
        Step(
            STAGE,
            message("step.cap_zero_claim", years=zero, points=percent(both - by_years)),
            None,
            rule.source,
        ),
        Step(STAGE, message("step.cap_gap", years=gap, points=percent(less)), None, rule.source),
        Step(
            STAGE,
            message("step.cap_percent", rate=percent(rate)),
            adjusted_cap(rule, original, consecutive, zero, gap),
            rule.source,
            base=original,
            rate=rate,
        ),
    ]


def unlimited(rule: IncentiveTerms) -> IncentiveTerms:
    """Return the rule without a region's reading of the years that count."""
    return rule._replace(most_bonus_years=None, most_consecutive_years=None)
