"""A card reader types like a keyboard; its typing is caught whatever has the focus.

Keys and an input method's text are watched alike. Only the widget that has the focus is watched: a filter
over the whole application would pass every event through Python.
"""

import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.presenters import typed
from desktop.presenters.counter.scanner import SHORTEST, Kind, Scan, Scanner
from desktop.views.choice import Choice
from desktop.views.text_field import TextField
from desktop.views.widgets import is_enter
from desktop.views.window import Window, application

PAUSE: Final = 60
"""Milliseconds after which a burst without an Enter is over."""

_MODIFIED: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_PLAIN: Final = Qt.KeyboardModifier.NoModifier
_WATCHED: Final = (
    QEvent.Type.KeyPress,
    QEvent.Type.InputMethod,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.FocusAboutToChange,
)
_BETWEEN: Final = {"\t": Qt.Key.Key_Tab, "\n": Qt.Key.Key_Return}
"""Keys that may stand between the fields of a card, by the pieces that they are kept as."""

_WITH_ANOTHER_MEANING: Final = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_NO_KEYS_OF_THEIR_OWN: Final = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,  # a reader presses it before the J of a line feed
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)


class CardReader(QObject):
    """A watch over the widget that has the focus, which takes a reader's typing out of it.

    ``read`` tells of a `Scan`. A reader's first characters reach the focused widget before its pace is plain.
    So ``checkpoint`` is asked at the first character for a state, and ``rewind`` goes back to it when the
    burst was a scan. Where the state is None, the texts of the cells are restored instead. ``marks`` answers
    what this desk's reader is set to send around everything, with spaces between. ``in_step``: the input
    method answers a key before the next one, so that its word is taken before that (`input_method.in_step`).
    """

    read = Signal(object)

    def __init__(
        self,
        window: Window,
        checkpoint: Callable[[], object | None],
        rewind: Callable[[Any], None],
        today: Callable[[], date],
        parent: QObject,
        marks: Callable[[], str] = str,
        *,
        in_step: bool = False,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._checkpoint = checkpoint
        self._rewind = rewind
        self._today = today
        self._marks = marks
        self._in_step = in_step
        self._scanner = Scanner()
        self._clock = 0.0
        self._stamp, self._seen = 0, time.monotonic()
        self._typed_into: list[tuple[TextField | Choice, str]] = []
        self._before: object | None = None
        self._replaying = False
        self._held = False
        self._once_more = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._paused)
        window.installEventFilter(self)
        self._application = application()
        self._application.focusChanged.connect(self._focus_changed)
        self._focus_changed(None, QApplication.focusWidget())

    def stop(self) -> None:
        """Stop watching: the window is about to close."""
        self._pause.stop()
        self._application.focusChanged.disconnect(self._focus_changed)

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and new is not self._window and new.window() is self._window:
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold back the keys that a reader types; return True for those."""
        kind = event.type()
        if kind not in _WATCHED or self._replaying:
            return False
        if isinstance(event, QFocusEvent):
            if event.reason() == Qt.FocusReason.MouseFocusReason:
                self._finish(read=False)  # into the cell that is left
            return False
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.ShortcutOverride:
            if self._in_step:
                QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall.value)
            marked = self._is_a_mark(event)
            if marked:
                event.accept()  # it comes as a key then, and opens no page
            elif event.modifiers() & _MODIFIED and event.key() not in _NO_KEYS_OF_THEIR_OWN:
                self._finish(read=False)  # before the page that it opens
            return marked
        focused = QApplication.focusWidget()
        if watched is not focused and not (focused is None and watched is self._window):
            return False  # a key that nobody wanted, on its way up to the window
        if isinstance(event, QInputMethodEvent):
            text = event.commitString()
            if not text:
                return False
            if self._piece(text, self._moment(0)):
                self._uncompose(watched, event)
                return True
            return self._follow(focused, QKeyEvent(QEvent.Type.KeyPress, 0, _PLAIN, text))
        if not isinstance(event, QKeyEvent):
            return False
        return self._key(event) or self._follow(focused, event)

    def _follow(self, watched: QWidget | None, event: QKeyEvent) -> bool:
        """Send a key after those that were held back before it, where they have moved the focus on.

        Return True where it was sent: it is not for the cell that was left then.
        """
        focused = QApplication.focusWidget()
        if focused is watched or focused is None:
            return False
        self._replaying = True
        try:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                key, modifiers, text = event.key(), event.modifiers(), event.text()
                QCoreApplication.sendEvent(focused, QKeyEvent(kind, key, modifiers, text))
        finally:
            self._replaying = False
        return True

    def _uncompose(self, watched: QObject, event: QInputMethodEvent) -> None:
        """Show what is still composed, if anything is, beside a text that is held back."""
        self._replaying = True
        try:
            QCoreApplication.sendEvent(watched, QInputMethodEvent(event.preeditString(), event.attributes()))
        finally:
            self._replaying = False

    def _moment(self, stamp: int) -> float:
        """The moment (ms) on a clock of our own: by the system's stamp of a key, or by the time now."""
        now = time.monotonic()
        if stamp and self._stamp:
            self._clock += max(0, stamp - self._stamp)
        else:
            self._clock += (now - self._seen) * 1000
        self._stamp, self._seen = stamp, now
        return self._clock

    def _key(self, event: QKeyEvent) -> bool:
        """Take a key into the burst, or end the burst by it; True where the key is held back."""
        key, text = event.key(), event.text()
        if key in _NO_KEYS_OF_THEIR_OWN:
            return False
        moment = self._moment(event.timestamp())
        # X11 calls the second 0 of a quick reader's 00 a repeat; a held key repeats only after a while
        self._held = event.isAutoRepeat() and (self._held or not self._scanner.comes_from_reader(moment))
        if self._held:
            self._finish(read=False)
            return False
        if is_enter(event) or key == Qt.Key.Key_Tab or self._is_a_mark(event):
            between = "\t" if key == Qt.Key.Key_Tab else "\n"
            if self._goes_with_a_card(between, moment):
                return True
            self._scanner.marks = tuple(self._marks().split())
            if not event.modifiers() & _MODIFIED and self._scanner.waits_at(between, moment):
                return self._piece(between, moment)
            if not self._scanner.length and not self._scanner.cut_as_scan:
                self._scanner.resume(moment)
            if self._scanner.goes_on(moment) and self._finish():
                self._scanner.expect_rest(moment)
                self._pause.start(PAUSE)
                return True
            self._finish()
            return self._scanner.late_enter(moment)
        if event.modifiers() & _MODIFIED or not text or not text.isprintable():
            self._finish(read=False)
            return False
        return self._piece(text, moment)

    def _goes_with_a_card(self, piece: str, moment: float) -> bool:
        """Keep a piece that follows a number at a reader's pace; True where it is one."""
        if not self._scanner.takes_rest(piece, moment):
            return False
        self._once_more = False
        self._pause.start(PAUSE)
        return True

    def _is_a_mark(self, event: QKeyEvent) -> bool:
        """Return True for a control character at the pace of a burst, as a reader may put around it.

        It comes as a character, or as Ctrl and a letter: STX and ETX, carriage return and line feed.
        """
        text = event.text()
        if not text or text >= " " or event.modifiers() & _WITH_ANOTHER_MEANING:
            return False
        moment = self._moment(event.timestamp())
        burst = self._scanner.length >= SHORTEST and self._scanner.goes_on(moment)
        return burst or self._scanner.is_late(moment)

    def _piece(self, text: str, moment: float) -> bool:
        """Take a character or an input method's text into the burst; True where it is held back."""
        if self._goes_with_a_card(text, moment):
            return True
        if not self._scanner.goes_on(moment):
            self._finish()
            if not self._scanner.resume(moment):
                self._typed_into = []
                self._before = self._checkpoint()
        self._once_more = False
        self._pause.start(PAUSE)
        if self._scanner.typed(text, moment):
            return True
        focused = QApplication.focusWidget()
        if isinstance(focused, TextField | Choice):
            self._typed_into.append((focused, focused.text()))
        return False

    def _paused(self) -> None:
        if not self._once_more:  # keys that came while the window was busy are worked first
            self._once_more = True
            self._pause.start(0)
        elif self._finish(paused=True):
            self._scanner.expect_enter(self._clock + PAUSE)

    def _finish(self, *, read: bool = True, paused: bool = False) -> bool:
        """End the burst; True where it was a scan. Any other burst is typed after all.

        ``read`` False: another key ended it, so it was no reader's. ``paused``: nothing came for a while.
        """
        if self._scanner.length == 0:
            name = self._scanner.end_rest()
            if name is not None:
                self.read.emit(name)
            return False
        self._pause.stop()
        self._scanner.marks = tuple(self._marks().split())
        scan, held = self._scanner.end(read=read, paused=paused)
        if scan is not None and not self._is_a_day(scan):
            self._restore()
            self.read.emit(scan._replace(cell=self._typed_into[0][0].name if self._typed_into else ""))
            return True
        self._type_after_all(held)
        return False

    def _type_after_all(self, pieces: tuple[str, ...]) -> None:
        self._replaying = True
        try:
            for piece in pieces:
                target = QApplication.focusWidget() or self._window
                key = _BETWEEN.get(piece, 0)
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    event = QKeyEvent(
                        kind, key, Qt.KeyboardModifier.NoModifier, "\r" if piece == "\n" else piece
                    )
                    QCoreApplication.sendEvent(target, event)
        finally:
            self._replaying = False

    def _is_a_day(self, scan: Scan) -> bool:
        """Eight digits in the cell of a day are a day, however fast they came."""
        cell = self._typed_into[0][0] if self._typed_into else None
        if scan.kind is not Kind.CARD or not isinstance(cell, TextField) or not cell.dated:
            return False
        return isinstance(typed.day(scan.text, self._today()), date)

    def _restore(self) -> None:
        """Undo what the first characters changed."""
        if self._before is not None:
            self._rewind(self._before)
            return
        for cell, before in reversed(self._typed_into):
            if cell.isVisible():
                cell.typed.emit(cell.name, before)
