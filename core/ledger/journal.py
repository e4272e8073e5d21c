"""The journal: entries of a ledger, read and added, and each year's totals as they stand ready."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from core import VERSION
from core.claim import NOTHING_YET, YearToDate
from core.ledger import additions, foreign, joins
from core.ledger import facts as facts_on_file
from core.ledger.additions import Addition, Last, Placed
from core.ledger.connection import Connection, damaged
from core.ledger.entries import MOST_TOLD, Entry, EntryKind, Facts, Overlapped, Place
from core.ledger.record import (
    EMPTY,
    FORM,
    GENESIS,
    OWN,
    UNREADABLE,
    EntryHere,
    JsonText,
    canonical,
    counted,
    difference_record,
    read_entry,
    read_totals,
    settlement_record,
    totals_record,
)
from core.ledger.totals import fold
from core.settlement import Settlement
from core.vocabulary import Benefit

# CROSS JOIN: in this order; a record that is withheld has no summary
_STANDING: Final = """marks.number, marks.stamp, ledgers.id, marks.reverses, marks.replaces,
        marks.reversed_by
    FROM entries CROSS JOIN summaries AS marks ON marks.number = entries.number
    CROSS JOIN ledgers ON ledgers.row = entries.number >> 40"""
_ENTRIES: Final = f"SELECT entries.record, {_STANDING}"
_COUNTED: Final = f"SELECT json_extract(entries.record, '$.kind', '$.before', '$.after'), {_STANDING}"
"""What the fold needs of the records alone: read whole, they take five times as long."""
_OF_PERSON: Final = f"patient IN ({joins.KEYS})"
_LAST: Final = f"""SELECT number, hash,
        (SELECT max(stamp) FROM summaries WHERE number = entries.number
            UNION ALL SELECT max(stamp) FROM ledgers ORDER BY 1 DESC LIMIT 1)
    FROM entries WHERE number < {OWN} ORDER BY number DESC LIMIT 1"""  # noqa: S608  ours
_SEEN: Final = "SELECT id, number, stamp FROM ledgers WHERE row > 0 AND number > 0"
_LEDGERS_OF: Final = f"""SELECT DISTINCT ledgers.id FROM summaries
    JOIN ledgers ON ledgers.row = summaries.number >> 40
    WHERE {_OF_PERSON} AND summaries.number >= {OWN}"""  # noqa: S608  ours

_LATER: Final = 2**63 - 1
"""Above every entry's stamp."""

STAYS: Final = (Benefit.INPATIENT, Benefit.DAY_SURGERY)
"""The benefits that are a stay of some days, which no other stay of a person may overlap."""


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


