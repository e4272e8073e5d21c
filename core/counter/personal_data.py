"""Personal data: given out, whole or a person's; forgotten for one person, or for everybody long unseen."""

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any, Final, NamedTuple

from core.clock import BEIJING
from core.counter.counter import Counter
from core.ledger import leftovers, privacy
from core.ledger.entries import Patient
from core.ledger.errors import LATER, LedgerUnavailable
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
        keys = [own.key for own in ledger.patients.parts(patient.key)]
        ledger.patients.erase(keys, operator)
        left = len(ledger.journal.entries(patient.key))
    with suppress(*LATER):  # it is done; the log is emptied when the ledger is closed
        ledger.tidy_log()
    leftovers.sweep(ledger.path)
    return left


def still_in_log(counter: Counter) -> bool:
    """Tell whether what was erased still stands in the log, as another program is reading the ledger."""
    try:
        return not counter.ledger.tidy_log()
    except LedgerUnavailable:
        return True


class Purge(NamedTuple):
    """Whom a purge forgets: so many persons, without a visit and without anything recorded since a day."""

    persons: int
    since: date


def to_purge(counter: Counter, months: int, operator: str) -> Purge | list[Fault]:
    """Return whom `purge` would forget now, to be named before anybody is asked."""
    faults = _purge_faults(counter, months, operator)
    if faults:
        return faults
    with counter.ledger.snapshot():
        since = _since(counter, months)
        return Purge(len(_gone(counter, since)), since)


def purge(counter: Counter, months: int, operator: str) -> int | list[Fault]:
    """Forget everybody without an entry for so many months; return how many persons they were.

    For a supervisor. The months are counted back from the last entry's own day, or from when it was recorded,
    where the clock shows more: a clock that has run ahead must not make the ledger forget.
    """
    ledger = counter.ledger
    with ledger.transaction():
        faults = _purge_faults(counter, months, operator)
        if faults:
            return faults
        since = _since(counter, months)
        gone = _gone(counter, since)
        if ledger.journal.latest() is None:
            return 0
        ledger.patients.forget(gone, operator)
        ledger.trail.note(ActKind.PURGED, "", operator, months=months, persons=len(gone))
    with suppress(*LATER):  # it is done; the log is emptied when the ledger is closed
        ledger.tidy_log()
    leftovers.sweep(ledger.path)
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


def _purge_faults(counter: Counter, months: int, operator: str) -> list[Fault]:
    faults: list[Fault] = []
    operator = take("operator", operator, faults)
    if not LEAST_MONTHS <= months <= _MOST_MONTHS:
        faults.append(Fault("months", message("ledger.retention", first=LEAST_MONTHS, last=_MOST_MONTHS)))
    return faults or counter.refusal(operator, Role.SUPERVISOR)


def _since(counter: Counter, months: int) -> date:
    """Return the first day of the month so many months before the last entry, or before today."""
    journal = counter.ledger.journal
    recorded = journal.latest()
    days = [moment.astimezone(BEIJING).date() for moment in (counter.ledger.now(), recorded) if moment]
    own = privacy.latest_day(counter.ledger.db)
    last = min([*days, own] if own else days)
    year, month = divmod(last.year * 12 + last.month - 1 - months, 12)
    return date(max(year, 1), month + 1, 1)


def _gone(counter: Counter, since: date) -> list[str]:
    moment = datetime.combine(since, time(), BEIJING).astimezone(UTC)
    return counter.ledger.patients.untouched_since(moment, since)


def _person(counter: Counter, identifier: str, operator: str) -> Patient | list[Fault]:
    faults: list[Fault] = []
    take("operator", operator, faults)
    patient = counter.find(identifier)
    if patient is None:
        faults.append(Fault("patient", message("ledger.no_patient")))
    return faults or patient or []


def list_given_out(counter: Counter, entries: int) -> list[Fault]:
    """Note that a list of so many entries is given out with whole names; return why it may not be.

    It is a supervisor's act.
    """
    refused = counter.refused(Role.SUPERVISOR)
    if not refused and counter.operator is not None:
        counter.ledger.trail.note(ActKind.EXPORTED, f"list {entries}", counter.operator.name)
    return refused
