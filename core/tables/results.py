"""The results beside the rows: their columns, their words, and the grounds that they stand on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from core.exchange.fingerprints import pack_tables
from core.settlement import Amounts
from core.tables.claim_rows import AMOUNTS_OF_THE_PLATFORM, ClaimRow, Kind, RowReader
from core.tables.reading.cells import Cell, Merged
from core.tables.settling import Answer, Answers, Grounds
from core.tables.values import amount
from core.words import Words

_MOST_REASONS: Final = 2_000
"""The longest reason (characters); a cell of a spreadsheet holds 32 767."""


class Yuan(NamedTuple):
    """An amount (fen) that is written as a real number with two decimals."""

    fen: int


Written = Cell | Yuan
"""A cell of a table that is written."""


class Results(NamedTuple):
    """A table with its results: the header, the rows, and then the grounds as a table of their own."""

    header: tuple[str, ...]
    rows: Iterator[list[Written]]
    length: int
    grounds: Callable[[], list[tuple[str, ...]]]


def results(
    reader: RowReader,
    rows: Sequence[ClaimRow],
    answers: Answers,
    grounds: Grounds,
    words: Words,
    posting: bool,
) -> Results:
    """Return the rows in the table's order, each with its answer. ``posting``: with a ledger's entries."""
    own = tuple(column.name for column in reader.layout.columns)
    header = (*own, "status", *Amounts._fields, "missing", "reason", *(("entry",) if posting else ()))
    money = _money(reader)

    def written() -> Iterator[list[Written]]:
        for row in rows:
            cells = _own(row.cells, money, len(own))
            yield [*cells, *_answered(answers[row.number], reader, words, posting)]

    return Results(header, written(), len(rows), partial(_grounds, grounds, words))


def reasons_of(answer: Answer, reader: RowReader, words: Words) -> str:
    """Return why a row was refused or is incomplete, and what else is to be said of it, in words."""
    faults = [
        words.text("tables.at", column=reader.column_of(fault.field), why=fault.message)
        for fault in answer.faults
    ]
    return words.text("tables.then").join([*faults, *map(words, answer.reasons)])[:_MOST_REASONS]


def _answered(answer: Answer, reader: RowReader, words: Words, posting: bool) -> list[Written]:
    amounts = answer.amounts or [None] * len(Amounts._fields)
    cells: list[Written] = [answer.status, *(None if fen is None else Yuan(fen) for fen in amounts)]
    cells += [", ".join(answer.missing) or None, reasons_of(answer, reader, words) or None]
    return [*cells, answer.entry] if posting else cells


def _own(read: Sequence[Cell], money: Iterable[int], width: int) -> list[Written]:
    """Return the cells of a row that was read; an amount that was understood is a real number."""
    cells: list[Written] = [None if isinstance(cell, Merged) else cell for cell in read[:width]]
    cells += [None] * (width - len(cells))
    for place in money:
        cell = cells[place]
        fen = None if cell is None else amount(read[place])
        if isinstance(fen, int):
            cells[place] = Yuan(fen)
    return cells


def _money(reader: RowReader) -> tuple[int, ...]:
    """Return the places of the columns that hold amounts."""
    return tuple(
        column.place
        for column in reader.layout.columns
        if column.field in AMOUNTS_OF_THE_PLATFORM or reader.kind_of(column.field) is Kind.AMOUNT
    )


def _grounds(grounds: Grounds, words: Words) -> list[tuple[str, ...]]:
    heading = tuple(words.text(f"tables.grounds_{name}") for name in ("kind", "name", "value"))
    rows = [(words.text("tables.ground_document"), *source) for source in sorted(grounds.sources)]
    for _, policy in sorted(grounds.policies.items(), key=lambda item: item[0]):
        kind = words.text("tables.ground_setting", region=policy.region.id)
        rows += [(kind, path, value) for path, value in _settings(pack_tables(policy), "")]
    return [heading, *rows]


def _settings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield each figure of a pack by its dotted path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _settings(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value, 1):
            yield from _settings(inner, f"{path}.{number}")
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
