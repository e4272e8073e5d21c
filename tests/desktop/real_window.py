"""The window on a real screen: `python -m tests.desktop.real_window HOME [FAULT]`; keys come from the screen.

Each line on standard input asks for something that no key tells, and is answered by a line of JSON: ``state``
what stands at the counter, ``shot FILE`` a picture, ``busy SECONDS`` keeps the window from its keys for so
long before it answers. FAULT plants one of `plant`.
"""

import json
import os
import sys
import time
from datetime import date
from pathlib import Path

from argon2 import PasswordHasher
from PySide6.QtCore import QSocketNotifier

import core.ledger.keys
import core.ledger.operators
import desktop.desk.documents_folder
import desktop.desk.guarded_ledger
from core.ledger import joins
from core.ledger.drafts import Drafts
from core.words import words
from desktop.app import Program
from desktop.presenters.counter import walk, whose
from desktop.session import Session
from desktop.startup import input_method
from desktop.startup.settings_file import load
from desktop.views import theme
from desktop.views.text_field import TextField
from desktop.views.window import application

TODAY = date(2026, 11, 22)
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


def plant(fault: str) -> None:
    """Plant a fault in the program."""
    if fault == "believed":
        whose.meaning = lambda *_: whose.Number.ITS_OWN  # type: ignore[assignment]
    elif fault == "waiting":
        walk.is_whole = lambda *_: False  # type: ignore[assignment]
    elif fault == "uncommitted":
        TextField.commit = lambda _self: None  # type: ignore[method-assign]
    elif fault == "asked_ahead":
        input_method.deliver_at_once = lambda _: False  # type: ignore[assignment]
    elif fault == "not_aside":
        Drafts.put_aside = lambda *_, **__: 1  # type: ignore[assignment,method-assign]
    elif fault == "not_joined":
        joins.change = lambda *_, **__: []  # type: ignore[assignment]


def state(program: Program) -> dict[str, object]:
    """Return what a pair of eyes would see, and whether keys would reach the counter."""
    focused, page = application().focusWidget(), program.navigator.page
    visit = program.counter_page.visit
    return {
        "page": page.name,
        "focus": focused.objectName() if focused else "",
        "texts": {name: str(text) for name, text in visit.texts.items()},
        "entry": visit.entry.number if visit.entry else 0,
        "question": page.question.text if page.question else "",
        "notice": page.notice.text if page.notice else "",
        "rows": [row.texts for row in getattr(getattr(page, "state", None), "rows", ())],
        "language": program.session.words.language,
        "open": program.session.counter is not None,
    }


def main() -> None:
    """Open the window and answer until standard input ends."""
    home = Path(sys.argv[1])
    plant("".join(sys.argv[2:]))
    core.ledger.keys.COST.update(CHEAP)
    core.ledger.operators.PasswordHasher = lambda: PasswordHasher(**CHEAP)  # type: ignore[assignment,misc]
    desktop.desk.guarded_ledger.system_store = lambda: None
    desktop.desk.documents_folder.documents = lambda: home
    input_method.choose(os.environ, input_method.installed)
    app = application()
    input_method.deliver_at_once(os.environ)
    theme.dress(app)
    settings = load(home)
    program = Program(Session(words(settings.language or "zh"), settings, home, today=lambda: TODAY))
    program.window.setGeometry(program.window.screen().availableGeometry())  # no window manager does it
    program.window.show()
    program.open()
    program.window.activateWindow()
    listening = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)

    def asked() -> None:
        line = os.read(sys.stdin.fileno(), 10_000).decode()
        if not line:
            app.quit()
            return
        if line.startswith("busy "):
            time.sleep(float(line.removeprefix("busy ")))
        if line.startswith("shot "):
            program.window.screen().grabWindow(0).save(line.removeprefix("shot ").strip())
        print(json.dumps(state(program)), flush=True)

    listening.activated.connect(asked)
    print(json.dumps(state(program)), flush=True)
    app.exec()
    program.window.close()


if __name__ == "__main__":
    main()
