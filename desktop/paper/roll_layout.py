"""The patient's sheet on a roll, short: who, how much, who bears it, and beside the code who signs."""

from collections.abc import Sequence
from typing import Any, Final

from desktop.paper.bilingual import first_line
from desktop.paper.composer import Composer
from desktop.paper.drawing import Rule, width_of
from desktop.paper.sheet_layout import QUIET_MODULES, SheetComposer, code_of, placed
from desktop.paper.typesetter import PaperCell

LONGEST: Final = 160.0
"""The most millimetres that a short sheet takes off a roll."""
_SIGNATURE: Final = 9.0
"""From one line to sign on to the next (mm)."""
STAMP: Final = 12.0
"""The least room for a stamp below its word (mm)."""


class RollComposer(SheetComposer):
    """The layout of a short sheet on a roll."""

    def blocks(self) -> None:
        """Set who it is about, the figure and its sentence, who bears it, and what closes the sheet."""
        sheet, headings = self.sheet, self.sheet.headings
        self.facts()
        if sheet.answer:
            self.figure(sheet.answer_label, sheet.answer)
            self.plain()
            self.y += 1.5
            bearers = [(headings.total, sheet.total), (headings.funds, sheet.total_paid_by_funds)]
            bearers += [(share.label, share.amount) for share in sheet.shares]
            self.listing("", self.packed([f"{first_line(who)} {amount}" for who, amount in bearers]))
        else:
            self.answer()
        self.rest()
        self.keep_together(self.elsewhere())
        self.closing()

    def facts(self) -> None:
        """Set the facts as lines of text."""
        self.facts_as_text()

    def rest(self) -> None:
        """Set of the rest what keeps the roll as short as it should be."""
        self.foot = LONGEST - self.paper.bottom - len(self.imprint_lines("1", "1")) * self.pitch - 2
        super().rest()
        self.foot = float("inf")  # whatever has to stand on it stands on one piece

    def tail(self) -> float:
        """Return the room that the closing takes (mm)."""
        return self.elsewhere().height + self._height() + 1

    def _height(self) -> float:
        """Return the height of the code and of the places beside it (mm)."""
        code = code_of(self.sheet.code) if self.sheet.code else None
        places = len(self.sheet.signatures) * _SIGNATURE + self.pitch + STAMP
        return max(places, code.size * (1 + 2 * QUIET_MODULES / len(code.rows)) if code else 0)

    def closing(self) -> None:
        """Set the code, with the signatures and the place for the stamp beside it."""
        sheet, top, left = self.sheet, self.y, self.left
        if sheet.code:
            code = code_of(sheet.code)
            quiet = QUIET_MODULES * code.size / len(code.rows)
            self.pages[-1] += placed(code, self.left + quiet, self.y + quiet)
            left += code.size + 2 * quiet + 1
        sign_here(self, sheet.signatures, sheet.stamp, left)
        self.y = top + self._height()


def sign_here(composer: Composer[Any], names: Sequence[str], stamp: str, left: float) -> None:
    """Set places to sign below each other, from ``left`` (mm) on, and below them the place for the stamp."""
    for name in names:
        composer.y += _SIGNATURE - composer.pitch
        start = left + width_of(name, composer.small) + 1
        composer.put(Rule(start, composer.y + composer.pitch - 0.5, composer.right - start))
        composer.cells([PaperCell(name, left, composer.right - left, composer.small)])
    composer.y += 1
    composer.cells([PaperCell(stamp, left, composer.right - left, composer.quiet)])
