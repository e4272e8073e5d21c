"""A clerk's hands: keys into whatever has the focus, and eyes on what stands in the window."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTableView, QWidget

from desktop.app import Program
from desktop.devices.card_reader import PAUSE

OUTPUT = Path(__file__).resolve().parent.parent / "output"
_A_HAND = 120
"""Milliseconds between two keys of a person."""

_AT_ONCE = 3
"""Characters that come together and are not taken for a card reader's."""

_NONE = Qt.KeyboardModifier.NoModifier
NAMED = {f"F{number}": getattr(Qt.Key, f"Key_F{number}") for number in range(1, 13)} | {
    "Enter": Qt.Key.Key_Enter,
    "Return": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "PgUp": Qt.Key.Key_PageUp,
    "PgDn": Qt.Key.Key_PageDown,
    "Up": Qt.Key.Key_Up,
    "Down": Qt.Key.Key_Down,
    "Backspace": Qt.Key.Key_Backspace,
    "Left": Qt.Key.Key_Left,
    "Right": Qt.Key.Key_Right,
    "Tab": Qt.Key.Key_Tab,
    "Backtab": Qt.Key.Key_Backtab,
}

FIRST_ADMISSION = (
    "220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return "
    "52000 Return 48000 Return 1200 Return"
)

_PAINTED = 4
"""Fewer characters are painted one by one: that is less than the whole window once."""


