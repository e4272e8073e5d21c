"""From the first start to a desk in real use, by keys."""

from pathlib import Path

import pytest

from core.counter import open_counter
from core.ledger.keys import Keys as LedgerKeys
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from desktop.devices.sheets_of_desk import sheet_of_code
from desktop.paper.drawing import Block
from desktop.paper.layout import lay_out
from desktop.presenters.desk.set_up import CodePage
from desktop.settings import Settings
from desktop.startup.settings_file import load
from tests.desktop.conftest import DESK, PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

CHANGCHUN = "1"  # the first of the regions by their ids is Baicheng


def code_of(keys: Keys) -> str:
    page = keys.program.navigator.page
    assert isinstance(page, CodePage)
    return page.code


def fill(keys: Keys, pin: str = PIN, again: str = PIN) -> None:
    keys.type(f"Ctrl+G 县医院 Return 4 孙主任 Return {pin} Return {again} Return 2 F12")


def set_up_desk(keys: Keys) -> str:
    """By keys from practice to the open counter; the recovery code."""
    fill(keys)
    code = code_of(keys)
    keys.type(f"{code[-4:].lower()} Return")
    keys.program.desk.backups.wait()
    return code


def test_a_window_that_went_while_the_code_was_shown_says_so_to_the_administrator(
    desk: Desk, tmp_path: Path
) -> None:
    keys = desk(Settings())
    fill(keys)
    code_of(keys)
    keys.window.close()
    left = load(tmp_path / "home")
    keys = desk(left, signed_in=False)
    keys.type(f"{PIN} Return")
    keys.program.desk.backups.wait()
    assert (
        keys.notice == "上次显示的恢复码没有人确认过。如果手里没有，请按 Ctrl+O，再按 Shift+F4 换一个新的。"
    )
    keys.type("Ctrl+O Shift+F4 Y")
    keys.type(f"{code_of(keys)[-4:]} Return")
    assert not load(tmp_path / "home").unproved


def test_the_first_start_is_practice_at_once_and_offers_the_set_up(desk: Desk) -> None:
    keys = desk(Settings())
    assert "只供练习" in keys.label("practice")
    assert "Ctrl+G" in keys.label("practice")
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == "¥ 16,592.00"
    keys.shot("first-start")


def test_a_desk_is_set_up_by_keys(desk: Desk, tmp_path: Path) -> None:
    keys = desk(Settings())
    keys.type("Ctrl+G")
    assert keys.title == "启用本机"
    keys.shot("set-up")
    keys.type("Esc")
    assert keys.title == ""
    fill(keys)
    assert keys.title.startswith("恢复码")
    keys.shot("recovery-code")
    code = code_of(keys)
    keys.type("Esc F2 Return")
    assert keys.title.startswith("恢复码"), "nobody has shown to have it"
    assert keys.faults
    keys.type(f"{code[-4:]} Return")
    keys.program.desk.backups.wait()
    assert keys.title == ""
    assert keys.label("practice") == ""
    assert "操作员 孙*" in keys.label("quiet")
    assert "孙主任" not in keys.label("quiet")
    kept = load(tmp_path / "home")
    assert (kept.hospital, kept.region, kept.operator, kept.portable) == (
        "县医院",
        keys.program.session.settings.region,
        "孙主任",
        "yes",
    )
    keys.enter(FIRST_ADMISSION + " F12")
    assert keys.label("questionText") == "", "this region has no figures yet"
    ledger = tmp_path / "home" / "ledger.db"
    assert not ledger.read_bytes().startswith(b"SQLite")
    assert code.replace("-", "") not in keys_file(ledger).read_text()
    keys.shot("desk-in-use")


def test_every_fault_of_the_set_up_stands_under_its_cell(desk: Desk, tmp_path: Path) -> None:
    keys = desk(Settings())
    keys.type("Ctrl+G F12")
    assert len(keys.faults) == 5
    keys.type("县医院 Return 4 孙主任 Return 123456 Return 123457 Return F12")
    assert keys.faults == ["两次输入的口令不一样，请重新输入。"]
    keys.program.navigator.page.typed("pin_again", "123456")
    keys.type("F12")
    assert "至少 10 位" in keys.notice, "no key store: the PIN opens the file"
    assert not (tmp_path / "home" / "ledger.db").exists()


