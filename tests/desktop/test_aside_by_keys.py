"""Patients put aside: by keys, through a crash and the lock, and none of them lost."""

from pathlib import Path
from typing import Any

import pytest

from core.ledger.drafts import MOST_ASIDE, Drafts
from core.ledger.errors import UNSURE, LedgerUnavailable
from core.messages import message
from desktop.views import theme
from tests.desktop.conftest import DESK, PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN

ZHANG = "220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return 52000 Return"
LI = "220113197502140015 Return 李秀兰 Return 1 2 0401 Return 0405 Return Return 9000"


def aside(keys: Keys) -> list[dict[str, str]]:
    return [one.form for one in keys.program.session.opened.ledger.drafts.aside("counter")]


def names(keys: Keys) -> list[str]:
    """Everybody whose form is at the counter or put aside."""
    at_counter = keys.program.counter_page.visit.texts.get("name", "")
    return sorted(filter(None, [at_counter, *(one["name"] for one in aside(keys))]))


def exchanged(keys: Keys) -> list[str]:
    """One is put aside, another typed, and the first taken back; who is left."""
    keys.type(f"{ZHANG} Shift+F2 {LI} Shift+F3 Return")
    return names(keys)


def test_a_form_that_was_put_aside_comes_back_as_it_stood(desk: Desk) -> None:
    keys = desk()
    keys.type(ZHANG)
    visit = keys.program.counter_page.visit
    stood, key, at = dict(visit.texts), visit.key, keys.focus
    keys.type("Shift+F2")
    assert keys.cell("id") == keys.cell("name") == keys.cell("total") == ""
    assert keys.notice == "已挂单：张*，现在共挂 1 位。取回按 Shift+F3。"
    assert keys.focus == "cell_id"
    keys.type("Esc")
    assert "还挂着 1 位" in keys.notice
    keys.type("Shift+F3")
    assert keys.title == "挂单"
    assert keys.rows()[0][:4] == ["张*", "2201**********0016", "住院", "52,000.00"]
    assert "张建国" not in keys.seen()
    keys.type("Ctrl+N")
    assert keys.rows()[0][:2] == ["张建国", "220113196004080016"]
    keys.type("Return")
    assert (dict(visit.texts), visit.key, keys.focus) == (stood, key, at)
    assert keys.notice == "已取回 张* 的录入。"
    assert aside(keys) == []
    keys.type("48000 Return 1200 Return F12 Y")
    assert len(keys.entries()) == 1


def test_taking_one_back_while_another_stands_loses_neither(desk: Desk) -> None:
    keys = desk()
    assert exchanged(keys) == ["张建国", "李秀兰"]
    assert keys.cell("name") == "张建国"
    assert keys.notice == "已取回 张* 的录入；表上原来的 李* 已挂单。"
    keys.type("Shift+F3 Return")
    assert keys.cell("name") == "李秀兰"
    assert keys.cell("total") == "9000"
    assert names(keys) == ["张建国", "李秀兰"]


@pytest.mark.parametrize("held", [True, False])
def test_none_is_lost_where_nobody_can_say_whether_one_was_taken_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    whole = Drafts.take_back

    def fails(drafts: Drafts, *given: Any) -> None:
        if held:
            whole(drafts, *given)
        raise LedgerUnavailable(message(UNSURE, name="ledger.db"))

    monkeypatch.setattr(Drafts, "take_back", fails)
    keys = desk()
    keys.type(f"{ZHANG} Shift+F2 Shift+F3 Return")
    assert (keys.cell("name"), len(aside(keys))) == ("张建国", int(not held))
    assert "不能确定" in keys.notice
    if held:
        keys.type(f"Shift+F2 {LI} Shift+F3 Return")
        assert names(keys) == ["张建国", "李秀兰"]


def test_a_program_that_drops_the_one_at_the_counter_is_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: what stands in the form is not put in the other's place."""
    whole = Drafts.take_back

    def forgetful(self: Drafts, desk: str, number: int, _standing: Any) -> Any:
        return whole(self, desk, number, None)

    monkeypatch.setattr(Drafts, "take_back", forgetful)
    assert exchanged(desk()) == ["张建国"]


