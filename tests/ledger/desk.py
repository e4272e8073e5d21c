"""What a test posts, and the shortest way to post it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from core.counter import Counter, posting, reversing
from core.ledger.entries import Identifier, PatientGiven, Posted

WANG = PatientGiven((Identifier("01", "220102195001010011"),), "王秀英")
LI = PatientGiven((Identifier("01", "220102196002020022"),), "李明")


def stay(**cells: Any) -> dict[str, Any]:
    """An inpatient stay of 2026; ``None`` leaves a cell out."""
    made = {
        "region": "jilin/example",
        "benefit": "inpatient",
        "hospital_level": "level_2",
        "admitted": "2026-03-01",
        "discharged": "2026-03-10",
        "eligible": "20000.00",
        **cells,
    }
    return {name: value for name, value in made.items() if value is not None}


def chronic(**cells: Any) -> dict[str, Any]:
    """A visit for a chronic disease in 2026."""
    return stay(
        **{
            "benefit": "chronic_outpatient",
            "admitted": None,
            "disease": 1,
            "eligible": "500.00",
            **cells,
        }
    )


class Desk:
    """A counter, and the shortest way to post there."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.ledger = counter.ledger
        self._keys = count(1)

    def post(self, request: dict[str, Any], patient: PatientGiven = WANG, **more: Any) -> Any:
        """In a guarded ledger with a reason, which a supervisor gives where a stay overlaps another one."""
        reason = "分次办理" if self.counter.operators.guarded() else ""
        cells = {"key": f"key-{next(self._keys)}", "operator": "赵", "reason": reason, **more}
        return posting.post(self.counter, patient=patient, request=request, **cells)

    def posted(self, request: dict[str, Any], patient: PatientGiven = WANG, **more: Any) -> int:
        made = self.post(request, patient, **more)
        assert isinstance(made, Posted), made
        return made.entry.number

    def open_year(self, day: Any, totals: dict[str, Any], patient: PatientGiven = WANG, **more: Any) -> Any:
        cells = {"key": f"key-{next(self._keys)}", "operator": "赵", "year": day.year, **more}
        return posting.open_year(self.counter, patient=patient, as_of=day, totals=totals, **cells)

    def reverse(self, number: int) -> Any:
        return reversing.reverse(self.counter, number, reason="录错了", operator="赵")

    def totals(self, patient: PatientGiven = WANG, year: int = 2026) -> Any:
        return self.counter.totals(self.counter.find(patient.identifiers[0].id), year)

    def sound(self) -> bool:
        return self.ledger.verify().fault is None


@contextmanager
def triggers_aside(raw: sqlite3.Connection, table: str) -> Iterator[None]:
    """Takes the triggers of a table away, as somebody would who knows how, and puts them back."""
    there = raw.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", [table]
    ).fetchall()
    for name, _ in there:
        raw.execute(f"DROP TRIGGER {name}")
    yield
    for _, made_by in there:
        raw.execute(made_by)
