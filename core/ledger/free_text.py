"""Free text that somebody entered: cleaned, or refused with the reason."""

import unicodedata
from typing import Final

from core.messages import Fault, Message, message

LONGEST: Final = {"key": 200, "operator": 100, "reason": 500, "patient.name": 100, "patient.id": 64}
"""The most characters that a field may hold."""

_NOT_WRITTEN: Final = ("Cc", "Cf", "Cs")
"""Categories of characters that nobody writes: controls, invisible marks, lone surrogates."""


def cleaned(field: str, text: str) -> str | Message:
    """Return the text of a field without needless spaces, or why it is refused."""
    clean = " ".join(text.split())
    if not clean:
        return message("fault.text_empty")
    if any(unicodedata.category(character) in _NOT_WRITTEN for character in clean):
        return message("ledger.odd_characters")
    most = LONGEST[field]
    return clean if len(clean) <= most else message("ledger.too_long", most=most)


def take(field: str, text: str, faults: list[Fault]) -> str:
    """Return the text of a field, cleaned; add to ``faults`` and return "" where it is refused."""
    clean = cleaned(field, text)
    if isinstance(clean, Message):
        faults.append(Fault(field, clean))
        return ""
    return clean
