"""The room that a story happens in: a desk of its own, and at the end a sound ledger and a window unharmed."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from core.words import words
from desktop.app import Program
from desktop.settings import Settings
from desktop.views import theme
from tests.counter_day.day import Day
from tests.counter_day.hands import Hands
from tests.counter_day.steps import *  # noqa: F403  the sentences of the stories
from tests.desktop.conftest import clean, qapp_cls  # noqa: F401

NOW = datetime(2026, 11, 22, 9, 12)  # noqa: DTZ001  the desk's own time


def today() -> date:
    """The day of every story."""
    return NOW.date()


def now() -> datetime:
    """The moment of every story."""
    return NOW


@pytest.fixture
def new_day(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Day]:
    """Makes a day at a desk without a printer, in a folder of its own for its data and its papers."""
    theme.dress(qapp)

    def made(folder: Path) -> Day:
        home, papers = folder / "home", folder / "papers"
        monkeypatch.setenv("MINGZHANG_HOME", str(home))
        monkeypatch.setattr("desktop.printing.documents", lambda: papers)

        def start(settings: Settings, language: str) -> Hands:
            program = Program(words(language), settings, home, today=today, now=now)
            program.window.show()
            program.open()
            return Hands(qapp, program)

        return Day(start, home, papers)

    return made


@pytest.fixture
def day(new_day: Callable[[Path], Day], tmp_path: Path) -> Iterator[Day]:
    """The day of a story; at its end the ledger is sound."""
    made = new_day(tmp_path)
    yield made
    if made.ledger.is_file():
        (proof,) = made.ask("verify")
        assert proof["ok"] is True, proof
