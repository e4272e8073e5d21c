"""Diseases, Category B by lines and the enrolment account, by keys alone."""

import pytest

from core.ledger.accounts import Cause
from desktop.settings import Settings
from desktop.views.counter.disease_list import DiseaseTable
from tests.desktop.conftest import Desk
from tests.desktop.keys import Keys

NEW = "220113196004080016 Return 张建国 Return"
KNOWN = "F2 220113196004080016 Return"
CHRONIC = NEW + " 5 1"
STAY = NEW + " 1 2 0301 Return 0310 Return Return 52000 Return 48000 Return"


def diseases(keys: Keys) -> list[int]:
    listed = keys.program.counter_page.state.diseases
    return [row.number for row in listed.rows] if listed else []


def table(keys: Keys) -> DiseaseTable:
    found = keys.window.findChild(DiseaseTable, "diseases")
    assert found is not None
    return found


# The diseases


def test_the_list_stands_beside_the_cell_that_has_the_focus_and_nowhere_else(desk: Desk) -> None:
    keys = desk()
    keys.type(CHRONIC)
    assert keys.focus == "cell_disease"
    assert table(keys).isVisible()
    assert diseases(keys) == list(range(1, 19))
    assert not table(keys).window().findChildren(type(table(keys)))[1:]
    keys.shot("diseases_chronic")
    keys.type("2 Return")
    assert keys.focus == "cell_discharged"
    assert not table(keys).isVisible()


@pytest.mark.parametrize(("benefit", "whole"), [("2", 41), ("5", 18)])
def test_every_disease_stands_in_the_smallest_window_without_scrolling(
    desk: Desk, benefit: str, whole: int
) -> None:
    keys = desk()
    keys.window.resize(1280, 800)
    keys.type(f"{NEW} {benefit} 2")
    listed = keys.program.counter_page.state.diseases
    assert listed is not None
    rects = table(keys)._lay(listed).rows
    assert len(rects) == whole
    assert min(rect.height() for rect in rects) >= table(keys).fontMetrics().height()
    assert max(rect.bottom() for rect in rects) <= table(keys).height() + 0.5


def test_a_bare_number_works_at_once(desk: Desk) -> None:
    keys = desk()
    keys.type(CHRONIC + " 2 Return 0310 Return Return 1000 Return 1000 Return")
    assert keys.program.counter_page.visit.worked is not None
    assert keys.program.counter_page.visit.worked.claim.disease == 2


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("typed", "disease"),
    [
        ("tnb", 1),
        ("TNB", 1),
        ("痛风", 18),
        ("tf", 18),
        ("哮喘", 9),
        ("zqg", 9),
        ("1", 1),
        ("18", 18),
        ("mxzsxfb", 6),
        ("１２", 12),
    ],
)
def test_a_chronic_disease_is_found_by_number_chinese_or_initials(
    desk: Desk, typed: str, disease: int
) -> None:
    keys = desk()
    keys.type(f"{CHRONIC} {typed} Return")
    assert keys.program.counter_page.visit.texts["disease"] == str(disease)
    assert keys.focus == "cell_discharged"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("typed", "disease"), [("bxb", 2), ("pjs", 30), ("zzjwl", 37), ("czjwl", 37), ("苯丙", 41), ("41", 41)]
)
def test_a_special_disease_is_found_the_same_way(desk: Desk, typed: str, disease: int) -> None:
    keys = desk()
    keys.type(f"{NEW} 2 2")
    assert diseases(keys) == list(range(1, 42))
    keys.type(f"{typed} Return")
    assert keys.program.counter_page.visit.texts["special_disease"] == str(disease)


