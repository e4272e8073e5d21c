"""What a patient's enrolment makes of cap and deductible."""

from datetime import date

import pytest

from core.claim import Enrolment
from core.enrolment import Account
from core.enrolment_effect import effect
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions
from core.vocabulary import Population

DAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def policy() -> Policy:
    documents = load_documents()
    return Policy(documents, load_regions(documents)[0].in_force("jilin/example", DAY))


@pytest.mark.parametrize(
    ("enrolment", "cap"),
    [
        (Enrolment(), 40_000_000),
        (Enrolment(4), 40_000_000),
        (Enrolment(6, 1), 40_400_000),
        (Enrolment(6, 1, 1), 40_000_000),
        (Enrolment(40, 1), 40_400_000),  # the example region counts years from 2025 on alone
        (Enrolment(0, 40), 48_000_000),
        (Enrolment(0, 0, 40), 32_000_000),
    ],
)
def test_the_cap_that_follows(policy: Policy, enrolment: Enrolment, cap: int) -> None:
    found = effect(policy, DAY, Population.ORDINARY, enrolment)
    by_label = {step.label.id: step for step in found}
    assert by_label["step.cap_percent"].amount == cap
    assert by_label["step.cap_percent"].base == 40_000_000
    assert all(step.source.document and step.source.clause for step in found)


def test_each_incident_raises_the_deductible_by_itself_or_one_percent_of_the_cap(policy: Policy) -> None:
    enrolment = Enrolment(fraud_amounts=(500_000, 100))
    steps = effect(policy, DAY, Population.ORDINARY, enrolment)
    added = [step.amount for step in steps if step.label.id == "step.fraud_incident"]
    assert added == [500_000, 400_000]
    assert steps[-1].label.id == "step.deductible_follows"
    assert steps[-1].amount == 1_000_000 + 900_000


def test_the_tilt_does_not_halve_what_fraud_adds(policy: Policy) -> None:
    steps = effect(policy, DAY, Population.LOW_INCOME, Enrolment(fraud_amounts=(500_000,)))
    assert steps[-1].amount == 500_000 + 500_000


def test_a_missing_deductible_is_named() -> None:
    documents = load_documents()
    pack = load_regions(documents)[0].in_force("jilin/changchun", date(2026, 12, 31))
    found = effect(Policy(documents, pack), DAY, Population.ORDINARY, Enrolment(6))
    assert [figure.path for figure in found] == ["critical_illness.2026.deductible"]


def test_a_year_without_incentives_shows_its_cap_as_it_is(policy: Policy) -> None:
    found = effect(policy, date(2020, 3, 10), Population.ORDINARY, Enrolment(6))
    assert "step.cap_percent" not in {step.label.id for step in found}


def test_a_used_bonus_starts_again_at_zero_the_year_after() -> None:
    account = Account(2026, 6, 1, 0, (), bonus_used_in=2026)
    assert account.enrolment(2026).zero_claim_years == 1
    assert account.enrolment(2027).zero_claim_years == 0
