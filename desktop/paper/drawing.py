"""The marks on a page, in millimetres, drawn alike into a PDF, on a printer and on the screen.

Type is measured at one fine resolution and the painter is scaled to it, so every device gets the same lines.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QTextLayout,
    QTextOption,
    QTransform,
)

from core.vocabulary import Payer
from desktop.startup.fonts import load_fonts

DOTS_PER_INCH: Final = 1200
MM_PER_INCH: Final = 25.4
DOTS: Final = DOTS_PER_INCH / MM_PER_INCH
"""Dots in a millimetre, at the resolution that type is measured at."""

INK: Final = "#000000"
QUIET: Final = "#4d4d4d"
HAIR: Final = "#8c8c8c"
MADE_UP: Final = "#b0006d"
MADE_UP_TINT: Final = "#f7dcec"
VOID_TINT: Final = "#d6d6d6"
WHITE: Final = "#ffffff"

TOGETHER: Final = "\u00a0"
"""Stands for a space at which no line is broken; a space is printed."""

_PRODUCT: Final = re.compile(" × ")
_MARK: Final = re.compile(r"(\[[0-9]+\]) ")
_LABEL: Final = re.compile(rf"\w+(?={TOGETHER})")
_UNBROKEN: Final = "\u2060"
"""Stands between two characters at which no line is broken."""

HAIRLINE: Final = 0.12
BASELINE: Final = 0.88
"""The distance of the baseline from the top of a character's square, as a part of the square's height."""


class Style(NamedTuple):
    """Size in points, weight and colour."""

    points: float
    bold: bool = False
    colour: str = INK


class Text(NamedTuple):
    """One line of text; ``x`` and ``baseline`` in millimetres."""

    x: float
    baseline: float
    text: str
    style: Style


class Rule(NamedTuple):
    """A hairline, level, or upright where ``height`` is given."""

    x: float
    y: float
    width: float
    colour: str = HAIR
    height: float = 0.0


class Block(NamedTuple):
    """A rectangle; ``payer`` chooses the pattern that tells payers apart without colour."""

    x: float
    y: float
    width: float
    height: float
    payer: Payer | None = None
    fill: str = ""


class Code(NamedTuple):
    """A QR code; ``rows`` hold 1 for each dark module. The white around it is not part of it."""

    x: float
    y: float
    size: float
    rows: tuple[bytes, ...]


class Picture(NamedTuple):
    """A drawing (SVG) as large as its place allows, in its own proportions."""

    x: float
    y: float
    width: float
    height: float
    svg: str


class Across(NamedTuple):
    """A word in outline under everything else, slanting about a point and ``width`` (mm) long."""

    text: str
    x: float
    y: float
    width: float
    tint: str = MADE_UP_TINT


Mark = Text | Rule | Block | Code | Picture | Across


class PaperPage(list[Mark]):
    """The marks of a page from back to front, with its size and how far all of it is shifted (mm)."""

    width: float = 0.0
    height: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)


@cache
def font(style: Style) -> QFont:
    """Return the type of a style at the resolution that type is measured at."""
    face = QFont(load_fonts())
    face.setPixelSize(round(style.points * DOTS_PER_INCH / 72))
    face.setWeight(QFont.Weight.Bold if style.bold else QFont.Weight.Normal)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return face


@cache
def _metrics(style: Style) -> QFontMetricsF:
    return QFontMetricsF(font(style))


@lru_cache(16_384)
def width_of(text: str, style: Style) -> float:
    """Return the length (mm) of a text's longest line; a table says the same in many cells."""
    measure = _metrics(style).horizontalAdvance
    return max(map(measure, text.split("\n"))) / DOTS


