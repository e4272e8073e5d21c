"""The claims of tables and of a ledger as columns: what was settled one by one, taken over whole."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from core.agreement.our_rows import entries_of
from core.agreement.trial import Case
from core.claim import BY_DISEASE, NOTHING_YET, YearToDate
from core.counter import Counter
from core.exchange.request import RequestReader
from core.messages import Fault, Message, message
from core.missing import say
from core.model.blocks import EPOCH, Block, ClaimSource, Policies
from core.model.columns import NOT_GIVEN, TOTALS, WORDS, ClaimColumns, Column, TotalsColumns
from core.model.engine import settle_columns
from core.model.headings import known_headings
from core.model.in_turn import InTurn
from core.model.plan import MONTHS
from core.model.tally import AMOUNTS
from core.policy.select import Policy
from core.settlement import Amounts, Settlement
from core.tables import batch
from core.tables.claim_rows import ClaimRow, Supplied, told
from core.tables.names import Names
from core.tables.settling import by_person, work_out
from core.tables.values import plain_name, text
from core.tables.watch import Watch
from core.vocabulary import Status

_PLAIN: Final = (
    "total",
    "eligible",
    "over_limit",
    "category_b",
    "chain_stays",
    "disease_rank",
    "hospital_part",
    "major_disease",
    "specific_item",
    "two_disease_drugs",
)
_MAY_LACK: Final = ("chain_paid", "special_disease", "disease")
_YEARS: Final = ("consecutive_years", "zero_claim_years", "gap_years")
_SAMPLE: Final = 100
_BOOKED: Final = ("hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")


class LeftOut(NamedTuple):
    """A claim that was not taken: its row or entry, the file (empty: a ledger), and why."""

    file: str
    row: int
    why: Message


class Claims(NamedTuple):
    """The claims of tables or a ledger: a source, what they came to one by one, and what was left out.

    ``booked`` are the amounts that each claim has in the ledger or came to when the table was settled, in the
    order of the source. ``left_out`` are the first of those that were not taken, ``lacking`` is their number.
    """

    source: ClaimSource
    booked: tuple[Amounts, ...]
    left_out: tuple[LeftOut, ...]
    lacking: int


def differing(claims: Claims, watch: Watch) -> int:
    """Return how many claims come to other amounts now than they were booked with.

    Their rules may have changed since.
    Raises ColumnsRefused and Cancelled.
    """
    work = partial(_differing, claims.source.policies.all, claims.booked)
    return sum(claims.source.engine.each(work, watch))  # all of them are in one block


def _differing(policies: Sequence[Policy], booked: Sequence[Amounts], block: Block) -> int:
    results = settle_columns(block.claims, policies, AMOUNTS, block.totals)
    wrong = np.zeros(len(booked), np.bool_)
    for name in _BOOKED:
        wrong |= _column(getattr(each, name) or 0 for each in booked) != results[name]
    return int(wrong.sum())


class _Taken(NamedTuple):
    """A claim that can be settled, with its settlement."""

    case: Case
    settlement: Settlement
    hospital: str


class MonthsAsked(NamedTuple):
    """The months of a year whose claims are taken: from January to ``last_month``."""

    year: int
    last_month: int = MONTHS


class _Collector:
    """Takes the claims of a year, person by person."""

    def __init__(self, span: MonthsAsked) -> None:
        self._span = span
        self._people: list[list[_Taken]] = []
        self.left_out: list[LeftOut] = []
        self.lacking = 0

    def begin(self) -> None:
        """Begin with another person."""
        self._people.append([])

    def leave_out(self, file: str, row: int, why: Message) -> None:
        """Note a claim that cannot be taken."""
        self.lacking += 1
        if len(self.left_out) < _SAMPLE:
            self.left_out.append(LeftOut(file, row, why))

    def take(self, file: str, row: int, case: Case, settlement: Settlement, hospital: str) -> None:
        """Take a claim, or note why it cannot be: another year's, or a figure is missing."""
        if case.day.year != self._span.year:
            self.leave_out(file, row, message("model.left_out.year", year=str(case.day.year)))
        elif case.day.month > self._span.last_month:
            self.leave_out(file, row, message("model.left_out.month", month=case.day.month))
        elif settlement.status is not Status.COMPLETE:
            self.leave_out(file, row, say(settlement.missing[0]))
        else:
            self._people[-1].append(_Taken(case, settlement, hospital))

    def claims(self, people: int | None) -> Claims:
        """Return all that was taken, and what was not."""
        policies = Policies()
        every = [each for person in self._people for each in person]
        hospitals = tuple(sorted({each.hospital for each in every if each.hospital}))
        blocks = [_block(self._people, policies, hospitals)] if every else []
        booked = tuple(each.settlement.amounts for each in every)
        source = ClaimSource(InTurn(lambda: iter(blocks)), policies, people, hospitals)
        return Claims(source, booked, tuple(self.left_out), self.lacking)


