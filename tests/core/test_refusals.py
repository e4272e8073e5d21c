"""Bad requests: each fault by its field, all at once, in words that a clerk can act on."""

import json
from typing import Any

import pytest

from core.exchange.request import Asked, RequestReader
from core.messages import Fault
from core.words import words

SOUND: dict[str, Any] = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "admitted": "2026-03-01",
    "discharged": "2026-03-10",
    "eligible": "48000.00",
}
PACK: dict[str, Any] = {"id": "x", "name": "x", "effective": "2016-01-01"}
GONE = "(left out)"


def _faults(reader: RequestReader, text: str | bytes) -> list[Fault]:
    found = reader.read(text)
    assert isinstance(found, list), "the request was accepted"
    for fault in found:
        for language in ("zh", "en"):
            assert words(language)(fault.message)
    return found


def _with(**changes: Any) -> str:
    request = {**SOUND, **changes}
    return json.dumps({key: value for key, value in request.items() if value != GONE})


def _pack(**changes: Any) -> dict[str, Any]:
    return {"region": {**PACK, **changes}}


def _year(year: int, **table: Any) -> dict[str, Any]:
    return _pack(critical_illness={str(year): table})


ROW = {"percent": 60}
CASES: list[tuple[dict[str, Any], str]] = [
    ({"nonsense": 1}, "nonsense"),
    ({"year_to_date": {"nonsense": "1"}}, "year_to_date.nonsense"),
    ({"transfer": {"kind": "none", "nonsense": 1}}, "transfer.nonsense"),
    ({"region": GONE}, "region"),
    ({"benefit": GONE}, "benefit"),
    ({"hospital_level": GONE}, "hospital_level"),
    ({"discharged": GONE, "admitted": GONE}, "discharged"),
    ({"eligible": GONE}, "eligible"),
    ({"total": None}, "total"),
    ({"year_to_date": {"chronic": None}}, "year_to_date.chronic"),
    ({"enrolment": {"fraud_amounts": ["1", None]}}, "enrolment.fraud_amounts.1"),
    ({"benefit": "dental"}, "benefit"),
    ({"benefit": 3}, "benefit"),
    ({"benefit": ["inpatient"]}, "benefit"),
    ({"hospital_level": "level_4"}, "hospital_level"),
    ({"population": "rich"}, "population"),
    ({"major_disease": "true"}, "major_disease"),
    ({"major_disease": 1}, "major_disease"),
    ({"eligible": "-1"}, "eligible"),
    ({"eligible": -1}, "eligible"),
    ({"eligible": "1.234"}, "eligible"),
    ({"eligible": "12345678901"}, "eligible"),
    ({"eligible": 12345678901}, "eligible"),
    ({"eligible": "+1"}, "eligible"),
    ({"eligible": "1e3"}, "eligible"),
    ({"eligible": "1,000.00"}, "eligible"),
    ({"eligible": ""}, "eligible"),
    ({"eligible": " 1"}, "eligible"),
    ({"eligible": True}, "eligible"),
    ({"eligible": ["1"]}, "eligible"),
    ({"eligible": 48000.5}, "eligible"),
    ({"eligible": "１"}, "eligible"),
    ({"category_b_selfpay": "48000.01"}, "category_b_selfpay"),
    ({"category_b_amount": "480000.11"}, "category_b_amount"),
    ({"category_b_amount": "1", "category_b_selfpay": "1"}, "category_b_amount"),
    ({"total": "47999.99"}, "total"),
    ({"total": "48000.00", "over_limit": "0.01"}, "over_limit"),
    ({"over_limit": "0.01"}, "over_limit"),
    ({"admitted": "2026-03-11"}, "discharged"),
    ({"settled": "2026-03-09"}, "settled"),
    ({"discharged": "2026-02-30"}, "discharged"),
    ({"discharged": "2026-3-1"}, "discharged"),
    ({"discharged": "20260310"}, "discharged"),
    ({"discharged": "2026-W10-1"}, "discharged"),
    ({"discharged": 20260310}, "discharged"),
    ({"discharged": "2026-03-10T00:00:00"}, "discharged"),
    ({"enrolment": {"zero_claim_years": 2}}, "enrolment.zero_claim_years"),
    ({"enrolment": {"gap_years": 2}}, "enrolment.gap_years"),
    ({"enrolment": {"gap_years": "1"}}, "enrolment.gap_years"),
    ({"enrolment": {"consecutive_years": -1}}, "enrolment.consecutive_years"),
    ({"enrolment": {"fraud_amounts": "1"}}, "enrolment.fraud_amounts"),
    ({"transfer": {"kind": "up"}}, "transfer.deductible_paid"),
    ({"transfer": {"kind": "down", "deductible_paid": "1"}}, "transfer.deductible_paid"),
    ({"transfer": {"kind": "sideways"}}, "transfer.kind"),
    ({"transfer": {}}, "transfer.kind"),
    ({"transfer": "up"}, "transfer"),
    ({"basic_settlement": {"deductible": "1"}}, "basic_settlement.fund_paid"),
    ({"basic_settlement": {"fund_paid": "48000", "deductible": "0.01"}}, "basic_settlement"),
    ({"benefit": "special_outpatient", "special_disease": 42}, "special_disease"),
    ({"benefit": "special_outpatient", "special_disease": 0}, "special_disease"),
    ({"benefit": "chronic_outpatient"}, "disease"),
    ({"benefit": "chronic_outpatient", "disease": 19}, "disease"),
    ({"benefit": "chronic_outpatient", "disease": "1"}, "disease"),
    ({"benefit": "chronic_outpatient", "disease": 1, "disease_rank": 0}, "disease_rank"),
    ({"year_to_date": {"admissions": "1"}}, "year_to_date.admissions"),
    ({"year_to_date": {"admissions": 1.5}}, "year_to_date.admissions"),
    ({"year_to_date": {"chronic": {"19": {}}}}, "year_to_date.chronic.19"),
    ({"year_to_date": {"chronic": {"01": {}}}}, "year_to_date.chronic.01"),
    ({"other_years": {"25": {"in_scope": "x"}}}, "other_years.25.in_scope"),
    ({"other_years": {"twenty": {}}}, "other_years.twenty"),
    ({"region": "jilin/atlantis"}, "region"),
    ({"region": 7}, "region"),
    ({"region": []}, "region"),
    ({"discharged": "2015-12-31", "admitted": "2015-12-01"}, "region"),
    ({"region": {**PACK, "effective": "2026-03-11"}}, "region"),
    ({"region": {"id": "x", "name": "x"}}, "region.effective"),
    (_pack(nonsense=1), "region.nonsense"),
    (_pack(effective="2016-13-01"), "region.effective"),
    (_pack(inpatient={"band_axis": "weight"}), "region.inpatient.band_axis"),
    (_pack(inpatient={"deductible": {"level_4": [1]}}), "region.inpatient.deductible.level_4"),
    (_pack(inpatient={"deductible": {"level_1": 200}}), "region.inpatient.deductible.level_1"),
    (_pack(inpatient={"deductible": {"level_1": [200, "x"]}}), "region.inpatient.deductible.level_1.1"),
    (_pack(common_outpatient={"annual_limit": 800}), "region.common_outpatient.annual_limit"),
    (
        _pack(chronic_outpatient={"additional_disease_rate": "1.5"}),
        "region.chronic_outpatient.additional_disease_rate",
    ),
    (
        _pack(chronic_outpatient={"additional_disease_rate": "0.12345"}),
        "region.chronic_outpatient.additional_disease_rate",
    ),
    (_pack(chronic_outpatient={"deductible": {"19": 1}}), "region.chronic_outpatient.deductible.19"),
    (_pack(chronic_outpatient={"deductible": {"1": "x"}}), "region.chronic_outpatient.deductible.1"),
    (_pack(medical_assistance={"percent": {"rich": 1}}), "region.medical_assistance.percent.rich"),
    (_pack(medical_assistance={"percent": {"orphan": 101}}), "region.medical_assistance.percent.orphan"),
    (_year(2026, bands=[ROW]), "region.critical_illness.2026.bands"),
    (_year(2026, cap=1), "region.critical_illness.2026.cap"),
    (_year(2020, deductible=1), "region.critical_illness.2020.deductible"),
    (_year(2018, tilt_points=5), "region.critical_illness.2018.tilt_points"),
    (_year(2018, uncapped=True), "region.critical_illness.2018.uncapped"),
    (_year(2023, cap=1, uncapped=True), "region.critical_illness.2023.cap"),
    (_year(2023, tilted=["ordinary"]), "region.critical_illness.2023.tilted"),
    (_year(2023, uncapped_for=["orphan"]), "region.critical_illness.2023.uncapped_for"),
    (_year(2020, uncapped_for=["urban_destitute"]), "region.critical_illness.2020.uncapped_for"),
    (_year(2026, bonus_from=2025, consecutive_from=2025), "region.critical_illness.2026.bonus_from"),
    (_year(2020, bonus_from=2025), "region.critical_illness.2020.bonus_from"),
    (_year(2026, cap_on="burden"), "region.critical_illness.2026.cap_on"),
    (_year(2018, bands=[{"up_to": 5, "percent": 60}, {"percent": 59}]), "region.critical_illness.2018.bands"),
    (_year(2018, bands=[{"percent": "54.9999"}]), "region.critical_illness.2018.bands"),
    (_year(2020, bands=[{"up_to": 5, "percent": 60}, {"percent": 59}]), "region.critical_illness.2020.bands"),
    (_pack(inpatient={"transfer_up": "other"}), "region.inpatient.transfer_up"),
    (_pack(inpatient={"transfer_down": "other"}), "region.inpatient.transfer_down"),
    (
        _pack(chronic_outpatient={"additional_disease_rate": "0.5", "additional_disease_amount": 1}),
        "region.chronic_outpatient.additional_disease_amount",
    ),
    (
        _pack(chronic_outpatient={"local": [{"number": 106, "amount": 1}]}),
        "region.chronic_outpatient.local.0.number",
    ),
    (
        _pack(chronic_outpatient={"local": [{"number": 101}, {"number": 101, "amount": 1}]}),
        "region.chronic_outpatient.local.1",
    ),
    (_pack(special_outpatient={"disease": {"42": {"percent": 1}}}), "region.special_outpatient.disease.42"),
    (
        _pack(case_payment=[{"code": "A", "level": "level_1"}, {"code": "A", "level": "level_1"}]),
        "region.case_payment.1",
    ),
    (_pack(case_payment=[{"code": "A"}]), "region.case_payment.0.level"),
    (
        _pack(carry_over={"next_year_percent": 1, "next_year_points": 1}),
        "region.carry_over.next_year_points",
    ),
    (
        _pack(medical_assistance={"percent": {"orphan": 1}, "bands": {"orphan": [{"percent": 1}]}}),
        "region.medical_assistance.bands.orphan",
    ),
    (_pack(elsewhere={"referred_percent": 101}), "region.elsewhere.referred_percent"),
    (_year(2018, bands=[{"percent": 50}]), "region.critical_illness.2018.bands"),
    (_year(2016, bands=[{"percent": 55}]), "region.critical_illness.2016.bands"),
    (_year(2018, bands=[{"up_to": 5, "percent": 55}, {"percent": 81}]), "region.critical_illness.2018.bands"),
    (_year(2023, covers_special_outpatient=True), "region.critical_illness.2023.covers_special_outpatient"),
    (_year(2023, tilted=["rich"]), "region.critical_illness.2023.tilted.0"),
    (_year(2023, bands=[]), "region.critical_illness.2023.bands"),
    (_year(2023, bands=[{"up_to": 5, "percent": 60}]), "region.critical_illness.2023.bands"),
    (_year(2023, bands=[ROW, ROW]), "region.critical_illness.2023.bands"),
    (
        _year(2023, bands=[{"up_to": 5, "percent": 60}, {"up_to": 5, "percent": 70}, ROW]),
        "region.critical_illness.2023.bands",
    ),
    (_year(2023, bands=[{"percent": "60.12345"}]), "region.critical_illness.2023.bands.0.percent"),
    (_year(2023, bands=[{"percent": 101}]), "region.critical_illness.2023.bands.0.percent"),
    (_pack(critical_illness={"20x3": {}}), "region.critical_illness.20x3"),
]


