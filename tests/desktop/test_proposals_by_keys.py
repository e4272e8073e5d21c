"""What the ledger knows is proposed, with the entry that it follows from; the clerk's own text stays."""

import pytest

from desktop.devices.sheets_of_desk import sheet_of_entry
from desktop.paper.slips import Slip
from desktop.presenters.counter import proposals
from tests.desktop.conftest import Desk
from tests.desktop.keys import Keys
from tests.desktop.test_day_end_by_keys import DAY

ID = "220113196004080016"
FIRST = f"{ID} 张建国 Return 1 1 0301 0305 Return 8000 Return 8000 Return F12 Y F2"
CHRONIC = f"{ID} 张建国 Return 5 1 2 Return 0310 Return 1000 Return 1000 Return F12 Y F2"


def transferred(desk: Desk) -> Keys:
    """A stay at level 1, and the stay at level 2 that went on from it, with the transfer chosen."""
    keys = desk()
    keys.type(FIRST)
    keys.type(f"{ID} Shift+Return 2 0305 0320 20000 Return 20000 Return Ctrl+E 1")
    return keys


def test_the_deductible_before_a_transfer_is_there_with_its_entry(desk: Desk) -> None:
    keys = transferred(desk)
    assert (keys.focus, keys.cell("deductible_paid")) == ("cell_deductible_paid", "200.00")
    assert "第 1 号" in keys.hint("deductible_paid")
    keys.type("150 Return")
    assert (keys.cell("deductible_paid"), keys.hint("deductible_paid")) == ("150.00", "")


def test_the_look_catches_a_desk_that_proposes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "propose", lambda *_: None)
    assert transferred(desk).cell("deductible_paid") == ""


def test_a_stay_long_before_is_no_transfer(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST)
    keys.type(f"{ID} Shift+Return 2 0405 0420 20000 Return 20000 Return Ctrl+E 1")
    assert keys.cell("deductible_paid") == ""


@pytest.mark.parametrize(
    ("disease", "rank", "said"), [("2", "1", "同第 1 号"), ("3", "2", "第 1 号已用病种 2")]
)
def test_a_chronic_disease_has_its_rank(desk: Desk, disease: str, rank: str, said: str) -> None:
    keys = desk()
    keys.type(CHRONIC)
    keys.type(f"{ID} {disease} Return")
    assert keys.cell("disease_rank") == rank
    assert said in keys.hint("disease_rank")


def test_the_last_visit_stands_under_the_number_with_its_day(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST)
    keys.type(ID)
    assert keys.hint("id") == "已有档案：张建国 · 上次 2026-03-05：住院 一级及以下 普通"
    keys.shot("last_visit")


RELIES = f"{ID} Shift+Return 2 0305 0320 20000 Return 20000 Return Ctrl+E 1 F12 Y F7"


def told_of_the_transfer(desk: Desk) -> Keys:
    """A transfer up, and the page that would reverse the stay before it."""
    keys = desk()
    keys.type(f"{FIRST} {RELIES} Down F6")
    assert "冲正第 1 号" in keys.title
    return keys


def says_what_to_type_anew(keys: Keys) -> bool:
    return "第 2 号：此笔向上转诊的已付起付线可能包含被冲正的住院" in keys.seen()


def test_a_reversal_says_which_later_entry_has_to_be_typed_anew(desk: Desk) -> None:
    keys = told_of_the_transfer(desk)
    assert says_what_to_type_anew(keys)
    keys.shot("reversal_retype")


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("again", ["Return", "1 F12"])
def test_what_has_to_be_typed_anew_is_told_after_the_reversal_too(desk: Desk, again: str) -> None:
    keys = told_of_the_transfer(desk)
    keys.type(f"重复录入 Return {again} Y")
    assert "已冲正" in keys.notice
    shown = "第 2 号：" if again == "Return" else "第 5 号："
    assert f"{shown}此笔向上转诊的已付起付线" in keys.seen()


def test_the_look_catches_a_reversal_that_tells_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.counter import typed_on

    monkeypatch.setattr(typed_on.Reliance, "notes", lambda *_: ())
    assert not says_what_to_type_anew(told_of_the_transfer(desk))


def test_an_entry_entered_again_names_the_later_ones_to_check(desk: Desk) -> None:
    keys = told_of_the_transfer(desk)
    keys.type("金额录错 F6 9000 Return 9000 Return F12 Y")
    assert "以后的第 2 号须逐笔核对" in keys.notice


def test_the_slip_and_the_day_name_the_later_entries_to_check(desk: Desk) -> None:
    keys = told_of_the_transfer(desk)
    session = keys.program.session
    session.opened.ledger.connection.now = lambda: DAY
    keys.type("重复录入 Return Return Y")
    reversal = session.opened.ledger.journal.entry(3)
    assert reversal is not None
    slip = sheet_of_entry(session, session.settings, reversal, 1)
    assert isinstance(slip, Slip)
    assert [table.rows[0][0] for table in slip.tables if table.title.startswith("冲正后须")] == ["2"]
    assert any(note.startswith("第 2 号：此笔向上转诊") for note in slip.notes)
    keys.type("Esc Esc Ctrl+J")
    assert "本日冲正后仍须核对的各笔：第 2 号" in keys.seen()
