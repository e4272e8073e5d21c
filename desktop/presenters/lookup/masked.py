"""Pages that list people: names and numbers with their middle hidden, until a key asks for them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from core.masking import masked_name
from desktop.presenters.page import KeyAction
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice
from desktop.presenters.typed import masked
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.entries import Entry, Patient
    from desktop.presenters.lookup.entry_list import EntryList


class LookupDoors(NamedTuple):
    """The pages and acts that the keys of these pages lead to; `desktop.pages` fills it in."""

    day: Callable[[], object]
    entries: Callable[[], object]
    patient: "Callable[[Patient], object]"
    person: "Callable[[Patient], object]"
    take: "Callable[[Patient], object]"
    same_again: "Callable[[Patient, Entry], object]"
    take_back: "Callable[[int, Entry | None], object]"
    reverse: "Callable[[Entry], object]"
    print_entry: "Callable[[Entry], Notice]"
    facts: "Callable[[Entry], object]"
    print_list: "Callable[[EntryList], Notice]"
    save_list: "Callable[[EntryList], Notice]"
    enrolment: "Callable[[Patient | None], object]"
    opening: "Callable[[Patient | None], object]"


class MaskedPage(PlainPage):
    """Ctrl+N shows names and numbers whole, or hides them again; a page opens with them hidden."""

    whole = False
    keeps = True

    def __init__(self, session: Session, show: Callable[[], None], doors: LookupDoors) -> None:
        super().__init__(session, show)
        self._counter = session.opened
        self._doors = doors

    @property
    def patient(self) -> "Patient | None":
        """The patient whom the keys are about; None: the one in the counter's form."""
        return None

    @property
    def entry(self) -> "Entry | None":
        """The entry that a key would print or reverse; None where none is chosen."""
        return None

    def turn_whole(self) -> None:
        """Show names and numbers whole, or with their middle hidden again."""
        self.whole = not self.whole
        self._show()

    def open_day(self) -> None:
        """Open the list of today's entries."""
        self._doors.day()

    def open_entries(self) -> None:
        """Open the search over all entries."""
        self._doors.entries()

    def open_enrolment(self) -> None:
        """Open the patient's enrolment account."""
        self._doors.enrolment(self.patient)

    def open_opening(self) -> None:
        """Open the page for the patient's opening totals."""
        self._doors.opening(self.patient)

    def reverse(self) -> None:
        """Open the page that reverses the chosen entry."""
        if self.entry is not None:
            self._doors.reverse(self.entry)

    def open_facts(self) -> None:
        """Open what is known of the chosen entry beside its figures."""
        if self.entry is not None:
            self._doors.facts(self.entry)

    def print_entry(self) -> None:
        """Print the chosen entry."""
        if self.entry is not None:
            self.say(self._doors.print_entry(self.entry))

    def _name(self, name: str) -> str:
        return name if self.whole else masked_name(name)

    def _numbers(self, patient: "Patient") -> str:
        return "  ".join(each.id if self.whole else masked(each.id) for each in patient.identifiers)


def _turn_whole(page: MaskedPage) -> None:
    page.turn_whole()


WHOLE: Final = {"Ctrl+N": KeyAction("window.key.Ctrl+N", _turn_whole)}
SEARCHES: Final = {
    "Ctrl+F": KeyAction("window.key.Ctrl+F", MaskedPage.open_entries),
    "Ctrl+D": KeyAction("window.key.Ctrl+D", MaskedPage.open_day),
}
ENTRY: Final = {
    "F6": KeyAction("window.key.F6", MaskedPage.reverse),
    "F9": KeyAction("window.key.F9", MaskedPage.print_entry),
    "Ctrl+W": KeyAction("window.key.Ctrl+W", MaskedPage.open_facts),
}
