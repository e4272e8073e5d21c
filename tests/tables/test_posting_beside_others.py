"""A whole table is posted while the counter posts, and killed on the way: all of it stands, or nothing."""

import json
import random
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from core.counter import open_counter, posting
from core.ledger.entries import Identifier, PatientGiven, Posted
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from tests.cli import COMMAND
from tests.tables.files import FULL, row, text

PATIENCE = 3.0
"""So long a window waits for the ledger (seconds)."""

SIZES = [200, pytest.param(5_000, marks=pytest.mark.long)]


def _table(file: Path, rows: int) -> Path:
    """A table of so many stays, two of a person, one person in three of them known to the counter."""
    dice = random.Random(rows)
    lines = [FULL]
    for number in range(rows):
        paid = dice.randrange(2_000_00, 90_000_00)
        sums = {"医疗费总额（元）": paid, "全自费金额": 0, "先行自付金额": 0, "符合政策范围金额": paid}
        yuan = {name: f"{fen // 100}.{fen % 100:02d}" for name, fen in sums.items()}
        day = f"2026-{1 + number % 11:02d}-{10 + number % 17}"
        lines.append(row(证件号码=_person(number // 2), 入院日期=day, 出院日期=day, **yuan))
    return text(file, lines)


def _person(number: int) -> str:
    return f"E{12_345_678 + 7 * number}"


def _begun(table: Path, ledger: Path) -> "subprocess.Popen[bytes]":
    given = [str(table), "--out", str(table.with_name("out.csv")), "--region", "jilin/example"]
    command = [*COMMAND, "batch", *given, "--post", "--plain", "--db", str(ledger), "--operator", "wang"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _stands(ledger: Path) -> int:
    """The number of entries of a ledger, which is whole."""
    with closing(Ledger(ledger)) as opened:
        verified = opened.verify()
    assert verified.fault is None
    return verified.entries


class _Desk(threading.Thread):
    """A counter that posts to people of the table again and again, and notes how long each took."""

    def __init__(self, ledger: Path) -> None:
        super().__init__()
        self._ledger = ledger
        self.over = threading.Event()
        self.took: list[float] = []
        self.refused: list[object] = []

    def run(self) -> None:
        with closing(open_counter(self._ledger, (), timeout=PATIENCE)) as counter:
            while not self.over.wait(0.05):
                number = len(self.took)
                request = {
                    "region": "jilin/example",
                    "benefit": "inpatient",
                    "hospital_level": "level_1",
                    "discharged": f"2026-{1 + number % 12:02d}-{1 + number % 9:02d}",
                    "eligible": "1000.00",
                }
                patient = PatientGiven((Identifier("01", _person(3 * number)),), "")
                begun = time.monotonic()
                try:
                    posted = posting.post(
                        counter, key=f"desk {number}", patient=patient, operator="li", request=request
                    )
                except LedgerUnavailable as error:
                    self.refused.append(error.said)
                    continue
                self.took.append(time.monotonic() - begun)
                if not isinstance(posted, Posted):
                    self.refused.append(posted)


@pytest.mark.parametrize("rows", SIZES)
def test_the_counter_posts_while_a_table_is_posted(tmp_path: Path, rows: int) -> None:
    table, ledger = _table(tmp_path / "in.csv", rows), tmp_path / "ledger.db"
    Ledger(ledger).close()
    desk = _Desk(ledger)
    desk.start()
    try:
        process = _begun(table, ledger)
        report = json.loads(process.communicate(timeout=600)[0])
    finally:
        desk.over.set()
        desk.join()
    assert (process.returncode, report["complete"], desk.refused) == (0, rows, [])
    assert len(desk.took) > 3
    assert max(desk.took) < PATIENCE
    assert _stands(ledger) == rows + len(desk.took)


@pytest.mark.parametrize(("rows", "kills"), [(200, 2), pytest.param(5_000, 20, marks=pytest.mark.long)])
def test_a_table_that_is_killed_on_the_way_stands_whole_or_not_at_all(
    tmp_path: Path, rows: int, kills: int
) -> None:
    """The planted fault: entries written a few at a time would be found, and the last run would tell them."""
    table, dice = _table(tmp_path / "in.csv", rows), random.Random(7)
    begun = time.monotonic()
    first = _begun(table, tmp_path / "timed.db")
    first.communicate(timeout=600)
    assert first.returncode == 0
    usual = time.monotonic() - begun
    for kill in range(kills):
        ledger = tmp_path / f"{kill}.db"
        process = _begun(table, ledger)
        time.sleep(usual * dice.uniform(0.3, 1.0))
        process.kill()
        process.communicate()
        stood = _stands(ledger) if ledger.exists() else 0
        assert stood in (0, rows)
        again = _begun(table, ledger)
        report = json.loads(again.communicate(timeout=600)[0])
        assert report["complete"] + report["posted"] == rows
        assert report["posted"] == stood
        assert _stands(ledger) == rows
