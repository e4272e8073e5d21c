"""Typing at the counter: amounts as people write them, a keypad, undoing, and the next patient."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.presenters import typed
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

ID = "220113196004080016"
VISIT = f"{ID} Return 张建国 Return 1 2 0301 Return 0310 Return Return"


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("3.5w", 3_500_000),
        ("3.5W", 3_500_000),
        ("3.5万", 3_500_000),
        ("３．５万", 3_500_000),
        ("1.234567w", 1_234_567),
        ("1200+350.5", 155_050),
        ("1，200＋350。5", 155_050),
        ("1 200 + 350.5", 155_050),
        ("3*25.5", 7_650),
        ("3×25.5", 7_650),
        ("10-2*3", 400),
        ("2万+300-0.01", 2_029_999),
        ("0.1+0.2", 30),
        ("1.0005*200", 20_010),
        ("=3+4", 700),
    ],
)
def test_a_sum_is_worked_out_to_the_fen(text: str, fen: int) -> None:
    assert typed.amount(text) == fen


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("1.005+1", "fault.amount.decimals"),
        ("1.15*1.5", "fault.amount.decimals"),
        ("1.23456w", ""),
        ("1.2345678w", "fault.amount.decimals"),
        ("5-6", "fault.amount.below_zero"),
        ("9999999999+1", "fault.amount.digits"),
        ("99999999999*0", "fault.amount.digits"),
        ("1200+", "window.fault.amount"),
        ("1++2", "window.fault.amount"),
        ("w", "window.fault.amount"),
        ("*", "window.fault.amount"),
        ("3**2", "window.fault.amount"),
        ("1/3", "window.fault.amount"),
        ("1+" * 200 + "1", "window.fault.amount"),
    ],
)
def test_what_is_no_sum_is_refused_in_a_sentence(text: str, id_: str) -> None:
    assert getattr(typed.amount(text), "id", "") == id_


def test_the_result_stands_beside_the_cell_and_replaces_the_text_on_leaving(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{VISIT} 50000+2000")
    assert keys.hint("total") == "= 52,000.00"
    assert keys.cell("total") == "50000+2000"
    keys.type("Return 4.8w")
    assert keys.cell("total") == "52,000.00"
    assert keys.hint("eligible") == "= 48,000.00"
    keys.shot("sum")
    keys.type("Return 3*400 Return")
    assert keys.figure == "¥ 16,592.00"


def test_plus_and_minus_of_the_keypad_go_on_and_back_except_in_days_and_amounts(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{ID} Keypad+ 张建国 Keypad+ 1 Keypad+")
    assert keys.focus == "cell_admitted"
    keys.type("Up Keypad-")
    assert keys.focus == "cell_benefit"
    keys.type("Keypad- Keypad-")
    assert keys.focus == "cell_id"
    keys.type("Return Return Return 2 Keypad- 18")
    assert (keys.cell("admitted"), keys.focus) == ("2026-10-18", "cell_discharged")
    keys.type("Shift+Return Keypad- 20")
    assert keys.cell("admitted") == "2026-10-20"
    assert keys.program.counter_page.visit.texts["level"] == "level_2"
    keys.type("Shift+Return 3 Keypad- 1 Keypad+ 0310 Keypad+")
    assert keys.cell("admitted") == "2026-03-01"
    assert keys.focus == "cell_total"
    keys.type("12 Keypad+ 5")
    assert keys.cell("total") == "12+5"


def test_a_held_key_neither_chooses_twice_nor_goes_on(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{ID} Return 张建国 Return 1")
    for _ in range(10):
        keys.press(0, text="1", held=True)
        keys.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier, "+", held=True)
        keys.press(Qt.Key.Key_Enter, held=True)
    assert keys.focus == "cell_level"


def test_ctrl_z_takes_back_cell_by_cell_and_ctrl_y_brings_again(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST_ADMISSION)
    keys.type("Ctrl+Z")
    assert (keys.focus, keys.cell("category_b")) == ("cell_category_b", "")
    keys.type("Ctrl+Z Ctrl+Z")
    assert (keys.focus, keys.cell("eligible"), keys.cell("total")) == ("cell_total", "", "")
    keys.type("Ctrl+Y Ctrl+Y Ctrl+Y")
    assert keys.figure == "¥ 16,592.00"
    keys.type("Ctrl+Y")
    assert "没有" in keys.notice
    keys.type("Ctrl+Z " * 30)
    assert keys.cell("id") == ""
    assert "没有" in keys.notice


def test_ctrl_z_brings_back_the_form_that_f2_cleared_with_its_own_key(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST_ADMISSION)
    key = keys.program.counter_page.visit.key
    keys.type("F2 2201 Ctrl+Z Ctrl+Z")
    assert keys.figure == "¥ 16,592.00"
    assert keys.program.counter_page.visit.key == key
    assert "已恢复" in keys.notice
    keys.type("F12 Y Ctrl+Z")
    assert len(keys.entries()) == 1
    assert "第 1 号" in keys.label("posted")


def test_after_posting_the_next_number_is_typed_over_the_selected_one(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST_ADMISSION + " F12 Y")
    assert keys.focus == "cell_id"
    assert keys.program.view.cell("id").selectedText() == ID
    keys.type("yY Return Backspace")
    assert "第 1 号" in keys.label("posted")
    keys.type("22010219500101001X Return")
    assert keys.cell("id") == "22010219500101001X"
    assert keys.label("posted") == ""
    assert keys.cell("name") == ""


def test_f4_waits_for_a_card_in_the_id_cell_and_says_so(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{VISIT} 52000 F4")
    assert keys.focus == "cell_id"
    assert "刷身份证" in keys.notice
    assert keys.cell("total") == "52000"


def hints(keys: Keys) -> list[str]:
    return [one.text() for one in keys.window.findChildren(QLabel, "hint") if one.isVisible() and one.text()]


def test_a_number_whose_last_digit_does_not_fit_is_said_at_once_and_posted_all_the_same(desk: Desk) -> None:
    keys = desk()
    keys.type("22011319600408001")
    assert keys.hint("id") == ""
    keys.type("3")
    assert keys.hint("id") == "证件号末位校验不符，可能有一位录错，请对照证件核对。"
    assert not keys.faults
    keys.shot("odd_number")
    keys.type("Backspace 6")
    assert (keys.hint("id"), keys.focus) == ("新患者", "cell_name")
    keys.type(
        "Shift+Return 220113196004080013 Return 张建国 Return 1 2 0301 0310 Return 52000 Return 48000 Return"
    )
    assert "末位校验不符" in keys.hint("id")
    keys.type("F12 Y")
    assert "已入账" in keys.notice


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("2201131960", "应为 18 位"),
        ("220113600408001", "15 位的旧身份证号"),
        ("220113196013080018", "不存在"),
        ("990113196004080014", "不是已知的地区"),
    ],
)
def test_what_else_is_odd_about_a_number_is_said_when_its_cell_is_left(
    desk: Desk, number: str, said: str
) -> None:
    keys = desk()
    keys.type(f"{number} Return")
    assert keys.focus == "cell_name"
    assert said in keys.hint("id")


def test_another_kind_of_document_is_not_held_against_the_card_s_rules(desk: Desk) -> None:
    keys = desk()
    keys.type("Shift+Return 2 H123456789 Return")
    assert keys.hint("id") == "新患者"


@pytest.mark.parametrize("page", ["F11", "F3 Shift+F11"])
def test_a_page_that_takes_a_number_says_what_is_odd_about_it_too(desk: Desk, page: str) -> None:
    keys = desk()
    keys.type(f"{page} 22011319600408001")
    assert not [text for text in hints(keys) if "证件号" in text]
    keys.type("3 Return")
    assert "证件号末位校验不符，可能有一位录错，请对照证件核对。" in hints(keys)
    assert keys.faults == []
    assert keys.focus == "cell_name"
