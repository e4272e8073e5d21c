"""A patient's enrolment account: its effect on cap and deductible, and a settlement's effect on it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from core.claim import Enrolment
from core.messages import message
from core.money import grouped
from core.policy.select import Policy
from core.policy.terms import CriticalTerms, Excluded, Missing
from core.rules.critical_illness import STAGE, adjustment_steps, deductible_step
from core.rules.incentives import fraud_uplift
from core.settlement import Settlement, Step
from core.vocabulary import Benefit, Population


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
        return [Step(STAGE, message("step.critical_uncapped"), None, terms.cap_source)]
    if terms.incentives is None:
        return [Step(STAGE, message("step.cap_original"), terms.cap, terms.cap_source)]
    return adjustment_steps(terms, terms.incentives, terms.cap, enrolment)


def _deductible_steps(terms: CriticalTerms, incidents: Sequence[int]) -> list[Step]:
    steps = [deductible_step(terms)]
    if terms.fraud_floor is None or not incidents:
        return steps
    for amount in incidents:
        label = message("step.fraud_incident", amount=grouped(amount), least=grouped(terms.fraud_floor))
        steps.append(Step(STAGE, label, fraud_uplift([amount], terms.fraud_floor), terms.fraud_source))
    whole = terms.deductible + fraud_uplift(incidents, terms.fraud_floor)
    return [*steps, Step(STAGE, message("step.deductible_follows"), whole, terms.fraud_source)]
