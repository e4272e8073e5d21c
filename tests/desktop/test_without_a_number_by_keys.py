"""Newborns and people without any number: from the first cell through posting, search and paper to the ID."""

import pytest

from core.ledger.entries import UNKNOWN
from desktop.devices.sheets_of_desk import sheet_of_entry
from tests.desktop.conftest import Desk
from tests.desktop.keys import Keys

MOTHER = "22011319850512432X"
CHILD = f"{MOTHER}-20261101-1"
COSTS = "1101 1110 Return 20000 Return 18000 Return"
NEWBORN = f"Backtab 4 {MOTHER} 1101 Return"
OWN = "220113202611010018"


def born(keys: Keys) -> None:
    """A newborn's first stay."""
    keys.type(f"{NEWBORN} 王某之子 Return 1 2 {COSTS}")


def patient(keys: Keys, number: str) -> object:
    return keys.program.session.opened.find(number)


@pytest.mark.parametrize("typed", ["无", "不详", "0" * 18, "-"])
def test_a_placeholder_leads_to_the_kinds_without_a_number(desk: Desk, typed: str) -> None:
    keys = desk()
    keys.type(f"{typed} Return")
    assert keys.focus == "cell_id"
    assert any("Shift+Tab，再按 4 新生儿、5 无证件" in fault for fault in keys.faults)
    keys.type("Backtab 4")
    assert keys.focus == "cell_id"
    assert keys.cell("id") == "", "the placeholder is gone"
    assert keys.program.view.cell("born").isVisible()


def test_a_newborn_is_posted_by_mother_birth_and_number_of_the_child(desk: Desk) -> None:
    keys = desk()
    born(keys)
    assert keys.cell("born") == "2026-11-01"
    assert keys.cell("child") == "1"
    assert keys.figure == "¥ 7,680.00"
    keys.type("F12 Y")
    assert keys.notice.startswith("已入账，第 1 号")
    known = patient(keys, CHILD)
    assert known is not None
    assert [each.id_type for each in known.identifiers] == ["990201"]
    assert patient(keys, MOTHER) is None, "the mother is somebody else"
    assert keys.program.session.opened.ledger.verify().fault is None
    keys.shot("newborn")


def test_the_same_newborn_is_known_again_and_a_twin_is_another(desk: Desk) -> None:
    keys = desk()
    born(keys)
    keys.type(f"F12 Y F2 {NEWBORN}")
    assert keys.cell("name") == "王某之子"
    assert keys.focus == "cell_admitted"
    keys.type(f"F2 Backtab 4 {MOTHER} 1101 2 Return")
    assert keys.cell("name") == ""
    keys.type(f"王某之女 Return 1 2 {COSTS} F12 Y")
    counter = keys.program.session.opened
    assert counter.find(f"{MOTHER}-20261101-2").key != counter.find(CHILD).key


def test_the_mother_s_card_fills_her_cell_and_her_number_typed_first_stays(desk: Desk) -> None:
    keys = desk()
    keys.type("Backtab 4")
    keys.scan(MOTHER)
    assert (keys.cell("id"), keys.focus) == (MOTHER, "cell_born")
    keys.type(f"F2 {MOTHER} Backtab Backtab")
    while keys.focus != "cell_id_type":
        keys.type("Backtab")
    keys.type("4")
    assert keys.cell("id") == MOTHER


def test_what_is_missing_or_wrong_about_a_newborn_is_said(desk: Desk) -> None:
    keys = desk()
    keys.type(f"Backtab 4 {MOTHER} Tab Tab 王某之子 Return 1 2 {COSTS} F12")
    assert "出生" in keys.notice
    assert keys.focus == "cell_born"
    keys.type("20270101")
    assert any("晚于今天" in fault or "2027-01-01" in fault for fault in keys.faults), keys.faults
    keys.type("Backtab Return")
    keys.program.view.cell("born").take_focus()
    keys.type("1105")
    assert any("2026-11-05" in fault for fault in keys.faults), "admitted before the birth"


def test_f3_history_and_paper_know_the_newborn(desk: Desk) -> None:
    keys = desk()
    born(keys)
    keys.type("F12 Y F2 F3 wmzz")
    assert len(keys.rows()) == 1
    keys.type("F7")
    assert "就诊记录" in keys.title
    keys.type("Return")
    assert (keys.cell("id"), keys.cell("born"), keys.cell("child")) == (MOTHER, "2026-11-01", "1")
    assert keys.program.view.cell("id_type").text() == "990201"
    session = keys.program.session
    entry = session.opened.ledger.journal.entry(1)
    assert entry is not None
    sheet = sheet_of_entry(session, session.settings, entry, 1)
    assert sheet is not None
    assert "220" in sheet.person
    assert MOTHER not in sheet.person, "masked"
    keys.type("Esc F2")
    keys.type(f"F3 {MOTHER}")
    assert len(keys.rows()) == 1, "by the mother's number, too"


