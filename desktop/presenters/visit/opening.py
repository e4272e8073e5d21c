"""Opening totals: a patient's year as the insurer's platform states it on a day."""

from collections.abc import Mapping
from datetime import date
from os import urandom
from typing import Any, Final

from core.claim import MONEY_TOTALS, ChronicTotals, YearToDate
from core.money import grouped, plain
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice, Question
from desktop.presenters.visit.about_patient import EnteredPage

_PATIENT: Final = ("id", "name", "year", "as_of")
_CHRONIC: Final = ("chronic_disease", "chronic_in_scope", "chronic_paid", "chronic_deductible")
_NO_AMOUNT: Final = frozenset({"id", "name", "year", "as_of", "admissions", "chronic_disease"})


class OpeningPage(EnteredPage):
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
        self._special: dict[int, ChronicTotals] = {}
        self._known = ("", 0)
        self._bring()
        self.focus("admissions" if known.get("id") else "id")

    def _bring(self) -> None:
        """Put the ledger's totals of this patient and year into the cells; no one else's figures stay."""
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
        self._chronic, self._special = dict(totals.chronic), dict(totals.special)

    def changed(self, name: str) -> None:
        """Bring the figures of another patient or year, or what is known of a disease."""
        if name in ("id", "year"):
            self._bring()
        elif name == "chronic_disease":
            number = typed.count(self.texts.get(name, ""))
            known = self._chronic.get(number) if isinstance(number, int) else None
            for cell, fen in zip(_CHRONIC[1:], known or (), strict=False):
                self.texts[cell] = grouped(fen)

    def _settled(self, name: str, value: Any) -> None:
        """Write an amount in full."""
        if name not in _NO_AMOUNT and isinstance(value, int):
            self.texts[name] = grouped(value)

    def _read(self, name: str) -> Any:
        text = self.texts.get(name, "")
        if name == "as_of":
            return typed.recent_day(text, self._today)
        if name in ("year", "admissions", "chronic_disease"):
            return typed.count(text)
        if name in ("id", "name"):
            return typed.tidy(text) or None
        return typed.amount(text)

    @property
    def unsaved(self) -> bool:
        """True where something was typed and not saved."""
        return not self.done and super().unsaved

    def save(self) -> None:
        """F12: ask; Enter does not answer."""
        if self.question or self.done:
            return
        values = self._values()
        self._blame_values(values, _PATIENT)
        if not values["chronic_disease"] and any(values[name] for name in _CHRONIC[1:]):
            self.faults["chronic_disease"] = self._words.text("window.opening.needs_disease")
        if not any(self.texts.get(name, "").strip() for name in ("admissions", *MONEY_TOTALS, *_CHRONIC)):
            self.faults["admissions"] = self._words.text("window.opening.no_figures")
        if not self._focus_fault():
            self.question = Question(
                self._words.text("window.ask.opening", name=self.texts["name"], year=self.texts["year"]),
                (
                    ("Y", self._words.text("window.ask.opening_yes"), "open"),
                    ("N", self._words.text("window.ask.no"), "no"),
                ),
            )
        self._show()

    def answer(self, meaning: str) -> None:
        """Y: save."""
        self.question = None
        self.focus("admissions")
        if meaning == "open":
            self._open()
        self._show()

    def _open(self) -> None:
        from core.counter import posting

        values = self._values()
        totals: dict[str, Any] = {name: plain(values[name]) for name in MONEY_TOTALS if values[name]}
        totals["admissions"] = values["admissions"] or 0
        chronic = dict(self._chronic)
        if values["chronic_disease"]:
            chronic[values["chronic_disease"]] = ChronicTotals(*(values[name] or 0 for name in _CHRONIC[1:]))
        totals |= {"chronic": _by_number(chronic), "special": _by_number(self._special)}
        opened = posting.open_year(
            self._counter,
            key=self._key,
            patient=self._patient(values),
            operator=self._session.settings.signer,
            year=values["year"],
            as_of=values["as_of"],
            totals=totals,
        )
        if isinstance(opened, list):
            self._blame(opened, _cell_of)
            return
        self.done = True
        number, changed = opened.entry.number, len(opened.entry.difference or {})
        done = self._words.text("window.opened", number=number, differences=changed)
        self.notice = Notice(done, "done")

    keys = {**MANUAL, "F12": KeyAction("window.key.opening.F12", save), **LEAVE}

    def drawn(self) -> PageState:
        """Return the page."""
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
                ListRow(str(number), (str(number), *(grouped(fen) for fen in amounts)))
                for number, amounts in sorted(self._chronic.items())
            ),
        )


def _by_number(diseases: Mapping[int, ChronicTotals]) -> dict[str, dict[str, str]]:
    """Return the totals of diseases as a request has them."""
    return {
        str(number): {name: plain(fen) for name, fen in zip(amounts._fields, amounts, strict=True)}
        for number, amounts in diseases.items()
    }


def _cell_of(field: str) -> str:
    if field.startswith("totals.chronic."):  # the disease, or one of its amounts
        amount = f"chronic_{field.rpartition('.')[2]}"
        return amount if amount in _CHRONIC else "chronic_disease"
    return field.removeprefix("totals.").removeprefix("patient.")
