"""The cells of the table of steps, painted from words that were laid out once."""

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QPainter, QStaticText
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.views import theme
from desktop.views.bars import paint_fill
from desktop.views.qt import Qt

PAYER_ROLE = Qt.ItemDataRole.UserRole
"""What a cell is asked for the payer whose colour stands before its words; "" without."""

_INDENT = "     "
"""Stands before a payer's words, where the field of its colour is drawn."""


class _Cell(NamedTuple):
    """A cell's words, laid out, drawn from the left or from the right side."""

    words: QStaticText
    one_line: bool
    size: QSizeF
    font: QFont
    colour: QColor
    right: bool
    payer: str


class StepCells(QStyledItemDelegate):
    """Draw each cell's line from its own layout; a new one is made only for a cell that changed.

    Laying out a line costs many times what drawing it does, and a key changes a few of thirty.
    What needs more than a line, or lies under the selection, is drawn as any other table's cells are.
    """

    def __init__(self, side: int) -> None:
        """``side``: what a line keeps free on its left and right (pixels)."""
        super().__init__()
        self._side = side
        self._cells: dict[tuple[int, int], _Cell] = {}
        self.wear()

    def wear(self) -> None:
        """Wear the theme that is shown."""
        self._line = QColor(theme.colours().hairline)
        self._cells.clear()

    def forget(self, row: int, columns: Iterable[int]) -> None:
        """Lay out a row's cells anew when they are drawn next: their words or their look changed."""
        for column in columns:
            self._cells.pop((row, column), None)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a cell: a payer's words after a small field of its colour and pattern."""
        key = (index.row(), index.column())
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = _laid_out(index)
        rect, width, height = QRectF(option.rect), cell.size.width(), cell.size.height()
        fits = cell.one_line and width + 2 * self._side <= rect.width() and height < rect.height()
        if option.state & QStyle.StateFlag.State_Selected or not fits:
            super().paint(painter, option, index)
        else:
            left = rect.right() - self._side - width if cell.right else rect.left() + self._side
            painter.setFont(cell.font)
            painter.setPen(cell.colour)
            painter.drawStaticText(QPointF(left, rect.top() + (rect.height() - 1 - height) // 2), cell.words)
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), self._line)
        if cell.payer:
            paint_fill(painter, QRectF(rect.left() + 6, rect.center().y() - 5, 10, 10), cell.payer)

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Leave room for the field before a payer's words."""
        super().initStyleOption(option, index)
        if index.data(PAYER_ROLE):
            option.text = _INDENT + option.text


def _laid_out(index: QModelIndex | QPersistentModelIndex) -> _Cell:
    payer, font = index.data(PAYER_ROLE) or "", index.data(Qt.ItemDataRole.FontRole)
    words = QStaticText((_INDENT if payer else "") + index.data())
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.prepare(font=font)
    side = index.data(Qt.ItemDataRole.TextAlignmentRole)
    return _Cell(
        words,
        "\n" not in words.text(),
        words.size(),
        font,
        index.data(Qt.ItemDataRole.ForegroundRole).color(),
        bool(side and side & Qt.AlignmentFlag.AlignRight),
        payer,
    )
