"""One person under several numbers or names: looked up once, corrected, joined and taken apart, by keys."""

from pathlib import Path

import pytest

from core.counter import Counter, personal_data, persons
from core.ledger.entries import Identifier, Patient, PatientGiven
from core.ledger.operators import Role
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_lookup_by_keys import post
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, OTHER_PIN, figures

A = "220113196004080016"
OLD_CARD = PatientGiven((Identifier("90", "E12345678"),), "张建国")


def test_a_joined_person_stands_once_in_every_search(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    post(keys, OLD_CARD, "card", admitted="2026-05-01", discharged="2026-05-05")
    counter = keys.program.session.opened
    keys.type("F3")
    assert len(keys.rows()) == 2
    keys.type("Esc")
    made = persons.join(counter, A, "E12345678", reason="同一人", operator="王芳")
    assert not isinstance(made, list)
    for search in ("F3", "F3 张", "F3 zjg"):
        keys.type(search)
        assert len(keys.rows()) == 1, search
        keys.type("Esc")
    assert len(counter.search("张建国")) == 1


def test_of_a_forgotten_person_nothing_is_taken_to_the_counter(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    counter = keys.program.session.opened
    assert personal_data.erase(counter, A, "王芳") == 1
    keys.type("Ctrl+F")
    while keys.focus != "list":
        keys.type("Return")
    keys.type("Return Return")
    assert "个人信息已经删去" in keys.seen()


# ---- another name


def test_a_refused_name_leads_to_the_page_that_corrects_it_and_back_to_the_posting(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION.replace("张建国", "张健国") + " F12 Y F2")
    keys.type(A)
    refuse_name(keys)
    assert "账本里这个号码的姓名是“张健国”" in keys.notice
    assert keys.focus == "cell_name"
    keys.type("F7 F7")
    assert keys.title == "姓名与号码 · 张* 2201**********0016"
    assert ["姓名", "张*", "张建国"] in keys.rows()
    keys.type("Return 核对身份证 Return")
    assert "把姓名“张*”更正为“张建国”" in keys.label("questionText")
    keys.type("Return")
    assert keys.program.session.opened.find(A).name == "张健国", "Enter answers nothing"
    keys.type("Y")
    assert keys.notice.startswith("姓名已更正：张*")
    counter = keys.program.session.opened
    assert counter.find(A).name == "张建国"
    assert counter.ledger.verify().fault is None
    assert [act.act.value for act in counter.ledger.trail.acts()][-2:] == ["person_noted", "renamed"]
    keys.type("Esc Esc")
    assert keys.cell("name") == "张建国"
    keys.type("F12 Y")
    assert len(keys.entries()) == 2


def refuse_name(keys: Keys) -> None:
    """A second visit under the same number with the name as it should be."""
    while keys.focus != "cell_name":
        keys.type("Backtab")
    keys.type("张建国 Return 0401 0410 20000 Return 20000 Return F12")


def test_after_a_new_name_lists_search_and_reprint_show_it(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION.replace("张建国", "王小明") + " F12 Y F7 F7 1 张建国 Return 写错 F12 Y Esc")
    keys.program.navigator.page.turn_whole()
    assert "张建国" in keys.title
    keys.type("Esc F2 F3 wxm")
    assert "没有找到" in keys.seen()
    keys.type("Esc F3 zjg")
    assert len(keys.rows()) == 1
    keys.type("Esc Ctrl+F")
    keys.program.navigator.page.turn_whole()
    assert "张建国" in keys.seen()
    from desktop.devices.sheets_of_desk import sheet_of_entry

    session = keys.program.session
    entry = session.opened.ledger.journal.entry(1)
    assert entry is not None
    sheet = sheet_of_entry(session, session.settings._replace(whole=True), entry, 2)
    assert sheet is not None
    assert "张建国" in sheet.person
    assert entry.settlement == session.opened.ledger.journal.entry(1).settlement


# ---- two who are one


def joined(desk: Desk, settings: object = None) -> Keys:
    """A window on the page of a patient with an admission, where another card of his has one, too."""
    keys = desk() if settings is None else desk(settings)
    keys.enter(FIRST_ADMISSION + " F12 Y")
    post(keys, OLD_CARD, "card", admitted="2026-05-01", discharged="2026-05-05", eligible="60000.00")
    keys.type("F7 F7 2")
    return keys


def test_both_people_and_their_totals_are_shown_before_they_are_joined(desk: Desk) -> None:
    keys = joined(desk)
    keys.type("E12345678")
    rows = {row[0]: row[1:] for row in keys.rows()}
    assert rows["姓名"] == ["张*", "张*", "张*"]
    assert rows["证件号"][:2] == ["2201**********0016", "E1*****78"]
    assert rows["2026  住院次数"] == ["1", "1", "2"]
    totals = [keys.program.session.opened.totals(p, 2026) for p in people(keys)]
    of_each = [f"{each.basic_paid / 100:,.2f}" for each in totals]
    assert rows["2026  统筹基金支付累计"][:2] == of_each
    assert any(name.startswith("第 2 号 2026-05-05") for name in rows), rows
    assert "1 笔的分担会不同" in keys.seen()
    assert len(people(keys)) == 2, "nothing is done yet"
    keys.shot("join_before")
    keys.type("Return 同一人两张证 Return")
    assert "合并后姓名为 张*；1 笔" in keys.label("questionText")
    keys.type("Y")
    assert keys.notice.startswith("已合并为一人")
    one, other = people(keys)
    assert one.person == other.person
    assert (
        rows["2026  统筹基金支付累计"][2]
        == f"{keys.program.session.opened.totals(one, 2026).basic_paid / 100:,.2f}"
    )
    assert keys.program.session.opened.ledger.verify().fault is None
    keys.type("Esc")
    assert len(keys.rows()) == 2, "the history is that of the person"


@pytest.mark.parametrize(
    ("kind", "number", "days"),
    [
        ("01", "110101199003078515", ("1960-04-08", "1990-03-07")),
        ("990201", "22011319850512432X-20261101-1", ("1960-04-08", "2026-11-01")),
        ("01", "220113600408001", None),
        ("90", "E12345678", None),
    ],
)
def test_two_days_of_birth_are_said_before_two_people_are_joined(
    kind: str, number: str, days: tuple[str, str] | None
) -> None:
    one = Patient("a", "张建国", (Identifier("01", A),))
    said = persons.births_apart(one, one._replace(identifiers=(Identifier(kind, number),)))
    assert (None if said is None else tuple(said.params.values())) == days


def people(keys: Keys) -> list:
    counter = keys.program.session.opened
    return [counter.find(A), counter.find("E12345678")]


def test_a_join_is_taken_back_and_both_have_their_own_totals_again(desk: Desk) -> None:
    keys = joined(desk)
    counter = keys.program.session.opened
    before = [counter.totals(each, 2026) for each in people(keys)]
    keys.type("E12345678 Return 同一人 F12 Y 3")
    assert "1 张*" in keys.seen()
    keys.type("Return 不是同一人 F12")
    assert "拆开？" in keys.label("questionText")
    keys.type("Y")
    assert keys.notice.startswith("已拆开")
    assert [counter.totals(each, 2026) for each in people(keys)] == before
    assert counter.ledger.verify().fault is None
    keys.type("3 Return")
    assert "没有合并过" in keys.seen()


def test_several_of_a_name_are_chosen_from_a_list_and_a_card_may_be_read(desk: Desk) -> None:
    keys = joined(desk)
    post(keys, PatientGiven((Identifier("01", "220102198001010011"),), "张建军"), "jun")
    keys.type("zj Return")
    assert len(keys.rows()) == 2
    keys.type("Down Return")
    assert keys.focus == "cell_reason"
    assert keys.program.navigator.page.texts["value"] in ("220102198001010011", "E12345678")
    keys.type("Esc")
    assert keys.program.navigator.page.name == "patient"
    keys.type("F7")
    keys.scan("220102198001010011")
    page = keys.program.navigator.page
    assert (page.name, page.texts["act"], page.texts["value"]) == ("person", "join", "220102198001010011")


def test_a_number_that_nobody_has_becomes_the_patient_s_and_can_be_taken_away(desk: Desk) -> None:
    keys = desk()
    keys.type("F2")
    post(keys, OLD_CARD, "card")
    keys.type(f"E12345678 Return F7 F7 2 {A}")
    assert "账本里没有这个号码" in keys.seen()
    keys.type("Return 补办身份证 F12")
    assert "2201**********0016" in keys.label("questionText")
    keys.type("Y")
    counter = keys.program.session.opened
    assert counter.find(A).person == counter.find("E12345678").person
    assert counter.ledger.verify().fault is None
    keys.type(f"Esc F2 {A}")
    assert keys.cell("name") == "张建国"
    keys.type("F7 F7 3 Return 弄错 F12 Y")
    assert counter.find(A).person != counter.find("E12345678").person


def test_the_same_person_a_wrong_digit_and_nobody_are_said(desk: Desk) -> None:
    keys = joined(desk)
    keys.type(f"{A} Return")
    assert "已经是同一个人" in keys.seen()
    keys.type("Backtab 2 220113196004080099")
    assert "校验" in keys.seen()
    keys.type("Backtab 2 qqq Return F12")
    assert "没有找到" in keys.seen()
    assert not keys.label("questionText")


def test_at_a_guarded_desk_a_supervisor_proves_to_be_there_and_the_clerk_stays(
    desk: Desk, tmp_path: Path
) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    counter = keys.program.session.opened
    counter.add_operator("钱", Role.CLERK, OTHER_PIN)
    chief = counter.operator.name
    keys.enter(FIRST_ADMISSION + " F12 Y")
    counter.sign_in("钱", OTHER_PIN)
    keys.program.session.settings = keys.program.session.settings._replace(operator="钱")
    keys.type("F7 F7 1 张建新 Return 写错 Return")
    assert keys.focus == "cell_supervisor"
    keys.type(f"钱 Return {OTHER_PIN} Return Y")
    assert counter.find(A).name == "张建国", "a clerk's own PIN does not do"
    assert keys.faults
    page = keys.program.navigator.page
    page.texts["supervisor"] = "1"
    page.texts["pin"] = "wrong"
    keys.type("F12 Y")
    assert counter.find(A).name == "张建国"
    page.texts["pin"] = PIN
    page.faults = {}
    keys.type("F12 Y")
    assert keys.notice.startswith("姓名已更正"), keys.notice
    assert counter.find(A).name == "张建新"
    act = counter.ledger.trail.acts()[-1]
    assert (act.act.value, act.operator, act.detail["reason"]) == ("renamed", chief, "写错")
    assert counter.operator.name == "钱"
    assert page.texts["pin"] == ""


def test_a_supervisor_at_the_desk_types_the_pin_after_the_reason_and_it_is_never_seen(
    desk: Desk, tmp_path: Path
) -> None:
    """The name that stands there is passed over: a PIN typed next would stand in it for everybody."""
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.enter(f"{FIRST_ADMISSION} F12 Y F7 F7 1 张建新 Return 写错 Return")
    assert keys.focus == "cell_pin"
    keys.type(PIN)
    assert PIN not in keys.seen()
    keys.type("Return Y")
    assert keys.program.session.opened.find(A).name == "张建新"


def test_the_harness_sees_a_join_that_is_made_while_it_is_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: looking joins."""

    def joins(counter: Counter, one: Patient, other: Patient) -> persons.WouldBe:
        persons.join(counter, one.document.id, other.document.id, reason="看", operator="王芳")
        return persons.WouldBe(one.name, [], [])

    monkeypatch.setattr("core.counter.persons.would_join", joins)
    keys = joined(desk)
    keys.type("E12345678")
    one, other = people(keys)
    assert one.person == other.person
