"""Persons corrected: another name, two who are one, and the same taken back; each a supervisor's act."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from core.claim import YearToDate
from core.counter.counter import Counter
from core.counter.input_text import identifier_to_keep
from core.counter.reversing import affected_from
from core.identity import born_on
from core.ledger.entries import NO_DOCUMENTS, Affected, Identifier, Patient, PatientGiven
from core.ledger.free_text import take
from core.ledger.joins import years_of
from core.ledger.operators import Role
from core.ledger.patients import Patients
from core.messages import Fault, Message, message


class CorrectedPerson(NamedTuple):
    """A person as corrected, and the entries that the person's totals would now split otherwise.

    ``odd`` is what should be looked at once more, None where nothing is.
    """

    patient: Patient
    affected: list[Affected]
    odd: Message | None = None


class YearChange(NamedTuple):
    """A year's totals of two persons (or of the one that they are) before a correction, and after it.

    Where the two are one, both hold the same totals.
    """

    year: int
    before: tuple[YearToDate, YearToDate]
    after: tuple[YearToDate, YearToDate]


class WouldBe(NamedTuple):
    """What a correction would come to; nothing is saved. ``name`` is the one that would lead."""

    name: str
    years: list[YearChange]
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

    people = [patient for patient in map(counter.find, (identifier, other)) if patient is not None]
    corrected = _corrected(counter, (identifier, other), reason, operator, [], joined)
    return corrected if isinstance(corrected, list) else corrected._replace(odd=births_apart(*people))


def births_apart(*people: Patient) -> Message | None:
    """Return what is said where the numbers of people who are to be one state other days of birth."""
    numbers = [each for patient in people for each in patient.identifiers]
    days = {day for day in (born_on(each.id_type, each.id.upper()) for each in numbers) if day is not None}
    if len(days) < 2:
        return None
    return message("ledger.births_apart", one=min(days).isoformat(), other=max(days).isoformat())


def separate(
    counter: Counter, identifier: str, other: str, *, reason: str, operator: str
) -> CorrectedPerson | list[Fault]:
    """Take back that the persons with two identifiers were made one; it is on the disk when this returns."""

    def separated(one: Patient, two: Patient, reason: str) -> list[str] | Fault:
        keys = counter.ledger.patients.separate(one.key, two.key, operator, reason)
        return Fault("with", message("ledger.not_joined")) if keys is None else keys

    return _corrected(counter, (identifier, other), reason, operator, [], separated)


def add_number(
    counter: Counter, identifier: str, number: Identifier, *, reason: str, operator: str
) -> CorrectedPerson | list[Fault]:
    """Give the person with an identifier one more number, which nobody on file has, as a join does.

    It can be taken back like a join. It is on the disk when this returns.
    """
    faults: list[Fault] = []
    text = identifier_to_keep(number.id_type, number.id)
    if isinstance(text, Message):
        return [Fault("with", text)]
    if counter.ledger.patients.find(text) is not None:
        faults.append(Fault("with", message("ledger.number_on_file")))

    def numbered(patient: Patient, _: Patient, reason: str) -> list[str] | Fault:
        patients = counter.ledger.patients
        given = PatientGiven((Identifier(number.id_type, text),), patient.name)
        return patients.join(patient.key, patients.note(None, given, operator), operator, reason)

    return _corrected(counter, (identifier, identifier), reason, operator, faults, numbered)


def in_order(one: Patient, other: Patient) -> tuple[Patient, Patient]:
    """Return two persons with the one first whose name should lead: who has a document, else the first."""
    return (other, one) if _has_document(other) and not _has_document(one) else (one, other)


def _has_document(patient: Patient) -> bool:
    return patient.document.id_type not in NO_DOCUMENTS


def would_join(counter: Counter, one: Patient, other: Patient) -> WouldBe:
    """Return what joining two persons would come to: anybody may look."""
    return _tried(counter, one, other, lambda patients: patients.join(one.key, other.key, "", ""))


def would_separate(counter: Counter, one: Patient, other: Patient) -> WouldBe:
    """Return what taking a join of two keys back would come to: anybody may look."""
    return _tried(counter, one, other, lambda patients: patients.separate(one.key, other.key, "", "") or [])


class _Tried(Exception):
    """Ends a trial: the transaction that it leaves is undone."""


def _tried(
    counter: Counter, one: Patient, other: Patient, change: Callable[[Patients], Sequence[str]]
) -> WouldBe:
    """Correct two persons, look at what they come to, and undo it."""
    ledger, keys = counter.ledger, (one.key, other.key)
    years = sorted({year for key in keys for year in years_of(ledger.db, key)})

    def totals() -> list[tuple[YearToDate, YearToDate]]:
        return [
            (ledger.journal.totals(keys[0], year), ledger.journal.totals(keys[1], year)) for year in years
        ]

    before, would_be = totals(), WouldBe(one.name, [], [])
    try:
        with ledger.transaction():
            ledger.journal.refold(change(ledger.patients))
            first, second = ledger.patients.get(keys[0]), ledger.patients.get(keys[1])
            assert first is not None
            assert second is not None
            persons = keys if first.person != second.person else keys[:1]
            changes = [YearChange(*each) for each in zip(years, before, totals(), strict=True)]
            affected = [
                each for key in persons for year in years for each in affected_from(counter, key, year)
            ]
            would_be = WouldBe(first.name, changes, affected)
            raise _Tried
    except _Tried:
        return would_be


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
        affected = [
            each for year in years_of(ledger.db, one.key) for each in affected_from(counter, one.key, year)
        ]
    return CorrectedPerson(patient, affected)
