"""Who a patient is: another name, joined with somebody else who is the same person, or taken apart again."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.ledger.entries import Identifier
from core.messages import Fault, Message, message
from desktop.presenters import typed
from desktop.presenters.lookup.effects import Effect, effect_of
from desktop.presenters.lookup.masked import WHOLE, LookupDoors, MaskedPage
from desktop.presenters.lookup.other_person import OtherPerson
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice, Option, Question
from desktop.session import Session

if TYPE_CHECKING:
    from core.counter.persons import CorrectedPerson
    from core.ledger.entries import Patient
    from desktop.presenters.lookup.people import People

RENAME, JOIN, SEPARATE = "rename", "join", "separate"
_ACTS: Final = ((RENAME, "1"), (JOIN, "2"), (SEPARATE, "3"))
_A_CARD: Final = 18
"""Characters of a resident's number: among names it can only be another person's."""

_CELL_OF: Final = {"patient.name": "value", "patient": "value", "with": "value", "operator": "supervisor"}
"""The cell of a fault of the core that has another name."""


class PersonPage(MaskedPage):
    """F7 on a patient's page. What would become of the totals stands in the list before anything is saved.

    ``typed_name`` is the name at the counter that the ledger refused, empty where there is none. At a guarded
    desk a supervisor proves by a PIN to be there; whoever is signed in stays so.
    """

    name = "person"
    order: tuple[str, ...] = ("act", "value", "reason")
    takes_ids = "value"
    who = "supervisor"
    keeps = False

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        doors: LookupDoors,
        patient: "Patient",
        people: "People",
        typed_name: str = "",
    ) -> None:
        super().__init__(session, show, doors)
        self._patient = patient
        self._people = people
        self._typed_name = typed_name
        self._guarded = self._counter.operators.guarded()
        if self._guarded:
            self.order = (*PersonPage.order, "supervisor", "pin")
            self.texts["supervisor"] = self._supervisor_here()
        self._effect: Effect | None = None
        self._of: tuple[str, str] = "", ""
        self.texts |= {"act": RENAME, "value": typed_name}
        self._other = OtherPerson(self._counter, people, patient)
        self.focus("value" if typed_name else "act")

    @property
    def patient(self) -> "Patient":
        """The patient of the page."""
        return self._patient

    @property
    def unsaved(self) -> bool:
        """True where a name, another person or a reason was typed and nothing was done with it."""
        return super().unsaved and any(self.texts.get(name) for name in ("value", "reason", "pin"))

    def _supervisor_here(self) -> str:
        from core.ledger.operators import Role

        here = self._counter.operator
        return here.name if here and here.role.may(Role.SUPERVISOR) else ""

    # Typing

    def changed(self, name: str) -> None:
        """Another act begins with an empty cell; a number that is read among names joins."""
        act, value = self.texts["act"], self.texts.get("value", "")
        if name == "act":
            first = {RENAME: self._typed_name, SEPARATE: "1" if self._joins() else ""}
            self.texts["value"] = first.get(act, "")
            self.faults.pop("value", None)
        elif (
            name == "value" and act == RENAME and typed.tidy(value)[:-1].isdecimal() and len(value) == _A_CARD
        ):
            self.texts["act"] = JOIN

    def enter(self, name: str) -> None:
        """Go on from a sound cell; from the last one ask, and answer nothing."""
        if self.question:
            return
        if name == "value" and self.texts["act"] == JOIN and self._other.look(self.texts["value"]).several:
            self.focus("list")
        elif name == "value" and (fault := self._fault_of_value()) is not None:
            self.faults["value"] = self._words(fault)
            self.focus("value")
        elif name == self.order[-1]:
            self.save()
            return
        else:
            super().enter(name)
            return
        self._show()

    def opened(self, value: str) -> None:
        """Enter on somebody in the list: that is the other person."""
        if self.texts["act"] == JOIN and self._other.look(self.texts["value"]).several:
            self.typed("value", value)
            self.focus("reason")
            self._show()

    def _joins(self) -> list[tuple["Patient", "Patient"]]:
        """Return the two sides of each join of this person, as they are by themselves."""
        patients = self._counter.ledger.patients
        parts = {part.key: part for part in patients.parts(self._patient.key)}
        pairs = [(parts[one], parts[other]) for one, other in patients.joins(self._patient.key)]
        return [pair for pair in pairs if all(part.identifiers for part in pair)]

    def _chosen_join(self) -> tuple["Patient", "Patient"] | None:
        number, joins = typed.count(self.texts.get("value", "")), self._joins()
        return joins[number - 1] if isinstance(number, int) and 0 < number <= len(joins) else None

    def _fault_of_value(self) -> Message | None:
        """Return what is wrong with the name, the other person or the join; None where it can be done."""
        act, value = self.texts["act"], typed.tidy(self.texts.get("value", ""))
        if act == RENAME:
            if value and typed.name(value) == self._patient.name:
                return message("window.person.same_name")
            return typed.name_fault(value) if value else message("fault.required")
        if act == SEPARATE:
            if not self._joins():
                return message("window.person.no_joins")
            return (
                None if self._chosen_join() else message("window.person.which_join", last=len(self._joins()))
            )
        if not value:
            return message("fault.required")
        return self._other.look(value).fault

    # What it would come to

    def _would_be(self) -> Effect:
        """Return what the act would come to, worked out once for each act and value."""
        asked = self.texts["act"], typed.tidy(self.texts.get("value", ""))
        if self._effect is None or asked != self._of:
            self._of, self._effect = asked, self._work_out(*asked)
        return self._effect

    def _work_out(self, act: str, value: str) -> Effect:
        from core.counter import persons

        one = self._patient
        if self._fault_of_value() is not None:
            return Effect(one, None, None)
        if act == RENAME:
            return Effect(one, one._replace(name=typed.name(value)), None)
        if act == SEPARATE:
            pair = self._chosen_join()
            assert pair is not None
            return Effect(*pair, persons.would_separate(self._counter, *pair), apart=True)
        found = self._other.look(value)
        if found.patient is None:
            assert found.number is not None
            return Effect(one, one._replace(identifiers=(found.number,)), None)
        first, second = persons.in_order(one, found.patient)
        return Effect(first, second, persons.would_join(self._counter, first, second))

    # Saving

    def save(self) -> None:
        """F12: ask, once everything is there; Enter does not answer."""
        if self.question:
            return
        words, self.faults = self._words, {}
        fault = self._fault_of_value()
        if fault is None and self._other_is_several():
            fault = message("window.person.choose")
        if fault is not None:
            self.faults["value"] = words(fault)
        for name in self.order[2:]:
            if not self.texts.get(name, "").strip():
                self.faults[name] = words.text("fault.required")
        wrong = next((name for name in self.order if name in self.faults), "")
        if wrong:
            self.focus(wrong)
        else:
            yes = words.text(f"window.person.{self.texts['act']}_yes")
            no = ("N", words.text("window.ask.no"), "no")
            self.question = Question(self._asked(), (("Y", yes, "do"), no))
        self._show()

    def _other_is_several(self) -> bool:
        return self.texts["act"] == JOIN and bool(self._other.look(self.texts["value"]).several)

    def _asked(self) -> str:
        effect, words = self._would_be(), self._words
        assert effect.other is not None
        if self.texts["act"] == RENAME:
            return words.text(
                "window.ask.rename", before=self._name(effect.one.name), after=effect.other.name
            )
        sides = {"one": self._person(effect.one), "other": self._person(effect.other)}
        if self.texts["act"] == SEPARATE:
            return words.text("window.ask.separate", **sides, affected=effect.affected)
        from core.counter.persons import births_apart  # the window is painted first

        odd = births_apart(effect.one, effect.other)
        before = "" if odd is None else f"{words(odd)}\n"
        if effect.would_be is None:
            added = self._number(effect.other)
            return before + words.text("window.ask.number", one=sides["one"], number=added)
        name = self._name(effect.would_be.name)
        return before + words.text("window.ask.join", **sides, name=name, affected=effect.affected)

    def _person(self, patient: "Patient") -> str:
        return f"{self._name(patient.name)} {self._number(patient)}".strip()

    def _number(self, patient: "Patient") -> str:
        number = patient.document.id
        return number if self.whole else typed.masked(number)

    def answer(self, meaning: str) -> None:
        """Y: do it; the supervisor's name and PIN are proved first."""
        self.question = None
        if meaning == "do":
            from core.counter.countersigning import countersigned

            effect = self._would_be()
            act = self._act(effect)
            if self._guarded:
                name, pin = self.texts["supervisor"].strip(), self.texts["pin"]
                done = countersigned(self._counter, name, pin, act)
            else:
                done = act(self._session.settings.signer)
            self.texts["pin"] = ""
            if isinstance(done, list):
                self._blame(done, lambda field: _CELL_OF.get(field, field))
            else:
                self._done(done, effect)
        self._show()

    def _act(self, effect: Effect) -> "Callable[[str], CorrectedPerson | list[Fault]]":
        """Return the act that was chosen, which takes the operator's name."""
        from core.counter import persons

        act, reason, counter = self.texts["act"], self.texts["reason"].strip(), self._counter
        one, other = effect.one.document, effect.other
        assert other is not None
        if act == RENAME:
            return lambda who: persons.rename(counter, one.id, other.name, reason=reason, operator=who)
        two: Identifier = other.document
        if act == SEPARATE:
            return lambda who: persons.separate(counter, one.id, two.id, reason=reason, operator=who)
        if effect.would_be is None:
            return lambda who: persons.add_number(counter, one.id, two, reason=reason, operator=who)
        return lambda who: persons.join(counter, one.id, two.id, reason=reason, operator=who)

    def _done(self, corrected: "CorrectedPerson", effect: Effect) -> None:
        """Show the person as it is now; what it has come to stays in the list."""
        patients = self._counter.ledger.patients
        act = self.texts["act"]
        self._patient = patients.get(self._patient.key) or corrected.patient
        for part in (*patients.parts(effect.one.key), *patients.parts(corrected.patient.key)):
            self._people.renew(part)
        self._other = OtherPerson(self._counter, self._people, self._patient)
        self._typed_name = ""
        self.texts |= {"value": "", "reason": ""}
        self._of, self._effect = (act, ""), effect._replace(done=True)
        self._touched = False
        name = self._name(self._patient.name)
        self.notice = Notice(self._words.text(f"window.person.{act}_done", name=name), "done")
        self.focus("act")

    keys = {
        **MANUAL,
        **WHOLE,
        "F12": KeyAction("window.key.person.F12", save),
        **LEAVE,
    }

    # Drawing

    def drawn(self) -> PageState:
        """Return the page."""
        words, act = self._words, self.texts["act"]
        acts = [Option(value, key, words.text(f"window.person.act.{value}")) for value, key in _ACTS]
        cells = {
            "act": self._cell("act", "window.person.act", acts),
            "value": self._cell("value", f"window.person.value.{act}", hint=self._hint(act)),
            **{name: self._cell(name, f"window.person.{name}") for name in self.order[2:]},
        }
        if self._guarded:
            cells["pin"] = cells["pin"]._replace(secret=True)
        group = words.text("window.person.guarded" if self._guarded else "window.person.plain")
        page = PageState(
            words.text(
                "window.person.title", name=self._name(self.patient.name), id=self._numbers(self.patient)
            ),
            words.text(f"window.person.about.{act}"),
            cells,
            ((words.text("window.person.what"), self.order[:2]), (group, self.order[2:])),
            narrow=True,
        )
        return self._with_candidates(page) if self._other_is_several() else self._with_effect(page)

    def _hint(self, act: str) -> str:
        """Return whom the cell means, or what is known of the joins."""
        if act == SEPARATE:
            pairs = enumerate(self._joins(), 1)
            return "；".join(
                f"{at} {self._person(one)} + {self._person(other)}" for at, (one, other) in pairs
            )
        found = self._other.look(self.texts.get("value", "")) if act == JOIN else None
        if found is None:
            return ""
        if found.patient is not None:
            return self._person(found.patient)
        return self._words(found.said) if found.said else ""

    def _with_candidates(self, page: PageState) -> PageState:
        """Show the people whom the text may mean, to choose from."""
        words = self._words
        return page._replace(
            columns=tuple(words.text(f"window.column.{name}") for name in ("name", "id")),
            rows=tuple(
                ListRow(each.document.id, (self._name(each.name), self._numbers(each)))
                for each in self._other.look(self.texts["value"]).several
            ),
            lines=(words.text("window.person.choose"),),
        )

    def _with_effect(self, page: PageState) -> PageState:
        """Show what the act would come to: both people, the totals of each year, the entries affected."""
        words, act, effect = self._words, self.texts["act"], self._would_be()
        sides = ("one", "after") if act == RENAME else ("one", "other", "after")
        columns = ("item", *(f"{act}.{side}" for side in sides))
        called = self._counter.ledger.called
        rows = effect_of(effect, words, self._name, self._number, called) if effect.other is not None else ()
        said = "left_as_is" if effect.done else "affected"
        return page._replace(
            columns=tuple(words.text(f"window.person.column.{name}") for name in columns),
            numbers=frozenset({1, 2, 3}),
            rows=rows,
            lines=(words.text(f"window.person.{said}", number=effect.affected),) if effect.affected else (),
            empty=words.text(f"window.person.empty.{act}"),
        )
