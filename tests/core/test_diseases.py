"""The lists of diseases as a patient stands with them."""

from datetime import date

import pytest

from core.claim import NOTHING_YET, ChronicTotals
from core.diseases import chronic, pooled_left, special
from core.policy.regions import ChronicOutpatientPack, LocalDisease
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions

DAY = date(2026, 3, 10)


@pytest.fixture(scope="module", params=["jilin/example", "jilin/changchun"])
def policy(request: pytest.FixtureRequest) -> Policy:
    documents = load_documents()
    regions, _ = load_regions(documents)
    pack = regions.in_force(request.param, date(2026, 12, 31))
    return Policy(documents, pack)


def test_eighteen_chronic_diseases_each_with_its_amount_and_sixty_percent_of_it(policy: Policy) -> None:
    found = chronic(policy, DAY, 1, NOTHING_YET)
    assert [one.number for one in found] == list(range(1, 19))
    assert (found[0].amount, found[0].limit) == (240_000, 144_000)
    assert all((one.counted, one.paid) == (0, 0) for one in found)


def test_what_can_still_be_paid_stands_after_the_deductible_where_it_is_known(policy: Policy) -> None:
    known = policy.region.id == "jilin/example"
    assert chronic(policy, DAY, 1, NOTHING_YET)[0].left == (132_000 if known else 144_000)
    year = NOTHING_YET._replace(chronic={1: ChronicTotals(200_000, 108_000, 20_000)})
    assert chronic(policy, DAY, 1, year)[0].left == 24_000


def test_what_is_used_this_year_is_taken_off_what_is_left(policy: Policy) -> None:
    year = NOTHING_YET._replace(chronic={2: ChronicTotals(100_000, 48_000, 20_000)})
    found = chronic(policy, DAY, 1, year)[1]
    assert (found.counted, found.paid, found.left) == (100_000, 48_000, 120_000)


def test_the_limit_on_all_outpatient_care_leaves_less(policy: Policy) -> None:
    year = NOTHING_YET._replace(common_outpatient_paid=100_000, chronic={2: ChronicTotals(0, 540_000, 0)})
    assert chronic(policy, DAY, 1, year)[0].left == 10_000
    assert chronic(policy, DAY, 1, year)[1].left == 0


def test_a_further_disease_brings_the_regions_share_of_its_amount() -> None:
    documents = load_documents()
    regions, _ = load_regions(documents)
    policy = Policy(documents, regions.in_force("jilin/example", DAY))
    first, second = (chronic(policy, DAY, rank, NOTHING_YET)[0] for rank in (1, 2))
    assert second.amount * 2 == first.amount


def test_an_amount_that_nobody_states_is_unknown_and_not_zero(policy: Policy) -> None:
    shares = ChronicOutpatientPack(deductible=0, local=(LocalDisease(number=101),))
    own = Policy(policy.documents, policy.region.model_copy(update={"chronic_outpatient": shares}))
    found = {one.number: one for one in chronic(own, DAY, 2, NOTHING_YET)}
    assert {(one.amount, one.limit, one.left) for one in found.values()} == {(None, None, None)}
    first = {one.number: one for one in chronic(own, DAY, 1, NOTHING_YET)}
    assert (first[1].amount, first[101].amount, first[101].left) == (240_000, None, None)


def test_forty_one_special_diseases_and_the_one_that_another_document_settles(policy: Policy) -> None:
    found = special(policy, DAY)
    assert len(found) == 41
    assert [one.number for one in found if one.elsewhere] == [41]
    assert found[40].elsewhere == "吉医保联〔2019〕12号"


def test_special_outpatient_care_shares_the_years_limit(policy: Policy) -> None:
    year = NOTHING_YET._replace(basic_paid=5_000_000)
    assert pooled_left(policy, DAY, year) == (20_000_000, 15_000_000)
