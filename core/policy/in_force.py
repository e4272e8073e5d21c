"""The documents on file, and the one that is in force on a day."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Generic, NamedTuple, TypeVar

from core.messages import message
from core.policy.documents import CriticalIllness, Document
from core.settlement import Note, Source
from core.vocabulary import Benefit, Population

Section = TypeVar("Section")

WHOLE_RULE: Final = (
    "deductible",
    "bands",
    "cap",
    "tilted",
    "tilt_deductible_percent",
    "tilt_points",
    "counts_category_b",
)
"""The keys that a region must state of a year for which no document is on file."""


class InForce(NamedTuple, Generic[Section]):
    """A section with the document that it stands in."""

    document: Document
    section: Section

    def source(self, clause: str) -> Source:
        """Return a clause of the document as it is cited."""
        return Source(self.document.number, clause)


class Documents:
    """The documents on file."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.all = tuple(sorted(documents, key=lambda document: (document.effective, document.id)))
        self._known: dict[tuple[str, date], InForce[Any] | None] = {}
        self._since: dict[date, date] = {}
        self._open: dict[tuple[date, Benefit, Population], tuple[tuple[str, Note], ...]] = {}
        self._changes = sorted({day for document in self.all for day in document.change_days()})

    def since(self, day: date) -> date:
        """Return the first day of its year since which the same rules and open points hold.

        What is chosen for that day holds for this one: a county's visits share few of them.
        """
        if day not in self._since:
            latest = bisect_right(self._changes, day)
            first = day.replace(month=1, day=1)
            self._since[day] = max(first, self._changes[latest - 1]) if latest else first
        return self._since[day]

    def in_force(self, section: str, day: date) -> InForce[Any] | None:
        """Return the section as the latest document in force on that day has it, None where none has it."""
        key = (section, day)
        if key not in self._known:  # asked for many times a settlement, of few days
            self._known[key] = self._latest(section, day)
        return self._known[key]

    def _latest(self, section: str, day: date) -> InForce[Any] | None:
        for document in reversed(self.all):
            if document.in_force(section, day):
                return InForce(document, getattr(document, section))
        return None

    def in_force_for_any(self, day: date) -> tuple[Document, ...]:
        """Return the documents that settle something on a day, the earliest first."""
        rules = (self.in_force(section, day) for document in self.all for section in document.sections)
        holding = {rule.document.id for rule in rules if rule is not None}
        return tuple(document for document in self.all if document.id in holding)

    def open_points(
        self, day: date, benefit: Benefit, population: Population
    ) -> tuple[tuple[str, Note], ...]:
        """Return what documents name for such a visit and leave to papers not on file, each by its name."""
        key = (day, benefit, population)
        if key not in self._open:
            self._open[key] = tuple(
                (point.note, Note(message(f"note.open.{point.note}"), Source(document.number, point.clause)))
                for document in self.all
                for point in document.open_points
                if point.bears_on(day, benefit, population)
            )
        return self._open[key]

    def first(self, section: str) -> InForce[Any]:
        """Return the section as the earliest document has it. Raises LookupError where none has it."""
        for document in self.all:
            if getattr(document, section) is not None:
                return InForce(document, getattr(document, section))
        raise LookupError(section)

    def critical_rules(self, year: int) -> list[InForce[CriticalIllness] | None]:
        """Return the critical-illness rules in force at the start and at the end of a year (None: none)."""
        return [self.in_force("critical_illness", date(year, *day)) for day in ((1, 1), (12, 31))]

    def open_critical_keys(self, year: int) -> frozenset[str]:
        """Return the keys of a region's table that the rules of a year leave open.

        All keys are open where no rule is in force at the start or at the end of the year.
        """
        whole = frozenset({*WHOLE_RULE, "uncapped", "band_origin", "cap_on"})
        rules = self.critical_rules(year)
        return frozenset().union(*(rule.section.region_keys() if rule else whole for rule in rules))
