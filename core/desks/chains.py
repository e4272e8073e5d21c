"""The chains of other ledgers, put beside one's own: proved link by link, whole or not at all."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from core.ledger import foreign
from core.ledger.record import GENESIS, OWN, UNREADABLE, digest
from core.messages import Message, message

_AT_ONCE: Final = 200
"""How many links are read at once of what is here already."""

See = Callable[[int, dict[str, Any]], None]
"""Is shown the number here of an entry or act that came in, and its record."""

AHEAD: Final = 24 * 60 * 60 * 1000
"""A stamp that lies further ahead of the clock is held back (milliseconds)."""

_COLUMNS: Final = ("kind", "patient", "year", "day", "recorded", "operator", "key")
_OF_ACTS: Final = ("act", "about", "recorded", "operator")
_ADD: Final = "INSERT INTO {0} ({1}, record, previous, hash, number) VALUES ({2}, ?, ?, ?, ?)"
# what an entry of another ledger reverses stands in its summary alone: two ledgers may reverse one entry
_FILL_ENTRY: Final = """UPDATE entries SET kind = :kind, patient = :patient, year = :year, day = :day,
        recorded = :recorded, operator = :operator, key = :key, record = :record
    WHERE number = :number"""
_FILL_ACT: Final = """UPDATE acts SET act = :act, about = :about, recorded = :recorded,
        operator = :operator, record = :record WHERE number = :number"""
_WITHHOLD: Final = "INSERT INTO withheld (chain, number, digest) VALUES (?, ?, ?)"


class Fork(Exception):
    """A ledger whose chain goes on otherwise than the one that is here: from this number on (``number``)."""

    def __init__(self, ledger: str, number: int) -> None:
        super().__init__()
        self.ledger = ledger
        self.number = number


class NotTaken(Exception):
    """What comes in cannot be taken in: ``said`` tells why."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.id)
        self.said = said


class ChainLink(NamedTuple):
    """An entry or act as it comes in: its number in its ledger, its record, or the digest of one withheld."""

    number: int
    record: str
    digest: str


class Part(NamedTuple):
    """A stretch of a chain as it comes in: from after which number and hash, to which number and hash."""

    after: int
    after_hash: str
    last: int
    last_hash: str


class _Standing(NamedTuple):
    """A link as it is here: its record, or the digest of one that is withheld; its hash."""

    record: str
    hash: str
    digest: str


