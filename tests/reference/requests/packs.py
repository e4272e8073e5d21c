"""Region packs at random: the tables that settle basic insurance and critical illness."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from random import Random
from typing import Any

from tests.reference.requests.drawing import (
    CHRONIC_DISEASES,
    FIRST_YEAR,
    LAST_YEAR,
    LEVELS,
    POPULATIONS,
    Pack,
    keep,
    odd_amount,
    percent,
    sometimes,
    with_table,
    written,
)
from tests.reference.requests.local_tables import (
    random_assistance,
    random_carry_over,
    random_cases,
    random_elsewhere,
    random_local_diseases,
    random_special_diseases,
)


def random_pack(rng: Random, years: Collection[int] = range(FIRST_YEAR - 1, LAST_YEAR + 2)) -> Pack:
    """Draw a region's pack of any shape; the years are those for which it may state critical illness."""
    full = rng.random() < 0.7
    pack: Pack = {
        "id": "reference/region",
        "name": "reference",
        "effective": f"{rng.randint(2008, 2013)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "source": {"document": "reference", "entered_by": "a", "checked_by": "b"},
    }
    tables: dict[str, Any] = {
        "inpatient": random_inpatient(rng, full),
        "special_outpatient": random_special_outpatient(rng, full),
        "common_outpatient": random_common_outpatient(rng, full),
        "chronic_outpatient": random_chronic_outpatient(rng, full),
        "critical_illness": {str(year): random_critical_illness(rng, full, year) for year in sorted(years)},
        "medical_assistance": random_assistance(rng, full) if rng.random() < 0.5 else {},
        "case_payment": random_cases(rng, full) if rng.random() < 0.5 else [],
        "carry_over": random_carry_over(rng) if rng.random() < 0.4 else {},
        "elsewhere": random_elsewhere(rng, full) if rng.random() < 0.8 else {},
    }
    if not full:
        tables["critical_illness"] = keep(rng, full, tables["critical_illness"])
        tables = keep(rng, full, tables)
    pack.update({name: table for name, table in tables.items() if table or name == "critical_illness"})
    return pack


def levels_of(rng: Random, full: bool) -> list[str]:
    """Draw the levels that a table lists: without gaps all, the village clinic's own only now and then."""
    if full:
        return list(LEVELS if rng.random() < 0.3 else LEVELS[1:])
    return rng.sample(LEVELS, rng.randint(1, 4))


def random_inpatient(rng: Random, full: bool) -> dict[str, Any]:
    """Draw the inpatient table: axis, transfers, and deductibles for the first, second ... admission."""
    settings = {
        **sometimes(rng, "band_axis", ("annual_cost", "admission_cost", "annual_fund"), 0.75),
        **sometimes(rng, "transfer_up", ("next_admission", "same_stay", "same_stay")),
        **sometimes(rng, "transfer_down", ("any_level", "primary_only", "primary_only")),
    }
    deductibles = {
        level: [written(rng, odd_amount(rng, 0, 200, 400, 800, 1200)) for _ in range(rng.randint(1, 4))]
        for level in levels_of(rng, full)
    }
    return with_table(settings, "deductible", deductibles if full or rng.random() < 0.8 else {})


def random_special_outpatient(rng: Random, full: bool) -> dict[str, Any]:
    """Draw the special outpatient table, with tables by disease in every other pack."""
    table = {level: written(rng, odd_amount(rng, 0, 200, 400, 800)) for level in levels_of(rng, full)}
    settings = sometimes(rng, "deductible_period", ("year", "visit"), 0.7)
    settings = with_table(settings, "deductible", table if full or rng.random() < 0.8 else {})
    return with_table(settings, "disease", random_special_diseases(rng) if rng.random() < 0.5 else {})


def random_common_outpatient(rng: Random, full: bool) -> dict[str, Any]:
    """Draw the common outpatient table."""
    table = {
        "annual_limit": rng.choice((700, 1000, "700", "1000.00")),
        "deductible": {
            level: written(rng, odd_amount(rng, 0, 30, 50, 100)) for level in levels_of(rng, full)
        },
    }
    return {**sometimes(rng, "deductible_period", ("year", "visit"), 0.7), **keep(rng, full, table)}


