"""The choice of the figures of critical illness: a document's, a region's, or the two together.

For a year with a document on file, the region fills in only what the document leaves open.
For a year without one, the region states the whole rule.
"""

from typing import Any, Final, NamedTuple

from core.bands import Band
from core.messages import message, term
from core.money import WHOLE, grouped, share
from core.policy.documents import BandRow, Cited, CriticalIllness
from core.policy.in_force import WHOLE_RULE, InForce
from core.policy.regions import CriticalYear, RegionPack
from core.policy.terms import CriticalTerms, Excluded, IncentiveTerms, Missing
from core.settlement import MissingFigure, Note, Source
from core.vocabulary import BandOrigin, Benefit, CapOn, Population

_NO_STATED: Final = CriticalYear()


class _CriticalRule(NamedTuple):
    """A year's rule before a category is looked at. ``cap`` None: there is none (fen)."""

    deductible: int
    rows: tuple[BandRow, ...]
    cap: int | None
    counts_category_b: bool
    categories: frozenset[Population]
    points: int
    scope_source: Source
    deductible_source: Source
    tilt_source: Source
    origin_source: Source
    bands_source: Source
    cap_source: Source
    tilt_percent: int | None = None
    tilt_yuan: int | None = None
    incentives: IncentiveTerms | None = None
    fraud_floor: int | None = None
    fraud_source: Source | None = None
    notes: tuple[Note, ...] = ()
    points_source: Source | None = None
    tilt_notes: tuple[Note, ...] = ()


def critical_terms(
    rule: InForce[CriticalIllness] | None,
    region: RegionPack,
    year: int,
    benefit: Benefit,
    population: Population,
    specific_item: bool,
) -> CriticalTerms | Excluded | Missing:
    """Return the terms of critical illness for a visit, or what is missing.

    ``rule`` is the document's rule in force on the day of discharge, None where no document has one.
    """
    stated = region.critical_illness.get(year, _NO_STATED)
    if rule is None:
        whole = _stated_rule(region, year, stated)
    else:
        excluded = _excluded(rule, region, year, stated, benefit, specific_item)
        if excluded:
            return excluded
        whole = _documented_rule(rule, region, year, stated, population)
    if not isinstance(whole, _CriticalRule):
        return whole
    return _terms(whole, population, stated, _readings(region, year, stated))


def _excluded(
    rule: InForce[CriticalIllness],
    region: RegionPack,
    year: int,
    stated: CriticalYear,
    benefit: Benefit,
    specific_item: bool,
) -> Excluded | None:
    """Return the reason why critical illness does not look at a visit, None where it does."""
    section = rule.section
    if section.specific_items_excluded and specific_item and benefit is Benefit.SPECIAL_OUTPATIENT:
        source = rule.source(section.specific_items_excluded.clause)
        return Excluded(Note(message("note.specific_item"), source))
    switch = section.special_outpatient_switch
    if switch and benefit.special and stated.covers_special_outpatient is False:
        source = region.cite("critical_illness", str(year), "covers_special_outpatient")
        return Excluded(Note(message("note.special_outpatient_out"), source))
    return None


def _stated_rule(region: RegionPack, year: int, stated: CriticalYear) -> _CriticalRule | Missing:
    """Return the rule of a year for which no document is on file, as the region states it."""
    path = f"critical_illness.{year}"
    if not stated.stated:
        return (MissingFigure(path),)
    cap_stated = {"cap"} if stated.uncapped else set()
    absent = [key for key in WHOLE_RULE if key not in stated.stated | cap_stated]
    if absent:
        return tuple(MissingFigure(f"{path}.{key}") for key in absent)
    sources = {key: region.cite(path, key) for key in (*WHOLE_RULE, "uncapped")}
    return _CriticalRule(
        deductible=stated.deductible or 0,
        rows=stated.bands or (),
        cap=stated.cap,
        counts_category_b=bool(stated.counts_category_b),
        categories=stated.tilted or frozenset(),
        tilt_percent=stated.tilt_deductible_percent,
        points=stated.tilt_points or 0,
        scope_source=sources["counts_category_b"],
        deductible_source=sources["deductible"],
        tilt_source=sources["tilted"],
        origin_source=region.cite(path, "band_origin"),
        bands_source=sources["bands"],
        cap_source=sources["uncapped" if stated.uncapped else "cap"],
    )


