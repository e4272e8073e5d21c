"""From the start of the process to the window's first frame and to the first split: from source and bundled.

Beside each an empty PySide6 window, started and bundled the same way, by turns in the same run. The bundle's
first frame is to be drawn at most 1.25 times as late as the empty bundle's: the median of each turn's ratio.
Beside it stands the same of the processor's time, which other work on the machine hardly changes. Prints a
table for the page of the bundle.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DIST: Final = ROOT / "build" / "dist"
EXE: Final = ".exe" if os.name == "nt" else ""
RUNS: Final = 15
MOST_PAINTED: Final = 1.25

Found = dict[str, dict[str, list[float]]]
"""Milliseconds of each run, by program and by what they were measured to."""


def _start(command: list[str]) -> dict[str, float]:
    """Milliseconds from the start of the process to what it tells of; ``worked`` is the processor's time."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.time()
    said = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()[-1]
    if said.startswith("{"):
        found = json.loads(said)
        assert found["ok"], said
        times = {name: found[name] - started for name in ("painted", "usable")} | {"worked": found["worked"]}
    else:
        painted, worked = map(float, said.split()[1:])
        times = {"painted": painted - started, "worked": worked}
    return {name: at * 1000 for name, at in times.items()}


def measure(runs: int = RUNS) -> Found:
    """Start the programs by turns, and once before to warm them."""
    found: Found = {}
    for turn in range(runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            commands = {
                "source": [sys.executable, "-P", "-m", "desktop", "--trial", folder + "/a"],
                "source, empty window": [sys.executable, "build_scripts/empty_window.py"],
                "bundle": [str(DIST / "mingzhang" / f"mingzhang{EXE}"), "--trial", folder + "/b"],
                "bundle, empty window": [str(DIST / "empty" / f"empty{EXE}")],
            }
            for name, command in commands.items():
                for what, at in _start(command).items():
                    if turn:
                        found.setdefault(name, {}).setdefault(what, []).append(at)
    return found


def table(found: Found) -> str:
    """Return the medians, in Markdown."""
    lines = [
        "| | first frame | of the processor's time | first split |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, times in found.items():
        shown = [
            f"{statistics.median(times[what]):.0f} ms"
            for what in ("painted", "worked", "usable")
            if what in times
        ]
        lines.append(f"| {' | '.join([name, *shown, *[''] * (3 - len(shown))])} |")
    return "\n".join(lines)


def ratio(found: Found, what: str) -> float:
    """Return the median of the bundle's times over the empty bundle's, turn by turn."""
    pairs = zip(found["bundle"][what], found["bundle, empty window"][what], strict=True)
    return statistics.median(ours / empty for ours, empty in pairs)


def main() -> None:
    """Print the table and whether the bundle's window is painted soon enough."""
    if not (DIST / "empty").is_dir():
        print("no bundle: dev.py bundle makes it")
        return
    found = measure()
    print(table(found))
    painted = ratio(found, "painted")
    print(f"\nbundle, first frame: {painted:.2f} x the empty window's (at most {MOST_PAINTED})")
    print(f"of the processor's time: {ratio(found, 'worked'):.2f} x")
    if painted > MOST_PAINTED:
        sys.exit(1)


if __name__ == "__main__":
    main()
