"""The composition root: builds presenters and views and hands them to each other.

The window is painted before the rules and the ledger are imported; what is typed meanwhile is kept.
"""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from core import clock
from core.places import MADE_UP_REGION, chosen_home, ledger_of, portable_home
from core.words import DEFAULT_LANGUAGE, Words, languages, words
from desktop.desk.single_instance import First
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.frame import frame
from desktop.presenters.states import Notice
from desktop.session import Session
from desktop.settings import Settings, load, save
from desktop.views import theme
from desktop.views.counter.counter_view import CounterView
from desktop.views.window import FirstPaint, Window, application

if TYPE_CHECKING:
    import argparse
    from types import TracebackType

    from core.counter import Counter
    from core.messages import Message
    from desktop.desk.desk import Desk
    from desktop.devices.card_reader import Reader
    from desktop.pages import Pages
    from desktop.startup.loading import Loader

_DRAFT_DELAY: Final = 400
PATIENCE: Final = 3.0
"""How long the window waits for another program that holds the ledger (seconds); then it says so."""

_FRAME: Final = 40
_READ_AHEAD: Final = 2_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Opens the window, or draws it into files; the exit status."""
    options = _options(sys.argv[1:] if arguments is None else arguments)
    if options.demo or options.picture:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from desktop.programs.demo import demo, picture

        theme.dress(application(), "light")
        language = options.language or DEFAULT_LANGUAGE
        return demo(options.demo, language) if options.demo else picture(options.picture, language)
    if options.trial:
        os.environ["MINGZHANG_HOME"] = str(options.trial)
    if options.portable:
        os.environ["MINGZHANG_HOME"] = str(portable_home())
    application()  # what watches the desk's folder needs its events
    first = First(home_before_paint())
    if first.asked_the_other(options.packet):
        return 0
    if options.trial:
        from desktop.programs.trial import trial

        status = trial(options.language or "")
    else:
        program = launch(options.language or "")
        sys.excepthook = program.caught
        first.asked.connect(program.started_again)
        program.packet = options.packet
        program.start()
        status = application().exec()
    first.end()
    return status


def launch(language: str = "", today: Callable[[], date] = clock.today) -> "Program":
    """The window, ready to be shown."""
    home = home_before_paint()
    settings = load(home)
    theme.dress(application(), settings.theme, settings.percent)
    return Program(words(language or settings.language or DEFAULT_LANGUAGE), settings, home, today=today)


def _options(arguments: Sequence[str]) -> "argparse.Namespace":
    import argparse  # the window is painted first

    parser = argparse.ArgumentParser(prog="mingzhang")
    parser.add_argument("--language", type=_language, metavar="LANGUAGE")
    parser.add_argument("packet", nargs="?", metavar="FILE", type=Path)
    parser.add_argument("--portable", action="store_true")
    parser.add_argument("--demo", metavar="OUTDIR", type=Path)
    parser.add_argument("--trial", metavar="DIR", type=Path)
    parser.add_argument("--picture", metavar="FILE", type=Path)
    return parser.parse_args(arguments)


def _language(text: str) -> str:
    """A language that there is a catalogue of; the folders are looked at only where one was named."""
    import argparse

    if text not in languages():
        raise argparse.ArgumentTypeError(", ".join(languages()))
    return text


def home_before_paint() -> Path:
    """`core.places.home()` by Qt's own means: platformdirs is not read before the first paint."""
    chosen = chosen_home()
    if chosen:
        return chosen
    from PySide6.QtCore import QStandardPaths

    place = QStandardPaths.StandardLocation.GenericDataLocation
    return Path(QStandardPaths.writableLocation(place)) / "mingzhang"


def region_folders(home: Path) -> list[Path]:
    """Where the region packs of a desk lie: what ships, and what the hospital entered."""
    from core.policy.shelf import REGIONS

    own = home / "regions"
    return [REGIONS, *([own] if own.is_dir() else [])]


def open_practice(home: Path) -> "Counter":
    """The counter over the ledger for practice, which asks nobody. Raises LedgerUnavailable."""
    from core.counter import open_counter

    home.mkdir(parents=True, exist_ok=True)
    return open_counter(home / ledger_of(MADE_UP_REGION), region_folders(home), timeout=PATIENCE)


