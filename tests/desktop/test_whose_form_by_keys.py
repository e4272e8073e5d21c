"""A form is one person's: no other number takes over what was typed, whatever way it comes."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.presenters.counter import whose
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.settings import Settings
from tests.desktop.conftest import DESK, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures

A = "220113196004080016"
B = "22010219500101001X"
TYPO = A[:10] + "9" + A[11:]
"""A's number with one digit changed: nobody has it."""

SWAPPED = A[:8] + A[9] + A[8] + A[10:]

OF_A = {"name": "张建国", "total": "52,000.00", "eligible": "48,000.00", "admitted": "2026-03-01"}


def replace_number(keys: Keys, number: str, how: str) -> None:
    """Put another number into the ID's cell in one of the ways that there are."""
    if how == "reader":
        keys.scan(number)
        return
    if how == "reader on another page":
        keys.type("F8")
        keys.scan(number)
        return
    keys.type("F4")
    cell = keys.app.focusWidget()
    assert isinstance(cell, QLineEdit)
    cell.selectAll()
    if how == "paste":
        QApplication.clipboard().setText(number)
        keys.control("V")
    elif how == "emptied first":
        keys.type(f"Backspace Return F4 {number}")
    else:
        keys.type(number)
    if how == "typed and F12":
        keys.type("F12")
    elif how == "typed and Tab":
        QTest.keyClick(keys.app.focusWidget(), Qt.Key.Key_Tab)
        keys.app.processEvents()
    elif how in ("typed and Enter", "emptied first"):
        keys.type("Return")


WAYS = (
    "reader",
    "reader on another page",
    "typed whole",
    "typed and Enter",
    "typed and F12",
    "typed and Tab",
    "emptied first",
    "paste",
)


def of_a(keys: Keys) -> list[str]:
    """The cells that still hold what was typed for A."""
    texts = keys.program.counter_page.visit.texts
    return [name for name, text in OF_A.items() if texts.get(name) == text]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("how", WAYS)
