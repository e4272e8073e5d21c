"""Numbers in and out of a request: exact fractions of a yuan inside, whole fen outside."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

ZERO = Fraction(0)


@lru_cache(maxsize=65_536)
def number(written: str | int) -> Fraction:
    """Read an amount, a percentage or a share as a request or a pack writes it."""
    return Fraction(written)


@lru_cache(maxsize=1_024)
def percent_text(percent: Fraction) -> str:
    """Write a percentage without trailing zeros: 60, 72.5."""
    return format((Decimal(percent.numerator) / Decimal(percent.denominator)).normalize(), "f")


def half_up(yuan: Fraction) -> Fraction:
    """Round to the fen, half a fen upward."""
    return Fraction((200 * yuan.numerator + yuan.denominator) // (2 * yuan.denominator), 100)


def share(percent: Fraction, of: Fraction) -> Fraction:
    """Return a percentage of an amount, rounded as one printed line is."""
    return half_up(of * percent / 100)


def money(yuan: Fraction) -> str:
    """Write an amount with two decimals; it must be whole fen."""
    fen, rest = divmod(100 * yuan.numerator, yuan.denominator)
    assert not rest, f"{yuan} is not whole fen"
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02}"


def money_or_none(yuan: Fraction | None) -> str | None:
    """Write an amount, or None where it is not known."""
    return None if yuan is None else money(yuan)


def what_is_left(limit: Fraction, used: Fraction) -> Fraction:
    """Return the rest of a limit; nothing where more was used than it allows."""
    return max(ZERO, limit - used)
