"""A sheet laid out on paper: in millimetres, the same for every device, page by page.

`lay_out` measures a sheet and breaks it into pages of marks; `desktop.paper.drawing` draws them.
"""

from typing import Final

from desktop.paper.drawing import PaperPage
from desktop.paper.form_layout import lay_out_form
from desktop.paper.paper_sizes import A4, Paper
from desktop.paper.sheet import Sheet
from desktop.paper.sheet_head import SheetHead
from desktop.paper.sheet_layout import SheetComposer
from desktop.paper.slip_layout import SlipComposer
from desktop.paper.slips import Slip

_CLOSER: Final = (1.36, 1.3)
"""The closer pitches of lines that are tried where a sheet needs another page for a little."""
_CLOSEST: Final = 1.25
"""The pitch that is tried last, and only where it saves the second page."""


def lay_out(sheet: SheetHead, paper: Paper = A4) -> list[PaperPage]:
    """Return the pages of a sheet; its lines stand a little closer where that saves a page.

    Raises FormFaulty where a hospital's own file of places cannot be used.
    """
    pages = _laid_out(sheet, paper)
    closest = (_CLOSEST,) if len(pages) == 2 else ()
    for leading in (*_CLOSER, *closest) if len(pages) > 1 else ():
        closer = _laid_out(sheet, paper._replace(leading=leading))
        if len(closer) < len(pages):
            return closer
    return pages


def _laid_out(sheet: SheetHead, paper: Paper) -> list[PaperPage]:
    if isinstance(sheet, Slip):
        return SlipComposer(sheet, paper).pages_of_sheet()
    assert isinstance(sheet, Sheet)
    if paper.form:
        return lay_out_form(sheet, paper)
    return SheetComposer(sheet, paper).pages_of_sheet()