def test_another_number_begins_a_new_form_and_ctrl_z_brings_the_old_one_back(desk: Desk, how: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    key = keys.program.counter_page.visit.key
    assert len(of_a(keys)) == len(OF_A)
    replace_number(keys, B, how)
    assert of_a(keys) == []
    assert keys.cell("id") == B
    assert keys.figure == ""
    assert not keys.label("questionText")
    assert keys.program.counter_page.visit.key != key
    keys.type("Ctrl+Z")
    assert len(of_a(keys)) == len(OF_A)
    assert (keys.cell("id"), keys.program.counter_page.visit.key) == (A, key)
    assert keys.figure == "¥ 16,592.00"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("how", ["typed and Enter", "typed and F12"])
@pytest.mark.parametrize("number", ["2201021950", "E12345678", "12345678"])
def test_a_number_that_is_no_resident_s_begins_one_when_it_is_left(desk: Desk, number: str, how: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    replace_number(keys, number, how)
    assert of_a(keys) == []
    assert keys.cell("id") == number


def test_the_harness_sees_a_form_that_is_taken_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: no number is another person's."""
    monkeypatch.setattr(whose, "meaning", lambda *_: whose.Number.ITS_OWN)
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    replace_number(keys, B, "typed and Enter")
    assert of_a(keys)
    keys.type("F12")
    assert "16,592.00" in keys.label("questionText")


def test_a_card_over_a_restored_draft_begins_a_new_form(desk: Desk) -> None:
    first = desk()
    first.enter(FIRST_ADMISSION)
    first.crash()
    keys = desk()
    assert len(of_a(keys)) == len(OF_A)
    replace_number(keys, B, "reader")
    assert of_a(keys) == []
    keys.type("Ctrl+Z")
    assert len(of_a(keys)) == len(OF_A)


def test_a_draft_kept_while_another_number_was_half_typed_is_still_the_first_one_s(desk: Desk) -> None:
    first = desk()
    first.enter(FIRST_ADMISSION)
    replace_number(first, B[:9], "typed")
    first.crash()
    keys = desk()
    keys.type("F4")
    cell = keys.app.focusWidget()
    assert isinstance(cell, QLineEdit)
    cell.end(False)
    keys.type(B[9:])
    assert keys.cell("id") == B
    assert of_a(keys) == []


def test_a_card_at_the_locked_screen_changes_nothing_and_after_it_begins_a_new_form(desk: Desk) -> None:
    keys = desk(Settings(hospital="示例县医院", operator="王芳", region="jilin/changchun"))
    keys.enter(FIRST_ADMISSION)
    keys.control("L")
    keys.scan(B)
    assert "请先登录" in keys.notice
    keys.type("a-long-passphrase Return")
    assert len(of_a(keys)) == len(OF_A)
    replace_number(keys, B, "reader")
    assert of_a(keys) == []


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("number", "how"),
    [
        (TYPO, "reader"),
        (TYPO, "paste"),
        (SWAPPED, "typed and Enter"),
        (A[:-1], "typed and Enter"),
        (A[:-1], "paste"),
    ],
)
def test_a_small_correction_keeps_the_form_and_is_said_and_asked(desk: Desk, number: str, how: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    replace_number(keys, number, how)
    if how == "paste":
        keys.type("Return")
    assert len(of_a(keys)) == len(OF_A)
    assert "更正" in keys.notice
    keys.type("F12")
    assert "证件号由 2201" in keys.label("questionText")
    assert A not in keys.label("questionText")


def test_small_steps_do_not_lead_to_another_person(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    for end in ("0024", "0222", "2222"):
        replace_number(keys, A[:14] + end, "typed and Enter")
    assert of_a(keys) == []


def test_a_correction_to_somebody_on_file_is_that_person(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    keys.enter(FIRST_ADMISSION.replace(A, TYPO).replace("张建国", "张建军"))
    replace_number(keys, A, "typed and Enter")
    texts = keys.program.counter_page.visit.texts
    assert (texts["name"], texts.get("total", "")) == ("张建国", "")


@pytest.mark.parametrize("by", ["reader", "name"])
def test_somebody_looked_up_over_a_visit_begins_a_new_form_and_says_so(desk: Desk, by: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION.replace(A, B).replace("张建国", "李秀英") + " F12 Y F2")
    keys.enter(FIRST_ADMISSION + " F3")
    keys.scan(B) if by == "reader" else keys.type("李秀英 Return")
    assert (keys.cell("id"), keys.cell("total")) == (B, "")
    assert "已换新表" in keys.notice
    keys.type("Ctrl+Z")
    assert {name: keys.cell(name) for name in OF_A} == OF_A


def test_a_correction_away_from_somebody_on_file_drops_what_was_theirs(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    keys.type(f"{A} 0401 0402 1000 Return 1000 Return")
    replace_number(keys, TYPO, "typed and Enter")
    texts = keys.program.counter_page.visit.texts
    assert (texts["name"], texts["total"]) == ("", "1,000.00")


def test_a_card_s_kind_is_not_left_in_the_form_that_comes_back(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.scan("6217001234567890123")
    assert keys.cell("id_type") == "90"
    keys.type("Ctrl+Z")
    assert (keys.cell("id"), keys.cell("id_type"), len(of_a(keys))) == (A, "01", len(OF_A))


def test_the_same_visit_under_another_number_has_a_key_of_its_own(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    key = keys.program.counter_page.visit.key
    replace_number(keys, B, "reader")
    keys.type("Ctrl+K")
    assert len(of_a(keys)) == len(OF_A)
    assert (keys.cell("id"), keys.program.counter_page.visit.key) == (B, key)
    keys.type("F12")
    assert "证件号由 2201" in keys.label("questionText")
    keys.type("Esc F2 Ctrl+K")
    assert "没有可以换号的录入" in keys.notice


def test_another_name_on_file_than_the_typed_one_begins_a_new_form(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    keys.type("F4 Return 李四 Return 1 2 0301 Return 0310 Return Return 52000 Return 48000 Return")
    keys.scan(A)
    texts = keys.program.counter_page.visit.texts
    assert (texts["name"], texts.get("total", "")) == ("张建国", "")


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        (A, A, 0),
        (A, TYPO, 1),
        (A, SWAPPED, 1),
        (A, A[:-2], 2),
        (A, A[:-3], 3),
        (A, B, 3),
        ("", "12", 2),
    ],
)
def test_changes_are_counted(before: str, after: str, count: int) -> None:
    assert whose.changes(before, after) == count


def test_what_the_clerk_chose_is_nobody_else_s_to_change(desk: Desk) -> None:
    """Settings, language, theme, lock and the region's page over a form that is open."""
    keys = desk(DESK._replace(level="level_2"))
    keys.enter(FIRST_ADMISSION.replace(" 1 2 ", " 1 1 ") + " F12 Y F2")
    keys.type(f"{A} 0401 0402 26000 Return 26000 Return")
    keys.program.view.cell("level").take_focus()
    keys.type("1")
    before = dict(keys.program.counter_page.visit.texts), keys.figure
    assert before[0]["level"] == "level_1"
    for change in (
        lambda: keys.program.session.remember(keys.program.session.settings._replace(hospital="另一医院")),
        lambda: keys.program.navigator.press("speak_en"),
        lambda: keys.program.navigator.press("speak_zh"),
        lambda: keys.program.navigator.press("theme_dark"),
        lambda: keys.program.navigator.press("theme_light"),
        lambda: keys.type("F5 F12 Esc"),
    ):
        change()
        keys.app.processEvents()
        assert (keys.program.counter_page.visit.texts, keys.figure) == before


def test_the_harness_sees_a_choice_that_the_settings_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the desk's own level goes into whatever form is open."""
    before = CounterPresenter.use

    def use(page: CounterPresenter) -> None:
        page.visit.texts["level"] = "level_2"
        before(page)

    monkeypatch.setattr(CounterPresenter, "use", use)
    with pytest.raises(AssertionError):
        test_what_the_clerk_chose_is_nobody_else_s_to_change(desk)


def test_a_figure_that_other_rules_change_is_said(desk: Desk, tmp_path: Path) -> None:
    """The region's figures are changed while a form is open: the texts stay, the new sum is told."""
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.enter(FIRST_ADMISSION)
    before = dict(keys.program.counter_page.visit.texts)
    keys.program.desk.use(keys.program.session.settings, reopen=True)
    assert "16,592.00" not in keys.notice
    figures(tmp_path / "home", deductible=600)
    keys.program.desk.use(keys.program.session.settings, reopen=True)
    assert keys.program.counter_page.visit.texts == before
    assert "由 16,592.00 变为" in keys.notice


def test_a_choice_that_stood_there_is_the_clerk_s_once_it_was_pressed(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION.replace("0310 Return Return", "0310 2") + " F12 Y F2")
    keys.type(f"{A} Return")
    assert keys.cell("population") == "low_income"
    keys.program.view.cell("population").take_focus()
    keys.type("1")
    keys.type("F4 Return")
    assert keys.cell("population") == "ordinary"
