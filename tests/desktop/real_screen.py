"""A screen of X11 of its own, a window on it, and hands before it: keys come by XTest as from a keyboard."""

import ctypes
import ctypes.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
ABLE: Final = bool(
    shutil.which("Xvfb")
    and all(ctypes.util.find_library(name) for name in ("X11", "Xtst", "xcb-cursor", "xkbcommon-x11"))
)
WHY_NOT: Final = "needs Xvfb, libXtst and what Qt needs for X11"
HAND: Final = 60
"""Milliseconds between two keys of a practised hand."""

_PATIENCE: Final = 30.0
_NAMED: Final = {
    "Return": "Return",
    "Enter": "KP_Enter",
    "Esc": "Escape",
    "Tab": "Tab",
    "Backspace": "BackSpace",
    "Up": "Up",
    "Down": "Down",
    "Left": "Left",
    "Right": "Right",
    "Home": "Home",
    "End": "End",
    "PgUp": "Prior",
    "PgDn": "Next",
    "Space": "space",
    **{f"F{number}": f"F{number}" for number in range(1, 13)},
}
_MODIFIERS: Final = {"Ctrl": "Control_L", "Shift": "Shift_L", "Alt": "Alt_L"}


class Stumbled(Exception):
    """A busy machine let a reader stumble, or a number that was read was lost: to be tried again."""


class Screen:
    """A display with a keyboard. Characters that its layout lacks have keys of their own from the start."""

    def __init__(self, size: str, characters: str) -> None:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as told:  # the number and the end of its line come one after the other
            self.name = f":{told.readline().strip()}"
        self._x = ctypes.CDLL(ctypes.util.find_library("X11"))
        self._test = ctypes.CDLL(ctypes.util.find_library("Xtst"))
        for name in ("XOpenDisplay", "XGetKeyboardMapping"):
            getattr(self._x, name).restype = ctypes.c_void_p
        self._x.XStringToKeysym.restype = self._x.XKeycodeToKeysym.restype = ctypes.c_ulong
        until = time.monotonic() + _PATIENCE
        while not (opened := self._x.XOpenDisplay(self.name.encode())):
            assert time.monotonic() < until, f"no screen at {self.name}"
            time.sleep(0.05)
        self._display = ctypes.c_void_p(opened)
        self._codes: dict[str, tuple[int, bool]] = {}
        self._learn(characters)

    def _learn(self, characters: str) -> None:
        """Put characters on keys that the layout does not use."""
        first, last = ctypes.c_int(), ctypes.c_int()
        self._x.XDisplayKeycodes(self._display, ctypes.byref(first), ctypes.byref(last))
        free = (
            code
            for code in range(last.value, first.value, -1)
            if not any(self._x.XKeycodeToKeysym(self._display, code, column) for column in range(2))
        )
        for character in dict.fromkeys(characters):
            code = next(free)
            symbol = (ctypes.c_ulong * 1)(0x01000000 + ord(character))
            self._x.XChangeKeyboardMapping(self._display, code, 1, symbol, 1)
            self._codes[character] = code, False
        self._x.XSync(self._display, 0)

    def _code(self, key: str) -> tuple[int, bool]:
        """Return the key of a name or a character, and whether it stands above another one."""
        if key not in self._codes:
            symbol = self._x.XStringToKeysym(key.encode()) if len(key) > 1 else ord(key)
            code = self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(symbol))
            assert code, f"no key for {key!r}"
            above = self._x.XKeycodeToKeysym(self._display, code, 0) != symbol
            self._codes[key] = code, above and len(key) == 1
        return self._codes[key]

    def press(self, key: str, *held: str) -> None:
        """Press and release a key; ``held`` are keys that are down meanwhile."""
        code, above = self._code(key)
        down = [self._code(each)[0] for each in (*held, *(["Shift_L"] if above else []))]
        for each in (*down, code):
            self._test.XTestFakeKeyEvent(self._display, each, 1, 0)
        for each in (code, *reversed(down)):
            self._test.XTestFakeKeyEvent(self._display, each, 0, 0)
        self._x.XFlush(self._display)

    def burst(self, text: str) -> None:
        """Type a text as a reader does, all of it at once, and end it by Enter."""
        for each in (*text, "Return"):
            code, above = self._code(each)
            shift = self._code("Shift_L")[0]
            if above:
                self._test.XTestFakeKeyEvent(self._display, shift, 1, 0)
            self._test.XTestFakeKeyEvent(self._display, code, 1, 0)
            self._test.XTestFakeKeyEvent(self._display, code, 0, 0)
            if above:
                self._test.XTestFakeKeyEvent(self._display, shift, 0, 0)
        self._x.XSync(self._display, 0)

    def close(self) -> None:
        """Take the screen away."""
        self._x.XCloseDisplay(self._display)
        self._server.terminate()
        self._server.wait(_PATIENCE)