def claims_of_tables(
    files: Sequence[Path],
    names: Names,
    reader: RequestReader,
    supplied: Supplied,
    span: MonthsAsked,
    people: int | None,
    watch: Watch,
) -> Claims | Fault:
    """Return the claims of some tables together, each person's in order, or why a table cannot be read.

    Raises Cancelled.
    """
    rows: list[ClaimRow] = []
    places: dict[int, tuple[str, int, str]] = {}
    for file in files:
        table = batch.read_table(file, names, supplied, watch)
        if isinstance(table, Message):
            return Fault("claims", message("model.fault.table", name=file.name, why=table))
        column = _hospital_column(table)
        for row in table.rows:
            number = len(rows) + 1  # rows of several files follow one another
            places[number] = (file.name, row.number, _hospital(row, column))
            rows.append(row._replace(number=number))
    collector = _Collector(span)
    done = 0
    for group in by_person(rows):
        collector.begin()
        for row, worked in work_out([group], reader):
            done += 1
            watch.tell("settling", done, len(rows))
            name, number, hospital = places[row.number]
            if isinstance(worked, list):
                collector.leave_out(name, number, _first(worked))
                continue
            claim = worked.claim
            case = Case(worked.policy, claim, claim.discharged, claim.year_to_date)
            collector.take(name, number, case, worked.settlement, hospital)
    return collector.claims(people)


def _first(faults: Sequence[Fault]) -> Message:
    shown = told(list(faults)) or list(faults)
    return message("model.left_out.fault", field=shown[0].field, why=shown[0].message)


def _hospital_column(table: batch.Table) -> int | None:
    """Return the place of the column that names the hospital, None where there is none."""
    known = known_headings("claims")["hospital"]
    columns = {plain_name(column.name): column.place for column in reversed(table.reader.layout.columns)}
    return next((columns[name] for name in known if name in columns), None)


def _hospital(row: ClaimRow, column: int | None) -> str:
    if column is None or column >= len(row.cells):
        return ""
    return text(row.cells[column]) or ""


def claims_of_ledger(counter: Counter, span: MonthsAsked, people: int | None, watch: Watch) -> Claims:
    """Return the standing entries of a year as claims. Raises LedgerUnavailable and Cancelled."""
    collector = _Collector(span)
    known: tuple[str, ...] | None = None
    with counter.ledger.snapshot():
        for row in entries_of(counter, None, watch):
            if row.reversed:
                continue
            if row.people != known or not row.people:
                known = row.people
                collector.begin()
            if row.case is None:
                collector.leave_out("", row.number, message("model.left_out.unreadable"))
            elif row.case.day.year == span.year:
                collector.take("", row.number, row.case, row.settlement, "")
    return collector.claims(people)


# ---- columns


def _block(people: Iterable[Sequence[_Taken]], policies: Policies, hospitals: Sequence[str]) -> Block:
    every: list[_Taken] = []
    patients: list[int] = []
    number = 0
    for person in people:
        after: YearToDate | None = None
        for each in person:
            if after is None or each.case.year != after:  # totals that no claim before brought
                number += 1
            patients.append(number)
            every.append(each)
            after = each.settlement.year_to_date
    claims = [each.case.claim for each in every]
    cases = tuple(dict.fromkeys(claim.case for claim in claims if claim.case is not None))
    columns: dict[str, Column] = {name: _column(getattr(claim, name) for claim in claims) for name in _PLAIN}
    for name in _MAY_LACK:
        columns[name] = _column(_given(getattr(claim, name)) for claim in claims)
    for name, words in WORDS.items():
        codes = {word: code for code, word in enumerate(words)}
        columns[name] = _column(codes[getattr(claim, name)] for claim in claims)
    for name in _YEARS:
        columns[name] = _column(getattr(claim.enrolment, name) for claim in claims)
    basic = [claim.basic_settlement for claim in claims]
    places = {name: place for place, name in enumerate(hospitals)}
    return Block(
        ClaimColumns(
            patient=_column(patients),
            day=_column(each.case.day.toordinal() - EPOCH for each in every),
            policy=_column(policies.place(each.case.policy) for each in every),
            case=_column(NOT_GIVEN if claim.case is None else cases.index(claim.case) for claim in claims),
            basic_fund_paid=_column(NOT_GIVEN if each is None else each.fund_paid for each in basic),
            basic_deductible=_column(0 if each is None else each.deductible for each in basic),
            fraud=_fraud([claim.enrolment.fraud_amounts for claim in claims]),
            cases=cases,
            **columns,
        ),
        _totals([each.case.year for each in every]),
        _column(places[each.hospital] for each in every) if all(each.hospital for each in every) else None,
    )


def _column(values: Iterable[int]) -> Column:
    return np.array([int(value) for value in values], np.int64)


def _given(value: int | None) -> int:
    return NOT_GIVEN if value is None else value


def _fraud(incidents: Sequence[tuple[int, ...]]) -> Column | None:
    most = max(map(len, incidents), default=0)
    if not most:
        return None
    return np.array([[*each, *[NOT_GIVEN] * (most - len(each))] for each in incidents], np.int64)


def _totals(years: Sequence[YearToDate]) -> TotalsColumns | None:
    if all(year == NOTHING_YET for year in years):
        return None
    lines = [
        (row, group, disease, *totals)
        for row, year in enumerate(years)
        for group, name in enumerate(BY_DISEASE)
        for disease, totals in getattr(year, name).items()
    ]
    return TotalsColumns(
        **{name: _column(getattr(year, name) for year in years) for name in TOTALS},
        by_disease=np.array(lines, np.int64) if lines else None,
    )
