"""Who a patient or an operator is: placeholders, look-alikes, near twins and odd stays, by keys."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from core import identity
from core.identity import check_character
from core.ledger.entries import Overlapped
from core.ledger.operators import Role
from desktop.presenters.counter.open_visit import OpenVisit
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, OTHER_PIN, PIN, figures

A = "220113196004080016"
REST = "Return 0301 Return 0310 Return Return 52000 Return 48000 Return 1200 Return"


def paste(keys: Keys, text: str) -> None:
    QApplication.clipboard().setText(text)
    keys.control("V")
    keys.app.processEvents()


def people(keys: Keys) -> int:
    return len(keys.program.session.opened.ledger.search.people(0, 10))


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("无", "不是证件号"),
        ("不详", "不是证件号"),
        ("0" * 18, "不是证件号"),
        ("-", "不是证件号"),
        (A[:4] + "\ufe0f" + A[4:], "第 5 位是看不见的字符"),
        (A[:-1] + "\u0425", "第 18 位的“Х”"),
        (A.replace("0", "O", 1), "第 3 位是“O”"),
        ("00000", "不是证件号"),
        ("E00000000", "不是证件号"),
        ("N/A.", "不是证件号"),
        (f"{A}.", "第 19 位是“.”"),
        (f"({A})", "第 1 位是“(”"),
        (f"{A[:6]} {A[6:]}", "不能有空格"),
        (f"{A[:6]}‑{A[6:]}", "第 7 位的“‐”"),
        (f"{A}‍", "第 19 位是看不见的字符"),
        (f"{A[:-1]}×", "第 18 位的“×”"),
    ],
)
def test_no_placeholder_and_no_look_alike_is_posted(desk: Desk, number: str, said: str) -> None:
    keys = desk()
    paste(keys, number)
    keys.type("Return")
    assert keys.focus == "cell_id"
    assert any(said in fault for fault in keys.faults), keys.faults
    keys.enter(f"Tab 张建国 Return 1 2 {REST.removeprefix('Return ')} F12 Y")
    assert keys.entries() == []
    assert people(keys) == 0


def test_the_harness_sees_a_placeholder_that_is_posted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: no number is refused."""
    monkeypatch.setattr(identity, "refusal", lambda *_: None)
    monkeypatch.setattr("core.counter.input_text.refusal", lambda *_: None)
    keys = desk()
    keys.enter(FIRST_ADMISSION.replace(A, "000000000000000000") + " F12 Y")
    assert people(keys) == 1


