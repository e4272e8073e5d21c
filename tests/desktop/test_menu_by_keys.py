"""The menu: every action of the desk is in it, and does what its key does."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.presenters.menu import MENU
from tests.desktop.conftest import Desk
from tests.desktop.key_tables import KEYS
from tests.desktop.keys import Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN


def _menu(keys: Keys) -> QMenu:
    """Opens the menu by its key, as the window manager would deliver it."""
    QTest.keyClick(keys.app.focusWidget() or keys.window, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def _texts(menu: QMenu) -> list[str]:
    return [action.text() for group in menu.findChildren(QMenu) for action in group.actions()]


def test_every_key_of_the_counter_stands_in_the_menu() -> None:
    named = {action.name for actions in MENU.values() for action in actions}
    assert set(KEYS["counter"]) <= named


def test_alt_m_opens_the_menu_and_types_nothing(desk: Desk) -> None:
    keys = desk()
    keys.type("22")
    menu = _menu(keys)
    assert any("F12" in text for text in _texts(menu))
    menu.close()
    assert keys.program.counter_page.visit.texts["id"] == "22"


def test_a_line_is_chosen_by_digit_arrows_and_enter(desk: Desk) -> None:
    keys = desk()
    menu = _menu(keys)
    QTest.keyClick(menu, "4")
    inside = QApplication.activePopupWidget()
    assert isinstance(inside, QMenu)
    assert inside is not menu
    while (chosen := inside.activeAction()) is None or chosen.data() != "fund":
        QTest.keyClick(inside, Qt.Key.Key_Down)
    QTest.keyClick(inside, Qt.Key.Key_Return)
    keys.app.processEvents()
    assert keys.program.pages is not None
    assert keys.program.navigator.page.name == "fund"


def test_a_page_leaves_only_what_may_be_done_over_it(desk: Desk) -> None:
    keys = desk()
    keys.type("F5")
    menu = _menu(keys)
    usable = [
        action.data()
        for group in menu.findChildren(QMenu)
        for action in group.actions()
        if action.isEnabled()
    ]
    every = [action.name for actions in MENU.values() for action in actions]
    menu.close()
    counters = {"Shift+F2", "F7", "F9", "F10", "F11", "Ctrl+E", "Ctrl+K", "Ctrl+W", "Ctrl+Z", "Ctrl+Y"}
    assert usable == [name for name in every if name not in counters]


def test_signing_in_leaves_only_what_needs_no_ledger(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    keys.type("Ctrl+L")
    menu = _menu(keys)
    usable = {
        action.data()
        for group in menu.findChildren(QMenu)
        for action in group.actions()
        if action.isEnabled()
    }
    menu.close()
    assert usable == {action.name for action in MENU["look"]}


def test_a_question_is_answered_before_any_menu_opens(desk: Desk) -> None:
    from tests.desktop.keys import FIRST_ADMISSION

    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12")
    assert keys.program.counter_page.state.question is not None
    QTest.keyClick(keys.window, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert QApplication.activePopupWidget() is None
    assert not keys.entries()
