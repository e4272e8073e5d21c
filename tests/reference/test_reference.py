"""The reference itself: it answers every worked case, and what it answers adds up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

import pytest

from tests.cases import Case, load, load_clauses
from tests.reference.requests import BENEFITS, boundary_requests, random_pack, random_request
from tests.reference.settlement import settle

CASES = load()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_worked_case_is_answered_as_it_says(case: Case) -> None:
    answer = settle(case.request)
    assert {key: answer[key] for key in case.expect} == case.expect


def test_every_case_says_something_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_clause_that_settles_a_bill_has_a_case_and_every_case_names_known_clauses() -> None:
    clauses = {clause.reference: clause for clause in load_clauses()}
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


def test_the_patients_parts_and_the_funds_add_up_and_nobody_pays_a_negative_amount() -> None:
    for request in requests_of_all_kinds():
        answer = settle(request)
        for year in (answer, *answer["alternatives"]):
            amounts, parts = year["amounts"], year["patient_parts"]
            if year["status"] == "incomplete":
                assert year["missing"], request
                assert parts is year["year_to_date"] is amounts["psn_part_amt"] is None, request
                continue
            funds = sum(Fraction(amounts[name]) for name in ("hifp_pay", "hifmi_pay", "maf_pay"))
            patient = Fraction(amounts["psn_part_amt"])
            assert funds == Fraction(amounts["fund_pay_sumamt"]), request
            assert funds + patient == Fraction(amounts["medfee_sumamt"]), request
            assert sum(map(Fraction, parts.values())) == patient, request
            borne = [part for name, part in parts.items() if name not in ("critical_illness", "assistance")]
            assert min(map(Fraction, [*amounts.values(), *borne])) >= 0, request


def test_requests_can_be_kept_to_one_benefit() -> None:
    rng = Random(1)
    for benefit in BENEFITS:
        assert {random_request(rng, benefits=(benefit,))["benefit"] for _ in range(20)} == {benefit}


def test_the_grid_is_the_same_at_every_call_and_a_part_of_it_meets_every_benefit() -> None:
    part = list(boundary_requests(500))
    assert part == list(boundary_requests(500))
    assert len(part) == 500
    assert {request["benefit"] for request in part} == set(BENEFITS)
    assert len(list(islice(boundary_requests(), 3))) == 3
