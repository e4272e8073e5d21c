"""Backups while the desk works, at its closing, and the way back to one of them, by keys."""

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core.ledger.backup_schedule import back_up as back_up_ledger
from core.ledger.backup_schedule import list_backups
from core.ledger.ledger import Ledger
from core.messages import message
from core.words import words
from desktop.presenters.desk.backups import BackupStanding, standing_text
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.states import Notice
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, NAMED, Keys
from tests.desktop.test_pages_by_keys import SECOND
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures

NOW = datetime(2026, 11, 22, 9, 12)  # noqa: DTZ001


@pytest.fixture
def real(desk: Desk, tmp_path: Path) -> Keys:
    figures(tmp_path / "home")
    return desk(CHANGCHUN)


def copies(tmp_path: Path, place: str = "home/backups") -> list[Path]:
    return [each.file for each in list_backups(tmp_path / place)]


def at(keys: Keys, moment: datetime) -> None:
    """The desk's clock shows this now."""
    keys.program.desk.backups._now = lambda: moment


def back_up(keys: Keys) -> None:
    keys.type("Ctrl+B Shift+F12")
    keys.program.desk.backups.wait()
    keys.app.processEvents()


def test_the_day_s_first_sign_in_makes_a_backup_and_the_title_line_says_so(
    real: Keys, tmp_path: Path
) -> None:
    (file,) = copies(tmp_path)
    assert file.name == "mingzhang-20261122T091200.db"
    assert "已备份 09:12" in real.label("quiet")
    real.type("Ctrl+L")
    assert len(copies(tmp_path)) == 1, "nothing was done since"


def test_closing_backs_up_what_was_posted_since(real: Keys, desk: Desk, tmp_path: Path) -> None:
    """The patient's page, which is open, is not drawn again from the ledger that is closed by then."""
    at(real, NOW.replace(hour=17, minute=0))
    real.enter(FIRST_ADMISSION + " F12 Y F7")
    shown: list[str] = []
    real.program.window.render_notice = lambda notice, otherwise="": shown.append(str(notice))  # type: ignore[method-assign]
    real.window.close()
    assert any("正在备份账本" in said for said in shown)
    (file,) = copies(tmp_path)
    assert file.name == "mingzhang-20261122T170000.db", "of one day the last is kept"
    again = desk(CHANGCHUN)
    assert "已备份 17:00" in again.label("quiet")


def test_locking_backs_up_what_was_posted_since(real: Keys, tmp_path: Path) -> None:
    at(real, NOW.replace(hour=12, minute=0))
    real.enter(FIRST_ADMISSION + " F12 Y Ctrl+L")
    real.program.desk.backups.wait()
    assert copies(tmp_path)[-1].name == "mingzhang-20261122T120000.db"


