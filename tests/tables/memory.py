"""A command's memory, that of its children included, as Linux tells it."""

import subprocess
import time
from pathlib import Path

TOLD = Path("/proc/self/task").exists()
"""Whether this system tells a process's memory and children."""


def watched(command: list[str], folder: Path) -> tuple[int, int]:
    """The exit status of a command, and the most memory (megabytes) that it and its children held."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_memory, _tree(process.pid))))
        time.sleep(0.02)
    return process.returncode, most // 1024


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in _tree(int(child)))]


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
