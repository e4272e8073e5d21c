"""The audit trail: what was done beside the entries, chained like them.

An act names no patient: it says which entry, which operator or which random key it is about.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from core.ledger.record import FORM, GENESIS, OWN, UNREADABLE, canonical, digest, is_linked, linked
from core.messages import Message, message


class ActKind(StrEnum):
    """The kinds of acts."""

    PERSON_NOTED = "person_noted"
    PRINTED = "printed"
    OPENED = "opened"
    REVERSED = "reversed"
    OVERLAP_ALLOWED = "overlap_allowed"
    FACTS_NOTED = "facts_noted"
    HANDED_OVER = "handed_over"
    PACKET_MADE = "packet_made"
    PACKET_TAKEN = "packet_taken"
    LEDGER_TRUSTED = "ledger_trusted"
    LEDGER_CLOSED = "ledger_closed"
    SERVER_JOINED = "server_joined"
    CONFLICT_FOUND = "conflict_found"
    CONFLICT_SETTLED = "conflict_settled"
    CLAIM_TAKEN = "claim_taken"
    RECEIPT_NOTED = "receipt_noted"
    RECEIPT_DROPPED = "receipt_dropped"
    DIFFERENCE_JUDGED = "difference_judged"
    RENAMED = "renamed"
    JOINED = "joined"
    SEPARATED = "separated"
    RENEWED = "renewed"
    RESTORED = "restored"
    BACKED_UP = "backed_up"
    LOOKED_UP = "looked_up"
    EXPORTED = "exported"
    ERASED = "erased"
    PURGED = "purged"
    REGION_CHANGED = "region_changed"
    REGION_CHECKED = "region_checked"
    CHECK_REQUIRED = "check_required"
    OPERATOR_ADDED = "operator_added"
    OPERATOR_CHANGED = "operator_changed"
    OPERATOR_NOTED = "operator_noted"
    HEAD_KEY = "head_key"
    DAY_SIGNED = "day_signed"
    SIGNED_IN = "signed_in"
    WRONG_PIN = "wrong_pin"
    LOCKED_OUT = "locked_out"
    KEY_CHANGED = "key_changed"


SEAL: Final = "seal"
"""The name under which an act's detail holds the seal of a person's row (core.ledger.seals)."""

PIN_SEAL: Final = "pin_seal"
"""The name under which it holds the seal of a new PIN (core.ledger.role_history)."""


ON_ENTRIES: Final = (
    ActKind.PRINTED,
    ActKind.OPENED,
    ActKind.REVERSED,
    ActKind.FACTS_NOTED,
    ActKind.OVERLAP_ALLOWED,
    ActKind.CLAIM_TAKEN,
)
"""The acts that are about an entry; the number that another kind is about may be that of anything."""


AT: Final = "at"
"""The name under which the detail of an act that follows another ledger's holds when that was done."""

_SIGNATURE: Final = "signature"
"""The name under which it holds the signature of whoever had the rights for it (core.ledger.signatures)."""


class AuditAct(NamedTuple):
    """One act that was done beside the entries.

    ``about`` is an entry's number, a patient's key, an operator or a file. ``recorded`` is UTC.
    ``signature`` is empty where the act bears none (core.ledger.signatures).
    """

    number: int
    act: ActKind
    about: str
    recorded: datetime
    operator: str
    detail: dict[str, Any]
    signature: dict[str, Any] = {}

    @property
    def moment(self) -> str:
        """Return when this was first said (UTC, ISO): here, or at the ledger that the act follows."""
        return str(self.detail.get(AT) or self.recorded.isoformat(timespec="milliseconds"))


