"""The audit trail by keys: filtered, opened, printed and saved; and quick however long it is."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.ledger import trail
from core.ledger.operators import Role
from core.ledger.trail import ActKind, WantedActs
from desktop.presenters.desk.trail import PAGE
from tests.desktop.conftest import PIN
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import NAME, NUMBER, OTHER_PIN, acts, add, real, sign_in

__all__ = ["real"]


def kinds(keys: Keys) -> list[str]:
    return [row[2] for row in keys.rows()]


def test_the_trail_is_filtered_by_operator_kind_day_and_person(real: Keys) -> None:
    add(real, "赵会计", Role.SUPERVISOR)
    real.enter(FIRST_ADMISSION + " F12 Y F2")
    real.program.desk.lock()
    sign_in(real, "赵会计")
    real.type("Ctrl+T")
    everything = real.rows()
    assert kinds(real)[:2] == ["新签名钥匙", "登录"]
    assert f"共 {len(everything)} 条" in real.seen()
    page = real.program.navigator.page

    def look(**texts: str) -> list[list[str]]:
        for name in page.order:
            page.texts[name] = texts.get(name, "")
        page.focus("person")
        real.program.navigator.render()
        real.type("Return")
        return real.rows() if page.state.rows else []

    assert {row[4] for row in look(who="赵")} == {"赵会计"}
    assert {row[2] for row in look(kind="登录")} == {"登录"}
    about = look(person=NUMBER)
    assert {row[2] for row in about} == {"登记个人信息"}
    assert all(NAME not in text and NUMBER not in text for row in about for text in row)
    assert look(**{"from": "2026-01-01", "to": "2026-01-02"}) == []
    assert "没有这样的记录" in real.notice
    assert len(look()) == len(everything)
    look(who="没有")
    assert real.faults == ["没有这样的操作员。"]
    look(kind="没有")
    assert real.faults == ["没有这样的种类，例如：登录、打印、冲正。"]
    real.shot("trail filtered")


def test_an_act_shows_what_it_changed_cell_by_cell(real: Keys) -> None:
    real.type("F5 PgDn PgDn 300 F12 Esc Ctrl+T Return")
    assert "修改统筹区数据" in real.title
    changed = [row for row in real.rows() if "300" in row[3]]
    assert changed, real.rows()
    assert changed[0][2] != changed[0][3]
    assert "有签名" in real.seen()
    real.shot("act")
    real.type("Esc")
    assert "修改统筹区数据" in kinds(real)


def test_the_list_is_printed_and_saved_as_an_act(
    real: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = tmp_path / "papers"
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: papers)
    real.type("Ctrl+T")
    shown = real.rows()
    real.type("Shift+F12")
    (file,) = papers.glob("*.csv")
    assert file.read_text(encoding="utf-8-sig").count("\n") == len(shown) + 2
    real.type("F9")
    assert list(papers.glob("*.pdf"))
    assert [act for act, _ in acts(real)].count("exported") == 2


def test_look_ups_are_counted_by_day_and_operator(real: Keys) -> None:
    real.program.session.opened.ledger.connection.now = lambda: datetime(2026, 11, 22, 1, 12, tzinfo=UTC)
    real.enter(FIRST_ADMISSION + " F12 Y F2")
    real.type(f"{NUMBER} Return F7 Esc F2")
    real.program.desk.lock()
    sign_in(real, "孙主任", PIN)
    counter = real.program.session.opened
    noted = counter.ledger.trail.of_kind(ActKind.LOOKED_UP)
    assert [(act.about, act.operator) for act in noted] == [("2026-11-22", "孙主任")]
    assert noted[0].detail["persons"] == 1


def test_a_clerk_makes_no_full_backup(real: Keys) -> None:
    add(real, "钱会计", Role.CLERK)
    real.program.desk.lock()
    sign_in(real, "钱会计", OTHER_PIN)
    real.type("Ctrl+B Shift+F12")
    assert "主管" in real.notice
    assert "backed_up" not in [act for act, _ in acts(real)]


def test_a_long_trail_is_quick(real: Keys) -> None:
    ledger = real.program.session.opened.ledger
    start = datetime(2025, 1, 1, tzinfo=UTC)
    with ledger.transaction():
        for at in range(30_000):
            moment = start + timedelta(minutes=5 * at)
            trail.note(ledger.db, moment, ActKind.PRINTED, str(at), f"操作员{at % 7}", {"copy": 1})
    began = time.process_time()
    real.type("Ctrl+T")
    assert len(real.rows()) == PAGE
    assert time.process_time() - began < 1.5
    day = datetime(2025, 3, 1, tzinfo=UTC)
    wanted = WantedActs(start=day, end=day + timedelta(days=1), operators=("操作员3",))
    began = time.process_time()
    assert ledger.trail.count(wanted) == len(ledger.trail.found(wanted, None, 1_000)) == 42
    assert time.process_time() - began < 1.0
