"""From a key to the repainted window, with the whole split worked out in between: p99 under 16 ms."""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

MOST: Final = 16.0
_A_HAND: Final = 120
"""Milliseconds between two keys; what comes faster is taken for a reader."""

_AMOUNTS: Final = ("52000", "48000", "120345.67", "8000")


def measure(rounds: int = 40, home: Path | None = None, patient: str = "") -> list[float]:
    """Milliseconds of each keystroke in an amount, on the ledger of a folder or on an empty one.

    ``patient``: the number of somebody on file, none for a new one.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QKeyEvent

    from core.words import words
    from desktop.app import Program
    from desktop.session import Session
    from desktop.settings import Settings
    from desktop.views import theme
    from desktop.views.window import application

    app = application()
    theme.dress(app)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        home = home or Path(folder)
        os.environ["MINGZHANG_HOME"] = str(home)
        program = Program(Session(words("zh"), Settings(), home))
        program.window.show()
        program.open()
        for name, text in (("benefit", "inpatient"), ("level", "level_2"), ("discharged", "2026-03-10")):
            program.counter_page.typed(name, text)
        if patient:
            program.counter_page.typed("id", patient)
            program.counter_page.enter("id")
            assert program.counter_page.visit.patient is not None
        program.counter_page.enter("population")
        program.counter_page.enter("total")
        app.processEvents()
        moment = 1_000
        for turn in range(rounds):
            cell = program.view.cell("eligible")
            cell.selectAll()
            for character in _AMOUNTS[turn % len(_AMOUNTS)]:
                event = QKeyEvent(QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character)
                moment += _A_HAND
                event.setTimestamp(moment)
                started = time.perf_counter()
                app.sendEvent(cell, event)
                app.processEvents()
                found.append((time.perf_counter() - started) * 1000)
        assert program.counter_page.visit.worked is not None
        program.window.close()
    return found


def main() -> None:
    """Prints the median and the 99th percentile, and whether it holds."""
    found = sorted(measure())
    p99 = found[int(len(found) * 0.99)]
    median = statistics.median(found)
    print(f"keystroke to repaint: median {median:.2f} ms, p99 {p99:.2f} ms (at most {MOST})")
    if p99 > MOST:
        sys.exit(1)


if __name__ == "__main__":
    main()
