"""mutmut over the rules, in a folder of its own: what is copied there, how it is run, and what survived."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
WORK: Final = ROOT / "build" / "mutation"
EXPLAINED: Final = Path(__file__).with_name("survivors.toml")
LEAST_KILLED: Final = 95
"""Percent of the faults that the cases have to notice."""

MUTATED: Final = ("core/rules/*.py", "core/bands.py", "core/settle.py", "core/policy/select*.py")
_COPIED: Final = ("core", "resources", "tests/cases", "tests/reference")
_KILLING: Final = (
    "tests/mutation/killing.py",
    "tests/core/test_diseases.py",
    "tests/core/test_fund_rules.py",
    "tests/core/test_readings.py",
    "tests/core/test_settle.py",
    "tests/core/test_working.py",
)
"""The tests that have to notice: fast ones alone, for each runs once for every fault."""

_FILES: Final = (
    "tests/__init__.py",
    "tests/conftest.py",
    "tests/core/answers.py",
    "tests/core/conftest.py",
    "tests/mutation/__init__.py",
    *_KILLING,
)
_PYTEST: Final = "[pytest]\naddopts = --import-mode=importlib -p no:cacheprovider\npythonpath = .\n"
_KILLED: Final = {1, 3, 37}
"""Exit codes of a mutant whose tests failed, whose tests could not run, or that the types rule out."""
_TIMEOUT: Final = {24, 36, 152, 255, -24}


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


def run(patterns: list[str]) -> None:
    """Copy what the run needs, and have mutmut try the faults, two at a time."""
    _prepare()
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "2", *patterns]
    subprocess.run(command, cwd=WORK, check=False)


def _prepare() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(WORK / "mutants" / "tests", ignore_errors=True)  # mutmut copies what is not there
    for folder in _COPIED:
        shutil.rmtree(WORK / folder, ignore_errors=True)
        shutil.copytree(
            ROOT / folder, WORK / folder, ignore=shutil.ignore_patterns("__pycache__", "test_*.py")
        )
    for name in _FILES:
        (WORK / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, WORK / name)
    _forget_survivors()
    (WORK / "pytest.ini").write_text(_PYTEST, encoding="utf-8")
    lists = {
        "source_paths": ["core"],
        "only_mutate": MUTATED,
        "also_copy": ["resources", "pytest.ini"],
        "pytest_add_cli_args": ["-c", "pytest.ini"],
        "pytest_add_cli_args_test_selection": _KILLING,
    }
    lines = ["[mutmut]", *(f"{key}=\n    " + "\n    ".join(values) for key, values in lists.items())]
    lines += ["use_git_change_detection=false", "timeout_constant=10"]
    (WORK / "setup.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _forget_survivors() -> None:
    """Have every fault tried again that was not noticed: a case may have come since."""
    for file in sorted((WORK / "mutants" / "core").rglob("*.meta")):
        data = json.loads(file.read_text(encoding="utf-8"))
        codes = data["exit_code_by_key"]
        data["exit_code_by_key"] = {name: code if code in _KILLED else None for name, code in codes.items()}
        file.write_text(json.dumps(data), encoding="utf-8")


def survivors() -> Outcome:
    """Return what came of every fault that was tried so far."""
    tried = killed = 0
    left: list[Survivor] = []
    for file in sorted((WORK / "mutants" / "core").rglob("*.meta")):
        for name, code in json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            if code is None:
                continue
            tried += 1
            if code in _KILLED | _TIMEOUT:
                killed += 1
            else:
                left.append(_survivor(name))
    return Outcome(tried, killed, tuple(left))


def _survivor(name: str) -> Survivor:
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", name], cwd=WORK, capture_output=True, text=True, check=True
    ).stdout
    changed = {
        sign: " ".join(
            line[1:].strip() for line in shown.splitlines() if re.match(rf"\{sign}(?!\{sign})", line)
        )
        for sign in "-+"
    }
    function = re.sub(r"__mutmut_\d+$", "", name).replace(".x_", ".")
    return Survivor(function, changed["-"], changed["+"])


def explained() -> dict[Survivor, str]:
    """Return the survivors that are known, each with why no case can notice it."""
    tables = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["survivor"]
    return {Survivor(one["function"], one["was"], one["becomes"]): one["why"] for one in tables}


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
