"""A page beside the counter: cells in groups, a list, and what to know."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.presenters.page_states import PageState
from desktop.presenters.states import Cell
from desktop.views import theme
from desktop.views.choice import Choice
from desktop.views.pages.list_table import ListTable
from desktop.views.pages.list_view import ListView
from desktop.views.pages.titled_view import TitledView
from desktop.views.qt import Qt
from desktop.views.scroll_area import Area
from desktop.views.text_field import TextField
from desktop.views.widgets import label, mark, panel

if TYPE_CHECKING:
    from desktop.views.bars import YearBars

_NUMBER_WIDTH, _TEXT_WIDTH = 180, 164
_LONGEST_TEXT = 420
"""A cell of a form that has no list is no wider; a file's path is."""

_CELLS_WIDTH = 500
_NARROW_WIDTH = 420
_FORM_WIDTH = 1040
_MOST_IN_A_COLUMN = 16
_A_CELL = 3
"""So many rows of its grid a cell takes: its own, its line's and the gap under it."""


class _Tight(NamedTuple):
    """In a page narrower than ``below`` the cells take ``least``, and more ``options`` stand in two rows."""

    below: int
    least: int
    options: int


_TIGHT = (_Tight(980, 280, 2), _Tight(1180, 330, 4))


class PageView(TitledView):
    """Draw `PageState`. Its groups and columns are laid out from the first state."""

    def __init__(self, state: PageState) -> None:
        super().__init__(_list_of(state))
        self._labels: dict[str, QLabel] = {}
        self._least = 0
        self._bars: YearBars | None = None
        body = self.body
        if state.groups:
            body.addWidget(self._lay_groups(state), 0 if state.columns else 1)
        self._beside = sheet = self._lay_beside()
        body.addWidget(sheet, 1)
        sheet.setVisible(bool(state.columns))
        if state.columns and len(state.cells) <= 1:
            body.setDirection(QHBoxLayout.Direction.TopToBottom)
        elif state.narrow and not state.columns:
            self._lay_as_form()

    def _lay_beside(self) -> QFrame:
        """Return the sheet beside the cells: lines, bars, and a list or the words in its place."""
        sheet = panel()
        self._inside = inside = QVBoxLayout(sheet)
        inside.setContentsMargins(14, 10, 14, 10)
        self._lines = label("next")
        self._lines.setWordWrap(True)
        self._lines.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._empty = label("quiet")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self._lines)
        inside.addWidget(self._list, 1)
        inside.addWidget(self._empty, 1)
        return sheet

    def _lay_as_form(self) -> None:
        """Stand the sheet under the cells, both no wider than a form is read."""
        body = self.body
        body.setDirection(QHBoxLayout.Direction.TopToBottom)
        body.addStretch(1)
        self._beside.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        for at in range(2):
            body.setStretch(at, 0)
            item = body.itemAt(at)
            widget = item.widget() if item else None
            if widget is not None:
                theme.fix(widget, most=_FORM_WIDTH)

    def _lay_groups(self, state: PageState) -> QWidget:
        """Return the groups of cells, in as many columns as they need."""
        whole = QWidget()
        whole.setObjectName("page")
        columns = QHBoxLayout(whole)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(12)
        column, held = QVBoxLayout(), 0
        columns.addLayout(column, 1)
        for heading, names in state.groups:
            if held and held + len(names) + 1 > _MOST_IN_A_COLUMN:
                column.addStretch(1)
                column, held = QVBoxLayout(), 0
                columns.addLayout(column, 1)
            held += len(names) + 1
            column.addWidget(self._group(state, heading, names))
        column.addStretch(1)
        if len(state.cells) <= 1:
            return whole
        return self._scrolling(state, whole, columns.count())

    def _scrolling(self, state: PageState, whole: QWidget, columns: int) -> Area:
        """Return an area that scrolls the cells, as narrow as a list beside them allows."""
        if state.columns and columns == 1:
            self._least = _CELLS_WIDTH - (10 if state.paged else 90)
        elif state.columns:
            self._least = _NARROW_WIDTH if state.narrow else _CELLS_WIDTH * 2 - 130
        self._area = area = Area(theme.px(self._least))
        area.setWidget(whole)
        area.setAccessibleName(state.title)
        if state.columns and columns == 1:
            area.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        return area

    def _group(self, state: PageState, heading: str, names: tuple[str, ...]) -> QFrame:
        """Return a sheet of cells under a heading, each with its label before it and its line under it."""
        sheet = panel()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(14, 10, 14, 8)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        if heading:
            grid.addWidget(label("heading", heading), 0, 0, 1, 2)
            grid.setRowMinimumHeight(0, 26)
        alone = all(state.cells[name].number for name in names)  # they stand in a column by their labels
        for at, name in enumerate(names):
            row = bool(heading) + at * _A_CELL
            self._labels[name] = label("label")
            grid.addWidget(self._labels[name], row, 0)
            self._lay_cell(grid, row, name, state)
            self._hints[name] = hint = label("hint")
            hint.hide()  # until it says something: the page is laid out without it
            hint.setWordWrap(True)
            hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            grid.addWidget(hint, row + 1, 1, 1, 2 if alone else 1)
            grid.setRowMinimumHeight(row + 2, 6)
        grid.setColumnStretch(2 if alone else 1, 1)
        return sheet

    def _lay_cell(self, grid: QGridLayout, row: int, name: str, state: PageState) -> None:
        """Put a cell into its row, as wide as what is typed in it."""
        cell = state.cells[name]
        field = self._field(name, cell)
        narrow = cell.number or cell.short
        if narrow:
            theme.fix(field, wide=_NUMBER_WIDTH)
        elif isinstance(field, TextField):
            theme.fix(field, least=_TEXT_WIDTH)
        if isinstance(field, TextField) and not (narrow or state.columns or cell.long):
            theme.fix(field, most=_LONGEST_TEXT)
            line = QHBoxLayout()
            line.addWidget(field, 1)
            line.addStretch(0)
            grid.addLayout(line, row, 1)
        else:
            grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag(0))

    def _field(self, name: str, cell: Cell) -> TextField | Choice:
        field = Choice(name) if cell.options else TextField(name, cell.number)
        field.typed.connect(self.typed)
        field.entered.connect(self.entered)
        field.backed.connect(self.backed)
        if isinstance(field, Choice):
            field.chosen.connect(self.chosen)
        self._cells[name] = field
        self._labels[name].setBuddy(field)
        return field

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cells into another width."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Leave a list more of a narrow window than the cells beside it."""
        if self._area is None or not self._least:
            return
        tight = next((each for each in _TIGHT if self.width() < theme.px(each.below)), None)
        self._area.least = theme.px(min(self._least, tight.least) if tight else self._least)
        for cell in self._cells.values():
            if isinstance(cell, Choice):
                cell.fold(*((tight.options,) if tight else ()))
        self._area.updateGeometry()

    # Drawing

    def render(self, state: PageState) -> None:  # type: ignore[override]
        """Draw the whole state."""
        self._render_title(state)
        for name, cell in state.cells.items():
            self._render_cell(name, cell)
        self._lines.setText("\n".join(state.lines))
        self._lines.setVisible(bool(state.lines))
        self._render_bars(state)
        self._beside.setVisible(bool(state.columns or state.lines or state.bars))
        self._list.render_list(state)
        self._list.setVisible(bool(state.rows))
        self._empty.setText(state.empty)
        self._empty.setVisible(bool(state.empty) and not state.rows)
        self._render_focus(state)

    def _render_cell(self, name: str, cell: Cell) -> None:
        self._labels[name].setText(cell.label)
        self._cells[name].render_cell(cell)
        hint = self._hints[name]
        hint.setText(cell.fault or cell.hint)
        hint.setVisible(bool(cell.fault or cell.hint))
        mark(hint, "wrong", bool(cell.fault))
        mark(hint, "warned", cell.warned)

    def _render_bars(self, state: PageState) -> None:
        """Draw the year's bars over the list, made when there is the first one to draw."""
        if self._bars is None:
            if not state.bars:
                return
            from desktop.views.bars import YearBars

            self._bars = YearBars()
            self._inside.insertWidget(1, self._bars)
        self._bars.render_bars(state.bars, state.title)
        self._bars.setVisible(bool(state.bars))


def _list_of(state: PageState) -> ListView:
    if not state.paged:
        return ListTable(state.turns, state.by_cell, state.plot)
    from desktop.views.pages.long_list import LongList

    return LongList(state.turns, state.by_cell)
