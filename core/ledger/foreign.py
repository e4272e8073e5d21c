"""Entries and acts of other ledgers, as they lie in this one: where they stand, and the proof of each chain.

A ledger that was taken in has a row in `ledgers`; its entries and acts stand from that row times 2^40 on. Of
a record that this ledger may not see only the digest is here, and the chain proves all the same.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from core.ledger import summaries
from core.ledger.record import (
    GENESIS,
    OWN,
    UNREADABLE,
    EntryHere,
    canonical,
    counted,
    digest,
    linked,
    read_entry,
)
from core.ledger.totals import Counted
from core.ledger.trail import SEAL, ActKind
from core.messages import Message, message

NOBODY: Final = ""
"""The key of the person under whom records stand that are withheld."""

_CHAIN: Final = """SELECT rows.number, rows.record, rows.previous, rows.hash, coalesce(withheld.digest, '')
    FROM {chain} AS rows
    LEFT JOIN withheld ON withheld.chain = :chain AND withheld.number = rows.number
    WHERE rows.number >= :first AND rows.number < :after ORDER BY rows.number"""


class Rows(NamedTuple):
    """Ledgers by the rows that they have here: the ids by row, the rows by id."""

    ids: dict[int, str]
    rows: dict[str, int]

    def here(self, ledger: str, number: int) -> int | None:
        """Return the number that an entry of a ledger has here, None where the ledger is not known."""
        row = self.rows.get(ledger)
        return None if row is None else row * OWN + number

    def tied(self, record: Mapping[str, Any], name: str, ledger: str) -> int | None:
        """Return the number here of the entry that a record of a ledger ``reverses`` or ``replaces``."""
        if record.get(name) is None:
            return None
        elsewhere = record.get(f"{name}_of")
        return self.here(*elsewhere) if elsewhere else self.here(ledger, record[name])


def rows_of(db: sqlite3.Connection) -> Rows:
    """Return the ledgers that have a row here; row 0 is this one."""
    ids: dict[int, str] = dict(db.execute("SELECT row, id FROM ledgers ORDER BY row").fetchall())
    return Rows(ids, {id_: row for row, id_ in ids.items()})


def record_at(db: sqlite3.Connection, number: int) -> dict[str, Any] | None:
    """Return the record of an entry by its number here; None where it is withheld or not there."""
    row = db.execute("SELECT record FROM entries WHERE number = ?", [number]).fetchone()
    if row is None or not row[0]:
        return None
    record: dict[str, Any] = json.loads(row[0])
    return record


def as_here(record: Mapping[str, Any], ledger: str, rows: Rows) -> dict[str, Any]:
    """Return a record of another ledger with the numbers that its entries have here.

    What it reverses or replaces is None where this ledger knows nothing of it.
    """
    number = rows.here(ledger, record["number"])
    tied = {name: rows.tied(record, name, ledger) for name in ("reverses", "replaces")}
    return {**record, "number": number, **tied}


def next_hash(text: str, previous: str, known_digest: str) -> str:
    """Return the hash of an entry or act from its record, or from the digest of one that is withheld.

    Of a withheld record of the first form the digest is the hash. An empty text is a withheld record's.
    Raises one of `UNREADABLE` where the record does not follow ``previous``.
    """
    if not text:
        first_form = known_digest.startswith(FIRST_FORM)
        return known_digest.removeprefix(FIRST_FORM) if first_form else linked(previous, known_digest)
    return hash_of(json.loads(text), text, previous)


def hash_of(record: Mapping[str, Any], text: str, previous: str) -> str:
    """Return the hash of an entry or act from its record, read, and its text. Raises as `next_hash` does."""
    if "form" in record:
        return linked(previous, digest(text))
    if record["previous"] != previous:
        raise ValueError
    return digest(text)


FIRST_FORM: Final = "1:"
"""What stands before the digest of a withheld record of the first form, whose digest is its hash."""


class Foreign(NamedTuple):
    """The entries of other ledgers by the person's key and the year; the seals of their facts by number here.

    ``fault`` is the first fault of their chains, None where all are sound.
    """

    years: dict[tuple[str, int], list[Counted]]
    facts: dict[int, str]
    fault: Message | None

    def known(self, keys: Iterable[str], year: int, known: Mapping[str, int]) -> list[Counted]:
        """List the entries of some keys in a year that lie within what was known of each ledger."""
        return [
            entry
            for key in keys
            for entry in self.years.get((key, year), ())
            if entry.place.number <= known.get(entry.place.ledger, 0)
        ]


def read(connection: sqlite3.Connection) -> Foreign:
    """Read and prove the chains of every other ledger here. Raises DatabaseError."""
    found = Foreign({}, {}, None)
    rows = rows_of(connection)
    for row, id_ in rows.ids.items():
        if row:
            fault = _entries_fault(connection, row, id_, rows, found) or _acts_fault(
                connection, row, id_, found
            )
            if fault is not None:
                return found._replace(fault=fault)
    return found


def _links(connection: sqlite3.Connection, chain: str, row: int) -> Iterator[tuple[int, str, str, bool]]:
    """Yield each record of a chain: its number in its ledger, its text, its hash, and whether it holds."""
    last = GENESIS
    span = {"chain": chain, "first": row * OWN, "after": (row + 1) * OWN}
    rows = connection.execute(_CHAIN.format(chain=chain), span)
    for count, (number, text, previous, hash_, kept) in enumerate(rows, 1):
        try:
            sound = (number, previous) == (row * OWN + count, last) and bool(text) != bool(kept)
            sound = sound and next_hash(text, last, kept) == hash_
        except UNREADABLE:
            sound = False
        yield count, text, hash_, sound
        last = hash_


def _entries_fault(
    connection: sqlite3.Connection, row: int, id_: str, rows: Rows, found: Foreign
) -> Message | None:
    stamp, last, count = 0, GENESIS, 0
    marks = ", ".join(summaries.COLUMNS)
    for count, text, last, sound in _links(connection, "entries", row):  # noqa: B007  read after the loop
        if not sound:
            return _fault(id_, count)
        if not text:
            continue
        number = row * OWN + count
        try:
            record = json.loads(text)
            here = as_here(record, id_, rows)
            settled = None if here["reverses"] is None else record_at(connection, here["reverses"])
            expected = summaries.row_of(here, stamp, settled)
            stamp_now = expected[summaries.COLUMNS.index("stamp")]
            assert isinstance(stamp_now, int)
            standing = EntryHere(number, stamp_now, id_, here["reverses"], here["replaces"], None)
            entry = read_entry(record, standing)
            part = counted(record["kind"], record["before"], record["after"], standing)
        except UNREADABLE:
            return _fault(id_, count)
        summary = connection.execute(f"SELECT {marks} FROM summaries WHERE number = ?", [number]).fetchone()  # noqa: S608
        columns = connection.execute(
            "SELECT patient, year FROM entries WHERE number = ?", [number]
        ).fetchone()
        posted_on = entry.settlement is None or entry.settlement.year_to_date == entry.after
        if summary != expected or canonical(record) != text or columns != (entry.patient, entry.year):
            return _fault(id_, count)
        if not posted_on or stamp_now <= stamp:
            return _fault(id_, count)
        stamp = stamp_now
        found.years.setdefault((entry.patient, entry.year), []).append(part)
        if record.get("facts") is not None:
            found.facts[number] = record["facts"]
    head = connection.execute("SELECT number, hash FROM ledgers WHERE row = ?", [row]).fetchone()
    return None if head[0] == count and head[1] in {last, ""} else _fault(id_, count + 1)


def _acts_fault(connection: sqlite3.Connection, row: int, id_: str, found: Foreign) -> Message | None:
    for count, text, _, sound in _links(connection, "acts", row):
        if not sound:
            return message("ledger.fault.act_of_other", ledger=short(id_), number=count)
        if text:
            act = json.loads(text)
            if act["act"] == ActKind.FACTS_NOTED:
                found.facts[row * OWN + int(act["about"])] = act["detail"][SEAL]
    return None


def _fault(id_: str, number: int) -> Message:
    return message("ledger.fault.entry_of_other", ledger=short(id_), number=number)


def short(id_: str) -> str:
    """Return the beginning of a ledger's id, for papers and sentences: eight characters in two groups."""
    return f"{id_[:4]}-{id_[4:8]}".upper()


def called(db: sqlite3.Connection, number: int) -> str:
    """Return an entry's number as people know it: one of another ledger after that ledger's short id."""
    row, at_home = divmod(number, OWN)
    if not row:
        return str(number)
    (id_,) = db.execute("SELECT id FROM ledgers WHERE row = ?", [row]).fetchone()
    return f"{short(id_)} {at_home}"