def random_chronic_outpatient(rng: Random, full: bool) -> dict[str, Any]:
    """Draw the chronic outpatient table: one deductible or one for each disease, and what more bring."""
    table: dict[str, Any] = sometimes(rng, "deductible_counts", ("inside", "outside"))
    if full or rng.random() < 0.8:
        if rng.random() < 0.5:
            table["deductible"] = written(rng, odd_amount(rng, 0, 200, 300))
        else:
            listed = CHRONIC_DISEASES if full else rng.sample(CHRONIC_DISEASES, rng.randint(0, 22))
            table["deductible"] = {
                str(disease): written(rng, odd_amount(rng, 0, 200, 300)) for disease in listed
            }
    way = rng.random()
    if way < 0.5:
        table["additional_disease_rate"] = rng.choice(("0", "0.5", "1", "0.3333", "0.75", "0.0001", "0.05"))
    elif way < (1 if full else 0.8):
        table["additional_disease_amount"] = written(rng, odd_amount(rng, 0, 600, 1_200, 3_000))
    return with_table(table, "local", random_local_diseases(rng, full) if rng.random() < 0.6 else [])


def random_bands(
    rng: Random, lowest: int = 0, highest: int = 100, first: int | None = None, rising: bool = False
) -> list[dict[str, Any]]:
    """Draw a table of bands, one to four of them; `rising` where a document lets no rate fall."""
    edges = sorted(
        {odd_amount(rng, 10_000, 50_000, 80_000, 100_000, 200_000) for _ in range(rng.randint(0, 3))} - {0}
    )
    percents = [percent(rng, lowest, highest) for _ in range(len(edges) + 1)]
    if rising:
        percents.sort(key=lambda rate: Fraction(rate))
    if first is not None:
        percents[0] = first
    upper: list[int | None] = [*edges, None]
    return [
        {"percent": rate} if edge is None else {"up_to": written(rng, edge), "percent": rate}
        for edge, rate in zip(upper, percents, strict=True)
    ]


def random_critical_illness(rng: Random, full: bool, year: int) -> dict[str, Any]:
    """Draw what a region may state on critical illness in a year, and nothing that a document settles."""
    if year >= 2026:
        table = from_2026(rng, full)
    elif year == 2020:
        table = keep(rng, full, {"bands": random_bands(rng, 40, 100, rising=True)})
        table |= sometimes(rng, "uncapped_for", (["low_income"], ["orphan"], ["orphan", "low_income"], []))
    elif 2016 <= year <= 2019:
        first = rng.choice((50,)) if year == 2016 else rng.choice((55, 55, 60))
        table = keep(
            rng,
            full,
            {
                "deductible": written(rng, odd_amount(rng, 0, 5_000, 10_000, 15_000)),
                "bands": random_bands(rng, first, 80, first, rising=True),
                "cap": written(rng, odd_amount(rng, 100_000, 200_000, 300_000)),
            },
        )
    else:
        table = without_a_document(rng, full)
    table |= sometimes(rng, "band_origin", ("zero", "deductible"), 0.5)
    return {**table, **sometimes(rng, "cap_on", ("payment", "cost"), 0.5)}


def from_2026(rng: Random, full: bool) -> dict[str, Any]:
    """Draw a year of 2025-12-31."""
    table = keep(rng, full, {"deductible": written(rng, odd_amount(rng, 0, 5_000, 10_000, 14_000, 15_000))})
    table |= sometimes(rng, "covers_special_outpatient", (True, False, False), 0.3)
    table |= sometimes(rng, rng.choice(("consecutive_from", "bonus_from")), (2025, 2025, 2026, 2027), 0.5)
    return table | sometimes(rng, "income_per_head", (20_000, 30_000, "66666.66", 70_000), 0.3)


def without_a_document(rng: Random, full: bool) -> dict[str, Any]:
    """Draw a year whose whole rule the region states."""
    table: dict[str, Any] = {
        "deductible": written(rng, odd_amount(rng, 0, 5_000, 10_000, 14_000, 15_000)),
        "bands": random_bands(rng),
        "tilted": rng.sample(POPULATIONS[1:], rng.randint(0, 6)),
        "tilt_deductible_percent": percent(rng),
        "tilt_points": percent(rng, 0, 20),
        "counts_category_b": rng.random() < 0.5,
    }
    if rng.random() < 0.75:
        table["cap"] = written(rng, odd_amount(rng, 100_000, 200_000, 300_000))
    else:
        table["uncapped"] = True
    return keep(rng, full, table)
