"""What would change, and the figures around the settlement: two pages, by keys."""

import pytest
from PySide6.QtWidgets import QTableView

from desktop.presenters.visit.outlook import _less
from desktop.settings import Settings
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

OVER_THE_YEAR = (
    "220113196004080016 Return 张建国 Return 1 2 20251220 Return 20260310 Return Return "
    "90000 Return 90000 Return Return"
)


def _rows(keys: Keys) -> list[list[str]]:
    rows = keys.window.findChild(QTableView, "list").model()
    return [
        [rows.index(row, column).data() for column in range(rows.columnCount())]
        for row in range(rows.rowCount())
    ]


def test_f10_shows_the_visit_by_every_other_level_category_and_transfer(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F10")
    rows = _rows(keys)
    keys.shot("outlook")
    assert rows[0][:2] == ["本次（2026 年规则）", "16,592.00"]
    by_case = {row[0]: row for row in rows}
    assert by_case["换医院级别：三级"][2].startswith("+")
    assert by_case["换人员类别：低保对象"][2].startswith("−")
    assert "起付线" in by_case["换医院级别：三级"][3]
    keys.type("Esc")
    assert keys.figure == "¥ 16,592.00"


def test_another_year_is_typed_and_compared(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F10")
    keys.program.navigator.page.focus("year")
    keys.program.navigator.render()
    keys.type("2018 Return")
    row = next(row for row in _rows(keys) if row[0] == "按 2018 年规则")
    assert row[1] == "缺数据" or "2018" in row[3]
    keys.program.navigator.page.focus("year")
    keys.program.navigator.render()
    keys.program.navigator.page.typed("year", "x")
    keys.type("Return")
    assert keys.faults == ["请写四位年份，例如 2025。"]


def test_a_stay_over_the_year_end_shows_both_years_the_better_first(desk: Desk) -> None:
    keys = desk()
    keys.type(OVER_THE_YEAR + " F10")
    rows = _rows(keys)
    keys.shot("outlook_year_end")
    own = next(row for row in rows[:2] if "本次" in row[0])
    other = next(row for row in rows[:2] if "2025" in row[0])
    assert own is not other
    assert other[1] == "缺数据"
    assert other[3].startswith("不能比较：2025 年没有在案的大病文件"), other
    assert not any("少付" in row[0] for row in rows[:2]), "a year that lacks figures compares with none"


def test_two_years_that_can_both_be_told_name_the_one_by_which_less_is_paid(desk: Desk) -> None:
    keys = desk()
    keys.type(OVER_THE_YEAR + " F10")
    page = keys.program.navigator.page
    own = page._worked.settlement
    assert own.amounts.psn_part_amt is not None
    dearer = own._replace(amounts=own.amounts._replace(psn_part_amt=own.amounts.psn_part_amt + 1))
    for other, better in ((dearer, own), (own._replace(year=2025), None)):
        touched = [(own, False), (other, False)]
        assert _less(touched) is better


def test_without_a_visit_the_page_says_what_to_do(desk: Desk) -> None:
    keys = desk()
    keys.type("F10")
    assert "先录入费用" in keys.notice


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"year": "2020", "area": "yanbian"}, ["财政补助（中央）", "440.00"]),
        ({"year": "2027", "last_year": "1090"}, ["按该比例为", "65.40"]),
        ({"year": "2027"}, ["大病保险过渡到上年筹资额的百分比", "6%"]),
        ({"place": "延吉市"}, ["延吉市（51217 人）", "768,255.00"]),
        ({"premium": "1000", "surplus": "50"}, ["归承办机构", "15.00"]),
    ],
)
def test_the_fund_page_answers_what_is_typed(desk: Desk, typed: dict[str, str], expected: list[str]) -> None:
    keys = desk(Settings(operator="王芳", hospital="示例县医院"))
    keys.type("F10 F10")
    for name, text in typed.items():
        keys.program.navigator.page.typed(name, text)
    assert expected in [row[:2] for row in _rows(keys)]
    keys.shot("fund")


def test_the_fund_page_shows_what_the_ledger_comes_to_beside_the_targets(desk: Desk) -> None:
    keys = desk()
    keys.type("F10 F10")
    rows = {row[0]: row[1:] for row in _rows(keys)}
    assert rows["本账本 2026 年住院 0 笔，平均"][0] == "—"
    keys.enter(f"Esc Esc F2 {FIRST_ADMISSION} F12 Y F2 F10 F10")
    rows = {row[0]: row[1:] for row in _rows(keys)}
    assert rows["住院报销占合规费用的平均比例，全省目标"] == ["70%", "吉医保联〔2020〕15号 二、（三）"]
    assert rows["本账本 2026 年住院 1 笔，平均"][0] == "71.2%", "33 320.00 of 46 800.00"
    assert rows["上年度人均可支配收入的 6 倍（大病封顶线低于它时要调整）"][0] == "180,000.00"
    assert rows["大病封顶线"][0] == "400,000.00"
    assert rows["本账本 2026 年大病支付最多的一人"][0] == "2,088.00"
    keys.program.navigator.page.typed("year", "2019")
    assert not any("平均" in row[0] for row in _rows(keys)), "no document aims at anything before 2020"


def test_the_fund_page_says_what_is_wrong_under_its_cell(desk: Desk) -> None:
    keys = desk()
    keys.type("F10 F10")
    page = keys.program.navigator.page
    page.typed("year", "2022")
    page.typed("place", "北京")
    page.typed("budget", "x")
    assert {"year", "place", "budget"} <= {
        name for name, cell in page.state.cells.items() if page.faults.get(name)
    }
    assert len(keys.faults) == 3
