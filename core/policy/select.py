"""The choice of figures: from documents, pack, day, level, category and flags to the terms of each rule.

Every figure that is needed and that nobody gives is named, all of them at once; no amount is looked at here.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar

from core.bands import Band
from core.messages import message, term
from core.money import WHOLE, grouped, share
from core.policy.documents import (
    BandRow,
    ChronicOutpatient,
    Cited,
    CommonOutpatient,
    CriticalIllness,
    Pooled,
    SpecialOutpatient,
)
from core.policy.in_force import WHOLE_RULE, Documents, InForce
from core.policy.regions import CriticalYear, RegionPack, at_level
from core.policy.terms import (
    AssistanceTerms,
    ChronicAmount,
    ChronicTerms,
    CommonTerms,
    CriticalTerms,
    Deductible,
    Excluded,
    IncentiveTerms,
    NotCovered,
    PooledTerms,
)
from core.settlement import MissingFigure, Note, Source
from core.vocabulary import BandOrigin, Benefit, DeductiblePeriod, Level, Population, Transfer

Missing = tuple[MissingFigure, ...]
Asked = ParamSpec("Asked")
Chosen = TypeVar("Chosen")

_NO_STATED: Final = CriticalYear()
_SCOPES: Final = {
    Benefit.INPATIENT: ("basic", "scope"),
    Benefit.SPECIAL_OUTPATIENT: ("special_outpatient", "rates"),
    Benefit.DAY_SURGERY: ("special_outpatient", "day_surgery"),
    Benefit.COMMON_OUTPATIENT: ("common_outpatient", "rate"),
    Benefit.CHRONIC_OUTPATIENT: ("chronic_outpatient", "rate"),
}
"""The section and the table that say what of a benefit's bill insurance looks at."""


def _kept(
    choose: Callable[Concatenate["Policy", Asked], Chosen],
) -> Callable[Concatenate["Policy", Asked], Chosen]:
    """Makes a choice once for all that is asked alike."""

    @wraps(choose)
    def keeping(policy: "Policy", /, *asked: Asked.args, **named: Asked.kwargs) -> Chosen:
        key = (choose, asked, *named.items())
        try:
            kept: Chosen = policy._chosen[key]
        except KeyError:
            kept = policy._chosen[key] = choose(policy, *asked, **named)
        return kept

    return keeping


