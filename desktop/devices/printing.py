"""Printing: what goes on a sheet, and to the system's printer, else into a PDF among the user's documents."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QStandardPaths, QTimer

from core.messages import Message, message
from core.places import MADE_UP_REGION
from core.words import languages, words
from desktop.devices import print_queue
from desktop.paper.bilingual import Both, Said
from desktop.paper.drawing import Page
from desktop.paper.form_layout import FormFaulty, name_of, ruler
from desktop.paper.layout import lay_out
from desktop.paper.output import PaperNotSaved, first_line, pages_pdf, print_pages
from desktop.paper.paper_sizes import A4, PAPERS, Paper
from desktop.paper.sheet import Around, Sheet, sheet_of
from desktop.paper.slips import Handed, code_sheet, day_end_sheet, opening_sheet, reversal_sheet
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from core.counter import WorkedOut
    from core.ledger.day_end import DayEnd
    from core.ledger.entries import Entry
    from desktop.app import Program
    from desktop.settings import Settings

_LOOK_AGAIN: Final = 2000
"""Milliseconds after which a queue that took a sheet is asked whether it prints."""
FARTHEST: Final = 20
"""The most millimetres that a form is moved."""


def print_counter(program: "Program") -> Notice:
    """F9: the estimate of what is worked out, or the entry that was just posted."""
    entry = program.presenter.visit.entry
    if entry is not None:
        return print_entry(program, entry)
    sheet = sheet_at_counter(program)
    return _nothing(program) if sheet is None else _hand_out(program, sheet)


def sheet_at_counter(program: "Program") -> Around | None:
    """The sheet of what stands at the counter, None where there is nothing yet."""
    visit, counter = program.presenter.visit, program.counter
    if visit.entry is not None and counter is not None:
        return sheet_of_entry(program, visit.entry, counter.copies(visit.entry.number) + 1)
    if visit.worked is None:
        return None
    return estimate_of(program, visit.worked, visit.texts.get("name", ""), visit.texts.get("id", ""))


def estimate_of(program: "Program", worked: "WorkedOut", name: str, id_: str) -> Sheet:
    """The sheet of an estimate, not posted."""
    return _sheet(program, worked, name, id_, program.settings.signer, None)


def print_entry(program: "Program", entry: "Entry") -> Notice:
    """An entry as it was recorded; a later copy says that it is one."""
    counter = program.counter
    assert counter is not None
    # counted before it is printed: a paper that the ledger does not know of would be a second first one
    copy = counter.printed(entry.number, program.settings.signer)
    if isinstance(copy, list):
        return Notice(program.words(copy[0].message), "wrong")
    sheet = sheet_of_entry(program, entry, copy)
    return _nothing(program) if sheet is None else _hand_out(program, sheet)


def sheet_of_entry(program: "Program", entry: "Entry", copy: int) -> Around | None:
    """The sheet of an entry of any kind, None where there is nothing to print.

    ``copy``: which copy of the entry it is, 1 for the first.
    """
    counter = program.counter
    assert counter is not None
    patient = counter.patient(entry.patient)
    name, id_ = (patient.name, patient.identifiers[0].id) if patient else ("", "")
    worked = counter.as_posted(entry.number)
    if worked is not None:
        return _sheet(program, worked, name, id_, entry.operator, entry.number, copy)
    settings = program.settings
    handed = Handed(
        sheet_words(program),
        name,
        id_,
        settings.hospital,
        (entry.region or settings.region) == MADE_UP_REGION,
        entry.operator,
        program.now(),
        copy,
        mask=not settings.whole,
    )
    if entry.reverses is not None:
        taken = counter.entry(entry.reverses)
        return None if taken is None else reversal_sheet(entry, taken, handed)
    return opening_sheet(entry, handed) if entry.settlement is None else None


def print_day_end(program: "Program", found: "DayEnd", day: date) -> Notice:
    """The end of a day on paper: ``print_day_end(program, program.counter.day_end(day), day)``."""
    return _hand_out(program, sheet_of_day(program, found, day))


def sheet_of_day(program: "Program", found: "DayEnd", day: date) -> Around:
    """The sheet of a day's totals."""
    settings = program.settings
    return day_end_sheet(
        found,
        words=sheet_words(program),
        day=day,
        hospital=settings.hospital,
        made_up=settings.region == MADE_UP_REGION,
        operator=settings.signer,
        printed_at=program.now(),
    )


def print_code(program: "Program", code: str) -> Notice:
    """The recovery code of a new ledger."""
    settings = program.settings
    return _hand_out(
        program,
        code_sheet(
            code,
            words=sheet_words(program),
            hospital=settings.hospital,
            operator=settings.signer,
            printed_at=program.now(),
        ),
    )


def drawn(program: "Program", settings: "Settings") -> list[Page]:
    """What F9 would print by some settings: the sheet at the counter, or where there is none a test print."""
    before, program.settings = program.settings, settings
    try:
        sheet = sheet_at_counter(program)
    finally:
        program.settings = before
    paper, title = paper_of(settings, program.home), program.words.text("paper.ruler")
    try:
        return ruler(paper, title) if sheet is None else lay_out(sheet, paper)
    except FormFaulty as error:
        return ruler(paper._replace(places=None), program.words(error.said))


