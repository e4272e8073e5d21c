"""What would change: the same visit with one thing changed, side by side."""

from typing import Any

import pytest

from core.exchange.answer import totals
from core.exchange.request import Asked, RequestReader
from core.messages import Message
from core.money import percent, plain
from core.outlook import Variation, ahead, variations
from core.settle import settle
from core.words import languages, words
from tests.core.answers import settled

VISIT = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "discharged": "2026-03-10",
    "eligible": "80000.00",
}


def _variations(reader: RequestReader, *years: int, **changes: Any) -> tuple[Asked, list[Variation]]:
    asked = reader.read_tables({**VISIT, **changes}, [])
    assert isinstance(asked, Asked)
    return asked, variations(asked.policy, asked.claim, years)


def test_every_other_level_category_and_transfer_is_worked_out(reader: RequestReader) -> None:
    _, found = _variations(reader, 2020)
    kinds = [variation.kind for variation in found]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "level": 3,
        "year": 1,
        "population": 6,
        "transfer": 2,
    }


def test_a_variation_is_what_that_visit_would_itself_be_settled_as(reader: RequestReader) -> None:
    asked, found = _variations(reader)
    own = settle(asked.policy, asked.claim)
    by_name = {variation.changed.id: variation for variation in found}
    low = by_name["population.low_income"]
    itself = reader.read_tables({**VISIT, "population": "low_income"}, [])
    assert isinstance(itself, Asked)
    assert low.settlement.amounts == settle(itself.policy, itself.claim).amounts
    assert low.more == low.settlement.amounts.psn_part_amt - own.amounts.psn_part_amt  # type: ignore[operator]
    assert low.more < 0


def test_the_amounts_that_differ_are_named(reader: RequestReader) -> None:
    _, found = _variations(reader)
    level_3 = next(variation for variation in found if variation.changed.id == "level.level_3")
    named = {reason.params["amount"].id for reason in level_3.reasons}  # type: ignore[union-attr]
    assert named == {"amount.act_pay_dedc", "amount.hifp_pay", "amount.hifmi_pay"}
    for language in languages():
        assert all(words(language)(reason) for reason in level_3.reasons)


def test_a_year_whose_figures_are_missing_is_named_and_not_guessed(reader: RequestReader) -> None:
    _, found = _variations(reader, 2025, 2026, discharged="2028-02-29")
    by_year = {variation.changed.params["year"]: variation for variation in found if variation.kind == "year"}
    assert by_year["2025"].more is None
    assert [figure.path for figure in by_year["2025"].settlement.missing] == ["critical_illness.2025"]
    assert by_year["2026"].settlement.year == 2026


def test_a_visit_without_transfers_offers_none(reader: RequestReader) -> None:
    _, found = _variations(reader, benefit="common_outpatient")
    assert "transfer" not in {variation.kind for variation in found}


def _ahead(reader: RequestReader, **changes: Any) -> dict[str, Message]:
    asked = reader.read_tables({**VISIT, **changes}, [])
    assert isinstance(asked, Asked)
    found = ahead(asked.policy, asked.claim, settle(asked.policy, asked.claim))
    for language in languages():
        assert all(words(language)(said) for said in found)
    return {said.id.removeprefix("outlook."): said for said in found}


def _amount(said: Message) -> int:
    return int(str(said.params["amount"]).replace(",", "").replace(".", ""))


@pytest.mark.parametrize("axis", ["annual_cost", "admission_cost"])
@pytest.mark.parametrize("cost", [1, 2_000_000, 2_999_999, 3_000_000, 5_999_999])
def test_the_next_band_begins_with_the_fen_after_the_amount(
    reader: RequestReader, axis: str, cost: int
) -> None:
    pack = {
        "id": "x",
        "name": "x",
        "effective": "2016-01-01",
        "inpatient": {"band_axis": axis, "deductible": {"level_2": [0]}},
        "critical_illness": {"2026": {"deductible": 10000}},
    }
    said = _ahead(reader, region=pack, eligible=plain(cost))["next_band_cost"]

    def bands(more: int) -> list[str]:
        found = settled(reader, {**VISIT, "region": pack, "eligible": plain(cost + more)})
        return [percent(line.rate) for line in found.basic_bands]

    assert said.params["rate"] not in bands(_amount(said))
    assert said.params["rate"] in bands(_amount(said) + 1)


