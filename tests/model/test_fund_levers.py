"""Figures put into a policy by their paths: a region's, a document's, those of critical illness."""

import pytest

from core.messages import Fault, Message
from core.model.levers import Lever, name_of, scenario_of, with_levers
from core.policy.select import Policy
from core.settle import settle
from core.vocabulary import Benefit, Level, Population
from tests.model.fund_years import EXAMPLE, YEAR, example_reader, one_by_one, small


@pytest.fixture(scope="module")
def policy() -> Policy:
    reader = example_reader()
    return reader.policy(reader.regions.versions(EXAMPLE)[-1])


def _changed(policy: Policy, text: str) -> Policy | Fault:
    scenario = scenario_of(text)
    assert not isinstance(scenario, Message)
    return with_levers(policy, scenario, YEAR)


@pytest.mark.parametrize(
    "text",
    [
        "inpatient.deductible.level_2=500",
        "inpatient.deductible.level_2=[500,300]",
        "inpatient.deductible.village_clinic=50",
        "inpatient.band_axis=annual_fund",
        "pooled.annual_limit=250000",
        "pooled.bands.level_2=[{up_to=50000,percent=60},{percent=72.5}]",
        "common_outpatient.rate=60",
        "common_outpatient.annual_limit=700",
        "chronic_outpatient.deductible=100",
        "special_outpatient.deductible.level_3=900",
        "special_outpatient.disease.21.percent=80",
        "elsewhere.referred_percent=10",
        "critical_illness.2026.deductible=12000",
        "critical_illness.2026.cap=500000",
        "critical_illness.2026.bands=[{up_to=50000,percent=60},{percent=72.5}]",
        'critical_illness.2026.tilted=["low_income"]',
        "critical_illness.2026.tilt_points=6",
        "critical_illness.2026.covers_special_outpatient=false",
        "critical_illness.2026.incentives.highest_bonus_percent=30",
        "medical_assistance.percent.orphan=50",
        "medical_assistance.deductible.low_income=100",
    ],
)
def test_every_kind_of_figure_can_be_put_in(policy: Policy, text: str) -> None:
    changed = _changed(policy, text)
    assert isinstance(changed, Policy)
    assert (changed.region, changed.documents.all) != (policy.region, policy.documents.all)


def test_nothing_but_the_figure_changes_and_the_policy_on_file_stays(policy: Policy) -> None:
    before = policy.region.model_dump()
    changed = _changed(policy, "inpatient.deductible.level_3=[1500],critical_illness.2026.cap=300000")
    assert isinstance(changed, Policy)
    assert policy.region.model_dump() == before
    after = changed.region.model_dump()
    assert after["inpatient"]["deductible"]["level_3"] == (1_500_00,)
    assert {key for key in after if after[key] != before[key]} == {"inpatient"}
    differing = [
        (old.id, name)
        for old, new in zip(policy.documents.all, changed.documents.all, strict=True)
        for name in old.sections
        if getattr(old, name) != getattr(new, name)
    ]
    assert differing == [("2025-12-31", "critical_illness")]


def test_a_figure_of_a_document_settles_as_if_the_document_said_so(policy: Policy) -> None:
    source = small(example_reader(), 60)
    claim = next(
        each.claim
        for each in one_by_one(source, source.policies.all)
        if each.claim.benefit is Benefit.COMMON_OUTPATIENT and each.claim.level is Level.LEVEL_1
        if each.claim.in_scope > 60_00 and each.claim.population is Population.ORDINARY
    )
    more = _changed(policy, "common_outpatient.rate=60")
    assert isinstance(more, Policy)
    left = claim.in_scope - 50_00
    assert settle(policy, claim).amounts.hifp_pay == (left * 50 + 50) // 100
    assert settle(more, claim).amounts.hifp_pay == (left * 60 + 50) // 100


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("nothing.of.this=3", "model.fault.path"),
        ("inpatient.deductible.level_9=3", "model.fault.path"),
        ("inpatient=5", "model.fault.path"),
        ("id=jilin/other", "model.fault.path"),
        ("critical_illness.2025.deductible=5", "model.fault.path"),
        ("inpatient.deductible.level_2=abc", "model.fault.value"),
        ("critical_illness.2026.deductible=-4", "model.fault.value"),
        ("common_outpatient.rate=101", "model.fault.value"),
        ("medical_assistance.percent.everybody=5", "model.fault.value"),
    ],
)
def test_what_cannot_be_put_in_is_told_by_its_path(policy: Policy, text: str, fault: str) -> None:
    found = _changed(policy, text)
    assert isinstance(found, Fault)
    assert (found.field, found.message.id) == ("set", fault)


@pytest.mark.parametrize("text", ["", "a", "a=", "=5", "a=1,b"])
def test_what_is_no_path_and_value_is_told(text: str) -> None:
    found = scenario_of(text)
    assert isinstance(found, Message)
    assert found.id == "model.fault.set_form"


def test_commas_part_figures_but_not_lists() -> None:
    assert scenario_of('a=1, b=[2,3] ,c={x=1,y=2},d="4,5"') == (
        Lever("a", "1"),
        Lever("b", "[2,3]"),
        Lever("c", "{x=1,y=2}"),
        Lever("d", '"4,5"'),
    )
    scenario = scenario_of("a=1,b=2")
    assert not isinstance(scenario, Message)
    assert name_of(scenario) == "a=1,b=2"
