"""A window in a session of its own, as a screen reader meets it: `python -m tests.desktop.heard_window HOME`.

Each line on standard input is typed into it; what is typed has been drawn when ``done`` comes back.
"""

import os
import sys
from datetime import date
from pathlib import Path

from PySide6.QtCore import QSocketNotifier

from core.words import words
from desktop.app import Program
from desktop.session import Session
from desktop.settings import Settings
from desktop.views import theme
from desktop.views.window import application
from tests.desktop.keys import Keys


def main() -> None:
    """Opens the window and types until standard input ends."""
    app = application()
    theme.dress(app)
    settings = Settings(hospital="示例县医院", operator="王芳")
    program = Program(Session(words("zh"), settings, Path(sys.argv[1]), today=lambda: date(2026, 11, 22)))
    program.window.show()
    program.open()
    keys = Keys(app, program)
    listening = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)

    def typed() -> None:
        line = os.read(sys.stdin.fileno(), 10_000).decode()
        if not line:
            app.quit()
            return
        keys.type(line)
        for _ in range(5):
            app.processEvents()
        print("done", flush=True)

    listening.activated.connect(typed)
    print("done", flush=True)
    app.exec()
    program.window.close()


if __name__ == "__main__":
    main()
