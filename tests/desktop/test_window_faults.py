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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter
from core.counter.opening import rules_on_file
from core.counter.rules_on_record import read_record
from core.exchange.request import RequestReader
from core.ledger.access import SetUp, set_up
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys, Unlocked
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Operators
from core.policy import packets
from core.policy.shelf import load_documents, load_regions
from desktop.desk.ledger_files import region_folders
from desktop.settings import save
from tests.desktop.faulty_window import ACTS, NEW_PIN
from tests.desktop.posting_window import PIN
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures
from tests.ledger.desk import LI, Desk, stay
from tests.ledger.powercut import ROOT, compiler
from tests.ledger.test_faults import ERRORS, QUIET, UNSURE

pytestmark = pytest.mark.skipif(
    compiler() is None, reason="what fails beneath a process is a C program: there is no compiler here"
)


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
        packets.write_new_key(self._base / "office.key")
        assert isinstance(set_up(self._base / "ledger.db", CHANGCHUN.operator, PIN, None), SetUp)
        self._long_ago()
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

    def _long_ago(self) -> None:
        """Post somebody who has not come since: a purge forgets them."""
        path = self._base / "ledger.db"
        keys = Keys(path)
        unlocked = keys.unlock(CHANGCHUN.operator, PIN)
        assert isinstance(unlocked, Unlocked)
        ledger = Ledger(path, key=unlocked.key, now=lambda: datetime(2020, 5, 5, tzinfo=UTC))
        documents = load_documents()
        reader = RequestReader(documents, load_regions(documents)[0])
        with closing(Counter(reader, ledger, keys=keys)) as counter:
            assert isinstance(counter.sign_in(CHANGCHUN.operator, PIN), Operator)
            days = {"admitted": "2020-03-01", "discharged": "2020-03-02"}
            Desk(counter).posted(stay(**days), LI, operator=CHANGCHUN.operator)

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

    def state(self, act: str = "") -> dict[str, Any]:
        """What stands in the ledger and its backups, each of which verifies, and what was given out."""
        path = self.home / "ledger.db"
        key, _ = self._unlocked(path)
        with closing(Ledger(path, key=key, create=False)) as ledger:
            fault = ledger.verify().fault
            assert fault is None, fault
            db = ledger.db
            state = {
                "entries": db.execute(
                    "SELECT kind, key IS NULL, reverses FROM entries ORDER BY number"
                ).fetchall(),
                "operators": db.execute("SELECT name, active FROM operators ORDER BY name").fetchall(),
                "acts": _acts(ledger),
                "people": db.execute("SELECT name FROM patients WHERE name <> '' ORDER BY name").fetchall(),
                "aside": db.execute("SELECT count(*) FROM drafts WHERE number > 0").fetchone()[0],
                "rules": self._in_force(ledger),
                "pin": [
                    Operators(ledger).is_pin_of(CHANGCHUN.operator, pin) and self._opens(path, pin)
                    for pin in (PIN, NEW_PIN)
                ],
            }
            copied: list[str] = []
            for copy in sorted((self.home / "backups").glob("*.db")):
                with closing(Ledger(copy, key=self._unlocked(copy)[0], heads=False)) as held:
                    assert held.verify().fault is None, copy
                    copied = _acts(held)
        papers = [*self.home.glob("papers/*"), *self.home.glob("papers.*")]
        if act == "backup":  # other acts are followed by one that may come later
            state["copied"] = copied  # of a day the last one stays: their number need not rise
        return {**state, "papers": sorted(_whole(file) for file in papers)}

    @staticmethod
    def _opens(path: Path, pin: str) -> bool:
        return isinstance(Keys(path).unlock(CHANGCHUN.operator, pin), Unlocked)

    def _unlocked(self, path: Path) -> tuple[bytes, str]:
        """The key of a ledger, and which passphrase opens it."""
        for pin in (PIN, NEW_PIN):
            unlocked = Keys(path).unlock(CHANGCHUN.operator, pin)
            if isinstance(unlocked, Unlocked):
                return unlocked.key, pin
        raise AssertionError(f"nobody can open {path.name}")

    def _in_force(self, ledger: Ledger) -> str:
        """The figures that the next start settles by."""
        record = read_record(ledger)
        packs = rules_on_file(region_folders(self.home), record).reader.regions.versions(CHANGCHUN.region)
        return str([packets.figures_of(pack) for pack in packs])

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


