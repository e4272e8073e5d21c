"""What identifies a person, as it travels: under a key of the person's own, which erasing destroys."""

import json
import os
import sqlite3
from typing import Any, Final, NamedTuple

from core.desks.ledger_keys import lock, unlock
from core.ledger import facts as facts_on_file
from core.ledger import joins
from core.ledger.entries import Facts
from core.ledger.foreign import Rows
from core.ledger.record import OWN, UNREADABLE, canonical
from core.ledger.trail import ActKind, AuditAct, read_about

_OWN_KEY = 32
_FACTS: Final = f"""SELECT facts.entry, facts.salt, {", ".join(f"facts.{name}" for name in Facts._fields)}
    FROM facts JOIN entries ON entries.number = facts.entry WHERE entries.patient = ? ORDER BY facts.entry"""  # noqa: S608
_ENROLMENTS: Final = """SELECT account, day, recorded, operator, cause, entry FROM enrolments
    WHERE patient = ? ORDER BY number"""


class TravellingPerson(NamedTuple):
    """What is known of one key of a person, as another ledger has it.

    ``renamed`` is the moment (UTC, ISO) at which somebody last corrected the name, empty where nobody has.
    ``facts`` and ``enrolments`` name entries by their ledger's id and their number there.
    """

    key: str
    own_key: str
    name: str
    renamed: str
    identifiers: tuple[tuple[str, str], ...]
    facts: tuple[tuple[Any, ...], ...]
    enrolments: tuple[tuple[Any, ...], ...]


def give_own_keys(db: sqlite3.Connection) -> None:
    """Give everybody on file who has none a key of the person's own, inside a transaction."""
    lacking = db.execute("SELECT key FROM patients WHERE own_key = '' AND salt <> ''").fetchall()
    for (patient,) in lacking:
        db.execute("UPDATE patients SET own_key = ? WHERE key = ?", [os.urandom(_OWN_KEY).hex(), patient])


def travelling(db: sqlite3.Connection, patient: str, rows: Rows) -> TravellingPerson | None:
    """Return what travels of a person (key) who has a key of its own; None where the person is forgotten."""
    row = db.execute("SELECT own_key, name, salt FROM patients WHERE key = ?", [patient]).fetchone()
    if row is None or not row[2] or not row[0]:
        return None
    identifiers = db.execute(
        "SELECT id_type, id FROM identifiers WHERE patient = ? ORDER BY rowid", [patient]
    ).fetchall()
    known = tuple((*_away(rows, entry), *rest) for entry, *rest in db.execute(_FACTS, [patient]).fetchall())
    enrolled = tuple(
        (*rest, list(_away(rows, entry)) if entry else None)
        for *rest, entry in db.execute(_ENROLMENTS, [patient]).fetchall()
    )
    return TravellingPerson(
        patient, row[0], row[1], renamed_at(db, patient), tuple(map(tuple, identifiers)), known, enrolled
    )


def renamed_at(db: sqlite3.Connection, patient: str) -> str:
    """Return the moment (UTC, ISO) at which a person's name was last corrected, empty where it never was."""
    acts: list[AuditAct] = []
    for key in joins.keys_of(db, patient):
        acts += read_about(db, key, ActKind.RENAMED)
    return max((act.moment for act in acts), default="")


def _away(rows: Rows, number: int) -> tuple[str, int]:
    return rows.ids[number // OWN], number % OWN


def sealed(person: TravellingPerson) -> bytes:
    """Return what is known of a person under the person's own key."""
    content = canonical([*person[2:5], *person[5:]]).encode()
    return lock(bytes.fromhex(person.own_key), content, person.key.encode())


def unsealed(key: str, own_key: str, block: bytes) -> TravellingPerson | None:
    """Return a person whom a key of its own opens, None where it does not or what is there is no person."""
    try:
        content = unlock(bytes.fromhex(own_key), block, key.encode())
        if content is None:
            return None
        name, renamed, identifiers, facts, enrolments = json.loads(content)
        return TravellingPerson(
            key,
            own_key,
            str(name),
            str(renamed),
            tuple((str(kind), str(id_)) for kind, id_ in identifiers),
            tuple(map(tuple, facts)),
            tuple(map(tuple, enrolments)),
        )
    except UNREADABLE:
        return None


def keep_facts(db: sqlite3.Connection, rows: Rows, person: TravellingPerson) -> None:
    """Keep the facts that came with a person, of entries that are here, inside a transaction."""
    for ledger, number, salt, *values in person.facts:
        here = rows.here(ledger, number)
        if here is None or here < OWN:  # of an own entry this ledger knows the latest
            continue
        if db.execute("SELECT 1 FROM summaries WHERE number = ?", [here]).fetchone():
            flags = [None if flag is None else bool(flag) for flag in values[3:]]
            facts_on_file.keep(db, here, salt, Facts(*values[:3], *flags))
