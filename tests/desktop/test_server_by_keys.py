"""The counter beside the hospital's server, by keys: posting knows the others, and goes on without it."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter
from core.desks.server import served_desk
from core.desks.server.served_desk import ServedDesk
from core.ledger.entries import Identifier, PatientGiven
from core.ledger.ledger import Ledger
from core.ledger.operators import Role
from desktop.desk.server_link import ServerLink
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures
from tests.ledger.cluster import Cluster, Proxy
from tests.ledger.conftest import reader
from tests.ledger.desk import stay
from tests.ledger.test_server import Hospital, dsn, hospital, postgres, way
from tests.ledger.test_stick import totals_of

__all__ = ["dsn", "hospital", "postgres", "reader", "way"]

ZHANG = PatientGiven((Identifier("01", "220113196004080016"),), "张建国")


@pytest.fixture
def keys(
    desk: Desk,
    hospital: Hospital,
    postgres: Cluster,
    way: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Keys]:
    """A desk in use that has joined by keys the server of another one."""
    monkeypatch.setattr("desktop.desk.server_link._FIRST", 10**8)  # the test says when
    hospital.desk("other")
    figures(tmp_path / "home")
    opened = desk(CHANGCHUN)
    fill(opened, at(way), code=hospital.code)
    opened.type("F12")
    assert "已接上服务器" in opened.notice, opened.seen()
    opened.type("Esc")
    yield opened
    opened.program.desk.server.let_go()


def at(way: Proxy) -> dict[str, str]:
    """The cells of the server, by a way of the window's own."""
    return {
        "address": f"127.0.0.1:{way.port}",
        "database": "hospital",
        "role": "mingzhang",
        "password": "geheim-17",
    }


def fill(keys: Keys, cells: dict[str, str], **more: str) -> None:
    """Opens the page of the server, and fills its cells in."""
    keys.program.navigator.press("server")
    for name, text in (cells | more).items():
        keys.program.navigator.page.typed(name, text)


def looked(keys: Keys) -> str:
    """Tries the connection, and waits until the process has looked."""
    keys.type("Ctrl+Q")
    page = keys.program.navigator.page
    keys.until(lambda: not page.busy)
    return keys.seen()


def counter_of(keys: Keys) -> Counter:
    counter = keys.program.session.counter
    assert counter is not None
    return counter


def synced(keys: Keys) -> None:
    """Waits until the process has fetched and sent."""
    link = keys.program.desk.server
    link.sync()
    keys.until(lambda: not link.busy)


def both(keys: Keys, hospital: Hospital) -> tuple[Any, Any]:
    counter = counter_of(keys)
    found = counter.ledger.patients.find(ZHANG.identifiers[0].id)
    assert found is not None
    return counter.totals(found, 2026), totals_of(hospital.desks["other"], ZHANG)


def test_a_posting_asks_again_where_another_desk_has_posted_meanwhile(keys: Keys, hospital: Hospital) -> None:
    keys.enter(FIRST_ADMISSION + " F12")
    asked = keys.seen()
    hospital.post("other", stay(admitted="2026-01-01", discharged="2026-01-05"), ZHANG)
    keys.type("Y")
    assert "还没有入账" in keys.notice, asked
    assert not counter_of(keys).ledger.journal.has_entry(1)
    keys.type("F12 Y")
    assert "已入账" in keys.notice, keys.notice
    hospital.served["other"].exchange()
    window, other = both(keys, hospital)
    assert window == other
    assert window.admissions == 2


