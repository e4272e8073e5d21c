"""A reader that types into the real window, whatever has the focus."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from core.exchange import sheet_code
from desktop.devices.card_reader import PAUSE
from desktop.presenters.counter.scanner import Scanner
from desktop.presenters.visit.sheet_page import SheetPage
from desktop.views.choice import Choice
from desktop.views.text_field import TextField
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, NAMED, Keys

OTHER = "22010219500101001X"
TOKEN = "28C8A0D7F3E94B60A1B2C3D4E5F60718"
VISIT = "220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return"


@pytest.mark.each_value
@pytest.mark.parametrize("enter", [True, False], ids=["enter", "pause"])
@pytest.mark.parametrize(
    ("before", "cell"),
    [
        ("", "id"),
        ("2201", "id"),
        ("220113196004080016 Return 张", "name"),
        ("220113196004080016 Return 张建国 Return", "benefit"),
        ("220113196004080016 Return 张建国 Return 1 2 03", "admitted"),
        (f"{VISIT} 520", "total"),
    ],
)
def test_a_card_goes_into_the_id_cell_of_a_form_that_is_nobody_else_s(
    desk: Desk, before: str, cell: str, enter: bool
) -> None:
    keys = desk()
    empty = dict(keys.program.counter_page.visit.texts)
    keys.type(before)
    held = dict(keys.program.counter_page.visit.texts)
    keys.scan(OTHER, enter)
    form = keys.program.counter_page.visit.texts
    assert {name: text for name, text in form.items() if text} == {**empty, "id": OTHER}
    assert keys.focus == "cell_name"
    if cell != "id":
        keys.type("Ctrl+Z")
        assert keys.program.counter_page.visit.texts == held


def test_a_card_is_read_after_posting_and_begins_the_next_patient(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    keys.scan(OTHER)
    assert keys.cell("id") == OTHER
    assert keys.label("posted") == ""
    keys.type("F2")
    keys.scan("220113196004080016")
    assert keys.cell("name") == "张建国"
    assert keys.focus == "cell_admitted"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("page", ["F3", "F5", "F7", "F8", "F10", "F11"])
def test_a_card_is_caught_on_every_page(desk: Desk, page: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + f" F12 Y {page}")
    keys.scan(OTHER)
    texts = [one.text() for one in keys.window.findChildren(QLineEdit) if one.isVisible()]
    assert OTHER in texts
    assert not [text for text in texts if OTHER[:3] in text and text != OTHER]


def test_what_a_page_s_cell_held_stands_there_again(desk: Desk) -> None:
    keys = desk()
    keys.type("F5")
    keys.type("Return")
    cell = keys.app.focusWidget()
    assert isinstance(cell, TextField | Choice)
    before, name = cell.text(), cell.name
    keys.scan(OTHER)
    assert keys.cell("id") == OTHER
    keys.type("F5")
    again = keys.window.pages.currentWidget().findChild(type(cell), f"cell_{name}")
    assert again.text() == before


def test_a_card_read_while_a_question_stands_answers_nothing(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12")
    for text in ("Y2345678", "YYYYYYYYYY", "12345678Y", OTHER):
        keys.scan(text)
        QTest.qWait(60)
        assert keys.label("questionText")
        assert keys.entries() == []
    keys.type("Y")
    assert len(keys.entries()) == 1
    assert keys.cell("id") == "220113196004080016"


def test_the_electronic_credential_is_neither_shown_nor_kept(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{VISIT} 520")
    shown: set[str] = set()
    keys.moment += 100
    for at in range(len(TOKEN)):
        keys.moment += 4
        keys.send(0, text=TOKEN[at], then=False)
        shown.add(keys.cell("total"))
    keys.moment += 4
    keys.send(0x01000005)
    assert max(map(len, shown)) <= len("520") + 3
    assert "电子凭证" in keys.notice
    assert keys.cell("total") == "520"
    assert keys.cell("id") == "220113196004080016"
    assert all(
        TOKEN[:6] not in text
        for step in keys.program.counter_page.history.past
        for text in step.texts.values()
    )
    keys.shot("credential")


def code_of(keys: Keys) -> str:
    """The code of the entry at the counter."""
    program = keys.program
    assert program.session.counter is not None
    worked, entry = program.counter_page.visit.worked, program.counter_page.visit.entry
    assert worked is not None
    return str(program.session.counter.sheet_code(worked, entry.number if entry else None))


def test_a_damaged_code_of_our_own_sheet_is_said(desk: Desk) -> None:
    keys = desk()
    keys.scan("MZ1:H4sIAAAAAAAAA-2026.abcDEF123")
    assert "二维码" in keys.notice
    assert keys.cell("id") == ""


def test_a_sheet_of_this_ledger_is_worked_out_again_and_leads_to_its_patient(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    code = code_of(keys)
    keys.type("F2")
    keys.scan(code)
    assert keys.title == "核对单据"
    assert keys.notice.startswith("相符")
    assert "第 1 号" in keys.seen()
    assert ["16,592.00", "16,592.00"] in [row[1:] for row in keys.rows()]
    keys.shot("sheet_checked")
    keys.type("Return")
    assert "就诊记录" in keys.title


def test_a_sheet_of_a_reversed_entry_says_so_first_and_not_that_it_holds(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    code = code_of(keys)
    keys.type("F6 录错 F12 Y Esc")
    assert "已冲正" in keys.label("posted") + keys.seen()
    keys.scan(code)
    assert keys.title == "核对单据"
    assert keys.notice.startswith("本账本第 1 号，已冲正（第 2 号）")
    notice = keys.program.navigator.page.notice
    assert notice is not None
    assert notice.kind == "wrong"


def test_a_sheet_of_an_entry_that_was_settled_again_names_the_one_that_stands(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2 220113196004080016 0401 0410 20000 Return 20000 Return F12 Y")
    code = code_of(keys)
    keys.type("F7 Down F6 录错 Return 1 F12 Y Esc Esc F2")
    keys.scan(code)
    assert "第 2 号，已冲正（第 4 号）并重新结算：现以第 5 号为准" in keys.notice


def test_a_sheet_of_other_figures_differs_and_an_estimate_is_nobody_s_entry(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    code = code_of(keys)
    keys.scan(code)
    assert "测算单" in keys.seen()
    keys.type("Return Esc")
    assert keys.cell("id") == "220113196004080016", "what was typed is still there"
    coded = sheet_code.decode(code)
    assert isinstance(coded, sheet_code.Coded)
    amounts = {**coded.amounts, "psn_part_amt": 100}
    navigator = keys.program.navigator
    navigator.open(
        SheetPage(
            keys.program.session,
            navigator.render,
            coded._replace(amounts=amounts, entry=7),
            keys.program.pages.lookup.patient,
        )
    )
    assert keys.notice.startswith("不符")
    assert "不在本账本" in keys.seen()
    page = SheetPage(keys.program.session, navigator.render, coded._replace(entry=4711), print)
    assert page.notice is not None
    assert (page.notice.kind, "第 4711 号不在本账本里" in page.notice.text) == ("wrong", True)
    keys.type("Esc")
    other = coded._replace(pack=("jilin/nowhere", "2026-01-01", "0"))
    page = SheetPage(keys.program.session, navigator.render, other, print)
    assert page.notice is not None
    assert "--" not in page.notice.text


def test_with_the_input_method_on_committed_pieces_are_a_burst_too(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{VISIT} 520")
    QTest.qWait(PAUSE)
    for piece in (*OTHER[:17], "x"):
        event = QInputMethodEvent()
        event.setCommitString(piece)
        keys.app.sendEvent(keys.app.focusWidget(), event)
    QTest.qWait(PAUSE + 30)
    assert keys.cell("id") == OTHER
    assert keys.focus == "cell_name"
    keys.type("Ctrl+Z")
    assert keys.cell("total") == "520"


def test_words_from_the_input_method_are_typing(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return")
    event = QInputMethodEvent()
    event.setCommitString("买买提江阿不都热合曼")
    keys.app.sendEvent(keys.app.focusWidget(), event)
    QTest.qWait(PAUSE + 30)
    assert keys.cell("name") == "买买提江阿不都热合曼"


def test_a_fast_hand_and_a_held_key_are_not_caught(desk: Desk) -> None:
    keys = desk()
    keys.type(VISIT)
    for character in "12345678":
        keys.moment += 40
        keys.send(0, text=character)
    assert keys.cell("total") == "12345678"
    keys.type("Return")
    for _ in range(12):
        keys.moment += 30
        keys.send(0, text="9", held=True)
    assert keys.cell("eligible") == "9" * 12
    assert keys.cell("id") == "220113196004080016"


@pytest.mark.parametrize("text", ["zhangjianguo", "52000.00+12"])
def test_a_burst_that_is_no_card_is_typed_after_all(desk: Desk, text: str) -> None:
    keys = desk()
    keys.type("220113196004080016 Return")
    keys.scan(text, enter=False)
    assert keys.cell("name") == text
    assert keys.focus == "cell_name"


def test_eight_digits_in_the_cell_of_a_day_are_a_day_however_fast(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return 1 2")
    keys.scan("20260301")
    assert keys.cell("admitted") == "2026-03-01"
    assert keys.focus == "cell_discharged"


def test_an_enter_after_the_pause_still_belongs_to_the_card(desk: Desk) -> None:
    keys: Keys = desk()
    keys.scan(OTHER, enter=False)
    assert keys.focus == "cell_name"
    keys.moment += 70
    keys.send(0x01000005)
    assert keys.focus == "cell_name"
    keys.type("张建国 Return")
    assert keys.focus == "cell_benefit"


A = "220113196004080016"
CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
ENTER = (int(Qt.Key.Key_Return), NONE, "\r")
TAB = (int(Qt.Key.Key_Tab), NONE, "\t")
HOLD = (int(Qt.Key.Key_Control), CONTROL, "")
LINE_FEED = (int(Qt.Key.Key_J), CONTROL, "\n")
RETURN = (int(Qt.Key.Key_M), CONTROL, "\r")
STX, ETX = (int(Qt.Key.Key_B), CONTROL, "\x02"), (int(Qt.Key.Key_C), CONTROL, "\x03")
BARE_STX, BARE_ETX = (0, NONE, "\x02"), (0, NONE, "\x03")
Sent = tuple[int, Qt.KeyboardModifier, str]


def read_between(keys: Keys, before: tuple[Sent, ...], number: str, after: tuple[Sent, ...]) -> None:
    """A reader that puts keys of its own around a number."""
    keys.moment += 120
    for key, modifiers, text in (*before, *((0, NONE, each) for each in number), *after):
        keys.moment += 4
        keys.send(key, modifiers, text, then=key != 0)
    QTest.qWait(PAUSE + 30)


AROUND: list[tuple[tuple[Sent, ...], tuple[Sent, ...]]] = [
    ((), (ENTER, ENTER)),
    ((), (ENTER, ENTER, ENTER)),
    ((), (ENTER, HOLD, LINE_FEED)),
    ((), (TAB, ENTER)),
    ((), (ENTER, TAB)),
    ((), (RETURN,)),
    ((STX,), (ETX,)),
    ((BARE_STX,), (BARE_ETX,)),
    ((BARE_STX,), (BARE_ETX, ENTER)),
]


@pytest.mark.each_value
@pytest.mark.parametrize("half_typed", [False, True])
@pytest.mark.parametrize(("before", "after"), AROUND)
def test_the_keys_that_a_reader_puts_around_a_number_do_nothing(
    desk: Desk, before: tuple[Sent, ...], after: tuple[Sent, ...], half_typed: bool
) -> None:
    """A line feed after the return made today the day of admission, and Ctrl+J opened a page."""
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    if half_typed:
        keys.type(f"{OTHER} Return 李四 Return 1 2 0401 0402 Return 520")
        assert keys.cell("total") == "520"
    read_between(keys, before, A, after)
    assert keys.program.navigator.at_counter
    assert (keys.cell("id"), keys.cell("name")) == (A, "张建国")
    assert [keys.cell(name) for name in ("admitted", "discharged", "total")] == ["", "", ""]
    assert keys.focus == "cell_admitted"
    assert "上一格已录完" not in keys.notice, "of an Enter that nobody pressed nothing is said"


def row(keys: Keys, text: str, end: tuple[Sent, ...] = (ENTER,)) -> None:
    """A reader that sends several fields, with the keys of a tab or an Enter between them."""
    between = {"\t": TAB, "\n": ENTER}
    read_between(keys, tuple(between.get(each, (0, NONE, each)) for each in text), "", end)


ROWS = [
    "1|{id}|{name}|",
    "{name}\t男\t汉\t19500101\t吉林省长春市人民大街100号\t{id}\t长春市公安局\t长期",
    "{name}\t{id}",
    "{id}\t{name}",
    "{name}\n{id}",
    "{name}\n男\n汉族\n{id}\n吉林省长春市",
    "{id}\n{name}",
    "{id}\n{name}\n男\n汉族",
    "{id},{name},男",
]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("end", [(ENTER, LINE_FEED), (TAB,), ()])
def test_a_row_of_a_card_brings_number_and_name_and_nothing_else(desk: Desk, end: tuple[Sent, ...]) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    for sent in ROWS:
        row(keys, sent.format(id=OTHER, name="李四"), end)
        assert [keys.cell(name) for name in ("id", "name", "benefit")] == [OTHER, "李四", ""], sent
        assert keys.focus == "cell_benefit", sent
        keys.enter("1 2 0401 0402 Return 520")
        row(keys, sent.format(id=A, name="张建国"), end)
        assert [keys.cell(name) for name in ("id", "name", "admitted", "total")] == [A, "张建国", "", ""], (
            sent
        )
        assert (keys.focus, keys.faults) == ("cell_admitted", []), sent
        keys.type("Ctrl+Z")
        assert [keys.cell(name) for name in ("id", "name", "total")] == [OTHER, "李四", "520"], sent
        keys.type("F2")


def test_another_name_on_the_card_is_said_and_the_one_on_file_stands(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    row(keys, f"1|{A}|张建军|")
    assert keys.cell("name") == "张建国"
    assert "卡上的姓名是“张建军”" in keys.notice


def test_a_stripe_without_a_number_is_said_in_a_sentence(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{VISIT} 520")
    row(keys, ";6217001234567890123=25122010000?")
    assert "没有读到证件号" in keys.notice
    assert (keys.cell("id"), keys.cell("total"), keys.focus) == (A, "520", "cell_total")


def test_a_name_after_a_row_without_a_number_is_nobody_s_here(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{OTHER} Return")
    assert keys.focus == "cell_name"
    row(keys, "1|男|汉族|长期|\n李四")
    QTest.qWait(PAUSE + 30)
    assert (keys.cell("id"), keys.cell("name"), keys.focus) == (OTHER, "", "cell_name")
    assert "没有读到证件号" in keys.notice


def test_the_code_on_a_paper_goes_into_the_cell_for_its_number(desk: Desk) -> None:
    """The number of the stay and of the receipt have codes of digits, as a card has."""
    keys = desk()
    keys.enter(f"{VISIT} 52000 Return Ctrl+W")
    keys.scan("0012345678")
    assert keys.focus == "cell_receipt"
    keys.scan("A98765432A")
    facts = keys.program.counter_page.visit.texts
    assert [facts[name] for name in ("mdtrt_id", "receipt", "id")] == ["0012345678", "98765432", A]
    keys.scan(OTHER)
    assert keys.program.navigator.at_counter
    assert (keys.cell("id"), keys.cell("total")) == (OTHER, "")


def test_a_tab_at_a_reader_s_pace_moves_on_where_nothing_was_read(desk: Desk) -> None:
    keys = desk()
    keys.type(VISIT)
    row(keys, "52000\t48000", (TAB,))
    QTest.qWait(PAUSE + 30)
    assert [keys.cell(name) for name in ("total", "eligible")] == ["52,000.00", "48,000.00"]


def test_the_rows_catch_a_tab_that_ends_a_burst(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: every key between two fields is acted on."""
    monkeypatch.setattr(Scanner, "waits_at", lambda *_: False)
    keys = desk()
    row(keys, f"李四\t男\t{OTHER}")
    assert [keys.cell(name) for name in ("id", "name")] != [OTHER, "李四"]


