"""The other ledgers that this one knows: whether each is trusted, what it sees, how far it was taken in."""

import json
import sqlite3
from collections.abc import Collection
from enum import IntEnum
from itertools import pairwise
from typing import Any, Final, NamedTuple

from core.ledger.foreign import short
from core.ledger.record import OWN, UNREADABLE, canonical

_READ: Final = """SELECT row, id, name, public_key, trusted, closed, number, hash, stamp, receipt
    FROM ledgers WHERE row > 0"""
_LAST: Final = """SELECT ledgers.id, rows.number, rows.hash FROM ledgers CROSS JOIN {chain} AS rows
    ON rows.number = (SELECT max(number) FROM {chain}
        WHERE number >= ledgers.row << 40 AND number < (ledgers.row + 1) << 40)"""
_JOINED: Final = "SELECT 1 FROM acts WHERE number > ? AND number < ? AND act = 'server_joined' LIMIT 1"


CHAINS: Final = ("entries", "acts")

Heads = dict[tuple[str, str], tuple[int, str]]
"""The last number and hash of each chain, by chain and ledger (id)."""


class Trust(IntEnum):
    """The trust in another ledger: none, of a village that sees its own patients, of a desk that sees all."""

    NONE = 0
    OWN_PATIENTS = 1
    EVERYTHING = 2


class KnownLedger(NamedTuple):
    """Another ledger, as it is known here.

    ``public_key`` is empty where only others told of it. ``number``, ``hash`` and ``stamp`` are its last
    entry's here; ``receipt`` is what it last said that it holds, as JSON, empty where it has said nothing.
    """

    row: int
    id: str
    name: str
    public_key: str
    trust: Trust
    closed: bool
    number: int
    hash: str
    stamp: int
    receipt: str

    @property
    def short_id(self) -> str:
        """Return the beginning of its id, for papers and sentences."""
        return short(self.id)

    @property
    def first(self) -> int:
        """Return the number here before that of its first entry or act."""
        return self.row * OWN

    def holds(self) -> "Holdings":
        """Return what it last said that it holds; nothing where it has said nothing."""
        try:
            return Holdings.read(json.loads(self.receipt)) if self.receipt else Holdings({})
        except UNREADABLE:
            return Holdings({})


class HeldChain(NamedTuple):
    """How much of one ledger's chain is held: the last number and its hash; 0 where nothing is.

    ``records`` are the first and last numbers of each stretch whose records are held in full.
    """

    number: int
    hash: str
    records: tuple[tuple[int, int], ...]

    def has(self, number: int) -> bool:
        """Tell whether the record with a number is held in full."""
        return any(first <= number <= last for first, last in self.records)

    @property
    def whole(self) -> bool:
        """Tell whether no record up to the last one is withheld."""
        return self.records == (((1, self.number),) if self.number else ())


NOTHING_HELD: Final = HeldChain(0, "", ())
"""Of a chain of which nothing is held."""