def test_they_are_kept_through_a_crash(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{ZHANG} Shift+F2 {LI}")
    keys.crash()
    again = desk()
    assert again.cell("name") == "李秀兰"
    again.type("Shift+F3 Return")
    assert again.cell("name") == "张建国"
    assert names(again) == ["张建国", "李秀兰"]


def test_they_are_kept_through_the_lock(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    keys.type(f"{ZHANG} Shift+F2 {LI} Ctrl+L")
    assert "张" not in keys.seen()
    keys.type("Shift+F3")
    assert keys.program.navigator.page.name == "sign_in"
    keys.type(f"{PIN} Return Shift+F3 Return")
    assert names(keys) == ["张建国", "李秀兰"]
    assert keys.cell("name") == "张建国"


def test_one_who_was_posted_meanwhile_is_told(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{ZHANG} Shift+F2 {FIRST_ADMISSION} F12 Y F2 Shift+F3")
    assert keys.rows()[0][-1] == "已入账 第 1 号"
    keys.type("Return")
    assert "挂单以后已入账（第 1 号" in keys.notice
    assert keys.cell("total") == "52,000.00"


def test_the_same_form_that_was_posted_meanwhile_posts_nothing_again(desk: Desk) -> None:
    """A copy of the form that stands aside, as after a copy of the ledger was put back."""
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    visit, drafts = keys.program.counter_page.visit, keys.program.session.opened.ledger.drafts
    kept = {**visit.texts, "key": visit.key}
    keys.type("F12 Y")
    drafts.save("counter", kept, 3)
    keys.type("F2 Shift+F3 Return F12")
    assert "第 1 号" in keys.notice
    assert len(keys.entries()) == 1


def test_the_twenty_first_is_refused_and_stays_in_the_form(desk: Desk) -> None:
    keys = desk()
    drafts = keys.program.session.opened.ledger.drafts
    for number in range(MOST_ASIDE):
        assert drafts.put_aside("counter", {"name": f"王{number}", "id": "1"}) == number + 1
    keys.type(f"{ZHANG} Shift+F2")
    assert "已经挂了 20 位" in keys.notice
    assert "Shift+F3" in keys.notice
    assert keys.cell("name") == "张建国"
    assert len(aside(keys)) == MOST_ASIDE
    keys.type("Shift+F3 Down Down F6")
    assert "王*" in keys.label("questionText")
    keys.type("N")
    assert len(aside(keys)) == MOST_ASIDE
    keys.type("F6 Return")
    assert len(aside(keys)) == MOST_ASIDE
    keys.type("Y")
    assert "王2" not in [one["name"] for one in aside(keys)]
    keys.type("Esc Shift+F2")
    assert "共挂 20 位" in keys.notice


def test_nothing_and_a_posted_visit_are_not_put_aside(desk: Desk) -> None:
    keys = desk()
    keys.type("Shift+F2")
    assert "没有可以挂单的" in keys.notice
    keys.enter(f"{FIRST_ADMISSION} F12 Y Shift+F2")
    assert "已经入账" in keys.notice
    assert aside(keys) == []


def test_undo_does_not_bring_a_form_that_is_put_aside(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{ZHANG} Shift+F2 Ctrl+Z")
    assert keys.cell("name") == ""
    assert len(aside(keys)) == 1


def test_the_day_end_says_who_is_still_put_aside(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    keys.type(f"{ZHANG} Shift+F2 {LI} Shift+F2 Ctrl+J")
    assert "还挂着 2 位没有入账：张*、李*" in keys.seen()
    keys.type("1121 Return")
    assert "还挂着" not in keys.seen()


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("size", [(1024, 600), (1280, 800)])
def test_the_list_looks_whole_at_small_sizes(desk: Desk, size: tuple[int, int], tmp_path: Path) -> None:
    theme.fitting(100, size[0])
    keys = desk(DESK)
    keys.window.resize(*size)
    keys.type(f"{ZHANG} Shift+F2 {LI} Shift+F2")
    keys.shot(f"aside-counter-{size[0]}")
    keys.type("Shift+F3")
    keys.shot(f"aside-{size[0]}")
    assert len(keys.rows()) == 2
