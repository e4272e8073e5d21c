"""Words at the rim: a message in the language of whoever reads it, from the one catalogue."""

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Final

from core.messages import Message
from core.places import RESOURCES

DOMAIN: Final = "mingzhang"
TRANSLATIONS: Final = RESOURCES / "translations"
DEFAULT_LANGUAGE: Final = "zh"


class Words:
    """The catalogue in one language. Raises KeyError for an id that the catalogue does not hold."""

    def __init__(self, language: str, folder: Path = TRANSLATIONS) -> None:
        self.language = language
        with (folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as compiled:
            self._catalogue = gettext.GNUTranslations(compiled)

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
def words(language: str = DEFAULT_LANGUAGE) -> Words:
    """The words of a language, read once."""
    return Words(language)
