"""Operators' rights under seal: a right that was changed outside the program is noticed.

The audit trail says of every lawful change what it changed: a role, a place on the list, and of a PIN the
hash of what is kept of it, which is an Argon2id hash under a salt of its own, so that no PIN can be tried on
it. Each wrong PIN and each sign-in is an act as well. The list of operators is therefore what the trail comes
to; nothing is sealed again as it stands, so that a role raised by hand does not become lawful when its owner
takes a new PIN.
"""

import sqlite3
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from core.ledger import trail
from core.ledger.record import digest
from core.ledger.trail import PIN_SEAL, ActKind, AuditAct
from core.messages import Message, message

_COLUMNS: Final = "name, role, active, wrong, pin"
_KEPT: Final = f"{_COLUMNS}, number, initials, paused_until, public_key, sealed_key"
_ADDED: Final = {"active": True, "wrong": 0}
_CHANGES: Final = (ActKind.OPERATOR_ADDED, ActKind.OPERATOR_CHANGED, ActKind.OPERATOR_NOTED)


class Standing(NamedTuple):
    """An operator as the trail or the list has one; None where the trail does not say.

    ``wrong`` counts wrong PINs in a row; ``pin_seal`` is as `seal` makes it.
    """

    role: str | None = None
    active: bool | None = None
    wrong: int | None = None
    pin_seal: str | None = None


Standings = dict[str, Standing]
"""Standings by the operators' names."""


def seal(pin: str) -> str:
    """Return what the trail says of a PIN: the SHA-256 of its hash as it is kept."""
    return digest(pin)


def take(standings: Standings, act: AuditAct) -> None:
    """Follow an act of the trail, in order: keep the standing of each operator."""
    known = standings.get(act.about)
    if act.act in _CHANGES:
        detail: dict[str, Any] = dict(act.detail)
        if act.act is ActKind.OPERATOR_ADDED:
            detail, known = {**_ADDED, **detail}, None
        elif detail.get("pin"):
            detail["wrong"] = 0
        given = {name: detail[name] for name in Standing._fields if detail.get(name) is not None}
        standings[act.about] = (known or Standing())._replace(**given)
    elif known is not None and act.act is ActKind.SIGNED_IN:
        standings[act.about] = known._replace(wrong=0)
    elif known is not None and act.act is ActKind.WRONG_PIN and not act.detail:
        standings[act.about] = known._replace(wrong=None if known.wrong is None else known.wrong + 1)


def standing_of(db: sqlite3.Connection, name: str) -> Standing:
    """Return an operator as the trail has them, wrong PINs left aside. Raises as `trail.read` does."""
    standings: Standings = {}
    for act in trail.read_about(db, name, *_CHANGES):
        take(standings, act)
    return standings.get(name, Standing())


def listed(connection: sqlite3.Connection) -> Standings:
    """Return every operator as the list has them."""
    return {
        name: Standing(role, bool(active), wrong, seal(pin))
        for name, role, active, wrong, pin in connection.execute(f"SELECT {_COLUMNS} FROM operators")  # noqa: S608
    }


def note_all(connection: sqlite3.Connection) -> None:
    """Put the PINs of a ledger that knew no seals under seal, as they stand, inside a transaction.

    PINs that have a seal already are left. Roles need none: the trail has them since there are operators.
    """
    sealed = connection.execute(
        """SELECT about FROM acts WHERE act IN ('operator_added', 'operator_changed', 'operator_noted')
            AND json_extract(record, '$.detail.pin_seal') IS NOT NULL"""
    ).fetchall()
    now = datetime.now(UTC)
    for name, there in listed(connection).items():
        if (name,) not in sealed:
            detail = {"wrong": there.wrong, PIN_SEAL: there.pin_seal}
            trail.note(connection, now, ActKind.OPERATOR_NOTED, name, "", detail, form=1)


def rows(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Return the rows of the list of operators, for `keep`."""
    return connection.execute(f"SELECT {_KEPT} FROM operators ORDER BY name").fetchall()  # noqa: S608  ours


def next_number(db: sqlite3.Connection) -> int:
    """Return the short number of the next operator."""
    (last,) = db.execute("SELECT coalesce(max(number), 0) FROM operators").fetchone()
    return int(last) + 1


def keep(
    connection: sqlite3.Connection,
    list_: list[tuple[Any, ...]],
    standings: Standings,
    recorded: datetime,
    operator: str,
    raises: bool = True,
) -> None:
    """Put a list back, inside the transaction in which an older one has come with its trail.

    ``standings`` is what that trail says; an act is added for each operator whom it has otherwise. Whoever
    only the older list knows is taken off the list. ``recorded`` is UTC. ``raises``: the list may give rights
    that the older one does not know; otherwise whoever has come by them since is a clerk again.
    """
    connection.execute("UPDATE operators SET active = 0, number = NULL")  # the numbers of now hold
    connection.executemany(
        f"INSERT OR REPLACE INTO operators ({_KEPT}) VALUES ({', '.join('?' * len(_KEPT.split()))})",  # noqa: S608  ours
        list_,
    )
    without = connection.execute("SELECT name FROM operators WHERE number IS NULL ORDER BY rowid").fetchall()
    for (name,) in without:
        number = next_number(connection)
        connection.execute("UPDATE operators SET number = ? WHERE name = ?", [number, name])
    for name, there in listed(connection).items():
        before = standings.get(name, Standing())
        if not raises and there.role != "clerk" and (before.role in {None, "clerk"} or not before.active):
            connection.execute("UPDATE operators SET role = 'clerk' WHERE name = ?", [name])
    for name, there in listed(connection).items():
        if standings.get(name) != there:
            trail.note(connection, recorded, ActKind.OPERATOR_NOTED, name, operator, there._asdict())


def fault(connection: sqlite3.Connection, lawful: Standings) -> Message | None:
    """Return the first operator who is not as the audit trail has them; None where everybody is."""
    there = listed(connection)
    wrong = [name for name in there.keys() | lawful.keys() if there.get(name) != lawful.get(name)]
    return message("ledger.fault.operator", name=min(wrong)) if wrong else None
