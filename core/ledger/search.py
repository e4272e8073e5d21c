"""Finding entries and people in a ledger of any size: by indices, a page at a time, never all of it.

It reads the table of summaries, which `core.ledger.summaries` writes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from core.ledger import joins
from core.ledger.connection import Connection
from core.ledger.desk_scope import DeskScope
from core.ledger.entries import EntryKind
from core.ledger.facts import NUMBERS
from core.ledger.free_text import narrow_number
from core.ledger.record import OWN

_NUMBERS: Final = [{"name": name} for name in NUMBERS]
_OF_A_FACT: Final = """
    SELECT entry FROM facts WHERE {name} = :fact OR {name} IN (
        WITH RECURSIVE begun (text) AS (
            SELECT ''
            UNION
            SELECT text || substr(typed.letters, length(text) + 1, 1)
            FROM begun, (SELECT :large AS letters UNION ALL SELECT :small) AS typed
            WHERE length(text) < length(:large) AND EXISTS (
                SELECT 1 FROM facts
                WHERE {name} >= text || substr(typed.letters, length(text) + 1, 1)
                AND {name} < text || substr(typed.letters, length(text) + 1, 1) || char(1114111)
            )
        )
        SELECT text FROM begun WHERE length(text) = length(:large)
    )
"""
"""The entries with a number however its letters were typed; by the index, only beginnings on file go on."""


class Wanted(NamedTuple):
    """Conditions that an entry has to meet; an empty cell or None asks nothing.

    ``start`` and ``end`` (UTC, the end left out) bound the moment of recording. ``patient`` is any key of a
    person, ``others`` are keys of further persons who may be meant. ``amount`` (fen) is the total or what the
    patient pays. ``standing``: True leaves out what was reversed and the reversals, False shows nothing else.
    ``fact`` is a number of the stay, the settlement or the receipt. ``desk``: of one desk's entries alone;
    ``number`` is then that desk's, or any desk's where all are asked. None asks this desk for a number, and
    every desk for all else.
    """

    number: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    patient: str = ""
    operator: str = ""
    benefit: str = ""
    amount: int | None = None
    standing: bool | None = None
    fact: str = ""
    desk: DeskScope | None = None
    others: tuple[str, ...] = ()


class Found(NamedTuple):
    """An entry in short. A reversal has the benefit and the amounts (fen) of what it reverses.

    ``name`` is empty where the person has been forgotten. An opening has an empty ``benefit``, ``level`` and
    ``category`` and no amounts (None). ``recorded`` is UTC, to the second. ``admitted`` and ``day`` (of
    discharge) bound the stay. ``replaces`` is the number of the entry that this one settles again.
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
    replaces: int | None = None
    admitted: str = ""
    level: str = ""
    category: str = ""


class FoundSums(NamedTuple):
    """How many entries were found, how many of them post and reverse, and their amounts (fen).

    A reversal takes back what it reverses; an opening has no amounts.
    """

    entries: int
    posted: int
    reversed: int
    total: int
    fund: int
    pays: int


class Sum(NamedTuple):
    """The sums of a span of time for one benefit: entries posted and reversed, and amounts (fen)."""

    benefit: str
    posted: int
    reversed: int
    total: int
    fund: int
    pays: int


class Person(NamedTuple):
    """Somebody on file, to be found by name.

    ``row`` grows with every new person. ``last`` is the number of the latest entry, 0 where there is none.
    """

    row: int
    patient: str
    name: str
    identifiers: tuple[str, ...]
    last: int


_COLUMNS: Final = """found.number, found.kind, found.patient, coalesce(patients.name, ''), found.day,
    found.moment, found.operator, found.benefit, found.medfee_sumamt, found.fund_pay_sumamt,
    found.psn_part_amt, found.reverses, found.reversed_by, found.replaces, found.admitted, found.level,
    found.category"""
_REVERSED: Final = "(found.kind = 'reversed' OR found.reversed_by IS NOT NULL)"


