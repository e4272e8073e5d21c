"""Drawing: amounts, percentages and tables at random, pulled towards the edges that matter.

Amounts are drawn and kept in whole fen, because the edges are a fen wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

Request = dict[str, Any]
Pack = dict[str, Any]

YUAN = 100  # fen
LARGEST = 10**12 - 1  # ten digits before the point

BENEFITS = ("inpatient", "special_outpatient", "day_surgery", "common_outpatient", "chronic_outpatient")
POOLED = BENEFITS[:3]
LEVELS = ("village_clinic", "level_1", "level_2", "level_3")
POPULATIONS = (
    "ordinary",
    "low_income",
    "rural_destitute",
    "urban_destitute",
    "orphan",
    "registered_poor",
    "relapse_risk",
)
FIRST_YEAR, LAST_YEAR = 2014, 2032
RATES = {
    "village_clinic": (80, 85, 90),
    "level_1": (80, 85, 90),
    "level_2": (70, 75, 80),
    "level_3": (55, 60, 65),
}
BAND_EDGES = (30_000 * YUAN, 60_000 * YUAN)
BASIC_LIMIT = 200_000 * YUAN
CRITICAL_EDGES = (100_000 * YUAN, 200_000 * YUAN)
CAP_2020, CAP_2026 = 300_000 * YUAN, 400_000 * YUAN
TOGETHER = 6_500 * YUAN
CHRONIC_AMOUNTS = [
    yuan * YUAN
    for yuan in (
        *(2400, 3000, 1800, 1800, 2200, 1900, 2000, 2000, 1800),
        *(1900, 1700, 1600, 2400, 2100, 2500, 1800, 1600, 1900),
    )
]
LOCAL_AMOUNTS = {101: 1_500 * YUAN, 102: 99_999, 103: 1_200_50, 104: 6_000 * YUAN, 105: 1}  # usual ones
CHRONIC_DISEASES = (*range(1, 19), *LOCAL_AMOUNTS)
SPECIAL_WITH_TABLE = (5, 9, 21, 33, 41)
CASES = ("K35", "O82", "I21", "C50.9")
UNKNOWN_CASE = "Z99"


def yuan(fen: int) -> str:
    """Write an amount with two decimals."""
    return f"{fen // 100}.{fen % 100:02}"


def half_up(amount: Fraction) -> int:
    """Round to the nearest whole number, a half upward."""
    return math.floor(amount + Fraction(1, 2))


def written(rng: Random, fen: int) -> str | int:
    """Write an amount in one of the ways in which it may be written."""
    style = rng.random()
    if fen % 100 == 0 and style < 0.3:
        return fen // 100
    if fen % 100 == 0 and style < 0.4:
        return str(fen // 100)
    if fen % 10 == 0 and style < 0.5:
        return f"{fen // 100}.{fen % 100 // 10}"
    return f"00{yuan(fen)}" if style > 0.995 else yuan(fen)


def percent(rng: Random, lowest: int = 0, highest: int = 100) -> str | int:
    """Draw a percentage, whole or with up to four decimals."""
    if rng.random() < 0.7:
        return rng.randint(lowest, highest)
    decimals = rng.choice((1, 2, 4))
    step = 10**decimals
    whole, rest = divmod(rng.randint(lowest * step, highest * step), step)
    return f"{whole}.{rest:0{decimals}}".rstrip("0").rstrip(".")


def odd_amount(rng: Random, *usual: int) -> int:
    """Draw one of the usual round amounts of yuan, or now and then one that is odd to the fen. In fen."""
    return rng.choice(usual) * YUAN if rng.random() < 0.75 else rng.randint(0, 2 * max(usual) * YUAN)


def magnitude(rng: Random) -> int:
    """Draw an amount of any size, in fen: from one fen to ten digits of yuan, mostly a hospital's."""
    if rng.random() < 0.02:
        return rng.choice((0, 1, LARGEST, LARGEST - 1, rng.randint(0, LARGEST)))
    return int(10 ** rng.uniform(0, 8.5)) // rng.choice((1, 1, 100)) * rng.choice((1, 1, 100))


def around(rng: Random, targets: Sequence[int]) -> int:
    """Draw a fen before, at or after one of the targets; never below zero. In fen."""
    return max(0, rng.choice(targets) + rng.choice((-1, 0, 1)))


def keep(rng: Random, full: bool, table: dict[str, Any], share: float = 0.8) -> dict[str, Any]:
    """Return a table with its keys or, where the pack has gaps, without some of them."""
    return table if full else {key: value for key, value in table.items() if rng.random() < share}


def sometimes(rng: Random, name: str, choices: Sequence[Any], share: float = 0.6) -> dict[str, Any]:
    """Return a key with one of its choices, or nothing where it is to be left out."""
    return {name: rng.choice(choices)} if rng.random() < share else {}


def with_table(settings: dict[str, Any], name: str, table: Any) -> dict[str, Any]:
    """Return the settings with a table, unless the table came out empty."""
    return {**settings, name: table} if table else settings
