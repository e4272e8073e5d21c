"""The erased recognised by marks of their numbers, so that no older file or row brings them back.

A mark is the keyed digest of an identifier, under a key that the ledger keeps for itself and tells those that
it meets. It stands in the act of the erasing and says nothing to whoever has the trail alone.
"""

import hashlib
import hmac
import os
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from core.ledger import trail
from core.ledger.entries import MARK, NEWBORN
from core.ledger.record import OWN
from core.ledger.trail import AuditAct

MARKS: Final = "marks"
"""The name under which the detail of an erasing holds the marks of the person's identifiers."""

_NAME, _KEY = "erasing", 32
_READ: Final = "SELECT holder, sealed FROM sealed_keys WHERE name = ? AND epoch = 1"
_ADD: Final = """INSERT OR IGNORE INTO sealed_keys (name, epoch, holder, public_key, sealed)
    VALUES (?, 1, ?, '', ?)"""
_ACTS: Final = "SELECT number, record FROM acts WHERE act = 'erased' AND record <> '' ORDER BY number"
_FIRST_NOTED: Final = """SELECT min(recorded) FROM (
    SELECT min(recorded) AS recorded FROM entries WHERE patient = :key
    UNION ALL SELECT min(recorded) FROM acts WHERE act = 'person_noted' AND about = :key)"""


class Erasing(NamedTuple):
    """The erasing of a person: the moment (UTC, ISO), the erased key, and the ledger (id) that says so."""

    moment: str
    key: str
    ledger: str


def keys_known(db: sqlite3.Connection) -> dict[str, bytes]:
    """Return the keys under which ledgers make their marks, by the ledger's id, as far as they are known."""
    own = {str(holder): bytes.fromhex(key) for holder, key in db.execute(_READ, [_NAME]).fetchall()}
    (id_,) = db.execute("SELECT id FROM ledgers WHERE row = 0").fetchone()
    return {holder or id_: key for holder, key in own.items()}


def own_key(db: sqlite3.Connection) -> bytes:
    """Return the key of this ledger's marks, which is made at the first use, inside a transaction."""
    db.execute(_ADD, [_NAME, "", os.urandom(_KEY).hex()])
    (key,) = db.execute(f"{_READ} AND holder = ''", [_NAME]).fetchone()[1:]
    return bytes.fromhex(key)


def learn(db: sqlite3.Connection, ledger: str, key: str) -> bool:
    """Keep the key (hexadecimal) of another ledger's marks, inside a transaction; True where it is new.

    Raises ValueError where it is none.
    """
    if len(bytes.fromhex(key)) != _KEY:
        raise ValueError
    known = db.execute(f"{_READ} AND holder = ?", [_NAME, ledger]).fetchone()
    db.execute(_ADD, [_NAME, ledger, key])
    return known is None


def mark(key: bytes, identifier: str) -> str:
    """Return the mark of an identifier under a ledger's key."""
    return hmac.new(key, identifier.encode(), hashlib.sha256).hexdigest()[:32]


def marks_of(db: sqlite3.Connection, patients: Iterable[str], more: Iterable[str] = ()) -> list[str]:
    """Return the marks of all identifiers of some persons (keys), and of more, inside a transaction."""
    found = [
        *more,
        *(
            str(id_)
            for patient in patients
            for (id_,) in db.execute("SELECT id FROM identifiers WHERE patient = ?", [patient]).fetchall()
        ),
    ]
    key = own_key(db)
    return sorted({mark(key, each) for each in found})


class Erased:
    """Everybody who was erased, as far as the acts here and the keys of their ledgers tell."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._keys = keys_known(db)
        self._marks: dict[str, dict[str, Erasing]] = {}
        ids: dict[int, str] = dict(db.execute("SELECT row, id FROM ledgers").fetchall())
        for number, record in db.execute(_ACTS).fetchall():
            ledger = ids[number // OWN]
            if ledger in self._keys:
                self._add(ledger, trail.read_act(record))

    def _add(self, ledger: str, act: AuditAct) -> None:
        erasing, marks = Erasing(act.moment, act.about, ledger), self._marks.setdefault(ledger, {})
        for each in act.detail.get(MARKS, ()):
            marks[each] = max(erasing, marks.get(each, erasing))

    def last(self, identifier: str) -> Erasing | None:
        """Return the last erasing of whoever had an identifier, None where nobody with it was erased."""
        found = [marks.get(mark(self._keys[ledger], identifier)) for ledger, marks in self._marks.items()]
        return max((each for each in found if each is not None), default=None)

    def of_person(self, patient: str, identifiers: Iterable[str]) -> Erasing | None:
        """Return the erasing that a person (key) with some identifiers fell under.

        None where nobody with them was erased, or the key came up only after it: the person came again.
        """
        found = max((each for each in map(self.last, identifiers) if each is not None), default=None)
        if found is None:
            return None
        (first,) = self._db.execute(_FIRST_NOTED, {"key": patient}).fetchone()
        return found if first is None or first <= found.moment else None

    def still_here(self, ledgers: Sequence[str]) -> dict[str, Erasing]:
        """Return the persons (keys) who are known here though some ledgers (ids) have erased them."""
        asked = {ledger: self._marks[ledger] for ledger in ledgers if ledger in self._marks}
        found: dict[str, Erasing] = {}
        rows = self._db.execute("SELECT patient, id FROM identifiers").fetchall() if asked else []
        for patient, id_ in rows:
            if any(mark(self._keys[ledger], id_) in marks for ledger, marks in asked.items()):
                erasing = self.of_person(patient, [id_])
                if erasing is not None:
                    found[patient] = max(erasing, found.get(patient, erasing))
        return found

    def without_mother(self, id_type: str, identifier: str, patient: str) -> str:
        """Return a newborn's (key) identifier without the number of an erased mother; others as they are."""
        mother, *rest = identifier.rsplit(MARK, 2)
        erasing = self.of_person(patient, [mother]) if id_type == NEWBORN and rest else None
        return identifier if erasing is None else MARK.join((erasing.key, *rest))
