"""A form that is to take the place of an entry: what stood there, what was changed, what is asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

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


def before(visit: "OpenVisit", name: str) -> str | None:
    """Return what stood in a cell that was changed; None where nothing was, or nothing is corrected."""
    if visit.correction is None or name not in visit.reading.shown:
        return None
    text = in_full(name, visit.texts.get(name, ""), visit.reading.cells.get(name))
    stood = visit.correction.stood.get(name, "")
    return None if text == stood else stood


def said_before(name: str, stood: str, words: Words) -> str:
    """Return the line under a changed cell."""
    if name in form.CHOICES and stood:
        stood = words.text(f"window.option.{name}.{stood}")
    return words.text("window.correction.was", before=stood or words.text("window.correction.empty"))


def totals(visit: "OpenVisit", counter: "Counter", patient: "Patient | None", year: int) -> "YearToDate":
    """Return a patient's totals of a year without the entry that is corrected."""
    if visit.correction is None or patient is None:
        return counter.totals(patient, year)
    return counter.ledger.journal.fold(patient.key, year, {visit.correction.entry.number})


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
    stood = visit.correction.stood
    beside = all(visit.texts.get(name, "") == stood.get(name, "") for name in form.BESIDE)
    return beside and all(before(visit, name) is None for name in form.FIELDS)


def draft_of(correction: Correction | None) -> dict[str, str]:
    """Return what a draft keeps of a correction."""
    return (
        {} if correction is None else {"corrects": str(correction.entry.number), "reason": correction.reason}
    )


def restored(counter: "Counter | None", draft: Mapping[str, Any]) -> Correction | None:
    """Return the correction that a draft keeps, None where it keeps none."""
    if counter is None or not draft.get("corrects"):
        return None
    return read_again(counter, draft["corrects"], draft.get("reason", ""))