class Policy:
    """The documents on file together with one region's pack: what applies to its patients.

    What was chosen once is kept: a county's visits share few combinations of day, level and category.
    """

    def __init__(self, documents: Documents, region: RegionPack) -> None:
        self.documents = documents
        self.region = region
        self._chosen: dict[tuple[object, ...], Any] = {}

    def scope_source(self, day: date, benefit: Benefit) -> Source:
        """Where it stands what of a benefit's bill insurance looks at."""
        section, table = _SCOPES[benefit]
        found = self.documents.in_force(section, day)
        return found.source(getattr(found.section, table).clause) if found else self.burden_source(day)

    def elsewhere_source(self, day: date, benefit: Benefit, major_disease: bool) -> Source:
        """Where it stands that basic insurance settles such a visit, which it did elsewhere."""
        found: InForce[Pooled] | None = self.documents.in_force("pooled", day)
        if found and major_disease:
            return found.source(found.section.by_case.clause)
        return self.scope_source(day, benefit)

    def category_b_source(self, day: date) -> Source:
        """Where it stands that a part of Category B is the patient's own."""
        basic = self.documents.in_force("basic", day)
        return basic.source(basic.section.category_b.clause) if basic else self.burden_source(day)

    def category_b_rate(self, day: date) -> int:
        """The rate of a Category B amount that the patient pays first, by the document that names one."""
        basic = self.documents.in_force("basic", day) or self.documents.first("basic")
        rate: int = basic.section.category_b.percent
        return rate

    def burden_source(self, day: date) -> Source:
        """Where it stands what critical illness counts of the cost that basic insurance leaves."""
        rule = self.critical_rule(day)
        return (
            rule.source(rule.section.scope.clause)
            if rule
            else self._stated("critical_illness", str(day.year))
        )

    @_kept
    def open_points(self, day: date, benefit: Benefit, population: Population) -> tuple[Note, ...]:
        """What documents on file name for such a visit and leave to papers that are not."""
        return tuple(
            Note(message(f"note.open.{point.note}"), Source(document.number, point.clause))
            for document in self.documents.all
            for point in document.open_points
            if point.bears_on(day, benefit, population)
        )

    def critical_rule(self, day: date) -> InForce[CriticalIllness] | None:
        """The critical-illness document in force on a day, None where none is on file."""
        return self.documents.in_force("critical_illness", day)

    def _stated(self, *keys: str) -> Source:
        """A cell of the region pack, as it is cited."""
        return Source(self.region.source.document or self.region.name, ".".join(keys))

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
        """The terms of inpatient care, special outpatient care or day surgery, or what is missing."""
        found: InForce[Pooled] | None = self.documents.in_force("pooled", day)
        special: InForce[SpecialOutpatient] | None = self.documents.in_force("special_outpatient", day)
        if found is None or special is None:
            return (_no_basic(day),)
        inpatient = benefit is Benefit.INPATIENT
        missing = []
        if major_disease:
            missing.append(MissingFigure("major_disease", found.source(found.section.by_case.clause)))
        elsewhere = special.section.elsewhere
        if benefit is Benefit.SPECIAL_OUTPATIENT and special_disease in elsewhere.diseases:
            path = f"special_outpatient.disease_{special_disease}"
            missing.append(MissingFigure(path, Source(elsewhere.document, elsewhere.clause)))
        if missing:
            return tuple(missing)
        deductible = (
            self._inpatient_deductible(found, level, transfer)
            if inpatient
            else self._special_deductible(special, level)
        )
        if isinstance(deductible, MissingFigure):
            return (deductible,)
        notes = []
        if not inpatient and level not in special.section.levels.values:
            source = special.source(special.section.levels.clause)
            notes.append(Note(message("note.special_at_level_1", level=term("level", level)), source))
        section = found.section
        bands_level = Level.LEVEL_1 if level is Level.VILLAGE_CLINIC else level
        rows: tuple[BandRow, ...] = getattr(section.bands, bands_level)
        transfer_clause = section.transfer_down if transfer is Transfer.DOWN else section.transfer_up
        return PooledTerms(
            axis=self.region.inpatient.band_axis,
            bands=tuple(row.band for row in rows),
            annual_limit=section.annual_limit.yuan,
            deductible=deductible,
            level=level,
            axis_source=self._stated("inpatient", "band_axis"),
            bands_source=found.source(section.bands.clause),
            limit_source=found.source(section.annual_limit.clause),
            transfer_source=found.source(transfer_clause.clause),
            notes=tuple(notes),
        )

    def _inpatient_deductible(
        self, found: InForce[Pooled], level: Level, transfer: Transfer
    ) -> Deductible | MissingFigure:
        if transfer is Transfer.DOWN:
            return Deductible((0,), found.source(found.section.transfer_down.clause), waived=True)
        table_level, figures = at_level(self.region.inpatient.deductible, level)
        path = f"inpatient.deductible.{table_level}"
        if figures is None:
            return MissingFigure(path, found.source(found.section.deductible.clause))
        return Deductible(figures, self._stated(path))

    def _special_deductible(
        self, special: InForce[SpecialOutpatient], level: Level
    ) -> Deductible | MissingFigure:
        pack = self.region.special_outpatient
        path = "special_outpatient.deductible"
        if pack.deductible is None:
            return MissingFigure(path, special.source(special.section.deductible.clause))
        table_level, figure = at_level(pack.deductible, level)
        yearly = pack.deductible_period is DeductiblePeriod.YEAR
        return Deductible((figure or 0,), self._stated(path, table_level), yearly)

    @_kept
    def common(self, day: date, level: Level, two_disease_drugs: bool) -> CommonTerms | NotCovered | Missing:
        """The terms of common outpatient care, or what is missing."""
        found: InForce[CommonOutpatient] | None = self.documents.in_force("common_outpatient", day)
        if found is None:
            return (_no_basic(day),)
        section = found.section
        covered = level in section.levels.values or (
            two_disease_drugs and level in section.two_disease_levels.values
        )
        if not covered:
            source = found.source(section.levels.clause)
            note = "note.common_not_covered" if level is Level.LEVEL_3 else "note.common_two_diseases_only"
            return NotCovered(source, Note(message(note), source))
        missing = []
        pack = self.region.common_outpatient
        if pack.annual_limit is None:
            source = found.source(section.annual_limit.clause)
            missing.append(MissingFigure("common_outpatient.annual_limit", source))
        deductible = self._common_deductible(found, level, day)
        if isinstance(deductible, MissingFigure):
            missing.append(deductible)
        if missing or pack.annual_limit is None or isinstance(deductible, MissingFigure):
            return tuple(missing)
        return CommonTerms(
            rate=section.rate.percent,
            deductible=deductible,
            annual_limit=pack.annual_limit,
            combined_limit=section.combined_limit.yuan,
            rate_source=found.source(section.rate.clause),
            limit_source=self._stated("common_outpatient.annual_limit"),
            combined_source=found.source(section.combined_limit.clause),
        )

    def _common_deductible(
        self, found: InForce[CommonOutpatient], level: Level, day: date
    ) -> Deductible | MissingFigure:
        waiver = self.documents.in_force("common_outpatient_waiver", day)
        if waiver and level in waiver.section.deductible.levels:
            return Deductible((0,), waiver.source(waiver.section.deductible.clause), waived=True)
        pack = self.region.common_outpatient
        path = "common_outpatient.deductible"
        if pack.deductible is None:
            return MissingFigure(path, found.source(found.section.deductible.clause))
        table_level, figure = at_level(pack.deductible, level)
        yearly = pack.deductible_period is DeductiblePeriod.YEAR
        return Deductible((figure or 0,), self._stated(path, table_level), yearly)

    @_kept
    def chronic(self, day: date, disease: int, rank: int) -> ChronicTerms | Missing:
        """The terms of chronic outpatient care for a disease and its rank, or what is missing."""
        found: InForce[ChronicOutpatient] | None = self.documents.in_force("chronic_outpatient", day)
        if found is None:
            return (_no_basic(day),)
        section, pack = found.section, self.region.chronic_outpatient
        path = "chronic_outpatient.deductible"
        figure = pack.deductible
        if isinstance(figure, dict):
            path = f"{path}.{disease}" if figure else path
            figure = figure.get(disease)
        if figure is None:
            return (MissingFigure(path, found.source(section.deductible.clause)),)
        amount = self.chronic_amount(found, disease, rank)
        return ChronicTerms(
            disease=disease,
            rate=section.rate.percent,
            amount=amount.yuan,
            fund_limit=amount.fund_limit,
            deductible=Deductible((figure,), self._stated(path), yearly=True),
            counts=pack.deductible_counts,
            combined_limit=section.combined_limit.yuan,
            rate_source=found.source(section.rate.clause),
            amount_source=amount.source,
            combined_source=found.source(section.combined_limit.clause),
            notes=(Note(message("note.chronic_inside_province"), found.source(section.rate.clause)),),
        )

    def chronic_amount(self, found: InForce[ChronicOutpatient], disease: int, rank: int) -> ChronicAmount:
        """What of a chronic disease counts in a year; it needs no deductible."""
        section, further = found.section, self.region.chronic_outpatient.additional_disease_rate
        amount = section.diseases.rows[disease - 1].yuan
        source = found.source(section.diseases.clause)
        if rank > 1 and further is not None:
            amount = share(amount, further)
            source = self._stated("chronic_outpatient.additional_disease_rate")
        return ChronicAmount(amount, share(amount, section.rate.percent), source)

    # Critical illness

    @_kept
    def critical(
        self, day: date, benefit: Benefit, population: Population, specific_item: bool
    ) -> CriticalTerms | Excluded | Missing:
        """The terms of critical illness, or what is missing."""
        stated = self.region.critical_illness.get(day.year, _NO_STATED)
        found = self.critical_rule(day)
        if found is None:
            rule = self._stated_rule(day.year, stated)
            return _terms(rule, population, stated) if isinstance(rule, _CriticalRule) else rule
        section = found.section
        if section.specific_items_excluded and specific_item and benefit is Benefit.SPECIAL_OUTPATIENT:
            source = found.source(section.specific_items_excluded.clause)
            return Excluded(Note(message("note.specific_item"), source))
        switch = section.special_outpatient_switch
        if switch and benefit.special and stated.covers_special_outpatient is False:
            return Excluded(Note(message("note.special_outpatient_out"), found.source(switch.clause)))
        rule = self._documented_rule(day.year, stated, found, population)
        return _terms(rule, population, stated) if isinstance(rule, _CriticalRule) else rule

    def _stated_rule(self, year: int, stated: CriticalYear) -> "_CriticalRule | Missing":
        """The whole rule of a year for which no document is on file, as the region states it."""
        path = f"critical_illness.{year}"
        if not stated.stated:
            return (MissingFigure(path),)
        cap_stated = {"cap"} if stated.uncapped else set()
        absent = [key for key in WHOLE_RULE if key not in stated.stated | cap_stated]
        if absent:
            return tuple(MissingFigure(f"{path}.{key}") for key in absent)
        at = {key: self._stated(path, key) for key in (*WHOLE_RULE, "uncapped")}
        tilted = stated.tilted or frozenset()
        return _CriticalRule(
            deductible=stated.deductible or 0,
            rows=stated.bands or (),
            cap=stated.cap,
            counts_category_b=bool(stated.counts_category_b),
            categories=tilted,
            tilt_percent=stated.tilt_deductible_percent,
            points=stated.tilt_points or 0,
            scope_source=at["counts_category_b"],
            deductible_source=at["deductible"],
            tilt_source=at["tilted"],
            origin_source=self._stated(path, "band_origin"),
            bands_source=at["bands"],
            cap_source=at["uncapped" if stated.uncapped else "cap"],
        )

    def _documented_rule(
        self, year: int, stated: CriticalYear, found: InForce[CriticalIllness], population: Population
    ) -> "_CriticalRule | Missing":
        """A document's rule, filled by the region where the document leaves a figure to it."""
        section, missing = found.section, []

        def cell(key: str, cited: Cited, own: Any) -> tuple[Any, Source]:
            if own is not None:
                return own, found.source(cited.clause)
            path = f"critical_illness.{year}.{key}"
            value = getattr(stated, key)
            if value is None:
                missing.append(MissingFigure(path, found.source(cited.clause)))
            return value, self._stated(path)

        deductible, deductible_source = cell("deductible", section.deductible, section.deductible.yuan)
        rows, bands_source = cell("bands", section.bands, section.bands.rows)
        if section.uncapped and population in section.uncapped.categories:
            cap, cap_source = None, found.source(section.uncapped.clause)
        elif stated.uncapped:
            cap, cap_source = None, self._stated(f"critical_illness.{year}.uncapped")
        else:
            cap, cap_source = cell("cap", section.cap, section.cap.yuan)
        if missing:
            return tuple(missing)
        notes = []
        warning = section.income_warning
        if warning and stated.income_per_head is not None and deductible > stated.income_per_head:
            said = message("note.deductible_above_income", income=grouped(stated.income_per_head))
            notes.append(Note(said, found.source(warning.clause)))
        fraud = section.fraud
        original_cap = section.cap.yuan
        return _CriticalRule(
            deductible=deductible,
            rows=rows,
            cap=cap,
            counts_category_b=section.scope.counts_category_b,
            categories=section.tilt.categories,
            tilt_percent=section.tilt.deductible_percent,
            tilt_yuan=section.tilt.deductible_yuan,
            points=section.tilt.points,
            incentives=_incentives(found, stated, year),
            fraud_floor=share(original_cap, fraud.least_percent_of_cap) if fraud and original_cap else None,
            scope_source=found.source(section.scope.clause),
            deductible_source=deductible_source,
            tilt_source=found.source(section.tilt.clause),
            origin_source=self._stated("critical_illness", str(year), "band_origin"),
            bands_source=bands_source,
            cap_source=cap_source,
            fraud_source=found.source(fraud.clause) if fraud else None,
            notes=tuple(notes),
        )

    # Medical assistance

    @_kept
    def assistance(self, population: Population) -> AssistanceTerms | None:
        """The terms of medical assistance, None where the region states none for the category."""
        pack = self.region.medical_assistance
        if pack is None or population not in pack.percent:
            return None
        at = {
            key: self._stated("medical_assistance", key, population)
            for key in ("percent", "deductible", "annual_limit")
        }
        return AssistanceTerms(
            rate=pack.percent[population],
            deductible=pack.deductible.get(population, 0),
            annual_limit=pack.annual_limit.get(population),
            rate_source=at["percent"],
            deductible_source=at["deductible"],
            limit_source=at["annual_limit"],
        )


