"""Values of cells: amounts, days, numbers, names. An empty cell is None, never zero; a fault is a message."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import isnan
from typing import Final

from core.clock import BEIJING
from core.identity import check_character
from core.messages import Message, message
from core.money import MOST_DIGITS, parse_yuan
from core.tables.reading.cells import Cell, Merged
from core.tables.reading.limits import MOST_EXACT

_NOTHING: Final = frozenset({"", "-", "--", "/", "\\", "—", "——", "null", "none", "nan"})
_NO_DAY: Final = _NOTHING | {"0", "0000-00-00", "00000000", "0000/00/00"}
_AMOUNT: Final = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?|\.[0-9]+", re.ASCII)
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+", re.ASCII)
CURRENCY: Final = "¥￥"
UNIT: Final = "元"
"""What stands before an amount, and after it."""
_MINUS: Final = "\N{MINUS SIGN}"
_BRACKETS: Final = str.maketrans(dict.fromkeys("()[]{}<>【】〔〕《》", " "))
_MARKS: Final = str.maketrans("", "", ":_*")
_TAIL: Final = 9
"""An amount with so many decimals was a binary number once; nobody writes them."""
_NEAR: Final = 1e-6
_NEXT_TO_NOTHING: Final = re.compile(r"[0-9](?:\.[0-9]*)?E-(?:0?[7-9]|[1-9][0-9])", re.ASCII | re.IGNORECASE)
"""What a spreadsheet's sum that comes to nothing may leave, as text: 3.6E-12."""
_DESTROYED: Final = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]{1,3}", re.ASCII | re.IGNORECASE)
_RESIDENT: Final = re.compile(r"[0-9]{15}000", re.ASCII)
_RUN: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would run."""
_NEGATIVE: Final = re.compile(r"-[0-9][0-9,]*(?:\.[0-9]+)?", re.ASCII)
_DAY: Final = re.compile(
    r"(?:([0-9]{4})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?(?: *(?:星期|周)[一二三四五六日天])?"
    r"(?:(?:(?<=[日号一二三四五六天])|T| ) *((?:[0-9]|[上下]午|[AP]M).*))?",
    re.ASCII | re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2})(?:[.,][0-9]*)?)?)?:? ?(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
"""The hour, minutes and seconds of a clock, and how far it is from UTC."""
_RUN_OF_CLOCK: Final = re.compile(r"\A([0-9]{2})([0-9]{2})([0-9]{2})?(?![0-9])", re.ASCII)
_HALF: Final = re.compile(r" *(?:(?:上午|AM)|(下午|PM)) *", re.IGNORECASE)
"""Before noon, or after it."""
_CLOCK_WORDS: Final = str.maketrans({"时": ":", "点": ":", "分": ":", "秒": None})
_RUN_OF_DIGITS: Final = re.compile(
    r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})([0-9]{4}(?:[0-9]{2})?)?", re.ASCII
)
_FIRST_1900, _FIRST_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LONGEST_COUNT: Final = 20
_FIRST_SERIAL, _BEYOND_SERIALS = 10_000, 73_416
"""What has fewer digits is a year, a month with its day or a count; the last serial is in 2100."""
_SECONDS_OF_A_DAY: Final = 86_400
_NOON: Final = 12
_EARLIEST, _LONGEST_RUN = 19_000_101, 10**14
"""Between them a whole number is the digits of a day, or of a day and its clock."""


@lru_cache(16_384)
def plain_name(name: str) -> str:
    """Return a name as names are compared: narrow, without spaces, brackets and yuan, in small letters."""
    narrow = unicodedata.normalize("NFKC", name).translate(_BRACKETS).translate(_MARKS)
    return "".join(narrow.split()).casefold().removesuffix(UNIT)


def parts_of_name(name: str) -> tuple[str, ...]:
    """Return what stands before, in and after the brackets of a name, as names are compared."""
    narrow = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    return tuple(filter(None, map(plain_name, narrow.split())))


def text(cell: Cell) -> str | None:
    """Return a cell as text, narrow and without spaces around; None where it holds nothing."""
    if cell is None or isinstance(cell, Merged):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < MOST_EXACT:
        return str(int(cell))
    narrow = _narrow(cell) if isinstance(cell, str) else str(cell)
    return None if narrow.casefold() in _NOTHING else narrow


@lru_cache(65_536)
def _narrow(written: str) -> str:
    return unicodedata.normalize("NFKC", written).strip()


def amount(cell: Cell) -> int | Message | None:
    """Return the fen of an amount as a person or a spreadsheet writes it. A negative one is a message."""
    fen = signed_amount(cell)
    return message("tables.negative") if isinstance(fen, int) and fen < 0 else fen


def signed_amount(cell: Cell) -> int | Message | None:
    """Return the fen of an amount that may be below zero, None where nothing is stated."""
    if isinstance(cell, str):
        return _amount_of_text(cell)
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return message("fault.amount.form")
    if abs(cell) >= 10**MOST_DIGITS:
        return message("fault.amount.digits", digits=MOST_DIGITS)
    if isnan(cell):
        return message("fault.amount.form")
    fen = round(cell * 100)
    if abs(cell - fen / 100) > _NEAR:
        return message("fault.amount.decimals")
    return fen


@lru_cache(65_536)
def _amount_of_text(written: str) -> int | Message | None:
    narrow = _narrow(written).replace(" ", "").replace(_MINUS, "-").strip(CURRENCY).removesuffix(UNIT)
    if narrow.casefold() in _NOTHING:
        return None
    bracketed = narrow[:1] == "(" and narrow[-1:] == ")"
    if narrow[:1] != "-" and not bracketed:
        return _unsigned(narrow)
    within = narrow[1:-1].removesuffix(UNIT) if bracketed else narrow[1:]
    fen = _unsigned(within.strip(CURRENCY))
    return -fen if isinstance(fen, int) else fen


def _unsigned(narrow: str) -> int | Message:
    if _NEXT_TO_NOTHING.fullmatch(narrow):
        return 0
    match = _AMOUNT.fullmatch(narrow)
    whole, _, decimals = narrow.partition(".")
    if match is None or ("," in whole and not _GROUPED.fullmatch(whole)):
        return message("fault.amount.form")
    if len(decimals) >= _TAIL:
        fen = signed_amount(float(narrow.replace(",", "")))
        return message("fault.amount.form") if fen is None else fen
    return parse_yuan(f"{whole.replace(',', '') or '0'}.{decimals.rstrip('0') or '0'}")


def day(cell: Cell, date_1904: bool, year: int | None) -> date | Message | None:
    """Return the day of China that a cell states, as `moment` does."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    found = moment(cell, date_1904, year)
    return found.date() if isinstance(found, datetime) else found


