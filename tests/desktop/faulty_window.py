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
import core.ledger.key_renewal
import core.ledger.keys
import core.ledger.operators
import desktop.desk.documents_folder
import desktop.desk.guarded_ledger
import desktop.openers.signing
import desktop.pages
import desktop.views.counter.steps
from core.ledger.errors import KnownError
from core.words import words
from desktop.app import Program
from desktop.desk.ledger_files import region_folders
from desktop.session import Session
from desktop.startup.settings_file import load
from desktop.views import theme
from desktop.views.window import application
from tests.desktop.keys import Keys
from tests.desktop.posting_window import CHEAP, PIN

PERSON: Final = "220113196004080016"
STAY: Final = "0301 Return 0302"
VISIT: Final = f"F2 {PERSON} Return 张建国 Return 1 2 {STAY} Return Return 10000 Return 5000 Return"
NEW_PIN: Final = "another-passphrase"
ZHAO: Final = f"Ctrl+O 赵 Return Return {NEW_PIN} Return {NEW_PIN}"

ACTS: Final = {
    "post": (VISIT, "F12 Y"),
    "reversal": (f"{VISIT} F12 Y F6 录错了", "F12 Y"),
    "put aside": (VISIT, "Shift+F2"),
    "taken back": (f"{VISIT} Shift+F2", "Shift+F3 Return"),
    "print": (f"{VISIT} F12 Y", "F9"),
    "operator added": (ZHAO, "F12"),
    "operator off": (f"{ZHAO} F12 =赵", "F6"),
    "own passphrase": (f"!pin {PIN} Return {NEW_PIN} Return {NEW_PIN}", "F12"),
    "region": ("F5 PgDn PgDn 300", "F12"),
    "packet signed": ("!sign !files !key 县医保局 Return 1", "F12"),
    "office's key": ("!sign", "Shift+F4"),
    "backup": ("Ctrl+B", "Shift+F12"),
    "restore": (f"{VISIT} F12 Y Ctrl+B F6 {PIN} F12", "Y"),
    "exported": (f"{VISIT} F12 Y F2 Ctrl+R {PERSON}", "Shift+F12"),
    "erased": (f"{VISIT} F12 Y F2 Ctrl+R {PERSON} F6", "Y"),
    "purged": (f"{VISIT} F12 Y F2 Ctrl+R Return 24 Shift+F6", "Y"),
    "lock": (VISIT, "Ctrl+L"),
    "new key at the lock": (f"!slow {ZHAO} F12 =赵 F6 Esc", "Ctrl+L"),
}
"""Each act: what leads to it (keys; a name after ``=`` is picked, ``!`` is in `_led`), and its own keys."""


def _led(keys: Keys, text: str) -> None:
    """Come to where an act begins."""
    for word in text.split():
        page = keys.program.navigator.page
        if word in ("!pin", "!sign"):
            keys.program.navigator.press(word[1:])
        elif word == "!files":
            keys.type("Return F3")
        elif word == "!key":
            keys.type("Backtab F3")
        elif word == "!slow":  # a ledger so large that its new key waits for the lock
            core.ledger.key_renewal._PER_SECOND = 10  # type: ignore[misc]
        elif word.startswith("="):
            page.picked(word[1:])
        else:
            keys.type(word)


def _dialogs(home: Path) -> None:
    """Answer the system's dialogs, and keep what is given out below the folder in which calls fail."""
    desktop.desk.documents_folder.documents = lambda: home / "papers"
    dialog = desktop.openers.signing.QFileDialog
    packs = [str(file) for file in sorted((home / "regions").glob("*.toml"))]
    dialog.getOpenFileNames = staticmethod(lambda *_: (packs, ""))  # type: ignore[method-assign]
    key = str(home / "office.key")
    dialog.getOpenFileName = staticmethod(lambda *_: (key, ""))  # type: ignore[method-assign]
    dialog.getSaveFileName = staticmethod(lambda *_: (str(home / "papers.key"), ""))  # type: ignore[method-assign]


def done(keys: Keys, act: str) -> bool:
    """Whether the window says that the act was done."""
    program = keys.program
    page = program.navigator.page
    if act == "post":
        return program.counter_page.visit.entry is not None
    if act in ("lock", "new key at the lock"):
        return program.session.counter is None
    if act == "region":
        return "已保存" in keys.notice  # also where only the desk's settings were not kept
    if act == "put aside":
        return "已挂单" in keys.notice
    if act == "taken back":
        return keys.cell("name") != ""
    if act == "backup":
        program.desk.backups.wait()
        failed = program.desk.backups.standing.failed
        return failed is None
    if "已经办好" in keys.notice:
        return True
    notice = program.counter_page.state.notice if act == "print" else page.notice
    return notice is not None and notice.kind != "wrong" and not keys.faults


def act_at(home: Path, case: dict[str, Any]) -> dict[str, Any]:
    """Sign in, come to the act, let something fail in it, and tell what the window says."""
    app = application()
    theme.dress(app)
    program = Program(Session(words("zh"), load(home), home))
    crashes: list[str] = []

    def caught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if not isinstance(error, (KnownError, MemoryError)):
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
    _dialogs(home)
    _led(keys, before)
    program.desk.backups.wait()
    if case["kind"] == "before":
        return {"done": False, "said": keys.notice, "crashes": crashes, "count": 0, "fired": 0}
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
        "form": keys.cell("name") if program.session.counter is not None else "",
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
