"""A hospital's part against what the funds leave, and a claim settled by a year that is asked for."""

from datetime import date
from typing import Any

import pytest

from core.claim import NOTHING_YET, ChronicTotals, Enrolment
from core.exchange.request import Asked, RequestReader
from core.messages import Fault, message
from core.policy.select_outpatient import common_limit
from core.policy.terms import ChronicTerms
from core.rules.outpatient import still_payable
from core.settle import day_within, enrolment_in, hospital_faults, settle, settle_by_year
from core.settlement import MissingFigure, Source
from core.vocabulary import Status
from tests import cases
from tests.core.answers import figures

PACKS = {case.request["region"]["id"]: case.request["region"] for case in cases.load()}
STAY: dict[str, Any] = {
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "discharged": "2026-03-10",
    "eligible": "1400.00",
    "total": "1500.00",
}


def asked(reader: RequestReader, pack: str = "cases/plain", **cells: Any) -> Asked:
    found = reader.read_tables({"region": PACKS[pack], **STAY, **cells}, [])
    assert isinstance(found, Asked), found
    return found


def above(one: Asked, part: int) -> list[Fault]:
    """The faults of a hospital's part (fen) on a claim that was read without one."""
    claim = one.claim._replace(hospital_part=part)
    return hospital_faults(claim, settle(one.policy, claim))


def refused(rest: str) -> list[Fault]:
    return [Fault("hospital_part", message("fault.hospital_above_rest", rest=rest))]


@pytest.mark.parametrize(
    ("cells", "rest"),
    [
        ({}, "800.00"),  # 1 500 less 70 percent of 1 000
        ({"eligible": "300.00"}, "1,500.00"),  # all of it is deductible
        ({"pack": "cases/empty"}, "1,500.00"),  # a payment that is missing counts as nothing
        ({"pack": "cases/assistance", "population": "orphan"}, "170.00"),  # less 90 percent of the 700 left
        (  # less 100 of the basic fund and 60 percent of 9 900 above 10 000
            {"basic_settlement": {"fund_paid": "100.00"}, "eligible": "20000.00", "total": "20000.00"},
            "13,960.00",
        ),
    ],
)
def test_a_hospital_s_part_is_at_most_what_the_funds_leave(
    reader: RequestReader, cells: dict[str, Any], rest: str
) -> None:
    one, left = asked(reader, **cells), _fen(rest)
    assert above(one, left) == []
    assert above(one, left + 1) == refused(rest)
    assert above(one, 0) == []


def _fen(yuan: str) -> int:
    return int(yuan.replace(",", "").replace(".", ""))


def test_the_part_is_not_looked_at_where_a_case_is_paid_by_its_price(reader: RequestReader) -> None:
    paid = {"major_disease": True, "case": "K35", "eligible": "9000.00", "total": "9000.00"}
    assert above(asked(reader, "cases/cases-by-price", **paid), 10**9) == []
    assert above(asked(reader, "cases/cases-by-price", **paid, discharged="2019-03-10"), 10**9) == refused(
        "9,000.00"
    )


def test_a_year_that_is_asked_for_is_settled_by_its_rules_and_totals(reader: RequestReader) -> None:
    one = asked(
        reader,
        "cases/states-2025",
        admitted="2025-12-20",
        discharged="2026-01-05",
        eligible="90000.00",
        total="90000.00",
        year_to_date={"admissions": 1, "in_scope": "5000.00"},
        other_years={"2025": {"admissions": 3, "in_scope": "70000.00", "critical_burden": "8000.00"}},
    )
    whole = settle(one.policy, one.claim)
    assert len(whole.alternatives) == 1
    assert settle_by_year(one.policy, one.claim, 2025) == whole.alternatives[0].settlement
    own = settle_by_year(one.policy, one.claim, 2026)
    assert figures(own) | {"alternatives": []} == figures(whole) | {"alternatives": []}
    assert own.year == 2026
    bare = one.claim._replace(other_years={})
    assert settle_by_year(one.policy, bare, 2025) == settle_by_year(
        one.policy, bare._replace(other_years={2025: NOTHING_YET}), 2025
    )


def test_an_earlier_year_is_settled_by_its_last_day_and_a_later_one_by_the_day_of_settlement(
    reader: RequestReader,
) -> None:
    claim = asked(reader, admitted="2025-12-20", settled="2027-02-03").claim
    assert [day_within(claim, year).isoformat() for year in (2025, 2027)] == ["2025-12-31", "2027-02-03"]


