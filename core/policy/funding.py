"""What documents say around the settlement: funding, the insurer's surplus and loss, the early warning."""

from typing import Annotated, Literal

from pydantic import Field

from core.policy.cells import Count, Day, Fen, Percent, StrictModel


class _Cited(StrictModel):
    clause: str = Field(min_length=1)


class _AmountPerHead(_Cited):
    yuan: Fen


class _ShareOfFunding(_Cited):
    percent: Percent


class CriticalFunding(StrictModel):
    """What a head brings for critical illness in a year.

    ``moves_to``: the share of last year's funding per head that it moves to, None where it stays.
    """

    until: Day | None = None
    per_head: _AmountPerHead
    moves_to: _ShareOfFunding | None = None


class MakeUpRow(StrictModel):
    """What one place pays; ``within`` names the row that it is part of, None for one of the total's own."""

    place: str
    yuan: Fen
    people: Count
    within: str | None = None


class MakeUp(_Cited):
    """A payment made up for an earlier year, by place, with the totals as the annex prints them."""

    yuan_per_head: Fen
    people: Count
    yuan: Fen
    rows: Annotated[tuple[MakeUpRow, ...], Field(strict=False)]


class Contributions(_Cited):
    """What a resident pays in a year (fen)."""

    adult_yuan: Fen
    child_yuan: Fen


class AreaSplit(StrictModel):
    """How the subsidy of a head is split in one area (fen)."""

    area: str
    central: Fen
    provincial: Fen
    local: Fen


class SubsidySplit(_Cited):
    """The split by area; ``province`` holds wherever no other row does."""

    areas: Annotated[tuple[AreaSplit, ...], Field(strict=False)]


class ResidentFunding(StrictModel):
    """Contributions and subsidy of basic insurance in the document's year."""

    until: Day | None = None
    contributions: Contributions
    subsidy: _AmountPerHead
    split: SubsidySplit


class Insurer(_Cited):
    """How surplus and loss of the commercial insurer are shared; percentages are of the premium income."""

    own_up_to_percent: Percent
    shared_up_to_percent: Percent
    surplus_share_percent: Percent
    loss_share_percent: Percent


class WarningColour(StrictModel):
    """A colour, shown where spending runs ahead of the budget by more than so many points."""

    name: Literal["blue", "yellow", "red"]
    more_than_points: Percent


class EarlyWarning(_Cited):
    """The colours of the early warning, the mildest first."""

    colours: Annotated[tuple[WarningColour, ...], Field(strict=False)]
