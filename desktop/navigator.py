"""The open page and what lies under it: one stack, with the counter at its bottom."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from desktop.presenters.frame import frame
from desktop.presenters.key_meanings import MEANINGS
from desktop.presenters.page import Page
from desktop.presenters.states import Notice
from desktop.session import Session
from desktop.views.window import Window

_HEARD: Final = {
    "typed": "typed",
    "chosen": "chosen",
    "entered": "enter",
    "backed": "back",
    "left": "left",
    "left_cell": "left",
    "reached": "reached",
    "moved": "moved",
    "erased": "erased",
    "pointed": "pointed",
    "picked": "picked",
    "opened": "opened",
    "section": "section",
    "at_end": "more",
}
"""The signals of the views, and the method of a page that each goes to; no view has all of them."""

_NO_STATUS: Final = ("", "")


class Navigator(QObject):
    """The stack of open pages. Keys go to the page on top, which is drawn once after each key.

    ``pressed`` tells a key that a page acted on.
    """

    pressed = Signal(str)

    def __init__(self, session: Session, window: Window) -> None:
        super().__init__(window)  # gone with it: nothing is drawn afterwards
        self._session = session
        self.window = window
        self._stack: list[Page] = []
        self._bottom: QWidget | None = None
        self.view: Any = None
        """The view of the page on top."""
        self._working = 0
        self._stale = False
        self._refocus = False
        self._beside = False
        self._framed: tuple[Any, ...] = ()
        self.at_rest = False
        """True once the window goes: nothing is drawn any more from a ledger that is being closed."""
        self.common: Mapping[str, Callable[[], object]] = {}
        """The action of a key, or of a line of the menu, on every page whose own table has no row for it."""
        self.under_questions: frozenset[str] = frozenset()
        """The keys of ``common`` that work while a question stands."""
        self.locked_out: Callable[[], object] = self.home
        """The call that asks an operator to sign in; `desktop.pages` sets it."""
        self.status: Callable[[], tuple[str, str]] = _no_status
        """The call that answers how the backups stand, and a warning; `desktop.pages` sets it."""
        window.pressed.connect(self.press)
        window.answered.connect(lambda meaning: self._once(self.page.answer, meaning))

    def begin(self, counter: Page, view: QWidget) -> None:
        """Put the counter at the bottom of the stack, with the view that it keeps."""
        self._stack = [counter]
        self._bottom = self.view = view
        self.window.pages.addWidget(view)
        _connect(view, counter, self._once)
        self.render()

    @property
    def page(self) -> Page:
        """The page on top."""
        return self._stack[-1]

    @property
    def at_counter(self) -> bool:
        """True where no page lies over the counter."""
        return len(self._stack) == 1

    def is_open(self, page: Page) -> bool:
        """Tell whether a page is the one on top."""
        return self._stack[-1] is page

    # ---- opening and closing

    def open(self, page: Page) -> None:
        """Open a page over the counter, in the place of whatever lies there; but see `beside`."""
        if not self._beside or page.stays:
            self._stack[1:] = [page]
            self._show()
            return
        again = next((at for at, one in enumerate(self._stack) if one.name == page.name), len(self._stack))
        if again == len(self._stack):
            self.page.at = self.view.focused_cell()
        self._stack[again:] = [page]
        self._show()

    def beside(self, act: Callable[[], object]) -> None:
        """Open a page by a key that works everywhere: Esc comes back to the page that is open now.

        A page whose text is not saved yet says so instead; a locked desk opens nothing.
        """
        page = self.page
        if page.stays or self._session.counter is None:
            return
        if page.unsaved and not page.aside:
            page.say(Notice(self._session.words.text("window.page_unsaved"), "wrong"))
            return
        self._beside = not self.at_counter
        try:
            act()
        finally:
            self._beside = False

    def over(self, page: Page) -> None:
        """Open a page over the one that is open; Esc comes back to that one."""
        self.page.at = self.view.focused_cell()
        self._stack.append(page)
        self._show()

    def back(self) -> None:
        """Close the page on top: back to the one under it, to signing in on a locked desk."""
        self._once(self._back)

    def _back(self) -> None:
        closed = self._stack.pop()
        if self.at_counter and self._session.locked and not closed.aside:
            self.locked_out()
            return
        try:
            if not closed.aside:
                self.page.again()
            elif self.page.at or not self.at_counter:
                Page.again(self.page)
        finally:  # what fails is said on the page that is on top by now
            self._show()

    def home(self) -> None:
        """Close every page over the counter."""
        self._once(self._home)

    def _home(self) -> None:
        try:
            if not self.at_counter:
                del self._stack[1:]
                self.page.again()
        finally:  # what fails is said on the page that is on top by now
            self._show()

    def to_counter(self) -> bool:
        """Close every page over the counter. Say why and return False where something typed would be lost."""
        for at in range(len(self._stack) - 1, 0, -1):
            page, obstacle = self._stack[at], ""
            if self._session.locked:
                obstacle = "window.card.sign_in"
            elif page.unsaved or page.stays:
                obstacle = "window.card.unsaved"
            if obstacle and not page.aside:
                while not self.is_open(page):
                    self.back()
                page.say(Notice(self._session.words.text(obstacle), "wrong"))
                return False
        if not self.at_counter:
            self.home()
        return True

    def next_patient(self) -> bool:
        """Close every page over the counter for the next patient; False where one stays open."""
        if self.page.stays:
            return False
        if self._session.locked and not self.at_counter:
            del self._stack[1:]
            self.locked_out()
            return False
        self.home()
        return True

    # ---- keys and answers

    def press(self, key: str) -> None:
        """Do what a key means on the page on top, else what it means everywhere.

        ``key`` is a function key, ``Esc``, ``Ctrl`` and a letter, or the name of a line of the menu.
        """
        if key != "Esc":  # which takes back what is being composed
            self.window.commit_text()
        self._once(self._press, key)

    def _press(self, key: str) -> None:
        page = self.page
        page.at = self.view.focused_cell()
        if page.question is not None:
            if key == "Esc":
                page.escape()
            elif key in self.under_questions:
                self.common[key]()
            return
        action = page.keys.get(key)
        if action is not None and action.act is not None:
            if page.usable(action):
                action.act(page)
                self.pressed.emit(key)
        elif key in self.common:
            self.common[key]()
        elif action is None and f"window.key.{key}" in MEANINGS.get(key, ()):
            what = self._session.words.text(f"window.key.{key}")
            page.say(Notice(self._session.words.text("window.key_unused", key=key, what=what)))

    def leave(self) -> None:
        """Do what Esc means: one step back on the page, else close it."""
        page = self.page
        if not page.escape() and not page.stays and not self.at_counter:
            self.back()

    def say(self, notice: Notice) -> None:
        """Show a line about what happened on the page on top."""
        self.page.say(notice)

    def say_everywhere(self, notice: Notice) -> None:
        """Show a line at the counter, and on the page that lies over it."""
        for page in {id(page): page for page in (self._stack[0], self.page)}.values():
            page.notice = notice
        self.render()

    def spoken_anew(self) -> None:
        """Draw every open page in another language, each with the focus where it was."""
        at = self.view.focused_cell()
        for page in self._stack[1:]:
            page.spoken_anew()
        if not self.at_counter:
            self.page.focus(at or "list")
            self._show()

    # ---- drawing

    def render(self) -> None:
        """Draw the page on top: now, or once the key that is being worked on is done."""
        if self._working:
            self._stale = True
        elif self._stack:
            self.draw()

    def _once(self, act: Callable[..., object], *arguments: Any) -> None:
        """Call ``act``, which may ask to be drawn several times, and draw once."""
        self._working += 1
        try:
            act(*arguments)
        finally:
            self._working -= 1
            if self._stale and not self._working:
                self.draw()

    def draw(self) -> None:
        """Draw the page on top at once, even while a key is worked on."""
        self._stale = False
        if self.at_rest:
            return
        window, view, state = self.window, self.view, self.page.state
        self._draw_frame()
        view.render(state)
        window.render_notice(state.notice, getattr(state, "next_line", ""))
        asked = window.asks
        window.render_question(state.question)
        if state.question is None:
            if self._refocus or (asked and self.at_counter):
                view.focus_again()
            else:
                view.focus_if_lost()
        self._refocus = False

    def _draw_frame(self) -> None:
        """Draw the frame where anything that it follows from has changed; most keys change nothing of it."""
        session, status = self._session, self.status()
        reader = session.counter.reader if session.counter is not None else None
        page, day = self.page, session.today()
        usable = () if self.at_counter else tuple(map(page.usable, page.keys.values()))
        known = page, reader, session.settings, day, session.words.language, status, usable
        if known != self._framed:
            self._framed = known
            self.window.render_frame(frame(session, page, status))

    def _show(self) -> None:
        """Bring the view of the page on top to the front; every page but the counter gets a new one."""
        old, self.view = self.view, self._bottom
        if not self.at_counter:
            self.view = view_of(self.page)
            _connect(self.view, self.page, self._once)
            self.window.pages.addWidget(self.view)
        self.window.pages.setCurrentWidget(self.view)
        if old is not None and old is not self._bottom:
            self.window.pages.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._refocus = self.at_counter
        self.render()


def _connect(view: QWidget, page: Page, once: Callable[..., None]) -> None:
    """Let a page hear what its view tells; ``once`` draws what came of it."""
    for told, method in _HEARD.items():
        signal = getattr(view, told, None)
        if isinstance(signal, SignalInstance):
            signal.connect(partial(once, getattr(page, method)))


def view_of(page: Page) -> QWidget:
    """Return a new view for a page. A kind of view is imported for its first page, after the first paint."""
    if page.view == "manual":
        from desktop.views.pages.manual_view import ManualView

        return ManualView()
    if page.view == "region":
        from desktop.views.pages.region_view import RegionView

        return RegionView()
    if page.view == "chart":
        from desktop.views.pages.chart_view import ChartView

        return ChartView(page.state)
    if page.view == "print":
        from desktop.views.pages.print_view import PrintView

        return PrintView(page.state)
    from desktop.views.pages.page_view import PageView

    return PageView(page.state)


def _no_status() -> tuple[str, str]:
    """Return the status of a desk that has no backups."""
    return _NO_STATUS
