"""The complete rows of a table posted to the ledger, in one transaction that the caller opens; or tried."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from time import monotonic, sleep
from typing import Final

from core.counter import Counter, posting
from core.ledger.entries import Entry, PatientGiven
from core.ledger.record import canonical, digest
from core.messages import Fault, Message, message
from core.tables.claim_rows import ClaimRow
from core.tables.settling import POSTED, Answer, Grounds, answer_of, refusal_of
from core.vocabulary import Status

_TELLING: Final = ("benefit", "hospital_level", "admitted", "discharged", "total", "eligible")
"""The fields of a request that tell a visit from another one of the same person."""


_HELD: Final = 0.3
"""So long a trial keeps the ledger to itself at a time (seconds)."""
_FREE: Final = 0.12
"""So long it is free then: SQLite looks again every tenth of a second at least."""


class _Undone(Exception):
    """Ends a transaction that was a trial."""


def keys_of(rows: Iterable[ClaimRow]) -> dict[int, str]:
    """Return the key that each row is posted under, by its number.

    It is the settlement's id, else the visit's, else a digest of who was treated, how, when and at what
    cost, with a count where that repeats in the table. The key outlives the name of somebody who is erased.
    """
    keys: dict[int, str] = {}
    repeats: dict[str, int] = {}
    for row in rows:
        key = row.keys.get("setl_id") or row.keys.get("mdtrt_id")
        if key is None:
            visit = [row.person and row.person.id, *(row.request.get(field) for field in _TELLING)]
            key = f"batch:{digest(canonical({'visit': visit}))}"
            repeats[key] = repeats.get(key, 0) + 1
            if repeats[key] > 1:
                key = f"{key}:{repeats[key]}"
        keys[row.number] = key
    return keys


def posted(
    groups: Iterable[Sequence[ClaimRow]],
    keys: dict[int, str],
    counter: Counter,
    operator: str,
    grounds: Grounds,
    reason: str = "",
) -> Iterator[tuple[int, Answer]]:
    """Post the complete rows whose keys do not stand yet; yield each row's number and answer.

    ``groups`` are the rows of each person in order. Each row is settled on the ledger's totals, those of the
    rows before it among them. ``reason`` is a supervisor's, for stays that overlap others. Raises
    LedgerUnavailable: the caller's transaction then keeps nothing.
    """
    for group in groups:
        for row in group:
            yield row.number, _post(row, keys[row.number], counter, operator, grounds, reason)


def tried(
    groups: Iterable[Sequence[ClaimRow]],
    keys: dict[int, str],
    counter: Counter,
    operator: str,
    grounds: Grounds,
    reason: str = "",
) -> Iterator[tuple[int, Answer]]:
    """Try what `posted` would do, and keep nothing: the caller has no transaction open.

    No person's rows depend on another's. So some people are tried at a time, and in between the ledger is
    free for whoever waits to post at the counter.
    """
    coming = iter(groups)
    first: dict[str, Answer] = {}
    finished = False
    while not finished:
        answers: list[tuple[int, Answer]] = []
        with suppress(_Undone), counter.ledger.transaction():
            until = monotonic() + _HELD
            while not finished:
                group = next(coming, None)
                finished = group is None
                for row in group or ():
                    key = keys[row.number]
                    if key in first:
                        answers.append((row.number, first[key]._replace(status=POSTED)))
                        continue
                    answer = _post(row, key, counter, operator, grounds, reason)
                    answers.append((row.number, answer))
                    if answer.status == Status.COMPLETE.value:
                        first[key] = answer
                if monotonic() >= until:
                    break
            raise _Undone
        yield from answers
        if not finished:
            sleep(_FREE)


def _post(row: ClaimRow, key: str, counter: Counter, operator: str, grounds: Grounds, reason: str) -> Answer:
    entry = counter.ledger.journal.entry_by_key(key)
    if entry is not None:
        return _standing(entry, grounds)
    asked = counter.reader.read_tables(row.request, row.faults)
    if isinstance(asked, list):
        return refusal_of(asked)
    given, names_differ = _patient(row, counter)
    done = posting.post(
        counter, key=key, patient=given, operator=operator, request=row.request, reason=reason
    )
    if isinstance(done, list):
        return _not_posted(row, counter, done)
    assert done.entry.settlement is not None
    grounds.take(done.entry.settlement, asked.policy)
    return answer_of(done.entry.settlement, (*done.notes, *names_differ), done.entry.number)


def _not_posted(row: ClaimRow, counter: Counter, faults: list[Fault]) -> Answer:
    """Return the answer of a row that was refused: incomplete, where figures are missing, else its faults."""
    patient = None if row.person is None else counter.find(row.person.id)
    worked = posting.work_out(counter, row.request, patient)
    if not isinstance(worked, list) and worked.settlement.status is Status.INCOMPLETE:
        return answer_of(worked.settlement)
    return refusal_of(worked if isinstance(worked, list) else faults)


def _patient(row: ClaimRow, counter: Counter) -> tuple[PatientGiven, tuple[Message, ...]]:
    """Return a row's patient as the ledger takes them, and what is odd about the name.

    A table knows its people by number, and often masks their names: another name than the ledger's is told,
    and is no fault.
    """
    if row.person is None:
        return PatientGiven((), row.name), ()
    given = PatientGiven((row.person,), row.name)
    known = counter.ledger.patients.recognise(given)
    if isinstance(known, list):
        return given._replace(name=""), tuple(fault.message for fault in known)
    return given, ()


def _standing(entry: Entry, grounds: Grounds) -> Answer:
    """Return the answer of a row that was posted before, with what was posted then."""
    if entry.settlement is not None:
        grounds.take(entry.settlement, None)
    amounts = None if entry.settlement is None else entry.settlement.amounts
    reversed_by = entry.reversed_by
    reasons = () if reversed_by is None else (message("tables.reversed_since", entry=str(reversed_by)),)
    return Answer(POSTED, amounts, reasons=reasons, entry=entry.number)