class VisitMarks(NamedTuple):
    """The marks of a visit by which it is known as the same or an overlapping one; amounts are fen."""

    benefit: Benefit
    admitted: date
    discharged: date
    total: int
    eligible: int


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
        self.collected: list[Addition] | None = None  # what is added meanwhile, for a trial

    def entries(self, patient: str, year: int | None = None) -> list[Entry]:
        """List a person's entries in order, of one year, or of all where ``year`` is None.

        ``patient`` is any of the person's keys.
        """
        where = f"WHERE entries.{_OF_PERSON} AND (:year IS NULL OR entries.year = :year)"
        with self._connection.snapshot():
            return self._entries(where, {"patient": patient, "year": year})

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
            row = self._db.execute("SELECT 1 FROM summaries WHERE number = ?", [number]).fetchone()
        return row is not None

    def entry_by_key(self, key: str) -> Entry | None:
        """Return the entry with an idempotency key, None where nothing was posted with it."""
        return self._one("WHERE entries.key = :key", key=key)

    def last_visit(self, patient: str) -> Entry | None:
        """Return a person's latest posted entry that stands, None without one."""
        return self._one(
            f"""WHERE entries.number = (
                SELECT number FROM summaries
                WHERE {_OF_PERSON} AND kind = 'posted' AND reversed_by IS NULL
                ORDER BY stamp DESC LIMIT 1
            )""",  # noqa: S608  ours
            patient=patient,
        )

    def overlaps(
        self, patient: str, visit: VisitMarks, leave_out: int = 0, before: int = _LATER
    ) -> Overlapped:
        """Return the standing entries of a person whose stay is the same as this one or overlaps it.

        A stay that begins on the day on which the other one ends follows it. Visits without a stay are the
        same where benefit, day and amounts are. ``leave_out`` is the number of an entry not to be told;
        only entries whose stamp is below ``before`` are.
        """
        with self._connection.snapshot():
            rows = self._db.execute(
                f"""SELECT number, count(*) OVER () FROM summaries
                WHERE {_OF_PERSON} AND kind = 'posted' AND reversed_by IS NULL AND number <> :leave_out
                    AND stamp < :before
                    AND ((:stay AND benefit IN ('inpatient', 'day_surgery')
                            AND ((admitted = :admitted AND day = :discharged)
                                OR (admitted < :discharged AND :admitted < day)))
                        OR (benefit = :benefit AND admitted = :admitted AND day = :discharged
                            AND medfee_sumamt = :total
                            AND medfee_sumamt - fulamt_ownpay_amt - overlmt_selfpay = :eligible))
                ORDER BY stamp DESC LIMIT {MOST_TOLD}""",  # noqa: S608  ours
                {
                    **visit._asdict(),
                    "admitted": visit.admitted.isoformat(),
                    "discharged": visit.discharged.isoformat(),
                    "stay": visit.benefit in STAYS,
                    "patient": patient,
                    "leave_out": leave_out,
                    "before": before,
                },
            ).fetchall()
        numbers = tuple(number for number, _ in reversed(rows))
        called = tuple(foreign.called(self._db, number) for number in numbers)
        return Overlapped(numbers, rows[0][1] - len(rows) if rows else 0, called)

    def replaced_by(self, number: int) -> int | None:
        """Return the number of the entry that settled an entry again, None where none did."""
        with self._connection.snapshot():
            row = self._db.execute(
                "SELECT max(number) FROM summaries WHERE replaces = ?", [number]
            ).fetchone()
        return None if row[0] is None else int(row[0])

    def next_number(self) -> int:
        """Return the number that the next entry gets, inside a transaction."""
        last = self._db.execute(_LAST).fetchone()
        return int(last[0]) + 1 if last else 1

    def facts(self, number: int) -> Facts | None:
        """Return the facts of an entry, None where nothing was stated or the person was forgotten."""
        with self._connection.snapshot():
            return facts_on_file.read(self._db, number)

    def _one(self, where: str, **values: str | int) -> Entry | None:
        with self._connection.snapshot():
            entries = self._entries(where, values)
        return entries[0] if entries else None

    def _entries(self, where: str, values: Mapping[str, str | int | None]) -> list[Entry]:
        rows = self._db.execute(f"{_ENTRIES} {where}", dict(values)).fetchall()
        try:
            return [read_entry(json.loads(text), standing) for text, standing in _in_order(rows)]
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error

    def clock_before(self, entry: Entry) -> datetime | None:
        """Return the moment (UTC) of the entry before this one where it is the later one, else None."""
        with self._connection.snapshot():
            row = self._db.execute(
                "SELECT recorded FROM entries WHERE number = ? AND record <> ''", [entry.number - 1]
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
        """Return a person's totals of a year, zeros where nothing is recorded."""
        with self._connection.snapshot():
            row = self._db.execute(
                """SELECT totals FROM totals
                WHERE patient = (SELECT person FROM patients WHERE key = ?) AND year = ?""",
                [patient, year],
            ).fetchone()
        if row is None:
            return NOTHING_YET
        try:
            return read_totals(json.loads(row[0]))
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error

    def latest(self) -> datetime | None:
        """Return the moment (UTC) of this ledger's last entry, None where there is none."""
        entry = self._one(
            f"WHERE entries.number = (SELECT max(number) FROM entries WHERE number < {OWN})"  # noqa: S608  ours
        )
        return None if entry is None else entry.recorded

    # ---- additions, each inside a transaction

    def post(
        self,
        key: str | None,
        patient: str,
        operator: str,
        settled: Settled,
        facts: Facts | None = None,
        replaces: int | None = None,
    ) -> Entry:
        """Add a settlement that is complete, of a patient (key), with what is known of it beside.

        ``replaces`` is the number of an entry that was reversed and that this one settles again.
        """
        settlement = settled.settlement
        after = settlement.year_to_date
        assert after is not None
        content: dict[str, Any] = {
            "asked": settled.asked,
            "rule_year": settled.rule_year,
            "request": settled.request,
            "region": settled.pack,
            "documents": settled.documents,
            "before": totals_record(settled.before),
            "settlement": settlement_record(settlement),
            "replaces": replaces,
            **({} if replaces is None else _elsewhere(self._db, "replaces_of", replaces)),
        }
        salt = facts_on_file.new_salt()
        if facts is not None:
            content["facts"] = facts_on_file.seal(salt, facts)
        entry = self._append(
            EntryKind.POSTED, patient, settlement.year, settled.day, operator, key, after, content, settlement
        )
        if facts is not None:
            facts_on_file.keep(self._db, entry.number, salt, facts)
        return entry

    def replace(self, entry: Entry, operator: str, settled: Settled) -> Entry:
        """Add a complete settlement on corrected totals in the place of an entry that was reversed.

        What is known of the visit beside its figures stays known.
        """
        facts = facts_on_file.read(self._db, entry.number)
        return self.post(None, entry.patient, operator, settled, facts, entry.number)

    def add_facts(self, number: int, facts: Facts, operator: str) -> Facts:
        """Add facts to those of an entry that is there, as an act; return all of them."""
        return facts_on_file.add(self._db, self._connection.now(), number, facts, operator)

    def refold(self, keys: Collection[str]) -> None:
        """Work the totals of some keys out anew, after they were joined or separated."""
        for key in keys:
            self._db.execute("DELETE FROM totals WHERE patient = ?", [key])
        for key in keys:
            years = self._db.execute(
                "SELECT DISTINCT year FROM summaries WHERE patient = ?", [key]
            ).fetchall()
            for (year,) in years:
                after = canonical(totals_record(self.fold(key, year)))
                additions.keep_totals(self._db, {(key, year): after})

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
            **_elsewhere(self._db, "reverses_of", entry.number),
            "reason": reason,
            "region": entry.region and {"id": entry.region, "name": entry.region_name},
        }
        return self._append(
            EntryKind.REVERSED, entry.patient, entry.year, entry.day, operator, None, after, content
        )

    def fold(
        self, patient: str, year: int, leave_out: Collection[int] = (), before: Place | None = None
    ) -> YearToDate:
        """Return the totals that a person's entries of a year come to.

        ``leave_out``: numbers of entries that do not count. ``before``: only entries before this place count.
        """
        with self._connection.snapshot():
            rows = self._db.execute(
                f"{_COUNTED} WHERE entries.{_OF_PERSON} AND entries.year = :year",
                {"patient": patient, "year": year},
            ).fetchall()
        standing = _in_order(rows)
        gone = {each.number for _, each in standing if each.reversed_by is not None}
        try:
            entries = [
                counted(kind, totals_before, totals_after, each)
                for text, each in standing
                if before is None or each.place < before
                for kind, totals_before, totals_after in [json.loads(text)]
            ]
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error
        return fold(entries, gone | set(leave_out))

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
        seen = self._db.execute(_SEEN).fetchall()
        keys = joins.keys_of(self._db, patient)
        known = _known(self._db, patient, seen) if seen else {}
        record = {
            **EMPTY,
            **content,
            "form": FORM,
            "ledger": self._connection.ledger_id(),
            "kind": kind,
            "patient": patient,
            "with": keys if len(keys) > 1 else None,
            "year": year,
            "day": day.isoformat(),
            "operator": operator,
            "key": key,
            "program": VERSION,
            "after": totals_record(after),
            **({"known": known} if known else {}),
        }
        reversed_ = None if record["reverses"] is None else self.record(record["reverses"])
        addition = additions.made(record, canonical(record["after"]), reversed_)
        if self.collected is not None:
            self.collected.append(additions.packed(addition))
        (placed,) = self.add([addition])
        return read_entry({**additions.plain(record), **placed._asdict()}, None, settlement)

    def add(self, waiting: Sequence[Addition]) -> list[Placed]:
        """Put additions at the end of the chain, in order; return where each came to stand."""
        seen = self._db.execute(_SEEN).fetchall()
        begin = (0, GENESIS, max((each[2] for each in seen), default=0))
        last = Last(*(self._db.execute(_LAST).fetchone() or begin))
        return additions.add(self._db, waiting, last, self._connection.now())


def _in_order(rows: Collection[tuple[Any, ...]]) -> list[tuple[str, EntryHere]]:
    """Return records with how each stands, from rows of `_ENTRIES`, in the order of a person's entries."""
    standing = [(text, EntryHere(*marks)) for text, *marks in rows]
    return sorted(standing, key=lambda each: each[1].place) if len(standing) > 1 else standing


def _known(db: sqlite3.Connection, patient: str, seen: Collection[tuple[str, int, int]]) -> dict[str, int]:
    """Return how far each other ledger that has entries of a person is known, by id."""
    theirs = {id_ for (id_,) in db.execute(_LEDGERS_OF, {"patient": patient})}
    return {id_: number for id_, number, _ in seen if id_ in theirs}


def _elsewhere(db: sqlite3.Connection, name: str, number: int) -> dict[str, list[str | int]]:
    """Return where an entry of another ledger stands in its own, for a record that names it; else {}."""
    if number < OWN:
        return {}
    (id_,) = db.execute("SELECT id FROM ledgers WHERE row = ?", [number // OWN]).fetchone()
    return {name: [str(id_), number % OWN]}
