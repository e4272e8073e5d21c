"""The lines of the menu that are no key of the footer, and the menu itself."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from core.messages import Message
from core.words import languages
from desktop.navigator import Navigator
from desktop.presenters.menu import LOOKS, Action, lines, menu, shortcuts
from desktop.presenters.states import Notice
from desktop.session import Session
from desktop.views import theme
from desktop.views.window import MENU_KEY, application

_SPEAK: Final = "speak_"
"""The prefix of the lines that choose a language."""

LOCK: Final = "lock"
"""The one line that also works while a question stands."""


class MenuLines:
    """The actions of the menu's lines. ``doers``: the calls of those that open a page or work the desk."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        doers: Mapping[str, Callable[[], object]],
        speak: Callable[[str], Message | None],
    ) -> None:
        self._session = session
        self._navigator = navigator
        self._speak_language = speak
        self._lines = lines()
        self.doers: dict[str, Callable[[], object]] = {
            **doers,
            **{f"{_SPEAK}{language}": partial(self._speak, language) for language in languages()},
            **{name: partial(self._wear, name) for name in LOOKS},
        }

    @property
    def keys(self) -> dict[str, Callable[[], object]]:
        """The navigator's action for each line, and for the key that opens the menu."""
        named = {name: partial(self._do, name) for name in self.doers}
        by_key = {key: named[name] for key, name in shortcuts().items() if name in named}
        return {**named, **by_key, MENU_KEY: self.open}

    def open(self) -> None:
        """Open the menu over the page on top."""
        self._navigator.window.open_menu(menu(self._session.words, self._usable, self.checked))

    def _usable(self, action: Action) -> bool:
        """Tell whether a line can be chosen now."""
        navigator, name = self._navigator, action.name
        if self._session.counter is None and not action.always:
            return False
        within = navigator.at_counter or action.anywhere or not navigator.page.stays
        return within and (name in navigator.page.keys or name in navigator.common)

    def _do(self, name: str) -> None:
        line, navigator = self._lines[name], self._navigator
        at_once = line.anywhere or navigator.at_counter
        if name == LOCK or (at_once and (line.always or self._session.counter is not None)):
            self.doers[name]()
        elif not at_once:
            navigator.beside(self.doers[name])

    def checked(self, name: str) -> bool | None:
        """Return True where a choice holds, None of a line that is no choice."""
        if name.startswith(_SPEAK):
            return name == f"{_SPEAK}{self._session.words.language}"
        if name not in LOOKS:
            return None
        settings = self._session.settings
        return settings == settings._replace(**LOOKS[name])

    def _speak(self, language: str) -> None:
        self._say_fault(self._speak_language(language))

    def _wear(self, name: str) -> None:
        """Take another theme or size at once. Say so where the window has no room for the size."""
        session, navigator = self._session, self._navigator
        session.settings = session.settings._replace(**LOOKS[name])
        self._say_fault(session.keep())
        wanted = session.settings.percent
        theme.dress(application(), session.settings.theme, wanted)
        worn = theme.fitting(wanted, navigator.window.width())
        if "size" in LOOKS[name] and worn != wanted:
            no_room = session.words.text("window.size_no_room", wanted=str(wanted), worn=str(worn))
            navigator.say_everywhere(Notice(no_room))

    def _say_fault(self, fault: Message | None) -> None:
        if fault is not None:
            self._navigator.say_everywhere(Notice(self._session.words(fault), "wrong"))
