"""The window for those who hear it: every part has a name, every cell its label and its turn."""

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from desktop.views.bars import PayerBar, YearBars
from desktop.views.choice import Choice
from desktop.views.counter.disease_list import DiseaseTable
from desktop.views.text_field import TextField
from tests.desktop.conftest import Desk
from tests.desktop.every_page import PAGES
from tests.desktop.keys import FIRST_ADMISSION

_TOLD = (QLineEdit, Choice, QAbstractButton, QAbstractItemView, QScrollArea, PayerBar, YearBars, DiseaseTable)


def unnamed(window: QWidget) -> list[str]:
    """The visible parts that a screen reader has no name for."""
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and (isinstance(widget, _TOLD) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus)
        and not _said(widget, QAccessible.Text.Name)
    ]


def _said(widget: QObject, what: QAccessible.Text) -> str:
    told = QAccessible.queryAccessibleInterface(widget)
    return told.text(what).strip() if told is not None else ""


def without_buddy(window: QWidget) -> list[str]:
    """The visible cells that no label belongs to; one of a group may have its line's."""
    buddies = {label.buddy() for label in window.findChildren(QLabel) if label.buddy()}
    return [
        cell.objectName()
        for kind in (TextField, Choice)
        for cell in window.findChildren(kind)
        if cell.isVisible() and cell not in buddies and not _said(cell, QAccessible.Text.Name)
    ]


def never_reached(window: QWidget) -> list[str]:
    """The visible cells and lists that Tab does not come to."""
    start = window.focusWidget() or window
    reached, at = {start}, start.nextInFocusChain()
    while at is not start and len(reached) < 10_000:
        reached.add(at)
        at = at.nextInFocusChain()
    return [
        cell.objectName()
        for kind in (TextField, Choice)
        for cell in window.findChildren(kind)
        if cell.isVisible() and (cell not in reached or not cell.focusPolicy() & Qt.FocusPolicy.TabFocus)
    ]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("page", PAGES)
def test_every_part_of_every_page_has_a_name_a_label_and_a_turn(desk: Desk, page: str) -> None:
    keys = desk()
    keys.enter(PAGES[page])
    assert unnamed(keys.window) == []
    assert without_buddy(keys.window) == []
    assert never_reached(keys.window) == []


@pytest.mark.parametrize("page", ["inpatient", "opening", "region"])
def test_a_part_without_a_name_would_be_found(desk: Desk, page: str) -> None:
    keys = desk()
    keys.enter(PAGES[page])
    parent = keys.program.window.pages.currentWidget()
    for planted in (QPushButton(parent), QLineEdit(parent)):
        planted.show()
        assert unnamed(keys.window) == [f"{type(planted).__name__} "]
        planted.hide()


def test_a_cell_out_of_turn_would_be_found(desk: Desk) -> None:
    keys = desk()
    cell = keys.program.view.cell("name")
    cell.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    assert never_reached(keys.window) == ["cell_name"]


def test_the_result_is_said_in_a_sentence(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    figure = keys.window.findChild(QLabel, "figure")
    assert _said(figure, QAccessible.Text.Name) == "¥ 16,592.00"
    assert _said(figure, QAccessible.Text.Description) == (
        "总费用 52,000.00 元，其中基本医保付 33,320.00 元，大病保险付 2,088.00 元，个人付 16,592.00 元。"
    )
    bar = keys.window.findChild(PayerBar)
    assert _said(bar, QAccessible.Text.Description) == _said(figure, QAccessible.Text.Description)


def test_the_sentence_follows_every_keystroke(desk: Desk) -> None:
    keys = desk(language="en")
    keys.enter(FIRST_ADMISSION.removesuffix(" 1200 Return"))
    figure = keys.window.findChild(QLabel, "figure")
    before = _said(figure, QAccessible.Text.Description)
    keys.type("1200")
    after = _said(figure, QAccessible.Text.Description)
    assert before.startswith("Of 52,000.00 yuan Basic insurance pays")
    assert after not in ("", before)


def test_a_wrong_cell_says_why(desk: Desk) -> None:
    keys = desk()
    keys.enter(PAGES["wrong day"])
    cell = keys.program.view.cell("discharged")
    assert _said(cell, QAccessible.Text.Name) == "出院"
    assert _said(cell, QAccessible.Text.Description) == "出院日期早于入院日期，请检查。"


def test_a_choice_says_what_is_chosen_and_what_could_be(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    said = _said(keys.program.view.cell("level"), QAccessible.Text.Description)
    assert said.startswith("二级 ·")
    assert "3 三级" in said


def test_the_year_is_said_bar_by_bar(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    said = _said(keys.window.findChild(YearBars), QAccessible.Text.Description)
    assert "统筹支付：此前 0.00，本次 33,320.00，还剩 166,680.00" in said