class Hands:
    """Hands before a screen on which a window stands; `state` is what the eyes see."""

    def __init__(self, screen: Screen, window: "subprocess.Popen[str]", gap: int) -> None:
        self.screen = screen
        self.gap = gap
        self.patience = _PATIENCE
        self._window = window
        self.state: dict[str, Any] = {}
        self._answer()

    def _answer(self) -> None:
        assert self._window.stdout
        self.state = json.loads(self._window.stdout.readline())

    def look(self, shot: Path | None = None) -> dict[str, Any]:
        """Look at the window; ``shot``: a picture of it is kept there."""
        assert self._window.stdin
        self._window.stdin.write(f"shot {shot}\n" if shot else "state\n")
        self._window.stdin.flush()
        self._answer()
        return self.state

    @contextmanager
    def while_busy(self, seconds: float) -> Iterator[None]:
        """Keep the window from its keys for so long; what is typed meanwhile waits for it."""
        assert self._window.stdin
        self._window.stdin.write(f"busy {seconds}\n")
        self._window.stdin.flush()
        time.sleep(0.2)
        yield
        self._answer()

    def wait(self, seen: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Wait until something is seen, as a person does who looks up; return all that is seen then."""
        until = time.monotonic() + self.patience
        while not seen(self.look()):
            assert time.monotonic() < until, self.state
            time.sleep(0.02)
        return self.state

    def type(self, script: str) -> None:
        """Type words with spaces between: names of keys, ``Ctrl+L``, or characters one by one."""
        for word in script.split():
            parts = word.split("+")
            if word in _NAMED:
                self._press(_NAMED[word])
            elif len(parts) > 1 and all(part in _MODIFIERS for part in parts[:-1]):
                key = _NAMED.get(parts[-1], parts[-1].lower())
                self._press(key, *(_MODIFIERS[part] for part in parts[:-1]))
            else:
                for character in word:
                    self._press(character)

    def _press(self, key: str, *held: str) -> None:
        time.sleep(self.gap / 1000)
        self.screen.press(key, *held)

    def read(self, number: str, *, taken: bool = True) -> None:
        """Hold a card to the reader; ``taken``: its number has to stand in the form then. Raises Stumbled."""
        time.sleep(0.2)
        self.screen.burst(number)
        time.sleep(0.2)
        until = time.monotonic() + 2
        while taken and self.look()["texts"].get("id") != number:
            if time.monotonic() > until:
                raise Stumbled(str(self.state))
            time.sleep(0.02)


@contextmanager
def window_on_screen(
    home: Path,
    *,
    size: str = "1366x768",
    scale: float = 1.0,
    gap: int = HAND,
    characters: str = "",
    fault: str = "",
    around: Callable[[str], AbstractContextManager[Mapping[str, str]]] | None = None,
) -> Iterator[Hands]:
    """Yield the hands before a window on a screen of its own.

    ``scale``: how much larger everything is drawn. ``around`` starts what else is on the screen of that name,
    and gives what it adds to the environment.
    """
    with ExitStack() as ending:
        screen = Screen(size, characters)
        ending.callback(screen.close)
        environment = {
            **os.environ,
            "MINGZHANG_HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "DISPLAY": screen.name,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": str(scale),
            "LANG": "C.UTF-8",
        }
        if around is not None:
            environment |= ending.enter_context(around(screen.name))
        window = subprocess.Popen(
            [sys.executable, "-m", "tests.desktop.real_window", str(home), *([fault] if fault else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        ending.callback(_end, window)
        hands = Hands(screen, window, gap)
        hands.wait(lambda seen: seen["focus"])
        yield hands


def _end(window: "subprocess.Popen[str]") -> None:
    """Close a window, and end its process where it does not go."""
    assert window.stdin
    assert window.stdout
    window.stdin.close()
    try:
        window.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        window.kill()
        window.wait()
    window.stdout.close()
