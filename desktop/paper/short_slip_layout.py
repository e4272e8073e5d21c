"""A slip that a patient signs, on a roll or a small form: lines of text for the tables of other papers."""

from collections.abc import Sequence
from typing import Final

from desktop.paper.drawing import TOGETHER, width_of
from desktop.paper.roll_layout import STAMP, sign_here
from desktop.paper.slip_layout import SlipComposer
from desktop.paper.slips import Table
from desktop.paper.typesetter import PaperCell

_GAP: Final = 4.0
"""Between a title and the text beside it (mm)."""


class ShortSlipComposer(SlipComposer):
    """The layout of a slip that its usual tables would make too long for the paper."""

    def facts(self) -> None:
        """Set the facts as lines of text."""
        self.facts_as_text()

    def table(self, table: Table) -> None:
        """Set each line of a table as text, its numbers after the names of their columns.

        Lines of an item and its amount follow one another on a line.
        """
        width = self.inner - self._beside(table.title)
        if table.headless:
            lines = self.packed([TOGETHER.join(texts) for texts in table.rows], width)
        else:
            lines = [line for texts in table.rows for line in self.packed(_named(table, texts), width)]
        self.listing(table.title, lines or ([table.empty] if table.empty else []))

    def _beside(self, title: str) -> float:
        """Return the width of a title that stands beside its text (mm); on a narrow paper it stands above."""
        return 0 if self.paper.narrow or not title else width_of(title, self.bold) + _GAP

    def listing(self, title: str, lines: Sequence[str]) -> None:
        """Set texts below each other, on a wide paper beside their title."""
        beside = self._beside(title)
        if not beside or not lines:
            super().listing(title, lines)
            self.y -= 0.5
            return
        cells = [PaperCell(title, self.left, beside, self.bold)]
        for line in lines:
            text = PaperCell(line, self.left + beside, self.inner - beside, self.small)
            self.keep_together(self.row([*cells, text]))
            cells = []
        self.y += 1.5

    def signatures(self, names: Sequence[str], stamp: str = "") -> None:
        """Set the places to sign; on a roll the lines go to its right edge."""
        if not self.paper.narrow:
            super().signatures(names, stamp)
            return
        sign_here(self, names, stamp, self.left)
        self.y += STAMP


def _named(table: Table, texts: Sequence[str]) -> list[str]:
    """Return the texts of a line after the names of their columns; an item needs none before its numbers."""
    item = table.numbers >= set(range(1, len(texts)))
    return [
        text if item and not column else f"{table.columns[column]}{TOGETHER}{text}"
        for column, text in enumerate(texts)
        if text
    ]
