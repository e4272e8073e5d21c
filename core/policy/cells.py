"""The kinds of cell that documents, region packs and requests are made of.

Each cell is checked strictly, and a fault is a message of the catalogue: pydantic carries the message's id
as the error's type and its parameters as the error's context.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Final, NoReturn, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic_core import PydanticCustomError

from core.messages import Message
from core.money import MOST_DIGITS, parse_fraction, parse_percent, parse_yuan, percent, plain

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DAYS_KEPT: Final = 4096
"""The written days that are kept: a file's visits share them."""


class StrictModel(BaseModel):
    """A frozen model that converts nothing in silence and accepts nothing unknown."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)

    def __deepcopy__(self, memo: object = None) -> Self:
        """Return the model itself, which is frozen. Pydantic copies each default at every validation."""
        return self


def refuse(message: Message) -> NoReturn:
    """End a pydantic validation with a message of the catalogue."""
    raise PydanticCustomError(message.id, message.id, dict(message.params))


def _accepted(parsed: int | Message) -> int:
    if isinstance(parsed, Message):
        refuse(parsed)
    return parsed


def _digits(value: object, fault: str) -> str:
    """Return the text of a whole number or a string. Anything else is refused by the fault's id."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    refuse(Message(fault))


def _fen(value: object) -> int:
    parsed = parse_yuan(value if type(value) is str else _digits(value, "fault.amount.form"))
    return parsed if type(parsed) is int else _accepted(parsed)


def _percent(value: object) -> int:
    return _accepted(parse_percent(_digits(value, "fault.percent.form")))


def _fraction(value: object) -> int:
    return _accepted(parse_fraction(_digits(value, "fault.share.form")))


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found = _day_of(value) if isinstance(value, str) else None
    if found is not None:
        return found
    written = isinstance(value, str) and _DAY.fullmatch(value)
    refuse(Message("fault.day.unknown" if written else "fault.day.form"))


@lru_cache(_DAYS_KEPT)
def _day_of(text: str) -> date | None:
    """Return the day of a text ``YYYY-MM-DD``, None where there is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        refuse(Message("fault.count.form"))
    if value >= 10**MOST_DIGITS:
        refuse(Message("fault.count.digits", {"digits": MOST_DIGITS}))
    return value


def _whole_number_key(value: object) -> int:
    """Return the number that a table's key is: digits without a leading zero. TOML and JSON keys are text."""
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,3}", value, re.ASCII):
        return int(value)
    refuse(Message("fault.key.number"))


def _as_share(rate: int) -> str:
    return percent(rate // 100)  # the same digits, the point two places further left


Fen = Annotated[int, BeforeValidator(_fen), PlainSerializer(plain, when_used="json")]
"""Fen, written as yuan: a whole number, or text with at most two decimals."""
Percent = Annotated[int, BeforeValidator(_percent), PlainSerializer(percent, when_used="json")]
"""A rate, written as a percentage: a whole number, or text with at most four decimals."""
Fraction = Annotated[int, BeforeValidator(_fraction), PlainSerializer(_as_share, when_used="json")]
"""A rate, written as a share of one, at most four decimals."""
Day = Annotated[date, BeforeValidator(_day)]
"""A date, written as TOML's or as text ``YYYY-MM-DD``."""
Count = Annotated[int, BeforeValidator(_count)]
"""A whole number of at most ten digits, never text."""
NumberKey = Annotated[int, BeforeValidator(_whole_number_key)]
"""A number that is a table's key."""
