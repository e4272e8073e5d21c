"""The window as a screen reader hears it: over AT-SPI, out of a process of its own on a screen of its own."""

import ctypes.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.hearing import PROGRAMS, ROOT, SERVICES, Heard
from tests.desktop.keys import FIRST_ADMISSION

ABLE = all(map(shutil.which, PROGRAMS)) and SERVICES.exists() and ctypes.util.find_library("xcb-cursor")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not ABLE, reason="needs a screen, a session bus and AT-SPI"),
]
SENTENCE = "总费用 52,000.00 元，其中基本医保付 33,320.00 元，大病保险付 2,088.00 元，个人付 16,592.00 元。"


def heard(home: Path, *keys: str) -> list[list[Heard]]:
    """Everything that is heard after each of the keys was typed."""
    command = ["dbus-run-session", "--", sys.executable, "-m", "tests.desktop.hearing", str(home), *keys]
    runtime = home / "run"
    runtime.mkdir(parents=True, mode=0o700)
    environment = {
        **os.environ,
        "MINGZHANG_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "XDG_RUNTIME_DIR": str(runtime),
    }
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("[")]  # the registry talks, too
    return [[Heard(*part) for part in json.loads(line)] for line in told]


def named(parts: list[Heard], name: str) -> list[Heard]:
    return [part for part in parts if part.name == name]


def test_the_split_is_said_in_a_sentence_and_every_place_of_the_focus_has_a_name(tmp_path: Path) -> None:
    again = f"Esc F2 {FIRST_ADMISSION} F12 Y"
    settled, more, posted, *pages = heard(tmp_path, FIRST_ADMISSION, "F2 x", again, "F7", "Esc F8", "Esc F5")
    figure = named(settled, "¥ 16,592.00")
    assert [part.description for part in figure] == [SENTENCE]
    assert named(more, "¥ 16,592.00") == []
    assert [part.description for part in named(posted, "¥ 16,592.00")] == [SENTENCE]
    assert [part.name for part in posted if part.name.startswith("已入账")]
    for parts in (settled, more, posted, *pages):
        focusable = [part for part in parts if part.focusable and part.showing]
        assert len(focusable) > 10
        assert [part for part in focusable if not part.name.strip()] == []
