"""The figures of documents around the settlement: funding, insurer, early warning, made-up payments."""

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
    """The funding per head (fen) for critical illness in a year.

    ``moves_to`` is the share of last year's funding per head that it moves to (None: it stays).
    """

    until: Day | None = None
    per_head: _AmountPerHead
    moves_to: _ShareOfFunding | None = None


class MakeUpRow(StrictModel):
    """One place's payment (fen). ``within`` names the row that it is part of (None: part of the total)."""

    place: str
    yuan: Fen
    people: Count
    within: str | None = None


class MakeUp(_Cited):
    """A payment (fen) made up for an earlier year, by place, with the totals as the annex prints them."""

    yuan_per_head: Fen
    people: Count
    yuan: Fen
    rows: Annotated[tuple[MakeUpRow, ...], Field(strict=False)]


class Contributions(_Cited):
    """A resident's contributions of a year (fen)."""

    adult_yuan: Fen
    child_yuan: Fen


class AreaSplit(StrictModel):
    """The split of the subsidy per head in one area (fen)."""

    area: str
    central: Fen
    provincial: Fen
    local: Fen


class SubsidySplit(_Cited):
    """The split by area. The row ``province`` holds wherever no other row does."""

    areas: Annotated[tuple[AreaSplit, ...], Field(strict=False)]


class ResidentFunding(StrictModel):
    """Contributions and subsidy of basic insurance in the document's year."""

    until: Day | None = None
    contributions: Contributions
    subsidy: _AmountPerHead
    split: SubsidySplit


class Insurer(_Cited):
    """The sharing of the commercial insurer's surplus and loss. Percentages are of the premium income."""

    own_up_to_percent: Percent
    shared_up_to_percent: Percent
    surplus_share_percent: Percent
    loss_share_percent: Percent


class WarningColour(StrictModel):
    """A colour, shown where spending is ahead of the plan by more than so many points of the budget."""

    name: Literal["blue", "yellow", "red"]
    more_than_points: Percent


class InpatientTarget(_Cited):
    """The share of the in-scope cost that inpatient care pays on average: a target that settles no bill."""

    percent: Percent


class EarlyWarning(_Cited):
    """The colours of the early warning, the mildest first."""

    colours: Annotated[tuple[WarningColour, ...], Field(strict=False)]
