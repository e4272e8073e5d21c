"""The plan of a year, and spending held against it (2025-12-31, one and six)."""

from datetime import date
from pathlib import Path

import pytest

from core.messages import Fault
from core.model import plan as plans
from core.model.budget_file import read_budget
from core.model.plan import Plan
from core.policy.in_force import Documents
from core.policy.shelf import load_documents
from core.tables.watch import Watch
from core.tables.writing import Draft, NamedSheet

BUDGET = 120_000_00
"""A year's budget (fen), of which a month's twelfth is 10 000 yuan and a point 1 200 yuan."""


@pytest.fixture(scope="module")
def documents() -> Documents:
    return load_documents()


@pytest.mark.parametrize(
    ("spent", "points", "colour"),
    [
        # worked out by hand: 10 000.00 is planned for January, a point of the year's budget is 1 200.00
        (10_000_00, "0.00", None),
        (15_988_00, "4.99", None),
        (16_000_00, "5.00", None),
        (16_000_01, "5.00", "blue"),
        (16_012_00, "5.01", "blue"),
        (21_988_00, "9.99", "blue"),
        (22_000_00, "10.00", "blue"),
        (22_012_00, "10.01", "yellow"),
        (27_988_00, "14.99", "yellow"),
        (28_000_00, "15.00", "yellow"),
        (28_012_00, "15.01", "red"),
        (8_800_00, "-1.00", None),
    ],
)
def test_the_colours_are_those_of_the_table_made_by_hand(
    documents: Documents, spent: int, points: str, colour: str | None
) -> None:
    plan = Plan(plans.twelfths(BUDGET), plans.twelfths(BUDGET))
    warning = documents.in_force("early_warning", date(2026, 12, 31))
    assert warning is not None
    (standing,) = plans.standings(warning.section, plan, [spent])
    assert standing is not None
    assert (plans.points(standing.lead), standing.colour) == (points, colour)


def test_the_lead_is_that_of_all_months_so_far(documents: Documents) -> None:
    plan = Plan(plans.twelfths(BUDGET), plans.twelfths(BUDGET))
    warning = documents.in_force("early_warning", date(2026, 12, 31))
    assert warning is not None
    found = plans.standings(warning.section, plan, [16_012_00, 10_000_00, 3_988_00])
    assert [(plans.points(each.lead), each.colour) for each in found if each] == [
        ("5.01", "blue"),
        ("5.01", "blue"),
        ("0.00", None),
    ]


def test_without_a_budget_there_is_no_progress(documents: Documents) -> None:
    warning = documents.in_force("early_warning", date(2026, 12, 31))
    assert warning is not None
    assert plans.standings(warning.section, Plan((0,) * 12, (0,) * 12), [5, 5]) == [None, None]


def test_a_lead_just_above_an_edge_does_not_look_like_the_edge() -> None:
    assert plans.points(plans.lead_of(BUDGET, 16_000_60, 10_000_00)) == "5.0005"


def test_twelfths_lose_no_fen() -> None:
    for whole in (0, 1, 11, 13, 105_00 * 12_345):
        months = plans.twelfths(whole)
        assert sum(months) == whole
        assert max(months) - min(months) <= 1


def test_the_income_is_105_yuan_a_head_and_moves_to_six_percent_of_last_year(documents: Documents) -> None:
    funding = documents.in_force("critical_funding", date(2026, 12, 31))
    assert funding is not None
    assert sum(plans.funded(funding.section, 1_000).income) == 105_000_00
    assert plans.moved_to(funding.section, 1_090_00, 1_000) == 65_400_00
    earlier = documents.in_force("critical_funding", date(2020, 12, 31))
    assert earlier is not None
    assert sum(plans.funded(earlier.section, 1_000).income) == 65_000_00
    assert plans.moved_to(earlier.section, 1_090_00, 1_000) is None


def test_the_day_of_exhaustion_is_the_first_one_above_what_is_there() -> None:
    by_day = [0] * 366
    by_day[0], by_day[58], by_day[59] = 100, 50, 1
    assert plans.exhausted_on(2026, 150, by_day) == date(2026, 3, 1)
    assert plans.exhausted_on(2026, 149, by_day) == date(2026, 2, 28)
    assert plans.exhausted_on(2026, 151, by_day) is None


def test_the_rest_of_a_year_is_told_in_two_ways() -> None:
    plan = Plan((0,) * 12, tuple(range(100, 1300, 100)))
    told = plans.outlook(plan, [90, 260, 251])
    assert told == plans.Outlook(3, 601, 601 + sum(range(400, 1300, 100)), 601 + 1803)
    assert plans.outlook(plan, [7])._asdict()["as_so_far"] == 7 * 12  # type: ignore[union-attr]
    assert plans.outlook(plan, []) is None
    assert plans.outlook(plan, [1] * 12) is None


def _budget(tmp_path: Path, text: str) -> Plan | Fault:
    file = tmp_path / "budget.csv"
    file.write_text(text, encoding="utf-8")
    return read_budget(file, 2026, Watch())