def _acts(ledger: Ledger) -> list[str]:
    """The acts in a ledger's trail but those that may come or not."""
    rows = ledger.db.execute("SELECT act FROM acts ORDER BY number")
    return [act for (act,) in rows if act not in QUIET]


def _whole(file: Path) -> str:
    """The ending of a file that was given out, which is whole."""
    content = file.read_bytes()
    if file.suffix == ".pdf":
        assert content.startswith(b"%PDF"), file
        assert content.rstrip().endswith(b"%%EOF"), file
    elif file.suffix == ".mzpack":
        signed = packets.signed_files(content, packets.trusted(file.parent))
        assert isinstance(signed[0].message.id, str), signed  # of a key that nobody trusts here: read whole
    elif file.suffix == ".json":
        assert json.loads(content)
    return file.suffix


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
    windows.act(act, "before")
    before = windows.state(act)
    answer = windows.act(act)
    assert answer["done"], answer
    after = windows.state(act)
    assert wrong_with(windows, act, answer, before, after) is None
    chance, fired, found = random.Random(seed), 0, []
    kinds = list(ERRORS)
    chance.shuffle(kinds)
    counts: dict[str, int] = {}
    for turn in range(2 * each):
        if fired == each:
            break
        kind = kinds[turn % len(kinds)]
        if kind not in counts:
            counts[kind] = windows.act(act, kind)["count"]
        if not counts[kind]:
            continue
        error, sticky = chance.choice(ERRORS[kind])
        nth = chance.randint(1, counts[kind])
        answer = windows.act(act, kind, nth, error, sticky)
        fired += bool(answer["fired"])
        wrong = wrong_with(windows, act, answer, before, after) if answer["fired"] else None
        if wrong is not None:
            which = f"{kind} {nth} ({errno.errorcode[error]}{', on' if sticky else ''})"
            found.append(f"{act}, {which}: {wrong} [{answer['said']}]")
    return fired, found


COUNTED_FIRST = ("print", "exported", "backup")
"""What is counted in the trail before the paper or the file is made: a copy that nobody knows of is worse."""


def wrong_with(
    windows: Windows, act: str, answer: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> str | None:
    """Return what is wrong after an act in which a call failed, None where nothing is."""
    if answer["crashes"]:
        return f"it broke: {answer['crashes'][0]}"
    try:
        state = windows.state(act)
    except (AssertionError, LedgerUnavailable) as error:
        return f"it is not whole: {error}"
    if act in COUNTED_FIRST and state == {**before, "acts": after["acts"]}:
        state = before
    if state not in (before, after):
        return f"half of it was done: {state}"
    is_open = any(words in answer["said"] for words in UNSURE)
    if answer["done"] and state != after and not (is_open and act == "taken back"):  # the form is there twice
        return "it says that it was done"
    if not answer["done"] and state == after != before and not is_open:
        return "it says that nothing was done, and it was"
    if act in ("put aside", "taken back") and not answer["form"] and not state["aside"]:
        return "the form is lost"
    return None if answer["done"] or answer["said"] else "it says nothing"


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("act", ["post", "region"])
def test_a_window_says_what_happened(windows: Windows, act: str) -> None:
    fired, found = faults_of(windows, act, 1, 1)
    assert found == []
    assert fired == 1


def test_a_window_that_says_the_opposite_is_reported(windows: Windows) -> None:
    """The planted fault: an act that was done and is told as failed, and the other way round."""
    act = "put aside"
    answer = windows.act(act)
    after = windows.state()
    before = {**after, "aside": 0}
    assert wrong_with(windows, act, answer, before, after) is None
    assert "it was" in str(wrong_with(windows, act, {**answer, "done": False}, before, after))
    assert "was done" in str(wrong_with(windows, act, answer, after, before))
    assert "half" in str(wrong_with(windows, act, answer, before, before))


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_acts_of_the_window_in_which_calls_fail(windows: Windows, act: str) -> None:
    fired, found = faults_of(windows, act, 24, 2)
    assert found == []
    assert fired > 12
