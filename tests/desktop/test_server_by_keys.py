"""The counter beside the hospital's server, by keys: posting knows the others, and goes on without it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter
from core.ledger.entries import Identifier, PatientGiven
from desktop.desk.server_link import ServerLink
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures
from tests.ledger.cluster import Cluster, Proxy
from tests.ledger.conftest import reader
from tests.ledger.desk import stay
from tests.ledger.test_server import Hospital, dsn, hospital, postgres
from tests.ledger.test_stick import totals_of

__all__ = ["dsn", "hospital", "postgres", "reader"]

ZHANG = PatientGiven((Identifier("01", "220113196004080016"),), "张建国")


@pytest.fixture
def way(postgres: Cluster) -> Iterator[Proxy]:
    """The window's own way to the server, which can be cut."""
    proxy = Proxy(postgres.port)
    yield proxy
    proxy.close()


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
    opened.program.navigator.press("sticks")
    server = hospital.dsn.replace(str(postgres.port), str(way.port)) + " password=geheim-17"
    page = opened.program.navigator.page
    page.typed("server", server)
    page.typed("code", hospital.code)
    opened.type("Shift+F4")
    assert "已接上服务器" in opened.notice, opened.seen()
    opened.type("Esc")
    yield opened
    opened.program.desk.server.let_go()


def counter_of(keys: Keys) -> Counter:
    counter = keys.program.session.counter
    assert counter is not None
    return counter


def synced(keys: Keys) -> None:
    """Waits until the process has fetched and sent."""
    link = keys.program.desk.server
    link.sync()
    while link.busy:
        keys.app.processEvents()


def both(keys: Keys, hospital: Hospital) -> tuple[Any, Any]:
    counter = counter_of(keys)
    found = counter.ledger.patients.find(ZHANG.identifiers[0].id)
    assert found is not None
    return counter.totals(found, 2026), totals_of(hospital.desks["other"], ZHANG)


def test_a_posting_asks_again_where_another_desk_has_posted_meanwhile(keys: Keys, hospital: Hospital) -> None:
    keys.type(FIRST_ADMISSION + " F12")
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
    keys.type(FIRST_ADMISSION + " F12 Y")
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
    keys.program.navigator.press("sticks")
    assert "******" in keys.program.navigator.page.texts["server"]
    assert "geheim-17" not in keys.seen()
    keys.type("Esc")
    logged = [each for each in home.rglob("*") if each.is_file() and each.name != "settings.json"]
    assert not [each for each in logged if b"geheim-17" in each.read_bytes()]


def test_what_is_typed_wrong_is_told(keys: Keys, hospital: Hospital) -> None:
    kept = keys.program.session.settings.server
    keys.program.navigator.press("sticks")
    page = keys.program.navigator.page
    page.typed("server", "server of the hospital")
    keys.type("Shift+F4")
    assert "看不懂这个连接字" in keys.seen()
    page.typed("server", hospital.dsn)
    page.typed("code", "AAAA-BBBB")
    keys.type("Shift+F4")
    assert "恢复码不对" in keys.seen()
    assert keys.program.session.settings.server == kept
    page.typed("server", "")
    keys.type("Shift+F4")
    assert keys.program.session.settings.server == ""
    assert keys.program.session.server is None


def test_nothing_of_the_server_is_read_without_one(desk: Desk, tmp_path: Path) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.type(FIRST_ADMISSION + " F12 Y")
    assert "已入账" in keys.notice
    assert keys.program.session.server is None
    assert not keys.program.desk.server.busy


def test_a_desk_that_posts_beside_the_server_is_caught(
    keys: Keys, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ServerLink, "under_lock", lambda _self, _identifiers, work: work())
    with pytest.raises(AssertionError, match="还没有入账"):
        test_a_posting_asks_again_where_another_desk_has_posted_meanwhile(keys, hospital)
