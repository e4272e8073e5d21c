"""Patients for practice: made-up visits for the form of the made-up region, and of no other."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from core.places import RESOURCES
from desktop.presenters.page import LEAVE, MANUAL
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.session import Session

STORIES: Final = RESOURCES / "samples" / "stories.json"


class Story(NamedTuple):
    """A made-up visit: its cells as typed, and what the patient pays (yuan; empty: a figure is missing)."""

    id: str
    cells: Mapping[str, str]
    pays: str


@lru_cache(maxsize=1)
def stories() -> tuple[Story, ...]:
    """Return the stories that ship. Their words stand in the catalogue as ``story.ID``."""
    return tuple(Story(**raw) for raw in json.loads(STORIES.read_text(encoding="utf-8")))


class SamplesPage(PlainPage):
    """The list of stories. ``take`` puts one into the form; ``practice``: the made-up region is in use."""

    name = "samples"
    keys = {**MANUAL, **LEAVE}

    def __init__(self, session: Session, show: Callable[[], None], take: Callable[[Story], None]) -> None:
        super().__init__(session, show)
        self._stories = () if session.guarded else stories()
        self._take = take
        self.focus("list")

    def opened(self, value: str) -> None:
        """Enter on a story: put it into the form."""
        self._take(next(story for story in self._stories if story.id == value))

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.samples.title"),
            words.text("window.samples.about"),
            columns=tuple(words.text(f"window.column.{name}") for name in ("name", "story", "patient_pays")),
            numbers=frozenset({2}),
            rows=tuple(
                ListRow(
                    story.id,
                    (
                        story.cells["name"],
                        words.text(f"story.{story.id}"),
                        story.pays or words.text("window.cannot_tell"),
                    ),
                )
                for story in self._stories
            ),
            empty=words.text("window.samples.not_here"),
        )
