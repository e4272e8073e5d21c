"""The documents on file, and the one that is in force on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Generic, NamedTuple, TypeVar

from core.policy.documents import CriticalIllness, Document
from core.settlement import Source

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
"""What a region must state of a year for which no document is on file."""


class InForce(NamedTuple, Generic[Section]):
    """A section with the document that it stands in."""

    document: Document
    section: Section

    def source(self, clause: str) -> Source:
        """A clause of the document, as it is cited."""
        return Source(self.document.number, clause)


class Documents:
    """The documents on file."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.all = tuple(sorted(documents, key=lambda document: (document.effective, document.id)))

    def in_force(self, section: str, day: date) -> InForce[Any] | None:
        """The latest document that settles the section on that day, None where there is none on file."""
        for document in reversed(self.all):
            if document.in_force(section, day):
                return InForce(document, getattr(document, section))
        return None

    def in_force_for_any(self, day: date) -> tuple[Document, ...]:
        """The documents that settle something on a day, the earliest first."""
        found = (self.in_force(section, day) for each in self.all for section in each.sections)
        holding = {each.document.id for each in found if each is not None}
        return tuple(each for each in self.all if each.id in holding)

    def first(self, section: str) -> InForce[Any]:
        """The earliest document that settles a section. Raises LookupError where none is on file."""
        for document in self.all:
            if getattr(document, section) is not None:
                return InForce(document, getattr(document, section))
        raise LookupError(section)

    def critical_rules(self, year: int) -> list[InForce[CriticalIllness] | None]:
        """The critical-illness rules in force at the start and at the end of a year."""
        return [self.in_force("critical_illness", date(year, *day)) for day in ((1, 1), (12, 31))]

    def open_critical_keys(self, year: int) -> frozenset[str]:
        """The keys of a region's table that the rules of a year leave open; all where a part has no rule."""
        whole = frozenset({*WHOLE_RULE, "uncapped", "band_origin"})
        rules = self.critical_rules(year)
        return frozenset().union(*(rule.section.region_keys() if rule else whole for rule in rules))
