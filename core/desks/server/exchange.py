"""What a desk fetches from the server; it may be done again at any time."""

import itertools
import json
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.counter.counter import Counter
from core.desks import affected as affected_entries
from core.desks import known_ledgers
from core.desks.arriving import Arrived, Arriving
from core.desks.chains import Fork, NotTaken
from core.desks.known_ledgers import CHAINS, Heads
from core.desks.ledger_keys import keys_of
from core.desks.server import epochs, roster, tables
from core.desks.server.link import HospitalKey, ask
from core.desks.server.roster import Roster
from core.ledger import foreign
from core.ledger.entries import Affected
from core.ledger.errors import ServerAway
from core.ledger.heads import hash_at
from core.ledger.record import OWN, UNREADABLE, canonical
from core.ledger.trail import ActKind
from core.messages import Message, message

if TYPE_CHECKING:
    import psycopg

    Cursor = psycopg.Cursor[tuple[Any, ...]]

SEEN: Final = "server"
"""The name under which a ledger keeps how far it has seen the server, among its sealed keys."""

_READ_SEEN: Final = "SELECT sealed FROM sealed_keys WHERE name = ? AND epoch = 0 AND holder = ''"
_KEEP_SEEN: Final = """INSERT OR REPLACE INTO sealed_keys (name, epoch, holder, public_key, sealed)
    VALUES (?, 0, '', '', ?)"""

NOTHING: Final = (0, "")
"""The head of a chain of which nothing is there."""

PAGE: Final = 500
"""How many rows of a chain are fetched at once."""

Rows = list[tuple[Any, ...]]
"""Rows of a table of the server."""


class Seen(NamedTuple):
    """How far a ledger has seen the server: the persons, and each chain's last number.

    ``hospital`` is the digest of the row by which others join; ``again``: what it knows of persons was gone
    from there, and is to be sent again.
    """

    persons: Roster
    chains: dict[str, int]
    hospital: str
    again: bool


NOTHING_SEEN: Final = Seen(roster.NOBODY_YET, {}, "", again=False)
"""Of a ledger that has joined no server."""


class Fetched(NamedTuple):
    """What was fetched, None where nothing was new, and what is to be told of the server.

    ``affected`` are entries that were settled without knowing those that came. ``heads``: how far each chain
    went there.
    """

    arrived: Arrived | None
    told: list[Message]
    affected: list[Affected]
    heads: Heads


class _State(NamedTuple):
    """What the server holds that may be new; the rows of its lists as they are there.

    ``rows`` are the first ones of each chain that are not here. ``has_seen``: the persons that this ledger
    saw there are there still.
    """

    heads: Heads
    rows: Rows
    has_seen: bool
    ledgers: Rows
    closed: Rows
    people: Rows
    hospital: Rows


def seen_of(counter: Counter) -> Seen:
    """Return how far a ledger has seen the server."""
    with counter.ledger.snapshot():
        row = counter.ledger.db.execute(_READ_SEEN, [SEEN]).fetchone()
    if row is None:
        return NOTHING_SEEN
    number, mark, chains, hospital, again = json.loads(row[0])
    reached = {str(chain): int(last) for chain, last in chains.items()}
    return Seen(Roster(int(number), str(mark)), reached, str(hospital), bool(again))


def keep_seen(counter: Counter, seen: Seen) -> None:
    """Keep how far a ledger has seen the server, inside a transaction."""
    content = canonical([*seen.persons, seen.chains, seen.hospital, seen.again])
    counter.ledger.db.execute(_KEEP_SEEN, [SEEN, content])


def heads_of(cursor: "Cursor") -> Heads:
    """Return how far each chain goes on the server."""
    cursor.execute(tables.HEADS)
    return _heads(cursor.fetchall())


def _heads(rows: Rows) -> Heads:
    return {(chain, ledger): (number, hash_) for chain, ledger, number, hash_ in rows}


# ---- fetching


