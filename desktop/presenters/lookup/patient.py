"""F7: a patient's entries and totals, a year at a time."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.messages import term
from core.money import grouped
from core.words import Words
from desktop.presenters.fact_texts import in_words, texts_of
from desktop.presenters.lookup.masked import ENTRY, WHOLE, LookupDoors, MaskedPage
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.result_states import YearBar
from desktop.presenters.states import Notice
from desktop.presenters.year import standing, totals_line
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.entries import Entry, Patient

_COLUMNS: Final = ("number", "day", "kind", "benefit", "total", "patient_pays", "operator")


class PatientPage(MaskedPage):
    """A patient's entries of one year."""

    name = "patient"

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        doors: LookupDoors,
        patient: "Patient",
    ) -> None:
        super().__init__(session, show, doors)
        self._patient = patient
        self._counter.look_ups.seen(patient.key, self._counter.operator)
        self._entries = self._counter.ledger.journal.entries(patient.key)
        self._years = sorted({entry.year for entry in self._entries} or {session.today().year})
        self.year = self._years[-1]
        self._chosen: Entry | None = None
        self._look_at(self.year)
        self.focus("list")

    @property
    def patient(self) -> "Patient":
        """The patient of the page."""
        return self._patient

    @property
    def entry(self) -> "Entry | None":
        """The chosen entry; None where the year has none."""
        return self._chosen

    def again(self) -> None:
        """Come back from an entry: read the entries again and choose the same one."""
        chosen = self.entry.number if self.entry else None
        self._patient = self._counter.ledger.patients.get(self.patient.key) or self.patient
        self._entries = self._counter.ledger.journal.entries(self.patient.key)
        self._years = sorted({entry.year for entry in self._entries} or {self.year})
        self._look_at(self.year)
        self._chosen = next((entry for entry in self._shown if entry.number == chosen), self.entry)
        self.focus("list")

    def _look_at(self, year: int) -> None:
        self.year = year
        self._shown = [entry for entry in reversed(self._entries) if entry.year == year]
        self._chosen = self._shown[0] if self._shown else None
        self._bars = self._year_bars()

    def turn(self, by: int) -> None:
        """PgUp or PgDn: go to the year with entries before or after."""
        at = self._years.index(self.year) + by
        if 0 <= at < len(self._years):
            self.notice = None
            self._look_at(self._years[at])
        else:
            which = "window.patient.no_earlier" if by < 0 else "window.patient.no_later"
            self.notice = Notice(self._words.text(which))
        self.focus("list")
        self._show()

    def turn_back(self) -> None:
        """Turn to the year before that has entries."""
        self.turn(-1)

    def turn_on(self) -> None:
        """Turn to the year after that has entries."""
        self.turn(1)

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached."""
        before = self._facts()
        self._chosen = next((entry for entry in self._shown if str(entry.number) == value), None)
        if self._facts() != before:
            self._show()

    def _facts(self) -> tuple[str, ...]:
        """Return a line of what is known of the chosen visit beside its figures, none where nothing is."""
        visit = self._visit()
        facts = None if visit is None else self._counter.ledger.journal.facts(visit.number)
        if visit is None or facts is None:
            return ()
        known = " · ".join(in_words(texts_of(facts._asdict()), self._words))
        if not known:
            return ()
        number = self._counter.ledger.called(visit.number)
        return (self._words.text("window.patient.facts", number=number, known=known),)

    def opened(self, _value: str) -> None:
        """Enter: take the patient to the counter, with all of the chosen visit but its days."""
        visit = self._visit()
        if not self.patient.identifiers:
            self.say(Notice(self._words.text("window.find.forgotten"), "wrong"))
        elif visit is None:
            self._doors.take(self.patient)
        else:
            self._doors.same_again(self.patient, visit)

    def _visit(self) -> "Entry | None":
        """Return the chosen visit, of a reversal the one that it takes back; None for an opening."""
        chosen = self.entry
        if chosen is not None and chosen.reverses is not None:
            chosen = next((entry for entry in self._entries if entry.number == chosen.reverses), None)
        return chosen if chosen is not None and chosen.settlement is not None else None

    def spoken_anew(self) -> None:
        """Take another language for the picture, too."""
        super().spoken_anew()
        self._bars = self._year_bars()

    def _year_bars(self) -> tuple[YearBar, ...]:
        """Return the year's picture by the terms of each benefit's latest settlement that stands."""
        latest: dict[str, int] = {}
        for entry in reversed(self._shown):
            if entry.settlement is not None and entry.reversed_by is None:
                latest[str(entry.request["benefit"])] = entry.number
        worked = [self._counter.as_posted(number) for number in sorted(latest.values(), reverse=True)]
        totals = self._counter.totals(self.patient, self.year)
        return standing([one for one in worked if one is not None], totals, self._words)

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        totals = self._counter.totals(self.patient, self.year)
        return PageState(
            words.text(
                "window.find.entries_of", name=self._name(self.patient.name), id=self._numbers(self.patient)
            ),
            words.text("window.find.about_entries"),
            columns=tuple(words.text(f"window.column.{name}") for name in _COLUMNS),
            numbers=frozenset({4, 5}),
            rows=tuple(self._row(entry) for entry in self._shown),
            chosen=str(self.entry.number) if self.entry else "",
            empty=words.text("window.find.no_entries"),
            lines=(totals_line(self.year, totals, words), *self._facts()),
            turns=True,
            bars=self._bars,
        )

    def open_person(self) -> None:
        """Open the page that corrects who this is."""
        if self.patient.identifiers:
            self._doors.person(self.patient)
        else:
            self.say(Notice(self._words.text("window.find.forgotten"), "wrong"))

    def _row(self, entry: "Entry") -> ListRow:
        words = self._words
        total = patient_pays = benefit = ""
        if entry.settlement is not None:
            amounts = entry.settlement.amounts
            total = grouped(amounts.medfee_sumamt)
            patient_pays = "" if amounts.psn_part_amt is None else grouped(amounts.psn_part_amt)
            benefit = words(term("benefit", str(entry.request["benefit"])))
        kind = kind_text(
            words, entry.kind.value, entry.reverses, entry.reversed_by, self._counter.ledger.called
        )
        number, day = self._counter.ledger.called(entry.number), entry.day.isoformat()
        texts = (number, day, kind, benefit, total, patient_pays, entry.operator)
        return ListRow(str(entry.number), texts, entry.reversed_by is not None)

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "PgUp": KeyAction("window.key.patient.PgUp", turn_back),
        "PgDn": KeyAction("window.key.patient.PgDn", turn_on),
        "F6": ENTRY["F6"],
        "F7": KeyAction("window.key.patient.F7", open_person),
        **WHOLE,
        "F9": ENTRY["F9"],
        "F11": KeyAction("window.key.F11", MaskedPage.open_opening),
        "Shift+F11": KeyAction("window.key.Shift+F11", MaskedPage.open_enrolment),
        "Ctrl+W": ENTRY["Ctrl+W"],
        **LEAVE,
    }


def kind_text(
    words: Words,
    kind: str,
    reverses: int | None,
    reversed_by: int | None,
    called: Callable[[int], str] = str,
) -> str:
    """Say an entry's kind, and by which entry it was reversed."""
    if reversed_by is not None:
        return words.text("window.entry.reversed_by", number=called(reversed_by))
    if reverses is not None:
        return words.text("window.entry.reverses", number=called(reverses))
    return words.text(f"window.entry.{kind}")
