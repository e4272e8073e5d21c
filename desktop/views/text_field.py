"""A cell to type in."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.presenters.states import Cell
from desktop.views import theme
from desktop.views.qt import RIGHT, Qt
from desktop.views.widgets import is_enter, keypad_step, mark

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent

_OF_THE_CELL = tuple(map(ord, "ACVX"))
"""Letters that with Ctrl are keys of the cell; all others are the window's."""

_UNDO = tuple(map(ord, "YZ"))
"""Letters that with Ctrl are keys of the window only where the page as a whole undoes."""


class TextField(QLineEdit):
    """A cell to type in. Every signal begins with the cell's name.

    ``listed``: a list stands beside the cell, in which the arrows move. ``steps``: plus and minus of the
    keypad go on and back; in a day (``dated``) minus is typed: it may begin one of last month.
    ``undone_elsewhere``: the page as a whole undoes what was typed.
    """

    steps = False
    dated = False
    undone_elsewhere = False

    typed = Signal(str, str)
    entered = Signal(str)
    backed = Signal(str)
    left_cell = Signal(str)
    reached = Signal(str)
    moved = Signal(str, int)
    erased = Signal(str)

    def __init__(
        self, name: str, number: bool = False, listed: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)  # a file that is dropped is the window's
        self.name = name
        self._composing = ""
        self._listed = listed
        self.setObjectName(f"cell_{name}")
        theme.fix(self, high=28)
        self.setProperty("contextMenuPolicy", "NoContextMenu")
        if number:
            self.setProperty("alignment", RIGHT)
        self.textEdited.connect(self._edited)

    def _edited(self, text: str) -> None:
        self.typed.emit(self.name, text)

    def inputMethodEvent(self, event: "QInputMethodEvent") -> None:
        """Take note of a word that is still being composed."""
        self._composing = event.preeditString()
        super().inputMethodEvent(event)

    def commit(self) -> None:
        """Take a word that is still being composed as it stands: a key of the window is about to be acted on.

        The cell takes it by itself: asked to commit, fcitx answers by ibus's road with an empty word.
        """
        if not self._composing:
            return
        from PySide6.QtGui import QInputMethodEvent

        event = QInputMethodEvent()
        event.setCommitString("".join(self._composing.split()))
        QCoreApplication.sendEvent(self, event)
        QGuiApplication.inputMethod().reset()

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Go on at Enter, back at Shift and Enter; leave the window its keys. All else is typing."""
        key = event.key()
        if is_enter(event):
            if not event.isAutoRepeat():
                shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                (self.backed if shift else self.entered).emit(self.name)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(up=key == Qt.Key.Key_Up)
        elif self.steps and self._stepped(event):
            return
        elif event.modifiers() == Qt.KeyboardModifier.ControlModifier and self._is_of_the_window(key):
            event.ignore()
        elif key == Qt.Key.Key_Backspace and not self.text():
            self.erased.emit(self.name)
        else:
            super().keyPressEvent(event)

    def _move(self, up: bool) -> None:
        """Move in the list beside the cell, or to another cell where there is no list."""
        if self._listed:
            self.moved.emit(self.name, -1 if up else 1)
        else:
            (self.backed if up else self.entered).emit(self.name)

    def _is_of_the_window(self, key: int) -> bool:
        if not ord("A") <= key <= ord("Z"):
            return key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus)
        return key not in _OF_THE_CELL and (self.undone_elsewhere or key not in _UNDO)

    def _stepped(self, event: "QKeyEvent") -> bool:
        """Go on or back at a key of the keypad. Return whether it was one."""
        forward = keypad_step(event)
        if not forward or (forward < 0 and self.dated):
            return False
        if not event.isAutoRepeat():
            (self.entered if forward > 0 else self.backed).emit(self.name)
        return True

    def focusInEvent(self, event: "QFocusEvent") -> None:
        """Tell where the focus is."""
        super().focusInEvent(event)
        self.reached.emit(self.name)

    def focusOutEvent(self, event: "QFocusEvent") -> None:
        """Tell that the cell was left, except for another program's window."""
        super().focusOutEvent(event)
        self.deselect()
        if event.reason() in (
            Qt.FocusReason.MouseFocusReason,
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        ):
            self.left_cell.emit(self.name)

    def take_focus(self) -> None:
        """Take the focus, with everything selected."""
        self.setFocus()
        self.selectAll()

    def render_cell(self, cell: Cell, locked: bool = False) -> None:
        """Show the cell's text and whether it is wrong."""
        if cell.secret and self.echoMode() is QLineEdit.EchoMode.Normal:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        if self.text() != cell.text:
            self.setText(cell.text)
        if self.isReadOnly() != locked:
            self.setReadOnly(locked)
        self.setAccessibleName(cell.label)
        self.setAccessibleDescription(cell.fault or cell.hint)
        mark(self, "wrong", bool(cell.fault))
