"""What a desk fetches from the server and what it sends there; both may be done again at any time."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.counter.counter import Counter
from core.desks import affected as affected_entries
from core.desks import known_ledgers, people
from core.desks.arriving import Arrived, Arriving
from core.desks.chains import Fork, NotTaken
from core.desks.known_ledgers import HeldChain, Trust
from core.desks.ledger_keys import keys_of
from core.desks.server import roster, tables
from core.desks.server.link import HospitalKey, take_locks
from core.desks.server.roster import Roster
from core.ledger import erasing, foreign
from core.ledger.entries import Affected
from core.ledger.record import OWN, UNREADABLE, canonical
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
_LACKING_KEY: Final = "SELECT 1 FROM patients WHERE own_key = '' AND salt <> '' LIMIT 1"
_EVERYBODY: Final = "SELECT key FROM patients WHERE salt <> '' AND own_key <> ''"
_READ_SEEN: Final = "SELECT sealed FROM sealed_keys WHERE name = ? AND epoch = 0 AND holder = ''"
_KEEP_SEEN: Final = """INSERT OR REPLACE INTO sealed_keys (name, epoch, holder, public_key, sealed)
    VALUES (?, 0, '', '', ?)"""

RowPlace = tuple[str, str, int]
"""Where a row is: its chain, its ledger, and its number there."""

Heads = dict[tuple[str, str], tuple[int, str]]
"""The last number and hash of each chain on the server, by chain and ledger."""


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

    ``affected`` are entries that were settled without knowing those that came.
    """

    arrived: Arrived | None
    told: list[Message]
    affected: list[Affected]


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
    return {(chain, ledger): (number, hash_) for chain, ledger, number, hash_ in cursor.fetchall()}


# ---- fetching


def fetch(cursor: "Cursor", counter: Counter, key: HospitalKey, operator: str) -> Fetched:
    """Fetch what is new on the server and take it in, whole or not at all.

    What it says of entries that were settled without knowing others is on the disk with it. Raises Fork where
    this ledger goes on otherwise than what it has sent.
    """
    seen, heads = seen_of(counter), heads_of(cursor)
    told = _gone_back(cursor, counter, heads)
    for name, number in sorted(seen.chains.items()):
        chain, id_ = name.split()
        if heads.get((chain, id_), (0, ""))[0] < number:
            told.append(message("desks.server.rows_gone", ledger=foreign.short(id_), number=str(number)))
    if not roster.is_there(cursor, seen.persons):
        told.append(message("desks.server.persons_gone"))
        seen = seen._replace(persons=roster.NOBODY_YET, again=True)
    try:
        arrived, affected = _take(cursor, counter, key, operator, seen, heads)
    except NotTaken as error:
        return Fetched(None, [*told, error.said], [])
    except Fork as fork:
        return Fetched(None, [*told, _forked(fork)], [])
    except UNREADABLE:
        return Fetched(None, [*told, message("desks.server.unreadable")], [])
    return Fetched(arrived, told, affected)


def _gone_back(cursor: "Cursor", counter: Counter, heads: Heads) -> list[Message]:
    """Say that this ledger lacks what it has sent: a backup of it was restored. Raises Fork."""
    id_, held = counter.ledger.id, known_ledgers.holdings_of(counter.ledger.db)
    for chain in CHAINS:
        own: HeldChain = getattr(held, chain)(id_)
        there, hash_ = heads.get((chain, id_), (0, ""))
        if there < own.number or not there:
            continue
        found: tuple[str] | None = (hash_,)
        if there > own.number:
            cursor.execute(tables.HASH_AT, [chain, id_, own.number])
            found = cursor.fetchone()
        if own.number and found is not None and found[0] != own.hash:
            raise Fork(id_, own.number)
        if there > own.number:
            return [message("desks.server.gone_back", number=str(own.number), there=str(there))]
    return []


