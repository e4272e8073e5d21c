"""Two languages on one sheet: the second below the first, or beside it where there is one line only."""

from collections.abc import Callable
from typing import Protocol

from core.messages import Message
from core.words import Words


class Wording(Protocol):
    """Words for messages, in one language or in two."""

    def __call__(self, message: Message, /) -> str:
        """Return the message's sentence."""

    def text(self, id_: str, **params: str | int | Message) -> str:
        """Return the sentence of an id with its parameters given by name."""


class Bilingual:
    """Two languages. A text that the second lacks, or says alike, stands once."""

    def __init__(self, first: Words, second: Words, between: str = "\n") -> None:
        self.first = first
        self.second = second
        self._between = between

    def __call__(self, message: Message, /) -> str:
        """Return the message's sentence in both languages."""
        return self.each(lambda words: words(message))

    def text(self, id_: str, **params: str | int | Message) -> str:
        """Return the sentence of an id in both languages."""
        return self.each(lambda words: words.text(id_, **params))

    def each(self, make: Callable[[Words], str]) -> str:
        """Return a text that is put together in each language by itself."""
        first = make(self.first)
        try:
            second = make(self.second)
        except KeyError:
            return first
        return first if second == first else f"{first}{self._between}{second}"

    def beside(self) -> "Bilingual":
        """Return the same two languages on one line."""
        return Bilingual(self.first, self.second, " ")


def in_each(words: Wording, make: Callable[[Wording], str]) -> str:
    """Return a text that is put together of several, in each language by itself."""
    return words.each(make) if isinstance(words, Bilingual) else make(words)


def on_a_line(words: Wording) -> Wording:
    """Return the wording for a place that has only one line."""
    return words.beside() if isinstance(words, Bilingual) else words


def first_of(words: Wording) -> Wording:
    """Return the first language alone: names and numbers need no second."""
    return words.first if isinstance(words, Bilingual) else words


def first_line(text: str) -> str:
    """Return a text that stands in two languages, one below the other, in the first."""
    return text.partition("\n")[0]
