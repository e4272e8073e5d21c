"""The characters that a sheet cannot show: no font of this machine has them, and a box would stand there."""

from functools import cache
from typing import Final

from PySide6.QtGui import QTextLayout

from desktop.paper.drawing import Style, font
from desktop.paper.sheet_head import SheetHead
from desktop.paper.slips import Slip

_STYLE: Final = Style(9)
_PRIVATE: Final = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFD))
"""Characters that mean something else in every font."""


def lacking(sheet: SheetHead) -> str:
    """Return the characters of what people typed onto a sheet that would be printed as a box, each once."""
    typed = [sheet.person, sheet.operator, *(fact.value for fact in sheet.facts)]
    if isinstance(sheet, Slip):
        typed += [*sheet.notes, *(text for table in sheet.tables for row in table.rows for text in row)]
    return "".join(letter for letter in dict.fromkeys("".join(typed)) if not _shown(letter))


@cache
def _shown(letter: str) -> bool:
    """Return whether a character has a glyph in the program's font or in one that stands in for it."""
    code = ord(letter)
    if code < 0x20:
        return True
    layout = QTextLayout(letter, font(_STYLE))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    if code >= _PRIVATE[0][0] and any(first <= code <= last for first, last in _PRIVATE):
        runs = [run for run in runs if run.rawFont().familyName() == font(_STYLE).family()]
    return bool(runs) and all(glyph for run in runs for glyph in run.glyphIndexes())