def _take(
    cursor: "Cursor", counter: Counter, key: HospitalKey, operator: str, seen: Seen, heads: Heads
) -> tuple[Arrived | None, list[Affected]]:
    """Take in what is new, all of it in one transaction. Raises NotTaken, Fork, and one of `UNREADABLE`."""
    ledger = counter.ledger
    ledgers = ledgers_of(cursor, key)
    closed = _closed(cursor, counter, key, operator)
    held = known_ledgers.holdings_of(ledger.db)
    fetching = _Fetching(cursor, key, heads, held, ledger.id, closed)
    wanted = fetching.manifest(ledgers)
    last, persons = roster.fetched(cursor, key, seen.persons)
    reached = {f"{chain} {id_}": number for (chain, id_), (number, _) in heads.items()}
    now = seen._replace(persons=last, chains=reached)
    if not wanted["chains"] and not persons:
        if now != seen_of(counter):
            with ledger.transaction():
                keep_seen(counter, now)
        return None, []
    with ledger.transaction():
        lines = (*fetching.lines(wanted["chains"]), *persons)
        arrived = Arriving(ledger, operator).take(wanted, iter(lines))
        for each in wanted["chains"]:
            known_ledgers.set_trust(ledger.db, each["ledger"], Trust.EVERYTHING)
        affected = affected_entries.among(counter, sorted(arrived.touched))
        affected_entries.note(ledger, affected)
        keep_seen(counter, now)
    return arrived, affected


def _forked(fork: Fork) -> Message:
    return message("desks.forked", ledger=foreign.short(fork.ledger), number=str(fork.number))


def _closed(
    cursor: "Cursor", counter: Counter, key: HospitalKey, operator: str
) -> dict[str, tuple[int, int]]:
    """Close here what another desk has closed there; return up to which entry and act each one counts.

    Raises NotTaken where no desk has said so.
    """
    found, db = closed_of(cursor, key), counter.ledger.db
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
    found = {}
    for id_, entries, acts, mark in cursor.fetchall():
        if mark != key.mark("closed", id_, entries, acts):
            raise NotTaken(ledger_altered(id_))
        found[id_] = (entries, acts)
    return found


def ledgers_of(cursor: "Cursor", key: HospitalKey) -> dict[str, tuple[str, str]]:
    """Return the ledgers that a desk has let in, by id: their public keys, and the key of their marks.

    That one is empty where nobody has told it. Raises NotTaken where no desk has said so.
    """
    cursor.execute(tables.LEDGERS)
    found = {}
    for id_, public, mark, sealed in cursor.fetchall():
        erases = "" if sealed is None else key.open_key(_erasing_of(id_), bytes(sealed))
        if erases is None or mark != key.mark("ledger", id_, public):
            raise NotTaken(ledger_altered(id_))
        found[id_] = (public, erases)
    return found


def _erasing_of(ledger: str) -> str:
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
        """Return the manifest of what is new; ``ledgers`` as `ledgers_of` returns them."""
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


def send(cursor: "Cursor", counter: Counter, key: HospitalKey, missing: Collection[RowPlace] = ()) -> int:
    """Send what the server lacks; return how many rows these are. Raises Fork where it has another one.

    ``missing`` are rows that are gone from between others there.
    """
    ledger, seen = counter.ledger, seen_of(counter)
    heads = heads_of(cursor)
    own_acts = heads.get(("acts", ledger.id), (0, ""))[0]
    own_entries = heads.get(("entries", ledger.id), (0, ""))[0]
    _own_keys(counter)
    with ledger.snapshot():
        rows = [*_lacking(counter, heads), *(_row(counter, place) for place in missing)]
        again = [key for (key,) in ledger.db.execute(_EVERYBODY).fetchall()] if seen.again else []
        changed = ledger.db.execute(_CHANGED, [own_acts, own_acts, own_entries]).fetchall() if rows else []
        persons = _travelling(counter, [patient for (patient,) in changed] + again)
        forgotten = [patient for (patient,) in changed if patient and patient not in persons]
    if not rows and not persons:
        return 0
    take_locks(cursor, [tables.ALL_WRITES])
    there = {id_ for _, id_ in heads}
    _let_in(cursor, counter, key, [id_ for _, id_, *_ in rows if id_ not in there])
    sealed = [(*row[:4], key.seal_row(*row)) for row in rows]
    cursor.executemany(tables.ADD_ROW, sealed)
    if cursor.rowcount < len(sealed):
        _held_against(cursor, rows)
    roster.send(cursor, key, persons.values())
    if forgotten:
        cursor.execute(tables.DROP_KEY, [forgotten])
    return len(rows)


