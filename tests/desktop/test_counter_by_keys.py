"""The counter as a clerk works it: by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.settings import Settings
from tests.desktop.conftest import DESK, Desk
from tests.desktop.keys import FIRST_ADMISSION


def test_first_admission_typed_by_keys_alone(desk: Desk) -> None:
    keys = desk()
    keys.shot("empty")
    assert keys.focus == "cell_id"
    keys.type(FIRST_ADMISSION)
    assert keys.figure == "¥ 16,592.00"
    assert keys.label("capitals") == "壹万陆仟伍佰玖拾贰元整"
    assert "进入 80% 段" in keys.notice
    keys.shot("typed")


def test_the_split_follows_every_keystroke(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return")
    assert keys.figure == ""
    assert "总费用" not in keys.label("missing")
    keys.type("52000 Return 4")
    first = keys.figure
    keys.type("8000")
    assert first
    assert keys.figure not in ("", first)


def test_enter_never_posts(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " Return" * 30)
    assert keys.entries() == []


def test_f12_asks_and_enter_does_not_answer(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12")
    assert "16,592.00" in keys.label("questionText")
    keys.shot("question")
    keys.type("Return Enter Return")
    assert keys.entries() == []
    assert keys.label("questionText")
    keys.type("Esc")
    assert not keys.label("questionText")
    assert keys.figure == "¥ 16,592.00"


def test_f12_and_y_post_once_even_if_held(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    for _ in range(20):
        keys.press(Qt.Key.Key_F12, held=True)
        keys.press(0, text="y", held=True)
    keys.type("F12 Y F12 Y")
    assert len(keys.entries()) == 1
    assert "第 1 号" in keys.label("posted")
    keys.shot("saved")


def test_the_next_patient_begins_at_the_id(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    assert keys.focus == "cell_id"
    assert keys.figure == ""
    assert keys.label("posted") == ""


def test_a_repeat_patient_is_known_by_the_id(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2 220113196004080016 Return")
    form = keys.program.counter_page.visit.texts
    assert (form["name"], form["benefit"], form["level"]) == ("张建国", "inpatient", "level_2")
    assert keys.focus == "cell_admitted"
    keys.type("0401 Return 0402 Return 10000 Return 10000 Return")
    assert "第 2 次住院" in keys.program.view.results.steps.accessibleDescription()


def test_a_wrong_day_keeps_the_focus_and_says_why(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return 1 2 0231 Return")
    assert keys.focus == "cell_admitted"
    assert keys.faults == ["没有这一天，请核对日期。"]
    keys.shot("wrong_day")


def test_a_discharge_before_the_admission_keeps_the_focus(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return 1 2 0310 Return 0301 Return")
    assert keys.focus == "cell_discharged"
    assert keys.faults == ["出院日期早于入院日期，请检查。"]


def test_empty_cells_that_nobody_touched_are_not_nagged_about(desk: Desk) -> None:
    assert desk().faults == []


def test_shift_and_enter_goes_back(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return Shift+Return")
    assert keys.focus == "cell_name"


def test_amounts_may_be_typed_with_separators_and_full_width_digits(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return 1 2 3-1 Return 2026-03-10 Return Return")
    keys.type("５２，０００．００ Return 48,000 Return 1200 Return")
    assert keys.figure == "¥ 16,592.00"


def test_an_incomplete_region_names_its_cells_and_shows_no_total(desk: Desk) -> None:
    keys = desk(Settings(hospital="示例县医院", operator="王芳", region="jilin/changchun"))
    keys.enter(FIRST_ADMISSION)
    assert keys.label("headline") == "缺 2 项，无法算出"
    assert "二级住院起付线" in keys.label("missing")
    assert "统筹区设置" in keys.label("missing")
    assert keys.figure == ""
    keys.type("F12")
    assert "不能入账" in keys.notice
    assert keys.entries() == []
    keys.shot("incomplete")


def test_a_draft_survives_the_program(desk: Desk) -> None:
    first = desk()
    first.type("220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return 52000")
    key = first.program.counter_page.visit.key
    first.crash()
    second = desk()
    assert second.program.counter_page.visit.texts["name"] == "张建国"
    assert "已恢复" in second.notice
    assert second.program.counter_page.visit.key == key


def test_esc_never_loses_what_is_typed(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " Ctrl+E Esc F12 Esc Esc Esc")
    assert keys.figure == "¥ 16,592.00"


def test_the_made_up_region_is_marked_over_the_whole_width(desk: Desk) -> None:
    keys = desk()
    assert "演示数据" in keys.label("practice")
    assert desk(Settings(operator="王芳", region="jilin/changchun")).label("practice") == ""


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("typed", "shown", "hidden"),
    [
        ("1", {"admitted", "population", "total"}, {"disease", "special_disease", "two_disease_drugs"}),
        ("2", {"special_disease", "population"}, {"admitted", "disease"}),
        ("3", {"admitted", "population"}, {"special_disease"}),
        ("4", {"two_disease_drugs", "discharged"}, {"admitted", "population", "special_disease"}),
        ("5", {"disease", "disease_rank"}, {"admitted", "population"}),
    ],
)
def test_a_benefit_shows_only_the_cells_that_it_needs(
    desk: Desk, typed: str, shown: set[str], hidden: set[str]
) -> None:
    keys = desk()
    keys.type(f"220113196004080016 Return 张建国 Return {typed} 2")
    visible = {name for name, cell in keys.program.counter_page.state.cells.items() if cell.shown}
    assert shown <= visible
    assert not hidden & visible


def test_a_chronic_visit_by_keys(desk: Desk) -> None:
    keys = desk()
    keys.type(
        "220113196004080016 Return 张建国 Return 5 1 1 Return 0310 Return Return 1000 Return 1000 Return"
    )
    assert keys.figure == "¥ 520.00"
    assert "糖尿病" in keys.label("hint") or "糖尿病" in keys.program.counter_page.state.cells["disease"].hint
    keys.shot("chronic")


def test_for_practice_nobody_has_to_be_named_as_operator(desk: Desk) -> None:
    keys = desk(Settings(region=DESK.region))
    keys.enter(FIRST_ADMISSION + " F12 Y")
    entry = keys.program.counter_page.visit.entry
    assert entry is not None
    assert entry.operator == "—"


def test_rarer_cells_open_by_ctrl_e(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " Ctrl+E")
    assert keys.focus == "cell_transfer"
    keys.type("1 400 Return")
    assert keys.program.counter_page.visit.worked is not None
    assert keys.program.counter_page.visit.worked.settlement.amounts.act_pay_dedc == 0
    keys.shot("extras")


def test_a_rarer_cell_that_is_wrong_is_said_where_it_is_and_where_it_is_hidden(desk: Desk) -> None:
    """A transfer up without what was paid at the lower level."""
    keys = desk()
    keys.enter(FIRST_ADMISSION + " Ctrl+E 1")
    assert keys.focus == "cell_deductible_paid"
    assert keys.faults == []  # it has just been reached
    keys.type("Ctrl+E")
    assert keys.figure == ""
    labels = keys.window.findChildren(QLabel)
    wrong = [label.text() for label in labels if label.property("wrong") and label.isVisible()]
    assert wrong == ["已付起付：向上转诊请填写此前已付的起付线（没有就填 0）。"]
    assert keys.label("missing") == wrong[0]
    keys.type("F12")
    assert keys.focus == "cell_deductible_paid"
    assert len(keys.faults) == 1
    keys.type("400 Return")
    assert keys.figure


def test_an_empty_counter_says_where_to_begin(desk: Desk) -> None:
    keys = desk()
    first = [label.text() for label in keys.window.findChildren(QLabel, "guideKey") if label.isVisible()]
    assert first == ["1", "2", "3", "F9 F12", "Alt+M"]
    keys.enter(FIRST_ADMISSION)
    assert not any(label.isVisible() for label in keys.window.findChildren(QLabel, "guideKey"))
    keys.type("F2")
    assert all(label.isVisible() for label in keys.window.findChildren(QLabel, "guideKey"))


def test_a_desk_without_an_operator_is_sent_to_the_settings_first(desk: Desk) -> None:
    keys = desk(Settings(region=DESK.region))
    assert keys.program.counter_page.state.guide[0][0] == "F5"
    keys.shot("first_start")


def test_what_is_wrong_is_said_in_the_place_of_the_total(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return 1 2 0310 Return 0301 Return")
    assert keys.label("missing") == "出院：出院日期早于入院日期，请检查。"


def test_the_window_speaks_english(desk: Desk) -> None:
    keys = desk(language="en")
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == "¥ 16,592.00"
    keys.shot("typed_english")


def test_a_full_disk_is_said_and_what_is_typed_stays(desk: Desk) -> None:
    from core.ledger.errors import LedgerUnavailable
    from core.messages import message

    keys = desk()
    keys.enter(FIRST_ADMISSION)
    error = LedgerUnavailable(message("ledger.full", name="ledger.db"))
    keys.program.caught(type(error), error, None)
    assert keys.notice
    assert keys.figure == "¥ 16,592.00"


def test_a_failure_is_said_over_a_page_that_asks_the_ledger_for_what_it_draws(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.ledger.errors import LedgerUnavailable
    from core.ledger.patients import Patients
    from core.messages import message

    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.type("F12 Y F6")
    assert keys.program.navigator.page.name == "reversal"
    error = LedgerUnavailable(message("ledger.disk_error", name="ledger.db"))

    def failing(*_given: object) -> None:
        raise error

    monkeypatch.setattr(Patients, "get", failing)
    keys.program.caught(type(error), error, None)
    assert keys.notice == keys.program.session.words(error.said)


def test_the_window_has_the_program_s_icon(desk: Desk) -> None:
    icon = desk().program.window.windowIcon()
    assert {size.width() for size in icon.availableSizes()} >= {16, 32, 48, 256}
