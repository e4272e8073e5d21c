"""The check of a whole ledger: file, protection, both chains, columns, totals, persons and operators."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.claim import YearToDate
from core.ledger import facts, foreign, heads, joins, role_history, seals, signatures, summaries
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
    standing_alone,
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
        return verify(opened.db)


def astray(connection: sqlite3.Connection) -> Message | None:
    """Return what is told of own entries that name another ledger as theirs, None where none does.

    They were posted in a program that had a ledger open while a backup of another one came in its place.
    """
    count, first, other = connection.execute(
        f"""SELECT count(*), min(number), json_extract(record, '$.ledger') FROM entries
        WHERE number < {OWN} AND json_extract(record, '$.ledger') <> ?""",  # noqa: S608  ours
        [heads.id_of(connection)],
    ).fetchone()
    if not count:
        return None
    told = {"entry": str(first), "count": str(count), "ledger": foreign.short(str(other))}
    return message("ledger.astray", **told)


def _verify(connection: sqlite3.Connection) -> Verified:
    (integrity,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if integrity != "ok":
        return Verified(0, message("ledger.fault.file", found=str(integrity)))
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        return Verified(0, message("ledger.fault.reference", table=str(broken[0])))
    if objects(connection) != expected_objects():
        return Verified(0, message("ledger.fault.schema"))
    theirs = foreign.read(connection)
    if theirs.fault is not None:
        return Verified(0, theirs.fault)
    chain = _Chain(connection, theirs)
    fault = chain.read()
    if fault is not None:
        return Verified(chain.count, fault)
    highest = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    if (highest[0] if highest else 0) != chain.count:
        return Verified(chain.count, message("ledger.fault.missing", number=chain.count + 1))
    fault = _totals_fault(connection, chain.years, theirs) or _summary_fault(connection, chain.count)
    return Verified(chain.count, fault or _trail_fault(connection, {**chain.facts, **theirs.facts}))


class _Chain:
    """A ledger's own entries, read in order.

    ``count`` is how many were read; ``years`` are the patients' years as they make them; ``facts`` the seals
    of the facts that came with them, by number.
    """

    def __init__(self, connection: sqlite3.Connection, theirs: foreign.Foreign) -> None:
        self._connection = connection
        self._theirs = theirs
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
        own, part = (
            years.pop(entry.patient),
            counted(record["kind"], record["before"], record["after"], standing_alone(record)),
        )
        known = record.get("known")
        theirs = self._theirs.known(keys, entry.year, known) if known else []
        return split and own.add(part, list(years.values()), theirs)

    def _reversed(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """Return the record of what a reversal reverses, None of any other entry."""
        if record["reverses"] is None:
            return None
        return foreign.record_at(self._connection, record["reverses"])


class _Year:
    """A key's year as the entries read so far make it."""

    def __init__(self) -> None:
        self.entries: list[Counted] = []
        self.reversed: set[int] = set()
        self.totals = fold((), ())

    def add(self, entry: Counted, others: "list[_Year]", theirs: list[Counted]) -> bool:
        """Take an entry in; tell whether its totals before and after agree with the entries before it.

        ``others`` are the years of the other keys of the person at that time, ``theirs`` the entries of other
        ledgers that were known then.
        """
        before = together([self, *others], theirs)
        if entry.kind is EntryKind.REVERSED:
            known = {each.number for each in (*self.entries, *theirs) if each.kind is not EntryKind.REVERSED}
            if entry.reverses not in known - self.reversed:
                return False
            self.reversed.add(entry.reverses)
            self.totals = fold(self.entries, self.reversed)
        elif entry.kind is EntryKind.OPENING:
            self.totals = entry.after
        elif not same_sums(entry.before, before):
            return False
        else:
            self.totals = plus(self.totals, change(entry.before, entry.after))
        self.entries.append(entry)
        return entry.after == together([self, *others], theirs)


def together(years: "list[_Year]", theirs: list[Counted]) -> YearToDate:
    """Return the totals that the entries of all of a person's keys come to; ``theirs``: other ledgers'."""
    if len(years) == 1 and not theirs:
        return years[0].totals
    entries = [*(entry for year in years for entry in year.entries), *theirs]
    entries.sort(key=lambda entry: entry.place)
    return fold(entries, {entry.reverses for entry in entries if entry.reverses is not None})


def _summary_fault(connection: sqlite3.Connection, count: int) -> Message | None:
    """Return the first summary without an entry, or with another reversal than the entries have."""
    wrong = connection.execute(
        """SELECT number FROM summaries WHERE number < :own AND number NOT BETWEEN 1 AND :count
        UNION ALL SELECT number FROM summaries AS theirs WHERE number >= :own AND NOT EXISTS
            (SELECT 1 FROM entries WHERE entries.number = theirs.number AND record <> '')
        UNION ALL SELECT number FROM summaries AS gone WHERE reversed_by IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM summaries AS counter
                WHERE counter.number = gone.reversed_by AND counter.reverses = gone.number)
        UNION ALL SELECT gone.number FROM summaries AS counter
            JOIN summaries AS gone ON gone.number = counter.reverses WHERE gone.reversed_by IS NULL
        ORDER BY 1 LIMIT 1""",
        {"own": OWN, "count": count},
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


def _totals_fault(
    connection: sqlite3.Connection, years: dict[tuple[str, int], _Year], theirs: foreign.Foreign
) -> Message | None:
    kept = {
        (patient, year): text
        for patient, year, text in connection.execute("SELECT patient, year, totals FROM totals")
    }
    persons = dict(connection.execute("SELECT key, person FROM patients"))
    of_persons: dict[tuple[str, int], list[_Year]] = {}
    for (key, at), year in years.items():
        of_persons.setdefault((persons[key], at), []).append(year)
    of_theirs: dict[tuple[str, int], list[Counted]] = {}
    for (key, at), entries_of in theirs.years.items():
        of_theirs.setdefault((persons[key], at), []).extend(entries_of)
        of_persons.setdefault((persons[key], at), [])
    folded = {
        at: canonical(totals_record(together(of_person, of_theirs.get(at, []))))
        for at, of_person in of_persons.items()
    }
    wrong = sorted(at for at in kept.keys() | folded.keys() if kept.get(at) != folded.get(at))
    if not wrong:
        return None
    patient, at = wrong[0]
    entries = [entry.number for each in of_persons.get(wrong[0], ()) for entry in each.entries]
    return message("ledger.fault.totals", patient=patient, year=str(at), number=max(entries, default=0))
