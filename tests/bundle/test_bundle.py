"""The bundle as a folder: carried on a stick, everything in it named. `dev.py test --bundle` runs this."""

import json
import marshal
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from desktop.startup.qt_translations import CATALOGUES
from tests.cli import BUNDLED

pytestmark = [
    pytest.mark.console,
    pytest.mark.skipif(not BUNDLED, reason="`dev.py test --bundle` names a bundle"),
]
EXE = ".exe" if os.name == "nt" else ""
ROOT = Path(__file__).resolve().parents[2]


def folder() -> Path:
    return Path(BUNDLED).parent


def open_until(program: Path, file: Path, environment: dict[str, str], *arguments: str) -> None:
    """Starts the window and ends it when a file has come."""
    started = subprocess.Popen([program, *arguments], env=environment)
    try:
        deadline = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < deadline, f"{file.name} never came"
            assert started.poll() is None, "the program has ended"
            time.sleep(0.1)
    finally:
        started.terminate()
        started.wait()


def test_a_portable_desk_lives_on_its_stick_and_moves_with_it(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    shutil.copytree(folder(), stick / "mingzhang", symlinks=True)
    elsewhere = tmp_path / "home"
    elsewhere.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINGZHANG")}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "HOME": str(elsewhere), "XDG_DATA_HOME": str(elsewhere)}
    data = stick / "mingzhang" / "mingzhang-data"
    open_until(stick / "mingzhang" / f"mingzhang{EXE}", data / "practice.db", environment, "--portable")

    other = tmp_path / "another machine"
    stick.rename(other)
    data = other / "mingzhang" / "mingzhang-data"
    (data / "practice.db").unlink()
    for side in data.glob("practice.db-*"):
        side.unlink()
    open_until(other / "mingzhang" / f"mingzhang{EXE}", data / "practice.db", environment)
    assert list(elsewhere.iterdir()) == [], "nothing is left on the machine itself"


STORE = """
echo -n word | gnome-keyring-daemon --unlock --components=secrets >/dev/null
"$0" ledger --db "$1" --operator chief set-up
"$0" ledger --db "$1" --operator chief verify
"""


@pytest.mark.skipif(
    not all(map(shutil.which, ("gnome-keyring-daemon", "dbus-run-session"))), reason="needs a key store"
)
def test_the_system_s_key_store_keeps_the_key_of_an_encrypted_ledger(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    variables = {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "MINGZHANG_PIN": "long-passphrase",
    }
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", STORE, BUNDLED, tmp_path / "ledger.db"],
        env=os.environ | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    made, verified = map(json.loads, done.stdout.splitlines())
    assert made["key_kept_by"] == "system", done.stderr
    assert verified == {"ok": True, "entries": 0}
    assert b"SQLite format" not in (tmp_path / "ledger.db").read_bytes()


def test_every_file_that_the_program_may_read_is_in_the_bundle() -> None:
    only_for_making = {"resources/help/window.png", "resources/icons/mingzhang.ico"}
    kept = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "resources").rglob("*")
        if file.is_file() and file.suffix != ".po"
    } - only_for_making
    assert len(kept) > 100
    inside = folder() / "_internal"
    assert {name for name in kept if not (inside / name).is_file()} == set()
    assert {file.stem for file in inside.rglob("qtbase_*.qm")} == set(CATALOGUES.values())


@pytest.mark.skipif(os.name == "nt", reason="links files")
def test_pyside_reads_its_support_code_where_it_lies_compiled(tmp_path: Path) -> None:
    copy = tmp_path / "mingzhang"
    shutil.copytree(folder(), copy, symlinks=True, copy_function=os.link)
    (loader,) = (copy / "_internal/shiboken6/files.dir/shibokensupport/signature").glob("loader.py")
    clean = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [copy / "mingzhang", "--trial", tmp_path / "trial"]
    done = subprocess.run(command, env=clean, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert json.loads(done.stdout)["ok"], done.stderr
    loader.unlink()
    done = subprocess.run(command, env=clean, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode != 0
    assert "signature" in done.stderr


def test_the_window_reads_what_it_imports_before_its_first_frame_from_one_file() -> None:
    first = marshal.loads((folder() / "_internal" / "start.bin").read_bytes())
    assert {"desktop.main", "desktop.app", "desktop.views.window"} <= set(first)
    assert not {"core.counter", "core.settle", "pydantic", "inspect"} & set(first)


def test_the_bundle_names_its_parts_and_brings_their_licences() -> None:
    sbom = json.loads((folder() / "sbom.cdx.json").read_text(encoding="utf-8"))
    names = {each["name"].lower() for each in sbom["components"]}
    wanted = {"cpython", "pyside6_essentials", "qt", "icu", "sqlcipher3", "sqlcipher", "openssl", "keyring"}
    wanted |= {"cryptography", "argon2-cffi", "argon2", "pypinyin", "pydantic", "sqlite-utils", "pyinstaller"}
    wanted |= {"segno", *(() if os.name == "nt" else ("secretstorage", "jeepney"))}
    assert wanted <= names, wanted - names
    texts = folder() / "licences"
    listed = (texts / "README.txt").read_text(encoding="utf-8").splitlines()
    assert len(listed) == len(sbom["components"])
    for line in listed:
        place = texts / line.rpartition("(")[2].rstrip(")")
        assert any(place.iterdir()), f"{line} brings no text"
