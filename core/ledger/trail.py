"""The audit trail: what was done beside the entries, chained like them.

An act names no patient: it says which entry, which operator or which random key it is about.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.ledger.record import FORM, GENESIS, OWN, UNREADABLE, canonical, digest, is_linked, linked
from core.messages import Message, message

if TYPE_CHECKING:  # read only when a ledger is opened: an encrypted one decides by which library
    from sqlite_utils import Database


class ActKind(StrEnum):
    """The kinds of acts."""

    PERSON_NOTED = "person_noted"
    PRINTED = "printed"
    OPENED = "opened"
    REVERSED = "reversed"
    OVERLAP_ALLOWED = "overlap_allowed"
    FACTS_NOTED = "facts_noted"
    HANDED_OVER = "handed_over"
    CLAIM_TAKEN = "claim_taken"
    RECEIPT_NOTED = "receipt_noted"
    RECEIPT_DROPPED = "receipt_dropped"
    DIFFERENCE_JUDGED = "difference_judged"
    RENAMED = "renamed"
    JOINED = "joined"
    SEPARATED = "separated"
    RENEWED = "renewed"
    RESTORED = "restored"
    EXPORTED = "exported"
    ERASED = "erased"
    PURGED = "purged"
    REGION_CHANGED = "region_changed"
    OPERATOR_ADDED = "operator_added"
    OPERATOR_CHANGED = "operator_changed"
    OPERATOR_NOTED = "operator_noted"
    SIGNED_IN = "signed_in"
    WRONG_PIN = "wrong_pin"
    LOCKED_OUT = "locked_out"
    KEY_CHANGED = "key_changed"


SEAL: Final = "seal"
"""The name under which an act's detail holds the seal of a person's row (core.ledger.seals)."""

PIN_SEAL: Final = "pin_seal"
"""The name under which it holds the seal of a new PIN (core.ledger.role_history)."""


class AuditAct(NamedTuple):
    """One act that was done beside the entries.

    ``about`` is an entry's number, a patient's key, an operator or a file. ``recorded`` is UTC.
    """

    number: int
    act: ActKind
    about: str
    recorded: datetime
    operator: str
    detail: dict[str, Any]


_COLUMNS: Final = ("number", "act", "about", "recorded", "operator")
_ADD: Final = """INSERT INTO acts (number, act, about, recorded, operator, previous, record, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_LAST: Final = f"SELECT number, hash FROM acts WHERE number < {OWN} ORDER BY number DESC LIMIT 1"  # noqa: S608  ours


def note(
    db: "Database | sqlite3.Connection",
    recorded: datetime,
    act: ActKind,
    about: str,
    operator: str,
    detail: Mapping[str, Any],
    form: int = FORM,
) -> None:
    """Add an act, inside a transaction; ``recorded`` is UTC.

    ``form`` 1 is that of ledgers before they knew the second one, for the migrations that bring one there.
    """
    last = db.execute(_LAST).fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    columns = {
        "number": number,
        "act": act.value,
        "about": about,
        "recorded": recorded.isoformat(timespec="milliseconds"),
        "operator": operator,
    }
    if form == 1:
        text = canonical({**columns, "previous": previous, "detail": dict(detail)})
        hash_ = digest(text)
    else:
        text = canonical({**columns, "form": form, "detail": dict(detail)})
        hash_ = linked(previous, digest(text))
    db.execute(_ADD, [*columns.values(), previous, text, hash_])


def how_many(db: "Database", act: ActKind, about: str) -> int:
    """Count the acts of a kind about something."""
    count: int = db.execute(
        "SELECT count(*) FROM acts WHERE act = ? AND about = ?", [act.value, about]
    ).fetchone()[0]
    return count


def read(db: "Database") -> list[AuditAct]:
    """List every act in order. Raises one of `record.UNREADABLE` where a record is none."""
    rows = db.execute("SELECT record FROM acts ORDER BY number").fetchall()
    return [_read(json.loads(text)) for (text,) in rows]


def read_kind(db: "Database", kind: ActKind) -> list[AuditAct]:
    """List the acts of a kind, in order. Raises as `read` does."""
    rows = db.execute("SELECT record FROM acts WHERE act = ? ORDER BY number", [kind.value]).fetchall()
    return [_read(json.loads(text)) for (text,) in rows]


def read_about(db: "Database", about: str, *kinds: ActKind) -> list[AuditAct]:
    """List the acts of some kinds about something, in order. Raises as `read` does."""
    rows = db.execute(
        f"SELECT record FROM acts WHERE act IN ({', '.join('?' * len(kinds))}) AND about = ? ORDER BY number",  # noqa: S608  ours
        [*(kind.value for kind in kinds), about],
    ).fetchall()
    return [_read(json.loads(text)) for (text,) in rows]


def _read(raw: Mapping[str, Any]) -> AuditAct:
    return AuditAct(
        raw["number"],
        ActKind(raw["act"]),
        raw["about"],
        datetime.fromisoformat(raw["recorded"]),
        raw["operator"],
        dict(raw["detail"]),
    )


def read_chain(connection: sqlite3.Connection, see: Callable[[AuditAct], None]) -> Message | None:
    """Return the first fault of the audit trail, None where it is whole; show ``see`` every act in order."""
    last, count = GENESIS, 0
    rows = connection.execute(f"SELECT * FROM acts WHERE number < {OWN} ORDER BY number")  # noqa: S608  ours
    names = [column[0] for column in rows.description]
    for row in rows:
        count += 1
        columns = dict(zip(names, row, strict=True))
        try:
            record = json.loads(columns["record"])
            act = _read(record)
            sound = (
                columns["number"] == count
                and is_linked(columns, record)
                and columns["previous"] == last
                and all(record[name] == columns[name] for name in _COLUMNS)
                and act.number == count
            )
            see(act)
        except UNREADABLE:
            sound = False
        if not sound:
            return message("ledger.fault.act", number=count)
        last = columns["hash"]
    highest = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'acts'").fetchone()
    if (highest[0] if highest else 0) != count:
        return message("ledger.fault.act", number=count + 1)
    return None
