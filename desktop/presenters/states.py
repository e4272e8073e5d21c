"""States of the window and of the counter: frozen, whole, every text ready to show.

Those of the other pages are in `desktop.presenters.page_states`, those of what a visit comes to, which the
first frame does without, in `desktop.presenters.result_states`.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from desktop.presenters.result_states import DiseaseList, Share, StepRow, YearBar


class Option(NamedTuple):
    """One of a few values to choose from; ``key`` is the digit that chooses it."""

    value: str
    key: str
    text: str


class Cell(NamedTuple):
    """One cell of a form. ``fault`` and ``hint`` share the line under it; a fault comes first.

    ``several``: the text holds any number of the options, a space between them. ``number``: an amount or a
    count, which stands at the right. ``short``: a day, a year or a few digits. ``long``: a file's path.
    ``secret``: shown as dots. ``warned``: the hint is a warning, which holds nothing up. ``dated``: a day.
    ``listed``: a list stands beside the cell while it has the focus. ``sums``: a sum may be typed, so that
    plus and minus are text.
    """

    label: str
    text: str = ""
    hint: str = ""
    fault: str = ""
    shown: bool = True
    options: tuple[Option, ...] = ()
    spoken: str = ""
    locked: bool = False
    several: bool = False
    secret: bool = False
    number: bool = False
    short: bool = False
    long: bool = False
    warned: bool = False
    dated: bool = False
    listed: bool = False
    sums: bool = False


class Figure(NamedTuple):
    """The one figure: the amount and its capitals, or a headline with the cells that are missing.

    ``spoken`` is the whole split in a sentence, for a reader that cannot see it.
    """

    title: str
    amount: str = ""
    capitals: str = ""
    headline: str = ""
    missing: tuple[str, ...] = ()
    spoken: str = ""


class Key(NamedTuple):
    """A key of the footer."""

    key: str
    text: str


class Question(NamedTuple):
    """A question that keys answer, and Enter does not. ``answers`` are (key, words, meaning)."""

    text: str
    answers: tuple[tuple[str, str, str], ...]


class Notice(NamedTuple):
    """A line about what just happened. ``kind`` is ``said``, ``done`` or ``wrong``."""

    text: str
    kind: str = "said"


def done(said: str, told: Iterable[str]) -> Notice:
    """Return the notice of something done, as a warning where more has to be told of it."""
    more = tuple(told)
    return Notice(" ".join((said, *more)), "wrong" if more else "done")


class FrameState(NamedTuple):
    """The frame around every page: the title line, the band of made-up data, the footer."""

    title: str
    region: str
    right: str
    practice: str = ""
    keys: tuple[Key, ...] = ()
    menu: str = ""
    warning: str = ""


class CounterState(NamedTuple):
    """The counter's page. ``guide``: keys and what they are for, while there is nothing to show yet."""

    headings: Mapping[str, str]
    cells: Mapping[str, Cell]
    figure: Figure
    shares: "tuple[Share, ...]" = ()
    shares_text: str = ""
    steps: "tuple[StepRow, ...]" = ()
    steps_spoken: str = ""
    guide: tuple[tuple[str, str], ...] = ()
    collapsed: str = ""
    notes: tuple[str, ...] = ()
    bars: "tuple[YearBar, ...]" = ()
    year_line: str = ""
    extras_open: bool = False
    extras_line: str = ""
    extras_filled: bool = False
    extras_wrong: bool = False
    extras_about: str = ""
    next_line: str = ""
    notice: Notice | None = None
    question: Question | None = None
    posted: str = ""
    taken_back: bool = False
    locked: bool = False
    diseases: "DiseaseList | None" = None
    focus: str = ""
    focus_turn: int = 0
