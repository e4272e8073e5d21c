"""A list that may be as long as the ledger: only the rows that are in sight are asked for and drawn."""

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.presenters.states import ListRow, PageState, RegionState
from desktop.views import theme
from desktop.views.column_widths import Measured, mark_focus, share
from desktop.views.qt import Qt
from desktop.views.widgets import is_enter

_ROW_HEIGHT: Final = 30
_TWO_LINES: Final = 50
_MEASURED: Final = 40
"""So many rows say how wide a column is."""

_NEAR_THE_END: Final = 30

AnyIndex = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractTableModel):
    """The rows read so far."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[ListRow, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._folded = False
        self._numbers: frozenset[int] = frozenset()
        self.dress()
        self._right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

    def dress(self) -> None:
        """Takes the colours of the theme that is shown."""
        colours = theme.colours()
        self._faint, self._ink = QColor(colours.faint), QColor(colours.ink)

    def take(self, state: PageState | RegionState) -> bool:
        """Takes a state's rows; whether they are others, and not the same with more after them."""
        if state.columns != self._columns or state.numbers != self._numbers:
            self.beginResetModel()
            self._columns, self._numbers, self.rows = state.columns, state.numbers, ()
            self.endResetModel()
        before, now = self.rows, state.rows
        if now is before:
            return False
        if before and len(now) > len(before) and now[: len(before)] == before:
            self.beginInsertRows(QModelIndex(), len(before), len(now) - 1)
            self.rows = now
            self.endInsertRows()
            return False
        if now == before:
            return False
        self.beginResetModel()
        self.rows = now
        self.endResetModel()
        return True

    def fold(self, folded: bool) -> None:
        """Whether headings of several words stand in two lines."""
        if folded != self._folded:
            self._folded = folded
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """The rows read so far."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """The columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: AnyIndex, role: int = 0) -> Any:
        """A cell's text, also as its tip, its side and its colour."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()].texts[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:  # an empty cell says whose row it is in
            texts = self.rows[index.row()].texts
            return texts[index.column()] or texts[0]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._right if index.column() in self._numbers else self._left
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._faint if self.rows[index.row()].faded else self._ink
        return None

    def headerData(self, section: int, orientation: Any, role: int = 0) -> Any:
        """A column's heading, over its figures."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            text = self._columns[section]
            return "\n".join(text.rsplit(" ", 1)) if self._folded else text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._right if section in self._numbers else self._left
        return None


class LongList(QTableView):
    """Draws the rows of a paged state; ``at_end`` asks for more of them.

    ``turns``: the page keys turn the page that holds the list, and do not scroll.
    """

    picked = Signal(str)
    opened = Signal(str)
    at_end = Signal()

    def __init__(self, turns: bool) -> None:
        super().__init__()
        self.setObjectName("list")
        self._turns = turns
        self._rendering = False
        self._numbers: frozenset[int] = frozenset()
        self._soon = QTimer(self)  # rows that come while a key is still being worked would lose that key
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.at_end)
        self._model = RowsModel()
        self.setModel(self._model)
        self._measured = Measured(self, 0)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW_HEIGHT))
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def render_list(self, state: PageState | RegionState) -> None:
        """Shows the rows and the chosen one."""
        self.setAccessibleName(state.title)
        self._rendering = True
        if self._model.take(state) and state.rows:
            self._numbers = state.numbers
            self._measure()
        current = self._model.rows[self.currentIndex().row()].value if self.currentIndex().isValid() else ""
        if state.chosen and state.chosen != current:
            at = next((at for at, row in enumerate(state.rows) if row.value == state.chosen), -1)
            if at >= 0:
                self.setCurrentIndex(self._model.index(at, 0))
        self._rendering = False

    def _measure(self) -> None:
        self._measured = Measured(self, _MEASURED)
        self._fit()

    def _fit(self) -> None:
        """Rows are of one height: all take two lines where one of them has to, the headings too."""
        self._model.fold(False)
        wrapped = share(self, self._measured, self._numbers)
        if wrapped:
            self._model.fold(True)
            share(self, self._measured, self._numbers)
        self.verticalHeader().setDefaultSectionSize(theme.px(_TWO_LINES if wrapped else _ROW_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width for the texts."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, and which one the keys move."""
        super().paintEvent(event)
        mark_focus(self)

    def changeEvent(self, event: QEvent) -> None:
        """Another theme or size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._model.dress()
            self._measure()

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """The arrows have reached a row; near the end more are asked for."""
        super().currentChanged(current, previous)
        if self._rendering or not current.isValid():
            return
        self.picked.emit(self._model.rows[current.row()].value)
        if current.row() >= len(self._model.rows) - _NEAR_THE_END:
            self._soon.start()

    def _scrolled(self, value: int) -> None:
        if not self._rendering and value >= self.verticalScrollBar().maximum() - _NEAR_THE_END:
            self._soon.start()

    def _open(self) -> None:
        row = max(0, self.currentIndex().row())
        if row < len(self._model.rows):
            self.opened.emit(self._model.rows[row].value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row; the page keys are the window's."""
        if is_enter(event):
            if not event.isAutoRepeat():
                self._open()
            return
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and self._turns:
            event.ignore()
            return
        super().keyPressEvent(event)

    def take_focus(self) -> None:
        """Focus, on the first row where none is chosen."""
        self.setFocus()
        if not self.currentIndex().isValid() and self._model.rows:
            self.setCurrentIndex(self._model.index(0, 0))
