"""The visit that is open at the counter: its form, its patient, what it comes to."""

from collections.abc import Mapping
from os import urandom
from typing import TYPE_CHECKING, Final

from desktop.presenters.counter import (
    bare_days,
    category_b,
    disease_choice,
    form,
    identity_cells,
    outcome,
)
from desktop.presenters.counter.bare_days import BareDay
from desktop.presenters.counter.history import FormStep
from desktop.presenters.counter.known_patient import KnownPatient
from desktop.presenters.counter.outcome import Outcome, posted_already
from desktop.presenters.counter.reading import Reading, in_full, read
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from core.claim import YearToDate
    from core.counter import WorkedOut
    from core.ledger.entries import Entry, Patient
    from core.messages import Message
    from desktop.presenters.counter.correction import Correction
    from desktop.session import Session

DESK: Final = "counter"
_KEY: Final = "key"
"""Beside the cells of a draft: the form's key, its number, the cells that the desk filled."""

_WHOSE: Final = "whose"
_BROUGHT: Final = "brought"
_FOCUS: Final = "focus"

_TYPED: Final = ("id", "name", *form.COSTS, form.LINES, "admitted", "discharged", *form.BESIDE)


_KEPT: Final = frozenset({*form.FIELDS, form.LINES, *form.BESIDE})


