"""Critical illness (2016-57, three; 2019-26, two; 2025-12-31, two to five)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from core.arithmetic import maximum, minimum, where
from core.bands import Line, along_cost, total
from core.claim import Enrolment
from core.messages import Message, message
from core.money import WHOLE, grouped, percent
from core.policy.terms import CriticalTerms, IncentiveTerms
from core.rules.incentives import adjusted_cap, beyond, bonus, fraud_uplift, reduction
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
    terms: CriticalTerms,
    payment: Critical,
    burden_before: int,
    paid_before: int,
    enrolment: Enrolment,
    by_case: bool,
) -> list[Step]:
    """Return the working of the payment. ``by_case``: the burden is what a case's price leaves."""
    counted = "step.burden_with_b" if terms.counts_category_b else "step.burden"
    if by_case:
        counted = "step.burden_case"
    cap = _cap_steps(terms, payment, enrolment)
    on_cost = payment.cap is not None and terms.cap_on is CapOn.COST
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
    if terms.tilted:
        label = message("step.tilt_points", points=percent(terms.tilt_points))
        result.append(Step(STAGE, label, None, terms.points_source or terms.tilt_source))
    if payment.deductible != terms.deductible and terms.fraud_floor is not None:
        result += _fraud_steps(terms, terms.fraud_floor, payment, enrolment)
    if terms.origin is BandOrigin.DEDUCTIBLE:
        result.append(Step(STAGE, message("step.origin_deductible"), None, terms.origin_source))
    result += cap if on_cost else []
    result += [
        band_step(STAGE, line, terms.bands_source, Payer.CRITICAL_ILLNESS)
        for line in payment.lines
        if line.base
    ]
    result += [] if on_cost else cap
    if payment.over_cap:
        label = message("step.over_cap")
        if paid_before:
            label = message("step.over_cap_before", before=grouped(paid_before))
        result.append(Step(STAGE, label, payment.over_cap, terms.cap_source, Payer.PATIENT))
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


def _cap_steps(terms: CriticalTerms, payment: Critical, enrolment: Enrolment) -> list[Step]:
    """Return the cap with what moved it."""
    if payment.cap is None:
        return [Step(STAGE, message("step.critical_uncapped"), None, terms.cap_source)]
    if terms.incentives is None or payment.cap == terms.cap:
        result = [Step(STAGE, message("step.critical_cap"), payment.cap, terms.cap_source)]
    else:
        result = adjustment_steps(terms, terms.incentives, terms.cap or 0, enrolment)
    if terms.cap_on is CapOn.COST:
        label = message("step.cap_on_cost", cap=grouped(payment.cap))
        result.append(Step(STAGE, label, None, terms.cap_source))
    return result


def adjustment_steps(
    terms: CriticalTerms, rule: IncentiveTerms, original: int, enrolment: Enrolment
) -> list[Step]:
    """Return the original cap, what each kind of year adds or takes off, and the cap that follows.

    The most that years add, or take off, is told where it is reached.
    """
    consecutive, zero, gap = enrolment.consecutive_years, enrolment.zero_claim_years, enrolment.gap_years
    added, less = bonus(rule, consecutive, zero), reduction(rule, gap)
    by_claims = message("step.cap_zero_years", years=zero, per=percent(rule.per_zero_claim_year))
    out = message("step.cap_gap_years", years=gap, per=percent(rule.per_gap_year))
    labels = [_consecutive_label(rule, consecutive), by_claims]
    if added < beyond(rule, consecutive) * rule.per_consecutive_year + zero * rule.per_zero_claim_year:
        labels.append(message("step.cap_most_added", most=percent(rule.highest_bonus)))
    labels.append(out)
    if less < gap * rule.per_gap_year:
        labels.append(message("step.cap_most_taken", most=percent(rule.highest_reduction)))
    rate = WHOLE + added - less
    cap = adjusted_cap(rule, original, consecutive, zero, gap)
    return [
        Step(STAGE, message("step.cap_original"), original, terms.cap_source),
        *(Step(STAGE, label, None, rule.source) for label in labels),
        Step(
            STAGE,
            message("step.cap_percent", rate=percent(rate)),
            cap,
            rule.source,
            base=original,
            rate=rate,
        ),
    ]


def _consecutive_label(rule: IncentiveTerms, years: int) -> Message:
    """Return the label of the consecutive years, with those that a region's reading leaves of them."""
    cells: dict[str, int | str] = {
        "years": years,
        "over": rule.years_before_bonus,
        "beyond": beyond(rule, years),
        "per": percent(rule.per_consecutive_year),
    }
    if rule.most_consecutive_years is not None and years > rule.most_consecutive_years:
        counted = rule.most_consecutive_years
        return message("step.cap_years_counted", since=rule.counted_since, counted=counted, **cells)
    if rule.most_bonus_years is not None and years - rule.years_before_bonus > rule.most_bonus_years:
        return message("step.cap_years_since", since=rule.counted_since, **cells)
    return message("step.cap_years", **cells)
