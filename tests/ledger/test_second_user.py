"""Another user of the same machine: told in one sentence what is not theirs, and nothing of it changes."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.powercut import ROOT
from tests.ledger.test_console_ledger import POSTING

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root may work as another user"
)
CONSOLE = "import sys; from core.console import main; sys.exit(main(sys.argv[1:]))"
OTHER = 65534


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user reaches."""
    folder = Path(tempfile.mkdtemp(prefix="mingzhang-"))
    folder.chmod(0o777)
    for home in ("first", "second"):
        (folder / home).mkdir(mode=0o700)
    os.chown(folder / "second", OTHER, OTHER)
    yield folder
    shutil.rmtree(folder)


def run(shared: Path, who: str, *arguments: str, stdin: str = "") -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [sys.executable, "-c", CONSOLE, "ledger", "--db", str(shared / "ledger.db"), "--plain", *arguments],
        input=stdin,
        env={**os.environ, "MINGZHANG_HOME": str(shared / who), "PYTHONDONTWRITEBYTECODE": "1"},
        user=None if who == "first" else OTHER,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[0]), done.stderr


def can_work() -> bool:
    """Whether another user reaches Python and the program here at all."""
    command = [sys.executable, "-c", "import core.console"]
    try:
        done = subprocess.run(command, user=OTHER, cwd=ROOT, capture_output=True, check=False)
    except PermissionError:
        return False
    return done.returncode == 0


def test_a_ledger_of_another_user_is_neither_read_nor_changed(shared: Path) -> None:
    if not can_work():
        pytest.skip("another user does not reach this Python")
    posting = json.dumps({**POSTING, "operator": "赵"})
    status, answer, _ = run(shared, "first", "post", stdin=posting)
    assert (status, answer["entry"]) == (0, 1)
    for file in shared.glob("ledger.db*"):
        assert file.stat().st_mode & 0o077 == 0, file
    before = {file.name: file.read_bytes() for file in shared.glob("ledger.db*")}
    for arguments in (("post",), ("verify",), ("backup", str(shared / "second" / "copy.db"))):
        status, answer, _ = run(shared, "second", *arguments, stdin=posting)
        assert (status, answer["status"]) == (3, "unavailable")
        assert "ledger.db" in answer["errors"][0]["message"]
    assert {file.name: file.read_bytes() for file in shared.glob("ledger.db*")} == before
    assert [file for file in (shared / "second").rglob("*") if file.is_file()] == []
    status, answer, _ = run(shared, "first", "verify")
    assert (status, answer["entries"]) == (0, 1)


def test_each_user_has_heads_of_their_own(shared: Path) -> None:
    """A file that both may write: each is told of what went back by what they themselves have seen."""
    if not can_work():
        pytest.skip("another user does not reach this Python")
    posting = json.dumps({**POSTING, "operator": "赵"})
    assert run(shared, "first", "post", stdin=posting)[0] == 0
    for file in shared.glob("ledger.db*"):
        file.chmod(0o666)
    shutil.copyfile(shared / "ledger.db", shared / "older.db")
    status, answer, _ = run(
        shared, "second", "post", stdin=json.dumps({**POSTING, "key": "k2", "operator": "钱"})
    )
    assert (status, answer["entry"]) == (0, 2), answer
    assert run(shared, "first", "verify")[1]["entries"] == 2
    shutil.copyfile(shared / "older.db", shared / "ledger.db")
    for who in ("first", "second"):
        status, answer, _ = run(shared, who, "entries", "--patient", POSTING["patient"]["id"])
        assert (status, answer["status"]) == (3, "unavailable"), who
