"""The report of this machine and desk for the diagnosis, and the check of the ledger beside the window."""

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QThread, Signal, SignalInstance, qVersion
from PySide6.QtGui import QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from core import VERSION
from core.ledger import schema
from core.ledger.backup_schedule import list_backups
from core.ledger.errors import KnownError
from core.ledger.keys_file import system_store
from core.ledger.sqlite import cipher_version
from core.ledger.verify import verify_apart
from core.messages import Message
from core.places import RESOURCES, backups_in, ledger_of
from core.policy.packets import KEYS, PACKETS
from core.policy.regions import RegionPack
from core.policy.shelf import DOCUMENTS, REGIONS, read_once
from desktop.presenters.desk.diagnosis import DiagnosisPage, Findings, RuleFile, Screen
from desktop.session import Session
from desktop.settings import FILE
from desktop.startup import crash_report, input_method, log_file

if TYPE_CHECKING:
    from core.counter import Counter


def diagnosis_page(
    session: Session, window: QWidget, closed: SignalInstance, show: Callable[[], None]
) -> DiagnosisPage:
    """Return the page of the diagnosis with its report. ``closed`` tells that the window goes."""
    check = Check(session, window)
    closed.connect(check.wait)
    store = partial(_store, session, window)
    page = DiagnosisPage(session, show, look(session), check.start, _to_clipboard, store)
    check.told.connect(page.checked)
    return page


class Check(QThread):
    """A check of the ledger over a connection of its own. ``told`` tells a `Verified`, or why it failed."""

    told = Signal(object)
    _answered = Signal(object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._answered.connect(self._tell)
        self._path = _ledger(session)
        self._key = session.counter.ledger.key if session.counter else None

    def run(self) -> None:
        """Check the ledger."""
        try:
            self._answered.emit(verify_apart(self._path, self._key))
        except KnownError as error:
            self._answered.emit(error.said)
        except Exception as error:
            self._answered.emit(error)

    def _tell(self, result: object) -> None:
        if isinstance(result, Exception):
            raise result  # in the window's own thread, where it is reported
        self.told.emit(result)


def _ledger(session: Session) -> Path:
    return session.home / ledger_of(session.settings.region)


def look(session: Session) -> Findings:
    """Return the report. A part that cannot be read is None, empty or left out."""
    home, counter = session.home, session.counter
    font = QFontInfo(QApplication.font())
    return Findings(
        versions={
            "program": VERSION,
            "python": platform.python_version(),
            "qt": f"{qVersion()} (PySide6 {PySide6.__version__})",
            "sqlcipher": cipher_version(),
            "platform": f"{platform.platform()}, {QGuiApplication.platformName()}",
            "input": input_method.in_use(os.environ, input_method.installed()),
        },
        places={
            "program": Path(sys.executable).parent if getattr(sys, "frozen", False) else RESOURCES.parent,
            "data": home,
            "ledger": _ledger(session),
            "backups": backups_in(home),
            "settings": home / FILE,
            "regions": home / "regions",
            "documents": home / "documents",
            "packets": home / PACKETS,
            "keys": home / KEYS,
            "log": home / log_file.FILE,
            "crashes": home / crash_report.FOLDER,
        },
        encrypted=counter.ledger.key is not None if counter else None,
        schema=schema.VERSION,
        free=_free(home),
        backup=_last_backup(home),
        crashes=_crashes(home),
        documents=_documents(counter, home, session.today()),
        packs=_packs(counter, home, session.settings.region, session.today()),
        screens=tuple(
            Screen(screen.size().width(), screen.size().height(), screen.devicePixelRatio())
            for screen in QGuiApplication.screens()
        ),
        printers=tuple(QPrinterInfo.availablePrinterNames()),
        font=font.family(),
        chinese_fonts=len(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)),
        key_store=_key_store(),
    )


def _free(home: Path) -> int | None:
    for folder in (home, *home.parents):
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            continue
    return None


def _last_backup(home: Path) -> datetime | None:
    try:
        copies = list_backups(backups_in(home))
    except KnownError:
        return None
    return copies[-1].moment if copies else None


def _crashes(home: Path) -> int:
    try:
        return sum(1 for _ in (home / crash_report.FOLDER).glob("crash-*.txt"))
    except OSError:
        return 0


def _key_store() -> str:
    store = system_store()
    if store is None:
        return ""
    return f"{type(store).__module__.removeprefix('keyring.backends.')}.{type(store).__name__}"


def _documents(counter: "Counter | None", home: Path, today: date) -> tuple[RuleFile, ...]:
    if counter is None:
        return ()
    holding = {each.id: each for each in counter.reader.documents.in_force_for_any(today)}
    return tuple(
        RuleFile(holding[id_].number, holding[id_].effective, digest, shipped)
        for (id_, _day), (digest, shipped) in _files(DOCUMENTS, home / "documents").items()
        if id_ in holding
    )


def _packs(counter: "Counter | None", home: Path, region: str, today: date) -> tuple[RuleFile, ...]:
    pack = counter.reader.regions.in_force(region, today) if counter else None
    if not isinstance(pack, RegionPack):
        return ()
    digest, shipped = _files(REGIONS, home / "regions").get((pack.id, pack.effective.isoformat()), ("", True))
    return (RuleFile(pack.name, pack.effective, digest, shipped),)


def _files(shipped: Path, own: Path) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return the SHA-256 of each rule's file by its id and day, and True where the file shipped.

    The desk's own file of an id and day replaces the one that shipped.
    """
    digests = {}
    for folder in (shipped, own):
        for file in sorted(folder.glob("*.toml")):
            found = read_once(file)
            if isinstance(found, Message):
                continue
            content, tables = found
            name = str(tables.get("id", "")), str(tables.get("effective", ""))
            digests[name] = hashlib.sha256(content).hexdigest(), folder is shipped
    return digests


def _to_clipboard(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _store(session: Session, window: QWidget, text: str) -> str:
    title = session.words.text("window.diagnosis.title")
    suggested = str(Path.home() / f"mingzhang-{session.today():%Y%m%d}.txt")
    name, _ = QFileDialog.getSaveFileName(window, title, suggested, "*.txt")
    if name:
        Path(name).write_text(text, encoding="utf-8")
    return name
