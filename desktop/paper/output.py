"""A sheet as a file or on a printer: the same pages, the same millimetres."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from core.messages import Message, message
from desktop.paper.layout import A4, DOTS_PER_INCH, Paper, lay_out, paint
from desktop.paper.sheet import Sheet

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class PaperNotSaved(Exception):
    """The file could not be written; ``said`` tells the user what to do. No half-written file is left."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.id)
        self.said = said


def estimate_pdf(sheet: Sheet, file: Path, paper: Paper = A4) -> None:
    """Save a sheet as a PDF: whole, or not at all. Raises PaperNotSaved."""
    try:
        _write_whole(file, pdf_of(sheet, paper))
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        said = message("paper.fault.disk_full" if full else "paper.fault.file", name=file.name or str(file))
        raise PaperNotSaved(said) from error


def print_sheet(sheet: Sheet, printer: "QPrinter", paper: Paper = A4) -> Message | None:
    """Print a sheet; what went wrong, None where the printer took every page."""
    printer.setResolution(DOTS_PER_INCH)
    printer.setFullPage(True)
    printer.setPageLayout(_page(paper))
    printer.setDocName(sheet.title)
    painter = QPainter()
    failed = message("paper.fault.printer", name=printer.printerName() or "—")
    if not painter.begin(printer):
        return failed
    taken = _paint_all(sheet, painter, printer, paper)
    return (
        None if painter.end() and taken and printer.printerState() != printer.PrinterState.Error else failed
    )


def pdf_of(sheet: Sheet, paper: Paper = A4) -> bytes:
    """A sheet as the bytes of a PDF."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS_PER_INCH)
    writer.setPageLayout(_page(paper))
    writer.setTitle(sheet.title)
    painter = QPainter(writer)
    _paint_all(sheet, painter, writer, paper)
    painter.end()
    return bytes(buffer.data().data())


def _page(paper: Paper) -> QPageLayout:
    size = QPageSize(QSizeF(paper.width, paper.height), QPageSize.Unit.Millimeter)
    layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    return layout


def _paint_all(sheet: Sheet, painter: QPainter, device: "QPdfWriter | QPrinter", paper: Paper) -> bool:
    for number, page in enumerate(lay_out(sheet, paper)):
        if number and not device.newPage():
            return False
        paint(page, painter, paper)
    return True


def _write_whole(file: Path, content: bytes) -> None:
    """Write beside the file, then put it in its place at one stroke."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=file.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