@pytest.mark.parametrize(
    ("year", "stood"),
    [
        (2024, Enrolment(4, 0, 0, (5,))),
        (2025, Enrolment(5, 0, 0, (5,))),
        (2026, Enrolment(6, 1, 1, (5,))),
        (2027, Enrolment(7, 2, 2, (5,))),
        (2028, Enrolment(7, 2, 3, (5,))),
        (2019, Enrolment(0, 0, 0, (5,))),
    ],
)
def test_the_enrolment_of_another_year_is_as_it_stood(
    reader: RequestReader, year: int, stood: Enrolment
) -> None:
    claim = asked(reader, discharged="2027-03-10").claim
    given = Enrolment(consecutive_years=7, zero_claim_years=2, gap_years=3, fraud_amounts=(5,))
    assert enrolment_in(claim._replace(enrolment=given), year) == stood


@pytest.mark.parametrize(
    ("pack", "disease", "counted", "common", "left"),
    [
        ("cases/plain", 1, (0, 0, 0), 0, 132_000),  # 60 percent of 2 400 less the deductible of 200
        ("cases/plain", 1, (20_000, 0, 20_000), 0, 132_000),
        ("cases/plain", 1, (240_000, 100_000, 20_000), 0, 0),  # the amount is used up
        ("cases/plain", 1, (100_000, 143_999, 20_000), 0, 1),  # a fen of the limit is left
        ("cases/plain", 1, (100_000, 48_000, 20_000), 601_999, 1),  # a fen of the 6 500 is left
        ("cases/outside", 1, (0, 0, 0), 0, 144_000),  # the deductible lies outside the amount
        ("cases/outside", 1, (240_000, 0, 0), 0, 0),
        ("cases/carried-to-chronic", 1, (0, 0, 0), 0, 232_000),  # with 1 000 of the common limit
        ("cases/carried-to-chronic", 1, (0, 0, 0), 99_999, 132_001),
        ("cases/by-disease", 13, (0, 0, 0), 0, 144_000),
    ],
)
def test_what_can_still_be_paid_for_a_chronic_disease_is_what_a_dear_visit_would_be_paid(
    reader: RequestReader, pack: str, disease: int, counted: tuple[int, int, int], common: int, left: int
) -> None:
    one = asked(reader, pack, benefit="chronic_outpatient", disease=disease)
    terms = one.policy.chronic(one.claim.discharged, disease, 1)
    assert isinstance(terms, ChronicTerms), terms
    in_scope, paid, deductible = counted
    year = NOTHING_YET._replace(
        common_outpatient_paid=common, chronic={disease: ChronicTotals(in_scope, paid, deductible)}
    )
    assert still_payable(terms, year) == left


def test_a_common_limit_that_is_missing_names_its_clause_where_a_document_is_in_force(
    reader: RequestReader,
) -> None:
    region = asked(reader, "cases/empty").policy.region
    missing = [common_limit(reader.documents, region, date(year, 12, 31)) for year in (2019, 2020)]
    path = "common_outpatient.annual_limit"
    assert missing == [
        MissingFigure(path),
        MissingFigure(path, Source("吉医保联〔2019〕21号", "二、（一）1")),
    ]


def test_nothing_is_better_than_what_is_incomplete(reader: RequestReader) -> None:
    one = asked(reader, "cases/empty", admitted="2025-12-20", discharged="2026-01-05")
    whole = settle(one.policy, one.claim)
    assert whole.status is Status.INCOMPLETE
    assert [other.better for other in whole.alternatives] == [False]


@pytest.mark.parametrize("table", ["deductible", "annual_limit", "later_stays_percent"])
def test_assistance_without_its_percentage_is_said_and_not_passed_over(
    reader: RequestReader, table: str
) -> None:
    pack = {**PACKS["cases/plain"], "medical_assistance": {table: {"low_income": 10}}}

    def notes(population: str, **percent: object) -> list[str]:
        region = {**pack, "medical_assistance": {**pack["medical_assistance"], **percent}}
        request = {**STAY, "region": region, "population": population}
        found = reader.read_tables(request, [])
        assert isinstance(found, Asked), found
        said = [note.text.id for note in settle(found.policy, found.claim).notes]
        return [id_ for id_ in said if "assistance" in id_]

    assert notes("low_income") == ["note.assistance_percent_empty"]
    assert notes("orphan") == ["note.no_assistance_rule"]
    assert notes("low_income", percent={"low_income": 0}) == []


@pytest.mark.parametrize(("care", "told"), [("local", False), ("elsewhere_referred", True)])
def test_chronic_care_elsewhere_says_that_its_rate_is_the_provinces_own(
    reader: RequestReader, care: str, told: bool
) -> None:
    table = {"deductible": 0, "additional_disease_rate": "1"}
    region = {**PACKS["cases/plain"], "chronic_outpatient": table, "elsewhere": {"referred_percent": 10}}
    visit = {**STAY, "region": region, "benefit": "chronic_outpatient", "disease": 1, "care": care}
    found = reader.read_tables(visit, [])
    assert isinstance(found, Asked), found
    notes = [note.text.id for note in settle(found.policy, found.claim).notes]
    assert ("note.open.chronic_elsewhere" in notes) is told
