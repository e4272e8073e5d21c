"""The complete rows of a table posted to the ledger, all of them or none.

Each person's rows are posted for trial first, some people at a time, and in between the ledger is free for
whoever waits at the counter. What came of it waits in memory and is put to the ledger in one transaction that
only writes. Whoever was posted to meanwhile is settled again in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Final, NamedTuple

from core.counter import Counter, posting
from core.ledger import since
from core.ledger.additions import Addition
from core.ledger.entries import Entry, NewPerson, PatientGiven, Posted
from core.ledger.record import canonical, digest
from core.messages import Fault, Message, message
from core.tables.claim_rows import ClaimRow
from core.tables.settling import POSTED, Answer, Grounds, answer_of, refusal_of
from core.tables.watch import Watch
from core.vocabulary import Status

_TELLING: Final = ("benefit", "hospital_level", "admitted", "discharged", "total", "eligible")
"""The fields of a request that tell a visit from another one of the same person."""

_HELD: Final = 0.3
"""So long a trial keeps the ledger to itself at a time (seconds)."""
_FREE: Final = 0.12
"""So long it is free then: SQLite looks again every tenth of a second at least."""

_FEW: Final = 100
"""So many rows may be settled while the ledger is held; more are tried again before."""
_TRIALS: Final = 3
"""So often rows are tried again because somebody posted to the same people meanwhile."""
_TOGETHER: Final = 250
"""So many rows are written at a time; the work may be stopped after each."""


class _Undone(Exception):
    """Ends a transaction that was a trial."""


class Terms(NamedTuple):
    """How the rows are posted: at which counter, by whom, why stays may overlap; the grounds are noted."""

    counter: Counter
    operator: str
    grounds: Grounds
    reason: str = ""


@dataclass
class _Trying:
    """One person's rows on trial: those before ``place`` have an answer, and ``additions`` are what they add.

    ``begun`` is how far the ledger was before the transaction of the first row, ``acts`` how many acts the
    rows brought. ``newcomer`` is the person where the ledger does not know them yet.
    """

    rows: Sequence[ClaimRow]
    begun: since.Reached
    is_new: bool
    answers: list[Answer] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    newcomer: NewPerson | None = None
    acts: int = 0

    @property
    def place(self) -> int:
        """How many rows have an answer."""
        return len(self.answers)

    def tried(self) -> "_Tried":
        """Return the rows that have an answer, with what they add."""
        alone = self.acts == (self.newcomer is not None)
        return _Tried(self.rows[: self.place], self.answers, self.additions, self.newcomer, alone)


class _Tried(NamedTuple):
    """One person's rows after a trial, with their answers; those to be posted name no entry yet.

    ``additions`` and ``newcomer`` are what is to be written. ``alone``: it depends on nothing else in the
    table and brings nothing beside its entries and a new person, so that it may be written as it is.
    """

    rows: Sequence[ClaimRow]
    answers: list[Answer]
    additions: list[Addition]
    newcomer: NewPerson | None
    alone: bool


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


class TablePosting:
    """The rows of a table on their way to the ledger. Every method raises LedgerUnavailable.

    ``groups`` are the rows of each person in order, ``keys`` what each row is posted under, by its number.
    ``watch`` hears of every row, and may stop the work: every method raises Cancelled then.
    """

    def __init__(
        self, groups: Iterable[Sequence[ClaimRow]], keys: Mapping[int, str], terms: Terms, watch: Watch
    ) -> None:
        self._groups = list(groups)
        self._keys, self._terms, self._watch = keys, terms, watch
        self._tried: list[_Tried] = []
        self._reached: since.Reached | None = None
        self._foreseen: dict[int, Answer] = {}

    def tried(self) -> Iterator[tuple[int, Answer]]:
        """Try every row and keep nothing; yield its number and its answer, with the entry that is foreseen.

        The caller has no transaction open.
        """
        first: dict[str, Answer] = {}
        people: set[str] = set()
        for tried in self._trial(self._groups):
            keys = [self._keys[row.number] for row in tried.rows]
            own = _patients(tried)
            alone = len(set(keys)) == len(keys) and first.keys().isdisjoint(keys) and not own & people
            people |= own
            self._tried.append(tried._replace(alone=alone and tried.alone))
            for row, key, answer in zip(tried.rows, keys, tried.answers, strict=True):
                self._foreseen[row.number] = self._foresee(answer, key, first)
                yield row.number, self._foreseen[row.number]

    def commit(self) -> dict[int, Answer]:
        """Post what was tried, in one transaction; return the answers that are not as they were foreseen.

        Where it raises, nothing of it is posted.
        """
        ledger = self._terms.counter.ledger
        for again in range(_TRIALS, -1, -1):
            with ledger.transaction():
                stale = self._stale()
                if again == 0 or sum(len(self._tried[place].rows) for place in stale) <= _FEW:
                    answers = self._write(stale)
                    break
                self._reached = since.reached(ledger.db)
            groups = [self._tried[place].rows for place in stale]
            for place, tried in zip(stale, self._trial(groups), strict=True):
                self._tried[place] = tried._replace(alone=tried.alone and self._tried[place].alone)
        return {number: answer for number, answer in answers.items() if answer != self._foreseen[number]}

    # ---- a trial

    def _foresee(self, answer: Answer, key: str, first: dict[str, Answer]) -> Answer:
        """Return a row's answer with its entry as it will be if nobody posts meanwhile.

        ``first`` holds the answers that are posted, by their keys.
        """
        assert self._reached is not None
        if key in first:
            return Answer(POSTED, first[key].amounts, entry=first[key].entry)
        if answer.status == Status.COMPLETE.value:
            answer = first[key] = answer._replace(entry=self._reached.entry + len(first) + 1)
        return answer

    def _trial(self, groups: Iterable[Sequence[ClaimRow]]) -> Iterator[_Tried]:
        """Yield each person's rows after a trial. No person's rows depend on another's.

        A person of many rows is tried some rows at a time; what the earlier ones add is put there again.
        """
        coming = iter(groups)
        ledger = self._terms.counter.ledger
        trying: _Trying | None = None
        finished = False
        while not finished:
            together: list[_Tried] = []
            with suppress(_Undone), ledger.transaction():
                before = since.reached(ledger.db)  # nothing of the trial is in it
                self._reached = self._reached or before
                trying = None if trying is None else self._again(trying, before)
                until = monotonic() + _HELD
                while not finished:
                    if trying is None:
                        group = next(coming, None)
                        finished = group is None
                        trying = None if group is None else self._begin(group, before)
                    if trying is not None:
                        self._try(trying, until)
                        if trying.place == len(trying.rows):
                            together.append(trying.tried())
                            trying = None
                    if monotonic() >= until:
                        break
                raise _Undone
            yield from together
            if not finished:
                sleep(_FREE)

    def _begin(self, rows: Sequence[ClaimRow], before: since.Reached) -> _Trying:
        """Begin with one person's rows inside a transaction, before which the ledger was at ``before``."""
        ledger, who = self._terms.counter.ledger, rows[0].person
        is_new = who is not None and ledger.patients.find(who.id) is None
        return _Trying(rows, before, is_new)

    def _again(self, trying: _Trying, before: since.Reached) -> _Trying:
        """Put what a person's rows add there again, inside a transaction that will be undone.

        Begin anew where somebody posted to the person meanwhile.
        """
        concerned = since.concerned(self._terms.counter.ledger.db, trying.begun)
        if self._is_stale(trying.tried(), concerned):
            return self._begin(trying.rows, before)
        self._put([trying.tried()])
        return trying

    def _try(self, trying: _Trying, until: float) -> None:
        """Post a person's further rows inside a transaction that will be undone, up to some moment."""
        ledger = self._terms.counter.ledger
        before = since.reached(ledger.db).act
        newcomer: str | None = None
        ledger.journal.collected = trying.additions
        try:
            for row in trying.rows[trying.place :]:
                self._watch.tell("posting", len(self._foreseen) + trying.place, len(self._keys))
                answer, posted = _post(row, self._keys[row.number], self._terms)
                trying.answers.append(answer._replace(entry=None) if posted else answer)
                newcomer = posted.entry.patient if posted and trying.is_new else newcomer
                if monotonic() >= until:
                    break
        finally:
            ledger.journal.collected = None
        if newcomer is not None:
            trying.newcomer = ledger.patients.as_noted(newcomer)
        trying.acts += since.reached(ledger.db).act - before

    # ---- the one transaction

    def _stale(self) -> list[int]:
        """List the places of the people to whom something was added since the trial."""
        assert self._reached is not None
        concerned = since.concerned(self._terms.counter.ledger.db, self._reached)
        return [place for place, tried in enumerate(self._tried) if self._is_stale(tried, concerned)]

    def _is_stale(self, tried: _Tried, concerned: since.Concerned | None) -> bool:
        if concerned is None:
            return True
        who = {row.person.id for row in tried.rows if row.person is not None}
        keys = {self._keys[row.number] for row in tried.rows}
        return not (
            concerned.identifiers.isdisjoint(who)
            and concerned.posted.isdisjoint(keys)
            and concerned.patients.isdisjoint(_patients(tried))
        )

    def _write(self, stale: Iterable[int]) -> dict[int, Answer]:
        """Write what was tried, and settle again who is stale or depends on others of the table."""
        answers: dict[int, Answer] = {}
        waiting: list[_Tried] = []
        again, rows = frozenset(stale), len(self._foreseen)
        for place, tried in enumerate(self._tried):
            if tried.alone and place not in again:
                waiting.append(tried)
                if sum(len(each.additions) for each in waiting) < _TOGETHER:
                    continue
            answers.update(self._put(waiting))
            waiting.clear()
            if not tried.alone or place in again:
                for row in tried.rows:
                    answers[row.number] = _post_row(row, self._keys[row.number], self._terms)
            self._watch.tell("posting", len(answers), rows)
        return {**answers, **self._put(waiting)}

    def _put(self, waiting: Sequence[_Tried]) -> dict[int, Answer]:
        """Write people's new rows as they were tried; return every row's answer with its entry."""
        counter = self._terms.counter
        if not waiting:
            return {}
        counter.ledger.patients.add_new(
            [each.newcomer for each in waiting if each.newcomer is not None], self._terms.operator
        )
        placed = counter.ledger.journal.add([each for tried in waiting for each in tried.additions])
        entries = iter(each.number for each in placed)
        answers: dict[int, Answer] = {}
        for tried in waiting:
            for row, answer in zip(tried.rows, tried.answers, strict=True):
                new = answer.status == Status.COMPLETE.value
                answers[row.number] = answer._replace(entry=next(entries)) if new else answer
        if placed:
            self._note_clock(placed[0].number, answers)
        return answers

    def _note_clock(self, number: int, answers: dict[int, Answer]) -> None:
        """Tell of the first of some entries that the clock had gone backwards, where it had."""
        counter = self._terms.counter
        entry = counter.ledger.journal.entry(number)
        notes = () if entry is None else posting.clock_notes(counter, entry)
        for row, answer in answers.items():
            if notes and answer.entry == number:
                answers[row] = answer._replace(reasons=(*notes, *answer.reasons))


