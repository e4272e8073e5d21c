"""Printing: the paper, the place on it, and a picture of what will be printed."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from core.messages import Message
from core.words import Words
from desktop.presenters.page import PlainPage
from desktop.presenters.states import Notice, Option, PageState, Preview
from desktop.settings import Settings

_PAPERS: Final = ("a4", "a5", "roll80", "form93", "form140", "form279")
_YES: Final = "yes"
_ZOOMS: Final = (0, 75, 100, 150, 200)
"""Percent of the sheet's own size; 0: as large as a page has room."""
_CHOICES: Final = {"preprinted": ("", _YES), "second": ("", _YES), "whole": ("", _YES)}


class PrintPage(PlainPage):
    """A sheet as it will be printed; a change is seen at once, F12 keeps it.

    ``draw`` lays the sheet out by some settings. ``sound`` tells whether a distance can be used.
    ``use`` takes the settings, and returns why they could not be kept for the next start.
    """

    name = "print"
    order = ("paper", "second", "whole", "shift_x", "shift_y", "preprinted")

    def __init__(
        self,
        words: Words,
        show: Callable[[], None],
        settings: Settings,
        draw: Callable[[Settings], Sequence[Any]],
        sound: Callable[[str], bool],
        use: Callable[[Settings], Message | None],
        languages: Sequence[str],
    ) -> None:
        super().__init__(words, show)
        self._settings = settings
        self._draw = draw
        self._sound = sound
        self._use = use
        self._two = "ko" in languages
        self.texts = {name: getattr(settings, name) for name in self.order}
        self.texts["paper"] = self.texts["paper"] or _PAPERS[0]
        self._pages = tuple(draw(settings))
        self._at = 0
        self._zoom = 0
        self.focus("paper")

    @property
    def settings(self) -> Settings:
        """The settings as they stand on the page; a distance that cannot be read stays as it was."""
        sound = {name: text for name, text in self.texts.items() if name not in self._wrong()}
        return self._settings._replace(**sound)

    def _wrong(self) -> list[str]:
        return [name for name in ("shift_x", "shift_y") if not self._sound(self.texts[name])]

    def changed(self, _name: str) -> None:
        """Lay the sheet out anew."""
        self._pages = tuple(self._draw(self.settings))
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
        failed = self._use(self._settings)
        if failed is not None:
            self.say(Notice(self._words(failed), "wrong"))
        else:
            self.say(Notice(self._words.text("window.print.kept"), "done"))

    def say(self, notice: Notice) -> None:
        """Say what just happened."""
        self.notice = notice
        self._show()

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
        sheet = tuple(name for name in ("paper", "second", "whole") if name in cells)
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
