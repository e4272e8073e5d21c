"""The check of a whole ledger: file, protection, both chains, columns, totals, persons and operators."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.claim import YearToDate
from core.ledger import facts, heads, joins, role_history, seals, signatures, summaries
from core.ledger.connection import TIMEOUT, Connection
from core.ledger.entries import Entry, EntryKind
from core.ledger.record import (
    COLUMNS,
    GENESIS,
    OWN,
    UNREADABLE,
    canonical,
    counted,
    is_linked,
    read_entry,
    totals_record,
)
from core.ledger.schema import expected_objects, objects
from core.ledger.sqlite import DatabaseError, code_of
from core.ledger.totals import Counted, change, fold, plus, same_sums
from core.ledger.trail import ActKind, AuditAct, read_chain
from core.messages import Message, message

_FOUND_BY_READING: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


class Verified(NamedTuple):
    """The number of a ledger's entries, and the first fault found, None where it is sound."""

    entries: int
    fault: Message | None


def verify(connection: sqlite3.Connection) -> Verified:
    """Check a ledger inside a read transaction. Raises DatabaseError where it cannot be read for now."""
    try:
        return _verify(connection)
    except DatabaseError as error:
        if code_of(error) not in _FOUND_BY_READING:
            raise
        return Verified(0, message("ledger.fault.file", found=str(error)))
    except UNREADABLE as error:  # a value of another kind where a table has lost its strictness
        return Verified(0, message("ledger.fault.file", found=str(error)))


def verify_apart(path: Path, key: bytes | None = None, timeout: float = TIMEOUT) -> Verified:
    """Check a ledger over a connection of its own, while others use it. Raises LedgerUnavailable."""
    with closing(Connection(path, timeout, key, create=False)) as opened, opened.snapshot():
        return verify(opened.raw)


