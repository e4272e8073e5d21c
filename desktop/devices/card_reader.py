"""A reader that types, caught whatever has the focus: keys and an input method's text alike.

Only what has the focus is watched: a filter over the whole application would pass every event through Python.
"""

import time
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.presenters import typed
from desktop.presenters.counter.scanner import Kind, Scan, Scanner
from desktop.presenters.states import Notice
from desktop.views.widgets import Choice, Entry, is_enter
from desktop.views.window import application

if TYPE_CHECKING:
    from desktop.app import Program
    from desktop.presenters.counter.history import Checkpoint

PAUSE: Final = 60
"""A burst without an Enter is over after this (milliseconds)."""

_MODIFIED: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


_NO_KEYS_OF_THEIR_OWN: Final = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock)


class Reader(QObject):
    """Watches what has the focus in a program's window."""

    def __init__(self, program: "Program") -> None:
        super().__init__(program)
        self._program = program
        self._scanner = Scanner()
        self._clock = 0.0
        self._stamp, self._seen = 0, time.monotonic()
        self._typed_into: list[tuple[Entry | Choice, str]] = []
        self._mark: Checkpoint | None = None
        self._replaying = False
        self._once_more = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._paused)
        program.window.installEventFilter(self)
        self._application = application()
        self._application.focusChanged.connect(self._focus_changed)
        self._focus_changed(None, QApplication.focusWidget())

    def stop(self) -> None:
        """The window goes."""
        self._pause.stop()
        self._application.focusChanged.disconnect(self._focus_changed)

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and new is not self._program.window and new.window() is self._program.window:
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes from the keys what a reader types."""
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.InputMethod) or self._replaying:
            return False
        focused = QApplication.focusWidget()
        if watched is not focused and not (focused is None and watched is self._program.window):
            return False  # a key that nobody wanted, on its way up to the window
        if isinstance(event, QInputMethodEvent):
            text = event.commitString()
            return bool(text) and self._piece(text, self._moment(0))
        return isinstance(event, QKeyEvent) and self._key(event)

    def _moment(self, stamp: int) -> float:
        """The moment on a clock of our own: the system's time of a key, the present where it has none."""
        now = time.monotonic()
        if stamp and self._stamp:
            self._clock += max(0, stamp - self._stamp)
        else:
            self._clock += (now - self._seen) * 1000
        self._stamp, self._seen = stamp, now
        return self._clock

    def _key(self, event: QKeyEvent) -> bool:
        key, text = event.key(), event.text()
        if key in _NO_KEYS_OF_THEIR_OWN:
            return False
        moment = self._moment(event.timestamp())
        if event.isAutoRepeat():
            self._finish(read=False)
            return False
        if is_enter(event) or key == Qt.Key.Key_Tab:
            if self._scanner.goes_on(moment):
                return self._finish()
            self._finish()
            return self._scanner.late_enter(moment)
        if event.modifiers() & _MODIFIED or not text or not text.isprintable():
            self._finish(read=False)
            return False
        return self._piece(text, moment)

    def _piece(self, text: str, moment: float) -> bool:
        """A character, or what an input method hands over; whether it is held back."""
        if not self._scanner.goes_on(moment):
            self._finish()
            self._typed_into = []
            program = self._program
            elsewhere = program.pages is not None and bool(program.pages.current)
            asked = program.window.question.isVisible()
            self._mark = None if elsewhere or asked else program.presenter.arrivals.checkpoint()
        self._once_more = False
        self._pause.start(PAUSE)
        if self._scanner.typed(text, moment):
            return True
        focused = QApplication.focusWidget()
        if isinstance(focused, Entry | Choice):
            self._typed_into.append((focused, focused.text()))
        return False

    def _paused(self) -> None:
        if not self._once_more:  # keys that came while the window was busy are worked first
            self._once_more = True
            self._pause.start(0)
        elif self._finish():
            self._scanner.expect_enter(self._clock + PAUSE)

    def _finish(self, *, read: bool = True) -> bool:
        """The burst is over: what was read goes to its place; what was none is typed after all."""
        if self._scanner.length == 0:
            return False
        self._pause.stop()
        scan, held = self._scanner.end(read=read)
        if scan is not None and not self._is_a_day(scan):
            self._restore()
            self._deliver(scan)
            return True
        self._replaying = True
        try:
            for piece in held:
                target = QApplication.focusWidget() or self._program.window
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    made = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, piece)
                    QCoreApplication.sendEvent(target, made)
        finally:
            self._replaying = False
        return False

    def _is_a_day(self, scan: Scan) -> bool:
        """Eight digits in the cell of a day are a day, however fast they came."""
        cell = self._typed_into[0][0] if self._typed_into else None
        if scan.kind is not Kind.CARD or not isinstance(cell, Entry) or not cell.dated:
            return False
        return isinstance(typed.day(scan.text, self._program.today()), date)

    def _restore(self) -> None:
        """What the first characters changed is as it was before them."""
        if self._mark is not None:
            self._program.presenter.arrivals.rewind(self._mark)
            return
        for cell, before in reversed(self._typed_into):
            if cell.isVisible():
                cell.typed.emit(cell.name, before)

    def _deliver(self, scan: Scan) -> None:
        program = self._program
        words, pages = program.words, program.pages
        page = pages.page if pages else None
        if scan.kind is Kind.CREDENTIAL:
            self._say(words.text("window.card.credential"))
        elif program.window.question.isVisible():
            self._say(words.text("window.card.question"))
        elif scan.kind is Kind.SHEET:
            if pages is None or program.counter is None:
                self._say(words.text("window.card.sheet"))
            elif pages.to_counter():
                pages.sheet(scan.text)
        elif page is not None and page.takes_ids:
            page.typed(page.takes_ids, scan.text)
            page.enter(page.takes_ids)
        elif pages is None or pages.to_counter():
            program.presenter.arrivals.scanned(scan.id_type, scan.text)

    def _say(self, text: str) -> None:
        pages = self._program.pages
        if pages is not None and pages.page is not None:
            pages.page.notice = Notice(text, "wrong")
            pages.render()
        else:
            self._program.presenter.say(Notice(text, "wrong"))
