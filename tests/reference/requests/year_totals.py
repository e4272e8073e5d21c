"""Totals of a year and enrolment at random, each pulled towards its own edges."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.reference.requests.drawing import (
    BAND_EDGES,
    BASIC_LIMIT,
    CAP_2020,
    CAP_2026,
    CHRONIC_AMOUNTS,
    CHRONIC_DISEASES,
    CRITICAL_EDGES,
    LOCAL_AMOUNTS,
    POOLED,
    SPECIAL_WITH_TABLE,
    YUAN,
    around,
    magnitude,
    written,
)


def usual_amount(disease: int) -> int:
    """Return a chronic disease's amount: annex 1's, or the usual one of a local disease. In fen."""
    return LOCAL_AMOUNTS[disease] if disease > 100 else CHRONIC_AMOUNTS[disease - 1]


def random_totals(rng: Random, benefit: str) -> dict[str, Any]:
    """Draw the totals of a year. In fen."""

    def near(*targets: int) -> int:
        return around(rng, targets) if rng.random() < 0.6 else magnitude(rng)

    totals: dict[str, Any] = {"admissions": rng.choice((0, 1, 2, 3, 40))}
    if benefit in POOLED:
        totals |= {
            "in_scope": near(0, *BAND_EDGES, 250_000 * YUAN),
            "basic_paid": near(0, *BAND_EDGES, BASIC_LIMIT, BASIC_LIMIT - 1_000 * YUAN),
            "critical_burden": near(0, 5_000 * YUAN, 10_000 * YUAN, 14_000 * YUAN, *CRITICAL_EDGES, CAP_2026),
            "critical_paid": near(0, CAP_2020, CAP_2026, CAP_2026 - 1_000 * YUAN, CAP_2026 * 101 // 100),
            "special_outpatient_deductible": near(0, 200 * YUAN, 400 * YUAN, 800 * YUAN),
            "assistance_deductible": near(0, 1_500 * YUAN),
            "assistance_paid": near(0, 2_000 * YUAN, 5_000 * YUAN, 50_000 * YUAN),
        }
    if benefit not in POOLED or rng.random() < 0.5:
        totals |= {
            "common_outpatient_paid": near(0, 700 * YUAN, 1_000 * YUAN, 650 * YUAN, 950 * YUAN),
            "common_outpatient_deductible": near(0, 30 * YUAN, 50 * YUAN, 100 * YUAN),
            "carried_common": around(rng, (0, 0, 1, 333_33, 700 * YUAN, 1_000 * YUAN)),
        }
    if benefit == "chronic_outpatient" or rng.random() < 0.4:
        totals["chronic"] = {
            str(disease): chronic_entry(rng, usual_amount(disease))
            for disease in rng.sample(CHRONIC_DISEASES, rng.randint(0, 8))
        }
    if benefit == "special_outpatient" or rng.random() < 0.2:
        totals["special"] = {
            str(disease): special_entry(rng)
            for disease in rng.sample((*SPECIAL_WITH_TABLE, 1, 40), rng.randint(0, 6))
        }
    return {name: value for name, value in totals.items() if rng.random() < 0.8}


def chronic_entry(rng: Random, amount: int) -> dict[str, int]:
    """Draw the totals of a chronic disease with this amount. In fen."""
    return {
        "in_scope": around(rng, (0, amount, amount // 2, amount - 200 * YUAN)),
        "paid": around(rng, (0, amount * 6 // 10, amount * 3 // 10, 800 * YUAN)),
        "deductible": around(rng, (0, 200 * YUAN, 300 * YUAN)),
    }


def special_entry(rng: Random) -> dict[str, int]:
    """Draw the totals of a special outpatient disease. In fen."""
    return {
        "in_scope": around(rng, (0, 5_000 * YUAN, 20_000 * YUAN, 47_000 * YUAN, 50_000 * YUAN)),
        "paid": around(rng, (0, 3_000 * YUAN, 29_000 * YUAN, 30_000 * YUAN)),
        "deductible": around(rng, (0, 50 * YUAN, 100 * YUAN, 500 * YUAN)),
    }


def written_totals(rng: Random, totals: dict[str, Any]) -> dict[str, Any]:
    """Write totals as a request does."""
    return {
        name: value
        if name == "admissions"
        else {disease: written_totals(rng, entry) for disease, entry in value.items()}
        if name in ("chronic", "special")
        else written(rng, value)
        for name, value in totals.items()
    }


def random_enrolment(rng: Random, year: int) -> dict[str, Any]:
    """Draw years insured, without a claim and out of insurance, and fraud, within the year's bounds."""
    most = year - 2025 if year >= 2026 else 5  # before 2026 nothing bounds them but their form
    enrolment = {
        "consecutive_years": rng.choice((0, 3, 4, 5, 9, 23, 24, 25, rng.randint(0, 60))),
        "zero_claim_years": rng.randint(0, most),
        "gap_years": rng.randint(0, most),
        "fraud_amounts": [
            written(rng, max(0, around(rng, (0, 4_000 * YUAN, 100 * YUAN, 5_000 * YUAN))))
            for _ in range(rng.choice((0, 0, 1, 2)))
        ],
    }
    return {name: value for name, value in enrolment.items() if rng.random() < 0.7}
