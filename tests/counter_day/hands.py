"""A clerk of whom nothing is known but keys and eyes: real key events into the window, and what stands in it.

Nothing here calls the program to act. Keys go to the window's handle, as the window system delivers them, so
that an open menu or a lost focus gets them as it would at a real desk.
"""

import re
import time

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QTableView,
    QTextEdit,
    QWidget,
)

from tests.desktop.keys import NAMED, Keys

DOES = {
    "new patient": "F2",
    "find": "F3",
    "rarer cells": "Ctrl+E",
    "settings": "F5",
    "reverse": "F6",
    "history": "F7",
    "clauses": "F8",
    "print": "F9",
    "comparison": "F10",
    "opening totals": "F11",
    "save": "F12",
    "help": "F1",
    "day's list": "Ctrl+D",
    "search of entries": "Ctrl+F",
    "day's end": "Ctrl+J",
    "backups": "Ctrl+B",
    "set-up": "Ctrl+G",
    "back": "Esc",
}
"""The desk's keys by what they do: the one place to change when a key moves."""

MENU = "Alt+M"

PEOPLE = {
    "张建国": "220113196004080016",
    "李秀英": "110101199003078515",
    "单雄信": "220104198507150015",
    "朴贞花": "222401197803120026",
    "王小明": "220302200509170034",
}
"""Made-up people with sound identifiers."""

NAMES = NAMED | {
    "Tab": Qt.Key.Key_Tab,
    "Backtab": Qt.Key.Key_Backtab,
    "Home": Qt.Key.Key_Home,
    "End": Qt.Key.Key_End,
    "Delete": Qt.Key.Key_Delete,
    "Space": Qt.Key.Key_Space,
    "Menu": Qt.Key.Key_Menu,
}
_MODIFIERS = {
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Keypad": Qt.KeyboardModifier.KeypadModifier,
}
_HELD = re.compile(rf"(?P<held>(?:(?:{'|'.join(_MODIFIERS)})\+)+)(?P<key>.+)")
_A_HAND = 120
"""Milliseconds between two keys of a person."""

_A_SCANNER = 4


