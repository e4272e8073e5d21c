"""The faults in a copy of the program: what is copied there, how they are tried, and what survived."""

import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

from tests.mutation.planting import Fault, plant
from tests.mutation.trying import SURVIVED, TESTS

ROOT: Final = Path(__file__).parents[2]
WORK: Final = ROOT / "build" / "mutation"
RESULTS: Final = WORK / "results.jsonl"
EXPLAINED: Final = Path(__file__).with_name("survivors.toml")
LEAST_KILLED: Final = 95
"""Percent of the faults that the cases have to notice."""

_COPIED: Final = (
    "core",
    "resources",
    "tests/cases",
    "tests/reference",
    "tests/desk_calculator",
    "tests/mutation",
)
_FILES: Final = (
    "tests/__init__.py",
    "tests/conftest.py",
    "tests/core/answers.py",
    "tests/core/conftest.py",
    *TESTS,
)
_PYTEST: Final = "[pytest]\naddopts = --import-mode=importlib -p no:cacheprovider\npythonpath = .\n"
_SETTINGS: Final = "[mutmut]\nsource_paths=core\n"


class Survivor(NamedTuple):
    """A fault that no case noticed: where it was planted, and the line before and with it."""

    function: str
    was: str
    becomes: str


class Outcome(NamedTuple):
    """What came of a run: how many faults were tried, how many were noticed, and the others."""

    tried: int
    killed: int
    survivors: tuple[Survivor, ...]

    @property
    def enough(self) -> bool:
        """Whether the percentage that is asked for was reached."""
        return self.tried > 0 and self.killed * 100 >= LEAST_KILLED * self.tried


def run(patterns: list[str]) -> Outcome:
    """Plant the faults, have those tried that a pattern names (all without one), and say what came of them.

    A fault that was noticed before is not tried again while its function stands as it was.
    """
    _copy()
    wanted = [
        fault
        for fault in plant(WORK)
        if not patterns or any(fnmatch.fnmatch(fault.name, pattern) for pattern in patterns)
    ]
    noticed = {key for key, outcome in _results().items() if outcome != SURVIVED}
    _try([fault for fault in wanted if _key(fault) not in noticed])
    return _outcome(wanted)


def _copy() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    for folder in _COPIED:
        shutil.rmtree(WORK / folder, ignore_errors=True)
        shutil.copytree(
            ROOT / folder, WORK / folder, ignore=shutil.ignore_patterns("__pycache__", "test_*.py")
        )
    for name in _FILES:
        (WORK / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, WORK / name)
    (WORK / "pytest.ini").write_text(_PYTEST, encoding="utf-8")
    (WORK / "setup.cfg").write_text(_SETTINGS, encoding="utf-8")


def _key(fault: Fault) -> str:
    return f"{fault.name} {fault.digest}"


def _try(faults: list[Fault]) -> None:
    """Have the faults tried in a process that imports the copy, and keep each result as it comes."""
    if not faults:
        return
    keys = {fault.name: _key(fault) for fault in faults}
    command = [sys.executable, "-m", "tests.mutation.trying"]
    variables = {**os.environ, "PYTHONPATH": str(WORK), "PYTHONHASHSEED": "0"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        subprocess.Popen(command, cwd=WORK, env=variables, text=True, encoding="utf-8", **pipes) as process,
        RESULTS.open("a", encoding="utf-8") as kept,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin as names:
            json.dump(list(keys), names)
        for number, line in enumerate(process.stdout, 1):
            tried = json.loads(line)
            kept.write(json.dumps({**tried, "key": keys[tried["name"]]}, ensure_ascii=False) + "\n")
            kept.flush()
            if number % 100 == 0:
                print(f"{number} of {len(faults)} faults tried", flush=True)
    assert process.returncode == 0, "the cases do not hold where nothing is changed"


def _results() -> dict[str, str]:
    """Return what came last of every fault that was tried so far, by its key."""
    if not RESULTS.exists():
        return {}
    read = (json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines())
    return {one["key"]: one["outcome"] for one in read}


def _outcome(faults: list[Fault]) -> Outcome:
    results = _results()
    tried = [fault for fault in faults if _key(fault) in results]
    left = [fault for fault in tried if results[_key(fault)] == SURVIVED]
    survivors = tuple(Survivor(fault.function, fault.was, fault.becomes) for fault in left)
    return Outcome(len(tried), len(tried) - len(left), survivors)


def explained() -> dict[Survivor, str]:
    """Return the survivors that are known, each with why no case can notice its kind."""
    kinds = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["kind"]
    return {Survivor(**one): kind["why"] for kind in kinds for one in kind["survivor"]}


def unexplained(outcome: Outcome) -> list[Survivor]:
    """Return the survivors that nobody has given a reason for."""
    known = explained()
    return [one for one in outcome.survivors if one not in known]


def report(outcome: Outcome) -> str:
    """Return the outcome in lines: the share that was noticed, and each survivor with its reason."""
    known = explained()
    lines = [f"{outcome.killed} of {outcome.tried} faults were noticed."]
    for one in outcome.survivors:
        lines += [
            f"{one.function}: {known.get(one, 'no reason is given')}",
            f"  - {one.was}",
            f"  + {one.becomes}",
        ]
    return "\n".join(lines)
