"""Region packs at random: the tables that the documents leave whole to a region (settlement, section 10)."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.reference.requests.drawing import (
    CASES,
    LEVELS,
    LOCAL_AMOUNTS,
    POPULATIONS,
    SPECIAL_WITH_TABLE,
    keep,
    odd_amount,
    percent,
    sometimes,
    with_table,
    written,
)


def random_cases(rng: Random, full: bool) -> list[dict[str, Any]]:
    """Draw the case prices: each code at some levels, cells empty where the pack has gaps."""
    rows = []
    for code in CASES:
        levels = LEVELS if rng.random() < 0.2 else LEVELS[1:]
        for level in levels if full else rng.sample(levels, rng.randint(0, 2)):
            cells = {
                "name": code,
                "price": written(rng, odd_amount(rng, 2_000, 6_000, 8_000, 60_000, 300_000)),
                "fund_percent": percent(rng, 30, 100),
                "counts_for_critical": rng.random() < 0.6,
                "deductible": rng.random() < 0.6,
            }
            rows.append({"code": code, "level": level, **keep(rng, full, cells, 0.9)})
    return rows


def random_local_diseases(rng: Random, full: bool) -> list[dict[str, Any]]:
    """Draw the chronic diseases that the region added."""
    rows = []
    for number in sorted(rng.sample(sorted(LOCAL_AMOUNTS), rng.randint(2, 5))):
        usual = rng.random() < 0.7
        fen = LOCAL_AMOUNTS[number] if usual else odd_amount(rng, 1_000, 2_000)
        rows.append(
            {"number": number, **keep(rng, full, {"name": "local", "amount": written(rng, fen)}, 0.9)}
        )
    return rows


def random_special_diseases(rng: Random) -> dict[str, Any]:
    """Draw the special outpatient diseases that have a deductible, a rate or limits of their own."""
    diseases = {}
    for disease in rng.sample(SPECIAL_WITH_TABLE, rng.randint(1, 5)):
        diseases[str(disease)] = keep(
            rng,
            False,
            {
                "deductible": written(rng, odd_amount(rng, 0, 100, 500)),
                "percent": percent(rng, 40, 100),
                "annual_limit": written(rng, odd_amount(rng, 3_000, 30_000)),
                "cost_limit": written(rng, odd_amount(rng, 5_000, 20_000, 50_000)),
            },
            0.6,
        )
    return diseases


def random_carry_over(rng: Random) -> dict[str, Any]:
    """Draw the settings that carry unused limits over."""
    settings = {
        **sometimes(rng, "common_to_chronic", (True, True, False)),
        **sometimes(rng, "outpatient_to_pooled", (True, True, False)),
    }
    if rng.random() < 0.5:
        return {**settings, "next_year_percent": rng.choice(("50", 100, "33.3333", 0, "0.0001"))}
    return {**settings, **sometimes(rng, "next_year_points", ("1", 5, "2.5", 50, "50.0001", 100))}


def random_elsewhere(rng: Random, full: bool) -> dict[str, Any]:
    """Draw the shares that are paid first for care elsewhere."""
    return keep(
        rng, full, {"referred_percent": percent(rng, 0, 30), "unreferred_percent": percent(rng, 0, 100)}
    )


def random_assistance_bands(rng: Random) -> list[dict[str, Any]]:
    """Draw the bands of a category, now and then with one that pays nothing."""
    edges = sorted({odd_amount(rng, 1_000, 2_000, 5_000, 20_000) for _ in range(rng.randint(0, 3))} - {0})
    upper: list[int | None] = [*edges, None]
    return [
        {
            **({} if edge is None else {"up_to": written(rng, edge)}),
            "percent": 0 if rng.random() < 0.1 else percent(rng, 1, 100),
        }
        for edge in upper
    ]


def random_assistance(rng: Random, full: bool) -> dict[str, Any]:
    """Draw the medical assistance table: by category a percent or bands, later stays, limit, deductible."""
    listed = rng.sample(POPULATIONS, rng.randint(1, 7))
    bands = {name: random_assistance_bands(rng) for name in listed if rng.random() < 0.4}
    percents = {name: percent(rng) for name in listed if name not in bands}
    later = {name: percent(rng) for name in POPULATIONS if rng.random() < 0.4}
    limits = {name: written(rng, odd_amount(rng, 5_000, 50_000)) for name in listed if rng.random() < 0.6}
    deductibles = {
        name: written(rng, odd_amount(rng, 0, 1_500, 3_000)) for name in listed if rng.random() < 0.6
    }
    table: dict[str, Any] = {}
    for name, content in (
        ("annual_limit", limits),
        ("deductible", deductibles),
        ("percent", percents),
        ("bands", bands),
        ("later_stays_percent", later if rng.random() < 0.5 else {}),
    ):
        table = with_table(table, name, content)
    return keep(rng, full, table)
