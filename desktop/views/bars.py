"""The two painted pictures: the payers of this bill, and the patient's year."""

from functools import cache

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.presenters.result_states import Share, Stretch, YearBar
from desktop.views import theme
from desktop.views.laid_words import LaidWords
from desktop.views.qt import Qt

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

_SIGN, _APART = 15, 12
"""The width of a payer's sign with the room after it, and how far two amounts stand apart (pixels)."""

_PATTERNS = {"critical_illness": (1,), "assistance": (1, -1), "patient": (-1,)}
"""The leaning of the lines over a payer's ground. Basic insurance is plain. Each reads without colour."""
_DOTTED = "hospital"
"""The payer whose ground bears dots instead of lines."""


def paint_fill(painter: QPainter, rect: QRectF, payer: str) -> None:
    """Paint a payer's ground with its pattern and edge."""
    colours = theme.colours()
    hatch = colours.hatches[payer]
    painter.fillRect(rect, QColor(colours.payers[payer]))
    scale = painter.device().devicePixelRatioF()
    for leaning in _PATTERNS.get(payer, ()):
        painter.fillRect(rect, _hatch(hatch, 1.0, 6, leaning, scale))
    if payer == _DOTTED:
        painter.fillRect(rect, _dots(hatch, scale))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(hatch), 1))
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


@cache
def _hatch(colour: str, thick: float, every: int, leaning: int, scale: float) -> QBrush:
    """Return lines at 45 degrees, sharp at every scale of a screen, drawn once and laid like tiles."""
    tile = _tile(every, every, scale)
    painter = _on(tile, scale)
    painter.setPen(QPen(QColor(colour), thick))
    for shift in (-every, 0, every):
        start, end = (every, 0) if leaning > 0 else (0, every)
        painter.drawLine(QPointF(shift - 1, start + leaning), QPointF(shift + every + 1, end - leaning))
    painter.end()
    return _laid(tile, scale)


@cache
def _dots(colour: str, scale: float) -> QBrush:
    """Return rows of dots, each set off against the one above."""
    tile = _tile(6, 8, scale)
    painter = _on(tile, scale)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for middle in (QPointF(1.5, 2.0), QPointF(4.5, 6.0)):
        painter.drawEllipse(middle, 0.8, 0.8)
    painter.end()
    return _laid(tile, scale)


