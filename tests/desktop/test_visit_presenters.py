"""Diseases, Category B lines and the enrolment account as the presenters decide them, without Qt."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from core.category_b import CategoryBLine
from core.counter import Counter, open_counter, posting
from core.enrolment import Account
from core.ledger.entries import Identifier, PatientGiven
from core.messages import Message
from core.money import ONE_PERCENT
from core.words import words
from desktop.presenters import typed
from desktop.presenters.counter import category_b, form
from desktop.presenters.counter.disease_choice import initials, matching
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.counter.reading import read
from desktop.presenters.visit.enrolment import EnrolmentPage
from desktop.session import Session
from desktop.settings import Settings

TODAY = date(2026, 11, 22)
NAMES = ("糖尿病（饮食控制无效）", "重症肌无力", "慢性胃炎", "痛风")
DESK = Settings(hospital="示例县医院", operator="王芳", region="jilin/example")
ZHANG = PatientGiven((Identifier("01", "220113196004080016"),), "张建国")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = open_counter(tmp_path / "ledger.db")
    yield made
    made.close()


@pytest.fixture
def presenter(counter: Counter) -> CounterPresenter:
    session = Session(words("zh"), DESK, Path(), lambda: TODAY)
    session.counter = counter
    made = CounterPresenter(session, lambda: None)
    made.attach()
    return made


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("1", [1]),
        ("9", []),
        ("病", [1]),
        ("tnb", [1]),
        ("zz", [2]),
        ("cz", [2]),
        ("wy", [3]),
        ("jw", [2]),
        ("TF", [4]),
        ("ｔｆ", [4]),
        ("x?", []),
    ],
)
def test_a_disease_is_found_by_number_name_or_initials(text: str, numbers: list[int]) -> None:
    assert matching(NAMES, text) == numbers


def test_what_begins_as_it_is_typed_comes_before_what_only_holds_it() -> None:
    assert matching(("慢性胃炎", "胃炎"), "wy") == [2, 1]
    assert matching(("慢性胃炎", "胃炎"), "胃炎") == [2, 1]


def test_every_reading_of_a_character_is_an_initial() -> None:
    assert set(initials("重症")[0]) >= {"z", "c"}
    assert len(initials("糖尿病（Ⅱ级）")) == 4


def test_pinyin_is_read_only_when_letters_are_typed() -> None:
    import subprocess
    import sys

    script = (
        "import sys; from desktop.presenters.counter.disease_choice import matching;"
        "matching(['糖尿病'], '1'); matching(['糖尿病'], '糖'); assert 'pypinyin' not in sys.modules;"
        "matching(['糖尿病'], 't'); assert 'pypinyin' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_list_is_there_while_its_cell_has_the_focus(presenter: CounterPresenter) -> None:
    presenter.typed("benefit", "chronic_outpatient")
    assert presenter.state.diseases is None
    presenter.reached("disease")
    assert presenter.state.diseases is not None
    presenter.moved("disease", 1)
    presenter.moved("disease", 1)
    presenter.moved("disease", -1)
    presenter.moved("disease", -1)
    assert presenter.state.diseases.chosen == 1
    for _ in range(30):
        presenter.moved("disease", 1)
    assert presenter.state.diseases.chosen == 18
    presenter.pointed(7)
    assert presenter.visit.texts["disease"] == "7"
    assert presenter.state.diseases is None


def test_leaving_by_the_mouse_takes_the_likeliest_too(presenter: CounterPresenter) -> None:
    presenter.typed("benefit", "special_outpatient")
    presenter.reached("special_disease")
    presenter.typed("special_disease", "bxb")
    presenter.left("special_disease")
    assert presenter.visit.texts["special_disease"] == "2"


def test_a_search_is_waited_for_and_not_called_wrong(presenter: CounterPresenter) -> None:
    presenter.typed("benefit", "chronic_outpatient")
    presenter.reached("disease")
    presenter.typed("disease", "tn")
    state = presenter.state
    assert "病种号" in state.figure.missing[0]
    assert state.cells["disease"].fault == ""


@pytest.mark.parametrize(
    ("text", "rate"),
    [("10", 100_000), ("12.5", 125_000), ("１０％", 100_000), ("", None), ("0", 0), ("100", 1_000_000)],
)
def test_percentages_are_read_as_people_type_them(text: str, rate: int | None) -> None:
    assert typed.rate(text) == rate


@pytest.mark.parametrize("text", ["-1", "101", "ten", "1.23456"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    assert isinstance(typed.rate(text), Message)


def test_the_line_being_typed_counts_with_those_that_were_added() -> None:
    cells = {"category_b_total": "12,000", "category_b_percent": "10"}
    cells |= {form.LINES: category_b.add_line(cells), "category_b_total": "3000", "category_b_percent": ""}
    usual = 10 * ONE_PERCENT
    assert category_b.lines_of(cells, usual) == (
        CategoryBLine(1_200_000, usual),
        CategoryBLine(300_000, usual),
    )
    assert category_b.lines_of({}, usual) == ()


def test_the_request_keeps_the_self_pay_that_the_lines_come_to() -> None:
    cells = dict(form.DEFAULTS) | {"benefit": "inpatient", "level": "level_2", "eligible": "1000"}
    found = read(cells, TODAY)
    asked = form.request(found.values, found.shown, "r", 21_000)
    assert asked["category_b_selfpay"] == "210.00"


def test_before_the_counter_is_there_a_line_waits(counter: Counter) -> None:
    session = Session(words("zh"), DESK, Path(), lambda: TODAY)
    made = CounterPresenter(session, lambda: None)
    made.typed("category_b_total", "12000")
    made.enter("category_b_total")
    assert made.state.cells["category_b_total"].text == "12,000.00"
    session.counter = counter
    made.attach()
    assert made.state.cells["category_b_total"].hint == "乙类自付 1,200.00"


def account(counter: Counter, **cells: object) -> None:
    given = Account(2026, 6, 1, 0, (500_000,))._replace(**cells)
    posting.enter_enrolment(counter, patient=ZHANG, operator="赵", day=date(2026, 2, 1), account=given)


def test_the_account_fills_the_cells_and_goes_with_its_patient(
    counter: Counter, presenter: CounterPresenter
) -> None:
    account(counter)
    presenter.typed("id", "220113196004080016")
    presenter.enter("id")
    assert [presenter.visit.texts[name] for name in form.ENROLMENT] == ["6", "1", "", "5000.00"]
    assert presenter.state.extras_about == "参保情况按 2026-02-01 赵 登记"
    presenter.typed("id", "1")
    presenter.enter("id")
    assert not any(presenter.visit.texts[name] for name in form.ENROLMENT)
    assert presenter.state.extras_about == ""


def test_what_the_clerk_typed_is_not_replaced_by_the_account(
    counter: Counter, presenter: CounterPresenter
) -> None:
    account(counter)
    presenter.typed("consecutive_years", "9")
    presenter.typed("id", "220113196004080016")
    presenter.enter("id")
    assert presenter.visit.texts["consecutive_years"] == "9"


def test_a_bonus_used_up_counts_until_its_year_is_over(counter: Counter, presenter: CounterPresenter) -> None:
    account(counter, year=2026, bonus_used_in=2025)
    presenter.typed("id", "220113196004080016")
    presenter.enter("id")
    assert presenter.visit.texts["zero_claim_years"] == ""
    presenter.typed("discharged", "20250301")
    presenter.enter("discharged")
    assert presenter.visit.texts["zero_claim_years"] == "1"


def page(counter: Counter, settings: Settings = DESK, **known: str) -> EnrolmentPage:
    session = Session(words("zh"), settings, Path(), lambda: TODAY)
    session.counter = counter
    return EnrolmentPage(session, lambda: None, dict(known))


def test_the_page_asks_for_what_it_needs(counter: Counter) -> None:
    opened = page(counter)
    opened.save()
    state = opened.state
    assert {name for name, cell in state.cells.items() if cell.fault} == {"id", "name"}
    assert state.focus == "id"


def test_the_page_shows_the_latest_states_first(counter: Counter) -> None:
    account(counter)
    account(counter, gap_years=1, bonus_used_in=2026)
    opened = page(counter, id="220113196004080016")
    lines = opened.state.lines
    assert len(lines) == 2
    assert "断保 1 年" in lines[0]
    assert "2026 年用掉" in lines[0]
    assert opened.texts["name"] == "张建国"


def test_a_region_without_the_deductible_names_it(counter: Counter) -> None:
    opened = page(counter, Settings(operator="王芳", region="jilin/changchun"))
    assert len(opened.state.rows) == 1
    assert "起付线" in opened.state.rows[0].texts[0]


@pytest.mark.parametrize("year", ["", "x", "0", "99999"])
def test_a_year_that_is_none_shows_no_sum(counter: Counter, year: str) -> None:
    opened = page(counter)
    opened.typed("year", year)
    assert opened.state.rows == ()
    opened.typed("id", "1")
    opened.typed("name", "甲")
    opened.save()
    assert opened.state.cells["year"].fault


@pytest.mark.parametrize("text", ["20261123", "20270101"])
def test_a_state_of_a_day_to_come_is_none(counter: Counter, text: str) -> None:
    opened = page(counter)
    opened.typed("day", text)
    opened.save()
    assert "晚于今天" in opened.state.cells["day"].fault
