"""Persons as sets of keys: two keys are joined where somebody knows that they are one person.

A join changes no entry and no row of a person. It is an act, and so is taking it back; the table of joins and
the leading key of each patient are what these acts come to.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

from core.ledger.trail import ActKind, AuditAct
from core.messages import Message, message

WITH: Final = "with"
"""The name under which an act's detail holds the other key."""

Join = tuple[str, str]
"""Two keys that were joined; the first one led."""

KEYS: Final = "SELECT key FROM patients WHERE person = (SELECT person FROM patients WHERE key = :patient)"
"""The query of all the keys of a person, by one of them."""


def leaders(joins: Iterable[Join]) -> dict[str, str]:
    """Return the leading key of every key that is joined, from the joins in order."""
    led: dict[str, str] = {}
    for one, other in joins:
        first, second = led.get(one, one), led.get(other, other)
        for key in (one, other):
            led.setdefault(key, key)
        for key, leader in led.items():
            if leader == second:
                led[key] = first
    return led


def keys_of(db: sqlite3.Connection, patient: str) -> list[str]:
    """Return all the keys of a person, by one of them, in order."""
    return sorted(key for (key,) in db.execute(KEYS, {"patient": patient}))


def years_of(db: sqlite3.Connection, patient: str) -> list[int]:
    """List the years of a person's entries, by any of the person's keys."""
    rows = db.execute(
        f"SELECT DISTINCT year FROM summaries WHERE patient IN ({KEYS}) ORDER BY year",  # noqa: S608  ours
        {"patient": patient},
    )
    return [int(year) for (year,) in rows.fetchall()]


def of_person(db: sqlite3.Connection, patient: str) -> list[Join]:
    """Return the joins of a person's keys, by one of them, in the order in which they were made."""
    rows = db.execute(
        f"SELECT one, other FROM joins WHERE one IN ({KEYS}) ORDER BY number",  # noqa: S608  ours
        {"patient": patient},
    )
    return [(one, other) for one, other in rows.fetchall()]


def change(db: sqlite3.Connection, one: str, other: str, *, joined: bool) -> list[str] | None:
    """Join two keys, or take their join back, inside a transaction; return every key concerned.

    None where there is nothing to take back: the two were not joined with each other.
    """
    concerned = sorted({*keys_of(db, one), *keys_of(db, other)})
    if joined:
        db.execute("INSERT INTO joins (one, other) VALUES (?, ?)", [one, other])
    else:
        gone = db.execute(
            "DELETE FROM joins WHERE (one = ? AND other = ?) OR (one = ? AND other = ?)",
            [one, other, other, one],
        )
        if not gone.rowcount:
            return None
    places = ", ".join("?" * len(concerned))
    rows = db.execute(
        f"SELECT one, other FROM joins WHERE one IN ({places}) ORDER BY number",  # noqa: S608  ours
        concerned,
    )
    led = leaders(rows.fetchall())
    for key in concerned:
        db.execute("UPDATE patients SET person = ? WHERE key = ?", [led.get(key, key), key])
    return concerned


def take(joins: list[Join], act: AuditAct) -> None:
    """Follow an act of the trail, in order: keep the joins that stand."""
    if act.act is ActKind.JOINED:
        joins.append((act.about, act.detail[WITH]))
    elif act.act is ActKind.SEPARATED:
        pair = {act.about, act.detail[WITH]}
        joins[:] = [join for join in joins if set(join) != pair]


def fault(connection: sqlite3.Connection, lawful: list[Join]) -> Message | None:
    """Return the first person whose keys are joined otherwise than the trail says; None where all agree."""
    led = leaders(lawful)
    for key, person in connection.execute("SELECT key, person FROM patients ORDER BY key"):
        if person != led.get(key, key):
            return message("ledger.fault.person", patient=key)
    there = connection.execute("SELECT one, other FROM joins ORDER BY number").fetchall()
    if there != lawful:
        return message("ledger.fault.person", patient=min(set(there) ^ set(lawful), default=("", ""))[0])
    return None