class Hands(Keys):
    """What a clerk can do at the keyboard, and see."""

    pressed = 0
    moment = 10_000_000

    def type(self, text: str) -> None:
        """Words with spaces between: names of keys, keys with Shift, Ctrl or Alt, or characters."""
        with self._painted_once(text):
            for word in text.split():
                self.one(word)

    def one(self, word: str) -> None:
        """One word of `type`."""
        found = _HELD.fullmatch(word)
        if found:
            held, last = Qt.KeyboardModifier.NoModifier, found["key"]
            for name in found["held"].split("+")[:-1]:
                held |= _MODIFIERS[name]
            text = last if held == Qt.KeyboardModifier.KeypadModifier and last not in NAMES else ""
            self.press(NAMES[last] if last in NAMES else ord(last.upper()), held, text)
        elif word in NAMES:
            self.press(NAMES[word], text=" " if word == "Space" else "")
        else:
            self.write(word)

    def write(self, text: str) -> None:
        """Characters: those of the keyboard by its keys, all others as an input method hands them over."""
        ascii_ = [character.isascii() for character in text]
        at = 0
        while at < len(text):
            if ascii_[at]:
                self.press(ord(text[at].upper()), text=text[at])
                at += 1
                continue
            end = next((later for later in range(at, len(text)) if ascii_[later]), len(text))
            self.commit(text[at:end])
            at = end

    def commit(self, text: str) -> None:
        """A word from the input method."""
        self.pressed += len(text)
        self.moment += _A_HAND
        event = QInputMethodEvent("", [])
        event.setCommitString(text)
        target = QGuiApplication.focusObject() or self.app.focusWidget()
        if target is not None:
            self.app.sendEvent(target, event)
        self.app.processEvents()

    def press(
        self,
        key: int,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        text: str = "",
        held: bool = False,
    ) -> None:
        """A key of the keyboard. A key with Ctrl or Alt also asks for the shortcut that it may be."""
        self.pressed += 1
        self.moment += _A_HAND
        asked = self.window.isVisible() and self.program.window.question.isVisible()
        if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            QTest.keyClick(self._handle(), Qt.Key(key), modifiers)
            self.app.processEvents()
        else:
            self._send(key, modifiers, text, held)
        if asked and text:
            self.wait(lambda: not getattr(self.program.window.question, "waiting", False))

    def scan(self, text: str) -> None:
        """A reader that types: a burst, with Enter at its end."""
        self.moment += _A_HAND
        for character in text:
            self.moment += _A_SCANNER
            self._send(ord(character), text=character)
        self.moment += _A_SCANNER
        self._send(NAMES["Return"])

    def hold(self, name: str, times: int = 20) -> None:
        """A key that stays down: the keyboard repeats it."""
        one = NAMES.get(name)
        self.press(one if one else ord(name.upper()), text="" if one else name)
        for _ in range(times):
            self.moment += 30
            self._send(one if one else ord(name.upper()), text="" if one else name, held=True)

    def choose(self, text: str) -> None:
        """A line of the menu: the digit of its group, the arrow down to it, Enter."""
        self.type(MENU)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu), "no menu has opened"
        groups = [one for one in menu.actions() if one.menu() is not None]
        digit, group = next(
            (str(at), one.menu())
            for at, one in enumerate(groups, 1)
            if any(line.text().split("\t")[0] == text for line in one.menu().actions())
        )
        self.write(digit)
        for _ in group.actions():
            now = group.activeAction()
            if now is not None and now.text().split("\t")[0] == text:
                break
            self.type("Down")
        self.type("Return")

    def _handle(self) -> object:
        return self.window.windowHandle()

    def _send(
        self,
        key: int,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        text: str = "",
        held: bool = False,
    ) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, text, held)
            event.setTimestamp(self.moment)
            self.app.sendEvent(self._handle(), event)
        self.app.processEvents()

    def wait(self, until: object, seconds: float = 10) -> bool:
        """Lets the window work until something holds; whether it came to hold."""
        deadline = time.monotonic() + seconds
        while not until():  # type: ignore[operator]
            if time.monotonic() > deadline:
                return False
            QTest.qWait(5)
        return True

    # The eyes

    def seen(self) -> str:
        """Every text that stands in the window."""
        texts = (text for widget in self._visible() for text in _texts(widget))
        return "\n".join(dict.fromkeys(filter(None, texts)))

    def _visible(self) -> list[QWidget]:
        tops = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        found = list(tops)
        for top in tops:
            found += [one for one in top.findChildren(QWidget) if one.isVisible()]
        return found

    def rows(self) -> list[list[str]]:
        """The rows of the page's list."""
        for table in self.window.findChildren(QTableView, "list"):
            if table.isVisible():
                return _rows(table)
        return []

    def holds(self, cell: str) -> str:
        """What stands in a cell."""
        found = [one for one in self.window.findChildren(QWidget, f"cell_{cell}") if one.isVisible()]
        assert found, f"no cell {cell}"
        first = found[0]
        return first.text() if isinstance(first, QLineEdit) else first.accessibleDescription().split(" ·")[0]

    @property
    def title(self) -> str:
        """What the open page is called, empty at the counter."""
        return self.label("pageTitle")

    @property
    def working(self) -> str:
        """How it was worked out, line by line."""
        return str(self.program.view.results.steps.accessibleDescription())


def _texts(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel):
        return [widget.text()]
    if isinstance(widget, QLineEdit):
        return [widget.displayText()]
    if isinstance(widget, QTextEdit):
        return [widget.toPlainText()]
    if isinstance(widget, QListWidget):
        return [widget.item(row).text() for row in range(widget.count())]
    if isinstance(widget, QTableView):
        return [widget.accessibleDescription(), *(text for row in _rows(widget) for text in row)]
    text = getattr(widget, "text", None)
    named = [widget.accessibleName(), widget.accessibleDescription()]
    return [*([text()] if callable(text) else []), *named]


def _rows(table: QTableView) -> list[list[str]]:
    model = table.model()
    places = [[model.index(row, at) for at in range(model.columnCount())] for row in range(model.rowCount())]
    return [[str(place.data() or "") for place in row] for row in places]
