"""A region pack: the figures that a pooling region sets for itself (interface, section 2). Any may be absent.

The models check the form of each cell. The cells that a pack may state for a year depend on the documents:
`core.policy.soundness` checks that.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import Discriminator, Field, Tag, field_validator

from core.messages import Message
from core.policy.cells import Count, Day, Fen, Fraction, NumberKey, Percent, StrictModel, refuse
from core.policy.documents import BandRow, PopulationCell
from core.policy.faults import ONE, TABLE
from core.settlement import Source
from core.vocabulary import BandAxis, BandOrigin, DeductibleCounts, DeductiblePeriod, Level

_ByName: Final = Field(strict=False)


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
    """One deductible (fen) for each level. A level that the table does not list has none."""

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
    deductible: DeductiblesByAdmission | None = None


class SpecialOutpatientPack(StrictModel):
    """A region's special outpatient figures."""

    deductible_period: Annotated[DeductiblePeriod, _ByName] = DeductiblePeriod.YEAR
    deductible: DeductiblesByLevel | None = None


class CommonOutpatientPack(StrictModel):
    """A region's common outpatient figures."""

    annual_limit: Fen | None = None
    deductible_period: Annotated[DeductiblePeriod, _ByName] = DeductiblePeriod.YEAR
    deductible: DeductiblesByLevel | None = None


def _one_or_table(value: object) -> str:
    return TABLE if isinstance(value, Mapping) else ONE


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


class CriticalYear(StrictModel):
    """A region's critical-illness figures of one year. The documents say which of them it may state."""

    deductible: Fen | None = None
    bands: Annotated[tuple[BandRow, ...], Field(min_length=1, strict=False)] | None = None
    cap: Fen | None = None
    uncapped: bool | None = None
    tilted: Annotated[frozenset[PopulationCell], _ByName] | None = None
    tilt_deductible_percent: Percent | None = None
    tilt_points: Percent | None = None
    counts_category_b: bool | None = None
    band_origin: Annotated[BandOrigin, _ByName] | None = None
    covers_special_outpatient: bool | None = None
    consecutive_from: Count | None = None
    income_per_head: Fen | None = None

    @field_validator("bands")
    @classmethod
    def _rising(cls, bands: tuple[BandRow, ...] | None) -> tuple[BandRow, ...] | None:
        if bands is None:
            return None
        edges = [row.up_to for row in bands]
        if edges[-1] is not None or None in edges[:-1]:
            refuse(Message("fault.bands_open_end"))
        closed = [0, *(edge for edge in edges if edge is not None)]
        if any(upper <= lower for lower, upper in pairwise(closed)):
            refuse(Message("fault.bands_rise"))
        return bands

    @property
    def stated(self) -> frozenset[str]:
        """The keys that the table states."""
        return frozenset(name for name in type(self).model_fields if getattr(self, name) is not None)


class AssistancePack(StrictModel):
    """A region's medical-assistance figures by population category."""

    percent: dict[PopulationCell, Percent] = {}
    deductible: dict[PopulationCell, Fen] = {}
    annual_limit: dict[PopulationCell, Fen] = {}


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

    def cite(self, *keys: str) -> Source:
        """Return a cell as it is cited: by the document that the pack names, else by the region's name."""
        return Source(self.source.document or self.name, ".".join(keys))

    @property
    def blank(self) -> bool:
        """True where it holds no figure at all, as the packs that ship for a hospital to fill in."""
        return self.model_dump(exclude_defaults=True).keys() <= {"id", "name", "effective", "source"}
