"""Cash at a change of shift, by keys: what is owed follows from the entries; what differs is explained."""

from datetime import datetime, timedelta

import pytest

from core.ledger.trail import ActKind
from desktop.presenters.desk.hand_over import HandOverPage
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_day_end_by_keys import DAY
from tests.desktop.test_pages_by_keys import SECOND

OWED = "16,592.00"


@pytest.fixture
def keys(desk: Desk) -> Keys:
    opened = desk()
    counter = opened.program.session.counter
    assert counter is not None
    counter.ledger.connection.now = lambda: DAY
    return opened


def shows(keys: Keys, moment: datetime) -> None:
    counter = keys.program.session.counter
    assert counter is not None
    counter.ledger.connection.now = lambda: moment


def acts(keys: Keys) -> list[dict[str, object]]:
    counter = keys.program.session.counter
    assert counter is not None
    return [act.detail for act in counter.ledger.trail.acts() if act.act is ActKind.HANDED_OVER]


def test_what_is_owed_is_handed_over_and_begins_anew(keys: Keys) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y Ctrl+H")
    assert f"应交现金 {OWED}" in keys.seen()
    keys.type("16592 Return 李明 Return F12")
    assert acts(keys) == [], "Enter and F12 record nothing before the answer"
    keys.shot("hand-over")
    keys.type("Return")
    assert acts(keys) == []
    keys.type("Y")
    assert keys.rows()[0][1:] == ["王芳", "李明", "16592.00", "16592.00", "0.00", ""]
    (act,) = acts(keys)
    assert (act["entry"], act["taken"], act["due"], act["difference"]) == (1, "16592.00", "16592.00", "0.00")
    assert "应交现金 0.00" in keys.seen()
    keys.type("0 Return 李明 F12 Y")
    assert "没有要交的" in keys.notice
    shows(keys, DAY + timedelta(hours=1))
    keys.type("Esc " + SECOND + " F6 录错 F12 Y Esc Ctrl+H")
    assert "入账 1 笔" in keys.seen()
    assert "冲正 1 笔" in keys.seen()
    assert "应交现金 0.00" in keys.seen()
    keys.type("0 Return 李明 Return F12 Y")
    assert len(acts(keys)) == 2


def test_a_difference_wants_a_note_and_what_is_no_cash_is_taken_off(keys: Keys) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y Ctrl+H 16000 Return 李明 Return F12 Y")
    assert "差 -592.00" in keys.notice
    assert acts(keys) == []
    page = keys.program.navigator.page
    page.typed("not_cash", "500")
    assert "应交现金 16,092.00" in keys.seen()
    assert "少 92.00" in keys.seen()
    page.typed("note", "找零短款")
    keys.type("F12 Y")
    (act,) = acts(keys)
    assert (act["not_cash"], act["difference"], act["note"]) == ("500.00", "-92.00", "找零短款")
    typed_wrong = [("counted", "12,5"), ("not_cash", "x"), ("to", "")]
    for name, text in typed_wrong:
        page.texts |= {"counted": "1", "not_cash": "", "to": "李明", "note": ""}
        page.typed(name, text)
        keys.type("F12")
        assert keys.program.navigator.page.state.question is None
        assert keys.faults, name
    page.texts |= {"counted": "1", "not_cash": "", "to": "王芳", "note": "无"}
    keys.type("F12 Y")
    assert "不能是自己" in keys.notice
    assert len(acts(keys)) == 1


def test_what_is_posted_meanwhile_is_shown_before_it_is_handed_over(keys: Keys, desk: Desk) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y Ctrl+H 16592 Return 李明 Return F12")
    other = desk()
    shows(other, DAY + timedelta(minutes=1))
    other.type(SECOND)
    keys.program.window.activateWindow()
    keys.program.navigator.page.answer("hand_over")
    assert "重新点一遍" in keys.notice
    assert acts(keys) == []
    assert "入账 2 笔" in keys.seen()


def test_the_first_one_counts_from_a_day_and_nobody_elses_entries(keys: Keys) -> None:
    shows(keys, DAY - timedelta(days=2))
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    shows(keys, DAY)
    keys.type("Ctrl+H")
    page = keys.program.navigator.page
    assert isinstance(page, HandOverPage)
    assert "从 2026-11-22 起算" in keys.seen()
    assert "应交现金 0.00" in keys.seen()
    page.typed("since", "1120")
    assert f"应交现金 {OWED}" in keys.seen()
    page.typed("since", "x")
    keys.type("F12")
    assert keys.faults
    keys.type("Esc")
    keys.program.desk.use(keys.program.session.settings._replace(operator="李明"))
    keys.type("Ctrl+H")
    keys.program.navigator.page.typed("since", "1120")
    assert "应交现金 0.00" in keys.seen()


def test_hand_overs_are_a_report_whose_figures_lead_to_their_entries(keys: Keys) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y Ctrl+H 16592 Return 李明 Return F12 Y Esc Ctrl+S")
    keys.program.navigator.page.opened("hand-overs")
    keys.worked()
    columns = keys.program.navigator.page.state.columns
    row = dict(zip(columns, keys.rows()[0], strict=True))
    assert (row["交班人"], row["应交现金"], row["长短款"]) == ("王芳", OWED, "0.00")
    keys.program.navigator.page.opened(f"0:{columns.index('入账个人应付')}")
    keys.app.processEvents()
    assert [each[-1] for each in keys.rows()] == [OWED]
