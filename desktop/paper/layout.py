"""A sheet laid out on paper: in millimetres, the same for every device, page by page.

`lay_out` measures a sheet and breaks it into pages of marks; `desktop.paper.drawing` draws them.
"""

from typing import Final

from desktop.paper.drawing import PaperPage
from desktop.paper.form_layout import lay_out_form
from desktop.paper.paper_sizes import A4, Paper
from desktop.paper.roll_layout import LONGEST, RollComposer
from desktop.paper.sheet import Sheet, shortened
from desktop.paper.sheet_head import SheetHead
from desktop.paper.sheet_layout import SheetComposer
from desktop.paper.slip_layout import SlipComposer
from desktop.paper.slips import Slip

_CLOSER: Final = (1.36, 1.3)
"""The closer pitches of lines that are tried where a sheet needs another page for a little."""
_CLOSEST: Final = (1.25, 1.2)
"""The pitches that are tried last, and only where they save the second page."""
_SHORT: Final = (*((leading, 0.0) for leading in (*_CLOSER, *_CLOSEST)), (1.2, 0.5), (1.2, 1.0))
"""The pitches, and the points off the small type, that are tried where a short sheet is longer than one page
or than a roll may be."""


def lay_out(sheet: SheetHead, paper: Paper = A4) -> list[PaperPage]:
    """Return the pages of a sheet; its lines stand a little closer where that saves a page.

    Raises FormFaulty where a hospital's own file of places cannot be used.
    """
    if paper.short and isinstance(sheet, Sheet):
        return _short(shortened(sheet), paper)
    pages = _laid_out(sheet, paper)
    closest = _CLOSEST if len(pages) == 2 else ()
    for leading in (*_CLOSER, *closest) if len(pages) > 1 else ():
        closer = _laid_out(sheet, paper._replace(leading=leading))
        if len(closer) < len(pages):
            return closer
    return pages


def _short(sheet: Sheet, paper: Paper) -> list[PaperPage]:
    """Return a short sheet on one page, its lines as close as that needs."""
    pages = _laid_out(sheet, paper)
    for leading, smaller in _SHORT:
        if len(pages) == 1 and (paper.height or pages[0].height <= LONGEST):
            break
        pages = _laid_out(sheet, paper._replace(leading=leading, small=paper.small - smaller))
    return pages


def _laid_out(sheet: SheetHead, paper: Paper) -> list[PaperPage]:
    if isinstance(sheet, Slip):
        return SlipComposer(sheet, paper).pages_of_sheet()
    assert isinstance(sheet, Sheet)
    if paper.form:
        return lay_out_form(sheet, paper)
    if paper.short and not paper.height:
        return RollComposer(sheet, paper).pages_of_sheet()
    return SheetComposer(sheet, paper).pages_of_sheet()
