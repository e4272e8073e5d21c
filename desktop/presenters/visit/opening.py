"""Opening totals: what the insurer's platform says of a patient's year on a day."""

from collections.abc import Mapping
from datetime import date
from os import urandom
from typing import Any, Final

from core.claim import MONEY_TOTALS, ChronicTotals, YearToDate
from core.messages import Message, message
from core.money import grouped, plain
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL, AboutOne, KeyAction
from desktop.presenters.states import ListRow, Notice, PageState, Question

_PATIENT: Final = ("id", "name", "year", "as_of")
_CHRONIC: Final = ("chronic_disease", "chronic_in_scope", "chronic_paid", "chronic_deductible")
_NO_AMOUNT: Final = frozenset({"id", "name", "year", "as_of", "admissions", "chronic_disease"})


class OpeningPage(AboutOne):
    """F11: the page for a patient's opening totals of a year."""

    name = "opening"
    short = frozenset({"year", "as_of"})
    order = (*_PATIENT, "admissions", *MONEY_TOTALS, *_CHRONIC)
    takes_ids = "id"

    def _begin(self, today: date, known: Mapping[str, str]) -> None:
        self._key = urandom(16).hex()
        self.done = False
        self.texts["as_of"] = today.isoformat()
        self._chronic: dict[int, ChronicTotals] = {}
        self._known = ("", 0)
        self._bring()
        self.focus("admissions" if known.get("id") else "id")

    def _bring(self) -> None:
        """The totals that the ledger has of this patient and year; nobody else's figures stay behind."""
        year = typed.count(self.texts.get("year", ""))
        asked = (typed.tidy(self.texts.get("id", "")), year if isinstance(year, int) else 0)
        if asked == self._known:
            return
        self._known = asked
        patient = self._counter.find(asked[0]) if asked[0] and asked[1] else None
        totals = self._counter.totals(patient, asked[1])
        for name in ("admissions", *MONEY_TOTALS, *_CHRONIC):
            self.texts.pop(name, None)
        if patient is not None:
            self.texts["admissions"] = str(totals.admissions)
            self.texts |= {name: grouped(getattr(totals, name)) for name in MONEY_TOTALS}
        self._chronic = dict(totals.chronic)

    def changed(self, name: str) -> None:
        """Another patient or year brings its own figures; a disease brings what is known of it."""
        if name in ("id", "year"):
            self._bring()
        elif name == "chronic_disease":
            number = typed.count(self.texts.get(name, ""))
            known = self._chronic.get(number) if isinstance(number, int) else None
            for cell, fen in zip(_CHRONIC[1:], known or (), strict=False):
                self.texts[cell] = grouped(fen)

    def _settled(self, name: str, found: Any) -> None:
        """An amount in its full form."""
        if name not in _NO_AMOUNT and isinstance(found, int):
            self.texts[name] = grouped(found)

    def _read(self, name: str) -> Any:
        text = self.texts.get(name, "")
        if name == "as_of":
            return typed.day(text, self._today)
        if name in ("year", "admissions", "chronic_disease"):
            return typed.count(text)
        if name in ("id", "name"):
            return typed.tidy(text) or None
        return typed.amount(text)

    @property
    def unsaved(self) -> bool:
        """Whether something was typed and not saved."""
        return not self.done and super().unsaved

    def save(self) -> None:
        """F12: asks; Enter does not answer."""
        if self.question or self.done:
            return
        values = {name: self._read(name) for name in self.order}
        for name, found in values.items():
            if isinstance(found, Message):
                self.faults[name] = self._words(found)
            elif found is None and name in _PATIENT:
                self.faults[name] = self._words(message("fault.required"))
        if not values["chronic_disease"] and any(values[name] for name in _CHRONIC[1:]):
            self.faults["chronic_disease"] = self._words.text("window.opening.needs_disease")
        if not any(self.texts.get(name, "").strip() for name in ("admissions", *MONEY_TOTALS, *_CHRONIC)):
            self.faults["admissions"] = self._words.text("window.opening.no_figures")
        wrong = next((name for name in self.order if name in self.faults), "")
        if wrong:
            self.focus(wrong)
        else:
            self.question = Question(
                self._words.text("window.ask.opening", name=self.texts["name"], year=self.texts["year"]),
                (
                    ("Y", self._words.text("window.ask.opening_yes"), "open"),
                    ("N", self._words.text("window.ask.no"), "no"),
                ),
            )
        self._show()

    def answer(self, meaning: str) -> None:
        """Y saves."""
        self.question = None
        self.focus("admissions")
        if meaning == "open":
            self._open()
        self._show()

    def _open(self) -> None:
        from core.counter import posting
        from core.ledger.entries import Identifier, PatientGiven

        values = {name: self._read(name) for name in self.order}
        totals: dict[str, Any] = {name: plain(values[name]) for name in MONEY_TOTALS if values[name]}
        totals["admissions"] = values["admissions"] or 0
        chronic = dict(self._chronic)
        if values["chronic_disease"]:
            chronic[values["chronic_disease"]] = ChronicTotals(*(values[name] or 0 for name in _CHRONIC[1:]))
        totals["chronic"] = {
            str(number): {name: plain(fen) for name, fen in zip(found._fields, found, strict=True)}
            for number, found in chronic.items()
        }
        made = posting.open_year(
            self._counter,
            key=self._key,
            patient=PatientGiven((Identifier(self._id_type, values["id"]),), values["name"]),
            operator=self._session.settings.signer,
            year=values["year"],
            as_of=values["as_of"],
            totals=totals,
        )
        if isinstance(made, list):
            self._blame(made, _cell_of)
            return
        self.done = True
        number, changed = made.entry.number, len(made.entry.difference or {})
        said = self._words.text("window.opened", number=number, differences=changed)
        self.notice = Notice(said, "done")

    keys = {**MANUAL, "F12": KeyAction("window.key.opening.F12", save), **LEAVE}

    def drawn(self) -> PageState:
        """The page."""
        words = self._words
        cells = {
            name: self._cell(
                name,
                f"total.{name}" if name in YearToDate._fields else f"window.opening.{name}",
                number=name not in _PATIENT,
            )
            for name in self.order
        }
        cells["id"] = self._id_cell("window.opening.id")
        return PageState(
            words.text("window.opening.title"),
            words.text("window.opening.about"),
            cells,
            (
                (words.text("window.opening.patient"), _PATIENT),
                (words.text("window.opening.chronic"), _CHRONIC),
                (words.text("window.opening.totals"), ("admissions", *MONEY_TOTALS)),
            ),
            columns=tuple(
                words.text(f"window.column.{name}") for name in ("disease", "counted", "paid", "deducted")
            )
            if self._chronic
            else (),
            numbers=frozenset({1, 2, 3}),
            rows=tuple(
                ListRow(str(number), (str(number), *(grouped(fen) for fen in found)))
                for number, found in sorted(self._chronic.items())
            ),
        )


def _cell_of(field: str) -> str:
    if field.startswith("totals.chronic."):  # the disease, or one of its amounts
        amount = f"chronic_{field.rpartition('.')[2]}"
        return amount if amount in _CHRONIC else "chronic_disease"
    return field.removeprefix("totals.").removeprefix("patient.")
