"""A batch: a table in, the same table with its results out."""

import os
from collections import Counter as Tally
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from core.exchange.request import RequestReader
from core.files import why_failed
from core.messages import Fault, Message, message
from core.tables import writing
from core.tables.around import divide
from core.tables.claim_rows import ClaimRow, RowReader, Supplied
from core.tables.layout import Layout, corrected, find_layout, guessed_layout, layout_of
from core.tables.names import Names
from core.tables.posting import TablePosting, Terms, keys_of
from core.tables.reading.book import read_book
from core.tables.results import Results, results
from core.tables.settling import Answers, Grounds, by_person, settled
from core.tables.watch import Watch
from core.tables.writing import Draft
from core.words import Words

_EVERY: Final = 256


class Table(NamedTuple):
    """A table that was read and understood: its rows as requests, and the lines that are no claims.

    ``other_sheets`` are further sheets of the file that hold a table: nobody settles them.
    """

    reader: RowReader
    rows: list[ClaimRow]
    left_out: list[tuple[int, str]]
    other_sheets: list[str]


class RowFault(NamedTuple):
    """A fault with its sheet (empty for a text file), its row's number, and its column's own name."""

    sheet: str
    row: int
    column: str
    message: Message


def read_table(
    file: Path, names: Names, supplied: Supplied, watch: Watch, columns: Mapping[int, str] | None = None
) -> Table | Message:
    """Return a file's table, or why it cannot be read as one. Raises Cancelled.

    ``columns`` are corrections of what columns mean, by their places. None: nobody corrects any, and a table
    whose headings are not known is refused.
    """
    sheets = read_book(file, watch)
    if isinstance(sheets, Message):
        return sheets
    layout = find_layout(sheets, names)
    if isinstance(layout, Message):
        guessed = None if columns is None else guessed_layout(sheets, names)
        if guessed is None:
            return layout
        layout = guessed
    table = understood(corrected(layout, columns or {}), names, supplied, watch)
    after = sheets[sheets.index(layout.sheet) + 1 :]
    return table._replace(other_sheets=[sheet.name for sheet in after if layout_of(sheet, names)])


def understood(layout: Layout, names: Names, supplied: Supplied, watch: Watch) -> Table:
    """Return the rows under a header as requests. Raises Cancelled."""
    reader = RowReader(layout, names, supplied)
    lines = divide(layout, names, watch)
    rows = []
    for count, index in enumerate(lines.claims):
        if count % _EVERY == 0:
            watch.tell("reading", count, len(lines.claims))
        rows.append(reader.read(index))
    return Table(reader, rows, lines.left_out, [])


def settle_table(table: Table, reader: RequestReader, grounds: Grounds, watch: Watch) -> Answers:
    """Return the answers of a table's rows; nothing is written. Asking for them raises Cancelled."""
    coming = settled(by_person(table.rows), reader, grounds)
    return Answers(coming, len(table.rows), watch, "settling")


def try_posting(table: Table, terms: Terms, watch: Watch) -> Answers:
    """Return the answers that posting a table would give; nothing is kept, and others may post meanwhile.

    Asking raises LedgerUnavailable and Cancelled.
    """
    return Answers(_posting(table, terms, watch).tried(), len(table.rows), watch, "posting")


def post_table(
    table: Table, terms: Terms, out: Path, words: Words, watch: Watch
) -> tuple[Answers, Fault | None]:
    """Post the complete rows of a table, all or none, with its results in a file.

    The results are on the disk before the entries, and take their name after. Return the answers; a fault
    beside them says that the entries stand without the file. Raises OSError, LedgerUnavailable and Cancelled,
    and then nothing is posted.
    """
    posting = _posting(table, terms, watch)
    answers = Answers(posting.tried(), len(table.rows), watch, "posting")
    is_posted = False
    try:
        with Draft(out) as draft:
            draft.write(results_of(table, answers, terms.grounds, words, posting=True), words, watch)
            changed = posting.commit()
            is_posted = True
            if changed:
                answers.replace(changed)
                again = results_of(table, answers, terms.grounds, words, posting=True)
                draft.write(again, words, watch.unstoppable())
            draft.keep()
    except OSError as error:
        if not is_posted:
            raise
        why = why_failed(error, str(out), "tables.out_unwritable")
        return answers, Fault("out", message("tables.posted_not_kept", why=why))
    return answers, None


def _posting(table: Table, terms: Terms, watch: Watch) -> TablePosting:
    return TablePosting(by_person(table.rows), keys_of(table.rows), terms, watch)


def results_of(
    table: Table, answers: Answers, grounds: Grounds, words: Words, posting: bool = False
) -> Results:
    """Return a table with its results. Its rows come one by one, as they are asked for."""
    return results(table.reader, table.rows, answers, grounds, words, posting)


def place_fault(file: Path, out: Path) -> Fault | None:
    """Return why results cannot be written to a place, None where they can."""
    if out.suffix.lower() not in writing.ENDINGS:
        return Fault("out", message("tables.out_ending", endings=" ".join(writing.ENDINGS)))
    if out.suffix.lower() == writing.PARQUET and find_spec("polars") is None:
        return Fault("out", message("tables.parquet"))
    writable = _is_writable(out)  # false of a name that no file can have, too
    if writable and out.exists() and file.exists() and out.samefile(file):
        return Fault("out", message("tables.out_is_in"))
    return None if writable else Fault("out", message("tables.out_unwritable", name=str(out)))


def _is_writable(out: Path) -> bool:
    """Return whether a file can be put in a place, as far as can be told before."""
    try:
        if out.exists():  # on Windows a spreadsheet that shows it keeps others out
            with out.open("r+b"):
                pass
        return out.parent.is_dir() and os.access(out.parent, os.W_OK)
    except OSError:
        return False


def faults_of(table: Table, answers: Answers) -> list[RowFault]:
    """List the faults of all rows, each with its place."""
    sheet, reader = table.reader.layout.sheet.name, table.reader
    return [
        RowFault(sheet, row.number, reader.column_of(fault.field), fault.message)
        for row in table.rows
        for fault in answers[row.number].faults
    ]


def counts_of(answers: Answers) -> Mapping[str, int]:
    """Return how many rows have each status."""
    return Tally(answer.status for answer in answers.all().values())
