"""Personal data: given out, whole or a person's; forgotten for one person, or for everybody long unseen."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from core.clock import BEIJING
from core.counter.counter import Counter
from core.ledger.entries import Patient
from core.ledger.errors import LedgerUnavailable
from core.ledger.free_text import take
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from core.messages import Fault, message

LEAST_MONTHS: Final = 24
"""The shortest retention: this year's totals and those of the year before are still needed."""

_MOST_MONTHS: Final = 1200


def export(counter: Counter, identifier: str, operator: str) -> dict[str, Any] | list[Fault]:
    """Return everything that is kept of a person, entries whole; the audit trail notes that it was given out.

    For a supervisor.
    """
    patient = _person(counter, identifier, operator)
    if isinstance(patient, list):
        return patient
    ledger = counter.ledger
    with ledger.transaction():
        refused = counter.refusal(operator, Role.SUPERVISOR)
        if refused:
            return refused
        ledger.trail.note(ActKind.EXPORTED, patient.key, operator)
        return ledger.patients.all_about(patient.key)


def erase(counter: Counter, identifier: str, operator: str) -> int | list[Fault]:
    """Forget who a person is; return how many entries stay in the chain without a name.

    For a supervisor. The totals do not follow the person any more: whoever comes again begins a year anew.
    """
    patient = _person(counter, identifier, operator)
    if isinstance(patient, list):
        return patient
    ledger = counter.ledger
    with ledger.transaction():
        refused = counter.refusal(operator, Role.SUPERVISOR)
        if refused:
            return refused
        ledger.patients.forget([patient.key], operator)
        ledger.trail.note(ActKind.ERASED, patient.key, operator)
        left = len(ledger.journal.entries(patient.key))
    with suppress(LedgerUnavailable):  # it is done; the log is emptied when the ledger is closed
        ledger.tidy_log()
    return left


def purge(counter: Counter, months: int, operator: str) -> int | list[Fault]:
    """Forget everybody without an entry for so many months; return how many persons they were.

    For a supervisor. The months are counted back from the last entry where the clock shows more: a clock that
    has run ahead must not make the ledger forget.
    """
    faults: list[Fault] = []
    operator = take("operator", operator, faults)
    if not LEAST_MONTHS <= months <= _MOST_MONTHS:
        faults.append(Fault("months", message("ledger.retention", first=LEAST_MONTHS, last=_MOST_MONTHS)))
    if faults:
        return faults
    ledger = counter.ledger
    with ledger.transaction():
        refused = counter.refusal(operator, Role.SUPERVISOR)
        if refused:
            return refused
        latest = ledger.journal.latest()
        if latest is None:
            return 0
        gone = ledger.patients.untouched_since(_months_before(min(ledger.now(), latest), months))
        ledger.patients.forget(gone, operator)
        ledger.trail.note(ActKind.PURGED, "", operator, months=months, persons=len(gone))
    with suppress(LedgerUnavailable):  # it is done; the log is emptied when the ledger is closed
        ledger.tidy_log()
    return len(gone)


def note_backup(counter: Counter, name: str) -> list[Fault]:
    """Note that a supervisor makes a full copy, or return why they may not. Raises LedgerUnavailable.

    ``name`` says where it goes. Copies that the program makes by itself are no acts.
    """
    with counter.ledger.transaction():
        refused = counter.refused(Role.SUPERVISOR)
        if not refused and counter.operator is not None:
            counter.ledger.trail.note(ActKind.BACKED_UP, name, counter.operator.name)
        return refused


def note_trail_given_out(counter: Counter, acts: int) -> list[Fault]:
    """Note that a supervisor printed or saved a list of acts, or return why they may not."""
    with counter.ledger.transaction():
        refused = counter.refused(Role.SUPERVISOR)
        if not refused and counter.operator is not None:
            counter.ledger.trail.note(ActKind.EXPORTED, "acts", counter.operator.name, acts=acts)
        return refused


def _person(counter: Counter, identifier: str, operator: str) -> Patient | list[Fault]:
    faults: list[Fault] = []
    take("operator", operator, faults)
    patient = counter.find(identifier)
    if patient is None:
        faults.append(Fault("patient", message("ledger.no_patient")))
    return faults or patient or []


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the first of the month so many months earlier, in China, as UTC."""
    shown = moment.astimezone(BEIJING)
    year, month = divmod(shown.year * 12 + shown.month - 1 - months, 12)
    return datetime(max(year, 1), month + 1, 1, tzinfo=BEIJING).astimezone(UTC)
