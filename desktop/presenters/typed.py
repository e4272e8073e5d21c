"""Typed texts as the core's values: full-width digits, separators and short days are understood."""

import re
import unicodedata
from datetime import date
from typing import Final

from core.masking import is_given
from core.messages import Message, message
from core.money import parse_percent, parse_sum, parse_yuan
from core.names import shown, unseen

# Patterns are texts here: each is compiled, and kept by `re`, at its first use, after the first frame.
_DAY: Final = r"(?a)(?:([0-9]{4})[-./]?)?([0-9]{2})[-./]?([0-9]{2})"
_LOOSE_DAY: Final = r"(?a)(?:([0-9]{4})[-./])?([0-9]{1,2})[-./]([0-9]{1,2})"
_BARE_DAY: Final = r"(?a)(-?)([0-9]{1,2})"
"""15, or -15 of last month."""

_NO_MORE: Final = (
    r"(?a)(?:0[1-9]|1[0-2])[0-9]{2}|20[0-9]{6}|1[3-9]|2[1-9]|3[01]|-(?:[0-9]{2}|[4-9])"
    r"|(?:[0-9]{4}[-./])?[0-9]{1,2}[-./](?:[0-9]{2}|[4-9])"
)
"""A day that no further digit could make another day. 20 alone may be the beginning of a year."""

_SUM: Final = r"[w万*]|(?<=.)[+-]"
_SIGNS: Final = {"。": ".", **dict.fromkeys(("－", "—", "\N{EN DASH}", "\N{MINUS SIGN}"), "-")}
_POINTS: Final = str.maketrans(_SIGNS)
_OF_A_DAY: Final = str.maketrans(_SIGNS | {"年": "/", "月": "/", "日": None})
_A_DAY: Final = r"(?a)(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}|(?:[0-9.w万+*-]*[+*-])?0[0-9].*"
"""A day in the cell of an amount, as a sum or as a number that begins with 0."""

_GROUPED: Final = r"(?a)[0-9]{1,3}(?:([ ,_])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]*)?[w万]?"
_WAN: Final = r"(?a)([0-9]+)[w万]([0-9]{4})(\.[0-9]*)?"
_SPOKEN: Final = (
    r"(?a)(?P<yuan>[0-9]+)[元块]"
    r"(?:(?P<cents>[0-9]{2})|(?:(?P<jiao>[0-9])[角毛])?(?:(?P<fen>[0-9])分)?)(?<![元块])"
)
"""3元50, 3元5角, 3元2分; one figure alone after 元 may mean either and is refused."""

_SEPARATED: Final = r"[\s,_]"
_BETWEEN_CELLS: Final = "[\t\n\r\v\f\x85\u2028\u2029]+"
_NUMBER: Final = r"(?a)[0-9]{6}"
"""So many figures in the cell of a name are a number, or an amount."""

_WHOLE: Final = 18
"""Characters of a resident ID: a number is looked at once they are there."""

_TOLD_FROM: Final = 4
"""So many characters may be a placeholder; fewer may be the beginning of any number."""


