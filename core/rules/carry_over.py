"""Outpatient limits that were not used and carry over (2019-21, four, (three)): the region's own rule."""

from core.arithmetic import maximum
from core.messages import message
from core.money import grouped, percent, share
from core.policy.terms import CarryOverTerms
from core.settlement import Source, Step


def limit_with_carried(terms: CarryOverTerms, carried: int) -> int:
    """Return the year's common limit (fen) with the share of last year's unused limit that is added to it."""
    return terms.limit + share(carried, terms.next_year_rate)


def unused(limit: int, paid: int) -> int:
    """Return what of a limit the fund has not paid so far this year (fen), not below 0."""
    return maximum(0, limit - paid)


def limit_steps(stage: str, terms: CarryOverTerms, carried: int) -> list[Step]:
    """Return the line of the common limit with what was carried into it, none where nothing was."""
    if not carried or not terms.next_year_rate:
        return []
    limit, rate = grouped(terms.limit), percent(terms.next_year_rate)
    label = message("step.common_limit_with", limit=limit, carried=grouped(carried), rate=rate)
    return [Step(stage, label, limit_with_carried(terms, carried), terms.next_year_source)]


def unused_steps(
    stage: str, terms: CarryOverTerms, carried: int, common_paid: int, source: Source
) -> list[Step]:
    """Return the lines of what is unused of the common limit."""
    limit = limit_with_carried(terms, carried)
    label = message("step.unused_common", limit=grouped(limit), paid=grouped(common_paid))
    return [
        *limit_steps(stage, terms, carried),
        Step(stage, label, unused(limit, common_paid), source),
    ]
