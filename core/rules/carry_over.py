"""Outpatient limits that were not used and carry over (2019-21, four, (three)): the region's own rule."""

from core.arithmetic import maximum
from core.money import share
from core.policy.terms import CarryOverTerms


def limit_with_carried(terms: CarryOverTerms, carried: int) -> int:
    """Return the year's common limit (fen) with the share of last year's unused limit that is added to it."""
    return terms.limit + share(carried, terms.next_year_rate) if terms.next_year_rate else terms.limit


def unused(limit: int, paid: int) -> int:
    """Return what of a limit the fund has not paid so far this year (fen), not below 0."""
    return maximum(0, limit - paid)
