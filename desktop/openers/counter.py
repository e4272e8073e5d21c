"""The pages that the counter's keys open, and the place where a card or a code that was read goes."""

from collections.abc import Callable

from desktop.navigator import Navigator
from desktop.openers.lookup import Lookup
from desktop.openers.rules import RulesPages
from desktop.openers.visit import VisitPages
from desktop.presenters.counter.counter_keys import Doors
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.counter.scanner import Kind, Scan
from desktop.presenters.page import CellPage
from desktop.presenters.states import Notice
from desktop.session import Session


def counter_doors(
    lookup: Lookup,
    visit: VisitPages,
    rules: RulesPages,
    print_sheet: Callable[[], Notice],
    put_aside: Callable[[], object],
) -> Doors:
    """Return the pages and papers that the counter's keys open."""
    return Doors(
        find=lookup.find,
        aside=lookup.aside,
        put_aside=put_aside,
        patient=lookup.patient,
        region=rules.region,
        clauses=visit.clauses,
        outlook=visit.outlook,
        reverse=visit.reverse,
        opening=visit.opening,
        facts=visit.facts,
        print_sheet=print_sheet,
    )


class Cards:
    """The way of a reader's text to the counter, or to the page that has a cell for it."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        counter_page: CounterPresenter,
        visit: VisitPages,
        lookup: Lookup,
    ) -> None:
        self._session = session
        self._navigator = navigator
        self._counter_page = counter_page
        self._visit = visit
        self._lookup = lookup

    def take(self, scan: Scan) -> None:
        """Take a card's number or a sheet's code. Say why, where the text has no place to go."""
        navigator, page = self._navigator, self._navigator.page
        if scan.kind is Kind.CREDENTIAL:
            self._say("window.card.credential")
        elif scan.kind is Kind.TOO_LONG:
            self._say("window.card.too_long")
        elif scan.kind is Kind.UNKNOWN:
            self._say("window.card.unknown")
        elif scan.kind in (Kind.SEVERAL, Kind.ANOTHER):
            self._say(f"window.card.{scan.kind}")
        elif scan.kind is Kind.NAME:
            if navigator.at_counter:
                self._counter_page.arrivals.named(scan.text)
        elif page.question is not None:
            self._say("window.card.question")
        elif scan.kind is Kind.SHEET:
            if self._session.counter is None:
                self._say("window.card.sheet")
            elif navigator.to_counter():
                self._visit.sheet(scan.text, self._lookup.patient)
        elif scan.kind is Kind.CARD and scan.cell in page.takes_codes:
            page.typed(scan.cell, scan.text)
            page.enter(scan.cell)
        elif isinstance(page, CellPage) and page.takes_ids:
            page.typed(page.takes_ids, scan.text)
            page.enter(page.takes_ids)
        elif navigator.to_counter():
            self._counter_page.arrivals.scanned(scan.id_type, scan.text)
            if scan.name:
                self._counter_page.arrivals.named(scan.name)

    def _say(self, id_: str) -> None:
        self._navigator.say(Notice(self._session.words.text(id_), "wrong"))
