"""The check of a whole ledger: file, protection, both chains, columns, totals, persons and operators."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.ledger import role_history, seals
from core.ledger.connection import TIMEOUT, Connection
from core.ledger.entries import EntryKind
from core.ledger.record import (
    COLUMNS,
    GENESIS,
    UNREADABLE,
    canonical,
    counted,
    digest,
    read_entry,
    totals_record,
)
from core.ledger.schema import SUMMARY, expected_objects, objects
from core.ledger.sqlite import DatabaseError, code_of
from core.ledger.totals import Counted, change, fold, plus, same_sums
from core.ledger.trail import AuditAct, read_chain
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
    last = GENESIS
    count = 0
    years: dict[tuple[str, int], _Year] = {}
    rows = connection.execute("SELECT * FROM entries ORDER BY number")
    names = [column[0] for column in rows.description]
    for row in rows:
        count += 1
        columns = dict(zip(names, row, strict=True))
        fault = _entry_fault(count, last, columns, years)
        if fault is not None:
            return Verified(count, fault)
        last = columns["hash"]
    highest = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    if (highest[0] if highest else 0) != count:
        return Verified(count, message("ledger.fault.missing", number=count + 1))
    fault = _totals_fault(connection, years) or _summary_fault(connection)
    return Verified(count, fault or _trail_fault(connection))


class _Year:
    """A patient's year as the entries read so far make it."""

    def __init__(self) -> None:
        self.entries: list[Counted] = []
        self.reversed: set[int] = set()
        self.totals = fold((), ())

    def add(self, entry: Counted, reverses: int | None) -> bool:
        """Take an entry in; tell whether its totals before and after agree with the entries before it."""
        if entry.kind is EntryKind.REVERSED:
            known = {each.number for each in self.entries if each.kind is not EntryKind.REVERSED}
            if reverses not in known - self.reversed:
                return False
            self.reversed.add(reverses)
            self.totals = fold(self.entries, self.reversed)
        elif entry.kind is EntryKind.OPENING:
            self.totals = entry.after
        elif not same_sums(entry.before, self.totals):
            return False
        else:
            self.totals = plus(self.totals, change(entry.before, entry.after))
        self.entries.append(entry)
        return entry.after == self.totals


def _entry_fault(
    number: int, last: str, columns: dict[str, Any], years: dict[tuple[str, int], _Year]
) -> Message | None:
    if columns["number"] != number:
        return message("ledger.fault.missing", number=number)
    text = columns["record"]
    if digest(text) != columns["hash"]:
        return message("ledger.fault.hash", number=number)
    if columns["previous"] != last:
        return message("ledger.fault.chain", number=number)
    try:
        record = json.loads(text)
        entry = read_entry(record, None)
        seen = counted(record)
        same = canonical(record) == text and all(record[name] == columns[name] for name in COLUMNS)
    except UNREADABLE:
        return message("ledger.fault.record", number=number)
    if not same:
        return message("ledger.fault.columns", number=number)
    year = years.setdefault((entry.patient, entry.year), _Year())
    split = entry.settlement is None or (entry.settlement.year, entry.settlement.year_to_date) == (
        entry.year,
        entry.after,
    )
    if not split or not year.add(seen, entry.reverses):
        return message("ledger.fault.sequence", number=number)
    return None


def _summary_fault(connection: sqlite3.Connection) -> Message | None:
    """Return the first entry whose summary is not what its record says, as a fault."""
    wrong = connection.execute(
        f"""SELECT number FROM (SELECT * FROM ({SUMMARY} ) EXCEPT SELECT * FROM summaries)
        UNION ALL SELECT number FROM summaries WHERE number NOT IN (SELECT number FROM entries)
        ORDER BY 1 LIMIT 1"""  # noqa: S608  ours
    ).fetchone()
    return message("ledger.fault.summary", number=wrong[0]) if wrong else None


class TrailOutcome(NamedTuple):
    """The outcome of the audit trail: its first fault, each patient's last seal, each operator's standing."""

    fault: Message | None
    seals: dict[str, str | None]
    standings: role_history.Standings


def read_trail(connection: sqlite3.Connection) -> TrailOutcome:
    """Read the whole audit trail."""
    sealed: dict[str, str | None] = {}
    standings: role_history.Standings = {}

    def see(act: AuditAct) -> None:
        seals.take(sealed, act)
        role_history.take(standings, act)

    return TrailOutcome(read_chain(connection, see), sealed, standings)


def _trail_fault(connection: sqlite3.Connection) -> Message | None:
    """Return the first fault of the trail, or of persons or operators who are not as it says."""
    history = read_trail(connection)
    return (
        history.fault
        or seals.fault(connection, history.seals)
        or role_history.fault(connection, history.standings)
    )


def _totals_fault(connection: sqlite3.Connection, years: dict[tuple[str, int], _Year]) -> Message | None:
    kept = {
        (patient, year): text
        for patient, year, text in connection.execute("SELECT patient, year, totals FROM totals")
    }
    folded = {at: canonical(totals_record(year.totals)) for at, year in years.items()}
    wrong = sorted(at for at in kept.keys() | folded.keys() if kept.get(at) != folded.get(at))
    if not wrong:
        return None
    patient, year = wrong[0]
    number = years[wrong[0]].entries[-1].number if wrong[0] in years else 0
    return message("ledger.fault.totals", patient=patient, year=str(year), number=number)
