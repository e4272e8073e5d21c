"""Printing: the system's printer where there is one, else a PDF among the user's documents."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

from core.messages import message
from core.places import MADE_UP_REGION
from desktop.paper.output import PaperNotSaved, sheet_pdf
from desktop.paper.sheet import Around, Sheet, sheet_of
from desktop.paper.slips import day_end_sheet
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.ledger.day_end import DayEnd
    from core.ledger.entries import Entry
    from desktop.app import Program


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
    sheet = sheet_of_entry(program, entry)
    if sheet is None:
        return Notice(program.words.text("window.nothing_to_print"), "wrong")
    return _hand_out(program, sheet)


def sheet_of_entry(program: "Program", entry: "Entry") -> Sheet | None:
    """The sheet of a posted entry, None where there is nothing to print."""
    counter = program.counter
    assert counter is not None
    worked = counter.as_posted(entry.number)
    if worked is None:
        return None
    patient = counter.patient(entry.patient)
    name, id_ = (patient.name, patient.identifiers[0].id) if patient else ("", "")
    return _sheet(program, worked, name, id_, entry.operator, entry.number)


def print_day_end(program: "Program", found: "DayEnd", day: date) -> Notice:
    """The end of a day on paper: ``print_day_end(program, program.counter.day_end(day), day)``."""
    settings = program.settings
    sheet = day_end_sheet(
        found,
        words=program.words,
        day=day,
        hospital=settings.hospital,
        made_up=settings.region == MADE_UP_REGION,
        operator=settings.operator,
        printed_at=program.now(),
    )
    return _hand_out(program, sheet)


def _sheet(
    program: "Program",
    worked: "WorkedOut",
    name: str,
    id_: str,
    operator: str,
    number: int | None,
    copy: int | None = None,
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


def _hand_out(program: "Program", sheet: Around) -> Notice:
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
        sheet_pdf(sheet, file)
    except OSError:
        return Notice(words(message("paper.fault.file", name=file.name)), "wrong")
    except PaperNotSaved as error:
        return Notice(words(error.said), "wrong")
    return Notice(words.text("window.saved_pdf", file=str(file)), "done")


def documents() -> Path:
    """The user's own documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
