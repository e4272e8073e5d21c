"""A document as data: every figure with the clause that it stands in.

A document that comes later is one more TOML file under ``resources/documents``. It holds the sections
that it settles. Of several documents with one section, the latest in force on a day applies.
A document states which figures it leaves to the region (``set_by_region``), so that a missing figure can
name the clause.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from core.bands import Band
from core.policy.cells import Day, Fen, Percent, StrictModel
from core.policy.funding import (
    CriticalFunding,
    EarlyWarning,
    InpatientTarget,
    Insurer,
    MakeUp,
    ResidentFunding,
)
from core.vocabulary import Benefit, Level, Population


class Cited(StrictModel):
    """A rule or a figure with the clause that it stands in."""

    clause: str = Field(min_length=1)


class CitedAmount(Cited):
    """An amount of the document's own."""

    yuan: Fen


class CitedPercent(Cited):
    """A rate of the document's own."""

    percent: Percent


class AmountOrRegion(Cited):
    """An amount of the document's own, or (``set_by_region``) one that the document leaves to the region."""

    yuan: Fen | None = None
    set_by_region: bool = False

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.yuan is None) is not self.set_by_region:
            msg = "an amount is either given or set by the region"
            raise ValueError(msg)
        return self


class LeftToRegion(Cited):
    """A figure that the document leaves to the region."""

    set_by_region: Literal[True]


class BandRow(StrictModel):
    """One band: ``percent`` is paid up to ``up_to`` (fen, inclusive; None: open)."""

    up_to: Fen | None = None
    percent: Percent

    @property
    def band(self) -> Band:
        """The row as `core.bands` takes it."""
        return Band(self.up_to, self.percent)


LevelCell = Annotated[Level, Field(strict=False)]
BenefitCell = Annotated[Benefit, Field(strict=False)]
PopulationCell = Annotated[Population, Field(strict=False)]
BandRows = Annotated[tuple[BandRow, ...], Field(min_length=1, strict=False)]


class BandsByLevel(Cited):
    """A band table for each level that the document lists."""

    level_1: BandRows
    level_2: BandRows
    level_3: BandRows


class Levels(Cited):
    """Hospital levels that a rule holds for."""

    values: Annotated[tuple[LevelCell, ...], Field(strict=False)]


class Basic(StrictModel):
    """The rules that every basic benefit shares: the scope of insurance, and Category B self-pay."""

    scope: Cited
    category_b: CitedPercent


class Pooled(StrictModel):
    """Inpatient care. Its bands, limit and transfers hold for the other pooled benefits too."""

    bands: BandsByLevel
    deductible: LeftToRegion
    transfer_up: Cited
    transfer_down: Cited
    annual_limit: CitedAmount
    by_case: Cited


class DiseasesElsewhere(Cited):
    """Diseases that another document settles, by number."""

    diseases: Annotated[frozenset[int], Field(strict=False)]
    document: str


class DiseaseNames(Cited):
    """A list of diseases in the order of the annex, whose numbers start at 1."""

    names: Annotated[tuple[str, ...], Field(strict=False)]


class SpecialOutpatient(StrictModel):
    """Special outpatient diseases and day surgery."""

    rates: Cited
    deductible: LeftToRegion
    day_surgery: Cited
    levels: Levels
    elsewhere: DiseasesElsewhere
    diseases: DiseaseNames


class LimitChoices(Cited):
    """The limits (fen) that a region may choose between."""

    choices: Annotated[tuple[Fen, ...], Field(strict=False)]


class CommonOutpatient(StrictModel):
    """Common outpatient care."""

    rate: CitedPercent
    deductible: LeftToRegion
    levels: Levels
    two_disease_levels: Levels
    annual_limit: LimitChoices
    combined_limit: CitedAmount
    two_disease_notice: Cited | None = None


class WaivedLevels(Cited):
    """Levels at which a deductible is not charged."""

    levels: Annotated[frozenset[LevelCell], Field(strict=False)]


