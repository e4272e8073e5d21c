"""Words at the rim: a message in the language of whoever reads it, from the one catalogue."""

import gettext
from functools import lru_cache
from typing import Final

from core.messages import Message
from core.places import RESOURCES

DOMAIN: Final = "mingzhang"
TRANSLATIONS: Final = RESOURCES / "translations"
DEFAULT_LANGUAGE: Final = "zh"


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
        """The message's sentence, its own messages filled in."""
        template = self._catalogue.gettext(said.id)
        if template is said.id:
            raise KeyError(said.id)
        if not said.params:
            return template
        return template.format_map(
            {
                name: self(value) if isinstance(value, Message) else value
                for name, value in said.params.items()
            }
        )

    def text(self, id_: str, **params: str | int | Message) -> str:
        """The sentence of an id with its parameters given by name."""
        return self(Message(id_, params))


def languages() -> tuple[str, ...]:
    """The languages that the catalogue holds, the default first."""
    found = sorted(path.parent.parent.name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return tuple(sorted(found, key=lambda language: language != DEFAULT_LANGUAGE))


@lru_cache
def _catalogue(language: str) -> gettext.GNUTranslations:
    """The compiled catalogue of a language, read once."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def words(language: str = DEFAULT_LANGUAGE) -> Words:
    """The words of a language, its catalogue read once."""
    return Words(language)
