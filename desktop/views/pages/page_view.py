"""A page beside the counter: cells in groups, a list, what to know."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.states import ListRow, PageState, RegionState
from desktop.views import theme
from desktop.views.choice import Choice
from desktop.views.column_widths import Measured, heights, mark_focus, share
from desktop.views.qt import Qt
from desktop.views.scroll_area import Area
from desktop.views.text_field import TextField
from desktop.views.widgets import is_enter, label, mark, panel

if TYPE_CHECKING:
    from desktop.views.bars import YearBars
    from desktop.views.pages.long_list import LongList

_LIST_ROW = 30
_NUMBER_WIDTH, _TEXT_WIDTH = 180, 164
_LONGEST_TEXT = 420
"""A cell of a form that has no list is no wider; a file's path is."""
_CELLS_WIDTH = 500
_NARROW_WIDTH = 420
_FORM_WIDTH = 1040


class _Tight(NamedTuple):
    """In a page narrower than ``below`` the cells take ``least``, and more ``options`` stand in two rows."""

    below: int
    least: int
    options: int


_TIGHT = (_Tight(980, 280, 2), _Tight(1180, 330, 4))
_MOST_IN_A_COLUMN = 16
_MOST_FITTED = 60
"""Rows of a longer list are all of one height: measuring each would take too long."""


