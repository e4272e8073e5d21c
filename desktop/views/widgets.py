"""The small parts that pages are made of: labels, sheets, and what a key means in all of them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.views.qt import WRAPPED, Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent


def is_enter(event: "QKeyEvent") -> bool:
    """Return whether the key is Enter, the keypad's or the other."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def keypad_step(event: "QKeyEvent") -> int:
    """Return 1 for plus of the keypad, -1 for its minus, 0 for any other key."""
    if not event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
        return 0
    return {Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1}.get(Qt.Key(event.key()), 0)


def plainly(text: str) -> str:
    """Return a text for a tool tip, which Qt would draw as markup where it looks like some.

    What somebody typed is shown as it was typed, and loads nothing.
    """
    if "<" not in text and "&" not in text:
        return text
    from html import escape  # with its table of two thousand names, which few texts need

    return f"<span>{escape(text)}</span>"


def tell(widget: QWidget, text: str) -> None:
    """Give a widget a tool tip of plain text. One that it has already is left: Qt tells it to everybody."""
    if widget.toolTip() != plainly(text):
        widget.setToolTip(plainly(text))


def label(object_name: str, text: str = "", parent: QWidget | None = None) -> QLabel:
    """Return a label of plain text that the style sheet knows by its name."""
    words = QLabel(text, parent)
    words.setObjectName(object_name)
    words.setProperty("textFormat", "PlainText")
    return words


class Place(QWidget):
    """A place in a layout for a label whose words change at every key: they lay nothing out again."""

    def __init__(self, words: QLabel) -> None:
        super().__init__()
        self._words = words
        words.setParent(self)

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Give the label all of the place."""
        super().resizeEvent(event)
        self._words.setGeometry(self.rect())


def panel(parent: QWidget | None = None) -> QFrame:
    """Return a white sheet with a thin edge."""
    sheet = QFrame(parent)
    sheet.setObjectName("panel")
    return sheet


def mark(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at. The widget is styled anew only where it changed."""
    if (widget.property(name) or "") != (value or ""):
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def take_lines(text: QLabel, room: int) -> int:
    """Let a label take as many lines as it needs in a width (pixels). Return how many."""
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
    if "\n" not in words and metrics.horizontalAdvance(words) <= room:
        return 1
    whole = metrics.boundingRect(QRect(0, 0, max(1, room), 10_000), WRAPPED, words)
    return max(2, round(whole.height() / metrics.lineSpacing()))