def _patients(tried: _Tried) -> set[str]:
    """Return the keys that a person's new rows stand under."""
    return {str(each.columns["patient"]) for each in tried.additions}


def _post_row(row: ClaimRow, key: str, terms: Terms) -> Answer:
    """Post a row, inside a transaction; return its answer."""
    answer, posted = _post(row, key, terms)
    return answer._replace(reasons=(*posted.notes, *answer.reasons)) if posted else answer


def _post(row: ClaimRow, key: str, terms: Terms) -> tuple[Answer, Posted | None]:
    """Post a row, inside a transaction; return its answer and what was posted, None where nothing was."""
    counter, grounds = terms.counter, terms.grounds
    entry = counter.ledger.journal.entry_by_key(key)
    if entry is not None:
        return _standing(entry, counter, grounds), None
    asked = counter.reader.read_tables(row.request, row.faults)
    if isinstance(asked, list):
        return refusal_of(asked), None
    given, names_differ = _patient(row, counter)
    done = posting.post(
        counter, key=key, patient=given, operator=terms.operator, request=row.request, reason=terms.reason
    )
    if isinstance(done, list):
        return _not_posted(row, counter, done), None
    assert done.entry.settlement is not None
    grounds.take(done.entry.settlement, asked.policy)
    return answer_of(done.entry.settlement, names_differ, done.entry.number), done


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


def _standing(entry: Entry, counter: Counter, grounds: Grounds) -> Answer:
    """Return the answer of a row that was posted before, with what was posted then."""
    if entry.settlement is not None:
        grounds.take(entry.settlement, None)
    amounts = None if entry.settlement is None else entry.settlement.amounts
    by = None if entry.reversed_by is None else counter.ledger.called(entry.reversed_by)
    reasons = () if by is None else (message("tables.reversed_since", entry=by),)
    return Answer(POSTED, amounts, reasons=reasons, entry=entry.number)