def test_the_server_stops_in_the_middle_and_the_desk_goes_on(
    keys: Keys, hospital: Hospital, postgres: Cluster
) -> None:
    postgres.stop()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    assert "已入账" in keys.notice
    assert "服务器连不上" in keys.seen()
    postgres.start()
    hospital.post("other", stay(admitted="2026-01-01", discharged="2026-01-05"), ZHANG)
    assert totals_of(hospital.desks["other"], ZHANG).admissions == 1
    synced(keys)
    assert "服务器连不上" not in keys.seen()
    assert "有不知道别处记录就入的账" in keys.seen()
    hospital.served["other"].exchange()
    window, other = both(keys, hospital)
    assert window == other
    assert window.admissions == 2
    keys.program.navigator.press("sticks")
    rows = [row for row in keys.rows() if row[0] == "入账时不知道别处的记录"]
    assert len(rows) == 1
    assert "→" in rows[0][2]
    keys.program.navigator.page.typed("reason", "补上别处的")
    keys.type("Shift+F6")
    assert "已重新结算" in keys.notice, keys.seen()
    assert "入账时不知道别处的记录" not in keys.seen()
    assert "有不知道别处记录就入的账" not in keys.seen()
    hospital.served["other"].exchange()
    window, other = both(keys, hospital)
    assert window == other
    assert window.admissions == 2
    assert counter_of(keys).ledger.verify().fault is None


def test_the_password_is_shown_nowhere(keys: Keys) -> None:
    home = keys.program.session.home
    keys.program.navigator.press("server")
    assert keys.program.navigator.page.texts["password"] == "******"
    assert "geheim-17" not in keys.seen()
    keys.type("Esc")
    logged = [each for each in home.rglob("*") if each.is_file() and each.name != "settings.json"]
    assert not [each for each in logged if b"geheim-17" in each.read_bytes()]


def test_what_is_typed_wrong_is_told(keys: Keys, hospital: Hospital, way: Proxy) -> None:
    kept = keys.program.session.settings.server
    fill(keys, {"address": "server = of the hospital"})
    keys.type("F12")
    assert "看不懂这个连接字" in keys.seen()
    fill(keys, at(way), code="AAAA-BBBB")
    keys.type("F12")
    assert "恢复码不对" in keys.seen()
    fill(keys, {"address": "127.0.0.1:1"})
    keys.type("F12")
    assert "请再输入密码" in keys.seen(), "a password that is kept goes to its own server alone"
    keys.type("Esc")
    fill(keys, at(way), database="nowhere")
    assert "没有这个数据库" in looked(keys)
    fill(keys, at(way), address="127.0.0.1:1")
    assert "这个地址上没有 PostgreSQL" in looked(keys)
    fill(keys, at(way), address="nowhere.invalid")
    assert "找不到这个地址" in looked(keys)
    assert keys.program.session.settings.server == kept
    fill(keys, {"address": ""})
    keys.type("F12")
    assert "本机不再用服务器" in keys.notice
    assert keys.program.session.settings.server == ""
    assert keys.program.session.server is None


