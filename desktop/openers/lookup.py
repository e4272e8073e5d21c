"""The pages that look into the ledger: finding a patient, a patient's page, a day, a search over entries."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from core.ledger.errors import KnownError
from desktop.devices.printing import print_entry
from desktop.presenters.lookup.entries import DayPage, EntriesPage, ListedEntries
from desktop.presenters.lookup.find import FindPage
from desktop.presenters.lookup.masked import MaskedPage
from desktop.presenters.lookup.patient import PatientPage
from desktop.presenters.lookup.people import People
from desktop.presenters.page import Page
from desktop.presenters.visit.reversal import ReversalPage

if TYPE_CHECKING:
    from core.counter import Counter
    from core.ledger.entries import Patient
    from desktop.app import Program
    from desktop.pages import Pages

KEYS = {"Ctrl+D": "day", "Ctrl+F": "entries"}
_LOOK_AGAIN: Final = 300
"""How often the search looks whether more names have been read (ms)."""

_TURNS = {"PgUp": -1, "PgDn": 1}


class Lookup:
    """Opens these pages and does what their keys say; Esc goes back to the page that led to one."""

    def __init__(self, program: "Program", pages: "Pages") -> None:
        self._program = program
        self._pages = pages
        self._people: People | None = None
        self._from: FindPage | ListedEntries | None = None
        self._reversing: tuple[ReversalPage, PatientPage | ListedEntries] | None = None

    @property
    def _counter(self) -> "Counter":
        assert self._program.counter is not None
        return self._program.counter

    @property
    def people(self) -> People:
        """Everybody on file; reading them begins with the first look."""
        if self._people is None:
            self._people = People(self._counter)
        return self._people

    def begin(self) -> None:
        """Reads the names beside the window's work."""
        self.people.begin()

    def stop(self) -> None:
        """The ledger is about to be closed."""
        if self._people is not None:
            self._people.stop()
            self._people = None
        self._from = self._reversing = None

    def press(self, page: Page | None, key: str) -> bool:
        """A key over one of these pages, or one that opens one of them; whether it did something."""
        name = KEYS.get(key, key)
        if name in KEYS.values():
            if page is None or isinstance(page, FindPage | PatientPage | ListedEntries):
                (self.day if name == "day" else self.entries)()
            return True
        if isinstance(page, PatientPage | DayPage) and key in _TURNS:
            page.turn(_TURNS[key])
            return True
        if isinstance(page, PatientPage | ListedEntries) and key in ("F6", "F9"):
            self._with_entry(page, key)
            return True
        if isinstance(page, PatientPage | FindPage) and key in ("F10", "F11"):
            (self._pages.enrolment if key == "F10" else self._pages.opening)(page.patient)
            return True
        if key == "Esc" and isinstance(page, PatientPage) and self._from is not None:
            before, self._from = self._from, None
            before.again()
            self._pages.show(before)
            return True
        if key == "Esc" and self._reversing is not None and page is self._reversing[0]:
            listed, self._reversing = self._reversing[1], None
            listed.again()
            self._pages.show(listed)
            return True
        return False

    def _with_entry(self, page: PatientPage | ListedEntries, key: str) -> None:
        entry = page.entry
        if entry is None:
            return
        if key == "F6":
            reversal = self._pages.reverse(entry)
            self._reversing = reversal, page
        else:
            page.notice = print_entry(self._program, entry)
            self._pages.render()

    def find(self) -> None:
        """F3."""
        program = self._program
        page = FindPage(program.words, self._pages.render, self._counter, self.people, self._of_found)
        self._pages.show(page)
        if not self.people.complete:
            self._follow(page)

    def _follow(self, page: FindPage) -> None:
        """Looks again, while the page is open, until every name has been read."""

        def look() -> None:
            with suppress(KnownError):  # the next key says it
                if self._people is not None and self._pages.page is page and page.catch_up():
                    self._follow(page)

        QTimer.singleShot(_LOOK_AGAIN, self._program, look)

    def _of_found(self, patient: "Patient") -> None:
        page = self._pages.page
        self.patient(patient)
        self._from = page if isinstance(page, FindPage) else None

    def patient(self, patient: "Patient") -> None:
        """F7. Opened from a list it shows names as that does."""
        program, before = self._program, self._pages.page
        self._from = None
        page = PatientPage(
            program.words, self._pages.render, self._counter, program.today(), patient, self._take
        )
        page.whole = isinstance(before, MaskedPage) and before.whole
        self._pages.show(page)

    def day(self) -> None:
        """What was recorded today."""
        program = self._program
        self._pages.show(
            DayPage(program.words, self._pages.render, self._counter, program.today(), self._of_entry)
        )

    def entries(self) -> None:
        """The search over all entries."""
        program = self._program
        self._pages.show(
            EntriesPage(
                self.people,
                program.words,
                self._pages.render,
                self._counter,
                program.today(),
                self._of_entry,
            )
        )

    def _of_entry(self, key: str) -> None:
        page, patient = self._pages.page, self._counter.patient(key)
        if patient is not None:
            self.patient(patient)
            self._from = page if isinstance(page, ListedEntries) else None

    def _take(self, patient: "Patient") -> None:
        self._from = None
        self._pages.leave()
        self._program.presenter.arrivals.found(patient)
