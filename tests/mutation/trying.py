"""Try faults, each in a child of its own: `python -m tests.mutation.trying`, in the copy that holds them.

Standard input is a list of faults by mutmut's names; each line of standard output is one that was tried:
its name, what came of it, and by which case or test. The requests are read and settled once before, which
finds out the cases that pass through a function. A fault is tried by those alone, first by the cases that
noticed another one there; what they leave alive is tried by the tests.
"""

import contextlib
import json
import os
import random
import resource
import sys
from collections import Counter, defaultdict
from typing import Final

import pytest

from tests import cases
from tests.mutation.killing import Judge, expected

TESTS: Final = tuple(
    f"tests/core/test_{name}.py" for name in ("diseases", "fund_rules", "readings", "settle", "working")
)
KILLED, SURVIVED, TIMEOUT = "killed", "survived", "timeout"
_AT_ONCE: Final = 2
_SECONDS: Final = 120
"""The processor's time that a fault may take: more means that it never ends."""

_MEMORY: Final = 4 << 30
_UNDER_TEST: Final = "MUTANT_UNDER_TEST"


def function_of(fault: str) -> str:
    """Return mutmut's name of the function that a fault stands in."""
    return fault.partition("__mutmut_")[0]


def cases_by_function() -> dict[str, list[int]]:
    """Return the cases that pass through each function: those told line by line first, then by chance."""
    from mutmut.state import state

    passed: defaultdict[str, list[int]] = defaultdict(list)
    os.environ[_UNDER_TEST] = "stats"
    judge = Judge()
    for number, one in enumerate(expected()):
        state()._stats.clear()
        judge.look_at(one)
        for name in state()._stats:
            passed[name].append(number)
    del os.environ[_UNDER_TEST]
    told = {*cases.workings(), *cases.noted()}
    for name in sorted(passed):
        random.Random(name).shuffle(passed[name])
        passed[name].sort(key=lambda number: expected()[number].name not in told)
    return passed


class Trial:
    """The faults of a run, tried one after another, two at a time."""

    def __init__(self) -> None:
        """Find out which cases pass through which function."""
        self._passed = cases_by_function()
        self._noticed: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._running: dict[int, tuple[str, int]] = {}

    def run(self, faults: list[str]) -> None:
        """Try the faults and print what comes of each."""
        for fault in faults:
            if len(self._running) == _AT_ONCE:
                self._wait()
            self._start(fault)
        while self._running:
            self._wait()

    def _start(self, fault: str) -> None:
        function = function_of(fault)
        first = [number for number, _ in self._noticed[function].most_common()]
        order = [*first, *(number for number in self._passed.get(function, ()) if number not in set(first))]
        reading, writing = os.pipe()
        child = os.fork()
        if child:
            os.close(writing)
            self._running[child] = (fault, reading)
            return
        os.environ[_UNDER_TEST] = fault
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        by = "error"
        with contextlib.suppress(BaseException):
            by = _noticed_by(order)
        os.write(writing, by.encode())
        os._exit(0)

    def _wait(self) -> None:
        child, status = os.wait()
        fault, reading = self._running.pop(child)
        with os.fdopen(reading, "rb") as stream:
            by = stream.read().decode()
        if by.isdigit():
            self._noticed[function_of(fault)][int(by)] += 1
            by = expected()[int(by)].name
        outcome = TIMEOUT if status else KILLED if by else SURVIVED
        print(json.dumps({"name": fault, "outcome": outcome, "by": by}, ensure_ascii=False), flush=True)


def _noticed_by(order: list[int]) -> str:
    """Return the number of the case that notices the fault, else ``tests``; empty: nothing does."""
    judge, everything = Judge(), expected()
    for number in order:
        try:
            judge.look_at(everything[number])
        except Exception:  # a rule that breaks is noticed as well
            return str(number)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    return "tests" if pytest.main(["-x", "-q", *TESTS]) else ""


if __name__ == "__main__":
    Trial().run(json.load(sys.stdin))
