"""Keys that the reader's watch holds back: whatever comes between, each goes where it would go unwatched.

The watch has a clock that the test turns, and its pause is an event like any other.
"""

from collections.abc import Iterator
from datetime import date
from itertools import product
from types import SimpleNamespace
from typing import Any, Final

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.devices import card_reader
from desktop.devices.card_reader import CardReader
from desktop.views.text_field import TextField

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
FAST, SLOW = 4, 80
CELLS: Final = ("one", "two", "three")
WHOLE: Final = 5
"""So many characters fill a cell, which moves the focus on."""

EVENTS: Final = "cCmMwerxfp"
"""A quick and a slow key, a quick and a slow commit, a composed word, Enter quick and slow, a shortcut, the
mouse, a pause."""


class Timer:
    """A timer that ends when the test says so."""

    def start(self, _milliseconds: int) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


class Cells:
    """Three cells, a hand, and an input method; ``log`` is what the cells were given, in its order."""

    def __init__(self, app: QApplication, monkeypatch: pytest.MonkeyPatch, watched: bool) -> None:
        self.app, self.log, self.now = app, [], 1_000  # type: tuple[QApplication, list[str], int]
        self.window = QWidget()
        rows = QVBoxLayout(self.window)
        self.cells = [TextField(name) for name in CELLS]
        for cell in self.cells:
            rows.addWidget(cell)
            cell.typed.connect(self._typed)
            cell.entered.connect(lambda name: self._on(name, "\r"))
        self.reader: CardReader | None = None
        monkeypatch.setattr(card_reader, "time", SimpleNamespace(monotonic=lambda: self.now / 1000))
        if watched:
            window: Any = self.window
            self.reader = CardReader(window, lambda: None, lambda _: None, date.today, self.window)
            self.reader._pause = Timer()  # type: ignore[assignment]

    def come_forward(self) -> None:
        """Be the window that the keys go to."""
        self.window.show()
        self.window.activateWindow()
        self.app.processEvents()

    def begin(self) -> None:
        """Empty the cells, with the focus in the first one."""
        self.log.clear()
        for cell in self.cells:
            QCoreApplication.sendEvent(cell, QInputMethodEvent())
            cell.clear()
        self.now += 1_000
        self.cells[0].setFocus()
        assert self.app.focusWidget() is self.cells[0]

    def _typed(self, name: str, text: str) -> None:
        self.log.append(f"{name} {text}")
        if len(text) == WHOLE:
            self._on(name, "")

    def _on(self, name: str, key: str) -> None:
        if key:
            self.log.append(f"{name} Enter")
        self.cells[(CELLS.index(name) + 1) % len(CELLS)].setFocus()

    def _to_focus(self, event: QEvent) -> None:
        QCoreApplication.sendEvent(self.app.focusWidget(), event)

    def _key(self, key: int, text: str) -> None:
        event = QKeyEvent(QEvent.Type.KeyPress, key, NONE, text)
        event.setTimestamp(self.now)
        self._to_focus(event)

    def does(self, event: str, letter: str) -> None:
        """Let one of `EVENTS` happen; ``letter`` is what is typed, if anything is."""
        self.now += SLOW if event in "CMr" else FAST
        if event in "cC":
            self._key(0, letter)
        elif event in "er":
            self._key(Qt.Key.Key_Return, "\r")
        elif event in "mMw":
            if event == "w":
                self._to_focus(QInputMethodEvent(letter, []))
            commit = QInputMethodEvent()
            commit.setCommitString(letter)
            self._to_focus(commit)
        elif event == "x":
            asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_E, CONTROL, "\x05")
            asked.setTimestamp(self.now)
            asked.ignore()
            self._to_focus(asked)
            self.log.append("page opened")
        elif event == "f":
            self.cells[-1].setFocus(Qt.FocusReason.MouseFocusReason)
        elif event == "p":
            self.now += card_reader.PAUSE
            self.pause()

    def pause(self) -> None:
        """Let the watch see that nothing comes."""
        if self.reader is not None:
            for _ in range(2):
                self.reader._paused()

    def seen(self, events: str) -> tuple[list[str], list[str]]:
        """Return what came to the cells, in its order, and what stands there."""
        self.begin()
        for event, letter in zip(events, "abcdefghijklmnopqrstuvwxyz", strict=False):
            self.does(event, letter)
        self.now += 1_000
        self.pause()
        return list(self.log), [cell.displayText() + cell._composing for cell in self.cells]


