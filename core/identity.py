"""Warnings about a document number that somebody typed. No number is refused here.

Live numbers break every list: areas are renamed, permits of Hong Kong, Macao and Taiwan residents carry
prefixes of their own, old papers have 15 digits, and a newborn has none. So every oddity is a warning, and
whoever holds the card in the hand decides.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from core.messages import Message, message

RESIDENT_ID: Final = "01"
"""The resident ID card, by the national platform's kinds of documents (`psn_cert_type`)."""

_FORM: Final = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_OLD_FORM: Final = re.compile(r"[0-9]{15}", re.ASCII)
_PROVINCES: Final = {
    "1": "12345",
    "2": "123",
    "3": "1234567",
    "4": "123456",
    "5": "01234",
    "6": "12345",
    "7": "1",
    "8": "123",
}
"""Second digits of an area code by the first (GB/T 2260), residence permits (81, 82, 83) included."""


def check(id_type: str, text: str, today: date) -> tuple[Message, ...]:
    """Return a warning for each oddity of a number as typed.

    ``id_type`` is the national platform's kind of document. Another kind than the resident ID card and an
    empty text have no warnings. Width, case and spaces of the text make no difference. ``today`` is the
    desk's day: nobody is born after it. Source: GB 11643, 4 and 5.
    """
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if id_type != RESIDENT_ID or not number:
        return ()
    if _OLD_FORM.fullmatch(number):
        return (message("identity.old_number"), *_birth(f"19{number[6:12]}", today), *_area(number))
    if not _FORM.fullmatch(number):
        return (message("identity.form"),)
    wrong = () if check_character(number[:17]) == number[17] else (message("identity.check_character"),)
    return (*wrong, *_birth(number[6:14], today), *_area(number))


def check_character(digits: str) -> str:
    """Return the character that follows the first 17 digits (ISO 7064, MOD 11-2).

    The weight of a place is 2 to the number of places behind it. Source: GB 11643, 5.
    """
    total = sum(int(digit) << places for places, digit in enumerate(reversed(digits), 1))
    return "0123456789X"[(1 - total) % 11]


def _birth(digits: str, today: date) -> tuple[Message, ...]:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return (message("identity.birth_unreal", day=f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"),)
    return (message("identity.birth_future", day=born.isoformat()),) if born > today else ()


def _area(number: str) -> tuple[Message, ...]:
    return () if number[1] in _PROVINCES.get(number[0], "") else (message("identity.area", area=number[:6]),)
