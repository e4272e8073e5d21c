"""The ledger of a hospital: patients, entries, totals and drafts in one file."""

import json
import secrets
import sqlite3
import unicodedata
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from core import VERSION
from core.claim import NOTHING_YET, YearToDate
from core.ledger import privacy, seals, search, trail
from core.ledger.connection import TIMEOUT, Connection, damaged
from core.ledger.day_end import DayEnd, day_end
from core.ledger.entries import Entry, EntryKind, Identifier, Patient, PatientGiven
from core.ledger.record import (
    COLUMNS,
    EMPTY,
    GENESIS,
    UNREADABLE,
    Kept,
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
from core.ledger.totals import fold
from core.ledger.trail import Act, ActKind
from core.ledger.verify import Verified, verify
from core.messages import Fault, message
from core.settlement import Settlement

_ENTRIES: Final = """SELECT entries.record, counter.number
    FROM entries LEFT JOIN entries AS counter ON counter.reverses = entries.number"""
_COLUMNS: Final = (*COLUMNS, "record", "hash")
_ADD: Final = f"INSERT INTO entries ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_LAST_CHARACTER: Final = "\U0010ffff"
_DOTS: Final = str.maketrans("", "", "·•・．.‧")


class Settled(NamedTuple):
    """What is to be posted.

    ``asked`` is the request as it was given; ``request`` as it was settled, with the totals before;
    ``before`` and ``settlement`` are by the rules of ``settlement.year``. ``pack`` are the region pack's
    tables, ``documents`` the documents on file by id with the SHA-256 of their content. ``rule_year``: as it
    was given.
    """

    asked: dict[str, Any]
    rule_year: int | None
    request: dict[str, Any]
    day: date
    before: YearToDate
    settlement: Settlement
    pack: Kept
    documents: Kept


class Opened(NamedTuple):
    """A year's totals as the insurer's platform states them on a day; ``asked``: as they were given."""

    asked: dict[str, Any]
    year: int
    day: date
    stated: YearToDate


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """An open ledger. Every method raises LedgerUnavailable where the file cannot be used.

    ``now`` is the clock, in UTC; ``key`` that of an encrypted file.
    ``create``: makes the ledger where there is none.
    """

    def __init__(
        self,
        path: Path,
        timeout: float = TIMEOUT,
        now: Callable[[], datetime] = _now,
        key: bytes | None = None,
        create: bool = True,
    ) -> None:
        self.now = now
        self.key = key
        self._connection = Connection(path, timeout, key, create)
        self.path = self._connection.path
        self.db = self._connection.db

    def transaction(self) -> AbstractContextManager[None]:
        """A block whose reads and writes are one: on the disk when it ends, or nothing of it."""
        return self._connection.transaction()

    def snapshot(self) -> AbstractContextManager[None]:
        """A block whose reads see one state."""
        return self._connection.snapshot()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    # ---- patients

    def find(self, identifier: str) -> Patient | None:
        """The patient with an identifier of any kind."""
        with self.snapshot():
            row = self.db.execute("SELECT patient FROM identifiers WHERE id = ?", [identifier]).fetchone()
            return None if row is None else self.patient(row[0])

    def search(self, text: str, most: int) -> list[Patient]:
        """Patients an identifier or the name of whom begins with a text."""
        beginning = [text, text + _LAST_CHARACTER, most]
        with self.snapshot():  # each in the order of its index: nothing is sorted, however many begin so
            rows = self.db.execute(
                "SELECT patient FROM identifiers WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                beginning,
            ).fetchall()
            rows += self.db.execute(
                "SELECT key FROM patients WHERE name >= ? AND name < ? ORDER BY name LIMIT ?", beginning
            ).fetchall()
            return [self._known(key) for key in dict.fromkeys(row[0] for row in rows)][:most]

    def patient(self, key: str) -> Patient | None:
        """The patient with a key of this ledger."""
        with self.snapshot():
            row = self.db.execute("SELECT name FROM patients WHERE key = ?", [key]).fetchone()
            if row is None:
                return None
            found = self.db.execute(
                "SELECT id_type, id FROM identifiers WHERE patient = ? ORDER BY rowid", [key]
            ).fetchall()
            return Patient(key, row[0], tuple(Identifier(*each) for each in found))

    def _known(self, key: str) -> Patient:
        found = self.patient(key)
        if found is None:
            raise damaged(self.path)
        return found

    def recognise(self, given: PatientGiven) -> Patient | list[Fault] | None:
        """The patient whom the identifiers name, None where nobody has them yet, or what is wrong."""
        with self.snapshot():
            keys = {
                row[0]
                for each in given.identifiers
                for row in self.db.execute("SELECT patient FROM identifiers WHERE id = ?", [each.id])
            }
            if len(keys) > 1:
                return [Fault("patient.id", message("ledger.two_patients"))]
            if not keys:
                return None
            found = self._known(keys.pop())
        if given.name and found.name and _same_name(given.name) != _same_name(found.name):
            return [Fault("patient.name", message("ledger.other_name", name=found.name))]
        return found

    def note_patient(self, known: Patient | None, given: PatientGiven, operator: str) -> str:
        """Notes a new patient, or what is new of a known one; answers with the key."""
        new = known is None
        if known is None:
            known = Patient(secrets.token_hex(16), given.name, ())
            self.db.execute(
                "INSERT INTO patients (key, name, salt) VALUES (?, ?, ?)",
                [known.key, known.name, seals.new_salt()],
            )
        elif given.name and not known.name:
            new = True
            self.db.execute("UPDATE patients SET name = ? WHERE key = ?", [given.name, known.key])
        have = {each.id for each in known.identifiers}
        for each in given.identifiers:
            if each.id not in have:
                have.add(each.id)
                new = True
                self.db.execute(
                    "INSERT INTO identifiers (id, id_type, patient) VALUES (?, ?, ?)",
                    [each.id, each.id_type, known.key],
                )
        if new:
            self.note_person(known.key, operator)
        return known.key

    def note_person(self, patient: str, operator: str) -> None:
        """Notes that a person's row, identifiers or account changed, inside the same transaction."""
        seals.note(self.db, self.now(), patient, operator)

    # ---- entries

    def entries(self, patient: str, year: int | None = None) -> list[Entry]:
        """A patient's entries in order, of one year or of all."""
        where = "WHERE entries.patient = :patient AND (:year IS NULL OR entries.year = :year)"
        with self.snapshot():
            return self._entries(f"{where} ORDER BY entries.number", {"patient": patient, "year": year})

    def entry(self, number: int) -> Entry | None:
        """The entry with a number."""
        if not 0 < number < 2**63:
            return None
        return self._one("WHERE entries.number = :number", number=number)

    def has_entry(self, number: int) -> bool:
        """Return whether there is an entry with a number; its record is not read."""
        if not 0 < number < 2**63:
            return False
        with self.snapshot():
            row = self.db.execute("SELECT 1 FROM entries WHERE number = ?", [number]).fetchone()
        return row is not None

    def entry_by_key(self, key: str) -> Entry | None:
        """The entry with an idempotency key."""
        return self._one("WHERE entries.key = :key", key=key)

    def last_visit(self, patient: str) -> Entry | None:
        """A patient's latest posted entry that stands."""
        return self._one(
            """WHERE entries.patient = :patient AND entries.kind = 'posted' AND counter.number IS NULL
            ORDER BY entries.number DESC LIMIT 1""",
            patient=patient,
        )

    def _one(self, where: str, **values: str | int) -> Entry | None:
        with self.snapshot():
            found = self._entries(where, values)
        return found[0] if found else None

    def _entries(self, where: str, values: Mapping[str, str | int | None]) -> list[Entry]:
        rows = self.db.execute(f"{_ENTRIES} {where}", dict(values)).fetchall()
        try:
            return [read_entry(json.loads(text), reversed_by) for text, reversed_by in rows]
        except UNREADABLE as error:
            raise damaged(self.path) from error

    def clock_before(self, entry: Entry) -> datetime | None:
        """The moment of the entry before this one where the clock then showed a later one, else None."""
        with self.snapshot():
            row = self.db.execute(
                "SELECT recorded FROM entries WHERE number = ?", [entry.number - 1]
            ).fetchone()
        try:
            before = None if row is None else datetime.fromisoformat(row[0])
        except UNREADABLE as error:
            raise damaged(self.path) from error
        return before if before is not None and before > entry.recorded else None

    def record(self, number: int) -> dict[str, Any]:
        """The whole record of an entry that is there."""
        with self.snapshot():
            row = self.db.execute("SELECT record FROM entries WHERE number = ?", [number]).fetchone()
        try:
            found: dict[str, Any] = json.loads(row[0])
        except UNREADABLE as error:
            raise damaged(self.path) from error
        return found

    def totals(self, patient: str, year: int) -> YearToDate:
        """A patient's totals of a year; nothing recorded is zero."""
        with self.snapshot():
            row = self.db.execute(
                "SELECT totals FROM totals WHERE patient = ? AND year = ?", [patient, year]
            ).fetchone()
        if row is None:
            return NOTHING_YET
        try:
            return read_totals(json.loads(row[0]))
        except UNREADABLE as error:
            raise damaged(self.path) from error

    # ---- what is added; each inside `transaction`

    def post(
        self, key: str, known: Patient | None, given: PatientGiven, operator: str, settled: Settled
    ) -> Entry:
        """Adds a settlement that is complete."""
        return self._post(key, self.note_patient(known, given, operator), operator, settled, None)

    def replace(self, entry: Entry, operator: str, settled: Settled) -> Entry:
        """Adds an entry's settlement on corrected totals, which is complete, in the place of the reversed."""
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

    def open_year(
        self, key: str, known: Patient | None, given: PatientGiven, operator: str, opened: Opened
    ) -> Entry:
        """Adds an opening."""
        patient = self.note_patient(known, given, operator)
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
        """Adds the reversal of an entry that stands."""
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
        """The totals that the entries come to, without some of them, or only of those before a number."""
        with self.snapshot():
            rows = self.db.execute(
                f"{_ENTRIES} WHERE entries.patient = ? AND entries.year = ? ORDER BY entries.number",
                [patient, year],
            ).fetchall()
        try:
            entries = [counted(json.loads(text)) for text, _ in rows]
        except UNREADABLE as error:
            raise damaged(self.path) from error
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
        last = self.db.execute("SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
        number, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        record = {
            **EMPTY,
            **content,
            "number": number,
            "kind": kind,
            "patient": patient,
            "year": year,
            "day": day.isoformat(),
            "recorded": self.now().isoformat(timespec="milliseconds"),
            "operator": operator,
            "key": key,
            "program": VERSION,
            "after": totals_record(after),
            "previous": previous,
        }
        text = canonical_record(record)
        self.db.execute(_ADD, [*(record[name] for name in COLUMNS), text, digest(text)])
        search.sum_up(self.db, number, record["reverses"])
        self.db.execute(
            # a row that is replaced would change its index too
            """INSERT INTO totals (patient, year, totals) VALUES (?, ?, ?)
            ON CONFLICT (patient, year) DO UPDATE SET totals = excluded.totals""",
            [patient, year, canonical(totals_record(after))],
        )
        plain = {name: value.value if isinstance(value, Kept) else value for name, value in record.items()}
        return read_entry(plain, None, settlement)

    # ---- what was done beside the entries

    def note(self, act: ActKind, about: str, operator: str, **detail: Any) -> None:
        """Adds an act to the audit trail; inside `transaction`, together with what it is about."""
        trail.note(self.db, self.now(), act, about, operator, detail)

    def acts(self) -> list[Act]:
        """The audit trail in order."""
        with self.snapshot():
            try:
                return trail.read(self.db)
            except UNREADABLE as error:
                raise damaged(self.path) from error

    def printed(self, number: int, operator: str) -> int:
        """Counts a printed copy of an entry that is there; which copy it is, from 1 on."""
        with self.transaction():
            copy = self.copies(number) + 1
            self.note(ActKind.PRINTED, str(number), operator, copy=copy)
        return copy

    def copies(self, number: int) -> int:
        """How many copies of an entry were printed."""
        with self.snapshot():
            return trail.how_many(self.db, ActKind.PRINTED, str(number))

    def day_end(self, start: datetime, end: datetime) -> DayEnd:
        """What was recorded from one moment (UTC) to before another."""
        with self.snapshot():
            return day_end(self.db, start, end)

    # ---- what is known of a person

    def all_about(self, patient: str) -> dict[str, Any]:
        """Everything that is kept of a patient, entries whole."""
        with self.snapshot():
            try:
                return privacy.all_about(self.db, patient)
            except UNREADABLE as error:
                raise damaged(self.path) from error

    def forget(self, patients: Collection[str], operator: str) -> None:
        """Removes who some patients are; inside `transaction`."""
        for patient in patients:
            privacy.forget(self.db, patient)
            self.note_person(patient, operator)

    def untouched_since(self, moment: datetime) -> list[str]:
        """The patients who are still known and have no entry from a moment (UTC) on, by their keys."""
        with self.snapshot():
            return privacy.untouched_since(self.db, moment)

    def latest(self) -> datetime | None:
        """When the last entry was made, None where there is none."""
        row = self._one("ORDER BY entries.number DESC LIMIT 1")
        return None if row is None else row.recorded

    def tidy_log(self) -> None:
        """Empties the write-ahead log, which still holds what was removed."""
        self._connection.tidy_log()

    # ---- drafts

    def save_draft(self, desk: str, form: Mapping[str, str]) -> None:
        """Keeps what stands in a desk's form."""
        with self.transaction():
            self.db.execute(
                "INSERT OR REPLACE INTO drafts (desk, form) VALUES (?, ?)", [desk, json.dumps(dict(form))]
            )

    def draft(self, desk: str) -> dict[str, str] | None:
        """What stood in a desk's form, None where nothing was kept or it cannot be read."""
        with self.snapshot():
            row = self.db.execute("SELECT form FROM drafts WHERE desk = ?", [desk]).fetchone()
        try:
            found = None if row is None else json.loads(row[0])
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def clear_draft(self, desk: str) -> None:
        """Forgets a desk's form."""
        with self.transaction():
            self.db.execute("DELETE FROM drafts WHERE desk = ?", [desk])

    # ---- the whole

    def verify(self) -> Verified:
        """Checks the whole ledger; the first fault found, if any."""
        with self.snapshot():
            return verify(self._connection.raw)

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copies everything, page by page, as it stands at one moment."""
        with self.snapshot():
            self._connection.raw.backup(target)


def _same_name(name: str) -> str:
    """A name as it is compared: width, spaces and the kind of a middle dot make no difference."""
    return "".join(unicodedata.normalize("NFKC", name).translate(_DOTS).split()).casefold()
