"""A visit on its way through the layers: the claim with the rules, the day and the totals that hold."""

from datetime import date
from typing import NamedTuple

from core.arithmetic import maximum
from core.claim import ChronicTotals, Claim, YearToDate
from core.money import share
from core.policy.select import Policy
from core.policy.terms import ElsewhereTerms
from core.settlement import MissingFigure
from core.vocabulary import Benefit, Care, Transfer, TransferUp

NO_TOTALS = ChronicTotals()


class Visit(NamedTuple):
    """A claim by the rules of ``day`` on the totals of that day's year.

    ``elsewhere`` is the share paid first for care outside the region, ``in_scope`` the cost that insurance
    looks at (fen; None: the share's figure is missing). ``stays_before`` are the year's admissions before the
    stay, without those of its own chain where the region counts a chain as one stay (``chained``).
    ``told``: the working is wanted beside the amounts, its steps and notes.
    """

    policy: Policy
    claim: Claim
    day: date
    year: YearToDate
    elsewhere: int | None
    in_scope: int | None
    elsewhere_terms: ElsewhereTerms | None
    missing: tuple[MissingFigure, ...]
    stays_before: int
    chained: bool
    told: bool = True

    @property
    def transfer(self) -> Transfer:
        """The transfer that the stay follows, none for a visit that is no inpatient stay."""
        return self.claim.transfer if self.claim.benefit is Benefit.INPATIENT else Transfer.NONE

    @property
    def special_before(self) -> ChronicTotals:
        """The year's totals of the special outpatient disease before the visit."""
        return self.year.special.get(self.claim.special_disease or 0, NO_TOTALS)


def visit(policy: Policy, claim: Claim, day: date, year: YearToDate) -> Visit:
    """Return a claim as it enters the layers."""
    base, share_first, terms = claim.eligible - claim.category_b, 0, None
    if claim.care is not Care.LOCAL:
        figure = policy.elsewhere(claim.care)
        if isinstance(figure, MissingFigure):
            return Visit(policy, claim, day, year, None, None, None, (figure,), *_stays(policy, claim, year))
        share_first, terms = share(base, figure.rate), figure
    stays = _stays(policy, claim, year)
    return Visit(policy, claim, day, year, share_first, base - share_first, terms, (), *stays)


def _stays(policy: Policy, claim: Claim, year: YearToDate) -> tuple[int, bool]:
    """Return the admissions before a stay, and whether it goes on with a chain that counts as one stay."""
    if (
        claim.transfer is Transfer.UP
        and claim.benefit is Benefit.INPATIENT
        and policy.region.inpatient.transfer_up is TransferUp.SAME_STAY
    ):
        return maximum(0, year.admissions - claim.chain_stays), True
    return year.admissions, False
