"""The counter: what is typed becomes a request at every keystroke, and the whole window's state follows."""

from collections.abc import Callable, Mapping
from datetime import date
from os import urandom
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.messages import Fault, Message, message
from core.money import grouped, percent, plain
from core.vocabulary import Benefit
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.counter import form
from desktop.presenters.states import (
    Cell,
    CounterState,
    DiseaseList,
    Figure,
    Notice,
    Option,
    Question,
)
from desktop.settings import Settings

if TYPE_CHECKING:
    from core.category_b import CategoryBLine
    from core.counter import Counter, WorkedOut
    from core.ledger.accounts import EnrolmentRow
    from core.ledger.entries import Entry, Patient

DESK: Final = "counter"
_CATEGORY_B_CELLS: Final = ("category_b_total", "category_b_percent")
_KEY: Final = "key"
_GUIDE: Final = (("1", "patient"), ("2", "visit"), ("3", "costs"), ("F9 F12", "done"), ("Alt+M", "menu"))
_MOST_STEPS: Final = 200


class Step(NamedTuple):
    """What stood in the form before something was typed, to be brought back. ``key`` is the form's."""

    form: dict[str, str]
    key: str
    checked: frozenset[str]
    brought: frozenset[str]
    extras_open: bool
    focus: str


class Mark(NamedTuple):
    """The whole counter at a moment, for `rewind`."""

    step: Step
    past: tuple[Step, ...]
    future: tuple[Step, ...]
    notice: Notice | None
    entry: "Entry | None"
    worked: "WorkedOut | None"


