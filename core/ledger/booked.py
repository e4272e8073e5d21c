"""What was booked in a span of time: entries with all of their amounts, as reports sum them up."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.ledger.entries import EntryKind
from core.ledger.record import read_totals
from core.settlement import Amounts

if TYPE_CHECKING:  # read only when a ledger is opened: an encrypted one decides by which library
    from sqlite_utils import Database

    from core.claim import YearToDate


class Booked(NamedTuple):
    """An entry with its visit and amounts (fen); a reversal has those of what it reverses.

    ``name`` and ``id`` are empty where the person was forgotten. ``admitted`` and ``day`` (of discharge) are
    dates as text. An opening has no visit: ``benefit``, ``level`` and ``category`` are empty, ``amounts``
    None. ``recorded`` is UTC. ``reversed_by`` is the number of the entry that takes this one back, else None.
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


_WHO: Final = """coalesce(patients.name, ''),
        coalesce((SELECT id FROM identifiers WHERE patient = made.patient ORDER BY rowid LIMIT 1), '')"""
_VISIT: Final = """coalesce(json_extract(settled.record, '$.region.id'), ''),
        coalesce(json_extract(settled.record, '$.request.benefit'), ''),
        coalesce(json_extract(settled.record, '$.request.hospital_level'), ''),
        CASE WHEN settled.kind = 'posted'
            THEN coalesce(json_extract(settled.record, '$.request.population'), 'ordinary') ELSE '' END"""
_AMOUNTS: Final = ", ".join(
    f"json_extract(settled.record, '$.settlement.amounts.{name}')" for name in Amounts._fields
)
_SETTLED: Final = "JOIN entries AS settled ON settled.number = coalesce(made.reverses, made.number)"
_PATIENT: Final = "LEFT JOIN patients ON patients.key = made.patient"
# an opening settles nothing, so its request holds no visit
_BOOKED: Final = f"""SELECT made.number, made.kind, made.patient, {_WHO},
        coalesce(json_extract(settled.record, '$.request.admitted'), ''), made.day, made.recorded,
        made.operator, {_VISIT}, made.reverses,
        (SELECT number FROM entries AS counter WHERE counter.reverses = made.number),
        settled.kind, {_AMOUNTS}
    FROM entries AS made {_SETTLED} {_PATIENT}
    WHERE made.recorded >= :start AND made.recorded < :end
        AND (:operator = '' OR made.operator = :operator)
    ORDER BY made.number"""  # noqa: S608  field names of ours, not anybody's input
_STOOD: Final = f"""SELECT made.patient, {_WHO}, json_extract(latest.record, '$.after'), made.day,
        {_VISIT}, json_extract(settled.record, '$.settlement.critical.cap')
    FROM (
        SELECT max(number) AS last, max(CASE kind WHEN 'posted' THEN number END) AS visit FROM entries
        WHERE year = :year AND recorded < :end GROUP BY patient
    ) AS of_each
    JOIN entries AS latest ON latest.number = of_each.last
    JOIN entries AS made ON made.number = coalesce(of_each.visit, of_each.last) {_SETTLED} {_PATIENT}
    ORDER BY made.number"""  # noqa: S608  field names of ours, not anybody's input


def booked(db: "Database", start: datetime, end: datetime, operator: str = "") -> list[Booked]:
    """List what was recorded from one moment (UTC) to before another, in order; by one operator or by all.

    Raises one of `record.UNREADABLE` where a row is none of the ledger's.
    """
    rows = db.execute(_BOOKED, {"start": _text(start), "end": _text(end), "operator": operator}).fetchall()
    return [_booked(row) for row in rows]


def _booked(row: tuple[Any, ...]) -> Booked:
    number, kind, patient, name, id_, admitted, day, recorded, operator, *rest = row
    region, benefit, level, category, reverses, reversed_by, settled, *amounts = rest
    moment = datetime.fromisoformat(recorded).astimezone(UTC)
    made = (number, EntryKind(kind), patient, name, id_, admitted, day, moment, operator)
    sums = Amounts(*amounts) if settled == EntryKind.POSTED else None
    return Booked(*made, region, benefit, level, category, reverses, reversed_by, sums)


def years_stood(db: "Database", year: int, end: datetime) -> list[YearStood]:
    """List every person's totals of a year as they stood before a moment (UTC).

    Raises one of `record.UNREADABLE` where a row is none of the ledger's.
    """
    rows = db.execute(_STOOD, {"year": year, "end": _text(end)}).fetchall()
    return [YearStood._make([*row[:3], read_totals(json.loads(row[3])), *row[4:]]) for row in rows]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
