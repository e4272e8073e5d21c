"""Finding entries and people in a ledger of any size: by indices, a page at a time, never all of it.

What an entry is found by stands in the table of summaries: a record holds ten kilobytes, a summary a hundred
bytes. It follows from the records alone, and `core.ledger.verify` holds it to them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.ledger.entries import EntryKind
from core.ledger.schema import SUMMARY

if TYPE_CHECKING:  # read only when a ledger is opened: an encrypted one decides by which library
    from sqlite_utils import Database

    from core.ledger.ledger import Ledger


class Wanted(NamedTuple):
    """What is looked for; an empty cell or None asks nothing.

    ``start`` and ``end`` (UTC, the end left out) are of the moment of recording; ``patient`` is a key of the
    ledger; ``amount`` (fen) is the total or what the patient pays. ``standing``: True leaves out what was
    reversed and the reversals, False shows nothing else.
    """

    number: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    patient: str = ""
    operator: str = ""
    benefit: str = ""
    amount: int | None = None
    standing: bool | None = None


class Found(NamedTuple):
    """An entry in short. A reversal has the benefit and the amounts (fen) of what it reverses.

    ``name`` is empty where the person has been forgotten; ``benefit`` of an opening is empty, its amounts
    are None. ``recorded`` is UTC, to the second.
    """

    number: int
    kind: EntryKind
    patient: str
    name: str
    day: str
    recorded: datetime
    operator: str
    benefit: str
    total: int | None
    fund: int | None
    pays: int | None
    reverses: int | None
    reversed_by: int | None


class Sum(NamedTuple):
    """What a span of time came to for one benefit: entries posted and reversed, and amounts (fen)."""

    benefit: str
    posted: int
    reversed: int
    total: int
    fund: int
    pays: int


class Person(NamedTuple):
    """Somebody on file, to be found by name: ``row`` grows with every new person, ``last`` is the number of
    the latest entry, 0 where there is none.
    """

    row: int
    patient: str
    name: str
    identifiers: tuple[str, ...]
    last: int


_COLUMNS: Final = """found.number, found.kind, found.patient, coalesce(patients.name, ''), found.day,
    found.moment, found.operator, found.benefit, found.total, found.fund, found.pays,
    found.reverses, found.reversed_by"""
_ADD: Final = f"INSERT INTO summaries {SUMMARY} WHERE made.number = ?"
_REVERSED: Final = "(found.kind = 'reversed' OR found.reversed_by IS NOT NULL)"


def sum_up(db: "Database", number: int, reverses: int | None) -> None:
    """Notes an entry that was just added, inside its transaction."""
    db.execute(_ADD, [number])
    if reverses is not None:
        db.execute("UPDATE summaries SET reversed_by = ? WHERE number = ?", [number, reverses])


def look(ledger: "Ledger", wanted: Wanted, after: Found | None, most: int) -> list[Found]:
    """The latest entries that are wanted, or those that come after one of them in that order."""
    source, where, values = _query(wanted)
    if after is not None:
        where += " AND (found.moment, found.number) < (:after_moment, :after_number)"
        values |= {"after_moment": _seconds(after.recorded), "after_number": after.number}
    sql = f"""SELECT {_COLUMNS} FROM {source} LEFT JOIN patients ON patients.key = found.patient
        WHERE {where} ORDER BY found.moment DESC, found.number DESC LIMIT :most"""  # noqa: S608  ours
    with ledger.snapshot():
        rows = ledger.db.execute(sql, {**values, "most": most}).fetchall()
    return [_found(row) for row in rows]


def how_many(ledger: "Ledger", wanted: Wanted, most: int) -> int:
    """How many entries are wanted; it stops counting at ``most``."""
    source, where, values = _query(wanted)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {where} LIMIT :most)"  # noqa: S608  ours
    with ledger.snapshot():
        found: int = ledger.db.execute(sql, {**values, "most": most}).fetchone()[0]
    return found


def _query(wanted: Wanted) -> tuple[str, str, dict[str, Any]]:
    """The index that leads to what is wanted, the condition, and its values.

    The index is named, not left to chance: every one ends in the moment, so that a page is read in order.
    """
    where, values = ["TRUE"], dict[str, Any]()
    for name in ("number", "patient", "operator", "benefit"):
        value = getattr(wanted, name)
        if value not in ("", None):
            where.append(f"found.{name} = :{name}")
            values[name] = value
    if wanted.start is not None:
        where.append("found.moment >= :start")
        values["start"] = _seconds(wanted.start)
    if wanted.end is not None:
        where.append("found.moment < :end")
        values["end"] = _seconds(wanted.end)
    if wanted.amount is not None:
        where.append("(found.total = :amount OR found.pays = :amount)")
        values["amount"] = wanted.amount
    if wanted.standing is not None:
        where.append(f"NOT {_REVERSED}" if wanted.standing else _REVERSED)
    if wanted.number is not None:
        return "summaries AS found", " AND ".join(where), values
    if wanted.patient:
        index = "summaries_by_patient"
    elif wanted.amount is not None:
        return "summaries AS found", " AND ".join(where), values
    elif wanted.standing is False:
        index = "summaries_of_reversals"
    elif wanted.operator and wanted.benefit:
        index = "summaries_by_both"
    elif wanted.operator:
        index = "summaries_by_operator"
    else:
        index = "summaries_by_benefit" if wanted.benefit else "summaries_by_moment"
    return f"summaries AS found INDEXED BY {index}", " AND ".join(where), values


def sums(ledger: "Ledger", start: datetime, end: datetime) -> list[Sum]:
    """What was recorded from one moment (UTC) to before another, by benefit; a reversal takes back."""
    with ledger.snapshot():
        rows = ledger.db.execute(
            """SELECT benefit, sum(kind = 'posted'), sum(kind = 'reversed'),
                sum(sign * coalesce(total, 0)), sum(sign * coalesce(fund, 0)), sum(sign * coalesce(pays, 0))
            FROM (
                SELECT *, CASE kind WHEN 'posted' THEN 1 ELSE -1 END AS sign FROM summaries
                WHERE moment >= :start AND moment < :end AND benefit <> ''
            ) GROUP BY benefit ORDER BY benefit""",
            {"start": _seconds(start), "end": _seconds(end)},
        ).fetchall()
    return [Sum(*row) for row in rows]


def nearest(ledger: "Ledger", moment: datetime, *, before: bool) -> datetime | None:
    """The moment (UTC) of the last entry before a moment, or of the first one from it on; None without."""
    with ledger.snapshot():
        row = ledger.db.execute(
            "SELECT max(moment) FROM summaries WHERE moment < ?"
            if before
            else "SELECT min(moment) FROM summaries WHERE moment >= ?",
            [_seconds(moment)],
        ).fetchone()
    return None if row[0] is None else datetime.fromtimestamp(row[0], UTC)


def people(ledger: "Ledger", after: int, most: int) -> list[Person]:
    """The persons on file whose row comes after a row, in order; those who were forgotten are left out."""
    with ledger.snapshot():
        rows = ledger.db.execute(
            """SELECT patients.rowid, key, name,
                (SELECT group_concat(id, char(31)) FROM identifiers WHERE patient = key),
                (SELECT max(number) FROM summaries WHERE patient = key)
            FROM patients WHERE patients.rowid > ? ORDER BY patients.rowid LIMIT ?""",
            [after, most],
        ).fetchall()
    return [
        Person(row, key, name, tuple((ids or "").split("\x1f")), last or 0)
        for row, key, name, ids, last in rows
    ]


def latest_of_each(ledger: "Ledger", after: int) -> list[tuple[str, int]]:
    """The patients who have an entry with a number above one, each with the number of the latest."""
    with ledger.snapshot():
        return list(
            ledger.db.execute(
                # by the number: an index by patient would be read whole to group by it
                "SELECT patient, max(number) FROM summaries NOT INDEXED WHERE number > ? GROUP BY patient",
                [after],
            ).fetchall()
        )


def recent(ledger: "Ledger", most: int) -> list[str]:
    """The keys of the patients of the latest entries, the latest first; each once."""
    with ledger.snapshot():
        rows: Sequence[tuple[str]] = ledger.db.execute(
            """SELECT patient FROM (SELECT patient, number FROM summaries ORDER BY number DESC LIMIT ?)
            GROUP BY patient ORDER BY max(number) DESC LIMIT ?""",
            [most * 10, most],
        ).fetchall()
    return [key for (key,) in rows]


def _found(row: tuple[Any, ...]) -> Found:
    number, kind, patient, name, day, moment, *rest = row
    return Found(number, EntryKind(kind), patient, name, day, datetime.fromtimestamp(moment, UTC), *rest)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
