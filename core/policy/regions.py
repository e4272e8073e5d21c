"""A region pack: the figures that a pooling region sets for itself (interface, section 2). Any may be absent.

The models check the form of each cell. The cells that a pack may state for a year depend on the documents:
`core.policy.soundness` checks that.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Discriminator, Field, Tag

from core.messages import Message
from core.policy.cells import Count, Day, Fen, Fraction, NumberKey, Percent, StrictModel, refuse
from core.policy.documents import BandRow, PopulationCell
from core.policy.faults import ONE, TABLE
from core.settlement import Source
from core.vocabulary import (
    BandAxis,
    BandOrigin,
    CapOn,
    DeductibleCounts,
    DeductiblePeriod,
    Level,
    TransferDown,
    TransferUp,
)

_ByName: Final = Field(strict=False)
FIRST_LOCAL: Final = 101
LAST_LOCAL: Final = 105
"""The numbers of the chronic diseases that a region adds itself, five at most (2019-21, two, (one), 2)."""


class PackSource(StrictModel):
    """The source of a pack's figures, with those who entered and checked them. Empty: not stated."""

    document: str = ""
    entered_by: str = ""
    checked_by: str = ""


class DeductiblesByAdmission(StrictModel):
    """The deductibles (fen) of the 1st, 2nd, 3rd … admission of a year by level. The last one repeats."""

    village_clinic: Annotated[tuple[Fen, ...], Field(min_length=1, strict=False)] | None = None
    level_1: Annotated[tuple[Fen, ...], Field(min_length=1, strict=False)] | None = None
    level_2: Annotated[tuple[Fen, ...], Field(min_length=1, strict=False)] | None = None
    level_3: Annotated[tuple[Fen, ...], Field(min_length=1, strict=False)] | None = None


class DeductiblesByLevel(StrictModel):
    """One deductible (fen) for each level. A level that the table does not list is missing."""

    village_clinic: Fen | None = None
    level_1: Fen | None = None
    level_2: Fen | None = None
    level_3: Fen | None = None


def at_level(table: object, level: Level) -> tuple[Level, Any]:
    """Return a level's cell with the level that it stands under.

    A village clinic takes level 1's cell where the table has none of its own.
    """
    own = getattr(table, level, None)
    if own is None and level is Level.VILLAGE_CLINIC:
        return Level.LEVEL_1, getattr(table, Level.LEVEL_1, None)
    return level, own


class InpatientPack(StrictModel):
    """A region's inpatient figures."""

    band_axis: Annotated[BandAxis, _ByName] = BandAxis.ANNUAL_COST
    transfer_up: Annotated[TransferUp, _ByName] = TransferUp.NEXT_ADMISSION
    transfer_down: Annotated[TransferDown, _ByName] = TransferDown.ANY_LEVEL
    deductible: DeductiblesByAdmission | None = None


class SpecialDiseasePack(StrictModel):
    """A region's own figures of one special outpatient disease (fen)."""

    deductible: Fen | None = None
    percent: Percent | None = None
    annual_limit: Fen | None = None
    cost_limit: Fen | None = None


class SpecialOutpatientPack(StrictModel):
    """A region's special outpatient figures, with those of single diseases by number."""

    deductible_period: Annotated[DeductiblePeriod, _ByName] = DeductiblePeriod.YEAR
    deductible: DeductiblesByLevel | None = None
    disease: dict[NumberKey, SpecialDiseasePack] = {}


class CommonOutpatientPack(StrictModel):
    """A region's common outpatient figures."""

    annual_limit: Fen | None = None
    deductible_period: Annotated[DeductiblePeriod, _ByName] = DeductiblePeriod.YEAR
    deductible: DeductiblesByLevel | None = None


def _one_or_table(value: object) -> str:
    return TABLE if isinstance(value, Mapping) else ONE


class LocalDisease(StrictModel):
    """A chronic disease that the region added, by its number, with the cost (fen) that counts in a year."""

    number: Annotated[Count, Field(ge=FIRST_LOCAL, le=LAST_LOCAL)]
    name: str = ""
    amount: Fen | None = None


