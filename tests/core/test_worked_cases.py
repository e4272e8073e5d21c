"""Worked cases as data: each a sentence with its clause, settled to the fen."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.exchange.request import RequestReader
from core.policy import clauses
from core.settlement import Settlement, Source
from core.words import words
from tests import cases
from tests.core.answers import expected_of, figures, settled

CASES = cases.load()
TOPICS = cases.by_topic()
CLAUSES = clauses.load()
OWN_CASES = 1_100
OWN_INPATIENT_CASES = 300
VISIT: dict[str, Any] = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_1",
    "discharged": "2026-05-05",
    "eligible": "700",
}


@pytest.mark.parametrize("topic", TOPICS)
def test_the_worked_cases_are_settled_as_worked_and_every_step_stands_in_a_clause(
    reader: RequestReader, topic: str
) -> None:
    wrong = {}
    for case in TOPICS[topic]:
        found = settled(reader, case.request)
        made = expected_of(figures(found), case.expect)
        if made != case.expect:
            wrong[case.name] = made, case.expect
        if not all(map(_cited, (found, *(other.settlement for other in found.alternatives)))):
            wrong[case.name] = found.steps, "a step without its clause"
    assert wrong == {}


def _cited(settlement: Settlement) -> bool:
    """Whether there are steps, and each names its document and clause."""
    sources = [step.source for step in settlement.steps]
    return bool(sources) and all(source.document and source.clause for source in sources)


@pytest.mark.parametrize(
    ("benefit", "clause"),
    [
        ("inpatient", "二、（二）1"),
        ("special_outpatient", "二、（一）3"),
        ("day_surgery", "二、（二）3"),
        ("common_outpatient", "二、（一）1"),
        ("chronic_outpatient", "二、（一）2"),
    ],
)
def test_the_bill_and_what_is_left_of_it_cite_the_clause_of_their_benefit(
    reader: RequestReader, benefit: str, clause: str
) -> None:
    request = {**VISIT, "benefit": benefit, "disease": 1, "total": "900", "over_limit": "100"}
    request |= {"hospital_level": "level_2", "two_disease_drugs": True}
    steps = settled(reader, request).steps
    ends = [step for step in steps if step.stage in {"bill", "patient"}]
    assert [step.label.id for step in ends] == [
        "step.out_of_catalogue",
        "step.over_price_limit",
        "step.in_scope",
        "step.patient_pays",
    ]
    limit = next(step.source for step in ends if step.label.id == "step.over_price_limit")
    others = {step.source for step in ends if step.label.id != "step.over_price_limit"}
    assert others == {Source("吉医保联〔2019〕21号", clause)}
    of_critical = Source("关于完善全省城乡居民大病保险有关政策的通知（2025-12-31）", "三")
    assert limit == (
        Source("吉医保联〔2019〕21号", clause) if "common" in benefit or "chronic" in benefit else of_critical
    )


@pytest.mark.parametrize(
    ("day", "major_disease", "source"),
    [
        ("2018-05-05", False, Source("吉政办发〔2016〕57号", "三、（三）")),
        ("2026-05-05", False, Source("吉医保联〔2019〕21号", "二、（二）1")),
        ("2026-05-05", True, Source("吉医保联〔2019〕21号", "二、（二）2")),
    ],
)
def test_what_was_settled_elsewhere_cites_no_clause_of_critical_illness_where_basic_insurance_has_its_own(
    reader: RequestReader, day: str, major_disease: bool, source: Source
) -> None:
    given = {"basic_settlement": {"fund_paid": "500"}, "major_disease": major_disease, "discharged": day}
    steps = settled(reader, {**VISIT, **given}).steps
    assert {step.source for step in steps if step.stage == "inpatient"} == {source}


def _facts(reader: RequestReader, **changes: Any) -> list[tuple[str, Source]]:
    """What is said without an amount, in words, and where it stands."""
    steps = settled(reader, {**VISIT, "eligible": "90000", **changes}).steps
    return [(words("zh")(step.label), step.source) for step in steps if step.amount is None]


def test_points_added_to_the_rates_are_told_with_their_own_clause(reader: RequestReader) -> None:
    assert _facts(reader) == []
    clause = Source("关于完善全省城乡居民大病保险有关政策的通知（2025-12-31）", "四")
    assert _facts(reader, population="low_income") == [("困难群众倾斜：各段比例加 5 个百分点", clause)]


def test_where_the_bands_of_a_later_bill_begin_is_told(reader: RequestReader) -> None:
    assert _facts(reader, year_to_date={"in_scope": "20000"}) == [
        ("分段接着今年此前的范围内费用 20,000.00 算", Source("吉医保联〔2019〕21号", "附件3"))
    ]
    given = {"fund_paid": "100", "deductible": "0"}
    assert _facts(reader, year_to_date={"in_scope": "20000"}, basic_settlement=given) == []


def test_what_bands_are_measured_by_is_told_where_a_region_chose_it(reader: RequestReader) -> None:
    region = {
        "id": "x",
        "name": "县",
        "effective": "2026-01-01",
        "inpatient": {"band_axis": "annual_fund", "deductible": {"level_1": [200]}},
        "critical_illness": {"2026": {"deductible": 10000, "band_origin": "deductible"}},
    }
    assert _facts(reader, region=region, year_to_date={"basic_paid": "29000"}) == [
        (
            "分段按统筹基金今年累计支付计算（此前 29,000.00）",
            Source("县", "inpatient.band_axis"),
        ),
        ("大病分段从起付线起算", Source("县", "critical_illness.2026.band_origin")),
    ]


def test_there_are_enough_cases_and_half_of_them_stand_on_an_edge() -> None:
    assert len(CASES) >= OWN_CASES
    assert sum(case.request["benefit"] == "inpatient" for case in CASES) >= OWN_INPATIENT_CASES
    assert 2 * sum(case.edge for case in CASES) >= len(CASES)
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_clause_that_settles_something_has_a_case() -> None:
    covered = {clause for case in CASES for clause in case.clauses}
    due = {clause.reference for clause in CLAUSES if clause.about == "settlement"}
    assert due
    assert due - covered == set()
    known = {clause.reference for clause in CLAUSES}
    assert covered - known == set(), "a case cites a clause that the list does not hold"


def test_a_case_that_is_a_fen_off_fails(reader: RequestReader) -> None:
    case = next(case for case in CASES if case.expect["amounts"]["hifp_pay"] not in {None, "0.00"})
    wrong: dict[str, Any] = json.loads(json.dumps(case.expect))
    wrong["amounts"]["hifp_pay"] = wrong["amounts"]["hifp_pay"][:-1] + (
        "1" if wrong["amounts"]["hifp_pay"][-1] != "1" else "2"
    )
    assert expected_of(figures(settled(reader, case.request)), wrong) != wrong


SHARED = Path(__file__).parents[3] / "shared" / "cases" / "settle.jsonl"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared worked cases do not lie beside the checkout")
def test_the_shared_worked_cases_are_settled_as_worked(reader: RequestReader) -> None:
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        made = figures(settled(reader, case["request"]))
        assert expected_of(made, case["expect"]) == case["expect"], case["name"]