class _CriticalRule(NamedTuple):
    """A year's rule before a category is looked at: a document's, a region's, or the two together."""

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


def _terms(rule: _CriticalRule, population: Population, stated: CriticalYear) -> CriticalTerms:
    """A rule as it stands for one category."""
    tilted = population in rule.categories
    deductible, points, notes = rule.deductible, 0, rule.notes
    if tilted:
        points = rule.points
        if rule.tilt_yuan is not None:
            deductible = rule.tilt_yuan
        elif rule.tilt_percent is not None:
            deductible = share(deductible, rule.tilt_percent)
    elif population is not Population.ORDINARY:
        said = message("note.category_not_named", category=term("population", population))
        notes = (*notes, Note(said, rule.tilt_source))
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
    )


def _incentives(found: InForce[CriticalIllness], stated: CriticalYear, year: int) -> IncentiveTerms | None:
    given = found.section.incentives
    if given is None:
        return None
    since = stated.consecutive_from
    return IncentiveTerms(
        years_before_bonus=given.years_before_bonus,
        per_consecutive_year=given.percent_per_consecutive_year,
        per_zero_claim_year=given.percent_per_zero_claim_year,
        highest_bonus=given.highest_bonus_percent,
        per_gap_year=given.percent_per_gap_year,
        highest_reduction=given.highest_reduction_percent,
        most_bonus_years=None if since is None else max(0, year - since + 1),
        source=found.source(given.clause),
    )


def _no_basic(day: date) -> MissingFigure:
    return MissingFigure(f"basic.{day.year}")
