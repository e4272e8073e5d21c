"""Looking up: patients by the beginning of an ID or a name, and the entries of the one chosen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.messages import term
from core.money import grouped
from core.words import Words
from desktop.presenters.page import Page
from desktop.presenters.states import ListRow, Notice, PageState
from desktop.presenters.typed import masked, masked_name

if TYPE_CHECKING:
    from core.counter import Counter
    from core.ledger.entries import Entry, Patient


class FindPage(Page):
    """F3 and F7. Rows are patients, or the entries of the chosen one."""

    name = "find"
    order = ("search",)

    def __init__(
        self,
        words: Words,
        show: Callable[[], None],
        counter: "Counter",
        take: "Callable[[Patient], None]",
    ) -> None:
        super().__init__(words, show)
        self._counter = counter
        self._take = take
        self.patient: Patient | None = None
        self.entry: Entry | None = None
        self._found: list[Patient] = []
        self._entries: list[Entry] = []
        self._whole = False

    def press(self, key: str) -> bool:
        """F8: names and numbers whole, or with their middle hidden; the next time the page opens, hidden."""
        if key != "F8":
            return False
        self._whole = not self._whole
        self._show()
        return True

    def _name(self, patient: "Patient") -> str:
        return patient.name if self._whole else masked_name(patient.name)

    def _ids(self, patient: "Patient") -> str:
        return "  ".join(each.id if self._whole else masked(each.id) for each in patient.identifiers)

    def begin(self, patient: "Patient | None") -> None:
        """Opens with a patient's history, or with the search."""
        self.notice = None
        self._look_at(patient)
        self.focus("list" if patient and self._entries else "search")

    def _look_at(self, patient: "Patient | None") -> None:
        self.patient, self.entry = patient, None
        self._entries = self._counter.entries(patient) if patient else []
        self._entries.reverse()
        self.entry = self._entries[0] if self._entries else None

    def changed(self, _name: str) -> None:
        """The search follows every keystroke."""
        self._look_at(None)
        text = self.texts.get("search", "").strip()
        self._found = self._counter.search(text) if text else []

    def enter(self, _name: str) -> None:
        """Enter in the search: into the list."""
        if len(self._found) == 1 and self.patient is None:
            self._look_at(self._found[0])
        self.focus("list")
        self._show()

    def picked(self, value: str) -> None:
        """A row was reached by the arrows."""
        if self.patient is not None:
            self.entry = self._counter.entry(int(value))

    def opened(self, value: str) -> None:
        """Enter on a patient shows the entries; on an entry it takes the patient to the counter."""
        if self.patient is not None:
            self._take(self.patient)
            return
        found = self._counter.patient(value)
        if found:
            self._look_at(found)
            self.focus("list")
            self._show()

    def escape(self) -> bool:
        """Back from a patient's entries to the list of patients."""
        if self.patient is not None and self._found:
            self._look_at(None)
            self.focus("search")
            self._show()
            return True
        return super().escape()

    @property
    def state(self) -> PageState:
        """The page."""
        words = self._words
        cells = {"search": self._cell("search", "window.find.search")}
        common = {
            "cells": cells,
            "groups": (("", ("search",)),),
            "notice": self.notice,
            "question": self.question,
            "focus": self._focused,
            "focus_turn": self._turn,
        }
        if self.patient is not None:
            title = words.text(
                "window.find.entries_of", name=self._name(self.patient), id=self._ids(self.patient)
            )
            return PageState(
                title,
                words.text("window.find.about_entries"),
                columns=tuple(words.text(f"window.column.{name}") for name in _ENTRY_COLUMNS),
                numbers=frozenset({4, 5}),
                rows=tuple(self._entry_row(entry) for entry in self._entries),
                chosen=str(self.entry.number) if self.entry else "",
                empty=words.text("window.find.no_entries"),
                **common,  # type: ignore[arg-type]
            )
        return PageState(
            words.text("window.find.title"),
            words.text("window.find.about"),
            columns=tuple(words.text(f"window.column.{name}") for name in ("name", "id")),
            rows=tuple(
                ListRow(patient.key, (self._name(patient), self._ids(patient))) for patient in self._found
            ),
            empty=words.text("window.find.nobody" if self.texts.get("search") else "window.find.type"),
            **common,  # type: ignore[arg-type]
        )

    def _entry_row(self, entry: "Entry") -> ListRow:
        words = self._words
        total = patient_pays = benefit = ""
        if entry.settlement is not None:
            amounts = entry.settlement.amounts
            total = grouped(amounts.medfee_sumamt)
            patient_pays = "" if amounts.psn_part_amt is None else grouped(amounts.psn_part_amt)
            benefit = words(term("benefit", str(entry.request["benefit"])))
        kind = words.text(f"window.entry.{entry.kind.value}")
        if entry.reversed_by is not None:
            kind = words.text("window.entry.reversed_by", number=entry.reversed_by)
        elif entry.reverses is not None:
            kind = words.text("window.entry.reverses", number=entry.reverses)
        texts = (str(entry.number), entry.day.isoformat(), kind, benefit, total, patient_pays, entry.operator)
        return ListRow(str(entry.number), texts, entry.reversed_by is not None)

    def say(self, notice: Notice | None) -> None:
        """A line about something done elsewhere."""
        self.notice = notice
        self._show()


_ENTRY_COLUMNS = ("number", "day", "kind", "benefit", "total", "patient_pays", "operator")
