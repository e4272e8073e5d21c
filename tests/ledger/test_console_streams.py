"""What the console reads from and writes to may be full, closed, too long a name or no descriptor at all."""

import json
import os
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from core.ledger.ledger import Ledger
from tests.cli import COMMAND
from tests.ledger.test_console_ledger import POSTING, Console, fields
from tests.ledger.test_crashes import ROOT
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, Guarded

pytestmark = pytest.mark.console
on_unix = pytest.mark.skipif(os.name == "nt", reason="another system's streams")
LONG = "x" * 300


@pytest.fixture
def console(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Console:
    return Console(path, capsys, monkeypatch)


@pytest.fixture
def guarded(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Guarded:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    monkeypatch.setenv("MINGZHANG_PIN", PIN)
    made = Guarded(path, capsys, monkeypatch)
    assert made("set-up")[0] == 0
    return made


def shell(path: Path, redirected: str, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    """The console under a shell that redirects its streams: status, standard output and standard error."""
    command = ["sh", "-c", f'exec "$@" {redirected}', "sh", *COMMAND, "ledger", "--db", str(path), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


def entries(path: Path) -> int:
    with closing(Ledger(path)) as ledger:
        return ledger.verify().entries


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")  # noqa: PTH110
def test_an_answer_that_does_not_fit_on_the_disk_is_told_once_and_can_be_had_again(path, console):
    posting = json.dumps(POSTING).encode()
    status, _, said = shell(path, "> /dev/full", "--plain", "post", stdin=posting)
    assert (status, len(said.splitlines())) == (3, 1)
    assert b"Traceback" not in said
    assert console("post", stdin=POSTING)[1][0]["entry"] == 1
    assert console("verify") == (0, [{"ok": True, "entries": 1}])


@pytest.mark.some_cases(2)
@on_unix
@pytest.mark.parametrize(("redirected", "status"), [(">&-", 3), (">&- 2>&-", 3), ("2>&-", 0)])
def test_where_there_is_nowhere_to_answer_nothing_is_posted(path, redirected, status):
    posting = json.dumps(POSTING).encode()
    answered, _, said = shell(path, redirected, "--plain", "post", stdin=posting)
    assert (answered, b"Traceback" in said) == (status, False)
    assert entries(path) == (status == 0)


@on_unix
def test_a_closed_input_is_an_empty_one(path):
    status, out, said = shell(path, "<&-", "--plain", "post")
    assert (status, json.loads(out)["status"], said) == (2, "refused", b"")


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="no file here breaks when read")  # noqa: PTH110
@pytest.mark.parametrize("arguments", [("post",), ("post", "--lines"), ("opening",)])
def test_a_file_that_breaks_while_it_is_read_is_unavailable(console, arguments):
    status, (answer,) = console(*arguments, "/proc/self/mem")
    assert (status, answer["errors"][0]["field"]) == (3, "file")


def test_a_name_that_is_too_long_is_one_sentence(guarded, path, tmp_path):
    long = tmp_path / LONG
    for commands in (
        ("restore", long),
        ("backup", long),
        ("backup-into", long),
        ("post", long),
        ("--regions", long, "verify"),
    ):
        status, (answer,) = guarded(*commands)
        assert (status, answer["status"]) == (3, "unavailable")
    guarded.path = long
    for commands in (("set-up",), ("verify",), ("restore", path), ("recover",)):
        status, (answer,) = guarded(*commands)
        assert (status, answer["status"]) == (3, "unavailable")


def test_a_folder_of_packs_with_too_long_a_name_is_one_sentence(path, tmp_path, capsys):
    from tests.cli import main

    arguments = ["ledger", "--regions", str(tmp_path / LONG), "--db", str(path), "--plain", "post"]
    assert main(arguments) == 3
    captured = capsys.readouterr()
    assert (json.loads(captured.out)["status"], captured.err) == ("unavailable", "")


@pytest.mark.parametrize("number", ["-1", "998", "99999999999999999999"])
def test_what_is_no_descriptor_gives_no_pin(guarded, number):
    assert fields(guarded("--pin-fd", number, "verify")) == ["pin"]


@on_unix
def test_a_mark_of_the_byte_order_before_a_pin_or_a_number_is_no_part_of_it(guarded, path):
    who = ("--portable", "--operator", CHIEF, "--pin-fd", "0")
    pin = f"\ufeff{PIN}\n".encode()
    assert shell(path, "", *who, "verify", stdin=pin)[:2] == (0, b'{"ok": true, "entries": 0}\n')


@on_unix
def test_a_standard_stream_gives_a_pin_and_stays_open(guarded, path):
    who = ("--portable", "--operator", CHIEF, "--pin-fd")
    pin = f"{PIN}\n".encode()
    assert shell(path, "", *who, "0", "verify", stdin=pin)[:2] == (0, b'{"ok": true, "entries": 0}\n')
    for redirected, number in (("> out", "1"), ("2> out", "2")):
        status, out, _ = shell(path, redirected.replace("out", str(path) + ".out"), *who, number, "verify")
        said = out or Path(f"{path}.out").read_bytes()
        assert (status, json.loads(said)["status"]) == (2, "refused")
