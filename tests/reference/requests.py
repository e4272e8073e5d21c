"""Requests to compare two readings of the rules on: drawn at random, and on a grid around every threshold.

Every request is well formed: it breaks no rule of the outer form, so neither reading may refuse it. Amounts
are drawn and kept in whole fen here, because the edges that matter are a fen wide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
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
TRANSFERS: tuple[dict[str, Any], ...] = (
    {"kind": "none"},
    {"kind": "down"},
    {"kind": "up", "deductible_paid": "199.99"},
    {"kind": "up", "deductible_paid": "1000.00"},
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
THRESHOLDS = (*BAND_EDGES, *CRITICAL_EDGES, CAP_2020, CAP_2026, 10_000 * YUAN, 3_000 * YUAN)


def yuan(fen: int) -> str:
    """An amount with two decimals."""
    return f"{fen // 100}.{fen % 100:02}"


def half_up(amount: Fraction) -> int:
    """The nearest whole number, a half upward."""
    return math.floor(amount + Fraction(1, 2))


# --- at random: a region's pack ---------------------------------------------------------------------------


def written(rng: Random, fen: int) -> str | int:
    """An amount in one of the ways in which it may be written."""
    style = rng.random()
    if fen % 100 == 0 and style < 0.3:
        return fen // 100
    if fen % 100 == 0 and style < 0.4:
        return str(fen // 100)
    if fen % 10 == 0 and style < 0.5:
        return f"{fen // 100}.{fen % 100 // 10}"
    return f"00{yuan(fen)}" if style > 0.995 else yuan(fen)


def percent(rng: Random, lowest: int = 0, highest: int = 100) -> str | int:
    """A percentage, whole or with up to four decimals."""
    if rng.random() < 0.7:
        return rng.randint(lowest, highest)
    decimals = rng.choice((1, 2, 4))
    step = 10**decimals
    whole, rest = divmod(rng.randint(lowest * step, highest * step), step)
    return f"{whole}.{rest:0{decimals}}".rstrip("0").rstrip(".")


def odd_amount(rng: Random, *usual: int) -> int:
    """One of the usual round amounts of yuan, or now and then one that is odd to the fen. In fen."""
    return rng.choice(usual) * YUAN if rng.random() < 0.75 else rng.randint(0, 2 * max(usual) * YUAN)


def keep(rng: Random, full: bool, table: dict[str, Any]) -> dict[str, Any]:
    """A table with its keys, or, where the pack has gaps, without some of them."""
    return table if full else {key: value for key, value in table.items() if rng.random() < 0.8}


def random_pack(rng: Random, years: Collection[int] = range(FIRST_YEAR - 1, LAST_YEAR + 2)) -> Pack:
    """A region's pack of any shape; the years are those for which it may state critical-illness figures."""
    full = rng.random() < 0.6
    pack: Pack = {
        "id": "reference/region",
        "name": "reference",
        "effective": f"{rng.randint(2008, 2013)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "source": {"document": "reference", "entered_by": "a", "checked_by": "b"},
    }
    tables = {
        "inpatient": random_inpatient(rng, full),
        "special_outpatient": random_special_outpatient(rng, full),
        "common_outpatient": random_common_outpatient(rng, full),
        "chronic_outpatient": random_chronic_outpatient(rng, full),
        "critical_illness": {str(year): random_critical_illness(rng, full, year) for year in sorted(years)},
        "medical_assistance": random_assistance(rng, full) if rng.random() < 0.4 else {},
    }
    if not full:
        tables["critical_illness"] = keep(rng, full, tables["critical_illness"])
        tables = keep(rng, full, tables)
    pack.update({name: table for name, table in tables.items() if table or name == "critical_illness"})
    return pack


def with_table(settings: dict[str, Any], name: str, table: dict[str, Any]) -> dict[str, Any]:
    """The settings with a table, unless the table came out empty."""
    return {**settings, name: table} if table else settings


def random_inpatient(rng: Random, full: bool) -> dict[str, Any]:
    """The inpatient table: the axis, and deductibles for the first, second … admission."""
    axis = rng.choice((None, "annual_cost", "admission_cost", "annual_fund"))
    levels = LEVELS if rng.random() < 0.3 else LEVELS[1:]
    deductibles = {
        level: [written(rng, odd_amount(rng, 0, 200, 400, 800, 1200)) for _ in range(rng.randint(1, 4))]
        for level in levels
    }
    return with_table({"band_axis": axis} if axis else {}, "deductible", keep(rng, full, deductibles))


def random_special_outpatient(rng: Random, full: bool) -> dict[str, Any]:
    """The special outpatient table; a level that it does not list is 0."""
    period = rng.choice((None, "year", "visit"))
    table = {
        level: written(rng, odd_amount(rng, 0, 200, 400, 800))
        for level in rng.sample(LEVELS, rng.randint(1, 4))
    }
    settings = {"deductible_period": period} if period else {}
    return with_table(settings, "deductible", table if full or rng.random() < 0.8 else {})


