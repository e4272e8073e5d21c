"""What a desk fetches from the server and what it sends there; both may be done again at any time."""

import json
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.counter.counter import Counter
from core.desks import known_ledgers, people
from core.desks.arriving import Arrived, Arriving
from core.desks.chains import Fork, NotTaken
from core.desks.known_ledgers import HeldChain, Trust
from core.desks.ledger_keys import keys_of
from core.desks.server import tables
from core.desks.server.link import HospitalKey, take_locks
from core.ledger import erasing, foreign
from core.ledger.record import OWN, canonical
from core.ledger.trail import ActKind
from core.messages import Message, message

if TYPE_CHECKING:
    import psycopg

    Cursor = psycopg.Cursor[tuple[Any, ...]]

CHAINS: Final = ("entries", "acts")
SEEN: Final = "server"
"""The name under which a ledger keeps how far it has seen the server, among its sealed keys."""

_ROWS: Final = """SELECT rows.number, record, hash, coalesce(digest, '') FROM {chain} AS rows
    LEFT JOIN withheld ON withheld.chain = ? AND withheld.number = rows.number
    WHERE rows.number > ? AND rows.number < ? ORDER BY rows.number"""
_CHANGED: Final = f"""SELECT DISTINCT about FROM acts WHERE number > ? AND number < {OWN}
    AND act IN ('person_noted', 'renamed')
    UNION SELECT patient FROM entries WHERE number IN (
        SELECT CAST(about AS INTEGER) FROM acts
        WHERE number > ? AND number < {OWN} AND act = 'facts_noted')
    UNION SELECT patient FROM entries WHERE number > ? AND number < {OWN}"""  # noqa: S608  ours
_READ_SEEN: Final = "SELECT sealed FROM sealed_keys WHERE name = ? AND epoch = 0 AND holder = ''"
_KEEP_SEEN: Final = """INSERT OR REPLACE INTO sealed_keys (name, epoch, holder, public_key, sealed)
    VALUES (?, 0, '', '', ?)"""

Heads = dict[tuple[str, str], tuple[int, str]]
"""The last number and hash of each chain on the server, by chain and ledger."""


class Seen(NamedTuple):
    """How far a ledger has seen the server: the id of the last person's row, and each chain's last number."""

    people: int
    chains: dict[str, int]


class Fetched(NamedTuple):
    """What was fetched, None where nothing was new, and what is to be told of the server."""

    arrived: Arrived | None
    told: list[Message]


def seen_of(counter: Counter) -> Seen:
    """Return how far a ledger has seen the server."""
    with counter.ledger.snapshot():
        row = counter.ledger.db.execute(_READ_SEEN, [SEEN]).fetchone()
    raw: Any = json.loads(row[0]) if row else [0, {}]
    return Seen(int(raw[0]), {str(chain): int(number) for chain, number in raw[1].items()})


def keep_seen(counter: Counter, seen: Seen) -> None:
    """Keep how far a ledger has seen the server."""
    with counter.ledger.transaction():
        counter.ledger.db.execute(_KEEP_SEEN, [SEEN, canonical([seen.people, seen.chains])])


def heads_of(cursor: "Cursor") -> Heads:
    """Return how far each chain goes on the server."""
    cursor.execute(tables.HEADS)
    return {(chain, ledger): (number, hash_) for chain, ledger, number, hash_ in cursor.fetchall()}


# ---- fetching


def fetch(cursor: "Cursor", counter: Counter, key: HospitalKey, operator: str) -> Fetched:
    """Fetch what is new on the server and take it in, whole or not at all."""
    ledger, seen, told = counter.ledger, seen_of(counter), list[Message]()
    heads = heads_of(cursor)
    for name, number in sorted(seen.chains.items()):
        chain, id_ = name.split()
        if heads.get((chain, id_), (0, ""))[0] < number:
            told.append(message("desks.server.rows_gone", ledger=foreign.short(id_), number=str(number)))
    closed = _closed(cursor, counter, key, operator)
    held = known_ledgers.holdings_of(ledger.db)
    fetching = _Fetching(cursor, key, heads, held, ledger.id, closed)
    wanted = fetching.manifest(_ledgers(cursor, key))
    last, persons = _people(cursor, key, seen.people)
    reached = {f"{chain} {id_}": number for (chain, id_), (number, _) in heads.items()}
    if not wanted["chains"] and not persons:
        if reached != seen.chains:
            keep_seen(counter, Seen(last, reached))
        return Fetched(None, told)
    try:
        with ledger.transaction():
            lines = (*fetching.lines(wanted["chains"]), *persons)
            arrived = Arriving(ledger, operator).take(wanted, iter(lines))
            for each in wanted["chains"]:
                known_ledgers.set_trust(ledger.db, each["ledger"], Trust.EVERYTHING)
    except (NotTaken, Fork) as error:
        wrong = error.said if isinstance(error, NotTaken) else _forked(error)
        return Fetched(None, [*told, wrong])
    keep_seen(counter, Seen(last, reached))
    return Fetched(arrived, told)


