"""The states that views draw: frozen, whole, every text ready to show."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple


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


NO_CELLS: Mapping[str, Cell] = MappingProxyType({})


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
    shares: tuple[Share, ...] = ()
    shares_text: str = ""
    steps: tuple[StepRow, ...] = ()
    steps_spoken: str = ""
    guide: tuple[tuple[str, str], ...] = ()
    collapsed: str = ""
    notes: tuple[str, ...] = ()
    bars: tuple[YearBar, ...] = ()
    year_line: str = ""
    extras_open: bool = False
    extras_line: str = ""
    extras_wrong: bool = False
    extras_about: str = ""
    next_line: str = ""
    notice: Notice | None = None
    question: Question | None = None
    posted: str = ""
    locked: bool = False
    diseases: DiseaseList | None = None
    focus: str = ""
    focus_turn: int = 0


class ListRow(NamedTuple):
    """A row of a list: the value that it stands for, and its texts by column.

    ``faded`` no longer counts; ``strong``: the sum of rows above it.
    """

    value: str
    texts: tuple[str, ...]
    faded: bool = False
    strong: bool = False


class Preview(NamedTuple):
    """A page of a sheet as it will be printed, with its size in percent (0: as there is room)."""

    page: Any
    zoom: int
    text: str


class PageState(NamedTuple):
    """A page beside the counter: some cells, some lists, a line and perhaps a question.

    ``narrow``: its cells leave the greater part of the width to the list; without one they are a form.
    ``paged``: the rows are those read so far, and more may come when the list is scrolled to its end.
    ``turns``: the page keys turn the page. ``bars`` stand over the list.
    """

    title: str
    about: str = ""
    cells: Mapping[str, Cell] = NO_CELLS
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    columns: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()
    rows: tuple[ListRow, ...] = ()
    chosen: str = ""
    empty: str = ""
    narrow: bool = False
    paged: bool = False
    turns: bool = False
    bars: tuple[YearBar, ...] = ()
    lines: tuple[str, ...] = ()
    notice: Notice | None = None
    question: Question | None = None
    focus: str = ""
    focus_turn: int = 0
    preview: Preview | None = None


class FormRow(NamedTuple):
    """A line of a guided form: its cells, the cell of their origin, who entered them and when."""

    label: str
    cells: tuple[str, ...]
    origin: str = ""
    made: str = ""
    wide: bool = False


class FormGroup(NamedTuple):
    """Lines of a guided form under a heading; ``columns`` stand over the cells."""

    heading: str
    about: str
    rows: tuple[FormRow, ...]
    columns: tuple[str, ...] = ()


class Tab(NamedTuple):
    """A section of a guided form; ``wrong`` where a cell of it is at fault."""

    value: str
    text: str
    mark: str = ""
    wrong: bool = False


class ReadyRow(NamedTuple):
    """A settlement that a pack allows, or the figures that it still lacks."""

    heading: str
    text: str
    ready: bool


class RegionState(NamedTuple):
    """The guided form of a region's pack."""

    title: str
    about: str
    tabs: tuple[Tab, ...]
    section: str
    groups: tuple[FormGroup, ...]
    cells: Mapping[str, Cell]
    columns: tuple[str, ...]
    numbers: frozenset[int]
    rows: tuple[ListRow, ...]
    chosen: str
    ready_title: str
    ready: tuple[ReadyRow, ...]
    ready_about: str = ""
    notice: Notice | None = None
    question: Question | None = None
    focus: str = ""
    focus_turn: int = 0


class ManualRow(NamedTuple):
    """A line of the manual's contents. ``inner``: a section below its chapter."""

    text: str
    inner: bool


class ManualState(NamedTuple):
    """The open manual: its contents on the left, a chapter on the right.

    ``chosen`` is the place of a row, -1 for none. ``heading`` is the section to bring into sight, by its
    number in the chapter. ``turned`` counts the screenfuls turned down since the page was opened, less those
    turned up.
    """

    title: str
    about: str
    search: Cell
    rows: tuple[ManualRow, ...]
    chosen: int
    empty: str
    folder: Path
    markdown: str
    heading: int
    turned: int
    notice: Notice | None = None
    question: Question | None = None
    focus: str = "search"
    focus_turn: int = 0


class MenuItem(NamedTuple):
    """A line of the menu. ``checked`` is True where the choice holds, None where the line is no choice."""

    name: str
    text: str
    key: str
    usable: bool
    checked: bool | None = None


class MenuGroup(NamedTuple):
    """A group of the menu's lines under its title."""

    title: str
    items: tuple[MenuItem, ...]
