"""Through Qt's printer path to a real queue: a private cupsd on a socket, whose printer is a script."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from core.words import words
from desktop.devices import print_queue

ROOT = Path(__file__).resolve().parents[2]
_SYSTEM = Path("/usr/lib/cups")
_BACKEND = """#!/bin/sh
[ $# -eq 0 ] && {{ echo 'direct desk "Unknown" "Desk"'; exit 0; }}
if [ -e {folder}/no_paper ]; then echo 'STATE: +media-empty-error' >&2; exit 4; fi
echo 'STATE: -media-empty-error' >&2
cat "${{6:--}}" > {folder}/printed.part && mv {folder}/printed.part {folder}/printed.pdf
"""
_DAEMON = """Listen {folder}/cups.sock
LogLevel warn
Browsing No
WebInterface No
DefaultAuthType None
ErrorPolicy stop-printer
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
_FILES = """ServerRoot {folder}
ServerBin {folder}/bin
DataDir /usr/share/cups
CacheDir {folder}/cache
StateDir {folder}/state
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
AccessLog {folder}/access.log
ErrorLog {folder}/error.log
PageLog {folder}/page.log
FileDevice Yes
Sandboxing relaxed
SystemGroup root
"""


def _installed() -> bool:
    """Whether cupsd is there; root on Debian installs it."""
    if shutil.which("cupsd", path=f"{os.environ['PATH']}:/usr/sbin") and shutil.which("lpstat"):
        return True
    if sys.platform != "linux" or os.geteuid() or not shutil.which("apt-get"):
        return False
    wanted = ["apt-get", "install", "--yes", "--no-install-recommends", "cups-daemon", "cups-client"]
    with suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(wanted, capture_output=True, check=False, timeout=300).returncode == 0
    return False


class Printer:
    """A queue `desk` of its own server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "CUPS_SERVER": str(folder / "cups.sock"),
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "MINGZHANG_HOME": str(folder / "home"),
            "PATH": f"{os.environ['PATH']}:/usr/sbin",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("DISPLAY", None)
        backends = folder / "bin" / "backend"
        backends.mkdir(parents=True)
        for name in ("daemon", "filter", "driver", "monitor", "notifier", "cgi-bin"):
            (folder / "bin" / name).symlink_to(_SYSTEM / name)
        (backends / "desk").write_text(_BACKEND.format(folder=folder))
        (backends / "desk").chmod(0o700)
        for name in ("cache", "state", "spool", "spool/tmp"):
            (folder / name).mkdir()
        (folder / "cupsd.conf").write_text(_DAEMON.format(folder=folder))
        (folder / "cups-files.conf").write_text(_FILES.format(folder=folder))
        self.server = subprocess.Popen(
            ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.desk: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        """Waits for the server, makes the queue and a desk before it."""
        until = time.monotonic() + 20
        while "is running" not in self.run("lpstat", "-r").stdout and time.monotonic() < until:
            time.sleep(0.1)
        made = self.run("lpadmin", "-p", "desk", "-E", "-v", "desk:/", "-m", "raw")
        assert made.returncode == 0, made.stderr + (self.folder / "error.log").read_text()
        self.run("lpadmin", "-d", "desk")
        self.desk = subprocess.Popen(
            [sys.executable, "-m", "tests.desktop.at_printer", str(self.folder)],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of CUPS, at this server."""
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=30
        )

    def tell(self, command: str) -> str:
        """What the desk says when it is told to do something."""
        assert self.desk is not None
        assert self.desk.stdin is not None
        assert self.desk.stdout is not None
        self.desk.stdin.write(command + "\n")
        self.desk.stdin.flush()
        line = self.desk.stdout.readline()
        assert line, self.desk.stderr.read() if self.desk.stderr else ""
        said: str = json.loads(line)
        return said

    def printed(self) -> str:
        """The text that came out of the printer, which is taken from it."""
        file = self.folder / "printed.pdf"
        until = time.monotonic() + 20
        while not file.exists():
            assert time.monotonic() < until, (self.folder / "error.log").read_text()[-3000:]
            time.sleep(0.05)
        with pdfium.PdfDocument(file.read_bytes()) as document:
            text = "\n".join(page.get_textpage().get_text_range() for page in document)
        file.unlink()
        return text

    def saved(self) -> list[Path]:
        """The files that were saved instead."""
        folder = self.folder / "documents"
        return sorted(folder.iterdir()) if folder.exists() else []

    def end(self) -> None:
        """Both processes go."""
        if self.desk is not None:
            assert self.desk.stdin is not None
            self.desk.stdin.close()
            try:
                self.desk.wait(20)
            except subprocess.TimeoutExpired:
                self.desk.kill()
                self.desk.wait()
            for stream in (self.desk.stdout, self.desk.stderr):
                if stream is not None:
                    stream.close()
        self.server.terminate()
        self.server.wait(20)


