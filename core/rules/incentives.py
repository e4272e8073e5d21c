"""The effect of enrolment on the cap and of fraud on the deductible (2025-12-31, five)."""

from collections.abc import Sequence

from core.arithmetic import maximum, minimum
from core.money import WHOLE, share
from core.policy.terms import IncentiveTerms


def beyond(terms: IncentiveTerms, consecutive_years: int) -> int:
    """Return the consecutive years that raise the cap: those beyond the first, as a region counts them."""
    if terms.most_consecutive_years is not None:
        consecutive_years = minimum(consecutive_years, terms.most_consecutive_years)
    years = maximum(0, consecutive_years - terms.years_before_bonus)
    if terms.most_bonus_years is not None:
        years = minimum(years, terms.most_bonus_years)
    return years


def bonus(terms: IncentiveTerms, consecutive_years: int, zero_claim_years: int) -> int:
    """Return the rate of the original cap added for consecutive years and years without a claim."""
    years = beyond(terms, consecutive_years)
    earned = years * terms.per_consecutive_year + zero_claim_years * terms.per_zero_claim_year
    return minimum(earned, terms.highest_bonus)


def reduction(terms: IncentiveTerms, gap_years: int) -> int:
    """Return the rate of the original cap taken off for years out of insurance."""
    return minimum(gap_years * terms.per_gap_year, terms.highest_reduction)


def adjusted_cap(
    terms: IncentiveTerms, cap: int, consecutive_years: int, zero_claim_years: int, gap_years: int
) -> int:
    """Return the cap (fen) after bonus and reduction, both of the original cap."""
    added = bonus(terms, consecutive_years, zero_claim_years)
    return share(cap, WHOLE + added - reduction(terms, gap_years))


def fraud_uplift(amounts: Sequence[int], floor: int) -> int:
    """Add up what incidents of fraud (fen) add to the deductible: each its amount, ``floor`` at least."""
    uplift = 0
    for amount in amounts:
        uplift = uplift + maximum(amount, floor)
    return uplift
