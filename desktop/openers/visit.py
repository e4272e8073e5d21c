"""Openers of the pages about a visit or a patient: clauses, outlook, reversal, opening totals, enrolment."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from core.exchange import sheet_code
from core.messages import Message
from desktop.desk.long_work import LongWork
from desktop.navigator import Navigator
from desktop.presenters.counter.identity_cells import number_in
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.states import Notice
from desktop.presenters.visit.clauses import ClausesPage
from desktop.presenters.visit.enrolment import EnrolmentPage
from desktop.presenters.visit.facts import EntryFactsPage, FactsPage
from desktop.presenters.visit.opening import OpeningPage
from desktop.presenters.visit.outlook import OutlookPage
from desktop.presenters.visit.reversal import ReversalPage
from desktop.presenters.visit.sheet_page import SheetPage
from desktop.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.agreement.result_row import ResultRow
    from core.counter import WorkedOut
    from core.counter.paper_claims import PaperClaim
    from core.ledger.entries import Entry, Patient
    from core.settlement import Step
    from desktop.presenters.visit.platform import PlatformPage


class VisitPages:
    """Opener of these pages. ``print_sheet`` prints the counter's sheet, ``open_fund`` opens the fund.

    ``open_articles`` opens the documents at the article of a line.
    """

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        counter_page: CounterPresenter,
        print_sheet: "Callable[[], Notice]",
        open_fund: "Callable[[], object]",
        open_articles: "Callable[[Step | None], object]",
        work: LongWork,
        print_claim: "Callable[[Entry, PaperClaim], Notice]",
    ) -> None:
        self._session = session
        self._navigator = navigator
        self._counter_page = counter_page
        self._print_sheet = print_sheet
        self._open_fund = open_fund
        self._open_articles = open_articles
        self._work = work
        self._print_claim = print_claim

    def clauses(self) -> None:
        """Open the clauses of what is worked out at the counter."""
        worked = self._counter_page.visit.worked
        page = ClausesPage(
            self._session, self._navigator.render, worked, self._print_sheet, self._open_articles
        )
        self._navigator.open(page)

    def outlook(self) -> None:
        """Open the comparison of what is worked out at the counter."""
        worked = self._counter_page.visit.worked
        self._navigator.open(OutlookPage(self._session, self._navigator.render, worked, self._open_fund))

    def reverse(self, entry: "Entry") -> None:
        """Open the page that reverses an entry, over the list that it was chosen from."""
        page = ReversalPage(self._session, self._navigator.render, entry, self._enter_again)
        if self._navigator.at_counter:
            self._navigator.open(page)
        else:
            self._navigator.over(page)

    def _enter_again(self, patient: "Patient", entry: "Entry", reason: str) -> None:
        """Take what stood in an entry to the counter, to be corrected there."""
        self._navigator.home()
        self._counter_page.arrivals.correct(patient, entry, reason)

    def opening(self, patient: "Patient | None") -> None:
        """Open the page for a year's opening totals. None: of the patient in the counter's form."""
        known = self._known(patient)
        self._navigator.open(OpeningPage(self._session, self._navigator.render, known))

    def facts(self) -> None:
        """Open what is known of the visit at the counter beside its figures; of one that is posted, of it."""
        visit = self._counter_page.visit
        if visit.entry is not None:
            self.facts_of(visit.entry, visit.put)
            return
        self._counter_page.history.remember(visit.snapshot())
        self._navigator.over(FactsPage(self._session, self._navigator.render, visit.texts, visit.put))

    def facts_of(self, entry: "Entry", keep: "Callable[[str, str], object] | None" = None) -> None:
        """Open what is known of an entry beside its figures; of a reversal, of what it takes back.

        ``keep`` takes what was saved, None where nobody else shows it.
        """
        journal = self._session.opened.ledger.journal
        visit = entry if entry.reverses is None else journal.entry(entry.reverses)
        if visit is None or visit.settlement is None:
            self._navigator.say(Notice(self._session.words.text("window.facts.no_visit"), "wrong"))
        else:
            self._navigator.over(EntryFactsPage(self._session, self._navigator.render, visit, keep))

    def enrolment(self, patient: "Patient | None") -> None:
        """Open an enrolment account. None: of the patient in the counter's form."""
        known = self._known(patient)
        known["population"] = self._counter_page.visit.texts.get("population", "")
        self._navigator.open(EnrolmentPage(self._session, self._navigator.render, known))

    def platform(self) -> None:
        """Open the page that holds the insurer's result against the visit at the counter."""
        from desktop.presenters.visit.platform import PlatformPage  # few visits need it

        visit = self._counter_page.visit
        worked = visit.worked
        page = PlatformPage(
            self._session,
            self._navigator.render,
            None if worked is None else lambda row: self._compare(page, worked, row),
            QGuiApplication.clipboard().text,
            self._work.stop,
        )
        self._navigator.open(page)

    def _compare(self, page: "PlatformPage", worked: "WorkedOut", row: "ResultRow") -> None:
        """Hold a row of theirs against a visit, beside the window: it takes hundreds of settlements."""
        from core.agreement.one_visit import compare_visit, others_of

        visit = self._counter_page.visit
        entry = None if visit.entry is None else visit.entry.number
        others = others_of(self._session.opened, visit.known.patient, entry)
        ids = (visit.texts.get("id", ""),) if visit.texts.get("id") else ()
        page.begun()
        self._work.begin(partial(compare_visit, worked, others, ids, row), page.compared)

    def claim(self) -> None:
        """Open the page of a claim on paper, of the entry that stands at the counter."""
        from desktop.presenters.visit.paper_claim import PaperClaimPage  # few visits need it

        page = PaperClaimPage(
            self._session, self._navigator.render, self._counter_page.visit.entry, self._print_claim
        )
        self._navigator.open(page)

    def sheet(self, text: str, open_patient: "Callable[[Patient], None]") -> None:
        """Work out again the sheet whose code was read."""
        coded = sheet_code.decode(text)
        if isinstance(coded, Message):
            self._counter_page.say(Notice(self._session.words(coded), "wrong"))
            return
        self._navigator.open(SheetPage(self._session, self._navigator.render, coded, open_patient))

    def _known(self, patient: "Patient | None") -> dict[str, str]:
        """Return a patient's ``id_type``, ``id`` and ``name``. None: those that are typed at the counter."""
        form = self._counter_page.visit.texts
        if patient is None:
            known = {"id_type": form["id_type"], "id": number_in(form), "name": form.get("name", "")}
            return {name: text for name, text in known.items() if text}
        first = patient.document
        return {"id_type": first.id_type, "id": first.id, "name": patient.name}
