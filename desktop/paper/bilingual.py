"""Two languages on one sheet: the second under the first, or beside it where a line is all there is."""

from collections.abc import Callable
from typing import Protocol

from core.messages import Message
from core.words import Words


class Said(Protocol):
    """What makes words of messages: one language, or two."""

    def __call__(self, said: Message) -> str:
        """The message's sentence."""

    def text(self, id_: str, **params: str | int | Message) -> str:
        """The sentence of an id with its parameters given by name."""


class Both:
    """Two languages. What the second does not have, or says alike, stands once."""

    def __init__(self, first: Words, second: Words, between: str = "\n") -> None:
        self.first = first
        self.second = second
        self._between = between

    def __call__(self, said: Message) -> str:
        """The message's sentence in both."""
        return self.each(lambda one: one(said))

    def text(self, id_: str, **params: str | int | Message) -> str:
        """The sentence of an id in both."""
        return self.each(lambda one: one.text(id_, **params))

    def each(self, make: Callable[[Words], str]) -> str:
        """A text that is put together in each language by itself."""
        first = make(self.first)
        try:
            second = make(self.second)
        except KeyError:
            return first
        return first if second == first else f"{first}{self._between}{second}"

    def beside(self) -> "Both":
        """The same on one line."""
        return Both(self.first, self.second, " ")


def in_each(words: Said, make: Callable[[Said], str]) -> str:
    """A text that is put together of several, in each language by itself."""
    return words.each(make) if isinstance(words, Both) else make(words)


def on_a_line(words: Said) -> Said:
    """The words for a place where only one line stands."""
    return words.beside() if isinstance(words, Both) else words


def first_of(words: Said) -> Said:
    """The first language alone, for what is only a name and a number."""
    return words.first if isinstance(words, Both) else words
