"""The summary of an entry: what entries are found by, summed up by and put in order by.

A record holds ten kilobytes, a summary two hundred bytes. The summary follows from the record alone, and
`core.ledger.verify` holds the one to the other.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.ledger.entries import EntryKind
from core.settlement import Amounts
from core.vocabulary import Population

AMOUNTS: Final = Amounts._fields
"""The amounts of a summary (fen), by the national platform's names."""

COLUMNS: Final = (
    "number",
    "kind",
    "patient",
    "year",
    "admitted",
    "day",
    "stamp",
    "moment",
    "operator",
    "region",
    "benefit",
    "level",
    "category",
    *AMOUNTS,
    "reverses",
    "replaces",
)
"""What a summary says of its own entry, in the order of `row_of`."""

_ADD: Final = f"INSERT INTO summaries ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608  ours
_REVERSES: Final = COLUMNS.index("reverses")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

Row = tuple[str | int | None, ...]
"""A summary's values in the order of `COLUMNS`."""


def milliseconds(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970 (UTC)."""
    return (moment - _EPOCH) // _MILLISECOND


def next_stamp(now: datetime, last: int) -> int:
    """Return the stamp of an entry that follows another one: the clock's, and always above the last."""
    return max(milliseconds(now), last + 1)


def row_of(record: Mapping[str, Any], last: int, settled: Mapping[str, Any] | None = None) -> Row:
    """Return the summary that a record comes to.

    ``last`` is the stamp of the entry before it: records of the first form have none of their own.
    ``settled`` is the record of what a reversal reverses, whose visit and amounts are its own too; None for
    any other entry. Raises one of `record.UNREADABLE` where a record is none.
    """
    recorded = datetime.fromisoformat(record["recorded"])
    visit = settled or record
    request = visit["request"]
    region = record["region"]
    posted = visit["kind"] == EntryKind.POSTED
    amounts = visit["settlement"]["amounts"] if posted else {}
    return (
        record["number"],
        record["kind"],
        record["patient"],
        record["year"],
        request.get("admitted") or record["day"],
        record["day"],
        record.get("stamp", next_stamp(recorded, last)),
        int(recorded.timestamp()),
        record["operator"],
        region["id"] if region else "",
        request["benefit"] if posted else "",
        request["hospital_level"] if posted else "",
        request.get("population", Population.ORDINARY.value) if posted else "",
        *(amounts.get(name, 0) if posted else None for name in AMOUNTS),
        record["reverses"],
        record.get("replaces"),
    )


def add(db: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Add summaries, inside the transaction that adds their entries; what they reverse is marked so."""
    db.executemany(_ADD, rows)
    reversals = [(row[0], row[_REVERSES]) for row in rows if row[_REVERSES] is not None]
    db.executemany("UPDATE summaries SET reversed_by = ? WHERE number = ? AND reversed_by IS NULL", reversals)