class CommonOutpatientWaiver(StrictModel):
    """A later document that lifts the common outpatient deductible at some levels from a day on."""

    from_: Day = Field(alias="from")
    deductible: WaivedLevels


class ChronicDisease(StrictModel):
    """A chronic disease and the in-scope cost (fen) that counts in a year."""

    name: str
    yuan: Fen


class ChronicDiseases(Cited):
    """The chronic diseases in the order of the annex, whose numbers start at 1."""

    rows: Annotated[tuple[ChronicDisease, ...], Field(strict=False)]


class ChronicOutpatient(StrictModel):
    """Chronic outpatient care."""

    rate: CitedPercent
    deductible: LeftToRegion
    further_diseases: LeftToRegion
    combined_limit: CitedAmount
    diseases: ChronicDiseases


class CriticalScope(Cited):
    """The burden that counts for critical illness, with Category B self-pay or without it.

    ``compliant`` is the clause on which costs count at all, ``price_limit`` the one that leaves out what lies
    over the insurer's price limit (None: the document has none of its own).
    """

    counts_category_b: bool
    compliant: str | None = None
    price_limit: str | None = None


class FirstPercent(StrictModel):
    """The rate that the first band must have from a year on; ``or_more``: it may be higher."""

    from_: int = Field(alias="from")
    percent: Percent
    or_more: bool = False


class CriticalBands(Cited):
    """The critical-illness bands, or the conditions that a region's own must meet.

    ``never_fall``: no band's rate may be below that of the one before it.
    """

    rows: BandRows | None = None
    set_by_region: bool = False
    first_percent: Annotated[tuple[FirstPercent, ...], Field(strict=False)] = ()
    highest_percent: Percent | None = None
    never_fall: bool = False

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.rows is None) is not self.set_by_region:
            msg = "a band table is either given or set by the region"
            raise ValueError(msg)
        return self

    def keeps(self, rows: Sequence[BandRow], year: int) -> bool:
        """Return whether a region's bands of a year meet the document's conditions."""
        due = [row for row in self.first_percent if row.from_ <= year]
        if due:
            first, least = rows[0].percent, due[-1].percent
            if first < least or (first > least and not due[-1].or_more):
                return False
        if self.never_fall and any(later.percent < row.percent for row, later in pairwise(rows)):
            return False
        return self.highest_percent is None or all(row.percent <= self.highest_percent for row in rows)


class OtherDocument(Cited):
    """A clause of another document, by its number."""

    document: str


class Tilt(Cited):
    """Better terms for the categories named: a lower deductible, and points added to every rate.

    ``points_clause`` is the clause of the points where it is another one, and ``points_follow`` the clause of
    an earlier document that it refers to.
    """

    categories: Annotated[frozenset[PopulationCell], Field(strict=False)]
    deductible_percent: Percent | None = None
    deductible_yuan: Fen | None = None
    points: Percent
    points_clause: str | None = None
    points_follow: OtherDocument | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.deductible_percent is None) is (self.deductible_yuan is None):
            msg = "a tilted deductible is either a share of the ordinary one or an amount"
            raise ValueError(msg)
        return self


class Uncapped(Cited):
    """Population categories without a cap. A region may add those that ``region_may_add`` names."""

    categories: Annotated[frozenset[PopulationCell], Field(strict=False)]
    region_may_add: Annotated[frozenset[PopulationCell], Field(strict=False)] = frozenset()


class CapBound(Cited):
    """The bound of the cap: so many times last year's income per head."""

    times_income: int


class Incentives(Cited):
    """The effects of enrolment on the cap, in percent of the original cap."""

    years_before_bonus: int
    percent_per_consecutive_year: Percent
    percent_per_zero_claim_year: Percent
    highest_bonus_percent: Percent
    percent_per_gap_year: Percent
    highest_reduction_percent: Percent


class Fraud(Cited):
    """The rise of the deductible by an incident of fraud: its amount, or at least a share of the cap."""

    least_percent_of_cap: Percent


