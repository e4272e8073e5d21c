"""What is known of a visit beside its figures: typed, kept, posted, shown, printed and found, by keys."""

import pytest

from core.counter import posting, visit_facts
from core.ledger.patients import Patients
from desktop.devices.sheets_of_desk import sheet_at_counter, sheet_of_entry
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

A = "220113196004080016"
TO_FACT = "Return " * 8
FACTS = "Ctrl+W ZY20260301 Return PJ0077 Return SETL9 Return PSN123 Return 1 2"
WHOLE = {
    "mdtrt_id": "ZY20260301",
    "receipt": "PJ0077",
    "setl_id": "SETL9",
    "psn_no": "PSN123",
    "injury": True,
    "third_party": False,
}


def known(keys: Keys, number: int) -> dict[str, str | bool]:
    return visit_facts.stated(keys.program.session.opened.ledger, number)


def test_facts_are_typed_on_a_page_of_their_own_and_posted_with_the_visit(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    pays = keys.figure
    keys.type(FACTS)
    assert keys.title == "附记"
    keys.type("Esc")
    assert "附记 6 项" in keys.seen()
    assert keys.figure == pays
    keys.type("F12 Y")
    assert keys.notice.startswith("已入账")
    assert known(keys, 1) == WHOLE
    record = keys.program.session.opened.ledger.journal.record(1)
    assert "ZY20260301" not in str(record), "a number that leads to a person stands beside the chain"
    assert keys.program.session.opened.ledger.verify().fault is None
    assert keys.program.session.opened.find("PSN123") == keys.program.session.opened.find(A)


def test_unused_they_cost_no_key_and_leave_nothing(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    assert known(keys, 1) == {}
    assert "附记" not in keys.seen()


def test_they_are_kept_in_the_draft_undone_and_never_another_patient_s(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" {FACTS} Esc")
    keys.crash()
    again = desk()
    assert again.program.counter_page.visit.texts["mdtrt_id"] == "ZY20260301"
    again.type("Ctrl+W")
    assert again.program.navigator.page.texts["receipt"] == "PJ0077"
    again.type("Esc")
    again.scan("220102198001010011")
    assert not again.program.counter_page.visit.texts.get("mdtrt_id"), "another card, another form"
    again.type("Ctrl+Z")
    assert again.program.counter_page.visit.texts["mdtrt_id"] == "ZY20260301"
    again.type("F2 Ctrl+W ZY7 Esc Ctrl+Z")
    assert not again.program.counter_page.visit.texts.get("mdtrt_id")


def test_a_number_alone_is_not_taken_over_by_the_next_card(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{A} Ctrl+W ZY7 Esc")
    keys.scan("220102198001010011")
    assert not keys.program.counter_page.visit.texts.get("mdtrt_id")


def test_an_entry_shows_them_takes_more_and_says_what_cannot_be(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F7 Ctrl+W")
    assert keys.title == "第 1 号的附记"
    keys.type("ZY8 F12")
    assert keys.notice == "第 1 号的附记已保存。"
    assert known(keys, 1) == {"mdtrt_id": "ZY8"}
    keys.type("Esc")
    assert "第 1 号附记：住院（就诊）号 ZY8" in keys.seen()
    keys.type("Ctrl+W Backspace Backspace Backspace F12")
    assert keys.faults == ["已记下的不能清空，可以改成正确的。"]
    keys.type("ZY9 F12")
    assert known(keys, 1) == {"mdtrt_id": "ZY9"}
    assert [act.act.value for act in keys.program.session.opened.ledger.trail.acts()][-1] == "facts_noted"
    keys.type("Esc F6 错了 F12 Y Esc")
    keys.type("Ctrl+W x F12")
    assert "冲正" in keys.notice


def test_a_personal_number_of_somebody_else_is_refused_with_the_way_to_join(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" {FACTS} Esc F12 Y F2")
    keys.type("220102198001010011 Return 李明 Return 1 2 0401 0410 Return 20000 Return 20000 Return")
    keys.enter("Ctrl+W Return Return Return PSN123 Esc F12 Y")
    assert "在账本里是另一个人的" in keys.seen()
    assert "F7" in keys.seen()


OTHER_OF_THE_NAME = "220102198001010011 Return 张建国 Return 1 2 0401 0410 Return 20000 Return 20000 Return"
UNKNOWN_OF_THE_NAME = "Backtab 5 Return 张建国 Return 1 2 0401 0410 Return 20000 Return 20000 Return"


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("visit", [OTHER_OF_THE_NAME, UNKNOWN_OF_THE_NAME])
def test_two_of_one_name_are_two_whatever_personal_number_is_typed(desk: Desk, visit: str) -> None:
    """The number of the first one, taken from the wrong folder, gives nobody the second one's document."""
    keys = desk()
    keys.enter(
        FIRST_ADMISSION + f" {FACTS} Esc F12 Y F2 {visit} Ctrl+W Return Return Return PSN123 Esc F12 Y"
    )
    assert "在账本里是另一个人的" in keys.seen()
    assert len(keys.entries()) == 1
    assert keys.program.session.opened.find("220102198001010011") is None
    keys.type("Ctrl+W Return Return Return " + "Backspace " * 6 + "Esc F12 Y")
    assert keys.notice.startswith("已入账，第 2 号")
    assert len(keys.program.session.opened.ledger.search.people(0, 10)) == 2


def test_the_harness_sees_two_of_one_name_become_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: whoever has any of the numbers and the name is the patient."""
    monkeypatch.setattr(
        Patients,
        "recognise",
        lambda patients, given: next(
            filter(None, (patients.find(each.id) for each in given.identifiers)), None
        ),
    )
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" {FACTS} Esc F12 Y F2 {OTHER_OF_THE_NAME}")
    keys.enter("Ctrl+W Return Return Return PSN123 Esc F12 Y")
    assert len(keys.entries()) == 2


def test_search_finds_by_the_number_of_stay_receipt_and_settlement(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" {FACTS} Esc F12 Y F2")
    for number in ("ZY20260301", "PJ0077", "SETL9"):
        keys.type(f"F3 {number}")
        assert [row[0] for row in keys.rows()] == ["张*"], number
        keys.type(f"Esc Ctrl+F {TO_FACT} {number}")
        assert [row[0] for row in keys.rows()] == ["1"], number
        keys.type("Esc")
    keys.type(f"Ctrl+F {TO_FACT} ZY2")
    assert "没有" in keys.seen()


def test_they_are_printed_on_the_estimate_the_sheet_and_the_reversal(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" {FACTS} Esc")
    session = keys.program.session

    def printed(sheet: object) -> dict[str, str]:
        assert sheet is not None
        return {pair.label: pair.value for pair in sheet.facts}  # type: ignore[attr-defined]

    estimate = printed(sheet_at_counter(session, session.settings, keys.program.counter_page))
    keys.type("F12 Y")
    entry = session.opened.ledger.journal.entry(1)
    assert entry is not None
    posted = printed(sheet_of_entry(session, session.settings, entry, 1))
    for sheet in (estimate, posted):
        assert sheet["住院（就诊）号"] == "ZY20260301"
        assert (sheet["票据号"], sheet["平台结算号"], sheet["外伤"]) == ("PJ0077", "SETL9", "是")
        assert "PSN123" not in str(sheet)


def test_entering_again_brings_them_and_a_change_of_one_is_a_change(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" {FACTS} Esc F12 Y F6 号码错 F6")
    texts = keys.program.counter_page.visit.texts
    assert texts["mdtrt_id"] == "ZY20260301"
    keys.type("F12")
    assert not keys.label("questionText"), "nothing was changed"
    keys.type("Ctrl+W ZY1 Esc F12 Y")
    assert known(keys, 3)["mdtrt_id"] == "ZY1"
    assert known(keys, 3)["receipt"] == "PJ0077"


def test_the_harness_sees_facts_that_are_lost_on_the_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the posting forgets them."""
    post = posting.post
    monkeypatch.setattr(
        "core.counter.posting.post", lambda counter, **cells: post(counter, **{**cells, "facts": None})
    )
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" {FACTS} Esc F12 Y")
    assert known(keys, 1) == {}
