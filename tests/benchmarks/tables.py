"""A month of 20 000 rows through `mingzhang-cli batch`, a workbook in and a workbook out.

It takes about 12 s on two cores and less than 300 MB in all its processes. It is not slower than a plain
program that reads and writes the same columns with openpyxl and does the arithmetic alone, in Decimal, in the
same run (left out where openpyxl is not installed).
"""

import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tests.tables.files import FULL, workbook
from tests.tables.memory import watched

ROWS: Final = 20_000
MOST_MEMORY: Final = 300
ROOT: Final = Path(__file__).parents[2]
_BENEFITS: Final = (*["普通住院"] * 5, *["普通门诊"] * 2, "门诊特病", "日间手术")
_KINDS: Final = (*["普通居民"] * 6, "低保对象", "孤儿")


def month(rows: int) -> list[list[Any]]:
    """Rows of a made-up month, header first."""
    chance = random.Random(1)
    people = [
        f"980101{chance.randrange(1940, 2015)}0101{number % 1000:03}X" for number in range(rows * 6 // 10)
    ]
    table: list[list[Any]] = [[*FULL, "结算ID"]]
    for number in range(rows):
        benefit = chance.choice(_BENEFITS)
        out = date(2026, 3, 1) + timedelta(days=chance.randrange(31))
        into = out - timedelta(days=chance.randrange(20)) if benefit == "普通住院" else out
        total = chance.randrange(50_000, 6_000_000)
        own, over = total * chance.randrange(10) // 100, total * chance.randrange(4) // 100
        first = (total - own - over) * chance.randrange(9) // 100
        fen = (total, own, over, first, total - own - over - first)
        level = "一级" if benefit == "普通门诊" else chance.choice(("一级", "二级", "三级"))
        who = [chance.choice(people), "演示", chance.choice(_KINDS), level, benefit, into, out]
        table.append([*who, *(each / 100 for each in fen), f"9899{number:014}"])
    return table


def ours(file: Path, out: Path) -> None:
    """Settle by the console, and print time and memory."""
    command = [sys.executable, "-m", "core.console", "batch", str(file), "--out", str(out)]
    command += ["--region", "jilin/example"]
    with timed(f"{ROWS} rows"):
        subprocess.run(
            [*command, "--region", "jilin/example"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
    _, most = watched(command, ROOT)
    print(f"at most {most} MB in all processes (bound: {MOST_MEMORY})")


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Print how long other programs take in a block: by the clock, and of all processors together."""
    began, before = time.perf_counter(), os.times()
    yield
    after = os.times()
    computed = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"{name}: {time.perf_counter() - began:.1f} s, {computed:.1f} s of computing")


_WINDOW: Final = """
import os, subprocess, sys
from pathlib import Path
from core.jobs.frames import Frames, framed
from core.jobs.values import AskedTable, DeskLedger, Progress, SettleTable, TableSettled
from core.tables.child import DO_JOBS, command

folder = Path(sys.argv[1]).parent
ledger = DeskLedger(folder / "practice.db", None, (), "", 3)
job = SettleTable(ledger, AskedTable(Path(sys.argv[1]), "jilin/example"), Path(sys.argv[2]), "zh")
process = subprocess.Popen(command(DO_JOBS), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
process.stdin.write(framed(job))
process.stdin.flush()
frames, told = Frames(), Progress("", 0, 0)
while isinstance(told, Progress) and (piece := os.read(process.stdout.fileno(), 1 << 16)):
    for told in frames.take(piece):
        pass
process.stdin.close()
process.wait()
assert isinstance(told, TableSettled), told
"""


def by_the_window(file: Path, out: Path) -> None:
    """Settle by the process that works for the window, and print its memory and that of its own processes."""
    _, most = watched([sys.executable, "-c", _WINDOW, str(file), str(out)], ROOT)
    print(f"at most {most} MB beside the window (bound: {MOST_MEMORY})")


_PLAIN: Final = """
import sys
from decimal import ROUND_HALF_UP, Decimal
from openpyxl import Workbook, load_workbook

CENT = Decimal("0.01")

def split(total, own, over, first, paid):
    scope = total - own - over - first
    deductible = min(scope, Decimal(400))
    left, basic = scope - deductible, Decimal(0)
    for top, rate in ((Decimal(30000), "0.7"), (Decimal(60000), "0.75"), (None, "0.8")):
        part = left if top is None else min(left, top)
        basic += (part * Decimal(rate)).quantize(CENT, ROUND_HALF_UP)
        left -= part
    burden = scope - basic
    critical = (max(Decimal(0), burden - 10000) * Decimal("0.6")).quantize(CENT, ROUND_HALF_UP)
    funds = basic + critical
    return (total, own, over, first, scope, deductible, basic, critical, Decimal(0), funds, total - funds)

rows = load_workbook(sys.argv[1], read_only=True).active.iter_rows(values_only=True)
book = Workbook(write_only=True)
sheet = book.create_sheet()
header = next(rows)
sheet.append([*header, *range(11)])
for row in rows:
    amounts = [Decimal(str(cell)).quantize(CENT) for cell in row[7:11]]
    sheet.append([*row, *map(float, split(*amounts, Decimal(0)))])
book.save(sys.argv[2])
"""


def plain(file: Path, out: Path) -> None:
    """Do the arithmetic alone in Decimal, with openpyxl, and print the time."""
    if importlib.util.find_spec("openpyxl") is None:
        print("openpyxl is not installed: no comparison")
        return
    with timed("a plain program with openpyxl and Decimal"):
        subprocess.run([sys.executable, "-c", _PLAIN, str(file), str(out)], check=True)


def main() -> None:
    """Settle a month, and a plain program's month beside it."""
    with tempfile.TemporaryDirectory() as folder:
        file = workbook(Path(folder, "month.xlsx"), month(ROWS))
        ours(file, Path(folder, "out.xlsx"))
        by_the_window(file, Path(folder, "window.xlsx"))
        plain(file, Path(folder, "plain.xlsx"))


if __name__ == "__main__":
    main()
