"""Packs of the grid: one with every figure stated, and its variants of one setting."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.reference.requests.drawing import YUAN, Pack, Request, yuan

SHIFTS = (-1, 0, 1)
DEDUCTIBLES = {"village_clinic": 150, "level_1": 200, "level_2": 400, "level_3": 800}  # yuan
BANDS_2020 = [{"up_to": 50_000, "percent": 60}, {"up_to": 150_000, "percent": "67.5"}, {"percent": 75}]
STATED_EDGES = (50_000 * YUAN, 150_000 * YUAN)


def critical_tables(origin: str, cap_on: str) -> dict[str, Any]:
    """Return the critical-illness figures of every year that the grid meets."""
    measured = {"band_origin": origin, "cap_on": cap_on}
    stated = {"deductible": 10_000, "cap": 200_000, **measured}
    bands_2016 = [{"up_to": 50_000, "percent": 50}, {"up_to": 150_000, "percent": 65}, {"percent": 80}]
    bands_2018 = [{"up_to": 50_000, "percent": 55}, {"up_to": 150_000, "percent": "67.5"}, {"percent": 80}]
    none_on_file = {
        **stated,
        "bands": BANDS_2020,
        "tilted": ["low_income", "relapse_risk"],
        "tilt_deductible_percent": "33.3",
        "tilt_points": "7.5",
    }
    return {
        "2015": {**none_on_file, "counts_category_b": True},
        "2016": {**stated, "bands": bands_2016},
        "2018": {**stated, "bands": bands_2018},
        "2019": {**stated, "bands": bands_2018},
        "2020": {"bands": BANDS_2020, **measured},
        "2021": {**none_on_file, "counts_category_b": True},
        "2022": {**none_on_file, "counts_category_b": True},
        "2025": {**none_on_file, "counts_category_b": False},
        **{str(year): {"deductible": 10_000, **measured} for year in range(2026, 2034)},
    }


def grid_pack(
    band_axis: str = "annual_cost",
    period: str = "year",
    limit: int = 1000,
    counts: str = "inside",
    origin: str = "zero",
    cap_on: str = "payment",
) -> Pack:
    """Return a pack with every figure of the tables of sections 2 to 7."""
    return {
        "id": "reference/grid",
        "name": "grid",
        "effective": "2010-01-01",
        "source": {"document": "grid", "entered_by": "a", "checked_by": "b"},
        "inpatient": {
            "band_axis": band_axis,
            "deductible": {level: [amount, amount // 2] for level, amount in DEDUCTIBLES.items()},
        },
        "special_outpatient": {"deductible_period": period, "deductible": dict(DEDUCTIBLES)},
        "common_outpatient": {
            "annual_limit": limit,
            "deductible_period": period,
            "deductible": {"village_clinic": 30, "level_1": 50, "level_2": 100},
        },
        "chronic_outpatient": {
            "deductible": 200,
            "deductible_counts": counts,
            "additional_disease_rate": "0.3333",
        },
        "critical_illness": critical_tables(origin, cap_on),
        "medical_assistance": {
            "percent": {"low_income": 70, "rural_destitute": 100, "orphan": "82.5"},
            "deductible": {"low_income": 1500, "orphan": 500},
            "annual_limit": {"low_income": 5000, "rural_destitute": 100_000},
        },
    }


def changed(pack: Pack, path: str, value: Any) -> Pack:
    """Return a copy of a pack with one key set, its tables made where they are not there."""
    copy = deepcopy(pack)
    *tables, key = path.split(".")
    table = copy
    for name in tables:
        table = table.setdefault(name, {})
    table[key] = value
    return copy


def in_every_year(pack: Pack, **settings: Any) -> Pack:
    """Return a copy of a pack whose years from 2026 on have more settings."""
    copy = deepcopy(pack)
    for year, table in copy["critical_illness"].items():
        if int(year) >= 2026:
            table.update(settings)
    return copy


PLAIN = grid_pack()
AXIS_PACKS = [grid_pack(band_axis=axis) for axis in ("annual_cost", "admission_cost", "annual_fund")]
ORIGIN_PACKS = [grid_pack(origin=origin) for origin in ("zero", "deductible")]
COST_PACKS = [grid_pack(origin=origin, cap_on="cost") for origin in ("zero", "deductible")]
PERIOD_PACKS = [grid_pack(period=period) for period in ("year", "visit")]
LIMIT_PACKS = [grid_pack(period=period, limit=limit) for period in ("year", "visit") for limit in (700, 1000)]
COUNTS_PACKS = [grid_pack(counts=counts) for counts in ("inside", "outside")]
SINCE_PACKS = [
    in_every_year(grid_pack(cap_on=cap_on), **since)
    for cap_on in ("payment", "cost")
    for since in ({}, {"consecutive_from": 2025}, {"bonus_from": 2025})
]


def point(pack: Pack, benefit: str, level: str, day: str, eligible: int, **more: Any) -> Request:
    """Return one request of the grid; the amount is in fen and never below zero."""
    return {
        "region": pack,
        "benefit": benefit,
        "hospital_level": level,
        "discharged": day,
        "eligible": yuan(max(0, eligible)),
        **more,
    }


def earlier(**fen: int) -> dict[str, Any]:
    """Return totals of the year in the request's form, from fen."""
    return {name: amount if name == "admissions" else yuan(max(0, amount)) for name, amount in fen.items()}