def tidy(text: str) -> str:
    """Return the text in half-width characters without white space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def _half_width(text: str) -> str:
    """Return the text of a number in half-width characters; ①, ² and other signs that hold a figure stay."""
    if text.isascii():
        return text.strip()
    return "".join(
        unicodedata.normalize("NFKC", each)
        if each.isspace() or unicodedata.east_asian_width(each) in "FH"
        else each
        for each in text
    ).strip()


def amount(text: str) -> int | Message | None:
    """Return the fen of a typed amount or a small sum, None where nothing is typed, or what is wrong.

    Separators are taken where a person writes them: every three digits, alike throughout. 3元50 is 3.50,
    5万2000 is 52000.
    """
    if len(cells_in(text)) > 1:
        return message("window.fault.several_cells")
    bare = _bare_amount(text)
    if not bare:
        return message("window.fault.amount") if text.strip() else None
    if re.search(_SEPARATED, bare):
        return message("window.fault.separators")
    if re.fullmatch(_A_DAY, bare):
        return message("window.fault.day_for_amount")
    if bare == ".":
        return message("window.fault.amount")
    if re.search(_SUM, bare):
        fen = parse_sum(bare)
    else:
        whole = bare.removesuffix(".") if bare.count(".") == 1 else bare
        fen = parse_yuan("0" + whole if whole.startswith(".") else whole)
    wrong = isinstance(fen, Message) and fen.id == "fault.amount.form"
    return message("window.fault.amount") if wrong else fen


def is_sum(text: str) -> bool:
    """Return True where an amount has to be worked out first: ``1200+350.5``, ``3*25.5``, ``3.5w``."""
    return bool(re.search(_SUM, _bare_amount(text)))


def _bare_amount(text: str) -> str:
    """Return an amount's digits and signs of reckoning alone; a separator that is none stays in it."""
    bare = _half_width(text).translate(_POINTS).casefold().replace("×", "*")
    bare = bare.removeprefix("=").removesuffix("=")
    return "".join(_bare_number(part) for part in re.split(r"([-+*])", bare))


def _bare_number(text: str) -> str:
    """Return a number of a sum without its currency and its separators."""
    number = text.strip().removeprefix("¥").strip()
    spoken = re.fullmatch(_SPOKEN, number)
    if spoken:
        jiao, fen = spoken["jiao"] or "0", spoken["fen"] or "0"
        return f"{spoken['yuan']}.{spoken['cents'] or jiao + fen}"
    number = number.removesuffix("整").removesuffix("元").rstrip()
    wan = re.fullmatch(_WAN, number)
    if wan:
        return f"{wan[1]}{wan[2]}{wan[3] or ''}"
    return re.sub(r"[ ,_]", "", number) if re.fullmatch(_GROUPED, number) else number


def cells_in(text: str) -> list[str]:
    """Return the cells of a spreadsheet that a text was pasted from, one for a text of a single cell."""
    return [part.strip() for part in re.split(_BETWEEN_CELLS, text.strip()) if part.strip()]


def amounts(text: str) -> list[int] | Message:
    """Return several amounts (fen), set apart by a space, a plus or 、, or what is wrong with one."""
    sums = []
    for part in re.split(r"[\s+;；、]+", text.strip()):
        fen = amount(part)
        if isinstance(fen, Message):
            return fen
        if fen is not None:
            sums.append(fen)
    return sums


def rate(text: str) -> int | Message | None:
    """Return the rate of a typed percentage, None where nothing is typed, or what is wrong."""
    if len(cells_in(text)) > 1:
        return message("window.fault.several_cells")
    bare = _half_width(text).translate(_POINTS).removesuffix("%").strip()
    return parse_percent(bare) if bare else None


def count(text: str) -> int | Message | None:
    """Return a whole number, None where nothing is typed, or what is wrong."""
    if len(cells_in(text)) > 1:
        return message("window.fault.several_cells")
    bare = _half_width(text)
    if not bare:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", bare, re.ASCII):
        return message("window.fault.count")
    return int(bare)


_YEARS: Final = range(1900, 2200)
"""The years in which a clerk can mean a day; any other one is a slip of the finger."""


def day(text: str, today: date) -> date | Message | None:
    """Return the day of ``0301``, ``3-1``, ``20260301`` or ``2026-03-01``, or what is wrong with it.

    None: nothing is typed. A day without a year is the latest one not after today.
    """
    if len(cells_in(text)) > 1:
        return message("window.fault.several_cells")
    bare = _bare_day(text)
    if not bare:
        return None
    parts = re.fullmatch(_DAY, bare) or re.fullmatch(_LOOSE_DAY, bare)
    if parts is None:
        return message("window.fault.day")
    month, day_ = int(parts[2]), int(parts[3])
    if parts[1]:
        real = _real(int(parts[1]), month, day_)
        return real if real and real.year in _YEARS else message("fault.day.unknown")
    for year in range(today.year, today.year - 9, -1):  # a leap day is at most eight years back
        real = _real(year, month, day_)
        if real and real <= today:
            return real
    return message("fault.day.unknown")


