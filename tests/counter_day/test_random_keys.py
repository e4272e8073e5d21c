"""Keys at random: nothing fails, nothing is lost, and nothing is posted that nobody agreed to."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QFileDialog

from core.counter.posting import post
from core.ledger.entries import Identifier, PatientGiven, Posted
from desktop.desk.ledger_files import open_practice
from desktop.presenters.counter import posting
from desktop.presenters.counter.open_visit import OpenVisit
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.page import KeyAction
from desktop.presenters.states import Notice
from desktop.session import Session
from tests.core.test_console_settle import SOUND
from tests.counter_day.day import Day
from tests.counter_day.random_hands import Fault, Keyboard, Watch, a_run
from tests.desktop.keys import FIRST_ADMISSION

RUNS, KEYS = 2, 500
_REAL = 2
"""Of so many runs one is at a desk where somebody signs in."""


@pytest.fixture(autouse=True)
def _nobody_at_the_file_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own dialog is left at once, as by Esc."""
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")


def runs(new_day: Callable[[Path], Day], folder: Path, number: int, keys: int) -> int:
    """Some runs, one after the other; how many entries they have made."""
    posted = 0
    for seed in range(1, number + 1):
        try:
            watch = a_run(new_day(folder / f"run{seed}"), seed, keys, real=seed % _REAL == 0)
            posted += len(watch.acknowledged)
        except Fault as fault:
            raise AssertionError(f"run {seed}: {fault}") from fault
    return posted


def test_some_runs_of_random_keys_break_nothing(new_day: Callable[[Path], Day], tmp_path: Path) -> None:
    assert runs(new_day, tmp_path, RUNS, KEYS) >= RUNS, "the keys are to reach the ledger"


@pytest.mark.long
def test_a_hundred_thousand_random_keys_break_nothing(new_day: Callable[[Path], Day], tmp_path: Path) -> None:
    assert runs(new_day, tmp_path, 200, KEYS) >= 200


def test_the_same_seed_presses_the_same_keys() -> None:
    one, other, third = Keyboard(7), Keyboard(7), Keyboard(8)
    first = [one.next() for _ in range(200)]
    assert first == [other.next() for _ in range(200)]
    assert first != [third.next() for _ in range(200)]


# What the watch must see


def pressed(day: Day, text: str) -> Watch:
    day.open()
    watch = Watch(day)
    with watch.watching():
        watch.press_all(text)
        watch.end()
    return watch


def test_an_exception_is_seen(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object) -> None:
        raise ValueError("planted")

    monkeypatch.setitem(CounterPresenter.keys, "Ctrl+E", KeyAction("", broken))
    with pytest.raises(Fault, match="planted"):
        pressed(day, "1 Ctrl+E")


def test_a_warning_of_qt_is_seen(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CounterPresenter.keys, "Esc", KeyAction("", lambda _page: qWarning("planted")))
    with pytest.raises(Fault, match="planted"):
        pressed(day, "Esc")


def test_a_posting_that_was_said_and_not_made_is_seen(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    def dropped(_visit: OpenVisit, session: Session, _meaning: str) -> Notice:
        return Notice(session.words.text("window.posted", number=1), "done")

    monkeypatch.setattr(posting, "post", dropped)
    with pytest.raises(Fault, match=r"acknowledged \[1\], in the ledger \[\]"):
        pressed(day, FIRST_ADMISSION + " F12 Y")


def test_a_posting_that_nobody_agreed_to_is_seen(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    def unasked(self: CounterPresenter) -> None:
        self.say(posting.post(self.visit, self._session, ""))

    monkeypatch.setitem(CounterPresenter.keys, "F12", KeyAction("", unasked))
    with pytest.raises(Fault, match="F12 posted without a question"):
        pressed(day, FIRST_ADMISSION + " F12")


def test_a_posting_that_the_window_kept_to_itself_is_seen(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    real = posting.post

    def silent(visit: OpenVisit, session: Session, meaning: str) -> None:
        real(visit, session, meaning)

    monkeypatch.setattr(posting, "post", silent)
    with pytest.raises(Fault, match="the window did not say so"):
        pressed(day, FIRST_ADMISSION + " F12 Y")


def test_a_posting_into_the_other_ledger_is_seen(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    def astray(_visit: OpenVisit, _session: Session, _meaning: str) -> None:
        with closing(open_practice(day.home)) as practice:
            patient = PatientGiven((Identifier("01", "1"),), "x")
            assert isinstance(post(practice, key="k", patient=patient, operator="x", request=SOUND), Posted)

    monkeypatch.setattr(posting, "post", astray)
    day.use_really(figures_known=True)
    watch = Watch(day)
    with watch.watching(), pytest.raises(Fault, match="in a ledger that is not open"):
        watch.press_all(FIRST_ADMISSION + " F12 Y")


def test_a_lost_focus_is_seen(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_page: CounterPresenter) -> None:
        day.clerk.program.view.cell("id").clearFocus()

    monkeypatch.setitem(CounterPresenter.keys, "F2", KeyAction("", lost))
    with pytest.raises(Fault, match="the focus"):
        pressed(day, "F2")


def test_a_sound_posting_is_acknowledged(day: Day) -> None:
    assert pressed(day, FIRST_ADMISSION + " F12 Y").acknowledged == [1]
