"""Chinese by fcitx5, as it runs on a desk: pinyin in the name's cell and in the search, and no word is lost.

fcitx5 and its pinyin are installed where they can be (Debian, as root); elsewhere the tests are skipped.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from desktop.settings import Settings, save
from tests.desktop import real_screen
from tests.desktop.real_screen import Hands, window_on_screen

pytestmark = [pytest.mark.long, pytest.mark.skipif(not real_screen.ABLE, reason=real_screen.WHY_NOT)]
PACKAGES: Final = ("fcitx5", "fcitx5-pinyin", "fcitx5-modules", "libime-data", "dbus")
PROFILE: Final = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=pinyin
Layout=

[GroupOrder]
0=Default
"""
ID: Final = "220113196004080016"
VISIT: Final = "Return 1 2 0301 0310 Return 52000 Return 48000 Return 1200 Return"


@pytest.fixture(scope="module", autouse=True)
def _fcitx5() -> None:
    """Have fcitx5 with pinyin, or say why not."""
    there = shutil.which("fcitx5") and Path("/usr/share/fcitx5/inputmethod/pinyin.conf").exists()
    if there and shutil.which("dbus-daemon"):
        return
    if not shutil.which("apt-get") or os.name == "nt" or os.geteuid():
        pytest.skip("needs fcitx5 with pinyin, which only root of a Debian can install")
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES]
    subprocess.run(["apt-get", "update"], capture_output=True, check=False)
    done = subprocess.run(
        install,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
    if done.returncode:
        pytest.skip(f"fcitx5 could not be installed: {done.stderr[-200:]}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    save(folder, Settings(hospital="示例县医院", operator="王芳"))
    return folder


def input_method(folder: Path) -> object:
    """Return what starts fcitx5 on a screen with a session bus of its own."""

    @contextmanager
    def around(display: str) -> Iterator[Mapping[str, str]]:
        (folder / "config/fcitx5").mkdir(parents=True)
        (folder / "run").mkdir(mode=0o700)
        (folder / "config/fcitx5/profile").write_text(PROFILE, encoding="utf-8")
        own = {
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "HOME": str(folder),
        }
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **own},
        )
        assert bus.stdout
        own["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        fcitx = subprocess.Popen(
            ["fcitx5", "--disable=wayland,waylandim,notificationitem,classicui"],
            env={**os.environ, **own, "DISPLAY": display},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(own)
            yield {**own, "QT_IM_MODULE": "fcitx", "XMODIFIERS": "@im=fcitx"}
        finally:
            for process in (fcitx, bus):
                process.terminate()
                process.wait(20)
            bus.stdout.close()

    return around


def _wait_for(own: Mapping[str, str]) -> None:
    """Wait until fcitx5 answers on its bus."""
    until = time.monotonic() + 20
    while subprocess.run(
        ["fcitx5-remote"], env={**os.environ, **own}, capture_output=True, check=False
    ).returncode:
        assert time.monotonic() < until, "fcitx5 does not answer"
        time.sleep(0.1)


@contextmanager
def desk(home: Path, tmp_path: Path, fault: str = "") -> Iterator[Hands]:
    around = input_method(tmp_path / "fcitx")
    with window_on_screen(home, gap=80, around=around, fault=fault) as hands:  # type: ignore[arg-type]
        yield hands


def test_a_name_is_typed_by_pinyin_posted_and_found_by_it(home: Path, tmp_path: Path) -> None:
    with desk(home, tmp_path) as hands:
        hands.type(f"{ID} zhangjianguo Space")
        hands.wait(lambda seen: seen["texts"].get("name") == "张建国")
        hands.type(f"{VISIT} F12")
        hands.wait(lambda seen: "张建国" in seen["question"])
        hands.type("y")
        hands.wait(lambda seen: seen["entry"] == 1)
        hands.type("F2 F3 F8 zhangjianguo Space")
        hands.wait(lambda seen: len(seen["rows"]) == 1)
        hands.look(real_screen.ROOT / "tests/output/fcitx5_search.png")
        hands.type("Return")
        hands.wait(lambda seen: seen["page"] == "counter" and seen["texts"].get("id") == ID)


@pytest.mark.parametrize("key", ["F12", "F9"])
def test_a_key_while_a_word_is_composed_loses_nothing(home: Path, tmp_path: Path, key: str) -> None:
    with desk(home, tmp_path) as hands:
        composed_then(hands, key)
        hands.wait(lambda seen: seen["texts"].get("name") == "lisi")
        if key == "F12":
            hands.wait(lambda seen: "lisi" in seen["question"])
        assert hands.state["entry"] == 0


def test_the_test_sees_a_word_that_is_lost(home: Path, tmp_path: Path) -> None:
    """Planted: a key is acted on without the word."""
    with desk(home, tmp_path, "uncommitted") as hands:
        composed_then(hands, "F12")
        hands.wait(acted_on)
        assert hands.state["texts"].get("name") != "lisi"


def test_letters_that_waited_behind_an_enter_go_where_it_leads(home: Path, tmp_path: Path) -> None:
    with desk(home, tmp_path) as hands:
        typed_while_busy(hands)
        hands.wait(lambda seen: seen["texts"].get("name") == "lisi")


def test_the_test_sees_letters_that_are_lost_behind_an_enter(home: Path, tmp_path: Path) -> None:
    """Planted: Qt asks the input method about every key that waits before it delivers one."""
    with desk(home, tmp_path, "asked_ahead") as hands:
        typed_while_busy(hands)
        hands.wait(acted_on)
        assert hands.state["texts"].get("name") != "lisi"


def acted_on(seen: dict[str, Any]) -> bool:
    """Return True once F12 was acted on: it asks, or says what is not there."""
    return bool(seen["question"]) or "入账前" in seen["notice"]


def typed_while_busy(hands: Hands) -> None:
    """Type a visit, go back to its number, and go on and compose another name while the window is busy."""
    hands.type(f"{ID} zhangjianguo Space {VISIT} F4")
    hands.wait(lambda seen: seen["focus"] == "cell_id")
    with hands.while_busy(1.5):
        hands.type("Return lisi")
    hands.type("F12")


def composed_then(hands: Hands, key: str) -> None:
    """Type a whole visit, go back to its name, and press a key while another name is being composed."""
    hands.type(f"{ID} zhangjianguo Space {VISIT} F4 Return lisi")
    time.sleep(0.3)
    hands.type(key)
