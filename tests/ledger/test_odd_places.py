"""No folder of one's own, standard output that fails, names of files that are no Unicode."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.places import NoHome, home
from tests.ledger.powercut import ROOT
from tests.ledger.test_console_ledger import POSTING, Console
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, Guarded

KEY_CHANGING = r"正在更换账本的密钥：(\d+) / \1 页。请不要断电；断了也不丢数据。\n"
CONSOLE = "import sys; from core.console import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def console(path, capsys, monkeypatch) -> Console:
    return Console(path, capsys, monkeypatch)


@pytest.fixture
def guarded(path, capsys, monkeypatch) -> Guarded:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    monkeypatch.setenv("MINGZHANG_PIN", PIN)
    return Guarded(path, capsys, monkeypatch)


def test_without_a_home_and_an_account_one_sentence_says_what_to_do(console, monkeypatch):
    def nobody(*_: object, **__: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("MINGZHANG_HOME")
    monkeypatch.setattr("platformdirs.user_data_path", nobody)
    status, (answer,) = console("post", stdin=POSTING)
    assert (status, answer["status"]) == (3, "unavailable")
    assert "MINGZHANG_HOME" in answer["errors"][0]["message"]
    with pytest.raises(NoHome):
        home()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
@pytest.mark.console
def test_a_recovery_code_that_standard_output_cannot_take_is_on_standard_error(path: Path) -> None:
    command = [sys.executable, "-c", CONSOLE, "ledger", "--db", str(path), "--operator", CHIEF, "--portable"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*command, "set-up"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "MINGZHANG_PIN": PIN},
            cwd=ROOT,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    code = done.stderr.splitlines()[0].rpartition("：")[2]
    recovered = subprocess.run(
        [*command, "recover"],
        capture_output=True,
        env={**os.environ, "MINGZHANG_RECOVERY_CODE": code, "MINGZHANG_NEW_PIN": "another-passphrase"},
        cwd=ROOT,
        text=True,
        check=False,
    )
    assert json.loads(recovered.stdout)["name"] == CHIEF, recovered.stdout + recovered.stderr


def test_a_new_recovery_code_is_made_on_the_console_and_the_file_gets_a_new_key(guarded, path, monkeypatch):
    (first,) = guarded("set-up")[1]
    status, (answer,) = guarded("recovery-code", tells=KEY_CHANGING)
    assert status == 0
    monkeypatch.setenv("MINGZHANG_NEW_PIN", "another-passphrase")
    monkeypatch.setenv("MINGZHANG_RECOVERY_CODE", first["recovery_code"])
    assert guarded("recover")[0] == 2
    assert "key_changed" in [act["act"] for act in guarded("acts")[1]]
    monkeypatch.setenv("MINGZHANG_RECOVERY_CODE", answer["recovery_code"])
    assert guarded("recover")[0] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes here alone")
def test_a_backup_whose_name_is_no_unicode_is_restored(console, path):
    console("post", stdin=POSTING)
    folder = Path(os.fsdecode(os.fsencode(path.parent) + "/备份".encode("gb18030")))
    folder.mkdir()
    copy = folder / os.fsdecode("副本.db".encode("gb18030"))
    assert console("backup", copy)[0] == 0
    console("post", stdin={**POSTING, "key": "k2"})
    status, (answer,) = console("restore", copy)
    assert (status, answer["entries"]) == (0, 1)
    assert console("verify") == (0, [{"ok": True, "entries": 1}])
    console.path = folder / "ledger.db"
    assert console("post", stdin=POSTING)[0] == 0
    assert console("restore", copy)[0] == 0
