"""Hostile tables: a sentence, a bound on memory, no partial result. A battery of mutations is `long`."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.messages import Message
from core.tables.batch import read_table
from core.tables.claim_rows import Supplied
from core.tables.names import known_names
from core.tables.reading import archive
from core.tables.reading.book import read_book
from core.tables.watch import Cancelled, Watch
from core.words import words
from tests.cli import BUNDLED, COMMAND
from tests.tables.conftest import SAMPLES, Run
from tests.tables.files import FULL, row, workbook
from tests.tables.hostile import HOSTILE, far_corner, mutated
from tests.tables.memory import TOLD, watched

ROOT = Path(__file__).parents[2]
MOST = 300
"""The most memory of the whole tree of processes (megabytes)."""
SECONDS = 300


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_table_is_refused_in_a_sentence(make: Callable[[Path], Path], tmp_path: Path) -> None:
    refusal = read_table(make(tmp_path), known_names(), Supplied(), Watch())
    assert isinstance(refusal, Message)
    for language in ("zh", "en", "ko"):
        assert len(words(language)(refusal)) > 10


@pytest.mark.some_cases(2)
@pytest.mark.skipif(not TOLD, reason="this system does not tell a process's memory that way")
@pytest.mark.parametrize("name", ["bomb_of_texts", "far_corner_unstated", "many_repeated_texts"])
def test_reading_a_hostile_table_stays_within_its_memory(name: str, tmp_path: Path) -> None:
    file = HOSTILE[name](tmp_path)
    status, most = watched([*COMMAND, "batch", str(file), "--out", str(tmp_path / "out.csv")], ROOT)
    assert (status, (tmp_path / "out.csv").exists()) == (3, False)
    assert 20 < most < MOST


def test_without_a_look_at_the_extent_the_reader_is_ended_and_that_is_a_sentence_too(tmp_path: Path) -> None:
    """The bound on memory alone holds where the look would have been fooled."""
    file = far_corner(tmp_path)
    script = (
        "import sys; from core.tables.reading import workbooks, process;"
        "workbooks.examine = lambda file: False; sys.exit(process.main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], cwd=ROOT, capture_output=True, check=False
    )
    assert b'"end"' not in done.stdout


def test_a_workbook_that_reaches_too_far_is_known_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(archive.NoTable):
        archive.examine(far_corner(tmp_path))


def test_reading_ends_within_a_second_when_it_is_stopped(tmp_path: Path) -> None:
    file = workbook(tmp_path / "in.xlsx", [FULL, *(row() for _ in range(3000))])
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    with pytest.raises(Cancelled):
        read_book(file, Watch(stopped=stop.is_set))


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_batch_leaves_nothing_behind(asked: int, tmp_path: Path) -> None:
    if BUNDLED or sys.platform == "win32":
        pytest.skip("a signal of POSIX, to this Python")
    file = workbook(tmp_path / "in.xlsx", [FULL, *(row() for _ in range(4000))])
    command = [*COMMAND, "batch", str(file), "--out", str(tmp_path / "out.xlsx"), "--region", "jilin/example"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list(tmp_path.glob(".*.held.part")) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(asked)
    assert process.wait(10) == 128 + asked
    assert [each.name for each in tmp_path.iterdir()] == ["in.xlsx"]


def _originals(folder: Path) -> list[Path]:
    sound = workbook(folder / "sound.xlsx", [FULL, *(row() for _ in range(40))])
    month = SAMPLES / "month"
    return [sound, *(sorted(month.glob("claims*")) if month.is_dir() else [])]


def _try_mutation(original: Path, folder: Path, seed: str) -> None:
    """A mutated file is read, or refused in a sentence; nothing else happens."""
    file = folder / f"mutated{original.suffix}"
    file.write_bytes(mutated(original.read_bytes(), random.Random(seed)))
    table = read_table(file, known_names(), Supplied(), Watch())
    if isinstance(table, Message):
        assert len(words("zh")(table)) > 5, seed


def test_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    for original in _originals(tmp_path):
        for number in range(6):
            _try_mutation(original, tmp_path, f"{original.name} {number}")


@pytest.mark.long
def test_a_battery_of_mutated_files_is_read_or_refused(batch: Run, tmp_path: Path) -> None:
    originals = _originals(tmp_path)
    until, number = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        number += 1
        original = originals[number % len(originals)]
        _try_mutation(original, tmp_path, f"long {original.name} {number}")
        if number % 50 == 0:
            done = batch(tmp_path / f"mutated{original.suffix}")
            assert done.status in (0, 2, 3)
            assert (done.status == 3) == (not (tmp_path / "out.csv").exists())
            (tmp_path / "out.csv").unlink(missing_ok=True)
