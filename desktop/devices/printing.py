"""Sheets on their way to the system's printer, or into a PDF where it cannot print."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.messages import Message, message
from desktop.desk import documents_folder
from desktop.devices import print_queue
from desktop.devices.sheets_of_desk import (
    paper_of,
    sheet_at_counter,
    sheet_of_acts,
    sheet_of_claim,
    sheet_of_code,
    sheet_of_day,
    sheet_of_entry,
    sheet_of_list,
    sheet_of_meeting,
)
from desktop.paper.drawing import PaperPage
from desktop.paper.form_layout import FormFaulty
from desktop.paper.layout import lay_out
from desktop.paper.letters import lacking
from desktop.paper.output import PaperNotSaved, first_line, pages_pdf, print_pages
from desktop.paper.ruler import ruler
from desktop.paper.sheet_head import SheetHead
from desktop.paper.wide_paper import wide_paper
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from core.counter.paper_claims import PaperClaim
    from core.ledger.day_end import DayEnd
    from core.ledger.entries import Entry
    from desktop.presenters.counter.presenter import CounterPresenter
    from desktop.presenters.desk.trail import ActSheet
    from desktop.presenters.lookup.entry_list import EntryList
    from desktop.session import Session
    from desktop.settings import Settings

_LOOK_AGAIN: Final = 2000
"""Milliseconds after which a queue that took a sheet is asked whether it prints."""


class Printing(QObject):
    """The printing of this desk's sheets. Each print answers a notice of its outcome.

    Where settings may be given, None stands for those that are kept.
    ``waiting`` tells later, by a notice, that a printer took a sheet and does not print it.

    A sheet with characters that no font has is not printed before that was told: the same print once more is.
    """

    waiting = Signal(object)

    def __init__(self, session: "Session", parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._told: tuple[str, str] | None = None

    # ---- sheets

    def print_counter(self, presenter: "CounterPresenter", settings: "Settings | None" = None) -> Notice:
        """Print the estimate that is worked out, or the entry that was just posted."""
        entry = presenter.visit.entry
        if entry is not None:
            return self.print_entry(entry, settings)
        settings = settings or self._session.settings
        sheet = sheet_at_counter(self._session, settings, presenter)
        return self._lacking(sheet) or self._print(sheet, settings)

    def print_entry(self, entry: "Entry", settings: "Settings | None" = None) -> Notice:
        """Print an entry as it was recorded; a later copy says that it is one."""
        settings = settings or self._session.settings
        counter = self._session.opened
        expected = counter.ledger.trail.copies(entry.number) + 1
        sheet = sheet_of_entry(self._session, settings, entry, expected)
        untold = self._lacking(sheet)
        if untold is not None:
            return untold
        # counted before it is printed: a paper that the ledger does not know of would be a second first one
        copy = counter.printed(entry.number, settings.signer)
        if isinstance(copy, list):
            return self._wrong(copy[0].message)
        if copy != expected:  # another window printed it meanwhile
            sheet = sheet_of_entry(self._session, settings, entry, copy)
        return self._print(sheet, settings)

    def print_day_end(self, day_end: "DayEnd", day: date) -> Notice:
        """Print a day's totals; ``day_end`` is `Counter.day_end(day)`."""
        settings = self._session.settings
        return self._print(sheet_of_day(self._session, settings, day_end, day), settings)

    def print_acts(self, sheet: "ActSheet") -> Notice:
        """Print a list of acts, across the paper."""
        slip = sheet_of_acts(self._session, self._session.settings, sheet)
        return self.hand_out(lay_out(slip, wide_paper(slip)), first_line(slip))

    def print_list(self, listed: "EntryList") -> Notice:
        """Print a list of entries, across the paper."""
        sheet = sheet_of_list(self._session, self._session.settings, listed)
        return self.hand_out(lay_out(sheet, wide_paper(sheet)), first_line(sheet))

    def print_claim(self, entry: "Entry", claim: "PaperClaim") -> Notice:
        """Print the receipt of a claim's papers."""
        settings = self._session.settings
        return self._print(sheet_of_claim(self._session, settings, entry, claim), settings)

    def print_meeting(self, lines: Sequence[tuple[str, ...]]) -> Notice:
        """Print the receipt of a meeting with other ledgers: how far each goes, with the heads of both."""
        settings = self._session.settings
        return self._print(sheet_of_meeting(self._session, settings, lines), settings)

    def print_code(self, code: str, of: str = "code") -> Notice:
        """Print a new recovery code, the ledger's or the server's (``server_code``); never into a file."""
        settings = self._session.settings
        return self._print(sheet_of_code(self._session, settings, code, of), settings, secret=True)

    def print_ruler(self, settings: "Settings") -> Notice:
        """Print millimetres to measure a paper by, and the places of a form's figures."""
        title = self._session.words.text("paper.ruler")
        try:
            pages = ruler(paper_of(settings, self._session.home), title)
        except FormFaulty as error:
            return self._wrong(error.said)
        return self.hand_out(pages, title)

    def _lacking(self, sheet: SheetHead | None) -> Notice | None:
        """Return what is to be told before a sheet is printed; None where nothing is, or it was told."""
        letters = "" if sheet is None else lacking(sheet)
        told, self._told = self._told, None
        if sheet is None or not letters or told == (sheet.person, letters):
            return None
        self._told = (sheet.person, letters)
        return self._wrong(message("paper.fault.letters", letters=letters))

    def _print(self, sheet: SheetHead | None, settings: "Settings", *, secret: bool = False) -> Notice:
        if sheet is None:
            return self._wrong(message("window.nothing_to_print"))
        try:
            pages = lay_out(sheet, paper_of(settings, self._session.home))
        except FormFaulty as error:
            return self._wrong(error.said)
        return self.hand_out(pages, first_line(sheet), secret=secret)

    # ---- pages

    def hand_out(self, pages: Sequence[PaperPage], title: str, *, secret: bool = False) -> Notice:
        """Send pages to the default printer, or save a PDF where there is none or it cannot print.

        ``secret``: what stands on them opens the ledger, so they are printed or nothing.
        """
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

        info = QPrinterInfo.defaultPrinter()
        if info.isNull():
            return self._not_written(None) if secret else self._save(pages, title, None)
        name = info.printerName()
        fault = print_queue.trouble(name) or send(QPrinter(info), pages, title)
        if fault is not None:
            return self._not_written(fault) if secret else self._save(pages, title, fault)
        later = QTimer(self)
        later.setSingleShot(True)
        later.timeout.connect(partial(self._look_again, name))
        later.timeout.connect(later.deleteLater)
        later.start(_LOOK_AGAIN)
        return Notice(self._session.words.text("window.printed", name=name), "done")

    def _not_written(self, why: Message | None) -> Notice:
        """Say that a secret was neither printed nor written; ``why``: what hinders the printer."""
        if why is None:
            return self._wrong(message("window.code.no_printer"))
        return self._wrong(message("window.code.not_printed", why=why))

    def _look_again(self, name: str) -> None:
        """Ask once more: a printer that has run out of paper says so only after it took the sheet."""
        fault = print_queue.trouble(name)
        if fault is not None:
            self.waiting.emit(self._wrong(message("paper.queue.waiting", why=fault)))

    def _save(self, pages: Sequence[PaperPage], title: str, why: Message | None) -> Notice:
        """Save pages as a PDF of a new name; ``why`` no printer took them, None where there is none."""
        words = self._session.words
        name = f"{words.text('window.title')}-{self._session.now():%Y%m%d-%H%M%S}.pdf"
        try:
            file = documents_folder.unused(documents_folder.documents() / name)
            file.parent.mkdir(parents=True, exist_ok=True)
            pages_pdf(pages, title, file)
        except OSError:
            return self._wrong(message("paper.fault.file", name=name))
        except PaperNotSaved as error:
            return self._wrong(error.said)
        if why is not None:
            return self._wrong(message("paper.queue.saved_instead", why=why, file=str(file)))
        return Notice(words.text("window.saved_pdf", file=str(file)), "done")

    def _wrong(self, fault: Message) -> Notice:
        return Notice(self._session.words(fault), "wrong")


def send(printer: "QPrinter", pages: Sequence[PaperPage], title: str) -> Message | None:
    """Print pages. Return what went wrong, None where the printer took every page.

    Qt takes a sheet without a word for a queue that has just vanished, so the queue is asked again.
    """
    return print_pages(pages, title, printer) or print_queue.gone(printer.printerName())
