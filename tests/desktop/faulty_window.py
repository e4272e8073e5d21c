"""A window in real use whose disk, or whose memory, fails in the middle of one act that is done by keys.

Started with `tests/ledger/faults.c` beneath it: a case a line, each in a fork with a window of its own.
"""

import ctypes
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Final

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from argon2 import PasswordHasher
from PySide6.QtWidgets import QApplication

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
from desktop.settings import load
from desktop.views import theme
from desktop.views.window import application
from tests.desktop.keys import Keys
from tests.desktop.posting_window import CHEAP, PIN

VISIT: Final = (
    "F2 220113196004080016 Return 张建国 Return 1 2 0301 Return 0302 Return Return 10000 Return 5000 Return"
)
NEW_PIN: Final = "another-passphrase"

ACTS: Final = {
    "post": (VISIT, "F12 Y"),
    "operator added": (f"Ctrl+O 赵 Return Return {NEW_PIN} Return {NEW_PIN}", "F12"),
    "operator off": (f"Ctrl+O 赵 Return Return {NEW_PIN} Return {NEW_PIN} F12", "F6"),
    "backup": ("Ctrl+B", "Shift+F12"),
    "lock": (VISIT, "Ctrl+L"),
}
"""Each act: the keys before it, and those in which something fails."""


def done(keys: Keys, act: str) -> bool:
    """Whether the window says that the act was done."""
    program = keys.program
    if act == "post":
        return program.counter_page.visit.entry is not None
    if act == "lock":
        return program.session.counter is None
    if act == "backup":
        program.desk.backups.wait()
        failed = program.desk.backups.standing.failed
        return failed is None
    if "已经办好" in keys.notice:
        return True
    notice = program.navigator.page.notice
    return notice is not None and notice.kind != "wrong" and not keys.faults


def act_at(home: Path, case: dict[str, Any]) -> dict[str, Any]:
    """Sign in, come to the act, let something fail in it, and tell what the window says."""
    app = application()
    theme.dress(app)
    program = Program(Session(words("zh"), load(home), home))
    crashes: list[str] = []

    def caught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        crashes.append("".join(traceback.format_exception(kind, error, trace))[-600:])
        program.caught(kind, error, trace)

    sys.__excepthook__ = lambda *_: None
    sys.excepthook = caught
    program.window.show()
    program.open()
    keys = Keys(app, program)
    keys.type(f"{PIN} Return")
    program.desk.backups.wait()
    if case["act"] == "backup":
        time.sleep(1.1)  # backups are named by the second
    before, keys_of_act = ACTS[case["act"]]
    keys.type(before)
    if case["act"] == "operator off":
        program.navigator.page.picked("赵")
    shim = ctypes.CDLL(None)
    shim.faults_arm(
        ctypes.c_char(case["kind"].encode()), ctypes.c_long(case["nth"]), case["error"], int(case["sticky"])
    )
    keys.type(keys_of_act)
    was_done = done(keys, case["act"])
    counted, fired = int(shim.faults_count()), int(shim.faults_fired())
    shim.faults_arm(ctypes.c_char(b"-"), ctypes.c_long(0), 0, 0)
    unknown = [each for each in crashes if "KnownError" not in each and "LedgerUnavailable" not in each]
    return {
        "done": was_done,
        "said": keys.notice or " ".join(keys.faults),
        "crashes": [each for each in unknown if "MemoryError" not in each],
        "count": counted,
        "fired": fired,
    }


def main() -> None:
    """Fork a window for each line."""
    core.ledger.keys.COST.update(CHEAP)
    core.ledger.operators.PasswordHasher = lambda: PasswordHasher(**CHEAP)  # type: ignore[assignment,misc]
    desktop.desk.guarded_ledger.system_store = lambda: None
    assert desktop.pages
    assert desktop.views.counter.steps
    read: list[Any] = []
    for line in sys.stdin:
        case = json.loads(line)
        home = Path(case["home"])
        if not read:  # the same rules for every window
            read.append(core.counter.opening.rules_on_file(region_folders(home)))
            core.counter.opening.rules_on_file = lambda *_given: read[0]
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                answer = act_at(home, case)
            except BaseException:
                answer = {"done": False, "said": "", "crashes": [traceback.format_exc()[-900:]], "fired": 1}
            with os.fdopen(writing, "w") as pipe:
                pipe.write(json.dumps(answer))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            text = pipe.read()
        os.waitpid(child, 0)
        sys.stdout.write((text or '{"done": false, "said": "", "crashes": ["it ended"], "fired": 1}') + "\n")
        sys.stdout.flush()
    assert QApplication.instance() is None


if __name__ == "__main__":
    main()
