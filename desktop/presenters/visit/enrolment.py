"""A patient's enrolment account as of a day, with the cap and the deductible that follow from it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.claim import Enrolment
from core.messages import Message
from core.missing import say
from core.money import grouped, plain
from core.vocabulary import Population
from desktop.presenters import figures, typed
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice
from desktop.presenters.visit.about_patient import EnteredPage

if TYPE_CHECKING:
    from core.ledger.accounts import EnrolmentRow

_PATIENT: Final = ("id", "name")
_ENROLMENT: Final = Enrolment._fields
_COUNTS: Final = _ENROLMENT[:3]
_REQUIRED: Final = ("id", "name", "year", "day")
_MOST_LINES: Final = 4


class EnrolmentPage(EnteredPage):
    """Shift+F11: the page for a patient's enrolment account."""

    name = "enrolment"
    order = (*_PATIENT, "year", *_ENROLMENT, "day")
    takes_ids = "id"

    def _begin(self, today: date, known: Mapping[str, str]) -> None:
        self._population = Population(known.get("population") or Population.ORDINARY)
        self._looked_up = ""
        self._history: list[EnrolmentRow] = []
        self.texts["day"] = today.isoformat()
        self._bring()
        self.focus("consecutive_years" if known.get("id") and known.get("name") else "id")

    def _bring(self) -> None:
        """Put what is on file of the typed identifier into the cells."""
        given = typed.tidy(self.texts.get("id", "")).upper()
        if given == self._looked_up:
            return
        self._looked_up = given
        patient = self._counter.find(given) if given else None
        self._history = self._counter.ledger.accounts.history(patient.key) if patient else []
        if patient is None:
            return
        self._id_type = next(one.id_type for one in patient.identifiers if one.id == given)
        self.texts["name"] = patient.name
        if self._history:
            account = self._history[-1].account
            now = account.enrolment(self._today.year)
            self.texts |= {name: str(getattr(now, name)) for name in _COUNTS}
            self.texts["fraud_amounts"] = " ".join(plain(fen) for fen in now.fraud_amounts)

    def _settled(self, name: str, _found: Any) -> None:
        """Let an identifier bring what is on file."""
        if name == "id":
            self._bring()

    def _read(self, name: str) -> Any:
        text = self.texts.get(name, "")
        if name == "day":
            return typed.past_day(text, self._today)
        if name in ("year", *_COUNTS):
            return typed.count(text)
        if name == "fraud_amounts":
            return typed.amounts(text)
        return typed.tidy(text) or None

    def save(self) -> None:
        """F12: save; the states before stay in the history."""
        values = self._values()
        self._blame_values(values, _REQUIRED)
        if not self._focus_fault():
            self._save(values)
        self._show()

    def _save(self, values: dict[str, Any]) -> None:
        from core.counter import posting
        from core.enrolment import Account

        counts = {name: values[name] or 0 for name in _COUNTS}
        entered = posting.enter_enrolment(
            self._counter,
            patient=self._patient(values),
            operator=self._session.settings.signer,
            day=values["day"],
            account=Account(values["year"], **counts, fraud_amounts=tuple(values["fraud_amounts"])),
        )
        if isinstance(entered, list):
            self._blame(entered, _cell_of)
            return
        self._looked_up = ""
        self._bring()
        self.notice = Notice(self._words.text("window.enrolment.saved", name=values["name"]), "done")
        self.focus("consecutive_years")

    keys = {**MANUAL, "F12": KeyAction("window.key.enrolment.F12", save), **LEAVE}

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        cells = {name: self._cell(name, self._label(name), hint=self._hint(name)) for name in self.order}
        cells["id"] = self._id_cell(self._label("id"))
        return PageState(
            words.text("window.enrolment.title"),
            words.text("window.enrolment.about"),
            cells,
            (
                (words.text("window.opening.patient"), _PATIENT),
                (words.text("window.enrolment.counts"), ("year", *_ENROLMENT, "day")),
            ),
            columns=tuple(
                words.text(f"window.column.{name}") for name in ("step", "sum", "amount", "source")
            ),
            numbers=frozenset({1, 2}),
            rows=self._rows(),
            empty=words.text("window.enrolment.nothing"),
            narrow=True,
            lines=self._lines(),
        )

    def _label(self, name: str) -> str:
        return f"window.opening.{name}" if name in _PATIENT else f"window.enrolment.{name}"

    def _hint(self, name: str) -> str:
        return self._words.text("window.enrolment.fraud_how") if name == "fraud_amounts" else ""

    def _rows(self) -> tuple[ListRow, ...]:
        """Return the cap and the deductible that follow from what is typed; empty where it cannot be read."""
        from core.enrolment_effect import effect

        values = {name: self._read(name) for name in ("year", *_ENROLMENT)}
        year = values["year"]
        if (
            any(isinstance(value, Message) for value in values.values())
            or not year
            or not 2000 <= year <= 9999
        ):
            return ()
        day = self._today if year == self._today.year else date(year, 12, 31)
        policy = self._counter.policy(self._session.settings.region, day)
        if policy is None:
            return ()
        years, zero, gap = (values[name] or 0 for name in _COUNTS)
        counts = Enrolment(years, zero, gap, tuple(values["fraud_amounts"]))
        words = self._words
        steps = effect(policy, day, self._population, counts)
        rows = []
        if isinstance(steps, tuple):  # what is missing
            rows = [ListRow(figure.path, (words(say(figure)), "", "—", "")) for figure in steps]
        else:
            for at, step in enumerate(steps):
                row = figures.row(step, words)
                amount = "" if step.amount is None else row.amount
                rows.append(ListRow(str(at), (row.label, row.sum, amount, row.source)))
        return tuple(rows)

    def _lines(self) -> tuple[str, ...]:
        """Return the latest states of the account: the day, who entered it, the counts."""
        words, lines = self._words, []
        for row in reversed(self._history[-_MOST_LINES:]):
            account = row.account
            cause = words.text(f"window.enrolment.cause.{row.cause}", number=row.entry or 0)
            fraud = " + ".join(grouped(fen) for fen in account.fraud_amounts)
            what = words.text(
                "window.enrolment.line",
                year=str(account.year),
                consecutive=account.consecutive_years,
                zero=account.zero_claim_years,
                gap=account.gap_years,
                fraud=fraud or words.text("window.enrolment.no_fraud"),
            )
            used = account.bonus_used_in
            more = words.text("window.enrolment.bonus_used", year=str(used)) if used else ""
            when = words.text(
                "window.enrolment.when", day=row.day.isoformat(), name=row.operator, cause=cause
            )
            lines.append(f"{when} {what}{more}")
        return tuple(lines)


def _cell_of(field: str) -> str:
    cell = field.removeprefix("enrolment.").removeprefix("patient.")
    return "fraud_amounts" if cell.startswith("fraud_amounts") else cell
