"""A second person's check of a region's figures, and a packet signed in the window, by keys."""

from pathlib import Path

import pytest

from core.counter import confirming
from core.ledger.operators import Role
from core.places import RESOURCES
from core.policy import packets
from core.policy.regions import RegionPack
from tests.desktop.conftest import DESK, Desk
from tests.desktop.keys import Keys
from tests.desktop.test_sign_in_by_keys import OTHER_PIN, acts, real, sign_in

__all__ = ["real"]


def in_force(keys: Keys) -> dict[str, str]:
    counter = keys.program.session.opened
    pack = counter.reader.regions.in_force("jilin/changchun", keys.program.session.today())
    assert isinstance(pack, RegionPack)
    return dict(packets.figures_of(pack))


def test_figures_that_one_entered_wait_until_another_has_checked_them(real: Keys) -> None:
    real.program.session.opened.add_operator("赵主管", Role.SUPERVISOR, OTHER_PIN)
    real.program.navigator.press("check")
    real.type("F6 Y")
    assert "先由管理员" in real.notice
    real.type("Esc")
    real.program.navigator.press("rules")
    real.type("F12 Y Esc")
    real.program.navigator.press("check")
    real.type("F6 Y")
    assert "以后录入的数据要复核" in real.notice
    real.shot("check required")
    before = in_force(real)
    real.type("Esc F5 PgDn PgDn 300 F12")
    assert "等另一位主管复核" in real.notice, real.notice
    assert in_force(real) == before
    real.type("Esc")
    real.program.navigator.press("check")
    assert real.rows()[0][3] != real.rows()[0][2]
    assert real.rows()[0][4] == "孙主任"
    real.shot("check")
    real.type("F12 Y")
    assert "要由另一位" in real.notice
    assert in_force(real) == before
    real.program.desk.lock()
    sign_in(real, "赵主管")
    assert "复核" in real.notice
    real.program.navigator.press("check")
    real.type("F12 Y")
    assert "已复核" in real.notice, real.notice
    assert in_force(real) != before
    assert confirming.unchecked(real.program.session.opened) == {}
    assert ("region_checked", "赵主管") in acts(real)
    assert real.program.session.opened.ledger.verify().fault is None


def test_an_office_signs_a_packet_in_the_window(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = desk(DESK)
    papers = tmp_path / "papers"
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: papers)
    pack = tmp_path / "pack.toml"
    pack.write_bytes((RESOURCES / "regions" / "jilin-changchun.toml").read_bytes())
    key = tmp_path / "key.pem"
    dialog = "desktop.openers.signing.QFileDialog."
    monkeypatch.setattr(f"{dialog}getSaveFileName", lambda *_: (str(key), ""))
    monkeypatch.setattr(f"{dialog}getOpenFileNames", lambda *_: ([str(pack)], ""))
    keys.program.navigator.press("sign")
    keys.type("F12")
    assert len(keys.faults) == 3
    keys.type("Shift+F4")
    assert "指纹" in keys.notice
    page = keys.program.navigator.page
    page.focus("issuer")
    keys.program.navigator.render()
    keys.type("F3")
    assert [Path(row[0]).name for row in keys.rows()] == ["pack.toml"]
    page.typed("issuer", "县医保局")
    page.typed("number", "1")
    keys.shot("sign")
    keys.type("F12")
    assert "规则包已存到" in keys.notice, keys.notice
    (made,) = papers.glob(f"*{packets.SUFFIX}")
    signed = packets.stranger(made.read_bytes())
    assert signed is not None
    assert signed.issuer == "县医保局"
    assert signed.public == key.with_suffix(".pub").read_text().strip()