@pytest.fixture
def printer() -> Iterator[Printer]:
    if not _installed():
        pytest.skip("no cupsd here, and not root on Debian to install it")
    folder = Path(tempfile.mkdtemp(prefix="cups", dir="/tmp"))  # the path of a socket must be short
    folder.chmod(0o755)
    made = Printer(folder)
    try:
        made.begin()
        yield made
    finally:
        made.end()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_sheet_goes_through_a_real_queue_and_its_troubles_are_said(printer: Printer) -> None:
    assert printer.tell("trouble") == ""
    assert "desk" in printer.tell("F9")
    text = printer.printed()
    assert "16,592.00" in text
    assert "测算单，非结算凭证" in text
    assert printer.saved() == []

    printer.run("cupsdisable", "desk")
    said = printer.tell("F9")
    assert "打印机 desk 已暂停" in said
    (file,) = printer.saved()
    assert str(file) in said
    assert file.read_bytes().startswith(b"%PDF")
    file.unlink()

    printer.run("cupsenable", "desk")
    printer.run("cupsreject", "desk")
    assert "不接收任务" in printer.tell("F9")
    printer.run("cupsaccept", "desk")
    printer.saved()[0].unlink()

    printer.tell("wait")  # a sheet is asked about once more later on; those above have been
    (printer.folder / "no_paper").touch()
    assert "缺纸" not in printer.tell("F9")
    said = printer.tell("wait")
    assert "打印机 desk 缺纸" in said
    assert "不必再打一次" in said
    assert not (printer.folder / "printed.pdf").exists()
    said = printer.tell("F9")
    assert "打印机 desk 缺纸" in said
    assert str(printer.saved()[0]) in said

    (printer.folder / "no_paper").unlink()
    printer.run("cupsenable", "desk")
    assert "16,592.00" in printer.printed()
    assert printer.tell("trouble") == ""

    assert printer.tell("hold") == "desk"
    printer.server.terminate()
    printer.server.wait(20)
    assert "找不到打印机 desk" in printer.tell("trouble")
    valid, said = printer.tell("print held").split(" ", 1)
    assert valid == "True", "Qt still takes it for a printer"
    assert "找不到打印机 desk" in said
    printer.saved()[0].unlink()
    said = printer.tell("F9")
    assert str(printer.saved()[0]) in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"printer-state": "3", "printer-state-reasons": "none"}, ""),
        ({"printer-state": "4", "printer-state-reasons": "toner-low-warning"}, ""),
        ({"printer-state": "3", "printer-state-reasons": "media-empty-warning"}, ""),
        ({"printer-state": "5", "printer-state-reasons": "paused"}, "已暂停"),
        ({"printer-state": "3", "printer-state-reasons": "paused"}, "已暂停"),
        ({"printer-state": "5", "printer-state-reasons": "media-empty-error"}, "缺纸"),
        ({"printer-state": "3", "printer-state-reasons": "none,media-jam-error"}, "卡纸"),
        ({"printer-state": "3", "printer-state-reasons": "cover-open"}, "没有合上"),
        ({"printer-state": "3", "printer-state-reasons": "marker-supply-empty-error"}, "缺墨"),
        ({"printer-state": "3", "printer-state-reasons": "offline-report"}, "没有接通"),
        ({"printer-state": "3", "printer-is-accepting-jobs": "false"}, "不接收任务"),
        ({}, ""),
    ],
)
def test_what_cups_says_of_a_printer_is_put_into_words(options: dict[str, str], said: str) -> None:
    found = print_queue.of_options("desk", options)
    assert said in (words()(found) if found else "")
    assert bool(found) == bool(said)
