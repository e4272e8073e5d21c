"""What would change: the same visit with one thing changed, side by side."""

from typing import Any

from core.exchange.request import Asked, RequestReader
from core.outlook import Variation, variations
from core.settle import settle
from core.words import languages, words

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
