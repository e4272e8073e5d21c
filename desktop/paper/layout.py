"""A sheet laid out on paper: in millimetres, the same for every device, page by page.

`lay_out` measures and breaks pages into a list of marks; `paint` draws one page. Nothing depends on the
device: type is measured at one fine resolution and the painter is scaled to it, so a PDF and a printer
get the same lines.
"""

from collections.abc import Callable, Sequence
from functools import cache
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
from desktop.fonts import load_fonts
from desktop.paper.sheet import Group, Pair, Row, Sheet

DOTS_PER_INCH: Final = 1200
MM_PER_INCH: Final = 25.4
DOTS: Final = DOTS_PER_INCH / MM_PER_INCH
"""Dots in a millimetre, at the resolution that type is measured at."""


class Paper(NamedTuple):
    """A kind of paper in millimetres, and its three sizes of type in points."""

    width: float
    height: float
    side: float
    top: float
    bottom: float
    small: float
    middle: float
    large: float

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.side


A4: Final = Paper(210, 297, 18, 12, 10, small=9, middle=14, large=30)
A5: Final = Paper(148, 210, 11, 10, 9, small=8, middle=11, large=24)

INK: Final = "#000000"
QUIET: Final = "#4d4d4d"
HAIR: Final = "#8c8c8c"
MADE_UP: Final = "#b0006d"
MADE_UP_TINT: Final = "#f7dcec"
WHITE: Final = "#ffffff"

HAIRLINE: Final = 0.12
LINE: Final = 1.42
"""The pitch of lines, as a multiple of the size of type."""
BASELINE: Final = 0.88
"""The baseline below the top of a character's square, as a part of its size."""


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
    """A horizontal hairline."""

    x: float
    y: float
    width: float
    colour: str = HAIR


class Block(NamedTuple):
    """A rectangle; ``payer`` chooses the pattern that tells payers apart without colour."""

    x: float
    y: float
    width: float
    height: float
    payer: Payer | None = None
    fill: str = ""


class Across(NamedTuple):
    """A word in outline over the whole page, under everything else."""

    text: str


Mark = Text | Rule | Block | Across
Page = list[Mark]


class Cell(NamedTuple):
    """A text in a column: ``x`` is its left edge, with ``right`` the edge that the text ends at.

    ``point``: numbers stand with their decimal points under each other, whole ones included.
    """

    text: str
    x: float
    width: float
    style: Style
    right: bool = False
    point: bool = False


@cache
def _font(style: Style) -> QFont:
    font = QFont(load_fonts())
    font.setPixelSize(round(style.points * DOTS_PER_INCH / 72))
    font.setWeight(QFont.Weight.Bold if style.bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def _metrics(style: Style) -> QFontMetricsF:
    return QFontMetricsF(_font(style))


def width_of(text: str, style: Style) -> float:
    """The length of a line of text in millimetres."""
    return _metrics(style).horizontalAdvance(text) / DOTS


def wrapped(text: str, style: Style, width: float) -> list[str]:
    """A text broken into lines of at most ``width`` millimetres, where the script allows, else anywhere."""
    if width_of(text, style) <= width:
        return [text]
    layout = QTextLayout(text, _font(style))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width * DOTS)
        lines.append((line.textStart(), line.textLength()))
    layout.endLayout()
    units = text.encode("utf-16-le")  # Qt counts in UTF-16
    return [units[2 * start : 2 * (start + length)].decode("utf-16-le").rstrip() for start, length in lines]


def lay_out(sheet: Sheet, paper: Paper = A4) -> list[Page]:
    """The pages of a sheet."""
    return _Composer(sheet, paper).pages_of_sheet()


def paint(page: Page, painter: QPainter, paper: Paper = A4) -> None:
    """Draw a page; the painter's device begins at the paper's corner, margins included."""
    painter.save()
    device = painter.device()
    painter.scale(device.logicalDpiX() / DOTS_PER_INCH, device.logicalDpiY() / DOTS_PER_INCH)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in page:
        _DRAW[type(mark)](painter, mark, paper)
    painter.restore()