def _tile(wide: int, high: int, scale: float) -> QImage:
    tile = QImage(round(wide * scale), round(high * scale), QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(0)
    return tile


def _on(tile: QImage, scale: float) -> QPainter:
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    return painter


def _laid(tile: QImage, scale: float) -> QBrush:
    brush = QBrush(tile)
    brush.setTransform(QTransform.fromScale(1 / scale, 1 / scale))
    return brush


class PayerBar(QWidget):
    """One bar for the whole bill. The words stand on it, the amounts under it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("payerBar")
        room = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        room.setHeightForWidth(True)
        self.setSizePolicy(room)
        self._shares: tuple[Share, ...] = ()
        self._lines: dict[int, list[list[tuple[float, Share, str]]]] = {}
        """By width that was asked for the lines under the bar; one key asks for the same ones many times."""

    def render_shares(self, shares: tuple[Share, ...], title: str, spoken: str) -> None:
        """Show the shares. ``spoken`` is the sentence that a screen reader says."""
        self.setAccessibleName(title or spoken)
        self.setAccessibleDescription(spoken)
        if shares != self._shares:
            high = self.heightForWidth(self.width())
            self._shares = shares
            self._lines = {}
            if self.heightForWidth(self.width()) != high:
                self.updateGeometry()
            self.update()

    def _bar_height(self) -> int:
        return self.fontMetrics().height() + 8

    def sizeHint(self) -> QSize:
        """Return a wide place for the bar and the lines under it."""
        return QSize(600, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """Return the height of the bar with one line, however narrow."""
        return QSize(200, self._high(1))

    def heightForWidth(self, width: int) -> int:
        """Return the height of the bar and of as many lines as the amounts under it take."""
        return self._high(len(self._under(width)) if self._shares else 1)

    def _high(self, lines: int) -> int:
        return self._bar_height() + lines * self.fontMetrics().height() + 4

    def changeEvent(self, event: QEvent) -> None:
        """Measure again in another font."""
        super().changeEvent(event)
        self._lines = {}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height: another width may take other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _segments(self, width: float) -> list[tuple[float, float, Share]]:
        """Return where each share's segment begins, and how long it is."""
        whole = float(sum(share.weight for share in self._shares))
        segments, x = [], 0.0
        for share in self._shares:
            long = max(4.0, width * share.weight / whole)
            segments.append((x, min(long, width - x), share))
            x += long
        return segments

    def _under(self, width: int) -> list[list[tuple[float, Share, str]]]:
        """Return the lines of amounts under the bar, with the words that have no room on it."""
        if width not in self._lines:
            metrics = QFontMetricsF(_bold(self.font()))
            labels = []
            for x, long, share in self._segments(width):
                on_the_bar = _has_room(share, long - 2, metrics)
                labels.append((x, share, share.amount if on_the_bar else f"{share.text} {share.amount}"))
            self._lines[width] = _flowing(labels, width, QFontMetricsF(self.font()))
        return self._lines[width]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the segments in the order in which the payers pay."""
        if not self._shares:
            return
        painter = QPainter(self)
        bold = _bold(self.font())
        inside = QFontMetricsF(bold)
        for x, long, share in self._segments(self.width()):
            rect = QRectF(x, 0, long, self._bar_height()).adjusted(0, 0, -2, 0)
            paint_fill(painter, rect, share.payer)
            if _has_room(share, rect.width(), inside):
                self._on_the_bar(painter, rect, share, bold, inside)
        painter.setFont(self.font())
        self._under_the_bar(painter, QFontMetricsF(self.font()))

    def _on_the_bar(
        self, painter: QPainter, rect: QRectF, share: Share, font: QFont, metrics: QFontMetricsF
    ) -> None:
        colours = theme.colours()
        if share.payer in _PATTERNS or share.payer == _DOTTED:
            width = metrics.horizontalAdvance(share.text) + 10
            plate = QRectF(rect.left() + 5, rect.top() + 3, width, rect.height() - 6)
            painter.fillRect(plate, QColor(colours.payers[share.payer]))
        painter.setFont(font)
        painter.setPen(QColor(colours.on_payers[share.payer]))
        painter.drawText(rect.adjusted(10, 0, -2, 0), LEFT, share.text)

    def _under_the_bar(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        line = metrics.height()
        top = float(self._bar_height() + 4)
        for row in self._under(self.width()):
            for x, share, text in row:
                paint_fill(painter, QRectF(round(x), round(top + (line - 10) / 2), 10, 10), share.payer)
                painter.setPen(QColor(theme.colours().ink))
                painter.drawText(QRectF(x + _SIGN, top, 400, line), LEFT, text)
            top += line


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


def _has_room(share: Share, width: float, metrics: QFontMetricsF) -> bool:
    """Return whether a share's words fit onto its segment."""
    return metrics.horizontalAdvance(share.text) + 20 < width


def _flowing(
    labels: list[tuple[float, Share, str]], width: float, metrics: QFontMetricsF
) -> list[list[tuple[float, Share, str]]]:
    """Return the labels in rows: one row under the segments where they all fit, else row after row."""
    wide = [metrics.horizontalAdvance(text) + _SIGN for _, _, text in labels]
    if sum(wide) + _APART * (len(wide) - 1) <= width:
        return [_in_a_row(labels, wide, width)]
    rows: list[list[tuple[float, Share, str]]] = [[]]
    edge = 0.0
    for (_, share, text), long in zip(labels, wide, strict=True):
        if rows[-1] and edge + long > width:
            rows.append([])
            edge = 0.0
        rows[-1].append((edge, share, text))
        edge += long + _APART
    return rows


def _in_a_row(
    labels: list[tuple[float, Share, str]], wide: list[float], width: float
) -> list[tuple[float, Share, str]]:
    """Return each label under its segment, pushed along where the one before or after needs the room."""
    places, edge = [], width
    for (x, share, text), long in zip(reversed(labels), reversed(wide), strict=True):
        left = max(0.0, min(x, edge - long))
        places.append((left, share, text))
        edge = left - _APART
    row, edge = [], 0.0
    for (x, share, text), long in zip(reversed(places), wide, strict=True):
        row.append((max(x, edge), share, text))
        edge = max(x, edge) + long + _APART
    return row


class YearBars(QWidget):
    """Bars of the year: before this visit solid, by this visit hatched, the rest dotted.

    Every stretch of a bar (the deductible, each band) is as wide as the next, so that its words stand on it
    and its edges never print over each other; within a stretch lengths are true. Of an open stretch half is
    left where twice its beginning is reached.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("yearBars")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars: tuple[YearBar, ...] = ()
        self._names: LaidWords | None = None
        self._small: LaidWords | None = None
        """The words that stay from key to key, in the font of the names and in the small letters."""
        self._high = 0
        """How high all bars are (pixels); 0 where it has to be measured."""

    def render_bars(self, bars: tuple[YearBar, ...], title: str) -> None:
        """Show the bars. A screen reader hears their sentences."""
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(bar.spoken for bar in bars))
        if bars != self._bars:
            high, self._bars, self._high = self.sizeHint().height(), bars, 0
            if self.sizeHint().height() != high:
                self.updateGeometry()
            self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again in another font."""
        super().changeEvent(event)
        self._high, self._names, self._small = 0, None, None

    def _letters(self) -> tuple[LaidWords, LaidWords]:
        """Return the words in the font of the names, and in the small letters."""
        if self._names is None or self._small is None:
            fine = QFont(self.font())
            fine.setPixelSize(theme.fine())
            self._names, self._small = LaidWords(QFont(self.font())), LaidWords(fine)
        return self._names, self._small

    def sizeHint(self) -> QSize:
        """Return the height of all bars."""
        if not self._high:
            line = self._letters()[1].line
            self._high = int(sum([_height_of(bar, line) for bar in self._bars])) + 2
        return QSize(400, self._high)

    def minimumSizeHint(self) -> QSize:
        """Return the height of all bars, however narrow."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a row for each bar."""
        if not self._bars:
            return
        painter = QPainter(self)
        letters, small = self._letters()
        metrics = QFontMetricsF(letters.font)
        names = max([letters.width(bar.label) for bar in self._bars]) + 12
        texts = max([metrics.horizontalAdvance(bar.text) for bar in self._bars]) + 12
        line = small.line
        top, thickness = 1.0, line - 1
        colours = theme.colours()
        for bar in self._bars:
            row = QRectF(0, top, self.width(), thickness)
            painter.setPen(QColor(colours.soft))
            letters.from_left(painter, row.adjusted(0, -2, 0, 2), bar.label)
            painter.setPen(QColor(colours.ink))
            painter.drawText(row.adjusted(0, -2, 0, 2), RIGHT, bar.text)
            axis = QRectF(round(names), round(top), round(self.width() - names - texts), round(thickness))
            _draw_bar(painter, axis, bar, small)
            top += _height_of(bar, line)


def _draw_bar(painter: QPainter, axis: QRectF, bar: YearBar, small: LaidWords) -> None:
    colours = theme.colours()
    before = _along(axis, bar, bar.before)
    mine = _along(axis, bar, bar.before + bar.deducted) if bar.deducted else before
    now = _along(axis, bar, bar.before + bar.now)
    if bar.now:
        mine = max(mine, before + 5.0) if bar.deducted else mine
        now = max(now, mine + 3.0)
    painter.fillRect(axis, QColor(colours.sheet))
    scale = painter.device().devicePixelRatioF()
    painter.fillRect(axis, _dots(colours.dots, scale))
    painter.fillRect(_part(axis, axis.left(), before), QColor(colours.payers[bar.payer]))
    for left, right, payer in ((before, mine, "patient"), (mine, now, bar.payer)):
        stretch = _part(axis, left, right)
        painter.fillRect(stretch, QColor(colours.sheet))
        painter.fillRect(stretch, _hatch(colours.stripes[payer], 1.8, 5, 1, scale))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.edge), 1))
    painter.drawRect(axis.adjusted(0.5, 0.5, -0.5, -0.5))
    if bar.now:
        painter.setPen(QPen(QColor(colours.stripes[bar.payer]), 2))
        painter.drawRect(_part(axis, before, now).adjusted(1, 1, -1, -1))
    _draw_words(painter, axis, bar, small)


