"""The manual (F1): chapters in the desk's language, found by place, by the arrows or by what is typed.

The chapters are Markdown under ``resources/help``; ``## Heading {#anchor}`` begins a section, and an anchor
says what the section is about: ``cell.total``, ``page.find``, ``region.inpatient``.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from core.places import RESOURCES
from desktop.presenters.page import LEAVE, CellPage, KeyAction
from desktop.presenters.page_states import ManualRow, ManualState
from desktop.presenters.pinyin import occurs
from desktop.session import Session

HELP: Final = RESOURCES / "help"
CHAPTERS: Final = (
    "first_day",
    "discharge",
    "cells",
    "category_b",
    "transfers",
    "special",
    "chronic",
    "common",
    "critical",
    "assistance",
    "region",
    "readings",
    "opening",
    "reversals",
    "search",
    "enrolment",
    "compare",
    "printing",
    "backups",
    "day_end",
    "reports",
    "tables",
    "reconcile",
    "operators",
    "packets",
    "fund",
    "keys",
    "faults",
    "terms",
)
"""In the order of the contents; titles stand in the catalogue as ``help.CHAPTER``."""

_HEADING: Final = re.compile(r"^## (?P<title>.*?)\s*(?:\{(?P<anchors>[^}]*)\})?$")


class Section(NamedTuple):
    """A piece of a chapter. ``number`` is its place among the headings, 0 the chapter's beginning."""

    chapter: str
    number: int
    title: str
    text: str
    anchors: tuple[str, ...]


@lru_cache(maxsize=2)
def sections(language: str) -> tuple[Section, ...]:
    """Return every section of the manual in a language, in the order of the contents."""
    every = []
    for chapter in CHAPTERS:
        text = (HELP / language / f"{chapter}.md").read_text(encoding="utf-8")
        title, anchors, lines = "", tuple[str, ...](), list[str]()
        number = 0
        for line in text.splitlines():
            heading = _HEADING.match(line)
            if heading:
                every.append(Section(chapter, number, title, "\n".join(lines).strip(), anchors))
                number, lines = number + 1, []
                title = heading["title"]
                anchors = tuple(one.lstrip("#") for one in (heading["anchors"] or "").split())
            else:
                lines.append(line)
        every.append(Section(chapter, number, title, "\n".join(lines).strip(), anchors))
    return tuple(every)


def place(language: str, *anchors: str) -> int:
    """Return the place of the first anchor that there is; the manual's beginning where there is none."""
    held = {anchor: at for at, one in enumerate(sections(language)) for anchor in one.anchors}
    return next((held[anchor] for anchor in anchors if anchor in held), 0)


class ManualPage(CellPage):
    """A chapter at one of its sections. ``anchors`` are where to open, the most exact first."""

    name = "manual"
    view = "manual"
    aside = True
    order = ("search",)

    def __init__(self, session: Session, show: Callable[[], None], *anchors: str) -> None:
        super().__init__(session, show)
        self._at = place(self._words.language, *anchors)
        self._turned = 0
        self.focus("search")

    def changed(self, _name: str) -> None:
        """Look for what is typed in every section; show the first that has it, in its title if one does."""
        places = self._found()
        if places and self._at not in places:
            every, wanted = sections(self._words.language), self._wanted()
            named = (at for at in places if all(self._holds(every[at].title, word) for word in wanted))
            self._at = next(named, places[0])

    def enter(self, _name: str) -> None:
        """Enter: go to the next section of the list."""
        self.moved("", 1)

    def back(self, _name: str) -> None:
        """Shift and Enter: go to the section before."""
        self.moved("", -1)

    def moved(self, _name: str, by: int) -> None:
        """Up or Down: go to the section above or below."""
        places = self._found()
        if places:
            at = places.index(self._at) + by if self._at in places else 0
            self._choose(places[max(0, min(at, len(places) - 1))])

    def pointed(self, row: int) -> None:
        """Show the section whose line was pressed."""
        places = self._found()
        if 0 <= row < len(places):
            self._choose(places[row])

    def _turn_text(self, by: int) -> None:
        self._turned += by
        self._show()

    def turn_back(self) -> None:
        """Turn the text back."""
        self._turn_text(-1)

    def turn_on(self) -> None:
        """Turn the text on."""
        self._turn_text(1)

    keys = {
        "PgUp": KeyAction("window.key.manual.PgUp", turn_back),
        "PgDn": KeyAction("window.key.manual.PgDn", turn_on),
        **LEAVE,
    }

    def escape(self) -> bool:
        """Esc: empty the search; False where it is empty, and the manual is left."""
        if not self.texts.get("search"):
            return False
        self.typed("search", "")
        return True

    def _choose(self, at: int) -> None:
        self._at = at
        self._show()

    def _found(self) -> list[int]:
        """Return the places of the sections that hold every word that is typed, or its pinyin."""
        wanted = self._wanted()
        every = sections(self._words.language)
        if not wanted:
            return list(range(len(every)))
        texts = (
            f"{self._title(one.chapter) if not one.number else ''} {one.title} {one.text}" for one in every
        )
        return [at for at, text in enumerate(texts) if all(self._holds(text, word) for word in wanted)]

    def _wanted(self) -> list[str]:
        return self.texts.get("search", "").casefold().split()

    def _holds(self, text: str, word: str) -> bool:
        """Return whether a text holds a word as it is typed, or in Chinese its pinyin, whole or initials."""
        return word in text.casefold() or (self._words.language == "zh" and occurs(word, text))

    def _title(self, chapter: str) -> str:
        return self._words.text(f"help.{chapter}")

    @property
    def state(self) -> ManualState:
        """The whole page."""
        words, every, places = self._words, sections(self._words.language), self._found()
        here = every[self._at]
        searched = bool(self.texts.get("search"))
        rows = []
        for at in places:
            one = every[at]
            title = one.title or self._title(one.chapter)
            if searched and one.title:
                title = f"{self._title(one.chapter)} · {title}"
            rows.append(ManualRow(title, bool(one.title)))
        of_chapter = [one for one in every if one.chapter == here.chapter]
        parts = [f"# {self._title(here.chapter)}", of_chapter[0].text]
        for one in of_chapter[1:]:
            parts += [f"## {one.title}", one.text]
        return ManualState(
            words.text("window.manual.title"),
            words.text("window.manual.about"),
            self._cell("search", "window.manual.search"),
            tuple(rows),
            places.index(self._at) if self._at in places else -1,
            "" if rows else words.text("window.manual.nothing"),
            HELP / self._words.language,
            "\n\n".join(parts),
            here.number,
            self._turned,
            notice=self.notice,
            focus_turn=self._turn,
        )