class Program(QObject):
    """The window with its presenters, joined."""

    loaded = Signal()

    def __init__(
        self,
        language: Words,
        settings: Settings,
        home: Path,
        *,
        today: Callable[[], date] = clock.today,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        super().__init__()
        self.session = Session(language, settings, home, today, now)
        self.words = language
        self.home = home
        self.pages: Pages | None = None
        self.packet: Path | None = None
        self.today = today
        self.now = now
        self._desk: Desk | None = None
        self._closing = False
        self._loader: Loader | None = None
        self._reader: Reader | None = None
        self.window = Window()
        self.view = CounterView(self.window.pages)
        self.window.pages.addWidget(self.view)
        self.presenter = CounterPresenter(self.session, self.render)
        self._draft = QTimer(self)
        self._draft.setSingleShot(True)
        self._draft.setInterval(_DRAFT_DELAY)
        self._draft.timeout.connect(self._save_draft)
        view, presenter = self.view, self.presenter
        view.typed.connect(self._typed)
        view.chosen.connect(presenter.chosen)
        view.entered.connect(presenter.enter)
        view.backed.connect(presenter.back)
        view.left_cell.connect(presenter.left)
        view.reached.connect(presenter.reached)
        view.moved.connect(presenter.moved)
        view.erased.connect(presenter.erased)
        view.pointed.connect(presenter.pointed)
        self.window.pressed.connect(self.press)
        self.window.answered.connect(self._answer)
        self.window.closed.connect(self.close)
        self.render()

    @property
    def counter(self) -> "Counter | None":
        """The counter over the open ledger."""
        return self.session.counter

    @counter.setter
    def counter(self, counter: "Counter | None") -> None:
        self.session.counter = counter

    @property
    def settings(self) -> Settings:
        """The settings of this desk."""
        return self.session.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self.session.settings = settings

    def start(self) -> None:
        """Shows the window; everything else is read after its first paint."""
        first = FirstPaint(self.window)
        first.seen.connect(self._painted)
        room = self.window.screen().availableGeometry()
        if room.width() < self.window.width() or room.height() < self.window.height() + _FRAME:
            self.window.showMaximized()
        else:
            self.window.show()

    def _painted(self) -> None:
        QTimer.singleShot(0, self._load)

    def _load(self) -> None:
        from desktop.startup.loading import Loader

        self._loader = Loader(self)
        self._loader.finished.connect(self.open)
        self._loader.start()

    def open(self) -> None:
        """Opens the ledger for practice, or asks who signs in to the real one."""
        from core.ledger.errors import KnownError, unavailable
        from desktop.devices.card_reader import Reader
        from desktop.pages import Pages
        from desktop.presenters.menu import shortcuts
        from desktop.startup import qt_translations
        from desktop.startup.icon import icon
        from desktop.views.system_theme import System

        theme.add_bold()
        self.window.setWindowIcon(icon())
        qt_translations.speak(self.words.language)
        if self.pages is None:
            self.pages = Pages(self)
            self._system = System(application(), self)
            self._reader = Reader(self)
            self.window.take_shortcuts(shortcuts())
        if self.desk.guarded:
            self.pages.desk.ask()
            return
        try:
            self.counter = open_practice(self.home)
        except KnownError as error:
            self._cannot_open(error.said)
            return
        except OSError as error:
            self._cannot_open(unavailable(error, self.home).said)
            return
        except Exception as error:
            self.caught(type(error), error, error.__traceback__)
            return
        self.opened(self.counter)

    @property
    def desk(self) -> "Desk":
        """Who is at this desk, and its backups; made after the first paint."""
        if self._desk is None:
            from desktop.desk.desk import Desk

            self._desk = Desk(self)
        return self._desk

    def opened(self, _counter: "Counter") -> None:
        """A ledger is open: on with what was typed."""
        from desktop.startup import log_file

        log_file.note(self.home, "open")
        assert self.pages is not None
        self.presenter.attach()
        QTimer.singleShot(_READ_AHEAD, self, self._read_ahead)
        self._tell_of_bad_packs()
        self._tell_of_lost_settings()
        self._tell_of_unproved_code()
        if self.packet is not None:
            self.pages.packet(self.packet)
        self.loaded.emit()

    def _read_ahead(self) -> None:
        """The names of everybody on file, while nobody looks for one yet."""
        if self.pages is not None and self.counter is not None:
            self.pages.lookup.begin()

    def _tell_of_bad_packs(self) -> None:
        """A hospital's own pack that cannot be used is said; nothing is settled by it until it is mended."""
        from core.messages import message

        assert self.counter is not None
        for pack in self.counter.bad_packs:
            fault = pack.faults[0]
            said = message(
                "window.bad_pack", file=pack.file.name, field=fault.field, why=self.words(fault.message)
            )
            self.presenter.say(Notice(self.words(said), "wrong"))

    def _tell_of_lost_settings(self) -> None:
        """A desk in use would pass for one that nobody has set up yet, where its settings are damaged."""
        from desktop.settings import FILE, unreadable

        if unreadable(self.home):
            said = self.words.text("window.settings_lost", file=str(self.home / FILE))
            self.presenter.say(Notice(said, "wrong"))

    def _tell_of_unproved_code(self) -> None:
        """The window was gone before anybody had shown to have the recovery code: it will not come again."""
        from core.ledger.operators import Role

        counter = self.counter
        if not self.settings.unproved or counter is None or counter.operator is None:
            return
        if not counter.refused(Role.ADMINISTRATOR):
            self.presenter.say(Notice(self.words.text("window.code.unproved"), "wrong"))

    def started_again(self, file: str) -> None:
        """Another start of this desk: to the front, with the packet that it was given."""
        self.window.come_forward()
        if not file:
            return
        if self.pages is None or self.counter is None:
            self.packet = Path(file)
        elif not self.pages.current:
            self.pages.packet(Path(file))

    def caught(self, kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
        """What went wrong outside the program (disk full, ledger locked) is said; all else is ours."""
        from core.ledger.errors import KnownError
        from core.messages import message
        from desktop.startup import crash_report, log_file

        if isinstance(error, KnownError):
            self._say_everywhere(error.said)
            return
        log_file.note(self.home, f"crash {kind.__name__}")
        file = crash_report.report(self.home, error, self.now())
        self._say_everywhere(message("window.crashed", file=str(file) if file else "—"))
        if not getattr(sys, "frozen", False):
            sys.__excepthook__(kind, error, trace)

    def _say_everywhere(self, said: "Message") -> None:
        """Says what failed at the counter, and on the page that is open over it."""
        self.presenter.unavailable(said)
        if self.pages is not None and self.pages.page is not None:
            self.pages.page.notice = Notice(self.words(said), "wrong")
            self.pages.render()

    def _cannot_open(self, said: "Message") -> None:
        from desktop.startup import log_file

        log_file.note(self.home, f"unavailable {said.id}")
        self.presenter.unavailable(said)

    def render(self) -> None:
        """Draws the state that the presenter has come to."""
        page = self.pages.current if self.pages else ""
        status = self._desk.status() if self._desk else ("", "")
        self.window.render_frame(
            frame(self.words, self.settings, self.counter, self.today(), page or "counter", status)
        )
        if not page:
            state = self.presenter.state
            self.view.render(state)
            self.window.render_notice(state.notice, state.next_line)
            asked = self.window.question.isVisible()
            self.window.render_question(state.question)
            if state.question is None and (asked or not self.view.focused_cell()):
                self.view.focus_again()

    def _typed(self, name: str, text: str) -> None:
        self.presenter.typed(name, text)
        self._draft.start()
        if self._desk is not None:
            self._desk.idle.touched()  # what comes by an input method is no key of the window

    def _save_draft(self) -> None:
        self.presenter.visit.save_draft()

    def _answer(self, meaning: str) -> None:
        if self.pages and self.pages.current:
            self.pages.answer(meaning)
        else:
            self.presenter.answer(meaning)

    def press(self, key: str) -> None:
        """A function key, Esc, or what a line of the menu or its shortcut is named."""
        if self.pages is not None and self.pages.press(key):
            return
        if self.counter is not None or key in ("F2", "F4", "Ctrl+E", "Ctrl+Y", "Ctrl+Z", "Esc"):
            self._press_counter(key)

    def _press_counter(self, key: str) -> None:
        presenter = self.presenter
        actions: dict[str, Callable[[], object]] = {
            "F2": presenter.new,
            "F4": presenter.arrivals.wait,
            "F9": self._print,
            "F12": presenter.ask_post,
            "Ctrl+E": presenter.toggle_extras,
            "Ctrl+Y": presenter.arrivals.redo,
            "Ctrl+Z": presenter.arrivals.undo,
            "Esc": presenter.escape,
        }
        action = actions.get(key)
        if action:
            action()
            if key in ("Ctrl+Y", "Ctrl+Z"):
                self._draft.start()

    def _print(self) -> None:
        from desktop.devices.printing import print_counter

        self.presenter.say(print_counter(self))

    def use(self, settings: Settings, reopen: bool = False) -> "Message | None":
        """Other settings from now on; ``reopen`` reads the region packs again.

        The answer says why they could not be kept for the next start, None where they were.
        """
        other_ledger = ledger_of(settings.region) != ledger_of(self.settings.region)
        if self.counter is not None and self.counter.operator is not None and not other_ledger:
            settings = settings._replace(operator=self.counter.operator.name)
        if settings.region != MADE_UP_REGION:
            settings = settings._replace(own=settings.region)
        if other_ledger:
            self.shut()
            self.presenter.new()  # nobody's data goes from one ledger into the other
        spoken = settings.language if settings.language != self.settings.language else ""
        failed = self.remember(settings)
        if spoken:
            self._speak(spoken)
        if other_ledger:
            self.open()
        elif reopen and self.counter is not None:
            try:
                self.counter.read_again(region_folders(self.home))
            except OSError as error:
                self.caught(type(error), error, error.__traceback__)
                return failed
            self.presenter.attach()
            self._tell_of_bad_packs()
        return failed

    def remember(self, settings: Settings) -> "Message | None":
        """Keeps settings beyond this run; why that failed, None where it did not."""
        self.settings = settings
        failed = self._keep(settings)
        self.presenter.use()
        return failed

    def _keep(self, settings: Settings) -> "Message | None":
        """The settings for the next start; why they could not be kept, None where they were."""
        from core.ledger.errors import unavailable
        from core.messages import message

        try:
            save(self.home, settings)
        except OSError as error:
            return message("window.settings_not_kept", why=unavailable(error, self.home).said)
        return None

    def _keep_or_say(self, settings: Settings) -> None:
        self.settings = settings
        failed = self._keep(settings)
        if failed is not None:
            self.presenter.say(Notice(self.words(failed), "wrong"))

    def _close_lookup(self) -> None:
        if self.pages is not None:
            self.pages.lookup.stop()

    def look(self, settings: Settings) -> None:
        """Another theme or size, at once."""
        self._keep_or_say(settings)
        theme.dress(application(), settings.theme, settings.percent)

    def speak(self, language: str) -> None:
        """Another language, at once and from now on; what is typed stays."""
        settings = self.settings._replace(language=language)
        self.settings = settings
        self._speak(language)
        self.presenter.use()
        self._keep_or_say(settings)

    def _speak(self, language: str) -> None:
        from desktop.startup import qt_translations

        self.words.speak(language)
        qt_translations.speak(language)
        self.presenter.spoken_anew()
        if self.pages is not None:
            self.pages.spoken_anew()

    def shut(self) -> None:
        """Keeps the draft and closes the ledger; the window stays."""
        from core.ledger.errors import KnownError
        from desktop.startup import log_file

        self._draft.stop()
        counter, presenter = self.counter, self.presenter
        if counter is None:
            return
        if presenter.question is not None:
            presenter.escape()
        try:
            presenter.visit.save_draft()
        except KnownError as error:  # a desk locks and closes whatever its disk says
            log_file.note(self.home, f"unavailable {error.said.id}")
        self._close_lookup()
        self.desk.leaving()
        self.counter = None
        counter.sign_out()
        counter.close()

    def leave_practice(self) -> None:
        """Closes the ledger for practice; nothing typed for practice goes on into the real one."""
        self.shut()
        self.presenter.new()

    def close(self) -> None:
        """Keeps the draft, backs a real ledger up and closes it."""
        if self._closing:
            return
        self._closing = True
        if self._reader is not None:
            self._reader.stop()
            self._reader = None
        if self._loader is not None:
            self._loader.wait()
        self.shut()
        if self._desk is not None and self._desk.backups.busy:
            self.window.render_notice(Notice(self.words.text("window.backup.closing"), "said"))
            self._desk.backups.wait()
