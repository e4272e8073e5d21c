"""The settlements that a region's pack allows, and the figures that each of them still lacks."""

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from core.policy.select import Policy
from core.policy.select_pooled import case_row
from core.policy.terms import NotCovered
from core.settlement import MissingFigure
from core.vocabulary import Benefit, Care, Level, Population, Transfer


class VisitKind(StrEnum):
    """The kinds: ordinary, a further chronic disease, one special disease, a case, care elsewhere."""

    ORDINARY = "ordinary"
    FURTHER = "further"
    DISEASE = "disease"
    CASE = "case"
    ELSEWHERE_REFERRED = "elsewhere_referred"
    ELSEWHERE_UNREFERRED = "elsewhere_unreferred"


_PHENYLKETONURIA: Final = 41


class Ready(NamedTuple):
    """Settlements of one benefit that lack the same figures (``missing`` empty: they are complete).

    ``levels`` are the hospital levels or ``diseases`` the numbers of the chronic diseases, as the benefit
    goes by the one or the other; a special outpatient disease has both. ``case`` is the code of a case paid
    by its price, empty: any. Care elsewhere needs its share beside what the same care needs here.
    """

    benefit: Benefit
    levels: tuple[Level, ...]
    diseases: tuple[int, ...]
    missing: tuple[MissingFigure, ...]
    kind: VisitKind = VisitKind.ORDINARY
    case: str = ""


def readiness(policy: Policy, day: date) -> list[Ready]:
    """Return every kind of settlement that a discharge on that day may need.

    Those that lack the same figures stand together.
    """
    rows = []
    for benefit in (Benefit.INPATIENT, Benefit.SPECIAL_OUTPATIENT, Benefit.DAY_SURGERY):
        rows += _by_level(benefit, {level: _pooled(policy, day, benefit, level) for level in Level})
    rows += _special_diseases(policy, day)
    rows += _by_level(Benefit.COMMON_OUTPATIENT, {level: _common(policy, day, level) for level in Level})
    return [*rows, *_chronic(policy, day), *_cases(policy, day), *_elsewhere(policy)]


def _by_level(benefit: Benefit, missing_at: dict[Level, tuple[MissingFigure, ...] | None]) -> list[Ready]:
    levels_by_missing: dict[tuple[MissingFigure, ...], list[Level]] = {}
    for level, missing in missing_at.items():
        if missing is not None:
            levels_by_missing.setdefault(missing, []).append(level)
    return [Ready(benefit, tuple(levels), (), missing) for missing, levels in levels_by_missing.items()]


def _pooled(
    policy: Policy, day: date, benefit: Benefit, level: Level, disease: int | None = None
) -> tuple[MissingFigure, ...]:
    if disease is None and benefit is Benefit.SPECIAL_OUTPATIENT:
        disease = _ordinary_disease(policy)
    basic = policy.pooled(day, benefit, level, Transfer.NONE, False, disease)
    critical = policy.critical(day, benefit, Population.ORDINARY, False)
    return _missing(basic) + _missing(critical)


def _ordinary_disease(policy: Policy) -> int:
    """Return the first special outpatient disease for which the region states nothing of its own."""
    own = policy.region.special_outpatient.disease
    return next(number for number in range(1, _PHENYLKETONURIA) if number not in own)


def _special_diseases(policy: Policy, day: date) -> list[Ready]:
    """Return the special outpatient diseases that need something else than the others do."""
    benefit, rows = Benefit.SPECIAL_OUTPATIENT, []
    for number in sorted({*policy.region.special_outpatient.disease, _PHENYLKETONURIA}):
        missing = {level: _pooled(policy, day, benefit, level, number) for level in Level}
        if missing != {level: _pooled(policy, day, benefit, level) for level in Level}:
            rows += [
                row._replace(diseases=(number,), kind=VisitKind.DISEASE)
                for row in _by_level(benefit, {**missing})
            ]
    return rows


def _cases(policy: Policy, day: date) -> list[Ready]:
    """Return the region's cases that are paid by their price; without any, that none is."""
    codes = dict.fromkeys(row.code for row in policy.region.case_payment)
    if not codes:
        return [Ready(Benefit.INPATIENT, tuple(Level), (), (MissingFigure("major_disease"),), VisitKind.CASE)]
    rows = []
    for code in codes:
        missing = {level: _case(policy, day, code, level) for level in Level}
        found = _by_level(Benefit.INPATIENT, {**missing})
        rows += [row._replace(kind=VisitKind.CASE, case=code) for row in found]
    return rows


def _case(policy: Policy, day: date, code: str, level: Level) -> tuple[MissingFigure, ...]:
    chosen = policy.case(day, Benefit.INPATIENT, level, Transfer.NONE, code)
    if not policy.case_may_count(code, level) or case_row(policy.region, code, level) is None:
        return _missing(chosen)
    return _missing(chosen) + _missing(policy.critical(day, Benefit.INPATIENT, Population.ORDINARY, False))


def _elsewhere(policy: Policy) -> list[Ready]:
    """Return whether the share that is paid first for care elsewhere is there."""
    rows = []
    for care, kind in (
        (Care.ELSEWHERE_REFERRED, VisitKind.ELSEWHERE_REFERRED),
        (Care.ELSEWHERE_UNREFERRED, VisitKind.ELSEWHERE_UNREFERRED),
    ):
        figure = policy.elsewhere(care)
        missing = (figure,) if isinstance(figure, MissingFigure) else ()
        rows.append(Ready(Benefit.INPATIENT, tuple(Level), (), missing, kind))
    return rows


def _common(policy: Policy, day: date, level: Level) -> tuple[MissingFigure, ...] | None:
    """Return the missing figures, None where nothing is covered at that level."""
    chosen = policy.common(day, level, two_disease_drugs=True)
    return None if isinstance(chosen, NotCovered) else _missing(chosen)


def _chronic(policy: Policy, day: date) -> list[Ready]:
    """Return the chronic diseases, and what a second and later one needs besides."""
    known = policy.documents.first("chronic_outpatient").section.diseases.rows
    local = (row.number for row in policy.region.chronic_outpatient.local)
    numbers = (*range(1, len(known) + 1), *sorted(local))
    first = {number: _missing(policy.chronic(day, number, 1)) for number in numbers}
    further = {number: _missing(policy.chronic(day, number, 2)) for number in numbers}
    besides = tuple(
        dict.fromkeys(each for number in numbers for each in further[number] if each not in first[number])
    )
    rows = _by_disease(first)
    if besides:
        rows.append(Ready(Benefit.CHRONIC_OUTPATIENT, (), numbers, besides, VisitKind.FURTHER))
    return rows


def _by_disease(missing: dict[int, tuple[MissingFigure, ...]]) -> list[Ready]:
    complete = tuple(number for number, figures in missing.items() if not figures)
    wanting = tuple(number for number, figures in missing.items() if figures)
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