_COLUMNS: Final = ("number", "act", "about", "recorded", "operator")
_ADD: Final = """INSERT INTO acts (number, act, about, recorded, operator, previous, record, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_LAST: Final = f"SELECT number, hash FROM acts WHERE number < {OWN} ORDER BY number DESC LIMIT 1"  # noqa: S608  ours


def note(
    db: sqlite3.Connection,
    recorded: datetime,
    act: ActKind,
    about: str,
    operator: str,
    detail: Mapping[str, Any],
    form: int = FORM,
    sign: Callable[[str], dict[str, str]] | None = None,
) -> None:
    """Add an act, inside a transaction; ``recorded`` is UTC.

    ``form`` 1 is that of ledgers before they knew the second one, for the migrations that bring one there.
    ``sign`` makes the signature of the act's text.
    """
    last = db.execute(_LAST).fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    moment = recorded.isoformat(timespec="milliseconds")
    columns = {
        "number": number,
        "act": act.value,
        "about": about,
        "recorded": moment,
        "operator": operator,
    }
    if sign is not None:
        text = text_to_sign(previous, number, act.value, about, moment, operator, detail)
        detail = {**detail, _SIGNATURE: sign(text)}
    if form == 1:
        text = canonical({**columns, "previous": previous, "detail": dict(detail)})
        hash_ = digest(text)
    else:
        text = canonical({**columns, "form": form, "detail": dict(detail)})
        hash_ = linked(previous, digest(text))
    db.execute(_ADD, [*columns.values(), previous, text, hash_])


def note_many(
    db: sqlite3.Connection,
    recorded: datetime,
    act: ActKind,
    about: Sequence[tuple[str, Mapping[str, Any]]],
    operator: str,
) -> None:
    """Add acts of one kind that need no signature, each with what it is about and its detail."""
    last = db.execute(_LAST).fetchone() or (0, GENESIS)
    number, previous = int(last[0]), str(last[1])
    moment = recorded.isoformat(timespec="milliseconds")
    rows = []
    for each, detail in about:
        number += 1
        columns = [number, act.value, each, moment, operator]
        text = canonical({**dict(zip(_COLUMNS, columns, strict=True)), "form": FORM, "detail": dict(detail)})
        hash_ = linked(previous, digest(text))
        rows.append([*columns, previous, text, hash_])
        previous = hash_
    db.executemany(_ADD, rows)


def text_to_sign(
    previous: str, number: int, act: str, about: str, recorded: str, operator: str, detail: Mapping[str, Any]
) -> str:
    """Return the text that an act's signature is made of: its record without it, after the hash before."""
    return f"{previous}\n{canonical([number, act, about, recorded, operator, dict(detail)])}"


class WantedActs(NamedTuple):
    """The acts that somebody looks for: from a moment to before another (UTC), of some operators and kinds,
    about some things. None: any. ``entries`` are numbers of entries that they may be about as well.
    """

    start: datetime | None = None
    end: datetime | None = None
    operators: tuple[str, ...] | None = None
    kinds: tuple[ActKind, ...] | None = None
    about: tuple[str, ...] | None = None
    entries: tuple[str, ...] = ()

    def where(self, before: int | None = None) -> tuple[str, list[Any]]:
        """Return the condition of a query with its values; ``before``: only acts of lower numbers."""
        bounds = {
            "recorded >= ?": self.start and self.start.isoformat(timespec="milliseconds"),
            "recorded < ?": self.end and self.end.isoformat(timespec="milliseconds"),
            "number < ?": before,
        }
        terms = [(text, [value]) for text, value in bounds.items() if value is not None]
        terms += [_among("operator", self.operators)] if self.operators is not None else []
        terms += [_among("act", self.kinds)] if self.kinds is not None else []
        if self.about is not None:
            parts = (
                _among("about", self.about),
                _among("act", ON_ENTRIES),
                _among("about", self.entries),
            )
            text = "({} OR {} AND {})".format(*(text for text, _ in parts))
            terms.append((text, [each for _, values in parts for each in values]))
        return " AND ".join([f"+number < {OWN}", *(text for text, _ in terms)]), [
            each for _, given in terms for each in given
        ]


