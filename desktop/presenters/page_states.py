"""States of the pages beside the counter, and of the menu; frozen, whole, every text ready to show.

The first frame needs none of them. They are read after it, for each class takes a fifth of a millisecond.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from desktop.presenters.result_states import Share, YearBar
from desktop.presenters.states import Cell, Notice, Question

NO_CELLS: Mapping[str, Cell] = MappingProxyType({})


class ListRow(NamedTuple):
    """A row of a list: the value that it stands for, and its texts by column.

    ``faded`` no longer counts; ``strong``: the sum of rows above it. ``shares``: the row's bar.
    """

    value: str
    texts: tuple[str, ...]
    faded: bool = False
    strong: bool = False
    shares: tuple[Share, ...] = ()


class Preview(NamedTuple):
    """A page of a sheet as it will be printed, with its size in percent (0: as there is room)."""

    page: Any
    zoom: int
    text: str


class PageState(NamedTuple):
    """A page beside the counter: some cells, some lists, a line and perhaps a question.

    ``narrow``: its cells leave the greater part of the width to the list; without one they are a form.
    ``paged``: the rows are those read so far, and more may come when the list is scrolled to its end.
    ``turns``: the page keys turn the page. ``bars`` stand over the list. ``by_cell``: the arrows pick cells,
    whose values are ``ROW:COLUMN``. ``plot``: the last column of the list holds the rows' bars.
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
    by_cell: bool = False
    plot: bool = False
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
