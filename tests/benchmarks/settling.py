"""What settling costs: one call with its steps, and 5 000 requests through the console in one process.

Compared within the run alone, since a bound in seconds would be the bound of one machine and one set of
requests: a call with reading its request as JSON, and the console over requests with their packs inside with
a bare interpreter that copies the same lines. ``MINGZHANG_BESIDE`` names another checkout: both answer the
same requests with the pack by its name, those that neither refuses, by turns, and the processor's time in the
program is told: of the best run of the console, start and all, and of the best run of `settle` alone.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.exchange.request import Asked, RequestReader
from core.policy.shelf import load_documents, load_regions
from core.settle import settle
from tests.reference.requests import random_request

REQUESTS = 5_000
RUNS = 5
SETTLE = ("-m", "core.console", "settle")
HERE = Path(__file__).parents[2]
ALONE = """
import sys, time
from core.exchange.request import RequestReader
from core.policy.shelf import load_documents, load_regions
from core.settle import settle

documents = load_documents()
reader = RequestReader(documents, load_regions(documents)[0])
asked = [reader.read(line) for line in sys.stdin.buffer]
times = []
for _ in range(5):
    start = time.process_time()
    for one in asked:
        settle(one.policy, one.claim)
    times.append(time.process_time() - start)
print(min(times))
"""
BESIDE = os.environ.get("MINGZHANG_BESIDE", "")


def _one_call() -> tuple[float, float]:
    """Return the median seconds of settling one request with its steps, and of reading its line as JSON."""
    documents = load_documents()
    regions, _ = load_regions(documents)
    reader = RequestReader(documents, regions)
    rng = random.Random(1)
    drawn = [random_request(rng) for _ in range(500)]
    asked = [reader.read_tables(request, []) for request in drawn]
    sound = [found for found in asked if isinstance(found, Asked)]
    lines = [json.dumps(request) for request in drawn]
    settling, reading = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        for found in sound:
            settle(found.policy, found.claim)
        settled = time.perf_counter()
        for line in lines:
            json.loads(line)
        settling.append((settled - start) / len(sound))
        reading.append((time.perf_counter() - settled) / len(lines))
    return statistics.median(settling), statistics.median(reading)


def _process(arguments: Sequence[str], lines: bytes) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], input=lines, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _answers(checkout: Path, lines: Sequence[str]) -> list[bytes]:
    made = subprocess.run(
        [sys.executable, *SETTLE],
        cwd=checkout,
        input="".join(lines).encode(),
        stdout=subprocess.PIPE,
        check=False,
    )
    return made.stdout.splitlines()


def _seconds(checkout: Path, lines: bytes) -> float:
    """Return the processor's time in the program of one run, start and all."""
    before = os.times()
    arguments = [sys.executable, *SETTLE]
    subprocess.run(arguments, cwd=checkout, input=lines, stdout=subprocess.DEVNULL, check=True)
    return os.times().children_user - before.children_user


def _seconds_alone(checkout: Path, lines: bytes) -> float:
    """Return the processor's time of settling what was read before: the best of five rounds."""
    made = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=checkout, input=lines, stdout=subprocess.PIPE, check=True
    )
    return float(made.stdout)


def _beside(
    said: str, measure: Callable[[Path, bytes], float], checkouts: Sequence[Path], lines: bytes
) -> None:
    """Print what the same lines cost each checkout, by turns, and how fast each is beside the last one."""
    rounds = [[measure(checkout, lines) for checkout in checkouts] for _ in range(RUNS)]
    best = [min(times) for times in zip(*rounds, strict=True)]
    for checkout, seconds in zip(checkouts, best, strict=True):
        faster = best[-1] / seconds
        print(f"{f'{said}: {checkout.name}':32} {seconds:8.2f} s    ({faster:.2f} times as fast as the last)")


def _by_name(checkouts: Sequence[Path]) -> None:
    """Print what requests with the pack by its name cost each checkout."""
    rng = random.Random(3)
    drawn = [
        json.dumps({**random_request(rng), "region": "jilin/example"}) + "\n" for _ in range(5 * REQUESTS)
    ]
    for checkout in checkouts:
        answers = zip(drawn, _answers(checkout, drawn), strict=True)
        drawn = [line for line, answer in answers if b'"status": "refused"' not in answer[:30]]
    lines = "".join(drawn[:REQUESTS]).encode()
    _beside(f"{REQUESTS} by name", _seconds, checkouts, lines)
    _beside("settle() alone", _seconds_alone, checkouts, lines)


def main() -> None:
    """Prints both figures beside what they are compared with."""
    rng = random.Random(2)
    lines = "".join(json.dumps(random_request(rng)) + "\n" for _ in range(REQUESTS)).encode()
    copying = "import sys\nfor line in sys.stdin.buffer: sys.stdout.buffer.write(line)"
    call, read = _one_call()
    print(f"{'one settle() with its steps':32} {call * 1e6:8.1f} µs    {call / read:.1f} times reading it")
    copied, through = _process(["-c", copying], lines), _process(SETTLE, lines)
    print(f"{f'{REQUESTS} lines copied':32} {copied:8.2f} s")
    print(f"{'the same settled, packs inside':32} {through:8.2f} s     {through / copied:.0f} times the copy")
    _by_name([HERE, *([Path(BESIDE)] if BESIDE else [])])


if __name__ == "__main__":
    main()
