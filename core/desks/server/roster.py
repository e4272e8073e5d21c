"""The persons on the server: rows in one chain, so that none is altered, removed or put back unseen."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.desks import people
from core.desks.chains import NotTaken
from core.desks.people import TravellingPerson
from core.desks.server import tables
from core.desks.server.link import HospitalKey, ask
from core.ledger.record import canonical
from core.messages import Message, message

if TYPE_CHECKING:
    import psycopg

    Cursor = psycopg.Cursor[tuple[Any, ...]]


class Roster(NamedTuple):
    """How far the persons' chain was seen: the last row's number and its mark; 0 and empty: nothing."""

    number: int
    mark: str


NOBODY_YET: Final = Roster(0, "")
"""Of a ledger that has seen no person on the server."""


class RosterRow(NamedTuple):
    """One row: its number, the person (key), the mark of what it tells, that sealed, and its own mark.

    ``own_key`` is the person's own key, sealed; None where it was destroyed.
    """

    number: int
    person: str
    content: str
    sealed: bytes
    mark: str
    own_key: bytes | None

    def follows(self, before: Roster, key: HospitalKey) -> bool:
        """Tell whether a desk of the hospital has put this row after another one."""
        parts = _parts(before, self.person, self.content, self.sealed)
        return self.number == before.number + 1 and key.has_marked(self.mark, *parts)


def _parts(before: Roster, person: str, content: str, sealed: bytes) -> tuple[object, ...]:
    """Return what the mark of a row is about."""
    told = hashlib.sha256(sealed).hexdigest()
    return "person", before.number + 1, before.mark, person, content, told


def rows_after(cursor: "Cursor", after: Roster) -> list[tuple[Any, ...]]:
    """Return the rows after one as they are there."""
    cursor.execute(tables.PEOPLE, [after.number])
    return cursor.fetchall()


def read(there: list[tuple[Any, ...]], key: HospitalKey, after: Roster) -> Iterator[RosterRow]:
    """Yield the rows after one. Raises NotTaken at the first that was altered, or lacks the one before."""
    for number, person, content, sealed, mark, own_key in there:
        row = RosterRow(
            number, person, content, bytes(sealed), mark, None if own_key is None else bytes(own_key)
        )
        if not row.follows(after, key):
            raise NotTaken(message("desks.server.person_altered", number=str(after.number + 1)))
        after = Roster(row.number, row.mark)
        yield row


def is_there(cursor: "Cursor", seen: Roster) -> bool:
    """Tell whether the chain still holds what was seen of it."""
    if not seen.number:
        return True
    cursor.execute(tables.PERSON_AT, [seen.number])
    found = cursor.fetchone()
    return found is not None and found[0] == seen.mark


def fetched(
    there: list[tuple[Any, ...]], key: HospitalKey, after: Roster
) -> tuple[Roster, list[list[bytes]]]:
    """Return the persons of new rows (``there``), as lines of a packet, and how far the chain goes.

    Of somebody whose key was destroyed nothing comes. Raises NotTaken.
    """
    lines = []
    for row in read(there, key, after):
        after = Roster(row.number, row.mark)
        if row.own_key is None:
            continue
        own_key = key.open_key(row.person, row.own_key)
        if own_key is None or people.unsealed(row.person, own_key, row.sealed) is None:
            raise NotTaken(key_altered())
        told = {"key": row.person, "own_key": own_key, "sealed": row.sealed.hex()}
        lines.append([b"P", json.dumps(told).encode()])
    return after, lines


def key_altered() -> Message:
    """Say that the key of a person is not what a desk has put there."""
    return message("desks.server.key_altered")


def send(cursor: "Cursor", key: HospitalKey, persons: Iterable[TravellingPerson]) -> None:
    """Add what is new of persons, under the lock of all writes."""
    every = list(persons)
    keys = [person.key for person in every]
    found, known = ask(cursor, (tables.LAST_PERSON, []), (tables.LATEST_CONTENT, [keys]))
    last = Roster(*found[0]) if found else NOBODY_YET
    latest = {person: content for person, content, _ in known}
    keyed = {person for person, _, has_key in known if has_key}
    for person in every:
        if person.key not in keyed:
            cursor.execute(tables.ADD_KEY, [person.key, key.seal_key(person.key, person.own_key)])
        plain = [list(part) if isinstance(part, tuple) else part for part in person]
        told = ("content", canonical(plain))
        if key.has_marked(latest.get(person.key, ""), *told):
            continue
        content = key.mark(*told)
        sealed = people.sealed(person)
        mark = key.mark(*_parts(last, person.key, content, sealed))
        last = Roster(last.number + 1, mark)
        cursor.execute(tables.ADD_PERSON, [last.number, person.key, content, sealed, mark])