def _forked(fork: Fork) -> Message:
    return message("desks.forked", ledger=foreign.short(fork.ledger), number=str(fork.number))


def _closed(
    cursor: "Cursor", counter: Counter, key: HospitalKey, operator: str
) -> dict[str, tuple[int, int]]:
    """Close here what another desk has closed there; return up to which entry and act each one counts."""
    cursor.execute(tables.CLOSED)
    found, db = {}, counter.ledger.db
    for id_, entries, acts, mark in cursor.fetchall():
        if mark == key.mark("closed", id_, entries, acts):
            found[id_] = (entries, acts)
            known = known_ledgers.find(db, id_)
            if known is not None and not known.closed and known.number >= entries:
                with counter.ledger.transaction():
                    known_ledgers.close(db, id_)
                    counter.ledger.trail.note(ActKind.LEDGER_CLOSED, id_, operator)
    return found


def _ledgers(cursor: "Cursor", key: HospitalKey) -> dict[str, tuple[str, str]]:
    """Return the ledgers that a desk of the hospital has let in, by id: their public keys, and their marks'.

    That one is empty where nobody has told it.
    """
    cursor.execute(tables.LEDGERS)
    return {
        id_: (public, (sealed and key.open_key(_erasing_of(id_), bytes(sealed))) or "")
        for id_, public, mark, sealed in cursor.fetchall()
        if mark == key.mark("ledger", id_, public)
    }


def _erasing_of(ledger: str) -> str:
    return f"erasing {ledger}"


def _people(cursor: "Cursor", key: HospitalKey, after: int) -> tuple[int, list[list[bytes]]]:
    """Return the persons whose rows are new, as lines of a packet, and the last row's id."""
    cursor.execute(tables.PEOPLE, [after])
    last, lines = after, []
    for last, person, sealed, own in cursor.fetchall():  # noqa: B007  the last id is wanted
        own_key = None if own is None else key.open_key(person, bytes(own))
        if own_key is not None:
            told = {"key": person, "own_key": own_key, "sealed": bytes(sealed).hex()}
            lines.append([b"P", json.dumps(told).encode()])
    return last, lines


class _Fetching:
    """The chains that a ledger lacks, as the lines of a packet."""

    def __init__(
        self,
        cursor: "Cursor",
        key: HospitalKey,
        heads: Heads,
        held: known_ledgers.Holdings,
        own: str,
        closed: dict[str, tuple[int, int]],
    ) -> None:
        self._cursor = cursor
        self._key = key
        self._heads = heads
        self._held = held
        self._own = own
        self._closed = closed

    def manifest(self, ledgers: dict[str, tuple[str, str]]) -> dict[str, Any]:
        """Return the manifest of what is new; ``ledgers`` as `_ledgers` returns them."""
        chains = []
        for id_, (public, erases) in ledgers.items():
            if id_ in self._closed and self._held.entries(id_).number >= self._closed[id_][0]:
                continue
            parts = [self._part(chain, id_) for chain in CHAINS]
            if id_ != self._own and any(part[2] > part[0] for part in parts):
                told = dict(zip(CHAINS, parts, strict=True))
                chains.append({"ledger": id_, "name": "", "key": public, "erasing": erases, **told})
        return {"chains": chains}

    def _part(self, chain: str, id_: str) -> list[Any]:
        held: HeldChain = getattr(self._held, chain)(id_)
        number, hash_ = self._heads.get((chain, id_), (0, ""))
        counts = self._closed.get(id_, (number, number))[CHAINS.index(chain)]
        if number > counts:  # what came after the closing is nobody's
            number, hash_ = counts, self._hash_at(chain, id_, counts)
        if number <= held.number:
            return [held.number, held.hash, held.number, held.hash]
        return [held.number, held.hash, number, hash_]

    def _hash_at(self, chain: str, id_: str, number: int) -> str:
        self._cursor.execute(tables.ROWS, [chain, id_, number - 1, number])
        row = self._cursor.fetchone()
        return "" if row is None else str(row[1])

    def lines(self, chains: list[dict[str, Any]]) -> Iterator[list[bytes]]:
        """Yield the lines of what is new. Raises NotTaken where a row was altered or is missing."""
        for place, each in enumerate(chains):
            for chain in CHAINS:
                after, _, last, _ = each[chain]
                self._cursor.execute(tables.ROWS, [chain, each["ledger"], after, last])
                for number, hash_, sealed in self._cursor.fetchall():
                    text = self._key.open_row(chain, each["ledger"], number, hash_, bytes(sealed))
                    if text is None:
                        told = {"ledger": foreign.short(each["ledger"]), "number": str(number)}
                        raise NotTaken(message("desks.server.row_altered", **told))
                    kind = text[:1].encode()
                    yield [kind, b"%d" % place, b"%d" % number, text[1:].encode()]


