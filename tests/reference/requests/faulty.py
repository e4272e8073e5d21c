"""Requests with one fault each, by the field that must be refused."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.reference.requests.drawing import Request
from tests.reference.requests.grid_packs import PLAIN, changed, point

ROW = {"percent": 60}
CASE = {"code": "K35", "level": "level_2", "price": 8_000, "fund_percent": 70}
LOCAL = {"number": 101, "name": "local", "amount": 1_500}


def falling(first: int, *rates: int) -> list[dict[str, Any]]:
    """Return bands of these rates, 10 000 yuan apart."""
    edges = [{"up_to": 10_000 * place} for place in range(1, len(rates) + 1)]
    return [{**edge, "percent": rate} for edge, rate in zip([*edges, {}], (first, *rates), strict=True)]


REQUEST_FAULTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"hospital_part": "-1"}, "hospital_part"),
    ({"hospital_part": "0.001"}, "hospital_part"),
    ({"hospital_part": "48000.01", "basic_settlement": {"fund_paid": 0}}, "hospital_part"),
    ({"hospital_part": "47999.01", "benefit": "common_outpatient", "eligible": "47999.00"}, "hospital_part"),
    ({"hospital_part": "x", "major_disease": True, "case": "K35"}, "hospital_part"),
    ({"care": "abroad"}, "care"),
    ({"care": None}, "care"),
    ({"case": 35}, "case"),
    ({"transfer": {"kind": "none", "earlier_stays": 1}}, "transfer.earlier_stays"),
    ({"transfer": {"kind": "down", "earlier_stays": 1}}, "transfer.earlier_stays"),
    ({"transfer": {"kind": "none", "deductible_paid": 0}}, "transfer.deductible_paid"),
    (
        {"transfer": {"kind": "up", "deductible_paid": 0, "earlier_stays": 0}},
        "transfer.earlier_stays",
    ),
    (
        {"transfer": {"kind": "up", "deductible_paid": 0, "earlier_stays": "1"}},
        "transfer.earlier_stays",
    ),
    ({"disease": 100, "benefit": "chronic_outpatient"}, "disease"),
    ({"disease": 106, "benefit": "chronic_outpatient"}, "disease"),
    ({"year_to_date": {"carried_common": "-1"}}, "year_to_date.carried_common"),
    ({"year_to_date": {"chronic": {"106": {}}}}, "year_to_date.chronic.106"),
    ({"year_to_date": {"special": {"42": {}}}}, "year_to_date.special.42"),
    ({"year_to_date": {"special": {"021": {}}}}, "year_to_date.special.021"),
    ({"year_to_date": {"special": {"21": {"x": 1}}}}, "year_to_date.special.21.x"),
    ({"discharged": "2019-12-31", "category_b_amount": "10.00"}, "category_b_amount"),
    ({"category_b_amount": "10.00", "category_b_selfpay": "1.00"}, "category_b_amount"),
    ({"enrolment": {"zero_claim_years": 2}}, "enrolment.zero_claim_years"),
    ({"enrolment": {"gap_years": 2}}, "enrolment.gap_years"),
    ({"basic_settlement": {"fund_paid": "48000.00", "deductible": "0.01"}}, "basic_settlement"),
    ({"eligible": "12345678901"}, "eligible"),
    ({"total": "47999.99"}, "total"),
    ({"over_limit": "0.01"}, "over_limit"),
)

PACK_FAULTS: tuple[tuple[str, Any, str], ...] = (
    ("inpatient.transfer_up", "one_stay", "inpatient.transfer_up"),
    ("inpatient.transfer_down", True, "inpatient.transfer_down"),
    ("special_outpatient.disease", {"42": {}}, "special_outpatient.disease.42"),
    ("special_outpatient.disease", {"21": {"percent": 101}}, "special_outpatient.disease.21.percent"),
    ("special_outpatient.disease", {"21": {"cost_limit": "x"}}, "special_outpatient.disease.21.cost_limit"),
    ("special_outpatient.disease", {"21": {"limit": 1}}, "special_outpatient.disease.21.limit"),
    (
        "chronic_outpatient.additional_disease_amount",
        1_200,
        "chronic_outpatient.additional_disease_rate|chronic_outpatient.additional_disease_amount",
    ),
    ("chronic_outpatient.local", [{**LOCAL, "number": 106}], "chronic_outpatient.local.0.number"),
    ("chronic_outpatient.local", [{**LOCAL, "amount": "-1"}], "chronic_outpatient.local.0.amount"),
    (
        "chronic_outpatient.local",
        [LOCAL, LOCAL],
        "chronic_outpatient.local|chronic_outpatient.local.1|chronic_outpatient.local.1.number",
    ),
    ("critical_illness.2026.cap_on", "burden", "critical_illness.2026.cap_on"),
    ("critical_illness.2026.uncapped_for", ["orphan"], "critical_illness.2026.uncapped_for"),
    (
        "critical_illness.2020.uncapped_for",
        ["ordinary"],
        "critical_illness.2020.uncapped_for.0|critical_illness.2020.uncapped_for",
    ),
    ("critical_illness.2020.bands", falling(60, 59), "critical_illness.2020.bands"),
    (
        "critical_illness.2020.covers_special_outpatient",
        True,
        "critical_illness.2020.covers_special_outpatient",
    ),
    ("critical_illness.2016.bands", falling(51, 80), "critical_illness.2016.bands"),
    ("critical_illness.2016.bands", falling(49, 80), "critical_illness.2016.bands"),
    ("critical_illness.2018.bands", falling(54, 80), "critical_illness.2018.bands"),
    ("critical_illness.2018.bands", falling(55, 70, 65, 80), "critical_illness.2018.bands"),
    ("critical_illness.2018.bands", falling(55, 81), "critical_illness.2018.bands"),
    ("critical_illness.2018", {"uncapped": True}, "critical_illness.2018.uncapped"),
    ("critical_illness.2019.tilted", [], "critical_illness.2019.tilted"),
    (
        "critical_illness.2026",
        {"bonus_from": 2025, "consecutive_from": 2025},
        "critical_illness.2026.consecutive_from|critical_illness.2026.bonus_from",
    ),
    ("critical_illness.2022.bonus_from", 2025, "critical_illness.2022.bonus_from"),
    (
        "critical_illness.2022.tilted",
        ["low_income", "ordinary"],
        "critical_illness.2022.tilted.1|critical_illness.2022.tilted",
    ),
    (
        "critical_illness.2022.bands",
        [{"up_to": 5, **ROW}, {"up_to": 5, **ROW}, ROW],
        "critical_illness.2022.bands",
    ),
    (
        "medical_assistance.bands",
        {"orphan": [ROW]},
        "medical_assistance.bands.orphan|medical_assistance.percent.orphan",
    ),
    ("medical_assistance.bands", {"ordinary": [ROW, ROW]}, "medical_assistance.bands.ordinary"),
    ("medical_assistance.later_stays_percent", {"rich": 1}, "medical_assistance.later_stays_percent.rich"),
    (
        "medical_assistance.later_stays_percent",
        {"orphan": "100.0001"},
        "medical_assistance.later_stays_percent.orphan",
    ),
    ("case_payment", [{**CASE, "price": "x"}], "case_payment.0.price"),
    ("case_payment", [{**CASE, "fund_percent": 101}], "case_payment.0.fund_percent"),
    ("case_payment", [{**CASE, "counts_for_critical": "yes"}], "case_payment.0.counts_for_critical"),
    ("case_payment", [{**CASE, "rate": 1}], "case_payment.0.rate"),
    (
        "case_payment",
        [CASE, {**CASE, "level": "level_3"}, CASE],
        "case_payment|case_payment.2|case_payment.2.code|case_payment.2.level",
    ),
    ("carry_over", {"common_to_pooled": True}, "carry_over.common_to_pooled"),
    ("carry_over", {"common_to_chronic": 1}, "carry_over.common_to_chronic"),
    ("carry_over", {"next_year_percent": "50.00001"}, "carry_over.next_year_percent"),
    (
        "carry_over",
        {"next_year_percent": 50, "next_year_points": 1},
        "carry_over.next_year_percent|carry_over.next_year_points",
    ),
    ("elsewhere", {"referred_percent": 101}, "elsewhere.referred_percent"),
    ("elsewhere", {"percent": 10}, "elsewhere.percent"),
)


def faulty_requests() -> Iterator[tuple[Request, str]]:
    """Yield requests and the field of their one fault; `|` parts fields of which the contract names none."""
    sound = point(PLAIN, "inpatient", "level_2", "2026-06-15", 4_800_000)
    for changes, field in REQUEST_FAULTS:
        yield {**deepcopy(sound), **changes}, field
    for path, value, field in PACK_FAULTS:
        fields = "|".join(f"region.{name}" for name in field.split("|"))
        yield {**sound, "region": changed(PLAIN, path, value)}, fields
