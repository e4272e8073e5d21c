"""The base of every list of a page: its rows, the keys that move in them, and its look."""

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from desktop.presenters.page_states import ListRow, PageState, RegionState
from desktop.views import theme
from desktop.views.column_widths import Measured, mark_focus
from desktop.views.qt import Qt
from desktop.views.widgets import is_enter, plainly

ROW_HEIGHT: Final = 30
"""The height of a row of one line (pixels at 100 %)."""

_PAGE_KEYS: Final = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

AnyIndex = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractTableModel):
    """The rows of a list as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[ListRow, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._numbers: frozenset[int] = frozenset()
        self._folded = False
        self._strong = QFont()
        self._strong.setBold(True)
        self.wear()

    def wear(self) -> None:
        """Take the colours of the theme that is shown."""
        colours = theme.colours()
        self._faint, self._ink = QColor(colours.faint), QColor(colours.ink)

    def head(self, columns: tuple[str, ...], numbers: frozenset[int]) -> None:
        """Take the headings and which columns hold figures. Where they are others, the rows go."""
        if columns != self._columns or numbers != self._numbers:
            self.beginResetModel()
            self._columns, self._numbers, self.rows = columns, numbers, ()
            self.endResetModel()

    def replace(self, rows: tuple[ListRow, ...]) -> bool:
        """Take rows in the place of those before; the chosen place stays. Return whether they are others."""
        before, now = len(self.rows), len(rows)
        if rows == self.rows:
            return False
        if now < before:
            self.beginRemoveRows(QModelIndex(), now, before - 1)
            self.rows = rows
            self.endRemoveRows()
        elif now > before:
            self.beginInsertRows(QModelIndex(), before, now - 1)
            self.rows = rows
            self.endInsertRows()
        self.rows = rows
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(now - 1, len(self._columns) - 1))
        return True

    def extend(self, rows: tuple[ListRow, ...]) -> bool:
        """Take rows that may go on from those before. Return whether they are others instead."""
        before = self.rows
        if rows is before or rows == before:
            return False
        if before and rows[: len(before)] == before:
            self.beginInsertRows(QModelIndex(), len(before), len(rows) - 1)
            self.rows = rows
            self.endInsertRows()
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def fold(self, folded: bool) -> None:
        """Stand headings of several words in two lines, or in one."""
        if folded != self._folded:
            self._folded = folded
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: AnyIndex, role: int = 0) -> Any:
        """Return a cell's text, which is also its tip, its side, its colour or its type."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plainly(row.texts[index.column()])
        if role == Qt.ItemDataRole.AccessibleTextRole:  # an empty cell says whose row it is in
            return row.texts[index.column()] or row.texts[0]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() in self._numbers else _LEFT
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._faint if row.faded else self._ink
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if row.strong else None
        return None

    def headerData(self, section: int, orientation: Any, role: int = 0) -> Any:
        """Return a column's heading or its side, over its figures."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            text = self._columns[section]
            return "\n".join(text.rsplit(" ", 1)) if self._folded else text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in self._numbers else _LEFT
        return None


class ListView(QTableView):
    """A list of rows by their values: the arrows pick, Enter opens.

    ``turns``: the page keys turn the page that holds the list, and do not scroll. ``by_cell``: the arrows
    pick cells, not rows. ``measured``: so many rows say how wide a column is. ``at_end`` asks for more rows,
    where there may be more.
    """

    picked = Signal(str)
    opened = Signal(str)
    at_end = Signal()

    def __init__(self, turns: bool, by_cell: bool, measured: int) -> None:
        super().__init__()
        self.setObjectName("list")
        self._turns = turns
        self._by_cell = by_cell
        self._most_measured = measured
        self._rendering = False
        self._numbers: frozenset[int] = frozenset()
        self._model = RowsModel()
        self.setModel(self._model)
        self._measured = Measured(self, 0)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HEIGHT))
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        picks = QAbstractItemView.SelectionBehavior
        self.setSelectionBehavior(picks.SelectItems if by_cell else picks.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setHighlightSections(False)

    def render_list(self, state: PageState | RegionState) -> None:
        """Show the rows and the chosen one, and tell of no choice meanwhile."""
        self.setAccessibleName(state.title)
        self._rendering = True
        self._render_rows(state)
        self._rendering = False

    def _render_rows(self, state: PageState | RegionState) -> None:
        raise NotImplementedError

    def _measure(self) -> None:
        self._measured = Measured(self, self._most_measured)
        self._fit()

    def _fit(self) -> None:
        """Share the width among the columns."""
        raise NotImplementedError

    def _wear(self) -> None:
        """Take the colours, the type and the heights of another theme or size."""
        self._model.wear()
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns into another width."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, and which one the keys move."""
        super().paintEvent(event)
        mark_focus(self, self._by_cell)

    def changeEvent(self, event: QEvent) -> None:
        """Wear another theme or size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._wear()

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Tell the row that the arrows or the mouse have reached."""
        super().currentChanged(current, previous)
        if not self._rendering and current.isValid():
            self.picked.emit(self._value(current))

    def _value(self, index: AnyIndex) -> str:
        """Return what a place stands for: its row's value, with its column where the arrows pick cells."""
        value = self._model.rows[max(0, index.row())].value
        return f"{value}:{max(0, index.column())}" if self._by_cell else value

    def _place(self, value: str) -> QModelIndex:
        """Return the place that a value stands for, none where no row has it."""
        row, _, column = value.partition(":") if self._by_cell else (value, "", "0")
        at = next((at for at, each in enumerate(self._model.rows) if each.value == row), -1)
        return self._model.index(at, int(column or "0")) if at >= 0 else QModelIndex()

    def _open(self) -> None:
        if max(0, self.currentIndex().row()) < len(self._model.rows):
            self.opened.emit(self._value(self.currentIndex()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the row at Enter; leave the page that it lies on its keys."""
        if is_enter(event):
            if not event.isAutoRepeat():
                self._open()
        elif (event.key() in _PAGE_KEYS and self._turns) or event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def take_focus(self) -> None:
        """Take the focus, on the first row where none is chosen."""
        self.setFocus()
        if not self.currentIndex().isValid() and self._model.rows:
            self.setCurrentIndex(self._model.index(0, 0))
