"""The real window on a real X server, typed into through fcitx 5: `python -m tests.desktop.fcitx_window`.

Prints as JSON what stood in the name's cell, in the search and in the question of F12 at each step.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date

from desktop.startup import input_method

input_method.choose(os.environ, input_method.installed)

from PySide6.QtCore import QTimer  # noqa: E402

from desktop.app import launch  # noqa: E402
from desktop.views.window import application  # noqa: E402

VISIT = {
    "id": "220113196004080016",
    "benefit": "inpatient",
    "level": "level_2",
    "admitted": "2026-03-01",
    "discharged": "2026-03-10",
    "eligible": "48000",
}


def _keys(*keys: str) -> None:
    subprocess.Popen(["xdotool", "key", "--delay", "90", *keys])


def main() -> None:
    """Type, step by step, each once the one before has had its time."""
    app = application()
    program = launch("zh", lambda: date(2026, 11, 22))
    program.start()
    seen: dict[str, str] = {}
    visit = program.counter_page.visit

    def fill() -> None:
        for name, text in VISIT.items():
            program.counter_page.typed(name, text)
        program.counter_page.focus("name")
        program.navigator.render()
        program.window.activateWindow()

    def note(name: str, text: Callable[[], str]) -> Callable[[], None]:
        return lambda: seen.__setitem__(name, text())

    def question() -> str:
        return program.counter_page.question.text if program.counter_page.question else ""

    steps: list[tuple[int, Callable[[], object]]] = [
        (4000, fill),
        (1000, lambda: _keys(*"wangfang")),
        (2500, lambda: _keys("space")),
        (1500, note("name", lambda: visit.texts.get("name", ""))),
        (100, lambda: _keys(*"zhang")),
        (2000, lambda: _keys("F12")),
        (1500, note("name after F12", lambda: visit.texts.get("name", ""))),
        (100, note("question", question)),
        (100, lambda: _keys("Escape")),
        (800, lambda: _keys("F3")),
        (1500, lambda: _keys(*"wangfang")),
        (2500, lambda: _keys("space")),
        (1500, note("search", lambda: program.navigator.page.texts.get("search", ""))),  # type: ignore[attr-defined]
        (100, app.quit),
    ]

    def go_on() -> None:
        wait, act = steps.pop(0)

        def done() -> None:
            act()
            if steps:
                go_on()

        QTimer.singleShot(wait, done)

    go_on()
    app.exec()
    seen["input"] = input_method.in_use(os.environ, input_method.installed())
    sys.stdout.write(json.dumps(seen) + "\n")
    program.close()


if __name__ == "__main__":
    main()
