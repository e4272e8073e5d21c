"""Words that are drawn again at every key: laid out once, then only drawn."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText

from desktop.views.qt import Qt

_KEPT: Final = 64


class LaidWords:
    """Single lines in one font, each laid out at its first use; laying out costs more than drawing.

    For words that stay from key to key: an amount that is typed would be laid out for nothing.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        metrics = QFontMetricsF(font)
        self.line = metrics.height()
        """The height of a line (pixels)."""
        self._metrics = metrics
        self._widths: dict[str, float] = {}
        self._lines: dict[str, QStaticText] = {}

    def width(self, text: str) -> float:
        """Return how wide a line is (pixels)."""
        if text not in self._widths:
            if len(self._widths) >= _KEPT:
                self._widths.clear()
                self._lines.clear()
            self._widths[text] = self._metrics.horizontalAdvance(text)
        return self._widths[text]

    def centered(self, painter: QPainter, rect: QRectF, text: str) -> None:
        """Draw a line into the middle of a rectangle."""
        self._draw(painter, rect, text, rect.left() + (rect.width() - self.width(text)) / 2)

    def from_left(self, painter: QPainter, rect: QRectF, text: str) -> None:
        """Draw a line from the left edge of a rectangle, halfway down."""
        self._draw(painter, rect, text, rect.left())

    def to_right(self, painter: QPainter, rect: QRectF, text: str) -> None:
        """Draw a line to the right edge of a rectangle, halfway down."""
        self._draw(painter, rect, text, rect.right() - self.width(text))

    def _draw(self, painter: QPainter, rect: QRectF, text: str, left: float) -> None:
        line = self._lines.get(text)
        if line is None:
            self.width(text)
            line = self._lines[text] = QStaticText(text)
            line.setTextFormat(Qt.TextFormat.PlainText)
            line.prepare(font=self.font)
        painter.setFont(self.font)
        painter.drawStaticText(QPointF(left, rect.top() + (rect.height() - self.line) / 2), line)
