"""Another user of the same machine: told in one sentence what is not theirs, and nothing of it changes."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
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
LIBRARIES = {"PYTHONPATH": sysconfig.get_path("purelib")}


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


def _works(python: str) -> bool:
    """Whether another user reaches a Python, and the program and its libraries by it."""
    command = [python, "-c", "import core.console, argon2, sqlcipher3"]
    try:
        done = subprocess.run(
            command, user=OTHER, cwd=ROOT, env={**os.environ, **LIBRARIES}, capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="module")
def python() -> str:
    """A Python that every user reaches: this one, or the system's of the same version with our libraries."""
    system = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    found = next((each for each in (sys.executable, system) if _works(each)), None)
    if found is None:
        pytest.skip("another user reaches no Python here")
    return found


def run(
    python: str, shared: Path, who: str, *arguments: str, stdin: str = ""
) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [python, "-c", CONSOLE, "ledger", "--db", str(shared / "ledger.db"), "--plain", *arguments],
        input=stdin,
        env={**os.environ, **LIBRARIES, "MINGZHANG_HOME": str(shared / who), "PYTHONDONTWRITEBYTECODE": "1"},
        user=None if who == "first" else OTHER,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[0]), done.stderr


def test_a_ledger_of_another_user_is_neither_read_nor_changed(python: str, shared: Path) -> None:
    posting = json.dumps({**POSTING, "operator": "赵"})
    status, answer, _ = run(python, shared, "first", "post", stdin=posting)
    assert (status, answer["entry"]) == (0, 1)
    for file in shared.glob("ledger.db*"):
        assert file.stat().st_mode & 0o077 == 0, file
    before = {file.name: file.read_bytes() for file in shared.glob("ledger.db*")}
    for arguments in (("post",), ("verify",), ("backup", str(shared / "second" / "copy.db"))):
        status, answer, _ = run(python, shared, "second", *arguments, stdin=posting)
        assert (status, answer["status"]) == (3, "unavailable")
        assert "ledger.db" in answer["errors"][0]["message"]
    assert {file.name: file.read_bytes() for file in shared.glob("ledger.db*")} == before
    assert [file for file in (shared / "second").rglob("*") if file.is_file()] == []
    status, answer, _ = run(python, shared, "first", "verify")
    assert (status, answer["entries"]) == (0, 1)


def test_each_user_has_heads_of_their_own(python: str, shared: Path) -> None:
    """A file that both may write: each is told of what went back by what they themselves have seen."""
    posting = json.dumps({**POSTING, "operator": "赵"})
    assert run(python, shared, "first", "post", stdin=posting)[0] == 0
    for file in shared.glob("ledger.db*"):
        file.chmod(0o666)
    shutil.copyfile(shared / "ledger.db", shared / "older.db")
    status, answer, _ = run(
        python, shared, "second", "post", stdin=json.dumps({**POSTING, "key": "k2", "operator": "钱"})
    )
    assert (status, answer["entry"]) == (0, 2), answer
    assert run(python, shared, "first", "verify")[1]["entries"] == 2
    shutil.copyfile(shared / "older.db", shared / "ledger.db")
    for who in ("first", "second"):
        status, answer, _ = run(python, shared, who, "entries", "--patient", POSTING["patient"]["id"])
        assert (status, answer["status"]) == (3, "unavailable"), who


OPENS = """
import sys, time
from pathlib import Path
from core.ledger.ledger import Ledger
Ledger(Path(sys.argv[1]), key=bytes(32) if sys.argv[2] == "encrypted" else None)
print("open", flush=True)
time.sleep(60)
"""


@pytest.mark.some_cases(1)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems decide by who debugs")
@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_no_other_process_of_the_user_looks_into_one_that_holds_a_key(
    python: str, shared: Path, kind: str
) -> None:
    """A plain ledger is the control: there the other process reads."""
    command = [python, "-c", OPENS, str(shared / "second" / "ledger.db"), kind]
    own = {**os.environ, **LIBRARIES, "MINGZHANG_HOME": str(shared / "second")}
    who: dict[str, Any] = {"user": OTHER, "group": OTHER, "extra_groups": [], "cwd": ROOT}
    with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, **who) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        other = ["/bin/sh", "-c", f"head -c 1 /proc/{holder.pid}/environ >/dev/null 2>&1"]
        looked = subprocess.run(other, check=False, **who)
        holder.kill()
    assert (looked.returncode == 0) == (kind == "plain")
