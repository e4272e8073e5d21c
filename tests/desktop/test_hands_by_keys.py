"""What comes into a cell in another way than key by key: pasted, read, composed."""

import ast
import time
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.presenters.counter.scanner import LONGEST, bare
from desktop.views import widgets
from desktop.views.text_field import TextField
from tests.desktop.conftest import DESK, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.slowness import slowness

A = "220113196004080016"
B = "22010219500101001X"
VISIT = f"{A} Return 张建国 Return 1 2 0301 Return 0310 Return Return"
MARKED = '<img src="file:///nowhere/x.png"><b>王</b>'


def paste(keys: Keys, text: str) -> None:
    QApplication.clipboard().setText(text)
    keys.control("V")
    keys.app.processEvents()


def compose(keys: Keys, text: str) -> None:
    cell = keys.app.focusWidget()
    assert cell is not None
    keys.app.sendEvent(cell, QInputMethodEvent(text, []))


# ---- pasted


@pytest.mark.parametrize("between", ["\t", "\n", "\r\n"])
def test_two_pasted_cells_are_split_over_the_next_cells_after_a_question(desk: Desk, between: str) -> None:
    keys = desk()
    keys.type(VISIT)
    paste(keys, f"52000{between}48000{between}")
    assert "52000 | 48000" in keys.label("questionText")
    keys.type("Return Enter")
    assert keys.figure == ""
    keys.type("Y")
    assert (keys.cell("total"), keys.cell("eligible")) == ("52,000.00", "48,000.00")
    assert keys.focus == "cell_eligible"


def test_pasted_cells_that_are_not_split_are_a_fault(desk: Desk) -> None:
    keys = desk()
    keys.type(VISIT)
    paste(keys, "52000\t48000")
    keys.type("N Return")
    assert keys.focus == "cell_total"
    assert any("几个单元格" in fault for fault in keys.faults), keys.faults


def test_a_comma_where_a_point_belongs_is_a_fault(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{VISIT} 12,50 Return")
    assert keys.focus == "cell_total"
    assert any("每三位" in fault for fault in keys.faults), keys.faults


# ---- read


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("sent", [f"]C1{B}", f"*{B}*", f"]Q3{B}", f"]A0*{B}*", f"#{B};", f"]C1#{B};"])
def test_what_a_reader_sends_around_a_number_is_taken_off(desk: Desk, sent: str) -> None:
    keys = desk(DESK._replace(reader="# ;"))
    keys.scan(sent)
    assert keys.cell("id") == B
    assert keys.focus == "cell_name"


def test_the_harness_sees_marks_that_stay_around_a_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: nothing is taken off."""
    monkeypatch.setattr("desktop.presenters.counter.scanner.bare", lambda sent, _marks=(): sent)
    with pytest.raises(AssertionError):
        test_what_a_reader_sends_around_a_number_is_taken_off(desk, f"*{B}*")


def test_nothing_of_a_number_is_taken_off() -> None:
    assert bare(B) == B
    assert bare("A12345678") == "A12345678"
    assert bare("MZ1:ABC") == "MZ1:ABC"


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("length", [500, LONGEST + 12_000])
def test_a_reader_that_sends_too_much_is_cut_off_at_once(desk: Desk, length: int) -> None:
    keys = desk()
    keys.type(f"{VISIT} 520")
    began = time.monotonic()
    keys.scan("+" * length)
    assert time.monotonic() - began < 10 * slowness()
    assert keys.cell("total") == "520"
    assert "太长" in keys.notice


# ---- composed


@pytest.mark.parametrize("key", ["F12", "F9", "Ctrl+E"])
def test_a_word_that_is_being_composed_is_taken_before_a_key_is_acted_on(desk: Desk, key: str) -> None:
    keys = desk()
    keys.type(FIRST_ADMISSION)
    keys.program.view.cell("name").take_focus()
    keys.type("Backspace 张")
    compose(keys, "建国")
    assert keys.cell("name") == "张"
    keys.type(key)
    assert keys.program.counter_page.visit.texts["name"] == "张建国"
    if key == "F12":
        assert "张建国" in keys.label("questionText")


def test_the_harness_sees_a_word_that_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: nothing is committed."""
    monkeypatch.setattr(TextField, "commit", lambda _self: None)
    keys = desk()
    keys.type(FIRST_ADMISSION)
    keys.program.view.cell("name").take_focus()
    keys.type("Backspace 张")
    compose(keys, "建国")
    keys.type("F12")
    assert keys.program.counter_page.visit.texts["name"] == "张"


# ---- plain


def marked_up(window: QWidget) -> list[str]:
    """The texts of a window that Qt would draw as markup."""
    wrong = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
            wrong.append(f"label {widget.objectName()}")
        tip = widget.toolTip()
        if MARKED in tip and QtGui.Qt.mightBeRichText(tip):
            wrong.append(f"tip {widget.objectName()}")
        if QtGui.Qt.mightBeRichText(tip):
            document = QTextDocument()
            document.setHtml(tip)
            if "img" in tip and MARKED not in document.toPlainText():
                wrong.append(f"tip that loads {widget.objectName()}")
    return wrong


PAGES = ("", "F7", "Esc F3 Ctrl+N", "Esc Ctrl+D Ctrl+N", "Esc Ctrl+F Ctrl+N", "Esc F8", "Esc F11", "Esc F6")


def through_the_pages(keys: Keys) -> list[str]:
    keys.type(f"{A} Return")
    paste(keys, MARKED)
    keys.type("Return 1 2 0301 Return 0310 Return Return 52000 Return 48000 Return F12")
    wrong = marked_up(keys.window)
    keys.type("Y")
    for page in PAGES:
        keys.type(page)
        wrong += marked_up(keys.window)
    return wrong


def test_no_widget_turns_text_into_markup(desk: Desk) -> None:
    keys = desk()
    assert through_the_pages(keys) == []
    assert MARKED in keys.program.counter_page.visit.texts["name"]


def test_the_harness_sees_a_text_that_is_drawn_as_markup(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a tool tip takes a text as it is."""
    assert widgets.plainly(MARKED) != MARKED
    monkeypatch.setattr(widgets, "plainly", str)
    assert through_the_pages(desk()) != []


def test_no_view_sets_a_text_that_qt_may_take_for_markup() -> None:
    """Labels come from `label`, tips go through `plainly`; only the manual, which is ours, is markup.

    A message box is told to be plain where it is made.
    """
    root = Path(__file__).resolve().parents[2] / "desktop"
    wrong = []
    for file in sorted(root.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        boxes, plain = source.count("QMessageBox("), source.count("setTextFormat(Qt.TextFormat.PlainText)")
        if boxes > plain:
            wrong.append(f"{file.name}: QMessageBox")
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called == "QLabel" and file.name != "widgets.py":
                wrong.append(f"{file.name}: {called}")
            if called.endswith("setToolTip") and not ast.unparse(node.args[-1]).startswith("plainly("):
                wrong.append(f"{file.name}: {called}")
            if called.endswith(("setHtml", "insertHtml")) or called.startswith("QMessageBox."):
                wrong.append(f"{file.name}: {called}")
            if called.endswith("setMarkdown") and file.name != "manual_view.py":
                wrong.append(f"{file.name}: {called}")
    assert wrong == []
