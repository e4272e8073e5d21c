"""The room that a story happens in: a desk of its own, and at its end a sound ledger."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.settings import Settings
from desktop.views import theme
from tests.counter_day.day import Day, opened
from tests.counter_day.hands import Hands
from tests.counter_day.steps import *  # noqa: F403  the sentences of the stories
from tests.desktop.conftest import _own_documents, _quick, clean, qapp_cls  # noqa: F401


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool | None:
    """A story that is not true has to fail at what it looks for, and not for want of a sentence."""
    if tag != "not_true":
        return None
    pytest.mark.xfail(raises=AssertionError, strict=True)(function)
    return True


@pytest.fixture
def new_day(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Day]]:
    """Makes a day at a desk without a printer, in a folder of its own for its data and its papers."""

    def made(folder: Path) -> Day:
        home, papers = folder / "home", folder / "papers"
        monkeypatch.setenv("MINGZHANG_HOME", str(home))
        monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: papers)

        def start(settings: Settings) -> Hands:
            return Hands(qapp, opened(qapp, home, settings))

        return Day(start, home, papers)

    yield made
    theme.dress(qapp)


@pytest.fixture
def day(new_day: Callable[[Path], Day], tmp_path: Path) -> Iterator[Day]:
    """The day of a story; at its end the ledger is sound."""
    made = new_day(tmp_path)
    yield made
    if made.ledger.is_file():
        (proof,) = made.ask("verify")
        assert proof["ok"] is True, proof