class ListTable(QTableWidget):
    """A list of rows by their values; the arrows pick, Enter opens.

    ``turns``: the page keys turn the page that holds the list, and do not scroll.
    """

    picked = Signal(str)
    opened = Signal(str)
    _rows: tuple[ListRow, ...] = ()
    _columns: tuple[str, ...] = ()
    _numbers: frozenset[int] = frozenset()

    def __init__(self, turns: bool = False) -> None:
        super().__init__()
        self.setObjectName("list")
        self._turns = turns
        self._measured = Measured(self, 0)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(_LIST_ROW))
        self.verticalHeader().setMinimumSectionSize(theme.px(_LIST_ROW))
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.currentCellChanged.connect(self._moved)
        self.cellDoubleClicked.connect(self._open)

    def render_list(self, state: PageState | RegionState) -> None:
        """Shows the rows and the chosen one."""
        self.setAccessibleName(state.title)
        self.horizontalHeader().setAccessibleName(state.title)
        self.blockSignals(True)
        if state.columns != self._columns:
            self._columns = state.columns
            self.setColumnCount(len(state.columns))
            self.setHorizontalHeaderLabels(list(state.columns))
            for column in range(len(state.columns)):
                item = self.horizontalHeaderItem(column)
                if column in state.numbers:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if state.rows != self._rows:
            self._rows = state.rows
            self._fill(state)
        values = [row.value for row in state.rows]
        if state.chosen in values:
            self.setCurrentCell(values.index(state.chosen), 0)
        self.blockSignals(False)

    def _fill(self, state: PageState | RegionState) -> None:
        self.setRowCount(len(state.rows))
        for at, row in enumerate(state.rows):
            for column, text in enumerate(row.texts):
                item = QTableWidgetItem(text)
                if column in state.numbers:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(text)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text or row.texts[0])
                self.setItem(at, column, item)
        self._colour()
        self._numbers = state.numbers
        self._measure()

    def _measure(self) -> None:
        self._measured = Measured(self, _MOST_FITTED)
        self._fit()

    def _fit(self) -> None:
        """A text that is longer than its column takes another line."""
        share(self, self._measured, self._numbers)
        if len(self._rows) <= _MOST_FITTED:
            heights(self, self._numbers, theme.px(_LIST_ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width for the texts."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, and which one the keys move."""
        super().paintEvent(event)
        mark_focus(self)

    def _colour(self) -> None:
        colours, strong = theme.colours(), QFont(self.font())
        strong.setBold(True)
        for at, row in enumerate(self._rows):
            for column in range(len(row.texts)):
                item = self.item(at, column)
                item.setForeground(QColor(colours.faint if row.faded else colours.ink))
                if row.strong:
                    item.setFont(strong)

    def changeEvent(self, event: QEvent) -> None:
        """Another theme or size: the rows hold their colours, their type and their height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._rows:
            self.verticalHeader().setDefaultSectionSize(theme.px(_LIST_ROW))
            self.verticalHeader().setMinimumSectionSize(theme.px(_LIST_ROW))
            self._colour()
            self._measure()

    def _moved(self, row: int, _column: int, _row_before: int, _column_before: int) -> None:
        if 0 <= row < len(self._rows):
            self.picked.emit(self._rows[row].value)

    def _open(self, row: int, _column: int) -> None:
        if 0 <= row < len(self._rows):
            self.opened.emit(self._rows[row].value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row."""
        if is_enter(event):
            if not event.isAutoRepeat():
                self._open(max(0, self.currentRow()), 0)
            return
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and self._turns:
            event.ignore()
            return
        super().keyPressEvent(event)

    def take_focus(self) -> None:
        """Focus, on the first row where none is chosen."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.currentRow() < 0 and self._rows:
            self.setCurrentCell(0, 0)


class TitledView(QWidget):
    """What every page beside the counter begins with: its title, what it is about, its cells and a list.

    What is typed and chosen goes out by the cell's name; ``render`` of a page draws its whole state.
    """

    typed = Signal(str, str)
    chosen = Signal(str, str)
    entered = Signal(str)
    backed = Signal(str)
    picked = Signal(str)
    opened = Signal(str)
    at_end = Signal()

    def __init__(self, listed: "ListTable | LongList") -> None:
        super().__init__()
        self.setObjectName("page")
        self._turn = -1
        self._focus = ""
        self._cells: dict[str, TextField | Choice] = {}
        self._hints: dict[str, QLabel] = {}
        self._area: Area | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 10, 14, 10)
        rows.setSpacing(8)
        self._title = label("pageTitle")
        self._about = label("quiet")
        self._about.setWordWrap(True)
        rows.addWidget(self._title)
        rows.addWidget(self._about)
        self.body = QHBoxLayout()
        self.body.setSpacing(12)
        rows.addLayout(self.body, 1)
        self._list = listed
        listed.picked.connect(self.picked)
        listed.opened.connect(self.opened)

    def _render_title(self, state: PageState | RegionState) -> None:
        self._title.setText(state.title)
        self.setAccessibleName(state.title)
        self._about.setText(state.about)
        self._about.setVisible(bool(state.about))

    def _render_focus(self, state: PageState | RegionState) -> None:
        """The focus moves where the state says that it has moved."""
        if state.focus_turn != self._turn:
            self._turn, self._focus = state.focus_turn, state.focus
            self.focus_again()

    def focus_again(self) -> None:
        """Gives the focus to where the state wants it."""
        if self._focus == "list" and self._list.isVisibleTo(self):
            self._list.take_focus()
        elif self._cells:
            self._focus_cell(self._cells.get(self._focus) or next(iter(self._cells.values())))
        else:  # nothing to type in and nothing listed: the page itself, never a list that is not shown
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_cell(self, cell: TextField | Choice) -> None:
        """Brings the cell into sight, too."""
        cell.take_focus()
        if self._area is not None:
            self._area.ensureWidgetVisible(cell, 0, 60)

    def focused_cell(self) -> str:
        """The cell that has the focus; ``list`` for the list, empty where none has it."""
        if self._list.hasFocus() and self._list.isVisible():
            return "list"
        return next((name for name, cell in self._cells.items() if cell.hasFocus()), "")

    def focus_if_lost(self) -> None:
        """Gives the focus back where nothing of the page has it."""
        if not self.focused_cell() and not self.hasFocus():
            self.focus_again()


def _list_of(state: PageState) -> "ListTable | LongList":
    if not state.paged:
        return ListTable(state.turns)
    from desktop.views.pages.long_list import LongList

    return LongList(state.turns)


class PageView(TitledView):
    """Draws `PageState`."""

    def __init__(self, state: PageState) -> None:
        super().__init__(_list_of(state))
        if state.paged:
            self._list.at_end.connect(self.at_end)
        self._labels: dict[str, QLabel] = {}
        self._least = 0
        body = self.body
        if state.groups:
            body.addWidget(self._groups(state), 0 if state.columns else 1)
        sheet = panel()
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(14, 10, 14, 10)
        self._lines = label("next")
        self._lines.setWordWrap(True)
        self._bars: YearBars | None = None
        self._inside = inside
        self._empty = label("quiet")
        self._empty.setWordWrap(True)
        inside.addWidget(self._lines)
        inside.addWidget(self._list, 1)
        inside.addWidget(self._empty, 1)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        body.addWidget(sheet, 1)
        sheet.setVisible(bool(state.columns))
        self._beside = sheet
        if state.columns and len(state.cells) <= 1:
            body.setDirection(QHBoxLayout.Direction.TopToBottom)
        elif state.narrow and not state.columns:
            body.setDirection(QHBoxLayout.Direction.TopToBottom)
            body.addStretch(1)
            sheet.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            for at in range(2):
                body.setStretch(at, 0)
                theme.fix(body.itemAt(at).widget(), most=_FORM_WIDTH)

    def _render_bars(self, state: PageState) -> None:
        if state.bars and self._bars is None:
            from desktop.views.bars import YearBars

            self._bars = YearBars()
            self._inside.insertWidget(1, self._bars)
        if self._bars is not None:
            self._bars.render_bars(state.bars, state.title)
            self._bars.setVisible(bool(state.bars))

    def _groups(self, state: PageState) -> QWidget:
        """The groups of cells, in as many columns as they need."""
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
        self._least = 0
        if state.columns and columns.count() == 1:
            self._least = _CELLS_WIDTH - (10 if state.paged else 90)
        elif state.columns:
            self._least = _NARROW_WIDTH if state.narrow else _CELLS_WIDTH * 2 - 130
        self._area = area = Area(theme.px(self._least))
        area.setWidget(whole)
        area.setAccessibleName(state.title)
        if state.columns and columns.count() == 1:
            area.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        return area

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a narrow window the cells beside a list leave it more."""
        if self._area is None or not self._least:
            return
        tight = next((each for each in _TIGHT if self.width() < theme.px(each.below)), None)
        self._area.least = theme.px(min(self._least, tight.least) if tight else self._least)
        for cell in self._cells.values():
            if isinstance(cell, Choice):
                cell.fold(*((tight.options,) if tight else ()))
        self._area.updateGeometry()

    def _group(self, state: PageState, heading: str, names: tuple[str, ...]) -> QWidget:
        sheet = panel()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(14, 10, 14, 8)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        top = 0
        alone = all(state.cells[name].number for name in names)  # they stand in a column by their labels
        if heading:
            title = label("heading", heading)
            grid.addWidget(title, 0, 0, 1, 2)
            grid.setRowMinimumHeight(0, 26)
            top = 1
        for at, name in enumerate(names):
            cell: TextField | Choice = (
                Choice(name) if state.cells[name].options else TextField(name, state.cells[name].number)
            )
            cell.typed.connect(self.typed)
            cell.entered.connect(self.entered)
            cell.backed.connect(self.backed)
            if isinstance(cell, Choice):
                cell.chosen.connect(self.chosen)
            narrow = state.cells[name].number or state.cells[name].short
            if narrow:
                theme.fix(cell, wide=_NUMBER_WIDTH)
            elif isinstance(cell, TextField):
                theme.fix(cell, least=_TEXT_WIDTH)
            self._cells[name] = cell
            self._labels[name] = label("label")
            self._labels[name].setBuddy(cell)
            self._hints[name] = label("hint")
            self._hints[name].hide()  # until it says something: the page is laid out without it
            self._hints[name].setWordWrap(True)
            self._hints[name].setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            row = top + at * 3
            grid.addWidget(self._labels[name], row, 0)
            bounded = isinstance(cell, TextField) and not (narrow or state.columns or state.cells[name].long)
            if bounded:
                theme.fix(cell, most=_LONGEST_TEXT)
                line = QHBoxLayout()
                line.addWidget(cell, 1)
                line.addStretch(0)
                grid.addLayout(line, row, 1)
            else:
                grid.addWidget(cell, row, 1, Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag(0))
            grid.addWidget(self._hints[name], row + 1, 1, 1, 2 if alone else 1)
            grid.setRowMinimumHeight(row + 2, 6)
        grid.setColumnStretch(2 if alone else 1, 1)
        return sheet

    def render(self, state: PageState) -> None:  # type: ignore[override]
        """Draws the whole state."""
        self._render_title(state)
        for name, cell in state.cells.items():
            self._labels[name].setText(cell.label)
            self._cells[name].render_cell(cell)
            hint = self._hints[name]
            hint.setText(cell.fault or cell.hint)
            hint.setVisible(bool(cell.fault or cell.hint))
            mark(hint, "wrong", bool(cell.fault))
            mark(hint, "warned", cell.warned)
        self._lines.setText("\n".join(state.lines))
        self._lines.setVisible(bool(state.lines))
        self._render_bars(state)
        self._beside.setVisible(bool(state.columns or state.lines or state.bars))
        self._list.render_list(state)
        self._list.setVisible(bool(state.rows))
        self._empty.setText(state.empty)
        self._empty.setVisible(bool(state.empty) and not state.rows)
        self._render_focus(state)
