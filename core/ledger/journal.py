"""The journal: entries of a ledger, read and added, and each year's totals as they stand ready."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from core import VERSION
from core.claim import NOTHING_YET, YearToDate
from core.ledger.connection import Connection, damaged
from core.ledger.entries import Entry, EntryKind
from core.ledger.record import (
    COLUMNS,
    EMPTY,
    GENESIS,
    UNREADABLE,
    JsonText,
    canonical,
    canonical_record,
    counted,
    difference_record,
    digest,
    read_entry,
    read_totals,
    settlement_record,
    totals_record,
)
from core.ledger.summaries import sum_up
from core.ledger.totals import fold
from core.settlement import Settlement

_ENTRIES: Final = """SELECT entries.record, counter.number
    FROM entries LEFT JOIN entries AS counter ON counter.reverses = entries.number"""
_COLUMNS: Final = (*COLUMNS, "record", "hash")
_ADD: Final = f"INSERT INTO entries ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608


class Settled(NamedTuple):
    """A settlement that is to be posted, with what it was made of.

    ``asked`` is the request as it was given; ``request`` is the same as it was settled, with the totals
    before. ``before`` and ``settlement`` follow the rules of ``settlement.year``. ``rule_year`` is as given,
    None where none was. ``pack`` holds the region pack's tables, ``documents`` the documents on file by id
    with the SHA-256 of their content.
    """

    asked: dict[str, Any]
    rule_year: int | None
    request: dict[str, Any]
    day: date
    before: YearToDate
    settlement: Settlement
    pack: JsonText
    documents: JsonText


class Opened(NamedTuple):
    """A year's totals as the insurer's platform states them on a day; ``asked``: as they were given."""

    asked: dict[str, Any]
    year: int
    day: date
    stated: YearToDate


class Journal:
    """The entries of an open ledger. Every method raises LedgerUnavailable where the file cannot be used."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def entries(self, patient: str, year: int | None = None) -> list[Entry]:
        """List a patient's entries in order, of one year, or of all where ``year`` is None."""
        where = "WHERE entries.patient = :patient AND (:year IS NULL OR entries.year = :year)"
        with self._connection.snapshot():
            return self._entries(f"{where} ORDER BY entries.number", {"patient": patient, "year": year})

    def entry(self, number: int) -> Entry | None:
        """Return the entry with a number, None where there is none."""
        if not 0 < number < 2**63:
            return None
        return self._one("WHERE entries.number = :number", number=number)

    def has_entry(self, number: int) -> bool:
        """Return whether there is an entry with a number; its record is not read."""
        if not 0 < number < 2**63:
            return False
        with self._connection.snapshot():
            row = self._connection.db.execute("SELECT 1 FROM entries WHERE number = ?", [number]).fetchone()
        return row is not None

    def entry_by_key(self, key: str) -> Entry | None:
        """Return the entry with an idempotency key, None where nothing was posted with it."""
        return self._one("WHERE entries.key = :key", key=key)

    def last_visit(self, patient: str) -> Entry | None:
        """Return a patient's latest posted entry that stands, None without one."""
        return self._one(
            """WHERE entries.patient = :patient AND entries.kind = 'posted' AND counter.number IS NULL
            ORDER BY entries.number DESC LIMIT 1""",
            patient=patient,
        )

    def _one(self, where: str, **values: str | int) -> Entry | None:
        with self._connection.snapshot():
            entries = self._entries(where, values)
        return entries[0] if entries else None

    def _entries(self, where: str, values: Mapping[str, str | int | None]) -> list[Entry]:
        rows = self._db.execute(f"{_ENTRIES} {where}", dict(values)).fetchall()
        try:
            return [read_entry(json.loads(text), reversed_by) for text, reversed_by in rows]
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error

    def clock_before(self, entry: Entry) -> datetime | None:
        """Return the moment (UTC) of the entry before this one where it is the later one, else None."""
        with self._connection.snapshot():
            row = self._db.execute(
                "SELECT recorded FROM entries WHERE number = ?", [entry.number - 1]
            ).fetchone()
        try:
            before = None if row is None else datetime.fromisoformat(row[0])
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error
        return before if before is not None and before > entry.recorded else None

    def record(self, number: int) -> dict[str, Any]:
        """Return the whole record of an entry that is there."""
        with self._connection.snapshot():
            row = self._db.execute("SELECT record FROM entries WHERE number = ?", [number]).fetchone()
        try:
            record: dict[str, Any] = json.loads(row[0])
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error
        return record

    def totals(self, patient: str, year: int) -> YearToDate:
        """Return a patient's totals of a year, zeros where nothing is recorded."""
        with self._connection.snapshot():
            row = self._db.execute(
                "SELECT totals FROM totals WHERE patient = ? AND year = ?", [patient, year]
            ).fetchone()
        if row is None:
            return NOTHING_YET
        try:
            return read_totals(json.loads(row[0]))
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error

    def latest(self) -> datetime | None:
        """Return the moment (UTC) of the last entry, None where there is none."""
        entry = self._one("ORDER BY entries.number DESC LIMIT 1")
        return None if entry is None else entry.recorded

    # ---- additions, each inside a transaction

    def post(self, key: str, patient: str, operator: str, settled: Settled) -> Entry:
        """Add a settlement that is complete, of a patient (key)."""
        return self._post(key, patient, operator, settled, None)

    def replace(self, entry: Entry, operator: str, settled: Settled) -> Entry:
        """Add a complete settlement on corrected totals in the place of an entry that was reversed."""
        return self._post(None, entry.patient, operator, settled, entry.number)

    def _post(
        self, key: str | None, patient: str, operator: str, settled: Settled, replaces: int | None
    ) -> Entry:
        settlement = settled.settlement
        after = settlement.year_to_date
        assert after is not None
        content = {
            "asked": settled.asked,
            "rule_year": settled.rule_year,
            "request": settled.request,
            "region": settled.pack,
            "documents": settled.documents,
            "before": totals_record(settled.before),
            "settlement": settlement_record(settlement),
            "replaces": replaces,
        }
        return self._append(
            EntryKind.POSTED, patient, settlement.year, settled.day, operator, key, after, content, settlement
        )

    def open_year(self, key: str, patient: str, operator: str, opened: Opened) -> Entry:
        """Add the opening of a year of a patient (key)."""
        own = self.totals(patient, opened.year)
        content = {
            "asked": opened.asked,
            "request": opened.asked,
            "difference": difference_record(own, opened.stated),
        }
        return self._append(
            EntryKind.OPENING, patient, opened.year, opened.day, operator, key, opened.stated, content
        )

    def reverse(self, entry: Entry, reason: str, operator: str) -> Entry:
        """Add the reversal of an entry that stands."""
        after = self.fold(entry.patient, entry.year, {entry.number})
        content = {
            "reverses": entry.number,
            "reason": reason,
            "region": entry.region and {"id": entry.region, "name": entry.region_name},
        }
        return self._append(
            EntryKind.REVERSED, entry.patient, entry.year, entry.day, operator, None, after, content
        )

    def fold(
        self, patient: str, year: int, leave_out: Collection[int] = (), before: int | None = None
    ) -> YearToDate:
        """Return the totals that a patient's entries of a year come to.

        ``leave_out``: numbers of entries that do not count. ``before``: only entries below this number count.
        """
        with self._connection.snapshot():
            rows = self._db.execute(
                f"{_ENTRIES} WHERE entries.patient = ? AND entries.year = ? ORDER BY entries.number",
                [patient, year],
            ).fetchall()
        try:
            entries = [counted(json.loads(text)) for text, _ in rows]
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error
        gone = {entry.number for entry, row in zip(entries, rows, strict=True) if row[1] is not None}
        return fold(
            (entry for entry in entries if before is None or entry.number < before), gone | set(leave_out)
        )

    def _append(
        self,
        kind: EntryKind,
        patient: str,
        year: int,
        day: date,
        operator: str,
        key: str | None,
        after: YearToDate,
        content: Mapping[str, Any],
        settlement: Settlement | None = None,
    ) -> Entry:
        last = self._db.execute("SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
        number, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        record = {
            **EMPTY,
            **content,
            "number": number,
            "kind": kind,
            "patient": patient,
            "year": year,
            "day": day.isoformat(),
            "recorded": self._connection.now().isoformat(timespec="milliseconds"),
            "operator": operator,
            "key": key,
            "program": VERSION,
            "after": totals_record(after),
            "previous": previous,
        }
        text = canonical_record(record)
        self._db.execute(_ADD, [*(record[name] for name in COLUMNS), text, digest(text)])
        sum_up(self._db, number, record["reverses"])
        self._db.execute(
            # a row that is replaced would change its index too
            """INSERT INTO totals (patient, year, totals) VALUES (?, ?, ?)
            ON CONFLICT (patient, year) DO UPDATE SET totals = excluded.totals""",
            [patient, year, canonical(totals_record(after))],
        )
        plain = {
            name: value.value if isinstance(value, JsonText) else value for name, value in record.items()
        }
        return read_entry(plain, None, settlement)