class Chain:
    """One chain (``entries`` or ``acts``) of another ledger that has a row here, inside a transaction.

    ``new`` and ``filled`` are the numbers here of what came in and of records that had been withheld;
    ``hash`` is that of the last link here, empty where there is none; ``known``
    counts what was here already; ``held`` is the number, in its ledger, of the first entry that lies too far
    ahead of the clock, None without one. ``keys`` are the keys of new entries that stand here already, each
    with the entry that brought it.
    """

    def __init__(
        self, db: sqlite3.Connection, chain: str, ledger: str, row: int, now: int, see: See | None = None
    ) -> None:
        """Take the place of the chain; ``now`` is the clock (milliseconds).

        ``see`` is shown the number here and the record of everything that is new or filled in.
        """
        self._db = db
        self._chain = chain
        self._ledger = ledger
        self._first = row * OWN
        self._latest = now + AHEAD
        self._see = see
        self._columns = _COLUMNS if chain == "entries" else _OF_ACTS
        self._top, self.hash = self._last_here()
        self._waiting: list[tuple[Any, ...]] = []
        self._new_keys: set[str | None] = set()
        self._standing: dict[int, _Standing] = {}
        self.new: list[int] = []
        self.filled: list[int] = []
        self.known = 0
        self.held: int | None = None
        self.keys: list[tuple[str, int]] = []

    def _lacks(self, first: int, last: int) -> Message:
        """Say which numbers are missing."""
        missing = {"first": str(first), "last": str(last), "ledger": foreign.short(self._ledger)}
        return Message(f"desks.lacks_{self._chain}{'_one' if first == last else ''}", missing)

    def take(self, part: Part, links: Iterable[ChainLink]) -> None:
        """Take in a stretch. Raises NotTaken where something is missing or wrong, Fork where it forks."""
        if part.after > self._top:
            raise NotTaken(self._lacks(self._top + 1, part.after))
        last = part.after_hash if part.after else GENESIS
        if part.after:
            here = self.hash if part.after == self._top else self._here(part.after)[0]
            if here != last:
                raise Fork(self._ledger, part.after)
        self.known += part.after
        at = part.after
        for link in links:
            if link.number <= part.after:
                self._check_and_fill(link, self._here(link.number)[0])
                continue
            at += 1
            if link.number != at:
                raise self._wrong(at)
            if self.held is None:
                last = self._follow(link, last)
        if at != part.last or (self.held is None and last != part.last_hash):
            raise self._wrong(at)
        self._write()

    def _follow(self, link: ChainLink, previous: str) -> str:
        """Take the next link; return its hash, or the one before where it is held back."""
        is_new = link.number > self._top
        if not is_new and self._stands(link):
            self.known += 1
            return self._standing[link.number].hash
        try:
            record = from_json(link.record) if link.record and is_new else None
            if record is None:
                hash_ = foreign.next_hash(link.record, previous, link.digest)
            else:
                hash_ = foreign.hash_of(record, link.record, previous)
            values = None if record is None else self._values(link, record)
        except UNREADABLE as error:
            raise self._wrong(link.number) from error
        if not is_new:
            self.known += not self._check_and_fill(link, hash_)
            return hash_
        if values is not None and values.pop("stamp", 0) > self._latest:
            self.held = link.number
            return previous
        self._add(link, values or _NOTHING, previous, hash_)
        self.new.append(self._first + link.number)
        self.hash = hash_
        if record is not None and self._see is not None:
            self._see(self._first + link.number, record)
        return hash_

    def _check_and_fill(self, link: ChainLink, hash_: str) -> bool:
        """Hold a link against what is here under its number; tell whether it fills a withheld record in."""
        here, away = self._here(link.number)
        if here != hash_:
            raise Fork(self._ledger, link.number)
        if not (away and link.record):
            return False
        found = digest(link.record)
        if found != away.removeprefix(foreign.FIRST_FORM) and found != here:
            raise self._wrong(link.number)
        try:
            record = from_json(link.record)
            values = self._values(link, record)
        except UNREADABLE as error:
            raise self._wrong(link.number) from error
        number = self._first + link.number
        fill = _FILL_ENTRY if self._chain == "entries" else _FILL_ACT
        self._db.execute(fill, {**values, "number": number, "record": link.record})
        self._db.execute("DELETE FROM withheld WHERE chain = ? AND number = ?", [self._chain, number])
        self.filled.append(number)
        if self._see is not None:
            self._see(number, record)
        return True

    def _values(self, link: ChainLink, record: dict[str, Any]) -> dict[str, Any]:
        """Return the columns of a record. Raises one of `UNREADABLE` where it is none of this place."""
        if record["number"] != link.number or record.get("ledger", self._ledger) != self._ledger:
            raise ValueError
        if self._chain == "acts":
            return {name: str(record[name]) for name in _OF_ACTS}
        values = {name: record[name] for name in _COLUMNS}
        key = values["key"]
        if key is not None and (key in self._new_keys or self._stands_here(key)):
            self.keys.append((key, self._first + link.number))
            values["key"] = None
        self._new_keys.add(key)
        return {**values, "stamp": record.get("stamp", 0)}

    def _stands_here(self, key: str) -> bool:
        return self._db.execute("SELECT 1 FROM entries WHERE key = ?", [key]).fetchone() is not None

    def _add(self, link: ChainLink, values: dict[str, Any], previous: str, hash_: str) -> None:
        number = self._first + link.number
        columns = [values[name] for name in self._columns]
        self._waiting.append((*columns, link.record, previous, hash_, number))
        if len(self._waiting) == _AT_ONCE:
            self._write()
        if not link.record:
            self._db.execute(_WITHHOLD, [self._chain, number, link.digest])

    def _write(self) -> None:
        """Add the links that wait."""
        names = ", ".join(self._columns)
        add = _ADD.format(self._chain, names, ", ".join("?" * len(self._columns)))
        waiting, self._waiting = self._waiting, []
        self._db.executemany(add, waiting)

    def _stands(self, link: ChainLink) -> bool:
        """Tell whether just this link is here already: it needs no proof then, since that one was proved."""
        here = self._standing.get(link.number)
        if here is None:
            first = self._first + link.number
            rows = self._db.execute(
                f"""SELECT rows.number, record, hash, coalesce(digest, '') FROM {self._chain} AS rows
                LEFT JOIN withheld ON chain = ? AND withheld.number = rows.number
                WHERE rows.number >= ? AND rows.number < ?""",  # noqa: S608
                [self._chain, first, first + _AT_ONCE],
            ).fetchall()
            self._standing = {number - self._first: _Standing(*told) for number, *told in rows}
            here = self._standing.get(link.number)
        return here is not None and (here.record, here.digest) == (link.record, link.digest)

    def _here(self, number: int) -> tuple[str, str]:
        """Return the hash of what is here under a number, and the digest of a record that is withheld."""
        row = self._db.execute(
            f"""SELECT hash, coalesce(digest, '') FROM {self._chain} AS rows
            LEFT JOIN withheld ON chain = ? AND withheld.number = rows.number WHERE rows.number = ?""",  # noqa: S608
            [self._chain, self._first + number],
        ).fetchone()
        return ("", "") if row is None else (str(row[0]), str(row[1]))

    def _last_here(self) -> tuple[int, str]:
        """Return the number, in its ledger, and the hash of the last link here; 0 and empty: none is."""
        last = self._db.execute(
            f"""SELECT number, hash FROM {self._chain} WHERE number >= ? AND number < ?
            ORDER BY number DESC LIMIT 1""",  # noqa: S608
            [self._first, self._first + OWN],
        ).fetchone()
        return (0, "") if last is None else (int(last[0]) - self._first, str(last[1]))

    def _wrong(self, number: int) -> NotTaken:
        return NotTaken(
            message(f"desks.wrong_{self._chain}", ledger=foreign.short(self._ledger), number=str(number))
        )


_NOTHING: Final[dict[str, Any]] = {
    **dict.fromkeys(("day", "recorded", "operator", "act", "about"), ""),
    "kind": "posted",
    "patient": foreign.NOBODY,
    "year": 0,
    "key": None,
}
"""The columns of a record that is withheld."""