def _among(column: str, values: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the condition that a column holds one of some values, with these."""
    return f"{column} IN ({', '.join('?' * len(values))})", [str(each) for each in values]


def find(db: sqlite3.Connection, wanted: WantedActs, before: int | None, most: int) -> list[AuditAct]:
    """List acts, the latest first, below a number (None: all), so many at most. Raises as `read` does."""
    where, values = wanted.where(before)
    query = f"SELECT record FROM acts WHERE {where} ORDER BY number DESC LIMIT ?"  # noqa: S608  ours
    return [read_act(text) for (text,) in db.execute(query, [*values, most]).fetchall()]


def count(db: sqlite3.Connection, wanted: WantedActs) -> int:
    """Count the acts that somebody looks for."""
    where, values = wanted.where()
    found: int = db.execute(f"SELECT count(*) FROM acts WHERE {where}", values).fetchone()[0]  # noqa: S608  ours
    return found


def how_many(db: sqlite3.Connection, act: ActKind, about: str) -> int:
    """Count the acts of a kind about something."""
    count: int = db.execute(
        f"SELECT count(*) FROM acts WHERE act = ? AND about = ? AND number < {OWN}",  # noqa: S608  ours
        [act.value, about],
    ).fetchone()[0]
    return count


def read(db: sqlite3.Connection) -> list[AuditAct]:
    """List every act of this ledger in order. Raises one of `record.UNREADABLE` where a record is none."""
    rows = db.execute(f"SELECT record FROM acts WHERE number < {OWN} ORDER BY number").fetchall()  # noqa: S608
    return [act_of(json.loads(text)) for (text,) in rows]


def read_with_hashes(db: sqlite3.Connection, *kinds: ActKind, row: int = 0) -> Iterator[tuple[AuditAct, str]]:
    """Yield the acts of some kinds in order, each with the hash of the act before. Raises as `read` does.

    They are those of the ledger with a ``row`` here, 0 this one.
    """
    rows = db.execute(
        f"""SELECT record, previous FROM acts
        WHERE act IN ({", ".join("?" * len(kinds))}) AND number >= ? AND number < ? ORDER BY number""",  # noqa: S608  ours
        [*(kind.value for kind in kinds), row * OWN, (row + 1) * OWN],
    )
    for text, previous in rows.fetchall():
        yield read_act(text), previous


def read_act(text: str) -> AuditAct:
    """Read an act from its record. Raises as `read` does."""
    return act_of(json.loads(text))


def read_about(db: sqlite3.Connection, about: str, *kinds: ActKind) -> list[AuditAct]:
    """List the acts of some kinds about something, in order. Raises as `read` does."""
    rows = db.execute(
        f"""SELECT record FROM acts WHERE act IN ({", ".join("?" * len(kinds))}) AND about = ?
            AND number < {OWN} ORDER BY number""",  # noqa: S608  ours
        [*(kind.value for kind in kinds), about],
    ).fetchall()
    return [act_of(json.loads(text)) for (text,) in rows]


def act_of(raw: Mapping[str, Any]) -> AuditAct:
    """Return the act that a record, read, is of. Raises as `read` does."""
    detail = dict(raw["detail"])
    signature = detail.pop(_SIGNATURE, {})
    recorded = datetime.fromisoformat(raw["recorded"])
    return AuditAct(
        raw["number"], ActKind(raw["act"]), raw["about"], recorded, raw["operator"], detail, signature
    )


def read_chain(connection: sqlite3.Connection, see: Callable[[AuditAct, str], None]) -> Message | None:
    """Return the first fault of the audit trail, None where it is whole.

    ``see`` is shown every act in order, with the hash of the one before.
    """
    last, count = GENESIS, 0
    rows = connection.execute(f"SELECT * FROM acts WHERE number < {OWN} ORDER BY number")  # noqa: S608  ours
    names = [column[0] for column in rows.description]
    for row in rows:
        count += 1
        columns = dict(zip(names, row, strict=True))
        try:
            record = json.loads(columns["record"])
            act = act_of(record)
            sound = (
                columns["number"] == count
                and is_linked(columns, record)
                and columns["previous"] == last
                and all(record[name] == columns[name] for name in _COLUMNS)
                and act.number == count
            )
            see(act, columns["previous"])
        except UNREADABLE:
            sound = False
        if not sound:
            return message("ledger.fault.act", number=count)
        last = columns["hash"]
    highest = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'acts'").fetchone()
    if (highest[0] if highest else 0) != count:
        return message("ledger.fault.act", number=count + 1)
    return None
