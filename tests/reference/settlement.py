"""One settlement, worked out from the documents in exact fractions of a yuan.

Written to be checked against the five documents by eye, not to be fast: every amount is a Fraction of a
yuan, a stretch of cost is cut at the edges of the bands and each piece asks which band it lies in. The
request is taken to be well formed; nothing is refused here.

Documents by their short names: 2016-57, 2019-26 and 2025-12-31 for critical illness, 2019-21 and 2020-15 for
basic insurance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import floor
from typing import Any, NamedTuple

ZERO = Fraction(0)
HALF = Fraction(1, 2)

POOLED = ("inpatient", "special_outpatient", "day_surgery")

# 2019-21, annex 3. The edges are the same at every level.
BASIC_EDGES = (Fraction(30_000), Fraction(60_000))
BASIC_PERCENTS = {
    "village_clinic": (Fraction(80), Fraction(85), Fraction(90)),
    "level_1": (Fraction(80), Fraction(85), Fraction(90)),
    "level_2": (Fraction(70), Fraction(75), Fraction(80)),
    "level_3": (Fraction(55), Fraction(60), Fraction(65)),
}
BASIC_FIRST_YEAR = 2020
BASIC_ANNUAL_LIMIT = Fraction(200_000)  # 2019-21, two, (two), 1

COMMON_PERCENT = Fraction(50)  # 2019-21, two, (one), 1
VILLAGE_CLINICS_FREE_FROM = date(2020, 8, 1)  # 2020-15, two, (three)

CHRONIC_PERCENT = Fraction(60)  # 2019-21, two, (one), 2
CHRONIC_AMOUNTS = {  # 2019-21, annex 1: what counts in a year, by disease
    1: 2400, 2: 3000, 3: 1800, 4: 1800, 5: 2200, 6: 1900, 7: 2000, 8: 2000, 9: 1800,
    10: 1900, 11: 1700, 12: 1600, 13: 2400, 14: 2100, 15: 2500, 16: 1800, 17: 1600, 18: 1900,
}  # fmt: skip
OUTPATIENT_TOGETHER = Fraction(6_500)  # common and chronic outpatient care, 2019-21, two, (one), 2

DESTITUTE = ("rural_destitute", "urban_destitute")
TILTED_2016 = ("registered_poor", *DESTITUTE, "low_income")  # 2016-57, three, (four)
TILTED_2020 = (*DESTITUTE, "orphan", "low_income", "registered_poor")  # 2019-26, two, (three)
TILTED_2026 = ("low_income", *DESTITUTE, "relapse_risk")  # 2025-12-31, four
DEDUCTIBLE_2020, DEDUCTIBLE_2020_TILTED = Fraction(10_000), Fraction(3_000)  # 2019-26, two, (three)
UNCAPPED_2020 = ("registered_poor", "rural_destitute")  # 2019-26, two, (four)
CAP_2020 = Fraction(300_000)
CAP_2026 = Fraction(400_000)  # 2025-12-31, two
EDGES_2026 = (Fraction(100_000), Fraction(200_000))
PERCENTS_2026 = (Fraction(60), Fraction(70), Fraction(80))
TILT_KEYS = ("tilted", "tilt_deductible_percent", "tilt_points")
STATED_KEYS = ("deductible", "bands", "cap", *TILT_KEYS, "counts_category_b")  # a year without a document


# --- numbers in and out -----------------------------------------------------------------------------------


@lru_cache(maxsize=65_536)
def number(written: str | int) -> Fraction:
    """Read an amount, a percentage or a share as it is written in a request or a pack."""
    return Fraction(written)


@lru_cache(maxsize=1_024)
def percent_text(percent: Fraction) -> str:
    """Write a percentage without trailing zeros: 60, 72.5."""
    return format((Decimal(percent.numerator) / Decimal(percent.denominator)).normalize(), "f")


def half_up(yuan: Fraction) -> Fraction:
    """Round to the fen, half a fen upward."""
    return Fraction(floor(yuan * 100 + HALF), 100)


def share(percent: Fraction, of: Fraction) -> Fraction:
    """A percentage of an amount, as one printed line."""
    return half_up(of * percent / 100)


def money(yuan: Fraction) -> str:
    """Write an amount with two decimals; it must be whole fen."""
    fen = yuan * 100
    assert fen.denominator == 1, f"{yuan} is not whole fen"
    whole, rest = divmod(abs(fen.numerator), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02}"


def what_is_left(limit: Fraction, used: Fraction) -> Fraction:
    """What is left of a limit; nothing where more was used than it allows."""
    return max(ZERO, limit - used)


# --- what a layer answers ---------------------------------------------------------------------------------


class Row(NamedTuple):
    """A band that is touched: how much cost lies in it, at what percentage, and what that pays."""

    base: Fraction
    percent: Fraction
    paid: Fraction


@dataclass(frozen=True)
class Unknown:
    """A layer that cannot be worked out: the figures of its own that nobody gives, or none of its own."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Basic:
    """What basic insurance makes of the in-scope cost."""

    deductible: Fraction
    fund: Fraction
    rows: tuple[Row, ...] = ()
    coinsurance: Fraction = ZERO
    not_covered: Fraction = ZERO
    over_limit: Fraction = ZERO
    counted: Fraction = ZERO  # chronic outpatient care: what used up the disease's amount


