"""Persons corrected: another name, two who are one, and the same taken back; each a supervisor's act."""

from collections.abc import Callable
from typing import NamedTuple

from core.claim import NOTHING_YET
from core.counter.counter import Counter
from core.counter.reversing import affected_from
from core.ledger.entries import Affected, Patient
from core.ledger.free_text import take
from core.ledger.operators import Role
from core.messages import Fault, message


class CorrectedPerson(NamedTuple):
    """A person as corrected, and the entries that the person's totals would now split otherwise."""

    patient: Patient
    affected: list[Affected]


def rename(
    counter: Counter, identifier: str, name: str, *, reason: str, operator: str
) -> CorrectedPerson | list[Fault]:
    """Correct the name of the person with an identifier; it is on the disk when this returns."""
    faults: list[Fault] = []
    name = take("patient.name", name, faults)

    def renamed(patient: Patient, _: Patient, reason: str) -> list[str] | Fault:
        counter.ledger.patients.rename(patient.key, name, operator, reason)
        return [patient.key]

    return _corrected(counter, (identifier, identifier), reason, operator, faults, renamed)


def join(
    counter: Counter, identifier: str, other: str, *, reason: str, operator: str
) -> CorrectedPerson | list[Fault]:
    """Make the persons with two identifiers one, whose totals are those of both; the first one's name leads.

    Entries stay as they are. It is on the disk when this returns.
    """

    def joined(one: Patient, two: Patient, reason: str) -> list[str] | Fault:
        if one.person == two.person:
            return Fault("with", message("ledger.one_already"))
        return counter.ledger.patients.join(one.key, two.key, operator, reason)

    return _corrected(counter, (identifier, other), reason, operator, [], joined)


def separate(
    counter: Counter, identifier: str, other: str, *, reason: str, operator: str
) -> CorrectedPerson | list[Fault]:
    """Take back that the persons with two identifiers were made one; it is on the disk when this returns."""

    def separated(one: Patient, two: Patient, reason: str) -> list[str] | Fault:
        keys = counter.ledger.patients.separate(one.key, two.key, operator, reason)
        return Fault("with", message("ledger.not_joined")) if keys is None else keys

    return _corrected(counter, (identifier, other), reason, operator, [], separated)


def _corrected(
    counter: Counter,
    identifiers: tuple[str, str],
    reason: str,
    operator: str,
    faults: list[Fault],
    change: Callable[[Patient, Patient, str], list[str] | Fault],
) -> CorrectedPerson | list[Fault]:
    """Change something of one or two persons, for a supervisor, and work the totals of all keys out anew."""
    reason = take("reason", reason, faults)
    operator = take("operator", operator, faults)
    found = [counter.find(each) for each in identifiers]
    for field, patient in zip(("patient", "with"), found, strict=True):
        if patient is None and not (field == "with" and identifiers[0] == identifiers[1]):
            faults.append(Fault(field, message("ledger.no_patient")))
    one, two = found
    if faults or one is None or two is None:
        return faults
    ledger = counter.ledger
    with ledger.transaction():
        refused = counter.refusal(operator, Role.SUPERVISOR)
        if refused:
            return refused
        keys = change(one, two, reason)
        if isinstance(keys, Fault):
            return [keys]
        ledger.journal.refold(keys)
        patient = ledger.patients.get(one.key)
        assert patient is not None
        years = sorted({entry.year for entry in ledger.journal.entries(one.key)})
        affected = [each for year in years for each in affected_from(counter, one.key, year, NOTHING_YET, 0)]
    return CorrectedPerson(patient, affected)
