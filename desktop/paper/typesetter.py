"""Lines of text on a page, set in columns from the top down, in millimetres."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from desktop.paper.drawing import (
    BASELINE,
    MM_PER_INCH,
    QUIET,
    WHITE,
    Mark,
    PaperPage,
    Style,
    Text,
    width_of,
    wrapped,
)
from desktop.paper.paper_sizes import Paper


class PaperCell(NamedTuple):
    """A text in a column, from its left edge ``x`` on.

    With ``right``, ``x`` is the right edge at which the text ends. With ``point``, numbers stand with their
    decimal points below each other, whole numbers included.
    A text of several lines holds the second language below its first line.
    """

    text: str
    x: float
    width: float
    style: Style
    right: bool = False
    point: bool = False


class PaperLine(NamedTuple):
    """One line of a cell, from its left edge ``x`` (mm) on."""

    x: float
    text: str
    style: Style


class PaperRow(NamedTuple):
    """Cells beside each other, broken into lines: measured once, for its height and for its marks.

    ``columns`` are the lines of each cell that is not empty. ``height`` is that of the highest (mm).
    """

    columns: tuple[tuple[PaperLine, ...], ...]
    height: float


class Typesetter:
    """A setter of texts and marks on the last of its pages, which is filled down to ``y`` (mm)."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.small = Style(paper.small)
        self.bold = Style(paper.small, bold=True)
        self.quiet = Style(paper.small, colour=QUIET)
        self.left, self.right, self.inner = paper.side, paper.width - paper.side, paper.inner
        self.pitch = pitch_of(self.small, paper)
        self._decimals = width_of(".00", self.small)
        self.pages: list[PaperPage] = []
        self.y = 0.0

    def whole_width(self) -> None:
        """Let blocks reach from margin to margin."""
        self.right, self.inner = self.left + self.paper.inner, self.paper.inner

    def put(self, mark: Mark) -> None:
        """Add a mark to the page."""
        self.pages[-1].append(mark)

    def row(self, cells: Sequence[PaperCell]) -> PaperRow:
        """Break cells beside each other into lines. A row of empty cells is one line high."""
        columns, highest = [], 0.0
        for cell in cells:
            if cell.text:
                lines, height = self._lines(cell)
                columns.append(lines)
                highest = max(highest, height)
        return PaperRow(tuple(columns), highest or self.pitch)

    def _lines(self, cell: PaperCell) -> tuple[tuple[PaperLine, ...], float]:
        """Break a cell into lines, with their height (mm); a second language is small and quiet."""
        lines, style, height = [], cell.style, 0.0
        for part in cell.text.split("\n"):
            if not cell.right:
                texts, x = wrapped(part, style, cell.width), cell.x
            elif cell.point:
                texts, x = [part], cell.x - self._decimals - width_of(part.partition(".")[0], style)
            else:
                texts, x = [part], cell.x - width_of(part, style)
            for text in texts:
                lines.append(PaperLine(x, text, style))
            height += len(texts) * pitch_of(style, self.paper)
            style = self.quiet if cell.style.colour != WHITE else cell.style
        return tuple(lines), height

    def set_row(self, row: PaperRow) -> None:
        """Set a row, and go on below its highest cell."""
        page, paper = self.pages[-1], self.paper
        for lines in row.columns:
            y = self.y
            for x, text, style in lines:
                page.append(Text(x, y + drop_of(style, paper), text, style))
                y += pitch_of(style, paper)
        self.y += row.height

    def cells(self, cells: Sequence[PaperCell]) -> None:
        """Set texts beside each other, each broken within its column, and go on below the lowest."""
        self.set_row(self.row(cells))


# A sheet asks for the same few styles line by line.
@lru_cache(maxsize=64)
def pitch_of(style: Style, paper: Paper) -> float:
    """Return the pitch of a style's lines on a paper (mm)."""
    return style.points / 72 * MM_PER_INCH * paper.leading


@lru_cache(maxsize=64)
def drop_of(style: Style, paper: Paper) -> float:
    """Return how far (mm) a baseline stands below the top of its line."""
    em = style.points / 72 * MM_PER_INCH
    return (pitch_of(style, paper) - em) / 2 + em * BASELINE
