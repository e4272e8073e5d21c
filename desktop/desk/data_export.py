"""Files that a desk gives out: a day's end as a table, a person's data as JSON."""

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.files import why_failed, write_given_out
from desktop.desk import documents_folder
from desktop.presenters.desk.day_end import DaySheet, harmless
from desktop.presenters.desk.trail import ActSheet
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.presenters.lookup.entry_list import EntryList
    from desktop.session import Session


def export(session: "Session", sheet: DaySheet) -> Notice:
    """Write the day's figures as a table for a spreadsheet (CSV); return the notice of where it lies."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(sheet.columns)
    writer.writerows(sheet.plain)
    writer.writerows([harmless(line)] for line in (sheet.desk, *sheet.lines) if line)
    of_desk = f"-{sheet.code}" if sheet.code else ""
    name = f"{session.words.text('window.day_end.title')}-{sheet.day:%Y%m%d}{of_desk}.csv"
    return _write(session, documents_folder.documents() / name, out.getvalue().encode("utf-8-sig"))


def write_acts(session: "Session", sheet: ActSheet) -> Notice:
    """Write a list of acts as a table for a spreadsheet (CSV); return the notice of where it lies."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(sheet.columns)
    writer.writerows([harmless(text) for text in row] for row in sheet.rows)
    writer.writerow([sheet.about, sheet.counted])
    file = documents_folder.unused(
        documents_folder.documents() / f"{sheet.title}-{session.now():%Y%m%d-%H%M%S}.csv"
    )
    return _write(session, file, out.getvalue().encode("utf-8-sig"))


def write_json(session: "Session", data: dict[str, Any]) -> Notice:
    """Write a person's data as JSON, into a file whose name does not tell the person.

    Return the notice of where it lies.
    """
    name = f"{session.words.text('window.people.title')}-{session.now():%Y%m%d-%H%M%S}.json"
    file = documents_folder.unused(documents_folder.documents() / name)
    return _write(session, file, json.dumps(data, ensure_ascii=False, indent=2).encode())


def write_list(session: "Session", listed: "EntryList") -> Notice:
    """Write a list of entries as a workbook, amounts as real numbers; return the notice of where it lies."""
    from core.tables.results import Written, Yuan  # only who asks for a workbook waits for its libraries
    from core.tables.writing import Draft, NamedSheet

    words = session.words
    title = words.text("paper.list.title")
    file = documents_folder.unused(
        documents_folder.documents() / f"{title}-{session.now():%Y%m%d-%H%M%S}.xlsx"
    )

    def written(row: "Sequence[str | int | None]") -> list[Written]:
        return [Yuan(cell) if isinstance(cell, int) else cell for cell in row]

    rows = [written(row) for row in (*listed.rows, listed.sums)]
    rows.append([words.text("paper.list.asked"), listed.asked or words.text("paper.list.all")])
    rows.append(["", listed.counted])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with Draft(file) as draft:
            draft.write_sheets([NamedSheet(title, listed.columns, rows)])
            draft.keep()
    except OSError as error:
        return Notice(words(why_failed(error, file.name, "paper.fault.file")), "wrong")
    return Notice(words.text("window.saved_file", file=str(file)), "done")


def _write(session: "Session", file: Path, content: bytes) -> Notice:
    words = session.words
    try:
        write_given_out(file, content)
    except OSError as error:
        return Notice(words(why_failed(error, file.name, "paper.fault.file")), "wrong")
    return Notice(words.text("window.saved_file", file=str(file)), "done")
