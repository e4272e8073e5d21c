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
from desktop.presenters.states import Question, done
from desktop.presenters.visit.about_patient import EnteredPage

_PATIENT: Final = ("id", "name", "year", "as_of")
_CHRONIC: Final = ("chronic_disease", "chronic_in_scope", "chronic_paid", "chronic_deductible")
_SPECIAL: Final = ("special_disease", "special_in_scope", "special_paid", "special_deductible")
_DISEASES: Final = {"chronic": _CHRONIC, "special": _SPECIAL}
"""The cells of one disease of each kind: its number, then its totals."""
_ROWS: Final = {"chronic": "window.opening.chronic_row", "special": "window.opening.special_row"}
_NEEDED: Final = {
    "chronic_disease": "window.opening.needs_disease",
    "special_disease": "window.opening.needs_special",
}
"""The fault of amounts without their disease, by the cell of its number."""
_COUNTS: Final = frozenset({"year", "admissions", "chronic_disease", "special_disease"})
_NO_AMOUNT: Final = frozenset({"id", "name", "as_of"}) | _COUNTS
_FIGURES: Final = ("admissions", *MONEY_TOTALS, *_CHRONIC, *_SPECIAL)


class OpeningPage(EnteredPage):
    """F11: the page for a patient's opening totals of a year."""

    name = "opening"
    short = frozenset({"year", "as_of"})
    order = (*_PATIENT, *_FIGURES)
    takes_ids = "id"

    def _begin(self, today: date, known: Mapping[str, str]) -> None:
        self._key = urandom(16).hex()
        self.done = False
        self.texts["as_of"] = today.isoformat()
        self._diseases: dict[str, dict[int, ChronicTotals]] = {kind: {} for kind in _DISEASES}
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
        for name in _FIGURES:
            self.texts.pop(name, None)
        if patient is not None:
            self.texts["admissions"] = str(totals.admissions)
            self.texts |= {name: grouped(getattr(totals, name)) for name in MONEY_TOTALS}
        self._diseases = {"chronic": dict(totals.chronic), "special": dict(totals.special)}

    def changed(self, name: str) -> None:
        """Bring the figures of another patient or year, or what is known of a disease."""
        if name in ("id", "year"):
            self._bring()
        for kind, (number_cell, *amounts) in _DISEASES.items():
            number = typed.count(self.texts.get(number_cell, ""))
            if name == number_cell and isinstance(number, int):
                for cell, fen in zip(amounts, self._diseases[kind].get(number, ()), strict=False):
                    self.texts[cell] = grouped(fen)

    def _settled(self, name: str, value: Any) -> None:
        """Write an amount in full."""
        if name not in _NO_AMOUNT and isinstance(value, int):
            self.texts[name] = grouped(value)

    def _read(self, name: str) -> Any:
        text = self.texts.get(name, "")
        if name == "as_of":
            return typed.past_day(text, self._today)
        if name in _COUNTS:
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
        for number, *amounts in _DISEASES.values():
            if not values[number] and any(values[name] for name in amounts):
                self.faults[number] = self._words.text(_NEEDED[number])
            if values[number]:
                for name in amounts:
                    if values[name] is None:
                        self.faults[name] = self._words.text("window.opening.type_zero")
        if not any(self.texts.get(name, "").strip() for name in _FIGURES):
            self.faults["admissions"] = self._words.text("window.opening.no_figures")
        if not self._focus_fault():
            asked = self._words.text("window.ask.opening", name=self.texts["name"], year=self.texts["year"])
            self.question = Question(
                "\n".join((*self._as_nothing(values), asked)),
                (
                    ("Y", self._words.text("window.ask.opening_yes"), "open"),
                    ("N", self._words.text("window.ask.no"), "no"),
                ),
            )
        self._show()

    def _as_nothing(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the line that names the totals left empty, which count as nothing; none without any."""
        empty = [name for name in ("admissions", *MONEY_TOTALS) if values[name] is None]
        if not empty:
            return ()
        comma = self._words.text("window.comma")
        names = comma.join(self._words.text(f"total.{name}") for name in empty)
        return (self._words.text("window.opening.as_nothing", cells=names),)

    def answer(self, meaning: str) -> None:
        """Y: save."""
        self.question = None
        self.focus("admissions")
        if meaning == "open":
            self._open()
        self._show()

    def _open(self) -> None:
        from core.counter import identifiers, posting

        values = self._values()
        totals: dict[str, Any] = {name: plain(values[name]) for name in MONEY_TOTALS if values[name]}
        totals["admissions"] = values["admissions"] or 0
        for kind, (cell, *amounts) in _DISEASES.items():
            diseases = dict(self._diseases[kind])
            if values[cell]:
                diseases[values[cell]] = ChronicTotals(*(values[name] or 0 for name in amounts))
            totals[kind] = _by_number(diseases)
        patient = self._patient(values)
        opened = self._session.on_patient(
            identifiers.of_patient(self._counter, patient),
            lambda: posting.open_year(
                self._counter,
                key=self._key,
                patient=patient,
                operator=self._session.settings.signer,
                year=values["year"],
                as_of=values["as_of"],
                totals=totals,
            ),
        )
        if isinstance(opened, list):
            self._blame(opened, _cell_of)
            return
        self.done = True
        number, changed = opened.entry.number, len(opened.entry.difference or {})
        said = self._words.text("window.opened", number=number, differences=changed)
        self.notice = done(said, map(self._words, opened.notes))

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
                (words.text("window.opening.special"), _SPECIAL),
                (words.text("window.opening.totals"), ("admissions", *MONEY_TOTALS)),
            ),
            columns=tuple(
                words.text(f"window.column.{name}") for name in ("disease", "counted", "paid", "deducted")
            )
            if any(self._diseases.values())
            else (),
            numbers=frozenset({1, 2, 3}),
            rows=tuple(
                ListRow(
                    f"{kind} {number}",
                    (words.text(_ROWS[kind], number=number), *map(grouped, amounts)),
                )
                for kind, diseases in self._diseases.items()
                for number, amounts in sorted(diseases.items())
            ),
        )


def _by_number(diseases: Mapping[int, ChronicTotals]) -> dict[str, dict[str, str]]:
    """Return the totals of diseases as a request has them."""
    return {
        str(number): {name: plain(fen) for name, fen in zip(amounts._fields, amounts, strict=True)}
        for number, amounts in diseases.items()
    }


def _cell_of(field: str) -> str:
    for kind, cells in _DISEASES.items():
        if field.startswith(f"totals.{kind}."):  # the disease, or one of its amounts
            amount = f"{kind}_{field.rpartition('.')[2]}"
            return amount if amount in cells else cells[0]
    return field.removeprefix("totals.").removeprefix("patient.")
