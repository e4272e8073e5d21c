"""The list of diseases, painted whole: no row is ever scrolled out of sight."""

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.presenters.states import DiseaseList, DiseaseRow
from desktop.views import theme
from desktop.views.qt import Qt

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LINE, _ROW, _NUMBER, _AMOUNT = 22, 24, 30, 88
_MOST_IN_A_COLUMN = 21


class DiseaseTable(QWidget):
    """Draws `DiseaseList`. It never has the focus: the cell keeps it, and what is typed goes there."""

    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("diseases")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._list: DiseaseList | None = None

    def render_list(self, found: DiseaseList) -> None:
        """Shows the rows and the chosen one."""
        if found == self._list:
            return
        self._list = found
        chosen = next((row for row in found.rows if row.number == found.chosen), None)
        self.setAccessibleName(found.title)
        self.setAccessibleDescription(_spoken(found, chosen) if chosen else found.how)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the longest column."""
        return QSize(600, int(3 * theme.px(_LINE)) + 200)

    def _columns(self, found: DiseaseList) -> int:
        return 1 if found.headings else -(-found.whole // _MOST_IN_A_COLUMN)

    def _top(self, found: DiseaseList) -> float:
        return theme.px(_LINE) * (2 + bool(found.headings)) + 2

    def _row_height(self, found: DiseaseList) -> float:
        rows = -(-found.whole // self._columns(found))
        return min(float(theme.px(_ROW)), (self.height() - self._top(found)) / max(1, rows))

    def _rects(self, found: DiseaseList) -> list[QRectF]:
        """Where each row stands: the columns are filled one after the other."""
        columns, height, top = self._columns(found), self._row_height(found), self._top(found)
        in_column = -(-found.whole // columns)
        width = self.width() / columns
        return [
            QRectF(at // in_column * width, top + at % in_column * height, width - 8 * (columns > 1), height)
            for at in range(len(found.rows))
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draws the title, what to do, the headings and the rows."""
        found = self._list
        if found is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        bold = QFont(self.font())
        bold.setBold(True)
        width = float(self.width())
        painter.setFont(bold)
        painter.setPen(QColor(theme.colours().accent))
        painter.drawText(QRectF(0, 0, width, theme.px(_LINE)), _LEFT, found.title)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.colours().soft))
        title = QFontMetricsF(bold).horizontalAdvance(found.title) + 14
        painter.drawText(QRectF(title, 0, width - title, theme.px(_LINE)), _LEFT, found.about)
        painter.drawText(QRectF(0, theme.px(_LINE), width, theme.px(_LINE)), _LEFT, found.how)
        if found.headings:
            line = QRectF(6, 2 * theme.px(_LINE), width - 12, theme.px(_LINE))
            self._draw_texts(painter, line, found.headings[0], found.headings[1:])
            painter.setPen(QColor(theme.colours().line))
            painter.drawLine(0, int(line.bottom()), int(width), int(line.bottom()))
        for row, rect in zip(found.rows, self._rects(found), strict=True):
            self._draw_row(painter, rect, row, row.number == found.chosen)

    def _draw_row(self, painter: QPainter, rect: QRectF, row: DiseaseRow, chosen: bool) -> None:
        colours = theme.colours()
        if chosen:
            painter.fillRect(rect, QColor(colours.accent))
        inside = rect.adjusted(6, 0, -6, 0)
        painter.setPen(QColor(colours.on_accent if chosen else colours.faint))
        painter.drawText(
            QRectF(inside.left(), rect.top(), theme.px(_NUMBER) - 8, rect.height()), _RIGHT, str(row.number)
        )
        painter.setPen(QColor(colours.on_accent if chosen else colours.faint if row.faded else colours.ink))
        self._draw_texts(painter, inside, row.name, row.texts)

    def _draw_texts(self, painter: QPainter, rect: QRectF, name: str, texts: tuple[str, ...]) -> None:
        left = rect.left() + theme.px(_NUMBER)
        room = rect.right() - left - theme.px(_AMOUNT) * len(texts)
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, rect.top(), room, rect.height()), _LEFT, elided)
        for at, text in enumerate(texts):
            left = rect.right() - theme.px(_AMOUNT) * (len(texts) - at)
            painter.drawText(QRectF(left, rect.top(), theme.px(_AMOUNT), rect.height()), _RIGHT, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a row takes it."""
        if self._list is None:
            return
        for row, rect in zip(self._list.rows, self._rects(self._list), strict=True):
            if rect.contains(event.position()):
                self.pointed.emit(row.number)
                return


def _spoken(found: DiseaseList, row: DiseaseRow) -> str:
    """The chosen row with its headings, for a reader that cannot see it."""
    amounts = [f"{name} {text}" for name, text in zip(found.headings[1:], row.texts, strict=False)]
    return " ".join((str(row.number), row.name, *amounts))
