"""The window around the pages: title line, band of made-up data, notice, question, keys."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.states import FrameState, Key, Notice, Question
from desktop.views import theme
from desktop.views.qt import Qt
from desktop.views.widgets import label, mark

if TYPE_CHECKING:
    from desktop.presenters.menu import MenuGroup

MENU_KEY: Final = "Alt+M"


@cache
def _keys() -> dict[int, str]:
    """The keys that the window tells of, by Qt's number."""
    named = {getattr(Qt.Key, f"Key_F{number}"): f"F{number}" for number in range(1, 13)}
    return named | {Qt.Key.Key_PageUp: "PgUp", Qt.Key.Key_PageDown: "PgDn", Qt.Key.Key_Escape: "Esc"}


ANSWER_AFTER = 40
"""How long a key that answers stands alone before it counts (milliseconds)."""


class KeyButton(QPushButton):
    """A key of the footer; the mouse may press it too."""

    pressed_key = Signal(str)

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.setObjectName(f"key_{key}")
        self.setProperty("focusPolicy", "NoFocus")
        self.clicked.connect(self._tell)

    def _tell(self) -> None:
        self.pressed_key.emit(self.key)


class AnswerButton(QPushButton):
    """An answer to a question. It never has the focus, so that Enter cannot press it."""

    answered = Signal(str)

    def __init__(self, key: str, text: str, meaning: str) -> None:
        super().__init__(f"{key}  {text}")
        self.setObjectName("answer")
        self.setAccessibleName(f"{key} {text}")
        self.meaning = meaning
        self.setProperty("focusPolicy", "NoFocus")
        self.clicked.connect(self._tell)

    def _tell(self) -> None:
        self.answered.emit(self.meaning)