def fetch(cursor: "Cursor", counter: Counter, key: HospitalKey, operator: str) -> Fetched:
    """Fetch what is new on the server and take it in, whole or not at all.

    What it says of entries that were settled without knowing others is on the disk with it. Raises Fork where
    this ledger goes on otherwise than what it has sent.
    """
    with counter.ledger.snapshot():
        seen, held = seen_of(counter), known_ledgers.heads_of(counter.ledger.db)
    state = _state(cursor, counter, seen, held, len(key.secrets))
    if state.hospital:
        seen = _renewed(cursor, counter, key)
    heads = state.heads
    told = _gone_back(cursor, counter, held, heads)
    for name, number in sorted(seen.chains.items()):
        chain, id_ = name.split()
        if heads.get((chain, id_), (0, ""))[0] < number:
            told.append(message("desks.server.rows_gone", ledger=foreign.short(id_), number=str(number)))
    if not state.has_seen:
        told.append(message("desks.server.persons_gone"))
        seen = seen._replace(persons=roster.NOBODY_YET, again=True)
        state = state._replace(people=roster.rows_after(cursor, seen.persons))
    try:
        arrived, affected = _take(cursor, counter, key, operator, seen, state, held)
    except NotTaken as error:
        return Fetched(None, [*told, error.said], [], heads)
    except Fork as fork:
        return Fetched(None, [*told, _forked(fork)], [], heads)
    except UNREADABLE:
        return Fetched(None, [*told, message("desks.server.unreadable")], [], heads)
    if arrived is not None:
        told += [message("desks.held", ledger=foreign.short(id_), number=str(at)) for id_, at in arrived.held]
    return Fetched(arrived, told, affected, heads)


def _state(cursor: "Cursor", counter: Counter, seen: Seen, held: Heads, epochs_known: int) -> _State:
    """Ask the server at once for everything that tells whether something is new there, and for what is.

    What was added between two of the questions is left to the next time: the heads are asked for first.
    """
    at, after = [seen.persons.number], [seen.persons.number]
    done = {counter.ledger.id, *known_ledgers.closed_ones(counter.ledger.db)}
    known = {place: number for place, (number, _) in held.items()}
    known |= {(chain, id_): OWN for chain in CHAINS for id_ in done}
    places = [list(each) for each in zip(*((*place, number) for place, number in known.items()), strict=True)]
    heads, rows, there, ledgers, closed, people, hospital = ask(
        cursor,
        (tables.HEADS, []),
        (tables.NEW_ROWS, [*places, PAGE]),
        (tables.PERSON_AT, at),
        (tables.LEDGERS, []),
        (tables.CLOSED, []),
        (tables.PEOPLE, after),
        (tables.LATER_HOSPITAL, [epochs_known]),
    )
    has_seen = not seen.persons.number or there == [(seen.persons.mark,)]
    return _State(_heads(heads), rows, has_seen, ledgers, closed, people, hospital)


def renew(cursor: "Cursor", counter: Counter, key: HospitalKey) -> None:
    """Take the hospital's newer keys from the server, where there are any.

    Raises ServerAway where this desk has no part in them, or they are not to be believed.
    """
    cursor.execute(tables.LATER_HOSPITAL, [len(key.secrets)])
    if cursor.fetchall():
        _renewed(cursor, counter, key)


def _renewed(cursor: "Cursor", counter: Counter, key: HospitalKey) -> Seen:
    here = epochs.kept(counter.ledger)
    for secret in here.secrets[len(key.secrets) :] if here else ():  # another program of this desk has them
        key.add(secret)
    seen = seen_of(counter)
    rows, ledgers, closed = ask(cursor, (tables.HOSPITAL, []), (tables.LEDGERS, []), (tables.CLOSED, []))
    ledger, own = counter.ledger, epochs.Own(counter.ledger.id, keys_of(counter.ledger))
    told = [(int(epoch), str(sealed)) for epoch, sealed in rows]
    try:
        gone = _closings(closed, key)
        desks = {id_: public for id_, (public, _) in _ledgers(ledgers, key).items()}
    except NotTaken as error:
        raise ServerAway(error.said) from error
    found = epochs.read(told, key, seen.hospital, desks, gone, own)
    if found is None:
        raise ServerAway(message("desks.server.code_altered"))
    if len(key.secrets) + len(found) < len(told):
        raise ServerAway(message("desks.server.join_again"))
    for secret in found:
        key.add(secret)
    now = seen._replace(hospital=epochs.digest_of(told))
    with ledger.transaction():
        epochs.keep(ledger, key.secrets)
        keep_seen(counter, now)
    return now


