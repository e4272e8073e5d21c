"""Columns settle every row as the single call does, to the fen."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from core.exchange.request import RequestReader
from core.model.columns import RESULTS
from core.model.engine import settle_columns, settle_scenarios, sum_scenarios
from core.money import WHOLE
from core.policy.in_force import Documents
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions
from core.vocabulary import BandAxis, Benefit, Care, Transfer
from tests.model.claim_rows import Row, columns, differences, drawn, expected, in_order
from tests.reference.requests import random_pack


@pytest.fixture(scope="module")
def documents() -> Documents:
    return load_documents()


@pytest.fixture(scope="module")
def reader(documents: Documents) -> RequestReader:
    return RequestReader(documents, load_regions(documents)[0])


def sample(rng: Random, reader: RequestReader, packs: int, count: int) -> tuple[list[Row], list[Policy]]:
    """Random visits in order, and the policies that their rows name."""
    asked = drawn(rng, reader, [random_pack(rng) for _ in range(packs)], count)
    policies = list({id(one.policy.region): one.policy for one in asked}.values())
    return in_order(rng, asked, policies), policies


def many(
    rng: Random, reader: RequestReader, packs: int, visits: int, count: int
) -> tuple[list[Row], list[Policy]]:
    """The same visits again and again, with other amounts and in other company each time."""
    asked = drawn(rng, reader, [random_pack(rng) for _ in range(packs)], visits)
    policies = list({id(one.policy.region): one.policy for one in asked}.values())
    rows = in_order(rng, asked, policies)
    while len(rows) < count:
        for place, one in enumerate(asked):
            claim, factor = one.claim, rng.randint(1, 2_000)
            amounts = {
                name: min(getattr(claim, name) * factor // 1_000, 10**12 - 1)
                for name in ("total", "eligible", "category_b", "over_limit")
            }
            amounts["over_limit"] = min(amounts["over_limit"], amounts["total"] - amounts["eligible"])
            asked[place] = one._replace(claim=claim._replace(**amounts, basic_settlement=None))
        rows += in_order(rng, asked, policies, rows[-1].patient + 1)
    return rows, policies


@pytest.fixture(scope="module")
def drawn_rows(reader: RequestReader) -> tuple[list[Row], list[Policy]]:
    return many(Random(11), reader, 3, 160, 1_200)


FEW = (
    *("hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt", "critical_deductible", "part.not_covered"),
    *("after.in_scope", "after.admissions"),
)
"""A column of each layer, and totals that are carried: for each column more a compiler takes its time."""


@pytest.fixture(scope="module")
def few_kinds(reader: RequestReader) -> tuple[list[Row], list[Policy]]:
    """Visits of every benefit by one pack: for each kind more a compiler takes its time, too."""
    rows, policies = many(Random(5), reader, 1, 10, 600)
    assert {row.claim.benefit for row in rows} == set(Benefit)
    return rows, policies


@pytest.mark.usefixtures("compiled")
def test_columns_equal_the_single_call(few_kinds: tuple[list[Row], list[Policy]]) -> None:
    rows, policies = few_kinds
    claims, totals = columns(rows)
    results = settle_columns(claims, policies, FEW, totals)
    assert [*differences(rows, results, FEW)][:5] == []


def test_the_loop_equals_the_single_call_without_a_compiler(
    drawn_rows: tuple[list[Row], list[Policy]],
) -> None:
    rows, policies = drawn_rows
    claims, totals = columns(rows)
    results = settle_columns(claims, policies, totals=totals)
    assert [*differences(rows, results)][:5] == []


def test_totals_by_disease_from_before_count(drawn_rows: tuple[list[Row], list[Policy]]) -> None:
    rows, policies = drawn_rows
    claims, totals = columns(rows)
    assert totals.by_disease is not None
    nothing = totals.by_disease * np.array([1, 1, 1, 0, 0, 0])
    forgotten = settle_columns(claims, policies, totals=replace(totals, by_disease=nothing))
    assert {name for _, name, _, _ in differences(rows, forgotten)} >= {"hifp_pay", "psn_part_amt"}


def test_the_sample_holds_every_benefit_and_setting(drawn_rows: tuple[list[Row], list[Policy]]) -> None:
    rows, policies = drawn_rows
    claims = [row.claim for row in rows]
    assert len(rows) > 1_000
    assert {claim.benefit for claim in claims} == set(Benefit)
    assert {claim.transfer for claim in claims} == set(Transfer)
    assert {claim.care for claim in claims} == set(Care)
    assert any(claim.by_case for claim in claims)
    assert any(claim.basic_settlement for claim in claims)
    assert any(claim.special_disease == 41 for claim in claims)
    assert any((claim.disease or 0) > 100 for claim in claims)
    assert any(claim.enrolment.fraud_amounts for claim in claims)
    assert any(claim.hospital_part for claim in claims)
    packs = [policy.region for policy in policies]
    for setting in ("band_axis", "transfer_up", "transfer_down"):
        assert len({getattr(pack.inpatient, setting) for pack in packs}) > 1, setting
    assert any(pack.carry_over.outpatient_to_pooled for pack in packs)
    assert sum(row.before.in_scope > 0 for row in rows) > len(rows) // 4
    begun = [
        row.before
        for row, last in zip(rows, [None, *rows], strict=False)
        if not last or row.patient != last.patient
    ]
    assert any(year.chronic for year in begun)
    assert any(year.special for year in begun)


@pytest.mark.long
@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("part", range(20))
def test_a_million_rows_equal_the_single_call(reader: RequestReader, part: int) -> None:
    rows, policies = many(Random(part), reader, 4, 2_000, 50_000)
    claims, totals = columns(rows)
    results = settle_columns(claims, policies, totals=totals)
    assert [*differences(rows, results)][:5] == []


def test_a_rule_that_rounds_down_is_caught(reader: RequestReader, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, policies = sample(Random(3), reader, 1, 120)
    rows = [row for row in rows if row.claim.benefit is Benefit.COMMON_OUTPATIENT]
    kept = [row for row in rows if row.before.common_outpatient_paid == 0]
    claims, totals = columns([row._replace(patient=place) for place, row in enumerate(kept)])
    monkeypatch.setattr("core.rules.outpatient.share", lambda amount, rate: amount * rate // WHOLE)
    results = settle_columns(claims, policies, totals=totals, free=True)
    caught = {name for _, name, _, _ in differences(kept, results)}
    assert "hifp_pay" in caught


def test_scenarios_and_sums_are_those_of_each_alone(reader: RequestReader) -> None:
    rows, policies = sample(Random(7), reader, 1, 60)
    rows = [row for row in rows if row.claim.benefit is Benefit.INPATIENT][:8]
    claims, totals = columns(rows)
    region = policies[0].region
    annual = region.inpatient.band_axis is BandAxis.ANNUAL_COST
    axis = BandAxis.ADMISSION_COST if annual else BandAxis.ANNUAL_COST
    other = region.model_copy(update={"inpatient": region.inpatient.model_copy(update={"band_axis": axis})})
    scenarios = [policies, [Policy(policies[0].documents, other)]]
    wanted = ("hifp_pay", "psn_part_amt")
    alone = [settle_columns(claims, one, wanted, totals) for one in scenarios]
    together = [
        {name: np.array(results[name]) for name in wanted}
        for results in settle_scenarios(claims, scenarios, wanted, totals)
    ]
    for one, found in zip(alone, together, strict=True):
        assert all(np.array_equal(one[name], found[name]) for name in wanted)
    cell = claims.column("level")
    sums = sum_scenarios(claims, scenarios, cell, 4, wanted, totals)
    for place, one in enumerate(alone):
        for level in range(4):
            for position, name in enumerate(wanted):
                assert sums[place, level, position] == sum(int(fen) for fen in one[name][cell == level])


@pytest.mark.parametrize("by", ["python", pytest.param("compiled", marks=pytest.mark.long)])
def test_free_rows_have_totals_of_their_own(
    few_kinds: tuple[list[Row], list[Policy]], request: pytest.FixtureRequest, by: str
) -> None:
    if by == "compiled":
        request.getfixturevalue("compiled")
    rows, policies = few_kinds
    free = [row for row in rows if not row.before.chronic and not row.before.special]
    alone = [row for row in free if row.claim == free[0].claim]
    for some in (free[:100], alone[:2]):
        claims, totals = columns(some)
        results = settle_columns(claims, policies, totals=totals, free=True)
        assert [*differences(some, results)] == []


def test_few_columns_are_the_same_as_all(drawn_rows: tuple[list[Row], list[Policy]]) -> None:
    rows, policies = drawn_rows
    first = rows[:4]
    claims, totals = columns(first)
    results = settle_columns(claims, policies, ("maf_pay",), totals)
    assert list(results) == ["maf_pay"]
    assert results["maf_pay"].tolist() == [expected(row)["maf_pay"] for row in first]
    assert "maf_pay" in RESULTS
