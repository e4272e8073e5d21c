"""The small parts that pages are made of: labels, sheets, and what a key means in them."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.views.qt import WRAPPED, Qt


def is_enter(event: QKeyEvent) -> bool:
    """Whether it is Enter, the keypad's or the other."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def keypad_step(event: QKeyEvent) -> int:
    """1 for plus of the keypad, -1 for its minus, 0 for any other key."""
    if not event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
        return 0
    return {Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1}.get(Qt.Key(event.key()), 0)


def label(object_name: str, text: str = "", parent: QWidget | None = None) -> QLabel:
    """A label that the style sheet knows by its name."""
    made = QLabel(text, parent)
    made.setObjectName(object_name)
    made.setProperty("textFormat", "PlainText")
    return made


def panel(parent: QWidget | None = None) -> QFrame:
    """A white sheet with a thin edge."""
    made = QFrame(parent)
    made.setObjectName("panel")
    return made


def mark(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the style sheet looks at, and restyles only where it changed."""
    if (widget.property(name) or "") != (value or ""):
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def take_lines(text: QLabel, room: int) -> int:
    """Lets a text take as many lines as it needs in a width; how many."""
    lines = _lines(text, room)
    if text.wordWrap() != (lines > 1):
        text.setWordWrap(lines > 1)
    return lines


def _lines(text: QLabel, room: int) -> int:
    words = text.text()
    if not words:
        return 1
    text.ensurePolished()
    metrics = text.fontMetrics()
    if metrics.horizontalAdvance(words) <= room:
        return 1
    whole = metrics.boundingRect(QRect(0, 0, max(1, room), 10_000), WRAPPED, words)
    return max(2, round(whole.height() / metrics.lineSpacing()))
