"""What leaves a ledger: the entries, acts and persons that another one lacks and may see, line by line."""

import json
from collections.abc import Iterator
from typing import Final, NamedTuple

from core.desks import people
from core.desks.known_ledgers import HeldChain, Holdings, Trust, holdings_of, known_ledgers
from core.desks.ledger_keys import keys_of
from core.ledger import erasing, foreign
from core.ledger.ledger import Ledger
from core.ledger.record import OWN, canonical, digest
from core.ledger.trail import ActKind

ABOUT_PERSONS: Final = frozenset(
    {ActKind.PERSON_NOTED, ActKind.RENAMED, ActKind.JOINED, ActKind.SEPARATED, ActKind.ERASED}
)
"""The acts that a ledger sees of its own patients; of the others it gets the digests."""

_ENTRIES: Final = """SELECT entries.number, record, hash, patient, coalesce(digest, '') FROM entries
    LEFT JOIN withheld ON chain = 'entries' AND withheld.number = entries.number
    WHERE entries.number > ? AND entries.number < ? ORDER BY entries.number"""
_ACTS: Final = """SELECT acts.number, record, hash, act, about, coalesce(digest, '') FROM acts
    LEFT JOIN withheld ON chain = 'acts' AND withheld.number = acts.number
    WHERE acts.number > ? AND acts.number < ? ORDER BY acts.number"""
_VISIBLE: Final = """SELECT DISTINCT own.key FROM summaries
    JOIN patients AS known ON known.key = summaries.patient
    JOIN patients AS own ON own.person = known.person
    WHERE summaries.number >= ? AND summaries.number < ?"""
_EVERYBODY: Final = "SELECT key FROM patients WHERE salt <> ''"
_CHANGED: Final = f"""SELECT DISTINCT about FROM acts WHERE number > ? AND number < {OWN}
    AND act IN ('person_noted', 'renamed')
    UNION SELECT patient FROM entries WHERE number IN (
        SELECT CAST(about AS INTEGER) FROM acts
        WHERE number > ? AND number < {OWN} AND act = 'facts_noted')"""  # noqa: S608  ours


class For(NamedTuple):
    """The receiver: the ledger's id (empty: not known), what it may see, and what it holds already."""

    ledger: str
    sees: Trust
    holds: Holdings


