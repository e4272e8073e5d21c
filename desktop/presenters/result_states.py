"""States of what a visit comes to: shares, steps, years and diseases, frozen, every text ready to show."""

from typing import NamedTuple


class Share(NamedTuple):
    """A payer's part of the bill: ``weight`` (fen) is its length on the bar."""

    payer: str
    text: str
    amount: str
    weight: int


class StepRow(NamedTuple):
    """One line of the calculation. ``payer`` colours it, empty for an intermediate figure."""

    label: str
    sum: str
    amount: str
    payer: str
    payer_text: str
    source: str
    source_whole: str
    strong: bool = False
    stage: str = ""


class Stretch(NamedTuple):
    """A part of a year's axis up to ``upto`` (fen, None: open), its words and those at its upper edge."""

    upto: int | None
    text: str
    edge: str = ""


class YearBar(NamedTuple):
    """A year on one axis (fen): what lay on it before this visit, and what this visit adds.

    ``deducted`` is the part of this visit that comes first and is the patient's own.
    """

    label: str
    payer: str
    before: int
    now: int
    stretches: tuple[Stretch, ...]
    text: str
    spoken: str
    deducted: int = 0


class DiseaseRow(NamedTuple):
    """A disease; ``texts`` are its amounts, ``faded``: used up, or settled by another document."""

    number: int
    name: str
    texts: tuple[str, ...] = ()
    faded: bool = False


class DiseaseList(NamedTuple):
    """The diseases that may be meant; ``chosen`` is the number that Enter takes, 0 for none.

    ``headings`` are of the name and the amounts, empty for a list of names only; ``whole`` is how many
    diseases there are before any search.
    """

    title: str
    about: str
    how: str
    headings: tuple[str, ...]
    rows: tuple[DiseaseRow, ...]
    chosen: int
    whole: int
