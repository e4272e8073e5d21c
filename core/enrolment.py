"""A patient's enrolment account, and a settlement's effect on it."""

from typing import NamedTuple

from core.claim import Enrolment
from core.settlement import Settlement


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