# ---- sending


def send(cursor: "Cursor", counter: Counter, key: HospitalKey) -> int:
    """Send what the server lacks; return how many rows these are. Raises Fork where it has another one."""
    ledger = counter.ledger
    heads = heads_of(cursor)
    own_acts = heads.get(("acts", ledger.id), (0, ""))[0]
    own_entries = heads.get(("entries", ledger.id), (0, ""))[0]
    with ledger.transaction():
        people.give_own_keys(ledger.db)
        erasing.own_key(ledger.db)
        erases = erasing.keys_known(ledger.db)
        rows = list(_lacking(counter, heads))
        changed = ledger.db.execute(_CHANGED, [own_acts, own_acts, own_entries]).fetchall() if rows else []
        persons = _travelling(counter, [patient for (patient,) in changed])
        forgotten = [patient for (patient,) in changed if patient and patient not in persons]
    if not rows:
        return 0
    take_locks(cursor, [tables.ALL_WRITES])
    public = {each.id: each.public_key for each in known_ledgers.known_ledgers(ledger.db)}
    public[ledger.id] = keys_of(ledger).public
    for id_ in dict.fromkeys(id_ for _, id_, *_ in rows):
        sealed_key = key.seal_key(_erasing_of(id_), erases[id_].hex()) if id_ in erases else None
        mark = key.mark("ledger", id_, public[id_])
        let_in = {"ledger": id_, "public": public[id_], "mark": mark, "erasing": sealed_key}
        cursor.execute(tables.ADD_LEDGER, let_in)
    sealed = [(*row[:4], key.seal_row(*row)) for row in rows]
    cursor.executemany(tables.ADD_ROW, sealed)
    for person in persons.values():
        cursor.execute(tables.ADD_KEY, [person.key, key.seal_key(person.key, person.own_key)])
        mark = key.mark(
            "person", canonical([list(part) if isinstance(part, tuple) else part for part in person])
        )
        cursor.execute(tables.ADD_PERSON, [person.key, mark, people.sealed(person)])
    if forgotten:
        cursor.execute(tables.DROP_KEY, [forgotten])
    _held_against(cursor, rows)
    return len(rows)


def _held_against(cursor: "Cursor", rows: list[tuple[str, str, int, str, str]]) -> None:
    """Hold the last row of each chain that was sent against the server's. Raises Fork."""
    heads = heads_of(cursor)
    for chain, id_, number, hash_, _ in rows:
        last = heads.get((chain, id_))
        if last is not None and last[0] == number and last[1] != hash_:
            raise Fork(id_, number)


def _lacking(counter: Counter, heads: Heads) -> Iterator[tuple[str, str, int, str, str]]:
    """Yield what the server lacks of every chain here: chain, ledger, number, hash and text."""
    db = counter.ledger.db
    for row, id_ in foreign.rows_of(db).ids.items():
        for chain in CHAINS:
            after = row * OWN + heads.get((chain, id_), (0, ""))[0]
            found = db.execute(_ROWS.format(chain=chain), [chain, after, (row + 1) * OWN])
            for number, record, hash_, away in found.fetchall():
                kind = "E" if chain == "entries" else "A"
                text = kind + record if record else kind.lower() + away
                yield chain, id_, number % OWN, hash_, text


def _travelling(counter: Counter, patients: list[str]) -> dict[str, people.TravellingPerson]:
    rows, found = foreign.rows_of(counter.ledger.db), {}
    for patient in patients:
        person = people.travelling(counter.ledger.db, patient, rows)
        if person is not None:
            found[patient] = person._replace(identifiers=tuple(sorted(person.identifiers)))
    return found


# ---- proving


def fault(cursor: "Cursor", counter: Counter) -> Message | None:
    """Hold every row of the server against what is known here; return the first that differs or is gone."""
    db: sqlite3.Connection = counter.ledger.connection.raw
    for row, id_ in foreign.rows_of(db).ids.items():
        for chain in CHAINS:
            cursor.execute(tables.HASHES, [chain, id_])
            there: dict[int, str] = dict(cursor.fetchall())
            top = max(there, default=0)
            own = db.execute(
                f"SELECT number, hash FROM {chain} WHERE number > ? AND number <= ?",  # noqa: S608  ours
                [row * OWN, row * OWN + top],
            )
            for number, hash_ in own.fetchall():
                if there.get(number % OWN) != hash_:
                    told = {"ledger": foreign.short(id_), "number": str(number % OWN)}
                    return message("desks.server.row_altered", **told)
    return None
