"""A fund's year: its sums are those of its claims settled one by one, first run and scenarios alike."""

from collections import Counter as Tally
from collections.abc import Sequence

import numpy as np
import pytest

from core.exchange.request import RequestReader
from core.messages import Fault
from core.model.assumptions import Assumptions, shipped
from core.model.blocks import ClaimSource
from core.model.drawn import drawn
from core.model.fund_year import FundYear, rate_of
from core.model.levers import Scenario, scenario_of, with_levers
from core.model.modelling import Modelled, YearAsked, model
from core.model.plan import Plan
from core.model.population import visits_of
from core.model.solve import Solved, solve
from core.model.tally import SIZES
from core.policy.select import Policy
from core.tables.watch import Cancelled, Watch
from core.vocabulary import Benefit, Population
from tests.model.fund_years import YEAR, Settled, example_reader, one_by_one, small

TEXTS = (
    "critical_illness.2026.deductible=8000",
    "inpatient.deductible.level_3=1500,pooled.annual_limit=30000",
)


@pytest.fixture(scope="module")
def reader() -> RequestReader:
    return example_reader()


@pytest.fixture(scope="module")
def source(reader: RequestReader) -> ClaimSource:
    return small(reader)


def _scenarios() -> tuple[Scenario, ...]:
    scenarios = [scenario_of(text) for text in TEXTS]
    return tuple(each for each in scenarios if isinstance(each, tuple) and not hasattr(each, "id"))


@pytest.fixture(scope="module")
def year(source: ClaimSource, reader: RequestReader) -> FundYear:
    found = model(source, YearAsked(YEAR, _scenarios()), reader.documents, Watch())
    assert isinstance(found, Modelled)
    return found.year


@pytest.fixture(scope="module")
def settled(source: ClaimSource) -> list[list[Settled]]:
    """Every claim settled one by one: by the first run's policies, then by each scenario's."""
    runs: list[Sequence[Policy]] = [source.policies.all]
    for scenario in _scenarios():
        changed = [with_levers(policy, scenario, YEAR) for policy in source.policies.all]
        runs.append([each for each in changed if isinstance(each, Policy)])
    return [list(one_by_one(source, policies)) for policies in runs]


def _sum(rows: Sequence[Settled], name: str) -> int:
    return sum(getattr(row.amounts, name) for row in rows)


def test_each_month_is_the_sum_of_its_claims(year: FundYear, settled: list[list[Settled]]) -> None:
    for run, rows in zip((year.first, *year.scenarios), settled, strict=True):
        for line in run.months:
            of_month = [row for row in rows if row.claim.discharged.month == line.month]
            assert line.amounts is not None
            assert line.amounts.basic == _sum(of_month, "hifp_pay")
            assert line.amounts.critical == _sum(of_month, "hifmi_pay")
            assert line.amounts.assistance == _sum(of_month, "maf_pay")
            assert line.amounts.patient == _sum(of_month, "psn_part_amt")
            assert line.amounts.total == _sum(of_month, "medfee_sumamt")
        assert run.year.basic == _sum(rows, "hifp_pay")
    assert year.first.year.critical > 0
    assert year.claims == len(settled[0])


def test_the_groups_are_those_of_the_claims(year: FundYear, settled: list[list[Settled]]) -> None:
    rows = settled[0]
    keys = {
        "levels": lambda row: row.claim.level.value,
        "categories": lambda row: row.claim.population.value,
        "benefits": lambda row: row.claim.benefit.value,
        "sizes": lambda row: str(sum(row.claim.total > edge for edge in SIZES)),
    }
    for name, key in keys.items():
        counts = Tally(key(row) for row in rows)
        assert {line.name: line.claims for line in year.first.groups[name]} == dict(counts)
        for line in year.first.groups[name]:
            own = [row for row in rows if key(row) == line.name]
            assert line.amounts.patient == _sum(own, "psn_part_amt")
            assert line.amounts.in_scope == _sum(own, "inscp_scp_amt")


