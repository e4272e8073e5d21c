"""Printing: the paper, the place on it, and a picture of what will be printed."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from core.messages import Message
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import PageState, Preview
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice, Option
from desktop.session import Session
from desktop.settings import Settings

_PAPERS: Final = ("a4", "a5", "roll80", "form93", "form140", "form279")
_YES: Final = "yes"
_ZOOMS: Final = (0, 75, 100, 150, 200)
"""Percent of the sheet's own size; 0: as large as a page has room."""
_CHOICES: Final = dict.fromkeys(("preprinted", "second", "whole", "steps"), ("", _YES))


class PrintActs(NamedTuple):
    """The acts that the page asks others for.

    ``draw`` lays the sheet out by some settings. ``sound`` tells whether a distance can be used.
    ``use`` keeps settings and answers why they could not be kept. ``hand_out`` prints by some settings, a
    test print where True. ``scroll`` moves the sheet that is shown; False where it is at its end.
    """

    draw: Callable[[Settings], Sequence[Any]]
    sound: Callable[[str], bool]
    use: Callable[[Settings], Message | None]
    hand_out: Callable[[Settings, bool], Notice]
    scroll: Callable[[int], bool]


class PrintPage(PlainPage):
    """A sheet as it will be printed; a change is seen at once, F12 keeps it.

    ``draw`` lays the sheet out by some settings. ``sound`` tells whether a distance can be used.
    ``use`` takes the settings, and returns why they could not be kept for the next start.
    """

    name = "print"
    view = "print"
    order = ("paper", "second", "whole", "steps", "shift_x", "shift_y", "preprinted")

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        doing: PrintActs,
        languages: Sequence[str],
    ) -> None:
        super().__init__(session, show)
        self._settings = settings = session.settings
        self._doing = doing
        self._two = "ko" in languages
        self.texts = {name: getattr(settings, name) for name in self.order}
        self.texts["paper"] = self.texts["paper"] or _PAPERS[0]
        self._pages = tuple(doing.draw(settings))
        self._at = 0
        self._zoom = 0
        self.focus("paper")

    @property
    def settings(self) -> Settings:
        """The settings as they stand on the page; a distance that cannot be read stays as it was."""
        sound = {name: text for name, text in self.texts.items() if name not in self._wrong()}
        return self._settings._replace(**sound)

    def _wrong(self) -> list[str]:
        return [name for name in ("shift_x", "shift_y") if not self._doing.sound(self.texts[name])]

    def changed(self, _name: str) -> None:
        """Lay the sheet out anew."""
        self._pages = tuple(self._doing.draw(self.settings))
        self._at = min(self._at, len(self._pages) - 1)

    def enter(self, name: str) -> None:
        """Enter: go to the next cell, unless this one is wrong."""
        if name in self._wrong():
            self._blame_distance(name)
        else:
            super().enter(name)

    def turn(self, by: int) -> None:
        """Turn to another page of the sheet."""
        self._at = max(0, min(self._at + by, len(self._pages) - 1))
        self._show()

    def zoom(self, by: int) -> None:
        """Show the sheet larger or smaller."""
        self._zoom = max(0, min(self._zoom + by, len(_ZOOMS) - 1))
        self._show()

    def save(self) -> None:
        """F12: print so on this desk from now on, or say why that could not be kept."""
        wrong = self._wrong()
        if wrong:
            self._blame_distance(wrong[0])
            return
        self._settings = self.settings
        fault = self._doing.use(self._settings)
        if fault is not None:
            self.say(Notice(self._words(fault), "wrong"))
        else:
            self.say(Notice(self._words.text("window.print.kept"), "done"))

    def turn_back(self) -> None:
        """Show what lies above, then the page before."""
        if not self._doing.scroll(-1):
            self.turn(-1)

    def turn_on(self) -> None:
        """Show what lies below, then the next page."""
        if not self._doing.scroll(1):
            self.turn(1)

    def smaller(self) -> None:
        """Show the sheet smaller."""
        self.zoom(-1)

    def larger(self) -> None:
        """Show the sheet larger."""
        self.zoom(1)

    def print_sheet(self) -> None:
        """Print the sheet as it is shown."""
        self.say(self._doing.hand_out(self.settings, False))

    def print_test(self) -> None:
        """Print millimetres to measure by, and the places of a form's figures."""
        self.say(self._doing.hand_out(self.settings, True))

    keys = {
        **MANUAL,
        "PgUp": KeyAction("window.key.print.PgUp", turn_back),
        "PgDn": KeyAction("window.key.print.PgDn", turn_on),
        "Ctrl+-": KeyAction("window.key.Ctrl+-", smaller),
        "Ctrl++": KeyAction("window.key.Ctrl++", larger),
        "F9": KeyAction("window.key.print.F9", print_sheet),
        "F10": KeyAction("window.key.print.F10", print_test),
        "F12": KeyAction("window.key.print.F12", save),
        **LEAVE,
    }

    def _blame_distance(self, name: str) -> None:
        self.faults[name] = self._words.text("window.print.distance")
        self.focus(name)
        self._show()

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        options: dict[str, tuple[Option, ...]] = {
            "paper": tuple(
                Option(paper, str(number), words.text(f"window.print.{paper}"))
                for number, paper in enumerate(_PAPERS, 1)
            )
        }
        for name, values in _CHOICES.items():
            if name != "second" or self._two:
                options[name] = tuple(
                    Option(value, str(number), words.text(f"window.print.{name}.{value or 'no'}"))
                    for number, value in enumerate(values, 1)
                )
        cells = {
            name: self._cell(name, f"window.print.{name}", options.get(name, ()))
            for name in self.order
            if name != "second" or self._two
        }
        at, count = self._at + 1, len(self._pages)
        zoom = _ZOOMS[self._zoom]
        shown = words.text(
            "window.print.shown",
            page=at,
            pages=count,
            zoom=f"{zoom} %" if zoom else words.text("window.print.fit"),
        )
        sheet = tuple(name for name in ("paper", "second", "whole", "steps") if name in cells)
        return PageState(
            words.text("window.print.title"),
            words.text("window.print.about"),
            cells,
            (
                (words.text("window.print.sheet"), sheet),
                (words.text("window.print.form"), ("shift_x", "shift_y", "preprinted")),
            ),
            preview=Preview(self._pages[self._at], zoom, shown),
        )
