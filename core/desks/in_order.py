"""Persons whose entries came in the order in which they count, each posted knowing all before it.

Their totals are what the last of these says, and nothing of theirs was settled without knowing another: who
is no such person is folded and looked at from the first entry on.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from core.claim import NOTHING_YET, YearToDate
from core.ledger.entries import EntryKind, Place
from core.ledger.record import OWN, canonical, read_totals
from core.ledger.totals import same_sums

MOST: Final = 1_000
"""Of more entries at once none is remembered: each person is folded once then, whatever came."""

_BEFORE: Final = """SELECT ledgers.id, max(marks.number)
    FROM summaries AS marks INDEXED BY summaries_by_patient
    CROSS JOIN ledgers ON ledgers.row = marks.number >> 40 WHERE marks.patient = ?
    GROUP BY marks.number >> 40"""
_TOTALS: Final = "SELECT totals FROM totals WHERE patient = ? AND year = ?"


class _Came(NamedTuple):
    """An entry that came in: its place, and what its record says."""

    place: Place
    kind: str
    year: int
    known: Mapping[str, int]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


class InOrder:
    """The entries of one taking in, inside its transaction, by the person's key."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._before: dict[str, dict[str, int]] = {}
        self._came: dict[str, list[_Came]] = {}
        self._count = 0

    def saw(self, ledger: str, number: int, stamp: int, record: Mapping[str, Any]) -> None:
        """Remember an entry by its ledger (id) and number there, before its summary is on file."""
        self._count += 1
        if self._count > MOST:
            return
        patient = record["patient"]
        if patient not in self._came:
            rows = self._db.execute(_BEFORE, [patient]).fetchall()
            self._before[patient] = {str(id_): number % OWN for id_, number in rows}
            self._came[patient] = []
        told = (record["kind"], record["year"], record.get("known") or {}, record["before"], record["after"])
        self._came[patient].append(_Came(Place(stamp, ledger, number), *told))

    def totals(self, alone: set[str]) -> dict[tuple[str, int], str]:
        """Return the totals (canonical) of such persons by key and year.

        ``alone`` are the keys that no other one is joined with.
        """
        if self._count > MOST:
            return {}
        return {
            (patient, year): after
            for patient in sorted(alone & self._came.keys())
            for year, after in self._last(patient)
        }

    def _last(self, patient: str) -> Iterator[tuple[int, str]]:
        came, numbers = sorted(self._came[patient]), self._before[patient]
        totals: dict[int, YearToDate] = {}
        for each in came:
            ledger = each.place.ledger
            knew = all(each.known.get(id_, 0) >= last for id_, last in numbers.items() if id_ != ledger)
            if each.kind == EntryKind.REVERSED or not knew:
                return
            if each.before is not None:
                stands = totals[each.year] if each.year in totals else self._stands(patient, each.year)
                if not same_sums(read_totals(each.before), stands):
                    return
            totals[each.year] = read_totals(each.after)
            numbers[ledger] = each.place.number
        yield from {each.year: canonical(each.after) for each in came}.items()

    def _stands(self, patient: str, year: int) -> YearToDate:
        row = self._db.execute(_TOTALS, [patient, year]).fetchone()
        return NOTHING_YET if row is None else read_totals(json.loads(row[0]))