def test_posting_never_waits_for_a_backup(
    real: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import desktop.desk.backup_thread as room

    slow: list[str] = []
    posted = threading.Event()

    def slowly(*given: object) -> object:
        assert posted.wait(20)
        slow.append("done")
        return back_up_(*given)  # type: ignore[arg-type]

    back_up_ = room.back_up
    monkeypatch.setattr(room, "back_up", slowly)
    real.type("Ctrl+B Shift+F12 Esc")
    assert "正在备份" in real.label("quiet")
    real.enter(FIRST_ADMISSION + " F12 Y")
    assert len(real.entries()) == 1
    assert slow == []
    posted.set()
    real.program.desk.backups.wait()
    assert slow == ["done"]


def test_a_second_place_has_the_backup_too_and_a_stick_that_is_gone_is_said(
    real: Keys, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    real.type("Ctrl+B")
    real.program.navigator.page.typed("second", str(tmp_path / "nowhere"))
    real.type("F12")
    assert real.faults == [f"没有文件夹 {tmp_path / 'nowhere'}，请先建立或改正路径。"]
    real.program.navigator.page.typed("second", str(stick))
    real.type("F12 Esc")
    back_up(real)
    assert len(copies(tmp_path, "stick")) == 1
    assert [row[1] for row in real.rows()] == ["本机", "第二处"]
    real.shot("backups")
    stick.rename(tmp_path / "pulled")
    real.type("Shift+F12")
    real.program.desk.backups.wait()
    assert "第二处没有备份" in real.seen()
    assert "第二处没有备份" in real.notice or "没有文件夹" in real.notice
    real.shot("backup-failed")


def test_a_backup_that_fails_is_a_warning_that_stays(real: Keys, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "backups"
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_text("a file where the folder should be")
    back_up(real)
    real.type("Esc " + FIRST_ADMISSION)
    assert "没有备份成功" in real.seen()
    assert "已备份" not in real.label("quiet")
    folder.unlink()
    back_up(real)
    assert "没有备份成功" not in real.seen()


def test_an_error_of_ours_in_the_thread_is_reported_and_the_window_lives(
    real: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_given: object) -> None:
        raise ValueError("张建国")

    monkeypatch.setattr("desktop.desk.backup_thread.back_up", fail)
    monkeypatch.setattr("sys.__excepthook__", lambda *_: None)
    back_up(real)
    assert "备份时程序出了错" in real.notice
    assert "备份时程序出了错" in real.seen()
    (report,) = (tmp_path / "home" / "crashes").iterdir()
    assert "张建国" not in report.read_text(encoding="utf-8")


def test_going_back_to_a_copy_shows_what_is_lost_first_and_can_be_undone(real: Keys, tmp_path: Path) -> None:
    real.enter(FIRST_ADMISSION + " F12 Y")
    at(real, NOW.replace(hour=10))
    back_up(real)
    real.type("Esc " + SECOND)
    assert len(real.entries()) == 2
    real.type("Ctrl+B F6")
    assert real.title == "从备份恢复"
    real.type("wrong-passphrase F12")
    assert real.faults
    real.program.navigator.page.typed("pin", PIN)
    real.type("F12")
    assert "备份里有 1 笔" in real.seen()
    assert "其中 1 笔不在备份里" in real.seen()
    real.shot("restore")
    real.type("Return F12 N")
    assert len(real.entries()) == 2, "neither Enter nor F12 answers"
    real.type("F12 Y")
    assert real.title == "登录"
    assert "已恢复，共 1 笔" in real.notice
    real.type(f"{PIN} Return")
    real.program.desk.backups.wait()
    assert len(real.entries()) == 1
    real.type("Ctrl+B")
    replaced = next(row for row in real.rows() if row[1] == "被恢复替换下来的账本")
    real.program.navigator.page.picked(replaced[2])
    real.type(f"F6 {PIN} F12")
    assert "备份里有 2 笔" in real.seen()
    real.type("Y")
    real.type(f"{PIN} Return")
    real.program.desk.backups.wait()
    assert len(real.entries()) == 2
    assert real.program.session.counter.ledger.verify().fault is None
    assert [act.act.value for act in real.program.session.counter.ledger.trail.acts()].count("restored") >= 1


def test_a_window_that_waits_for_a_copy_says_for_how_long(
    real: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is looked through only once two signs were given."""
    monkeypatch.setattr("desktop.desk.meanwhile._EVERY", 5)
    navigator, of_desk = real.program.navigator, real.program.desk.real
    said: list[str] = []
    twice = threading.Event()
    say, inspect = navigator.say, of_desk.inspect

    def heard(notice: Notice) -> None:
        said.append(notice.text)
        say(notice)
        if len(set(said)) > 1:
            twice.set()

    def after_two_signs(*given: Any) -> Any:
        assert twice.wait(10)
        return inspect(*given)

    monkeypatch.setattr(navigator, "say", heard)
    monkeypatch.setattr(of_desk, "inspect", after_two_signs)
    real.type(f"Ctrl+B F6 {PIN} F12")
    assert all("秒" in each for each in said)
    assert "备份里有 0 笔" in real.seen()
    assert "秒" not in real.notice


def test_a_backup_that_takes_long_says_for_how_long(real: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.desk.backup_thread._EVERY", 5)
    seen = threading.Event()

    def after_a_sign(*given: Any) -> Any:
        assert seen.wait(10)
        return back_up_ledger(*given)

    monkeypatch.setattr("desktop.desk.backup_thread.back_up", after_a_sign)
    notices: list[str] = []
    real.program.desk.backups.going_on.connect(lambda _seconds: (notices.append(real.notice), seen.set()))
    back_up(real)
    assert any("正在备份" in each and "秒" in each for each in notices)
    assert "秒" not in real.notice


def seen_after_the_file(keys: Keys) -> str:
    """Return what stands in the window after a PIN that is typed after Enter in the file's cell."""
    keys.type("Ctrl+B F6 Backtab Backtab")
    assert keys.focus == "cell_file"
    keys.type(f"Return {PIN}")
    return keys.seen()


def test_enter_after_the_file_goes_to_the_pin_which_is_never_seen(real: Keys) -> None:
    assert PIN not in seen_after_the_file(real)
    assert real.focus == "cell_pin"
    real.type("Backtab")
    assert real.focus == "cell_operator", "the name can still be changed"


def test_the_harness_sees_a_pin_in_the_clear(real: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: Enter stops at the operator who stands there."""
    monkeypatch.setattr(DeskPage, "who", "")
    assert PIN in seen_after_the_file(real)


def test_an_empty_second_place_is_not_said_to_be_saved(real: Keys, tmp_path: Path) -> None:
    real.type("Ctrl+B")
    real.press(NAMED["Backtab"])
    real.type("F12")
    assert "没有填第二处" in real.notice
    stick = tmp_path / "stick"
    stick.mkdir()
    real.program.navigator.page.typed("second", str(stick))
    real.type("F12")
    assert "第二处已保存" in real.notice
    real.program.navigator.page.typed("second", "")
    real.type("F12")
    assert "不再备份到第二处" in real.notice
    assert real.program.session.settings.backups == ""


def test_a_copy_that_was_thinned_away_is_not_offered(real: Keys, tmp_path: Path) -> None:
    real.enter(FIRST_ADMISSION + " F12 Y Ctrl+B")
    (file,) = copies(tmp_path)
    file.unlink()
    real.type("F6")
    assert (real.title, file.name in real.notice) == ("备份", True)
    assert "还没有备份" in real.seen()


def test_esc_goes_back_to_the_list_and_no_pin_stands_in_clear(real: Keys) -> None:
    real.enter(FIRST_ADMISSION + " F12 Y Ctrl+B F6")
    assert real.title == "从备份恢复"
    real.type(f"Esc {PIN}")
    assert real.title == "备份"
    assert PIN not in real.seen()


def test_a_damaged_copy_is_refused_and_nothing_changes(real: Keys, tmp_path: Path) -> None:
    real.enter(FIRST_ADMISSION + " F12 Y")
    (file,) = copies(tmp_path)
    content = bytearray(file.read_bytes())
    content[5000] ^= 4
    file.write_bytes(content)
    real.type(f"Ctrl+B F6 {PIN} F12")
    assert real.label("questionText") == ""
    assert "没有恢复" in real.notice
    assert len(real.entries()) == 1


def test_a_clerk_does_not_restore(real: Keys) -> None:
    from core.ledger.operators import Role

    counter = real.program.session.counter
    assert counter is not None
    counter.add_operator("赵", Role.CLERK, "another-passphrase")
    real.type("Ctrl+B F6")
    real.program.navigator.page.typed("operator", "赵")
    real.type("another-passphrase F12")
    assert real.notice == "这项操作需要管理员权限。"


@pytest.mark.parametrize(
    ("standing", "text", "warning"),
    [
        (BackupStanding(None, None, None), "还没有备份", ""),
        (BackupStanding(NOW, None, None), "已备份 09:12", ""),
        (BackupStanding(NOW.replace(day=21), None, None), "已备份 11-21 09:12", ""),
        (BackupStanding(NOW.replace(day=19), None, None), "已备份 11-19 09:12", "太旧"),
        (BackupStanding(NOW, message("ledger.full"), None), "已备份 09:12", "磁盘已满"),
        (BackupStanding(NOW, None, message("ledger.read_only", name="E:")), "已备份 09:12", "第二处"),
        (BackupStanding(NOW, None, None, busy=True), "正在备份", ""),
    ],
)
def test_the_title_line_says_how_the_backups_stand(standing: BackupStanding, text: str, warning: str) -> None:
    said, warned = standing_text(standing, NOW, words("zh"))
    assert text in said
    assert warning in warned
    assert bool(warning) == bool(warned)


def test_a_copy_is_a_ledger_that_its_key_opens(real: Keys, tmp_path: Path) -> None:
    real.enter(FIRST_ADMISSION + " F12 Y")
    back_up(real)
    assert real.program.session.counter is not None
    (file,) = copies(tmp_path)
    copy = Ledger(file, key=real.program.session.counter.ledger.key, create=False)
    assert copy.verify() == (1, None)
    copy.close()