class CounterPresenter:
    """Holds the typed texts of one form; `state` is what the window shows of them.

    ``counter`` is None until it has been loaded: what is typed before is kept and settled then.
    """

    def __init__(
        self, words: Words, settings: Settings, today: Callable[[], date], show: Callable[[], None]
    ) -> None:
        self._words = words
        self._settings = settings
        self._today = today
        self._show = show
        self._counter: Counter | None = None
        self._closed: Message | None = None
        self._focused = ""
        self._turn = 0
        self._notice: Notice | None = None
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._begin()

    def _begin(self) -> None:
        self._form: dict[str, str] = dict(form.DEFAULTS)
        if self._settings.level:
            self._form["level"] = self._settings.level
        self._key = urandom(16).hex()
        self._checked: set[str] = set()
        self._brought: set[str] = {"level"}
        self._patient: Patient | None = None
        self._looked_up = ("", "")
        self._enrolment: EnrolmentRow | None = None
        self._typing = ""
        self._chosen_disease = 0
        self._extras_open = False
        self._question: Question | None = None
        self.worked: WorkedOut | None = None
        self.entry: Entry | None = None
        self._faults: dict[str, Message] = {}
        self._region_fault: Message | None = None
        self._focus("id")

    # What the window tells

    def attach(self, counter: "Counter") -> None:
        """The counter has been loaded: settle what was typed meanwhile, or bring back a saved draft."""
        self._counter = counter
        self._closed = None
        if not self._typed_anything():
            self._restore(counter.ledger.drafts.read(DESK))
        self._look_for_entry()
        self._look_up()
        self._update()

    def detach(self) -> None:
        """The ledger is closed."""
        self._counter = None

    def unavailable(self, said: Message) -> None:
        """The ledger cannot be used: what to do about it stays in sight."""
        if self._counter is None:
            self._closed = said
        self._notice = Notice(self._words(said), "wrong")
        self._show()

    def spoken_anew(self) -> None:
        """Another language: what was said in the one before goes, what has to stay in sight is said again."""
        self._question = None
        self._notice = Notice(self._words(self._closed), "wrong") if self._closed else None

    def use(self, settings: Settings) -> None:
        """Another region, operator or hospital from now on."""
        if settings.level and "level" in self._brought and not self.entry:
            self._form["level"] = settings.level
        self._settings = settings
        self._update()

    def typed(self, name: str, text: str) -> None:
        """A cell's text has changed."""
        if self._question or self._form.get(name, "") == text:
            return
        if self.entry:
            self._begin_over(name, text)
            return
        if self._typing != name:
            self._remember(name)
            self._typing = name
        self._form[name] = text
        self._brought.discard(name)
        self._checked.discard(name)
        self._notice = None
        if name in form.DISEASES:
            self._likeliest(name)
        self._update()

    def _begin_over(self, name: str, text: str) -> None:
        """Over a posted entry the next patient's number may be typed; a letter of a held Y is none."""
        if name == "id" and text[:1].isdecimal():
            turn = self._turn
            self._notice = None
            self._begin()
            self._turn = turn  # the cell is being typed in: it is not selected again
            self._form["id"] = text
            self._typing = "id"
            self._update()
        else:
            self._focus("id")
            self._show()

    # What can be undone

    def snapshot(self) -> Step:
        """What stands in the form now."""
        return Step(
            dict(self._form),
            self._key,
            frozenset(self._checked),
            frozenset(self._brought),
            self._extras_open,
            self._focused,
        )

    def _remember(self, focus: str = "") -> None:
        """Keeps what stands now, before something changes it."""
        step = self.snapshot()
        self._past = [*self._past[1 - _MOST_STEPS :], step._replace(focus=focus or step.focus)]
        self._future = []

    def bring_back(self, step: Step) -> None:
        """Puts a form back as it was; one that had been cleared comes with its own key."""
        if step.key != self._key:
            self._begin()
        self._key = step.key
        self._form = dict(step.form)
        self._checked, self._brought = set(step.checked), set(step.brought)
        self._extras_open = step.extras_open
        self._typing = ""
        self._looked_up = ("", "")
        self._notice = None
        self._focus(step.focus)
        self._look_up()
        if self._patient is not None and self._counter is not None:
            self._enrolment = self._counter.ledger.accounts.current(self._patient.key)
        self._update()

    def mark(self) -> Mark:
        """Where the counter stands now."""
        step = self.snapshot()
        return Mark(step, tuple(self._past), tuple(self._future), self._notice, self.entry, self.worked)

    def rewind(self, mark: Mark) -> None:
        """Everything as it was at a moment: what was typed since was nobody's typing."""
        self.bring_back(mark.step)
        self._past, self._future = list(mark.past), list(mark.future)
        self._notice = mark.notice
        if mark.entry is not None:
            self.entry, self.worked = mark.entry, mark.worked
        self._show()

    def undo(self) -> None:
        """Ctrl and Z: what was typed last is taken back, also the clearing of a whole form."""
        self._move(self._past, self._future, "window.nothing_to_undo")

    def redo(self) -> None:
        """Ctrl and Y: what was taken back last stands again."""
        self._move(self._future, self._past, "window.nothing_to_redo")

    def _move(self, source: list[Step], target: list[Step], nothing: str) -> None:
        if self._question:
            return
        if not source:
            self._notice = Notice(self._words.text(nothing))
            self._show()
            return
        step = source.pop()
        other = step.key != self._key
        if not self.entry:
            target.append(self.snapshot())
        self.bring_back(step)
        if other:
            self.say(Notice(self._words.text("window.form_back"), "done"))

    # A card that is read

    def read_card(self) -> None:
        """F4: the focus waits in the ID cell for a card or a code; nothing is cleared."""
        if self._question:
            return
        self._focus("id")
        self._notice = Notice(self._words.text("window.card.wait"))
        self._show()

    def scanned(self, id_type: str, id_: str) -> None:
        """A card was read: its number goes into the ID cell as a whole, and the form goes on from there."""
        if self._question:
            return
        if self.entry:
            self._begin()
        else:
            self._remember()
        before = typed.tidy(self._form.get("id", "")).upper()
        if before and before != id_:  # what belonged to the other patient goes; Ctrl and Z brings it back
            self._form["name"] = ""
            self._brought.add("name")
        self._form |= {"id_type": id_type, "id": id_}
        self._typing = ""
        self._notice = None
        self._look_up()
        self.enter("id")

    def chosen(self, name: str, value: str) -> None:
        """A value was chosen by its digit: the next cell follows."""
        self.typed(name, value)
        self.enter(name)

    def enter(self, name: str) -> None:
        """Enter: to the next cell, unless this one is wrong."""
        if self._question or self.entry:
            return
        self._typing = ""
        if name in form.DISEASES:
            self._take_disease(name)
        if self._settle_cell(name):
            found = self._bring_patient() if name == "id" else False
            if name in _CATEGORY_B_CELLS and self._line_step(name):
                self._work_out()
            else:
                self._focus(self._after("name" if found else name))
        else:
            self._focus(name)
        self._update()

    def reached(self, name: str) -> None:
        """A cell has the focus now."""
        if name != self._focused:
            self._focused = name
            self._begin_disease(name)
            self._show()

    def moved(self, name: str, by: int) -> None:
        """An arrow key in a cell with a list: the row above or below."""
        rows = self._disease_numbers(name)
        if not rows or self.entry:
            return
        if self._chosen_disease in rows:
            at = rows.index(self._chosen_disease) + by
            self._chosen_disease = rows[max(0, min(at, len(rows) - 1))]
        else:
            self._chosen_disease = rows[0]
        self._show()

    def pointed(self, number: int) -> None:
        """A row of the list was pressed."""
        if self._focused in form.DISEASES and not self.entry:
            self._chosen_disease = number
            self.enter(self._focused)

    def erased(self, name: str) -> None:
        """Backspace in an empty cell: the Category B line added last comes back to be changed."""
        lines = self._form.get(form.LINES, "").splitlines()
        if name == "category_b_total" and lines and not self.entry and not self._question:
            self._remember()
            self._form["category_b_total"], self._form["category_b_percent"] = lines.pop().split("\t")
            self._form[form.LINES] = "\n".join(lines)
            self._update()

    def back(self, name: str) -> None:
        """Shift and Enter: to the cell before."""
        cells = self._order()
        at = cells.index(name) if name in cells else 0
        before = cells[max(0, at - 1)]
        if before == "category_b_percent" and not self._form.get("category_b_total"):
            self.back(before)
            return
        self._focus(before)
        self._show()

    def left(self, name: str) -> None:
        """The cell lost the focus in another way."""
        self._typing = ""
        if not self._question and not self.entry:
            if name in form.DISEASES and self._form.get(name):
                self._take_disease(name)
            self._settle_cell(name)
            if name == "id":
                self._bring_patient()
            self._update()

    def new(self) -> None:
        """F2: the next patient."""
        if self._question:
            return
        if self._counter:
            self._counter.ledger.drafts.clear(DESK)
        if self._typed_anything() and not self.entry:
            self._remember()
        self._notice = None
        self._begin()
        self._update()

    def toggle_extras(self) -> None:
        """Ctrl and E: the rarer cells, in the place of the year's bars."""
        self._extras_open = not self._extras_open
        extras = [name for name in form.EXTRAS if name in self._shown()]
        if not self._extras_open and self.entry is None:
            self._checked.update(extras)  # they have been left
        self._focus(extras[0] if self._extras_open and extras else "eligible")
        self._show()

    def escape(self) -> bool:
        """Esc: one step back, losing nothing. False where there is nothing to go back from."""
        if self._question:
            self._question = None
        elif self._extras_open:
            self.toggle_extras()
        elif self._notice:
            self._notice = None
        else:
            return False
        self._show()
        return True

    def take(self, patient: "Patient") -> None:
        """A patient was found by F3: the form begins with what is known."""
        self.new()
        first = patient.identifiers[0]
        self._form |= {"id_type": first.id_type, "id": first.id, "name": patient.name}
        self._look_up()
        self._bring_patient()
        self._focus(self._after("name"))
        self._update()

    def ask_post(self) -> None:
        """F12: asks, where everything is there; Enter does not answer."""
        if self._question:
            return
        refused = self._not_to_post()
        if refused:
            self._notice = Notice(self._words(refused), "done" if self.entry else "wrong")
            self._show()
            return
        assert self.worked is not None
        settlement = self.worked.settlement
        words = self._words
        answers = [] if settlement.missing else [("Y", words.text("window.ask.post_yes"), "post")]
        pays = grouped(settlement.amounts.psn_part_amt or 0)
        for other in settlement.alternatives:
            if other.better:
                if settlement.missing:
                    pays = grouped(other.settlement.amounts.psn_part_amt or 0)
                text = words.text("window.ask.post_other", year=str(other.settlement.year))
                answers.append(("U", text, f"post {other.settlement.year}"))
        answers.append(("N", words.text("window.ask.no"), "no"))
        asked = words.text("window.ask.post", name=typed.tidy(self._form["name"]), amount=pays)
        self._question = Question(asked, tuple(answers))
        self._show()

    def answer(self, meaning: str) -> None:
        """An answer to the question that stands."""
        if self._question is None:
            return
        self._question = None
        if meaning.startswith("post"):
            year_chosen = meaning.removeprefix("post").strip()
            self._post(int(year_chosen) if year_chosen else None)
        self._show()

    def say(self, notice: Notice | None) -> None:
        """A line about something done elsewhere."""
        self._notice = notice
        self._show()

    def refresh(self) -> None:
        """Something elsewhere may have changed the ledger."""
        self._looked_up = ("", "")
        self._look_for_entry()
        if self.entry is None:
            self._look_up()
            self._bring_enrolment()
        self._work_out()
        self._show()

    @property
    def question(self) -> Question | None:
        """The question that stands."""
        return self._question

    def save_draft(self) -> None:
        """Keeps the form in the ledger against a crash."""
        if self._counter and not self.entry and self._typed_anything():
            self._counter.ledger.drafts.save(DESK, {**self._form, _KEY: self._key})

    # What follows from it

    @property
    def patient(self) -> "Patient | None":
        """The patient on file that the form's identifier belongs to."""
        return self._patient

    @property
    def year(self) -> int:
        """The year that the form speaks of."""
        day = typed.day(self._form.get("discharged", ""), self._today())
        return day.year if isinstance(day, date) else self._today().year

    @property
    def form(self) -> Mapping[str, str]:
        """The typed texts by cell."""
        return self._form

    def _typed_anything(self) -> bool:
        names = ("id", "name", *form.COSTS, form.LINES, "admitted", "discharged")
        return any(self._form.get(name) for name in names)

    def _restore(self, draft: dict[str, str] | None) -> None:
        if not draft:
            return
        self._key = draft.get(_KEY) or self._key
        self._form |= {name: text for name, text in draft.items() if name in (*form.FIELDS, form.LINES)}
        self._checked = {name for name in form.FIELDS if self._form.get(name)}
        self._notice = Notice(self._words.text("window.draft_restored"), "done")

    def _look_for_entry(self) -> None:
        """The entry of this form: posted before the power went, or gone with the ledger that was replaced."""
        if self._counter is None:
            return
        was, self.entry = self.entry, self._counter.ledger.journal.entry_by_key(self._key)
        if self.entry is not None and was is None:
            self._notice = Notice(self._words.text("window.already_posted", number=self.entry.number), "done")
            self._counter.ledger.drafts.clear(DESK)
            self._focus("id")

    def _shown(self) -> frozenset[str]:
        return form.shown(self._form, self._today(), self._specific_items())

    def _specific_items(self) -> bool:
        """Whether the rules of the day leave specific items out of critical illness."""
        day = typed.day(self._form.get("discharged", ""), self._today())
        if self._counter is None or not isinstance(day, date):
            return False
        found = self._counter.reader.documents.in_force("critical_illness", day)
        return found is not None and found.section.specific_items_excluded is not None

    def _most(self) -> dict[str, int]:
        """The last number of each list of diseases, once the documents are read."""
        if self._counter is None:
            return {}
        return {name: len(self._disease_names(name)) for name in form.DISEASES}

    def _order(self) -> list[str]:
        shown = self._shown()
        names = [*form.PATIENT, *form.VISIT, *form.COSTS, *(form.EXTRAS if self._extras_open else ())]
        return [name for name in names if name in shown]

    def _after(self, name: str) -> str:
        cells = self._order()
        at = cells.index(name) if name in cells else -1
        following = cells[at + 1] if at + 1 < len(cells) else name
        if following == "category_b_total" and self._form.get("category_b"):
            return self._after(following)
        if following == "category_b_percent" and not self._form.get("category_b_total"):
            return self._after(following)
        return following

    def _focus(self, name: str) -> None:
        self._focused = name
        self._turn += 1
        self._begin_disease(name)

    # The list of diseases

    def _begin_disease(self, name: str) -> None:
        number = typed.count(self._form.get(name, "")) if name in form.DISEASES else None
        self._chosen_disease = number if isinstance(number, int) else 0

    def _disease_names(self, name: str) -> list[str]:
        assert self._counter is not None
        documents = self._counter.reader.documents
        if name == "disease":
            return [row.name for row in documents.first("chronic_outpatient").section.diseases.rows]
        return list(documents.first("special_outpatient").section.diseases.names)

    def _disease_numbers(self, name: str) -> list[int]:
        """The diseases that the cell's text may mean; all of them once it has been left."""
        if self._counter is None or name not in form.DISEASES:
            return []
        from desktop.presenters.counter import diseases  # the window is painted first

        text = "" if name in self._checked and name not in self._faults else self._form.get(name, "")
        return diseases.matching(self._disease_names(name), text)

    def _likeliest(self, name: str) -> None:
        rows = self._disease_numbers(name) if self._form[name] else []
        number = typed.count(self._form[name])
        if isinstance(number, int):
            rows = [number] if number in rows else []
        self._chosen_disease = rows[0] if rows else 0

    def _take_disease(self, name: str) -> None:
        """Enter takes the row that is chosen; a bare number stands as it was typed."""
        if self._chosen_disease:
            self._form[name] = str(self._chosen_disease)

    def _disease_list(self) -> DiseaseList | None:
        name, counter = self._focused, self._counter
        if name not in form.DISEASES or counter is None or self.entry or self._question:
            return None
        found = typed.day(self._form.get("discharged", ""), self._today())
        day = found if isinstance(found, date) else self._today()
        policy = counter.policy(self._settings.region, day)
        if policy is None or name not in self._shown():
            return None
        import core.diseases as standing  # the window is painted first
        from desktop.presenters.counter import diseases

        diseases.read_ahead()
        numbers, year = self._disease_numbers(name), counter.totals(self._patient, day.year)
        if name == "disease":
            rank = typed.count(self._form.get("disease_rank", ""))
            rank = rank if isinstance(rank, int) else 1
            rows = standing.chronic(policy, day, rank, year)
            return diseases.chronic_list(rows, numbers, self._chosen_disease, day.year, self._words)
        left = standing.pooled_left(policy, day, year)
        special = standing.special(policy, day)
        return diseases.special_list(special, numbers, self._chosen_disease, left, self._words)

    # Category B by lines

    def _category_b_lines(self) -> "list[CategoryBLine]":
        """The lines added and the one being typed."""
        typed_any = self._form.get(form.LINES) or self._form.get("category_b_total")
        if self._counter is None or not typed_any:
            return []
        day = typed.day(self._form.get("discharged", ""), self._today())
        documents = self._counter.reader.documents
        basic = documents.in_force("basic", day if isinstance(day, date) else self._today())
        usual = (basic or documents.first("basic")).section.category_b.percent
        return form.category_b_lines(self._form, usual)

    def _line_step(self, name: str) -> bool:
        """What Enter does in the cells of a Category B line; False where it only goes on."""
        if not self._form.get("category_b_total"):
            self._form["category_b_percent"] = ""
            return False
        if name == "category_b_total":
            lines = self._category_b_lines()
            if not self._form.get("category_b_percent") and lines:
                self._form["category_b_percent"] = percent(lines[-1].rate)
            self._focus("category_b_percent")
            return True
        self._remember()
        self._form[form.LINES] = form.add_line(self._form)
        self._form["category_b_total"] = self._form["category_b_percent"] = ""
        self._focus("category_b_total")
        return True

    def _settle_cell(self, name: str) -> bool:
        """Puts a cell's text into its full form; whether it may be left."""
        text = self._form.get(name, "")
        found = form.read_cell(name, text, self._today(), self._most())
        self._checked.add(name)
        if isinstance(found, date):
            self._form[name] = found.isoformat()
        elif name in form.AMOUNTS and isinstance(found, int):
            self._form[name] = grouped(found)
        elif name in form.COUNTS and isinstance(found, int):
            self._form[name] = str(found)
        elif name == "category_b_percent" and isinstance(found, int):
            self._form[name] = percent(found)
        elif name in ("id", "name"):
            self._form[name] = typed.tidy(text).upper() if name == "id" else typed.tidy(text)
        if name == "discharged":
            self._bring_enrolment()
        self._work_out()
        return name not in self._faults

    def _look_up(self) -> None:
        """The patient on file of the typed identifier."""
        if self._counter is None:
            return
        typed_id = (self._form["id_type"], typed.tidy(self._form.get("id", "")).upper())
        if typed_id != self._looked_up:
            self._looked_up = typed_id
            self._patient = self._counter.find(typed_id[1]) if typed_id[1] else None

    def _bring_patient(self) -> bool:
        """What is known of a repeat patient, in the cells that nobody has touched."""
        patient, counter = self._patient, self._counter
        self._bring_enrolment()
        if patient is None or counter is None:
            return False
        known = {"name": patient.name}
        for given in patient.identifiers:
            if given.id == self._looked_up[1]:
                known["id_type"] = given.id_type
        last = counter.ledger.journal.last_visit(patient.key)
        if last is not None:
            known |= _from_request(last.request)
        for name, value in known.items():
            untouched = self._form.get(name, "") in ("", form.DEFAULTS.get(name, ""))
            if value and (untouched or name in self._brought):
                self._form[name] = value
                self._brought.add(name)
        return True

    def _bring_enrolment(self) -> None:
        """The patient's enrolment account, in the cells that nobody has touched; another patient's goes."""
        patient, counter = self._patient, self._counter
        self._enrolment = None
        known = dict.fromkeys(form.ENROLMENT, "")
        if patient is not None and counter is not None:
            self._enrolment = counter.ledger.accounts.current(patient.key)
            last = None if self._enrolment else counter.ledger.journal.last_visit(patient.key)
            if self._enrolment:
                found = self._enrolment.account.enrolment(self.year)
                counts = {name: getattr(found, name) for name in form.ENROLMENT[:3]}
                known |= {name: str(count) for name, count in counts.items() if count}
                known["fraud_amounts"] = " ".join(plain(fen) for fen in found.fraud_amounts)
            elif last is not None:
                known |= _enrolment_of(last.request)
        for name, value in known.items():
            if name in self._brought or not self._form.get(name):
                self._form[name] = value
                self._brought.add(name)

    def _update(self) -> None:
        self._look_up()
        self._work_out()
        self._show()

    def _work_out(self) -> None:
        """What the form comes to; a posted one stays as it was posted."""
        if self.entry is not None:
            self._show_as_posted(self.entry.number)
            return
        reading = form.read(self._form, self._today(), self._most())
        shown = self._shown()
        self._faults = {name: said for name, said in reading.wrong.items() if name in shown}
        self._region_fault = None
        self.worked = None
        values = {name: value for name, value in reading.values.items() if name in shown}
        lines = self._category_b_lines()
        if "category_b" in values and lines:
            self._faults["category_b_total"] = message("fault.category_b_twice")
        needed = form.needed(self._form)
        if self._counter and not self._faults and all(name in values for name in needed):
            from core.counter import posting

            asked = form.request(values, shown, self._settings.region, self._category_b())
            found = posting.work_out(self._counter, asked, self._patient)
            if isinstance(found, list):
                self._blame(found)
            else:
                self.worked = found
        elif len(values) > len(form.DEFAULTS):
            self._blame(_relations(values))

    def _show_as_posted(self, number: int) -> None:
        """Under an entry's number stands what was posted: on today's totals it would be counted twice."""
        self._faults, self._region_fault = {}, None
        self.worked = self._counter.as_posted(number) if self._counter else None

    def _category_b(self) -> int | None:
        """What the Category B lines come to (fen), None where there are none."""
        lines = self._category_b_lines()
        if not lines:
            return None
        from core.category_b import self_pay  # the window is painted first

        return self_pay(lines)

    def _blame(self, faults: list[Fault]) -> None:
        for fault in faults:
            cell = form.cell_of(fault.field)
            if cell == "category_b" and not self._form.get(cell):
                cell = "category_b_total"
            if cell in form.FIELDS:
                self._faults.setdefault(cell, fault.message)
            else:
                self._region_fault = fault.message

    def _not_to_post(self) -> Message | None:
        if self.entry:
            return message("window.already_posted", number=self.entry.number)
        if self._counter is None:
            return self._closed or message("window.loading")
        for name in ("id", "name"):
            if not typed.tidy(self._form.get(name, "")):
                self._focus(name)
                return message("window.needed", cell=message(f"window.cell.{name}"))
        if self.worked is None:
            self._show_first_fault()
            return message("window.not_worked_out")
        settlement = self.worked.settlement
        if settlement.missing and not any(other.better for other in settlement.alternatives):
            return message("window.incomplete_not_posted")
        return None

    def _show_first_fault(self) -> None:
        """Marks every cell at fault, and puts the focus into the first, wherever it is."""
        wrong = [name for name in form.FIELDS if name in self._faults]
        self._checked.update(wrong)
        if wrong:
            self._extras_open = self._extras_open or wrong[0] in form.EXTRAS
            self._focus(wrong[0])

    def _post(self, rule_year: int | None) -> None:
        from core.counter import posting
        from core.ledger.entries import Identifier, PatientGiven

        assert self._counter is not None
        asked = form.request(
            form.read(self._form, self._today(), self._most()).values,
            self._shown(),
            self._settings.region,
            self._category_b(),
        )
        given = PatientGiven((Identifier(self._form["id_type"], self._form["id"]),), self._form["name"])
        posted = posting.post(
            self._counter,
            key=self._key,
            patient=given,
            operator=self._settings.signer,
            request=asked,
            rule_year=rule_year,
        )
        if isinstance(posted, list):
            self._blame(posted)
            self._checked |= {form.cell_of(fault.field) for fault in posted}
            self._notice = Notice(self._words(posted[0].message), "wrong")
            return
        self.entry = posted.entry
        self._patient = self._counter.ledger.patients.get(posted.entry.patient)
        said = "window.posted_before" if posted.repeated else "window.posted"
        self._notice = Notice(self._words.text(said, number=posted.entry.number), "done")
        self._past = [step for step in self._past if step.key != self._key]
        self._future = []
        self._counter.ledger.drafts.clear(DESK)
        self._work_out()
        self._focus("id")

    # What is shown

    @property
    def state(self) -> CounterState:
        """The whole counter's page."""
        words = self._words
        shown = self._shown()
        cells = {name: self._cell(name, shown) for name in form.FIELDS}
        made = CounterState(
            headings={
                name: words.text(f"window.heading.{name}")
                for name in ("patient", "visit", "costs", "year", "steps", "extras")
            },
            cells=cells,
            figure=self._waiting(),
            year_line=self._year_line(),
            extras_open=self._extras_open,
            extras_line=self._extras_line(shown),
            extras_wrong=any(name in self._faults and name in self._checked for name in form.EXTRAS),
            extras_about=self._extras_about(),
            notice=self._notice or self._wrong_elsewhere(),
            question=self._question,
            posted=words.text("window.entry_number", number=self.entry.number) if self.entry else "",
            locked=self.entry is not None,
            diseases=self._disease_list(),
            focus=self._focused,
            focus_turn=self._turn,
        )
        if self.worked is None:
            return self._with_lines(self._guided(made))
        from desktop.presenters import figures, year  # the window is painted first

        claim, policy, settlement = self.worked
        shares, shares_text = figures.shares(settlement, words)
        steps, collapsed = figures.rows(settlement, words)
        made = made._replace(
            figure=figures.figure(settlement, words),
            shares=shares,
            shares_text=shares_text,
            steps=steps,
            steps_spoken=figures.spoken(steps),
            collapsed=collapsed,
            notes=figures.notes(settlement, words),
            bars=year.bars(policy, claim, settlement, words),
            next_line=year.next_line(policy, claim, settlement, words),
        )
        return self._with_lines(made)

    def _guided(self, state: CounterState) -> CounterState:
        """Where to begin, in the place of the steps; a desk that nobody has set up is told so first."""
        if self._counter is None:
            return state
        words = self._words
        guide = [(key, words.text(f"window.guide.{name}")) for key, name in _GUIDE]
        if not self._settings.operator:
            guide.insert(0, ("F5", words.text("window.guide.desk")))
        packs = self._counter.reader.regions.versions(self._settings.region)
        if packs and all(pack.blank for pack in packs):
            guide.insert(0, ("F5", words.text("window.guide.region", name=packs[-1].name)))
        headings = {**state.headings, "steps": words.text("window.heading.guide")}
        return state._replace(headings=headings, guide=tuple(guide))

    def _with_lines(self, state: CounterState) -> CounterState:
        """While a Category B line is typed, its sum stands in the place of the settlement's."""
        lines = self._category_b_lines() if self._focused in _CATEGORY_B_CELLS else []
        if not lines or self._counter is None or self.entry:
            return state
        found = typed.day(self._form.get("discharged", ""), self._today())
        day = found if isinstance(found, date) else self._today()
        policy = self._counter.policy(self._settings.region, day)
        if policy is None:
            return state
        from core import category_b  # the window is painted first
        from desktop.presenters import figures

        words = self._words
        rows = tuple(figures.row(step, words) for step in category_b.steps(policy, day, lines))
        return state._replace(
            headings={**state.headings, "steps": words.text("window.heading.category_b")},
            guide=(),
            steps=rows,
            steps_spoken=figures.spoken(rows),
            collapsed="",
            notes=(words.text("window.category_b_how"),),
        )

    def _cell(self, name: str, shown: frozenset[str]) -> Cell:
        words = self._words
        label = words.text(self._label_id(name))
        fault = self._faults.get(name) if name in self._checked else None
        odd = self._odd_id() if name == "id" else None
        options = tuple(
            Option(value, key, words.text(f"window.option.{name}.{value}"))
            for value, key in form.CHOICES.get(name, ())
        )
        return Cell(
            label,
            self._form.get(name, ""),
            "" if fault else words(odd) if odd else self._hint(name),
            words(fault) if fault else "",
            name in shown,
            options,
            number=name in form.AMOUNTS or name == "category_b_percent",
            warned=odd is not None and not fault,
            dated=name in form.DAYS,
            listed=name in form.DISEASES,
            sums=name in form.AMOUNTS or name == "fraud_amounts",
        )

    def _label_id(self, name: str) -> str:
        benefit = form.benefit_of(self._form)
        if name == "discharged" and "admitted" not in self._shown() and benefit:
            return "window.cell.visited"
        return f"window.cell.{name}"

    def _hint(self, name: str) -> str:
        words, text = self._words, self._form.get(name, "")
        if name in form.AMOUNTS and typed.is_sum(text):
            fen = typed.amount(text)
            return words.text("window.sum_is", amount=grouped(fen)) if isinstance(fen, int) else ""
        if name == "category_b_total" and not self._form.get("category_b"):
            fen = self._category_b()
            return "" if fen is None else words.text("window.category_b_is", amount=grouped(fen))
        if not text:
            return ""
        if name in form.DAYS:
            day = typed.day(text, self._today())
            if isinstance(day, date):
                if text == day.isoformat() and "admitted" not in self._shown():
                    return ""  # the line holds the disease's name
                weekday = words.text(f"window.weekday.{day.weekday()}")
                return weekday if text == day.isoformat() else f"{day.isoformat()} {weekday}"
        if name == "id":
            return self._hint_of_id()
        if name == "category_b" and self.worked is not None:
            eligible = self.worked.claim.eligible
            return words.text("window.in_scope_is", amount=grouped(eligible - self.worked.claim.category_b))
        if name in ("disease", "special_disease"):
            return self._disease(name, text)
        return ""

    def _disease(self, name: str, text: str) -> str:
        number = typed.count(text)
        if self._counter is None or not isinstance(number, int) or number < 1:
            return ""
        names = self._disease_names(name)
        return names[number - 1] if number <= len(names) else ""

    def _odd_id(self) -> Message | None:
        """What is odd about the number of somebody who is not on file; it holds nothing up."""
        if self._patient is not None:
            return None
        text = self._form.get("id", "")
        return typed.odd_id(self._form["id_type"], text, self._today(), "id" in self._checked)

    def _hint_of_id(self) -> str:
        words = self._words
        if self._patient is not None:
            return words.text("window.patient_known", name=self._patient.name)
        if self._counter is not None and "id" in self._checked:
            return words.text("window.patient_new")
        return ""

    def _waiting(self) -> Figure:
        words = self._words
        title = words.text("amount.psn_part_amt")
        if self._counter is None:
            return Figure(title, headline="", missing=(words(self._closed or message("window.loading")),))
        reading = form.read(self._form, self._today(), self._most())
        needed = form.needed(self._form)
        absent = [words.text(self._label_id(name)) for name in needed if name not in reading.values]
        searched = {name for name in form.DISEASES if name not in self._checked}
        if absent and not self._faults.keys() - searched:
            return Figure(
                title, missing=(words.text("window.waiting", cells=words.text("window.comma").join(absent)),)
            )
        wrong = tuple(self._said_wrong(name) for name in self._wrong_cells())
        return Figure(title, missing=wrong or (words.text("window.waiting_fault"),))

    def _wrong_cells(self) -> list[str]:
        """The cells at fault in their order, but the one that is just being typed in."""
        cells = [name for name in form.FIELDS if name in self._faults]
        return [name for name in cells if name in self._checked or name != self._focused]

    def _said_wrong(self, name: str) -> str:
        cell = self._words.text(self._label_id(name))
        return self._words.text("window.waiting_wrong", cell=cell, why=self._words(self._faults[name]))

    def _wrong_elsewhere(self) -> Notice | None:
        if self._region_fault is not None:
            return Notice(self._words(self._region_fault), "wrong")
        return None

    def _year_line(self) -> str:
        if self._counter is None:
            return ""
        from desktop.presenters import year  # the window is painted first

        totals = self._counter.totals(self._patient, self.year)
        return year.totals_line(self.year, totals, self._words)

    def _extras_about(self) -> str:
        """Whose word the enrolment cells are."""
        if self._enrolment is None or self._counter is None:
            return ""
        row = self._enrolment
        return self._words.text("window.enrolment.from", day=row.day.isoformat(), name=row.operator)

    def _extras_line(self, shown: frozenset[str]) -> str:
        """What of the rarer cells is filled in; what is wrong with one comes first."""
        words = self._words
        wrong = [name for name in form.EXTRAS if name in self._faults and name in self._checked]
        if wrong:
            return self._said_wrong(wrong[0])
        filled = []
        for name in form.EXTRAS:
            text = self._form.get(name, "")
            if name not in shown or text in ("", form.DEFAULTS.get(name, "")):
                continue
            said = words.text(f"window.option.{name}.{text}") if name in form.CHOICES else text
            filled.append(f"{words.text(f'window.cell.{name}')} {said}")
        return " · ".join(filled) or words.text("window.extras_none")


def _from_request(request: Mapping[str, Any]) -> dict[str, str]:
    """The cells that are as they were at the last visit."""
    return {
        "benefit": str(request.get("benefit", "")),
        "level": str(request.get("hospital_level", "")),
        "population": str(request.get("population", "")),
    }


def _enrolment_of(request: Mapping[str, Any]) -> dict[str, str]:
    """The enrolment of the last visit, for a patient without an account."""
    enrolment = request.get("enrolment") or {}
    return {name: str(enrolment[name]) for name in form.ENROLMENT[:3] if name in enrolment}


def _relations(values: Mapping[str, Any]) -> list[Fault]:
    """What of the cells typed so far cannot be true together."""
    from core.claim import disagreements  # the window is painted first

    pooled = Benefit(values["benefit"]).pooled if "benefit" in values else True
    return disagreements(
        admitted=values.get("admitted") if pooled else None,
        discharged=values.get("discharged"),
        settled=values.get("settled"),
        total=values.get("total"),
        eligible=values.get("eligible"),
        category_b=values.get("category_b"),
    )
