"""A fund's year as files: a workbook of all its tables, charts as SVG, and a report as PDF."""

from pathlib import Path
from typing import Any, Final

from core.files import write_whole
from core.model.charts import charts
from core.model.fund_year import foremost
from core.model.modelling import Modelled
from core.model.sections import Section, hospitals, sections
from core.model.taken import Claims
from core.model.telling import HOSPITALS
from core.money import grouped
from core.places import MADE_UP_REGION
from core.reports.on_paper import print_report
from core.tables.results import Written, Yuan
from core.tables.watch import Watch
from core.tables.writing import Draft, NamedSheet
from core.words import Words

WORKBOOK: Final = "fund.xlsx"
REPORT: Final = "fund.pdf"
_ON_PAPER: Final = (
    "figures",
    "months",
    "scenarios",
    "changed",
    "levels",
    "categories",
    "benefits",
    "sizes",
    "hospitals",
    "evaluation",
    "assumptions",
)
_MOST_LINES: Final = 200
"""The most lines that a table has on paper; the workbook holds all of them."""


def write_year(modelled: Modelled, out: Path, words: Words, watch: Watch) -> list[Path]:
    """Write the files of a year into a folder, each whole or not at all; return their places.

    Raises OSError where one cannot be written, and Cancelled.
    """
    out.mkdir(parents=True, exist_ok=True)
    tables = sections(modelled.year, words, modelled.solved, modelled.assumed)
    written = [write_workbook(modelled, tables, out / WORKBOOK, words, watch)]
    drawn = charts(modelled.year, words)
    for name, svg in drawn.items():
        watch.heed()
        write_whole(out / f"{name}.svg", svg)
        written.append(out / f"{name}.svg")
    written.append(write_report(modelled, tables, list(drawn.values()), out / REPORT, words, watch))
    return written


def write_workbook(modelled: Modelled, tables: list[Section], out: Path, words: Words, watch: Watch) -> Path:
    """Write all tables as the sheets of a workbook. Raises OSError and Cancelled."""
    sheets = [NamedSheet(table.title, table.headings, table.rows) for table in tables]
    if modelled.claims is not None and modelled.claims.left_out:
        sheets.append(_left_out(modelled.claims, words))
    with Draft(out) as draft:
        draft.write_sheets(sheets, watch)
        draft.keep()
    return out


def _left_out(claims: Claims, words: Words) -> NamedSheet:
    headings = [words.text(f"model.head.{name}") for name in ("file", "row", "why")]
    rows: list[list[Written]] = [[each.file, each.row, words(each.why)] for each in claims.left_out]
    return NamedSheet(words.text("model.section.left_out"), headings, rows)


def write_report(
    modelled: Modelled, tables: list[Section], drawn: list[bytes], out: Path, words: Words, watch: Watch
) -> Path:
    """Have the report laid out on paper. Raises OSError and Cancelled."""
    by_name = {table.name: table for table in tables}
    if "hospitals" in by_name:
        told = hospitals(foremost(modelled.year.hospitals, HOSPITALS), words)
        more_of_them = len(told.rows) < len(by_name["hospitals"].rows)
        title = words.text("model.more_in_workbook", title=told.title) if more_of_them else told.title
        by_name["hospitals"] = told._replace(title=title)
    chosen = [_on_paper(by_name[name], words) for name in _ON_PAPER if name in by_name]
    first, *more = chosen
    year = modelled.year
    paper: dict[str, Any] = {
        "language": words.language,
        "title": words.text("model.title", year=str(year.given.year)),
        "days": ", ".join(year.regions),
        **first,
        "more": more,
        "charts": [svg.decode() for svg in drawn],
        "made_up": MADE_UP_REGION in year.regions,
        "notes": notes_of(modelled, words),
    }
    print_report(paper, out, sum(len(table["rows"]) for table in chosen), watch)
    return out


def _on_paper(table: Section, words: Words) -> dict[str, Any]:
    rows = [[shown(cell) for cell in row] for row in table.rows]
    return {
        "caption": table.title,
        "headings": list(table.headings),
        "rows": rows[:_MOST_LINES],
        "numbers": sorted(table.numbers),
        "last": [],
        **(
            {"caption": words.text("model.more_in_workbook", title=table.title)}
            if len(rows) > _MOST_LINES
            else {}
        ),
    }


def notes_of(modelled: Modelled, words: Words) -> list[str]:
    """Return what a reader of the paper has to know of where its figures come from."""
    notes = []
    if modelled.assumed is not None:
        notes.append(words.text("model.note.assumed", name=modelled.assumed.title(words.language)))
    if modelled.left_out:
        notes.append(words.text("model.note.other_years", count=f"{modelled.left_out:,}"))
    elif modelled.lacking:
        notes.append(words.text("model.note.left_out", count=f"{modelled.lacking:,}"))
    if modelled.empty_months:
        months = ", ".join(map(str, modelled.empty_months))
        notes.append(words.text("model.note.empty_months", months=months))
    if modelled.differing:
        notes.append(words.text("model.note.differing", count=f"{modelled.differing:,}"))
    plan = modelled.year.given.plan
    if plan is None:
        notes.append(words.text("model.note.no_plan"))
    elif not plan.stated:
        notes.append(words.text("model.note.twelfths"))
    return notes


def shown(cell: Written) -> str:
    """Return a cell as people read it: amounts with their separators."""
    return grouped(cell.fen) if isinstance(cell, Yuan) else "" if cell is None else str(cell)
