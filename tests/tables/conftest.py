"""What the tests of tables share: a console that settles by the shipped example, and its rows."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from core.exchange.request import RequestReader
from core.policy.shelf import load_documents, load_regions
from tests.cli import main

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "platform"


class Batch(NamedTuple):
    """What a batch came to: its exit status, what it printed, and the rows that it wrote (none: no file)."""

    status: int
    report: dict[str, Any]
    rows: list[dict[str, str]]


Run = Callable[..., Batch]


@pytest.fixture
def batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `batch` on a file, into a text file."""

    def run(file: Path, *arguments: object, out: str = "out.csv", region: str = "jilin/example") -> Batch:
        to = tmp_path / out
        given = ["batch", "--language", "en", str(file), "--out", str(to), *map(str, arguments)]
        status = main([*given, *(["--region", region] if region else [])])
        report = json.loads(capsys.readouterr().out)
        written = to.suffix == ".csv" and to in tmp_path.iterdir()
        return Batch(status, report, read(to) if written else [])

    return run


def read(file: Path) -> list[dict[str, str]]:
    """The rows of a text file of results; of columns with one name the last counts."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="session")
def reader() -> RequestReader:
    documents = load_documents()
    return RequestReader(documents, load_regions(documents)[0])