def wrapped(text: str, style: Style, width: float) -> list[str]:
    """Break a text into lines of at most ``width`` (mm): where the script allows it, else anywhere.

    A product and the mark of a document before its clause stay in one piece, and what `TOGETHER` joins,
    with the whole word before it.
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrapped(part, style, width)]
    whole = _MARK.sub(rf"\1{TOGETHER}", _PRODUCT.sub(f"{TOGETHER}×{TOGETHER}", text))
    text = text.replace(TOGETHER, " ")
    if width_of(text, style) <= width:
        return [text]
    whole = _LABEL.sub(lambda label: _UNBROKEN.join(label[0]), whole)
    layout = QTextLayout(whole, font(style))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width * DOTS)
        lines.append((line.textStart(), line.textLength()))
    layout.endLayout()
    units = whole.encode("utf-16-le")  # Qt counts in UTF-16
    texts = [units[2 * start : 2 * (start + length)].decode("utf-16-le") for start, length in lines]
    return [each.replace(_UNBROKEN, "").replace(TOGETHER, " ").rstrip() for each in texts]


def paint(page: PaperPage, painter: QPainter, scale: float | None = None) -> None:
    """Draw a page. The painter's origin is the corner of the paper, margins included.

    ``scale`` is in dots of the device for each millimetre; None takes it from the device.
    """
    painter.save()
    if scale is None:
        device = painter.device()
        painter.scale(device.logicalDpiX() / DOTS_PER_INCH, device.logicalDpiY() / DOTS_PER_INCH)
    else:
        painter.scale(scale / DOTS, scale / DOTS)
    painter.translate(page.shift[0] * DOTS, page.shift[1] * DOTS)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in page:
        _DRAW[type(mark)](painter, mark)
    painter.restore()


def _draw_text(painter: QPainter, mark: Text) -> None:
    painter.setFont(font(mark.style))
    painter.setPen(QColor(mark.style.colour))
    painter.drawText(QPointF(mark.x * DOTS, mark.baseline * DOTS), mark.text)


def _draw_rule(painter: QPainter, mark: Rule) -> None:
    painter.setPen(QPen(QColor(mark.colour), HAIRLINE * DOTS))
    x, y = mark.x * DOTS, mark.y * DOTS
    painter.drawLine(QLineF(x, y, x + (0 if mark.height else mark.width * DOTS), y + mark.height * DOTS))


_FILL: Final = {
    Payer.BASIC: "#b8b8b8",
    Payer.CRITICAL_ILLNESS: WHITE,
    Payer.ASSISTANCE: WHITE,
    Payer.HOSPITAL: "#646464",
    Payer.PATIENT: INK,
}


def _draw_block(painter: QPainter, mark: Block) -> None:
    area = QRectF(mark.x * DOTS, mark.y * DOTS, mark.width * DOTS, mark.height * DOTS)
    painter.save()
    if mark.payer is None:  # a frame, or a plain area
        pen = Qt.PenStyle.NoPen if mark.fill else QPen(QColor(INK), 0.25 * DOTS)
        painter.setPen(pen)
        painter.setBrush(QBrush(QColor(mark.fill)) if mark.fill else Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        painter.restore()
        return
    painter.fillRect(area, QColor(_FILL[mark.payer]))
    painter.save()
    painter.setClipRect(area)
    if mark.payer is Payer.CRITICAL_ILLNESS:
        painter.setPen(QPen(QColor(INK), 0.2 * DOTS))
        at = -mark.height
        while at < mark.width:
            start = area.bottomLeft() + QPointF(at * DOTS, 0)
            painter.drawLine(QLineF(start, start + QPointF(mark.height * DOTS, -mark.height * DOTS)))
            at += 1.1
    elif mark.payer is Payer.ASSISTANCE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INK))
        y = 0.45
        while y < mark.height:
            x = 0.45
            while x < mark.width:
                painter.drawEllipse(QPointF((mark.x + x) * DOTS, (mark.y + y) * DOTS), 0.2 * DOTS, 0.2 * DOTS)
                x += 0.9
            y += 0.9
    painter.restore()
    painter.setPen(QPen(QColor(INK), 0.15 * DOTS))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)
    painter.restore()


def _draw_code(painter: QPainter, mark: Code) -> None:
    """Draw a rectangle for each run of dark modules, without soft edges: a reader wants hard ones."""
    module = mark.size * DOTS / len(mark.rows)
    left, top = mark.x * DOTS, mark.y * DOTS
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for number, row in enumerate(mark.rows):
        start = None
        for at, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = at
            elif not dark and start is not None:
                path.addRect(left + start * module, top + number * module, (at - start) * module, module)
                start = None
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillPath(path, QColor(INK))
    painter.restore()


def _draw_picture(painter: QPainter, mark: Picture) -> None:
    """Draw lines as lines. Only the reports of the fund's office have pictures, and only its bundle."""
    from desktop.paper.pictures import draw_svg

    place = QRectF(mark.x * DOTS, mark.y * DOTS, mark.width * DOTS, mark.height * DOTS)
    draw_svg(painter, mark.svg, place)


def _draw_across(painter: QPainter, mark: Across) -> None:
    """Draw a word as outlines, not as text: text that is read out of a PDF is then the sheet's alone."""
    path = QPainterPath()
    path.addText(0, 0, font(Style(90, bold=True)), mark.text)
    bounds = path.boundingRect()
    scale = mark.width * DOTS / bounds.width()
    turn = QTransform()
    turn.translate(mark.x * DOTS, mark.y * DOTS)
    turn.rotate(-38)
    turn.scale(scale, scale)
    turn.translate(-bounds.center().x(), -bounds.center().y())
    painter.fillPath(turn.map(path), QColor(mark.tint))


_DRAW: Final[dict[type, Callable[..., None]]] = {
    Text: _draw_text,
    Rule: _draw_rule,
    Block: _draw_block,
    Code: _draw_code,
    Picture: _draw_picture,
    Across: _draw_across,
}