@pytest.mark.parametrize(("changes", "field"), CASES, ids=lambda value: json.dumps(value, default=str)[:70])
def test_a_fault_is_refused_by_its_field(reader: RequestReader, changes: dict[str, Any], field: str) -> None:
    assert [fault.field for fault in _faults(reader, _with(**changes))] == [field]


def test_the_choices_are_listed_without_a_word_of_another_language(reader: RequestReader) -> None:
    for changes in ({"benefit": "dental"}, {"transfer": {"kind": "x"}}, _pack(inpatient={"band_axis": "x"})):
        ((_, said),) = _faults(reader, _with(**changes))
        assert " or " not in words("zh")(said)
    assert words("zh")(said) == "只能是：annual_cost, admission_cost, annual_fund。请改正。"


@pytest.mark.parametrize(
    "changes", [{"total": "47000.00"}, {"category_b_selfpay": "48000.01"}], ids=["total", "category B"]
)
def test_an_amount_in_a_refusal_is_written_as_on_every_screen(reader: RequestReader, changes: Any) -> None:
    ((_, said),) = _faults(reader, _with(**changes))
    assert "48,000.00" in words("zh")(said)


def test_the_sound_request_is_accepted(reader: RequestReader) -> None:
    assert isinstance(reader.read(_with()), Asked)
    assert isinstance(reader.read(_with(**_pack())), Asked)


