"""The window around the pages: title line, band of made-up data, notice, question and keys."""

from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.states import FrameState, Notice, Question
from desktop.views import theme
from desktop.views.key_bar import KeyBar, KeyButton
from desktop.views.qt import RIGHT, Qt
from desktop.views.text_field import TextField
from desktop.views.widgets import Place, label, mark, take_lines, tell

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent, QResizeEvent

    from desktop.presenters.page_states import MenuGroup
    from desktop.views.question_bar import QuestionBar

MENU_KEY: Final = "Alt+M"
"""The key of the menu, which is also its name."""

_NOTICE_EDGE, _NOTICE_HIGH, _WARNING_HIGH, _LINE = 16, 28, 26, 21
"""Of the notice and the warning: the empty edge, the height of one line and of each further line."""

_HEADER_EDGE, _HEADER_HIGH, _HEADER_MORE, _HEADER_GAP = 16, 38, 24, 18
"""Of the title line: the empty edge, the height, a further line, and how far its parts stand apart."""


_SHIFTED: Final = frozenset(f"Shift+F{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 11, 12))
"""The keys that mean another thing with Shift; every other one means the same."""


@cache
def _keys() -> dict[int, str]:
    """Return the keys that the window tells of, by Qt's number."""
    named = {getattr(Qt.Key, f"Key_F{number}"): f"F{number}" for number in range(1, 13)}
    return named | {Qt.Key.Key_PageUp: "PgUp", Qt.Key.Key_PageDown: "PgDn", Qt.Key.Key_Escape: "Esc"}


def _name_of(event: "QKeyEvent") -> str:
    """Return a key by its name; empty where it is none of the window's."""
    key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        sign = {Qt.Key.Key_Plus: "+", Qt.Key.Key_Equal: "+", Qt.Key.Key_Minus: "-"}.get(Qt.Key(key), "")
        letter = chr(key) if ord("A") <= key <= ord("Z") else ""
        alone = modifiers == Qt.KeyboardModifier.ControlModifier
        return f"Ctrl+{sign or letter}" if sign or (letter and alone) else ""
    name = _keys().get(key, "")
    shifted = f"Shift+{name}"
    return shifted if modifiers & Qt.KeyboardModifier.ShiftModifier and shifted in _SHIFTED else name


class Window(QMainWindow):
    """The one window of the program.

    ``pressed`` tells a key by its name (``F1``, ``Esc``, ``Ctrl+E``, ``Shift+F9``), or a line of the menu.
    ``answered`` tells the meaning of an answer, ``painted`` the first paint, ``closed`` that the window goes.
    ``dropped`` tells the paths of files that were dropped on it.
    """

    pressed = Signal(str)
    answered = Signal(str)
    painted = Signal()
    closed = Signal()
    dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._seen = False
        self.setAcceptDrops(True)
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
        self._practice: QLabel | None = None
        self.pages = QStackedWidget()
        rows.addWidget(self.pages, 1)
        self._notice = label("notice")
        self._notice.setContentsMargins(_NOTICE_EDGE, 0, _NOTICE_EDGE, 0)
        self._notice_place = Place(self._notice)
        theme.fix(self._notice_place, high=_NOTICE_HIGH)
        rows.addWidget(self._notice_place)
        self._keys_bar = KeyBar()
        self._keys_bar.pressed_key.connect(self.pressed)
        rows.addWidget(self._keys_bar)
        self.setCentralWidget(body)
        theme.changed.connect(self._fit)
        self._frame: FrameState | None = None
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

    @cached_property
    def question(self) -> "QuestionBar":
        """The question in the place of the keys, made when one is asked: the window is painted sooner."""
        from desktop.views.question_bar import QuestionBar

        bar = QuestionBar()
        bar.setContentsMargins(self._side, 0, self._side, 0)
        bar.answered.connect(self.answered)
        self._rows.insertWidget(self._rows.indexOf(self._keys_bar), bar)
        return bar

    @property
    def asks(self) -> bool:
        """True while a question is in sight."""
        return "question" in vars(self) and self.question.isVisible()

    def take_shortcuts(self, keys: Sequence[str]) -> None:
        """Hear the keys beside the footer's, and the menu's own. Called after the first paint."""
        from desktop.views.menu import Shortcut

        for key in (MENU_KEY, *keys):
            Shortcut(self, key).pressed_key.connect(self.pressed)

    def open_menu(self, groups: "tuple[MenuGroup, ...]") -> None:
        """Show the menu under its button. What is chosen goes out like a key."""
        from desktop.views.menu import Menu

        menu = Menu(self, groups)
        menu.done.connect(self.pressed)
        menu.open_under(self._menu_button)

    def come_forward(self) -> None:
        """Show the window over the others, also where it was made small."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def render_frame(self, state: FrameState) -> None:
        """Draw what stands around the pages."""
        if state == self._frame:
            return
        self._frame = state
        self.setWindowTitle(state.title)
        self._program.setText(state.title)
        self._region.setText(state.region)
        self._right.setText(state.right)
        self._render_practice(state.practice)
        self._render_warning(state.warning)
        self._menu_button.setText(f"{state.menu} {MENU_KEY}")
        self._menu_button.setAccessibleName(state.menu)
        self._keys_bar.render_keys(state.keys)
        if self.isVisible():  # else the first size that it takes lays it out
            self._fit_header()
            self._keys_bar.place(self._room(0))

    def _render_practice(self, text: str) -> None:
        """Show the band of made-up data. It is made when there is the first one."""
        if self._practice is None:
            if not text:
                return
            self._practice = label("practice")
            self._practice.setProperty("alignment", "AlignCenter")
            self._practice.setWordWrap(True)
            self._practice.setMinimumHeight(24)
            self._rows.insertWidget(self._rows.indexOf(self.pages), self._practice)
        self._practice.setText(text)
        self._practice.setVisible(bool(text))

    def _render_warning(self, text: str) -> None:
        """Show a line about the desk itself under the title line. It is made when there is the first one."""
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
        tell(self._warning, text)
        self._warning.setVisible(bool(text))
        self._fit_line(self._warning, self._warning, _WARNING_HIGH)

    # Room: a wide window leaves its sides empty, a narrow one takes more lines. Nothing is cut off.

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Fit into another width. The pages are never narrower meanwhile than before or after."""
        narrower = event.size().width() < event.oldSize().width()
        if narrower:
            self._fit()
        super().resizeEvent(event)
        if not narrower:
            self._fit()

    def _fit(self) -> None:
        if not theme.has_room(self.width()):
            QTimer.singleShot(0, self, lambda: theme.make_room(application(), self.width()))
        side = max(0, (self.width() - theme.px(theme.MEASURE)) // 2)
        if side != self._side:
            self._side = side
            asked = (self.question,) if "question" in vars(self) else ()
            for part in (self._header, self.pages, self._keys_bar, *asked):
                part.setContentsMargins(side, 0, side, 0)
            for line in filter(None, (self._notice, self._warning)):
                line.setContentsMargins(side + _NOTICE_EDGE, 0, side + _NOTICE_EDGE, 0)
            for bar in asked:
                bar.fit()
        self._fit_header()
        self._fit_notice()
        if self._warning is not None:
            self._fit_line(self._warning, self._warning, _WARNING_HIGH)
        self._keys_bar.place(self._room(0))

    def _room(self, edge: int) -> int:
        return self.width() - 2 * (self._side + edge)

    def _fit_notice(self) -> None:
        self._fit_line(self._notice, self._notice_place, _NOTICE_HIGH)

    def _fit_line(self, line: QLabel, place: QWidget, high: int) -> None:
        lines = take_lines(line, self._room(_NOTICE_EDGE))
        theme.fix(place, high=high + _LINE * (lines - 1))

    def _fit_header(self) -> None:
        """Say whose desk it is in the title line, under it where there is no room."""
        room, words = self._room(_HEADER_EDGE), self._right.text()
        beside = sum(part.sizeHint().width() for part in (self._program, self._region, self._menu_button))
        over = beside + self._right.fontMetrics().horizontalAdvance(words) + 4 * _HEADER_GAP > room
        lines = take_lines(self._right, room) + over
        if lines != self._header_lines:
            if (lines > 1) != (self._header_lines > 1):
                self._header_rows.removeWidget(self._right)
                self._header_rows.addWidget(self._right, *((1, 0, 1, 5) if lines > 1 else (0, 3, 1, 1)))
                self._right.setProperty("alignment", RIGHT)
            self._header_lines = lines
            theme.fix(self._header, high=_HEADER_HIGH + _HEADER_MORE * (lines - 1))

    def render_notice(self, notice: Notice | None, otherwise: str = "") -> None:
        """Say over the footer what just happened, else what comes next. The line's place is always kept."""
        text = notice.text if notice else otherwise
        self._notice.setText(text)
        tell(self._notice, text)
        mark(self._notice, "kind", notice.kind if notice else "")
        self._fit_notice()

    def render_question(self, question: Question | None) -> bool:
        """Show a question in the place of the keys. Return whether it has just come."""
        if question is None and "question" not in vars(self):
            return False
        if question is not None:
            self._keys_bar.hide()  # first: for a moment both would take room from the page
        came = self.question.render_question(question)
        self._keys_bar.setVisible(question is None)
        return came

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Tell function keys and Esc, wherever the focus is. A held key counts once."""
        name = _name_of(event)
        if not name:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.pressed.emit(name)

    def commit_text(self) -> None:
        """Take a word that is still being composed in the cell that has the focus."""
        focused = QApplication.focusWidget()
        if isinstance(focused, TextField):
            focused.commit()

    def paintEvent(self, event: "QPaintEvent") -> None:
        """Tell the first paint, once."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.painted.emit()

    def dragEnterEvent(self, event: "QDragEnterEvent") -> None:
        """Let files be dropped, and nothing else."""
        if _files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: "QDropEvent") -> None:
        """Tell the files that were dropped."""
        self.dropped.emit(_files(event.mimeData()))
        event.acceptProposedAction()

    def closeEvent(self, event: "QCloseEvent") -> None:
        """Tell that the window goes."""
        self.closed.emit()
        super().closeEvent(event)


def _files(carried: "QMimeData") -> list[str]:
    return [url.toLocalFile() for url in carried.urls() if url.isLocalFile()]


def application() -> QApplication:
    """Return the program's one QApplication. Naming its style here saves 5 ms of a start."""
    running = QApplication.instance()
    return running if isinstance(running, QApplication) else QApplication(["mingzhang", "-style", "fusion"])