def random_common_outpatient(rng: Random, full: bool) -> dict[str, Any]:
    """The common outpatient table; a level that it does not list is 0."""
    table = {
        "annual_limit": rng.choice((700, 1000, "700", "1000.00")),
        "deductible": {
            level: written(rng, odd_amount(rng, 0, 30, 50, 100))
            for level in rng.sample(LEVELS, rng.randint(1, 4))
        },
    }
    period = rng.choice((None, "year", "visit"))
    return {**({"deductible_period": period} if period else {}), **keep(rng, full, table)}


def random_chronic_outpatient(rng: Random, full: bool) -> dict[str, Any]:
    """The chronic outpatient table: one deductible, or one for each disease."""
    table: dict[str, Any] = {}
    if full or rng.random() < 0.8:
        if rng.random() < 0.5:
            table["deductible"] = written(rng, odd_amount(rng, 0, 200, 300))
        else:
            listed = range(1, 19) if full else rng.sample(range(1, 19), rng.randint(1, 18))
            table["deductible"] = {
                str(disease): written(rng, odd_amount(rng, 0, 200, 300)) for disease in listed
            }
    if rng.random() < 0.6:
        table["deductible_counts"] = rng.choice(("inside", "outside"))
    if rng.random() < 0.6:
        table["additional_disease_rate"] = rng.choice(("0", "0.5", "1", "0.3333", "0.75", "0.0001", "0.05"))
    return table


def random_bands(rng: Random, first: str | int | None = None, highest: int = 100) -> list[dict[str, Any]]:
    """A table of bands, one to four of them."""
    edges = sorted(
        {odd_amount(rng, 10_000, 50_000, 80_000, 100_000, 200_000) for _ in range(rng.randint(0, 3))}
    )
    lowest = 0 if first is None else int(first)
    percents = [percent(rng, lowest, highest) for _ in range(len([edge for edge in edges if edge]) + 1)]
    if first is not None:
        percents[0] = first
    upper: list[int | None] = [*(edge for edge in edges if edge), None]
    return [
        {"percent": rate} if edge is None else {"up_to": written(rng, edge), "percent": rate}
        for edge, rate in zip(upper, percents, strict=True)
    ]


def random_critical_illness(rng: Random, full: bool, year: int) -> dict[str, Any]:
    """What a region may state on critical illness in a year, and nothing that a document settles."""
    table: dict[str, Any] = {}
    if year != 2020:
        table["deductible"] = written(rng, odd_amount(rng, 0, 5_000, 10_000, 14_000, 15_000))
    if 2016 <= year <= 2019:
        table["bands"] = random_bands(rng, 50 if year == 2016 else 55, 80)
    elif year < 2026:
        table["bands"] = random_bands(rng)
    if year < 2026 and year != 2020:
        if rng.random() < 0.75:
            table["cap"] = written(rng, odd_amount(rng, 100_000, 200_000, 300_000))
        else:
            table["uncapped"] = True
    if year < 2016 or 2021 <= year <= 2025:
        table["tilted"] = rng.sample(POPULATIONS[1:], rng.randint(0, 6))
        table["tilt_deductible_percent"] = percent(rng)
        table["tilt_points"] = percent(rng, 0, 20)
        table["counts_category_b"] = rng.random() < 0.5
    table = keep(rng, full, table)
    if year >= 2026:
        table |= {"covers_special_outpatient": rng.random() < 0.5} if rng.random() < 0.3 else {}
        table |= {"consecutive_from": rng.randint(2025, 2027)} if rng.random() < 0.3 else {}
        table |= {"income_per_head": rng.randint(20_000, 60_000)} if rng.random() < 0.3 else {}
    if rng.random() < 0.4:
        table["band_origin"] = rng.choice(("zero", "deductible"))
    return table


def random_assistance(rng: Random, full: bool) -> dict[str, Any]:
    """The medical assistance table, by category."""
    percents = {name: percent(rng) for name in rng.sample(POPULATIONS, rng.randint(1, 7))}
    limits = {name: written(rng, odd_amount(rng, 5_000, 50_000)) for name in percents if rng.random() < 0.6}
    deductibles = {
        name: written(rng, odd_amount(rng, 0, 1_500, 3_000)) for name in percents if rng.random() < 0.6
    }
    table = with_table(with_table({}, "annual_limit", limits), "deductible", deductibles)
    return {**table, "percent": percents} if full or rng.random() < 0.8 else table


# --- at random: a request ---------------------------------------------------------------------------------


