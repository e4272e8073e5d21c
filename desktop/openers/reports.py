"""Openers of the office's reports: made and saved beside the window, each cell leading to its entries."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.messages import Message
from desktop.desk import documents_folder
from desktop.desk.long_work import LongWork
from desktop.navigator import Navigator
from desktop.openers.lookup import Lookup
from desktop.session import Session

if TYPE_CHECKING:
    from core.reports.making import ReportAsked
    from core.reports.report_files import Report
    from core.reports.report_form import ReportForm
    from core.tables.watch import Watch
    from desktop.presenters.reports.report import ReportPage, Summed
    from desktop.presenters.reports.reports import ReportsPage

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
        from desktop.presenters.reports.reports import ReportsPage  # read with the first of them

        def make(asked: "ReportAsked") -> None:
            self._make(page, asked)

        page = ReportsPage(self._session, self._navigator.render, make, self._work.stop)
        self._navigator.open(page)

    # ---- a report

    def _make(self, page: "ReportsPage | ReportPage", asked: "ReportAsked") -> None:
        """Make a report, and show it over the page that asked for it or in its own place."""
        from core.ledger.ledger import Ledger
        from core.reports.making import allowed, filled

        counter = self._session.opened
        form = allowed(counter, asked)
        if isinstance(form, list):
            page.blame(form[0].message)
            return
        path, key = counter.ledger.path, counter.ledger.key

        def read(form: "ReportForm", watch: "Watch") -> "Report":
            apart = Ledger(path, _PATIENCE, key=key, create=False, heads=False)
            try:
                return filled(counter, apart, asked, form, watch)
            finally:
                apart.close()

        self._asked = asked
        page.begun()
        self._work.begin(partial(read, form), partial(self._made, page))

    def _made(self, page: "ReportsPage | ReportPage", report: "Report | Message") -> None:
        from desktop.presenters.reports.report import ReportDoors, ReportPage

        if isinstance(report, Message):
            page.blame(report)
            return
        if isinstance(page, ReportPage):
            page.take(report)
        page.done(None)
        if isinstance(page, ReportPage) or not self._navigator.is_open(page):
            return
        doors = ReportDoors(
            summed=self._summed,
            person=self._person,
            plot=self._plot,
            turn=lambda by: self._turn(shown, by),
            save=lambda ending: self._save(shown, ending),
            stop=self._work.break_off,
        )
        shown = ReportPage(self._session, self._navigator.render, report, doors)
        self._navigator.over(shown)

    def _turn(self, page: "ReportPage", by: int) -> None:
        """Make the same report of the days before (-1) or after (1)."""
        from desktop.presenters.reports.spans import neighbour

        assert self._asked is not None
        span = neighbour(page.span, by)
        if span is None:
            page.blame(Message("fault.day.unknown"))
        else:
            self._make(page, self._asked._replace(first=span.first, last=span.last))

    def _save(self, page: "ReportPage", ending: str) -> None:
        from core.reports.making import keep_report
        from core.words import words

        report, language = page.report, self._session.words.language
        desk = f"-{report.desk.code}" if report.desk else ""
        named = f"{report.title(language)}-{report.first:%Y%m%d}-{report.last:%Y%m%d}{desk}{ending}"
        folder = documents_folder.documents()
        file = documents_folder.unused(folder / named)

        def write(watch: "Watch") -> Message | None:
            folder.mkdir(parents=True, exist_ok=True)
            fault = keep_report(report, file, words(language), watch)
            return None if fault is None else fault.message

        page.begun()
        self._work.begin(write, lambda fault: page.saved(fault, str(file)), stands=True)

    # ---- what is behind it

    def _plot(self, report: "Report") -> None:
        from desktop.presenters.reports.plot import PlotPage

        self._navigator.over(PlotPage(self._session, self._navigator.render, report, self._summed))

    def _summed(self, cell: "Summed") -> None:
        from desktop.presenters.lookup.summed import SummedPage

        self._navigator.over(SummedPage(self._session, self._navigator.render, self._lookup.doors, cell))

    def _person(self, key: str) -> None:
        patient = self._session.opened.ledger.patients.get(key)
        if patient is not None:
            self._lookup.patient(patient)
