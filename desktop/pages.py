"""The pages beside the counter, and the card reader: built once, after the first split."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.policy.packets import SUFFIX
from desktop.desk import data_export
from desktop.desk.desk import Desk
from desktop.desk.long_work import LongWork
from desktop.devices.card_reader import CardReader
from desktop.devices.printing import Printing
from desktop.navigator import Navigator
from desktop.openers.agreement import AgreementPages
from desktop.openers.counter import Cards, counter_doors
from desktop.openers.desk import DeskPages, SigningIn
from desktop.openers.desks import DesksPages
from desktop.openers.help import HelpPages
from desktop.openers.lookup import Lookup
from desktop.openers.menu import LOCK, MenuLines
from desktop.openers.model import ModelPages
from desktop.openers.reports import ReportPages
from desktop.openers.rules import RulesPages
from desktop.openers.signing import SigningPackets
from desktop.openers.tables import TablesPages
from desktop.openers.visit import VisitPages
from desktop.presenters.counter import aside
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.lookup.masked import LookupDoors
from desktop.presenters.menu import shortcuts
from desktop.presenters.working import WorkingPage
from desktop.session import Session
from desktop.startup import input_method, qt_translations
from desktop.startup.icon import icon
from desktop.views import theme
from desktop.views.system_theme import System
from desktop.views.window import application

if TYPE_CHECKING:
    from core.ledger.entries import Entry, Patient
    from core.messages import Message
    from desktop.presenters.states import Notice


class Pages:
    """Every opener of pages, and the devices, connected. No page knows this object."""

    def __init__(
        self, session: Session, navigator: Navigator, counter_page: CounterPresenter, desk: Desk
    ) -> None:
        self._session = session
        self._navigator = navigator
        self._counter_page = counter_page
        window = navigator.window
        theme.add_fonts()
        window.setWindowIcon(icon())
        qt_translations.speak(session.words.language)
        window.take_shortcuts(tuple(shortcuts()))
        self.system = System(application(), navigator)
        self.desk = desk
        self.printing = Printing(session, navigator)
        self.work = LongWork(navigator)
        self.rules = RulesPages(session, navigator, self.desk, self.work)
        self.lookup = Lookup(session, navigator, counter_page)
        self.visit = VisitPages(
            session,
            navigator,
            counter_page,
            self._print_sheet,
            self.rules.fund,
            self.rules.articles,
            self.work,
            self.printing.print_claim,
        )
        self.help = HelpPages(session, navigator, self.desk, counter_page, self.printing)
        self.signing_in = SigningIn(session, navigator, self.desk, self.printing)
        self.desk_pages = DeskPages(session, navigator, self.desk, self.printing, self.signing_in)
        self.desks = DesksPages(session, navigator, self.desk, self.printing)
        self.reports = ReportPages(session, navigator, self.work, self.lookup)
        self.tables = TablesPages(session, navigator, self.desk)
        self.agreement = AgreementPages(session, navigator, self.desk, self.visit.reverse)
        self.model = ModelPages(session, navigator, self.desk)
        self.menu = MenuLines(session, navigator, self._doers(), self._speak)
        self.cards = Cards(session, navigator, counter_page, self.visit, self.lookup)
        self.reader = CardReader(
            window,
            self._checkpoint,
            counter_page.arrivals.rewind,
            session.today,
            navigator,
            lambda: session.settings.reader,
            in_step=input_method.in_step(os.environ),
        )
        self._connect()

    def _connect(self) -> None:
        navigator, desk, counter_page = self._navigator, self.desk, self._counter_page
        self.signing_in.backups = self.desk_pages.backups
        self.lookup.doors = LookupDoors(
            day=self.lookup.day,
            entries=self.lookup.entries,
            patient=self.lookup.patient,
            person=self.lookup.person,
            take=self._take,
            same_again=self._same_again,
            take_back=self._take_back,
            reverse=self.visit.reverse,
            print_entry=self.printing.print_entry,
            facts=self.visit.facts_of,
            print_list=self.printing.print_list,
            save_list=partial(data_export.write_list, self._session),
            enrolment=self.visit.enrolment,
            opening=self.visit.opening,
        )
        counter_page.doors = counter_doors(
            self.lookup, self.visit, self.rules, self._print_sheet, self._put_aside
        )
        navigator.common = self._everywhere() | self.menu.keys
        navigator.under_questions = frozenset({LOCK})
        navigator.locked_out = self.signing_in.ask
        navigator.status = desk.status
        desk.locked.connect(self.signing_in.ask)
        desk.closing.connect(self.work.stop)
        navigator.window.closed.connect(self.work.stop)
        self.work.told.connect(self._told)
        desk.signed_in.connect(navigator.home)
        desk.backed_up.connect(self.desk_pages.backed_up)
        desk.backups.going_on.connect(self.desk_pages.backing_up)
        desk.server.changed.connect(self.desks.server_changed)
        desk.spoken.connect(self._speak_now)
        self.reader.read.connect(self.cards.take)
        self.printing.waiting.connect(navigator.say)
        navigator.window.dropped.connect(self._dropped)

    def _everywhere(self) -> dict[str, Callable[[], object]]:
        """Return what a key does on every page whose own table does not say otherwise."""
        return {
            "F1": self.help.manual,
            "F2": self._next_patient,
            "F3": partial(self._navigator.beside, self.lookup.find),
            "Shift+F3": partial(self._navigator.beside, self.lookup.aside),
            "F4": self._read_card,
            "F5": partial(self._navigator.beside, self.rules.region),
            "Esc": self._navigator.leave,
        }

    def _doers(self) -> dict[str, Callable[[], object]]:
        """Return what each line of the menu does that is no key of the footer."""
        return {
            "packet": self.rules.choose_packet,
            "fund": self.rules.fund,
            "rules": self.rules.confirm,
            "check": self.rules.check,
            "sign": SigningPackets(self._session, self._navigator).open,
            "articles": self.rules.articles,
            "measure": self.rules.measure,
            "receipts": self.rules.receipts,
            "diagnosis": self.help.diagnosis,
            "print": self.help.print_page,
            "samples": self.help.samples,
            "platform": self.visit.platform,
            "claim": self.visit.claim,
            "day": self.lookup.day,
            "entries": self.lookup.entries,
            "tables": self.tables.tables,
            "reconcile": self.agreement.reconcile,
            "statement": self.agreement.statement,
            "model": self.model.model,
            **self.desk_pages.doers,
            **self.desks.doers,
            **self.reports.doers,
        }

    def _told(self, stage: str, done: int, of: int) -> None:
        """Show on the page on top how far the work is that it waits for."""
        page = self._navigator.page
        if isinstance(page, WorkingPage):
            page.heard(stage, done, of)

    def _print_sheet(self) -> "Notice":
        """Print the estimate at the counter, or the entry that was just posted."""
        return self.printing.print_counter(self._counter_page)

    def _checkpoint(self) -> object | None:
        """Return the counter as it stands; None while a page or a question lies over it."""
        covered = not self._navigator.at_counter or self._counter_page.question is not None
        return None if covered else self._counter_page.arrivals.checkpoint()

    def _dropped(self, files: list[str]) -> None:
        """Take files that were dropped: a rule packet, else for the page of reconciliation, else a table."""
        if self._session.counter is None or not files:
            return
        if Path(files[0]).suffix == SUFFIX:
            self.rules.packet(Path(files[0]))
        elif not self.agreement.dropped(files):
            self.tables.dropped(Path(files[0]))

    def _next_patient(self) -> None:
        if self._navigator.next_patient():
            self._counter_page.new()

    def _read_card(self) -> None:
        if self._navigator.to_counter():
            self._counter_page.arrivals.wait()

    def _take(self, patient: "Patient") -> None:
        """Bring a patient from a list to the counter's form."""
        self._navigator.home()
        self._counter_page.arrivals.found(patient)

    def _same_again(self, patient: "Patient", entry: "Entry") -> None:
        """Bring a patient's visit to the counter's form, to be entered again on other days."""
        self._navigator.home()
        self._counter_page.arrivals.same_again(patient, entry)

    def _put_aside(self) -> None:
        aside.put_aside(self._counter_page, self._session)

    def _take_back(self, number: int, posted: "Entry | None") -> None:
        """Bring a form that was put aside to the counter."""
        self._navigator.home()
        aside.take_back(self._counter_page, self._session, number, posted)

    def _speak(self, language: str) -> "Message | None":
        """Speak another language, now and after the next start.

        Return why the setting could not be kept, None where it was.
        """
        self._speak_now(language)
        return self._session.remember(self._session.settings._replace(language=language))

    def _speak_now(self, language: str) -> None:
        self._session.words.speak(language)
        qt_translations.speak(language)
        self._counter_page.spoken_anew()
        self._navigator.spoken_anew()
