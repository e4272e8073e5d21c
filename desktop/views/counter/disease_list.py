"""The list of diseases, painted whole: every row is in sight where the window has room for all.

In a small window names are cut and amounts left out. The chosen row then stands under the list in full.
"""

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.presenters.result_states import DiseaseList, DiseaseRow
from desktop.views import theme
from desktop.views.qt import WRAPPED, Qt

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LINE, _ROW, _NUMBER, _AMOUNT = 22, 24, 30, 88
_NAME = 150
"""How wide a name is at least. Where all amounts have no room beside it, the last ones stay."""
_MOST_IN_A_COLUMN, _LEAST_ROWS = 21, 4
_MORE = "   ↑88 ↓88"
"""The counts of rows that are out of sight, at their widest."""


class _Laid(NamedTuple):
    """The places of a list in its room: lines over and under the rows, and the rows in sight.

    ``least`` is the height that it has to have, ``whole`` the height for all rows (pixels).
    """

    head: list[tuple[QRectF, str, bool]]
    amounts: int
    first: int
    rows: list[QRectF]
    foot: QRectF | None
    least: float
    whole: float


class DiseaseTable(QWidget):
    """Draw `DiseaseList`. The table never has the focus: the cell keeps it, and what is typed goes there.

    ``pointed`` tells the number of the row that the mouse took.
    """

    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("diseases")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._list: DiseaseList | None = None

    def render_list(self, found: DiseaseList) -> None:
        """Show the rows and the chosen one."""
        if found == self._list:
            return
        self._list = found
        chosen = next((row for row in found.rows if row.number == found.chosen), None)
        self.setAccessibleName(found.title)
        self.setAccessibleDescription(_spoken(found, chosen) if chosen else found.how)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of some rows: the table takes what is left."""
        return self.minimumSizeHint().expandedTo(QSize(600, 0))

    def whole_height(self) -> int:
        """Return the height with all rows in sight (pixels), 0 without a list."""
        return round(self._lay(self._list).whole) if self._list else 0

    def chosen_place(self) -> QRect:
        """Return where the chosen row stands, empty where none is chosen."""
        found = self._list
        if found is None:
            return QRect()
        laid = self._lay(found)
        shown = zip(found.rows[laid.first :], laid.rows, strict=False)
        return next((rect.toRect() for row, rect in shown if row.number == found.chosen), QRect())

    def minimumSizeHint(self) -> QSize:
        """Return the room of some rows, with what stands over and under them."""
        return QSize(200, round(self._lay(self._list).least) if self._list else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height: another width may cut other names."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _lay(self, found: DiseaseList) -> _Laid:
        plain, bold = QFontMetricsF(self.font()), QFontMetricsF(_bold(self.font()))
        width, line = float(self.width()), float(theme.px(_LINE))
        beside = bold.horizontalAdvance(found.title) + 14
        head = [(QRectF(0, 0, width, line), found.title, True)]
        top = 0.0
        if beside + plain.horizontalAdvance(found.about) <= width:
            head.append((QRectF(beside, 0, width - beside, line), found.about, False))
            top = line
        else:
            top = line + self._take(head, found.about, line)
        top += self._take(head, found.how + _MORE, top)
        amounts = len(found.headings[1:])
        columns = 1 if found.headings else -(-found.whole // _MOST_IN_A_COLUMN)
        number, amount = theme.px(_NUMBER), theme.px(_AMOUNT)
        while amounts > 1 and width - 12 - number - amounts * amount < theme.px(_NAME):
            amounts -= 1
        top += line * bool(found.headings) + 2
        room = width / columns - 12 - 8 * (columns > 1) - number - amounts * amount
        cut = amounts < len(found.headings[1:]) or any(
            plain.horizontalAdvance(row.name) > room for row in found.rows
        )
        foot = None
        if cut:
            high = max(self._high(_in_full(found, row, amounts)) for row in found.rows) + 8
            foot = QRectF(6, self.height() - high, width - 12, high)
        free = self.height() - top - (foot.height() if foot else 0)
        in_column = -(-found.whole // columns)
        high = min(float(theme.px(_ROW)), free / max(1, in_column))
        shown = in_column
        if high < plain.height():  # some rows at a time, the chosen one among them
            shown = max(1, int(free // plain.height()))
            high = plain.height()
        chosen = next((at for at, row in enumerate(found.rows) if row.number == found.chosen), 0)
        first = max(0, min(chosen - shown * columns + 2, len(found.rows) - shown * columns))
        wide = width / columns
        rows = [
            QRectF(at // shown * wide, top + at % shown * high, wide - 8 * (columns > 1), high)
            for at in range(min(shown * columns, len(found.rows) - first))
        ]
        least = top + _LEAST_ROWS * plain.height() + (foot.height() if foot else 0)
        out = (("↑", first), ("↓", len(found.rows) - first - len(rows)))
        rect, text, _ = head[-1]
        more = " ".join(f"{arrow}{count}" for arrow, count in out if count)
        head[-1] = (rect, text.replace(_MORE, f"   {more}".rstrip()), False)
        whole = top + in_column * plain.height() + (foot.height() if foot else 0)
        return _Laid(head, amounts, first, rows, foot, least, whole)

    def _take(self, head: list[tuple[QRectF, str, bool]], text: str, top: float) -> float:
        """Place a text in as many lines as it needs. Return its height (pixels)."""
        high = max(float(theme.px(_LINE)), self._high(text))
        head.append((QRectF(0, top, self.width(), high), text, False))
        return high

    def _high(self, text: str) -> float:
        metrics = QFontMetricsF(self.font())
        return metrics.boundingRect(QRectF(0, 0, self.width() - 12, 10_000), WRAPPED, text).height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the title, what to do, the headings and the rows, and the chosen row in full."""
        found = self._list
        if found is None:
            return
        laid, colours = self._lay(found), theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        for rect, text, strong in laid.head:
            painter.setFont(_bold(self.font()) if strong else self.font())
            painter.setPen(QColor(colours.accent if strong else colours.soft))
            painter.drawText(rect, int(_LEFT) | WRAPPED, text)
        if found.headings and laid.rows:
            line = QRectF(6, laid.rows[0].top() - theme.px(_LINE) - 2, self.width() - 12, theme.px(_LINE))
            self._draw_texts(painter, line, found.headings[0], found.headings[1:][-laid.amounts :])
            painter.setPen(QColor(colours.line))
            painter.drawLine(0, int(line.bottom()), int(self.width()), int(line.bottom()))
        rows = found.rows[laid.first : laid.first + len(laid.rows)]
        for row, rect in zip(rows, laid.rows, strict=True):
            self._draw_row(painter, rect, row, row.number == found.chosen, laid.amounts)
        chosen = next((row for row in found.rows if row.number == found.chosen), None)
        if laid.foot is not None and chosen is not None:
            painter.setPen(QColor(colours.ink))
            painter.drawText(laid.foot, int(_LEFT) | WRAPPED, _in_full(found, chosen, laid.amounts))

    def _draw_row(self, painter: QPainter, rect: QRectF, row: DiseaseRow, chosen: bool, amounts: int) -> None:
        colours = theme.colours()
        if chosen:
            painter.fillRect(rect, QColor(colours.accent))
        inside = rect.adjusted(6, 0, -6, 0)
        painter.setPen(QColor(colours.on_accent if chosen else colours.faint))
        painter.drawText(
            QRectF(inside.left(), rect.top(), theme.px(_NUMBER) - 8, rect.height()), _RIGHT, str(row.number)
        )
        painter.setPen(QColor(colours.on_accent if chosen else colours.faint if row.faded else colours.ink))
        self._draw_texts(painter, inside, row.name, row.texts[-amounts:] if amounts else ())

    def _draw_texts(self, painter: QPainter, rect: QRectF, name: str, texts: tuple[str, ...]) -> None:
        left = rect.left() + theme.px(_NUMBER)
        room = rect.right() - left - theme.px(_AMOUNT) * len(texts)
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, rect.top(), room, rect.height()), _LEFT, elided)
        for at, text in enumerate(texts):
            left = rect.right() - theme.px(_AMOUNT) * (len(texts) - at)
            painter.drawText(QRectF(left, rect.top(), theme.px(_AMOUNT), rect.height()), _RIGHT, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the row that was pressed."""
        if self._list is None:
            return
        laid = self._lay(self._list)
        for row, rect in zip(self._list.rows[laid.first :], laid.rows, strict=False):
            if rect.contains(event.position()):
                self.pointed.emit(row.number)
                return


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


def _spoken(found: DiseaseList, row: DiseaseRow) -> str:
    """Return a row with its headings, for a reader that cannot see it."""
    amounts = [f"{name} {text}" for name, text in zip(found.headings[1:], row.texts, strict=False)]
    return " ".join((str(row.number), row.name, *amounts))


def _in_full(found: DiseaseList, row: DiseaseRow, amounts: int) -> str:
    """Return what of a row may be cut or left out in the list."""
    return row.name if amounts == len(found.headings[1:]) else _spoken(found, row)
