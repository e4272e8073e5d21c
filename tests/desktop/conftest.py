"""A desk in a window, driven by keys; no test may leave a window or a warning of Qt behind."""

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from core.ledger.access import SetUp, set_up
from core.ledger.keys_file import keys_file
from core.places import MADE_UP_REGION
from core.words import words
from desktop.app import Program
from desktop.session import Session
from desktop.settings import Settings
from desktop.views import theme
from tests.desktop.keys import Keys

TODAY = date(2026, 11, 22)
DESK = Settings(hospital="示例县医院", operator="王芳")
EXPECTED = (
    "This plugin does not support propagateSizeHints()",
    "This plugin does not support raise()",
    "This plugin does not support grabbing the keyboard",
    "QPainter::begin(): Returned false",  # of a printer that cannot be used, which is then said in words
)


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture(autouse=True)
def clean(qapp: QApplication) -> Iterator[None]:
    """Fails on a warning of Qt, and on a window that is left after everything was closed."""
    said: list[str] = []

    def hear(kind: QtMsgType, _context: object, text: str | None) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg) and text not in EXPECTED:
            said.append(str(text))

    before = qInstallMessageHandler(hear)
    yield
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
    left = [repr(widget) for widget in QApplication.topLevelWidgets()]
    qInstallMessageHandler(before)
    assert not left, left
    assert not said, said


Desk = Callable[..., Keys]
PIN = "a-long-passphrase"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a try of a PIN costs by design would only slow the tests, and no test speaks to a key store."""
    from argon2 import PasswordHasher

    cheap = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
    monkeypatch.setattr("core.ledger.keys.COST", cheap)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**cheap))
    monkeypatch.setattr("desktop.desk.guarded_ledger.system_store", lambda: None)


@pytest.fixture(autouse=True)
def _own_documents(new_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves a file among the user's own documents. The folder's path is short: pages show it."""
    folder = next(new_folders)
    folder.mkdir()
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: folder)


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Opens a window on a ledger of its own; another call opens a new one on the same ledger.

    A real region's desk is set up, and its operator signed in unless ``signed_in`` is False. At the end the
    ledgers are closed: a program that a test lets go of leaves that to Python's collector.
    """
    programs: list[Program] = []
    theme.dress(qapp)

    def opened(
        settings: Settings = DESK, language: str = "zh", *, signed_in: bool = True, folder: str = "home"
    ) -> Keys:
        home = tmp_path / folder
        monkeypatch.setenv("MINGZHANG_HOME", str(home))
        real = settings.region != MADE_UP_REGION
        if real and signed_in and not keys_file(home / "ledger.db").exists():
            home.mkdir(exist_ok=True)
            assert isinstance(set_up(home / "ledger.db", settings.operator, PIN, None), SetUp)
        session = Session(
            words(language),
            settings,
            home,
            today=lambda: TODAY,
            now=lambda: datetime(2026, 11, 22, 9, 12),  # noqa: DTZ001
        )
        program = Program(session)
        programs.append(program)
        program.window.show()
        program.open()
        if real and signed_in:
            assert program.desk.sign_in(settings.operator, PIN) == []
            program.desk.backups.wait()
        return Keys(qapp, program)

    yield opened
    for program in programs:
        counter, program.session.counter = program.session.counter, None
        if counter is not None:
            program.desk.backups.let_go()
            counter.close()
