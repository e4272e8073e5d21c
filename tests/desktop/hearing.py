"""A screen reader's ears: the window's tree as it comes over AT-SPI, read with busctl.

`python -m tests.desktop.hearing HOME KEYS…` runs inside a session bus of its own, opens a window on a screen
of its own and tells, in a line of JSON for each of the KEYS, everything that is heard after they were typed.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("dbus-run-session", "busctl", "Xvfb")
SERVICES = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")
_REGISTRY = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_FOCUSABLE, _SHOWING = 11, 25
"""States by their number in AtspiStateType."""

_PATIENCE = 20.0


class Heard(NamedTuple):
    """One part of the window."""

    role: str
    name: str
    description: str
    focusable: bool
    showing: bool


class Bus:
    """A message bus."""

    def __init__(self, address: str) -> None:
        self._address = address

    def call(self, *arguments: str) -> Any:
        """What a method answers."""
        command = ["busctl", f"--address={self._address}", "--json=short", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)
        if done.returncode:
            raise ConnectionError(done.stderr.strip())
        answer = json.loads(done.stdout)["data"]
        return answer[0] if arguments[0] == "call" else answer

    def ask(self, place: tuple[str, str], method: str, *arguments: str) -> Any:
        """What a part says of itself."""
        return self.call("call", *place, _ACCESSIBLE, method, *arguments)

    def read(self, place: tuple[str, str], name: str) -> str:
        """A property of a part."""
        return str(self.call("get-property", *place, _ACCESSIBLE, name))


def accessibility_bus() -> Bus:
    """The bus of the screen readers, which the session's own starts."""
    session = Bus(os.environ["DBUS_SESSION_BUS_ADDRESS"])
    return Bus(session.call("call", "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress"))


def whole(bus: Bus, place: tuple[str, str]) -> Iterator[Heard]:
    """A part with all that it holds."""
    words = bus.ask(place, "GetState")
    states = words[0] | words[1] << 32
    yield Heard(
        bus.ask(place, "GetRoleName"),
        bus.read(place, "Name"),
        bus.read(place, "Description"),
        bool(states >> _FOCUSABLE & 1),
        bool(states >> _SHOWING & 1),
    )
    for child in bus.ask(place, "GetChildren"):
        yield from whole(bus, tuple(child))


def main() -> None:
    """Opens the screen and the window, and tells what is heard."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    display = os.read(reading, 100).decode().strip()
    bus = accessibility_bus()
    window = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.heard_window", sys.argv[1]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "DISPLAY": f":{display}",
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        },
    )
    assert window.stdin is not None
    assert window.stdout is not None
    try:
        assert window.stdout.readline() == "done\n"
        programs: list[Any] = []
        began = time.monotonic()
        while not programs and time.monotonic() < began + _PATIENCE:
            programs = bus.ask(_REGISTRY, "GetChildren")
        for keys in sys.argv[2:]:
            window.stdin.write(keys + "\n")
            window.stdin.flush()
            assert window.stdout.readline() == "done\n"
            print(json.dumps(list(whole(bus, tuple(programs[0])))), flush=True)
    finally:
        window.stdin.close()
        window.wait(_PATIENCE)
        screen.terminate()
        screen.wait(_PATIENCE)


if __name__ == "__main__":
    main()