class _Filling(NamedTuple):
    """A document's rule as it is filled in by the region; ``missing`` collects what neither gives."""

    rule: InForce[CriticalIllness]
    region: RegionPack
    year: int
    stated: CriticalYear
    missing: list[MissingFigure]

    def figure(self, key: str, cited: Cited, own: Any) -> tuple[Any, Source]:
        """Return the document's own figure, else the region's (None: missing), with its source."""
        if own is not None:
            return own, self.rule.source(cited.clause)
        path = f"critical_illness.{self.year}.{key}"
        value = getattr(self.stated, key)
        if value is None:
            self.missing.append(MissingFigure(path, self.rule.source(cited.clause)))
        return value, self.region.cite(path)

    def cap(self, population: Population) -> tuple[int | None, Source]:
        """Return the cap (fen) of a category with its source. None: there is none, or it is missing."""
        section = self.rule.section
        if section.uncapped and population in section.uncapped.categories:
            return None, self.rule.source(section.uncapped.clause)
        if self.stated.uncapped_for and population in self.stated.uncapped_for:
            return None, self.region.cite(f"critical_illness.{self.year}.uncapped_for")
        return self.figure("cap", section.cap, section.cap.yuan)


def _documented_rule(
    rule: InForce[CriticalIllness],
    region: RegionPack,
    year: int,
    stated: CriticalYear,
    population: Population,
) -> _CriticalRule | Missing:
    """Return a document's rule, filled in by the region where the document leaves a figure to it."""
    section = rule.section
    filling = _Filling(rule, region, year, stated, [])
    deductible, deductible_source = filling.figure("deductible", section.deductible, section.deductible.yuan)
    rows, bands_source = filling.figure("bands", section.bands, section.bands.rows)
    cap, cap_source = filling.cap(population)
    if filling.missing:
        return tuple(filling.missing)
    fraud, original_cap, tilt = section.fraud, section.cap.yuan, section.tilt
    follow = tilt.points_follow
    return _CriticalRule(
        deductible=deductible,
        rows=rows,
        cap=cap,
        counts_category_b=section.scope.counts_category_b,
        categories=tilt.categories,
        tilt_percent=tilt.deductible_percent,
        tilt_yuan=tilt.deductible_yuan,
        points=tilt.points,
        incentives=_incentives(rule, region, stated, year),
        fraud_floor=share(original_cap, fraud.least_percent_of_cap) if fraud and original_cap else None,
        scope_source=rule.source(section.scope.clause),
        deductible_source=deductible_source,
        tilt_source=rule.source(tilt.clause),
        points_source=rule.source(tilt.points_clause or tilt.clause),
        tilt_notes=(Note(message("note.tilt_follows"), Source(follow.document, follow.clause)),)
        if follow
        else (),
        origin_source=region.cite("critical_illness", str(year), "band_origin"),
        bands_source=bands_source,
        cap_source=cap_source,
        fraud_source=rule.source(fraud.clause) if fraud else None,
        notes=(*_income_notes(rule, stated, deductible), *_uncapped_notes(region, year, stated, population)),
    )


def _income_notes(rule: InForce[CriticalIllness], stated: CriticalYear, deductible: int) -> tuple[Note, ...]:
    """Return what a region's income per head says of its deductible and of the cap (fen all)."""
    warning, bound, income = rule.section.income_warning, rule.section.cap_bound, stated.income_per_head
    notes = []
    if warning and income is not None and deductible > income:
        text = message("note.deductible_above_income", income=grouped(income))
        notes.append(Note(text, rule.source(warning.clause)))
    cap = rule.section.cap.yuan
    if bound and income is not None and cap is not None:
        most = income * bound.times_income
        id_ = "note.cap_to_be_adjusted" if cap < most else "note.cap_stands"
        text = message(id_, cap=grouped(cap), bound=grouped(most), times=bound.times_income)
        notes.append(Note(text, rule.source(bound.clause)))
    return tuple(notes)