def print_shown(program: "Program", settings: "Settings", test: bool) -> Notice:
    """Prints by some settings; ``test``: millimetres to measure by, and the places of the form's figures."""
    if test:
        title = program.words.text("paper.ruler")
        try:
            pages = ruler(paper_of(settings, program.home), title)
        except FormFaulty as error:
            return Notice(program.words(error.said), "wrong")
        return _hand_out_pages(program, pages, title)
    before, program.settings = program.settings, settings
    try:
        return print_counter(program)
    finally:
        program.settings = before


def paper_of(settings: "Settings", home: Path) -> Paper:
    """The paper that this desk prints on, moved by as much as its forms need.

    A hospital's own places on a form stand in its data folder, in ``forms/form140.toml`` and the like.
    """
    paper = PAPERS.get(settings.paper, A4)
    if not paper.form:
        return paper
    own = home / "forms" / f"{name_of(paper)}.toml"
    if own.exists():
        paper = paper._replace(places=own)
    shift = (millimetres(settings.shift_x) or 0.0, millimetres(settings.shift_y) or 0.0)
    return paper._replace(shift=shift, labels=not settings.preprinted)


def millimetres(text: str) -> float | None:
    """A typed distance, at most `FARTHEST` either way; None where it is none."""
    try:
        found = float(text.strip().replace("−", "-").replace("。", ".") or "0")
    except ValueError:
        return None
    return found if abs(found) <= FARTHEST else None


def sheet_words(program: "Program") -> Said:
    """The words of the sheets: the window's language, and Korean with it where the desk wants both."""
    own = program.words
    second = "zh" if own.language == "ko" else "ko"
    if not program.settings.second or second not in languages():
        return own
    return Both(own, words(second))


def _sheet(
    program: "Program",
    worked: "WorkedOut",
    name: str,
    id_: str,
    operator: str,
    number: int | None,
    copy: int | None = None,
) -> Sheet:
    from core import diseases
    from core.policy.shelf import made_up

    counter = program.counter
    assert counter is not None
    region = worked.policy.region
    return sheet_of(
        worked.settlement,
        words=sheet_words(program),
        patient_name=name,
        patient_id=id_,
        hospital=program.settings.hospital,
        region_name=region.name,
        made_up=made_up(region),
        claim=worked.claim,
        disease=diseases.name_of(worked.policy, worked.claim),
        operator=operator,
        printed_at=program.now(),
        entry_number=number,
        copy=copy,
        mask=not program.settings.whole,
        code=counter.sheet_code(worked, number),
    )


def _nothing(program: "Program") -> Notice:
    return Notice(program.words.text("window.nothing_to_print"), "wrong")


def _hand_out(program: "Program", sheet: Around) -> Notice:
    try:
        pages = lay_out(sheet, paper_of(program.settings, program.home))
    except FormFaulty as error:
        return Notice(program.words(error.said), "wrong")
    return _hand_out_pages(program, pages, first_line(sheet))


def _hand_out_pages(program: "Program", pages: Sequence[Page], title: str) -> Notice:
    """To the default printer; where there is none or it cannot print, into a file whose place is said."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        return _saved(program, pages, title, None)
    name = info.printerName()
    failed = print_queue.trouble(name) or send(QPrinter(info), pages, title)
    if failed is not None:
        return _saved(program, pages, title, failed)
    later = QTimer(program)
    later.setSingleShot(True)
    later.timeout.connect(partial(_look_again, program, name))
    later.timeout.connect(later.deleteLater)
    later.start(_LOOK_AGAIN)
    return Notice(program.words.text("window.printed", name=name), "done")


def send(printer: "QPrinter", pages: Sequence[Page], title: str) -> Message | None:
    """Print pages; what went wrong. Qt takes a sheet without a word for a queue that has just vanished."""
    return print_pages(pages, title, printer) or print_queue.gone(printer.printerName())


def _look_again(program: "Program", name: str) -> None:
    """A printer that has run out of paper says so only after it took the sheet."""
    found = print_queue.trouble(name)
    if found is None:
        return
    said = program.words.text("paper.queue.waiting", why=found)
    pages = program.pages
    if pages is None or pages.page is None:
        program.presenter.say(Notice(said, "wrong"))
    else:
        pages.page.notice = Notice(said, "wrong")
        pages.render()


def _saved(program: "Program", pages: Sequence[Page], title: str, why: Message | None) -> Notice:
    """Into a PDF; ``why`` the printer did not take it, None where there is none."""
    words = program.words
    file = documents() / f"{words.text('window.title')}-{program.now():%Y%m%d-%H%M%S}.pdf"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        pages_pdf(pages, title, file)
    except OSError:
        return Notice(words(message("paper.fault.file", name=file.name)), "wrong")
    except PaperNotSaved as error:
        return Notice(words(error.said), "wrong")
    if why is None:
        return Notice(words.text("window.saved_pdf", file=str(file)), "done")
    return Notice(words.text("paper.queue.saved_instead", why=why, file=str(file)), "wrong")


def documents() -> Path:
    """The user's own documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