def test_every_fault_is_named_at_once(reader: RequestReader) -> None:
    request = _with(
        eligible="x",
        total=None,
        benefit="dental",
        admitted="2026-03-11",
        hospital_level=GONE,
        nonsense=1,
        enrolment={"gap_years": 9},
        region={
            **PACK,
            "nonsense": 1,
            "critical_illness": {"2026": {"cap": 1}},
            "inpatient": {"band_axis": 1},
        },
    )
    assert {fault.field for fault in _faults(reader, request)} == {
        "eligible",
        "total",
        "benefit",
        "discharged",
        "hospital_level",
        "nonsense",
        "enrolment.gap_years",
        "region.nonsense",
        "region.critical_illness.2026.cap",
        "region.inpatient.band_axis",
    }


def test_a_pack_that_is_not_yet_effective_is_told_beside_its_other_faults(reader: RequestReader) -> None:
    later = {**PACK, "effective": "2026-03-11", "nonsense": 1, "critical_illness": {"2026": {"cap": None}}}
    request = _with(region=later, category_b_amount="480000.10")
    assert [fault.field for fault in _faults(reader, request)] == [
        "region.critical_illness.2026.cap",
        "region.nonsense",
        "region",
        "category_b_amount",
    ]
    unreadable = {**later, "effective": "2026-3-11"}
    assert "region" not in {fault.field for fault in _faults(reader, _with(region=unreadable))}