class QuestionBar(QFrame):
    """A question over the footer. It takes the focus; only its own keys and Esc answer."""

    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("question")
        self.setProperty("focusPolicy", "StrongFocus")
        theme.fix(self, high=36)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(10)
        self._text = label("questionText")
        row.addWidget(self._text)
        row.addStretch(1)
        self._answers = QHBoxLayout()
        self._answers.setSpacing(10)
        row.addLayout(self._answers)
        self._question: Question | None = None
        self._typed = ""
        self._alone: QTimer | None = None
        self.hide()

    def render_question(self, question: Question | None) -> bool:
        """Shows the question or hides; whether it has just come."""
        if question == self._question:
            return False
        self._typed = ""
        self._question = question
        while self._answers.count():
            widget = self._answers.takeAt(0).widget()
            widget.hide()
            widget.deleteLater()
        self.setVisible(question is not None)
        if question is None:
            return False
        self._text.setText(question.text)
        self.setAccessibleName(question.text)
        for key, text, meaning in question.answers:
            button = AnswerButton(key, text, meaning)
            button.answered.connect(self.answered)
            self._answers.addWidget(button)
        self.setFocus()
        return True

    @property
    def waiting(self) -> bool:
        """Whether a key stands there that may yet turn out to be no answer."""
        return bool(self._typed)

    def _answer(self) -> None:
        typed, self._typed = self._typed, ""
        for key, _text, meaning in self._question.answers if self._question else ():
            if typed == key:
                self.answered.emit(meaning)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the answers; a held key answers once, Enter and a key with Ctrl or Alt never do.

        What a reader types while a question stands is no answer: a key counts once no other has followed.
        """
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if self._question and not event.isAutoRepeat() and not event.modifiers() & held:
            self._typed += event.text().strip().upper()
            if self._alone is None:
                self._alone = QTimer(self)
                self._alone.setSingleShot(True)
                self._alone.timeout.connect(self._answer)
            self._alone.start(ANSWER_AFTER)
        if event.key() == Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        else:
            event.accept()


class Window(QMainWindow):
    """The one window. ``pressed`` tells a function key or ``Esc``; ``painted`` the first paint."""

    pressed = Signal(str)
    answered = Signal(str)
    painted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._seen = False
        self.setMinimumSize(960, 520)
        self.resize(1280, 800)
        body = QWidget()
        body.setObjectName("page")
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._header())
        self._rows = rows
        self._warning: QLabel | None = None
        self._practice = label("practice")
        self._practice.setProperty("alignment", "AlignCenter")
        self._practice.setWordWrap(True)
        self._practice.setMinimumHeight(24)
        rows.addWidget(self._practice)
        self.pages = QStackedWidget()
        rows.addWidget(self.pages, 1)
        self._notice = label("notice")
        theme.fix(self._notice, high=28)
        self._notice.setMinimumWidth(1)  # a long path makes no window wider
        rows.addWidget(self._notice)
        self.question = QuestionBar()
        self.question.answered.connect(self.answered)
        rows.addWidget(self.question)
        self._keys_bar = self._footer()
        rows.addWidget(self._keys_bar)
        self.setCentralWidget(body)
        self._keys: dict[str, KeyButton] = {}

    def _header(self) -> QFrame:
        header = QFrame()
        header.setObjectName("header")
        theme.fix(header, high=38)
        row = QHBoxLayout(header)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(18)
        self._program = label("program")
        self._region = label("region")
        self._right = label("quiet")
        self._menu_button = KeyButton(MENU_KEY)
        self._menu_button.pressed_key.connect(self.pressed)
        row.addWidget(self._program)
        row.addWidget(self._region)
        row.addStretch(1)
        row.addWidget(self._right)
        row.addWidget(self._menu_button)
        return header

    def _footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("footer")
        theme.fix(footer, high=36)
        self._key_row = QHBoxLayout(footer)
        self._key_row.setContentsMargins(8, 0, 8, 0)
        self._key_row.setSpacing(0)
        self._key_row.addStretch(1)
        return footer

    def take_shortcuts(self, keys: Mapping[str, str]) -> None:
        """The keys beside the footer's, and the menu's own; made after the first paint."""
        from desktop.views.menu import Shortcut

        for key, name in {MENU_KEY: MENU_KEY, **keys}.items():
            Shortcut(self, key, name).pressed_key.connect(self.pressed)

    def open_menu(self, groups: "tuple[MenuGroup, ...]") -> None:
        """Shows the menu under its button; what is chosen goes out like a key."""
        from desktop.views.menu import Menu

        menu = Menu(self, groups)
        menu.done.connect(self.pressed)
        menu.open_under(self._menu_button)

    def come_forward(self) -> None:
        """Shows the window over the others, also where it was made small."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def render_frame(self, state: FrameState) -> None:
        """Draws what stands around the pages."""
        self.setWindowTitle(state.title)
        self._program.setText(state.title)
        self._region.setText(state.region)
        self._right.setText(state.right)
        self._practice.setText(state.practice)
        self._practice.setVisible(bool(state.practice))
        self._render_warning(state.warning)
        self._menu_button.setText(f"{state.menu} {MENU_KEY}")
        self._menu_button.setAccessibleName(state.menu)
        self._render_keys(state.keys)

    def _render_warning(self, text: str) -> None:
        """A line about the desk itself, under the title line; made when there is the first one."""
        if self._warning is None:
            if not text:
                return
            self._warning = label("notice")
            theme.fix(self._warning, high=26)
            self._warning.setMinimumWidth(1)  # a long path makes no window wider
            mark(self._warning, "kind", "wrong")
            self._rows.insertWidget(1, self._warning)
        self._warning.setText(text)
        self._warning.setToolTip(text)
        self._warning.setVisible(bool(text))

    def _render_keys(self, keys: tuple[Key, ...]) -> None:
        wanted = [key.key for key in keys]
        if list(self._keys) != wanted:
            for button in self._keys.values():
                button.hide()
                button.deleteLater()
            self._keys = {}
            for at, name in enumerate(wanted):
                button = KeyButton(name)
                button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
                button.pressed_key.connect(self.pressed)
                self._key_row.insertWidget(at, button)
                self._keys[name] = button
        for key in keys:
            button = self._keys[key.key]
            text = f"{key.key} {key.text}"
            button.setText(text)
            button.setAccessibleName(text)

    def render_notice(self, notice: Notice | None, otherwise: str = "") -> None:
        """The line over the footer: what just happened, else what comes next. Its place is always kept."""
        text = notice.text if notice else otherwise
        self._notice.setText(text)
        self._notice.setToolTip(text)
        mark(self._notice, "kind", notice.kind if notice else "")

    def render_question(self, question: Question | None) -> bool:
        """A question in the place of the keys; whether it has just come."""
        if question is not None:
            self._keys_bar.hide()  # first: for a moment both would take room from the page
        came = self.question.render_question(question)
        self._keys_bar.setVisible(question is None)
        return came

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Function keys and Esc, wherever the focus is; a held key counts once."""
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            name = f"Ctrl+{chr(event.key())}" if ord("A") <= event.key() <= ord("Z") else ""
        else:
            name = _keys().get(event.key(), "")
        if not name:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.pressed.emit(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tells the first paint, once."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tells that the window goes."""
        self.closed.emit()
        super().closeEvent(event)


class FirstPaint(QObject):
    """Tells when a widget has been painted for the first time."""

    seen = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watches for the paint."""
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            self.seen.emit()
        return super().eventFilter(watched, event)


def application() -> QApplication:
    """The program's one QApplication. Its style is named here: to ask for it later takes 5 ms of a start."""
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication(["mingzhang", "-style", "fusion"])
