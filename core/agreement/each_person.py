"""Everybody of a ledger with the entries of theirs, each person once."""

from collections.abc import Iterator
from typing import Final

from core.counter import Counter
from core.ledger.entries import Entry, Patient
from core.tables.watch import Watch

_KEYS: Final = 256
"""So many keys are read at a time."""


def each_person(counter: Counter, stage: str, watch: Watch) -> Iterator[tuple[Patient, list[Entry]]]:
    """Yield each person of a ledger with all entries in order, once, under however many keys they are.

    Raises LedgerUnavailable and Cancelled.
    """
    last, seen = 0, 0
    while keys := counter.ledger.search.people(last, _KEYS):
        for each in keys:
            last, seen = each.row, seen + 1
            watch.tell(stage, seen, 0)
            patient = counter.ledger.patients.get(each.patient)
            if patient is not None and patient.person == patient.key:
                yield patient, counter.ledger.journal.entries(patient.key)
