"""The rules found at a desk in use: told, seen with their figures, confirmed once; a stray file is named."""

from pathlib import Path

from core.counter.rules_on_record import read_record
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, add, figures, sign_in


def confirmed(keys: Keys) -> bool:
    assert keys.program.session.counter is not None
    return read_record(keys.program.session.counter.ledger).confirmed


def test_what_lay_there_settles_under_a_banner_until_an_administrator_has_confirmed_it(
    desk: Desk, tmp_path: Path
) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    assert "本机有 1 份数据还没有管理员确认" in keys.notice
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == "¥ 16,592.00"
    add(keys, "赵", Role.CLERK)
    keys.type("F2 Ctrl+L")
    sign_in(keys, "赵")
    keys.program.navigator.press("rules")
    assert any(row[0].startswith("长春市") and "400" in row[2] for row in keys.rows()), keys.rows()
    keys.type("F12 Y")
    assert keys.notice == "这项操作需要管理员权限。"
    assert not confirmed(keys)
    keys.type("Esc Ctrl+L")
    sign_in(keys, "孙主任", PIN)
    keys.program.navigator.press("rules")
    keys.type("F12 N")
    assert not confirmed(keys)
    keys.type("F12 Y")
    assert keys.notice == "已确认，记入操作记录。"
    assert confirmed(keys)
    keys.shot("rules")

    figures(tmp_path / "home", deductible=1)
    keys.type("Esc Ctrl+L")
    sign_in(keys, "孙主任", PIN)
    assert "没有采用" in keys.notice
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == "¥ 16,592.00", "an altered file moves no fen"


def test_figures_entered_on_the_page_are_in_force_at_once_and_after_the_next_sign_in(
    desk: Desk, tmp_path: Path
) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.type("F5 PgDn PgDn 300 F12")
    assert "已保存" in keys.notice, keys.notice
    assert keys.program.session.opened.bad_packs == ()
    (entered,) = keys.program.session.opened.ledger.trail.of_kind(ActKind.REGION_CHANGED)
    (changed,) = entered.detail["figures"].values()
    keys.type("Esc Ctrl+T")
    path, old, new = changed[0]
    assert keys.rows()[0][-1] == "改 1 处"
    keys.type("Return")
    assert path == "special_outpatient.deductible.village_clinic"
    assert keys.rows() == [[entered.about, "门诊特病 · 起付线 · 村卫生室", old or "—", new]]
    keys.type("Esc Esc Ctrl+L")
    sign_in(keys, "孙主任", PIN)
    assert keys.program.session.opened.bad_packs == ()
    assert keys.program.session.opened.reader.regions.versions("jilin/changchun")[-1].inpatient.deductible