def random_request(
    rng: Random, packs: list[Pack] | None = None, *, benefits: Sequence[str] = BENEFITS
) -> Request:
    """One well-formed request; its pack is one of `packs`, or drawn as well."""
    benefit = rng.choice(benefits)
    days = random_days(rng, benefit)
    if packs:
        pack = rng.choice(packs)
        if pack["effective"] > days["discharged"]:
            days = {"discharged": pack["effective"]}
    else:
        touched = {int(day[:4]) for day in days.values()}
        pack = random_pack(rng, touched | {rng.randint(FIRST_YEAR, LAST_YEAR)})
    year = int(days["discharged"][:4])

    request: Request = {"region": pack, "benefit": benefit, "hospital_level": rng.choice(LEVELS), **days}
    if rng.random() < 0.7:
        request["population"] = rng.choice(POPULATIONS)
    totals = random_totals(rng, benefit) if rng.random() < 0.65 else {}
    if totals:
        request["year_to_date"] = written_totals(rng, totals)
    others = {int(day[:4]) for day in days.values()} - {year}
    if others and benefit in POOLED and rng.random() < 0.6:
        request["other_years"] = {
            str(other): written_totals(rng, random_totals(rng, benefit)) for other in others
        }
    if rng.random() < 0.4:
        request["enrolment"] = random_enrolment(rng, year)

    add_flags(rng, request)
    in_scope = add_amounts(rng, request, totals)
    if rng.random() < (0.75 if year < 2020 or request.get("major_disease") else 0.08) and benefit in POOLED:
        fund = min(
            in_scope, around(rng, [in_scope // 2, in_scope - 10_000 * YUAN, in_scope - CRITICAL_EDGES[0]])
        )
        request["basic_settlement"] = {"fund_paid": written(rng, fund)}
        if rng.random() < 0.6:
            request["basic_settlement"]["deductible"] = written(rng, rng.randint(0, in_scope - fund))
    return request


def random_days(rng: Random, benefit: str) -> dict[str, str]:
    """Admission, discharge and settlement: in one year, or over a year end."""
    year = rng.choice((2020, 2025, 2026, rng.randint(FIRST_YEAR, LAST_YEAR), rng.randint(2020, LAST_YEAR)))
    discharged = date(year, 1, 1) + timedelta(days=rng.choice((0, 9, 212, 213, 364, rng.randint(0, 364))))
    days = {"discharged": discharged.isoformat()}
    if benefit in POOLED:
        if rng.random() < 0.6:
            longest = 400 if rng.random() < 0.2 else 30
            days["admitted"] = (discharged - timedelta(days=rng.randint(0, longest))).isoformat()
        if rng.random() < 0.3:
            days["settled"] = (discharged + timedelta(days=rng.choice((0, 5, 40, 200)))).isoformat()
    elif rng.random() < 0.2:
        days["admitted"] = days["discharged"]
    return days


def add_flags(rng: Random, request: Request) -> None:
    """The fields that only some benefits use; now and then one that this benefit ignores."""
    benefit = request["benefit"]

    def sometimes(own: str, chance: float) -> bool:
        return rng.random() < (chance if benefit == own else 0.02)

    if sometimes("inpatient", 0.3):
        request["transfer"] = dict(rng.choice(TRANSFERS))
    if benefit == "chronic_outpatient" or rng.random() < 0.02:
        request["disease"] = rng.randint(1, 18)
        if rng.random() < 0.5:
            request["disease_rank"] = rng.randint(1, 4)
    if sometimes("common_outpatient", 0.6):
        request["two_disease_drugs"] = rng.random() < 0.8
    if sometimes("special_outpatient", 0.3):
        request["special_disease"] = 41 if rng.random() < 0.2 else rng.randint(1, 41)
    if sometimes("special_outpatient", 0.2):
        request["specific_item"] = rng.random() < 0.8
    if rng.random() < 0.05:
        request["major_disease"] = rng.random() < 0.8


def magnitude(rng: Random) -> int:
    """An amount of any size, in fen: from one fen to ten digits of yuan, mostly what a hospital sees."""
    if rng.random() < 0.02:
        return rng.choice((0, 1, LARGEST, LARGEST - 1, rng.randint(0, LARGEST)))
    return int(10 ** rng.uniform(0, 8.5)) // rng.choice((1, 1, 100)) * rng.choice((1, 1, 100))


def around(rng: Random, targets: Sequence[int]) -> int:
    """A fen before, at or after one of the targets; never below zero. In fen."""
    return max(0, rng.choice(targets) + rng.choice((-1, 0, 1)))


def add_amounts(rng: Random, request: Request, totals: dict[str, Any]) -> int:
    """Add the bill, pulled towards the edges that this request can meet; answer what is in scope, in fen."""
    in_scope = magnitude(rng) if rng.random() < 0.45 else around(rng, targets_of(request, totals))
    in_scope = min(in_scope, LARGEST // 2)
    eligible = in_scope
    kind = rng.random()
    if kind < 0.25:
        category_b = rng.randint(0, max(1, in_scope))
        eligible = in_scope + category_b
        request["category_b_selfpay"] = written(rng, category_b)
    elif kind < 0.45:
        amount = rng.randint(0, max(10, in_scope))
        eligible = max(amount, in_scope + half_up(Fraction(amount, 10)))
        in_scope = eligible - half_up(Fraction(amount, 10))
        request["category_b_amount"] = written(rng, amount)
    request["eligible"] = written(rng, eligible)
    if rng.random() < 0.35:
        beyond = min(LARGEST - eligible, magnitude(rng) if rng.random() < 0.7 else rng.randint(0, 2))
        request["total"] = written(rng, eligible + beyond)
        if rng.random() < 0.6:
            request["over_limit"] = written(rng, rng.choice((0, beyond, rng.randint(0, beyond))))
    return in_scope


def figure(pack: Pack, *path: str) -> int:
    """A figure of a pack in fen, 0 where it has none; the first of a list."""
    found: Any = pack
    for key in path:
        found = found.get(key, 0) if isinstance(found, dict) else found
    if isinstance(found, list):
        found = found[0]
    return 0 if isinstance(found, dict) else int(Fraction(found) * YUAN)


def targets_of(request: Request, totals: dict[str, Any]) -> list[int]:
    """In-scope amounts at which something happens to this request, in fen."""
    pack, level, benefit = request["region"], request["hospital_level"], request["benefit"]
    used = totals.get
    if benefit == "common_outpatient":
        due = figure(pack, benefit, "deductible", level)
        limit = figure(pack, benefit, "annual_limit") - used("common_outpatient_paid", 0)
        return [due, max(0, due - used("common_outpatient_deductible", 0)), 2 * limit + due, 2 * limit, 3]
    if benefit == "chronic_outpatient":
        disease = request["disease"]
        due = figure(pack, benefit, "deductible", str(disease))
        amount = CHRONIC_AMOUNTS[disease - 1]
        counted = used("chronic", {}).get(str(disease), {}).get("in_scope", 0)
        return [due, amount, amount - counted, amount // 2, amount + due, amount - due, 3]
    table = "inpatient" if benefit == "inpatient" else "special_outpatient"
    due = figure(pack, table, "deductible", level)
    year = request["discharged"][:4]
    threshold = figure(pack, "critical_illness", year, "deductible") - used("critical_burden", 0)
    top = Fraction(RATES[level][2], 100)
    return [
        due,
        due + 1,
        *(edge - used("in_scope", 0) for edge in BAND_EDGES),
        *THRESHOLDS,
        half_up((BASIC_LIMIT - used("basic_paid", 0)) / top) + due,
        *(half_up((edge - used("basic_paid", 0)) / top) + due for edge in BAND_EDGES),
        threshold,
        threshold + due,
        *(edge - used("critical_burden", 0) for edge in CRITICAL_EDGES),
    ]


def random_totals(rng: Random, benefit: str) -> dict[str, Any]:
    """The totals of a year, each pulled towards its own edges. In fen."""

    def near(*targets: int) -> int:
        return around(rng, targets) if rng.random() < 0.6 else magnitude(rng)

    totals: dict[str, Any] = {"admissions": rng.choice((0, 1, 2, 3, 40))}
    if benefit in POOLED:
        totals |= {
            "in_scope": near(0, *BAND_EDGES, 250_000 * YUAN),
            "basic_paid": near(0, *BAND_EDGES, BASIC_LIMIT, BASIC_LIMIT - 1_000 * YUAN),
            "critical_burden": near(0, 5_000 * YUAN, 10_000 * YUAN, 14_000 * YUAN, *CRITICAL_EDGES),
            "critical_paid": near(0, CAP_2020, CAP_2026, CAP_2026 - 1_000 * YUAN, CAP_2026 * 101 // 100),
            "special_outpatient_deductible": near(0, 200 * YUAN, 400 * YUAN, 800 * YUAN),
            "assistance_deductible": near(0, 1_500 * YUAN),
            "assistance_paid": near(0, 5_000 * YUAN, 50_000 * YUAN),
        }
    else:
        totals |= {
            "common_outpatient_paid": near(0, 700 * YUAN, 1_000 * YUAN, 650 * YUAN, 950 * YUAN),
            "common_outpatient_deductible": near(0, 30 * YUAN, 50 * YUAN, 100 * YUAN),
        }
    if benefit == "chronic_outpatient" or rng.random() < 0.2:
        totals["chronic"] = {}
        for disease in rng.sample(range(1, 19), rng.randint(0, 8)):
            amount = CHRONIC_AMOUNTS[disease - 1]
            totals["chronic"][str(disease)] = {
                "in_scope": around(rng, (0, amount, amount // 2, amount - 200 * YUAN)),
                "paid": around(rng, (0, amount * 6 // 10, amount * 3 // 10, 800 * YUAN)),
                "deductible": around(rng, (0, 200 * YUAN, 300 * YUAN)),
            }
    return {name: value for name, value in totals.items() if rng.random() < 0.8}


def written_totals(rng: Random, totals: dict[str, Any]) -> dict[str, Any]:
    """Totals as a request writes them."""
    return {
        name: value
        if name == "admissions"
        else {disease: written_totals(rng, entry) for disease, entry in value.items()}
        if name == "chronic"
        else written(rng, value)
        for name, value in totals.items()
    }


def random_enrolment(rng: Random, year: int) -> dict[str, Any]:
    """Years insured, without a claim and out of insurance, and fraud, as the year of discharge allows."""
    most = max(0, year - 2025)
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


# --- the grid ---------------------------------------------------------------------------------------------

SHIFTS = (-1, 0, 1)
DEDUCTIBLES = {"village_clinic": 150, "level_1": 200, "level_2": 400, "level_3": 800}  # yuan
BANDS_2020 = [{"up_to": 50_000, "percent": 60}, {"up_to": 150_000, "percent": "67.5"}, {"percent": 75}]
STATED_EDGES = (50_000 * YUAN, 150_000 * YUAN)
CRITICAL_YEARS = (2015, 2016, 2018, 2020, 2022, 2025, 2026, 2030)


def grid_pack(
    band_axis: str = "annual_cost",
    period: str = "year",
    limit: int = 1000,
    counts: str = "inside",
    origin: str = "zero",
    consecutive_from: int | None = None,
) -> Pack:
    """A pack with every figure, made the same way at every call."""
    stated = {"deductible": 10_000, "cap": 200_000, "band_origin": origin}
    bands_2016 = [{"up_to": 50_000, "percent": 50}, {"up_to": 150_000, "percent": 65}, {"percent": 80}]
    bands_2018 = [{"up_to": 50_000, "percent": 55}, {"up_to": 150_000, "percent": "67.5"}, {"percent": 80}]
    none_on_file = {
        **stated,
        "bands": BANDS_2020,
        "tilted": ["low_income", "relapse_risk"],
        "tilt_deductible_percent": "33.3",
        "tilt_points": "7.5",
    }
    from_2026: dict[str, Any] = {"deductible": 10_000, "band_origin": origin}
    if consecutive_from is not None:
        from_2026["consecutive_from"] = consecutive_from
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
        "critical_illness": {
            "2015": {**none_on_file, "counts_category_b": True},
            "2016": {**stated, "bands": bands_2016},
            "2018": {**stated, "bands": bands_2018},
            "2020": {"bands": BANDS_2020, "band_origin": origin},
            "2022": {**none_on_file, "counts_category_b": True},
            "2025": {**none_on_file, "counts_category_b": False},
            **{str(year): from_2026 for year in range(2026, 2034)},
        },
        "medical_assistance": {
            "percent": {"low_income": 70, "rural_destitute": 100, "orphan": "82.5"},
            "deductible": {"low_income": 1500, "orphan": 500},
            "annual_limit": {"low_income": 5000, "rural_destitute": 100_000},
        },
    }


AXIS_PACKS = [grid_pack(band_axis=axis) for axis in ("annual_cost", "admission_cost", "annual_fund")]
ORIGIN_PACKS = [grid_pack(origin=origin) for origin in ("zero", "deductible")]
PERIOD_PACKS = [grid_pack(period=period) for period in ("year", "visit")]
LIMIT_PACKS = [grid_pack(period=period, limit=limit) for period in ("year", "visit") for limit in (700, 1000)]
COUNTS_PACKS = [grid_pack(counts=counts) for counts in ("inside", "outside")]
SINCE_PACKS = [grid_pack(consecutive_from=since) for since in (None, 2025)]


def point(pack: Pack, benefit: str, level: str, day: str, in_scope: int, **more: Any) -> Request:
    """One request of the grid; the in-scope amount is in fen and never below zero."""
    return {
        "region": pack,
        "benefit": benefit,
        "hospital_level": level,
        "discharged": day,
        "eligible": yuan(max(0, in_scope)),
        **more,
    }


def earlier(**fen: int) -> dict[str, Any]:
    """Totals of the year in the request's form, from fen."""
    return {name: amount if name == "admissions" else yuan(max(0, amount)) for name, amount in fen.items()}


EARLIER_COSTS = [  # in scope and paid so far, in yuan
    (0, 0),
    (12_345, 8_000),
    (29_999, 20_000),
    (30_000, 29_999),
    (45_000, 30_000),
    (60_000, 45_000),
    (70_000, 60_000),
    (270_000, 199_000),
]


def bands_point(
    year: int, level: str, pack: Pack, so_far: tuple[int, int], target: str, shift: int, transfer: int
) -> Request:
    """An admission that ends at the deductible or at an edge of annex 3's bands."""
    in_scope, paid = (amount * YUAN for amount in so_far)
    due = DEDUCTIBLES[level] * YUAN
    first, second, _ = (Fraction(rate, 100) for rate in RATES[level])
    ends = {
        "deductible": due,
        "first edge": BAND_EDGES[0] - in_scope,
        "second edge": BAND_EDGES[1] - in_scope,
        "first edge alone": BAND_EDGES[0],
        "second edge alone": BAND_EDGES[1],
        "first edge of the fund": half_up((BAND_EDGES[0] - paid) / first) + due,
        "second edge of the fund": half_up((BAND_EDGES[1] - paid) / second) + due,
    }
    totals = earlier(admissions=1 if in_scope else 0, in_scope=in_scope, basic_paid=paid)
    amount = ends[target] if ends[target] > 0 else due + ends[target] % (1_000 * YUAN)
    more: dict[str, Any] = {"transfer": TRANSFERS[transfer]} if transfer else {}
    return point(pack, "inpatient", level, f"{year}-06-15", amount + shift, year_to_date=totals, **more)


def limit_point(
    benefit: str, level: str, pack: Pack, amount: int, before_limit: int, shift: int, target: str
) -> Request:
    """Care that takes the fund to its 200 000 of the year, or a fund that is there already."""
    fen = amount * YUAN
    pays = half_up(Fraction(RATES[level][2], 100) * fen)
    paid = BASIC_LIMIT - (pays if target == "reaches it" else before_limit) + shift
    totals = earlier(in_scope=80_000 * YUAN, basic_paid=paid, special_outpatient_deductible=800 * YUAN)
    more = {"transfer": {"kind": "down"}} if benefit == "inpatient" else {}
    return point(pack, benefit, level, "2026-06-15", fen, year_to_date=totals, **more)


CRITICAL_FROM = ("the first fen", "deductible", "first edge", "second edge", "beyond")
CRITICAL_STEPS = ("to the deductible", "to the first edge", "to the second edge", "two fen", "odd")


def critical_edges(year: int, population: str, origin: str) -> tuple[int, int, int]:
    """The grid pack's deductible and band edges for a person, in fen."""
    tilts = {2015: 3_330, 2016: 6_000, 2018: 6_000, 2020: 3_000, 2022: 3_330, 2025: 3_330}
    tilted = {
        2016: ("registered_poor", "rural_destitute", "urban_destitute", "low_income"),
        2018: ("registered_poor", "rural_destitute", "urban_destitute", "low_income"),
        2020: ("registered_poor", "rural_destitute", "urban_destitute", "low_income", "orphan"),
    }
    named: tuple[str, ...] = tilted.get(year, ("low_income", "relapse_risk"))
    if year >= 2026:
        named = ("low_income", "relapse_risk", "rural_destitute", "urban_destitute")
    deductible = (tilts.get(year, 5_000) if population in named else 10_000) * YUAN
    first, second = CRITICAL_EDGES if year >= 2026 else STATED_EDGES
    moved = deductible if origin == "deductible" else 0
    return deductible, first + moved, second + moved


def critical_point(
    year: int,
    population: str,
    start: str,
    before: int,
    step: str,
    shift: int,
    category_b: int,
    pack: Pack,
    benefit: str,
) -> Request:
    """A burden that starts and ends at an edge of critical illness, on a basic settlement made elsewhere."""
    origin = pack["critical_illness"]["2026"]["band_origin"]
    deductible, first, second = critical_edges(year, population, origin)
    starts = {
        "the first fen": 1,
        "deductible": deductible,
        "first edge": first,
        "second edge": second,
        "beyond": 2 * second,
    }
    burden_before = starts[start] + before
    ends = {
        "to the deductible": deductible - burden_before,
        "to the first edge": first - burden_before,
        "to the second edge": second - burden_before,
        "two fen": 2,
        "odd": 1_234_57,
    }
    burden = ends[step] + shift
    if burden <= 0:  # that edge lies behind: some odd stretch instead, another for each step
        burden = 4_321_09 * (1 + CRITICAL_STEPS.index(step)) + shift
    counts = category_b and year in (2015, 2020, 2022)
    own = min(category_b, burden) if counts else category_b
    in_scope = burden - (own if counts else 0) + 1_000 * YUAN
    more: dict[str, Any] = {"category_b_selfpay": yuan(own)} if category_b else {}
    return point(
        pack,
        benefit,
        "level_2",
        f"{year}-06-15",
        in_scope + own,
        population=population,
        basic_settlement={"fund_paid": "1000.00"},
        year_to_date=earlier(critical_burden=burden_before),
        **more,
    )


def cap_point(year: int, population: str, burden: int, target: str, shift: int, pack: Pack) -> Request:
    """Payments of critical illness that reach the year's cap, or a cap that is reached already."""
    caps = {2020: CAP_2020, 2026: CAP_2026, 2030: CAP_2026}
    cap = caps.get(year, 200_000 * YUAN)
    rate = Fraction(80 if year >= 2026 or year in (2016, 2018) else 75, 100)
    pays = half_up(rate * burden * YUAN)
    paid = {"reaches it": cap - pays, "there already": cap, "beyond": cap + 1_000 * YUAN}[target] + shift
    return point(
        pack,
        "inpatient",
        "level_3",
        f"{year}-06-15",
        burden * YUAN,
        population=population,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(critical_burden=900_000 * YUAN, critical_paid=paid),
    )


def incentive_point(
    year: int, consecutive: int, without_claim: int, gap: int, target: str, shift: int, pays: int, pack: Pack
) -> Request:
    """Payments that meet the cap as enrolment moves it, or as it stands without the zero-claim bonus."""
    most = year - 2025
    zero, gaps = min(without_claim, most), min(gap, most)
    beyond = max(0, consecutive - 4)
    if "consecutive_from" in pack["critical_illness"][str(year)]:
        beyond = min(beyond, year - 2025 + 1)
    up = min(20, beyond + (zero if target == "the cap" else 0))
    cap = CAP_2026 * (100 + up - min(20, gaps)) // 100
    return point(
        pack,
        "inpatient",
        "level_2",
        f"{year}-06-15",
        pays * 10 // 8,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(critical_burden=300_000 * YUAN, critical_paid=cap - pays + shift),
        enrolment={"consecutive_years": consecutive, "zero_claim_years": zero, "gap_years": gaps},
    )


FRAUDS = ([0], [399_999], [400_000], [400_001], [10_000, 500_000], [400_000, 399_999, 1])  # fen


def fraud_point(
    year: int, population: str, frauds: list[int], burden_before: int, shift: int, pack: Pack
) -> Request:
    """A burden that meets a deductible raised by fraud."""
    origin = pack["critical_illness"]["2026"]["band_origin"]
    deductible, _, _ = critical_edges(year, population, origin)
    if year >= 2026:
        deductible += sum(max(amount, CAP_2026 // 100) for amount in frauds)
    return point(
        pack,
        "inpatient",
        "level_1",
        f"{year}-06-15",
        deductible - burden_before * YUAN + shift,
        population=population,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(critical_burden=burden_before * YUAN),
        enrolment={"fraud_amounts": [yuan(amount) for amount in frauds]},
    )


def special_point(
    year: int,
    benefit: str,
    level: str,
    pack: Pack,
    used: int,
    so_far: tuple[int, int],
    target: str,
    shift: int,
) -> Request:
    """Special outpatient care around its deductible and the bands that it shares with inpatient care."""
    in_scope, paid = (amount * YUAN for amount in so_far)
    due = DEDUCTIBLES[level] * YUAN
    charged = {0: 0, 1: due - 1, 2: due, 3: due + 1, 4: due // 2}[used]
    left = due if pack["special_outpatient"]["deductible_period"] == "visit" else max(0, due - charged)
    ends = {
        "deductible": left,
        "first edge": BAND_EDGES[0] - in_scope,
        "second edge": BAND_EDGES[1] - in_scope,
    }
    amount = ends[target] if ends[target] > 0 else left + 777_77
    totals = earlier(in_scope=in_scope, basic_paid=paid, special_outpatient_deductible=charged)
    return point(pack, benefit, level, f"{year}-06-15", amount + shift, year_to_date=totals)


def common_point(
    day: str, level: str, drugs: int, pack: Pack, used: int, paid: str, target: str, shift: int
) -> Request:
    """Common outpatient care around its deductible, its limit and the one shared with chronic care."""
    table = pack["common_outpatient"]
    due, limit = table["deductible"].get(level, 0) * YUAN, table["annual_limit"] * YUAN
    charged = (0, max(0, due - 1), due)[used]
    paid_before = {"nothing": 0, "half": limit // 2, "all but a fen": limit - 1, "all": limit}.get(paid, 0)
    chronic = {"together": TOGETHER - 100 * YUAN, "together full": TOGETHER}.get(paid, 0)
    left = due if table["deductible_period"] == "visit" else max(0, due - charged)
    if day >= "2020-08-01" and level == "village_clinic":
        left = 0
    room = limit - paid_before if not chronic else min(limit, TOGETHER - chronic)
    amount = {"deductible": left, "limit": left + 2 * room, "rounding": left + 3}[target] + shift
    totals = earlier(common_outpatient_paid=paid_before, common_outpatient_deductible=charged)
    if chronic:
        totals["chronic"] = {"7": earlier(paid=chronic)}
    more = {"two_disease_drugs": True} if drugs else {}
    return point(pack, "common_outpatient", level, day, amount, year_to_date=totals, **more)


def chronic_point(
    disease: int, rank: int, pack: Pack, counted: int, used: int, target: str, shift: int, others: int
) -> Request:
    """Chronic outpatient care around a disease's amount, its deductible and limit, and the shared limit."""
    amount = CHRONIC_AMOUNTS[disease - 1]
    if rank > 1:
        amount = half_up(Fraction("0.3333") * amount)
    counted_before = (0, amount // 3, max(0, amount - 1), amount)[counted]
    charged = (0, 20_000 - 1, 20_000)[used]
    left = 20_000 - charged
    ends = {"deductible": left, "amount": amount - counted_before, "amount and deductible": amount + left}
    own = {"in_scope": yuan(counted_before), "paid": "0.00", "deductible": yuan(charged)}
    chronic: dict[str, Any] = {str(disease): own} if counted_before or charged else {}
    if others == 1:  # the disease's own limit is nearly used up
        chronic[str(disease)] = {**own, "paid": yuan(half_up(Fraction(60, 100) * amount) - 1)}
    if others == 2:  # a hundred yuan are left of the limit shared by all
        chronic[str(disease % 18 + 1)] = {"paid": yuan(TOGETHER - 100 * YUAN)}
    totals: dict[str, Any] = {"chronic": chronic} if chronic else {}
    more: dict[str, Any] = {"year_to_date": totals} if totals else {}
    in_scope = ends[target] + shift
    return point(
        pack,
        "chronic_outpatient",
        "level_2",
        "2026-06-15",
        in_scope,
        disease=disease,
        disease_rank=rank,
        **more,
    )


def assistance_point(
    year: int, population: str, used: int, paid: int, amount: int, target: str, shift: int
) -> Request:
    """Medical assistance around its deductible and its annual limit."""
    deductible = {"low_income": 1_500, "orphan": 500}.get(population, 0) * YUAN
    limit = {"low_income": 5_000, "rural_destitute": 100_000}.get(population, 50_000) * YUAN
    charged = (0, max(0, deductible - 1), deductible)[used]
    paid_before = (0, limit - 10_000, limit - 1, limit)[paid]
    in_scope = deductible - charged if target == "deductible" else amount * YUAN
    return point(
        ORIGIN_PACKS[0],
        "inpatient",
        "level_2",
        f"{year}-06-15",
        in_scope + shift,
        population=population,
        basic_settlement={"fund_paid": 0},
        year_to_date=earlier(assistance_deductible=charged, assistance_paid=paid_before),
    )


YEAR_ENDS = (
    ("2019-12-31", "2020-01-01", None),
    ("2020-12-20", "2021-01-05", None),
    ("2025-12-31", "2026-01-01", None),
    ("2025-12-20", "2025-12-31", "2026-01-01"),
    ("2026-12-31", "2027-01-01", None),
    ("2025-12-31", "2026-12-31", "2027-01-01"),
    ("2026-01-01", "2026-12-31", "2026-12-31"),
)


def year_end_point(
    days: tuple[str, str, str | None],
    benefit: str,
    level: str,
    population: str,
    edge: int,
    shift: int,
    other: int,
) -> Request:
    """Care that crosses a year end, each year with its own totals."""
    admitted, discharged, settled = days
    touched = {day[:4] for day in days if day} - {discharged[:4]}
    totals = earlier(
        in_scope=(0, 29_999_99, 60_000_00)[other],
        basic_paid=(0, 20_000_00, 200_000_00)[other],
        critical_burden=(0, 9_999_99, 100_000_00)[other],
    )
    more: dict[str, Any] = {"other_years": dict.fromkeys(touched, totals)} if touched and other else {}
    if settled:
        more["settled"] = settled
    return point(
        ORIGIN_PACKS[0],
        benefit,
        level,
        discharged,
        edge * YUAN + shift,
        admitted=admitted,
        population=population,
        **more,
    )


Grid = tuple[Callable[..., Request], tuple[Sequence[Any], ...]]

GRIDS: tuple[Grid, ...] = (
    (
        bands_point,
        (
            (2020, 2021, 2026, 2031),
            LEVELS,
            AXIS_PACKS,
            EARLIER_COSTS,
            (
                "deductible",
                "first edge",
                "second edge",
                "first edge alone",
                "second edge alone",
                "first edge of the fund",
                "second edge of the fund",
            ),
            SHIFTS,
            range(4),
        ),
    ),
    (
        limit_point,
        (
            POOLED,
            LEVELS,
            AXIS_PACKS,
            (1, 1_000, 12_345, 90_000, 250_000),
            (0, 100, 1_000_001),
            SHIFTS,
            ("reaches it", "there already"),
        ),
    ),
    (
        critical_point,
        (
            CRITICAL_YEARS,
            POPULATIONS,
            CRITICAL_FROM,
            SHIFTS,
            CRITICAL_STEPS,
            SHIFTS,
            (0, 123_45),
            ORIGIN_PACKS,
            POOLED,
        ),
    ),
    (
        cap_point,
        (
            CRITICAL_YEARS,
            POPULATIONS,
            (100, 12_344, 300_000),
            ("reaches it", "there already", "beyond"),
            SHIFTS,
            ORIGIN_PACKS,
        ),
    ),
    (
        incentive_point,
        (
            (2026, 2027, 2030, 2032),
            (0, 4, 5, 9, 23, 24, 25, 40),
            (0, 1, 2, 7),
            (0, 1, 7),
            ("the cap", "the cap without the bonus"),
            SHIFTS,
            (80_000, 1_600_000),
            SINCE_PACKS,
        ),
    ),
    (fraud_point, ((2022, 2026, 2031), POPULATIONS, FRAUDS, (0, 1_000, 9_000), SHIFTS, ORIGIN_PACKS)),
    (
        special_point,
        (
            (2020, 2022, 2026, 2030),
            ("special_outpatient", "day_surgery"),
            LEVELS,
            PERIOD_PACKS,
            range(5),
            EARLIER_COSTS,
            ("deductible", "first edge", "second edge"),
            SHIFTS,
        ),
    ),
    (
        common_point,
        (
            ("2020-01-01", "2020-07-31", "2020-08-01", "2026-06-15"),
            LEVELS,
            (0, 1),
            LIMIT_PACKS,
            range(3),
            ("nothing", "half", "all but a fen", "all", "together", "together full"),
            ("deductible", "limit", "rounding"),
            SHIFTS,
        ),
    ),
    (
        chronic_point,
        (
            range(1, 19),
            (1, 2),
            COUNTS_PACKS,
            range(4),
            range(3),
            ("deductible", "amount", "amount and deductible"),
            SHIFTS,
            range(3),
        ),
    ),
    (
        assistance_point,
        (
            (2016, 2018, 2020, 2026),
            ("low_income", "rural_destitute", "orphan", "ordinary"),
            range(3),
            range(4),
            (1, 1_000, 20_000, 300_000),
            ("deductible", "amount"),
            SHIFTS,
        ),
    ),
    (
        year_end_point,
        (
            YEAR_ENDS,
            POOLED,
            LEVELS,
            ("ordinary", "low_income", "orphan"),
            (400, 30_000, 60_000, 250_000),
            SHIFTS,
            range(3),
        ),
    ),
)


def boundary_requests(limit: int | None = None) -> Iterator[Request]:
    """The whole grid in order, or `limit` of its points spread evenly over it. The same at every call."""
    sizes = [math.prod(len(axis) for axis in axes) for _, axes in GRIDS]
    total = sum(sizes)
    stride = 1
    if limit is not None and limit < total:
        stride = round(total * (math.sqrt(5) - 1) / 2)  # a golden step meets every axis evenly
        while math.gcd(stride, total) > 1:
            stride += 1
    for place in range(total if limit is None else min(limit, total)):
        index = place * stride % total
        for (make, axes), size in zip(GRIDS, sizes, strict=True):
            if index < size:
                yield grid_point(make, axes, index)
                break
            index -= size


def grid_point(make: Callable[..., Request], axes: tuple[Sequence[Any], ...], index: int) -> Request:
    """The point of a grid with this number, the last axis running fastest."""
    chosen = []
    for axis in reversed(axes):
        index, place = divmod(index, len(axis))
        chosen.append(axis[place])
    return make(*reversed(chosen))
