"""Names of columns and words of values: the program's own tables of them, and those that a hospital adds."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.exchange.request import Request
from core.messages import Message, message
from core.places import RESOURCES
from core.policy.shelf import tables_of
from core.tables.values import parts_of_name, plain_name

_TABLES: Final = RESOURCES / "tables"


class Unclear(NamedTuple):
    """A word that says too little: the values that it may stand for."""

    choices: tuple[str, ...]


class Names:
    """Fields by the names of columns, and values by the words in them.

    A field is one of a request, or one that the platform's tables have; ``fills`` holds for each of the
    latter the request's field that it answers. ``totals`` and ``notes`` are how lines begin that are no
    claims.
    """

    def __init__(self, headings: Mapping[str, Any], words: Mapping[str, Any]) -> None:
        self.requested = frozenset(Request.model_fields)
        self.fields = self.requested | frozenset(headings["names"])
        self.fills: dict[str, str] = {
            field: request for field, request in headings["fills"].items() if request in self.requested
        }
        self.totals = tuple(headings["around"]["totals"])
        self.notes = tuple(headings["around"]["notes"])
        self._by_name = {plain_name(field): field for field in sorted(self.requested)}
        for field, names in headings["names"].items():
            self.add_names(field, names)
        self._like: dict[str, str] = dict(words["like"])
        self._words: dict[str, dict[str, str | Unclear]] = {}
        for column, values in words["unclear"].items():
            for word, choices in values.items():
                self._words.setdefault(column, {})[plain_name(word)] = Unclear(tuple(choices))
        for column, values in words["words"].items():
            for value, each in values.items():
                self.add_words(column, each, value)

    def add_names(self, field: str, names: Iterable[str]) -> None:
        """Take further names of a field's column. A name that is known already keeps its meaning."""
        for name in names:
            self._by_name.setdefault(plain_name(name), field)

    def rename(self, name: str, field: str) -> None:
        """Have a name mean a field from now on, whatever it meant before."""
        self._by_name[plain_name(name)] = field

    def add_words(self, column: str, words: Iterable[str], value: str) -> None:
        """Have words of a column stand for a value."""
        known = self._words.setdefault(column, {})
        for word in words:
            known[plain_name(word)] = value

    def columns_of(self, field: str) -> tuple[str, ...]:
        """Return the columns that a request's field is read from: its own, and those that fill it."""
        return (field, *(each for each, fills in self.fills.items() if fills == field))

    def answer_word(self, field: str, word: str, value: str) -> None:
        """Have a word stand for a value in every column that a request's field is read from."""
        for column in self.columns_of(field):
            self.add_words(column, [word], value)

    def field(self, name: str) -> str | None:
        """Return the field that a column's name means, None where it means none."""
        for candidate in (plain_name(name), *parts_of_name(name)):
            known = self._by_name.get(candidate)
            if known is not None:
                return known
        return None

    def value(self, column: str, word: str) -> str | Unclear | None:
        """Return the value that a word of a column stands for, None for a word that is not known."""
        text = plain_name(word)
        own = self._words.get(column, {}).get(text)
        if own is not None:
            return own
        like = self._like.get(column)
        return None if like is None else self._words.get(like, {}).get(text)

    def refunded(self, words: Iterable[str]) -> bool | Message:
        """Return whether a row's words of a refund say that it takes another one back, or was taken back.

        A word that nobody knows may mean either: then what says so.
        """
        meanings = {word: self.value("refd_setl_flag", word) for word in words}
        if "refunded" in meanings.values():
            return True
        unknown = next((word for word, meaning in meanings.items() if meaning is None), None)
        return False if unknown is None else message("tables.refund_unknown", word=unknown)


def known_names() -> Names:
    """Return the names and words that ship with the program."""
    headings, words = (
        tomllib.loads((_TABLES / file).read_text(encoding="utf-8"))
        for file in ("headings.toml", "words.toml")
    )
    return Names(headings, words)


def add_map(names: Names, file: Path) -> Message | None:
    """Add the names and words of a hospital's own file; return what is wrong with it, None where nothing is.

    Its table ``names`` (or the top of the file) has a field and its names, or a name and its field; its table
    ``words`` has by column and value the words that stand for it.
    """
    tables = tables_of(file)
    if isinstance(tables, Message):
        return tables
    headings = tables.get("names", tables.get("columns", {}))
    top = {key: value for key, value in tables.items() if isinstance(value, str | list)}
    if not isinstance(headings, dict):
        return message("tables.map_entry", entry="names")
    for key, value in {**top, **headings}.items():
        if not _add_heading(names, key, value):
            return message("tables.map_entry", entry=key)
    words = tables.get("words", {})
    for column, values in words.items() if isinstance(words, dict) else ():
        for value, each in values.items() if isinstance(values, dict) else ():
            if not _texts(each):
                return message("tables.map_entry", entry=f"{column}.{value}")
            names.add_words(column, each, value)
    return None


def _add_heading(names: Names, key: str, value: Any) -> bool:
    """Add one entry of a hospital's file; return whether it makes sense."""
    if isinstance(value, str) and value in names.fields:
        names.rename(key, value)
        return True
    texts = [value] if isinstance(value, str) else value
    if key not in names.fields or not _texts(texts):
        return False
    for text in texts:
        names.rename(text, key)
    return True


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
