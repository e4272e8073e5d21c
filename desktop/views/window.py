"""The window around the pages: title line, band of made-up data, notice, question, keys."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRect, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
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
from desktop.views.qt import RIGHT, WRAPPED, Qt
from desktop.views.widgets import label, mark

if TYPE_CHECKING:
    from desktop.presenters.menu import MenuGroup

MENU_KEY: Final = "Alt+M"
_KEYS_EDGE, _KEYS_HIGH, _KEYS_MORE = 8, 36, 30
_NOTICE_EDGE, _NOTICE_HIGH, _WARNING_HIGH = 16, 28, 26
_HEADER_EDGE, _HEADER_HIGH, _HEADER_MORE, _HEADER_GAP = 16, 38, 24, 18
_QUESTION_EDGE, _QUESTION_HIGH = 20, 36
_LINE, _TITLE_LINE = 21, 27
"""How much each further line of a text takes."""


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
        theme.fix(self, high=_QUESTION_HIGH)
        row = QHBoxLayout(self)
        row.setContentsMargins(_QUESTION_EDGE, 0, _QUESTION_EDGE, 0)
        row.setSpacing(10)
        self._text = label("questionText")
        row.addWidget(self._text, 1)
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
        self.fit()
        self.setFocus()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width for the question."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """A question that is too long to stand beside its answers takes more lines."""
        sides = self.contentsMargins() + self.layout().contentsMargins()
        answers = [self._answers.itemAt(at).widget() for at in range(self._answers.count())]
        taken = sum(button.sizeHint().width() + self._answers.spacing() for button in answers)
        room = self.width() - sides.left() - sides.right() - taken
        theme.fix(self, high=_QUESTION_HIGH + _TITLE_LINE * (_take_lines(self._text, room) - 1))

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
        self._header = self._title_line()
        rows.addWidget(self._header)
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
        theme.fix(self._notice, high=_NOTICE_HIGH)
        self._notice.setContentsMargins(_NOTICE_EDGE, 0, _NOTICE_EDGE, 0)
        self._notice.setMinimumWidth(1)  # a long path makes no window wider
        rows.addWidget(self._notice)
        self.question = QuestionBar()
        self.question.answered.connect(self.answered)
        rows.addWidget(self.question)
        self._keys_bar = self._footer()
        rows.addWidget(self._keys_bar)
        self.setCentralWidget(body)
        self._keys: dict[str, KeyButton] = {}
        self._frame: FrameState | None = None
        self._placed: tuple[int, tuple[str, ...]] = (0, ())
        self._side = 0
        self._header_lines = 1

    def _title_line(self) -> QFrame:
        header = QFrame()
        header.setObjectName("header")
        theme.fix(header, high=_HEADER_HIGH)
        self._header_rows = row = QGridLayout(header)
        row.setContentsMargins(_HEADER_EDGE, 0, _HEADER_EDGE, 0)
        row.setHorizontalSpacing(_HEADER_GAP)
        row.setVerticalSpacing(0)
        self._program = label("program")
        self._region = label("region")
        self._right = label("quiet")
        self._menu_button = KeyButton(MENU_KEY)
        self._menu_button.pressed_key.connect(self.pressed)
        row.addWidget(self._program, 0, 0)
        row.addWidget(self._region, 0, 1)
        row.setColumnStretch(2, 1)
        row.addWidget(self._right, 0, 3)
        row.addWidget(self._menu_button, 0, 4)
        return header

    def _footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("footer")
        theme.fix(footer, high=_KEYS_HIGH)
        self._key_rows = QGridLayout(footer)
        self._key_rows.setContentsMargins(_KEYS_EDGE, 0, _KEYS_EDGE, 0)
        self._key_rows.setSpacing(0)
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
        if state == self._frame:
            return
        self._frame = state
        self.setWindowTitle(state.title)
        self._program.setText(state.title)
        self._region.setText(state.region)
        self._right.setText(state.right)
        self._practice.setText(state.practice)
        self._practice.setVisible(bool(state.practice))
        self._render_warning(state.warning)
        self._menu_button.setText(f"{state.menu} {MENU_KEY}")
        self._menu_button.setAccessibleName(state.menu)
        self._fit_header()
        self._render_keys(state.keys)

    def _render_warning(self, text: str) -> None:
        """A line about the desk itself, under the title line; made when there is the first one."""
        if self._warning is None:
            if not text:
                return
            self._warning = label("notice")
            theme.fix(self._warning, high=_WARNING_HIGH)
            self._warning.setMinimumWidth(1)  # a long path makes no window wider
            self._warning.setContentsMargins(self._side + _NOTICE_EDGE, 0, self._side + _NOTICE_EDGE, 0)
            mark(self._warning, "kind", "wrong")
            self._rows.insertWidget(1, self._warning)
        self._warning.setText(text)
        self._warning.setToolTip(text)
        self._warning.setVisible(bool(text))
        self._fit_line(self._warning, _WARNING_HIGH)

    def _render_keys(self, keys: tuple[Key, ...]) -> None:
        wanted = [key.key for key in keys]
        if list(self._keys) != wanted:
            for button in self._keys.values():
                button.hide()
                button.deleteLater()
            self._keys = {}
            for name in wanted:
                button = KeyButton(name)
                button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
                button.pressed_key.connect(self.pressed)
                self._keys[name] = button
        for key in keys:
            button = self._keys[key.key]
            text = f"{key.key} {key.text}"
            button.setText(text)
            button.setAccessibleName(text)
        self._place_keys()

    # Room: a wide window leaves its sides empty, a narrow one takes more lines; nothing is cut off

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width; the pages are never narrower meanwhile than before or after."""
        narrower = event.size().width() < event.oldSize().width()
        if narrower:
            self._fit()
        super().resizeEvent(event)
        if not narrower:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme or size: measured once every part wears it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, self._fit)

    def _fit_type(self) -> None:
        theme.make_room(application(), self.width())

    def _fit(self) -> None:
        if not theme.has_room(self.width()):
            QTimer.singleShot(0, self, self._fit_type)
        side = max(0, (self.width() - theme.px(theme.MEASURE)) // 2)
        if side != self._side:
            self._side = side
            for part in (self._header, self.pages, self.question, self._keys_bar):
                part.setContentsMargins(side, 0, side, 0)
            for line in filter(None, (self._notice, self._warning)):
                line.setContentsMargins(side + _NOTICE_EDGE, 0, side + _NOTICE_EDGE, 0)
            self.question.fit()
        self._fit_header()
        self._fit_line(self._notice, _NOTICE_HIGH)
        if self._warning is not None:
            self._fit_line(self._warning, _WARNING_HIGH)
        self._place_keys()

    def _room(self, edge: int) -> int:
        return self.width() - 2 * (self._side + edge)

    def _fit_line(self, line: QLabel, high: int) -> None:
        lines = _take_lines(line, self._room(_NOTICE_EDGE))
        theme.fix(line, high=high + _LINE * (lines - 1))

    def _fit_header(self) -> None:
        """Whose desk it is stands in the title line, under it where there is no room."""
        room, words = self._room(_HEADER_EDGE), self._right.text()
        beside = sum(part.sizeHint().width() for part in (self._program, self._region, self._menu_button))
        over = beside + self._right.fontMetrics().horizontalAdvance(words) + 4 * _HEADER_GAP > room
        lines = _take_lines(self._right, room) + over
        if lines != self._header_lines:
            if (lines > 1) != (self._header_lines > 1):
                self._header_rows.removeWidget(self._right)
                self._header_rows.addWidget(self._right, *((1, 0, 1, 5) if lines > 1 else (0, 3, 1, 1)))
                self._right.setProperty("alignment", RIGHT)
            self._header_lines = lines
            theme.fix(self._header, high=_HEADER_HIGH + _HEADER_MORE * (lines - 1))

    def _place_keys(self) -> None:
        """The keys in as few rows as they fit into."""
        widths = [button.sizeHint().width() for button in self._keys.values()]
        room, rows = self._room(_KEYS_EDGE), 1
        while rows < len(widths) and _across(widths, _in_a_row(widths, rows)) > room:
            rows += 1
        each = _in_a_row(widths, rows)
        if self._placed == (each, tuple(self._keys)):
            return
        self._key_rows.setColumnStretch(self._placed[0], 0)
        self._key_rows.setColumnStretch(each, 1)
        self._placed = each, tuple(self._keys)
        for at, button in enumerate(self._keys.values()):
            self._key_rows.addWidget(button, at // each, at % each)
        theme.fix(self._keys_bar, high=_KEYS_HIGH + _KEYS_MORE * (rows - 1))

    def render_notice(self, notice: Notice | None, otherwise: str = "") -> None:
        """The line over the footer: what just happened, else what comes next. Its place is always kept."""
        text = notice.text if notice else otherwise
        self._notice.setText(text)
        self._notice.setToolTip(text)
        mark(self._notice, "kind", notice.kind if notice else "")
        self._fit_line(self._notice, _NOTICE_HIGH)

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


def _in_a_row(widths: list[int], rows: int) -> int:
    return max(1, -(-len(widths) // rows))


def _across(widths: list[int], each: int) -> int:
    """How wide rows of so many are, each column as wide as its widest."""
    return sum(max(widths[at::each]) for at in range(each))


def _take_lines(text: QLabel, room: int) -> int:
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