def test_the_disease_that_another_document_settles_says_so(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{NEW} 2 2 41")
    assert "吉医保联〔2019〕12号" in table(keys).accessibleDescription()
    keys.shot("diseases_special")


def test_the_arrows_move_in_the_list_and_enter_takes_the_row(desk: Desk) -> None:
    keys = desk()
    keys.type(CHRONIC + " Down Down Down Up")
    assert table(keys).accessibleDescription().startswith("2 冠心病")
    keys.type("Return")
    assert keys.program.counter_page.visit.texts["disease"] == "2"


def test_what_matches_nothing_keeps_the_focus_and_says_what_to_do(desk: Desk) -> None:
    keys = desk()
    keys.type(CHRONIC + " qqq")
    assert diseases(keys) == []
    assert keys.faults == []
    keys.type("Return")
    assert keys.focus == "cell_disease"
    assert keys.faults == ["没有这个病种，请输入序号、中文或拼音首字母。"]


def test_the_list_says_what_this_patient_has_used_and_what_is_left(desk: Desk) -> None:
    keys = desk()
    keys.enter(CHRONIC + " 2 Return 0310 Return Return 1000 Return 1000 Return F12 Y")
    keys.type(KNOWN + " 2")
    spoken = table(keys).accessibleDescription()
    assert "年度额度 3,000.00" in spoken
    assert "支付限额 1,800.00" in spoken
    assert "今年已付 480.00" in spoken
    assert "还可支付 1,200.00" in spoken, "60 % of what is left of the amount"


def test_a_disease_that_was_taken_shows_the_whole_list_again(desk: Desk) -> None:
    keys = desk()
    keys.type(CHRONIC + " tf Return Shift+Return")
    assert keys.focus == "cell_disease"
    assert diseases(keys) == list(range(1, 19))
    assert table(keys).accessibleDescription().startswith("18 痛风")


def test_a_region_with_figures_missing_has_the_list_all_the_same(desk: Desk) -> None:
    keys = desk(Settings(hospital="示例县医院", operator="王芳", region="jilin/changchun"))
    keys.type(CHRONIC)
    assert len(diseases(keys)) == 18


# Category B by lines


def test_the_total_with_the_documents_percentage(desk: Desk) -> None:
    keys = desk()
    keys.type(STAY + " Return 12000")
    assert keys.figure == "¥ 16,592.00"
    keys.type("Return")
    assert keys.focus == "cell_category_b_percent"
    assert keys.program.counter_page.visit.texts["category_b_percent"] == "10"
    keys.type("Return Return")
    assert keys.focus == "cell_over_limit"
    assert keys.figure == "¥ 16,592.00"


def test_a_percentage_of_nothing_is_passed_over_both_ways(desk: Desk) -> None:
    keys = desk()
    keys.type(STAY + " 1200 Return")
    assert keys.focus == "cell_over_limit"
    keys.type("Shift+Return")
    assert keys.focus == "cell_category_b_total"


def test_lines_with_percentages_of_their_own_add_up(desk: Desk) -> None:
    keys = desk()
    keys.type(STAY + " Return 12000 Return Return 3000 Return 30")
    assert keys.label("heading")
    spoken = keys.program.view.results.steps.accessibleDescription()
    assert "12,000.00 × 10% 1,200.00" in spoken
    assert "3,000.00 × 30% 900.00" in spoken
    assert "乙类先行自付合计 2,100.00" in spoken
    keys.shot("category_b_lines")
    keys.type("Return")
    assert keys.focus == "cell_category_b_total"
    worked = keys.program.counter_page.visit.worked
    assert worked is not None
    assert worked.claim.category_b == 210_000
    keys.type("Return F12 Y")
    (entry,) = keys.entries()
    assert entry.request["category_b_selfpay"] == "2100.00"
    assert "category_b_amount" not in entry.request


def test_backspace_in_the_empty_cell_takes_the_last_line_back(desk: Desk) -> None:
    keys = desk()
    keys.type(STAY + " Return 12000 Return Return 3000 Return 30 Return Backspace")
    form = keys.program.counter_page.visit.texts
    assert (form["category_b_total"], form["category_b_percent"]) == ("3,000.00", "30")
    assert keys.program.counter_page.visit.worked.claim.category_b == 210_000


def test_lines_beside_a_typed_self_pay_are_refused(desk: Desk) -> None:
    keys = desk()
    keys.type(STAY + " Return 12000 Return Return Shift+Return 1200 Return")
    assert keys.faults == ["乙类先行自付金额和乙类总额只填一个。"]
    assert keys.figure == ""


def test_lines_above_the_eligible_cost_are_blamed_where_they_are_typed(desk: Desk) -> None:
    keys = desk()
    keys.type(STAY + " Return 900000 Return")
    assert keys.focus == "cell_category_b_total"
    assert any("大于目录内费用" in fault for fault in keys.faults)


def test_a_percentage_above_a_hundred_keeps_the_focus(desk: Desk) -> None:
    keys = desk()
    keys.type(STAY + " Return 1000 Return 130 Return")
    assert keys.focus == "cell_category_b_percent"
    assert keys.faults


def test_lines_survive_the_program(desk: Desk) -> None:
    first = desk()
    first.type(STAY + " Return 12000 Return Return 3000 Return 30 Return")
    first.crash()
    assert desk().program.counter_page.visit.worked.claim.category_b == 210_000


# The enrolment account


def enrolled(desk: Desk) -> Keys:
    keys = desk()
    keys.type(NEW + " F7 Shift+F11")
    assert keys.focus == "cell_consecutive_years"
    keys.type("6 Return 1 Return Return 5000 Return F12")
    assert "已保存" in keys.notice
    keys.type("Esc")
    return keys


def test_the_account_is_entered_and_shows_what_follows_with_its_clause(desk: Desk) -> None:
    keys = enrolled(desk)
    keys.type("F7 Shift+F11")
    rows = keys.program.navigator.page.state.rows
    texts = {row.texts[0]: row.texts[1:] for row in rows}
    cap = texts["封顶线变为"]
    assert cap == ("400,000.00 × 101%", "404,000.00", "2025-12-31 通知 五"), "the years count from 2025 on"
    assert texts["大病起付线变为"][1] == "15,000.00"
    assert "王芳 登记" in keys.program.navigator.page.state.lines[0]
    keys.shot("enrolment")


def test_the_account_fills_the_patients_next_visit(desk: Desk) -> None:
    keys = enrolled(desk)
    keys.type(KNOWN + " 1 2 0301 Return 0310 Return Return 52000 Return 48000 Return Ctrl+E")
    worked = keys.program.counter_page.visit.worked
    assert worked is not None
    assert worked.claim.enrolment == (6, 1, 0, (500_000,))
    assert worked.settlement.critical.deductible == 1_500_000
    assert worked.settlement.critical.cap == 40_400_000
    keys.shot("enrolment_extras")


def test_the_next_patient_has_nothing_of_it(desk: Desk) -> None:
    keys = enrolled(desk)
    keys.type(KNOWN + " Shift+Return Shift+Return")
    assert keys.focus == "cell_id"
    keys.type("110101199003078515 Return")
    form = keys.program.counter_page.visit.texts
    assert not any(form.get(name) for name in ("consecutive_years", "zero_claim_years", "fraud_amounts"))


def test_what_an_entry_uses_up_is_carried_and_its_reversal_undoes_it(desk: Desk) -> None:
    keys = enrolled(desk)
    keys.enter(KNOWN + " 1 2 0301 Return 0310 Return Return 1500000 Return 1500000 Return F12 Y")
    keys.type(KNOWN)
    assert keys.program.counter_page.visit.texts["fraud_amounts"] == ""
    counter = keys.program.session.counter
    patient = counter.find("220113196004080016")
    assert counter.ledger.accounts.current(patient.key).account.bonus_used_in == 2026
    keys.type("F6 F6 重复录入 F12 Y Esc")
    assert [row.cause for row in counter.ledger.accounts.history(patient.key)] == list(Cause)
    keys.type(KNOWN)
    assert keys.program.counter_page.visit.texts["fraud_amounts"] == "5000.00"


def test_years_that_cannot_be_are_said_under_their_cell(desk: Desk) -> None:
    keys = desk()
    keys.type(NEW + " F7 Shift+F11 6 Return 9 Return F12")
    assert keys.focus == "cell_zero_claim_years"
    assert keys.faults


def test_an_account_is_entered_for_practice_without_an_operator_s_name(desk: Desk) -> None:
    keys = desk(Settings(region="jilin/example"))
    keys.type(NEW + " F7 Shift+F11 6 F12")
    counter = keys.program.session.counter
    assert counter is not None
    (row,) = counter.ledger.accounts.history(counter.find("220113196004080016").key)
    assert row.operator == "—"
