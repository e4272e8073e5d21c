"""The rows of a table settled: each person's in order of discharge, each on the totals before it.

Nothing is worked out here: `core.settle.settle` splits each row, and the totals that it answers are the next
row's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from core.claim import NOTHING_YET, Claim, YearToDate
from core.exchange.request import RequestReader
from core.ledger.entries import Identifier
from core.messages import Fault, Message, message
from core.missing import say
from core.policy.select import Policy
from core.settle import settle
from core.settlement import Amounts, Settlement, Source
from core.tables.claim_rows import ClaimRow, told
from core.tables.watch import Watch
from core.vocabulary import Status

REFUSED, POSTED = "refused", "posted"
"""The statuses beside those of a settlement: at fault, and posted already."""


class Answer(NamedTuple):
    """The answer of a row: its amounts, None where it was refused or stands in the ledger already.

    ``missing`` holds the paths of missing figures, ``reasons`` sentences, ``faults`` what it was refused for.
    ``entry`` is the number in the ledger, None where it is not there.
    """

    status: str
    amounts: Amounts | None = None
    missing: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()
    faults: tuple[Fault, ...] = ()
    entry: int | None = None


class Grounds:
    """The documents, clauses and region packs that the rows were settled by."""

    def __init__(self) -> None:
        self.sources: set[Source] = set()
        self.policies: dict[tuple[str, date], Policy] = {}

    def take(self, settlement: Settlement, policy: Policy | None) -> None:
        """Note what a settlement cites. ``policy`` is None where it was made earlier."""
        if policy is not None:
            self.policies.setdefault((policy.region.id, policy.region.effective), policy)
        self.sources.update(step.source for step in settlement.steps)
        self.sources.update(note.source for note in settlement.notes if note.source is not None)


def by_person(rows: Iterable[ClaimRow]) -> list[list[ClaimRow]]:
    """Return each person's rows in order of discharge, then of the table. A row of nobody stands alone."""
    people: dict[Identifier, list[ClaimRow]] = {}
    groups: list[list[ClaimRow]] = []
    for row in rows:
        if row.person is None:
            groups.append([row])
        elif row.person in people:
            people[row.person].append(row)
        else:
            people[row.person] = [row]
            groups.append(people[row.person])
    for group in groups:
        group.sort(key=lambda row: (row.day or date.max, row.number))
    return groups


def answer_of(settlement: Settlement, reasons: Sequence[Message] = (), entry: int | None = None) -> Answer:
    """Return the answer of a row that was settled."""
    missing = tuple(figure.path for figure in settlement.missing)
    why = tuple(map(say, settlement.missing))
    return Answer(settlement.status.value, settlement.amounts, missing, (*why, *reasons), entry=entry)


def refusal_of(faults: Sequence[Fault]) -> Answer:
    """Return the answer of a row with faults."""
    return Answer(REFUSED, faults=tuple(told(list(faults))))


class Answers:
    """The answers of rows by their numbers, worked out as far as somebody asks for them.

    ``coming`` yields them in an order of its own; ``stage`` is what `Watch` tells of them. Asking raises
    Cancelled, and what ``coming`` raises.
    """

    def __init__(self, coming: Iterator[tuple[int, Answer]], length: int, watch: Watch, stage: str) -> None:
        self._coming = coming
        self._length = length
        self._watch = watch
        self._stage = stage
        self._known: dict[int, Answer] = {}

    def __getitem__(self, number: int) -> Answer:
        """Return the answer of a row."""
        while number not in self._known:
            self._next()
        return self._known[number]

    def all(self) -> Mapping[int, Answer]:
        """Return the answers of all rows."""
        while len(self._known) < self._length:
            self._next()
        return self._known

    def replace(self, others: Mapping[int, Answer]) -> None:
        """Put other answers in the place of some that are known."""
        self._known.update(others)

    def _next(self) -> None:
        number, answer = next(self._coming)
        self._known[number] = answer
        self._watch.tell(self._stage, len(self._known), self._length)


class Worked(NamedTuple):
    """A row that was settled: the claim on the totals before it, by which policy, and the settlement.

    ``not_counted`` are the numbers of the person's rows before it that its totals do not hold.
    """

    policy: Policy
    claim: Claim
    settlement: Settlement
    not_counted: tuple[int, ...]


def work_out(
    groups: Iterable[Sequence[ClaimRow]], reader: RequestReader
) -> Iterator[tuple[ClaimRow, Worked | list[Fault]]]:
    """Yield each row with its settlement, or with its faults, person by person."""
    for group in groups:
        person = _Person(reader)
        for row in group:
            yield row, person.settle(row)


def settled(
    groups: Iterable[Sequence[ClaimRow]], reader: RequestReader, grounds: Grounds
) -> Iterator[tuple[int, Answer]]:
    """Yield each row's number and answer, person by person."""
    for row, worked in work_out(groups, reader):
        if isinstance(worked, list):
            yield row.number, refusal_of(worked)
            continue
        grounds.take(worked.settlement, worked.policy)
        reasons = [message("tables.not_counted", row=str(number)) for number in worked.not_counted[:1]]
        yield row.number, answer_of(worked.settlement, reasons)


class _Person:
    """One person's rows, one after another, and the totals that they come to, by year."""

    def __init__(self, reader: RequestReader) -> None:
        self._reader = reader
        self._totals: dict[int, YearToDate] = {}
        self._not_counted: list[int] = []

    def settle(self, row: ClaimRow) -> Worked | list[Fault]:
        """Settle the next row, or return its faults."""
        asked = self._reader.read_tables(row.request, row.faults)
        if isinstance(asked, list):
            self._not_counted.append(row.number)
            return asked
        claim = self._on_totals(asked.claim, row)
        settlement = settle(asked.policy, claim)
        worked = Worked(asked.policy, claim, settlement, tuple(self._not_counted))
        if settlement.status is Status.COMPLETE and settlement.year_to_date is not None:
            self._totals[settlement.year] = settlement.year_to_date
        else:
            self._not_counted.append(row.number)
        return worked

    def _on_totals(self, claim: Claim, row: ClaimRow) -> Claim:
        """Return the claim on the totals that stand so far; a row that states some begins from those."""
        if "year_to_date" in row.request:
            self._totals[claim.discharged.year] = claim.year_to_date
            self._not_counted.clear()
        self._totals.update(claim.other_years)
        others = {claim.admitted.year, claim.settled.year} - {claim.discharged.year}
        before = self._totals.get(claim.discharged.year, NOTHING_YET)
        if before is claim.year_to_date and not others and not claim.other_years:
            return claim
        return claim._replace(
            year_to_date=before,
            other_years={year: self._totals.get(year, NOTHING_YET) for year in sorted(others)},
        )