def _draw_words(painter: QPainter, axis: QRectF, bar: YearBar, small: LaidWords) -> None:
    """Draw the words of each stretch on a plate, and the figures at the edges."""
    colours = theme.colours()
    width = axis.width() / len(bar.stretches)
    for at, stretch in enumerate(bar.stretches):
        words = small.width(stretch.text) + 8
        middle = axis.left() + (at + 0.5) * width
        plate = QRectF(round(middle - words / 2), axis.top() + 1, round(words), axis.height() - 2)
        painter.fillRect(plate, QColor(colours.sheet))
        painter.setPen(QColor(colours.ink))
        small.centered(painter, plate.adjusted(-4, -4, 4, 3), stretch.text)
    for at, stretch in enumerate(bar.stretches, 1):
        edge = axis.left() + at * width
        if at < len(bar.stretches):
            painter.setPen(QPen(QColor(colours.ink), 1.5))
            painter.drawLine(QPointF(edge, axis.top()), QPointF(edge, axis.bottom() + 3))
        if stretch.edge:
            painter.setPen(QColor(colours.soft))
            last = at == len(bar.stretches)
            room = QRectF(edge - width, axis.bottom(), width if last else 2 * width, small.line - 2)
            (small.to_right if last else small.centered)(painter, room, stretch.edge)


def _height_of(bar: YearBar, line: float) -> float:
    """Return the height of a bar with what stands at its edges; ``line``: the height of the small letters."""
    edges = line - 3 if _edges(bar) else 0.0
    return line - 1 + edges + 6


def _edges(bar: YearBar) -> bool:
    return any([stretch.edge for stretch in bar.stretches])  # noqa: C419 (at every paint: no generator)


def _part(axis: QRectF, left: float, right: float) -> QRectF:
    return QRectF(left, axis.top(), max(0.0, right - left), axis.height())


def _along(axis: QRectF, bar: YearBar, fen: int) -> float:
    """Return where an amount (fen) stands on the bar."""
    width, lower = axis.width() / len(bar.stretches), 0
    for at, stretch in enumerate(bar.stretches):
        if stretch.upto is None or fen < stretch.upto:
            return axis.left() + width * (at + _within(stretch, lower, fen))
        lower = stretch.upto
    return axis.right()


def _within(stretch: Stretch, lower: int, fen: int) -> float:
    """Return how far into a stretch an amount (fen) is, from 0 to 1."""
    if stretch.upto is None:
        return 0.0 if fen <= lower else (fen - lower) / fen
    return (fen - lower) / max(1, stretch.upto - lower)
