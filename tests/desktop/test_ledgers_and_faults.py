"""Practice and the real ledger stay apart; what cannot be used is said and stays said."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from core.ledger import renewal
from core.words import words
from desktop.app import Program
from desktop.desk.warnings import warnings
from desktop.session import Session
from desktop.settings import Settings
from desktop.views.window import Window
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

REAL = Settings(hospital="示例县医院", operator="王芳", region="jilin/changchun")


def test_what_was_posted_for_practice_never_counts_for_a_real_region(desk: Desk) -> None:
    practice = desk()
    practice.enter(FIRST_ADMISSION + " F12 Y")
    assert len(practice.entries()) == 1
    practice.program.close()
    real = desk(REAL)
    assert real.entries() == []


def test_a_clock_that_went_back_is_said_at_the_opening_and_after_a_posting(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    connection = keys.program.session.opened.ledger.connection
    clock = connection.now
    connection.now = lambda: clock() - timedelta(seconds=20)
    assert "ledger.clock_back" not in [said.id for said in warnings(keys.program.session)]
    connection.now = lambda: clock() - timedelta(days=40)
    assert [said.id for said in warnings(keys.program.session)][-1] == "ledger.clock_back"
    keys.enter("220113196004080016 0401 0410 20000 Return 20000 Return F12 Y")
    assert keys.notice.startswith("已入账，第 2 号")
    assert "本机时钟倒退了" in keys.notice
    connection.now = lambda: clock() - timedelta(days=50)
    keys.enter("F6 录错 F12 Y")
    assert keys.notice.startswith("第 2 号已冲正")
    assert "本机时钟倒退了" in keys.notice


def test_choosing_a_real_region_leaves_practice_at_once(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    keys.program.desk.use(keys.program.session.settings._replace(region="jilin/changchun"), reopen=True)
    assert keys.program.session.counter is None
    assert "启用本机" in keys.label("pageTitle")
    keys.program.desk.use(keys.program.session.settings._replace(region="jilin/example"), reopen=True)
    assert len(keys.entries()) == 1


def test_a_home_that_is_a_file_is_said_and_stays_said_while_typing(qapp: object, tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("not a folder")
    program = Program(Session(words("zh"), Settings(operator="王芳"), home))
    program.window.show()
    program.open()
    keys = Keys(qapp, program)  # type: ignore[arg-type]
    assert keys.notice
    keys.type("2 2 0 1")
    missing = keys.label("missing")
    assert "正在打开" not in missing
    assert missing
    keys.type("F12")
    assert "正在打开" not in keys.notice
    program.close()


def test_a_hospital_s_own_faulty_pack_is_said_when_the_window_opens(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "regions"
    folder.mkdir(parents=True)
    (folder / "a.toml").write_text('id = "jilin/changchun"\nname = "x"\neffective = 2026-01-01\nfoo = 1\n')
    keys = desk(REAL)
    assert "a.toml" in keys.notice
    assert "foo" in keys.notice


def test_a_document_of_one_s_own_that_cannot_be_used_is_named_and_nothing_crashes(
    desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "home" / "documents"
    folder.mkdir(parents=True)
    (folder / "later.toml").write_text("id = ")
    keys = desk()
    assert "later.toml" in keys.notice
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == ""
    assert not (tmp_path / "home" / "crashes").exists()


def test_while_an_older_ledger_is_renewed_the_window_says_how_far_it_is(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "PIECE", 2)
    (tmp_path / "home").mkdir()
    old = Path(__file__).parents[1] / "ledger" / "fixtures" / "schema-6.db"
    shutil.copyfile(old, tmp_path / "home" / "practice.db")
    painted: list[str] = []
    monkeypatch.setattr(Window, "repaint", lambda window: painted.append(window._notice.text()))
    keys = desk()
    assert [text for text in painted if "5" in text] == [
        f"正在把账本整理成新版的格式：{done} / 5 笔。中途断开也不要紧，下次打开接着做。" for done in (2, 4, 5)
    ]
    keys.type("F3")
    assert len(keys.rows()) == 2
