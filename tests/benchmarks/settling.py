"""What settling costs: one call with its steps, and 5 000 requests through the console in one process.

Compared in the same run with the least that any program could do: a bare interpreter start, and printing
the same lines unchanged.
"""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from core.exchange.request import Asked, RequestReader
from core.policy.shelf import load_documents, load_regions
from core.settle import settle
from tests.reference.requests import random_request

REQUESTS = 5_000
RUNS = 5


def _one_call() -> float:
    documents = load_documents()
    regions, _ = load_regions(documents)
    reader = RequestReader(documents, regions)
    rng = random.Random(1)
    asked = [reader.read_tables(random_request(rng), []) for _ in range(500)]
    sound = [found for found in asked if isinstance(found, Asked)]
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for found in sound:
            settle(found.policy, found.claim)
        times.append((time.perf_counter() - start) / len(sound))
    return statistics.median(times)


def _process(arguments: Sequence[str], lines: bytes) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], input=lines, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Prints both figures beside what they are compared with."""
    rng = random.Random(2)
    lines = "".join(json.dumps(random_request(rng)) + "\n" for _ in range(REQUESTS)).encode()
    copying = "import sys\nfor line in sys.stdin.buffer: sys.stdout.buffer.write(line)"
    print(f"one settle() with its steps      {_one_call() * 1e6:8.1f} µs   (at most 100)")
    through = _process(["-m", "core.console", "settle"], lines)
    print(f"{REQUESTS} random requests, console   {through:8.2f} s    (under 5)")
    print(f"the same lines copied            {_process(['-c', copying], lines):8.2f} s")


if __name__ == "__main__":
    main()