def _verify(connection: sqlite3.Connection) -> Verified:
    (integrity,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if integrity != "ok":
        return Verified(0, message("ledger.fault.file", found=str(integrity)))
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        return Verified(0, message("ledger.fault.reference", table=str(broken[0])))
    if objects(connection) != expected_objects():
        return Verified(0, message("ledger.fault.schema"))
    chain = _Chain(connection)
    fault = chain.read()
    if fault is not None:
        return Verified(chain.count, fault)
    highest = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    if (highest[0] if highest else 0) != chain.count:
        return Verified(chain.count, message("ledger.fault.missing", number=chain.count + 1))
    fault = _totals_fault(connection, chain.years) or _summary_fault(connection, chain.count)
    return Verified(chain.count, fault or _trail_fault(connection, chain.facts))


class _Chain:
    """A ledger's own entries, read in order.

    ``count`` is how many were read; ``years`` are the patients' years as they make them; ``facts`` the seals
    of the facts that came with them, by number.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._last = GENESIS
        self._stamp = 0
        self.count = 0
        self.years: dict[tuple[str, int], _Year] = {}
        self.facts: dict[int, str] = {}

    def read(self) -> Message | None:
        """Read every entry; return the first fault, None where all are sound."""
        marks = f"summaries.{', summaries.'.join(summaries.COLUMNS)}"
        rows = self._connection.execute(
            f"""SELECT entries.*, {marks}
            FROM entries LEFT JOIN summaries ON summaries.number = entries.number
            WHERE entries.number < {OWN} ORDER BY entries.number"""  # noqa: S608  ours
        )
        width = len(rows.description) - len(summaries.COLUMNS)
        names = [column[0] for column in rows.description[:width]]
        for row in rows:
            self.count += 1
            fault = self._fault(dict(zip(names, row[:width], strict=True)), row[width:])
            if fault is not None:
                return fault
        return None

    def _fault(self, columns: dict[str, Any], summary: summaries.Row) -> Message | None:
        number = self.count
        if columns["number"] != number:
            return message("ledger.fault.missing", number=number)
        text = columns["record"]
        try:
            record = json.loads(text)
            linked = is_linked(columns, record)
        except UNREADABLE:
            return message("ledger.fault.hash", number=number)
        if not linked:
            return message("ledger.fault.hash", number=number)
        if columns["previous"] != self._last:
            return message("ledger.fault.chain", number=number)
        try:
            entry = read_entry(record, None)
            same = canonical(record) == text and all(record[name] == columns[name] for name in COLUMNS)
            follows = self._follows(entry, record)
            expected = summaries.row_of(record, self._stamp, self._reversed(record))
        except UNREADABLE:
            return message("ledger.fault.record", number=number)
        stamp = expected[summaries.COLUMNS.index("stamp")]
        assert isinstance(stamp, int)
        if not same:
            return message("ledger.fault.columns", number=number)
        if not follows or stamp <= self._stamp:
            return message("ledger.fault.sequence", number=number)
        if summary != expected:
            return message("ledger.fault.summary", number=number)
        self._last, self._stamp = columns["hash"], stamp
        return None

    def _follows(self, entry: Entry, record: dict[str, Any]) -> bool:
        """Take an entry in; tell whether its totals agree with the entries of the person before it."""
        keys = record.get("with") or [entry.patient]
        years = {key: self.years.setdefault((key, entry.year), _Year()) for key in keys}
        if record.get("facts") is not None:
            self.facts[entry.number] = record["facts"]
        split = entry.settlement is None or (entry.settlement.year, entry.settlement.year_to_date) == (
            entry.year,
            entry.after,
        )
        own = years.pop(entry.patient)
        return split and own.add(counted(record), entry.reverses, list(years.values()))

    def _reversed(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """Return the record of what a reversal reverses, None of any other entry."""
        if record["reverses"] is None:
            return None
        row = self._connection.execute(
            "SELECT record FROM entries WHERE number = ?", [record["reverses"]]
        ).fetchone()
        reversed_: dict[str, Any] = json.loads(row[0])
        return reversed_


class _Year:
    """A key's year as the entries read so far make it."""

    def __init__(self) -> None:
        self.entries: list[Counted] = []
        self.reversed: set[int] = set()
        self.totals = fold((), ())

    def add(self, entry: Counted, reverses: int | None, others: "list[_Year]") -> bool:
        """Take an entry in; tell whether its totals before and after agree with the entries before it.

        ``others`` are the years of the other keys of the person at that time.
        """
        before = together([self, *others])
        if entry.kind is EntryKind.REVERSED:
            known = {each.number for each in self.entries if each.kind is not EntryKind.REVERSED}
            if reverses not in known - self.reversed:
                return False
            self.reversed.add(reverses)
            self.totals = fold(self.entries, self.reversed)
        elif entry.kind is EntryKind.OPENING:
            self.totals = entry.after
        elif not same_sums(entry.before, before):
            return False
        else:
            self.totals = plus(self.totals, change(entry.before, entry.after))
        self.entries.append(entry)
        return entry.after == together([self, *others])


def together(years: "list[_Year]") -> YearToDate:
    """Return the totals that the entries of all of a person's keys come to."""
    if len(years) == 1:
        return years[0].totals
    entries = sorted((entry for year in years for entry in year.entries), key=lambda entry: entry.number)
    return fold(entries, set().union(*(year.reversed for year in years)))


def _summary_fault(connection: sqlite3.Connection, count: int) -> Message | None:
    """Return the first summary without an entry, or with another reversal than the entries have."""
    wrong = connection.execute(
        """SELECT summaries.number FROM summaries
            LEFT JOIN entries AS counter ON counter.reverses = summaries.number
        WHERE summaries.reversed_by IS NOT counter.number OR summaries.number NOT BETWEEN 1 AND ?
        ORDER BY 1 LIMIT 1""",
        [count],
    ).fetchone()
    return message("ledger.fault.summary", number=wrong[0]) if wrong else None


class TrailOutcome(NamedTuple):
    """The outcome of the audit trail.

    Its first fault, each patient's last seal, each operator's standing, the joins that stand, the last seal
    of the facts of each entry whose facts it speaks of, the signatures, and the acts that sign days.
    """

    fault: Message | None
    seals: dict[str, str | None]
    standings: role_history.Standings
    joins: list[joins.Join]
    facts: dict[int, str]
    signatures: signatures.Signatures
    days: list[AuditAct]


def read_trail(connection: sqlite3.Connection) -> TrailOutcome:
    """Read the whole audit trail."""
    ledger = heads.id_of(connection)
    outcome = TrailOutcome(None, {}, {}, [], {}, signatures.Signatures(ledger), [])

    def see(act: AuditAct, previous: str) -> None:
        seals.take(outcome.seals, act)
        role_history.take(outcome.standings, act)
        joins.take(outcome.joins, act)
        facts.take(outcome.facts, act)
        outcome.signatures.take(act, previous)
        if act.act is ActKind.DAY_SIGNED:
            outcome.days.append(act)

    return outcome._replace(fault=read_chain(connection, see))


def _trail_fault(connection: sqlite3.Connection, facts_posted: dict[int, str]) -> Message | None:
    """Return the first fault of the trail, or of persons, facts or operators who are not as it says."""
    history = read_trail(connection)
    return (
        history.fault
        or seals.fault(connection, history.seals)
        or joins.fault(connection, history.joins)
        or facts.fault(connection, {**facts_posted, **history.facts})
        or role_history.fault(connection, history.standings)
        or history.signatures.fault
        or next(filter(None, (signatures.day_fault(connection, act) for act in history.days)), None)
    )


def _totals_fault(connection: sqlite3.Connection, years: dict[tuple[str, int], _Year]) -> Message | None:
    kept = {
        (patient, year): text
        for patient, year, text in connection.execute("SELECT patient, year, totals FROM totals")
    }
    persons = dict(connection.execute("SELECT key, person FROM patients"))
    of_persons: dict[tuple[str, int], list[_Year]] = {}
    for (key, at), year in years.items():
        of_persons.setdefault((persons[key], at), []).append(year)
    folded = {at: canonical(totals_record(together(of_person))) for at, of_person in of_persons.items()}
    wrong = sorted(at for at in kept.keys() | folded.keys() if kept.get(at) != folded.get(at))
    if not wrong:
        return None
    patient, at = wrong[0]
    entries = [entry.number for each in of_persons.get(wrong[0], ()) for entry in each.entries]
    return message("ledger.fault.totals", patient=patient, year=str(at), number=max(entries, default=0))
