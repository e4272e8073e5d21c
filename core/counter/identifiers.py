"""The identifiers of a patient as far as they are known: what no two desks work on at once."""

from collections.abc import Callable

from core.counter.counter import Counter
from core.ledger.entries import Patient, PatientGiven


def of_patient(counter: Counter, given: PatientGiven) -> Callable[[], list[str]]:
    """Return what tells every identifier of a patient that is known by now."""

    def found() -> list[str]:
        known = counter.ledger.patients.recognise(given)
        more = [each.id for each in known.identifiers] if isinstance(known, Patient) else []
        return [*(each.id for each in given.identifiers), *more]

    return found


def of_entry(counter: Counter, number: int) -> Callable[[], list[str]]:
    """Return what tells every identifier of an entry's patient that is known by now."""

    def found() -> list[str]:
        entry = counter.ledger.journal.entry(number)
        patient = None if entry is None else counter.ledger.patients.get(entry.patient)
        return [] if patient is None else [each.id for each in patient.identifiers]

    return found