def test_a_scenario_tells_who_gains_and_who_loses(year: FundYear, settled: list[list[Settled]]) -> None:
    before = settled[0]
    for run, rows in zip(year.scenarios, settled[1:], strict=True):
        for line in run.groups["levels"]:
            more = [
                after.amounts.psn_part_amt - first.amounts.psn_part_amt  # type: ignore[operator]
                for first, after in zip(before, rows, strict=True)
                if first.claim.level.value == line.name
            ]
            assert line.lose == sum(each > 0 for each in more)
            assert line.gain == sum(each < 0 for each in more)
            assert line.lost - line.gained == sum(more)
            assert line.lost == sum(each for each in more if each > 0)
    assert any(line.gain for line in year.scenarios[0].groups["levels"])
    assert any(line.lose for line in year.scenarios[1].groups["levels"])


def test_the_average_share_is_that_of_inpatient_care(year: FundYear, settled: list[list[Settled]]) -> None:
    stays = [row for row in settled[0] if row.claim.benefit is Benefit.INPATIENT]
    assert year.first.average == rate_of(_sum(stays, "hifp_pay"), _sum(stays, "inscp_scp_amt"))


def test_the_evaluation_counts_people_not_claims(year: FundYear, settled: list[list[Settled]]) -> None:
    paid = [row for row in settled[0] if row.amounts.hifmi_pay]
    early = {row.patient for row in paid if row.claim.discharged.month <= 6}
    assert [half.helped for half in year.halves] == [len(early), len({row.patient for row in paid})]
    assert year.halves[0].critical == sum(
        row.amounts.hifmi_pay or 0 for row in paid if row.claim.discharged.month <= 6
    )


def test_hospitals_add_up_and_those_with_most_critical_illness_come_first(year: FundYear) -> None:
    assert sum(line.claims for line in year.hospitals) == year.claims
    assert sum(line.amounts.critical for line in year.hospitals) == year.first.year.critical
    critical = [line.amounts.critical for line in year.hospitals]
    assert critical == sorted(critical, reverse=True)


def test_the_plan_follows_the_insured_and_a_budget_takes_its_place(
    source: ClaimSource, reader: RequestReader, year: FundYear
) -> None:
    assert year.given.plan is not None
    assert year.given.plan.budget == 250 * 105_00
    stated = Plan((1,) * 12, (2_000_00,) * 12, stated=True)
    found = model(source, YearAsked(YEAR, plan=stated), reader.documents, Watch())
    assert isinstance(found, Modelled)
    assert found.year.given.plan is stated
    nobody = source._replace(people=None)
    unknown = model(nobody, YearAsked(YEAR), reader.documents, Watch())
    assert isinstance(unknown, Modelled)
    assert unknown.year.given.plan is None
    assert [line.standing for line in unknown.year.first.months] == [None] * 12
    assert unknown.year.first.exhausted_on is None


def test_months_without_figures_stay_empty(source: ClaimSource, reader: RequestReader) -> None:
    found = model(source, YearAsked(YEAR, months=5), reader.documents, Watch())
    assert isinstance(found, Modelled)
    assert [line.amounts is None for line in found.year.first.months] == [False] * 5 + [True] * 7
    assert found.year.halves == ()
    outlook = found.year.outlook
    assert outlook is not None
    assert outlook.spent == sum(line.amounts.critical for line in found.year.first.months[:5] if line.amounts)


def _spent(source: ClaimSource, path: str, yuan: int, name: str) -> int:
    scenario = scenario_of(f"{path}={yuan}")
    assert isinstance(scenario, tuple)
    policies = [with_levers(policy, scenario, YEAR) for policy in source.policies.all]  # type: ignore[arg-type]
    return _sum(list(one_by_one(source, policies)), name)  # type: ignore[arg-type]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("path", "name", "part"),
    [
        ("critical_illness.2026.deductible", "hifmi_pay", 60),
        ("inpatient.deductible.level_3", "hifp_pay", 97),
        ("medical_assistance.deductible.low_income", "maf_pay", 50),
    ],
)
def test_the_figure_that_meets_a_budget_is_the_least_whole_yuan(
    reader: RequestReader, path: str, name: str, part: int
) -> None:
    poor = shipped().model_copy(update={"categories": {Population.ORDINARY: 1, Population.LOW_INCOME: 1}})
    source = small(reader, 20, 11, poor)
    budget = _spent(source, path, 1_000, name) * part // 100
    found = solve(source, path, budget, YEAR, Watch())
    assert isinstance(found, Solved)
    assert found.yuan > 0
    assert found.spent == _spent(source, path, found.yuan, name) <= budget
    assert found.below == _spent(source, path, found.yuan - 1, name) > budget
    assert found.above == _spent(source, path, found.yuan + 1, name) <= budget


