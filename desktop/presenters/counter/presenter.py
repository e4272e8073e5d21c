"""The counter: what is typed is worked out at every keystroke, and the whole window's state follows."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from core.messages import Message
from desktop.presenters.counter import category_b, counter_keys, disease_choice, form, identity_cells, walk
from desktop.presenters.counter.counter_keys import Doors
from desktop.presenters.counter.drawn import Drawing
from desktop.presenters.counter.history import History
from desktop.presenters.counter.open_visit import DESK, OpenVisit, waiting_aside
from desktop.presenters.counter.outcome import Outcome, reworked
from desktop.presenters.page import MANUAL, KeyAction, Page
from desktop.presenters.states import CounterState, Notice

if TYPE_CHECKING:
    from desktop.presenters.counter.arrivals import Arrivals
    from desktop.session import Session


_STANDING: Final = form.CHOICES.keys() | form.COUNTS
"""Cells in which one Enter is enough where something stands, though the cell before had moved on."""


class CounterPresenter(Page):
    """Takes what is typed and pressed at the counter; `state` is what the window shows of it.

    ``visit`` is the form with its patient and what it comes to. ``history`` is what can be undone.
    ``arrivals`` puts another form in its place: a patient's from a card or from the search, or an earlier
    one. While the session has no counter, what is typed is kept.
    """

    name = "counter"
    view = "counter"
    doors: Doors
    """The pages and papers that the keys open; set once they have been read."""

    def __init__(self, session: "Session", show: Callable[[], None]) -> None:
        super().__init__(session, show)
        self._closed: Message | None = None
        self._drawing = Drawing(session)
        self.visit = OpenVisit(session)
        self.history = History()

    @cached_property
    def arrivals(self) -> "Arrivals":
        """What puts another form in the place of this one."""
        from desktop.presenters.counter.arrivals import Arrivals  # the window is painted first

        return Arrivals(self, self._session)

    @property
    def state(self) -> CounterState:
        """The whole counter's page."""
        return self._drawing.state(self.visit, self.notice, self.question, self._closed)

    # What the desk tells

    def attach(self) -> None:
        """Settle what was typed before the counter was there, or bring back the saved draft."""
        self._closed = None
        draft = None if self.visit.touched else self._session.opened.ledger.drafts.read(DESK)
        if draft:
            self.visit.restore(draft)
            self.notice = Notice(self._session.words.text("window.draft_restored"), "done")
        self.visit.waiting = waiting_aside(self._session)
        self.notice = self.visit.look_for_entry() or self.notice
        before = self.visit.outcome
        self.visit.update()
        self._tell_reworked(before)
        self._show()

    def unavailable(self, said: Message) -> None:
        """Say why the ledger cannot be used; while none is open it stays in sight."""
        if self._session.counter is None:
            self._closed = said
        self.say(Notice(self._session.words(said), "wrong"))

    def spoken_anew(self) -> None:
        """Take back what was said in the language before, and say again what has to stay in sight."""
        self.question = None
        self.notice = Notice(self._session.words(self._closed), "wrong") if self._closed else None

    def use(self) -> None:
        """Work by other settings: another region, operator or hospital."""
        level, visit = self._session.settings.level, self.visit
        if level and "level" in visit.brought and not visit.entry and not visit.touched:
            visit.texts["level"] = level
        before = visit.outcome
        visit.update()
        self._tell_reworked(before)
        self._show()

    def _tell_reworked(self, before: Outcome) -> None:
        """Say where other rules have made another sum of the same form."""
        said = reworked(before, self.visit.outcome)
        if said is not None and self.visit.entry is None:
            self.notice = Notice(self._session.words(said), "wrong")

    def usable(self, action: KeyAction) -> bool:
        """Tell whether a key can be used now: before a ledger is open only some of them can."""
        return action.early or self._session.counter is not None

    def again(self) -> None:
        """Come back from a page that may have changed the ledger."""
        self.refresh()

    def refresh(self) -> None:
        """Look again into a ledger that may have changed."""
        visit = self.visit
        visit.known.look_again()
        self.visit.waiting = waiting_aside(self._session)
        self.notice = visit.look_for_entry() or self.notice
        if visit.entry is None:
            visit.look_up()
            if visit.patient is not None and "name" in visit.brought:
                visit.texts["name"] = visit.patient.name  # it may have been corrected
            visit.bring_enrolment()
        before = visit.outcome
        visit.work_out()
        self._tell_reworked(before)
        self._show()

    # The cells

    def typed(self, name: str, text: str) -> None:
        """Take over a cell's new text."""
        visit = self.visit
        visit.by_itself = ""
        if self.question:
            return
        before = visit.texts.get(name, "")
        if before == text:
            visit.brought.discard(name)  # chosen although it stood there
            return
        first = self.history.typing_in(name)
        if visit.entry is None:
            if first:
                self.history.remember(visit.snapshot(name))
            visit.put(name, text)
            if name == "id_type":
                self.arrivals.another_kind(before)
        elif name == "id" and text[:1].isdecimal():  # not the Y that posted, still held down
            visit.begin_over({"id": text})
        else:
            visit.focus("id")
            self._show()
            return
        self.notice = None
        if name == "id" and identity_cells.is_whole(identity_cells.number_in(visit.texts)):
            self.arrivals.claim()
        visit.update()
        self.arrivals.offer_split(name)
        if self.question is None and len(text) > len(before) and walk.is_whole(visit, name):
            self.enter(name)
            visit.by_itself = visit.focused if visit.focused != name else ""
        else:
            self._show()

    def enter(self, name: str) -> None:
        """Go on to the next cell, unless this one is wrong; at the end a setting lets it ask to post."""
        visit = self.visit
        if self.question or visit.entry:
            return
        self.history.stop_typing()
        carried = visit.by_itself == name
        if carried and not (name in _STANDING and visit.texts.get(name)):
            visit.by_itself = ""
            self.say(Notice(self._session.words.text("window.moved_by_itself")))
            return
        ended = False
        if walk.takes_today(visit, name):
            self.history.remember(visit.snapshot())
            visit.put(name, visit.reading.today.isoformat())
        if name in identity_cells.WHOSE:
            self.arrivals.claim()
        if not visit.settle(name):
            visit.focus(name)
        elif name in form.CATEGORY_B_LINE and visit.texts.get("category_b_total"):
            before = visit.step_line(name)
            if before:
                self.history.remember(before)
        else:
            if name in form.CATEGORY_B_LINE:
                visit.texts["category_b_percent"] = ""
            from desktop.presenters.counter import proposals  # the window is painted first

            proposals.propose(visit, self._session.counter, name)
            known = name == identity_cells.last_cell(visit.texts) and visit.bring_patient()
            following = walk.after(visit, "name" if known else name)
            ended = following == name
            visit.focus(following)
        if carried:
            visit.by_itself = visit.focused
        visit.update(settled=True)
        if ended and self._session.settings.asks_at_end:
            self.ask_post()
        else:
            self._show()

    def back(self, name: str) -> None:
        """Go back to the cell before."""
        self.visit.focus(walk.before(self.visit, name))
        self._show()

    def left(self, name: str) -> None:
        """Settle a cell that lost the focus in another way than by Enter."""
        visit = self.visit
        self.history.stop_typing()
        if self.question or visit.entry:
            return
        if name in identity_cells.WHOSE:
            self.arrivals.claim()
        visit.settle(name, take=bool(visit.texts.get(name)))
        if name == identity_cells.last_cell(visit.texts):
            visit.bring_patient()
        visit.update(settled=True)
        self._show()

    def reached(self, name: str) -> None:
        """Take note of the cell that has the focus now."""
        if name != self.visit.focused:
            self.visit.has_focus(name)
            self._show()

    def focus(self, name: str) -> None:
        """Put the focus into a cell."""
        self.visit.focus(name)

    def moved(self, name: str, by: int) -> None:
        """Choose the row above or below in the list beside a cell."""
        numbers = self.visit.disease_numbers(name)
        if numbers and not self.visit.entry:
            self.visit.chosen_disease = disease_choice.moved(numbers, self.visit.chosen_disease, by)
            self._show()

    def pointed(self, number: int) -> None:
        """Take the row of the list that was pressed."""
        if self.visit.focused in form.DISEASES and not self.visit.entry:
            self.visit.chosen_disease = number
            self.enter(self.visit.focused)

    def erased(self, name: str) -> None:
        """Take the Category B line that was added last back into its empty cell, to be changed."""
        visit = self.visit
        cells = category_b.taken_back(visit.texts)
        if name == "category_b_total" and cells and not visit.entry and not self.question:
            self.history.remember(visit.snapshot())
            visit.texts |= cells
            visit.update()
            self._show()

    # The form

    def new(self) -> None:
        """Begin the next patient's form (F2); undo brings an unposted one back."""
        if self.question:
            return
        visit = self.visit
        visit.clear_draft()
        if visit.touched and not visit.entry:
            self.history.remember(visit.snapshot())
        self.history.stop_typing()
        self.notice = None
        visit.begin()
        visit.update()
        self._show()

    def toggle_extras(self) -> None:
        """Open or close the rarer cells, in the place of the year's bars (Ctrl+E)."""
        visit = self.visit
        visit.extras_open = not visit.extras_open
        extras = [name for name in form.EXTRAS if name in visit.reading.shown]
        if not visit.extras_open and visit.entry is None:
            visit.checked.update(extras)  # they have been left
        visit.focus(extras[0] if visit.extras_open and extras else "eligible")
        self._show()

    def escape(self) -> bool:
        """Go one step back, losing nothing; return False where there is nothing to go back from."""
        if self.question:
            self.question = None
        elif self.visit.extras_open:
            self.toggle_extras()
        elif self.notice:
            self.notice = None
        else:
            return False
        self._show()
        return True

    # Posting

    def ask_post(self) -> None:
        """Ask before posting (F12), where everything is there; Enter does not answer."""
        if self.question:
            return
        from desktop.presenters.counter import posting  # the window is painted first

        visit, words = self.visit, self._session.words
        self.arrivals.claim()
        visit.update()
        visit.known.look_for_twin(self._session.counter)
        refused = posting.refusal(visit, self._session, self._closed)
        if refused or visit.worked is None:
            assert refused is not None
            stands = visit.entry is not None and visit.entry.reversed_by is None
            self.notice = Notice(words(refused), "done" if stands else "wrong")
        else:
            self.question = posting.question(visit, visit.worked, self._session)
        self._show()

    def answer(self, meaning: str) -> None:
        """Take the answer to the question that stands."""
        if self.question is None:
            return
        self.question = None
        if meaning.startswith("post"):
            from desktop.presenters.counter import posting  # the window is painted first

            self.notice = posting.post(self.visit, self._session, meaning.removeprefix("post").strip())
            if self.visit.entry:
                self.history.forget(self.visit.key)
        elif meaning.startswith("split"):
            self.arrivals.split(meaning.removeprefix("split").strip())
        self._show()

    keys = {
        **MANUAL,
        "F2": KeyAction("window.key.F2", new, early=True),
        "Shift+F2": KeyAction("window.key.Shift+F2", counter_keys.put_aside),
        "F3": KeyAction("window.key.F3", counter_keys.find),
        "Shift+F3": KeyAction("window.key.Shift+F3", counter_keys.aside),
        "F4": KeyAction("window.key.F4", counter_keys.wait_for_card, early=True),
        "Ctrl+E": KeyAction("window.key.Ctrl+E", toggle_extras, early=True),
        "Ctrl+K": KeyAction("", counter_keys.keep_visit),
        "Ctrl+W": KeyAction("", counter_keys.facts),
        "F5": KeyAction("window.key.F5", counter_keys.region),
        "F6": KeyAction("window.key.F6", counter_keys.reverse),
        "F7": KeyAction("window.key.F7", counter_keys.patient),
        "F8": KeyAction("window.key.F8", counter_keys.clauses),
        "F9": KeyAction("window.key.F9", counter_keys.print_sheet),
        "F10": KeyAction("window.key.F10", counter_keys.outlook),
        "F11": KeyAction("window.key.F11", counter_keys.opening),
        "F12": KeyAction("window.key.F12", ask_post),
        "Ctrl+Y": KeyAction("", counter_keys.redo, early=True),
        "Ctrl+Z": KeyAction("", counter_keys.undo, early=True),
        "Esc": KeyAction("", escape, early=True),
    }
