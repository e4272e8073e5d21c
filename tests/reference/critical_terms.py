"""The figures of critical illness that hold for a person in a year (settlement, section 6, the table)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.reference.amounts import ZERO, number, share
from tests.reference.bands import Bands, read_bands
from tests.reference.bill import Bill
from tests.reference.enrolment import caps, enrolment_in, raised_by_fraud
from tests.reference.layers import CriticalTerms, Unknown

YEARS_2016 = range(2016, 2020)  # 2016-57
FIRST_YEAR_2026 = 2026  # 2025-12-31

DESTITUTE = ("rural_destitute", "urban_destitute")
TILTED_2016 = ("registered_poor", *DESTITUTE, "low_income")  # 2016-57, three, (four)
TILTED_2020 = (*DESTITUTE, "orphan", "low_income", "registered_poor")  # 2019-26, two, (three)
TILTED_2026 = ("low_income", *DESTITUTE, "relapse_risk")  # 2025-12-31, four
DEDUCTIBLE_2020, DEDUCTIBLE_2020_TILTED = Fraction(10_000), Fraction(3_000)  # 2019-26, two, (three)
UNCAPPED_2020 = ("registered_poor", "rural_destitute")  # 2019-26, two, (four)
CAP_2020 = Fraction(300_000)
BANDS_2026 = Bands((Fraction(100_000), Fraction(200_000)), (Fraction(60), Fraction(70), Fraction(80)))
TILT_POINTS = Fraction(5)
STATED_KEYS = (  # a year without a document
    *("deductible", "bands", "cap"),
    *("tilted", "tilt_deductible_percent", "tilt_points", "counts_category_b"),
)


def stated_in(bill: Bill, year: int) -> Mapping[str, Any]:
    """Return what the region's pack states on critical illness in a year, empty where it states nothing."""
    return bill.settings("critical_illness", str(year))


def missing_figures(stated: Mapping[str, Any], year: int) -> tuple[str, ...]:
    """Return the names of a year's figures that neither a document nor the region gives."""
    if year >= FIRST_YEAR_2026:
        needed: tuple[str, ...] = ("deductible",)
    elif year == 2020:
        needed = ("bands",)
    elif year in YEARS_2016:
        needed = ("deductible", "bands", "cap")
    elif not stated:
        return (f"critical_illness.{year}",)
    else:
        needed = STATED_KEYS
    given = {*stated, *(["cap"] if stated.get("uncapped", False) else [])}
    return tuple(f"critical_illness.{year}.{name}" for name in needed if name not in given)


def critical_terms(bill: Bill, year: int) -> CriticalTerms | Unknown:
    """Return the figures for this person in this year, or the names of those that nobody gives."""
    stated = stated_in(bill, year)
    if missing := missing_figures(stated, year):
        return Unknown(missing)
    tilted, percent, points = tilt(bill.population, stated, year)
    deductible, bands = untilted(stated, year, tilted)
    frauds: tuple[Fraction, ...] = ()
    if tilted:
        deductible = share(percent, deductible)
        bands = Bands(bands.edges, tuple(min(Fraction(100), rate + points) for rate in bands.percents))
    if year >= FIRST_YEAR_2026:
        enrolment = enrolment_in(bill.request, year)
        frauds = enrolment.frauds
        deductible += raised_by_fraud(enrolment)
    if stated.get("band_origin", "zero") == "deductible":
        bands = Bands(tuple(edge + deductible for edge in bands.edges), bands.percents)
    cap, cap_without_bonus = caps_in(bill, stated, year)
    counts_category_b = year == 2020 or bool(stated.get("counts_category_b", False))
    on_cost = stated.get("cap_on", "payment") == "cost"
    return CriticalTerms(deductible, cap, cap_without_bonus, bands, counts_category_b, on_cost, len(frauds))


def tilt(population: str, stated: Mapping[str, Any], year: int) -> tuple[bool, Fraction, Fraction]:
    """Return if the year favours the category, the percent of the deductible, and the points on the rates."""
    if year in YEARS_2016:
        return population in TILTED_2016, Fraction(60), TILT_POINTS
    if year == 2020:
        return population in TILTED_2020, Fraction(100), TILT_POINTS
    if year >= FIRST_YEAR_2026:
        return population in TILTED_2026, Fraction(50), TILT_POINTS
    percent, points = stated["tilt_deductible_percent"], stated["tilt_points"]
    return population in stated["tilted"], number(percent), number(points)


def untilted(stated: Mapping[str, Any], year: int, tilted: bool) -> tuple[Fraction, Bands]:
    """Return the deductible and the bands; 2020's document states the deductible of the favoured itself."""
    bands = BANDS_2026 if year >= FIRST_YEAR_2026 else read_bands(stated["bands"])
    if year == 2020:
        return DEDUCTIBLE_2020_TILTED if tilted else DEDUCTIBLE_2020, bands
    return number(stated.get("deductible", ZERO)), bands


def caps_in(bill: Bill, stated: Mapping[str, Any], year: int) -> tuple[Fraction | None, Fraction | None]:
    """Return the cap with and without the bonus for years without a claim; None where there is none."""
    if year >= FIRST_YEAR_2026:
        return caps(enrolment_in(bill.request, year), stated, year)
    cap = number(stated["cap"]) if "cap" in stated else None
    if year == 2020:
        cap = None if bill.population in (*UNCAPPED_2020, *stated.get("uncapped_for", ())) else CAP_2020
    return cap, cap