def _uncapped_notes(
    region: RegionPack, year: int, stated: CriticalYear, population: Population
) -> tuple[Note, ...]:
    """Return a note where the region lifts the cap for a category that the document does not name."""
    if not stated.uncapped_for or population not in stated.uncapped_for:
        return ()
    text = message("note.reading.uncapped_for", category=term("population", population))
    return (Note(text, region.cite("critical_illness", str(year), "uncapped_for")),)


def _readings(region: RegionPack, year: int, stated: CriticalYear) -> tuple[Note, ...]:
    """Return the region's settings that bear wherever critical illness pays: origin of the bands, cap."""
    settings = (
        ("band_origin", stated.band_origin is BandOrigin.DEDUCTIBLE),
        ("cap_on", stated.cap_on is CapOn.COST),
    )
    return tuple(
        Note(message(f"note.reading.{key}"), region.cite("critical_illness", str(year), key))
        for key, other in settings
        if other
    )


def _incentives(
    rule: InForce[CriticalIllness], region: RegionPack, stated: CriticalYear, year: int
) -> IncentiveTerms | None:
    incentives = rule.section.incentives
    if incentives is None:
        return None
    bonus, whole = (
        None if since is None else max(0, year - since + 1)
        for since in (stated.bonus_from, stated.consecutive_from)
    )
    reading, counted_since = None, 0
    for key in ("bonus_from", "consecutive_from"):
        since = getattr(stated, key)
        if since is not None:
            text = message(f"note.reading.{key}", year=str(since))
            reading, counted_since = Note(text, region.cite("critical_illness", str(year), key)), since
    return IncentiveTerms(
        years_before_bonus=incentives.years_before_bonus,
        per_consecutive_year=incentives.percent_per_consecutive_year,
        per_zero_claim_year=incentives.percent_per_zero_claim_year,
        highest_bonus=incentives.highest_bonus_percent,
        per_gap_year=incentives.percent_per_gap_year,
        highest_reduction=incentives.highest_reduction_percent,
        most_bonus_years=bonus,
        source=rule.source(incentives.clause),
        most_consecutive_years=whole,
        reading=reading,
        counted_since=counted_since,
    )


def _terms(
    rule: _CriticalRule, population: Population, stated: CriticalYear, readings: tuple[Note, ...]
) -> CriticalTerms:
    """Return a rule as it stands for one category."""
    tilted = population in rule.categories
    deductible, points, notes = rule.deductible, 0, rule.notes
    whole, rate = None, None
    if tilted:
        points, notes = rule.points, (*notes, *rule.tilt_notes)
        if rule.tilt_yuan is not None:
            deductible = rule.tilt_yuan
        elif rule.tilt_percent is not None:
            whole, rate = rule.deductible, rule.tilt_percent
            deductible = share(whole, rate)
    elif population is not Population.ORDINARY:
        text = message("note.category_not_named", category=term("population", population))
        notes = (*notes, Note(text, rule.tilt_source))
    return CriticalTerms(
        deductible=deductible,
        bands=tuple(Band(row.up_to, min(WHOLE, row.percent + points)) for row in rule.rows),
        origin=stated.band_origin or BandOrigin.ZERO,
        cap=rule.cap,
        counts_category_b=rule.counts_category_b,
        tilted=tilted,
        tilt_points=points,
        incentives=rule.incentives,
        fraud_floor=rule.fraud_floor,
        scope_source=rule.scope_source,
        deductible_source=rule.deductible_source,
        tilt_source=rule.tilt_source,
        origin_source=rule.origin_source,
        bands_source=rule.bands_source,
        cap_source=rule.cap_source,
        fraud_source=rule.fraud_source or rule.deductible_source,
        notes=notes,
        cap_on=stated.cap_on or CapOn.PAYMENT,
        points_source=rule.points_source or rule.tilt_source,
        whole_deductible=whole,
        tilt_rate=rate,
        readings=readings,
    )
