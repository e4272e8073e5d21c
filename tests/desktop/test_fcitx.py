"""A Chinese name typed through a real fcitx 5, which PySide6 has no plugin for."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

NEEDED = ("fcitx5", "Xvfb", "xdotool", "dbus-run-session")
PROFILE = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin
[Groups/0/Items/0]
Name=keyboard-us
Layout=
[Groups/0/Items/1]
Name=pinyin
Layout=
[GroupOrder]
0=Default
"""
# ctrl+space is what turns the input method on, as a clerk does
SCRIPT = """fcitx5 >/dev/null 2>&1 & F=$!
sleep 3
(sleep 4; xdotool key ctrl+space) &
{python} -m tests.desktop.fcitx_window
kill $F
"""


@pytest.mark.long
def test_a_name_is_typed_through_fcitx_and_f12_while_composing_loses_nothing(tmp_path: Path) -> None:
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(
            f"not installed: {', '.join(missing)} (apt-get install fcitx5 fcitx5-pinyin xvfb xdotool)"
        )
    home = tmp_path / "home"
    (home / ".config" / "fcitx5").mkdir(parents=True)
    (home / ".config" / "fcitx5" / "profile").write_text(PROFILE, encoding="utf-8")
    home.chmod(0o700)
    server = subprocess.Popen(["Xvfb", ":78", "-screen", "0", "1280x800x24"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        environment = {
            **os.environ,
            "DISPLAY": ":78",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "MINGZHANG_HOME": str(tmp_path / "desk"),
            "QT_QPA_PLATFORM": "xcb",
            "QT_IM_MODULE": "fcitx",
            "XMODIFIERS": "@im=fcitx",
            "LANG": "C.UTF-8",
        }
        done = subprocess.run(
            ["dbus-run-session", "bash", "-c", SCRIPT.format(python=sys.executable)],
            env=environment,
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    finally:
        server.terminate()
        server.wait()
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert seen["input"] == "ibus (IBUS_USE_PORTAL)"
    assert seen["name"] == "王芳"
    assert seen["name after F12"] == "王芳zhang"
    assert "王芳zhang" in seen["question"]
    assert seen["search"] == "王芳"
