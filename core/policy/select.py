"""The choice of figures: from documents, pack, day, level, category and flags to the terms of each rule.

A figure that is needed and that nobody gives is named, all of them at once. No amount is looked at here.
The figures of critical illness are chosen in `core.policy.select_critical`.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from core.messages import message, term
from core.money import share
from core.policy.documents import (
    BandRow,
    ChronicOutpatient,
    CommonOutpatient,
    CriticalIllness,
    Pooled,
    SpecialOutpatient,
)
from core.policy.in_force import Documents, InForce
from core.policy.regions import RegionPack, at_level
from core.policy.select_critical import critical_terms
from core.policy.terms import (
    AssistanceTerms,
    ChronicAmount,
    ChronicTerms,
    CommonTerms,
    CriticalTerms,
    Deductible,
    Excluded,
    Missing,
    NotCovered,
    PooledTerms,
)
from core.settlement import MissingFigure, Note, Source
from core.vocabulary import Benefit, DeductiblePeriod, Level, Population, Transfer

_Arguments = ParamSpec("_Arguments")
_Chosen = TypeVar("_Chosen")

_SCOPES: Final = {
    Benefit.INPATIENT: ("basic", "scope"),
    Benefit.SPECIAL_OUTPATIENT: ("special_outpatient", "rates"),
    Benefit.DAY_SURGERY: ("special_outpatient", "day_surgery"),
    Benefit.COMMON_OUTPATIENT: ("common_outpatient", "rate"),
    Benefit.CHRONIC_OUTPATIENT: ("chronic_outpatient", "rate"),
}
"""For each benefit the section and the table whose clause says which part of a bill insurance looks at."""


def _kept(
    choose: Callable[Concatenate["Policy", _Arguments], _Chosen],
) -> Callable[Concatenate["Policy", _Arguments], _Chosen]:
    """Make a choice once for each set of arguments and keep it in its policy."""

    @wraps(choose)
    def keeping(policy: "Policy", /, *args: _Arguments.args, **named: _Arguments.kwargs) -> _Chosen:
        key = (choose, args, *named.items())
        try:
            kept: _Chosen = policy._chosen[key]
        except KeyError:
            kept = policy._chosen[key] = choose(policy, *args, **named)
        return kept

    return keeping


class Policy:
    """The documents on file together with one region's pack: all that applies to its patients.

    A choice is made once and kept: a county's visits share few combinations of day, level and category.
    """

    def __init__(self, documents: Documents, region: RegionPack) -> None:
        self.documents = documents
        self.region = region
        self._chosen: dict[tuple[object, ...], Any] = {}

    def scope_source(self, day: date, benefit: Benefit) -> Source:
        """Return the clause that says which part of a benefit's bill insurance looks at."""
        section, table = _SCOPES[benefit]
        rule = self.documents.in_force(section, day)
        return rule.source(getattr(rule.section, table).clause) if rule else self.burden_source(day)

    def elsewhere_source(self, day: date, benefit: Benefit, major_disease: bool) -> Source:
        """Return the clause by which basic insurance settles a visit that was settled elsewhere."""
        pooled: InForce[Pooled] | None = self.documents.in_force("pooled", day)
        if pooled and major_disease:
            return pooled.source(pooled.section.by_case.clause)
        return self.scope_source(day, benefit)

    def category_b_source(self, day: date) -> Source:
        """Return the clause by which the patient pays a part of Category B first."""
        basic = self.documents.in_force("basic", day)
        return basic.source(basic.section.category_b.clause) if basic else self.burden_source(day)

    def category_b_rate(self, day: date) -> int:
        """Return the rate of a Category B amount that the patient pays first.

        On a day without a document in force the rate is that of the earliest document with one.
        """
        basic = self.documents.in_force("basic", day) or self.documents.first("basic")
        rate: int = basic.section.category_b.percent
        return rate

    def burden_source(self, day: date) -> Source:
        """Return the clause that says which cost left by basic insurance critical illness counts."""
        rule = self.critical_rule(day)
        if rule:
            return rule.source(rule.section.scope.clause)
        return self.region.cite("critical_illness", str(day.year))

    @_kept
    def open_points(self, day: date, benefit: Benefit, population: Population) -> tuple[Note, ...]:
        """Return what documents on file name for such a visit and leave to papers that are not on file."""
        return tuple(
            Note(message(f"note.open.{point.note}"), Source(document.number, point.clause))
            for document in self.documents.all
            for point in document.open_points
            if point.bears_on(day, benefit, population)
        )

    def critical_rule(self, day: date) -> InForce[CriticalIllness] | None:
        """Return the critical-illness rule in force on a day, None where no document has one."""
        return self.documents.in_force("critical_illness", day)

    # Basic insurance

    @_kept
    def pooled(
        self,
        day: date,
        benefit: Benefit,
        level: Level,
        transfer: Transfer,
        major_disease: bool,
        special_disease: int | None,
    ) -> PooledTerms | Missing:
        """Return the terms of inpatient care, special outpatient care or day surgery, or what is missing."""
        pooled: InForce[Pooled] | None = self.documents.in_force("pooled", day)
        special: InForce[SpecialOutpatient] | None = self.documents.in_force("special_outpatient", day)
        if pooled is None or special is None:
            return (_no_basic(day),)
        inpatient = benefit is Benefit.INPATIENT
        settled_elsewhere = special_disease if benefit is Benefit.SPECIAL_OUTPATIENT else None
        missing = _not_on_file(pooled, special, major_disease, settled_elsewhere)
        if missing:
            return missing
        deductible = (
            self._inpatient_deductible(pooled, level, transfer)
            if inpatient
            else self._special_deductible(special, level)
        )
        if isinstance(deductible, MissingFigure):
            return (deductible,)
        section = pooled.section
        bands_level = Level.LEVEL_1 if level is Level.VILLAGE_CLINIC else level
        rows: tuple[BandRow, ...] = getattr(section.bands, bands_level)
        transfer_clause = section.transfer_down if transfer is Transfer.DOWN else section.transfer_up
        return PooledTerms(
            axis=self.region.inpatient.band_axis,
            bands=tuple(row.band for row in rows),
            annual_limit=section.annual_limit.yuan,
            deductible=deductible,
            level=level,
            axis_source=self.region.cite("inpatient", "band_axis"),
            bands_source=pooled.source(section.bands.clause),
            limit_source=pooled.source(section.annual_limit.clause),
            transfer_source=pooled.source(transfer_clause.clause),
            notes=() if inpatient else _special_notes(special, level),
        )

    def _inpatient_deductible(
        self, pooled: InForce[Pooled], level: Level, transfer: Transfer
    ) -> Deductible | MissingFigure:
        if transfer is Transfer.DOWN:
            return Deductible((0,), pooled.source(pooled.section.transfer_down.clause), waived=True)
        table_level, figures = at_level(self.region.inpatient.deductible, level)
        path = f"inpatient.deductible.{table_level}"
        if figures is None:
            return MissingFigure(path, pooled.source(pooled.section.deductible.clause))
        return Deductible(figures, self.region.cite(path))

    def _special_deductible(
        self, special: InForce[SpecialOutpatient], level: Level
    ) -> Deductible | MissingFigure:
        pack = self.region.special_outpatient
        path = "special_outpatient.deductible"
        if pack.deductible is None:
            return MissingFigure(path, special.source(special.section.deductible.clause))
        table_level, figure = at_level(pack.deductible, level)
        yearly = pack.deductible_period is DeductiblePeriod.YEAR
        return Deductible((figure or 0,), self.region.cite(path, table_level), yearly)

    @_kept
    def common(self, day: date, level: Level, two_disease_drugs: bool) -> CommonTerms | NotCovered | Missing:
        """Return the terms of common outpatient care, or what is missing."""
        common: InForce[CommonOutpatient] | None = self.documents.in_force("common_outpatient", day)
        if common is None:
            return (_no_basic(day),)
        section = common.section
        covered = level in section.levels.values or (
            two_disease_drugs and level in section.two_disease_levels.values
        )
        if not covered:
            source = common.source(section.levels.clause)
            note = "note.common_not_covered" if level is Level.LEVEL_3 else "note.common_two_diseases_only"
            return NotCovered(source, Note(message(note), source))
        missing = []
        pack = self.region.common_outpatient
        if pack.annual_limit is None:
            source = common.source(section.annual_limit.clause)
            missing.append(MissingFigure("common_outpatient.annual_limit", source))
        deductible = self._common_deductible(common, level, day)
        if isinstance(deductible, MissingFigure):
            missing.append(deductible)
        if missing or pack.annual_limit is None or isinstance(deductible, MissingFigure):
            return tuple(missing)
        return CommonTerms(
            rate=section.rate.percent,
            deductible=deductible,
            annual_limit=pack.annual_limit,
            combined_limit=section.combined_limit.yuan,
            rate_source=common.source(section.rate.clause),
            limit_source=self.region.cite("common_outpatient.annual_limit"),
            combined_source=common.source(section.combined_limit.clause),
        )

    def _common_deductible(
        self, common: InForce[CommonOutpatient], level: Level, day: date
    ) -> Deductible | MissingFigure:
        waiver = self.documents.in_force("common_outpatient_waiver", day)
        if waiver and level in waiver.section.deductible.levels:
            return Deductible((0,), waiver.source(waiver.section.deductible.clause), waived=True)
        pack = self.region.common_outpatient
        path = "common_outpatient.deductible"
        if pack.deductible is None:
            return MissingFigure(path, common.source(common.section.deductible.clause))
        table_level, figure = at_level(pack.deductible, level)
        yearly = pack.deductible_period is DeductiblePeriod.YEAR
        return Deductible((figure or 0,), self.region.cite(path, table_level), yearly)

    @_kept
    def chronic(self, day: date, disease: int, rank: int) -> ChronicTerms | Missing:
        """Return the terms of chronic outpatient care for a disease and its rank, or what is missing."""
        chronic: InForce[ChronicOutpatient] | None = self.documents.in_force("chronic_outpatient", day)
        if chronic is None:
            return (_no_basic(day),)
        section, pack = chronic.section, self.region.chronic_outpatient
        path = "chronic_outpatient.deductible"
        figure = pack.deductible
        if isinstance(figure, dict):
            path = f"{path}.{disease}" if figure else path
            figure = figure.get(disease)
        if figure is None:
            return (MissingFigure(path, chronic.source(section.deductible.clause)),)
        amount = self.chronic_amount(chronic, disease, rank)
        return ChronicTerms(
            disease=disease,
            rate=section.rate.percent,
            amount=amount.yuan,
            fund_limit=amount.fund_limit,
            deductible=Deductible((figure,), self.region.cite(path), yearly=True),
            counts=pack.deductible_counts,
            combined_limit=section.combined_limit.yuan,
            rate_source=chronic.source(section.rate.clause),
            amount_source=amount.source,
            combined_source=chronic.source(section.combined_limit.clause),
            notes=(Note(message("note.chronic_inside_province"), chronic.source(section.rate.clause)),),
        )

    def chronic_amount(self, chronic: InForce[ChronicOutpatient], disease: int, rank: int) -> ChronicAmount:
        """Return what of a chronic disease's cost counts in a year. No deductible is needed for it.

        From the second disease of a patient on (``rank`` above 1) a region may lower the amount.
        """
        section, further = chronic.section, self.region.chronic_outpatient.additional_disease_rate
        amount = section.diseases.rows[disease - 1].yuan
        source = chronic.source(section.diseases.clause)
        if rank > 1 and further is not None:
            amount = share(amount, further)
            source = self.region.cite("chronic_outpatient.additional_disease_rate")
        return ChronicAmount(amount, share(amount, section.rate.percent), source)

    # Critical illness

    @_kept
    def critical(
        self, day: date, benefit: Benefit, population: Population, specific_item: bool
    ) -> CriticalTerms | Excluded | Missing:
        """Return the terms of critical illness, or what is missing."""
        rule = self.critical_rule(day)
        return critical_terms(rule, self.region, day.year, benefit, population, specific_item)

    # Medical assistance

    @_kept
    def assistance(self, population: Population) -> AssistanceTerms | None:
        """Return the terms of medical assistance, None where the region states none for the category."""
        pack = self.region.medical_assistance
        if pack is None or population not in pack.percent:
            return None
        sources = {
            key: self.region.cite("medical_assistance", key, population)
            for key in ("percent", "deductible", "annual_limit")
        }
        return AssistanceTerms(
            rate=pack.percent[population],
            deductible=pack.deductible.get(population, 0),
            annual_limit=pack.annual_limit.get(population),
            rate_source=sources["percent"],
            deductible_source=sources["deductible"],
            limit_source=sources["annual_limit"],
        )


def _not_on_file(
    pooled: InForce[Pooled],
    special: InForce[SpecialOutpatient],
    major_disease: bool,
    special_disease: int | None,
) -> Missing:
    """Return the figures of a visit that a document leaves to papers that are not on file."""
    missing = []
    if major_disease:
        missing.append(MissingFigure("major_disease", pooled.source(pooled.section.by_case.clause)))
    elsewhere = special.section.elsewhere
    if special_disease in elsewhere.diseases:
        path = f"special_outpatient.disease_{special_disease}"
        missing.append(MissingFigure(path, Source(elsewhere.document, elsewhere.clause)))
    return tuple(missing)


def _special_notes(special: InForce[SpecialOutpatient], level: Level) -> tuple[Note, ...]:
    """Return a note where special outpatient care takes place at a level that its clause does not list."""
    levels = special.section.levels
    if level in levels.values:
        return ()
    text = message("note.special_at_level_1", level=term("level", level))
    return (Note(text, special.source(levels.clause)),)


def _no_basic(day: date) -> MissingFigure:
    return MissingFigure(f"basic.{day.year}")
