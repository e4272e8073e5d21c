"""A report as a file: a workbook, a text, or paper, which the window's program lays out."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.files import write_whole
from core.ledger.desk_scope import DeskScope
from core.money import grouped, plain
from core.reports.on_paper import print_report
from core.reports.report_cells import ReportCell, as_json, as_written
from core.reports.report_form import CLAIMS, HAND_OVERS, ReportForm, Span, is_number
from core.tables.results import Written, Yuan
from core.tables.values import would_run
from core.tables.watch import Watch
from core.tables.writing import Draft, NamedSheet
from core.words import Words

ENDINGS: Final = (".xlsx", ".csv", ".pdf")
_LONGEST_NAME: Final = 31
"""The most characters that the name of a sheet has."""


class Report(NamedTuple):
    """A report: its kind, first and last day, form, rows, and the sums below the columns (None: none).

    ``made_up``: figures of the made-up region are in it. ``behind``: the entries of each row, and last those
    of the sums; empty where the lines are no sums of entries. ``people``: the key of each row's person, where
    the lines are people's. ``desk``: where the entries were recorded, None where no other ledger is known.
    """

    kind: str
    first: date
    last: date
    form: ReportForm
    rows: list[list[ReportCell]]
    sums: list[ReportCell]
    made_up: bool = False
    behind: Sequence[Span] = ()
    people: Sequence[str] = ()
    desk: DeskScope | None = None

    @property
    def of_entries(self) -> bool:
        """True where each line is one entry."""
        return not (self.form.group or self.people or self.kind in (HAND_OVERS, CLAIMS))

    def title(self, language: str) -> str:
        """Return the title in a language."""
        return self.form.title.get(language, self.form.title["zh"])

    def headings(self, language: str) -> list[str]:
        """Return the columns' headings in a language."""
        return [column.heading.get(language, column.heading["zh"]) for column in self.form.columns]

    def as_json(self) -> dict[str, Any]:
        """Return the report as programs read it: columns by what they show, amounts as text."""
        return {
            "kind": self.kind,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            **({"desk": self.desk.code} if self.desk else {}),
            "columns": [column.show for column in self.form.columns],
            "rows": [[as_json(cell) for cell in row] for row in self.rows],
            "sums": [as_json(cell) for cell in self.sums],
        }

    def table(self, words: Words) -> list[list[Written]]:
        """Return the rows with the sums below them, as a table for people."""
        rows = [[as_written(cell, words) for cell in row] for row in self.rows]
        if any(cell is not None for cell in self.sums):
            first, *rest = [as_written(cell, words) for cell in self.sums]
            rows.append([words.text("report.sum") if first is None else first, *rest])
        return rows


def write_report(report: Report, out: Path, words: Words, watch: Watch) -> None:
    """Write a report by its file's ending, whole or not at all. Raises OSError where it cannot, Cancelled."""
    table, headings = report.table(words), report.headings(words.language)
    below: list[list[Written]] = [[words(report.desk.said)]] if report.desk else []
    if out.suffix.lower() == ".xlsx":
        with Draft(out) as draft:
            draft.write_sheets(
                [
                    NamedSheet(
                        _sheet_name(report.title(words.language)),
                        headings,
                        [*table, *below],
                        report.form.by_hand,
                    )
                ],
                watch,
            )
            draft.keep()
        return
    if out.suffix.lower() == ".pdf":
        _print(report, table, out, words, watch)
        return
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_texts(headings), *map(_texts, [*table, *below])])
    write_whole(out, text.getvalue().encode("utf-8-sig"))


def _print(report: Report, table: list[list[Written]], out: Path, words: Words, watch: Watch) -> None:
    """Have the window's program write a PDF. Raises OSError where it cannot, Cancelled."""
    texts = [[_shown(cell) for cell in row] for row in table]
    last = texts[len(report.rows) :]
    told = {
        "language": words.language,
        "title": report.title(words.language),
        "days": " · ".join(
            [f"{report.first} — {report.last}", *([words(report.desk.said)] if report.desk else [])]
        ),
        "headings": report.headings(words.language),
        "rows": texts[: len(report.rows)],
        "numbers": [at for at, column in enumerate(report.form.columns) if is_number(column.show)],
        "by_hand": sorted(report.form.by_hand),
        "made_up": report.made_up,
        "last": last[0] if last else [],
    }
    print_report(told, out, len(report.rows), watch)


def _shown(cell: Written) -> str:
    return grouped(cell.fen) if isinstance(cell, Yuan) else "" if cell is None else str(cell)


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\")[:_LONGEST_NAME]


def _texts(row: Sequence[Written]) -> list[str]:
    """Return a row as text that no spreadsheet runs."""
    return [_text(cell) for cell in row]


def _text(cell: Written) -> str:
    if isinstance(cell, Yuan):
        return plain(cell.fen)
    text = "" if cell is None else str(cell)
    return f"'{text}" if would_run(text) else text
