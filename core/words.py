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

    One object serves the whole program: after `speak`, every holder of it makes new text in the other
    language. Text that was made before stays as it is.
    """

    def __init__(self, language: str = DEFAULT_LANGUAGE) -> None:
        self.speak(language)

    def speak(self, language: str) -> None:
        """Take another language from now on. Raises OSError where there is no catalogue of it."""
        self._catalogue = _catalogue(language)
        self.language = language

    def __call__(self, said: Message) -> str:
        """Return a message's sentence, with the messages among its parameters filled in."""
        template, params = self._catalogue[said.id], said.params
        if not params:
            return template
        if Message not in map(type, params.values()):
            return template.format_map(params)
        texts = {name: self(value) if isinstance(value, Message) else value for name, value in params.items()}
        return template.format_map(texts)

    def text(self, id_: str, **params: str | int | Message) -> str:
        """Return the sentence of an id with its parameters given by name."""
        return self(Message(id_, params)) if params else self._catalogue[id_]


def languages() -> tuple[str, ...]:
    """Return the languages that the catalogue holds, the default first."""
    names = sorted(path.parent.parent.name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return tuple(sorted(names, key=lambda language: language != DEFAULT_LANGUAGE))


class Catalogue(dict[str, str]):
    """A compiled catalogue (a GNU .mo file as Babel writes it), searched where it lies in the file.

    The dictionary holds the texts that were asked for so far. A start needs some sixty sentences. Reading all
    of them would take as long as building half the window.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__()
        magic, _revision, self._count, self._ids, self._texts = _HEADER.unpack_from(content)
        if magic != _MAGIC:
            raise ValueError(magic)
        self._content = content

    def __missing__(self, id_: str) -> str:
        """Return the text of an id that is asked for the first time. Raises KeyError."""
        wanted, first, end = id_.encode(), 0, self._count
        while first < end:
            middle = (first + end) // 2
            length, start = _PLACE.unpack_from(self._content, self._ids + middle * _PLACE.size)
            known = self._content[start : start + length]
            if known < wanted:
                first = middle + 1
            elif known > wanted:
                end = middle
            else:
                length, start = _PLACE.unpack_from(self._content, self._texts + middle * _PLACE.size)
                text = self[id_] = self._content[start : start + length].decode()
                return text
        raise KeyError(id_)


@lru_cache
def _catalogue(language: str) -> Catalogue:
    return Catalogue((TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes())


def words(language: str = DEFAULT_LANGUAGE) -> Words:
    """Return the words of a language. Its catalogue is read once."""
    return Words(language)