@dataclass(frozen=True)
class CriticalTerms:
    """The critical-illness figures that hold for this person in this year."""

    deductible: Fraction
    cap: Fraction | None
    cap_without_bonus: Fraction | None
    edges: tuple[Fraction, ...]
    percents: tuple[Fraction, ...]
    counts_category_b: bool
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
    """What medical assistance pays, and the deductible it charged for that."""

    fund: Fraction = ZERO
    deductible: Fraction = ZERO


# --- what is asked ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Disease:
    """A chronic disease's totals of the year."""

    in_scope: Fraction = ZERO
    paid: Fraction = ZERO
    deductible: Fraction = ZERO


@dataclass(frozen=True)
class Totals:
    """A person's totals of one year."""

    admissions: int = 0
    in_scope: Fraction = ZERO
    basic_paid: Fraction = ZERO
    critical_burden: Fraction = ZERO
    critical_paid: Fraction = ZERO
    special_outpatient_deductible: Fraction = ZERO
    common_outpatient_paid: Fraction = ZERO
    common_outpatient_deductible: Fraction = ZERO
    assistance_deductible: Fraction = ZERO
    assistance_paid: Fraction = ZERO
    chronic: Mapping[str, Disease] = field(default_factory=dict)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Totals:
        """Read the totals of a request; what is left out is zero."""
        not_amounts = ("admissions", "chronic")
        amounts = {name: number(value) for name, value in written.items() if name not in not_amounts}
        chronic = {
            disease: Disease(**{name: number(value) for name, value in entry.items()})
            for disease, entry in written.get("chronic", {}).items()
        }
        return cls(admissions=written.get("admissions", 0), chronic=chronic, **amounts)

    def write(self) -> dict[str, Any]:
        """Write the totals in the request's form."""
        return {
            "admissions": self.admissions,
            "in_scope": money(self.in_scope),
            "basic_paid": money(self.basic_paid),
            "critical_burden": money(self.critical_burden),
            "critical_paid": money(self.critical_paid),
            "special_outpatient_deductible": money(self.special_outpatient_deductible),
            "common_outpatient_paid": money(self.common_outpatient_paid),
            "common_outpatient_deductible": money(self.common_outpatient_deductible),
            "assistance_deductible": money(self.assistance_deductible),
            "assistance_paid": money(self.assistance_paid),
            "chronic": {
                disease: {
                    "in_scope": money(entry.in_scope),
                    "paid": money(entry.paid),
                    "deductible": money(entry.deductible),
                }
                for disease, entry in self.chronic.items()
            },
        }

    def outpatient_paid(self) -> Fraction:
        """What the 6 500 of common and chronic outpatient care together has seen of this year."""
        return self.common_outpatient_paid + sum((entry.paid for entry in self.chronic.values()), ZERO)


