"""Patients' names and numbers under seal: one that was changed outside the program is noticed.

The entries know a patient by a random key, so their chain says nothing of names. The audit trail does: at
each lawful change of a person's row, its identifiers or its enrolment account an act keeps their seal, the
hash of all of it under a random salt that stands beside the name. What is erased takes the salt along: from
the seals that stay in the trail nobody can then find an ID number by trying them all.
"""

import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from core.ledger import trail
from core.ledger.entries import NewPerson
from core.ledger.record import FORM, canonical, digest
from core.ledger.trail import SEAL, ActKind, AuditAct
from core.messages import Message, message

_IDENTIFIERS: Final = "SELECT patient, id, id_type FROM identifiers {} ORDER BY patient, id"
_ENROLMENTS: Final = """SELECT patient, number, account, day, recorded, operator, cause, entry
    FROM enrolments {} ORDER BY patient, number"""
_NOT_THERE: Final = ""


def new_salt() -> str:
    """Make the salt of a person's seal: 128 random bits, in hexadecimal."""
    return secrets.token_hex(16)


def note(
    db: sqlite3.Connection,
    recorded: datetime,
    patient: str,
    operator: str,
    form: int = FORM,
) -> None:
    """Note the seal of a person's row, inside the transaction that changed it; ``recorded`` is UTC.

    ``form`` is the act's, as `trail.note` takes it.
    """
    seal = {SEAL: _seals(db, patient)[patient]}
    trail.note(db, recorded, ActKind.PERSON_NOTED, patient, operator, seal, form)


def note_new(db: sqlite3.Connection, recorded: datetime, people: Iterable[NewPerson], operator: str) -> None:
    """Note the seals of persons who were added just now, as `note` does one at a time."""
    acts = [
        (
            each.key,
            {
                SEAL: _seal(
                    each.salt,
                    each.name,
                    sorted([number.id, number.id_type] for number in each.identifiers),
                    [],
                )
            },
        )
        for each in people
    ]
    trail.note_many(db, recorded, ActKind.PERSON_NOTED, acts, operator)


def note_all(connection: sqlite3.Connection) -> None:
    """Put the persons of a ledger that knew no seals under seal, as they stand, inside a transaction."""
    now = datetime.now(UTC)
    for (patient,) in connection.execute("SELECT key FROM patients ORDER BY rowid").fetchall():
        if _seals(connection, patient)[patient] is not None:  # of the others the person is gone
            connection.execute("UPDATE patients SET salt = ? WHERE key = ?", [new_salt(), patient])
        note(connection, now, patient, "", form=1)


def take(noted: dict[str, str | None], act: AuditAct) -> None:
    """Follow an act of the trail, in order: keep the last seal of each patient."""
    if act.act is ActKind.PERSON_NOTED:
        noted[act.about] = act.detail[SEAL]


def fault(connection: sqlite3.Connection, noted: Mapping[str, str | None]) -> Message | None:
    """Return the first person who is not as the audit trail last noted; None where everybody is."""
    there = _seals(connection)
    wrong = [
        key for key in there.keys() | noted.keys() if there.get(key, _NOT_THERE) != noted.get(key, _NOT_THERE)
    ]
    return message("ledger.fault.person", patient=min(wrong)) if wrong else None


def _seals(db: sqlite3.Connection, patient: str | None = None) -> dict[str, str | None]:
    """Return the seal of everybody, or of one person; None where nothing is known any more of who it is."""
    one = [] if patient is None else [patient]
    where = "WHERE patient = ?" if one else ""
    identifiers, enrolments = (
        _by_patient(db.execute(asked.format(where), one).fetchall()) for asked in (_IDENTIFIERS, _ENROLMENTS)
    )
    who = db.execute(f"SELECT key, salt, name FROM patients {where.replace('patient', 'key')}", one)  # noqa: S608
    return {key: _seal(salt, name, identifiers[key], enrolments[key]) for key, salt, name in who.fetchall()}


def _by_patient(rows: list[tuple[Any, ...]]) -> "defaultdict[str, list[list[Any]]]":
    by_patient: defaultdict[str, list[list[Any]]] = defaultdict(list)
    for patient, *rest in rows:
        by_patient[patient].append(rest)
    return by_patient


def _seal(salt: str, name: str, identifiers: list[list[Any]], enrolments: list[list[Any]]) -> str | None:
    if not (salt or name or identifiers or enrolments):
        return None
    return digest(canonical([salt, name, identifiers, enrolments]))