def recent_day(text: str, today: date) -> date | Message | None:
    """Return a day as `day` does; also ``.`` is today, and a bare ``15`` is the latest 15th up to today.

    ``-15`` is the 15th of last month, which two months may have had since.
    """
    bare = _bare_day(text)
    if bare == ".":
        return today
    parts = re.fullmatch(_BARE_DAY, bare)
    if parts is None:
        return day(text, today)
    for months in (1,) if parts[1] else range(12):
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        real = _real(year, month + 1, int(parts[2]))
        if real and real <= today:
            return real
    return message("fault.day.unknown")


def past_day(text: str, today: date) -> date | Message | None:
    """Return a day as `recent_day` does, but none after today: of what is on paper, or on record, already."""
    found = recent_day(text, today)
    ahead = isinstance(found, date) and found > today
    return message("window.fault.day_ahead") if ahead else found


def is_bare_day(text: str) -> bool:
    """Return True for a day of a month alone, as ``15``, without what says the month."""
    parts = re.fullmatch(_BARE_DAY, _bare_day(text))
    return parts is not None and not parts[1]


def is_whole_day(text: str) -> bool:
    """Return True where no further digit could make another day of what is typed, so that a cell is done."""
    bare = _bare_day(text)
    return bare == "." or re.fullmatch(_NO_MORE, bare) is not None


def _bare_day(text: str) -> str:
    return re.sub(r"\s", "", _half_width(text).translate(_OF_A_DAY))


def is_whole_id(id_type: str, text: str, today: date) -> bool:
    """Return True for a resident's number with all its characters and nothing odd about it."""
    return id_type == "01" and len(tidy(text)) == _WHOLE and odd_id(id_type, tidy(text), today, True) is None


def _real(year: int, month: int, day_: int) -> date | None:
    """Return a day of the calendar, None where it has no such day."""
    try:
        return date(year, month, day_)
    except ValueError:
        return None


def odd_id(id_type: str, text: str, today: date, left: bool) -> Message | None:
    """Return the first thing that is odd about a number as it is typed, None where nothing is, or not yet.

    ``left``: its cell was left. Before that a number is looked at once it is whole.
    """
    if not left and (len(text) < _WHOLE or len(re.sub(r"\s", "", text)) < _WHOLE):
        return None
    from core.identity import check  # the window is painted first

    return next(iter(check(id_type, text, today)), None)


def name(text: str) -> str:
    """Return a name without white space around it, old private characters as what they stand for."""
    return shown(tidy(text))


def name_fault(text: str) -> Message | None:
    """Return the fault of a character in a name that nobody sees, None where every one is seen."""
    if len(cells_in(text)) > 1:
        return message("window.fault.several_cells")
    name = tidy(text)
    if name and (re.search(_NUMBER, name) or not any(map(str.isalpha, shown(name)))):
        return message("window.fault.no_name")
    place = unseen(name)
    if not place:
        return None
    return message("ledger.unseen_character", place=place, code=f"U+{ord(name[place - 1]):04X}")


def id_fault(id_type: str, text: str, whole: bool = False) -> Message | None:
    """Return why a number is nobody's, None where it may be somebody's or is too short yet to tell.

    ``whole``: what follows it in the form was typed, so that it is not going on.
    """
    if len(cells_in(text)) > 1:
        return message("window.fault.several_cells")
    number = tidy(text).upper()
    begins = not whole and len(number) < _TOLD_FROM and number.isalnum() and number.isascii()
    if not number or begins:
        return None
    from core.identity import refusal  # the window is painted first

    return refusal(id_type, number)


def masked(identifier: str) -> str:
    """Return an identifier with its middle hidden, as a screen that others can see should show it.

    A quarter of it is shown at either end, at most four characters; nothing of three or fewer. One that the
    program gave is shown whole.
    """
    if is_given(identifier):
        return identifier
    ends = min(4, len(identifier) // 4)
    if not ends:
        return "*" * len(identifier)
    return f"{identifier[:ends]}{'*' * (len(identifier) - 2 * ends)}{identifier[-ends:]}"
