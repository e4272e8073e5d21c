"""The window's own process killed while it posts by keys: no acknowledged entry is lost, none is doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.ledger.access import SetUp, set_up
from core.ledger.keys import Keys, Unlocked
from core.ledger.ledger import Ledger
from desktop.settings import save
from tests.desktop.posting_window import FIRST, PIN
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures

ROOT = Path(__file__).resolve().parents[2]
_PATIENT = "220113196004080016"


def in_the_ledger(home: Path) -> list[int]:
    """The visits in the ledger, which verifies, in order."""
    path = home / "ledger.db"
    unlocked = Keys(path).unlock(CHANGCHUN.operator, PIN)
    assert isinstance(unlocked, Unlocked)
    ledger = Ledger(path, key=unlocked.key, create=False)
    try:
        assert ledger.verify().fault is None
        patient = ledger.patients.find(_PATIENT)
        entries = ledger.journal.entries(patient.key) if patient else []
        return [entry.settlement.amounts.medfee_sumamt // 100 - FIRST for entry in entries]  # type: ignore[union-attr]
    finally:
        ledger.close()


def faults_of(acknowledged: list[int], there: list[int]) -> list[str]:
    """What was lost and what was doubled."""
    lost = [f"lost {each}" for each in sorted(set(acknowledged) - set(there))]
    return lost + [f"doubled {each}" for each in sorted(set(there)) if there.count(each) > 1]


def desk_at(home: Path) -> None:
    figures(home)
    save(home, CHANGCHUN)
    assert isinstance(set_up(home / "ledger.db", CHANGCHUN.operator, PIN, None), SetUp)


@pytest.mark.skipif(os.name == "nt", reason="windows are forked")
@pytest.mark.parametrize("kills", [6, pytest.param(2_000, marks=pytest.mark.long)])
def test_a_window_killed_while_posting_loses_and_doubles_nothing(tmp_path: Path, kills: int) -> None:
    chance = random.Random(7)
    environment = {**os.environ, "MINGZHANG_HOME": str(tmp_path / "own"), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.posting_window"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert server.stdin
    assert server.stdout
    acknowledged: list[int] = []
    try:
        for kill in range(kills):
            if kill % 20 == 0:
                home = tmp_path / f"home-{kill}"
                desk_at(home)
                acknowledged = []
            server.stdin.write(f"{home}\n")
            server.stdin.flush()
            child = int(server.stdout.readline().removeprefix("window "))
            for _ in range(chance.randint(0, 2)):
                acknowledged.append(_posted(server.stdout.readline()))
            time.sleep(chance.uniform(0, 0.3))
            os.kill(child, signal.SIGKILL)
            for line in iter(server.stdout.readline, "ended\n"):
                acknowledged.append(_posted(line))
            there = in_the_ledger(home)
            assert faults_of(acknowledged, there) == []
            assert there == list(range(len(there)))
    finally:
        server.stdin.close()
        server.kill()
        server.wait()
        server.stdout.close()
    assert acknowledged


def _posted(line: str) -> int:
    assert line.startswith("posted "), line
    return int(line.removeprefix("posted "))


def test_what_is_lost_or_doubled_would_be_seen() -> None:
    assert faults_of([0, 1, 2], [0, 2]) == ["lost 1"]
    assert faults_of([0, 1], [0, 1, 1]) == ["doubled 1"]
    assert faults_of([0, 1], [0, 1, 2]) == []
