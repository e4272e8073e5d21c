"""F3: the search for a patient by a number or its end, a name, or letters; the recent ones stand first."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from desktop.presenters.lookup.masked import SEARCHES, WHOLE, LookupDoors, MaskedPage
from desktop.presenters.lookup.people import People
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.typed import tidy
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.entries import Patient

_RECENT = 12
_MOST = 50


class FindPage(MaskedPage):
    """The search for a patient."""

    name = "find"
    order = ("search",)
    takes_ids = "search"

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        doors: LookupDoors,
        people: People,
    ) -> None:
        super().__init__(session, show, doors)
        self._people = people
        self._chosen = ""
        self._found: list[Patient] = self._counter.recent_patients(_RECENT)
        self.focus("search")

    @property
    def patient(self) -> "Patient | None":
        """The patient who is chosen in the list; None: the one in the counter's form."""
        return self._counter.ledger.patients.get(self._chosen) if self._chosen else None

    def changed(self, _name: str) -> None:
        """Search anew at every keystroke."""
        text = self.texts.get("search", "").strip()
        self._chosen = ""
        self._found = self._search(text) if text else self._counter.recent_patients(_RECENT)

    def catch_up(self) -> bool:
        """Search the names that were read meanwhile, too; return whether more are to come."""
        complete, text = self._people.complete, self.texts.get("search", "").strip()
        if text and not self._chosen:
            self._found = self._search(text)
        self._show()
        return not complete

    def _search(self, text: str) -> "list[Patient]":
        """Return the patients by the names in memory; until all are read, by the ledger's index too."""
        from core.counter import each_once  # loaded with the counter

        patients: dict[str, Patient] = {}
        for key in self._people.search(text, _MOST):
            patient = self._counter.ledger.patients.get(key)
            if patient is None or not patient.identifiers:
                self._people.forget(key)
            else:
                patients[key] = patient
        if not self._people.complete:
            patients |= {one.key: one for one in self._counter.search(text) if one.key not in patients}
        return each_once((*patients.values(), *self._of_fact(tidy(text))))

    def _of_fact(self, text: str) -> "Iterator[Patient]":
        """Yield the patients of a number of the stay, the settlement or the receipt."""
        from core.ledger.search import Wanted

        if any(character.isdecimal() for character in text):
            for found in self._counter.ledger.search.entries(Wanted(fact=text), most=_RECENT):
                patient = self._counter.ledger.patients.get(found.patient)
                if patient is not None and patient.identifiers:
                    yield patient

    def enter(self, _name: str) -> None:
        """Enter: take the only patient found to the counter; among several, go into the list."""
        if len(self._found) == 1 and self.texts.get("search", "").strip():
            self._doors.take(self._found[0])
            return
        self.focus("list")
        self._show()

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a patient: begin a visit at the counter."""
        patient = self._counter.ledger.patients.get(value)
        if patient:
            self._doors.take(patient)

    def open_history(self) -> None:
        """Open the entries of the chosen patient, else of the first who was found."""
        patient = self.patient or next(iter(self._found), None)
        if patient:
            self._doors.patient(patient)

    def _row(self, patient: "Patient") -> ListRow:
        return ListRow(patient.key, (self._name(patient.name), self._numbers(patient)))

    def again(self) -> None:
        """Come back from a patient, who may have another name now: search again."""
        chosen = self._chosen
        self.changed("search")
        self._chosen = chosen if any(one.key == chosen for one in self._found) else ""
        self.focus("list" if self._found else "search")

    def drawn(self) -> PageState:
        """Return the page."""
        words, searching = self._words, bool(self.texts.get("search", "").strip())
        about = words.text("window.find.about")
        if not self._people.complete:
            about = f"{about} {words.text('window.find.reading', number=len(self._people))}"
        return PageState(
            words.text("window.find.title"),
            about,
            {"search": self._cell("search", "window.find.search")},
            (("", ("search",)),),
            columns=tuple(words.text(f"window.column.{name}") for name in ("name", "id")),
            rows=tuple(self._row(patient) for patient in self._found),
            chosen=self._chosen,
            lines=() if searching or not self._found else (words.text("window.find.recent"),),
            empty=words.text("window.find.nobody" if searching else "window.find.type"),
        )

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F7": KeyAction("window.key.F7", open_history),
        **WHOLE,
        "F11": KeyAction("window.key.F11", MaskedPage.open_opening),
        "Shift+F11": KeyAction("window.key.Shift+F11", MaskedPage.open_enrolment),
        **SEARCHES,
        **LEAVE,
    }
