"""Facts of a visit as texts of cells: numbers and circumstances, of which no figure depends on any."""

from collections.abc import Mapping
from typing import Final

from core.words import Words

NUMBERS: Final = ("mdtrt_id", "receipt", "setl_id", "psn_no")
FLAGS: Final = ("injury", "third_party", "filed")
FACTS: Final = (*NUMBERS, *FLAGS)
_YES, _NO = "yes", "no"


def stated(texts: Mapping[str, str]) -> dict[str, str | bool | None]:
    """Return the facts of some texts as the ledger takes them; a text that is empty is not stated."""
    facts: dict[str, str | bool | None] = {name: texts[name] for name in NUMBERS if texts.get(name)}
    return facts | {name: texts[name] == _YES for name in FLAGS if texts.get(name)}


def texts_of(facts: Mapping[str, str | bool | None]) -> dict[str, str]:
    """Return the texts of facts by name, the way back from `stated`; what is not stated is absent."""
    return {
        name: value if isinstance(value, str) else _YES if value else _NO
        for name, value in facts.items()
        if value is not None
    }


def in_words(texts: Mapping[str, str], words: Words) -> list[str]:
    """Return the facts that are stated, each with its label."""
    said = []
    for name in FACTS:
        text = texts.get(name, "")
        if text:
            value = words.text(f"window.facts.{text}") if name in FLAGS else text
            said.append(f"{words.text(f'window.fact.{name}')} {value}")
    return said
