"""The Debian package in a system without Python: installed, tried, upgraded, taken off; the ledger stays."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.bundle.system import CHIEF, DATA, GUARDED, HOME, LEDGER, POSTING, ROOT, System, new_system

TOOLS = ("debootstrap", "unshare", "dpkg-deb", "Xvfb", "xdotool")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not sys.platform.startswith("linux")
        or os.geteuid() != 0
        or not all(map(shutil.which, TOOLS))
        or not (ROOT / "build" / "dist" / "mingzhang").is_dir(),
        reason=f"needs root, {', '.join(TOOLS)}, and a bundle made by dev.py bundle",
    ),
]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """The script that makes the packages."""
    folder = str(ROOT / "build_scripts")
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location("bundle", f"{folder}/bundle.py")
        assert spec
        assert spec.loader
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        return script
    finally:
        sys.path.remove(folder)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    made = new_system(tmp_path)
    yield made
    shutil.rmtree(made.root)


@pytest.fixture
def screen() -> Iterator[str]:
    """A screen of X11 that the system reaches: Xvfb listens beside the file system."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-ac", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as said:
            number = said.readline().strip()
        yield f":{number}"
        server.terminate()


def windows(display: str, name: str) -> list[str]:
    """The windows of a screen whose title holds a name."""
    done = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", name],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()


def post(system: System) -> list[dict[str, Any]]:
    """Puts one entry into the clerk's plain ledger and one into the encrypted; all entries of the patient."""
    system.do("mkdir", "-p", DATA, user="clerk")
    (answer,) = system.ledger("post", stdin=json.dumps(POSTING))
    assert answer["entry"] == 1
    (made,) = system.ledger("set-up", guarded=True)
    assert made["key_kept_by"] == "operators"
    (answer,) = system.ledger("post", stdin=json.dumps({**POSTING, "operator": CHIEF}), guarded=True)
    assert answer["entry"] == 1
    assert b"SQLite format" not in (system.root / GUARDED.lstrip("/")).read_bytes()[:100]
    return entries(system)


def entries(system: System) -> list[dict[str, Any]]:
    found = []
    for guarded in (False, True):
        assert system.ledger("verify", guarded=guarded) == [{"ok": True, "entries": 1}]
        found += system.ledger("entries", "--patient", "220102195001010011", guarded=guarded)
    return found


def test_it_installs_settles_posts_prints_and_leaves_without_python(
    system: System, maker: ModuleType, tmp_path: Path, screen: str
) -> None:
    assert system.run("sh", "-c", "command -v python3 python").stdout == ""
    system.install(maker.debian(folder=tmp_path, level=0))
    assert system.run("sh", "-c", "command -v python3 python").stdout == "", "no dependency brought one"

    for name, variables in {
        "offscreen": {"QT_QPA_PLATFORM": "offscreen"},
        "x11": {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"},
    }.items():
        found = system.trial(name, **variables)
        assert found["ok"], found
        assert found["patient_pays"] == 1_659_200
        assert (system.root / found["pdf"].lstrip("/")).read_bytes().startswith(b"%PDF")

    for place in ("applications/mingzhang.desktop", "mime/packages/mingzhang.xml"):
        assert (system.root / "usr" / "share" / place).exists()

    before = post(system)
    system.do("apt-get", "purge", "--yes", "mingzhang")
    assert not (system.root / "usr/lib/mingzhang").exists()
    assert not (system.root / "usr/bin/mingzhang").is_symlink()
    assert (system.root / LEDGER.lstrip("/")).exists()
    system.install(maker.debian(folder=tmp_path, level=0))
    assert entries(system) == before


def test_a_desk_opens_its_window_on_a_screen(
    system: System, maker: ModuleType, tmp_path: Path, screen: str
) -> None:
    system.install(maker.debian(folder=tmp_path, level=0))
    assert windows(screen, "明账") == []
    started = subprocess.Popen(
        [
            *("chroot", "--userspec=clerk:clerk", system.root, "env", "-i", f"HOME={HOME}"),
            *(f"DISPLAY={screen}", "LANG=C.UTF-8", "PATH=/usr/bin:/bin", "/usr/lib/mingzhang/mingzhang"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while not (windows(screen, "明账") and (system.root / LEDGER.lstrip("/")).exists()):
            assert time.monotonic() < deadline, "no window, or no ledger"
            assert started.poll() is None, "the program has ended"
            time.sleep(0.2)
    finally:
        started.terminate()
        started.wait()


def test_an_upgrade_over_an_older_version_keeps_every_entry(
    system: System, maker: ModuleType, tmp_path: Path
) -> None:
    system.install(maker.debian("0.0.9", tmp_path, level=0))
    before = post(system)
    system.install(maker.debian(folder=tmp_path, level=0))
    assert "0.0.9" not in system.do("dpkg-query", "--show", "mingzhang")
    assert entries(system) == before
    copy = f"{HOME}/copy.db"
    assert system.ledger("backup", copy, guarded=True)[0]["entries"] == 1
    system.do("rm", GUARDED, user="clerk")
    system.ledger("restore", copy, guarded=True)
    assert entries(system) == before


def test_a_package_that_takes_the_ledger_along_would_be_noticed(
    system: System, maker: ModuleType, tmp_path: Path
) -> None:
    planted = {"postrm": f"#!/bin/sh\nrm -rf {DATA}\n"}
    system.install(maker.debian("0.0.9", tmp_path, level=0, scripts=planted))
    post(system)
    system.install(maker.debian(folder=tmp_path, level=0))
    system.do("mkdir", "-p", DATA, user="clerk")
    assert system.ledger("verify") != [{"ok": True, "entries": 1}]


def test_a_bundle_without_a_library_would_be_noticed(
    system: System, maker: ModuleType, tmp_path: Path
) -> None:
    system.install(maker.debian(folder=tmp_path, level=0))
    for library in (system.root / "usr/lib/mingzhang").rglob("libQt6PrintSupport.so.6"):
        library.unlink()
    with pytest.raises(AssertionError, match="libQt6PrintSupport"):
        system.trial("broken", QT_QPA_PLATFORM="offscreen")
