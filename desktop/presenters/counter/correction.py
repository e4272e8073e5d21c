"""A form that is to take the place of an entry: what stood there, what was changed, what is asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from core.money import grouped
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.counter import form, identity_cells, request_cells
from desktop.presenters.counter.reading import in_full
from desktop.presenters.fact_texts import texts_of

if TYPE_CHECKING:
    from core.claim import YearToDate
    from core.counter import Counter
    from core.ledger.entries import Entry, Patient
    from desktop.presenters.counter.open_visit import OpenVisit


class Correction(NamedTuple):
    """The entry that is reversed when the form is posted, the reason, and the texts that stood in it."""

    entry: "Entry"
    reason: str
    stood: Mapping[str, str]

    def before(self, visit: "OpenVisit", name: str) -> str | None:
        """Return what stood in a cell that was changed, None where nothing was changed."""
        if name not in visit.reading.shown:
            return None
        text = in_full(name, visit.texts.get(name, ""), visit.reading.cells.get(name))
        stood = self.stood.get(name, "")
        return None if text == stood else stood

    def totals(self, counter: "Counter", patient: "Patient | None", year: int) -> "YearToDate":
        """Return a patient's totals of a year without the entry that is corrected."""
        if patient is None:
            return counter.totals(patient, year)
        return counter.ledger.journal.fold(patient.key, year, {self.entry.number})

    def kept(self) -> dict[str, str]:
        """Return what a draft keeps of a correction."""
        return {"corrects": str(self.entry.number), "reason": self.reason}


def correction_of(counter: "Counter", entry: "Entry", patient: "Patient", reason: str) -> Correction:
    """Return the correction of a patient's posted entry before anything is changed."""
    facts = counter.ledger.journal.facts(entry.number)
    beside = {} if facts is None else texts_of(facts._asdict())
    who = identity_cells.cells_of(patient.document) | {"name": patient.name}
    empty = dict.fromkeys(form.FIELDS, "")
    return Correction(
        entry, reason, {**empty, **form.DEFAULTS, **request_cells.cells_of(entry.request), **beside, **who}
    )


def read_again(counter: "Counter", number: str, reason: str) -> Correction | None:
    """Return the correction that a kept draft tells of; None where its entry no longer stands."""
    entry = counter.ledger.journal.entry(int(number)) if number.isdecimal() else None
    if entry is None or entry.settlement is None or entry.reversed_by is not None:
        return None
    patient = counter.ledger.patients.get(entry.patient)
    return None if patient is None else correction_of(counter, entry, patient, reason)


def question(visit: "OpenVisit", pays: str, words: Words) -> str:
    """Return the question: which entry is reversed, and the patient's share before and after."""
    assert visit.correction is not None
    entry = visit.correction.entry
    fen = entry.settlement.amounts.psn_part_amt if entry.settlement else None
    return words.text(
        "window.ask.correct",
        number=entry.number,
        name=typed.tidy(visit.texts["name"]),
        before=words.text("window.cannot_tell") if fen is None else grouped(fen),
        now=pays,
    )


def unchanged(visit: "OpenVisit") -> bool:
    """Return True where a correction has changed nothing."""
    if visit.correction is None:
        return False
    correction = visit.correction
    beside = all(visit.texts.get(name, "") == correction.stood.get(name, "") for name in form.BESIDE)
    return beside and all(correction.before(visit, name) is None for name in form.FIELDS)
