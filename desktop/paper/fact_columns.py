"""Where the facts of a sheet stand, label and value, in columns."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from desktop.paper.drawing import Style, width_of
from desktop.paper.sheet_head import Pair

_COLUMN: Final = 54
"""The least width of a column (mm)."""

_GAP: Final = 4.0
_AFTER_LABEL: Final = 2.5
_LEAST_LABEL: Final = 12.0
"""What the labels of a column keep, whatever number stands beside them (mm): two lines of four characters."""


class PlacedFact(NamedTuple):
    """A fact's place from the left margin, its whole width and how much of that its label has (mm)."""

    fact: Pair
    x: float
    width: float
    label: float


def placed(facts: Sequence[Pair], inner: float, quiet: Style, small: Style) -> list[PlacedFact]:
    """Return the places of the facts between margins that are ``inner`` apart (mm).

    The values of a column begin under each other. Its labels give way, in two lines, to a number that would
    be parted; a number too long for that is parted by itself. The label of a line to write on has what it
    takes.
    """
    columns = max(1, int(inner // _COLUMN))
    step = (inner + _GAP) / columns
    found: list[PlacedFact] = []
    for fact, (column, span) in zip(facts, _places(facts, columns), strict=True):
        label = width_of(fact.label, quiet) + _AFTER_LABEL
        found.append(PlacedFact(fact, column * step, span * step - _GAP, label))
    labels = {
        place.x: _label_width([each for each in found if each.x == place.x], quiet, small) for place in found
    }
    return [
        place._replace(label=labels[place.x] if place.fact.value else max(labels[place.x], place.label))
        for place in found
    ]


def _label_width(column: Sequence[PlacedFact], quiet: Style, small: Style) -> float:
    """Return how much of a column its labels have (mm)."""
    given = [place for place in column if place.fact.value]
    least = max([_LEAST_LABEL, *(_longest_word(place.fact.label, quiet) for place in given)])
    widest = max([place.label for place in given], default=0.0)
    room = [place.width - _longest_word(place.fact.value, small) for place in given]
    return min([widest, *(each for each in room if each >= least)])


def _longest_word(text: str, style: Style) -> float:
    """Return the width of the longest number or Latin word of a text (mm); other letters may be parted."""
    return max((width_of(word, style) for word in text.split() if word.isascii()), default=0.0)


def _places(facts: Sequence[Pair], columns: int) -> list[tuple[int, int]]:
    """Return a column and a span for each fact.

    The hospital's name comes first and is wide; its code, telephone and address have a row. The last fact has
    the rest of its row: it may be the name of a disease.
    """
    places: list[tuple[int, int]] = []
    at = 0
    for fact in facts:
        whole = fact.key == "contact"
        if whole and at:
            column, span = places[-1]
            places[-1] = (column, columns - column)
            at = 0
        span = columns if whole else max(1, columns - 1) if not places else 1
        places.append((at, span))
        at = (at + span) % columns
    column, _ = places[-1]
    places[-1] = (column, columns - column)
    return places
