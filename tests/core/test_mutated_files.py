"""Real files of every kind that somebody else may have made, altered: read in 2 s and 200 MB, or told.

What a table may hold and a keys file may say is tried further in `tests/tables` and `tests/ledger`.
"""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.messages import Message
from core.places import RESOURCES
from core.words import words
from tests.core import mutating
from tests.core.mutating import Outcome, Reader, altered, repacked, wrong_with

KINDS = 16
"""Every kind of file in `mutating.readers`."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded by Linux here")
@pytest.mark.parametrize("each", [2, pytest.param(400, marks=pytest.mark.long)])
def test_an_altered_file_of_any_kind_is_read_or_told_in_a_sentence(tmp_path: Path, each: int) -> None:
    command = [sys.executable, "-m", "tests.core.mutating", str(tmp_path), "7", str(each)]
    done = subprocess.run(command, cwd=RESOURCES.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == KINDS
    assert [kind for kind in found if kind["wrong"]] == []


def _broken(_content: bytes) -> Outcome:
    raise ValueError("not caught")


def _greedy(_content: bytes) -> Outcome:
    raise MemoryError


def _says(text: str) -> Callable[[bytes], Outcome]:
    return lambda _content: Outcome([Message("fault.toml", {"reason": text})], False)


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        (_broken, "broke"),
        (_greedy, "200 MB"),
        (_says("a\nb"), "no sentence"),
        (_says("x" * 3000), "no sentence"),
    ],
)
def test_a_reader_that_breaks_or_says_no_sentence_is_noticed(
    read: Callable[[bytes], Outcome], wrong: str
) -> None:
    assert wrong in str(wrong_with(Reader(b"", altered, read), b"", words("zh")))
    assert wrong_with(Reader(b"", altered, _says("x")), b"", words("zh")) is None


def test_a_reader_that_takes_its_time_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock: Any = iter((0.0, 3.0))
    monkeypatch.setattr(mutating, "_worked", lambda: next(clock))
    assert "two seconds" in str(wrong_with(Reader(b"", altered, _says("x")), b"", words("zh")))


def test_files_are_altered_and_zips_also_within_their_sums(documents_packet: bytes) -> None:
    chance = random.Random(3)
    assert len({altered(b"id = 1\n" * 40, chance) for _ in range(50)}) > 40
    assert sum(repacked(documents_packet, chance)[:2] == b"PK" for _ in range(20)) > 10


@pytest.fixture
def documents_packet() -> bytes:
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("packet.json", "{}")
        packed.writestr("regions/a.toml", "id = 1\n")
    return made.getvalue()