def moment(cell: Cell, date_1904: bool, year: int | None) -> datetime | Message | None:
    """Return the time of China that a cell states, midnight where it states a day alone.

    It is a time or a day, text, or the serial number of a spreadsheet. ``date_1904``: the workbook's days
    count from 1904. ``year`` is that of a day without one, None: a day has to state it.
    """
    if isinstance(cell, datetime):
        return _in_china(cell)
    if isinstance(cell, date):
        return _midnight(cell)
    if isinstance(cell, str):
        return _moment_of_text(cell, date_1904, year)
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return message("fault.day.form")
    return _moment_of_number(cell, date_1904)


def _moment_of_number(number: float, date_1904: bool) -> datetime | Message | None:
    if number == 0:
        return None
    if _EARLIEST <= number < _LONGEST_RUN and number == int(number):
        match = _RUN_OF_DIGITS.fullmatch(str(int(number)))
        return message("fault.day.form") if match is None else _of_run(match)
    if not _FIRST_SERIAL <= number < _BEYOND_SERIALS:
        return message("fault.day.form")
    first = _FIRST_1904 if date_1904 else _FIRST_1900
    return _midnight(first) + timedelta(seconds=round(number * _SECONDS_OF_A_DAY))


@lru_cache(65_536)
def _moment_of_text(written: str, date_1904: bool, year: int | None) -> datetime | Message | None:
    narrow = _narrow(written)
    if narrow.casefold() in _NO_DAY or narrow.startswith("0000"):
        return None
    match = _RUN_OF_DIGITS.fullmatch(narrow)
    if match is not None:
        return _of_run(match)
    match = _DAY.fullmatch(narrow)
    if match is None and narrow.isascii() and narrow.replace(".", "", 1).isdigit() and len(narrow) < 20:
        return _moment_of_number(float(narrow), date_1904)
    if match is None or (match[1] is None and year is None):
        return message("fault.day.form")
    return _stated(match[1] or str(year), match[2], match[3], match[4] or "")