class Leaving:
    """What a ledger hands over, inside a transaction; ``sent`` counts the records that are not withheld."""

    def __init__(self, ledger: Ledger, receiver: For) -> None:
        self._ledger = ledger
        self._db = ledger.db
        self._receiver = receiver
        self._rows = foreign.rows_of(self._db)
        self._visible = self._seen()
        self._patients: set[str] = set()
        self.sent = 0

    def lines(self) -> Iterator[bytes]:
        """Yield what leaves: the manifest, then of each ledger its entries and acts, then the persons."""
        manifest, chains = self._manifest()
        yield b"M\t" + canonical(manifest).encode()
        for place, (id_, row) in enumerate(chains):
            yield from self._entries(place, row, self._receiver.holds.entries(id_))
            yield from self._acts(place, row, self._receiver.holds.acts(id_))
        yield from self._people()

    def _seen(self) -> frozenset[str] | None:
        """Return the keys of the persons whom the receiver sees, None where it sees everybody."""
        if self._receiver.sees is not Trust.OWN_PATIENTS:
            return None
        row = self._rows.rows.get(self._receiver.ledger)
        if not row:
            return frozenset()
        found = self._db.execute(_VISIBLE, [row * OWN, (row + 1) * OWN]).fetchall()
        return frozenset(key for (key,) in found)

    def _manifest(self) -> tuple[dict[str, object], list[tuple[str, int]]]:
        held, holds = holdings_of(self._db), self._receiver.holds
        names = {each.id: (each.name, each.public_key) for each in known_ledgers(self._db)}
        names[self._ledger.id] = ("", keys_of(self._ledger).public)
        erasing.own_key(self._db)
        erases = erasing.keys_known(self._db)
        chains, told = [], []
        for row, id_ in self._rows.ids.items():
            entries, acts = held.entries(id_), held.acts(id_)
            if id_ == self._receiver.ledger or not (entries.number or acts.number):
                continue
            name, public = names[id_]
            chains.append((id_, row))
            told.append(
                {
                    "ledger": id_,
                    "name": name,
                    "key": public,
                    "erasing": erases[id_].hex() if id_ in erases else "",
                    "entries": self._stretch("entries", row, holds.entries(id_), entries),
                    "acts": self._stretch("acts", row, holds.acts(id_), acts),
                }
            )
        made = self._ledger.now().isoformat(timespec="milliseconds")
        return {"made": made, "chains": told, "holds": held.form()}, chains

    def _stretch(self, chain: str, row: int, theirs: HeldChain, ours: HeldChain) -> list[object]:
        """Return from after which number and hash a chain is sent, and its last number and hash."""
        number = min(theirs.number, ours.number)
        at = self._db.execute(f"SELECT hash FROM {chain} WHERE number = ?", [row * OWN + number]).fetchone()  # noqa: S608
        return [number, at[0] if number else "", ours.number, ours.hash]

    def _entries(self, place: int, row: int, held: HeldChain) -> Iterator[bytes]:
        begin = row * OWN + (held.number if held.whole else 0)
        for number, record, hash_, patient, away in self._db.execute(_ENTRIES, [begin, (row + 1) * OWN]):
            own = number % OWN
            visible = self._visible is None or patient in self._visible
            if own <= held.number and (held.has(own) or not (record and visible)):
                continue
            if record and visible:
                self._patients.add(patient)
            yield self._line(b"E", place, own, record if visible else "", away or _digest(record, hash_))

    def _acts(self, place: int, row: int, held: HeldChain) -> Iterator[bytes]:
        begin = row * OWN + (held.number if held.whole else 0)
        for number, record, hash_, act, about, away in self._db.execute(_ACTS, [begin, (row + 1) * OWN]):
            own = number % OWN
            visible = self._visible is None or self._sees_act(row, act, about)
            if own <= held.number and (held.has(own) or not (record and visible)):
                continue
            yield self._line(b"A", place, own, record if visible else "", away or _digest(record, hash_))

    def _sees_act(self, row: int, act: str, about: str) -> bool:
        """Tell whether an act is about a person whom the receiver sees, or the facts of an entry of one."""
        visible = self._visible or frozenset()
        if act in ABOUT_PERSONS:
            return about in visible
        if act != ActKind.FACTS_NOTED:
            return False
        found = self._db.execute(
            "SELECT patient FROM summaries WHERE number = ?", [row * OWN + int(about)]
        ).fetchone()
        return found is not None and found[0] in visible

    def _line(self, kind: bytes, place: int, number: int, record: str, away: str) -> bytes:
        self.sent += bool(record)
        kind = kind if record else kind.lower()
        return b"\t".join([kind, b"%d" % place, b"%d" % number, (record or away).encode()])

    def _people(self) -> Iterator[bytes]:
        """Yield the persons that the receiver sees and may not know as they are now."""
        held = self._receiver.holds.acts(self._ledger.id).number
        if held:
            changed = {key for (key,) in self._db.execute(_CHANGED, [held, held])} | self._patients
        else:
            changed = {key for (key,) in self._db.execute(_EVERYBODY)}
        for key in sorted(changed if self._visible is None else changed & self._visible):
            person = people.travelling(self._db, key, self._rows)
            if person is not None:
                told = {"key": key, "own_key": person.own_key, "sealed": people.sealed(person).hex()}
                yield b"P\t" + json.dumps(told).encode()


def _digest(record: str, hash_: str) -> str:
    """Return what proves a record that is withheld: its digest; of the first form its hash, marked so."""
    found = digest(record)
    return foreign.FIRST_FORM + hash_ if found == hash_ else found
