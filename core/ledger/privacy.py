"""Giving out and forgetting what the ledger knows of a person.

An entry knows a patient by a random key alone, so a person is forgotten without touching the money or the
chain: the name, the identifiers and the enrolment account go with the salt of their seal, and what a desk
has half typed with them.
"""

import json
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from core.ledger.record import UNREADABLE

if TYPE_CHECKING:  # read only when a ledger is opened: an encrypted one decides by which library
    from sqlite_utils import Database


_ENROLMENT: Final = ("account", "day", "recorded", "operator", "cause", "entry")


def forget(db: "Database", patient: str) -> None:
    """Remove who a patient is, inside a transaction."""
    words = [row[0] for row in db.execute("SELECT id FROM identifiers WHERE patient = ?", [patient])]
    words += [
        row[0] for row in db.execute("SELECT name FROM patients WHERE key = ? AND name <> ''", [patient])
    ]
    for desk, form in db.execute("SELECT desk, form FROM drafts").fetchall():
        typed = _squeezed(_typed(form))
        if any(_squeezed(word) in typed for word in words):
            db.execute("DELETE FROM drafts WHERE desk = ?", [desk])
    db.execute("DELETE FROM enrolments WHERE patient = ?", [patient])
    db.execute("DELETE FROM identifiers WHERE patient = ?", [patient])
    db.execute("UPDATE patients SET name = '', salt = '' WHERE key = ?", [patient])


def _typed(form: str) -> str:
    """Return everything that stands in a desk's form."""
    try:
        return "\n".join(map(str, json.loads(form).values()))
    except UNREADABLE:
        return form


def _squeezed(text: str) -> str:
    """Return a text without width, spaces and small letters, which a hand types otherwise than the ledger."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def untouched_since(db: "Database", moment: datetime) -> list[str]:
    """List the keys of patients still known who have no entry from a moment (UTC) on."""
    rows = db.execute(
        """SELECT key FROM patients
        WHERE (name <> '' OR EXISTS (SELECT 1 FROM identifiers WHERE identifiers.patient = patients.key))
            AND NOT EXISTS (
                SELECT 1 FROM entries WHERE entries.patient = patients.key AND entries.recorded >= :since
            )
            AND NOT EXISTS (
                SELECT 1 FROM enrolments
                WHERE enrolments.patient = patients.key AND enrolments.recorded >= :since
            )
        ORDER BY key""",
        {"since": moment.isoformat(timespec="milliseconds")},
    )
    return [row[0] for row in rows]


def all_about(db: "Database", patient: str) -> dict[str, Any]:
    """Return everything that is kept of a patient.

    Raises one of `record.UNREADABLE` where a record is none.
    """
    name = db.execute("SELECT name FROM patients WHERE key = ?", [patient]).fetchone()[0]
    identifiers = db.execute(
        "SELECT id_type, id FROM identifiers WHERE patient = ? ORDER BY rowid", [patient]
    ).fetchall()
    entries = db.execute("SELECT record FROM entries WHERE patient = ? ORDER BY number", [patient]).fetchall()
    enrolments = db.execute(
        f"SELECT {', '.join(_ENROLMENT)} FROM enrolments WHERE patient = ? ORDER BY number",  # noqa: S608
        [patient],
    ).fetchall()
    acts = db.execute(
        """SELECT record FROM acts WHERE about = :patient OR (act IN ('printed', 'opened', 'reversed')
            AND about IN (SELECT CAST(number AS TEXT) FROM entries WHERE patient = :patient))
        ORDER BY number""",
        {"patient": patient},
    ).fetchall()
    return {
        "patient": patient,
        "name": name,
        "identifiers": [{"id_type": id_type, "id": id_} for id_type, id_ in identifiers],
        "enrolments": [dict(zip(_ENROLMENT, row, strict=True)) for row in enrolments],
        "entries": [json.loads(text) for (text,) in entries],
        "acts": [json.loads(text) for (text,) in acts],
    }
