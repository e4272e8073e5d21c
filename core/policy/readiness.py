"""The settlements that a region's pack allows, and the figures that each of them still lacks."""

from datetime import date
from typing import NamedTuple

from core.policy.select import Policy
from core.policy.terms import NotCovered
from core.settlement import MissingFigure
from core.vocabulary import Benefit, Level, Population, Transfer


class Ready(NamedTuple):
    """Settlements of one benefit that lack the same figures (``missing`` empty: they are complete).

    ``levels`` are the hospital levels or ``diseases`` the numbers of the chronic diseases, as the benefit
    goes by the one or the other.
    """

    benefit: Benefit
    levels: tuple[Level, ...]
    diseases: tuple[int, ...]
    missing: tuple[MissingFigure, ...]


def readiness(policy: Policy, day: date) -> list[Ready]:
    """Return every kind of settlement that a discharge on that day may need.

    Those that lack the same figures stand together.
    """
    rows = []
    for benefit in (Benefit.INPATIENT, Benefit.SPECIAL_OUTPATIENT, Benefit.DAY_SURGERY):
        rows += _by_level(benefit, {level: _pooled(policy, day, benefit, level) for level in Level})
    rows += _by_level(Benefit.COMMON_OUTPATIENT, {level: _common(policy, day, level) for level in Level})
    return rows + _chronic(policy, day)


def _by_level(benefit: Benefit, missing_at: dict[Level, tuple[MissingFigure, ...] | None]) -> list[Ready]:
    levels_by_missing: dict[tuple[MissingFigure, ...], list[Level]] = {}
    for level, missing in missing_at.items():
        if missing is not None:
            levels_by_missing.setdefault(missing, []).append(level)
    return [Ready(benefit, tuple(levels), (), missing) for missing, levels in levels_by_missing.items()]


def _pooled(policy: Policy, day: date, benefit: Benefit, level: Level) -> tuple[MissingFigure, ...]:
    disease = 1 if benefit is Benefit.SPECIAL_OUTPATIENT else None
    basic = policy.pooled(day, benefit, level, Transfer.NONE, False, disease)
    critical = policy.critical(day, benefit, Population.ORDINARY, False)
    return _missing(basic) + _missing(critical)


def _common(policy: Policy, day: date, level: Level) -> tuple[MissingFigure, ...] | None:
    """Return the missing figures, None where nothing is covered at that level."""
    chosen = policy.common(day, level, two_disease_drugs=True)
    return None if isinstance(chosen, NotCovered) else _missing(chosen)


def _chronic(policy: Policy, day: date) -> list[Ready]:
    known = policy.documents.first("chronic_outpatient").section.diseases.rows
    local = (row.number for row in policy.region.chronic_outpatient.local)
    numbers = (*range(1, len(known) + 1), *sorted(local))
    missing = {number: _missing(policy.chronic(day, number, 1)) for number in numbers}
    complete = tuple(number for number in numbers if not missing[number])
    wanting = tuple(number for number in numbers if missing[number])
    rows = []
    if complete:
        rows.append(Ready(Benefit.CHRONIC_OUTPATIENT, (), complete, ()))
    if wanting:
        figures = tuple(dict.fromkeys(figure for number in wanting for figure in missing[number]))
        rows.append(Ready(Benefit.CHRONIC_OUTPATIENT, (), wanting, figures))
    return rows


def _missing(chosen: object) -> tuple[MissingFigure, ...]:
    if type(chosen) is not tuple:  # terms are named tuples
        return ()
    return tuple(figure for figure in chosen if isinstance(figure, MissingFigure))
