"""A4 across, for tables of many columns, in few storeys and the largest type in which they fit."""

from typing import Final

from desktop.paper.paper_sizes import A4, Paper
from desktop.paper.slip_layout import SlipComposer
from desktop.paper.slips import Slip

_LANDSCAPE: Final = A4._replace(width=A4.height, height=A4.width, side=12)
_SIZES: Final = (9.0, 8.0, 7.0, 6.0, 5.0)
"""The sizes of type (points) that are tried until a table's columns stand beside each other."""


def wide_paper(sheet: Slip) -> Paper:
    """Return the paper on which the columns stand in the fewest storeys, in the largest type for that."""
    best, fewest = _LANDSCAPE, 0
    for small in _SIZES:
        paper = _LANDSCAPE._replace(small=small)
        storeys = [len(SlipComposer(sheet, paper).storeys(table)) for table in sheet.tables] or [1]
        if all(storeys) and (not fewest or max(storeys) < fewest):
            best, fewest = paper, max(storeys)
    return best
