"""A form that comes as a whole: a patient's from a card or from the search, or an earlier one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from core.names import fold
from desktop.presenters import typed
from desktop.presenters.counter import form, identity_cells, request_cells, walk, whose
from desktop.presenters.counter.correction import correction_of
from desktop.presenters.counter.history import Checkpoint, FormStep, History
from desktop.presenters.counter.identity_cells import number_in
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

        Another person's number begins a new form; undo brings the one before it back. In a newborn's form
        the card is the mother's while her number is missing.
        """
        page, visit = self._page, self._page.visit
        if page.question:
            return
        before = self._as_it_was()
        mother = identity_cells.is_newborn(visit.texts) and not visit.texts.get("id") and not visit.entry
        if visit.entry:
            visit.begin()
        else:
            page.history.remember(before)
        if not mother and self._is_nobody_s_visit():
            visit.clear_draft()
            visit.begin()
        if not mother:
            visit.texts["id_type"] = id_type
            for name in form.OF_A_NEWBORN:
                visit.texts.pop(name, None)
        visit.texts["id"] = number
        page.history.stop_typing()
        page.notice = None
        self.claim(before)
        visit.look_up()
        page.enter("id")
        visit.by_itself = visit.focused if visit.focused != "id" else ""

    def named(self, name: str) -> None:
        """Take the name on a card whose number has just come; one on file stands, and another is said."""
        page, visit = self._page, self._page.visit
        if page.question or visit.entry or not visit.texts.get("id"):
            return
        stands = visit.texts.get("name", "")
        if not stands and visit.focused == "name":
            visit.put("name", name)
            visit.by_itself = ""
            page.enter("name")
            visit.by_itself = visit.focused if visit.focused != "name" else ""
        elif stands and fold(stands) != fold(name):
            page.say(Notice(self._session.words.text("window.card.other_name", name=name), "wrong"))

    def _is_nobody_s_visit(self) -> bool:
        """Return True for the visit of somebody without a number: a card that is read is another person's."""
        texts = self._page.visit.texts
        without = identity_cells.is_unknown(texts) or identity_cells.is_newborn(texts)
        return without and not number_in(texts) and bool(texts.get("name") or whose.holds_a_visit(texts))

    def claim(self, before: FormStep | None = None) -> None:
        """Hold the number in the ID's cell against the one that the form was typed for.

        Another person's begins a new form, as F2 does. A small correction keeps the form and is said.
        ``before`` is the form as it stood, None where it still does but for the number.
        """
        page, visit = self._page, self._page.visit
        number = number_in(visit.texts)
        if visit.correction is not None:  # an entry of the wrong person is corrected by the right number
            self._correct_number(number)
            return
        if visit.entry or page.question or not number or number == visit.whose:
            return
        meaning = whose.meaning(number, visit.whose, visit.texts, self._session.counter)
        words = self._session.words
        if meaning is whose.Number.OTHER:
            step = before or self._as_it_was()
            if not page.history.past or page.history.past[-1] != step:
                page.history.remember(step)
            visit.clear_draft()
            visit.begin_over({name: visit.texts.get(name, "") for name in identity_cells.WHOSE})
            page.notice = Notice(words.text("window.other_person"), "wrong")
        elif meaning is whose.Number.CORRECTED:
            visit.moved_from = visit.whose
            self._drop_brought()
            page.notice = self._corrected(visit.whose, number)
            return  # the next correction is held against the same number
        visit.whose = number

    def _correct_number(self, number: str) -> None:
        """Take over another number in a form that is to take an entry's place, and say so."""
        page, visit = self._page, self._page.visit
        if number and number != visit.whose:
            visit.moved_from = visit.moved_from or visit.whose
            if number != visit.moved_from:
                page.notice = self._corrected(visit.moved_from, number)
            visit.whose = number

    def _corrected(self, before: str, now: str) -> Notice:
        """Return what is said of a form that is kept under another number."""
        hidden = {"before": typed.masked(before), "now": typed.masked(now)}
        return Notice(self._session.words.text("window.number_corrected", **hidden))

    def another_kind(self, before: str) -> None:
        """Follow up another kind of number: what was brought for the number of the kind before goes."""
        visit = self._page.visit
        kinds = {before, visit.texts["id_type"]}
        if kinds & identity_cells.WITHOUT_A_NUMBER and visit.correction is None:
            self._drop_brought()
            visit.texts |= identity_cells.after_kind(visit.texts, before)
            if visit.whose and identity_cells.is_unknown(visit.texts):
                visit.moved_from = visit.whose

    def keep_visit(self) -> None:
        """Put the visit of the form before under the number that stands in the form now (Ctrl+K)."""
        page, visit = self._page, self._page.visit
        number = number_in(visit.texts)
        before = next((step for step in reversed(page.history.past) if step.key != visit.key), None)
        if page.question:
            return
        if visit.entry or not number or before is None or whose.holds_a_visit(visit.texts):
            page.say(Notice(self._session.words.text("window.no_visit_to_keep"), "wrong"))
            return
        now = visit.snapshot()
        page.history.remember(now)
        page.history.stop_typing()
        visit.bring_back(before)
        visit.texts |= {name: now.texts.get(name, "") for name in identity_cells.WHOSE}
        visit.texts["name"] = now.texts.get("name") or before.texts.get("name", "")
        visit.whose, visit.moved_from = number, before.whose
        visit.look_up()
        self._drop_brought()
        visit.bring_patient()
        visit.focus("name")
        visit.update()
        hidden = [typed.masked(each) for each in (before.whose, number)]
        said = self._session.words.text("window.visit_moved", before=hidden[0], now=hidden[1])
        page.say(Notice(said, "done"))

    def offer_split(self, name: str) -> None:
        """Ask whether several cells that were pasted into one belong into the cells that follow."""
        page, visit, words = self._page, self._page.visit, self._session.words
        parts = typed.cells_in(visit.texts.get(name, ""))
        if len(parts) < 2 or visit.entry:
            return
        cells = walk.following(visit, name)[: len(parts)]
        if len(cells) < len(parts) or any(cell in form.CHOICES for cell in cells):
            return
        labels = words.text("window.comma").join(words.text(f"window.cell.{cell}") for cell in cells)
        asked = words.text("window.ask.split", parts=" | ".join(parts), cells=labels)
        answers = (
            ("Y", words.text("window.ask.split_yes"), f"split {name}"),
            ("N", words.text("window.ask.no"), "no"),
        )
        page.question = Question(asked, answers)

    def split(self, name: str) -> None:
        """Put each of the cells that were pasted into ``name`` into a cell of its own."""
        visit, before = self._page.visit, self._as_it_was()
        parts = typed.cells_in(visit.texts.get(name, ""))
        for cell, part in zip(walk.following(visit, name), parts, strict=False):
            visit.put(cell, part)
            if cell in identity_cells.WHOSE:
                self.claim(before)
            visit.settle(cell)
            if cell == identity_cells.last_cell(visit.texts):
                visit.bring_patient()
            visit.focus(cell)
        self._page.history.stop_typing()
        visit.update()

    def _as_it_was(self) -> FormStep:
        """Return the form with the number that it was typed for, whatever stands in the cell by now."""
        step = self._page.visit.snapshot()
        number = self._page.visit.whose
        return step._replace(texts={**step.texts, **identity_cells.cells_in(number)}) if number else step

    def _drop_brought(self) -> None:
        """Empty the cells that the desk filled for the person on file under the number before."""
        visit = self._page.visit
        for name in visit.brought:
            visit.texts[name] = form.DEFAULTS.get(name, "")
        if "level" in visit.brought:
            visit.texts["level"] = self._session.settings.level

    def found(self, patient: "Patient") -> None:
        """Begin a form with what is known of a patient who was looked up; over another's visit, say so."""
        page, visit = self._page, self._page.visit
        left = visit.whose if whose.holds_a_visit(visit.texts) and not visit.entry else ""
        page.new()
        visit.texts |= identity_cells.cells_of(patient.document) | {"name": patient.name}
        visit.whose = number_in(visit.texts)
        if left and left != visit.whose:
            page.notice = Notice(self._session.words.text("window.other_person"), "wrong")
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
        first = next(name for name in ("admitted", "discharged") if name in visit.reading.shown)
        visit.focus(first)
        visit.by_itself = first
        visit.update()
        number = self._session.opened.ledger.called(entry.number)
        said = self._session.words.text("window.same_again", number=number, day=entry.day.isoformat())
        page.say(Notice(said))

    def correct(self, patient: "Patient", entry: "Entry", reason: str) -> None:
        """Begin a form with all that stood in a patient's entry, which is to take the entry's place.

        Nothing is reversed before the form is posted. ``reason`` is the reversal's.
        """
        page, visit = self._page, self._page.visit
        self.found(patient)
        visit.correction = correction_of(self._session.opened, entry, patient, reason)
        visit.texts |= visit.correction.stood
        visit.brought.clear()
        visit.checked.update(form.DAYS)
        visit.focus("total")
        visit.update()
        number = self._session.opened.ledger.called(entry.number)
        page.say(Notice(self._session.words.text("window.correction.how", number=number)))

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