class Search:
    """Entries and people of an open ledger, found a page at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def entries(self, wanted: Wanted, after: Found | None = None, most: int = 100) -> list[Found]:
        """List the latest entries that are wanted, or those that come after one of them in that order."""
        source, where, values = _query(wanted, self._keys(wanted))
        if after is not None:
            where += " AND (found.moment, found.number) < (:after_moment, :after_number)"
            values |= {"after_moment": _seconds(after.recorded), "after_number": after.number}
        sql = f"""SELECT {_COLUMNS} FROM {source} LEFT JOIN patients AS known ON known.key = found.patient
            LEFT JOIN patients ON patients.key = known.person
            WHERE {where} ORDER BY found.moment DESC, found.number DESC LIMIT :most"""  # noqa: S608  ours
        with self._connection.snapshot():
            rows = self._db.execute(sql, {**values, "most": most}).fetchall()
        return [_found(row) for row in rows]

    def _keys(self, wanted: Wanted) -> list[str]:
        if not wanted.patient:
            return []
        with self._connection.snapshot():
            found = [joins.keys_of(self._db, each) for each in (wanted.patient, *wanted.others)]
        return sorted({key for keys in found for key in keys})

    def found_sums(self, wanted: Wanted, most: int) -> FoundSums:
        """Count and sum up the entries that are wanted, in any order, up to ``most`` of them."""
        source, where, values = _query(wanted, self._keys(wanted))
        sql = f"""SELECT count(*), coalesce(sum(kind = 'posted'), 0), coalesce(sum(kind = 'reversed'), 0),
                coalesce(sum(sign * coalesce(medfee_sumamt, 0)), 0),
                coalesce(sum(sign * coalesce(fund_pay_sumamt, 0)), 0),
                coalesce(sum(sign * coalesce(psn_part_amt, 0)), 0)
            FROM (
                SELECT *, CASE kind WHEN 'posted' THEN 1 ELSE -1 END AS sign FROM {source}
                WHERE {where} LIMIT :most
            )"""  # noqa: S608  ours
        with self._connection.snapshot():
            return FoundSums(*self._db.execute(sql, {**values, "most": most}).fetchone())

    def sums(self, start: datetime, end: datetime) -> list[Sum]:
        """Sum up what was recorded from one moment (UTC) to before another, by benefit.

        A reversal takes back what it reverses.
        """
        with self._connection.snapshot():
            rows = self._db.execute(
                """SELECT benefit, sum(kind = 'posted'), sum(kind = 'reversed'),
                    sum(sign * coalesce(medfee_sumamt, 0)), sum(sign * coalesce(fund_pay_sumamt, 0)),
                    sum(sign * coalesce(psn_part_amt, 0))
                FROM (
                    SELECT *, CASE kind WHEN 'posted' THEN 1 ELSE -1 END AS sign FROM summaries
                    WHERE moment >= :start AND moment < :end AND benefit <> ''
                ) GROUP BY benefit ORDER BY benefit""",
                {"start": _seconds(start), "end": _seconds(end)},
            ).fetchall()
        return [Sum(*row) for row in rows]

    def nearest(self, moment: datetime, *, before: bool) -> datetime | None:
        """Return the moment (UTC) of the last entry before a moment, or of the first one from it on.

        None where there is no such entry.
        """
        with self._connection.snapshot():
            row = self._db.execute(
                "SELECT max(moment) FROM summaries WHERE moment < ?"
                if before
                else "SELECT min(moment) FROM summaries WHERE moment >= ?",
                [_seconds(moment)],
            ).fetchone()
        return None if row[0] is None else datetime.fromtimestamp(row[0], UTC)

    def people(self, after: int, most: int) -> list[Person]:
        """List the persons on file whose row comes after a row, in order.

        Somebody who was forgotten has an empty name.
        """
        with self._connection.snapshot():
            rows = self._db.execute(
                f"""SELECT patients.rowid, key, name,
                    (SELECT group_concat(id, char(31)) FROM identifiers WHERE patient = key),
                    (SELECT max(number) FROM summaries WHERE patient = key AND number < {OWN})
                FROM patients WHERE patients.rowid > ? AND key <> '' ORDER BY patients.rowid LIMIT ?""",  # noqa: S608  ours
                [after, most],
            ).fetchall()
        return [
            Person(row, key, name, tuple((ids or "").split("\x1f")), last or 0)
            for row, key, name, ids, last in rows
        ]

    def latest_of_each(self, after: int) -> list[tuple[str, int]]:
        """List the patients who have an entry above a number, each with the number of the latest entry."""
        with self._connection.snapshot():
            return list(
                self._db.execute(
                    # by the number: an index by patient would be read whole to group by it
                    """SELECT patient, max(number) FROM summaries NOT INDEXED
                    WHERE number > ? AND number < ? GROUP BY patient""",
                    [after, OWN],
                ).fetchall()
            )

    def recent(self, most: int) -> list[str]:
        """List the keys of the patients of the latest entries, each once, the latest first."""
        with self._connection.snapshot():
            rows: Sequence[tuple[str]] = self._db.execute(
                """SELECT patient FROM (
                    SELECT patient, number FROM summaries WHERE number < ? ORDER BY number DESC LIMIT ?
                ) GROUP BY patient ORDER BY max(number) DESC LIMIT ?""",
                [OWN, most * 10, most],
            ).fetchall()
        return [key for (key,) in rows]


def _query(wanted: Wanted, keys: Sequence[str] = ()) -> tuple[str, str, dict[str, Any]]:
    """Return the table with its index, the condition, and the condition's values.

    ``keys`` are all those of the persons who are wanted; where there are several, their entries are sorted.

    The index is named, not left to chance: each ends in the moment, so that a page is read in order.
    """
    where, values = ["TRUE"], dict[str, Any]()
    if wanted.number is not None:
        where.append(_numbered(wanted, values))
    elif wanted.desk is not None and wanted.desk.row is not None:
        where.append("found.number >= :first_number AND found.number < :below")
        values |= wanted.desk.span
    for name in ("operator", "benefit"):
        value = getattr(wanted, name)
        if value not in ("", None):
            where.append(f"found.{name} = :{name}")
            values[name] = value
    if len(keys) > 1:
        where.append(f"found.patient IN ({', '.join(f':key{place}' for place in range(len(keys)))})")
        values |= {f"key{place}": key for place, key in enumerate(keys)}
    elif wanted.patient:
        where.append("found.patient = :patient")
        values["patient"] = wanted.patient
    if wanted.fact:
        where.append(f"found.number IN ({' UNION ALL '.join(map(_OF_A_FACT.format_map, _NUMBERS))})")
        values |= _letters_of(wanted.fact)
    if wanted.start is not None:
        where.append("found.moment >= :start")
        values["start"] = _seconds(wanted.start)
    if wanted.end is not None:
        where.append("found.moment < :end")
        values["end"] = _seconds(wanted.end)
    if wanted.amount is not None:
        where.append("(found.medfee_sumamt = :amount OR found.psn_part_amt = :amount)")
        values["amount"] = wanted.amount
    if wanted.standing is not None:
        where.append(f"NOT {_REVERSED}" if wanted.standing else _REVERSED)
    index = _index_for(wanted)
    return f"summaries AS found{index and f' INDEXED BY {index}'}", " AND ".join(where), values


def _letters_of(number: str) -> dict[str, str]:
    """Return a number of a visit as it was typed, and narrow with every letter large, and small."""
    narrow = narrow_number(number)
    large, small = narrow.upper(), narrow.lower()
    if not len(large) == len(small) == len(narrow):  # ß has no large letter
        large = small = narrow
    return {"fact": number, "large": large, "small": small}


def _index_for(wanted: Wanted) -> str:
    """Return the index by which the entries are read in order; empty where SQLite chooses one by itself."""
    if wanted.number is not None or wanted.fact:
        return ""
    if wanted.patient:
        return "summaries_by_patient"
    if wanted.amount is not None:
        return ""
    if wanted.standing is False:
        return "summaries_of_reversals"
    if wanted.operator and wanted.benefit:
        return "summaries_by_both"
    if wanted.operator:
        return "summaries_by_operator"
    return "summaries_by_benefit" if wanted.benefit else "summaries_by_moment"


def _numbered(wanted: Wanted, values: dict[str, Any]) -> str:
    """Return the condition that an entry has the number, at the desk that is asked or at any of all."""
    desk = wanted.desk
    values["number"] = wanted.number
    if desk is None or wanted.number is None or wanted.number >= OWN:
        return "found.number = :number"
    if desk.row is None:
        return f"found.number IN (SELECT row * {OWN} + :number FROM ledgers)"  # noqa: S608  ours
    values["number"] = desk.row * OWN + wanted.number
    return "found.number = :number"


def _found(row: tuple[Any, ...]) -> Found:
    number, kind, patient, name, day, moment, *rest = row
    return Found(number, EntryKind(kind), patient, name, day, datetime.fromtimestamp(moment, UTC), *rest)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
