"""A document number that somebody typed: what is odd about it, and what is no number of a person at all.

Live numbers break every list: areas are renamed, permits of Hong Kong, Macao and Taiwan residents carry
prefixes of their own, old papers have 15 digits, and a newborn has none. So an oddity is a warning, and
whoever holds the card in the hand decides. Refused is only what would make one person of two, or two of one:
a placeholder, and a character that looks like another or like nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from core.messages import Message, message
from core.names import is_unseen
from core.vocabulary import MARK, NEWBORN

RESIDENT_ID: Final = "01"
"""The resident ID card, by the national platform's kinds of documents (`psn_cert_type`)."""

_FORM: Final = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_MISSING: Final = re.compile(r"[0-9]{16}[0-9X]", re.ASCII)
_TOO_MANY: Final = re.compile(r"[0-9]{18}[0-9X]", re.ASCII)
"""A resident ID that lacks a figure, and one with a figure too many."""

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


_PLAIN: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/().")
"""What a number may be written with. Ideographs may stand before and after the digits of a certificate."""

_CERTIFICATE: Final = re.compile(r"[\u4e00-\u9fff]{1,4}[0-9]{4,}[\u4e00-\u9fff]?")
_FIGURES: Final = str.maketrans("OQDILZSBG", "000112586")
"""Letters by the figure that they look like."""

_NO_AREA: Final = "000000"
"""The area of nobody's number."""

_LONG_RUN: Final = 10
"""So many figures that follow one another, or are the same at the end, are nobody's number."""

_MOST_AROUND: Final = 12
"""So many characters without a figure may stand around the number of a card."""

_WITHIN: Final = re.compile(r"[^0-9]*([0-9]{17}[0-9X])([1-7][1-4])?[^0-9]*", re.ASCII)
"""A resident ID among other characters. A disabled person's card adds two figures, kind and degree."""


_RUN: Final = re.compile(r"[0-9]+X?", re.ASCII)
"""Figures side by side. X ends a number: no card has it in its midst."""

_LENGTH: Final = 18
_CENTURIES: Final = ("19", "20")
"""The centuries in which somebody was born who comes to a counter."""


_NEWBORN: Final = re.compile(rf"(.+){MARK}([0-9]{{8}}){MARK}([1-9][0-9]*)", re.ASCII)
_OLDEST: Final = 120
"""Years: nobody who comes to a counter is older."""

_FOREIGNER: Final = "9"
"""The first figure of a foreigner's permanent residence card in its form of 2023: 18 characters."""


class NewbornIdentity(NamedTuple):
    """A newborn without a number: the mother's number, the day of birth, and which child of that birth."""

    mother: str
    born: date
    child: int


def newborn_in(number: str) -> NewbornIdentity | None:
    """Return the parts of a newborn's identity (see `core.counter.input_text.newborn_id`), None of others."""
    parts = _NEWBORN.fullmatch(number)
    if parts is None:
        return None
    mother, day, child = parts.groups()
    try:
        return NewbornIdentity(mother, date(int(day[:4]), int(day[4:6]), int(day[6:])), int(child))
    except ValueError:
        return None


def refusal(id_type: str, number: str) -> Message | None:
    """Return why a number is nobody's, None where it may be somebody's.

    ``number`` is narrow, in capitals and without spaces around, as NFKC makes it. A fault of one character
    names its place, counted from 1. A newborn's is the mother's.
    Source: GB 11643, 4 and 5 for the resident ID.
    """
    child = newborn_in(number) if id_type == NEWBORN else None
    if child is not None:
        return refusal(RESIDENT_ID, child.mother)
    if number and not any(character.isdecimal() for character in number):
        return message("identity.placeholder")
    if not _CERTIFICATE.fullmatch(number):
        for place, character in enumerate(number, 1):
            if character.isspace():
                return message("ledger.space_in_id")
            if character not in _PLAIN:
                return _wrong_character(place, character)
    bare = "".join(each for each in number if each.isalnum())
    if _is_placeholder(bare):
        return message("identity.placeholder")
    meant = bare[:-1].translate(_FIGURES) + (bare[-1] if bare[-1] == "X" else bare[-1].translate(_FIGURES))
    if meant == number or not _FORM.fullmatch(meant):
        return message("identity.holds") if resident_in(number) not in ("", number) else None
    if id_type != RESIDENT_ID and check_character(meant[:17]) != meant[17]:
        return None
    place = next(
        at for at, each in enumerate(number) if not each.isalnum() or each.translate(_FIGURES) != each
    )
    return message("identity.look_alike", place=place + 1, character=number[place])


def resident_in(text: str) -> str:
    """Return the resident ID that a text is or holds, empty where it holds none.

    Among other characters only a number whose check character is right is one: whoever wrote it, or a reader,
    may have put letters or marks around it, and spaces within it.
    """
    if _FORM.fullmatch(text):
        return text
    found = _WITHIN.fullmatch("".join(text.split()))
    if found is None or len(found[0]) > len(found[1] + (found[2] or "")) + _MOST_AROUND:
        return ""
    return found[1] if _is_sound(found[1]) else ""


