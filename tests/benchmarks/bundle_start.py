"""From the start of the process to the window's first frame and to the first split: from source and bundled.

Beside each an empty PySide6 window, started and bundled the same way, by turns in the same run. The bundle's
first frame is to be drawn at most 1.3 times as late as the empty bundle's. Prints a table for the page of the
bundle.
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
MOST_PAINTED: Final = 1.3


def _start(command: list[str]) -> dict[str, float]:
    """Milliseconds from the start of the process to what it tells the time of."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.time()
    said = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()[-1]
    if said.startswith("{"):
        found = json.loads(said)
        assert found["ok"], said
        times = {name: found[name] for name in ("painted", "usable")}
    else:
        times = {"painted": float(said.split()[1])}
    return {name: (at - started) * 1000 for name, at in times.items()}


def measure(runs: int = RUNS) -> dict[str, dict[str, float]]:
    """Medians in milliseconds by program, the programs by turns."""
    found: dict[str, dict[str, list[float]]] = {}
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
                    if turn:  # the first one warms
                        found.setdefault(name, {}).setdefault(what, []).append(at)
    return {
        name: {what: statistics.median(each) for what, each in times.items()} for name, times in found.items()
    }


def table(found: dict[str, dict[str, float]]) -> str:
    """The medians, in Markdown."""
    lines = ["| | first frame | first split |", "| --- | ---: | ---: |"]
    for name, times in found.items():
        usable = f"{times['usable']:.0f} ms" if "usable" in times else ""
        lines.append(f"| {name} | {times['painted']:.0f} ms | {usable} |")
    return "\n".join(lines)


def holds(found: dict[str, dict[str, float]]) -> bool:
    """Whether the bundle's window is painted soon enough."""
    return found["bundle"]["painted"] <= MOST_PAINTED * found["bundle, empty window"]["painted"]


def main() -> None:
    """Prints the table and whether it holds."""
    if not (DIST / "empty").is_dir():
        print("no bundle: dev.py bundle makes it")
        return
    found = measure()
    print(table(found))
    ratio = found["bundle"]["painted"] / found["bundle, empty window"]["painted"]
    print(f"\nbundle, first frame: {ratio:.2f} x the empty window's (at most {MOST_PAINTED})")
    if not holds(found):
        sys.exit(1)


if __name__ == "__main__":
    main()
