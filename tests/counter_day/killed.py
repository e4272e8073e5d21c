"""A program of its own in which a clerk types the next patient, and which is killed before anything is closed."""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from core.words import words
from desktop.app import Program
from desktop.settings import Settings
from desktop.views import theme
from desktop.views.window import application
from tests.counter_day.day import Day
from tests.counter_day.hands import Hands


def main() -> None:
    """Types, waits until what was typed is kept, and dies."""
    home = Path(sys.argv[1])
    app = application()
    theme.dress(app)

    def start(settings: Settings, language: str) -> Hands:
        program = Program(
            words(language),
            settings,
            home,
            today=lambda: datetime(2026, 11, 22).date(),  # noqa: DTZ001
        )
        program.window.show()
        program.open()
        return Hands(app, program)

    day = Day(start, home, home)
    day.open()
    day.begin_with("李秀英")
    day.clerk.type("1 2 0501")
    day.wait_for_draft()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
