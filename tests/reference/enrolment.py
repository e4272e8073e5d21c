"""Enrolment, and how it moves the cap of critical illness (settlement, section 6; 2025-12-31, five)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.amounts import ZERO, number

CAP_2026 = Fraction(400_000)  # 2025-12-31, two
COUNTS_FROM = 2025  # years without a claim and years out of insurance
FREE_YEARS = 4  # consecutive years that raise nothing
MOST_PERCENT = 20


@dataclass(frozen=True)
class Enrolment:
    """Years insured, without a claim and out of insurance, and the fraud that nothing has cleared yet."""

    consecutive: int
    without_a_claim: int
    out: int
    frauds: tuple[Fraction, ...]


def enrolment_in(request: Mapping[str, Any], year: int) -> Enrolment:
    """Return the enrolment as it stood in a year; another year than the discharge's bounds its counts."""
    given = request.get("enrolment", {})
    consecutive, without_a_claim = given.get("consecutive_years", 0), given.get("zero_claim_years", 0)
    out = given.get("gap_years", 0)
    frauds = tuple(number(amount) for amount in given.get("fraud_amounts", []))
    discharged = int(request["discharged"][:4])
    if year != discharged:
        most = max(0, year - COUNTS_FROM)
        consecutive = max(0, consecutive - max(0, discharged - year))
        without_a_claim, out = min(without_a_claim, most), min(out, most)
    return Enrolment(consecutive, without_a_claim, out, frauds)


def caps(enrolment: Enrolment, stated: Mapping[str, Any], year: int) -> tuple[Fraction, Fraction]:
    """Return the cap, and the cap without the bonus for years without a claim."""
    consecutive = enrolment.consecutive
    if "consecutive_from" in stated:
        consecutive = min(consecutive, max(0, year - stated["consecutive_from"] + 1))
    beyond = max(0, consecutive - FREE_YEARS)
    if "bonus_from" in stated:
        beyond = min(beyond, max(0, year - stated["bonus_from"] + 1))
    down = min(MOST_PERCENT, enrolment.out)

    def moved(up: int) -> Fraction:
        return CAP_2026 + CAP_2026 * (min(MOST_PERCENT, up) - down) / 100

    return moved(beyond + enrolment.without_a_claim), moved(beyond)


def raised_by_fraud(enrolment: Enrolment) -> Fraction:
    """Return what all incidents together add to the deductible."""
    return sum((max(amount, CAP_2026 / 100) for amount in enrolment.frauds), ZERO)