class OpenVisit:
    """One form from its first letter until the next patient.

    ``key`` is the form's own: whatever is posted with it is posted once. ``checked`` are the cells that were
    left, whose faults are shown; ``brought`` those that the desk filled and may fill again. ``turn`` rises
    with every focus that the form gives. ``by_itself`` is the cell that was reached because the one before it
    was complete, until something is typed: one Enter that may still belong to the one before does nothing
    in an empty cell. ``entry`` is None until the visit is posted. ``totals`` are the
    patient's of the visit's year, None before the counter is there. ``whose`` is the number that the form was
    typed for, empty while there was none; ``moved_from`` the one before a correction, empty without one.
    ``bare`` is the day of the month that was typed alone for the admission.
    ``proposed`` says by cell which entry a proposal follows from.
    ``correction`` is the entry whose place the form is to take, None for a new visit. ``waiting`` is how many
    forms are put aside.
    """

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._reading: Reading | None = None
        self._worked_from: tuple[Reading | None, Patient | None] = None, None
        self.turn = self.waiting = 0
        self.begin()

    def begin(self) -> None:
        """Begin the next patient's form."""
        self.texts: dict[str, str] = dict(form.DEFAULTS)
        if self._session.settings.level:
            self.texts["level"] = self._session.settings.level
        self.key = urandom(16).hex()
        self.checked: set[str] = set()
        self.brought: set[str] = {"level", *form.DEFAULTS}
        self.whose = self.moved_from = ""
        self.correction: Correction | None = None
        self.bare = BareDay()
        self.proposed: dict[str, Message] = {}
        self.extras_open = False
        self.chosen_disease = 0
        self.known = KnownPatient()
        self.entry: Entry | None = None
        self.outcome = Outcome()
        self.totals: YearToDate | None = None
        self.focus("id")

    @property
    def reading(self) -> Reading:
        """The form as it stands, read again where a text, the day or the documents have changed."""
        counter = self._session.counter
        documents = None if counter is None else counter.reader.documents
        today, before = self._session.today(), self._reading
        if before is not None and before.still_holds(self.texts, today, documents):
            return before
        self._reading = read(self.texts, today, documents, before)
        return self._reading

    @property
    def worked(self) -> "WorkedOut | None":
        """The visit worked out, None while something is missing or wrong."""
        return self.outcome.worked

    @property
    def patient(self) -> "Patient | None":
        """The patient on file that the form's number belongs to."""
        return self.known.patient

    @property
    def touched(self) -> bool:
        """True where something was typed that is not the same for every patient."""
        return any(self.texts.get(name) for name in _TYPED)

    # The cells

    def put(self, name: str, text: str) -> None:
        """Take over a cell's text as it is typed."""
        self.texts[name] = text
        self.brought.discard(name)
        self.checked.discard(name)
        if name == "admitted":
            self.bare = BareDay()
        if name in form.DISEASES:
            self.chosen_disease = disease_choice.likeliest(self.disease_names(name), text)

    def settle(self, name: str, *, take: bool = True) -> bool:
        """Put a cell that is left into its full form and work out; return True where it is not wrong.

        ``take``: a disease that was chosen in the list goes into its cell.
        """
        if take and name in form.DISEASES and self.chosen_disease:
            self.texts[name] = str(self.chosen_disease)
        self.checked.add(name)
        short = self.texts.get(name, "")
        self.texts[name] = in_full(name, self.texts.get(name, ""), self.reading.cells.get(name))
        if name in bare_days.CELLS:
            self.bare = bare_days.settled(self, name, short)
        if name == "discharged":
            self.bring_enrolment()
        elif name == identity_cells.last_cell(self.texts):
            self.look_up()
            self.known.look_for_twin(self._session.counter)
        self.work_out()
        return name not in self.outcome.faults

    def disease_names(self, name: str) -> disease_choice.Names:
        """Return the diseases that a cell chooses from, by number; none before the counter is there."""
        counter = self._session.counter
        if counter is None:
            return ()
        policy = counter.policy(self._session.settings.region, self.reading.day)
        if policy is None:
            return disease_choice.names_in(counter.reader.documents, name)
        return disease_choice.names_of(policy, name)

    def disease_numbers(self, name: str) -> list[int]:
        """Return the diseases that a cell's text may mean; all of them once it has been left."""
        if name not in form.DISEASES:
            return []
        whole = name in self.checked and name not in self.outcome.faults
        return disease_choice.matching(self.disease_names(name), "" if whole else self.texts.get(name, ""))

    def step_line(self, name: str) -> FormStep | None:
        """Do what Enter does in a Category B line; return the form before a line was added, None if none was.

        Without an amount there is no line, and Enter goes on.
        """
        if name == "category_b_total":
            self.texts |= category_b.after_amount(self.texts, self.reading.lines)
            self.focus("category_b_percent")
            return None
        before = self.snapshot()
        self.texts |= category_b.added(self.texts)
        self.focus("category_b_total")
        return before

    # The focus

    def focus(self, name: str) -> None:
        """Give a cell the focus."""
        self.turn += 1
        self.has_focus(name)

    def has_focus(self, name: str) -> None:
        """Take note of the cell that has the focus."""
        self.focused = name
        self.by_itself = ""
        self.chosen_disease = (
            disease_choice.standing_in(self.texts.get(name, "")) if name in form.DISEASES else 0
        )

    # What follows from the cells

    def look_up(self) -> None:
        """Find the patient on file of the typed number."""
        number = identity_cells.number_in(self.texts)
        self.known.look_up(self._session.counter, self.texts["id_type"], number)

    def bring_patient(self) -> bool:
        """Fill the cells that nobody has touched for a repeat patient; return False for somebody new."""
        self.bring_enrolment()
        counter = self._session.counter
        if self.patient is None or counter is None:
            return False
        self.texts |= self.known.identity_cells()
        for name, text in self.known.visit_cells(counter).items():
            if text and (name in self.brought or not self.texts.get(name)):
                self.texts[name] = text
                self.brought.add(name)
        return True

    def bring_enrolment(self) -> None:
        """Fill the enrolment cells that nobody has touched; another patient's enrolment goes."""
        year = self.reading.day.year
        for name, text in self.known.enrolment_cells(self._session.counter, year).items():
            if name in self.brought or not self.texts.get(name):
                self.texts[name] = text
                self.brought.add(name)

    def work_out(self) -> None:
        """Work the form out; a posted visit stays as it was posted.

        On today's totals a posted visit would be counted twice.
        """
        counter, reading = self._session.counter, self.reading
        self._worked_from = reading, self.patient
        year = reading.day.year
        if counter is None:
            self.totals = None
        elif self.correction is None:
            self.totals = counter.totals(self.patient, year)
        else:
            self.totals = self.correction.totals(counter, self.patient, year)
        if self.entry is not None:
            self.outcome = Outcome(None if counter is None else counter.as_posted(self.entry.number))
        else:
            replaced = () if self.correction is None else (self.correction.entry.number,)
            region = self._session.settings.region
            self.outcome = outcome.work_out(reading, counter, region, self.patient, replaced)

    def update(self, *, settled: bool = False) -> None:
        """Look the patient up and work out.

        ``settled``: a cell was settled just now, and only a change since then is worked out.
        """
        self.look_up()
        reading, patient = self._worked_from
        if not settled or reading is not self.reading or patient is not self.patient:
            self.work_out()

    # The form as a whole

    def snapshot(self, focus: str = "") -> FormStep:
        """Return the form as it stands; ``focus``: the cell to come back to, empty for the present one."""
        return FormStep(
            dict(self.texts),
            self.key,
            frozenset(self.checked),
            frozenset(self.brought),
            self.extras_open,
            focus or self.focused,
            self.whose,
            self.moved_from,
            self.correction,
            self.bare,
        )

    def bring_back(self, step: FormStep) -> None:
        """Put the form back as it was; one that had been cleared comes back with its own key."""
        if step.key != self.key:
            self.begin()
        self.key = step.key
        self.texts = dict(step.texts)
        self.checked, self.brought = set(step.checked), set(step.brought)
        self.whose, self.moved_from = step.whose, step.moved_from
        self.correction, self.bare = step.correction, step.bare
        self.extras_open = step.extras_open
        self.known.look_again()
        self.focus(step.focus)
        self.look_up()
        self.known.read_enrolment(self._session.counter)
        self.update()

    def begin_over(self, whose: Mapping[str, str]) -> None:
        """Begin the next patient's form with a number that is being typed over another one.

        ``whose`` are the cells of the number; its kind counts as chosen where it is among them.
        """
        turn = self.turn
        self.begin()
        self.turn = turn  # the cell has the focus already: it is not selected again
        self.texts |= whose
        self.brought -= whose.keys()

    def look_for_entry(self) -> Notice | None:
        """Find the form's entry in the ledger; return what to say of one that was not known of.

        It may have been posted before the power went, have been reversed since it was looked at, or be gone
        with a ledger that was replaced.
        """
        counter = self._session.counter
        if counter is None:
            return None
        before, self.entry = self.entry, counter.ledger.journal.entry_by_key(self.key)
        if self.entry is None or (before is not None and before.reversed_by == self.entry.reversed_by):
            return None
        counter.ledger.drafts.clear(DESK)
        self.focus("id")
        kind = "done" if self.entry.reversed_by is None else "wrong"
        return Notice(self._session.words(posted_already(self.entry)), kind)

    def restore(self, draft: Mapping[str, str]) -> None:
        """Take over the form that was typed before the program ended."""
        self.key = draft.get(_KEY) or self.key
        self.texts |= {name: text for name, text in draft.items() if name in _KEPT}
        self.checked = {name for name in form.FIELDS if self.texts.get(name)}
        self.whose = draft.get(_WHOSE, "") or identity_cells.number_in(self.texts)
        self.brought = set(draft.get(_BROUGHT, "").split())
        self.bare = bare_days.restored(draft)
        self.correction, counter = None, self._session.counter
        if draft.get("corrects") and counter is not None:
            from desktop.presenters.counter.correction import read_again  # the window is painted first

            self.correction = read_again(counter, draft["corrects"], draft.get("reason", ""))

    def save_draft(self) -> None:
        """Keep the form in the ledger against a crash."""
        counter = self._session.counter
        if counter and not self.entry and self.touched:
            counter.ledger.drafts.save(DESK, draft_of(self))

    def clear_draft(self) -> None:
        """Forget the form that the ledger keeps."""
        if self._session.counter:
            self._session.counter.ledger.drafts.clear(DESK)


def draft_of(visit: OpenVisit) -> dict[str, str]:
    """Return a form as the ledger keeps it: its cells, and what stands beside them."""
    brought = " ".join(sorted(visit.brought))
    beside = {_KEY: visit.key, _WHOSE: visit.whose, _BROUGHT: brought, _FOCUS: visit.focused}
    corrects = {} if visit.correction is None else visit.correction.kept()
    return visit.texts | beside | bare_days.draft_of(visit.bare) | corrects


def waiting_aside(session: "Session") -> int:
    """Return how many forms are put aside, 0 while no ledger is open."""
    return 0 if session.counter is None else len(session.counter.ledger.drafts.aside(DESK))
