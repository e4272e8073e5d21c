"""A region's reading that bears on a settlement is named on it, by the region's key."""

from typing import Any

import pytest

from core.exchange.request import RequestReader
from core.messages import Fault
from core.words import languages, words
from tests.core.answers import settled

PACK: dict[str, Any] = {
    "id": "x",
    "name": "县",
    "effective": "2016-01-01",
    "inpatient": {"deductible": {"level_2": [400, 300], "level_3": [800, 600]}},
    "critical_illness": {"2026": {"deductible": 10000}, "2020": {"bands": [{"percent": 60}]}},
}
STAY: dict[str, Any] = {
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "discharged": "2026-03-10",
    "eligible": "90000.00",
}


def _notes(reader: RequestReader, pack: dict[str, Any], **cells: Any) -> dict[str, str]:
    settlement = settled(reader, {**STAY, "region": {**PACK, **pack}, **cells})
    for language in languages():
        assert all(words(language)(note.text) for note in settlement.notes)
        assert all(words(language)(step.label) for step in settlement.steps)
    return {
        note.text.id.removeprefix("note.reading."): note.source.clause
        for note in settlement.notes
        if note.source and note.text.id.startswith("note.reading.")
    }


def _inpatient(**cells: Any) -> dict[str, Any]:
    return {"inpatient": {**PACK["inpatient"], **cells}}


def _critical(year: str, **cells: Any) -> dict[str, Any]:
    tables = PACK["critical_illness"]
    return {"critical_illness": {**tables, year: {**tables[year], **cells}}}


def _chronic(counts: str) -> dict[str, Any]:
    return {"chronic_outpatient": {"deductible": 200, "deductible_counts": counts}}


DIABETES = {"benefit": "chronic_outpatient", "disease": 1, "eligible": "900.00"}
DEDUCTED = {"year_to_date": {"chronic": {"1": {"deductible": "200.00"}}}}
UP = {"transfer": {"kind": "up", "deductible_paid": "0"}}
DOWN = {"transfer": {"kind": "down"}}


@pytest.mark.parametrize(
    ("pack", "cells", "named"),
    [
        ({}, {}, {}),
        ({}, UP, {"next_admission": "inpatient.transfer_up"}),
        (_inpatient(transfer_up="same_stay"), UP, {"same_stay": "inpatient.transfer_up"}),
        (_inpatient(transfer_up="same_stay"), {}, {}),
        ({}, DOWN, {"any_level": "inpatient.transfer_down"}),
        (_inpatient(transfer_down="primary_only"), DOWN, {"primary_only": "inpatient.transfer_down"}),
        (_inpatient(band_axis="annual_fund"), {}, {"annual_fund": "inpatient.band_axis"}),
        (_inpatient(band_axis="admission_cost"), {}, {}),
        (
            _inpatient(band_axis="admission_cost"),
            {"year_to_date": {"in_scope": "0.01"}},
            {"admission_cost": "inpatient.band_axis"},
        ),
        (_critical("2026", cap_on="cost"), {}, {"cap_on": "critical_illness.2026.cap_on"}),
        (_critical("2026", cap_on="cost"), {"eligible": "900.00"}, {}),
        (
            _critical("2026", band_origin="deductible"),
            {},
            {"band_origin": "critical_illness.2026.band_origin"},
        ),
        (
            _critical("2026", bonus_from=2025),
            {"enrolment": {"consecutive_years": 5}},
            {"bonus_from": "critical_illness.2026.bonus_from"},
        ),
        (_critical("2026", bonus_from=2025), {"enrolment": {"consecutive_years": 4}}, {}),
        (
            _critical("2020", uncapped_for=["orphan"]),
            {"discharged": "2020-03-10", "population": "orphan"},
            {"uncapped_for": "critical_illness.2020.uncapped_for"},
        ),
        (
            _critical("2020", uncapped_for=["orphan"]),
            {"discharged": "2020-03-10", "population": "low_income"},
            {},
        ),
        (_chronic("outside"), DIABETES, {"deductible_outside": "chronic_outpatient.deductible_counts"}),
        (_chronic("outside"), {**DIABETES, **DEDUCTED}, {}),
        (_chronic("inside"), DIABETES, {}),
    ],
)
def test_a_reading_is_named_where_it_bears(
    reader: RequestReader, pack: dict[str, Any], cells: dict[str, Any], named: dict[str, str]
) -> None:
    assert _notes(reader, pack, **cells) == named


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"hospital_part": "90000.01"}, ["hospital_part"]),
        ({"hospital_part": "0.00"}, []),
        ({"total": "1.00", "over_limit": "5.00"}, ["total"]),
        ({"category_b_amount": "1.00", "discharged": "2019-12-31"}, ["category_b_amount"]),
        ({"category_b_amount": "1.00", "category_b_selfpay": "1.00"}, ["category_b_amount"]),
        (
            {"category_b_amount": "1.00", "category_b_selfpay": "90000.01"},
            ["category_b_amount", "category_b_selfpay"],
        ),
        ({"transfer": {"kind": "down", "earlier_stays": 1}}, ["transfer.earlier_stays"]),
        (
            {"transfer": {"kind": "up", "deductible_paid": "0", "earlier_stays": 0}},
            ["transfer.earlier_stays"],
        ),
        ({"care": "abroad"}, ["care"]),
        ({"benefit": "chronic_outpatient", "disease": 106}, ["disease"]),
        ({"benefit": "chronic_outpatient", "disease": 100}, ["disease"]),
        ({"year_to_date": {"special": {"42": {}}}}, ["year_to_date.special.42"]),
        ({"year_to_date": {"chronic": {"106": {}}}}, ["year_to_date.chronic.106"]),
    ],
)
def test_what_the_request_may_not_state_is_refused_by_its_field(
    reader: RequestReader, cells: dict[str, Any], fields: list[str]
) -> None:
    asked = reader.read_tables({**STAY, "region": PACK, **cells}, [])
    faults = [fault.field for fault in asked if isinstance(fault, Fault)]
    assert faults == fields


def test_a_tilted_deductible_and_a_moved_cap_show_what_they_are_made_of(reader: RequestReader) -> None:
    request = {
        **STAY,
        "region": PACK,
        "population": "low_income",
        "enrolment": {"consecutive_years": 6, "zero_claim_years": 1, "fraud_amounts": ["100.00"]},
    }
    said = [words("zh")(step.label) for step in settled(reader, request).steps]
    for text in (
        "大病起付线（困难群众倾斜：10,000.00 × 50%）",
        "骗保 100.00，起付线至少加 4,000.00",
        "连续参保 6 年，超过 4 年的 2 年，每年加 1%",
        "零报销 1 年，每年加 1%",
        "断保 0 年，每年减 1%",
        "大病年度最高支付限额（原限额 × 103%）",
    ):
        assert text in said
