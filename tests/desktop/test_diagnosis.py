"""The diagnosis: what it shows, whom it never names, and a ledger checked while the window goes on."""

import hashlib
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from core import VERSION
from core.ledger.backup_schedule import back_up
from core.ledger.sqlite import cipher_version, connect
from core.ledger.verify import Verified
from core.messages import message
from core.places import backups_in
from core.policy.shelf import DOCUMENTS, REGIONS
from core.words import languages, words
from desktop.app import Program
from desktop.presenters.desk.diagnosis import DiagnosisPage
from desktop.session import Session
from desktop.settings import Settings
from tests.desktop.conftest import DESK, TODAY, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

CANARIES = ("220113196004080016", "19600408", "张建国", "52000", "52 000", "16592", "16 592", "13800138000")


def opened(keys: Keys) -> DiagnosisPage:
    keys.program.navigator.press("diagnosis")
    keys.app.processEvents()
    assert keys.program.pages is not None
    page = keys.program.navigator.page
    assert isinstance(page, DiagnosisPage)
    return page


def checked(keys: Keys, page: DiagnosisPage) -> str:
    """Checks the ledger; what is said of it."""
    keys.type("Ctrl+Q")
    assert page.notice is not None
    begun = page.notice.text
    deadline = time.monotonic() + 20
    while page.notice is not None and page.notice.text == begun and time.monotonic() < deadline:
        keys.app.processEvents()
        time.sleep(0.01)
    return keys.notice


def test_it_shows_versions_places_and_the_rules_in_force_with_their_hashes(
    desk: Desk, tmp_path: Path
) -> None:
    keys = desk()
    text = opened(keys).text()
    keys.shot("diagnosis")
    home = tmp_path / "home"
    assert VERSION in text
    assert cipher_version() in text
    assert str(home / "practice.db") in text
    assert "2019〕21号" in text
    for file in (DOCUMENTS / "2019-21.toml", REGIONS / "jilin-example.toml"):
        assert hashlib.sha256(file.read_bytes()).hexdigest() in text
    gone = hashlib.sha256((REGIONS / "jilin-changchun.toml").read_bytes()).hexdigest()
    assert gone not in text, "only what is in force at this desk"


def test_a_document_that_settles_nothing_today_is_not_in_force() -> None:
    from core.policy.shelf import load_documents

    documents = load_documents()
    before = [each.id for each in documents.in_force_for_any(min(each.effective for each in documents.all))]
    now = [each.id for each in documents.in_force_for_any(TODAY)]
    assert len(before) < len(now) <= len(documents.all)


def test_the_last_proved_backup_is_shown(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    assert "没有" in dict(opened(keys).lines())["最近一次验证过的备份"]
    keys.type("Esc")
    folder = backups_in(tmp_path / "home")
    folder.mkdir()
    assert keys.program.session.counter is not None
    back_up(keys.program.session.counter.ledger, folder, keys.program.session.now())
    assert dict(opened(keys).lines())["最近一次验证过的备份"] == "2026-11-22 09:12"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("language", languages())
def test_nothing_of_a_patient_is_in_it(desk: Desk, language: str, tmp_path: Path) -> None:
    keys = desk(DESK, language)
    keys.enter(FIRST_ADMISSION + " F12 Y")
    assert len(keys.entries()) == 1
    assert any(canary in str(keys.entries()) for canary in CANARIES), "the canaries are in the ledger"
    keys.type("F2")
    keys.type("13800138000")
    page = opened(keys)
    assert "1" in checked(keys, page)
    text = page.text()
    for canary in CANARIES:
        assert canary not in text.replace(str(tmp_path), ""), canary


def test_a_sound_ledger_is_said_to_be_sound_while_the_window_goes_on(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    page = opened(keys)
    assert "账本完好，1 笔" in checked(keys, page)
    assert "账本完好" in page.text()


def test_a_changed_ledger_is_said_to_be_changed(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    with closing(connect(tmp_path / "home" / "practice.db")) as behind:
        behind.execute("UPDATE totals SET totals = '{}'")
        behind.commit()
    assert "累计" in checked(keys, opened(keys))


def test_what_sqlite_quotes_from_a_damaged_file_is_not_shown(desk: Desk) -> None:
    keys = desk()
    page = opened(keys)
    page.checked(Verified(0, message("ledger.fault.file", found="malformed record 张建国")))
    assert "已损坏" in keys.notice
    assert "张建国" not in page.text() + keys.notice


def test_a_window_that_closes_during_the_check_waits_for_it(desk: Desk) -> None:
    keys = desk()
    opened(keys)
    keys.type("Ctrl+Q")
    keys.window.close()
    keys.app.processEvents()


def test_it_is_copied_and_saved(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = desk()
    page = opened(keys)
    keys.type("Ctrl+C")
    assert QGuiApplication.clipboard().text() == page.text()
    chosen: Any = str(tmp_path / "found.txt")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (chosen, ""))
    keys.type("F12")
    assert (tmp_path / "found.txt").read_text(encoding="utf-8") == page.text()
    assert "found.txt" in keys.notice
    chosen = str(tmp_path / "nowhere" / "found.txt")
    keys.type("F12")
    assert "没有存成" in keys.notice
    chosen = ""
    keys.type("Ctrl+C F12")
    assert "复制" in keys.notice, "nothing chosen, nothing said"


def test_it_opens_from_the_menu_where_the_ledger_does_not(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "practice.db").write_text("no ledger" * 200)
    program = Program(Session(words(), Settings(), tmp_path))
    program.window.show()
    program.open()
    keys = Keys(qapp, program)
    assert program.session.counter is None
    for key in ("F3", "F5", "F10", "F11"):
        keys.type(key)
        assert program.pages is not None
        assert program.navigator.at_counter
    QTest.keyClick(keys.window, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    lines = [action for group in menu.findChildren(QMenu) for action in group.actions()]
    usable = [action.data() for action in lines if action.isEnabled() and action.data()]
    assert "diagnosis" in usable
    assert not [name for name in usable if name.startswith("F") or name in ("packet", "fund", "samples")]
    menu.close()
    page = opened(keys)
    assert "账本没有打开" in page.text()
    assert "practice.db" in checked(keys, page)
    keys.type("Esc")
    assert keys.notice, "the reason still stands at the counter"