def _of_run(match: re.Match[str]) -> datetime | Message:
    """Return the time that 8, 12 or 14 digits state."""
    return _stated(match[1], match[2], match[3], match[4] or "")


def _stated(year: str, month: str, number: str, clock: str) -> datetime | Message:
    """Return a time by its parts; ``clock`` may be empty, and may say how far it is from UTC."""
    try:
        stated = date(int(year), int(month), int(number))
    except ValueError:
        return message("fault.day.unknown")
    if not clock:
        return _midnight(stated)
    half = _HALF.search(clock)
    clock = _HALF.sub("", clock, count=1).translate(_CLOCK_WORDS)
    match = _CLOCK.fullmatch(_RUN_OF_CLOCK.sub(_with_colons, clock))
    if match is None:
        return message("fault.day.form")
    hours, minutes, seconds = (int(each or 0) for each in match.groups()[:3])
    if half is not None and hours <= _NOON:
        hours = hours % _NOON + (_NOON if half[1] else 0)
    try:
        zone = datetime.strptime(match[4], "%z").tzinfo if match[4] else None
        clocked = datetime.combine(stated, time(hours, minutes, seconds, tzinfo=zone))
    except ValueError:
        return message("fault.day.form")
    return _in_china(clocked)


def _with_colons(run: re.Match[str]) -> str:
    return ":".join(filter(None, run.groups()))


def _in_china(stated: datetime) -> datetime | Message:
    """Return a time as China's clocks show it; one that names no zone is theirs already."""
    try:
        return (stated.astimezone(BEIJING) if stated.tzinfo else stated).replace(tzinfo=None)
    except OverflowError:
        return message("fault.day.unknown")


def _midnight(stated: date) -> datetime:
    return datetime(stated.year, stated.month, stated.day)  # noqa: DTZ001  the clock of China


def whole(cell: Cell) -> int | Message | None:
    """Return a whole number."""
    written = text(cell)
    if written is None:
        return None
    if written.isascii() and written.isdigit() and len(written) < _LONGEST_COUNT:
        return int(written)
    return message("tables.count")


def identifier(cell: Cell, resident: bool = False) -> str | Message | None:
    """Return a number that names a person or a settlement, in capitals and without spaces.

    ``resident``: it is the number of an identity card. One that a spreadsheet has destroyed is a message: it
    keeps fifteen digits and writes noughts for the others. A resident's number may end with three noughts,
    but its last character then follows from the others.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= MOST_EXACT:
        return message("tables.destroyed")
    written = text(cell)
    if written is None:
        return None
    number = "".join(written.split()).upper()
    if _DESTROYED.fullmatch(number):
        return message("tables.destroyed")
    if resident and _RESIDENT.fullmatch(number) and check_character(number[:17]) != "0":
        return message("tables.destroyed")
    return number


def would_run(text: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula. A negative number is none."""
    return text.startswith(_RUN) and not _NEGATIVE.fullmatch(text)