def test_the_code_is_printed_but_never_written_and_a_pin_is_never_shown(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    keys = desk(Settings())
    keys.type(f"Ctrl+G 县医院 Return 4 孙主任 Return {PIN}")
    assert PIN not in keys.seen()
    keys.type("Esc")
    fill(keys)
    keys.type("F9")
    assert "没有存成文件" in keys.notice
    assert not (tmp_path / "papers").exists(), "the code stands in no file that opens without a PIN"
    sheet = sheet_of_code(keys.program.session, keys.program.session.settings, code_of(keys), "code")
    (page,) = lay_out(sheet)
    assert code_of(keys) in "".join(str(mark) for mark in page)
    assert not any(isinstance(mark, Block) for mark in page), "a frame around nothing"


@pytest.mark.parametrize("secret", [True, False])
def test_only_what_is_no_secret_is_saved_where_nothing_prints(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: bool
) -> None:
    """The look at the folder finds the file of a sheet that may be saved."""
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    keys = desk(Settings())
    fill(keys)
    assert keys.program.pages is not None
    sheet = sheet_of_code(keys.program.session, keys.program.session.settings, code_of(keys), "code")
    keys.program.pages.printing.hand_out(lay_out(sheet), "x", secret=secret)
    assert (tmp_path / "papers").exists() is not secret


def test_a_plain_ledger_of_an_earlier_version_is_taken_over(desk: Desk, tmp_path: Path) -> None:
    practice = desk()
    practice.enter(FIRST_ADMISSION + " F12 Y")
    practice.window.close()
    home = tmp_path / "home"
    (home / "practice.db").rename(home / "ledger.db")
    keys = desk(DESK._replace(region="jilin/changchun"), signed_in=False)
    assert "以前版本" in keys.seen()
    keys.type("Return")
    assert keys.focus == "cell_pin", "the name that stands there is passed over"
    keys.type(f"{PIN} Return {PIN} F12")
    keys.type(f"{code_of(keys)[-4:]} Return")
    keys.program.desk.backups.wait()
    assert len(keys.entries()) == 1
    assert keys.program.session.settings.operator == DESK.operator
    ledger = home / "ledger.db"
    assert not ledger.read_bytes().startswith(b"SQLite")


def test_practice_goes_on_beside_a_desk_in_use(desk: Desk, tmp_path: Path) -> None:
    keys = desk(Settings())
    set_up_desk(keys)
    keys.type("220113196004080016 Return 张建国")
    keys.type("Ctrl+L Ctrl+G")
    assert "只供练习" in keys.label("practice")
    assert "张建国" not in keys.seen()
    keys.type("Esc")
    assert "启用本机" not in keys.label("practice")
    assert "Ctrl+G 回到登录" in keys.label("practice")
    assert open_counter(tmp_path / "home" / "practice.db").ledger.drafts.read("counter") is None
    keys.type("Ctrl+G")
    assert keys.title == "登录"
    keys.type(f"{PIN} Return")
    keys.program.desk.backups.wait()
    assert keys.program.counter_page.visit.texts["name"] == "张建国", "the draft is back"


def test_the_recovery_code_opens_the_ledger_where_the_pin_is_forgotten(desk: Desk) -> None:
    keys = desk(Settings())
    code = set_up_desk(keys)
    keys.type(f"Ctrl+L Shift+F4 {code} Return 孙主任 Return a-new-passphrase Return a-new-passphrase F12")
    assert keys.title == "登录", keys.notice
    keys.type(f"{PIN} Return")
    assert keys.faults == ["操作员或口令不对。连续错 5 次以后要等一会儿才能再试，越错等得越久。"]
    keys.type("a-new-passphrase Return")
    assert keys.title == ""


def test_a_backup_opens_on_another_pc_by_the_code(desk: Desk, tmp_path: Path) -> None:
    keys = desk(Settings())
    code = set_up_desk(keys)
    keys.window.close()
    stick = tmp_path / "stick"
    (tmp_path / "home" / "backups").rename(stick)
    for file in (tmp_path / "home").glob("*"):
        if file.is_file():
            file.unlink()
    (backup,) = stick.glob("*.db")
    before = {file.name: file.read_bytes() for file in stick.iterdir()}
    other = desk(Settings())
    other.type("Ctrl+G Shift+F4")
    page = other.program.navigator.page
    page.typed("file", str(backup))
    page.typed("region", "jilin/changchun")
    wrong = code[:-1] + ("X" if code[-1] != "X" else "Y")
    other.type(f"{wrong} Return 孙主任 Return {PIN}-2 Return {PIN}-2 F12")
    assert other.faults == ["恢复码不对，请核对后重新输入。"]
    assert not (tmp_path / "home" / "ledger.db").exists(), "nothing is left of what failed"
    page.typed("code", code.replace("-", " ").lower())
    other.type("F12")
    assert other.title == "登录", other.notice
    other.type(f"{PIN}-2 Return")
    assert other.title == ""
    counter = other.program.session.counter
    assert counter is not None
    assert counter.ledger.verify().fault is None
    assert before == {file.name: file.read_bytes() for file in stick.iterdir()}, "the stick is as it was"
    other.program.desk.backups.wait()


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("fault", ["moved", "keys", "damaged", "other"])
def test_a_ledger_that_cannot_be_opened_is_one_clear_sentence(desk: Desk, tmp_path: Path, fault: str) -> None:
    keys = desk(Settings())
    set_up_desk(keys)
    keys.window.close()
    home = tmp_path / "home"
    if fault == "moved":
        (home / "ledger.db").rename(tmp_path / "away.db")
    elif fault == "keys":
        keys_file(home / "ledger.db").unlink()
    elif fault == "damaged":
        content = bytearray((home / "ledger.db").read_bytes())
        content[2000:6000] = b"\x00" * 4000
        (home / "ledger.db").write_bytes(content)
    else:
        (home / "ledger.db").unlink()
        Ledger(home / "ledger.db", key=bytes(32)).close()
    again = desk(load(home), signed_in=False)
    assert again.title == "登录"
    again.type(f"{PIN} Return")
    assert again.program.session.counter is None
    assert again.notice, fault
    assert len([label for label in again.faults if label]) <= 1
    again.shot(f"sign-in-{fault}")
    if fault != "keys":
        again.type("Ctrl+B Return")
        assert again.title == "从备份恢复"
        again.type(f"{PIN} F12 Y")
        assert again.title == "登录", again.notice
        again.type(f"{PIN} Return")
        again.program.desk.backups.wait()
        assert again.title == ""


def test_a_set_up_that_was_cut_off_is_finished_by_the_same_name_and_pin(desk: Desk, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    made = LedgerKeys(home / "ledger.db").make("孙主任", PIN)
    Ledger(home / "ledger.db", key=made.key).close()
    keys = desk(DESK._replace(region="jilin/changchun", operator="孙主任"), signed_in=False)
    keys.type(f"{PIN} Return")
    assert keys.title.startswith("恢复码"), keys.notice
    keys.type(f"{code_of(keys)[-4:]} Return")
    keys.program.desk.backups.wait()
    assert keys.title == ""
    assert "操作员 孙*" in keys.label("quiet")


def test_what_is_gone_without_a_copy_is_set_up_anew(desk: Desk, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    LedgerKeys(home / "ledger.db").make("孙主任", PIN)  # cut off before there was a ledger
    keys = desk(DESK._replace(region="jilin/changchun"), signed_in=False)
    assert keys.title == "启用本机"


def test_lost_settings_lead_back_to_the_same_ledger(desk: Desk, tmp_path: Path) -> None:
    keys = desk(Settings())
    set_up_desk(keys)
    keys.window.close()
    (tmp_path / "home" / "settings.json").unlink()
    again = desk(Settings())
    assert "只供练习" in again.label("practice")
    again.type("Ctrl+G")
    assert again.title == "登录"
    again.type(f"4 孙主任 Return wrong-passphrase Return {PIN} Return")
    again.program.desk.backups.wait()
    assert again.title == "", again.faults
    assert again.program.session.settings.own == "jilin/changchun"


class Store:
    """The key store of one machine."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self.kept[service, name] = password


def test_with_a_key_store_a_short_pin_is_enough_and_the_key_stays_on_the_machine(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Store()
    monkeypatch.setattr("desktop.desk.guarded_ledger.system_store", lambda: machine)
    keys = desk(Settings())
    keys.type("Ctrl+G 县医院 Return 4 孙主任 Return 390517 Return 390517 F12")
    code = code_of(keys)
    keys.type(f"{code[-4:]} Return")
    keys.program.desk.backups.wait()
    assert keys.title == ""
    assert keys.program.session.settings.portable == ""
    assert len(machine.kept) == 1
    keys.type("Ctrl+L 390518 Return")
    assert keys.faults == ["操作员或口令不对。连续错 5 次以后要等一会儿才能再试，越错等得越久。"]
    keys.type("390517 Return Ctrl+L")
    keys.program.desk.backups.wait()
    machine.kept.clear()
    keys.type("390517 Return")
    assert keys.faults == ["本机没有这个账本的密钥。请用恢复码取回。"]
    keys.type(f"Shift+F4 {code} Return 孙主任 Return 390519 Return 390519 F12 390519 Return")
    keys.program.desk.backups.wait()
    assert keys.title == "", keys.notice
    assert len(machine.kept) == 2, "the key of before, for its backups, and the one after the recovery"
