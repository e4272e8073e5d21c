"""The form of a region pack: what it may state, and what a document settles (interface, section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.reference.amounts import number
from tests.reference.forms import AMOUNT as AMOUNT_FORM
from tests.reference.forms import (
    CHRONIC,
    LEVELS,
    LOCAL,
    POPULATIONS,
    SPECIAL,
    Check,
    amount,
    below,
    by_key,
    checked,
    day,
    holds,
    is_written,
    listed,
    not_both,
    one_of,
    percent,
    share_of_one,
    table,
    text,
    whole,
    yes_no,
)

Rule = Callable[[Any, str, list[str]], None]

PERIOD = one_of("year", "visit")


def no_row_twice(*keys: str) -> Rule:
    """Make a rule that no two rows of a list have the same keys."""

    def rule(value: Any, path: str, faults: list[str]) -> None:
        seen = set()
        for place, row in enumerate(value):
            row_key = tuple(row[key] for key in keys)
            if row_key in seen:
                at = below(path, place)
                faults.append("|".join((path, at, *(below(at, key) for key in keys))))
            seen.add(row_key)

    return rule


# --- bands ------------------------------------------------------------------------------------------------


def edges_rise(value: Any, path: str, faults: list[str]) -> None:
    """Add a fault unless the edges rise and all bands but the last have one."""
    edges = [number(row["up_to"]) for row in value if "up_to" in row]
    open_bands = [place for place, row in enumerate(value) if "up_to" not in row]
    if open_bands != [len(value) - 1] or sorted(set(edges)) != edges:
        faults.append(path)


def rates_of(first: Callable[[Any], bool], highest: int) -> Rule:
    """Make a rule for the rates that 2016-57 and 2019-26 bound: the first one, and rates that never fall."""

    def rule(value: Any, path: str, faults: list[str]) -> None:
        edges_rise(value, path, faults)
        rates = [number(row["percent"]) for row in value]
        if path not in faults and (not first(rates[0]) or sorted(rates) != rates or rates[-1] > highest):
            faults.append(path)

    return rule


BAND_ROWS = listed(table({"up_to": amount, "percent": percent}, required=("percent",)))
BANDS = checked(BAND_ROWS, edges_rise)
BANDS_2016 = checked(BAND_ROWS, rates_of(lambda first: bool(first == 50), 80))
BANDS_2017 = checked(BAND_ROWS, rates_of(lambda first: bool(first >= 55), 80))
BANDS_2020 = checked(BAND_ROWS, rates_of(lambda _: True, 100))


# --- critical illness -------------------------------------------------------------------------------------

ANY_YEAR: dict[str, Check] = {
    "band_origin": one_of("zero", "deductible"),
    "cap_on": one_of("payment", "cost"),
}
FROM_2026 = checked(
    table(
        {
            **ANY_YEAR,
            "deductible": amount,
            "covers_special_outpatient": yes_no,
            "consecutive_from": whole,
            "bonus_from": whole,
            "income_per_head": amount,
        }
    ),
    not_both("consecutive_from", "bonus_from"),
)


def nobody_ordinary(value: Any, path: str, faults: list[str]) -> None:
    """Add a fault where the ordinary are tilted."""
    if "ordinary" in value:
        faults.append(f"{below(path, value.index('ordinary'))}|{path}")


def without_a_cap(value: Any, path: str, faults: list[str]) -> None:
    """Add a fault for who may have a cap lifted by no region in 2020. The whole list may be named as well."""
    wrong: list[str] = []
    listed(one_of("low_income", "orphan"))(value, path, wrong)
    faults += [f"{field}|{path}" if field != path else path for field in wrong]


IN_2020 = table({**ANY_YEAR, "bands": BANDS_2020, "uncapped_for": without_a_cap})


def in_2016_to_2019(bands: Check) -> Check:
    """Make the form of a year of 2016-57."""
    return table({**ANY_YEAR, "deductible": amount, "bands": bands, "cap": amount})


WITHOUT_A_DOCUMENT = checked(
    table(
        {
            **ANY_YEAR,
            "deductible": amount,
            "bands": BANDS,
            "cap": amount,
            "uncapped": yes_no,
            "tilted": checked(listed(one_of(*POPULATIONS)), nobody_ordinary),
            "tilt_deductible_percent": percent,
            "tilt_points": percent,
            "counts_category_b": yes_no,
        }
    ),
    not_both("cap", "uncapped"),
)


def critical_illness(value: Any, path: str, faults: list[str]) -> None:
    """Check each year of the table by the form of the document in force."""
    if not isinstance(value, Mapping):
        faults.append(path)
        return
    for key, stated in value.items():
        at = below(path, key)
        if len(key) != 4 or not key.isascii() or not key.isdigit():
            faults.append(at)
            continue
        year = int(key)
        if year >= 2026:
            form = FROM_2026
        elif year == 2020:
            form = IN_2020
        elif year in range(2016, 2020):
            form = in_2016_to_2019(BANDS_2016 if year == 2016 else BANDS_2017)
        else:
            form = WITHOUT_A_DOCUMENT
        form(stated, at, faults)


# --- the other tables -------------------------------------------------------------------------------------


def one_or_by_disease(value: Any, path: str, faults: list[str]) -> None:
    """Check a deductible for all chronic diseases, or one for each."""
    (by_key(CHRONIC, amount) if isinstance(value, Mapping) else amount)(value, path, faults)


def one_way_of_paying(value: Any, path: str, faults: list[str]) -> None:
    """Add a fault for each category that assistance pays both by percent and by bands."""
    for category in value.get("percent", {}):
        if category in value.get("bands", {}):
            faults.append(f"{path}.bands.{category}|{path}.percent.{category}")


INPATIENT = table(
    {
        "band_axis": one_of("annual_cost", "admission_cost", "annual_fund"),
        "transfer_up": one_of("next_admission", "same_stay"),
        "transfer_down": one_of("any_level", "primary_only"),
        "deductible": by_key(LEVELS, listed(amount)),
    }
)
SPECIAL_DISEASE = table(
    {"deductible": amount, "percent": percent, "annual_limit": amount, "cost_limit": amount}
)
SPECIAL_OUTPATIENT = table(
    {
        "deductible_period": PERIOD,
        "deductible": by_key(LEVELS, amount),
        "disease": by_key(SPECIAL, SPECIAL_DISEASE),
    }
)
COMMON_OUTPATIENT = table(
    {
        "annual_limit": holds(lambda value: is_written(value, AMOUNT_FORM) and number(value) in (700, 1000)),
        "deductible_period": PERIOD,
        "deductible": by_key(LEVELS, amount),
    }
)
LOCAL_DISEASES = listed(
    table({"number": one_of(*LOCAL), "name": text, "amount": amount}, required=("number",))
)
CHRONIC_OUTPATIENT = checked(
    table(
        {
            "deductible": one_or_by_disease,
            "deductible_counts": one_of("inside", "outside"),
            "additional_disease_rate": share_of_one,
            "additional_disease_amount": amount,
            "local": checked(LOCAL_DISEASES, no_row_twice("number")),
        }
    ),
    not_both("additional_disease_rate", "additional_disease_amount"),
)
ASSISTANCE = checked(
    table(
        {
            "annual_limit": by_key(POPULATIONS, amount),
            "deductible": by_key(POPULATIONS, amount),
            "percent": by_key(POPULATIONS, percent),
            "bands": by_key(POPULATIONS, BANDS),
            "later_stays_percent": by_key(POPULATIONS, percent),
        }
    ),
    one_way_of_paying,
)
CASE_ROWS = listed(
    table(
        {
            "code": text,
            "name": text,
            "level": one_of(*LEVELS),
            "price": amount,
            "fund_percent": percent,
            "counts_for_critical": yes_no,
            "deductible": yes_no,
        },
        required=("code", "level"),
    )
)
CARRY_OVER = checked(
    table(
        {
            "common_to_chronic": yes_no,
            "outpatient_to_pooled": yes_no,
            "next_year_percent": percent,
            "next_year_points": percent,
        }
    ),
    not_both("next_year_percent", "next_year_points"),
)
PACK = table(
    {
        "id": text,
        "name": text,
        "effective": day,
        "source": table({"document": text, "entered_by": text, "checked_by": text}),
        "inpatient": INPATIENT,
        "special_outpatient": SPECIAL_OUTPATIENT,
        "common_outpatient": COMMON_OUTPATIENT,
        "chronic_outpatient": CHRONIC_OUTPATIENT,
        "critical_illness": critical_illness,
        "medical_assistance": ASSISTANCE,
        "case_payment": checked(CASE_ROWS, no_row_twice("code", "level")),
        "carry_over": CARRY_OVER,
        "elsewhere": table({"referred_percent": percent, "unreferred_percent": percent}),
    },
    required=("id", "name", "effective"),
)
