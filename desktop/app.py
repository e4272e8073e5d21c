"""The composition root: builds the parts of the program and hands them to each other.

The window is painted before the rules and the ledger are imported; what is typed meanwhile is kept.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from core import clock
from core.places import chosen_home
from core.words import DEFAULT_LANGUAGE, words
from desktop.navigator import Navigator
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.states import Notice
from desktop.session import Session
from desktop.startup.settings_file import load
from desktop.views import theme
from desktop.views.counter.counter_view import CounterView
from desktop.views.window import Window, application
from desktop.views.window_place import open_window, place_of

if TYPE_CHECKING:
    from types import TracebackType

    from core.messages import Message
    from desktop.desk.desk import Desk
    from desktop.pages import Pages
    from desktop.startup.loading import Loader

_DRAFT_DELAY: Final = 400
"""The delay after the last key until the form is kept against a crash (milliseconds)."""
_CHANGES_FORM: Final = frozenset({"Ctrl+K", "Ctrl+Y", "Ctrl+Z"})
"""The keys that change the form without anything being typed."""
_READ_AHEAD: Final = 2_000
"""The delay after a ledger was opened until the names on file are read (milliseconds)."""


def launch(language: str = "", today: Callable[[], date] = clock.today) -> "Program":
    """Build the window, ready to be shown."""
    home = home_before_paint()
    settings = load(home)
    theme.dress(application(), settings.theme, settings.percent)
    spoken = words(language or settings.language or DEFAULT_LANGUAGE)
    return Program(Session(spoken, settings, home, today))


def home_before_paint() -> Path:
    """Return the folder that `core.places.home` names, by Qt's own means.

    platformdirs takes longer to import than the first paint may wait.
    """
    chosen = chosen_home()
    if chosen:
        return chosen
    from PySide6.QtCore import QStandardPaths

    place = QStandardPaths.StandardLocation.GenericDataLocation
    return Path(QStandardPaths.writableLocation(place)) / "mingzhang"


class Program(QObject):
    """The window, the counter and the desk, built and connected.

    ``settles``: a ledger is open, and the split of what was typed is drawn. ``loaded``: every page can be
    opened, too.
    """

    settles = Signal()
    loaded = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.window = Window()
        self.navigator = Navigator(session, self.window)
        self.counter_page = CounterPresenter(session, self.navigator.render)
        self.view = CounterView(self.window.pages)
        self.packet: Path | None = None
        """A rule packet to be shown once a ledger is open."""
        self.pages: Pages | None = None
        """The pages beside the counter; None until they have been read."""
        self._desk: Desk | None = None
        self._loader: Loader | None = None
        self._closing = self._remembers_place = False
        self._draft = QTimer(self)
        self._draft.setSingleShot(True)
        self._draft.setInterval(_DRAFT_DELAY)
        self._draft.timeout.connect(self._keep_draft)
        session.settings_changed = self.counter_page.use
        self.view.typed.connect(self._touched)
        self.navigator.pressed.connect(self._key_done)
        self.window.closed.connect(self.close)
        self.navigator.begin(self.counter_page, self.view)

    @property
    def desk(self) -> "Desk":
        """The desk, which is there once `open` was called."""
        assert self._desk is not None
        return self._desk

    # ---- the start

    def start(self) -> None:
        """Show the window. Everything else is imported after its first paint."""
        self.window.painted.connect(self._painted)
        self._remembers_place = True
        open_window(self.window, self.session.settings.window)

    def _painted(self) -> None:
        """Let the whole frame stand, and what waited for it be heard, before a thread begins to import."""
        QTimer.singleShot(0, lambda: QTimer.singleShot(0, self._load))

    def _load(self) -> None:
        from desktop.startup.loading import Loader

        self._loader = Loader(self)
        self._loader.finished.connect(self.open)
        self._loader.start()

    def open(self) -> None:
        """Open the ledger for practice, or ask an operator to sign in to the real one."""
        if self._desk is None:
            self._take_desk()
        if self.session.guarded:
            self._join()  # signing in is a page
        self.desk.open()

    def _take_desk(self) -> None:
        """Build the desk, and connect what it tells."""
        from desktop.desk.desk import Desk

        self._desk = desk = Desk(self.session, self.window)
        desk.opened.connect(self._opened)
        desk.closing.connect(self._closing_ledger)
        desk.emptied.connect(self.counter_page.new)
        desk.unusable.connect(self.counter_page.unavailable)
        desk.unusable.connect(self._join)
        desk.rules_read.connect(self._rules_read)
        desk.crashed.connect(self._crashed)
        desk.renewing.connect(self._renewing)

    def _join(self) -> None:
        """Build the pages beside the counter, once."""
        from desktop.pages import Pages

        if self.pages is None:
            self.pages = Pages(self.session, self.navigator, self.counter_page, self.desk)

    # ---- what the desk tells

    def _opened(self) -> None:
        """Settle what was typed before the ledger was open, and say what is wrong with the desk.

        The first split is on the screen before the pages are read; a key that is pressed meanwhile waits.
        """
        from desktop.desk.warnings import warnings

        self.counter_page.attach()
        if self.pages is None:
            self.view.repaint()
        self.settles.emit()
        self._join()
        assert self.pages is not None
        QTimer.singleShot(_READ_AHEAD, self, self.pages.lookup.begin)
        self._warn(warnings(self.session))
        if self.packet is not None:
            self.pages.rules.packet(self.packet)
        self.loaded.emit()

    def _renewing(self, said: "Message") -> None:
        """Show how far the work on a ledger's file is, while nothing else can be done."""
        self.window.render_notice(Notice(self.session.words(said)), "")
        self.window.repaint()

    def _rules_read(self) -> None:
        from desktop.desk.warnings import bad_packs

        self.counter_page.attach()
        self._warn(bad_packs(self.session))

    def _warn(self, warnings: "Iterator[Message]") -> None:
        for warning in warnings:
            self.counter_page.say(Notice(self.session.words(warning), "wrong"))

    def _closing_ledger(self) -> None:
        """Keep the unfinished form before the ledger is closed. A disk that fails stops nothing."""
        from core.ledger.errors import KnownError
        from desktop.startup import log_file

        self._draft.stop()
        if self.counter_page.question is not None:
            self.counter_page.escape()
        try:
            self.counter_page.visit.save_draft()
        except KnownError as error:
            log_file.note(self.session.home, f"unavailable {error.said.id}")
        if self.pages is not None:
            self.pages.lookup.stop()

    def _keep_draft(self) -> None:
        """Keep the form against a crash, once nobody else writes to the ledger for the desk."""
        taking_in = self.pages is not None and self.pages.desks.work.busy
        if taking_in or (self._desk is not None and self._desk.server.busy):
            self._draft.start()
        else:
            self.counter_page.visit.save_draft()

    def _key_done(self, key: str) -> None:
        if key in _CHANGES_FORM:
            self._draft.start()

    def _touched(self) -> None:
        self._draft.start()
        if self._desk is not None:
            self._desk.idle.touched()  # text from an input method reaches the cell, and no key the window

    # ---- from outside

    def started_again(self, file: str) -> None:
        """Come to the front when this desk is started again. Show the packet that the start was given."""
        self.window.come_forward()
        if not file:
            return
        if self.pages is None or self.session.counter is None:
            self.packet = Path(file)
        elif self.navigator.at_counter:
            self.pages.rules.packet(Path(file))

    def _crashed(self, error: Exception) -> None:
        self.caught(type(error), error, error.__traceback__)

    def caught(self, kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
        """Say in the window what failed.

        A `KnownError` lies outside the program (disk full, ledger locked). Anything else is a fault of the
        program: it goes into a crash report too.
        """
        from core.ledger.errors import KnownError
        from core.messages import message
        from desktop.startup import crash_report, log_file

        session = self.session
        if isinstance(error, KnownError):
            self._say_everywhere(error.said)
            return
        if isinstance(error, MemoryError):
            self._say_everywhere(message("fault.no_memory"))
            return
        log_file.note(session.home, f"crash {kind.__name__}")
        file = crash_report.report(session.home, error, session.now())
        self._say_everywhere(message("window.crashed", file=str(file) if file else "—"))
        if not getattr(sys, "frozen", False):
            sys.__excepthook__(kind, error, trace)

    def _say_everywhere(self, fault: "Message") -> None:
        from core.ledger.errors import KnownError

        notice = Notice(self.session.words(fault), "wrong")
        try:
            self.counter_page.unavailable(fault)
            self.navigator.say_everywhere(notice)
        except (KnownError, MemoryError):  # the open page asks the ledger for what it draws, and fails still
            self.window.render_notice(notice)

    def close(self) -> None:
        """Keep the draft, back up a real ledger, and close it."""
        if self._closing:
            return
        self._closing = True
        if self._loader is not None:
            self._loader.wait()
        place = place_of(self.window)
        if self._remembers_place and place != self.session.settings.window:
            self.session.settings = self.session.settings._replace(window=place)
            self.session.keep()  # a place that cannot be kept is no fault to tell
        if self.pages is not None:
            self.pages.reader.stop()
        self.navigator.at_rest = True
        if self._desk is None:
            return
        self._desk.shut()
        if self.desk.backups.busy:
            words = self.session.words
            self.window.render_notice(Notice(words.text("window.backup.closing"), "said"))
            self.desk.backups.wait()
