"""Worked cases as data: requests with the answers that the documents give, and the clauses that they rest on.

Each `*.jsonl` holds one case a line, by topic; `packs.json` holds the region packs that the requests name.
`working.toml` and `notes.toml` hold the lines and the notes of some of them.
The clauses that a case names stand in the program's own list (`core.policy.clauses`).
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One worked case; `expect` holds the keys of the answer that matter, each in full."""

    topic: str
    name: str
    clauses: tuple[str, ...]  # document and clause, as in `Clause.reference`
    edge: bool  # an amount, a total or a date lies on an edge, or a fen or a day beside it
    request: dict[str, Any]
    expect: dict[str, Any]


@lru_cache
def load() -> tuple[Case, ...]:
    """Every case, file by file, with the region packs put in; each has a pack of its own."""
    read = json.loads((HERE / "packs.json").read_text(encoding="utf-8"))
    packs = {name: json.dumps(pack) for name, pack in read.items()}
    cases = []
    for path in sorted(HERE.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            written = json.loads(line)
            request = written["request"]
            request["region"] = json.loads(packs[request["region"]["pack"]])
            clauses = tuple(written["clauses"])
            cases.append(
                Case(path.stem, written["name"], clauses, written["edge"], request, written["expect"])
            )
    return tuple(cases)


@lru_cache
def workings() -> dict[str, list[list[str]]]:
    """The working of some cases, line by line, by the case's name."""
    tables = tomllib.loads((HERE / "working.toml").read_text(encoding="utf-8"))["working"]
    return {table["case"]: table["lines"] for table in tables}


@lru_cache
def noted() -> dict[str, list[list[str]]]:
    """The notes of some cases, all of them in order, by the case's name."""
    tables = tomllib.loads((HERE / "notes.toml").read_text(encoding="utf-8"))["noted"]
    return {table["case"]: table["notes"] for table in tables}


def by_topic() -> dict[str, list[Case]]:
    """The cases by the file that they stand in."""
    found: dict[str, list[Case]] = {}
    for case in load():
        found.setdefault(case.topic, []).append(case)
    return found