@dataclass(frozen=True)
class Bill:
    """The request, read: the amounts of the bill beside the request's own words."""

    request: Mapping[str, Any]
    pack: Mapping[str, Any]
    benefit: str
    level: str
    population: str
    visit: date
    total: Fraction
    eligible: Fraction
    over_price_limit: Fraction
    category_b: Fraction

    @property
    def in_scope(self) -> Fraction:
        return self.eligible - self.category_b

    @property
    def out_of_catalogue(self) -> Fraction:
        return self.total - self.eligible - self.over_price_limit

    def settings(self, table: str) -> Mapping[str, Any]:
        """A table of the region's pack, empty where the pack has none."""
        found: Mapping[str, Any] = self.pack.get(table, {})
        return found


def read_bill(request: Mapping[str, Any], pack: Mapping[str, Any]) -> Bill:
    """Read the amounts of the bill (settlement, section 1)."""
    eligible = number(request["eligible"])
    if "category_b_amount" in request:
        category_b = share(Fraction(10), number(request["category_b_amount"]))  # 2019-21, three, (three)
    else:
        category_b = number(request.get("category_b_selfpay", 0))
    return Bill(
        request=request,
        pack=pack,
        benefit=request["benefit"],
        level=request["hospital_level"],
        population=request.get("population", "ordinary"),
        visit=date.fromisoformat(request["discharged"]),
        total=number(request.get("total", request["eligible"])),
        eligible=eligible,
        over_price_limit=number(request.get("over_limit", 0)),
        category_b=category_b,
    )


def find_pack(
    region: str | Mapping[str, Any], packs: Mapping[str, Iterable[Mapping[str, Any]]], day: date
) -> Mapping[str, Any]:
    """The pack itself, or of the packs with that id the latest that is effective on the day."""
    if not isinstance(region, str):
        return region
    effective = {date.fromisoformat(str(pack["effective"])): pack for pack in packs[region]}
    return effective[max(start for start in effective if start <= day)]


# --- bands ------------------------------------------------------------------------------------------------