def test_the_newborn_s_own_number_is_joined_when_it_comes(desk: Desk) -> None:
    keys = desk()
    born(keys)
    keys.type(f"F12 Y F7 F7 2 {OWN} Return 上户口 F12 Y")
    assert keys.notice.startswith("已合并")
    counter = keys.program.session.opened
    assert counter.find(OWN).person == counter.find(CHILD).person
    keys.type("Esc Return")
    assert keys.cell("id") == OWN, "from then on the form has the document's number"
    keys.type(f"F2 {OWN}")
    assert keys.cell("name") == "王某之子"
    assert counter.totals(counter.find(OWN), 2026).admissions == 1
    entry = counter.ledger.journal.entry(1)
    assert entry is not None
    sheet = sheet_of_entry(keys.program.session, keys.program.session.settings, entry, 2)
    assert sheet is not None
    assert sheet.person.endswith(OWN[-2:])


def test_a_newborn_s_form_survives_a_crash_undo_and_another_card(desk: Desk) -> None:
    keys = desk()
    born(keys)
    keys.crash()
    again = desk()
    assert (again.cell("id"), again.cell("born"), again.cell("child")) == (MOTHER, "2026-11-01", "1")
    assert again.figure == "¥ 7,680.00"
    again.scan("220113196004080016")
    assert (again.cell("id"), again.cell("name")) == ("220113196004080016", "")
    again.type("Ctrl+Z")
    assert (again.cell("id"), again.cell("born"), again.cell("name")) == (MOTHER, "2026-11-01", "王某之子")
    again.type("F12 Y")
    assert patient(again, CHILD) is not None


def test_a_newborn_put_aside_is_not_taken_for_the_mother(desk: Desk) -> None:
    keys = desk()
    born(keys)
    keys.type(f"Shift+F2 {MOTHER} Return 王某 Return 1 2 {COSTS} F12 Y F2 Shift+F3 Return")
    assert (keys.cell("id"), keys.cell("born"), keys.cell("name")) == (MOTHER, "2026-11-01", "王某之子")
    assert "已入账" not in keys.notice, "the mother was posted since, not the child"
    keys.type("F12 Y")
    assert patient(keys, CHILD) is not None


def test_somebody_unknown_gets_a_number_that_is_shown_printed_and_found(desk: Desk) -> None:
    keys = desk()
    keys.type("Backtab 5")
    assert keys.hint("id") == "第一次不填，入账时给号"
    keys.type(f"Return 无名氏 Return 1 2 {COSTS} F12 Y")
    number = keys.cell("id")
    assert number.startswith("U")
    assert f"编号 {number}，请写在病历上" in keys.notice
    known = patient(keys, number)
    assert known is not None
    assert [each.id_type for each in known.identifiers] == [UNKNOWN]
    session = keys.program.session
    entry = session.opened.ledger.journal.entry(1)
    assert entry is not None
    sheet = sheet_of_entry(session, session.settings, entry, 1)
    assert sheet is not None
    assert number in sheet.person, "printed whole: it is no secret and has to be found again"
    keys.type(f"F2 {number} Return")
    assert keys.cell("name") == "无名氏"
    keys.type(f"F2 F3 {number}")
    assert keys.rows()[0][1] == number
    keys.type("Esc F2 Backtab 5 王秀英 Return")
    assert keys.faults == ["没有这个编号。第一次来的请清空，入账时由程序给号。"]
    keys.type("F2 Backtab 5 U9999-9 Return 某人 Return 1 2 " + COSTS + " F12")
    assert "没有这个编号" in keys.notice
    assert keys.focus == "cell_id"


def test_two_unknown_people_of_one_name_are_two_and_a_card_takes_nobody_s_visit(desk: Desk) -> None:
    keys = desk()
    stay = f"Backtab 5 Return 无名氏 Return 1 2 {COSTS}"
    keys.type(f"{stay} F12 Y F2 {stay} F12 Y")
    assert len(keys.program.session.opened.ledger.search.people(0, 10)) == 2
    keys.type(f"F2 {stay}")
    keys.scan("220113196004080016")
    assert (keys.cell("name"), keys.cell("total")) == ("", ""), "another person's card, another form"
    keys.type("Ctrl+Z")
    assert (keys.cell("name"), keys.cell("total")) == ("无名氏", "20,000.00")


def test_the_harness_sees_a_card_that_takes_over_the_visit_of_somebody_unknown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a form without a number is anybody's."""
    monkeypatch.setattr(
        "desktop.presenters.counter.arrivals.Arrivals._is_nobody_s_visit", lambda _arrivals: False
    )
    keys = desk()
    keys.type(f"Backtab 5 Return 无名氏 Return 1 2 {COSTS}")
    keys.scan("220113196004080016")
    assert keys.cell("total") == "20,000.00"