def test_a_desk_sets_the_server_up_and_shows_its_recovery_code_once(
    desk: Desk,
    reader: Any,
    dsn: str,
    postgres: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desktop.desk.server_link._FIRST", 10**8)
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.enter(FIRST_ADMISSION + " F12 Y")
    cells = {"address": f"127.0.0.1:{postgres.port}", "database": "hospital", "role": "mingzhang"}
    fill(keys, cells)
    seen = looked(keys)
    assert "还没有设置：按 Shift+F4" in seen
    assert "传输没有加密" in seen
    keys.shot("server")
    keys.type("Shift+F4")
    page = keys.program.navigator.page
    assert page.name == "code"
    assert "别的窗口接这个服务器时要用它" in keys.seen()
    code = page.code
    keys.type(code.replace("-", "")[-4:] + " F12")
    assert keys.program.navigator.page.name == "server"
    assert "本机已接上" in looked(keys)
    synced(keys)
    looked(keys)
    assert [row[1:4] for row in keys.rows()] == [["本机", "1", "1"]]
    other = Counter(reader, Ledger(tmp_path / "later.db"))
    assert served_desk.join(other, dsn, code, "钱") == []
    with closing(ServedDesk(other, dsn, "钱")) as served:
        assert served.exchange().new == 1
    other.close()
    keys.program.desk.server.let_go()


def test_a_lost_desk_is_closed_here_and_on_the_server(keys: Keys, hospital: Hospital, way: Proxy) -> None:
    hospital.post("other", stay(), ZHANG)
    hospital.served["other"].exchange()
    synced(keys)
    keys.program.navigator.press("server")
    lost = hospital.desks["other"].ledger
    assert lost.short_id in keys.seen()
    keys.type("F6")
    assert "先选一个别的账本" in keys.notice
    keys.program.navigator.page.picked(lost.id)
    way.cut()
    keys.type("F6")
    assert f"停用账本 {lost.short_id}？第 1 笔以后" in keys.seen()
    keys.type("N")
    assert "已停用" not in keys.seen()
    keys.type("F6 Y")
    assert "服务器没有连上" in keys.notice, keys.notice
    way.mend()
    keys.type("F6 Y")
    assert "再在服务器上换掉用户的密码" in keys.notice, keys.notice
    page = keys.program.navigator.page
    assert page.name == "code"
    old, hospital.code = hospital.code, page.code
    assert old != hospital.code
    keys.type(hospital.code.replace("-", "")[-4:] + " F12")
    assert [row[1] for row in keys.rows()] == ["本机", "已停用"]
    late = hospital.desk("late")
    hospital.post("other", stay(admitted="2026-04-01", discharged="2026-04-05"), ZHANG)
    hospital.served["other"].exchange()
    hospital.served["late"].exchange()
    synced(keys)
    assert totals_of(late, ZHANG).admissions == 1
    window, _ = both(keys, hospital)
    assert window.admissions == 1


def test_a_closing_whose_answer_is_lost_is_not_claimed_and_f6_finds_out(
    keys: Keys, hospital: Hospital, way: Proxy
) -> None:
    hospital.served["other"].exchange()
    synced(keys)
    keys.program.navigator.press("server")
    lost = hospital.desks["other"].ledger
    keys.program.navigator.page.picked(lost.id)
    way.swallow(after=1)  # a new connection begins with a commit of its own
    keys.type("F6 Y")
    assert "那边停用了没有，还不知道" in keys.notice, keys.notice
    assert keys.program.navigator.page.name == "server"
    assert hospital.served["other"].exchange().away, "it was done"
    keys.type("F6 Y")
    page = keys.program.navigator.page
    assert page.name == "code"
    code = page.code
    keys.type(code.replace("-", "")[-4:] + " F12")
    assert [row[1] for row in keys.rows()] == ["本机", "已停用"]
    hospital.code = code
    hospital.desk("late")
    assert not hospital.served["late"].exchange().away


def test_a_clerk_has_no_way_to_the_server(keys: Keys) -> None:
    counter = counter_of(keys)
    assert not isinstance(counter.add_operator("王芳", Role.CLERK, "tree-lamp-cup-9"), list)
    counter.sign_in("王芳", "tree-lamp-cup-9")
    keys.program.navigator.press("server")
    assert keys.program.navigator.page.name != "server"
    assert "管理员" in keys.notice


@pytest.mark.skipif(sys.platform == "win32", reason="asks the system of a Unix")
def test_what_is_done_beside_the_window_lets_the_window_go_first(keys: Keys) -> None:
    synced(keys)
    work = keys.program.desk.server._process
    assert work is not None
    assert work._process is not None
    own, beside = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, work._process.processId()))
    assert beside > own or own >= 15


def test_nothing_of_the_server_is_read_without_one(desk: Desk, tmp_path: Path) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.enter(FIRST_ADMISSION + " F12 Y")
    assert "已入账" in keys.notice
    assert keys.program.session.server is None
    assert not keys.program.desk.server.busy


def test_a_desk_that_posts_beside_the_server_is_caught(
    keys: Keys, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ServerLink, "under_lock", lambda _self, _identifiers, work: work())
    with pytest.raises(AssertionError, match="还没有入账"):
        test_a_posting_asks_again_where_another_desk_has_posted_meanwhile(keys, hospital)