def _gone_back(cursor: "Cursor", counter: Counter, held: Heads, heads: Heads) -> list[Message]:
    """Say that this ledger lacks what it has sent: a backup of it was restored.

    Raises Fork where it has gone on from there, by however much.
    """
    id_, db = counter.ledger.id, counter.ledger.db
    for chain in CHAINS:
        number, own = held.get((chain, id_), NOTHING)
        there, hash_ = heads.get((chain, id_), NOTHING)
        if not there:
            continue
        found: tuple[str] | None = (hash_,)
        if there > number:
            cursor.execute(tables.HASH_AT, [chain, id_, number])
            found = cursor.fetchone()
        elif there < number:
            own = hash_at(db, chain, there)
        if number and found is not None and found[0] != own:
            raise Fork(id_, min(number, there))
        if there > number:
            return [message("desks.server.gone_back", number=str(number), there=str(there))]
    return []


def _take(
    cursor: "Cursor",
    counter: Counter,
    key: HospitalKey,
    operator: str,
    seen: Seen,
    state: _State,
    held: Heads,
) -> tuple[Arrived | None, list[Affected]]:
    """Take in what is new, all of it in one transaction. Raises NotTaken, Fork, and one of `UNREADABLE`."""
    ledger = counter.ledger
    ledgers = _ledgers(state.ledgers, key)
    closed = _closed(_closings(state.closed, key), counter, operator)
    fetching = _Fetching(cursor, key, state, held, ledger.id, closed)
    wanted = fetching.manifest(ledgers)
    last, persons = roster.fetched(state.people, key, seen.persons)
    reached = {f"{chain} {id_}": number for (chain, id_), (number, _) in state.heads.items()}
    now = seen._replace(persons=last, chains=reached)
    if not wanted["chains"] and not persons:
        if now != seen_of(counter):
            with ledger.transaction():
                keep_seen(counter, now)
        return None, []
    with ledger.transaction():
        lines = itertools.chain(fetching.lines(wanted["chains"]), persons)
        arrived = Arriving(ledger, operator).take(wanted, lines)
        known_ledgers.trust_by_server(ledger.db, [each["ledger"] for each in wanted["chains"]])
        affected = affected_entries.of_those(counter, arrived.touched, arrived.in_order)
        affected_entries.note(ledger, affected)
        keep_seen(counter, now)
    return arrived, affected


def _forked(fork: Fork) -> Message:
    return message("desks.forked", ledger=foreign.short(fork.ledger), number=str(fork.number))


def _closed(found: dict[str, tuple[int, int]], counter: Counter, operator: str) -> dict[str, tuple[int, int]]:
    """Close here what another desk has closed there; return up to which entry and act each one counts."""
    db = counter.ledger.db
    for id_, (entries, _) in found.items():
        known = known_ledgers.find(db, id_)
        if known is not None and not known.closed and known.number >= entries:
            with counter.ledger.transaction():
                known_ledgers.close(db, id_)
                counter.ledger.trail.note(ActKind.LEDGER_CLOSED, id_, operator)
    return found


def closed_of(cursor: "Cursor", key: HospitalKey) -> dict[str, tuple[int, int]]:
    """Return the ledgers (ids) that were closed, each with its last entry and act. Raises NotTaken."""
    cursor.execute(tables.CLOSED)
    return _closings(cursor.fetchall(), key)


def _closings(rows: Rows, key: HospitalKey) -> dict[str, tuple[int, int]]:
    found = {}
    for id_, entries, acts, mark in rows:
        if not key.has_marked(mark, "closed", id_, entries, acts):
            raise NotTaken(ledger_altered(id_))
        found[id_] = (entries, acts)
    return found


def ledgers_of(cursor: "Cursor", key: HospitalKey) -> dict[str, tuple[str, str]]:
    """Return the ledgers that a desk has let in, by id: their public keys, and the key of their marks.

    That one is empty where nobody has told it. Raises NotTaken where no desk has said so.
    """
    cursor.execute(tables.LEDGERS)
    return _ledgers(cursor.fetchall(), key)


