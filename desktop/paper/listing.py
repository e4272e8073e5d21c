"""A plain sheet: a heading, a table, some lines. For the day's end and the recovery code."""

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from core.messages import Message, message
from desktop.views import theme

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_DOTS_PER_INCH: Final = 600
_MARGIN: Final = 14.0
"""Of an A4 page, millimetres."""

_POINTS: Final = 9


class Listing(NamedTuple):
    """A sheet's texts. ``numbers``: the columns that stand right; a table without columns is left out."""

    title: str
    facts: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    numbers: frozenset[int] = frozenset()


def pdf_of(listing: Listing) -> bytes:
    """A sheet as the bytes of a PDF."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setPageLayout(_page())
    writer.setTitle(listing.title)
    _document(listing, writer).print_(writer)
    return bytes(buffer.data().data())


def print_listing(listing: Listing, printer: "QPrinter") -> Message | None:
    """Prints a sheet; what went wrong, None where the printer took it."""
    printer.setResolution(_DOTS_PER_INCH)
    printer.setPageLayout(_page())
    printer.setDocName(listing.title)
    _document(listing, printer).print_(printer)
    bad = (printer.PrinterState.Error, printer.PrinterState.Aborted)
    if printer.printerState() in bad:
        return message("paper.fault.printer", name=printer.printerName() or "—")
    return None


def _page() -> QPageLayout:
    size = QPageSize(QPageSize.PageSizeId.A4)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN))


def _document(listing: Listing, device: "QPdfWriter | QPrinter") -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(device)
    font = QFont(theme.FAMILY)
    font.setPointSize(_POINTS)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setPageSize(QSizeF(device.width(), device.height()))  # else Qt adds page numbers
    document.setHtml(_html(listing))
    return document


def _html(listing: Listing) -> str:
    def row(texts: tuple[str, ...], tag: str) -> str:
        cells = (
            f'<{tag} align="{"right" if at in listing.numbers else "left"}">{escape(text)}</{tag}>'
            for at, text in enumerate(texts)
        )
        return f"<tr>{''.join(cells)}</tr>"

    table = ""
    if listing.columns:
        rows = "".join(row(texts, "td") for texts in listing.rows)
        table = (
            '<table width="100%" cellspacing="0" cellpadding="3" border="1" '
            f'style="border-collapse: collapse">{row(listing.columns, "th")}{rows}</table>'
        )
    facts = "　".join(escape(fact) for fact in listing.facts if fact)
    lines = "".join(f"<p>{escape(line)}</p>" for line in listing.lines)
    return f"<h2>{escape(listing.title)}</h2><p>{facts}</p>{table}{lines}"