def test_what_a_year_does_not_leave_open_is_refused_once(reader: RequestReader) -> None:
    both = [fault.field for fault in _faults(reader, _with(**_year(2026, cap=1, uncapped=True)))]
    assert both == ["region.critical_illness.2026.cap", "region.critical_illness.2026.uncapped"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {"request"}),
        ("[]", {"request"}),
        ("3", {"request"}),
        ("null", {"request"}),
        ("{", {"request"}),
        ('{"a": 1} {}', {"request"}),
        (b"\xff\xfe", {"request"}),
        ("[" * 100_000, {"request"}),
        ('{"x":' * 5_000 + "1" + "}" * 5_000, {"request"}),
        (_with()[:-1] + ', "eligible": "1"}', {"eligible"}),
        (_with(year_to_date={})[:-3] + '{"in_scope": "1", "in_scope": "1"}}', {"year_to_date.in_scope"}),
        (_with()[:-1] + ', "total": NaN}', {"total"}),
        (_with()[:-1] + ', "total": Infinity}', {"total"}),
        (_with()[:-1] + ', "total": 1e400}', {"total"}),
        (_with()[:-1] + ', "total": -0}', {"total"}),
        (_with()[:-1] + f', "total": {"9" * 1_000_000}}}', {"total"}),
        (_with()[:-1] + f', "total": "{"9" * 1_000_000}"}}', {"total"}),
        (_with()[:-1] + ', "population": "\\ud800"}', {"population"}),
        (_with()[:-1] + ', "\\ud800": 1}', {"\ud800"}),
        (_with()[:-1] + ', "": 1, "[key]": 2, ":one": 3}', {'""', "[key]", ":one"}),
        (_with()[:-1] + ', "\\u0000": 1, "\\u0000one": 2}', {"\0", "\0one"}),
        (
            _with(year_to_date={"chronic": {"\0x": {}}, "\0y": 1}),
            {"year_to_date.chronic.\0x", "year_to_date.\0y"},
        ),
    ],
    ids=lambda value: repr(sorted(value) if isinstance(value, set) else value)[:40],
)
def test_what_json_allows_and_the_interface_does_not_is_refused(
    reader: RequestReader, text: str | bytes, fields: set[str]
) -> None:
    assert {fault.field for fault in _faults(reader, text)} == fields


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"enrolment": {"fraud_amounts": [None, "x"]}}, ["fraud_amounts.0", "fraud_amounts.1"]),
        ({"enrolment": {"fraud_amounts": [1.5, "1", "x"]}}, ["fraud_amounts.0", "fraud_amounts.2"]),
        (_pack(inpatient={"deductible": {"level_1": [1.5]}}), ["level_1.0"]),
        (_pack(inpatient={"deductible": {"level_1": [None, "x"]}}), ["level_1.0", "level_1.1"]),
        (_year(2023, tilted=[None, "rich"]), ["tilted.0", "tilted.1"]),
        (_year(2023, bands=[{"up_to": 5, "percent": 60}, None]), ["bands.1"]),
        (_year(2023, bands=[{"up_to": None, "percent": 60}, ROW]), ["bands.0.up_to"]),
        (_year(2023, bands=[{"up_to": 5.5, "percent": 101}, ROW]), ["bands.0.up_to", "bands.0.percent"]),
    ],
    ids=lambda value: json.dumps(value)[:70],
)
def test_what_json_finds_at_fault_keeps_its_place_and_hides_nothing_else(
    reader: RequestReader, changes: dict[str, Any], fields: list[str]
) -> None:
    found = [fault.field for fault in _faults(reader, _with(**changes))]
    assert len(found) == len(fields)
    assert all(field.endswith(f".{end}") for field, end in zip(found, fields, strict=True))


