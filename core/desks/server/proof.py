"""Every row of the server held against what a desk knows: what is altered, gone, or back from before."""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.counter.counter import Counter
from core.desks import known_ledgers, people
from core.desks.chains import NotTaken
from core.desks.known_ledgers import CHAINS
from core.desks.ledger_keys import keys_of
from core.desks.server import epochs, exchange, roster, tables
from core.desks.server.exchange import Seen
from core.desks.server.link import HospitalKey
from core.desks.server.roster import RosterRow
from core.desks.server.sending import RowPlace
from core.ledger import erasing, foreign
from core.ledger.record import OWN
from core.ledger.trail import ActKind
from core.messages import Message, message

if TYPE_CHECKING:
    import psycopg

    Cursor = psycopg.Cursor[tuple[Any, ...]]

_HASHES: Final = "SELECT number, hash FROM {chain} WHERE number > ? AND number <= ? ORDER BY number"
_KNOWN: Final = "SELECT key, own_key FROM patients WHERE salt <> '' AND own_key <> ''"


class Proof(NamedTuple):
    """What is to be told, and what this desk can add again: rows, ledgers (ids) and persons (keys).

    ``back`` are persons who were erased and whose keys are there again.
    """

    told: list[Message]
    rows: list[RowPlace]
    ledgers: list[str]
    persons: list[str]
    back: list[str]


def prove(cursor: "Cursor", counter: Counter, key: HospitalKey) -> Proof:
    """Hold everything on the server against what is known here."""
    proof, seen = Proof([], [], [], [], []), exchange.seen_of(counter)
    _hospital(cursor, seen, proof)
    _ledgers(cursor, counter, key, seen, proof)
    for row, id_ in foreign.rows_of(counter.ledger.db).ids.items():
        for chain in CHAINS:
            _chain(cursor, counter, key, (chain, id_, row), seen.chains.get(f"{chain} {id_}", 0), proof)
    cursor.execute(tables.STRAY)
    proof.told.extend(exchange.ledger_altered(id_) for (id_,) in cursor.fetchall())
    _persons(cursor, counter, key, seen, proof)
    return proof


def _hospital(cursor: "Cursor", seen: Seen, proof: Proof) -> None:
    """Hold the row by which other desks join against the one by which this one did."""
    if seen.hospital != of_hospital(cursor):
        proof.told.append(message("desks.server.code_altered"))


def of_hospital(cursor: "Cursor") -> str:
    """Return the digest of what other desks join by."""
    cursor.execute(tables.HOSPITAL)
    return epochs.digest_of([(int(epoch), str(told)) for epoch, told in cursor.fetchall()])


def _ledgers(cursor: "Cursor", counter: Counter, key: HospitalKey, seen: Seen, proof: Proof) -> None:
    """Hold the lists of ledgers, and of closed ones, against what is known here."""
    try:
        let_in, closed = exchange.ledgers_of(cursor, key), exchange.closed_of(cursor, key)
    except NotTaken as error:
        proof.told.append(error.said)
        return
    db, own = counter.ledger.db, counter.ledger.id
    known = {each.id: each for each in known_ledgers.known_ledgers(db)}
    erases = erasing.keys_known(db)
    gone = {name.split()[1] for name in seen.chains} - let_in.keys()
    wrong = {id_ for id_, each in known.items() if each.closed and id_ in let_in and id_ not in closed}
    for id_, (public, marks) in let_in.items():
        here = keys_of(counter.ledger).public if id_ == own else known[id_].public_key if id_ in known else ""
        if here and here != public:
            wrong.add(id_)
        if id_ in erases and marks != erases[id_].hex():
            (wrong if marks else gone).add(id_)
    proof.told.extend(map(exchange.ledger_altered, sorted(gone | wrong)))
    proof.ledgers.extend(sorted(gone & {own, *known}))


def _chain(
    cursor: "Cursor",
    counter: Counter,
    key: HospitalKey,
    of: tuple[str, str, int],
    reached: int,
    proof: Proof,
) -> None:
    """Open every row of a chain and hold it against the one here; what is gone can be added again."""
    chain, id_, first = of
    db = counter.ledger.db
    cursor.execute(tables.ROWS, [chain, id_, 0, OWN])
    there: dict[int, tuple[str, bytes]] = {
        number: (hash_, bytes(sealed)) for number, hash_, sealed in cursor.fetchall()
    }
    top = max([reached, *there])
    here = dict(db.execute(_HASHES.format(chain=chain), [first * OWN, first * OWN + top]).fetchall())
    for number, (hash_, sealed) in there.items():
        known = here.get(first * OWN + number, hash_)
        if known != hash_ or key.open_row(chain, id_, number, hash_, sealed) is None:
            told = {"ledger": foreign.short(id_), "number": str(number)}
            proof.told.append(message("desks.server.row_altered", **told))
    gone = [number - first * OWN for number in here if number - first * OWN not in there]
    if gone:
        told = {"ledger": foreign.short(id_), "number": str(gone[0])}
        proof.told.append(message("desks.server.row_altered", **told))
        proof.rows.extend((chain, id_, number) for number in gone)


def _persons(cursor: "Cursor", counter: Counter, key: HospitalKey, seen: Seen, proof: Proof) -> None:
    """Hold the persons, and the keys that open them, against those that are known here."""
    rows: dict[str, RosterRow] = {}
    try:
        for row in roster.read(roster.rows_after(cursor, roster.NOBODY_YET), key, roster.NOBODY_YET):
            rows[row.person] = row
    except NotTaken as error:
        proof.told.append(error.said)
    else:
        if not roster.is_there(cursor, seen.persons):
            proof.told.append(message("desks.server.persons_gone"))
    cursor.execute(tables.KEYS)
    keys = {person: key.open_key(person, bytes(sealed)) for person, sealed in cursor.fetchall()}
    known: dict[str, str] = dict(counter.ledger.db.execute(_KNOWN).fetchall())
    altered = any(
        own_key is None or known.get(person, own_key) != own_key for person, own_key in keys.items()
    )
    gone = [person for person in known if person in rows and person not in keys]
    closed = [
        person
        for person, row in rows.items()
        if keys.get(person) and people.unsealed(person, str(keys[person]), row.sealed) is None
    ]
    proof.back.extend(sorted(_erased(counter) & keys.keys() - known.keys()))
    if altered or gone or closed or proof.back:
        proof.told.append(roster.key_altered())
    proof.persons.extend(gone)


def _erased(counter: Counter) -> set[str]:
    """Return the persons (keys) of whom an act says that they were erased."""
    erased: set[str] = set()
    for act in counter.ledger.trail.of_kind(ActKind.ERASED):
        erased |= {act.about, *act.detail.get("keys", ())}
    return erased
