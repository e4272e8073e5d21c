"""What was booked in a span of time: entries with all of their amounts, as reports sum them up."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.ledger.desk_scope import EVERY_DESK, DeskScope
from core.ledger.entries import EntryKind
from core.ledger.record import read_totals
from core.ledger.summaries import AMOUNTS
from core.settlement import Amounts

if TYPE_CHECKING:
    from core.claim import YearToDate


class Booked(NamedTuple):
    """An entry with its visit and amounts (fen); a reversal has those of what it reverses.

    ``name`` and ``id`` are empty where the person was forgotten. ``admitted`` and ``day`` (of discharge) are
    dates as text. An opening has no visit: ``benefit``, ``level`` and ``category`` are empty, ``amounts``
    None. ``patient`` is the key that leads the person's. ``recorded`` is UTC. ``reversed_by`` is the number
    of the entry that takes this one back, else None. ``stay`` and ``receipt`` are their numbers, empty where
    nobody has stated them.
    """

    number: int
    kind: EntryKind
    patient: str
    name: str
    id: str
    admitted: str
    day: str
    recorded: datetime
    operator: str
    region: str
    benefit: str
    level: str
    category: str
    reverses: int | None
    reversed_by: int | None
    stay: str
    receipt: str
    amounts: Amounts | None


class YearStood(NamedTuple):
    """A person's year as it stood at a moment: the totals, and the visit that they were reached by.

    ``cap`` (fen) is the person's own critical-illness limit in that visit, None where it says none.
    """

    patient: str
    name: str
    id: str
    totals: "YearToDate"
    day: str
    region: str
    benefit: str
    level: str
    category: str
    cap: int | None


Fold = Callable[[str, int, int], "YearToDate"]
"""Takes a patient (key), a year and a stamp; returns the totals that the entries below it come to."""

_PERSON: Final = """coalesce(known.person, made.patient), coalesce(leading.name, ''),
        coalesce((SELECT id FROM identifiers WHERE patient = made.patient ORDER BY rowid LIMIT 1), '')"""
_JOINS: Final = """LEFT JOIN patients AS known ON known.key = made.patient
    LEFT JOIN patients AS leading ON leading.key = known.person"""
_AMOUNTS: Final = ", ".join(f"made.{name}" for name in AMOUNTS)
_BOOKED: Final = f"""SELECT made.number, made.kind, {_PERSON}, made.admitted, made.day, made.moment,
        made.operator, made.region, made.benefit, made.level, made.category, made.reverses, made.reversed_by,
        coalesce(facts.mdtrt_id, ''), coalesce(facts.receipt, ''), {_AMOUNTS}
    FROM summaries AS made INDEXED BY summaries_by_moment {_JOINS}
    LEFT JOIN facts ON facts.entry = coalesce(made.reverses, made.number)
    WHERE made.moment >= :start AND made.moment < :end AND (:operator = '' OR made.operator = :operator)
        AND made.number >= :first_number AND made.number < :below
    ORDER BY made.moment, made.number"""  # noqa: S608  field names of ours, not anybody's input
_STOOD: Final = f"""SELECT {_PERSON}, json_extract(latest.record, '$.after'), made.day, made.region,
        made.benefit, made.level, made.category, json_extract(settled.record, '$.settlement.critical.cap'),
        (SELECT count(*) FROM patients AS own WHERE own.person = known.person) > 1
            OR of_each.ledgers > 1, of_each.stamp
    FROM (
        SELECT number AS last, max(stamp) AS stamp, count(DISTINCT number >> 40) AS ledgers,
            coalesce(known.person, patient) AS person
        FROM summaries LEFT JOIN patients AS known ON known.key = patient
        WHERE year = :year AND moment < :end GROUP BY 4
        HAVING sum(number >= :first_number AND number < :below)
    ) AS of_each
    LEFT JOIN (
        SELECT number AS visit, max(stamp), coalesce(known.person, patient) AS person
        FROM summaries LEFT JOIN patients AS known ON known.key = patient
        WHERE year = :year AND moment < :end AND kind = 'posted' GROUP BY 3
    ) AS visits ON visits.person = of_each.person
    JOIN entries AS latest ON latest.number = of_each.last
    JOIN summaries AS made ON made.number = coalesce(visits.visit, of_each.last)
    JOIN entries AS settled ON settled.number = made.number {_JOINS}
    ORDER BY made.number"""  # noqa: S608  field names of ours, not anybody's input


_TOLD_EVERY: Final = 500

Heard = Callable[[int], None]
"""Hears how many entries have been read; what it raises ends the reading."""


def unheard(_read: int) -> None:
    """Hear nothing."""


def booked(
    db: sqlite3.Connection,
    start: datetime,
    end: datetime,
    operator: str = "",
    heard: Heard = unheard,
    desk: DeskScope = EVERY_DESK,
) -> list[Booked]:
    """List what was recorded from one moment (UTC) to before another, in order; by one operator or by all.

    ``desk`` is where it was recorded. Raises one of `record.UNREADABLE` where a row is none of the ledger's.
    """
    values: dict[str, str | int] = {
        "start": int(start.timestamp()),
        "end": int(end.timestamp()),
        "operator": operator,
    }
    values |= desk.span
    entries: list[Booked] = []
    for row in db.execute(_BOOKED, values):
        if not len(entries) % _TOLD_EVERY:
            heard(len(entries))
        entries.append(_booked(row))
    return entries


def _booked(row: tuple[Any, ...]) -> Booked:
    number, kind, patient, name, id_, admitted, day, moment, *rest = row
    visit, amounts = rest[: -len(AMOUNTS)], rest[-len(AMOUNTS) :]
    recorded = datetime.fromtimestamp(moment, UTC)
    sums = None if amounts[0] is None else Amounts(*amounts)
    return Booked._make([number, EntryKind(kind), patient, name, id_, admitted, day, recorded, *visit, sums])


def years_stood(
    db: sqlite3.Connection, year: int, end: datetime, fold: Fold, desk: DeskScope = EVERY_DESK
) -> list[YearStood]:
    """List every person's totals of a year as they stood before a moment (UTC).

    Of a ``desk`` they are the persons of whom it recorded something; a year is always whole.
    ``fold`` adds up the year of somebody whose entries were joined later than the last of them.
    Raises one of `record.UNREADABLE` where a row is none of the ledger's.
    """
    stood = []
    for row in db.execute(_STOOD, {"year": year, "end": int(end.timestamp()), **desk.span}).fetchall():
        *cells, several, stamp = row
        totals = fold(cells[0], year, stamp + 1) if several else read_totals(json.loads(cells[3]))
        stood.append(YearStood._make([*cells[:3], totals, *cells[4:]]))
    return stood
