"""Whole fen and exact rates: the only place that parses, rounds or prints money.

An amount is an ``int`` of fen (0.01 yuan). A rate is an ``int`` of ten-thousandths of a percent: 100 % is
``WHOLE`` = 1 000 000. The largest amount accepted (10 digits of yuan) times a rate stays below 2**63, so that
columns of 64-bit integers can run the same rules.
"""

import re
from functools import lru_cache
from typing import Final

from core.messages import Message, message

WHOLE: Final = 1_000_000
ONE_PERCENT: Final = WHOLE // 100
MOST_DIGITS: Final = 10
MOST_DECIMALS_OF_A_RATE: Final = 4

_AMOUNT: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?", re.ASCII)
_TERM: Final = r"(?a)([0-9]*)(?:\.([0-9]*))?([w万]?)"
_LONGEST_SUM: Final = 200
_KEPT: Final = 1024
"""The amounts and rates that are kept as people read them: most are limits, edges and shares of the rules."""


def share(amount: int, rate: int) -> int:
    """Return ``rate`` of ``amount`` (fen), rounded half up to the fen. Neither may be negative."""
    return (amount * rate + WHOLE // 2) // WHOLE


def cost_for(paid: int, rate: int) -> int:
    """Return the cost (fen) of which ``rate`` (above 0) is ``paid`` (fen), rounded half up to the fen."""
    return (2 * paid * WHOLE + rate) // (2 * rate)


def parse_yuan(text: str, most: int = MOST_DIGITS) -> int | Message:
    """Return fen from yuan as the interface writes them: digits, at most two decimals after a point.

    Return a message that says what is wrong where the text is anything else: a sign, an exponent, separators,
    a third decimal, more than ``most`` digits before the point (leading zeros do not count).
    """
    if text[-3:-2] == ".":  # the usual form: two decimals
        digits = text[:-3] + text[-2:]
        if 2 < len(digits) <= MOST_DIGITS + 2 and digits.isdigit() and digits.isascii():
            return int(digits)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return message("fault.amount.form")
    yuan, decimals = match[1].lstrip("0"), match[2] or ""
    if len(decimals) > 2:
        return message("fault.amount.decimals")
    if len(yuan) > most:
        return message("fault.amount.digits", digits=most)
    return int(yuan or "0") * 100 + int(decimals.ljust(2, "0"))


def parse_sum(text: str) -> int | Message:
    """Return the exact fen of a small sum in yuan, such as ``"1200+350.5"``, ``"3*25.5"`` or ``"3.5w"``.

    ``*`` binds before ``+`` and ``-``. ``w`` or 万 after a number is ten thousand of it. Return a message
    where the text is no sum, or the result is below zero, has a third decimal or more than ten digits of
    yuan.
    """
    if not text or len(text) > _LONGEST_SUM:
        return message("fault.amount.form")
    terms: list[tuple[int, int]] = []  # each a whole number and how many of its digits are decimals
    for sign, product in re.findall(r"([+-]?)([^+-]*)", text)[:-1]:
        value, places = -1 if sign == "-" else 1, 0
        for factor in product.split("*"):
            match = re.fullmatch(_TERM, factor)
            if match is None or not (match[1] or match[2]):
                return message("fault.amount.form")
            if len(match[1].lstrip("0")) > MOST_DIGITS:
                return message("fault.amount.digits", digits=MOST_DIGITS)
            decimals = (match[2] or "").rstrip("0")
            value *= int(match[1] + decimals or "0") * (10_000 if match[3] else 1)
            places += len(decimals)
        terms.append((value, places))
    most = max(places for _, places in terms)
    total = sum(value * int("1" + "0" * (most - places)) for value, places in terms)
    fen, rest = divmod(total * 100, int("1" + "0" * most))
    if rest:
        return message("fault.amount.decimals")
    if fen < 0:
        return message("fault.amount.below_zero")
    if fen >= 100 * int("1" + "0" * MOST_DIGITS):
        return message("fault.amount.digits", digits=MOST_DIGITS)
    return fen


def parse_percent(text: str) -> int | Message:
    """Return a rate from a percentage such as ``"72.5"``: 0 to 100, at most four decimals; else a message."""
    return _parse_rate(text, WHOLE // 100, "fault.percent")


def parse_fraction(text: str) -> int | Message:
    """Return a rate from a share such as ``"0.5"``: 0 to 1, at most four decimals; else a message."""
    return _parse_rate(text, WHOLE, "fault.share")


def _parse_rate(text: str, unit: int, fault: str) -> int | Message:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return message(f"{fault}.form")
    whole, decimals = match[1].lstrip("0"), match[2] or ""
    if len(decimals) > MOST_DECIMALS_OF_A_RATE:
        return message(f"{fault}.decimals", decimals=MOST_DECIMALS_OF_A_RATE)
    if len(whole) > MOST_DIGITS:
        return message(f"{fault}.range")
    scale = 10**MOST_DECIMALS_OF_A_RATE
    rate = (int(whole or "0") * scale + int(decimals.ljust(MOST_DECIMALS_OF_A_RATE, "0"))) * unit // scale
    return rate if rate <= WHOLE else message(f"{fault}.range")


def plain(fen: int) -> str:
    """Write fen as yuan with two decimals and no separators, as the interface does: ``"52000.00"``."""
    if fen < 0:
        return f"-{plain(-fen)}"
    return f"{fen // 100}.{fen % 100:02d}"


@lru_cache(_KEPT)
def grouped(fen: int) -> str:
    """Write fen as yuan with two decimals and thousands separators, for people: ``"52,000.00"``."""
    if fen < 0:
        return f"-{grouped(-fen)}"
    return f"{fen // 100:,}.{fen % 100:02d}"


@lru_cache(_KEPT)
def percent(rate: int) -> str:
    """Write a rate as a percentage without needless zeros: ``"70"``, ``"72.5"``."""
    whole, rest = divmod(rate, ONE_PERCENT)
    return f"{whole}.{rest:04d}".rstrip("0") if rest else str(whole)


_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def capitals(fen: int) -> str:
    """Write fen in the capital characters that receipts use; 整 only where there are no jiao and no fen.

    Raises ValueError for more than 16 digits of yuan.
    """
    if fen < 0:
        return "负" + capitals(-fen)
    yuan, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    if yuan >= 10**16:
        msg = f"no receipt holds {yuan} yuan"
        raise ValueError(msg)
    text = _capital_yuan(yuan) + "元" if yuan else ""
    if not jiao and not cents:
        return (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif text:
        text += "零"
    return text + (_DIGITS[cents] + "分" if cents else "")


def _capital_yuan(yuan: int) -> str:
    text, gap = "", False
    for group in range(3, -1, -1):
        part = yuan // 10 ** (4 * group) % 10_000
        if not part:
            gap = bool(text)
            continue
        for place in range(3, -1, -1):
            digit = part // 10**place % 10
            if digit:
                text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
                gap = False
            else:
                gap = bool(text)
        text += _GROUPS[group]
        gap = False
    return text
