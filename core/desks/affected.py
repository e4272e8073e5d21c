"""Entries that were settled without knowing those of other desks: found, kept in mind until settled again."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from core.counter.counter import Counter
from core.counter.reversing import affected_from
from core.ledger import joins
from core.ledger.entries import Affected, EntryKind
from core.ledger.ledger import Ledger
from core.ledger.record import OWN, canonical

_NAME: Final = "affected"
"""The name under which a ledger keeps whose entries these are, among its sealed keys."""

_CHECKED: Final = "checked"
"""The name under which a ledger keeps up to which of its own entries it has looked for affected ones."""

_SINCE: Final = f"""SELECT DISTINCT patient FROM summaries WHERE number > ? AND number < {OWN}"""  # noqa: S608  ours
_LAST: Final = f"SELECT coalesce(max(number), 0) FROM summaries WHERE number < {OWN}"  # noqa: S608  ours
_LEDGERS_OF: Final = "SELECT DISTINCT number >> 40 FROM summaries WHERE patient IN ({})"
_WHO_KNEW: Final = """SELECT marks.stamp, ledgers.id, marks.number, marks.kind, marks.reversed_by,
        marks.reverses, json_extract(entries.record, '$.known')
    FROM summaries AS marks CROSS JOIN entries ON entries.number = marks.number
    CROSS JOIN ledgers ON ledgers.row = marks.number >> 40 WHERE marks.patient = ?"""
_READ: Final = "SELECT sealed FROM sealed_keys WHERE name = ? AND epoch = 0 AND holder = ''"
_KEEP: Final = """INSERT OR REPLACE INTO sealed_keys (name, epoch, holder, public_key, sealed)
    VALUES (?, 0, '', '', ?)"""


def among(counter: Counter, keys: Sequence[str]) -> list[Affected]:
    """List the entries of some persons (keys) that were settled without knowing others, with both amounts.

    Only persons with entries of several ledgers can have such. In a transaction or a snapshot.
    """
    ledger, affected, seen = counter.ledger, [], set[str]()
    for key in keys:
        if key in seen:
            continue
        own = joins.keys_of(ledger.db, key)
        seen |= {*own}
        rows = ledger.db.execute(_LEDGERS_OF.format(", ".join("?" * len(own))), own).fetchall()
        if len(rows) > 1 and not _each_knew_all(ledger.db, own):
            years = joins.years_of(ledger.db, key)
            affected += [each for year in years for each in affected_from(counter, key, year)]
    return affected


def of_those(counter: Counter, keys: Collection[str], in_order: Collection[str]) -> list[Affected]:
    """List what `among` lists of persons (keys) whose entries came in, inside the transaction.

    ``in_order``: of whom nothing came but what knows all before it. There is nothing to find with them,
    unless they have affected entries already: those that follow are then split otherwise, too.
    """
    known = persons(counter.ledger) if in_order else []
    return among(counter, sorted({*keys} - {*in_order} | {*keys} & {*known}))


def _each_knew_all(db: sqlite3.Connection, keys: Sequence[str]) -> bool:
    """Tell whether each entry of a person (by all keys) was posted knowing all before it.

    Nor was any posted between another one and its reversal. Then each that stands was settled on what the
    fold comes to there, and none is settled again to learn as much.
    """
    if len(keys) != 1:
        return False
    rows = db.execute(_WHO_KNEW, [*keys]).fetchall()
    before, open_, last_standing = dict[str, int](), dict[int, int](), -1
    for at, (_, ledger, number, kind, reversed_by, reverses, text) in enumerate(sorted(rows, key=_place)):
        known = json.loads(text or "{}")
        if any(known.get(other, 0) < last for other, last in before.items() if other != ledger):
            return False
        before[ledger] = number % OWN
        if kind == EntryKind.POSTED and reversed_by is None:
            last_standing = at
        elif kind == EntryKind.POSTED:
            open_[number] = at
        elif kind != EntryKind.REVERSED or last_standing > open_.get(reverses, -1):
            return False
    return True


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return where an entry stands in the order of a person's entries."""
    return row[:3]


def note(ledger: Ledger, found: Iterable[Affected]) -> None:
    """Keep in mind whose entries are affected, inside a transaction."""
    known = persons(ledger)
    more = {each.entry.patient for each in found} - set(known)
    if more:
        ledger.db.execute(_KEEP, [_NAME, canonical(sorted({*known, *more}))])


def persons(ledger: Ledger) -> list[str]:
    """Return the keys of the persons whose entries were found to be affected, and not yet settled again."""
    return [str(key) for key in _kept(ledger, _NAME, [])]


def look_again(counter: Counter) -> None:
    """Look for entries that this ledger's own new ones affect: a reversal here tells of it, and no more.

    Those of others are looked at when they come in.
    """
    ledger = counter.ledger
    with ledger.snapshot():
        since = int(_kept(ledger, _CHECKED, 0))
        (last,) = ledger.db.execute(_LAST).fetchone()
        if last == since:
            return
        found = among(counter, [key for (key,) in ledger.db.execute(_SINCE, [since]).fetchall()])
    with ledger.transaction():
        note(ledger, found)
        ledger.db.execute(_KEEP, [_CHECKED, canonical(last)])


def open_ones(counter: Counter) -> list[Affected]:
    """List the entries that are still affected, with both amounts; who has none any more is let go."""
    look_again(counter)
    ledger, known = counter.ledger, persons(counter.ledger)
    if not known:
        return []
    with ledger.snapshot():
        found = among(counter, known)
        still = sorted({each.entry.patient for each in found})
    if still != known:
        with ledger.transaction():
            ledger.db.execute(_KEEP, [_NAME, canonical(still)])
    return found


def _kept(ledger: Ledger, name: str, otherwise: Any) -> Any:
    with ledger.snapshot():
        row = ledger.db.execute(_READ, [name]).fetchone()
    return otherwise if row is None else json.loads(row[0])
