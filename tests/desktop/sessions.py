"""Sessions for pages that are tried without a window."""

from datetime import date
from pathlib import Path
from typing import Any

from core.counter import Counter
from core.words import words
from desktop.session import Session
from desktop.settings import Settings

TODAY = date(2026, 11, 22)


def session(counter: Counter | None = None, language: str = "zh", **settings: str) -> Session:
    made = Session(words(language), Settings(**settings), Path(), lambda: TODAY)
    made.counter = counter
    return made


def press(page: Any, key: str) -> None:
    """A key of the page's own table."""
    page.keys[key].act(page)