def test_the_harness_sees_a_line_feed_that_is_taken_for_an_enter(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: nothing more is expected after the Enter that ends a number.

    The first one more is told to somebody who pressed it though the cell was full; the next is today.
    """
    monkeypatch.setattr(Scanner, "expect_enter", lambda *_: None)
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    read_between(keys, (), A, (ENTER, ENTER))
    assert "上一格已录完" in keys.notice
    keys.type("F2")
    read_between(keys, (), A, (ENTER, ENTER, ENTER))
    assert keys.cell("admitted") == "2026-11-22"


def test_a_shortcut_s_key_at_a_reader_s_pace_is_the_reader_s(desk: Desk) -> None:
    """The window system asks first whether a key is a shortcut; Ctrl goes down before it."""
    keys = desk()
    keys.moment += 120
    for key, modifiers, text in (*((0, NONE, each) for each in A), HOLD):
        keys.moment += 4
        keys.send(key, modifiers, text, then=False)
    keys.moment += 4
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_J, CONTROL, "\n")
    event.setTimestamp(keys.moment)
    event.ignore()
    keys.app.sendEvent(keys.app.focusWidget(), event)
    assert event.isAccepted()
    keys.moment += 200
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_J, CONTROL, "\n")
    event.setTimestamp(keys.moment)
    event.ignore()
    keys.app.sendEvent(keys.app.focusWidget(), event)
    assert not event.isAccepted()


def test_two_cards_within_a_second_are_two_people(desk: Desk) -> None:
    keys = desk()
    keys.scan(OTHER)
    keys.type("李四 Return 1 2 0401 0402 Return 520 Return 500 Return")
    for number in (A, "220113198003030027"):
        keys.scan(number)
    assert keys.cell("id") == "220113198003030027"
    assert [keys.cell(name) for name in ("name", "total", "eligible")] == ["", "", ""]
    keys.type("Ctrl+Z Ctrl+Z")
    assert (keys.cell("id"), keys.cell("total")) == (OTHER, "520.00")


def test_two_cards_at_once_never_reach_the_amounts(desk: Desk) -> None:
    """Of two numbers in one burst none is taken; one that follows another person's is not, and it is said."""
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    one, another = "220113196004080016", "110101199003078515"
    keys.scan(one + another)
    assert (keys.cell("id"), keys.notice[:8]) == ("", "一次读到几个号码")
    keys.moment += 500
    before = ""
    for text in (*one, "", *another, ""):
        keys.moment += 4
        keys.send(0 if text else NAMED["Enter"], text=text, held=text == before, then=False)  # as X11 says
        before = text
    QTest.qWait(PAUSE + 30)
    assert [keys.cell(name) for name in ("id", "admitted", "total")] == [one, "", ""]
    assert keys.notice.startswith("又读到另一个人的证件号")


def test_the_rest_of_a_number_whose_beginning_came_too_slowly_is_no_card(desk: Desk) -> None:
    """A reader that stumbles after three characters: the other fifteen are nobody's card."""
    keys = desk()
    keys.type(f"{VISIT} 520 Return 500 Return 10 Return")
    keys.moment += 120
    for gap, character in zip((0, 4, 4, 60, *(4,) * 14), A, strict=True):
        keys.moment += gap
        keys.send(0, text=character, then=False)
    keys.moment += 4
    keys.send(NAMED["Enter"])
    assert (keys.cell("id"), keys.cell("id_type"), keys.cell("total")) == (A, "01", "520.00")
    assert keys.faults


def test_two_equal_digits_of_a_quick_reader_are_no_key_that_is_held(desk: Desk) -> None:
    """X11 says of the second 0 of 00 that it is held, where both came within a millisecond."""
    keys = desk()
    keys.type(f"{VISIT} 520")
    keys.moment += 120
    for before, character in zip(" " + A, A, strict=False):
        keys.send(0, text=character, held=before == character, then=False)
    keys.send(NAMED["Enter"])
    assert keys.cell("id") == A
    assert keys.focus == "cell_name"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("cut", [2, 6, 12, 17, 18])
def test_a_number_that_a_busy_machine_looked_at_too_early_is_read_whole(desk: Desk, cut: int) -> None:
    """The keys bear their moments: a pause that only the machine made ends no number."""
    keys = desk()
    keys.type(f"{VISIT} 520 Return 500 Return 10 Return")
    keys.moment += 120
    for at, character in enumerate(OTHER):
        if at == cut:
            QTest.qWait(PAUSE + 40)
        keys.moment += 4
        keys.send(0, text=character, then=False)
    if cut == len(OTHER):
        QTest.qWait(PAUSE + 40)
    keys.moment += 4
    keys.send(NAMED["Enter"])
    QTest.qWait(PAUSE + 40)
    assert (keys.cell("id"), keys.cell("id_type"), keys.focus) == (OTHER, "01", "cell_name")
    assert [keys.cell(name) for name in ("name", "total", "over_limit")] == ["", "", ""]
    keys.type("Ctrl+Z")
    assert [keys.cell(name) for name in ("id", "total", "over_limit")] == ["220113196004080016", "520.00", ""]


def test_the_harness_sees_a_number_that_is_cut_in_two(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: what a pause has ended never goes on."""
    monkeypatch.setattr(Scanner, "resume", lambda *_: False)
    with pytest.raises(AssertionError):
        test_a_number_that_a_busy_machine_looked_at_too_early_is_read_whole(desk, 12)


# ---- a hand that rolls over its keys


def rolled(keys: Keys, pieces: str, *, roll: int, apart: int) -> None:
    """Type pieces, each a roll of the fingers (``roll`` ms a key), ``apart`` ms after the one before it.

    The window has its turn between two pieces alone, as a busy one has.
    """
    for piece in pieces.split():
        named = NAMED.get(piece)
        for at, character in enumerate([piece] if named else piece):
            keys.moment += roll if at else apart
            keys.send(named or 0, text="" if named else character, then=False)
        keys.app.processEvents()


WHOLE_BILL = "1 2 0301 0310 2 20000 Return 18000 Return 900 Return"
STAND = {
    "benefit": "inpatient",
    "level": "level_2",
    "admitted": "2026-03-01",
    "discharged": "2026-03-10",
    "population": "low_income",
    "total": "20,000.00",
    "eligible": "18,000.00",
    "category_b": "900.00",
}


def standing(desk: Desk, pieces: str, roll: int, apart: int) -> dict[str, str]:
    """The cells of a visit that was typed by rolling over the keys."""
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return")
    rolled(keys, pieces, roll=roll, apart=apart)
    QTest.qWait(PAUSE + 30)
    return {name: keys.cell(name) for name in STAND}


@pytest.mark.each_value
@pytest.mark.parametrize("pieces", [WHOLE_BILL, WHOLE_BILL.replace("0301 0310 2", "03010310 2")])
@pytest.mark.parametrize(("roll", "apart"), [(8, 40), (20, 50), (30, 36), (34, 36), (8, 200)])
def test_a_roll_of_the_fingers_goes_into_the_cells_that_it_reaches(
    desk: Desk, pieces: str, roll: int, apart: int
) -> None:
    """What was held back moves the focus on; the key that comes then is for the next cell."""
    if "03010310" in pieces:
        roll = max(roll, 20)
    assert standing(desk, pieces, roll, apart) == STAND


def test_the_roll_catches_a_key_that_goes_into_the_cell_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.devices.card_reader.CardReader._follow", lambda *_: False)
    assert standing(desk, WHOLE_BILL, 20, 50) != STAND
