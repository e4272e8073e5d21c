"""A program of its own in which a clerk types the next patient, killed before anything is closed."""

import os
import signal
import sys
from pathlib import Path

from desktop.settings import Settings
from desktop.views.window import application
from tests.counter_day.day import Day, opened
from tests.counter_day.hands import Hands


def main() -> None:
    """Types, waits until what was typed is kept, and dies."""
    home = Path(sys.argv[1])
    app = application()

    def start(settings: Settings) -> Hands:
        return Hands(app, opened(app, home, settings))

    day = Day(start, home, home)
    day.open()
    day.begin_with("李秀英")
    day.clerk.type("1 2 0501")
    day.wait_for_draft()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
