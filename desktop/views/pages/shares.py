"""Bars in the last column of a list: the payers' shares of a row, the longest as long as the column."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from desktop.presenters.page_states import ListRow
from desktop.presenters.result_states import Share
from desktop.views import theme
from desktop.views.bars import paint_fill
from desktop.views.pages.list_view import AnyIndex
from desktop.views.qt import Qt

_ABOVE = 6
"""The room over and under a bar (pixels)."""


class Shares(QStyledItemDelegate):
    """Paint the rows' bars. The longest row fills the column; a sum is as wide as the column, too."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self._rows: tuple[ListRow, ...] = ()
        self._column = -1
        self._most = 0

    def stand_in(self, column: int, rows: tuple[ListRow, ...]) -> None:
        """Take the rows, and the column that their bars stand in."""
        if column != self._column:
            self._table.setItemDelegateForColumn(self._column, None)  # type: ignore[arg-type]
            self._table.setItemDelegateForColumn(column, self)
        self._column, self._rows = column, rows
        self._most = max((_whole(row.shares) for row in rows if not row.strong), default=0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint the bar of a row."""
        super().paint(painter, option, index)
        row = self._rows[index.row()]
        whole = _whole(row.shares)
        if not whole:
            return
        room = QRectF(option.rect).adjusted(6, theme.px(_ABOVE), -6, -theme.px(_ABOVE))
        width = room.width() if row.strong or not self._most else room.width() * whole / self._most
        left = room.left()
        painter.save()
        for share in row.shares:
            wide = width * share.weight / whole
            part = QRectF(left, room.top(), wide, room.height())
            left += wide
            if wide >= 1:
                paint_fill(painter, part, share.payer)
                self._name(painter, part, share)
        painter.restore()

    def _name(self, painter: QPainter, part: QRectF, share: Share) -> None:
        """Write the payer's name on its part where there is room, on a plate so that it is read."""
        metrics = QFontMetricsF(painter.font())
        wide = metrics.horizontalAdvance(share.text) + 8
        if wide + 4 > part.width():
            return
        plate = QRectF(part.center().x() - wide / 2, part.top() + 2, wide, part.height() - 4)
        painter.fillRect(plate, QColor(theme.colours().sheet))
        painter.setPen(QColor(theme.colours().ink))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, share.text)


def _whole(shares: tuple[Share, ...]) -> int:
    return sum(share.weight for share in shares)
