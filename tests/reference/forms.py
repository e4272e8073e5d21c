"""Forms of values: small checks that are put together to the form of a request or of a pack.

A check takes a value and its path and adds the path of each fault to a list. Where the contract says that
something is refused but not at which of two keys, the fault names both with `|` between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.amounts import number

Check = Callable[[Any, str, list[str]], None]

AMOUNT = re.compile(r"0*([0-9]{1,10})(\.[0-9]{1,2})?", re.ASCII)
RATE = re.compile(r"0*([0-9]{1,10})(\.[0-9]{1,4})?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
LEVELS = ("village_clinic", "level_1", "level_2", "level_3")
POPULATIONS = (
    *("ordinary", "low_income", "rural_destitute", "urban_destitute"),
    *("orphan", "registered_poor", "relapse_risk"),
)
CHRONIC = (*range(1, 19), *range(101, 106))
LOCAL = range(101, 106)
SPECIAL = range(1, 42)


def below(path: str, key: object) -> str:
    """Return the path of a key under a path."""
    return f"{path}.{key}" if path else str(key)


def holds(test: Callable[[Any], bool]) -> Check:
    """Make a check of a test: the value is at fault where it fails."""

    def check(value: Any, path: str, faults: list[str]) -> None:
        if not test(value):
            faults.append(path)

    return check


def is_written(value: Any, form: re.Pattern[str]) -> bool:
    """Tell if a value is a number in one of the ways in which one may be written."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return isinstance(value, str) and form.fullmatch(value) is not None


def is_day(value: Any) -> bool:
    """Tell if a value is a day that exists."""
    if isinstance(value, date):  # TOML has days of its own
        return True
    if not isinstance(value, str) or DAY.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_whole(value: Any, lowest: int = 0) -> bool:
    """Tell if a value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= lowest


def up_to(highest: int) -> Check:
    """Make a check of a rate or share: at most this, at most four decimals."""
    return holds(lambda value: is_written(value, RATE) and number(value) <= Fraction(highest))


def one_of(*choices: object) -> Check:
    """Make a check of a choice."""
    return holds(
        lambda value: not isinstance(value, bool) and isinstance(value, str | int) and value in choices
    )


amount = holds(lambda value: is_written(value, AMOUNT))
percent, share_of_one = up_to(100), up_to(1)
day = holds(is_day)
whole = holds(is_whole)
yes_no = holds(lambda value: isinstance(value, bool))
text = holds(lambda value: isinstance(value, str))
anything = holds(lambda _: True)


def listed(check: Check) -> Check:
    """Make a check of a list of values of one form."""

    def check_list(value: Any, path: str, faults: list[str]) -> None:
        if not isinstance(value, list):
            faults.append(path)
            return
        for place, item in enumerate(value):
            check(item, below(path, place), faults)

    return check_list


def by_key(keys: Collection[Any], check: Check) -> Check:
    """Make a check of a table whose keys are some of a list and whose values have one form."""
    return table({str(key): check for key in keys})


def table(keys: Mapping[str, Check], required: Collection[str] = ()) -> Check:
    """Make a check of a table with these keys and no others."""

    def check_table(value: Any, path: str, faults: list[str]) -> None:
        if not isinstance(value, Mapping):
            faults.append(path)
            return
        faults.extend(below(path, key) for key in required if key not in value)
        for key, item in value.items():
            keys.get(key, holds(lambda _: False))(item, below(path, key), faults)

    return check_table


def checked(check: Check, rule: Callable[[Any, str, list[str]], None]) -> Check:
    """Make a check whose rule over the whole value is asked only where the form of each part is right."""

    def check_both(value: Any, path: str, faults: list[str]) -> None:
        before = len(faults)
        check(value, path, faults)
        if len(faults) == before:
            rule(value, path, faults)

    return check_both


def not_both(one: str, other: str) -> Callable[[Any, str, list[str]], None]:
    """Make a rule that two keys do not stand together."""

    def rule(value: Any, path: str, faults: list[str]) -> None:
        if one in value and other in value:
            faults.append(f"{below(path, one)}|{below(path, other)}")

    return rule