def test_the_next_band_of_critical_illness_begins_where_it_says_once_a_fraud_is_cleared(
    reader: RequestReader,
) -> None:
    """The incident raises this stay's deductible; its payment clears it, and the next bands begin lower."""
    pack = {
        "id": "x",
        "name": "x",
        "effective": "2016-01-01",
        "inpatient": {"deductible": {"level_2": [0]}},
        "critical_illness": {"2026": {"deductible": 10000, "band_origin": "deductible"}},
    }
    visit = {"region": pack, "eligible": "150000.00", "year_to_date": {"basic_paid": "200000.00"}}
    said = _ahead(reader, **visit, enrolment={"fraud_amounts": ["5000.00"]})["next_band_critical"]
    year = settled(reader, {**VISIT, **visit, "enrolment": {"fraud_amounts": ["5000.00"]}}).year_to_date
    assert year is not None
    assert _amount(said) == 20_000_000 + 1_000_000 - year.critical_burden
    assert said.params["rate"] == "80"

    def rates(more: int) -> list[str]:
        following = {**VISIT, **visit, "eligible": plain(more), "year_to_date": totals(year)}
        return [percent(line.rate) for line in settled(reader, following).critical_bands]

    assert rates(_amount(said)) == ["70"]
    assert rates(_amount(said) + 1) == ["70", "80"]
    refused = {**visit, "eligible": "5000.00"}  # nothing is paid, so that the incident stands
    stands = _ahead(reader, **refused, enrolment={"fraud_amounts": ["5000.00"]})
    assert _amount(stands["left.deductible"]) == 1_000_000 + 500_000 - 500_000


def test_what_is_left_to_deductible_and_limits_is_what_the_totals_leave(reader: RequestReader) -> None:
    small = _ahead(reader, eligible="20000.00")
    year = settled(reader, {**VISIT, "eligible": "20000.00"}).year_to_date
    assert year is not None
    assert _amount(small["left.deductible"]) == 1_000_000 - year.critical_burden
    assert _amount(small["left.pooled"]) == 20_000_000 - year.basic_paid
    large = _ahead(reader, eligible="900000.00")
    assert "used.pooled" in large
    assert "next_band_cost" not in large
    assert "used.cap" in large


def test_outpatient_visits_say_what_their_limits_leave(reader: RequestReader) -> None:
    common = _ahead(reader, benefit="common_outpatient", hospital_level="level_1", eligible="150.00")
    assert _amount(common["left.common"]) == 95_000
    assert _amount(common["left.combined"]) == 645_000
    some = _ahead(reader, benefit="chronic_outpatient", disease=1, eligible="1000.00")
    assert _amount(some["left.disease"]) == 84_000  # 1 320 after the deductible, less 480
    chronic = _ahead(reader, benefit="chronic_outpatient", disease=1, eligible="9000.00")
    assert "used.disease" in chronic  # 120 under its limit, which the deductible keeps from being paid
    assert _ahead(reader, benefit="common_outpatient", hospital_level="level_3") == {}


def test_along_the_fund_the_next_band_is_told_in_what_the_fund_pays(reader: RequestReader) -> None:
    pack = {
        "id": "x",
        "name": "x",
        "effective": "2016-01-01",
        "inpatient": {"band_axis": "annual_fund", "deductible": {"level_2": [0]}},
        "critical_illness": {"2026": {"deductible": 10000}},
    }
    assert _amount(_ahead(reader, region=pack, eligible="10000.00")["next_band_fund"]) == 3_000_000 - 700_000


def test_an_incomplete_visit_says_nothing_ahead(reader: RequestReader) -> None:
    assert _ahead(reader, region="jilin/yanbian") == {}