def _ledgers(rows: Rows, key: HospitalKey) -> dict[str, tuple[str, str]]:
    found = {}
    for id_, public, mark, sealed in rows:
        erases = "" if sealed is None else key.open_key(erasing_of(id_), bytes(sealed))
        if erases is None or not key.has_marked(mark, "ledger", id_, public):
            raise NotTaken(ledger_altered(id_))
        found[id_] = (public, erases)
    return found


def erasing_of(ledger: str) -> str:
    """Return what the key of a ledger's marks is sealed to."""
    return f"erasing {ledger}"


def ledger_altered(id_: str) -> Message:
    """Say that the list of the hospital's ledgers is not what a desk has put there."""
    return message("desks.server.ledger_altered", ledger=foreign.short(id_))


class _Fetching:
    """The chains that a ledger lacks, as the lines of a packet."""

    def __init__(
        self,
        cursor: "Cursor",
        key: HospitalKey,
        state: _State,
        held: Heads,
        own: str,
        closed: dict[str, tuple[int, int]],
    ) -> None:
        self._cursor = cursor
        self._key = key
        self._heads = state.heads
        self._rows = {place: [row[2:] for row in rows] for place, rows in groupby(state.rows, _place)}
        self._held = held
        self._own = own
        self._closed = closed

    def manifest(self, ledgers: dict[str, tuple[str, str]]) -> dict[str, Any]:
        """Return the manifest of what is new; ``ledgers`` as `ledgers_of` returns them."""
        chains = []
        for id_, (public, erases) in ledgers.items():
            if id_ in self._closed and self._held.get((CHAINS[0], id_), NOTHING)[0] >= self._closed[id_][0]:
                continue
            parts = [self._part(chain, id_) for chain in CHAINS]
            if id_ != self._own and any(part[2] > part[0] for part in parts):
                told = dict(zip(CHAINS, parts, strict=True))
                chains.append({"ledger": id_, "name": "", "key": public, "erasing": erases, **told})
        return {"chains": chains}

    def _part(self, chain: str, id_: str) -> list[Any]:
        here, known = self._held.get((chain, id_), NOTHING)
        number, hash_ = self._heads.get((chain, id_), NOTHING)
        counts = self._closed.get(id_, (number, number))[CHAINS.index(chain)]
        if number > counts:  # what came after the closing is nobody's
            number, hash_ = counts, self._hash_at(chain, id_, counts)
        if number <= here:
            return [here, known, here, known]
        return [here, known, number, hash_]

    def _hash_at(self, chain: str, id_: str, number: int) -> str:
        self._cursor.execute(tables.ROWS, [chain, id_, number - 1, number])
        row = self._cursor.fetchone()
        return "" if row is None else str(row[1])

    def lines(self, chains: list[dict[str, Any]]) -> Iterator[list[bytes]]:
        """Yield the lines of what is new. Raises NotTaken where a row was altered or is missing."""
        for place, each in enumerate(chains):
            for chain in CHAINS:
                after, _, last, _ = each[chain]
                for number, hash_, sealed in self._after(chain, each["ledger"], after, last):
                    text = self._key.open_row(chain, each["ledger"], number, hash_, bytes(sealed))
                    if text is None:
                        told = {"ledger": foreign.short(each["ledger"]), "number": str(number)}
                        raise NotTaken(message("desks.server.row_altered", **told))
                    kind = text[:1].encode()
                    yield [kind, b"%d" % place, b"%d" % number, text[1:].encode()]

    def _after(self, chain: str, ledger: str, after: int, last: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a chain after one up to another: those that came at once, the rest in pieces."""
        rows: Rows = self._rows.get((chain, ledger), [])
        while after < last:
            for row in rows:
                if row[0] > last:
                    return
                yield row
                after = row[0]
            if after < last:
                self._cursor.execute(tables.MORE_ROWS, [chain, ledger, after, last, PAGE])
                rows = self._cursor.fetchall()
                if not rows:
                    return


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the chain and the ledger of a row."""
    return row[:2]
