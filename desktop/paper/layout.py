"""A sheet laid out on paper: in millimetres, the same for every device, page by page.

`lay_out` measures a sheet and breaks it into pages of marks; `desktop.paper.drawing` draws them.
"""

from collections.abc import Callable
from typing import Final

from desktop.paper.composer import AnySheet
from desktop.paper.drawing import PaperPage
from desktop.paper.form_layout import lay_out_form
from desktop.paper.paper_sizes import A4, Paper
from desktop.paper.roll_layout import LONGEST, RollComposer
from desktop.paper.sheet import Sheet, shortened
from desktop.paper.sheet_head import SheetHead
from desktop.paper.sheet_layout import SheetComposer
from desktop.paper.short_slip_layout import ShortSlipComposer
from desktop.paper.slip_layout import SlipComposer
from desktop.paper.slips import Slip, shortened_slip

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
        return _short(shortened(sheet), paper, _laid_out)
    if isinstance(sheet, Slip) and sheet.stamp and (paper.short or not paper.height):
        return _signed(sheet, paper)
    return _closer(sheet, paper)


def _closer(sheet: SheetHead, paper: Paper) -> list[PaperPage]:
    """Return the pages of a sheet, its lines closer where that saves a page."""
    pages = _laid_out(sheet, paper)
    closest = _CLOSEST if len(pages) == 2 else ()
    for leading in (*_CLOSER, *closest) if len(pages) > 1 else ():
        closer = _laid_out(sheet, paper._replace(leading=leading))
        if len(closer) < len(pages):
            return closer
    return pages


def _signed(slip: Slip, paper: Paper) -> list[PaperPage]:
    """Return a slip that the patient signs: its tables as text where they are too long for a short paper."""
    pages = _closer(slip, paper)
    return pages if _fits(pages, paper) else _short(shortened_slip(slip), paper, _as_text)


def _as_text(slip: Slip, paper: Paper) -> list[PaperPage]:
    return ShortSlipComposer(slip, paper).pages_of_sheet()


def _short(
    sheet: AnySheet, paper: Paper, laid_out: Callable[[AnySheet, Paper], list[PaperPage]]
) -> list[PaperPage]:
    """Return a short sheet on one page, its lines as close as that needs."""
    pages = laid_out(sheet, paper)
    for leading, smaller in _SHORT:
        if _fits(pages, paper):
            break
        pages = laid_out(sheet, paper._replace(leading=leading, small=paper.small - smaller))
    return pages


def _fits(pages: list[PaperPage], paper: Paper) -> bool:
    """Return True for one page that a roll, where it is one, may be as long as."""
    return len(pages) == 1 and (bool(paper.height) or pages[0].height <= LONGEST)


def _laid_out(sheet: SheetHead, paper: Paper) -> list[PaperPage]:
    if isinstance(sheet, Slip):
        return SlipComposer(sheet, paper).pages_of_sheet()
    assert isinstance(sheet, Sheet)
    if paper.form:
        return lay_out_form(sheet, paper)
    if paper.short and not paper.height:
        return RollComposer(sheet, paper).pages_of_sheet()
    return SheetComposer(sheet, paper).pages_of_sheet()
