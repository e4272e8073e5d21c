"""A day at a desk: its window, its printer, its ledger as another program reads it, and its mishaps."""

import contextlib
import io
import json
import os
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pypdfium2 import PdfDocument
from PySide6.QtWidgets import QApplication

from core.ledger.access import SetUp, set_up
from core.policy import packets
from core.policy.shelf import load_documents
from core.words import DEFAULT_LANGUAGE, words
from desktop.app import Program
from desktop.session import Session
from desktop.settings import FILE, Settings, save
from desktop.startup.settings_file import load
from desktop.views import theme
from tests.cli import main as console
from tests.core.test_packets import region
from tests.counter_day.hands import DOES, PEOPLE, Hands
from tests.desktop.conftest import PIN
from tests.desktop.test_sign_in_by_keys import figures

NOW = datetime(2026, 11, 22, 9, 12)  # noqa: DTZ001  the desk's own time
"""The moment of every story."""

_MOMENT, _SAVED = 0.1, 2.0


def opened(app: QApplication, home: Path, first: Settings) -> Program:
    """The window as the desk starts it; ``first`` are the settings of a desk that has none yet."""
    if not (home / FILE).exists():
        save(home, first)
    settings = load(home)
    theme.dress(app, settings.theme, settings.percent)
    language = words(settings.language or DEFAULT_LANGUAGE)
    program = Program(Session(language, settings, home, NOW.date, _now))
    program.window.show()
    program.open()
    return program


def _now() -> datetime:
    return NOW


class Day:
    """What one story is about. ``open`` makes the window; a second call is a start after the first."""

    def __init__(self, start: Callable[..., Hands], home: Path, papers: Path) -> None:
        self._start = start
        self.home = home
        self.papers = papers
        self.hands: Hands | None = None
        self.settings = Settings(hospital="示例县医院", operator="王芳")
        self.counted = 0
        self.real = False

    @property
    def clerk(self) -> Hands:
        """The clerk at the open window."""
        assert self.hands is not None, "no desk is open"
        return self.hands

    def open(self) -> None:
        """Opens the window."""
        self.hands = self._start(self.settings)

    def use_really(self, figures_known: bool) -> None:
        """The desk of a real region: its ledger is encrypted, and its administrator signs in."""
        self.home.mkdir(parents=True, exist_ok=True)
        if figures_known:
            figures(self.home)
        self.settings = self.settings._replace(region="jilin/changchun")
        self.real = True
        assert isinstance(set_up(self.home / "ledger.db", self.settings.operator, PIN, None), SetUp)
        self.open()
        self.sign_in()

    def sign_in(self, pin: str = PIN) -> None:
        """The PIN, where the page asks for it."""
        self.clerk.type(f"{pin} Return")
        if not self.clerk.faults:
            self.clerk.program.desk.backups.wait()
            self.clerk.app.processEvents()

    def do(self, what: str) -> None:
        """A key, by what it does."""
        self.clerk.type(DOES[what])

    def begin_with(self, name: str) -> None:
        """The next patient: the identifier, and the name where nobody here knows it."""
        self.do("new patient")
        self.clerk.type(PEOPLE[name] + " Return")
        if self.clerk.focus == "cell_name":
            self.clerk.type(name + " Return")

    def post(self) -> None:
        """F12, and the answer yes."""
        self.do("save")
        self.clerk.type("Y")

    def close(self) -> None:
        """The clerk goes home."""
        self.clerk.window.close()
        self.clerk.app.processEvents()

    def lose_power(self) -> None:
        """The program is gone without another word: nothing is saved that was not saved before."""
        program = self.clerk.program
        program._draft.stop()
        assert program.session.counter is not None
        program.session.counter.close()
        program.session.counter = None
        self.close()

    def wait_for_draft(self) -> None:
        """As long as a desk takes to keep what was typed, and longer than an answer takes to count."""
        begun = time.monotonic()
        least, most = begun + _MOMENT, begun + _SAVED
        while time.monotonic() < least or (self.clerk.program._draft.isActive() and time.monotonic() < most):
            self.clerk.app.processEvents()
            time.sleep(0.01)

    # The ledger, as another program reads it

    @property
    def ledger(self) -> Path:
        """The file of the made-up region's ledger."""
        return self.home / ("ledger.db" if self.real else "practice.db")

    def ask(self, *arguments: str) -> list[dict[str, Any]]:
        """What the console answers over this desk's ledger, one object a line."""
        said = io.TextIOWrapper(io.BytesIO(), "utf-8")
        guard = ["--operator", self.settings.operator, "--portable"] if self.real else ["--plain"]
        with contextlib.redirect_stdout(said), patch.dict(os.environ, {"MINGZHANG_PIN": PIN}):
            status = console(["ledger", "--db", str(self.ledger), *guard, *arguments])
        said.seek(0)
        lines = said.read().splitlines()
        assert status == 0, lines
        return [json.loads(line) for line in lines]

    def entries(self, name: str = "") -> list[dict[str, Any]]:
        """The entries of one person, or of everybody, in the ledger's order."""
        found = []
        for id_ in [PEOPLE[name]] if name else PEOPLE.values():
            with contextlib.suppress(AssertionError):  # nobody on file
                found += self.ask("entries", "--patient", id_)
        return sorted(found, key=_number)

    def sheets(self) -> list[Path]:
        """The papers that were saved instead of printed, the latest last."""
        return sorted(self.papers.glob("*.pdf"), key=_saved_at) if self.papers.is_dir() else []

    def last_sheet(self) -> str:
        """What the last of them says, read back from the PDF."""
        with closing(PdfDocument(self.sheets()[-1])) as document:
            return "\n".join(page.get_textpage().get_text_range() for page in document)


def _saved_at(file: Path) -> int:
    return file.stat().st_mtime_ns


def packet_on_a_stick(folder: Path, home: Path) -> Path:
    """A signed packet with figures of Changchun, whose signer this desk trusts."""
    secret, public = packets.new_key()
    made = packets.sign(
        {"regions/a.toml": region()},
        secret,
        issuer="试用局",
        number=1,
        issued=date(2026, 11, 1),
        documents=load_documents(),
    )
    assert isinstance(made, bytes), made
    (home / packets.KEYS).mkdir(parents=True, exist_ok=True)
    (home / packets.KEYS / "a.pub").write_text(public)
    file = folder / "stick.mzpack"
    file.write_bytes(made)
    return file


def _number(entry: dict[str, Any]) -> int:
    return int(entry["entry"])
