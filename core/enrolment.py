"""A patient's enrolment account: its effect on cap and deductible, and a settlement's effect on it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from core.claim import Enrolment
from core.messages import message
from core.money import WHOLE, grouped, percent, share
from core.policy.select import Policy
from core.policy.terms import CriticalTerms, Excluded, Missing
from core.rules.incentives import adjusted_cap, bonus, fraud_uplift, reduction
from core.settlement import Settlement, Step
from core.vocabulary import Benefit, Population

_STAGE = "critical_illness"


class Account(NamedTuple):
    """A patient's enrolment as far as it is known, counted for ``year``.

    The counts are whole years. ``fraud_amounts`` (fen) are the incidents that no critical-illness payment has
    cleared yet. ``bonus_used_in`` is the year that used up the bonus for years without a claim (None: not
    used); from the next year on they start again at zero.
    """

    year: int
    consecutive_years: int = 0
    zero_claim_years: int = 0
    gap_years: int = 0
    fraud_amounts: tuple[int, ...] = ()
    bonus_used_in: int | None = None

    def enrolment(self, year: int) -> Enrolment:
        """Return the enrolment as it counts for a visit of a year."""
        used = self.bonus_used_in is not None and self.bonus_used_in < year
        return Enrolment(
            self.consecutive_years,
            0 if used else self.zero_claim_years,
            self.gap_years,
            self.fraud_amounts,
        )

    def after(self, settlement: Settlement) -> "Account":
        """Return the account after a posted settlement, which may use up the bonus and clear incidents."""
        outcome = settlement.critical
        if outcome is None:
            return self
        account = self
        if outcome.fraud_cleared:
            account = account._replace(fraud_amounts=())
        if outcome.zero_claim_bonus_used and account.bonus_used_in is None:
            account = account._replace(bonus_used_in=settlement.year)
        return account


def effect(policy: Policy, day: date, population: Population, enrolment: Enrolment) -> list[Step] | Missing:
    """Return the cap and the critical-illness deductible that follow on a day, as a sum with its clauses.

    Return the missing figures instead where the year's rule is not whole.
    """
    terms = policy.critical(day, Benefit.INPATIENT, population, specific_item=False)
    if isinstance(terms, Excluded):  # only special outpatient care is ever taken out
        return []
    if not isinstance(terms, CriticalTerms):
        return terms
    return [*_cap_steps(terms, enrolment), *_deductible_steps(terms, enrolment.fraud_amounts)]


def _cap_steps(terms: CriticalTerms, enrolment: Enrolment) -> list[Step]:
    if terms.cap is None:
        return [Step(_STAGE, message("step.critical_uncapped"), None, terms.cap_source)]
    steps = [Step(_STAGE, message("step.cap_original"), terms.cap, terms.cap_source)]
    rule = terms.incentives
    if rule is None:
        return steps
    consecutive, zero, gap = enrolment.consecutive_years, enrolment.zero_claim_years, enrolment.gap_years
    by_years, both = bonus(rule, consecutive, 0), bonus(rule, consecutive, zero)
    less = reduction(rule, gap)
    most = rule.most_bonus_years
    limited = most is not None and consecutive - rule.years_before_bonus > most
    facts = (
        message(
            "step.cap_consecutive_limited" if limited else "step.cap_consecutive",
            years=consecutive,
            over=rule.years_before_bonus,
            points=percent(by_years),
        ),
        message("step.cap_zero_claim", years=zero, points=percent(both - by_years)),
        message("step.cap_gap", years=gap, points=percent(less)),
    )
    steps += [Step(_STAGE, fact, None, rule.source) for fact in facts]
    cap = adjusted_cap(rule, terms.cap, consecutive, zero, gap)
    rate = WHOLE + both - less
    assert cap == share(terms.cap, rate)
    steps.append(Step(_STAGE, message("step.cap_follows"), cap, rule.source, base=terms.cap, rate=rate))
    return steps


def _deductible_steps(terms: CriticalTerms, incidents: Sequence[int]) -> list[Step]:
    id_, source = (
        ("step.critical_deductible_tilted", terms.tilt_source)
        if terms.tilted
        else ("step.critical_deductible", terms.deductible_source)
    )
    steps = [Step(_STAGE, message(id_), terms.deductible, source)]
    if terms.fraud_floor is None or not incidents:
        return steps
    for amount in incidents:
        label = message("step.fraud_incident", amount=grouped(amount), least=grouped(terms.fraud_floor))
        steps.append(Step(_STAGE, label, fraud_uplift([amount], terms.fraud_floor), terms.fraud_source))
    whole = terms.deductible + fraud_uplift(incidents, terms.fraud_floor)
    return [*steps, Step(_STAGE, message("step.deductible_follows"), whole, terms.fraud_source)]