def _own_keys(counter: Counter) -> None:
    """Give everybody a key of the person's own, and this ledger one for its marks, where any lacks one."""
    ledger = counter.ledger
    with ledger.snapshot():
        lacking = ledger.db.execute(_LACKING_KEY).fetchone()
        own = ledger.id in erasing.keys_known(ledger.db)
    if lacking is None and own:
        return
    with ledger.transaction():
        people.give_own_keys(ledger.db)
        erasing.own_key(ledger.db)


def sent_again(counter: Counter) -> None:
    """Keep in mind that what was known of persons is on the server again."""
    seen = seen_of(counter)
    if seen.again:
        with counter.ledger.transaction():
            keep_seen(counter, seen._replace(again=False))


def _let_in(cursor: "Cursor", counter: Counter, key: HospitalKey, ids: Iterable[str]) -> None:
    """Add ledgers (ids) to the list of the hospital's, each with the key of its marks where it is known."""
    db = counter.ledger.db
    erases = erasing.keys_known(db)
    public = {each.id: each.public_key for each in known_ledgers.known_ledgers(db)}
    public[counter.ledger.id] = keys_of(counter.ledger).public
    for id_ in dict.fromkeys(ids):
        sealed = key.seal_key(_erasing_of(id_), erases[id_].hex()) if id_ in erases else None
        mark = key.mark("ledger", id_, public[id_])
        cursor.execute(
            tables.ADD_LEDGER, {"ledger": id_, "public": public[id_], "mark": mark, "erasing": sealed}
        )


def add_again(
    cursor: "Cursor",
    counter: Counter,
    key: HospitalKey,
    ledgers: list[str],
    persons: list[str],
    back: list[str],
) -> None:
    """Add ledgers (ids) and the keys of persons (keys) that are gone; destroy those back of erased ones."""
    take_locks(cursor, [tables.ALL_WRITES])
    _let_in(cursor, counter, key, ledgers)
    with counter.ledger.snapshot():
        roster.send(cursor, key, _travelling(counter, persons).values())
    cursor.execute(tables.DROP_KEY, [back])


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
                yield chain, id_, number % OWN, hash_, _text(chain, record, away)


def _row(counter: Counter, place: RowPlace) -> tuple[str, str, int, str, str]:
    """Return one row as `_lacking` does."""
    chain, id_, number = place
    at = foreign.rows_of(counter.ledger.db).rows[id_] * OWN + number
    found = counter.ledger.db.execute(_ROWS.format(chain=chain), [chain, at - 1, at + 1]).fetchone()
    return chain, id_, number, found[2], _text(chain, found[1], found[3])


def _text(chain: str, record: str, away: str) -> str:
    """Return what is sealed in a row: the record, or the digest of one that is withheld."""
    kind = "E" if chain == "entries" else "A"
    return kind + record if record else kind.lower() + away


def _travelling(counter: Counter, patients: list[str]) -> dict[str, people.TravellingPerson]:
    rows, found = foreign.rows_of(counter.ledger.db), {}
    for patient in patients:
        person = people.travelling(counter.ledger.db, patient, rows)
        if person is not None:
            found[patient] = person._replace(identifiers=tuple(sorted(person.identifiers)))
    return found