def residents_in(text: str) -> set[str]:
    """Return the sound resident IDs that stand apart in a text, or side by side without anything between.

    A run of figures is taken whole: within one of 19 to 35, which is a card's, no 18 are a number. ``text``
    is narrow and in capitals.
    """
    runs = [run for run in _RUN.findall(text) if len(run) == _LENGTH or len(run) >= 2 * _LENGTH]
    parts = [run[at : at + _LENGTH] for run in runs for at in range(0, len(run), _LENGTH)]
    return {part for part in parts if _FORM.fullmatch(part) and _is_sound(part)}


def states_a_birth(number: str) -> bool:
    """Return True for the form of a resident ID with a day of birth that can be somebody's today."""
    return number[6:8] in _CENTURIES and born_on(RESIDENT_ID, number) is not None


def _is_sound(number: str) -> bool:
    """Return True where a number of a resident ID's form has the right check character and a day of birth."""
    return check_character(number[:17]) == number[17] and states_a_birth(number)


def _is_placeholder(bare: str) -> bool:
    """Return True for a number that stands for none.

    It has no figure but 0, or no area's before a birth, a few figures over and over, or counted off.
    """
    if all(each == "0" or not each.isdigit() for each in bare):
        return True
    if bare.startswith(_NO_AREA) and (_FORM.fullmatch(bare) or _OLD_FORM.fullmatch(bare)):
        return True
    run = bare.removesuffix("X")
    if any(run == run[:few] * (len(run) // few) for few in (1, 2, 3)) and len(run) > (
        1 if len(set(run)) == 1 else _LONG_RUN
    ):
        return True
    end = run[-_LONG_RUN:]
    if len(end) < _LONG_RUN or not end.isdecimal():
        return False
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(end)}
    return len(steps) == 1 and (steps <= {0} or len(run) == len(end) or _counted_off(run))


def _counted_off(bare: str) -> bool:
    """Return True where every figure is the next one, upwards or downwards: 123456789012345678."""
    if not bare.isdecimal():
        return False
    return {(int(after) - int(before)) % 10 for before, after in pairwise(bare)} in ({1}, {9})


def _wrong_character(place: int, character: str) -> Message:
    """Return the fault of a character; one that cannot be shown is named by its code."""
    code = f"U+{ord(character):04X}"
    if is_unseen(character) or unicodedata.category(character)[0] in "CMZ":
        return message("identity.unseen", place=place, code=code)
    return message("identity.character", place=place, character=character, code=code)


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


def born_on(id_type: str, number: str) -> date | None:
    """Return the day of birth that a resident ID of 18 or 15 characters states, or a newborn's identity.

    None where the number states none.
    """
    if id_type not in (RESIDENT_ID, NEWBORN):
        return None
    child = newborn_in(number) if id_type == NEWBORN else None
    if child is not None:
        return child.born
    digits = number[6:14] if _FORM.fullmatch(number) else ""
    digits = f"19{number[6:12]}" if _OLD_FORM.fullmatch(number) else digits
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if digits else None
    except ValueError:
        return None


def near(number: str) -> Iterator[str]:
    """Yield the numbers that are one slip of the hand away from a resident ID, and its form of other days.

    One figure is another one, is missing or too many, or two neighbours have changed places; 15 figures and
    18 are one person's.
    """
    if _MISSING.fullmatch(number):
        for place in range(len(number) + 1):
            for other in "0123456789" if place < len(number) else "0123456789X":
                yield number[:place] + other + number[place:]
    if _TOO_MANY.fullmatch(number):
        for place in range(len(number)):
            yield number[:place] + number[place + 1 :]
    if _OLD_FORM.fullmatch(number):
        digits = f"{number[:6]}19{number[6:]}"
        yield digits + check_character(digits)
    if not _FORM.fullmatch(number):
        return
    if number[6:8] == "19":
        yield number[:6] + number[8:17]
    for place, own in enumerate(number):
        for other in "0123456789" if place < len(number) - 1 else "0123456789X":
            if other != own:
                yield number[:place] + other + number[place + 1 :]
        following = number[place + 1 : place + 2]
        if following not in ("", own, "X"):
            yield number[:place] + following + own + number[place + 2 :]


def _birth(digits: str, today: date) -> tuple[Message, ...]:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return (message("identity.birth_unreal", day=f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"),)
    if today.year - born.year > _OLDEST:
        return (message("identity.birth_past", day=born.isoformat()),)
    return (message("identity.birth_future", day=born.isoformat()),) if born > today else ()


def _area(number: str) -> tuple[Message, ...]:
    """Return the oddity of an unknown area. A foreigner's residence card has 9, a province and a country."""
    area = number[1:3] if number[0] == _FOREIGNER else number[:2]
    known = area[1] in _PROVINCES.get(area[0], "")
    return () if known else (message("identity.area", area=number[:6]),)
