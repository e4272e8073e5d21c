"""The insurer's results held against ours, and a month's details, through the console.

2 000 rows against 2 000 take about 5 s where one in twenty differs, a minute where a third does. 100 000 rows
of an answer to a month's details are held against what went up in about 5 s.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.agreement.planted import month_of
from tests.benchmarks.tables import ROOT, timed

ROWS: Final = 2_000
DETAILS: Final = 100_000


def _run(name: str, *arguments: object) -> None:
    with timed(name):
        subprocess.run(
            [sys.executable, "-m", "core.console", *map(str, arguments)],
            cwd=ROOT,
            check=False,
            stdout=subprocess.DEVNULL,
        )


def main() -> None:
    """Reconcile two months of one size, and look at an answer of 100 000 rows."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for differing, told in ((0.05, "one in twenty differs"), (0.34, "a third differs")):
            ours, *theirs = month_of(5, ROWS, differing).write(folder)
            files = ["--theirs", *theirs, "--ours", ours, "--month", "2026-03"]
            _run(f"{ROWS} rows, {told}", "reconcile", *files)
        sent, answer = folder / "sent.txt", folder / "answer.txt"
        amounts = "52000.00\t35408.00\t0.00"
        sent.write_text("".join(f"S{at}\tJ{at}\tP{at}\t{amounts}\t0\n" for at in range(DETAILS)))
        answer.write_text(
            "".join(f"P{at}\tJ{at}\tS{at}\tM{at}\t0\t0\tnull\t{amounts}\n" for at in range(DETAILS))
        )
        _run(f"{DETAILS} details", "statement", "check", answer, "--sent", sent)


if __name__ == "__main__":
    main()
