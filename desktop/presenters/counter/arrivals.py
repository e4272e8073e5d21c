"""A form that comes as a whole: a patient's from a card or from the search, or an earlier one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from desktop.presenters import typed
from desktop.presenters.counter import form, request_cells, walk
from desktop.presenters.counter.history import Checkpoint, FormStep, History
from desktop.presenters.counter.open_visit import OpenVisit
from desktop.presenters.states import Notice, Question

if TYPE_CHECKING:
    from core.ledger.entries import Entry, Patient
    from desktop.session import Session


class FormHolder(Protocol):
    """The part of the counter's page that an arrival works with."""

    visit: OpenVisit
    history: History
    notice: Notice | None
    question: Question | None

    def new(self) -> None:
        """Begin the next patient's form."""

    def enter(self, name: str) -> None:
        """Go on from a cell."""

    def say(self, notice: Notice | None) -> None:
        """Say what was done and show the page."""


class Arrivals:
    """Puts another form in the place of the one at the counter."""

    def __init__(self, page: FormHolder, session: "Session") -> None:
        self._page = page
        self._session = session

    def wait(self) -> None:
        """Wait in the ID's cell for a card or a code (F4); nothing is cleared."""
        if not self._page.question:
            self._page.visit.focus("id")
            self._page.say(Notice(self._session.words.text("window.card.wait")))

    def scanned(self, id_type: str, number: str) -> None:
        """Put the number of a card that was read into the ID's cell, and go on from there.

        The name of another patient goes; undo brings it back.
        """
        page, visit = self._page, self._page.visit
        if page.question:
            return
        if visit.entry:
            visit.begin()
        else:
            page.history.remember(visit.snapshot())
        before = typed.tidy(visit.texts.get("id", "")).upper()
        if before and before != number:
            visit.texts["name"] = ""
            visit.brought.add("name")
        visit.texts |= {"id_type": id_type, "id": number}
        page.history.stop_typing()
        page.notice = None
        visit.look_up()
        page.enter("id")

    def found(self, patient: "Patient") -> None:
        """Begin a form with what is known of a patient who was looked up."""
        page, visit = self._page, self._page.visit
        page.new()
        first = patient.identifiers[0]
        visit.texts |= {"id_type": first.id_type, "id": first.id, "name": patient.name}
        visit.look_up()
        visit.bring_patient()
        visit.focus(walk.after(visit, "name"))
        visit.by_itself = visit.focused
        visit.update()
        page.say(page.notice)

    def same_again(self, patient: "Patient", entry: "Entry") -> None:
        """Begin a form with all that stood in a patient's entry but its days and the enrolment of then.

        The days are the clerk's to type: without them nothing can be posted. The enrolment is today's.
        """
        page, visit = self._page, self._page.visit
        self.found(patient)
        stood = request_cells.cells_of(entry.request)
        visit.texts |= {
            name: text for name, text in stood.items() if name not in (*form.DAYS, *form.ENROLMENT)
        }
        visit.brought |= stood.keys() & walk.KNOWN
        first = next(name for name in ("admitted", "discharged") if name in visit.reading.shown)
        visit.focus(first)
        visit.by_itself = first
        visit.update()
        said = self._session.words.text("window.same_again", number=entry.number, day=entry.day.isoformat())
        page.say(Notice(said))

    def undo(self) -> None:
        """Take back what was typed last, also the clearing of a whole form (Ctrl+Z)."""
        self._bring_back(self._page.history.undo, "window.nothing_to_undo")

    def redo(self) -> None:
        """Bring back what was undone last (Ctrl+Y)."""
        self._bring_back(self._page.history.redo, "window.nothing_to_redo")

    def _bring_back(self, move: Callable[[FormStep | None], FormStep | None], nothing: str) -> None:
        """Put the form back by a step of the history; ``nothing``: the sentence where there is none."""
        page, visit = self._page, self._page.visit
        if page.question:
            return
        step = move(None if visit.entry else visit.snapshot())
        if step is None:
            page.say(Notice(self._session.words.text(nothing)))
            return
        other = step.key != visit.key
        visit.bring_back(step)
        page.history.stop_typing()
        page.say(Notice(self._session.words.text("window.form_back"), "done") if other else None)

    def checkpoint(self) -> Checkpoint:
        """Return where the counter stands now, before a burst that may be a reader's."""
        page, visit = self._page, self._page.visit
        past, future = tuple(page.history.past), tuple(page.history.future)
        return Checkpoint(visit.snapshot(), past, future, page.notice, visit.entry, visit.outcome)

    def rewind(self, checkpoint: Checkpoint) -> None:
        """Put everything back as it was: what came since was nobody's typing."""
        page, visit = self._page, self._page.visit
        visit.bring_back(checkpoint.step)
        page.history.past, page.history.future = list(checkpoint.past), list(checkpoint.future)
        page.history.stop_typing()
        if checkpoint.entry is not None:
            visit.entry, visit.outcome = checkpoint.entry, checkpoint.outcome
        page.say(checkpoint.notice)