def test_a_budget_is_read_month_by_month(tmp_path: Path) -> None:
    rows = "".join(f'2026年{month}月,{month}00.50,"1,000"\n' for month in range(1, 13))
    plan = _budget(tmp_path, f"某地大病保险预算\n月份,计划支出,收入\n{rows}合计,7806,12000\n")
    assert isinstance(plan, Plan)
    assert plan.planned == tuple(month * 100_00 + 50 for month in range(1, 13))
    assert plan.income == (1_000_00,) * 12
    assert plan.stated


MONTHS = ("{}", "{}月", "{}月份", "2026-{}", "2026年{}月", "2026{:02d}", "2026/{:02d}/28", "2026年{}月1日")
CHINESE = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]


def _of_months(named: list[str], *more: str) -> str:
    rows = [f"{month},100,120" for month in named]
    return "\n".join(["月份,计划支出,收入", *rows, *more, ""])


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    "named",
    [
        *([form.format(month) for month in range(1, 13)] for form in MONTHS),
        CHINESE,
        [f"{c}月" for c in CHINESE],
    ],
)
def test_a_month_is_known_however_it_is_written(tmp_path: Path, named: list[str]) -> None:
    more = ("上半年,600,720", "合计,1200,1440", "制表人：张三,,")
    plan = _budget(tmp_path, _of_months(named, *more))
    assert isinstance(plan, Plan), plan
    assert plan.planned == (100_00,) * 12


def test_a_province_s_budget_is_read_to_its_sum(tmp_path: Path) -> None:
    rows = "".join(f"{month},1090000000.25,12345678901\n" for month in range(1, 13))
    for whole in ("13080000003", '"13,080,000,003.00"', "13080000003元"):
        plan = _budget(tmp_path, f"月份,计划支出,收入\n{rows}合计,{whole},148148146812\n")
        assert isinstance(plan, Plan), plan
        assert plan.budget == 13_080_000_003_00
    wrong = _budget(tmp_path, f"月份,计划支出,收入\n{rows}合计,13080000004,148148146812\n")
    assert isinstance(wrong, Fault)


@pytest.mark.parametrize(
    ("income", "fen"), [(12345678901.23, 12345678901_23), (0.1 + 12345678901.2, 12345678901_30), (1e13, None)]
)
def test_a_province_s_budget_in_a_workbook_is_read_to_the_fen(
    tmp_path: Path, income: float, fen: int | None
) -> None:
    plan = _booked(tmp_path, income)
    assert (plan.income[0] if isinstance(plan, Plan) and plan.income else None) == fen


def test_a_third_decimal_of_a_large_amount_is_told(tmp_path: Path) -> None:
    found = _booked(tmp_path, 12345678901.234)
    assert isinstance(found, Fault)
    assert getattr(found.message.params["why"], "id", None) == "fault.amount.decimals"


def _booked(tmp_path: Path, income: float) -> Plan | Fault:
    file = tmp_path / "budget.xlsx"
    lines = [[month, 100, income] for month in range(1, 13)]
    with Draft(file) as draft:
        draft.write_sheets([NamedSheet("budget", ["月份", "计划支出", "收入"], lines)])
        draft.keep()
    return read_budget(file, 2026, Watch())


WHOLE = [str(month) for month in range(1, 13)]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("13,5,1", "model.fault.budget_line"),
        ("0,5,1", "model.fault.budget_line"),
        ("1.5,5,1", "model.fault.budget_line"),
        ("六月补,5,1", "model.fault.budget_line"),
        (",5,1", "model.fault.budget_line"),
        ("2027年1月,5,1", "model.fault.budget_year"),
        ("合计,1300,1440", "model.fault.budget_sum"),
        ("合计,1200,1441", "model.fault.budget_sum"),
        ("合计,1200,", "fault.required"),
        ("12月,-5,1", "fault.number_sign"),
    ],
)
def test_a_line_of_a_budget_is_never_passed_over(tmp_path: Path, line: str, why: str) -> None:
    found = _budget(tmp_path, _of_months(WHOLE, line))
    assert isinstance(found, Fault)
    assert found.message.params["row"] == 14
    assert getattr(found.message.params["why"], "id", None) == why


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (_of_months(WHOLE).replace(",100,", ",0,"), "model.fault.budget_zero"),
        ("月份,支出\n1,2\n", "model.fault.budget_columns"),
        ("month,planned,income\n1,2,3\n1,2,3\n", "model.fault.budget_twice"),
        ("month,planned,income\n1,2,3\n", "model.fault.budget_months"),
        ("month,planned,income\n1,,3\n", "model.fault.table_row"),
        ("month,planned,income\n1,-2,3\n", "model.fault.table_row"),
    ],
)
def test_a_budget_with_a_fault_is_told_by_one_sentence(tmp_path: Path, text: str, fault: str) -> None:
    found = _budget(tmp_path, text)
    assert isinstance(found, Fault)
    assert found.message.id == fault
