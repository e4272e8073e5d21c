"""The console as its own process: killed while it posts, and many at once."""

import json
import os
import random
import subprocess
import sys
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.ledger.ledger import Ledger
from tests.cli import COMMAND
from tests.ledger.desk import stay

pytestmark = pytest.mark.console

PATIENT = {"id_type": "01", "id": "220102195001010011", "name": "王秀英"}
ROOT = Path(__file__).resolve().parents[2]


def posting(key: str, first: str = "2026-03-01", last: str = "2026-03-10") -> str:
    request = stay(eligible="100.00", admitted=first, discharged=last)
    cells = {"key": key, "patient": PATIENT, "operator": "赵", "request": request}
    return json.dumps(cells) + "\n"


def in_turn(process: int, at: int) -> str:
    """One of many postings, in a stay that few others overlap: an answer names those that do."""
    first = date(2026, 1, 1) + timedelta(days=(31 * process + at) % 300)
    return posting(f"{process}-{at}", str(first), str(first + timedelta(days=1)))


def started(path: Path) -> "subprocess.Popen[str]":
    command = [
        *COMMAND,
        "ledger",
        "--db",
        str(path),
        "--plain",
        "post",
        "--lines",
    ]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


def finished(process, lines):
    out, err = process.communicate("".join(lines), timeout=120)
    assert err == ""
    return [json.loads(line) for line in out.splitlines()]


def held(path: Path):
    """The keys in the ledger in order, which verifies."""
    ledger = Ledger(path)
    assert ledger.verify().fault is None
    (known,) = ledger.patients.search(PATIENT["id"], 2)
    entries = ledger.journal.entries(known.key)
    assert ledger.journal.totals(known.key, 2026).admissions == len(entries)
    ledger.close()
    return [entry.key for entry in entries]


def killed_after(path: Path, answers: int, keys: list[str]) -> list[str]:
    """Kills a posting console after so many answers; the keys that it had answered."""
    process = started(path)
    process.stdin.write("".join(map(posting, keys)))
    process.stdin.flush()
    acknowledged = [json.loads(process.stdout.readline())["entry"] for _ in range(answers)]
    process.kill()
    rest = process.stdout.read()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        try:
            stream.close()
        except BrokenPipeError:
            continue
    whole = rest[: rest.rfind("\n") + 1].splitlines()
    return keys[: len(acknowledged) + len(whole)]


def test_a_kill_while_posting_loses_and_doubles_nothing(path):
    keys = [f"key-{number}" for number in range(100)]
    for answers in (1, 37):
        acknowledged = killed_after(path, answers, keys)
        there = held(path)
        assert there[: len(acknowledged)] == acknowledged
        assert there == keys[: len(there)]
    answered = finished(started(path), map(posting, keys))  # whoever is not sure sends all again
    assert [each["entry"] for each in answered] == list(range(1, 101))
    assert held(path) == keys


@pytest.mark.parametrize("kills", [8, pytest.param(2_000, marks=pytest.mark.long)])
def test_kills_at_any_moment_lose_and_double_nothing(path, kills):
    chance = random.Random(5)
    keys = [f"key-{number}" for number in range(40)]
    for kill in range(kills):
        if kill % 20 == 0:
            path = path.with_name(f"ledger-{kill}.db")
            there: list[str] = []
        acknowledged = killed_after(path, chance.randint(1, 20), keys)
        before, there = there, held(path)
        assert there == keys[: len(there)]
        assert len(there) >= max(len(acknowledged), len(before))


def test_two_processes_that_post_the_same_key_at_once_make_one_entry(path):
    processes = [started(path) for _ in range(2)]
    keys = [f"key-{number}" for number in range(10)]
    for process in processes:
        process.stdin.write("".join(map(posting, keys)))
        process.stdin.close()
        process.stdin = None
    first, second = (finished_reading(process) for process in processes)
    assert first == second
    assert sorted(held(path)) == sorted(keys)


def finished_reading(process):
    out, err = process.communicate(timeout=120)
    assert err == ""
    return [json.loads(line) for line in out.splitlines()]


def posted_by_many(path, processes, each):
    with ExitStack() as ending:  # whatever fails, no process is left to a later test
        running = [ending.enter_context(started(path)) for _ in range(processes)]
        for number, process in enumerate(running):
            process.stdin.write("".join(in_turn(number, at) for at in range(each)))
            process.stdin.close()
            process.stdin = None
        answers = [answer for process in running for answer in finished_reading(process)]
    admissions = sorted(answer["year_to_date"]["admissions"] for answer in answers)
    assert admissions == list(range(1, processes * each + 1))  # a stale total would be seen twice
    assert len(held(path)) == processes * each


@pytest.mark.parametrize("each", [25, pytest.param(250, marks=pytest.mark.long)])
def test_eight_processes_that_post_at_once_never_settle_on_stale_totals(path, each):
    posted_by_many(path, 8, each)


def test_a_form_outlives_a_process_that_is_killed(path):
    script = (
        "import os, sys; from pathlib import Path; from core.ledger.ledger import Ledger;"
        "ledger = Ledger(Path(sys.argv[1])); ledger.drafts.save('desk', {'eligible': '48000'});"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    assert done.returncode != 0
    ledger = Ledger(path)
    assert ledger.drafts.read("desk") == {"eligible": "48000"}
    ledger.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipe that breaks so")
def test_a_reader_that_goes_away_ends_it_quietly(path):
    process = started(path)
    process.stdout.close()
    process.stdin.write("".join(posting(f"key-{number}") for number in range(3)))
    process.stdin.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    process.wait()
    assert held(path)