def test_a_character_in_a_name_that_nobody_sees_is_told_with_its_place(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{A} Return")
    paste(keys, "张\u3164建国")
    keys.type("Return")
    assert keys.focus == "cell_name"
    assert any("第 2 个字是看不见的字符" in fault for fault in keys.faults)


@pytest.mark.parametrize("text", [A, "52000.00", "123", "??", "·"])
def test_a_number_or_a_sign_is_no_name(desk: Desk, text: str) -> None:
    keys = desk()
    keys.type(A)
    paste(keys, text)
    keys.type("Return")
    assert keys.focus == "cell_name"
    assert any("这一格写姓名" in fault for fault in keys.faults), keys.faults


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("number", ["0", "00", "X", "ABC", "000000190001010000"])
def test_a_number_without_figures_or_without_an_area_is_not_posted(desk: Desk, number: str) -> None:
    """A short one may be the beginning of a number until the name follows it."""
    keys = desk()
    keys.enter(f"{number} Tab 张建国 Return 1 2 {REST.removeprefix('Return ')}")
    assert any("不是证件号" in fault for fault in keys.faults), keys.faults
    keys.type("F12")
    assert keys.label("questionText") == ""
    keys.type("Y")
    assert people(keys) == 0


@pytest.mark.parametrize("stored", ["阿依古丽·买买提", "欧阳 娜娜"])
def test_a_name_typed_before_the_card_is_the_same_one_however_it_is_written(desk: Desk, stored: str) -> None:
    keys = desk()
    keys.type(f"{A} ")
    paste(keys, stored)
    keys.type(f"Return 1 2 {REST.removeprefix('Return ')} F12 Y F2 Tab")
    paste(keys, "".join(each for each in stored if each.isalpha()))
    keys.type("Return 1 2 0501 0502 Return 520 Return 500 Return")
    keys.scan(A)
    assert keys.cell("total") == "520.00"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("slip", [A[:-1], A + "1", A[:3] + A[4:], A[:8] + "7" + A[8:]])
def test_a_number_that_lacks_a_figure_or_has_one_too_many_is_a_near_twin(desk: Desk, slip: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    paste(keys, slip)
    keys.type("Return 李四 Return 1 2 0401 0402 Return 520 Return 500 Return Return F12")
    assert "只差一位" in keys.label("questionText")


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("broken", ["check_character", "near", "born_on", "LONG_STAY"])
def test_the_harness_sees_what_nobody_asks_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Planted: each of the things that a posting is asked about, by itself."""
    told = {"check_character": "校验", "near": "只差一位", "LONG_STAY": "282 天", "born_on": "入账？"}[broken]
    born = A[:6] + "20260305" + "001"
    number = born + check_character(born) if broken == "born_on" else A[:16] + "46"
    if broken == "check_character":
        monkeypatch.setattr(identity, "check_character", lambda digits: number[17])
    elif broken == "near":
        monkeypatch.setattr(identity, "near", lambda *_: iter(()))
    elif broken == "born_on":
        monkeypatch.setattr(identity, "born_on", lambda *_: None)
    else:
        monkeypatch.setattr("desktop.presenters.counter.posting.LONG_STAY", 10_000)
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    days = "0301 0310" if broken == "born_on" else "20250601 0310"
    keys.type(f"{number} Return 张建军 Return 1 2 {days} Return 52000 Return 48000 Return 1200 Return F12")
    assert (told in keys.label("questionText")) is (broken == "born_on")


def test_a_wrong_check_digit_a_twin_and_a_long_stay_are_asked(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    twin = A[:16] + "46"
    keys.enter(FIRST_ADMISSION.replace(A, twin).replace("张建国", "张建军").replace("0301", "20250601"))
    assert "只差一位" in keys.hint("id")
    keys.type("F12")
    asked = keys.label("questionText")
    for said in ("校验", "只差一位", "张*", "282 天", "入账？"):
        assert said in asked, asked
    assert A not in asked
    keys.shot("odd_asked")


@pytest.mark.parametrize(("total", "asked"), [("5200048000", True), ("1000000", True), ("999999.99", False)])
def test_a_bill_that_is_rather_two_amounts_in_one_cell_is_asked(desk: Desk, total: str, asked: bool) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION.replace("52000", total) + " F12")
    assert ("请核对金额" in keys.label("questionText")) is asked


def test_a_day_surgery_of_several_days_is_asked(desk: Desk) -> None:
    """The level is passed over: a clerk who types it again puts it into the days, and the amounts follow."""
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    keys.type(f"{A} Shift+Return Shift+Return 3 0405 0407 3000 Return 2800 Return 90 Return F12")
    assert keys.label("questionText").startswith("入账？")
    keys.type("N F2")
    keys.type(f"{A} Shift+Return Shift+Return 3 2 0405 0405 Return 3000 Return 2800 Return 90 Return F12")
    assert "日间手术写了 25 天" in keys.label("questionText")


def test_a_sound_visit_is_asked_about_without_a_warning(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12")
    assert keys.label("questionText").startswith("入账？")


def test_a_category_that_a_figure_of_the_total_chose_is_asked_about(desk: Desk) -> None:
    """The total typed one cell too early: its 5 is a category, and the rest is another amount."""
    keys = desk()
    keys.enter(f"{A} Return 张建国 Return 1 2 0301 0310 52000 Return")
    assert (keys.cell("population"), keys.cell("total")) == ("orphan", "2,000.00")
    keys.enter("Shift+Return 52000 Return 48000 Return 1200 Return F12")
    assert "张建国 · 孤儿，" in keys.label("questionText")
    keys.type("Y F2")
    keys.enter(f"{A} 0401 0405 520 Return 500 Return 0 Return F12")
    assert " · " not in keys.label("questionText"), "as last time"
    keys.type("N")
    keys.program.view.cell("population").setFocus()
    keys.type("1 F12")
    assert "张建国 · 普通，" in keys.label("questionText")


def test_an_admission_before_the_birth_is_a_fault(desk: Desk) -> None:
    born = A[:6] + "20260305" + "001"
    keys = desk()
    keys.type(f"{born + check_character(born)} Return 张建国 Return 1 2 0301 Return")
    assert keys.focus == "cell_admitted"
    assert any("早于证件号上的出生日期" in fault for fault in keys.faults), keys.faults
    keys.type("F12 Y")
    assert people(keys) == 0


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("欧阳 娜娜", "欧阳娜娜"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽·买买提", "古丽•买买提"),
        ("阿依古丽・买买提", "阿依古丽·"),
        ("Ａｎｎａ", "anna"),
        ("\uf90a美子", "金美"),
        ("\ue863大山", "䶮大"),
    ],
)
def test_a_name_is_found_however_it_is_written(desk: Desk, stored: str, typed: str) -> None:
    keys = desk()
    keys.type(f"{A} Return")
    paste(keys, stored)
    keys.type(f"Return 1 2 {REST.removeprefix('Return ')} F12 Y F2 F3 Ctrl+N")
    paste(keys, typed)
    assert len(keys.rows()) == 1, (stored, typed)
    keys.type("Return")
    assert keys.cell("id") == A


def test_the_harness_sees_a_name_that_is_only_found_as_it_was_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: names are compared letter by letter."""
    monkeypatch.setattr("desktop.presenters.lookup.people.fold", str)
    with pytest.raises((AssertionError, StopIteration)):
        test_a_name_is_found_however_it_is_written(desk, "阿依古丽·买买提", "阿依古丽买买提")


@pytest.mark.parametrize("number", ["12345678", "E1234567", "A123"])
def test_every_number_on_a_list_is_masked(desk: Desk, number: str) -> None:
    keys = desk()
    keys.type(f"{number} Return 张建国 Return 1 2 {REST.removeprefix('Return ')} F12 Y F2 F3")
    assert len(keys.rows()) == 1
    assert number not in keys.seen()


def test_the_harness_sees_a_number_that_is_not_masked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: numbers stand as they are."""
    monkeypatch.setattr("desktop.presenters.lookup.masked.masked", str)
    with pytest.raises(AssertionError):
        test_every_number_on_a_list_is_masked(desk, "E1234567")


def test_after_an_operator_is_added_the_next_one_is_typed_into_empty_cells(
    desk: Desk, tmp_path: Path
) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.type(f"Ctrl+O 钱 Return 2 {OTHER_PIN} Return {OTHER_PIN} F12")
    assert keys.focus == "cell_name"
    keys.type(f"李 Return 1 {PIN} Return {PIN} F12")
    assert [row[0] for row in keys.rows()] == ["孙主任", "李", "钱"]
    operators = keys.program.session.opened.operators
    assert operators.is_pin_of("钱", OTHER_PIN)
    assert operators.is_pin_of("李", PIN)


def test_another_s_pin_is_changed_only_after_a_question(desk: Desk, tmp_path: Path) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.type(f"Ctrl+O 钱 Return 2 {OTHER_PIN} Return {OTHER_PIN} F12")
    keys.type(f"钱 Return 1 {PIN} Return {PIN} F12")
    operators = keys.program.session.opened.operators
    assert "更改 钱" in keys.label("questionText")
    keys.type("Return Enter N")
    assert operators.is_pin_of("钱", OTHER_PIN)
    keys.type("F12 Y")
    assert operators.is_pin_of("钱", PIN)


@pytest.mark.parametrize("twin", ["ｗang", "Wаng", "W·ang"])
def test_an_operator_who_looks_like_another_is_not_added(desk: Desk, tmp_path: Path, twin: str) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    for name in ("Wang", twin):
        keys.type("Ctrl+O")
        paste(keys, name)
        keys.type(f"Return 2 {OTHER_PIN} Return {OTHER_PIN} F12 Esc")
    assert len(keys.program.session.opened.operators.all()) == 2


def reversed_one(keys: Keys) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y F6 F6 重复录入 F12 Y Esc")
    for _ in range(3):
        if not keys.program.navigator.at_counter:
            keys.type("Esc")


def is_taken_back(keys: Keys) -> bool:
    """Whether the counter says so of the entry that stands there, and says nowhere that it is posted."""
    said = keys.window.findChild(QLabel, "posted")
    return (
        isinstance(said, QLabel)
        and said.text() == "第 1 号 已冲正（第 2 号）"
        and said.property("wrong") is True
        and "已冲正（第 2 号）" in keys.notice
        and not keys.notice.startswith("已入账")
    )


def test_the_harness_sees_a_notice_of_a_posting_that_was_reversed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what was said of the posting stays."""
    keys = desk()
    monkeypatch.setattr(OpenVisit, "look_for_entry", lambda _self: None)
    reversed_one(keys)
    assert keys.notice.startswith("已入账")
    assert not is_taken_back(keys)


def test_a_reversed_entry_looks_reversed_at_the_counter_in_lists_and_on_its_sheet(desk: Desk) -> None:
    keys = desk()
    reversed_one(keys)
    assert is_taken_back(keys)
    keys.type("F12")
    assert "已冲正（第 2 号）" in keys.notice
    worked = keys.program.counter_page.visit.worked
    assert worked is not None
    code = keys.program.session.opened.sheet_code(worked, 1)
    keys.type("F7")
    assert any("第 2 号" in text for row in keys.rows() for text in row)
    keys.type("Esc")
    keys.scan(code)
    assert "不再有效" in keys.seen()


def test_the_harness_sees_a_reversed_entry_that_looks_posted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: an entry says its number alone."""
    from core.messages import message

    monkeypatch.setattr(
        "desktop.presenters.counter.drawn.standing",
        lambda entry: message("window.entry_number", number=entry.number),
    )
    keys = desk()
    reversed_one(keys)
    assert "已冲正" not in keys.label("posted")


def test_a_private_character_of_an_old_system_becomes_what_it_stands_for(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{A} Return")
    paste(keys, "\ue863大山")
    keys.type(f"Return 1 2 {REST.removeprefix('Return ')}")
    assert keys.cell("name") == "䶮大山"
    keys.type("F12 Y")
    patient = keys.program.session.opened.find(A)
    assert patient is not None
    assert patient.name == "䶮大山"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("0301 0310", True),
        ("0303 0305", True),
        ("0309 0320", True),
        ("0310 0320", False),
        ("0401 0402", False),
    ],
)
def test_the_same_stay_or_one_that_overlaps_it_is_said_in_the_form_and_in_the_question(
    desk: Desk, days: str, told: bool
) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" F12 Y F2 {A} {days} 52000 Return 48000 Return")
    assert keys.figure
    assert ("第 1 号" in keys.notice) is told, keys.notice
    keys.type("F12")
    assert ("与第 1 号的住院相同或日期重叠" in keys.label("questionText")) is told


def test_the_harness_sees_a_stay_that_is_posted_twice_without_a_word(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: no stay overlaps another."""
    monkeypatch.setattr("core.ledger.journal.Journal.overlaps", lambda *_: Overlapped())
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" F12 Y F2 {A} 0301 0310 52000 Return 48000 Return F12")
    assert "与第 1 号" not in keys.label("questionText")


def test_at_a_guarded_desk_a_stay_twice_needs_a_supervisor_and_a_reason(desk: Desk, tmp_path: Path) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    counter = keys.program.session.opened
    counter.add_operator("钱", Role.CLERK, OTHER_PIN)
    keys.enter(FIRST_ADMISSION + f" F12 Y F2 {A} 0301 0310 52000 Return 48000 Return F12")
    assert "须由主管" in keys.label("questionText")
    keys.type("Y")
    assert len(keys.entries()) == 1
    operator = counter.operator
    keys.type("Esc")
    counter.sign_in("钱", OTHER_PIN)
    keys.program.session.settings = keys.program.session.settings._replace(operator="钱")
    keys.type("F12 1")
    assert len(keys.entries()) == 1, "a clerk has no answer that posts"
    keys.type("Esc")
    assert operator is not None
    counter.sign_in(operator.name, PIN)
    keys.program.session.settings = keys.program.session.settings._replace(operator=operator.name)
    keys.type("F12 1")
    assert len(keys.entries()) == 2
    assert "overlap_allowed" in [act.act.value for act in counter.ledger.trail.acts()]