class _Composer:
    """Puts marks on pages from the top down."""

    def __init__(self, sheet: Sheet, paper: Paper) -> None:
        self.sheet = sheet
        self.paper = paper
        self.small = Style(paper.small)
        self.bold = Style(paper.small, bold=True)
        self.quiet = Style(paper.small, colour=QUIET)
        self.left, self.right = paper.side, paper.width - paper.side
        self.pitch = self.line(self.small)
        self.foot = paper.height - paper.bottom - len(self.imprint_lines("99", "99")) * self.pitch - 2
        self.pages: list[Page] = []
        self.y = 0.0
        self.again: Callable[[], None] | None = None

    @staticmethod
    def line(style: Style) -> float:
        """The pitch of a style's lines in millimetres."""
        return style.points / 72 * MM_PER_INCH * LINE

    # ---- pages

    def pages_of_sheet(self) -> list[Page]:
        self.new_page()
        self.facts()
        self.answer()
        self.bar()
        self.steps()
        self.year()
        self.other_years()
        self.listing(self.sheet.headings.notes, self.sheet.notes)
        self.listing(self.sheet.headings.documents, self.packed(self.sheet.documents))
        for number, page in enumerate(self.pages, start=1):
            self.footer(page, number)
        return self.pages

    def new_page(self) -> None:
        self.pages.append([])
        self.y = self.paper.top
        if self.sheet.made_up:
            self.put(Across(self.sheet.made_up))
            self.strip()
        if len(self.pages) == 1:
            self.letterhead()
        else:
            self.running_head()
        if self.again:
            self.again()

    def put(self, mark: Mark) -> None:
        self.pages[-1].append(mark)

    def room(self, height: float) -> None:
        """Turn the page where ``height`` does not fit any more."""
        if self.y + height > self.foot:
            self.new_page()

    def strip(self) -> None:
        style = Style(self.paper.small, bold=True, colour=WHITE)
        height = self.line(style) + 1.2
        self.put(Block(self.left, self.y, self.paper.inner, height, fill=MADE_UP))
        y, self.y = self.y, self.y + 0.6
        self.cells([Cell(self.sheet.made_up_line, self.left + 2, self.paper.inner - 4, style)])
        self.y = y + height + 3

    def letterhead(self) -> None:
        title = Style(self.paper.middle, bold=True)
        state = "　".join(part for part in (self.sheet.state, self.sheet.reprint) if part)
        length = width_of(state, self.bold) + 5
        top, height = self.y, self.line(title)
        self.cells([Cell(self.sheet.title, self.left, self.paper.inner - length - 4, title)])
        bottom = self.y
        frame = self.pitch + 1.6
        self.put(Block(self.right - length, top + (height - frame) / 2, length, frame))
        self.y = top + (height - self.pitch) / 2
        self.cells([Cell(state, self.right - length + 2.5, length, self.bold)])
        self.y = bottom + 2.5

    def running_head(self) -> None:
        sheet = self.sheet
        text = "　".join(part for part in (sheet.title, sheet.person, sheet.state, sheet.reprint) if part)
        self.cells([Cell(text, self.left, self.paper.inner, self.quiet)])
        self.put(Rule(self.left, self.y + 1, self.paper.inner))
        self.y += 4

    def imprint_lines(self, page: str, pages: str) -> list[tuple[str, str]]:
        """The foot of a page: what stands left and right on each line. Two lines where one is too narrow."""
        sheet = self.sheet
        count = sheet.headings.page.format(page=page, pages=pages)
        who = "　".join(part for part in (sheet.operator, sheet.printed, count) if part)
        if width_of(sheet.disclaimer, self.bold) + width_of(who, self.small) + 3 <= self.paper.inner:
            return [(sheet.disclaimer, who)]
        return [*((line, "") for line in wrapped(sheet.disclaimer, self.bold, self.paper.inner)), ("", who)]

    def footer(self, page: Page, number: int) -> None:
        y = self.foot + 1
        page.append(Rule(self.left, y, self.paper.inner))
        lines = self.imprint_lines(str(number), str(len(self.pages)))
        for at, (left, right) in enumerate(lines):
            baseline = y + 1 + at * self.pitch + self.offset(self.small)
            if left:
                page.append(Text(self.left, baseline, left, self.bold))
            if right:
                page.append(Text(self.right - width_of(right, self.small), baseline, right, self.small))

    # ---- blocks

    def facts(self) -> None:
        """Labels and values in columns; the first, the hospital's name, takes all but the last of its row."""
        columns = max(1, int(self.paper.inner // 54))
        gap = 4.0
        step = (self.paper.inner + gap) / columns
        facts, wide = self.sheet.facts, max(1, columns - 1)
        places = [(0, wide), *((column, 1) for column in range(wide, columns))]
        while len(places) < len(facts):
            places += [(column, 1) for column in range(columns)]
        placed = list(zip(facts, places, strict=False))
        labels = [
            max((width_of(fact.label, self.quiet) for fact, (at, _) in placed if at == column), default=0)
            + 2.5
            for column in range(columns)
        ]
        rows: list[list[Cell]] = []
        for fact, (column, span) in placed:
            if column == 0:
                rows.append([])
            x, width = self.left + column * step, span * step - gap
            rows[-1].append(Cell(fact.label, x, labels[column], self.quiet))
            rows[-1].append(Cell(fact.value, x + labels[column], width - labels[column], self.small))
        for cells in rows:
            self.room(self.height(cells))
            self.cells(cells)
        self.y += 4.5

    def answer(self) -> None:
        sheet, large = self.sheet, Style(self.paper.large, bold=True)
        if not sheet.answer:
            middle = Style(self.paper.middle, bold=True)
            self.cells([Cell(sheet.missing_title, self.left, self.paper.inner, middle)])
            self.y += 1
            for text in sheet.missing:
                cells = [Cell(text, self.left, self.paper.inner, self.small)]
                self.room(self.height(cells))
                self.cells(cells)
            self.y += 5
            return
        top = self.y
        self.cells([Cell(sheet.answer_label, self.left, self.paper.inner / 2, self.bold)])
        self.put(
            Text(
                self.left, self.y + self.paper.large * BASELINE / 72 * MM_PER_INCH, f"¥ {sheet.answer}", large
            )
        )
        self.y += self.paper.large / 72 * MM_PER_INCH * 1.2
        figures = ((sheet.headings.total, sheet.total), (sheet.headings.funds, sheet.total_paid_by_funds))
        bottom, self.y = self.y, top
        taken = max(width_of(value, self.small) for _, value in figures)
        for label, value in figures:
            end = self.right - taken - 4
            self.cells(
                [
                    Cell(label, end, self.paper.inner / 3, self.quiet, right=True),
                    Cell(value, self.right, taken, self.small, right=True),
                ]
            )
        self.y = max(bottom, self.y)
        self.cells([Cell(sheet.capitals, self.left, self.paper.inner, self.small)])
        self.y += 3

    def bar(self) -> None:
        shares = self.sheet.shares
        if not shares:
            return
        x, height = self.left, 6.0
        whole = sum(share.fen for share in shares)
        for share in shares:
            if share.fen and whole:
                length = self.paper.inner * share.fen / whole
                self.put(Block(x, self.y, length, height, share.payer))
                x += length
        self.y += height + 1.5
        columns = len(shares) if self.paper.inner / len(shares) >= 30 else 2
        step = self.paper.inner / columns
        for at in range(0, len(shares), columns):
            top, label_cells, value_cells = self.y, [], []
            for column, share in enumerate(shares[at : at + columns]):
                x = self.left + column * step
                style = self.bold if share.payer is Payer.PATIENT else self.small
                self.put(Block(x, top + self.pitch / 2 - 1.3, 2.6, 2.6, share.payer))
                label_cells.append(Cell(share.label, x + 4, step - 6, style))
                value_cells.append(Cell(share.amount, x + 4, step - 6, style))
            self.pairs(label_cells, value_cells)
        self.y += 4

    def pairs(self, above: Sequence[Cell], below: Sequence[Cell]) -> None:
        """Two lines of cells, drawn column by column, so that a reader of the text finds pairs."""
        top = self.y
        first = self.height(above)
        for upper, lower in zip(above, below, strict=True):
            self.y = top
            self.cells([upper])
            self.y = top + first
            self.cells([lower])
        self.y = top + first + self.height(below)

    def steps(self) -> None:
        headings = self.sheet.headings
        self.heading(headings.steps, keep=3 * self.pitch)
        columns = self.columns()
        names = headings.columns

        def head() -> None:
            cells = self.row_cells(columns, Row(*names), self.quiet)
            self.cells([cells[0], cells[1]._replace(point=False), *cells[2:]])
            self.put(Rule(self.left, self.y + 0.4, self.paper.inner))
            self.y += 1.2

        head()
        self.again = head
        for group in self.sheet.groups:
            self.group(group, columns, head)
        self.again = None
        self.y += 1.5

    def columns(self) -> tuple[float, float, float, float]:
        """Where label, amount (its right edge), payer and source begin."""
        rows = [row for group in self.sheet.groups for row in group.rows]
        heads = self.sheet.headings.columns
        widest = [
            max([width_of(text, style) for text in texts])
            for texts, style in (
                ([*(row.amount for row in rows), heads[1]], self.bold),
                ([*(row.payer for row in rows), heads[2]], self.small),
                ([*(row.source for row in rows), heads[3]], self.small),
            )
        ]
        source_width = min(widest[2] + 0.5, self.paper.inner * 0.3)
        source = self.right - source_width
        payer = source - widest[1] - 4
        return self.left, payer - 6, payer, source

    def row_cells(self, columns: tuple[float, float, float, float], row: Row, style: Style) -> list[Cell]:
        label, amount, payer, source = columns
        width = amount - label - max(width_of(row.amount, style), 20) - 3
        rest = style if style is self.quiet else self.small
        return [
            Cell(row.label, label, width, style),
            Cell(row.amount, amount, 0, style, right=True, point=True),
            Cell(row.payer, payer, source - payer - 2, rest),
            Cell(row.source, source, self.right - source, rest),
        ]

    def group(
        self, group: Group, columns: tuple[float, float, float, float], head: Callable[[], None]
    ) -> None:
        indent = 4.0
        inner = (columns[0] + indent, *columns[1:])
        rows = [self.row_cells(inner, row, self.bold if row.result else self.small) for row in group.rows]
        heights = [self.height(cells) for cells in rows]
        opening = self.pitch + sum(heights[: 2 if len(rows) > 3 else len(rows)])
        self.room(opening)
        self.cells([Cell(group.title, self.left, columns[1] - self.left - 25, self.bold)])

        def head_and_title() -> None:
            head()
            self.cells([Cell(group.continued, self.left, columns[1] - self.left - 25, self.bold)])

        self.again = head_and_title
        for number, (cells, height) in enumerate(zip(rows, heights, strict=True)):
            last_two = number >= len(rows) - 2  # the result never stands alone on a page
            self.room(sum(heights[number:]) + 0.6 if last_two else height)
            if group.adds_up and group.rows[number].result:
                amount = max(width_of(row.amount, self.bold) for row in group.rows)
                self.put(Rule(columns[1] - amount, self.y + 0.3, amount))
                self.y += 0.6
            self.cells(cells)
        self.again = head
        self.y += 1.5

    def year(self) -> None:
        self.grid(self.sheet.headings.year, self.sheet.year)

    def grid(self, title: str, pairs: Sequence[Pair]) -> None:
        """Labels and amounts in columns beside each other."""
        if not pairs:
            return
        columns = max(1, int(self.paper.inner // 80))
        gap = 12.0
        width = (self.paper.inner - gap * (columns - 1)) / columns
        rows = [pairs[at : at + columns] for at in range(0, len(pairs), columns)]
        self.heading(title, keep=self.pitch * min(2, len(rows)))
        for row in rows:
            cells = []
            for column, pair in enumerate(row):
                x = self.left + column * (width + gap)
                cells.append(Cell(pair.label, x, width - 28, self.small))
                cells.append(Cell(pair.value, x + width, 28, self.small, right=True, point=True))
            self.room(self.height(cells))
            self.cells(cells)
        self.y += 2.5

    def other_years(self) -> None:
        for other in self.sheet.other_years:
            title = "　".join(part for part in (other.title, other.remark) if part)
            if other.missing:
                self.listing(title, other.missing)
            else:
                self.grid(title, other.amounts)

    def listing(self, title: str, lines: Sequence[str]) -> None:
        if not lines:
            return
        blocks = [[Cell(line, self.left, self.paper.inner, self.small)] for line in lines]
        self.heading(title, keep=self.height(blocks[0]))
        for cells in blocks:
            self.room(self.height(cells))
            self.cells(cells)
        self.y += 2.5

    def packed(self, items: Sequence[str]) -> list[str]:
        """Short texts side by side, as many as a line holds."""
        lines: list[str] = []
        for item in items:
            longer = f"{lines[-1]}　{item}" if lines else ""
            if longer and width_of(longer, self.small) <= self.paper.inner:
                lines[-1] = longer
            else:
                lines.append(item)
        return lines

    def heading(self, title: str, keep: float) -> None:
        """A block's title; it stays with ``keep`` millimetres of what follows."""
        cells = [Cell(title, self.left, self.paper.inner, self.bold)]
        self.room(self.height(cells) + 0.8 + keep)
        self.cells(cells)
        self.y += 0.8

    # ---- lines

    def offset(self, style: Style) -> float:
        """The baseline below the top of a line of the small pitch or its own, whichever is larger."""
        em = style.points / 72 * MM_PER_INCH
        return (self.line(style) - em) / 2 + em * BASELINE

    def height(self, cells: Sequence[Cell]) -> float:
        """What `cells` takes of the page."""
        return max(
            (
                len(wrapped(cell.text, cell.style, cell.width)) * self.line(cell.style)
                for cell in cells
                if cell.text and not cell.right
            ),
            default=self.pitch,
        )

    def cells(self, cells: Sequence[Cell]) -> None:
        """Texts beside each other, each broken within its own column; the next line is below them all."""
        height = self.height(cells)
        for cell in cells:
            if not cell.text:
                continue
            lines = [cell.text] if cell.right else wrapped(cell.text, cell.style, cell.width)
            for number, text in enumerate(lines):
                x = cell.x
                if cell.point:
                    x -= width_of(".00", self.small) + width_of(text.partition(".")[0], cell.style)
                elif cell.right:
                    x -= width_of(text, cell.style)
                y = self.y + number * self.line(cell.style) + self.offset(cell.style)
                self.put(Text(x, y, text, cell.style))
        self.y += height


# ---- drawing


def _draw_text(painter: QPainter, mark: Text, _paper: Paper) -> None:
    painter.setFont(_font(mark.style))
    painter.setPen(QColor(mark.style.colour))
    painter.drawText(QPointF(mark.x * DOTS, mark.baseline * DOTS), mark.text)


def _draw_rule(painter: QPainter, mark: Rule, _paper: Paper) -> None:
    painter.setPen(QPen(QColor(mark.colour), HAIRLINE * DOTS))
    y = mark.y * DOTS
    painter.drawLine(QLineF(mark.x * DOTS, y, (mark.x + mark.width) * DOTS, y))


_FILL: Final = {
    Payer.BASIC: "#b8b8b8",
    Payer.CRITICAL_ILLNESS: WHITE,
    Payer.ASSISTANCE: WHITE,
    Payer.PATIENT: INK,
}


def _draw_block(painter: QPainter, mark: Block, _paper: Paper) -> None:
    area = QRectF(mark.x * DOTS, mark.y * DOTS, mark.width * DOTS, mark.height * DOTS)
    painter.save()
    if mark.payer is None:
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


def _draw_across(painter: QPainter, mark: Across, paper: Paper) -> None:
    """Outlines, not text: what is read back from a PDF stays the sheet's own lines."""
    path = QPainterPath()
    path.addText(0, 0, _font(Style(paper.large * 3, bold=True)), mark.text)
    bounds = path.boundingRect()
    diagonal = 0.8 * paper.inner * DOTS / bounds.width()
    turn = QTransform()
    turn.translate(paper.width / 2 * DOTS, paper.height / 2 * DOTS)
    turn.rotate(-38)
    turn.scale(diagonal, diagonal)
    turn.translate(-bounds.center().x(), -bounds.center().y())
    painter.fillPath(turn.map(path), QColor(MADE_UP_TINT))


_DRAW: Final[dict[type, Callable[..., None]]] = {
    Text: _draw_text,
    Rule: _draw_rule,
    Block: _draw_block,
    Across: _draw_across,
}