@pytest.mark.parametrize("shape", [("[", "]"), ('{"x":', "}")])
@pytest.mark.parametrize("depth", [110, 500, 986, 5_000])
def test_what_nests_too_deeply_is_said_of_the_line_wherever_it_stands(
    reader: RequestReader, shape: tuple[str, str], depth: int
) -> None:
    deep = shape[0] * depth + "1" + shape[1] * depth
    for text in (_with()[:-1] + f', "x": {deep}}}', _with(region="?").replace('"?"', f'{{"x": {deep}}}')):
        assert [fault.field for fault in _faults(reader, text)] == ["request"]


def test_fields_that_a_benefit_does_not_use_are_checked_for_their_form_alone(reader: RequestReader) -> None:
    unused = {
        "basic_settlement": {"fund_paid": "99999999"},
        "special_disease": 41,
        "specific_item": True,
        "transfer": {"kind": "up", "deductible_paid": "5"},
    }
    assert isinstance(reader.read(_with(benefit="common_outpatient", **unused)), Asked)
    assert isinstance(
        reader.read(_with(discharged="2025-03-10", admitted=GONE, enrolment={"gap_years": 30})), Asked
    )
    assert [
        fault.field for fault in _faults(reader, _with(benefit="common_outpatient", special_disease=42))
    ] == ["special_disease"]


def test_a_pack_with_a_lone_surrogate_is_refused_and_not_printed(reader: RequestReader) -> None:
    assert [fault.field for fault in _faults(reader, _with(**_pack(name="\ud800")))] == ["region.name"]
