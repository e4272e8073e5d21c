"""No folder of one's own, standard output that fails, names of files that are no Unicode."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.console import main
from core.places import NoHome, home
from core.policy import packets
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


# ---- what is given as a ledger and is none


def as_fifo(path: Path) -> None:
    os.mkfifo(path)


def as_link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_name("gone.db"))


def as_loop(path: Path) -> None:
    path.symlink_to(path.name)


def as_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def as_chance(path: Path) -> None:
    path.write_bytes(os.urandom(8192))


def as_folder(path: Path) -> None:
    path.mkdir()


NO_LEDGERS = {
    as_fifo: ("管道或设备", "管道或设备"),
    as_device: ("管道或设备", "管道或设备"),
    as_link_to_nothing: ("指向的文件不存在", None),
    as_loop: ("指向的文件不存在", None),
    as_chance: ("不是账本文件", "缺少密钥文件 ledger.db.keys"),
    as_folder: ("是文件夹", "是文件夹"),
}
"""The words of the sentence, for a plain ledger and for one that asks who is there (None: it asks first)."""


@pytest.mark.skipif(sys.platform != "linux", reason="made of what only Linux has")
@pytest.mark.parametrize("make", NO_LEDGERS)
def test_a_path_that_is_no_ledger_is_named_for_what_it_is_and_left_alone(make, console, guarded, path):
    make(path)
    held = path.read_bytes() if make is as_chance else None
    plain, asking = NO_LEDGERS[make]
    status, (answer,) = console("verify")
    assert status == 3
    assert plain in answer["errors"][0]["message"]
    if asking is not None:
        for command in (["entries", "--patient", "1"], ["operator", "赵", "--active", "no"]):
            status, (answer,) = guarded(*command)
            assert status == 3
            assert asking in answer["errors"][0]["message"]
    left = [path.name] if path.exists() or path.is_symlink() else []
    assert [file.name for file in path.parent.iterdir() if file.name.startswith("ledger")] == left
    assert held is None or path.read_bytes() == held


@pytest.mark.skipif(sys.platform != "linux", reason="the limits and the folders of Linux")
def test_a_path_too_long_or_in_the_systems_own_folder_is_named_as_such(console, path):
    deep = path.parent.joinpath(*["一二三四五六七八九十" * 2] * 10)
    deep.mkdir(parents=True)
    link = path.with_name("short")
    link.symlink_to(deep)
    for at, said in (
        (deep / "ledger.db", "路径太长"),
        (link / "ledger.db", "路径太长"),
        (path.with_name("账" * 100), "文件名太长"),
        (Path("/proc/ledger.db"), "操作系统自用的文件夹"),
        (Path("/sys/kernel/ledger.db"), "操作系统自用的文件夹"),
    ):
        console.path = at
        status, (answer,) = console("post", stdin=POSTING)
        assert status == 3
        assert said in answer["errors"][0]["message"], at


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of Linux")
def test_the_longest_path_that_is_taken_serves_a_ledger(console, path):
    folder = path.parent
    while len(os.fsencode(folder)) < 400:
        folder = folder / ("x" * 40)
    folder = folder / ("y" * (474 - len(os.fsencode(folder))))
    folder.mkdir(parents=True)
    console.path = folder / "l.db"
    assert console("post", stdin=POSTING)[0] == 0
    assert console("verify") == (0, [{"ok": True, "entries": 1}])


SIDES = ("ledger.db-wal", "ledger.db-shm", "ledger.db.head", "ledger.db.keys.lock")


@pytest.mark.some_cases(2)
@pytest.mark.skipif(sys.platform != "linux", reason="made of what only Linux has")
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("make", [as_fifo, as_device, as_loop, as_folder])
def test_what_lies_in_the_place_of_a_file_beside_a_ledger_is_told_and_waited_for_by_nobody(
    make, side, console, path
):
    assert console("post", stdin=POSTING)[0] == 0
    odd = path.with_name(side)
    odd.unlink(missing_ok=True)
    make(odd)
    status, (answer,) = console("post", stdin={**POSTING, "key": "k2"})
    if side in SIDES[2:]:  # a head that cannot be written lags; a plain ledger has no keys
        assert status == 0
        return
    assert status == 3
    assert f"{side} 应是数据库自己的文件" in answer["errors"][0]["message"]
    odd.rmdir() if make is as_folder else odd.unlink()
    assert console("verify") == (0, [{"ok": True, "entries": 1}])


@pytest.mark.skipif(sys.platform != "linux", reason="made of what only Linux has")
def test_a_link_in_the_place_of_a_head_leads_to_nothing_that_is_written_over(console, path):
    assert console("post", stdin=POSTING)[0] == 0
    head = path.with_name("ledger.db.head")
    head.unlink()
    head.symlink_to(path)
    assert console("post", stdin={**POSTING, "key": "k2"})[0] == 0
    assert console("verify") == (0, [{"ok": True, "entries": 2}])


@pytest.mark.skipif(sys.platform != "linux", reason="made of what only Linux has")
@pytest.mark.parametrize("make", [as_fifo, as_device, as_folder])
def test_keys_that_are_no_file_are_told_as_such(make, guarded, path):
    assert guarded("set-up")[0] == 0
    keys = path.with_name("ledger.db.keys")
    keys.rename(keys.with_name("kept"))
    make(keys)
    status, (answer,) = guarded("acts")
    assert status == 3
    assert "ledger.db.keys" in answer["errors"][0]["message"]
    assert "权限" not in answer["errors"][0]["message"]


def test_rules_of_a_desk_in_use_are_changed_by_who_signs_in_whatever_ledger_is_named(
    guarded, path, tmp_path, monkeypatch, capsys
):
    home_ = tmp_path / "home"
    monkeypatch.setenv("MINGZHANG_HOME", str(home_))
    home_.mkdir(exist_ok=True)
    guarded.path = home_ / "ledger.db"
    assert guarded("set-up")[0] == 0
    public, _ = packets.write_new_key(tmp_path / "key.pem")
    for others in ([], ["--db", str(tmp_path / "none.db")], ["--db", str(path), "--plain"]):
        assert main(["packs", "trust", str(tmp_path / "key.pub"), *others]) == 2
        assert "请先登录" in capsys.readouterr().out
    assert not (home_ / packets.KEYS).exists(), public
    signed = ["--operator", CHIEF, "--portable"]
    assert main(["packs", "trust", str(tmp_path / "key.pub"), *signed]) == 0
    assert (home_ / packets.KEYS).exists()
