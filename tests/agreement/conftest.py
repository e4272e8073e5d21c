"""What the tests of agreement share: a console that holds two sides against each other."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli import main


class Told(NamedTuple):
    """What a command came to: its exit status, and what it printed."""

    status: int
    report: dict[str, Any]

    def difference(self, setl_id: str) -> dict[str, Any]:
        """The difference of a settlement, which has to be there once."""
        found = [each for each in self.report["differences"] if each["setl_id"] == setl_id]
        assert len(found) == 1, setl_id
        return dict(found[0])


Command = Callable[..., Told]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command of the console and reads what it prints."""

    def run(name: str, *arguments: object) -> Told:
        status = main([name, "--language", "en", *map(str, arguments)])
        return Told(status, json.loads(capsys.readouterr().out))

    return run


@pytest.fixture
def reconcile(command: Command) -> Command:
    """Runs `reconcile`."""

    def run(ours: Path, *theirs: Path, more: tuple[object, ...] = ()) -> Told:
        return command("reconcile", "--ours", ours, "--theirs", *theirs, *more)

    return run
