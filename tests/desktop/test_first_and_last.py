"""Starting twice, on damaged files, and failing: the window comes, nothing of a patient is written."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from sqlcipher3.dbapi2 import InterfaceError

from core import clock
from core.places import home
from core.words import words
from desktop.app import Program
from desktop.desk.single_instance import First
from desktop.main import main
from desktop.session import Session
from desktop.settings import FILE, Settings
from desktop.startup import crash_report, log_file
from desktop.startup.settings_file import load

ROOT = Path(__file__).resolve().parents[2]
WHEN = datetime(2026, 11, 22, 9, 12)  # noqa: DTZ001
KILLED = """
import os, sys
from pathlib import Path
from desktop.desk.single_instance import First
kept = First(Path(sys.argv[1]))
print(kept.held, flush=True)
os.kill(os.getpid(), 9)
"""
SECRETS = ("张建国", "220113196004080016", "13800138000")


def wait_for(condition: Any) -> bool:
    deadline = time.monotonic() + 60  # a busy machine starts a program late
    while not condition() and time.monotonic() < deadline:
        QCoreApplication.processEvents()
        time.sleep(0.01)
    return bool(condition())


def test_the_window_s_day_is_the_ledger_s() -> None:
    asked = signature(Session.__init__).parameters
    assert asked["today"].default is clock.today
    assert asked["now"].default is clock.now


def test_a_start_beside_a_window_that_takes_no_notice_says_so(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from PySide6.QtWidgets import QMessageBox

    shown: list[str] = []
    monkeypatch.setattr("desktop.desk.single_instance._ANSWERS_WITHIN", 0.1)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: shown.append(box.text()))
    monkeypatch.setenv("MINGZHANG_HOME", str(tmp_path))
    first = First(tmp_path)
    assert main([]) == 1
    assert "已经打开，但没有反应" in shown[0]
    assert shown[0] in capsys.readouterr().err
    first.end()


@pytest.mark.skipif(sys.platform == "win32", reason="made of what Windows does not have")
@pytest.mark.parametrize("what", ["pipe", "device", "huge"])
def test_what_no_window_can_have_left_in_the_lock_s_place_holds_no_start_up(
    qapp: Any, tmp_path: Path, what: str
) -> None:
    lock = tmp_path / "desk.lock"
    if what == "pipe":
        os.mkfifo(lock)
    elif what == "device":
        lock.symlink_to("/dev/zero")
    else:
        lock.touch()
        os.truncate(lock, 3 << 30)
    first = First(tmp_path)
    assert first.held
    first.end()


def test_a_second_start_asks_the_first_to_come_forward(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.desk.single_instance._ANSWERS_WITHIN", 0.1)
    first = First(tmp_path)
    heard: list[str] = []
    first.asked.connect(heard.append)
    assert not first.asked_the_other()
    second = First(tmp_path)
    assert second.asked_the_other()
    assert second.is_frozen, "nothing works on events here while the second one waits"
    assert wait_for(lambda: heard == [""])
    assert second.asked_the_other(tmp_path / "a.mzpack")
    assert wait_for(lambda: heard[1:] == [str(tmp_path / "a.mzpack")])
    first.end()
    third = First(tmp_path)
    assert not third.asked_the_other(), "the first has gone"
    third.end()


def test_the_lock_of_a_killed_program_is_no_obstacle(qapp: Any, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path], cwd=ROOT, capture_output=True, check=False
    )
    assert done.stdout == b"True\n"
    assert (tmp_path / "desk.lock").exists()
    now = First(tmp_path)
    assert now.held
    now.end()


@pytest.mark.parametrize(
    "lock", ["4711\npython3\nold-pc\nanother-machine\nits-start\n", "4711\npython3\nold-pc\n", ""]
)
def test_a_lock_that_came_with_the_folder_from_another_machine_is_no_obstacle(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    monkeypatch.setattr("desktop.desk.single_instance._ANSWERS_WITHIN", 0.1)
    (tmp_path / "desk.lock").write_text(lock, encoding="utf-8")
    now = First(tmp_path)
    assert not now.asked_the_other()
    assert now.held
    assert not (tmp_path / "desk.ask").exists()
    second = First(tmp_path)
    assert second.asked_the_other(), "from here on there is one window again"
    now.end()


def test_a_folder_in_the_lock_s_place_keeps_no_window_away(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.desk.single_instance._ANSWERS_WITHIN", 0.1)
    (tmp_path / "desk.lock").mkdir()
    now = First(tmp_path)
    assert not now.asked_the_other()
    assert not now.held
    now.end()


def test_a_second_program_ends_at_once_and_a_third_desk_does_not(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "MINGZHANG_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "desktop"]
    first = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "practice.db").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert subprocess.run(command, cwd=ROOT, env=environment, timeout=60, check=False).returncode == 0
        assert first.poll() is None
    finally:
        first.terminate()
        first.wait()


def test_a_second_program_hands_its_packet_to_the_first_and_ends(qapp: Any, tmp_path: Path) -> None:
    first = First(tmp_path)
    heard: list[str] = []
    first.asked.connect(heard.append)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "MINGZHANG_HOME": str(tmp_path)}
    packet = tmp_path / "from a stick.mzpack"
    command = [sys.executable, "-m", "desktop", packet]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as second:
        assert wait_for(lambda: heard == [str(packet)])
        assert second.wait(timeout=60) == 0
    first.end()


def test_another_start_brings_a_window_that_was_made_small_to_the_front(qapp: Any, tmp_path: Path) -> None:
    program = Program(Session(words(), Settings(), tmp_path))
    program.window.showMinimized()
    program.open()
    program.started_again("")
    assert not program.window.isMinimized()
    assert program.window.isVisible()
    program.started_again(str(tmp_path / "gone.mzpack"))
    assert program.pages
    assert program.navigator.page.name == "packet"
    program.window.close()


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff",
        b"[]",
        b'{"region": 7}',
        b"{",
        b'{"hospital": "\\ud800"}',
        b"[" * 90_000,
        b'{"region": "jilin/changchun", "x": "' + b"x" * 200_000 + b'"}',
        os.urandom(3_000_000),
    ],
    ids=["bytes", "list", "number", "cut", "half a letter", "deep", "long", "garbage"],
)
def test_damaged_settings_are_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert load(tmp_path).region == Settings().region


def test_a_folder_in_the_place_of_the_settings_is_as_good_as_none_and_is_said_when_saving(
    qapp: Any, tmp_path: Path
) -> None:
    (tmp_path / FILE).mkdir()
    assert load(tmp_path) == Settings()
    program = Program(Session(words(), Settings(), tmp_path))
    program.open()
    notice = program.counter_page.state.notice
    assert notice is not None
    assert (
        notice.text
        == f"设置文件 {tmp_path / FILE} 已损坏，现在只是练习。本机已正式使用的，按 Ctrl+G 登录真实账本。"
    )
    failed = program.desk.use(Settings(hospital="示例县医院"))
    assert failed is not None
    assert "没有存上" in words()(failed)
    assert program.session.settings.hospital == "示例县医院", "it holds for now"
    assert not list(tmp_path.glob(f".{FILE}.*"))
    (tmp_path / FILE).rmdir()
    assert program.desk.use(Settings(hospital="示例县医院")) is None
    program.window.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "none", place], check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=False, capture_output=True)


@pytest.mark.parametrize(("state", "said"), [("full", "满"), ("ro", "只读")])
def test_a_home_that_takes_nothing_is_said_and_the_window_stays(
    qapp: Any, disk: Path, state: str, said: str
) -> None:
    if state == "full":
        with contextlib.suppress(OSError):
            (disk / "everything").write_bytes(bytes(1_000_000))
    else:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    first = First(disk)
    assert not first.asked_the_other(), "no lock is no other window"
    program = Program(Session(words(), load(disk), disk))
    program.window.show()
    program.open()
    assert program.session.counter is None
    assert program.counter_page.state.notice
    assert said in program.counter_page.state.notice.text
    program.counter_page.typed("name", "张")
    assert said in str(program.counter_page.state.figure), "it stays said"
    program.window.close()
    first.end()


@pytest.mark.parametrize("damage", ["text", "folder", "cut", "document", "home"])
def test_a_damaged_desk_never_prevents_the_window(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    place = tmp_path / "home"
    monkeypatch.setenv("MINGZHANG_HOME", str(place))
    if damage == "home":
        place.write_text("a file where the folder should be")
    else:
        place.mkdir()
    if damage == "text":
        (place / "practice.db").write_text("no ledger" * 200)
    elif damage == "folder":
        (place / "practice.db").mkdir()
    elif damage == "cut":
        (place / "practice.db").write_bytes(b"SQLite format 3\x00")
    elif damage == "document":
        (place / "documents").mkdir()
        (place / "documents" / "bad.toml").write_text("id = 1")
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)
    program = Program(Session(words(), Settings(), place))
    program.window.show()
    program.open()
    notice = program.counter_page.state.notice
    assert program.window.isVisible()
    assert program.session.counter is None
    assert notice
    assert notice.kind == "wrong"
    program.window.close()


def _fail() -> None:
    patient, identity = SECRETS[:2]
    try:
        json.loads(identity[:3] + patient)
    except ValueError as error:
        error.add_note(identity)
        raise RuntimeError(f"{patient} {identity} {SECRETS[2]}") from error


def test_a_crash_report_says_where_and_nothing_about_the_patient(tmp_path: Path) -> None:
    try:
        _fail()
    except RuntimeError as error:
        file = crash_report.report(tmp_path, error, WHEN)
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "JSONDecodeError" in text
    assert "tests/desktop/test_first_and_last.py" in text
    assert " _fail" in text
    assert not any(secret in text or secret[:6] in text for secret in SECRETS)
    assert str(Path.home()) not in text


def test_only_the_latest_reports_are_kept(tmp_path: Path) -> None:
    for second in range(crash_report.MOST + 3):
        crash_report.report(tmp_path, ValueError(), WHEN.replace(second=second))
    kept = sorted(file.name for file in (tmp_path / crash_report.FOLDER).iterdir())
    assert len(kept) == crash_report.MOST
    assert kept[-1] == "crash-20261122-091212.txt"


@pytest.mark.parametrize("kind", [ValueError, InterfaceError])
def test_an_error_of_ours_is_said_with_the_place_of_its_report(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)
    program = Program(Session(words(), Settings(), tmp_path, now=lambda: WHEN))
    error = kind(SECRETS[0])
    program.caught(kind, error, None)
    notice = program.counter_page.state.notice
    assert notice
    assert "crash-20261122-091200.txt" in notice.text
    assert SECRETS[0] not in (tmp_path / log_file.FILE).read_text(encoding="utf-8")
    program.window.close()


def test_the_log_turns_and_never_grows_beyond_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "LARGEST", 200)
    for number in range(100):
        log_file.note(tmp_path, f"line {number}")
    files = sorted(tmp_path.iterdir())
    assert len(files) == 1 + log_file.KEPT
    assert all(file.stat().st_size < 300 for file in files)
    assert "line 99" in (tmp_path / log_file.FILE).read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log_file.note(tmp_path / "file", "x")


def test_a_portable_desk_keeps_its_data_beside_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINGZHANG_HOME")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "stick" / "mingzhang"))
    assert "stick" not in str(home())
    (tmp_path / "stick" / "mingzhang-data").mkdir(parents=True)
    assert home() == tmp_path / "stick" / "mingzhang-data"
