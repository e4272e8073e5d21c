"""Openers of the office's reports: made and saved beside the window, each cell leading to its entries."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.ledger.ledger import Ledger
from core.messages import Message
from core.reports.making import ReportAsked, allowed, filled, keep_report
from core.reports.report_files import Report
from core.words import words
from desktop.desk import documents_folder
from desktop.desk.long_work import LongWork
from desktop.navigator import Navigator
from desktop.openers.lookup import Lookup
from desktop.presenters.lookup.summed import SummedPage
from desktop.presenters.reports.plot import PlotPage
from desktop.presenters.reports.report import ReportDoors, ReportPage, Summed
from desktop.presenters.reports.reports import ReportsPage
from desktop.presenters.reports.spans import neighbour
from desktop.session import Session

if TYPE_CHECKING:
    from core.reports.report_form import ReportForm
    from core.tables.watch import Watch

_PATIENCE = 3.0
"""How long a report waits for another process (seconds)."""


class ReportPages:
    """Opener of these pages. ``doers`` are their lines of the menu."""

    def __init__(self, session: Session, navigator: Navigator, work: LongWork, lookup: Lookup) -> None:
        self._session = session
        self._navigator = navigator
        self._lookup = lookup
        self._asked: ReportAsked | None = None
        self._work = work
        self.doers: dict[str, Callable[[], object]] = {"reports": self.reports}

    def reports(self) -> None:
        """Open the list of the kinds of reports."""
        page = ReportsPage(self._session, self._navigator.render, self._make, self._work.stop)
        self._navigator.open(page)

    # ---- a report

    def _make(self, asked: ReportAsked) -> None:
        """Make a report, and show it over the page that asked for it or in its own place."""
        page, counter = self._navigator.page, self._session.opened
        assert isinstance(page, ReportsPage | ReportPage)
        form = allowed(counter, asked)
        if isinstance(form, list):
            page.blame(form[0].message)
            return
        path, key = counter.ledger.path, counter.ledger.key

        def read(form: "ReportForm", watch: "Watch") -> Report:
            apart = Ledger(path, _PATIENCE, key=key, create=False, heads=False)
            try:
                return filled(counter, apart, asked, form, watch)
            finally:
                apart.close()

        self._asked = asked
        page.begun()
        self._work.begin(partial(read, form), partial(self._made, page))

    def _made(self, page: ReportsPage | ReportPage, report: Report | Message) -> None:
        if isinstance(report, Message):
            page.blame(report)
            return
        if isinstance(page, ReportPage):
            page.take(report)
        page.done(None)
        if isinstance(page, ReportPage) or not self._navigator.is_open(page):
            return
        doors = ReportDoors(self._summed, self._person, self._plot, self._turn, self._save, self._work.stop)
        self._navigator.over(ReportPage(self._session, self._navigator.render, report, doors))

    def _turn(self, by: int) -> None:
        """Make the same report of the days before (-1) or after (1)."""
        page = self._navigator.page
        assert isinstance(page, ReportPage)
        assert self._asked is not None
        span = neighbour(page.span, by)
        if span is None:
            page.blame(Message("fault.day.unknown"))
        else:
            self._make(self._asked._replace(first=span.first, last=span.last))

    def _save(self, ending: str) -> None:
        page, report = self._navigator.page, self._report()
        assert isinstance(page, ReportPage)
        language = self._session.words.language
        named = f"{report.title(language)}-{report.first:%Y%m%d}-{report.last:%Y%m%d}{ending}"
        folder = documents_folder.documents()
        file = documents_folder.unused(folder / named)

        def write(watch: "Watch") -> Message | None:
            folder.mkdir(parents=True, exist_ok=True)
            fault = keep_report(report, file, words(language), watch)
            return None if fault is None else fault.message

        page.begun()
        self._work.begin(write, lambda fault: page.saved(fault, str(file)))

    def _report(self) -> Report:
        page = self._navigator.page
        assert isinstance(page, ReportPage)
        return page.report

    # ---- what is behind it

    def _plot(self, report: Report) -> None:
        self._navigator.over(PlotPage(self._session, self._navigator.render, report, self._summed))

    def _summed(self, cell: Summed) -> None:
        self._navigator.over(SummedPage(self._session, self._navigator.render, self._lookup.doors, cell))

    def _person(self, key: str) -> None:
        patient = self._session.opened.ledger.patients.get(key)
        if patient is not None:
            self._lookup.patient(patient)
