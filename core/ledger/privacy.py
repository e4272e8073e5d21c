"""Giving out and forgetting what the ledger knows of a person.

An entry knows a patient by a random key alone, so a person is forgotten without touching the money or the
chain: the name, the identifiers and the enrolment account go with the salt of their seal, and what a desk
has half typed with them.
"""

import json
import sqlite3
import unicodedata
from datetime import date, datetime
from typing import Any, Final

from core.ledger import facts, joins
from core.ledger.entries import MARK, NEWBORN, Facts
from core.ledger.record import OWN, UNREADABLE
from core.ledger.trail import ON_ENTRIES, ActKind

_ON_ENTRIES: Final = ", ".join(f"'{kind.value}'" for kind in ON_ENTRIES)
_ENROLMENT: Final = ("account", "day", "recorded", "operator", "cause", "entry")


def forget(db: sqlite3.Connection, patient: str) -> None:
    """Remove who a patient (key) is, inside a transaction; other keys of the person are left as they are."""
    numbers = [row[0] for row in db.execute("SELECT id FROM identifiers WHERE patient = ?", [patient])]
    words = numbers + [
        row[0] for row in db.execute("SELECT name FROM patients WHERE key = ? AND name <> ''", [patient])
    ]
    for desk, number, form in db.execute("SELECT desk, number, form FROM drafts").fetchall():
        typed = _squeezed(_typed(form))
        if any(_squeezed(word) in typed for word in words):
            db.execute("DELETE FROM drafts WHERE desk = ? AND number = ?", [desk, number])
    db.execute("DELETE FROM enrolments WHERE patient = ?", [patient])
    db.execute("DELETE FROM identifiers WHERE patient = ?", [patient])
    facts.forget(db, patient)
    db.execute("UPDATE patients SET name = '', salt = '', own_key = '' WHERE key = ?", [patient])


def children_of(db: sqlite3.Connection, patient: str) -> list[str]:
    """Return the keys of newborns without a number whose identity names a number of a patient (key)."""
    rows = db.execute(
        """SELECT DISTINCT child.patient FROM identifiers AS child JOIN identifiers AS mother
            ON child.id >= mother.id || :mark AND child.id < mother.id || :above
        WHERE mother.patient = :patient AND child.id_type = :newborn AND child.patient <> :patient""",
        {"patient": patient, "newborn": NEWBORN, "mark": MARK, "above": chr(ord(MARK) + 1)},
    )
    return [key for (key,) in rows]


def forget_mother(db: sqlite3.Connection, patient: str, child: str) -> None:
    """Put a patient's key in the place of the patient's numbers in a newborn's (key) identity."""
    numbers = [row[0] for row in db.execute("SELECT id FROM identifiers WHERE patient = ?", [patient])]
    for number in numbers:
        db.execute(
            """UPDATE identifiers SET id = ? || substr(id, ?) WHERE patient = ? AND id_type = ?
                AND substr(id, 1, ?) = ?""",
            [patient, len(number) + 1, child, NEWBORN, len(number) + 1, number + MARK],
        )


def _typed(form: str) -> str:
    """Return everything that stands in a desk's form."""
    try:
        return "\n".join(map(str, json.loads(form).values()))
    except UNREADABLE:
        return form


def _squeezed(text: str) -> str:
    """Return a text without width, spaces and small letters, which a hand types otherwise than the ledger."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def latest_day(db: sqlite3.Connection) -> date | None:
    """Return the latest day of a visit or opening on record, None where there is none."""
    (found,) = db.execute("SELECT max(day) FROM entries").fetchone()
    return None if found is None else date.fromisoformat(found)


def untouched_since(db: sqlite3.Connection, moment: datetime, day: date) -> list[str]:
    """List the persons (leading keys) still known without an entry from a day on.

    Neither a visit of that day or later nor anything that was recorded from a moment (UTC) on: a clock that
    was wrong once makes nobody forgotten.
    """
    rows = db.execute(
        """SELECT person FROM patients
        WHERE name <> '' OR EXISTS (SELECT 1 FROM identifiers WHERE identifiers.patient = patients.key)
        GROUP BY person
        HAVING NOT EXISTS (
            SELECT 1 FROM patients AS same JOIN entries ON entries.patient = same.key
            WHERE same.person = patients.person AND (entries.recorded >= :since OR entries.day >= :day)
        ) AND NOT EXISTS (
            SELECT 1 FROM patients AS same JOIN enrolments ON enrolments.patient = same.key
            WHERE same.person = patients.person AND (enrolments.recorded >= :since OR enrolments.day >= :day)
        )
        ORDER BY person""",
        {"since": moment.isoformat(timespec="milliseconds"), "day": day.isoformat()},
    )
    return [row[0] for row in rows]


def all_about(db: sqlite3.Connection, patient: str) -> dict[str, Any]:
    """Return everything that is kept of a person, by one of the keys.

    Raises one of `record.UNREADABLE` where a record is none.
    """
    (leader,) = db.execute("SELECT person FROM patients WHERE key = ?", [patient]).fetchone()
    of_person, person = f"patient IN ({joins.KEYS})", {"patient": patient}
    names = db.execute(
        "SELECT DISTINCT name FROM patients WHERE person = ? ORDER BY key <> ?, rowid", [leader, leader]
    ).fetchall()
    identifiers = db.execute(
        f"SELECT id_type, id FROM identifiers WHERE {of_person} ORDER BY rowid",  # noqa: S608  ours
        person,
    ).fetchall()
    entries = db.execute(
        f"SELECT number, record FROM entries WHERE {of_person} ORDER BY number",  # noqa: S608  ours
        person,
    ).fetchall()
    enrolments = db.execute(
        f"SELECT {', '.join(_ENROLMENT)} FROM enrolments WHERE {of_person} ORDER BY number",  # noqa: S608
        person,
    ).fetchall()
    known = {number: facts.read(db, number) or Facts() for number, _ in entries}
    acts = db.execute(
        f"""SELECT record FROM acts WHERE number < {OWN} AND (about IN ({joins.KEYS})
            OR (act IN ({_ON_ENTRIES})
                AND about IN (SELECT CAST(number AS TEXT) FROM entries WHERE {of_person}))
            OR (act = '{ActKind.DIFFERENCE_JUDGED.value}' AND json_extract(record, '$.detail.entry')
                IN (SELECT number FROM entries WHERE {of_person})))
        ORDER BY number""",  # noqa: S608  ours
        person,
    ).fetchall()
    return {
        "patient": leader,
        "name": names[0][0],
        **({"other_names": [name for (name,) in names[1:]]} if names[1:] else {}),
        "identifiers": [{"id_type": id_type, "id": id_} for id_type, id_ in identifiers],
        "enrolments": [dict(zip(_ENROLMENT, row, strict=True)) for row in enrolments],
        "entries": [json.loads(text) for _, text in entries],
        "facts": {str(number): each._asdict() for number, each in known.items() if any(each)},
        "acts": [json.loads(text) for (text,) in acts],
    }
