"""The parts of the guided form: its cells, lines and sections, and the shape that they depend on.

A cell's name is its dotted path in the pack, so that a fault of the pack finds its cell. Cells that stand in
no pack (the year that is shown, this desk's settings) start with ``form.`` or ``desk.``.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from core.messages import Message
from core.policy.in_force import Documents
from core.vocabulary import Population

SECTIONS: Final = (
    "source",
    "inpatient",
    "special_outpatient",
    "common_outpatient",
    "chronic_outpatient",
    "critical_illness",
    "medical_assistance",
    "case_payment",
    "carry_over",
    "elsewhere",
    "desk",
)
YEAR: Final = "form.year"
KIND: Final = "form.chronic"
DISEASE: Final = "form.special_disease"
CATEGORY: Final = "form.assistance"
CASE: Final = "form.case"
CHOOSERS: Final[Mapping[str, str]] = {
    YEAR: "critical_illness",
    KIND: "chronic_outpatient",
    DISEASE: "special_outpatient",
    CATEGORY: "medical_assistance",
    CASE: "case_payment",
}
"""Cells that choose the lines below them, by name with the section that each stands in."""
TYPED_CHOOSERS: Final = frozenset({YEAR, DISEASE, CASE})
"""Choosers that a number is typed into; their lines change once the cell is left."""

NONE: Final = "none"
_ORIGIN: Final = "origin:"

ROW_KEYS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "bands": (("up_to", "amount"), ("percent", "percent")),
    "local": (("number", "count"), ("name", "text"), ("amount", "amount")),
    "case_payment": (
        ("code", "text"),
        ("name", "text"),
        ("level", "level"),
        ("price", "amount"),
        ("fund_percent", "percent"),
        ("counts_for_critical", "yesno"),
        ("deductible", "yesno"),
    ),
}
"""The keys of each list of tables, with how the text of each is read."""
SPECIAL_KEYS: Final = (
    ("deductible", "amount"),
    ("percent", "percent"),
    ("annual_limit", "amount"),
    ("cost_limit", "amount"),
)
"""The keys of a special outpatient disease's own table."""

TABLE: Final = re.compile(
    r"(case_payment|chronic_outpatient\.local|critical_illness\.[^.]+\.bands|medical_assistance\.bands\.[^.]+)"
    r"(?:\.([0-9]+)(?:\.(.+))?)?"
)
"""A list of tables by its path, with a row's position and key where the path goes so far."""


class Spec(NamedTuple):
    """One cell: how its text is read, and the values to choose from (empty: nothing stated)."""

    name: str
    kind: str
    options: tuple[str, ...] = ()
    group: str = ""


class PackRow(NamedTuple):
    """A line of the form: its cells, and the path whose origin stands beside it (empty: none)."""

    label: Message
    cells: tuple[Spec, ...]
    origin: str = ""
    hint: Message | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its cells."""
        return tuple([spec.name for spec in self.cells])


class PackGroup(NamedTuple):
    """Lines under a heading."""

    heading: Message
    rows: tuple[PackRow, ...]
    about: Message | None = None


class RowCell(NamedTuple):
    """A place in a list of tables: the list's path, the row's position and the key (empty: the whole row)."""

    table: str
    at: int
    key: str

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys of the list's rows, with their kinds."""
        return row_keys(self.table)


class Shape(NamedTuple):
    """All that the lines of the form depend on: forms of one shape have the same lines.

    ``year`` is the year of critical illness that is shown; ``years`` are those that anything is typed for.
    ``stated`` are the (year, key) of critical illness that are typed or on file. ``rows`` are the lists of
    tables by path with the rows that each needs for what is typed, and one more. ``each_disease``: each
    chronic disease has a deductible. ``disease`` is the special disease whose own table is shown and
    ``diseases`` those that have one. ``category`` and ``categories`` are the same of assistance by bands,
    ``case`` (from 0) and ``cases`` (code and level) of case payment.
    """

    documents: Documents
    year: str
    years: tuple[str, ...] = ()
    stated: frozenset[tuple[str, str]] = frozenset()
    rows: frozenset[tuple[str, int]] = frozenset()
    each_disease: bool = False
    unknown: tuple[str, ...] = ()
    signed_in: bool = False
    disease: str = "1"
    diseases: tuple[str, ...] = ()
    category: str = Population.LOW_INCOME
    categories: tuple[str, ...] = ()
    case: int = 0
    cases: tuple[tuple[str, str], ...] = ()

    def rows_of(self, table: str) -> int:
        """Return how many rows of a list what is typed needs, and one more; 0 where nothing is typed."""
        return next((number for path, number in self.rows if path == table), 0)


def origin_name(path: str) -> str:
    """Return the name of the cell that says where a path's cell was copied from."""
    return _ORIGIN + path


def origin_path(name: str) -> str:
    """Return the path whose origin a cell says; empty for another cell."""
    return name.removeprefix(_ORIGIN) if name.startswith(_ORIGIN) else ""


def row_cell(name: str) -> RowCell | None:
    """Return the place of a cell in a list of tables; None for a cell of no list.

    A path that names the list alone has the position -1.
    """
    place = TABLE.fullmatch(name)
    if place is None:
        return None
    table, at, key = place.groups()
    return RowCell(table, -1 if at is None else int(at), key or "")


def row_keys(table: str) -> tuple[tuple[str, str], ...]:
    """Return the keys of a list's rows by the list's path, with their kinds."""
    return ROW_KEYS["bands" if "bands" in table else table.rpartition(".")[2]]
