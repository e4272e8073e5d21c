"""Where a scan goes: into the counter's form, into the open page, or onto the page of a sheet."""

from typing import TYPE_CHECKING

from desktop.presenters.counter.scanner import Kind, Scan
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from desktop.app import Program


def deliver(program: "Program", scan: Scan) -> None:
    """Hand a scan to the page that takes it, or say why none does."""
    pages = program.pages
    assert pages is not None
    page = pages.page
    fault = ""
    if scan.kind is Kind.CREDENTIAL:
        fault = "window.card.credential"
    elif program.window.question.isVisible():
        fault = "window.card.question"
    elif scan.kind is Kind.SHEET and program.counter is None:
        fault = "window.card.sheet"
    elif scan.kind is Kind.SHEET:
        if pages.to_counter():
            pages.sheet(scan.text)
    elif page is not None and page.takes_ids:
        page.typed(page.takes_ids, scan.text)
        page.enter(page.takes_ids)
    elif pages.to_counter():
        program.presenter.scanned(scan.id_type, scan.text)
    if fault:
        pages.say(Notice(program.words.text(fault), "wrong"))
