"""The jobs on a table of claims: how it is understood, a dry run, its results, its posting."""

from collections.abc import Iterator
from typing import Final

from core.counter import Counter
from core.jobs.desk_ledger import opened
from core.jobs.own_names import add_own
from core.jobs.values import (
    AskedTable,
    AskedWord,
    Failed,
    SettleTable,
    TableSettled,
    TableUnderstood,
    UnderstandTable,
    failed,
)
from core.ledger.operators import Role
from core.messages import Message
from core.tables import batch
from core.tables.batch import Table
from core.tables.claim_rows import Supplied
from core.tables.layout import shape_of
from core.tables.names import Names, Unclear, known_names
from core.tables.posting import Terms
from core.tables.settling import Answers, Grounds
from core.tables.values import day, text
from core.tables.watch import Watch
from core.tables.writing import Draft
from core.vocabulary import Benefit, Level, Population
from core.words import words

_SAMPLES: Final = 3
_LOOKED_AT: Final = 200
"""So many rows are looked at for samples of a column."""
_LONGEST_SAMPLE: Final = 40
_WORDS: Final = ("tables.word_unclear", "tables.word_unknown")
_CHOICES: Final = {
    "population": tuple(Population),
    "benefit": tuple(Benefit),
    "hospital_level": tuple(Level),
}
_DAY: Final = frozenset({"discharged", "enddate"})
_SOME_YEAR: Final = 2024
"""A year in which every day exists."""


def understand(job: UnderstandTable, watch: Watch) -> TableUnderstood | Failed:
    """Return how a table is understood. Raises Cancelled."""
    names = known_names()
    table = _read(job.table, names, watch)
    if isinstance(table, Message):
        return failed("file", table)
    layout = table.reader.layout
    fields = {column.field for column in layout.columns}
    return TableUnderstood(
        shape=shape_of(layout),
        sheet=layout.sheet.name,
        columns=layout.columns,
        samples=tuple(_samples(table, column.place) for column in layout.columns),
        rows=len(table.rows),
        words=tuple(_asked_words(table, names)),
        asks_region="region" not in fields,
        asks_year=not fields & _DAY or _lacks_years(table),
        left_out=tuple(table.left_out),
        other_sheets=tuple(table.other_sheets),
    )


def settle(job: SettleTable, watch: Watch) -> TableSettled | Failed:
    """Settle a table, post it where that is asked for, and write its results. Raises Cancelled and OSError.

    Raises LedgerUnavailable.
    """
    table = _read(job.table, known_names(), watch)
    if isinstance(table, Message):
        return failed("file", table)
    if job.out is not None:
        fault = batch.place_fault(job.table.file, job.out)
        if fault is not None:
            return Failed((fault,))
    with opened(job.ledger) as counter:
        if job.post:
            refused = counter.refusal(job.ledger.operator, Role.CLERK)
            if refused:
                return Failed(tuple(refused))
            return _posted(job, table, counter, watch)
        grounds = Grounds()
        answers = batch.settle_table(table, counter.reader, grounds, watch)
        if job.out is None:
            return _told(job, table, answers)
        with Draft(job.out) as draft:
            speaking = words(job.language)
            draft.write(batch.results_of(table, answers, grounds, speaking), speaking, watch)
            told = _told(job, table, answers)  # once the file has its name, nothing takes long or fails
            draft.keep()
        return told


def _posted(job: SettleTable, table: Table, counter: Counter, watch: Watch) -> TableSettled | Failed:
    """Post what is complete: all of it or, in a dry run or when it is stopped, nothing."""
    terms = Terms(counter, job.ledger.operator, Grounds(), job.reason)
    if job.out is None:
        answers = batch.try_posting(table, terms, watch)
        answers.all()
        return _told(job, table, answers)
    answers, fault = batch.post_table(table, terms, job.out, words(job.language), watch)
    return _told(job, table, answers) if fault is None else Failed((fault,))


def _told(job: SettleTable, table: Table, answers: Answers) -> TableSettled:
    return TableSettled(
        dict(batch.counts_of(answers)),
        tuple(batch.faults_of(table, answers)),
        tuple(table.left_out),
        job.out,
    )


def _read(asked: AskedTable, names: Names, watch: Watch) -> Table | Message:
    """Return a table by names, this desk's own and the answers about words among them, or what is wrong."""
    wrong = add_own(names)
    if wrong is not None:
        return wrong
    for field, word, value in asked.words:
        names.answer_word(field, word, value)
    supplied = Supplied(asked.region or None, asked.year)
    return batch.read_table(asked.file, names, supplied, watch, asked.columns)


def _samples(table: Table, place: int) -> tuple[str, ...]:
    """Return some different cells of a column."""
    found: dict[str, None] = {}
    for row in table.rows[:_LOOKED_AT]:
        said = text(row.cells[place]) if place < len(row.cells) else None
        if said is not None:
            found[said[:_LONGEST_SAMPLE]] = None
        if len(found) == _SAMPLES:
            break
    return tuple(found)


def _asked_words(table: Table, names: Names) -> Iterator[AskedWord]:
    """Yield the words that say too little or are not known, each once, with what they may stand for."""
    seen: set[tuple[str, str]] = set()
    for row in table.rows:
        for fault in row.faults:
            word = str(fault.message.params.get("word", ""))
            if fault.message.id not in _WORDS or fault.field not in _CHOICES:
                continue
            if (fault.field, word) not in seen:
                seen.add((fault.field, word))
                yield AskedWord(fault.field, word, _choices(names, fault.field, word))


def _choices(names: Names, field: str, word: str) -> tuple[str, ...]:
    for column in names.columns_of(field):
        value = names.value(column, word)
        if isinstance(value, Unclear):
            return value.choices
    return _CHOICES[field]


def _lacks_years(table: Table) -> bool:
    """Return whether some day of discharge has no year: it would be read if one were supplied."""
    places = [column.place for column in table.reader.layout.columns if column.field in _DAY]
    return any(
        day(row.cells[place], False, None) != day(row.cells[place], False, _SOME_YEAR)
        for row in table.rows
        for place in places
        if place < len(row.cells) and isinstance(row.cells[place], str)
    )
