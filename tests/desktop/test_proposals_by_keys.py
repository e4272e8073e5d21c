"""What the ledger knows is proposed, with the entry that it follows from; the clerk's own text stays."""

import pytest

from desktop.presenters.counter import proposals
from tests.desktop.conftest import Desk
from tests.desktop.keys import Keys

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
