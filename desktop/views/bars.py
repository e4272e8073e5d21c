"""The two painted pictures: who pays this bill, and where the year stands."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.presenters.states import Share, YearBar
from desktop.views import theme
from desktop.views.qt import Qt

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_fill(painter: QPainter, rect: QRectF, payer: str) -> None:
    """A payer's ground with its pattern."""
    ground, pattern = theme.fill(payer)
    painter.fillRect(rect, ground)
    if pattern is not None:
        painter.fillRect(rect, pattern)


class PayerBar(QWidget):
    """One bar for the whole bill; the words stand on it, the amounts under it."""

    HEIGHT = 28

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("payerBar")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self.HEIGHT + 24)
        self._shares: tuple[Share, ...] = ()

    def render_shares(self, shares: tuple[Share, ...], title: str) -> None:
        """Shows the shares; the sentence is also what a screen reader says."""
        self.setAccessibleName(title or " ")
        self.setAccessibleDescription("; ".join(f"{share.text} {share.amount}" for share in shares))
        if shares != self._shares:
            self._shares = shares
            self.update()

    def sizeHint(self) -> QSize:
        """Wide."""
        return QSize(600, self.HEIGHT + 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draws the segments in the order of the layers."""
        if not self._shares:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        bold = QFont(self.font())
        bold.setBold(True)
        inside, under = QFontMetricsF(bold), QFontMetricsF(self.font())
        whole = float(sum(share.weight for share in self._shares))
        labels, x = [], 0.0
        for share in self._shares:
            width = max(3.0, self.width() * share.weight / whole)
            rect = QRectF(x, 0, min(width, self.width() - x), self.HEIGHT)
            paint_fill(painter, rect.adjusted(0, 0, -1.5, 0), share.payer)
            fits = inside.horizontalAdvance(share.text) + 18 < rect.width()
            if fits:
                self._on_the_bar(painter, rect, share, bold, inside)
            labels.append((x, share, share.amount if fits else f"{share.text} {share.amount}"))
            x += width
        painter.setFont(self.font())
        self._under_the_bar(painter, labels, under)

    def _on_the_bar(
        self, painter: QPainter, rect: QRectF, share: Share, font: QFont, metrics: QFontMetricsF
    ) -> None:
        dark = share.payer in ("patient", "assistance")
        ground, pattern = theme.fill(share.payer)
        if pattern is not None:
            plate = QRectF(rect.left() + 4, 4, metrics.horizontalAdvance(share.text) + 10, rect.height() - 8)
            painter.fillRect(plate, ground)
        painter.setFont(font)
        painter.setPen(QColor("#1d232b" if dark else "#ffffff"))
        painter.drawText(rect.adjusted(9, 0, -2, 0), LEFT, share.text)

    def _under_the_bar(
        self, painter: QPainter, labels: list[tuple[float, Share, str]], metrics: QFontMetricsF
    ) -> None:
        """Each amount begins under its segment, pushed along where the one before needs the room."""
        places, edge = [], float(self.width())
        for x, share, text in reversed(labels):
            width = metrics.horizontalAdvance(text) + 18
            x = max(0.0, min(x, edge - width))
            places.append((x, share, text))
            edge = x - 10
        edge = 0.0
        for x, share, text in reversed(places):
            x = max(x, edge)
            top = self.HEIGHT + 8
            paint_fill(painter, QRectF(x, top, 10, 10), share.payer)
            painter.setPen(QColor(theme.INK))
            painter.drawText(QRectF(x + 15, self.HEIGHT + 2, 400, 22), LEFT, text)
            edge = x + metrics.horizontalAdvance(text) + 28


class YearBars(QWidget):
    """Where the year stands: before this visit solid, by this visit hatched, what is left empty."""

    ROW = 24

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("yearBars")
        self._bars: tuple[YearBar, ...] = ()
        self.setMinimumHeight(self.ROW)

    def render_bars(self, bars: tuple[YearBar, ...], title: str) -> None:
        """Shows the bars; a screen reader hears their sentences."""
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(bar.spoken for bar in bars))
        if bars != self._bars:
            self._bars = bars
            self.setFixedHeight(max(1, len(bars)) * self.ROW + 6)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draws one row a bar."""
        if not self._bars:
            return
        painter = QPainter(self)
        small = QFont(self.font())
        small.setPixelSize(12)
        metrics = QFontMetricsF(self.font())
        name_width = max(metrics.horizontalAdvance(bar.label) for bar in self._bars) + 12
        text_width = max(metrics.horizontalAdvance(bar.text) for bar in self._bars) + 12
        for index, bar in enumerate(self._bars):
            top = index * self.ROW
            row = QRectF(0, top, self.width(), self.ROW)
            painter.setFont(self.font())
            painter.setPen(QColor(theme.SOFT))
            painter.drawText(row.adjusted(0, 0, 0, -6), LEFT, bar.label)
            painter.setPen(QColor(theme.INK))
            painter.drawText(row.adjusted(0, 0, 0, -6), RIGHT, bar.text)
            axis = QRectF(name_width, top + 5, self.width() - name_width - text_width, 11)
            self._bar(painter, axis, bar)
            painter.setFont(small)
            painter.setPen(QColor(theme.SOFT))
            for mark in bar.marks:
                at = axis.left() + axis.width() * min(1.0, mark.at / bar.whole)
                painter.fillRect(QRectF(at - 0.5, axis.top() - 3, 1.5, axis.height() + 6), QColor(theme.INK))
                painter.drawText(QRectF(at - 40, axis.bottom() - 1, 80, 14), CENTER, mark.text)

    def _bar(self, painter: QPainter, axis: QRectF, bar: YearBar) -> None:
        whole = max(1, bar.whole)
        before = axis.width() * min(1.0, bar.before / whole)
        now = axis.width() * min(1.0, (bar.before + bar.now) / whole) - before
        colour = QColor(theme.PAYERS[bar.payer])
        painter.fillRect(axis, QColor("#f6f5f1"))
        painter.fillRect(axis, QBrush(QColor("#cfccc4"), Qt.BrushStyle.Dense7Pattern))
        painter.fillRect(QRectF(axis.left(), axis.top(), before, axis.height()), colour)
        this = QRectF(axis.left() + before, axis.top(), max(now, 2.0 if bar.now else 0.0), axis.height())
        painter.fillRect(this, colour.lighter(165))
        painter.fillRect(this, QBrush(colour, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(QColor("#b9b6ad"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(axis)
        painter.drawLine(QPointF(this.right(), axis.top()), QPointF(this.right(), axis.bottom()))
