"""What a desk sends to the server; it may be done again at any time."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from core.counter.counter import Counter
from core.desks import known_ledgers, people
from core.desks.chains import Fork
from core.desks.known_ledgers import CHAINS, Heads
from core.desks.ledger_keys import keys_of
from core.desks.server import exchange, roster, tables
from core.desks.server.link import HospitalKey, take_locks
from core.ledger import erasing, foreign
from core.ledger.record import OWN

if TYPE_CHECKING:
    import psycopg

    Cursor = psycopg.Cursor[tuple[Any, ...]]

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

RowPlace = tuple[str, str, int]
"""Where a row is: its chain, its ledger, and its number there."""


def send(
    cursor: "Cursor",
    counter: Counter,
    key: HospitalKey,
    missing: Collection[RowPlace] = (),
    heads: Heads | None = None,
) -> int:
    """Send what the server lacks; return how many rows these are. Raises Fork where it has another one.

    ``missing`` are rows that are gone from between others there. ``heads``: how far each chain goes there,
    where that was read in this transaction.
    """
    ledger, seen = counter.ledger, exchange.seen_of(counter)
    heads = exchange.heads_of(cursor) if heads is None else heads
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
    roster.send(cursor, key, persons.values())
    there = {id_ for _, id_ in heads}
    _let_in(cursor, counter, key, [id_ for _, id_, *_ in rows if id_ not in there])
    if forgotten:
        cursor.execute(tables.DROP_KEY, [forgotten])
    sealed = [(*row[:4], key.seal_row(*row)) for row in rows]
    with cursor.connection.pipeline():  # left, it has the answers
        cursor.executemany(tables.ADD_ROW, sealed)
    if cursor.rowcount < len(sealed):
        _held_against(cursor, rows)
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
    seen = exchange.seen_of(counter)
    if seen.again:
        with counter.ledger.transaction():
            exchange.keep_seen(counter, seen._replace(again=False))


def _let_in(cursor: "Cursor", counter: Counter, key: HospitalKey, ids: Sequence[str]) -> None:
    """Add ledgers (ids) to the list of the hospital's, each with the key of its marks where it is known."""
    if not ids:
        return
    db = counter.ledger.db
    erases = erasing.keys_known(db)
    public = {each.id: each.public_key for each in known_ledgers.known_ledgers(db)}
    public[counter.ledger.id] = keys_of(counter.ledger).public
    for id_ in dict.fromkeys(ids):
        sealed = key.seal_key(exchange.erasing_of(id_), erases[id_].hex()) if id_ in erases else None
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
    """Hold the rows that were sent against those that are there, some of them before. Raises Fork."""
    sent = {(chain, id_, number): hash_ for chain, id_, number, hash_, _ in rows}
    cursor.execute(tables.HASHES, [list(part) for part in zip(*sent, strict=True)])
    for chain, id_, number, hash_ in cursor.fetchall():
        if sent[chain, id_, number] != hash_:
            raise Fork(id_, number)


def _lacking(counter: Counter, heads: Heads) -> Iterator[tuple[str, str, int, str, str]]:
    """Yield what the server lacks of every chain here: chain, ledger, number, hash and text."""
    db = counter.ledger.db
    rows, here = foreign.rows_of(db).rows, known_ledgers.heads_of(db)
    for id_, row in rows.items():
        for chain in CHAINS:
            there = heads.get((chain, id_), exchange.NOTHING)[0]
            if here.get((chain, id_), exchange.NOTHING)[0] <= there:
                continue
            found = db.execute(_ROWS.format(chain=chain), [chain, row * OWN + there, (row + 1) * OWN])
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
