"""Other examples of what a hand does: each table is a kind of slip, by keys or on the console."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from core import identity
from core.console import main
from core.counter.input_text import identifier_to_keep, newborn_id
from core.messages import Message
from core.names import fold
from desktop.presenters import typed
from desktop.presenters.counter.arrivals import Arrivals
from desktop.presenters.counter.scanner import recognise
from tests.desktop.conftest import TODAY, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_whose_form_by_keys import A, B, of_a

MOTHER = "22011319850512432X"


def paste(keys: Keys, text: str) -> None:
    """Paste over what stands in the ID's cell."""
    keys.type("F4")
    cell = keys.app.focusWidget()
    assert isinstance(cell, QLineEdit)
    cell.selectAll()
    QApplication.clipboard().setText(text)
    keys.control("V")
    keys.app.processEvents()


NOBODY_S = [
    ("01", "12345678901234567X", "identity.placeholder"),
    ("01", "123123123123123123", "identity.placeholder"),
    ("90", "121212121212", "identity.placeholder"),
    ("01", f"ID{A}", "identity.holds"),
    ("99", f"N{A}", "identity.holds"),
    ("99", f"吉{A}", "identity.holds"),
    ("99", f"{A}11", "identity.holds"),
    ("01", "U0A1B-7", "identity.given"),
    ("99", "u0a1b-7", "identity.given"),
]


def test_other_numbers_that_are_nobody_s() -> None:
    said = [identifier_to_keep(kind, number) for kind, number, _ in NOBODY_S]
    assert [each.id if isinstance(each, Message) else each for each in said] == [why for *_, why in NOBODY_S]
    sound = [("01", A), ("01", B), ("90", "6217001234567890123"), ("99", "E12345678"), ("unknown", "U0A1B-7")]
    assert [identifier_to_keep(*each) for each in sound] == [number for _, number in sound]


def test_a_mother_is_held_to_the_rules_of_her_own_number() -> None:
    mothers = ["0" * 18, A.replace("0", "O", 1), f"{A}\u200b", "不详"]
    assert all(isinstance(newborn_id(each, TODAY, 1), Message) for each in mothers)
    assert all(isinstance(identifier_to_keep("990201", f"{each}-20260301-1"), Message) for each in mothers)
    assert newborn_id(MOTHER, TODAY, 1) == f"{MOTHER}-20261122-1"


def test_a_newborn_of_a_placeholder_or_a_look_alike_is_not_posted(desk: Desk) -> None:
    for at, mother in enumerate(["0" * 18, A.replace("0", "O", 1)]):
        keys = desk(folder=f"home{at}")
        keys.enter(f"Backtab 4 {mother} 1101 Return 王某之子 Return 1 2 1101 1110 Return 20000 Return F12 Y")
        assert keys.program.session.opened.ledger.search.people(0, 10) == []


def test_the_harness_sees_a_mother_that_is_believed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: no number is refused."""
    monkeypatch.setattr(identity, "refusal", lambda *_: None)
    monkeypatch.setattr("core.counter.input_text.refusal", lambda *_: None)
    with pytest.raises(AssertionError):
        test_a_mother_is_held_to_the_rules_of_her_own_number()


def test_nobody_is_posted_under_a_number_that_the_program_did_not_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = (
        '{"key": "k", "patient": {"id_type": "unknown", "id": "U0A1B-7", "name": "某"}, "operator": "王",'
        ' "request": {"region": "jilin/example", "benefit": "inpatient", "hospital_level": "level_2",'
        ' "admitted": "2026-03-01", "discharged": "2026-03-10", "eligible": "48000.00"}}'
    )
    (tmp_path / "asked.json").write_text(asked, encoding="utf-8")
    ledger = ["ledger", "--db", str(tmp_path / "l.db"), "--plain"]
    assert main([*ledger, "post", str(tmp_path / "asked.json")]) == 2
    assert "patient.id" in capsys.readouterr().out


@pytest.mark.parametrize("cells", [f"{B}\t李四", f"{B}\n李四\n"])
def test_a_row_pasted_over_a_form_is_another_person_s(desk: Desk, cells: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    paste(keys, cells)
    keys.type("Y")
    assert (keys.cell("id"), keys.cell("name"), of_a(keys)) == (B, "李四", [])
    keys.type("Ctrl+Z")
    assert (keys.cell("id"), len(of_a(keys))) == (A, 4)


def test_the_harness_sees_a_row_that_takes_a_form_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: what is split is put in without asking whose it is."""
    split = Arrivals.split

    def unasked(page: Arrivals, name: str) -> None:
        monkeypatch.setattr(Arrivals, "claim", lambda *_: None)
        split(page, name)

    monkeypatch.setattr(Arrivals, "split", unasked)
    with pytest.raises(AssertionError):
        test_a_row_pasted_over_a_form_is_another_person_s(desk, f"{B}\t李四")


def test_a_row_that_would_go_into_choices_is_not_split(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    paste(keys, f"{B}\t李四\t1\t2")
    assert not keys.label("questionText")
    keys.type("F12 Y")
    assert keys.program.session.opened.ledger.search.people(0, 10) == []


def test_a_visit_whose_number_was_taken_away_is_asked_about(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.type("F4 Backtab 5 F12")
    asked = keys.label("questionText")
    assert "证件号由 2201" in asked
    assert "无证件" in asked
    assert A not in asked


def test_a_card_read_into_a_correction_is_said_and_asked(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F6 录错 F6")
    keys.scan(B)
    assert "如是另一个人，按 F2" in keys.notice
    keys.type("F12")
    assert "证件号由 2201" in keys.label("questionText")


AMOUNTS = [
    *("1200.5.", "1O00", "12·50", "5万2千", "52k", "1；250", "３元．５", "1元2元", "12÷5", "52000｜48000"),
    *("1200\u200b", "\ufeff1200", "1٬250", "(1200)", "1200-", "12:50", "5%", "1,000_000"),
]


def test_other_amounts_that_may_mean_two_are_faults() -> None:
    read = {text: typed.amount(text) for text in AMOUNTS}
    assert [text for text, fen in read.items() if not isinstance(fen, Message)] == []
    day = typed.amount("0301")
    assert isinstance(day, Message)
    assert day.id == "window.fault.day_for_amount"
    wrong = typed.amount("1O00")
    assert isinstance(wrong, Message)
    assert wrong.id == "window.fault.amount"


def test_other_ways_to_write_one_name_are_one() -> None:
    dots = "ㆍ。｡、_*▪∘ᐧ𐄁︒·"
    assert {fold(f"阿依古丽{dot}买买提") for dot in dots} == {fold("阿依古丽买买提")}
    pairs = [("⻢云", "马云"), ("⻩小⽟", "黄小玉"), ("⻓孙", "长孙"), ("⻰⺠", "龙民"), ("⾦⼀", "金一")]
    assert [each for each in pairs if fold(each[0]) != fold(each[1]) or typed.name(each[0]) != each[1]] == []


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        (f"C{A}C", A),
        (f"A{A}B", A),
        (f"a{MOTHER.lower()}d", MOTHER),
        (f"{A}11", A),
        (f"{MOTHER}44", MOTHER),
        (f"01{A}", f"01{A}"),
        (f"{A}99", f"{A}99"),
    ],
)
def test_other_readers_send_other_things_around_a_number(sent: str, number: str) -> None:
    """Start and stop letters of Codabar; a disabled person's card, which adds its kind and degree."""
    scan = recognise(sent)
    assert scan is not None
    assert (scan.text, scan.id_type) == (number, "01" if number in (A, MOTHER) else "90")