@pytest.fixture
def cells(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Cells, Cells]]:
    """Cells without a watch, and cells under one."""
    monkeypatch.setattr(card_reader, "application", lambda: qapp)
    both = Cells(qapp, monkeypatch, watched=False), Cells(qapp, monkeypatch, watched=True)
    yield both
    watch = both[1].reader
    assert watch is not None
    watch.stop()
    for each in both:
        each.window.close()
        each.window.deleteLater()


def out_of_order(both: tuple[Cells, Cells], beginnings: tuple[str, ...], length: int) -> list[str]:
    """Return the runs of events after which the watched cells have other keys, or in another order."""
    runs = [begun + "".join(rest) for begun in beginnings for rest in product(EVENTS, repeat=length)]
    plain, watched = both
    plain.come_forward()
    expected = {run: plain.seen(run) for run in runs}
    watched.come_forward()
    return [run for run in runs if watched.seen(run) != expected[run]]


def test_keys_come_in_their_order_whatever_comes_between(cells: tuple[Cells, Cells]) -> None:
    assert out_of_order(cells, ("cccc", "mmmm"), 3) == []


def test_the_harness_sees_keys_that_change_places(
    cells: tuple[Cells, Cells], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a key that ends a burst is not sent after the ones that were held back."""
    monkeypatch.setattr(CardReader, "_follow", lambda *_: False)
    wrong = out_of_order(cells, ("ccccc",), 1)
    assert "ccccce" in wrong


def test_the_harness_sees_a_word_that_would_come_twice(
    cells: tuple[Cells, Cells], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what is held back is still shown as composed, and the window's next key takes it again."""
    monkeypatch.setattr(CardReader, "_uncompose", lambda *_: None)
    assert out_of_order(cells, ("ccc",), 1) == ["cccw"]


@pytest.mark.parametrize(("planted", "seen"), [("ShortcutOverride", "x"), ("FocusAboutToChange", "f")])
def test_the_harness_sees_what_overtakes_the_keys(
    cells: tuple[Cells, Cells], monkeypatch: pytest.MonkeyPatch, planted: str, seen: str
) -> None:
    """Planted: a shortcut, or the mouse, is not watched."""
    watched = tuple(kind for kind in card_reader._WATCHED if kind.name != planted)
    monkeypatch.setattr(card_reader, "_WATCHED", watched)
    assert out_of_order(cells, ("cccc",), 1) == [f"cccc{seen}"]


class Road(QObject):
    """The road of an input method's words, which take a moment longer than its answer about a key."""

    word = Signal(str)


@pytest.mark.parametrize("in_step", [True, False])
def test_a_word_on_its_way_is_taken_before_the_key_that_followed_it(
    cells: tuple[Cells, Cells], in_step: bool
) -> None:
    """Planted: False, where nobody waits for the word."""
    watched = cells[1]
    assert watched.reader is not None
    watched.reader._in_step = in_step
    watched.come_forward()
    watched.begin()
    road = Road()

    def commit(text: str) -> None:
        event = QInputMethodEvent()
        event.setCommitString(text)
        watched._to_focus(event)

    road.word.connect(commit, Qt.ConnectionType.QueuedConnection)
    road.word.emit("张")
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        key = QKeyEvent(kind, Qt.Key.Key_Return, NONE, "\r")
        key.setTimestamp(watched.now + SLOW)
        watched._to_focus(key)
    watched.app.processEvents()
    assert (watched.log == ["one 张", "one Enter"]) is in_step, watched.log
