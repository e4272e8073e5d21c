"""The window's acts while one call to the disk, or one allocation, fails: what it says is what happened."""

import errno
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.ledger.access import SetUp, set_up
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys, Unlocked
from core.ledger.ledger import Ledger
from desktop.settings import save
from tests.desktop.faulty_window import ACTS
from tests.desktop.posting_window import PIN
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures
from tests.ledger.powercut import ROOT, compiler
from tests.ledger.test_faults import ERRORS

pytestmark = pytest.mark.skipif(
    compiler() is None, reason="what fails beneath a process is a C program: there is no compiler here"
)


UNSURE = ("不能确定", "没有做完")
"""What is said where a disk neither takes what was written nor lets it be taken back, and of short memory."""


class Windows:
    """The process that forks windows, and the desk that each of them begins with."""

    def __init__(self, folder: Path) -> None:
        self.home, self._base = folder / "home", folder / "base"
        shim = folder / "faults.so"
        program = compiler()
        assert program is not None
        source = ROOT / "tests" / "ledger" / "faults.c"
        subprocess.run([program, "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl"], check=True)
        figures(self._base)
        save(self._base, CHANGCHUN)
        assert isinstance(set_up(self._base / "ledger.db", CHANGCHUN.operator, PIN, None), SetUp)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.desktop.faulty_window"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "LD_PRELOAD": str(shim),
                "FAULTS_FOLDER": str(self.home),
                "MINGZHANG_HOME": str(self.home),
                "PYTHONPATH": str(ROOT),
            },
        )

    def act(
        self, act: str, kind: str = "-", nth: int = 0, error: int = 0, sticky: bool = False
    ) -> dict[str, Any]:
        """Do an act in a window of its own, over a fresh desk."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self._base, self.home)
        case = {
            "home": str(self.home),
            "act": act,
            "kind": kind,
            "nth": nth,
            "error": error,
            "sticky": sticky,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def state(self) -> dict[str, Any]:
        """What stands in the ledger and its backups, each of which verifies."""
        path = self.home / "ledger.db"
        unlocked = Keys(path).unlock(CHANGCHUN.operator, PIN)
        assert isinstance(unlocked, Unlocked), unlocked
        with closing(Ledger(path, key=unlocked.key, create=False)) as ledger:
            fault = ledger.verify().fault
            assert fault is None, fault
            entries = ledger.db.execute("SELECT kind, key IS NULL FROM entries ORDER BY number").fetchall()
            operators = ledger.db.execute("SELECT name, active FROM operators ORDER BY name").fetchall()
            for copy in sorted((self.home / "backups").glob("*.db")):
                key = Keys(copy).unlock(CHANGCHUN.operator, PIN)
                assert isinstance(key, Unlocked), copy
                with closing(Ledger(copy, key=key.key, heads=False)) as held:
                    assert held.verify().fault is None, copy
        return {"entries": entries, "operators": operators}

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    made = Windows(tmp_path_factory.mktemp("windows"))
    yield made
    made.end()


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, windows: Windows) -> None:
    monkeypatch.setenv("MINGZHANG_HOME", str(windows.home))


def faults_of(windows: Windows, act: str, each: int, seed: int) -> tuple[int, list[str]]:
    """Let so many calls fail in an act; how many did, and what was wrong."""
    assert windows.act(act)["done"]
    after = windows.state()
    counts = {kind: windows.act(act, kind)["count"] for kind in ERRORS}
    before = {
        "entries": [],
        "operators": [(name, 1) for name, _ in after["operators"] if name != "赵" or act == "operator off"],
    }
    chance, fired, found = random.Random(seed), 0, []
    kinds = [kind for kind, count in counts.items() if count]
    for turn in range(each):
        kind = kinds[turn % len(kinds)]
        error, sticky = chance.choice(ERRORS[kind])
        nth = chance.randint(1, counts[kind])
        answer = windows.act(act, kind, nth, error, sticky)
        fired += bool(answer["fired"])
        wrong = wrong_with(windows, answer, before, after) if answer["fired"] else None
        if wrong is not None:
            which = f"{kind} {nth} ({errno.errorcode[error]}{', on' if sticky else ''})"
            found.append(f"{act}, {which}: {wrong} [{answer['said']}]")
    return fired, found


def wrong_with(
    windows: Windows, answer: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> str | None:
    """Return what is wrong after an act in which a call failed, None where nothing is."""
    if answer["crashes"]:
        return f"it broke: {answer['crashes'][0]}"
    try:
        state = windows.state()
    except (AssertionError, LedgerUnavailable) as error:
        return f"it is not whole: {error}"
    if state not in (before, after):
        return f"half of it was done: {state}"
    if answer["done"] and state != after:
        return "it says that it was done"
    is_open = any(words in answer["said"] for words in UNSURE)
    if not answer["done"] and state == after != before and not is_open:
        return "it says that nothing was done, and it was"
    return None if answer["done"] or answer["said"] else "it says nothing"


def test_a_window_says_of_a_post_what_happened(windows: Windows) -> None:
    fired, found = faults_of(windows, "post", 4, 1)
    assert found == []
    assert fired


def test_a_window_that_says_the_opposite_is_reported(windows: Windows) -> None:
    """The planted fault: an act that was done and is told as failed, and the other way round."""
    answer = windows.act("operator added")
    after = windows.state()
    before = {**after, "operators": [(CHANGCHUN.operator, 1)]}
    assert wrong_with(windows, answer, before, after) is None
    assert "it was" in str(wrong_with(windows, {**answer, "done": False}, before, after))
    assert "was done" in str(wrong_with(windows, answer, after, before))


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_acts_of_the_window_in_which_calls_fail(windows: Windows, act: str) -> None:
    fired, found = faults_of(windows, act, 24, 2)
    assert found == []
    assert fired > 12
