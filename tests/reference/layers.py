"""The values that the layers of a settlement answer with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.amounts import ZERO
from tests.reference.bands import Bands, Row


@dataclass(frozen=True)
class Unknown:
    """A layer or a figure that cannot be worked out: the figures of its own that nobody gives, or none."""

    names: tuple[str, ...] = ()


def names_of(*values: Any) -> tuple[str, ...]:
    """Return the names of every figure that is missing among the values, each once, in their order."""
    names = [name for value in values if isinstance(value, Unknown) for name in value.names]
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class Basic:
    """What basic insurance makes of the cost."""

    cost: Fraction  # in scope, or the price of a case in its place
    deductible: Fraction = ZERO
    fund: Fraction = ZERO
    rows: tuple[Row, ...] = ()
    coinsurance: Fraction = ZERO
    not_covered: Fraction = ZERO
    over_limit: Fraction = ZERO
    counted: Fraction = ZERO  # what used up the amount or the cost limit of a disease
    own_deductible: bool = False  # the deductible is the disease's own and not the level's


@dataclass(frozen=True)
class CriticalTerms:
    """The critical-illness figures that hold for this person in this year."""

    deductible: Fraction
    cap: Fraction | None
    cap_without_bonus: Fraction | None
    bands: Bands
    counts_category_b: bool
    cap_on_cost: bool
    frauds: int = 0


@dataclass(frozen=True)
class Critical:
    """What critical illness pays; `terms` is None where the care does not count for it at all."""

    fund: Fraction = ZERO
    burden: Fraction = ZERO
    rows: tuple[Row, ...] = ()
    terms: CriticalTerms | None = None
    bonus_used: bool = False
    fraud_cleared: bool = False


@dataclass(frozen=True)
class Assistance:
    """What medical assistance pays, and the deductible that it charged for that."""

    fund: Fraction = ZERO
    deductible: Fraction = ZERO
