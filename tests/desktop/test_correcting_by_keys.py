"""Reverse and enter again: what stood comes back, what was changed is marked, and both are one act."""

import pytest

from core.counter import correcting
from core.messages import Fault, message
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

SECOND = "F2 220113196004080016 0401 0410 20000 Return 20000 Return F12 Y"


def opened(desk: Desk) -> Keys:
    """The first of two visits, on the way to be entered again."""
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} F12 Y {SECOND} F7 Down F6 金额录错 F6")
    return keys


def test_what_stood_is_there_and_the_totals_are_those_without_it(desk: Desk) -> None:
    keys = opened(desk)
    assert [keys.cell(name) for name in ("name", "admitted", "discharged", "total", "category_b")] == [
        "张建国",
        "2026-03-01",
        "2026-03-10",
        "52,000.00",
        "1,200.00",
    ]
    assert keys.focus == "cell_total"
    assert "还没有冲正" in keys.notice
    assert len(keys.entries()) == 2
    assert "第 2 次住院" in keys.program.view.results.steps.accessibleDescription()  # after the April stay


def test_nothing_changed_is_nothing_to_post(desk: Desk) -> None:
    keys = opened(desk)
    keys.type("F12")
    assert "还没有改动" in keys.notice
    assert not keys.window.question.isVisible()  # type: ignore[attr-defined]


def test_what_was_changed_is_marked_and_both_are_one_act(desk: Desk) -> None:
    keys = opened(desk)
    keys.type("50000 Return 46000 Return")
    assert (keys.hint("total"), keys.hint("eligible")) == ("原为 52,000.00", "原为 48,000.00")
    assert keys.program.view.entries.hints["total"].property("warned")
    keys.shot("correction")
    keys.type("F12")
    assert "冲正第 1 号并重新入账" in keys.label("questionText")
    assert "16,592.00 →" in keys.label("questionText")
    keys.type("Return")
    assert len(keys.entries()) == 2
    keys.type("Y")
    first, _second, reversal, again = keys.entries()
    assert (reversal.reverses, reversal.reason, first.reversed_by) == (1, "金额录错", 3)  # type: ignore[attr-defined]
    assert again.request["total"] == "50000.00"  # type: ignore[attr-defined]
    assert "第 1 号已冲正，重新入账为第 4 号" in keys.notice
    keys.enter("F2 220113196004080016 0501 0510 100 Return 100 Return F12 Y")
    assert len(keys.entries()) == 5, "the next form is a new visit"


def refused(*_args: object, **_given: object) -> list[Fault]:
    return [Fault("total", message("ledger.totals_given"))]


def reversed_alone(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Post where the second half of the act is refused; whether the first half was done all the same."""
    monkeypatch.setattr("core.counter.posting.post", refused)
    keys.type("50000 Return F12 Y")
    monkeypatch.undo()
    return len(keys.entries()) != 2


def test_a_refused_posting_reverses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = opened(desk)
    assert not reversed_alone(keys, monkeypatch)
    assert keys.program.counter_page.visit.correction is not None
    keys.type("F12 Y")
    assert len(keys.entries()) == 4


def test_the_look_catches_two_acts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.counter import reversing

    def two_acts(counter: object, number: int, **given: object) -> object:
        reversing.reverse(counter, number, reason="x", operator="王芳")  # type: ignore[arg-type]
        return refused()

    keys = opened(desk)
    monkeypatch.setattr(correcting, "correct", two_acts)
    assert reversed_alone(keys, monkeypatch)


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("way", ["F2 Ctrl+Z", "crash"])
def test_a_form_that_comes_back_is_still_a_correction(desk: Desk, way: str) -> None:
    keys = opened(desk)
    keys.type("50000 Return")
    if way == "crash":
        keys.crash()
        keys = desk()
    else:
        keys.type(way)
    keys.type("F12")
    assert "冲正第 1 号并重新入账" in keys.label("questionText")


def test_an_entry_of_the_wrong_person_is_corrected_by_the_right_number(desk: Desk) -> None:
    keys = opened(desk)
    keys.type("Shift+Return " * 7 + "110101199003078515")
    assert keys.cell("total") == "52,000.00"
    assert keys.hint("id") == "原为 220113196004080016"
    if keys.focus == "cell_id":  # a number that waits for Enter
        keys.type("Return")
    assert keys.focus == "cell_name"
    keys.type("李秀英 Return F12 Y")
    assert [entry.reverses for entry in keys.entries()] == [None, None, 1]  # type: ignore[attr-defined]
    counter = keys.program.session.counter
    assert counter is not None
    other = counter.find("110101199003078515")
    assert other is not None
    assert len(counter.ledger.journal.entries(other.key)) == 1


def test_without_a_reason_nothing_is_taken_along(desk: Desk) -> None:
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} F12 Y F6 F6")
    assert keys.faults == ["请写冲正原因。"]