class Holdings(NamedTuple):
    """What a ledger holds of each ledger's entries and acts, by the ledger's id."""

    chains: dict[str, tuple[HeldChain, HeldChain]]

    def entries(self, ledger: str) -> HeldChain:
        """Return what is held of a ledger's entries."""
        return self.chains.get(ledger, (NOTHING_HELD, NOTHING_HELD))[0]

    def acts(self, ledger: str) -> HeldChain:
        """Return what is held of a ledger's acts."""
        return self.chains.get(ledger, (NOTHING_HELD, NOTHING_HELD))[1]

    def form(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {id_: [list(each) for each in chains] for id_, chains in sorted(self.chains.items())}

    @classmethod
    def read(cls, form: Any) -> "Holdings":
        """Read it from JSON. Raises one of `record.UNREADABLE`."""
        return cls({str(id_): (_held(entries), _held(acts)) for id_, (entries, acts) in form.items()})


def _held(form: Any) -> HeldChain:
    number, hash_, records = form
    stretches = tuple((int(first), int(last)) for first, last in records)
    return HeldChain(int(number), str(hash_), stretches)


def known_ledgers(db: sqlite3.Connection) -> list[KnownLedger]:
    """List every other ledger that this one knows, in the order in which they were met."""
    return list(map(_known, db.execute(f"{_READ} ORDER BY row").fetchall()))


def _known(told: tuple[Any, ...]) -> KnownLedger:
    row, id_, name, key, trusted, closed, *rest = told
    return KnownLedger(row, id_, name, key, Trust(trusted), bool(closed), *rest)


def find(db: sqlite3.Connection, id_: str) -> KnownLedger | None:
    """Return the other ledger with an id, None where this one does not know it."""
    found = db.execute(f"{_READ} AND id = ?", [id_]).fetchone()
    return None if found is None else _known(found)


def note(db: sqlite3.Connection, id_: str, name: str, public_key: str) -> KnownLedger:
    """Return another ledger, which gets a row where it is met for the first time, inside a transaction.

    Name and key fill what was empty, and change nothing else.
    """
    if not db.execute("SELECT 1 FROM ledgers WHERE id = ?", [id_]).fetchone():
        db.execute("INSERT INTO ledgers (row, id) SELECT max(row) + 1, ? FROM ledgers", [id_])
    db.execute(
        """UPDATE ledgers SET name = CASE name WHEN '' THEN :name ELSE name END,
            public_key = CASE public_key WHEN '' THEN :key ELSE public_key END WHERE id = :id""",
        {"id": id_, "name": name, "key": public_key},
    )
    known = find(db, id_)
    assert known is not None
    return known


def introduce(db: sqlite3.Connection, id_: str, public_key: str, name: str) -> None:
    """Keep the public keys of a ledger that somebody has compared, and its name where one is given."""
    db.execute("UPDATE ledgers SET public_key = ? WHERE id = ?", [public_key, id_])
    if name:
        db.execute("UPDATE ledgers SET name = ? WHERE id = ?", [name, id_])


def set_trust(db: sqlite3.Connection, id_: str, trust: Trust) -> None:
    """Trust another ledger, or trust it no more, inside a transaction."""
    db.execute("UPDATE ledgers SET trusted = ? WHERE id = ?", [int(trust), id_])


def trust_by_server(db: sqlite3.Connection, ids: Collection[str]) -> None:
    """Trust ledgers (ids) whose entries came from the hospital's server, inside a transaction.

    A desk that has joined it sees everything; a village whose entries another desk took in sees its own
    patients, unless an administrator here has said otherwise.
    """
    for known in known_ledgers(db):
        if known.id not in ids or known.trust is Trust.EVERYTHING:
            continue
        if has_joined(db, known):
            set_trust(db, known.id, Trust.EVERYTHING)
        elif known.trust is Trust.NONE:
            set_trust(db, known.id, Trust.OWN_PATIENTS)


def has_joined(db: sqlite3.Connection, known: KnownLedger) -> bool:
    """Tell whether another ledger's acts say that it has joined the server of its hospital."""
    return db.execute(_JOINED, [known.first, known.first + OWN]).fetchone() is not None


def close(db: sqlite3.Connection, id_: str) -> None:
    """Close a ledger that was lost, inside a transaction: nothing more of it is taken in."""
    db.execute("UPDATE ledgers SET closed = 1, trusted = 0 WHERE id = ?", [id_])


def keep_receipt(db: sqlite3.Connection, id_: str, holdings: Holdings) -> None:
    """Keep what another ledger says that it holds, inside a transaction."""
    db.execute("UPDATE ledgers SET receipt = ? WHERE id = ?", [canonical(holdings.form()), id_])


def heads_of(db: sqlite3.Connection) -> Heads:
    """Return how far each chain goes that is here, of this ledger's own and of every other's."""
    return {
        (chain, str(id_)): (number % OWN, str(hash_))
        for chain in CHAINS
        for id_, number, hash_ in db.execute(_LAST.format(chain=chain)).fetchall()
    }


def closed_ones(db: sqlite3.Connection) -> list[str]:
    """Return the ledgers (ids) that were closed."""
    return [str(id_) for (id_,) in db.execute("SELECT id FROM ledgers WHERE closed").fetchall()]


def holdings_of(db: sqlite3.Connection) -> Holdings:
    """Return what this ledger holds, of its own chains and of every other's."""
    rows = db.execute("SELECT row, id FROM ledgers").fetchall()
    return Holdings({id_: (_holds(db, "entries", row), _holds(db, "acts", row)) for row, id_ in rows})


def _holds(db: sqlite3.Connection, chain: str, row: int) -> HeldChain:
    span = [row * OWN, (row + 1) * OWN]
    last = db.execute(
        f"SELECT number, hash FROM {chain} WHERE number >= ? AND number < ? ORDER BY number DESC LIMIT 1",  # noqa: S608
        span,
    ).fetchone()
    if last is None:
        return NOTHING_HELD
    number = last[0] % OWN
    away = db.execute(
        "SELECT number FROM withheld WHERE chain = ? AND number >= ? AND number < ? ORDER BY number",
        [chain, *span],
    ).fetchall()
    edges = [0, *(each % OWN for (each,) in away), number + 1]
    stretches = [(before + 1, after - 1) for before, after in pairwise(edges) if after - before > 1]
    return HeldChain(number, str(last[1]), tuple(stretches))
