"""A window in real use that posts one visit after another by keys, until somebody kills it.

One process has everything imported and forks a window each time it is asked to: `python -m
tests.desktop.posting_window HOME`, a line on standard input for each. Every visit has a total of its own.
"""

import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from argon2 import PasswordHasher

import core.counter.opening
import core.ledger.keys
import core.ledger.operators
import desktop.desk.guarded_ledger
import desktop.pages
import desktop.views.counter.steps
from core.words import words
from desktop.app import Program
from desktop.desk.ledger_files import region_folders
from desktop.session import Session
from desktop.startup.settings_file import load
from desktop.views import theme
from desktop.views.window import application
from tests.desktop.keys import Keys

PIN = "a-long-passphrase"
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
FIRST = 10_000
"""The total of the first visit (yuan); each one after it has a yuan more."""


def post_on(home: Path) -> None:
    """Signs in, goes on with what was not finished, then posts and posts."""
    app = application()
    theme.dress(app)
    settings = load(home)
    program = Program(Session(words("zh"), settings, home))
    program.window.show()
    program.open()
    keys = Keys(app, program)
    keys.type(f"{PIN} Return")
    counter = program.session.counter
    assert counter is not None, keys.notice
    if program.counter_page.visit.texts.get("total"):
        keys.type("F12 Y")
        _tell(program)
    done = len(keys.entries())
    while True:
        # the ID brings name, benefit, level and category
        known, category = ("", "") if done else ("张建国 Return 1 2", "Return")
        begun = date(2026, 1, 1) + timedelta(days=done % 300)  # stays that follow one another
        days = f"{begun:%m%d} Return {begun + timedelta(days=1):%m%d} Return"
        keys.type(f"F2 220113196004080016 Return {known} {days} {category} {FIRST + done} Return 5000 Return")
        program.counter_page.visit.save_draft()
        keys.type("F12 Y")
        _tell(program)
        done += 1


def _tell(program: Program) -> None:
    entry = program.counter_page.visit.entry
    assert entry is not None, program.counter_page.state.notice
    sys.stdout.write(f"posted {entry.settlement.amounts.medfee_sumamt // 100 - FIRST}\n")  # type: ignore[union-attr]
    sys.stdout.flush()


def main() -> None:
    """Forks a window for each line."""
    core.ledger.keys.COST.update(CHEAP)
    core.ledger.operators.PasswordHasher = lambda: PasswordHasher(**CHEAP)  # type: ignore[assignment,misc]
    desktop.desk.guarded_ledger.system_store = lambda: None
    read: list[Any] = []
    for line in sys.stdin:
        if not read:  # the same rules for every window
            read.append(core.counter.opening.rules_on_file(region_folders(Path(line.strip()))))
            core.counter.opening.rules_on_file = lambda *_given: read[0]
        child = os.fork()
        if child == 0:
            try:
                post_on(Path(line.strip()))
            finally:
                os._exit(1)
        sys.stdout.write(f"window {child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
