"""The table of steps: like the sum on a desk calculator, each line with its clause."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop.presenters.result_states import StepRow
from desktop.views import theme
from desktop.views.bars import paint_fill
from desktop.views.qt import WRAPPED, Qt
from desktop.views.widgets import plainly

_ROW, _TIGHT_ROW = 24, 20
_LEAST_WIDE = 300
_PAD, _FIELD = 20, 20
_APART = 120
"""How much farther from a row's words its figures stand in a wide window than they have to, at most."""
_STEP = 40
"""How much the words and the sum grow at once: rows that are typed into stay where they are (pixels)."""
_AN_AMOUNT, _A_SUM = "88,888.88", "88,888.88 × 88%"
"""What the narrowest columns of amounts and of sums hold."""
_MEASURED = 200
"""How many texts' widths are kept."""
_PAYER, _PAYER_ROLE = 3, Qt.ItemDataRole.UserRole
"""The column of the payers, and under which role its places know them."""


class _PayerDelegate(QStyledItemDelegate):
    """Draw the payer's words after the room for a small field, which the table paints."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Leave room for the field."""
        super().initStyleOption(option, index)
        if index.data(_PAYER_ROLE):
            option.text = "     " + option.text


class StepsTable(QTableWidget):
    """Rows of label, sum, amount, payer and clause. A row's whole source is its tool tip.

    ``whole``: the table asks for the height of all its rows, since what it stands in scrolls.
    """

    whole = False
    MOST_KEPT, FEWEST_KEPT = 4, 2
    least_rows = MOST_KEPT
    """So many rows stay in sight at least; the column around the table takes fewer before it scrolls."""

    _rows: tuple[StepRow, ...] = ()
    _under = False
    """Whether a row's sum stands under its words: a narrow window has no room for it beside them."""

    def __init__(self) -> None:
        super().__init__(0, 5)
        self.setObjectName("steps")
        self.setViewport(_paper())
        self._letters: dict[bool, QFontMetrics] = {}
        self._widths: dict[tuple[str, bool], int] = {}
        self.verticalHeader().hide()
        self.horizontalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(1)
        self.setItemDelegateForColumn(_PAYER, _PayerDelegate(self))

    def minimumSizeHint(self) -> QSize:
        """Return the room of the fewest rows in sight; more scroll."""
        return QSize(_LEAST_WIDE, self.least_rows * theme.px(_TIGHT_ROW))

    def sizeHint(self) -> QSize:
        """Return the room of some rows, of all where the column around the table scrolls."""
        least = self.minimumSizeHint()
        return least.expandedTo(QSize(0, self.verticalHeader().length())) if self.whole else least

    def keep(self, rows: int) -> None:
        """Keep so many rows in sight at least."""
        self.least_rows = rows
        self.updateGeometry()

    def row_height(self) -> int:
        """Return the height of a row that is kept in sight (pixels)."""
        return theme.px(_TIGHT_ROW)

    def lacking(self) -> int:
        """Return how much higher than the least the table would stand with all rows in sight (pixels)."""
        return self.verticalHeader().length() - self.minimumSizeHint().height()

    def render_rows(self, title: str, rows: tuple[StepRow, ...], spoken: str) -> None:
        """Show the rows, touching only what changed. ``spoken`` is what a screen reader says."""
        self.setAccessibleName(title)
        self.setAccessibleDescription(spoken)
        if rows == self._rows:
            return
        grown = len(rows) != len(self._rows)
        if grown:
            self.setRowCount(len(rows))
        for at, row in enumerate(rows):
            before = self._rows[at] if at < len(self._rows) else None
            if row != before:
                self._show(at, row, before)
        self._rows = rows
        self._fit()
        if grown:
            self.doItemsLayout()  # now, or it is done after the paint, which is then done again

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the rows into another size."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw whole rows alone: half a figure would be read as another one. The bar tells of more."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self._paint_fields(painter, event.rect())
        cut = self.cut()
        if cut is not None:
            painter.fillRect(cut, QColor(theme.colours().sheet))
        painter.end()

    def _paint_fields(self, painter: QPainter, stale: QRect) -> None:
        """Paint the field of each payer in a part of the table that is painted anew."""
        left = self.columnViewportPosition(_PAYER) + 6
        if left > stale.right():
            return
        for at, row in enumerate(self._rows):
            top, high = self.rowViewportPosition(at), self.rowHeight(at)
            if row.payer and top <= stale.bottom() and top + high > stale.top():
                paint_fill(painter, QRectF(left, top + high / 2 - 5, 10, 10), row.payer)

    def cut(self) -> QRect | None:
        """Return the place of the row that has no room for all of it, None where every one has."""
        high = self.viewport().height()
        at = self.rowAt(high - 1)
        top = self.rowViewportPosition(at)
        if at < 0 or top <= 0 or top + self.rowHeight(at) <= high:
            return None
        return QRect(0, top, self.viewport().width(), high - top)

    def changeEvent(self, event: QEvent) -> None:
        """Wear another theme or size: the rows hold their colours and fonts."""
        super().changeEvent(event)
        self._letters, self._widths = {}, {}
        if event.type() == QEvent.Type.StyleChange and self._rows:
            self._show_all()
            self._fit()

    def _show_all(self) -> None:
        for at, row in enumerate(self._rows):
            self._show(at, row)

    def _fit(self) -> None:
        """Share the width: a column is as wide as its words, which take more lines where room is lacking.

        The sum moves under its words first, then the clause goes.
        """
        rows, metrics = self._rows, self._metrics()

        def widest(texts: Iterable[tuple[str, bool]]) -> int:
            return max([self._width(text, strong) for text, strong in texts], default=0)

        widths = {
            2: widest([(_AN_AMOUNT, False), *((row.amount, row.strong) for row in rows)]) + _PAD,
            3: widest([(row.payer_text, False) for row in rows]) + _PAD + _FIELD,
            4: widest([(row.source, False) for row in rows]) + _PAD,
        }
        sums = widest([(row.sum, row.strong) for row in rows if row.sum]) + _PAD
        beside = widest([(row.label, row.strong) for row in rows if row.sum]) + _PAD + sums
        alone = widest([(row.label, row.strong) for row in rows if not row.sum]) + _PAD
        room = self.viewport().width() - widths[2] - widths[3]
        under = beside > room
        if under != self._under:
            self._under = under
            self._show_all()
        self.setColumnHidden(1, under)
        hidden = under or room - widths[4] < max(beside, alone)
        self.setColumnHidden(4, hidden)  # the page of clauses has them
        whole, step = room, theme.px(_STEP)
        if not hidden:
            wished = max(beside, alone) + theme.px(_APART)
            whole = min(room - widths[4], -(-wished // step) * step)
            widths[4] = room - whole
        widths[0] = room
        if not under:
            least = self._width(_A_SUM, strong=False) + _PAD
            widths[1] = max(sums, min(whole - (beside - sums), -(-max(sums, least) // step) * step))
            widths[0] = whole - widths[1]
        for column, width in widths.items():
            if self.columnWidth(column) != width:
                self.setColumnWidth(column, width)
        self._set_heights(room, metrics)

    def _metrics(self) -> dict[bool, QFontMetrics]:
        """Return the measures of the plain letters, and of the strong ones (by True)."""
        if not self._letters:
            bold = QFont(self.font())
            bold.setBold(True)
            self._letters = {False: QFontMetrics(self.font()), True: QFontMetrics(bold)}
        return self._letters

    def _width(self, text: str, strong: bool) -> int:
        """Return how wide a text is (pixels); most stay from key to key and are measured once."""
        known = self._widths.get((text, strong))
        if known is None:
            if len(self._widths) >= _MEASURED:
                self._widths.clear()
            known = self._widths[text, strong] = self._metrics()[strong].horizontalAdvance(text)
        return known

    def _set_heights(self, room: int, metrics: dict[bool, QFontMetrics]) -> None:
        """Give rows of one line one height: they move closer together before any scrolls."""
        most, least = theme.px(_ROW), theme.px(_TIGHT_ROW)
        height = max(least, min(most, self.viewport().height() // max(1, len(self._rows))))
        header = self.verticalHeader()
        header.setMinimumSectionSize(least)
        if header.defaultSectionSize() != height:
            header.setDefaultSectionSize(
                height
            )  # a row that comes later has it: to resize one draws all again
        for at, row in enumerate(self._rows):
            wanted = height
            if self._under or (self.isColumnHidden(4) and not row.sum):
                inside = QRect(0, 0, max(1, room - _PAD), 10_000)
                words = metrics[row.strong].boundingRect(inside, WRAPPED, self._words(row))
                if words.height() > 1.5 * metrics[row.strong].height():
                    wanted = words.height() + 1  # the least that the style draws two lines in
            if self.rowHeight(at) != wanted:
                self.setRowHeight(at, wanted)
        if self.whole:
            self.updateGeometry()

    def _words(self, row: StepRow) -> str:
        """Return a row's first text: its label, over its sum where that has no room beside it."""
        return f"{row.label}\n{row.sum}" if row.sum and self._under else row.label

    def _show(self, at: int, row: StepRow, before: StepRow | None = None) -> None:
        """Show a row. Where it looks as the one that stood there (``before``), only its words are changed."""
        texts = self._texts(row)
        looks_new = before is None or _look(row) != _look(before)
        stood = ("",) * len(texts) if before is None or looks_new else self._texts(before)
        if looks_new:
            self._dress(at, row)
        places = self._places(at)
        changed = [column for column, text in enumerate(texts) if looks_new or text != stood[column]]
        for column in changed:
            places[column].setText(texts[column])
        if before is None or (row.label, row.source_whole) != (before.label, before.source_whole):
            for place in places[:-1]:
                place.setToolTip(plainly(row.label))
            places[-1].setToolTip(plainly(row.source_whole))
        for column in changed if before is not None and row.label == before.label else range(len(texts)):
            if not texts[column] or not stood[column]:  # a place with words of its own says them
                spoken = "" if texts[column] else row.label
                places[column].setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def _texts(self, row: StepRow) -> tuple[str, ...]:
        return self._words(row), row.sum, row.amount, row.payer_text, row.source

    def _places(self, at: int) -> list[QTableWidgetItem]:
        """Return a row's places; make them where there are none."""
        places = []
        for column in range(self.columnCount()):
            place = self.item(at, column)
            if place is None:
                place = QTableWidgetItem()
                self.setItem(at, column, place)
            places.append(place)
        return places

    def _dress(self, at: int, row: StepRow) -> None:
        """Give a row's places their fonts, colours and sides."""
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        span = 1 if row.sum and not self._under else 2
        if self.columnSpan(at, 0) != span:
            self.setSpan(at, 0, 1, span)
        font = QFont(self.font())
        font.setBold(row.strong)
        colours = theme.colours()
        for column, item in enumerate(self._places(at)):
            item.setFont(font if column < 3 else self.font())
            plain = column in (2, 3) or (column < 2 and (row.payer or row.strong))
            item.setForeground(QColor(colours.ink if plain else colours.soft))
            if column in (1, 2):
                item.setTextAlignment(right)
            if column == _PAYER:
                item.setData(_PAYER_ROLE, row.payer)


def _paper() -> QWidget:
    """Return a viewport as Qt makes one.

    Of a widget that Qt has made Python asks what it is, and reads every kind of widget there is for that.
    Here it knows.
    """
    paper = QWidget()
    paper.setObjectName("qt_scrollarea_viewport")
    paper.setBackgroundRole(QPalette.ColorRole.Base)
    paper.setAutoFillBackground(True)
    return paper


def _look(row: StepRow) -> tuple[str, bool, bool]:
    """Return what a row's places are dressed by."""
    return row.payer, row.strong, bool(row.sum)
