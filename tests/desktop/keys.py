"""A clerk's hands: keys into whatever has the focus, and eyes on what stands in the window."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.app import Program

OUTPUT = Path(__file__).resolve().parent.parent / "output"
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
}

FIRST_ADMISSION = (
    "220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return "
    "52000 Return 48000 Return 1200 Return"
)


class Keys:
    def __init__(self, app: QApplication, program: Program) -> None:
        self.app = app
        self.program = program
        program.window.activateWindow()
        app.processEvents()

    def type(self, text: str) -> None:
        """Words with spaces between: names of keys, or characters one by one."""
        for word in text.split():
            if word in NAMED:
                self.press(NAMED[word])
            elif word.startswith("Shift+"):
                self.press(NAMED[word.removeprefix("Shift+")], Qt.KeyboardModifier.ShiftModifier)
            else:
                for character in word:
                    self.press(0, text=character)

    def press(
        self, key: int, modifiers: Qt.KeyboardModifier = _NONE, text: str = "", held: bool = False
    ) -> None:
        target = self.app.focusWidget() or self.program.window
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            self.app.sendEvent(target, QKeyEvent(kind, key, modifiers, text, held))
        self.app.processEvents()

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

    @property
    def notice(self) -> str:
        return self.label("notice")

    @property
    def faults(self) -> list[str]:
        labels = self.window.findChildren(QLabel, "hint")
        return [one.text() for one in labels if one.isVisible() and one.property("wrong")]

    def entries(self) -> list[object]:
        counter = self.program.counter
        assert counter is not None
        patient = counter.find("220113196004080016")
        return list(counter.entries(patient)) if patient else []

    def crash(self) -> None:
        """Ends the program as a crash would, right after its draft was kept: nothing else is saved."""
        self.program._save_draft()
        self.program._draft.stop()
        assert self.program.counter is not None
        self.program.counter.close()
        self.program.counter = None

    def shot(self, name: str) -> None:
        OUTPUT.mkdir(exist_ok=True)
        self.window.grab().save(str(OUTPUT / f"{name}.png"))
