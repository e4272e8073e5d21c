"""Openers of the pages that look into the ledger: a patient, a day, a search over entries."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from core.ledger.errors import KnownError
from desktop.navigator import Navigator
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.lookup.aside import AsidePage
from desktop.presenters.lookup.day import DayPage
from desktop.presenters.lookup.entries import EntriesPage
from desktop.presenters.lookup.find import FindPage
from desktop.presenters.lookup.masked import LookupDoors, MaskedPage
from desktop.presenters.lookup.patient import PatientPage
from desktop.presenters.lookup.people import People
from desktop.presenters.lookup.person import PersonPage
from desktop.presenters.typed import tidy
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.entries import Patient

_LOOK_AGAIN: Final = 300
"""The pause until the search asks again for names that were read meanwhile (milliseconds)."""


class Lookup:
    """Opener of these pages. ``doors`` are the pages that their keys open; `desktop.pages` sets them."""

    doors: LookupDoors

    def __init__(self, session: Session, navigator: Navigator, counter_page: CounterPresenter) -> None:
        self._counter_page = counter_page
        self._session = session
        self._navigator = navigator
        self._people: People | None = None

    @property
    def people(self) -> People:
        """The people on file; the first access begins to read them."""
        if self._people is None:
            self._people = People(self._session.opened)
        return self._people

    def begin(self) -> None:
        """Read the names beside the window's work."""
        if self._session.counter is not None:
            self.people.begin()

    def stop(self) -> None:
        """Stop reading names, before the ledger is closed."""
        if self._people is not None:
            self._people.stop()
            self._people = None

    def find(self) -> None:
        """Open the search for a patient."""
        page = FindPage(self._session, self._navigator.render, self.doors, self.people)
        self._navigator.open(page)
        if not self.people.complete:
            self._follow(page)

    def _follow(self, page: FindPage) -> None:
        """Search again, while the page is open, until every name has been read."""

        def look() -> None:
            with suppress(KnownError):  # the next key says what is wrong with the ledger
                if self._people is not None and self._navigator.is_open(page) and page.catch_up():
                    self._follow(page)

        QTimer.singleShot(_LOOK_AGAIN, self._navigator, look)

    def patient(self, patient: "Patient") -> None:
        """Open a patient's page, over the list that led to it; it shows names as the list does."""
        listed = self._navigator.page
        page = PatientPage(self._session, self._navigator.render, self.doors, patient)
        if isinstance(listed, MaskedPage) and not isinstance(listed, PatientPage):
            page.whole = listed.whole
            self._navigator.over(page)
        else:
            self._navigator.open(page)

    def person(self, patient: "Patient") -> None:
        """Open the page that corrects who a patient is, over the one that shows the entries."""
        form = self._counter_page.visit
        known, typed_name = form.patient, tidy(form.texts.get("name", ""))
        refused = known is not None and known.person == patient.person and typed_name != patient.name
        page = PersonPage(
            self._session,
            self._navigator.render,
            self.doors,
            patient,
            self.people,
            typed_name if refused else "",
        )
        if isinstance(self._navigator.page, MaskedPage):
            page.whole = self._navigator.page.whole
        self._navigator.over(page)

    def aside(self) -> None:
        """Open the forms that are put aside."""
        self._navigator.open(AsidePage(self._session, self._navigator.render, self.doors))

    def day(self) -> None:
        """Open the list of what was recorded today."""
        self._navigator.open(DayPage(self._session, self._navigator.render, self.doors))

    def entries(self) -> None:
        """Open the search over all entries."""
        self._navigator.open(EntriesPage(self._session, self._navigator.render, self.doors, self.people))