class YearPair(Cited):
    """Two years: a visit that touches both calls for the more favourable of their rules."""

    years: Annotated[tuple[int, int], Field(strict=False)]


class CriticalIllness(StrictModel):
    """Critical illness of the years from the document's day to ``until`` (None: until replaced)."""

    until: Day | None = None
    scope: CriticalScope
    deductible: AmountOrRegion
    bands: CriticalBands
    cap: AmountOrRegion
    tilt: Tilt
    uncapped: Uncapped | None = None
    cap_bound: CapBound | None = None
    specific_items_excluded: Cited | None = None
    incentives: Incentives | None = None
    fraud: Fraud | None = None
    income_warning: Cited | None = None
    special_outpatient_switch: Cited | None = None
    more_favourable_year: YearPair | None = None

    def region_keys(self) -> frozenset[str]:
        """Return the keys of a region's table for a year that this document leaves open."""
        keys = {"band_origin", "cap_on"}
        if self.deductible.set_by_region:
            keys.add("deductible")
        if self.bands.set_by_region:
            keys.add("bands")
        if self.cap.set_by_region:
            keys.add("cap")
        if self.uncapped and self.uncapped.region_may_add:
            keys.add("uncapped_for")
        if self.special_outpatient_switch:
            keys.add("covers_special_outpatient")
        if self.incentives:
            keys |= {"consecutive_from", "bonus_from"}
        if self.income_warning:
            keys.add("income_per_head")
        return frozenset(keys)


class OpenPoint(Cited):
    """A point that the document names and no document on file settles: a note on the visits it bears on.

    ``note`` is the catalogue's id after ``note.open.``. The point bears on the benefits and (None: all) the
    population categories named, on discharges between the two days.
    """

    note: str
    benefits: Annotated[frozenset[BenefitCell], Field(strict=False)]
    populations: Annotated[frozenset[PopulationCell], Field(strict=False)] | None = None
    from_: Day = Field(alias="from")
    until: Day | None = None

    def bears_on(self, day: date, benefit: Benefit, population: Population) -> bool:
        """Return whether the point bears on a visit."""
        in_time = self.from_ <= day and (self.until is None or day <= self.until)
        concerned = self.populations is None or population in self.populations
        return in_time and benefit in self.benefits and concerned


class Document(StrictModel):
    """One document on file. ``number`` is its citation. A section that it does not settle is None."""

    id: str
    number: str
    effective: Day
    basic: Basic | None = None
    pooled: Pooled | None = None
    special_outpatient: SpecialOutpatient | None = None
    common_outpatient: CommonOutpatient | None = None
    common_outpatient_waiver: CommonOutpatientWaiver | None = None
    chronic_outpatient: ChronicOutpatient | None = None
    critical_illness: CriticalIllness | None = None
    resident_funding: ResidentFunding | None = None
    critical_funding: CriticalFunding | None = None
    make_up: MakeUp | None = None
    insurer: Insurer | None = None
    early_warning: EarlyWarning | None = None
    inpatient_target: InpatientTarget | None = None
    open_points: Annotated[tuple[OpenPoint, ...], Field(strict=False)] = ()

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of the sections that it settles, in the order of the model."""
        fields = type(self).model_fields
        return tuple(name for name in fields if isinstance(getattr(self, name), StrictModel))

    def change_days(self) -> Iterator[date]:
        """Yield the days on which a section or an open point of the document begins or has ended."""
        yield self.effective
        for part in (*(getattr(self, name) for name in self.sections), *self.open_points):
            first, last = getattr(part, "from_", None), getattr(part, "until", None)
            if first is not None:
                yield first
            if last is not None and last < date.max:
                yield last + timedelta(days=1)

    def in_force(self, section: str, day: date) -> bool:
        """Return whether the document settles the section on that day."""
        rule = getattr(self, section)
        if rule is None or day < (getattr(rule, "from_", None) or self.effective):
            return False
        until = getattr(rule, "until", None)
        return until is None or day <= until
