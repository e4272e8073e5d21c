"""A sheet as a file or on a printer: the same pages, the same millimetres."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from core.files import why_failed, write_whole
from core.messages import Message, message
from desktop.paper.drawing import DOTS_PER_INCH, PaperPage, paint
from desktop.paper.layout import lay_out
from desktop.paper.paper_sizes import A4, Paper
from desktop.paper.sheet_head import SheetHead

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class PaperNotSaved(Exception):
    """The file could not be written; ``said`` tells the user what to do. No half-written file is left.

    ``number`` is that of the system's error, None where it gave none.
    """

    def __init__(self, said: Message, number: int | None = None) -> None:
        super().__init__(said.id)
        self.said = said
        self.number = number


def sheet_pdf(sheet: SheetHead, file: Path, paper: Paper = A4) -> None:
    """Save a sheet as a PDF: whole, or not at all. Raises PaperNotSaved."""
    pages_pdf(lay_out(sheet, paper), first_line(sheet), file)


def pages_pdf(pages: Sequence[PaperPage], title: str, file: Path) -> None:
    """Save pages that are laid out as a PDF: whole, or not at all. Raises PaperNotSaved."""
    try:
        write_whole(file, _pdf(pages, title))
    except OSError as error:
        said = why_failed(error, file.name or str(file), "paper.fault.file")
        raise PaperNotSaved(said, error.errno) from error


def print_sheet(sheet: SheetHead, printer: "QPrinter", paper: Paper = A4) -> Message | None:
    """Print a sheet. Return what went wrong, None where the printer took every page."""
    return print_pages(lay_out(sheet, paper), first_line(sheet), printer)


def print_pages(pages: Sequence[PaperPage], title: str, printer: "QPrinter") -> Message | None:
    """Print pages that are laid out. Return what went wrong, None where the printer took every one."""
    printer.setResolution(DOTS_PER_INCH)
    printer.setFullPage(True)
    printer.setPageLayout(_page(pages[0]))
    printer.setDocName(title)
    painter = QPainter()
    failed = message("paper.fault.printer", name=printer.printerName() or "—")
    if not painter.begin(printer):
        return failed
    painted = _paint_all(pages, painter, printer)
    sound = painter.end() and painted and printer.printerState() != printer.PrinterState.Error
    return None if sound else failed


def pdf_of(sheet: SheetHead, paper: Paper = A4) -> bytes:
    """Return a sheet as the bytes of a PDF."""
    return _pdf(lay_out(sheet, paper), first_line(sheet))


def _pdf(pages: Sequence[PaperPage], title: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS_PER_INCH)
    writer.setPageLayout(_page(pages[0]))
    writer.setTitle(title)
    painter = QPainter(writer)
    _paint_all(pages, painter, writer)
    painter.end()
    return bytes(buffer.data().data())


def first_line(sheet: SheetHead) -> str:
    """Return a sheet's title in its first language."""
    return sheet.title.partition("\n")[0]


def _page(page: PaperPage) -> QPageLayout:
    size = QPageSize(QSizeF(page.width, page.height), QPageSize.Unit.Millimeter)
    layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    return layout


def _paint_all(pages: Sequence[PaperPage], painter: QPainter, device: "QPdfWriter | QPrinter") -> bool:
    """Paint every page; False where the device refuses another page."""
    for number, page in enumerate(pages):
        if number and not device.newPage():
            return False
        paint(page, painter)
    return True
