"""Values of cells: amounts, days, numbers, names. An empty cell is None, never zero; a fault is a message."""

import re
import unicodedata
from datetime import date, datetime, timedelta
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
_DAY: Final = re.compile(r"(?:([0-9]{4})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)
_DIGITS: Final = re.compile(r"(19|20)[0-9]{6}", re.ASCII)
_FIRST_1900, _FIRST_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LONGEST_COUNT: Final = 20
_LAST_SERIAL: Final = 2_958_465
_EARLIEST, _LATEST = 19_000_101, 21_001_231


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
    """Return the day that a cell states: a day, text, or the serial number of a spreadsheet.

    ``date_1904``: the workbook's days count from 1904. ``year`` is that of a day without one, None: a day has
    to state it.
    """
    if isinstance(cell, datetime):
        return (cell.astimezone(BEIJING) if cell.tzinfo else cell).date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, str):
        return _day_of_text(cell, date_1904, year)
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return message("fault.day.form")
    return _day_of_number(cell, date_1904)


def _day_of_number(number: float, date_1904: bool) -> date | Message | None:
    if number == 0:
        return None
    if _EARLIEST <= number <= _LATEST and number == int(number):
        return _real_day(*_split(str(int(number))))
    if not 1 <= number <= _LAST_SERIAL:
        return message("fault.day.form")
    return (_FIRST_1904 if date_1904 else _FIRST_1900) + timedelta(days=int(number))


@lru_cache(65_536)
def _day_of_text(written: str, date_1904: bool, year: int | None) -> date | Message | None:
    narrow = _narrow(written)
    if narrow.casefold() in _NO_DAY or narrow.startswith("0000"):
        return None
    if narrow.replace(".", "", 1).isdigit() and narrow.isascii() and not _DAY.fullmatch(narrow):
        digits = narrow[:8]
        if len(narrow) in (8, 14) and _DIGITS.fullmatch(digits):
            return _real_day(*_split(digits))
        return _day_of_number(float(narrow), date_1904) if len(narrow) < 20 else message("fault.day.form")
    first, _, rest = narrow.replace("T", " ", 1).partition(" ")
    match = _DAY.fullmatch(first)
    if match is None or (match[1] is None and year is None):
        return message("fault.day.form")
    stated = _real_day(match[1] or str(year), match[2], match[3])
    return stated if isinstance(stated, Message) else _in_china(stated, rest)


def _split(digits: str) -> tuple[str, str, str]:
    return digits[:4], digits[4:6], digits[6:]


def _real_day(year: str, month: str, number: str) -> date | Message:
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return message("fault.day.unknown")


def _in_china(stated: date, clock: str) -> date | Message:
    """Return the day of China at a time of a day that may state how far it is from UTC."""
    if not clock:
        return stated
    try:
        moment = datetime.fromisoformat(f"{stated.isoformat()}T{clock.replace(' ', '')}")
    except ValueError:
        return message("fault.day.form")
    return (moment.astimezone(BEIJING) if moment.tzinfo else moment).date()


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
