"""The cells of a report: texts, counts, amounts and words of the vocabulary, for programs and for people."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.messages import Message
from core.money import parse_yuan, plain
from core.tables.results import Written, Yuan
from core.words import Words


class Fen(NamedTuple):
    """An amount in fen."""

    fen: int


class Word(NamedTuple):
    """A value of the vocabulary, such as ``Word("benefit", "inpatient")``."""

    group: str
    value: str


class Texts(NamedTuple):
    """A value of data that a hospital edits, with its texts by language; Chinese where there is no other."""

    value: str
    texts: Mapping[str, str]


class EntryNumber(NamedTuple):
    """The number of another desk's entry here, and how people know it."""

    number: int
    called: str


ReportCell = str | int | Fen | Word | Texts | EntryNumber | None
"""None: there is nothing to say."""


def as_json(cell: ReportCell) -> Any:
    """Return a cell as programs read it: amounts as text in yuan, a word by its value."""
    if isinstance(cell, Fen):
        return plain(cell.fen)
    if isinstance(cell, EntryNumber):
        return cell.number
    return cell.value if isinstance(cell, Word | Texts) else cell


def fen_of(text: object) -> Fen:
    """Return an amount that an act keeps as text in yuan, below zero too."""
    fen = parse_yuan(str(text).removeprefix("-"))
    assert isinstance(fen, int)
    return Fen(-fen if str(text).startswith("-") else fen)


def as_written(cell: ReportCell, words: Words) -> Written:
    """Return a cell as a table holds it: amounts as numbers, a word in its language."""
    if isinstance(cell, Fen):
        return Yuan(cell.fen)
    if isinstance(cell, EntryNumber):
        return cell.called
    if isinstance(cell, Texts):
        return cell.texts.get(words.language, cell.texts["zh"])
    return words(Message(f"{cell.group}.{cell.value}")) if isinstance(cell, Word) else cell
