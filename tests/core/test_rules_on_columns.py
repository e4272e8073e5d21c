"""The law is written once: the lines that settle a patient also run on symbols and on columns."""

import operator
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from core.bands import Band
from core.policy.terms import (
    AssistanceTerms,
    ChronicTerms,
    CommonTerms,
    CriticalTerms,
    Deductible,
    IncentiveTerms,
    PooledTerms,
)
from core.rules.assistance import assistance
from core.rules.critical_illness import critical_illness
from core.rules.outpatient import chronic, common
from core.rules.pooled import pooled
from core.settlement import Source
from core.vocabulary import BandAxis, BandOrigin, DeductibleCounts, Level

HERE = Source("document", "clause")
BASIC = (Band(3_000_000, 700_000), Band(6_000_000, 750_000), Band(None, 800_000))
CRITICAL = (Band(10_000_000, 600_000), Band(20_000_000, 725_000), Band(None, 800_000))


def _pooled_terms(axis: BandAxis, deductible: Deductible) -> PooledTerms:
    return PooledTerms(axis, BASIC, 20_000_000, deductible, Level.LEVEL_2, *[HERE] * 4)


def _critical_terms(origin: BandOrigin, cap: int | None, consecutive: int | None) -> CriticalTerms:
    incentives = IncentiveTerms(4, 10_000, 10_000, 200_000, 10_000, 200_000, consecutive, HERE)
    return CriticalTerms(1_000_000, CRITICAL, origin, cap, True, False, 0, incentives, 400_000, *[HERE] * 7)


BY_ADMISSION = Deductible((80_000, 60_000, 40_000), HERE)
YEARLY = Deductible((20_000,), HERE, yearly=True)
RULES: dict[str, tuple[Callable[..., Any], int]] = {
    **{
        f"pooled, {axis}": (lambda *q, axis=axis: pooled(_pooled_terms(axis, BY_ADMISSION), *q), 9)
        for axis in BandAxis
    },
    "pooled, a yearly deductible": (
        lambda *q: pooled(_pooled_terms(BandAxis.ANNUAL_COST, YEARLY), *q),
        9,
    ),
    "pooled, no deductible": (
        lambda *q: pooled(_pooled_terms(BandAxis.ANNUAL_FUND, Deductible((0,), HERE, waived=True)), *q),
        9,
    ),
    **{
        f"critical illness from {origin}, cap {cap}, {years}": (
            lambda *q, origin=origin, cap=cap, years=years: critical_illness(
                _critical_terms(origin, cap, years), *q[:7], (q[7], q[8])
            ),
            9,
        )
        for origin in BandOrigin
        for cap in (40_000_000, None)
        for years in (6, None)
    },
    "common outpatient": (
        lambda *q: common(CommonTerms(500_000, YEARLY, 100_000, 650_000, HERE, HERE, HERE), *q),
        5,
    ),
    **{
        f"chronic outpatient, {counts}": (
            lambda *q, counts=counts: chronic(
                ChronicTerms(1, 600_000, 240_000, 144_000, YEARLY, counts, 650_000, HERE, HERE, HERE), *q
            ),
            6,
        )
        for counts in DeductibleCounts
    },
    **{
        f"assistance, limit {limit}": (
            lambda *q, limit=limit: assistance(
                AssistanceTerms(700_000, 150_000, limit, HERE, HERE, HERE), *q
            ),
            3,
        )
        for limit in (5_000_000, None)
    },
}


class Symbol:
    """A number that is not known yet: it can be reckoned with, and nobody can ask what it holds."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __array_namespace__(self) -> type["Symbol"]:
        return Symbol

    def __bool__(self) -> bool:
        msg = f"a rule asked what a row holds: {self.name}"
        raise AssertionError(msg)

    __int__ = __index__ = __hash__ = __len__ = __iter__ = __bool__  # type: ignore[assignment]

    @staticmethod
    def minimum(first: Any, second: Any) -> "Symbol":
        return Symbol(f"min({first}, {second})")

    @staticmethod
    def maximum(first: Any, second: Any) -> "Symbol":
        return Symbol(f"max({first}, {second})")

    @staticmethod
    def where(condition: "Symbol", then: Any, otherwise: Any) -> "Symbol":
        return Symbol(f"where({condition}, {then}, {otherwise})")

    def __str__(self) -> str:
        return self.name


def _binary(sign: str) -> Callable[[Symbol, Any], Symbol]:
    return lambda self, other: Symbol(f"({self} {sign} {other})")


def _reflected(sign: str) -> Callable[[Symbol, Any], Symbol]:
    return lambda self, other: Symbol(f"({other} {sign} {self})")


for _name, _sign in {"add": "+", "sub": "-", "mul": "*", "floordiv": "//"}.items():
    setattr(Symbol, f"__{_name}__", _binary(_sign))
    setattr(Symbol, f"__r{_name}__", _reflected(_sign))
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    setattr(Symbol, f"__{_name}__", _binary(_sign))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_never_asks_what_a_row_holds(name: str) -> None:
    rule, arity = RULES[name]
    found = rule(*(Symbol(f"q{number}") for number in range(arity)))
    assert "q0" in str(found.paid)


def test_a_rule_that_asks_is_caught() -> None:
    def careless(amount: int) -> int:
        return amount if amount > 3 else 0

    with pytest.raises(AssertionError, match="asked what a row holds"):
        careless(Symbol("q0"))  # type: ignore[arg-type]
    assert operator.add(Symbol("a"), 1).name == "(a + 1)"  # type: ignore[operator]


def _flat(found: Sequence[Any]) -> list[Any]:
    """A rule's result as a flat list of its numbers."""
    flat: list[Any] = []
    for value in found:
        if isinstance(value, tuple):
            flat += _flat(value)
        else:
            flat.append(value)
    return flat


def _quantities(rng: random.Random, arity: int, rows: int) -> list[list[int]]:
    edges = [0, 1, 20_000, 40_000, 3_000_000, 6_000_000, 10_000_000, 20_000_000, 40_000_000, 10**12 - 1]

    def drawn() -> int:
        if rng.random() < 0.5:
            return max(0, min(10**12 - 1, rng.choice(edges) + rng.randint(-1, 1)))
        return rng.randrange(10 ** rng.randint(1, 12))

    return [[drawn() for _ in range(rows)] for _ in range(arity)]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", RULES)
def test_columns_are_settled_to_the_fen_as_rows_are(name: str) -> None:
    rule, arity = RULES[name]
    rows = 3_000
    quantities = _quantities(random.Random(name), arity, rows)
    if name.startswith("critical"):
        quantities[4:7] = [[value % 30 for value in column] for column in quantities[4:7]]
    by_column = _flat(rule(*(np.array(column, dtype=np.int64) for column in quantities)))
    by_row = [_flat(rule(*row)) for row in zip(*quantities, strict=True)]
    assert len(by_column) == len(by_row[0])
    for position, column in enumerate(by_column):
        expected = [row[position] for row in by_row]
        if expected[0] is None:
            assert column is None
            continue
        if isinstance(column, np.ndarray):
            assert column.dtype == np.int64
        assert np.array_equal(np.broadcast_to(column, rows), np.array(expected)), f"result {position}"
