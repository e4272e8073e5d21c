"""The keys of the counter that open a page, print a paper or put another form in place."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from core.words import Words
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from core.ledger.entries import Entry, Patient
    from desktop.presenters.counter.arrivals import Arrivals
    from desktop.presenters.counter.open_visit import OpenVisit


class Doors(NamedTuple):
    """What opens them; the openers fill it in."""

    find: Callable[[], object]
    aside: Callable[[], object]
    put_aside: Callable[[], object]
    patient: "Callable[[Patient], object]"
    region: Callable[[], object]
    clauses: Callable[[], object]
    outlook: Callable[[], object]
    reverse: "Callable[[Entry], object]"
    opening: "Callable[[Patient | None], object]"
    facts: Callable[[], object]
    print_sheet: Callable[[], Notice]


class KeyedPage(Protocol):
    """The part of the counter's page that a key works with."""

    doors: Doors
    visit: "OpenVisit"
    arrivals: "Arrivals"
    words: Words

    def say(self, notice: Notice | None) -> None:
        """Say what was done."""


def find(page: KeyedPage) -> None:
    """Open the search for a patient."""
    page.doors.find()


def aside(page: KeyedPage) -> None:
    """Open the forms that are put aside."""
    page.doors.aside()


def put_aside(page: KeyedPage) -> None:
    """Put the form aside for later."""
    page.doors.put_aside()


def patient(page: KeyedPage) -> None:
    """Open the patient's page; where nobody is known yet, the search."""
    known = page.visit.known.patient
    if known is None:
        page.doors.find()
    else:
        page.doors.patient(known)


def region(page: KeyedPage) -> None:
    """Open the form of the region's pack."""
    page.doors.region()


def clauses(page: KeyedPage) -> None:
    """Open the clauses of what is worked out."""
    page.doors.clauses()


def outlook(page: KeyedPage) -> None:
    """Open the comparison of what is worked out."""
    page.doors.outlook()


def reverse(page: KeyedPage) -> None:
    """Open the page that reverses the entry that stands at the counter, else the patient's entries."""
    entry, known = page.visit.entry, page.visit.known.patient
    if entry is not None:
        page.doors.reverse(entry)
    elif known is not None:
        page.doors.patient(known)
    else:
        page.say(Notice(page.words.text("window.nothing_to_reverse"), "wrong"))


def opening(page: KeyedPage) -> None:
    """Open the page for the patient's opening totals."""
    page.doors.opening(page.visit.known.patient)


def facts(page: KeyedPage) -> None:
    """Open the page of what is known of the visit beside its figures."""
    page.doors.facts()


def print_sheet(page: KeyedPage) -> None:
    """Print the estimate, or the entry that was just posted."""
    page.arrivals.claim()
    page.visit.update()
    page.say(page.doors.print_sheet())


def wait_for_card(page: KeyedPage) -> None:
    """Wait for a card that is read."""
    page.arrivals.wait()


def keep_visit(page: KeyedPage) -> None:
    """Put the visit of the form before under the number that stands now."""
    page.arrivals.keep_visit()


def undo(page: KeyedPage) -> None:
    """Take back what was typed last."""
    page.arrivals.undo()


def redo(page: KeyedPage) -> None:
    """Bring back what was undone last."""
    page.arrivals.redo()
