"""A row that a reader sends: the number of a card among its other fields, and the name of its holder."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_BETWEEN: Final = re.compile(r"[|\t\r\n,;:=^?%${}\[\]\"#&]+")
_STRIPE: Final = re.compile(r"[;%].+\?[0-9A-Z]?", re.DOTALL)
"""What stands on a magnetic stripe, between its sentinels (ISO/IEC 7811)."""

_RESIDENT: Final = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_CARD: Final = re.compile(r"[0-9]{8,30}|[A-Z][0-9]{8}", re.ASCII)
_TELEPHONE: Final = re.compile(r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}", re.ASCII)
"""A mobile number, or one with the code of its area: beside a name it may be somebody's card as well."""

_DAY: Final = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])", re.ASCII)
_FIRST_IDEOGRAPH: Final = "\u2e80"
_DOTS: Final = "·•・"
_SHORTEST_NAME, _LONGEST_NAME = 2, 20
_A_PLACE: Final = 3
"""So many characters that end as a place or an office does are one."""

_PLACES: Final = tuple("省市县区镇乡村街局院所站号卡证")
_NO_NAME: Final = re.compile(
    "姓名|性别|民族|出生|出生日期|住址|地址|公民身份号码|身份证号码?|证件号码?|卡号|社保卡号|医保卡号|签发机关|有效期限?"
    "|长期|男性?|女性?|中国|居民|职工|城乡居民|城镇职工|居民身份证|社会保障卡|.+族"
)
"""Names of fields, and fields that are nobody's name."""


class CardRow(NamedTuple):
    """The number and the holder's name in a row; each is empty where the row has none, or several."""

    number: str
    resident: bool
    name: str


def row_in(text: str) -> CardRow | None:
    """Return what a row of several fields holds, None of a text that is no row of a card.

    ``text`` is narrow and in capitals. A number that is no resident's is a card's only beside a name or
    between bars: other rows are typed, as a program may type them. Beside a name, what may be a telephone's
    number is nobody's card.
    """
    fields = _BETWEEN.sub(" ", text).split()
    name, bars = name_in(text), "|" in text
    if not (bars or name or _STRIPE.fullmatch(text) or len(fields) > 1):
        return None
    residents = _residents(fields)
    if len(residents) == 1:
        return CardRow(residents.pop(), True, name)
    telephones = {field for field in fields if name and _TELEPHONE.fullmatch(field)}
    cards = {field for field in fields if _CARD.fullmatch(field) and not _DAY.fullmatch(field)} - telephones
    if not residents and len(cards) == 1 and (name or bars):
        return CardRow(cards.pop(), False, name)
    is_a_card = (bars and len(fields) > 2) or _STRIPE.fullmatch(text) or (telephones and not cards)
    return CardRow("", False, "") if is_a_card else None


def _residents(fields: Sequence[str]) -> set[str]:
    """Return the fields that are a resident's number; beside one with a day of birth, others are a card's."""
    found = {field for field in fields if _RESIDENT.fullmatch(field)}
    if len(found) < 2:
        return found
    from core.identity import states_a_birth  # the window is painted first

    return {field for field in found if states_a_birth(field)} or found


def name_in(text: str) -> str:
    """Return the only field of a row that may be somebody's name, empty where there is none or several."""
    names = {name for field in _BETWEEN.split(text) for name in _names_in(field.split()) if _is_a_name(name)}
    return names.pop() if len(names) == 1 else ""


def _names_in(parts: list[str]) -> list[str]:
    """Return what may be names among words with spaces between; surname and given name are one."""
    left = [part for part in parts if _is_ideographs(part) and not _NO_NAME.fullmatch(part)]
    if len(left) == 2 and (len(left[0]) == 1 or len(left[0]) == len(left[1]) == 2):
        return ["".join(left)]
    return left


def begins_a_row(pieces: Sequence[str]) -> bool:
    """Return True for ideographs one by one, a name of two and more: no hand types so at a reader's pace."""
    return len(pieces) > 1 and all(_is_ideographs(piece) for piece in pieces if piece.strip())


def _is_ideographs(text: str) -> bool:
    return all(each in _DOTS or (each.isalpha() and each >= _FIRST_IDEOGRAPH) for each in text)


def _is_a_name(field: str) -> bool:
    if not _SHORTEST_NAME <= len(field) <= _LONGEST_NAME or not _is_ideographs(field):
        return False
    if _NO_NAME.fullmatch(field):
        return False
    return len(field) < _A_PLACE or not field.endswith(_PLACES)
