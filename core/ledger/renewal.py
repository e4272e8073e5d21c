"""The long part of the last migration: every entry's summary anew, in pieces that can be cut off.

Each record is read once, which in a ledger of a million entries takes minutes. The new summaries grow in a
table of their own, a piece a transaction, while the ledger keeps the schema that it had: whatever is cut off
goes on where it stopped, and the program of before still opens the file. The last transaction takes the
table over.
"""

import json
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from core.ledger import summaries, trail
from core.ledger.record import GENESIS, digest, linked
from core.ledger.trail import ActKind

SIDE_TABLE: Final = "summaries_renewed"
"""The name of the new summaries until they are whole."""

PIECE: Final = 2_000
"""The number of entries of one transaction."""

OLD_VERSION: Final = 6
"""The version of a ledger whose summaries are made anew."""

Progress = Callable[[int, int], None]
"""Told how many entries are done, of how many."""


_listeners: Final[list[Progress]] = []


def listen(progress: Progress) -> None:
    """Have every opening in this process told to ``progress``, in the place of whoever listened before."""
    _listeners[:] = [progress]


def tell(done: int, entries: int) -> None:
    """Tell whoever listens how far a ledger is; one that is a single piece is not worth telling."""
    if entries > PIECE:
        for progress in _listeners:
            progress(done, entries)


_MAKE: Final = f"""CREATE TABLE IF NOT EXISTS {SIDE_TABLE} (
        number INTEGER NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        patient TEXT NOT NULL,
        year INTEGER NOT NULL,
        admitted TEXT NOT NULL,
        day TEXT NOT NULL,
        stamp INTEGER NOT NULL,
        moment INTEGER NOT NULL,
        operator TEXT NOT NULL,
        region TEXT NOT NULL,
        benefit TEXT NOT NULL,
        level TEXT NOT NULL,
        category TEXT NOT NULL,
        {", ".join(f"{name} INTEGER" for name in summaries.AMOUNTS)},
        reverses INTEGER,
        replaces INTEGER,
        reversed_by INTEGER
    ) STRICT"""
_HASHES: Final = f"{SIDE_TABLE}_hashes"
_MAKE_HASHES: Final = f"CREATE TABLE IF NOT EXISTS {_HASHES} (hashes TEXT NOT NULL) STRICT"
_PARTS: Final = {
    "number": "number",
    "kind": "kind",
    "patient": "patient",
    "year": "year",
    "day": "day",
    "recorded": "recorded",
    "operator": "operator",
    "region": "region.id",
    "request": "request",
    "amounts": "settlement.amounts",
    "reverses": "reverses",
    "replaces": "replaces",
}
"""The parts of a record that its summary needs, by name, and their places in it."""

_PATHS: Final = ", ".join(f"'$.{path}'" for path in _PARTS.values())
_PARTS_OF_NEXT: Final = f"""SELECT made.hash, json_extract(made.record, {_PATHS}),
        json_extract(settled.record, {_PATHS})
    FROM entries AS made LEFT JOIN entries AS settled ON settled.number = made.reverses
    WHERE made.number > ? ORDER BY made.number LIMIT ?"""  # noqa: S608  ours
_ROOM_OF_EACH: Final = 1_200
"""The room that an entry's summary and its places in the indexes take at most, in file and log (bytes)."""


def is_done(connection: sqlite3.Connection) -> bool:
    """Tell whether a ledger has been renewed, whatever its file says its version is."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'ledgers'").fetchone() is not None


def room_needed(connection: sqlite3.Connection) -> int:
    """Return the bytes that the summaries still to be made may take on the disk."""
    return (_entries(connection) - _done(connection)) * _ROOM_OF_EACH


def has_room(connection: sqlite3.Connection, folder: Path) -> bool:
    """Tell whether the folder's disk can take them. Raises OSError."""
    return shutil.disk_usage(folder).free >= room_needed(connection)


def _done(connection: sqlite3.Connection) -> int:
    there = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", [SIDE_TABLE]).fetchone()
    if there is None:
        return 0
    done: int = connection.execute(f"SELECT coalesce(max(number), 0) FROM {SIDE_TABLE}").fetchone()[0]  # noqa: S608
    return done


def piece(connection: sqlite3.Connection, most: int) -> tuple[int, int]:
    """Add the summaries of the next entries, inside a transaction; return how many are done, of how many.

    ``most`` below 0 adds all of them. Raises one of `record.UNREADABLE` where a record is none.
    """
    connection.execute(_MAKE)
    connection.execute(_MAKE_HASHES)
    number, stamp = connection.execute(
        f"SELECT number, stamp FROM {SIDE_TABLE} ORDER BY number DESC LIMIT 1"  # noqa: S608
    ).fetchone() or (0, 0)
    (hashes,) = connection.execute(f"SELECT max(hashes) FROM {_HASHES}").fetchone()  # noqa: S608
    add = f"""INSERT INTO {SIDE_TABLE} ({", ".join(summaries.COLUMNS)})
        VALUES ({", ".join("?" * len(summaries.COLUMNS))})"""  # noqa: S608
    mark = f"UPDATE {SIDE_TABLE} SET reversed_by = ? WHERE number = ?"  # noqa: S608
    for hash_, text, of_reversed in connection.execute(_PARTS_OF_NEXT, [number, most]):
        record = _record(text)
        row = summaries.row_of(record, stamp, None if of_reversed is None else _record(of_reversed))
        connection.execute(add, row)
        if record["reverses"] is not None:
            connection.execute(mark, [record["number"], record["reverses"]])
        number, stamp = record["number"], row[summaries.COLUMNS.index("stamp")]
        hashes = linked(hashes or GENESIS, hash_)
    connection.execute(f"DELETE FROM {_HASHES}")  # noqa: S608
    connection.execute(f"INSERT INTO {_HASHES} VALUES (?)", [hashes or GENESIS])  # noqa: S608
    return number, _entries(connection)


def _entries(connection: sqlite3.Connection) -> int:
    entries: int = connection.execute("SELECT coalesce(max(number), 0) FROM entries").fetchone()[0]
    return entries


def _record(parts: str) -> dict[str, Any]:
    """Return as much of a record as its summary needs, from the parts that SQLite took out of it."""
    record: dict[str, Any] = dict(zip(_PARTS, json.loads(parts), strict=True))
    region = None if record["region"] is None else {"id": record["region"]}
    return {**record, "region": region, "settlement": {"amounts": record["amounts"]}}


def finish(connection: sqlite3.Connection) -> None:
    """Make the last summaries, and put the hashes of all entries of the first form under one act.

    In that form a record that is withheld proves nothing of the one before it: their linked hashes do.
    """
    _, entries = piece(connection, -1)
    (hashes,) = connection.execute(f"SELECT hashes FROM {_HASHES}").fetchone()  # noqa: S608
    connection.execute(f"DROP TABLE {_HASHES}")
    if entries:
        detail = {"entries": entries, "hashes": hashes}
        trail.note(connection, datetime.now(UTC), ActKind.RENEWED, "", "", detail)


def name_ledger(connection: sqlite3.Connection) -> None:
    """Give the ledger its id: random, or what its first entry says, so that copies of one have one id.

    A ledger without entries takes it from its first act.
    """
    first = connection.execute(
        """SELECT hash FROM entries WHERE number = 1
        UNION ALL SELECT hash FROM acts WHERE number = 1 LIMIT 1"""
    ).fetchone()
    id_ = secrets.token_hex(16) if first is None else digest(f"ledger {first[0]}")[:32]
    connection.execute("INSERT INTO ledgers (row, id) VALUES (0, ?)", [id_])
