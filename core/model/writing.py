"""A fund's year as files: a workbook of all its tables, charts as SVG, and a report as PDF."""

from pathlib import Path
from typing import Any, Final

from core.files import FileDrafts, begun_folder
from core.model.charts import CHARTS, charts
from core.model.fund_year import foremost
from core.model.modelling import Modelled
from core.model.rows_out import write_rows
from core.model.sections import Section, hospitals, sections
from core.model.taken import Claims
from core.model.telling import HOSPITALS
from core.money import grouped
from core.places import MADE_UP_REGION
from core.reports.on_paper import print_report
from core.tables.results import Written, Yuan
from core.tables.watch import Watch
from core.tables.writing import NamedSheet, write_sheets
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


def write_year(
    modelled: Modelled, out: Path, words: Words, watch: Watch, rows: Path | None = None
) -> list[Path]:
    """Write the files of a year into a folder, and every claim into ``rows`` (None: no); return their places.

    All of them are there then; where one cannot be written, all that was there before is as it was. Raises
    OSError, Cancelled and, of a cluster, ClusterFailed.
    """
    tables = sections(modelled.year, words, modelled.solved, modelled.assumed)
    drawn = charts(modelled.year, words)
    places = [out / WORKBOOK, *(out / f"{name}.svg" for name in drawn), out / REPORT]
    with begun_folder(out), FileDrafts() as drafts:
        write_sheets(drafts.part(out / WORKBOOK), _sheets(modelled, tables, words), watch)
        for name, svg in drawn.items():
            watch.heed()
            drafts.part(out / f"{name}.svg").write_bytes(svg)
        _print(modelled, tables, list(drawn.values()), drafts.part(out / REPORT), words, watch)
        if rows is not None:
            places.append(rows)
            write_rows(modelled.source, drafts.part(rows), watch)
        watch.heed()
        drafts.keep(instead_of=(out / f"{name}.svg" for name in CHARTS))
    return places


def _sheets(modelled: Modelled, tables: list[Section], words: Words) -> list[NamedSheet]:
    """Return the sheets of the workbook: all tables, with the notes behind the figures."""
    sheets = [NamedSheet(table.title, table.headings, table.rows) for table in tables]
    said = [words.text("model.title", year=str(modelled.year.given.year)), ", ".join(modelled.year.regions)]
    if _is_made_up(modelled):
        said.append(words.text("paper.made_up"))
    notes: list[list[Written]] = [[each] for each in (*said, *notes_of(modelled, words))]
    sheets.insert(1, NamedSheet(words.text("report.notes"), [words.text("report.notes")], notes))
    if modelled.claims is not None and modelled.claims.left_out:
        sheets.append(_left_out(modelled.claims, words))
    return sheets


def _is_made_up(modelled: Modelled) -> bool:
    return MADE_UP_REGION in modelled.year.regions


def _left_out(claims: Claims, words: Words) -> NamedSheet:
    headings = [words.text(f"model.head.{name}") for name in ("file", "row", "why")]
    rows: list[list[Written]] = [[each.file, each.row, words(each.why)] for each in claims.left_out]
    return NamedSheet(words.text("model.section.left_out"), headings, rows)


def _print(
    modelled: Modelled, tables: list[Section], drawn: list[bytes], part: Path, words: Words, watch: Watch
) -> None:
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
        "made_up": _is_made_up(modelled),
        "notes": notes_of(modelled, words),
        "disclaimer": words.text("model.disclaimer"),
    }
    print_report(paper, part, sum(len(table["rows"]) for table in chosen), watch)


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
