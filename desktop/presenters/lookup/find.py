"""F3: looking for a patient by a number or its end, a name, or letters; the recent ones stand there first."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.presenters.lookup.masked import LINES, SEARCHES, WHOLE, Doors, MaskedPage
from desktop.presenters.lookup.people import People
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.states import ListRow, PageState
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
    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        **WHOLE,
        "F10": KeyAction("window.key.find.F10", MaskedPage.open_enrolment),
        "F11": KeyAction("window.key.F11", MaskedPage.open_opening),
        **SEARCHES,
        **LEAVE,
        **LINES,
    }

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        doors: Doors,
        people: People,
    ) -> None:
        super().__init__(session, show, doors)
        self._people = people
        self._chosen = ""
        self._found: list[Patient] = self._counter.recent_patients(_RECENT)
        self.focus("search")

    @property
    def patient(self) -> "Patient | None":
        """The one who is chosen in the list, None: whoever stands in the counter's form."""
        return self._counter.ledger.patients.get(self._chosen) if self._chosen else None

    def changed(self, _name: str) -> None:
        """The search follows every keystroke."""
        text = self.texts.get("search", "").strip()
        self._chosen = ""
        self._found = self._search(text) if text else self._counter.recent_patients(_RECENT)

    def catch_up(self) -> bool:
        """Shows whom the names that were read meanwhile tell; whether more of them are to come."""
        complete, text = self._people.complete, self.texts.get("search", "").strip()
        if text and not self._chosen:
            self._found = self._search(text)
        self._show()
        return not complete

    def _search(self, text: str) -> "list[Patient]":
        """Those whom the names in memory tell, and what the ledger's own index finds before they are read."""
        found: dict[str, Patient] = {}
        for key in self._people.search(text, _MOST):
            patient = self._counter.ledger.patients.get(key)
            if patient is None or not patient.identifiers:
                self._people.forget(key)
            else:
                found[key] = patient
        if not self._people.complete:
            found |= {one.key: one for one in self._counter.search(text) if one.key not in found}
        return list(found.values())

    def enter(self, _name: str) -> None:
        """Enter in the search: the only one found is opened, among several one chooses."""
        if len(self._found) == 1 and self.texts.get("search", "").strip():
            self._doors.patient(self._found[0])
            return
        self.focus("list")
        self._show()

    def picked(self, value: str) -> None:
        """A row was reached by the arrows."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a patient shows the entries."""
        found = self._counter.ledger.patients.get(value)
        if found:
            self._doors.patient(found)

    def _row(self, patient: "Patient") -> ListRow:
        return ListRow(patient.key, (self._name(patient.name), self._numbers(patient)))

    def again(self) -> None:
        """Back from a patient: the search stands as it was left."""
        self.focus("list" if self._found else "search")

    def drawn(self) -> PageState:
        """The page."""
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
