"""Facts of visits: kept beside the chain, under a seal that stands in it.

Numbers of the stay, the settlement and the receipt lead to a person, so no record and no act holds them: the
record of the entry, or a later act, holds the hash of them under a random salt. Whoever is forgotten takes
salt and facts along.
"""

import secrets
import sqlite3
from datetime import datetime
from typing import Any, Final

from core.ledger import trail
from core.ledger.entries import Facts
from core.ledger.record import canonical, digest
from core.ledger.trail import SEAL, ActKind, AuditAct
from core.messages import Message, message

NUMBERS: Final = ("setl_id", "mdtrt_id", "receipt")
"""The facts that are numbers of something, by which an entry is found."""

_COLUMNS: Final = ("entry", "salt", *Facts._fields)
_KEEP: Final = (
    f"INSERT OR REPLACE INTO facts ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608  ours
)
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM facts"  # noqa: S608  ours


def new_salt() -> str:
    """Make the salt of some facts: 128 random bits, in hexadecimal."""
    return secrets.token_hex(16)


def seal(salt: str, facts: Facts) -> str:
    """Return the hash of some facts under their salt."""
    return digest(canonical([salt, list(facts)]))


def keep(db: sqlite3.Connection, entry: int, salt: str, facts: Facts) -> None:
    """Keep an entry's facts, inside the transaction that writes their seal."""
    db.execute(_KEEP, [entry, salt, *facts])


def read(db: sqlite3.Connection, entry: int) -> Facts | None:
    """Return an entry's facts, None where nothing was stated or the person was forgotten."""
    row = db.execute(f"{_READ} WHERE entry = ?", [entry]).fetchone()
    return None if row is None else _facts(row)


def add(db: sqlite3.Connection, now: datetime, entry: int, facts: Facts, operator: str) -> Facts:
    """Add facts to those of an entry, inside a transaction, as an act; return all of them.

    A fact that is stated again takes the place of the one before. ``now`` is UTC.
    """
    stated = {name: value for name, value in facts._asdict().items() if value is not None}
    together = (read(db, entry) or Facts())._replace(**stated)
    salt = new_salt()
    keep(db, entry, salt, together)
    detail = {"names": sorted(stated), SEAL: seal(salt, together)}
    trail.note(db, now, ActKind.FACTS_NOTED, str(entry), operator, detail)
    return together


def forget(db: sqlite3.Connection, patient: str) -> None:
    """Remove the facts of a patient's (key) entries."""
    db.execute("DELETE FROM facts WHERE entry IN (SELECT number FROM entries WHERE patient = ?)", [patient])


def take(seals: dict[int, str], act: AuditAct) -> None:
    """Follow an act of the trail, in order: keep the last seal of each entry's facts."""
    if act.act is ActKind.FACTS_NOTED:
        seals[int(act.about)] = act.detail[SEAL]


def fault(connection: sqlite3.Connection, seals: dict[int, str]) -> Message | None:
    """Return the first entry whose facts are not as its record or the trail last had them; None: all are.

    Somebody who was forgotten has none.
    """
    there = {row[0]: seal(row[1], _facts(row)) for row in connection.execute(_READ)}
    wrong = [number for number in there.keys() | seals.keys() if there.get(number) != seals.get(number)]
    for number in sorted(wrong):
        known = connection.execute(
            """SELECT 1 FROM entries JOIN patients ON patients.key = entries.patient
            WHERE entries.number = ? AND salt <> ''""",
            [number],
        ).fetchone()
        if number in there or known is not None:
            return message("ledger.fault.facts", number=number)
    return None


def _facts(row: tuple[Any, ...]) -> Facts:
    _, _, setl_id, mdtrt_id, receipt, *flags = row
    return Facts(setl_id, mdtrt_id, receipt, *(None if flag is None else bool(flag) for flag in flags))
