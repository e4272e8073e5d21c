"""Facts of a visit beside its figures: read as somebody states them, and added to an entry later."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from core.counter.counter import Counter
from core.counter.input_text import identifier_to_keep
from core.ledger.entries import PERSONAL_NUMBER, EntryKind, Facts, Identifier, Patient, PatientGiven
from core.ledger.foreign import short
from core.ledger.free_text import take
from core.ledger.ledger import Ledger
from core.ledger.operators import Role
from core.ledger.record import OWN
from core.messages import Fault, Message, message

PERSONAL: Final = "psn_no"
"""The fact that is a number of the person; it is kept as one more identifier."""


Stated = Mapping[str, str | bool | None]
"""Facts by their names as somebody stated them; None is not stated."""


class FactsRead(NamedTuple):
    """Facts as somebody stated them: those of the visit, None without any, and the person's number or ""."""

    facts: Facts | None
    personal_number: str

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """Return what the facts add to the patient's identifiers."""
        number = self.personal_number
        return (Identifier(PERSONAL_NUMBER, number),) if number else ()


def with_more(patient: PatientGiven, identifiers: tuple[Identifier, ...]) -> PatientGiven:
    """Return a patient as stated, with further identifiers."""
    return patient._replace(identifiers=(*patient.identifiers, *identifiers))


def read_facts(stated: Stated) -> tuple[FactsRead, list[Fault]]:
    """Clean the facts that somebody stated; return them with what is wrong, by the facts' names."""
    faults: list[Fault] = []
    values: dict[str, str | bool] = {}
    personal = ""
    for name, value in stated.items():
        if value is None:
            continue
        field = f"facts.{name}"
        if isinstance(value, bool):
            values[name] = value
        elif name == PERSONAL:
            number = identifier_to_keep(PERSONAL_NUMBER, value)
            if isinstance(number, Message):
                faults.append(Fault(field, number))
            else:
                personal = number
        else:
            values[name] = take(field, value, faults)
    return FactsRead(Facts(**values) if values else None, personal), faults  # type: ignore[arg-type]


def add(counter: Counter, number: int, stated: Stated, *, operator: str) -> list[Fault]:
    """Add facts to a standing entry, as an act; it is on the disk when this returns without faults."""
    given, faults = read_facts(stated)
    operator = take("operator", operator, faults)
    if not faults and given == FactsRead(None, ""):
        faults.append(Fault("facts", message("fault.required")))
    if faults:
        return faults
    ledger = counter.ledger
    with ledger.transaction():
        patient = _patient_of(counter, number, operator)
        if isinstance(patient, list):
            return patient
        if given.identifiers:
            numbered = PatientGiven((patient.identifiers[0], *given.identifiers))
            known = ledger.patients.recognise(numbered)
            if isinstance(known, list):
                return known
            ledger.patients.note(patient, PatientGiven(given.identifiers), operator)
        if given.facts is not None:
            ledger.journal.add_facts(number, given.facts, operator)
    return []


def _patient_of(counter: Counter, number: int, operator: str) -> Patient | list[Fault]:
    """Return the patient of a standing posted entry, or why nothing may be added to it."""
    refused = counter.refusal(operator, Role.CLERK)
    entry = counter.ledger.journal.entry(number)
    if refused or entry is None:
        return refused or [Fault("entry", message("ledger.no_entry", entry=str(number)))]
    if entry.number >= OWN:  # the seal of its facts stands in its own ledger's chain
        told = {"entry": str(number % OWN), "ledger": short(entry.place.ledger)}
        return [Fault("entry", message("desks.facts_elsewhere", **told))]
    if entry.kind is not EntryKind.POSTED:
        return [Fault("entry", message("ledger.facts_of_visits", entry=str(number)))]
    if entry.reversed_by is not None:
        by = counter.ledger.called(entry.reversed_by)
        return [Fault("entry", message("ledger.reversed_already", entry=str(number), by=by))]
    patient = counter.ledger.patients.get(entry.patient)
    if patient is None or not patient.identifiers:
        return [Fault("entry", message("ledger.no_patient"))]
    return patient


def stated(ledger: Ledger, number: int) -> dict[str, str | bool]:
    """Return what is known of an entry beside its figures, by name, the person's number among it."""
    facts: dict[str, str | bool | None] = (ledger.journal.facts(number) or Facts())._asdict()
    entry = ledger.journal.entry(number)
    patient = None if entry is None else ledger.patients.get(entry.patient)
    if patient is not None:
        numbers = [each.id for each in patient.identifiers if each.id_type == PERSONAL_NUMBER]
        facts[PERSONAL] = numbers[-1] if numbers else None
    return {name: value for name, value in facts.items() if value is not None}
