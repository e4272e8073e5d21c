"""The cells of a report: texts, counts, amounts and words of the vocabulary, for programs and for people."""

from typing import Any, NamedTuple

from core.messages import Message
from core.money import plain
from core.tables.results import Written, Yuan
from core.words import Words


class Fen(NamedTuple):
    """An amount in fen."""

    fen: int


class Word(NamedTuple):
    """A value of the vocabulary, such as ``Word("benefit", "inpatient")``."""

    group: str
    value: str


ReportCell = str | int | Fen | Word | None
"""None: there is nothing to say."""


def as_json(cell: ReportCell) -> Any:
    """Return a cell as programs read it: amounts as text in yuan, a word by its value."""
    if isinstance(cell, Fen):
        return plain(cell.fen)
    return cell.value if isinstance(cell, Word) else cell


def as_written(cell: ReportCell, words: Words) -> Written:
    """Return a cell as a table holds it: amounts as numbers, a word in its language."""
    if isinstance(cell, Fen):
        return Yuan(cell.fen)
    return words(Message(f"{cell.group}.{cell.value}")) if isinstance(cell, Word) else cell