def test_a_budget_that_is_kept_anyway_needs_nothing(source: ClaimSource) -> None:
    found = solve(source, "critical_illness.2026.deductible", 10**12, YEAR, Watch())
    assert isinstance(found, Solved)
    assert (found.yuan, found.below) == (0, None)


def test_a_budget_that_nothing_keeps_is_told(source: ClaimSource) -> None:
    found = solve(source, "inpatient.deductible.level_3", 1, YEAR, Watch())
    assert isinstance(found, Fault)
    assert found.message.id == "model.fault.no_figure"
    wrong = solve(source, "nothing.here", 1, YEAR, Watch())
    assert isinstance(wrong, Fault)
    assert (wrong.field, wrong.message.id) == ("solve", "model.fault.path")


def test_a_missing_figure_is_named_and_nothing_is_summed(reader: RequestReader) -> None:
    source = drawn(shipped(), 50, 1, ["jilin/changchun"], reader, YEAR)
    assert isinstance(source, ClaimSource)
    found = model(source, YearAsked(YEAR), reader.documents, Watch())
    assert isinstance(found, list)
    assert {fault.message.id for fault in found} == {"model.fault.rows"}
    named = {fault.field for fault in found}
    assert {"inpatient.deductible.level_2", "critical_illness.2026.deductible"} & named


def test_work_that_is_stopped_ends(source: ClaimSource, reader: RequestReader) -> None:
    with pytest.raises(Cancelled):
        model(source, YearAsked(YEAR), reader.documents, Watch(stopped=lambda: True))


# ---- the population


def test_a_seed_draws_the_same_year_everywhere() -> None:
    visits = visits_of(shipped(), 400, 5, YEAR)
    again = visits_of(shipped(), 400, 5, YEAR)
    assert all(np.array_equal(one, other) for one, other in zip(visits[1:], again[1:], strict=True))
    other = visits_of(shipped(), 400, 6, YEAR)
    assert not np.array_equal(visits.total[:50], other.total[:50])
    # the bits of the generator and whole arithmetic alone: these sums hold on every machine
    assert (len(visits.person), int(visits.total.sum()), int(visits.day.sum())) == (
        763,
        1_161_021_39,
        141_675,
    )


def test_what_is_drawn_is_what_is_assumed() -> None:
    assumed = shipped()
    visits = visits_of(assumed, 40_000, 3, YEAR)
    weights = sum(group.weight for group in assumed.groups)
    for place, benefit in enumerate(Benefit):
        mean = sum(group.weight * group.visits.get(benefit, 0) for group in assumed.groups) * 40 / weights
        assert abs(int((visits.benefit == place).sum()) - mean) < 6 * mean**0.5 + 60
    assert (visits.category_b <= visits.eligible).all()
    assert (visits.eligible <= visits.total).all()
    assert (np.diff(visits.person) >= 0).all()
    same = np.diff(visits.person) == 0
    assert (np.diff(visits.day)[same] >= 0).all()


def test_costs_and_people_grow_by_the_assumptions() -> None:
    assumed = shipped()
    grown = assumed.model_copy(
        update={"growth": assumed.growth.model_copy(update={"people_percent": 10_000})}
    )
    assert grown.people_in(YEAR) == 20_000
    assert grown.people_in(YEAR + 1) == 20_200
    assert grown.people_in(YEAR - 1) == 19_802
    assert grown.costs_in(YEAR + 2) == 1_081_600


def test_nobody_who_visits_is_no_error() -> None:
    quiet = shipped().model_copy(
        update={"groups": tuple(group.model_copy(update={"visits": {}}) for group in shipped().groups)}
    )
    assert isinstance(quiet, Assumptions)
    assert len(visits_of(quiet, 10, 1, YEAR).person) == 0