def cut(lower: Fraction, upper: Fraction, edges: Iterable[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Cut the stretch (lower, upper] at every edge inside it."""
    if upper <= lower:
        return []
    return list(pairwise([lower, *(edge for edge in edges if lower < edge < upper), upper]))


def rows_along_cost(
    lower: Fraction, upper: Fraction, edges: tuple[Fraction, ...], percents: tuple[Fraction, ...]
) -> tuple[Row, ...]:
    """What the stretch (lower, upper] pays, each piece at the rate of the band that its middle lies in."""
    rows = []
    for start, end in cut(lower, upper, edges):
        middle = (start + end) / 2
        percent = percents[sum(edge < middle for edge in edges)]
        rows.append(Row(end - start, percent, share(percent, end - start)))
    return tuple(rows)


def rows_along_fund(
    cost: Fraction, fund_so_far: Fraction, edges: tuple[Fraction, ...], percents: tuple[Fraction, ...]
) -> tuple[Row, ...]:
    """What a cost pays where the bands lie along the fund's own payments (`band_axis = "annual_fund"`)."""
    rows = []
    for edge, percent in zip(edges, percents, strict=False):
        room = edge - fund_so_far
        if room <= 0:
            continue
        fills_the_band = half_up(room * 100 / percent)
        if cost < fills_the_band:
            break
        rows.append(Row(fills_the_band, percent, room))
        cost -= fills_the_band
        fund_so_far = edge
    else:
        percent = percents[-1]
    rows.append(Row(cost, percent, share(percent, cost)))
    return tuple(row for row in rows if row.base > 0)


def paid_by(rows: Iterable[Row]) -> Fraction:
    """What the bands pay together."""
    return sum((row.paid for row in rows), ZERO)


def left_by(rows: Iterable[Row]) -> Fraction:
    """What the bands leave to the patient together."""
    return sum((row.base - row.paid for row in rows), ZERO)


# --- basic insurance --------------------------------------------------------------------------------------


def basic_insurance(bill: Bill, totals: Totals, year: int) -> Basic | Unknown:
    """The basic layer of a year, by benefit."""
    if bill.benefit in POOLED and "basic_settlement" in bill.request:
        return settled_elsewhere(bill)
    if year < BASIC_FIRST_YEAR:
        return Unknown((f"basic.{year}",))
    if bill.benefit == "common_outpatient":
        return common_outpatient(bill, totals)
    if bill.benefit == "chronic_outpatient":
        return chronic_outpatient(bill, totals)
    return pooled(bill, totals)


def settled_elsewhere(bill: Bill) -> Basic:
    """Basic insurance was settled elsewhere: its payment and deductible are given."""
    given = bill.request["basic_settlement"]
    fund, deductible = number(given["fund_paid"]), number(given.get("deductible", 0))
    return Basic(deductible, fund, coinsurance=bill.in_scope - fund - deductible)


def pooled(bill: Bill, totals: Totals) -> Basic | Unknown:
    """Inpatient and special outpatient care and day surgery (2019-21, two, (two), 1; (one), 3; (two), 3)."""
    by_case = ["major_disease"] if bill.request.get("major_disease", False) else []  # 2019-21, two, (two), 2
    if bill.benefit == "special_outpatient" and bill.request.get("special_disease") == 41:
        by_case.append("special_outpatient.disease_41")
    if by_case:
        return Unknown(tuple(by_case))

    deductible_due = inpatient_deductible if bill.benefit == "inpatient" else special_deductible
    due = deductible_due(bill, totals)
    if isinstance(due, Unknown):
        return due
    deductible = min(bill.in_scope, due)

    axis = bill.settings("inpatient").get("band_axis", "annual_cost")
    percents = BASIC_PERCENTS[bill.level]
    if axis == "annual_fund":
        rows = rows_along_fund(bill.in_scope - deductible, totals.basic_paid, BASIC_EDGES, percents)
    else:
        start = totals.in_scope if axis == "annual_cost" else ZERO
        rows = rows_along_cost(start + deductible, start + bill.in_scope, BASIC_EDGES, percents)
    by_bands = paid_by(rows)
    fund = min(by_bands, what_is_left(BASIC_ANNUAL_LIMIT, totals.basic_paid))
    return Basic(deductible, fund, rows, left_by(rows), over_limit=by_bands - fund)


def inpatient_deductible(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """The deductible due for this admission, after a transfer along the referral chain."""
    transfer = bill.request.get("transfer", {"kind": "none"})
    if transfer["kind"] == "down":
        return ZERO
    table = bill.settings("inpatient").get("deductible", {})
    level = "level_1" if bill.level == "village_clinic" and "village_clinic" not in table else bill.level
    if level not in table:
        return Unknown((f"inpatient.deductible.{level}",))
    of_the_year = table[level]
    due = number(of_the_year[min(totals.admissions, len(of_the_year) - 1)])
    if transfer["kind"] == "up":
        return what_is_left(due, number(transfer["deductible_paid"]))
    return due


def by_level(table: Mapping[str, Any], level: str) -> Fraction:
    """An outpatient deductible of a level, 0 if none; a village clinic without its own has level 1's."""
    if level == "village_clinic" and level not in table:
        level = "level_1"
    return number(table.get(level, 0))


def special_deductible(bill: Bill, totals: Totals) -> Fraction | Unknown:
    """The deductible due for special outpatient care, once a year or at each visit."""
    settings = bill.settings("special_outpatient")
    if "deductible" not in settings:
        return Unknown(("special_outpatient.deductible",))
    due = by_level(settings["deductible"], bill.level)
    if settings.get("deductible_period", "year") == "year":
        return what_is_left(due, totals.special_outpatient_deductible)
    return due


def common_outpatient(bill: Bill, totals: Totals) -> Basic | Unknown:
    """Common outpatient care (2019-21, two, (one), 1; 2020-15, two, (three))."""
    only_two_diseases = bill.level == "level_2" and not bill.request.get("two_disease_drugs", False)
    if bill.level == "level_3" or only_two_diseases:
        return Basic(ZERO, ZERO, not_covered=bill.in_scope)

    settings = bill.settings("common_outpatient")
    free = bill.level == "village_clinic" and bill.visit >= VILLAGE_CLINICS_FREE_FROM
    needed = ["annual_limit"] if free else ["annual_limit", "deductible"]
    if missing := [f"common_outpatient.{name}" for name in needed if name not in settings]:
        return Unknown(tuple(missing))

    due = ZERO if free else by_level(settings["deductible"], bill.level)
    if settings.get("deductible_period", "year") == "year":
        due = what_is_left(due, totals.common_outpatient_deductible)
    deductible = min(bill.in_scope, due)
    rows = rows_along_cost(deductible, bill.in_scope, (), (COMMON_PERCENT,))
    fund = min(
        paid_by(rows),
        what_is_left(number(settings["annual_limit"]), totals.common_outpatient_paid),
        what_is_left(OUTPATIENT_TOGETHER, totals.outpatient_paid()),
    )
    return Basic(deductible, fund, rows, left_by(rows), over_limit=paid_by(rows) - fund)


def chronic_outpatient(bill: Bill, totals: Totals) -> Basic | Unknown:
    """Chronic outpatient care (2019-21, two, (one), 2 and annex 1)."""
    settings = bill.settings("chronic_outpatient")
    disease = bill.request["disease"]
    if "deductible" not in settings:
        return Unknown(("chronic_outpatient.deductible",))
    stated = settings["deductible"]
    if isinstance(stated, Mapping):
        if str(disease) not in stated:
            return Unknown((f"chronic_outpatient.deductible.{disease}",))
        stated = stated[str(disease)]

    so_far = totals.chronic.get(str(disease), Disease())
    amount = Fraction(CHRONIC_AMOUNTS[disease])
    if bill.request.get("disease_rank", 1) > 1:
        amount = half_up(amount * number(settings.get("additional_disease_rate", 1)))
    amount_left = what_is_left(amount, so_far.in_scope)
    due = what_is_left(number(stated), so_far.deductible)

    if settings.get("deductible_counts", "inside") == "inside":
        counted = min(bill.in_scope, amount_left)
        deductible = min(counted, due)
        paid_on = counted - deductible
    else:
        deductible = min(bill.in_scope, due)
        counted = min(bill.in_scope - deductible, amount_left)
        paid_on = counted
    rows = rows_along_cost(ZERO, paid_on, (), (CHRONIC_PERCENT,))
    fund = min(
        paid_by(rows),
        what_is_left(share(CHRONIC_PERCENT, amount), so_far.paid),
        what_is_left(OUTPATIENT_TOGETHER, totals.outpatient_paid()),
    )
    return Basic(
        deductible,
        fund,
        rows,
        left_by(rows),
        not_covered=bill.in_scope - deductible - paid_on,
        over_limit=paid_by(rows) - fund,
        counted=counted,
    )


# --- critical illness -------------------------------------------------------------------------------------


def counts_for_critical_illness(bill: Bill, year: int) -> bool:
    """Whether the care is covered by critical illness at all."""
    if bill.benefit not in POOLED:
        return False
    if year == 2020 and bill.benefit == "special_outpatient" and bill.request.get("specific_item", False):
        return False  # 2019-26, two, (three)
    if year >= 2026 and bill.benefit != "inpatient":
        stated: bool = critical_settings(bill, year).get("covers_special_outpatient", True)
        return stated  # 2025-12-31, six, (two)
    return True


def critical_settings(bill: Bill, year: int) -> Mapping[str, Any]:
    """What the region's pack states on critical illness in a year, empty where it states nothing."""
    found: Mapping[str, Any] = bill.settings("critical_illness").get(str(year), {})
    return found


def critical_terms(bill: Bill, year: int) -> CriticalTerms | Unknown:
    """Deductible, bands and cap for this person in this year, or the names of what nobody gives."""
    stated = critical_settings(bill, year)
    if missing := missing_critical_figures(stated, year):
        return Unknown(missing)

    edges, percents = stated_bands(stated)
    deductible = number(stated.get("deductible", 0))
    cap = number(stated["cap"]) if "cap" in stated else None
    frauds = 0
    cap_without_bonus = cap
    if year in (2016, 2017, 2018, 2019):
        tilted, deductible_percent, points = bill.population in TILTED_2016, Fraction(60), Fraction(5)
        counts_category_b = False
    elif year == 2020:
        tilted, deductible_percent, points = bill.population in TILTED_2020, Fraction(100), Fraction(5)
        deductible = DEDUCTIBLE_2020_TILTED if tilted else DEDUCTIBLE_2020
        cap = cap_without_bonus = None if bill.population in UNCAPPED_2020 else CAP_2020
        counts_category_b = True
    elif year >= 2026:
        tilted, deductible_percent, points = bill.population in TILTED_2026, Fraction(50), Fraction(5)
        edges, percents = EDGES_2026, PERCENTS_2026
        cap, cap_without_bonus = caps_by_enrolment(bill, stated, year)
        counts_category_b = False
    else:
        tilted = bill.population in stated["tilted"]
        deductible_percent, points = number(stated["tilt_deductible_percent"]), number(stated["tilt_points"])
        counts_category_b = stated["counts_category_b"]

    if tilted:
        deductible = share(deductible_percent, deductible)
        percents = tuple(min(Fraction(100), percent + points) for percent in percents)
    if year >= 2026:
        incidents = [number(amount) for amount in bill.request.get("enrolment", {}).get("fraud_amounts", [])]
        deductible += sum((max(amount, CAP_2026 / 100) for amount in incidents), ZERO)
        frauds = len(incidents)
    if stated.get("band_origin", "zero") == "deductible":
        edges = tuple(edge + deductible for edge in edges)
    return CriticalTerms(deductible, cap, cap_without_bonus, edges, percents, counts_category_b, frauds)


def missing_critical_figures(stated: Mapping[str, Any], year: int) -> tuple[str, ...]:
    """The critical-illness figures of a year that neither a document nor the region gives."""
    if year >= 2026:
        needed: tuple[str, ...] = ("deductible",)
    elif year == 2020:
        needed = ("bands",)
    elif year in (2016, 2017, 2018, 2019):
        needed = ("deductible", "bands", "cap")
    elif not stated:
        return (f"critical_illness.{year}",)
    else:
        needed = STATED_KEYS
    given = {*stated, *(["cap"] if stated.get("uncapped", False) else [])}
    return tuple(f"critical_illness.{year}.{name}" for name in needed if name not in given)


def stated_bands(stated: Mapping[str, Any]) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """The edges and percentages of a pack's band table."""
    table = stated.get("bands", [])
    edges = tuple(number(band["up_to"]) for band in table if "up_to" in band)
    return edges, tuple(number(band["percent"]) for band in table)


def caps_by_enrolment(bill: Bill, stated: Mapping[str, Any], year: int) -> tuple[Fraction, Fraction]:
    """The cap from 2026 on, with and without the bonus for years without a claim (2025-12-31, five)."""
    enrolment = bill.request.get("enrolment", {})
    beyond_four = max(0, enrolment.get("consecutive_years", 0) - 4)
    if "consecutive_from" in stated:
        beyond_four = min(beyond_four, max(0, year - stated["consecutive_from"] + 1))
    without_a_claim = enrolment.get("zero_claim_years", 0)
    lowered = min(20, enrolment.get("gap_years", 0))
    with_bonus = CAP_2026 + CAP_2026 * (min(20, beyond_four + without_a_claim) - lowered) / 100
    without_bonus = CAP_2026 + CAP_2026 * (min(20, beyond_four) - lowered) / 100
    return with_bonus, without_bonus


def critical_illness(bill: Bill, totals: Totals, year: int, basic: Basic | Unknown) -> Critical | Unknown:
    """Critical illness: what basic insurance leaves, beyond the year's deductible."""
    if not counts_for_critical_illness(bill, year):
        return Critical()
    terms = critical_terms(bill, year)
    if isinstance(terms, Unknown):
        return terms
    if isinstance(basic, Unknown):
        return Unknown()

    burden = bill.in_scope - basic.fund
    if terms.counts_category_b:
        burden += bill.category_b
    before, after = totals.critical_burden, totals.critical_burden + burden
    rows = rows_along_cost(max(before, terms.deductible), after, terms.edges, terms.percents)
    fund = paid_by(rows)
    if terms.cap is not None:
        fund = min(fund, what_is_left(terms.cap, totals.critical_paid))
    bonus_used = False
    if terms.cap is not None and terms.cap_without_bonus is not None and terms.cap > terms.cap_without_bonus:
        bonus_used = totals.critical_paid + fund > terms.cap_without_bonus
    return Critical(fund, burden, rows, terms, bonus_used, fraud_cleared=terms.frauds > 0 and fund > 0)


# --- medical assistance -----------------------------------------------------------------------------------


def medical_assistance(
    bill: Bill, totals: Totals, basic: Basic | Unknown, critical: Critical | Unknown
) -> Assistance | Unknown:
    """Medical assistance, the third layer: only where the region states a percentage for the category."""
    settings = bill.settings("medical_assistance")
    if bill.benefit not in POOLED or bill.population not in settings.get("percent", {}):
        return Assistance()
    if isinstance(basic, Unknown) or isinstance(critical, Unknown):
        return Unknown()
    base = max(ZERO, bill.in_scope - basic.fund - critical.fund)
    stated = number(settings.get("deductible", {}).get(bill.population, 0))
    due = what_is_left(stated, totals.assistance_deductible)
    deductible = min(base, due)
    fund = share(number(settings["percent"][bill.population]), base - deductible)
    limits = settings.get("annual_limit", {})
    if bill.population in limits:
        fund = min(fund, what_is_left(number(limits[bill.population]), totals.assistance_paid))
    return Assistance(fund, deductible)


# --- the answer -------------------------------------------------------------------------------------------


def settle(
    request: dict[str, Any], packs: Mapping[str, list[dict[str, Any]]] | None = None
) -> dict[str, Any]:
    """Answer a request by the year of its discharge, with the other years that it touches beside it."""
    day = date.fromisoformat(request["discharged"])
    bill = read_bill(request, find_pack(request["region"], packs or {}, day))
    answer = settle_by_year(bill, Totals.read(request.get("year_to_date", {})), day.year)
    answer["alternatives"] = []
    if bill.benefit in POOLED:
        days = [request.get(name, request["discharged"]) for name in ("admitted", "settled")]
        for year in sorted({date.fromisoformat(other_day).year for other_day in days} - {day.year}):
            totals = Totals.read(request.get("other_years", {}).get(str(year), {}))
            other = settle_by_year(bill, totals, year)
            answer["alternatives"].append({**other, "year": year, "better": leaves_less(other, answer)})
    return answer


def leaves_less(other: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Whether the other year's answer is the one to offer."""
    if other["status"] != "complete":
        return False
    if answer["status"] != "complete":
        return True
    return number(other["amounts"]["psn_part_amt"]) < number(answer["amounts"]["psn_part_amt"])


def settle_by_year(bill: Bill, totals: Totals, year: int) -> dict[str, Any]:
    """Work out the three layers by one year's rules and totals."""
    basic = basic_insurance(bill, totals, year)
    critical = critical_illness(bill, totals, year, basic)
    assistance = medical_assistance(bill, totals, basic, critical)
    unknown = [layer for layer in (basic, critical, assistance) if isinstance(layer, Unknown)]

    answer: dict[str, Any] = {
        "status": "incomplete" if unknown else "complete",
        "missing": [name for layer in unknown for name in layer.names],
        "amounts": {
            "medfee_sumamt": money(bill.total),
            "fulamt_ownpay_amt": money(bill.out_of_catalogue),
            "overlmt_selfpay": money(bill.over_price_limit),
            "preselfpay_amt": money(bill.category_b),
            "inscp_scp_amt": money(bill.in_scope),
            "act_pay_dedc": None if isinstance(basic, Unknown) else money(basic.deductible),
            "hifp_pay": None if isinstance(basic, Unknown) else money(basic.fund),
            "hifmi_pay": None if isinstance(critical, Unknown) else money(critical.fund),
            "maf_pay": None if isinstance(assistance, Unknown) else money(assistance.fund),
            "fund_pay_sumamt": None,
            "psn_part_amt": None,
        },
        "patient_parts": None,
        "basic_bands": [] if isinstance(basic, Unknown) else write_rows(basic.rows),
        "critical_bands": [] if isinstance(critical, Unknown) else write_rows(critical.rows),
        "year_to_date": None,
    }
    if isinstance(critical, Critical) and critical.terms is not None:
        answer["critical_deductible"] = money(critical.terms.deductible)
        answer["critical_cap"] = None if critical.terms.cap is None else money(critical.terms.cap)
        answer["zero_claim_bonus_used"] = critical.bonus_used
        answer["fraud_cleared"] = critical.fraud_cleared
    if isinstance(basic, Basic) and isinstance(critical, Critical) and isinstance(assistance, Assistance):
        funds = basic.fund + critical.fund + assistance.fund
        answer["amounts"]["fund_pay_sumamt"] = money(funds)
        answer["amounts"]["psn_part_amt"] = money(bill.total - funds)
        answer["patient_parts"] = {
            "out_of_catalogue": money(bill.out_of_catalogue),
            "over_price_limit": money(bill.over_price_limit),
            "category_b": money(bill.category_b),
            "not_covered": money(basic.not_covered),
            "deductible": money(basic.deductible),
            "coinsurance": money(basic.coinsurance),
            "over_annual_limit": money(basic.over_limit),
            "critical_illness": money(-critical.fund),
            "assistance": money(-assistance.fund),
        }
        answer["year_to_date"] = totals_after(bill, totals, basic, critical, assistance).write()
    return answer


def write_rows(rows: Iterable[Row]) -> list[list[str]]:
    """Write bands as base, percentage and payment."""
    return [[money(row.base), percent_text(row.percent), money(row.paid)] for row in rows]


def totals_after(
    bill: Bill, totals: Totals, basic: Basic, critical: Critical, assistance: Assistance
) -> Totals:
    """The year's totals once this bill is settled."""
    if bill.benefit == "common_outpatient":
        return replace(
            totals,
            common_outpatient_paid=totals.common_outpatient_paid + basic.fund,
            common_outpatient_deductible=totals.common_outpatient_deductible + basic.deductible,
        )
    if bill.benefit == "chronic_outpatient":
        disease = str(bill.request["disease"])
        so_far = totals.chronic.get(disease, Disease())
        now = Disease(
            so_far.in_scope + basic.counted, so_far.paid + basic.fund, so_far.deductible + basic.deductible
        )
        return replace(totals, chronic={**totals.chronic, disease: now})
    inpatient = bill.benefit == "inpatient"
    return replace(
        totals,
        admissions=totals.admissions + inpatient,
        in_scope=totals.in_scope + bill.in_scope,
        basic_paid=totals.basic_paid + basic.fund,
        special_outpatient_deductible=(
            totals.special_outpatient_deductible + (ZERO if inpatient else basic.deductible)
        ),
        critical_burden=totals.critical_burden + critical.burden,
        critical_paid=totals.critical_paid + critical.fund,
        assistance_deductible=totals.assistance_deductible + assistance.deductible,
        assistance_paid=totals.assistance_paid + assistance.fund,
    )
