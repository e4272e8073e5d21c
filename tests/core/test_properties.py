"""What must hold of every settlement, whatever is asked."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.claim import MONEY_TOTALS, Claim, YearToDate
from core.exchange.answer import totals
from core.exchange.request import Asked, RequestReader
from core.money import plain
from core.policy.select import Policy
from core.settle import settle
from core.settlement import Settlement
from tests.reference.requests import random_request

SEEDS = st.integers(0, 2**64)
CRITICAL_CAP_2026 = 40_000_000
POOLED_LIMIT = 20_000_000


def _asked(reader: RequestReader, seed: int, **more: Any) -> Asked:
    asked = reader.read_tables(random_request(random.Random(seed), **more), [])
    assert isinstance(asked, Asked), asked
    return asked


def _all(found: Settlement) -> list[Settlement]:
    return [found, *(other.settlement for other in found.alternatives)]


@given(SEEDS)
@settings(max_examples=300, deadline=None)
def test_the_shares_add_up_to_the_bill_to_the_fen(reader: RequestReader, seed: int) -> None:
    asked = _asked(reader, seed)
    for found in _all(settle(asked.policy, asked.claim)):
        amounts = found.amounts
        if found.patient_parts is None:
            continue
        assert amounts.hifp_pay + amounts.hifmi_pay + amounts.maf_pay == amounts.fund_pay_sumamt  # type: ignore[operator]
        borne = amounts.psn_part_amt + amounts.hosp_part_amt  # type: ignore[operator]
        assert amounts.fund_pay_sumamt + borne == amounts.medfee_sumamt  # type: ignore[operator]
        assert sum(found.patient_parts) == amounts.psn_part_amt


@given(SEEDS)
@settings(max_examples=300, deadline=None)
def test_nobody_pays_a_negative_amount(reader: RequestReader, seed: int) -> None:
    asked = _asked(reader, seed)
    for found in _all(settle(asked.policy, asked.claim)):
        assert all(amount is None or amount >= 0 for amount in found.amounts)
        if found.patient_parts is not None:
            parts = found.patient_parts._asdict()
            borne = [parts.pop(name) for name in ("critical_illness", "assistance", "hospital")]
            if asked.claim.by_case:  # a case's price may reach beyond what is in scope
                del parts["not_covered"]
            assert all(part >= 0 for part in parts.values())
            assert all(part <= 0 for part in borne)


@given(SEEDS, st.integers(1, 10**7))
@settings(max_examples=300, deadline=None)
def test_more_in_scope_cost_never_lowers_what_the_funds_pay(
    reader: RequestReader, seed: int, more: int
) -> None:
    asked = _asked(reader, seed)
    claim = asked.claim
    if claim.basic_settlement is not None:
        return  # its payment is given and does not follow the cost
    dearer = claim._replace(eligible=claim.eligible + more, total=claim.total + more)
    less, now = settle(asked.policy, claim).amounts, settle(asked.policy, dearer).amounts
    if less.fund_pay_sumamt is not None and now.fund_pay_sumamt is not None:
        assert now.fund_pay_sumamt >= less.fund_pay_sumamt
        assert now.hifp_pay >= less.hifp_pay  # type: ignore[operator]


def _one_year(reader: RequestReader, seed: int) -> tuple[Policy, list[Claim]]:
    rng = random.Random(seed)
    made = []
    for _ in range(rng.randint(2, 6)):
        benefit = rng.choice(["inpatient", "special_outpatient", "day_surgery"])
        levels = ["level_1", "level_2", "level_3"]
        if benefit != "inpatient":  # of these the example region has no deductible at level 1
            levels.remove("level_1")
        request = {
            "region": "jilin/example",
            "benefit": benefit,
            "hospital_level": rng.choice(levels),
            "discharged": "2026-06-01",
            "eligible": plain(rng.randrange(1, 60_000_000)),
            "population": "ordinary",
        }
        asked = reader.read_tables(request, [])
        assert isinstance(asked, Asked)
        made.append(asked)
    return made[0].policy, [asked.claim for asked in made]


@given(SEEDS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_caps_hold_in_any_order_of_admissions(
    reader: RequestReader, seed: int, order: random.Random
) -> None:
    policy, claims = _one_year(reader, seed)
    order.shuffle(claims)
    year = YearToDate()
    for claim in claims:
        after = settle(policy, claim._replace(year_to_date=year)).year_to_date
        assert after is not None
        assert after.basic_paid <= POOLED_LIMIT
        assert after.critical_paid <= CRITICAL_CAP_2026
        assert all(getattr(after, name) >= getattr(year, name) for name in ("admissions", *MONEY_TOTALS))
        year = after
    assert year.in_scope == sum(claim.in_scope for claim in claims)


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_totals_after_a_visit_read_back_as_totals_before_the_next(reader: RequestReader, seed: int) -> None:
    asked = _asked(reader, seed)
    after = settle(asked.policy, asked.claim).year_to_date
    if after is None:
        return
    request = {
        "region": "jilin/example",
        "benefit": "inpatient",
        "hospital_level": "level_1",
        "discharged": "2026-01-01",
        "eligible": "0",
        "year_to_date": totals(after),
    }
    again = reader.read_tables(request, [])
    if isinstance(again, list):  # a sum may have outgrown what one amount may be
        assert all("digits" in fault.message.id for fault in again)
    else:
        assert again.claim.year_to_date == after


@pytest.mark.parametrize("seed", range(200))
def test_every_step_and_every_figure_missing_says_where_it_stands(reader: RequestReader, seed: int) -> None:
    asked = _asked(reader, seed)
    for found in _all(settle(asked.policy, asked.claim)):
        assert found.steps
        for step in found.steps:
            assert step.source.document
            assert step.source.clause
