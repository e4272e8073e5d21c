"""Every command that may take long gives a sign on a terminal at least twice a second, whatever it does."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from tests.agreement.hidden import year_of
from tests.agreement.planted import month_of
from tests.benchmarks.tables import ROOT, month
from tests.cli import BUNDLED, COMMAND
from tests.desktop.slowness import slowness
from tests.tables.files import workbook
from tests.tables.memory import TOLD

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(BUNDLED or not TOLD, reason="a terminal and processes as Linux has them"),
]

ROWS: Final = 3_000
DETAILS: Final = 100_000
HALF: Final = 0.5
_POSTED: Final = ("ledger", "--db", "l.db", "--plain")
COMMANDS: Final = {
    "batch": ("batch", "in.xlsx", "--out", "out.xlsx", "--region", "jilin/example"),
    "posted": ("batch", "in.xlsx", "--out", "p.csv", "--region", "jilin/example", "--post", "--db", "l.db"),
    "reconcile": ("reconcile", "--ours", "ours.jsonl", "--theirs", "theirs.json", "--out", "r.xlsx"),
    "against the ledger": ("reconcile", "--db", "l.db", "--plain", "--theirs", "theirs.json"),
    "measure": ("measure", "year.csv", "--region", "jilin/changchun", "--year", "2026"),
    "check": ("statement", "check", "answer.txt", "--sent", "sent.txt"),
    "report": (*_POSTED, "report", "list", "--from", "2026-01-01", "--to", "2026-12-31", "--out", "l.xlsx"),
    "printed": (*_POSTED, "report", "list", "--from", "2026-01-01", "--to", "2026-12-31", "--out", "l.pdf"),
    "near": (*_POSTED, "report", "near-limits", "--from", "2026-01-01", "--to", "2026-12-31"),
    "verify": (*_POSTED, "verify"),
    "backup": (*_POSTED, "backup", "copy.db"),
    "backup-into": (*_POSTED, "backup-into", "copies"),
    "restore": ("ledger", "--db", "again.db", "--plain", "restore", "copy.db"),
    "model": ("fund", "model", "--claims", "in.xlsx", "--region", "jilin/example", "--year", "2026"),
}
"""In the order in which they are run: some work on what others have made."""


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in thread.read_text(encoding="ascii").split():
            yield from _tree(int(child))


def _computed(pid: int) -> float:
    """What a process and all that it has started have computed so far (seconds)."""
    ticks = 0
    for each in _tree(pid):
        try:
            told = Path(f"/proc/{each}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        ticks += sum(map(int, told.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _signs(command: list[str], folder: Path) -> Iterator[tuple[float, float]]:
    """The moments at which a command that runs at a terminal begins, says something, and ends.

    Each is a time, and what was computed until then (seconds).
    """
    import pty

    ours, its = pty.openpty()
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=folder, env=around, stdin=subprocess.DEVNULL, stdout=its, stderr=its
    )
    os.close(its)
    yield time.monotonic(), 0.0
    computed = 0.0
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        while process.poll() is None:
            computed = max(computed, _computed(process.pid))
            if select.select([terminal], [], [], 0.01)[0]:
                try:
                    terminal.read(1 << 16)
                except OSError:  # Linux's end of a terminal
                    break
                yield time.monotonic(), computed
    process.wait(30)
    yield time.monotonic(), computed


def _gap(signs: list[tuple[float, float]]) -> tuple[float, float]:
    """The longest time between two signs, and the most that was computed between two."""
    steps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(signs)]
    return max(step[0] for step in steps), max(step[1] for step in steps)


def test_a_gap_that_is_planted_would_be_noticed(tmp_path: Path) -> None:
    silent = "import sys, time; print(1, file=sys.stderr); time.sleep(0.8); print(2, file=sys.stderr)"
    waited, _ = _gap(list(_signs([sys.executable, "-c", silent], tmp_path)))
    assert waited > HALF
    busy = "import sys; print(1, file=sys.stderr); sum(range(40_000_000)); print(2, file=sys.stderr)"
    _, computed = _gap(list(_signs([sys.executable, "-c", busy], tmp_path)))
    assert computed > HALF


def test_no_command_is_silent_for_half_a_second(tmp_path: Path) -> None:
    workbook(tmp_path / "in.xlsx", month(ROWS))
    ours, theirs = month_of(7, 300, 0.4).write(tmp_path)
    ours.rename(tmp_path / "ours.jsonl")
    theirs.rename(tmp_path / "theirs.json")
    year_of(1, 30).write(tmp_path).rename(tmp_path / "year.csv")
    amounts = "52000.00\t35408.00\t0.00"
    for name, line in (
        ("sent", "S{0}\tJ{0}\tP{0}\t{1}\t0\n"),
        ("answer", "P{0}\tJ{0}\tS{0}\tM{0}\t0\t0\tnull\t{1}\n"),
    ):
        text = "".join(line.format(at, amounts) for at in range(DETAILS))
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    silent = []
    for name, arguments in COMMANDS.items():
        slow = slowness()
        waited, computed = _gap(list(_signs([*COMMAND, *arguments], tmp_path)))
        print(f"{name}: at most {waited:.2f} s and {computed:.2f} s of computing without a sign")
        if waited > HALF * slow or computed > HALF:
            silent.append((name, waited, computed))
    assert silent == []
    assert all((tmp_path / made).exists() for made in ("out.xlsx", "r.xlsx", "l.pdf", "again.db"))