class Keys:
    def __init__(self, app: QApplication, program: Program) -> None:
        self.app = app
        self.program = program
        self.moment = 1_000
        program.window.activateWindow()
        app.processEvents()

    def type(self, text: str) -> None:
        """Words with spaces between: names of keys, or characters one by one. ``Work`` waits for it.

        Several words are painted at the end alone, where the test looks.
        """
        with self._painted_once(text):
            for word in text.split():
                if not self._named(word):
                    for character in word:
                        self.press(0, text=character)

    def enter(self, text: str) -> None:
        """As `type`, but a key brings a cell several characters.

        For what only leads to the subject of a test: one character is as much work to a window as three.
        """
        with self._painted_once(text):
            for word in text.split():
                if not isinstance(self.app.focusWidget(), QLineEdit):
                    self.type(word)
                elif not self._named(word):
                    for at in range(0, len(word), _AT_ONCE):
                        self.press(0, text=word[at : at + _AT_ONCE])

    @contextmanager
    def _painted_once(self, text: str) -> Iterator[None]:
        """Keep the window from painting until the last of several words or characters was typed."""
        one = " " not in text and (text in NAMED or "+" in text or len(text) < _PAINTED)
        if one or not self.window.updatesEnabled():
            yield
            return
        self.window.setUpdatesEnabled(False)
        try:
            yield
        finally:
            self.window.setUpdatesEnabled(True)
        self.app.processEvents()

    def _named(self, word: str) -> bool:
        """Do what a word names; whether it names anything."""
        if word == "Work":
            self.worked()
        elif word in NAMED:
            self.press(NAMED[word])
        elif word.startswith("Ctrl+"):
            self.control(word.removeprefix("Ctrl+"))
        elif word.startswith("Keypad"):
            sign = word.removeprefix("Keypad")
            self.press(ord(sign), Qt.KeyboardModifier.KeypadModifier, sign)
        elif word.startswith("Shift+"):
            self.press(NAMED[word.removeprefix("Shift+")], Qt.KeyboardModifier.ShiftModifier)
        else:
            return False
        return True

    def worked(self) -> None:
        """Wait until the work beside the window has ended."""
        pages = self.program.pages
        assert pages is not None
        self.until(lambda: not pages.work.busy)

    def until(self, done: Callable[[], bool]) -> None:
        """Wait at rest until something is so: a window that kept asking would take a core from the work."""
        for _ in range(12_000):
            if done():
                break
            QTest.qWait(5)
        self.app.processEvents()
        assert done()

    def control(self, letter: str) -> None:
        """Ctrl and a letter, as the window manager delivers it."""
        target = self.app.focusWidget() or self.program.window
        name = {"+": "Plus", "-": "Minus"}.get(letter, letter)
        QTest.keyClick(target, getattr(Qt.Key, f"Key_{name}"), Qt.KeyboardModifier.ControlModifier)
        self.app.processEvents()

    def press(
        self, key: int, modifiers: Qt.KeyboardModifier = _NONE, text: str = "", held: bool = False
    ) -> None:
        self.moment += _A_HAND
        asked = self.program.window.question.isVisible()
        self.send(key, modifiers, text, held)
        if asked and text and not held:
            for _ in range(1_000):  # a key that answers counts once it has stood alone
                if not self.program.window.question.waiting:
                    break
                QTest.qWait(5)

    def send(
        self,
        key: int,
        modifiers: Qt.KeyboardModifier = _NONE,
        text: str = "",
        held: bool = False,
        then: bool = True,
    ) -> None:
        """A key at the present moment; ``then``: the window has its turn before the next."""
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, text, held)
            event.setTimestamp(self.moment)
            self.app.sendEvent(self.app.focusWidget() or self.program.window, event)
        if then:
            self.app.processEvents()

    def scan(self, text: str, enter: bool = True, gap: int = 4) -> None:
        """A reader that types: its characters some milliseconds apart, Enter at the end or a pause."""
        self.moment += _A_HAND
        for character in text:
            self.moment += gap
            self.send(0, text=character, then=False)  # a slow machine must not make a pause of it
        if enter:
            self.moment += gap
            self.send(NAMED["Enter"])
        QTest.qWait(5 if enter else PAUSE + 30)

    @property
    def window(self) -> QWidget:
        return self.program.window

    @property
    def focus(self) -> str:
        widget = self.app.focusWidget()
        return widget.objectName() if widget else ""

    @property
    def figure(self) -> str:
        return self.label("figure")

    def label(self, name: str) -> str:
        found = [one for one in self.window.findChildren(QLabel, name) if one.isVisible()]
        return found[0].text() if found else ""

    def cell(self, name: str) -> str:
        """What stands in a cell of the counter."""
        return str(self.program.view.cell(name).text())

    def hint(self, name: str) -> str:
        """The line under a cell of the counter."""
        return self.program.view.entries.hints[name].text()

    @property
    def notice(self) -> str:
        return self.label("notice")

    @property
    def faults(self) -> list[str]:
        labels = self.window.findChildren(QLabel, "hint")
        return [one.text() for one in labels if one.isVisible() and one.property("wrong")]

    @property
    def title(self) -> str:
        return self.label("pageTitle")

    def rows(self) -> list[list[str]]:
        """The list of the page that is open, as it is read."""
        table = next(one for one in self.window.findChildren(QTableView, "list") if one.isVisible())
        return _read(table)

    def seen(self) -> str:
        """Every text that stands in the window, its title and tips included."""
        labels = [one for one in self.window.findChildren(QLabel) if one.isVisible()]
        cells = [one for one in self.window.findChildren(QLineEdit) if one.isVisible()]
        tables = [_read(one) for one in self.window.findChildren(QTableView) if one.isVisible()]
        return "\n".join(
            [self.window.windowTitle()]
            + [text for one in labels for text in (one.text(), one.toolTip(), one.accessibleName())]
            + [text for one in cells for text in (one.displayText(), one.accessibleDescription())]
            + [text for rows in tables for row in rows for text in row]
        )

    def entries(self) -> list[object]:
        counter = self.program.session.counter
        assert counter is not None
        patient = counter.find("220113196004080016")
        return list(counter.ledger.journal.entries(patient.key)) if patient else []

    def crash(self) -> None:
        """Ends the program as a crash would, right after its draft was kept: nothing else is saved."""
        self.program.counter_page.visit.save_draft()
        self.program._draft.stop()
        assert self.program.session.counter is not None
        self.program.session.counter.close()
        self.program.session.counter = None

    def shot(self, name: str) -> None:
        OUTPUT.mkdir(exist_ok=True)
        self.window.grab().save(str(OUTPUT / f"{name}.png"), "PNG", 80)  # as small, and in half the time


def _read(table: QTableView) -> list[list[str]]:
    rows = table.model()
    places = [[rows.index(row, at) for at in range(rows.columnCount())] for row in range(rows.rowCount())]
    return [[str(place.data() or "") for place in row] for row in places]
