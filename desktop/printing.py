"""Printing: the system's printer where there is one, else a PDF among the user's documents."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

from core.messages import message
from desktop.paper.output import PaperNotSaved, estimate_pdf
from desktop.paper.sheet import Sheet, sheet_of
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.ledger.entries import Entry
    from desktop.app import Program
    from desktop.paper.listing import Listing


def print_counter(program: "Program") -> Notice:
    """F9: the estimate of what is worked out, or the entry that was just posted."""
    presenter = program.presenter
    if presenter.entry is not None:
        return print_entry(program, presenter.entry)
    if presenter.worked is None:
        return Notice(program.words.text("window.nothing_to_print"), "wrong")
    form = presenter.form
    return _hand_out(
        program, estimate_of(program, presenter.worked, form.get("name", ""), form.get("id", ""))
    )


def estimate_of(program: "Program", worked: "WorkedOut", name: str, id_: str) -> Sheet:
    """The sheet of an estimate, not posted."""
    return _sheet(program, worked, name, id_, program.settings.operator, None)


def print_entry(program: "Program", entry: "Entry") -> Notice:
    """A posted entry as it was settled; a later copy says that it is one."""
    counter = program.counter
    assert counter is not None
    if counter.as_posted(entry.number) is None:
        return Notice(program.words.text("window.nothing_to_print"), "wrong")
    # counted before it is printed: a paper that the ledger does not know of would be a second first one
    copy = counter.printed(entry.number, program.settings.operator)
    if isinstance(copy, list):
        return Notice(program.words(copy[0].message), "wrong")
    sheet = sheet_of_entry(program, entry, copy)
    assert sheet is not None
    return _hand_out(program, sheet)


def sheet_of_entry(program: "Program", entry: "Entry", copy: int = 1) -> Sheet | None:
    """The sheet of a posted entry, None where there is nothing to print; ``copy`` 1 is the first one."""
    counter = program.counter
    assert counter is not None
    worked = counter.as_posted(entry.number)
    if worked is None:
        return None
    patient = counter.patient(entry.patient)
    name, id_ = (patient.name, patient.identifiers[0].id) if patient else ("", "")
    return _sheet(program, worked, name, id_, entry.operator, entry.number, copy if copy > 1 else 0)


def _sheet(
    program: "Program",
    worked: "WorkedOut",
    name: str,
    id_: str,
    operator: str,
    number: int | None,
    copy: int = 0,
) -> Sheet:
    from core.policy.shelf import made_up

    region = worked.policy.region
    return sheet_of(
        worked.settlement,
        words=program.words,
        patient_name=name,
        patient_id=id_,
        hospital=program.settings.hospital,
        region_name=region.name,
        made_up=made_up(region),
        claim=worked.claim,
        operator=operator,
        printed_at=program.now(),
        entry_number=number,
        copy=copy,
    )


def hand_out_listing(program: "Program", listing: "Listing") -> Notice:
    """A plain sheet to the default printer, or into a file whose place is said."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    from desktop.paper.listing import pdf_of, print_listing

    words = program.words
    info = QPrinterInfo.defaultPrinter()
    if not info.isNull():
        printer = QPrinter(info)
        failed = print_listing(listing, printer)
        if failed is None:
            return Notice(words.text("window.printed", name=printer.printerName()), "done")
        return Notice(words(failed), "wrong")
    file = documents() / f"{listing.title}-{program.now():%Y%m%d-%H%M%S}.pdf"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pdf_of(listing))
    except OSError:
        return Notice(words(message("paper.fault.file", name=file.name)), "wrong")
    return Notice(words.text("window.saved_pdf", file=str(file)), "done")


def _hand_out(program: "Program", sheet: Sheet) -> Notice:
    """To the default printer, or into a file whose place is said."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    from desktop.paper.output import print_sheet

    words = program.words
    info = QPrinterInfo.defaultPrinter()
    if not info.isNull():
        printer = QPrinter(info)
        failed = print_sheet(sheet, printer)
        if failed is None:
            return Notice(words.text("window.printed", name=printer.printerName()), "done")
        return Notice(words(failed), "wrong")
    file = documents() / f"{words.text('window.title')}-{program.now():%Y%m%d-%H%M%S}.pdf"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        estimate_pdf(sheet, file)
    except OSError:
        return Notice(words(message("paper.fault.file", name=file.name)), "wrong")
    except PaperNotSaved as error:
        return Notice(words(error.said), "wrong")
    return Notice(words.text("window.saved_pdf", file=str(file)), "done")


def documents() -> Path:
    """The user's own documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
