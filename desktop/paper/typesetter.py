"""Lines of text on a page, set in columns from the top down, in millimetres."""

from collections.abc import Sequence
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


class Typesetter:
    """A setter of texts and marks on the last of its pages, which is filled down to ``y`` (mm)."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.small = Style(paper.small)
        self.bold = Style(paper.small, bold=True)
        self.quiet = Style(paper.small, colour=QUIET)
        self.left, self.right, self.inner = paper.side, paper.width - paper.side, paper.inner
        self.pitch = self.line(self.small)
        self.pages: list[PaperPage] = []
        self.y = 0.0

    def line(self, style: Style) -> float:
        """Return the pitch of a style's lines (mm)."""
        return pitch_of(style, self.paper)

    def whole_width(self) -> None:
        """Let blocks reach from margin to margin."""
        self.right, self.inner = self.left + self.paper.inner, self.paper.inner

    def put(self, mark: Mark) -> None:
        """Add a mark to the page."""
        self.pages[-1].append(mark)

    def offset(self, style: Style) -> float:
        """Return how far (mm) a baseline stands below the top of its line."""
        em = style.points / 72 * MM_PER_INCH
        return (self.line(style) - em) / 2 + em * BASELINE

    def lines(self, cell: PaperCell) -> list[tuple[str, Style]]:
        """Break a cell into lines with their styles; a second language is small and quiet."""
        first, *others = cell.text.split("\n")
        second = self.quiet if cell.style.colour != WHITE else cell.style
        lines = []
        for part, style in ((first, cell.style), *((other, second) for other in others)):
            texts = [part] if cell.right else wrapped(part, style, cell.width)
            lines += [(text, style) for text in texts]
        return lines

    def height(self, cells: Sequence[PaperCell]) -> float:
        """Return the height (mm) of cells beside each other; empty ones are one line high."""
        return max(
            (sum(self.line(style) for _, style in self.lines(cell)) for cell in cells if cell.text),
            default=self.pitch,
        )

    def cells(self, cells: Sequence[PaperCell]) -> None:
        """Set texts beside each other, each broken within its column, and go on below the lowest."""
        bottom = self.y + self.height(cells)
        for cell in cells:
            if not cell.text:
                continue
            y = self.y
            for text, style in self.lines(cell):
                x = cell.x
                if cell.point:
                    x -= width_of(".00", self.small) + width_of(text.partition(".")[0], style)
                elif cell.right:
                    x -= width_of(text, style)
                self.put(Text(x, y + self.offset(style), text, style))
                y += self.line(style)
        self.y = bottom


def pitch_of(style: Style, paper: Paper) -> float:
    """Return the pitch of a style's lines on a paper (mm)."""
    return style.points / 72 * MM_PER_INCH * paper.leading
