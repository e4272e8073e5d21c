"""Who is at the desk: signing in, the lock, roles and the trail, by keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent

from core.ledger.operators import MOST_WRONG, Role
from core.ledger.trail import ActKind
from core.places import RESOURCES
from core.policy import packets
from core.policy.packfile import save_pack
from core.policy.shelf import load_documents
from desktop.desk.idle import minutes_of
from desktop.desk.region_files import versions_in
from desktop.presenters.counter.presenter import DESK
from desktop.settings import Settings
from tests.core.test_packets import region
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_packet_page import signed

CHANGCHUN = Settings(hospital="县医院", operator="孙主任", region="jilin/changchun")
NAME, NUMBER = "张建国", "220113196004080016"
OTHER_PIN = "another-passphrase"


@pytest.fixture
def real(desk: Desk, tmp_path: Path) -> Keys:
    """A desk in use whose region has every figure of the made-up one; its administrator is signed in."""
    figures(tmp_path / "home")
    return desk(CHANGCHUN)


def figures(home: Path, region: str = "jilin/changchun", deductible: int = 400) -> None:
    example = next(each for each in versions_in(RESOURCES / "regions", home) if each.id == "jilin/example")
    tables = {**example.tables, "id": region, "name": "长春市"}
    own = {**tables["inpatient"]["deductible"], "level_2": [deductible, 300]}
    tables["inpatient"] = {**tables["inpatient"], "deductible": own}
    (home / "regions").mkdir(parents=True, exist_ok=True)
    assert not isinstance(save_pack(home / "regions", tables, load_documents(), {}, None), list)


def add(keys: Keys, name: str, role: Role) -> None:
    assert keys.program.session.counter is not None
    assert not isinstance(keys.program.session.counter.add_operator(name, role, OTHER_PIN), list)


def acts(keys: Keys) -> list[tuple[str, str]]:
    assert keys.program.session.counter is not None
    return [(act.act.value, act.operator) for act in keys.program.session.counter.ledger.trail.acts()]


def sign_in(keys: Keys, name: str, pin: str = OTHER_PIN) -> None:
    page = keys.program.navigator.page
    page.typed("operator", name)
    page.focus("pin")
    keys.program.navigator.render()
    keys.type(f"{pin} Return")
    keys.program.desk.backups.wait()


def test_a_desk_in_use_opens_by_sign_in_alone(real: Keys, desk: Desk) -> None:
    real.enter(FIRST_ADMISSION)
    real.window.close()
    keys = desk(CHANGCHUN, signed_in=False)
    assert keys.title == "登录"
    assert NAME not in keys.seen()
    keys.type("F2 F3 F9 Esc Ctrl+J Ctrl+O")
    assert keys.title == "登录"
    keys.type("wrong-passphrase Return")
    assert keys.faults == ["操作员或口令不对。连续错 5 次以后要等一会儿才能再试，越错等得越久。"]
    assert keys.program.session.counter is None
    keys.shot("sign-in")
    keys.type(f"{PIN} Return")
    assert keys.program.counter_page.visit.texts["name"] == NAME, "the draft is back"
    assert keys.figure == "¥ 16,592.00"
    keys.program.desk.backups.wait()


def test_while_the_desk_is_locked_nothing_of_a_patient_is_in_sight(real: Keys) -> None:
    real.enter(FIRST_ADMISSION + " F12")
    assert NAME in real.label("questionText")
    assert NAME in real.seen()  # the search finds what is there
    for page in ("", "F3 张 F7", "F3 张 F1", "F11", "Ctrl+J", "F5"):
        real.type("Esc Esc Esc " + page)
        real.type("Ctrl+L")
        assert real.title == "登录", page
        seen = real.seen()
        assert NAME not in seen, page
        assert NUMBER not in seen, page
        assert "孙主任" not in real.label("quiet")
        real.type("Esc F2 F12 F3")
        assert real.title == "登录"
        real.shot("locked")
        real.program.navigator.page.focus("pin")
        real.program.navigator.render()
        real.type(f"{PIN} Return")
        real.program.desk.backups.wait()
        assert real.program.counter_page.visit.texts["name"] == NAME
        assert real.figure == "¥ 16,592.00"


def test_a_posted_visit_stands_as_it_was_posted_after_the_lock_and_after_settings(real: Keys) -> None:
    real.enter(FIRST_ADMISSION + " F12 Y")
    bars = [bar.text for bar in real.program.counter_page.state.bars]
    for away in (f"Ctrl+L {PIN} Return", "F5 Esc"):
        real.type(away)
        real.program.desk.backups.wait()
        assert real.figure == "¥ 16,592.00", away
        assert [bar.text for bar in real.program.counter_page.state.bars] == bars, away
        assert real.program.counter_page.state.posted == "已入账 第 1 号"


def test_a_form_that_was_posted_as_the_power_went_is_back_as_posted(real: Keys, desk: Desk) -> None:
    real.enter(FIRST_ADMISSION)
    presenter, counter = real.program.counter_page, real.program.session.counter
    assert counter is not None
    presenter.visit.save_draft()
    draft = counter.ledger.drafts.read(DESK)
    assert draft is not None
    real.type("F12 Y")
    counter.ledger.drafts.save(DESK, draft)  # as if the window had not come to clear it
    real.window.close()
    keys = desk(CHANGCHUN, signed_in=False)
    keys.type(f"{PIN} Return")
    keys.program.desk.backups.wait()
    state = keys.program.counter_page.state
    assert state.posted == "已入账 第 1 号"
    assert keys.figure == "¥ 16,592.00"
    assert keys.program.session.counter is not None
    assert keys.program.session.counter.ledger.drafts.read(DESK) is None


def test_a_desk_locks_after_idling_and_not_while_somebody_types(real: Keys) -> None:
    real.enter(FIRST_ADMISSION)
    timer = real.program.desk.idle.timer
    assert timer.isActive()
    assert timer.interval() == 10 * 60_000
    timer.setInterval(60_000)
    before = timer.remainingTime()
    handle = real.window.windowHandle()
    real.app.sendEvent(handle, QKeyEvent(QEvent.Type.KeyPress, 0, real_none(), "x"))
    assert timer.remainingTime() >= before - 500
    timer.timeout.emit()
    assert real.title == "登录"
    assert NAME not in real.seen()
    assert not timer.isActive()


def real_none() -> object:
    from PySide6.QtCore import Qt

    return Qt.KeyboardModifier.NoModifier


def test_the_idle_minutes_are_a_setting_and_stay_within_reason(real: Keys) -> None:
    for text, minutes in (("", 10), ("3", 3), ("0", 1), ("999", 60), ("x", 10), ("٣", 10)):
        real.program.session.settings = real.program.session.settings._replace(idle=text)
        assert minutes_of(real.program.session.settings.idle) == minutes


def test_five_wrong_pins_lock_an_operator_out_in_words(real: Keys) -> None:
    add(real, "赵", Role.CLERK)
    real.type("Ctrl+L")
    for _ in range(MOST_WRONG):
        sign_in(real, "赵", "wrong-passphrase")
    assert "赵 已连续 5 次口令错误，请等 1 分钟再试" in real.notice
    assert "管理员自己用恢复码重设" in real.notice, "the only administrator has nobody else to ask"
    sign_in(real, "赵")
    assert real.title == "登录", "the right PIN comes too late"
    sign_in(real, "孙主任", PIN)
    assert real.title == ""
    real.type("Ctrl+O")
    assert {"口令错误太多，已锁定", "在用"} & {row[2] for row in real.rows() if row[0] == "赵"}
    page = real.program.navigator.page
    page.picked("赵")
    page.typed("pin", OTHER_PIN + "2")
    page.typed("pin_again", OTHER_PIN + "2")
    real.type("F12 Y Esc Ctrl+L")
    sign_in(real, "赵", OTHER_PIN + "2")
    assert real.title == ""
    assert "操作员 赵" in real.label("quiet")


def test_another_operator_s_entries_bear_that_name(real: Keys) -> None:
    add(real, "赵小兰", Role.CLERK)
    real.enter(FIRST_ADMISSION + " Ctrl+L")
    sign_in(real, "赵小兰")
    real.type("F12")
    assert real.label("questionText"), real.notice
    real.type("Y")
    (entry,) = real.entries()
    assert entry.operator == "赵小兰"
    assert "操作员 赵*" in real.label("quiet")


def test_what_was_posted_keeps_its_figures_over_a_lock(real: Keys) -> None:
    real.enter(FIRST_ADMISSION + " F12 Y")
    posted = real.figure
    real.type("Ctrl+L")
    sign_in(real, "孙主任", PIN)
    assert real.figure == posted == "¥ 16,592.00"
    assert real.label("posted") == "已入账 第 1 号"


def test_a_clerk_is_told_in_one_sentence_what_needs_another_role(real: Keys) -> None:
    add(real, "赵", Role.CLERK)
    real.enter(FIRST_ADMISSION + " F12 Y Ctrl+L")
    sign_in(real, "赵")
    real.type("Ctrl+O")
    assert real.notice == "这项操作需要管理员权限。"
    real.type("Ctrl+R")
    assert real.notice == "这项操作需要主管权限。"
    real.type("Ctrl+T")
    assert real.notice == "这项操作需要主管权限。"
    real.type("F6 录错 F12 Y")
    assert real.notice == "这项操作需要主管权限。"
    assert len(real.entries()) == 1
    real.type("Esc F5 PgDn PgDn 300 F12")
    assert real.notice == "这项操作需要主管权限。"
    assert ("region_changed", "赵") not in acts(real)


def test_operators_are_added_changed_and_turned_off_by_keys(real: Keys) -> None:
    real.type(f"Ctrl+O 钱 Return 2 {OTHER_PIN} Return {OTHER_PIN} F12")
    assert real.rows() == [["孙主任", "管理员", "在用", "1"], ["钱", "主管", "在用", "2"]]
    assert "已添加 钱" in real.notice
    real.shot("operators")
    page = real.program.navigator.page
    page.picked("孙主任")
    real.type("F6")
    assert real.notice == "这是最后一位管理员，请先另设一位。"
    page.picked("钱")
    real.type("F6")
    assert real.rows()[1] == ["钱", "主管", "已停用", "2"]
    real.type("Esc Ctrl+L")
    sign_in(real, "钱")
    assert real.title == "登录"


def test_whoever_is_turned_on_again_is_given_a_new_pin(real: Keys) -> None:
    add(real, "钱", Role.CLERK)
    real.type("Ctrl+O")
    page = real.program.navigator.page
    page.picked("钱")
    real.type("F6 F6")
    assert real.rows()[1] == ["钱", "操作员", "已停用", "2"]
    assert real.faults == ["重新启用要同时设一个新口令：没有它打不开账本。"]
    page.typed("pin", "a-new-passphrase")
    real.type("F6")
    assert real.faults == ["两次输入的口令不一样，请重新输入。"]
    page.typed("pin_again", "a-new-passphrase")
    real.type("F6")
    assert real.rows()[1] == ["钱", "操作员", "在用", "2"]
    assert page.texts["pin"] == page.texts["pin_again"] == ""
    real.type("Esc Ctrl+L")
    sign_in(real, "钱", "a-new-passphrase")
    assert real.title == ""


def test_a_new_recovery_code_takes_the_place_of_the_one_before(real: Keys) -> None:
    real.type("Ctrl+O Shift+F4 Return")
    assert real.label("questionText")
    real.type("Y")
    assert real.title.startswith("恢复码")
    code = real.program.navigator.page.code
    real.type(f"{code[-4:]} Return")
    assert real.title == "操作员"
    real.type("Esc Ctrl+L Shift+F4")
    real.program.navigator.page.typed("operator", "孙主任")
    real.program.navigator.page.typed("code", code)
    real.program.navigator.page.typed("pin", OTHER_PIN)
    real.program.navigator.page.typed("pin_again", OTHER_PIN)
    real.type("F12")
    sign_in(real, "孙主任")
    assert real.title == ""


def test_one_s_own_pin_is_changed_by_whoever_knows_it(real: Keys) -> None:
    real.program.navigator.press("pin")
    real.type(f"wrong-one Return {OTHER_PIN} Return {OTHER_PIN} F12")
    assert real.faults == ["操作员或口令不对。连续错 5 次以后要等一会儿才能再试，越错等得越久。"]
    real.type(f"{PIN} Return {OTHER_PIN} Return {OTHER_PIN} F12")
    assert "口令已修改" in real.notice
    real.type("Esc Ctrl+L")
    sign_in(real, "孙主任")
    assert real.title == ""


def test_a_change_of_the_region_s_figures_is_in_the_trail(real: Keys) -> None:
    real.type("F5 PgDn PgDn 300 F12")
    assert "已保存" in real.notice, real.notice
    assert ("region_changed", "孙主任") in acts(real)
    assert real.program.session.counter is not None, "nobody has to sign in again for it"
    real.type("Esc Ctrl+T")
    assert any("修改统筹区数据" in row for row in real.rows())
    real.shot("trail")


def test_a_person_is_exported_and_erased_by_a_supervisor(
    real: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    real.enter(FIRST_ADMISSION + f" F12 Y F2 Ctrl+R {NUMBER} Shift+F12")
    (file,) = (tmp_path / "papers").iterdir()
    assert NAME in file.read_text(encoding="utf-8")
    assert NAME not in file.name
    real.shot("people")
    real.type("F6 Return")
    assert NUMBER not in real.label("questionText")
    assert real.entries()
    real.type("Y")
    assert real.entries() == []
    real.type("Return 12 Shift+F6")
    assert real.faults == ["写整数，至少 24 个月：本年和上年的累计还要用。"]
    real.program.navigator.page.typed("months", "24")
    real.type("Shift+F6 Y")
    assert "已清理 0 人" in real.notice
    kinds = [kind for kind, _ in acts(real)]
    assert [kind for kind in kinds if kind in ("exported", "erased", "purged")] == [
        ActKind.EXPORTED,
        ActKind.ERASED,
        ActKind.PURGED,
    ]
    real.type("Esc Ctrl+T")
    assert any("登记个人信息" in row for row in real.rows())


def test_a_card_or_f4_at_a_locked_desk_is_told_to_sign_in_first(real: Keys) -> None:
    real.type("Ctrl+L F4")
    assert real.title == "登录"
    real.scan(NUMBER)
    assert real.title == "登录"
    assert real.notice == "请先登录，再刷卡。"
    real.program.navigator.page.typed("pin", PIN)
    real.type("F12")
    assert real.cell("id") == ""


def test_a_clerk_is_refused_the_trust_of_an_issuer_in_one_sentence(real: Keys, tmp_path: Path) -> None:
    file = tmp_path / "stick.mzpack"
    public = signed(file, regions=region())
    add(real, "钱", Role.CLERK)
    real.type("Ctrl+L")
    sign_in(real, "钱")
    real.program.pages.rules.packet(file)
    real.type("".join(packets.fingerprint(public)[4:]) + " F12 Y")
    assert "主管" in real.notice
    assert real.notice.count("。") == 1
    assert packets.trusted(tmp_path / "home") == {}
