"""The core's own sentences: an id and its parameters. Words are made at the rim, by `core.words`."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple, Union

Parameter = Union[str, int, "Message"]
_NOTHING: Mapping[str, Parameter] = MappingProxyType({})
_LONGEST_REASON: Final = 300


class Message(NamedTuple):
    """A sentence, a label or a term before it has a language.

    ``id`` is its key in the catalogue under ``resources/translations``. ``params`` fill its places: with
    ready text (amounts by `core.money.grouped`), numbers, or further messages.
    """

    id: str
    params: Mapping[str, Parameter] = _NOTHING


class Fault(NamedTuple):
    """One thing wrong with an entry: the path of the field, and a message that says what to do about it."""

    field: str
    message: Message


_made: Callable[[tuple[str, Mapping[str, Parameter]]], Message] = partial(tuple.__new__, Message)
"""Makes a message of its two fields in one step: a settlement has some twenty."""


def message(id_: str, **params: Parameter) -> Message:
    """Return a message with its parameters given by name."""
    return _made((id_, params))


def term(group: str, value: str) -> Message:
    """Return the name of a value of the vocabulary, such as ``term("level", "level_2")``."""
    return Message(f"{group}.{value}")


def reason_of(error: Exception) -> str:
    """Return an error's own words for a sentence: one line, cut where it quotes what somebody else wrote."""
    words = " ".join(str(error).split())
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON]}…"
