"""Signs of life on a terminal: however long a step is silent, they come twice a second."""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from core.console import signs
from core.console.signs import Ended, Signs, heed_the_system, status_of
from core.tables.watch import Watch

ROOT: Final = Path(__file__).resolve().parents[2]
WORK = 0.2


class Terminal(io.StringIO):
    """A terminal that remembers when something was written to it, and what."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[tuple[float, str]] = []

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.append((time.monotonic(), text))
        return len(text)


Look = Callable[[], Terminal]


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Look:
    """Makes standard error a terminal; signs come a hundred times as often as they have to."""
    monkeypatch.setattr(signs, "_FIRST", 0.005)
    monkeypatch.setattr(signs, "_EVERY", 0.005)

    def looked() -> Terminal:
        found = Terminal()
        monkeypatch.setattr(sys, "stderr", found)  # once the test runs: pytest takes the stream before
        return found

    return looked


def _wait(come: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not come():
        assert time.monotonic() < until
        time.sleep(0.001)


def _largest_gap(terminal: Terminal, began: float) -> float:
    """The longest time without a sign between a moment and now."""
    moments = [began, *(moment for moment, _ in terminal.written), time.monotonic()]
    return max(after - before for before, after in pairwise(moments))


@pytest.mark.parametrize("planted", [False, True], ids=["signs", "a gap"])
def test_a_step_that_says_nothing_is_not_silent(look: Look, planted: bool) -> None:
    terminal, given = look(), Signs()
    began = time.monotonic()
    given.begin()
    watch = Watch(given.tell)
    watch.tell("reading", 3, 10)
    if planted:  # as a thread would be that is not let in
        given._next += 10
    time.sleep(WORK)  # the step
    assert (_largest_gap(terminal, began) < WORK / 2) != planted
    given.end()


def test_a_sign_says_the_present_stage_and_goes_before_anything_else(look: Look) -> None:
    terminal, given = look(), Signs()
    given.take_words(lambda stage, done, of, _seconds: f"{stage} {done}/{of}")
    given.begin()
    given.tell("reading", 3, 10)
    _wait(lambda: len(terminal.written) > 1)
    assert terminal.written[-1][1].strip() == "reading 3/10"
    given.end()
    said = "".join(text for _, text in terminal.written)
    assert said.endswith("\r" + " " * len("reading 3/10") + "\r")
    count = len(terminal.written)
    time.sleep(0.02)
    assert len(terminal.written) == count


def test_nothing_is_said_over_what_a_person_types(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, given = look(), Signs()
    monkeypatch.setattr(sys, "stdin", Terminal())
    with given.while_typed():
        given.begin()
        time.sleep(0.03)
        assert terminal.written == []
    _wait(lambda: bool(terminal.written))
    given.end()


def test_where_nobody_looks_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (None, io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stream)
        given = Signs()
        given.begin()
        assert given._thread is None
        given.clear()
        given.end()


_PRESSED: Final = """
import signal, sys

class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Pressed())
from core.console import main
sys.exit(main())
"""


@pytest.mark.parametrize("loaded", ["core.console.beginning", "threading", "core.words"])
def test_ctrl_c_while_a_command_is_loaded_ends_it_without_a_traceback(loaded: str) -> None:
    command = [sys.executable, "-S", "-c", _PRESSED, loaded]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_signal_to_end_is_taken_once_and_gives_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers = {}
    monkeypatch.setattr(signs.signal, "signal", handlers.__setitem__)
    heed_the_system()
    ended = handlers[signs.signal.SIGTERM]
    with pytest.raises(Ended) as asked:
        ended(signs.signal.SIGTERM, None)
    ended(signs.signal.SIGINT, None)  # within the same second, while the first is being heeded
    assert (status_of(asked.value), status_of(KeyboardInterrupt())) == (143, 130)
