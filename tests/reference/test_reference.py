"""The reference itself: it answers every worked case, and what it answers adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

import pytest

from core.policy import clauses as articles
from tests.cases import by_topic, load
from tests.reference.refusals import answer, faults_of
from tests.reference.requests import (
    BENEFITS,
    POOLED,
    boundary_requests,
    faulty_requests,
    random_pack,
    random_request,
)
from tests.reference.requests.grid import GRIDS
from tests.reference.requests.grid_walk import allotted
from tests.reference.settlement import settle

CASES, TOPICS = load(), by_topic()


@pytest.mark.parametrize("topic", TOPICS)
def test_every_worked_case_is_answered_as_it_says(topic: str) -> None:
    wrong = {}
    for case in TOPICS[topic]:
        made = answer(case.request)
        if {key: made.get(key, "not there") for key in case.expect} != case.expect:
            wrong[case.name] = made, case.expect
    assert wrong == {}


def test_every_case_says_something_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_clause_that_settles_a_bill_has_a_case_and_every_case_names_known_clauses() -> None:
    clauses = {clause.reference: clause for clause in articles.load()}
    named = {reference for case in CASES for reference in case.clauses}
    assert named <= clauses.keys()
    assert {reference for reference, clause in clauses.items() if clause.about == "settlement"} == named


def requests_of_all_kinds() -> Iterator[dict[str, Any]]:
    rng = Random(20260101)
    for _ in range(1_000):
        yield random_request(rng)
    packs = [random_pack(rng) for _ in range(50)]
    for _ in range(1_000):
        yield random_request(rng, packs)
    yield from boundary_requests(1_000)


def assert_sound(request: dict[str, Any], year: dict[str, Any]) -> None:
    amounts, parts = year["amounts"], year["patient_parts"]
    if year["status"] == "incomplete":
        assert year["missing"], request
        assert len(set(year["missing"])) == len(year["missing"]), request
        assert parts is year["year_to_date"] is None, request
        return
    funds = sum(Fraction(amounts[name]) for name in ("hifp_pay", "hifmi_pay", "maf_pay"))
    hospital, patient = Fraction(amounts["hosp_part_amt"]), Fraction(amounts["psn_part_amt"])
    assert funds == Fraction(amounts["fund_pay_sumamt"]), request
    assert funds + hospital + patient == Fraction(amounts["medfee_sumamt"]), request
    assert sum(map(Fraction, parts.values())) == patient, request
    assert min(map(Fraction, amounts.values())) >= 0, request
    paid = ("critical_illness", "assistance", "hospital")
    by_case = "not_covered" if "case" in request else ""  # a price may reach beyond what is in scope
    borne = [part for name, part in parts.items() if name not in (*paid, by_case)]
    assert min(map(Fraction, borne)) >= 0, request
    assert max(Fraction(parts[name]) for name in paid) <= 0, request


def test_the_parts_and_the_funds_add_up_and_nobody_pays_a_negative_amount() -> None:
    for request in requests_of_all_kinds():
        made = settle(request)
        for year in (made, *made["alternatives"]):
            assert_sound(request, year)


def test_no_request_that_is_drawn_has_a_fault() -> None:
    rng = Random(2)
    for request in (*(random_request(rng) for _ in range(600)), *boundary_requests(900)):
        assert faults_of(request) == [], request
        assert settle(request)["status"] != "refused", request


@pytest.mark.parametrize(("request_", "field"), [*faulty_requests()], ids=str)
def test_one_fault_is_refused_by_its_field(request_: dict[str, Any], field: str) -> None:
    assert answer(request_) == {"status": "refused", "errors": [{"field": field}]}


def test_faults_are_all_named_at_once() -> None:
    faults = {"care": "abroad", "total": None, "discharged": "2026-02-30", "nonsense": 1, "region": {"id": 1}}
    fields = faults_of({"benefit": "chronic_outpatient", "hospital_level": "level_9", **faults})
    assert set(fields) == {
        *("care", "total", "discharged", "nonsense", "eligible", "disease", "hospital_level"),
        *("region.id", "region.name", "region.effective"),
    }


def test_requests_can_be_kept_to_one_benefit() -> None:
    rng = Random(1)
    for benefit in BENEFITS:
        assert {random_request(rng, benefits=(benefit,))["benefit"] for _ in range(20)} == {benefit}


def share(requests: list[dict[str, Any]], test: Callable[[dict[str, Any]], Any]) -> float:
    return sum(bool(test(request)) for request in requests) / len(requests)


def test_what_is_drawn_at_random_has_the_shares_that_are_documented() -> None:
    rng = Random(3)
    drawn = [random_request(rng) for _ in range(1_500)]
    pooled = [request for request in drawn if request["benefit"] in POOLED]
    kept = {benefit: [one for one in drawn if one["benefit"] == benefit] for benefit in BENEFITS}
    visits, chronic = kept["special_outpatient"], kept["chronic_outpatient"]
    of_disease = [visit for visit in visits if "special_disease" in visit]

    def has_table(visit: dict[str, Any]) -> bool:
        tables = visit["region"].get("special_outpatient", {}).get("disease", {})
        return str(visit["special_disease"]) in tables

    shares = {
        "complete": (0.65, share(drawn, lambda one: settle(one)["status"] == "complete")),
        "transfer": (0.35, share(kept["inpatient"], lambda one: "transfer" in one)),
        "case": (0.13, share(pooled, lambda one: "case" in one and one.get("major_disease"))),
        "disease": (0.60, share(visits, lambda one: "special_disease" in one)),
        "with a table": (0.33, share(of_disease, has_table)),
        "local": (0.22, share(chronic, lambda one: one["disease"] > 100)),
        "rank": (0.33, share(chronic, lambda one: one.get("disease_rank", 1) > 1)),
        "elsewhere": (0.17, share(drawn, lambda one: one.get("care", "local") != "local")),
        "hospital": (0.20, share(drawn, lambda one: "hospital_part" in one)),
        "carried": (0.35, share(drawn, lambda one: "carry_over" in one["region"])),
        "bands": (0.35, share(drawn, lambda one: one["region"].get("medical_assistance", {}).get("bands"))),
        "given": (0.15, share(pooled, lambda one: "basic_settlement" in one)),
        "year end": (0.28, share(pooled, lambda one: settle(one)["alternatives"])),
        **{benefit: (0.20, len(kept[benefit]) / len(drawn)) for benefit in BENEFITS},
    }
    wrong = {name: found for name, (said, found) in shares.items() if abs(found - said) > said / 3}
    assert wrong == {}


def test_the_grid_is_the_same_at_every_call_and_a_part_of_it_meets_every_benefit() -> None:
    part = list(boundary_requests(500))
    assert part == list(boundary_requests(500))
    assert len(part) == 500
    assert {request["benefit"] for request in part} == set(BENEFITS)
    assert len(list(islice(boundary_requests(), 3))) == 3


def test_a_part_of_the_grid_takes_as_many_points_of_each_and_small_ones_whole() -> None:
    assert allotted([10, 100, 1_000], 30) == [10, 10, 10]
    assert allotted([5, 100, 1_000], 35) == [5, 15, 15]
    assert allotted([5, 6], 100) == [5, 6]
    assert len(GRIDS) == len({id(axes) for _, axes in GRIDS})
