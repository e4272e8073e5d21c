"""Words at the rim: a message in the language of whoever reads it, from the one catalogue."""

from functools import lru_cache
from struct import Struct
from typing import Final

from core.messages import Message
from core.places import RESOURCES

DOMAIN: Final = "mingzhang"
TRANSLATIONS: Final = RESOURCES / "translations"
DEFAULT_LANGUAGE: Final = "zh"

_HEADER: Final = Struct("<5I")
_PLACE: Final = Struct("<2I")
_MAGIC: Final = 0x950412DE


class Words:
    """The catalogue in one language at a time. Raises KeyError for an id that the catalogue does not hold.

    Whoever holds these words speaks another language from `speak` on; what was said before stays as it is.
    """

    def __init__(self, language: str = DEFAULT_LANGUAGE) -> None:
        self.speak(language)

    def speak(self, language: str) -> None:
        """Another language from now on. Raises OSError where there is no catalogue of it."""
        self._catalogue = _catalogue(language)
        self.language = language

    def __call__(self, said: Message) -> str:
        """Return the message's sentence, its own messages filled in."""
        template, params = self._catalogue[said.id], said.params
        if not params:
            return template
        for value in params.values():
            if isinstance(value, Message):
                params = {
                    name: self(one) if isinstance(one, Message) else one for name, one in params.items()
                }
                break
        return template.format_map(params)

    def text(self, id_: str, **params: str | int | Message) -> str:
        """Return the sentence of an id with its parameters given by name."""
        for value in params.values():
            if isinstance(value, Message):
                return self(Message(id_, params))
        return self._catalogue[id_].format_map(params) if params else self._catalogue[id_]


def languages() -> tuple[str, ...]:
    """The languages that the catalogue holds, the default first."""
    found = sorted(path.parent.parent.name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return tuple(sorted(found, key=lambda language: language != DEFAULT_LANGUAGE))


class Catalogue(dict[str, str]):
    """A compiled catalogue (a GNU .mo file as Babel writes it), looked up as it lies in the file.

    It holds the texts that were asked for so far. A start needs some sixty of its sentences; to read all of
    them takes as long as to build half the window.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__()
        magic, _revision, self._count, self._ids, self._texts = _HEADER.unpack_from(content)
        if magic != _MAGIC:
            raise ValueError(magic)
        self._content = content

    def __missing__(self, id_: str) -> str:
        """Return the text of an id that is asked for the first time. Raises KeyError."""
        text = self[id_] = self._find(id_)
        return text

    def _find(self, id_: str) -> str:
        wanted, first, end = id_.encode(), 0, self._count
        while first < end:
            middle = (first + end) // 2
            found = self._piece(self._ids, middle)
            if found == wanted:
                return self._piece(self._texts, middle).decode()
            if found < wanted:
                first = middle + 1
            else:
                end = middle
        raise KeyError(id_)

    def _piece(self, table: int, number: int) -> bytes:
        length, start = _PLACE.unpack_from(self._content, table + number * _PLACE.size)
        return self._content[start : start + length]


@lru_cache
def _catalogue(language: str) -> Catalogue:
    return Catalogue((TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes())


def words(language: str = DEFAULT_LANGUAGE) -> Words:
    """The words of a language, its catalogue read once."""
    return Words(language)