class ChronicOutpatientPack(StrictModel):
    """A region's chronic outpatient figures. The deductible is one amount, or a table by disease number."""

    deductible: (
        Annotated[
            Annotated[Fen, Tag(ONE)] | Annotated[dict[NumberKey, Fen], Tag(TABLE)],
            Discriminator(_one_or_table),
        ]
        | None
    ) = None
    deductible_counts: Annotated[DeductibleCounts, _ByName] = DeductibleCounts.INSIDE
    additional_disease_rate: Fraction | None = None
    additional_disease_amount: Fen | None = None
    local: Annotated[tuple[LocalDisease, ...], Field(strict=False)] = ()

    def local_disease(self, number: int) -> LocalDisease | None:
        """Return the disease that the region added under a number, None where the table does not list it."""
        return next((row for row in self.local if row.number == number), None)


class CasePack(StrictModel):
    """One case at one level, paid by its price (fen). A cell that is left out is missing."""

    code: str = Field(min_length=1)
    name: str = ""
    level: Annotated[Level, _ByName]
    price: Fen | None = None
    fund_percent: Percent | None = None
    counts_for_critical: bool | None = None
    deductible: bool | None = None


class CarryOverPack(StrictModel):
    """The outpatient limits that a region lets carry over where they were not used."""

    common_to_chronic: bool = False
    outpatient_to_pooled: bool = False
    next_year_percent: Percent | None = None
    next_year_points: Percent | None = None


class ElsewherePack(StrictModel):
    """The shares of the in-scope cost that are paid first for care outside the region."""

    referred_percent: Percent | None = None
    unreferred_percent: Percent | None = None


def _rising(bands: tuple[BandRow, ...] | None) -> tuple[BandRow, ...] | None:
    """Return a band table whose edges rise to an open end. Anything else is refused."""
    if bands is None:
        return None
    edges = [row.up_to for row in bands]
    if edges[-1] is not None or None in edges[:-1]:
        refuse(Message("fault.bands_open_end"))
    closed = [0, *(edge for edge in edges if edge is not None)]
    if any(upper <= lower for lower, upper in pairwise(closed)):
        refuse(Message("fault.bands_rise"))
    return bands


RisingBands = Annotated[tuple[BandRow, ...], Field(min_length=1, strict=False), AfterValidator(_rising)]


class CriticalYear(StrictModel):
    """A region's critical-illness figures of one year. The documents say which of them it may state."""

    deductible: Fen | None = None
    bands: RisingBands | None = None
    cap: Fen | None = None
    uncapped: bool | None = None
    tilted: Annotated[frozenset[PopulationCell], _ByName] | None = None
    tilt_deductible_percent: Percent | None = None
    tilt_points: Percent | None = None
    counts_category_b: bool | None = None
    band_origin: Annotated[BandOrigin, _ByName] | None = None
    covers_special_outpatient: bool | None = None
    consecutive_from: Count | None = None
    bonus_from: Count | None = None
    cap_on: Annotated[CapOn, _ByName] | None = None
    uncapped_for: Annotated[frozenset[PopulationCell], _ByName] | None = None
    income_per_head: Fen | None = None

    @property
    def stated(self) -> frozenset[str]:
        """The keys that the table states."""
        return frozenset(name for name in type(self).model_fields if getattr(self, name) is not None)


class AssistancePack(StrictModel):
    """A region's medical-assistance figures by population category."""

    percent: dict[PopulationCell, Percent] = {}
    deductible: dict[PopulationCell, Fen] = {}
    annual_limit: dict[PopulationCell, Fen] = {}
    bands: dict[PopulationCell, RisingBands] = {}
    later_stays_percent: dict[PopulationCell, Percent] = {}


class RegionPack(StrictModel):
    """The figures that a pooling region sets for itself from the day ``effective`` on. None: left open."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    effective: Day
    source: PackSource = PackSource()
    inpatient: InpatientPack = InpatientPack()
    special_outpatient: SpecialOutpatientPack = SpecialOutpatientPack()
    common_outpatient: CommonOutpatientPack = CommonOutpatientPack()
    chronic_outpatient: ChronicOutpatientPack = ChronicOutpatientPack()
    critical_illness: dict[NumberKey, CriticalYear] = {}
    medical_assistance: AssistancePack | None = None
    case_payment: Annotated[tuple[CasePack, ...], Field(strict=False)] = ()
    carry_over: CarryOverPack = CarryOverPack()
    elsewhere: ElsewherePack = ElsewherePack()

    def cite(self, *keys: str) -> Source:
        """Return a cell as it is cited: by the document that the pack names, else by the region's name."""
        return Source(self.source.document or self.name, ".".join(keys))

    @property
    def blank(self) -> bool:
        """True where it holds no figure at all, as the packs that ship for a hospital to fill in."""
        return self.model_dump(exclude_defaults=True).keys() <= {"id", "name", "effective", "source"}
