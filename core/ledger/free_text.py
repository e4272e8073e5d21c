"""Free text that somebody entered: cleaned, or refused with the reason."""

import re
import unicodedata
from typing import Final

from core.identity import residents_in
from core.messages import Fault, Message, message
from core.names import shown, unseen

LONGEST: Final = {
    "key": 200,
    "operator": 100,
    "reason": 500,
    "patient.name": 100,
    "patient.id": 64,
    "facts.setl_id": 64,
    "facts.mdtrt_id": 64,
    "facts.receipt": 64,
}
"""The most characters that a field may hold."""

_NOT_WRITTEN: Final = ("Cc", "Cf", "Cs")
"""Categories of characters that nobody writes: controls, invisible marks, lone surrogates."""

_NAMES: Final = frozenset({"operator", "patient.name"})


_BETWEEN_FIGURES: Final = re.compile("(?<=[0-9])[ -]+(?=[0-9X])", re.ASCII)
_NUMBERS: Final = frozenset(field for field in LONGEST if field.startswith("facts."))


def narrow_number(text: str) -> str:
    """Return a number that is no person's without full-width characters and needless spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def cleaned(field: str, text: str) -> str | Message:
    """Return the text of a field without needless spaces, or why it is refused.

    A name is kept composed (NFC), with the private characters of old systems as what they stand for. It may
    hold no character that nobody sees: two names would look like one. A number of a visit is kept narrow. A
    reason stays in the chain when a person is erased, and may hold no resident ID.
    """
    clean = narrow_number(text) if field in _NUMBERS else " ".join(text.split())
    if field in _NAMES:
        clean = unicodedata.normalize("NFC", shown(clean))
        place = unseen(clean)
        if place:
            code = f"U+{ord(clean[place - 1]):04X}"
            return message("ledger.unseen_character", place=place, code=code)
    if not clean:
        return message("fault.text_empty")
    if any(unicodedata.category(character) in _NOT_WRITTEN for character in clean):
        return message("ledger.odd_characters")
    if field == "reason" and _names_somebody(clean):
        return message("ledger.reason_number")
    most = LONGEST[field]
    return clean if len(clean) <= most else message("ledger.too_long", most=most)


def _names_somebody(text: str) -> bool:
    """Return whether a text holds a resident ID, whole or with spaces and hyphens among its figures."""
    narrow = narrow_number(text).upper()
    return bool(residents_in(narrow) | residents_in(_BETWEEN_FIGURES.sub("", narrow)))


def take(field: str, text: str, faults: list[Fault]) -> str:
    """Return the text of a field, cleaned; add to ``faults`` and return "" where it is refused."""
    clean = cleaned(field, text)
    if isinstance(clean, Message):
        faults.append(Fault(field, clean))
        return ""
    return clean
