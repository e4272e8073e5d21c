"""Additions to the journal: an entry made before its place in the chain is known, and then put there.

Whatever takes long (texts, sums) is done when an addition is made. Its number, moment and stamp are written
into it when it is chained, so that many can be added while the ledger is held for a moment only.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, NamedTuple

from core.ledger import summaries
from core.ledger.record import COLUMNS, JsonText, canonical_record, digest, linked

_LATE: Final = ("number", "recorded", "stamp")
"""The parts of a record that its place in the chain decides, in the order of a canonical text."""

_BETWEEN: Final = "\0"
"""What no JSON text holds."""
_NOT_YET: Final = {"number": 0, "recorded": "1970-01-01T00:00:00.000+00:00", "stamp": 0}
_NUMBER, _STAMP, _MOMENT = (summaries.COLUMNS.index(name) for name in ("number", "stamp", "moment"))
_ENTRY: Final = (*COLUMNS, "previous", "record", "hash")
_ADD: Final = f"INSERT INTO entries ({', '.join(_ENTRY)}) VALUES ({', '.join('?' * len(_ENTRY))})"  # noqa: S608  ours
_TOTALS: Final = """INSERT INTO totals (patient, year, totals)
    SELECT person, ?, ? FROM patients WHERE key = ?
    ON CONFLICT (patient, year) DO UPDATE SET totals = excluded.totals"""
"""Not a row in the place of another one, which would change the index, too."""


class Addition(NamedTuple):
    """An entry that waits for its place: its columns, summary and text but for what the place decides.

    ``texts`` are the canonical text before each late part and after the last one; packed, they are one.
    ``totals`` is the canonical text of the year's totals after it.
    """

    columns: dict[str, Any]
    texts: tuple[str, ...] | bytes
    summary: summaries.Row
    totals: str


class Placed(NamedTuple):
    """Where an addition came to stand: its number, when it was recorded (as a record has it), its stamp."""

    number: int
    recorded: str
    stamp: int


class Last(NamedTuple):
    """The last entry of a ledger: its number and hash, and the latest stamp that the ledger has seen."""

    number: int
    hash: str
    stamp: int


def plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record whose values are all plain JSON."""
    return {name: value.value if isinstance(value, JsonText) else value for name, value in record.items()}


def made(record: Mapping[str, Any], totals: str, reversed_: Mapping[str, Any] | None) -> Addition:
    """Make an addition from a record that lacks the late parts.

    ``reversed_`` is the record of what it reverses, None where it reverses nothing.
    """
    bounds = ("", *_LATE, "\U0010ffff")
    texts = tuple(
        canonical_record({name: value for name, value in record.items() if low < name < high})[1:-1]
        for low, high in pairwise(bounds)
    )
    summary = summaries.row_of({**plain(record), **_NOT_YET}, 0, reversed_)
    columns = {name: record.get(name) for name in COLUMNS}
    return Addition(columns, texts, summary, totals)


def packed(addition: Addition) -> Addition:
    """Return an addition that waits longer, among many: its texts take a fifth of the room."""
    return addition._replace(texts=zlib.compress(_BETWEEN.join(map(str, addition.texts)).encode(), 1))


def _text(addition: Addition, placed: Placed) -> str:
    texts = addition.texts
    if isinstance(texts, bytes):
        texts = tuple(zlib.decompress(texts).decode().split(_BETWEEN))
    first, second, third, fourth = texts
    number, recorded, stamp = placed
    return f'{{{first},"number":{number},{second},"recorded":"{recorded}",{third},"stamp":{stamp},{fourth}}}'


def chained(
    additions: Iterable[Addition], last: Last, now: datetime
) -> Iterator[tuple[Placed, list[Any], summaries.Row]]:
    """Yield the place of each addition after the last entry, with its row as an entry and as a summary.

    ``now`` is the clock's moment (UTC).
    """
    number, previous, stamp = last
    recorded, moment = now.isoformat(timespec="milliseconds"), int(now.timestamp())
    for addition in additions:
        number, stamp = number + 1, summaries.next_stamp(now, stamp)
        placed = Placed(number, recorded, stamp)
        text = _text(addition, placed)
        hash_ = linked(previous, digest(text))
        columns = {**addition.columns, "number": number, "recorded": recorded}
        summary = list(addition.summary)
        summary[_NUMBER], summary[_STAMP], summary[_MOMENT] = number, stamp, moment
        yield placed, [*columns.values(), previous, text, hash_], tuple(summary)
        previous = hash_


def add(db: sqlite3.Connection, additions: Iterable[Addition], last: Last, now: datetime) -> list[Placed]:
    """Put additions after the last entry, inside a transaction; return where each came to stand.

    The totals of each person and year are those of the last addition. ``now`` is the clock's moment (UTC).
    """
    waiting = list(additions)
    rows = list(chained(waiting, last, now))
    db.executemany(_ADD, [entry for _, entry, _ in rows])
    summaries.add(db, [summary for _, _, summary in rows])
    totals = {(each.columns["patient"], each.columns["year"]): each.totals for each in waiting}
    keep_totals(db, totals)
    return [placed for placed, _, _ in rows]


def keep_totals(db: sqlite3.Connection, totals: Mapping[tuple[str, int], str]) -> None:
    """Keep the totals (canonical text) of patients (any key) and years, inside a transaction."""
    db.executemany(_TOTALS, [(year, text, patient) for (patient, year), text in totals.items()])
