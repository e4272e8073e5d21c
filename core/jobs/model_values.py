"""What the window asks of a fund's year, and what it is answered: texts, tables ready to show, charts."""

from pathlib import Path
from typing import NamedTuple

from core.jobs.values import DeskLedger


class ModelYear(NamedTuple):
    """Work a year out. The answer is `YearTold`.

    ``source`` is ``people``, ``ledger`` or ``tables``. The texts are as they were typed, empty for none:
    ``population`` a number of people or a file, ``budget`` an amount in yuan or a file, ``sets`` scenarios,
    ``last_year`` last year's funding per head. ``through`` is the last month whose claims are taken (None: as
    many as there are).
    """

    ledger: DeskLedger
    language: str
    year: int
    region: str
    source: str
    population: str = ""
    files: tuple[Path, ...] = ()
    budget: str = ""
    sets: tuple[str, ...] = ()
    solve: str = ""
    carried: str = ""
    last_year: str = ""
    through: int | None = None


class WriteModel(NamedTuple):
    """Write the year that was worked out last into a folder. The answer is `ModelWritten`."""

    out: Path
    language: str


class TableTold(NamedTuple):
    """One table of a year, every text ready to show. ``numbers`` are its columns of numbers."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]


class ChartTold(NamedTuple):
    """A chart: its name, and its picture (SVG)."""

    name: str
    svg: bytes


class YearTold(NamedTuple):
    """A year that was worked out. ``notes`` say where its figures come from."""

    tables: tuple[TableTold, ...]
    charts: tuple[ChartTold, ...]
    notes: tuple[str, ...]


class ModelWritten(NamedTuple):
    """The files that were written, the report first."""

    files: tuple[Path, ...]
