"""The counter's cells as they are drawn; a cell about which nothing has changed stays the same object."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from core.masking import masked_name
from core.messages import Message, message
from core.money import grouped
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.counter import bare_days, disease_choice, form, identity_cells
from desktop.presenters.states import Cell, Option

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.ledger.entries import Patient
    from desktop.presenters.counter.open_visit import OpenVisit
    from desktop.presenters.counter.reading import Reading
    from desktop.session import Session


class DrawnCells:
    """Draws the cells and remembers them with the facts that each was drawn from."""

    def __init__(self) -> None:
        self._cells: dict[str, Cell] = {}
        self._facts: dict[str, tuple[Any, ...]] = {}
        self._around: tuple[Any, ...] = ()

    def draw(self, visit: "OpenVisit", reading: "Reading", words: Words) -> Mapping[str, Cell]:
        """Return every cell of the form by its name; those whose facts have changed are drawn anew."""
        faults, checked = visit.outcome.faults, visit.checked
        texts, shown = reading.texts, reading.shown
        around = words.language, reading.today, reading.documents, "admitted" in shown
        if around != self._around:
            self._around, self._facts = around, {}
        more = _more_facts(visit, reading)
        corrected = visit.correction
        for name in form.FIELDS:
            fault = faults.get(name) if name in checked else None
            stood = None if corrected is None else corrected.before(visit, name)
            facts = texts.get(name, ""), name in shown, fault, more.get(name), stood
            if self._facts.get(name) != facts:
                self._facts[name] = facts
                self._cells[name] = _cell(name, visit, reading, fault, words)
        return dict(self._cells)


def _more_facts(visit: "OpenVisit", reading: "Reading") -> dict[str, Any]:
    """Return by cell what its hint and its label follow from, beside its own text."""
    texts, worked = reading.texts, visit.outcome.worked
    return {
        "id": (
            texts["id_type"],
            "id" in visit.checked,
            visit.known.patient,
            visit.known.last,
            visit.known.twin,
            reading.documents is None,
            texts.get("born"),
            texts.get("child"),
            "child" in visit.checked,
        ),
        "name": (visit.known.patient, "name" in visit.checked, visit.entry is None),
        "category_b": None if worked is None else worked.settlement.amounts.inscp_scp_amt,
        "category_b_total": (texts.get("category_b"), reading.lines_sum),
        "admitted": bare_days.is_by_discharge(visit),
        "discharged": (texts.get("benefit"), reading.cells["admitted"]),
        **{name: (said, name in visit.brought) for name, said in visit.proposed.items()},
    }


def _cell(name: str, visit: "OpenVisit", reading: "Reading", fault: Message | None, words: Words) -> Cell:
    """Return a cell; what is wrong with it comes before what is odd, and that before a hint."""
    odd = _odd_id(visit, reading) if name == "id" else other_name(visit) if name == "name" else None
    stood = None if visit.correction is None else visit.correction.before(visit, name)
    marked = "" if stood is None else _said_before(name, stood, words)
    options = tuple(
        Option(value, key, words.text(f"window.option.{name}.{value}"))
        for value, key in form.CHOICES.get(name, ())
    )
    return Cell(
        words.text(label_id(name, reading)),
        reading.texts.get(name, ""),
        "" if fault else words(odd) if odd else marked or _hint(name, visit, reading, words),
        words(fault) if fault else "",
        name in reading.shown,
        options,
        number=name in form.AMOUNTS or name == "category_b_percent",
        warned=(odd is not None or stood is not None) and not fault,
        dated=name in form.DAYS,
        listed=name in form.DISEASES,
        sums=name in form.AMOUNTS or name == "fraud_amounts",
    )


def _said_before(name: str, stood: str, words: Words) -> str:
    """Return the line under a changed cell of an entry that is corrected."""
    if name in form.CHOICES and stood:
        stood = words.text(f"window.option.{name}.{stood}")
    return words.text("window.correction.was", before=stood or words.text("window.correction.empty"))


def label_id(name: str, reading: "Reading") -> str:
    """Return the id of a cell's label; an outpatient is not discharged, a newborn has the mother's number."""
    if name == "id" and reading.texts.get("id_type") in identity_cells.WITHOUT_A_NUMBER:
        return "window.cell.mother" if identity_cells.is_newborn(reading.texts) else "window.cell.given"
    if name == "discharged" and "admitted" not in reading.shown and reading.texts.get("benefit"):
        return "window.cell.visited"
    return f"window.cell.{name}"


def _odd_id(visit: "OpenVisit", reading: "Reading") -> Message | None:
    """Return what is odd about the number of somebody who is not on file; it holds nothing up."""
    if visit.patient is not None:
        return None
    if visit.known.twin is not None and "id" in visit.checked:
        return twin_of(visit.known.twin)
    texts = reading.texts
    kind = identity_cells.kind_to_check(texts)
    return typed.odd_id(kind, texts.get("id", ""), reading.today, "id" in visit.checked)


def other_name(visit: "OpenVisit") -> Message | None:
    """Return what is said of a name that was left and is not the one on file, with the way to correct it."""
    patient, name = visit.patient, typed.tidy(visit.texts.get("name", ""))
    if visit.entry or patient is None or "name" not in visit.checked or not name or not patient.name:
        return None
    from core.names import fold

    return None if fold(name) == fold(patient.name) else message("window.odd.other_name", name=patient.name)


def twin_of(patient: "Patient") -> Message:
    """Return what is said of somebody on file whose number is one slip away."""
    hidden = typed.masked(patient.document.id), masked_name(patient.name)
    return message("window.odd.twin", number=hidden[0], name=hidden[1])


def same_stay(visit: "OpenVisit", worked: "WorkedOut | None", session: "Session") -> Message | None:
    """Return what is said of a stay that stands already or overlaps one that does, else None."""
    if worked is None or visit.entry is not None:
        return None
    replaced = 0 if visit.correction is None else visit.correction.entry.number
    found = visit.known.overlapped(session.counter, worked.claim, replaced)
    return message("window.odd.same_stay", numbers=found.told) if found and found.numbers else None


def _hint(name: str, visit: "OpenVisit", reading: "Reading", words: Words) -> str:
    """Return the line under a cell: what its text comes to or means, empty where that is plain."""
    text, value = reading.texts.get(name, ""), reading.cells[name]
    if name in form.AMOUNTS and text and typed.is_sum(text):
        return words.text("window.sum_is", amount=grouped(value)) if isinstance(value, int) else ""
    if name == "category_b_total" and not reading.texts.get("category_b"):
        fen = reading.lines_sum
        return "" if fen is None else words.text("window.category_b_is", amount=grouped(fen))
    if name == "id" and not text and identity_cells.is_unknown(reading.texts):
        return words.text("window.unknown.how")
    if not text:
        return ""
    if name in visit.proposed and name in visit.brought:
        return words(visit.proposed[name])
    if name == "admitted" and isinstance(value, date) and bare_days.is_by_discharge(visit):
        return words.text("window.by_discharge", day=value.day)
    if isinstance(value, date) and name != "born":
        return _hint_of_day(name, text, value, reading, words)
    if name == "id":
        return _hint_of_id(visit, reading, words)
    if name == "category_b" and visit.worked is not None:
        in_scope = visit.worked.settlement.amounts.inscp_scp_amt
        return "" if in_scope is None else words.text("window.in_scope_is", amount=grouped(in_scope))
    if name in form.DISEASES:
        return _name_of_disease(name, text, visit, reading)
    return ""


def _hint_of_day(name: str, text: str, day: date, reading: "Reading", words: Words) -> str:
    """Return the weekday of a day, after the whole day where it is typed short, else how long a stay was.

    Without the day of admission beside it the line holds a disease's name.
    """
    whole, admitted = text == day.isoformat(), reading.cells["admitted"]
    if "admitted" not in reading.shown:
        admitted = None
        if whole:
            return ""
    weekday = words.text(f"window.weekday.{day.weekday()}")
    if not whole:
        return f"{day.isoformat()} {weekday}"
    stayed = (day - admitted).days if name == "discharged" and isinstance(admitted, date) else 0
    return weekday if stayed < 1 else f"{weekday} · {words.text('window.stay_days', days=stayed)}"


def _hint_of_id(visit: "OpenVisit", reading: "Reading", words: Words) -> str:
    """Return who is on file under the number, or that nobody is once the cell was left."""
    if visit.patient is not None:
        known, last = words.text("window.patient_known", name=visit.patient.name), visit.known.last
        if last is None or visit.entry is not None:
            return known
        stood = [
            words.text(f"window.option.{cell}.{value}")
            for cell, value in visit.known.last_cells().items()
            if value
        ]
        return words.text("window.patient_last", known=known, day=last.day.isoformat(), cells=" ".join(stood))
    if reading.documents is not None and identity_cells.last_cell(reading.texts) in visit.checked:
        return words.text("window.patient_new")
    return ""


def _name_of_disease(name: str, text: str, visit: "OpenVisit", reading: "Reading") -> str:
    """Return the name of the disease whose number stands in a cell, empty where there is none."""
    number = disease_choice.standing_in(text)
    if reading.documents is None or number < 1:
        return ""
    names = visit.disease_names(name)
    return names.get(number, "") if isinstance(names, Mapping) else ""
