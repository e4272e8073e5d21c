"""The pages beside the counter, by keys."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTableView, QWidget

from core.claim import MONEY_TOTALS, ChronicTotals
from core.counter import posting
from core.ledger.entries import Identifier, PatientGiven
from core.words import words
from desktop.presenters.visit.opening import OpeningPage
from desktop.startup.settings_file import load
from desktop.views.choice import Choice
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

SECOND = "F2 220113196004080016 Return 0401 Return 0410 Return 20000 Return 20000 Return F12 Y"


def two_admissions(desk: Desk) -> Keys:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y " + SECOND)
    assert len(keys.entries()) == 2
    return keys


def test_reversing_lists_what_it_affects_before_anything_is_saved(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F7 Down F6")
    assert "冲正第 1 号" in keys.label("pageTitle")
    rows = keys.window.findChild(QTableView, "list").model()
    assert rows.rowCount() == 1
    before, after = rows.index(0, 2).data(), rows.index(0, 3).data()
    assert before != after
    keys.shot("reversal")
    keys.type("重复录入 F12 Return")
    assert len(keys.entries()) == 2
    keys.type("Y")
    assert len(keys.entries()) == 3
    assert "已冲正" in keys.notice


THIRD = SECOND.replace("0401", "0501").replace("0410", "0510")


def reversing_first(desk: Desk) -> Keys:
    """Three admissions, and the page that would reverse the first of them."""
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} F12 Y {SECOND} {THIRD} F7 Down Down F6")
    assert "冲正第 1 号" in keys.title
    assert [row[0] for row in keys.rows()] == ["2", "3"]
    return keys


def test_later_settlements_are_settled_again_with_the_reversal_where_one_chooses_it(desk: Desk) -> None:
    keys = reversing_first(desk)
    told = [row[3] for row in keys.rows()]
    keys.type("重复录入 Return 1")
    keys.shot("reversal_again")
    assert not keys.label("questionText")
    keys.type("F12 Return")
    assert "重算" in keys.label("questionText")
    assert len(keys.entries()) == 3
    keys.type("Y")
    assert keys.notice == "第 1 号已冲正（冲正记录第 4 号），第 2、3 号已重算，新记录第 7、8 号。Esc 返回。"
    assert [row[0] for row in keys.rows()] == ["2 → 7", "3 → 8"]
    assert [row[3] for row in keys.rows()] == told
    keys.shot("reversal_settled_again")
    standing = [entry for entry in keys.entries() if entry.replaces]
    assert [entry.replaces for entry in standing] == [2, 3]


def test_by_itself_a_reversal_leaves_later_settlements_as_they_are(desk: Desk) -> None:
    keys = reversing_first(desk)
    keys.type("重复录入 Return Return")
    assert keys.label("questionText") == "冲正第 1 号？ 影响以后 2 笔"
    keys.type("Y")
    assert len(keys.entries()) == 4
    assert "请逐笔处理" in keys.seen()


def test_what_stands_in_the_way_of_settling_again_is_said_and_nothing_is_done(desk: Desk) -> None:
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} F12 Y {SECOND} F11 F12 Y Esc F7 Down Down F6 重复录入 Return 1 F12 Y")
    assert "不能重算" in keys.notice
    assert len(keys.entries()) == 3


def test_a_reversal_needs_a_reason(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F6 F12")
    assert keys.faults == ["请写冲正原因。"]
    assert len(keys.entries()) == 2


def test_a_patient_is_found_by_the_beginning_of_the_name(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F2 F3 张")
    keys.shot("find")
    keys.type("F7")
    assert "就诊记录" in keys.label("pageTitle")
    keys.shot("history")
    keys.type("Return")
    assert keys.program.counter_page.visit.texts["name"] == "张建国"
    keys.type("F2 F3 张 Return")
    assert (keys.cell("name"), keys.cell("total"), keys.focus) == ("张建国", "", "cell_admitted")


def test_opening_totals_stand_from_then_on(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F11 F12")
    assert keys.label("questionText")
    keys.shot("opening")
    keys.type("Return")
    assert len(keys.entries()) == 2
    keys.type("Y")
    assert len(keys.entries()) == 3


def test_f9_without_a_printer_saves_a_pdf_and_says_where(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F9")
    (file,) = (tmp_path / "papers").iterdir()
    assert file.read_bytes().startswith(b"%PDF")
    assert file.name in keys.notice
    keys.type("F12 Y F9")
    assert keys.notice


def test_f8_shows_the_clause_of_every_line(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F8")
    rows = keys.window.findChild(QTableView, "list").model()
    sources = [rows.index(at, 3).data() for at in range(rows.rowCount())]
    assert "吉医保联〔2019〕21号 附件3" in sources
    keys.shot("clauses")
    keys.type("Esc")
    assert keys.figure == "¥ 16,592.00"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("key", ["", "F3", "F5", "F8", "F11"])
def test_every_widget_that_takes_input_has_an_accessible_name(desk: Desk, key: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " Ctrl+E " + key)
    nameless = [
        widget.objectName()
        for kind in (QLineEdit, Choice, QAbstractButton, QTableView)
        for widget in keys.window.findChildren(kind)
        if isinstance(widget, QWidget) and widget.isVisible() and not widget.accessibleName()
        if not widget.objectName().startswith("qt_") and type(widget).__module__.startswith("desktop")
    ]
    assert nameless == []


def test_damaged_settings_are_as_good_as_none(tmp_path: Path) -> None:
    for text in ("", "[]", '{"level": 3, "hospital": "甲"}', "\x00{"):
        (tmp_path / "settings.json").write_text(text, encoding="utf-8")
        assert load(tmp_path).level == ""
    (tmp_path / "settings.json").write_text(json.dumps({"level": "level_2"}), encoding="utf-8")
    assert load(tmp_path).level == "level_2"


def test_home_before_the_first_paint_is_the_cores_home(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.places import home
    from desktop.app import home_before_paint

    assert QStandardPaths.StandardLocation.GenericDataLocation
    monkeypatch.delenv("MINGZHANG_HOME", raising=False)
    assert home_before_paint() == home()
    monkeypatch.setenv("MINGZHANG_HOME", "/somewhere")
    assert home_before_paint() == home()


def _open(keys: Keys) -> "OpeningPage":
    keys.type("F11")
    page = keys.program.navigator.page
    assert isinstance(page, OpeningPage)
    return page


def _post_chronic(keys: Keys, disease: int) -> None:
    counter = keys.program.session.counter
    assert counter is not None
    posted = posting.post(
        counter,
        key=f"chronic {disease}",
        patient=PatientGiven((Identifier("01", "220113196004080016"),), "张建国"),
        operator="王芳",
        request={
            "region": "jilin/example",
            "benefit": "chronic_outpatient",
            "disease": disease,
            "hospital_level": "level_1",
            "discharged": "2026-03-01",
            "eligible": "1000.00",
        },
    )
    assert not isinstance(posted, list), posted


def test_an_opening_keeps_every_disease_that_it_does_not_change(desk: Desk) -> None:
    keys = desk()
    _post_chronic(keys, 1)
    _post_chronic(keys, 2)
    counter = keys.program.session.counter
    assert counter is not None
    patient = counter.find("220113196004080016")
    before = counter.totals(patient, 2026)
    assert set(before.chronic) == {1, 2}
    page = _open(keys)
    page.typed("id", "220113196004080016")
    page.typed("name", "张建国")
    page.typed("in_scope", "5000")
    page.typed("chronic_disease", "2")
    page.typed("chronic_paid", "700")
    keys.type("F12 Y")
    after = counter.totals(patient, 2026)
    assert after.in_scope == 500_000
    assert after.chronic[1] == before.chronic[1]
    assert after.chronic[2] == before.chronic[2]._replace(paid=70_000)


def test_another_patient_or_year_leaves_no_figure_of_the_first(desk: Desk) -> None:
    keys = two_admissions(desk)
    page = _open(keys)
    assert page.texts["admissions"] == "2"
    page.typed("year", "2025")
    assert page.texts["admissions"] == "0"
    assert page.texts["basic_paid"] == "0.00"
    page.typed("id", "somebody else")
    assert "admissions" not in page.texts


def test_an_opening_without_a_figure_or_a_disease_s_number_is_not_saved(desk: Desk) -> None:
    keys = desk()
    page = _open(keys)
    page.typed("id", "220113196004080016")
    page.typed("name", "张建国")
    keys.type("F12")
    assert "一项累计也没有填；确实没有就填 0。" in keys.faults
    page.typed("chronic_paid", "700")
    keys.type("F12")
    assert "填了慢病金额，请写病种号。" in keys.faults
    page.typed("special_deductible", "100")
    keys.type("F12")
    assert "填了特病金额，请写特病病种号。" in keys.faults
    assert keys.entries() == []


def test_an_opening_states_the_totals_of_special_outpatient_diseases(desk: Desk) -> None:
    keys = desk()
    page = _open(keys)
    page.typed("id", "220113196004080016")
    page.typed("name", "张建国")
    page.typed("in_scope", "5000")
    page.typed("special_disease", "42")
    page.typed("special_in_scope", "1000")
    page.typed("special_paid", "700")
    page.typed("special_deductible", "300")
    keys.type("F12 Y")
    assert page.faults.keys() == {"special_disease"}, "annex 2 has 41 diseases"
    page.typed("special_disease", "21")
    keys.type("F12 Y")
    counter = keys.program.session.counter
    assert counter is not None
    patient = counter.find("220113196004080016")
    assert counter.totals(patient, 2026).special == {21: ChronicTotals(100_000, 70_000, 30_000)}
    keys.type("Esc")
    page = _open(keys)
    page.typed("id", "220113196004080016")
    page.typed("special_disease", "21")
    assert page.texts["special_paid"] == "700.00"
    keys.shot("opening_special")


def test_an_opening_says_which_totals_count_as_nothing_and_takes_no_half_of_a_disease(desk: Desk) -> None:
    keys = desk()
    page = _open(keys)
    page.typed("id", "220113196004080016")
    page.typed("name", "张建国")
    page.typed("in_scope", "5000")
    page.typed("chronic_disease", "2")
    page.typed("chronic_paid", "700")
    keys.type("F12")
    assert keys.faults == ["填了病种就把三项都填上；没有的填 0。"] * 2
    assert page.faults.keys() == {"chronic_in_scope", "chronic_deductible"}
    page.typed("chronic_in_scope", "1200")
    page.typed("chronic_deductible", "0")
    keys.type("F12")
    asked = keys.label("questionText")
    assert asked.startswith("空着的按 0 计：")
    assert words().text("total.basic_paid") in asked
    assert words().text("total.in_scope") not in asked
    keys.type("N")
    for name in ("admissions", *MONEY_TOTALS):
        page.typed(name, page.texts.get(name) or "0")
    keys.type("F12")
    assert "按 0 计" not in keys.label("questionText")


def test_the_year_that_is_complete_can_be_posted_where_the_own_year_is_not(desk: Desk) -> None:
    keys = desk()
    keys.type(
        "220113196004080016 Return 张建国 Return 1 2 20251220 Return 20251225 Return Return "
        "90000 Return 90000 Return Return Ctrl+E"
    )
    keys.program.counter_page.typed("settled", "2026-01-05")
    keys.type("F12 Y")
    assert keys.entries() == []
    keys.type("F12 U")
    (entry,) = keys.entries()
    assert entry.year == 2026
    assert keys.figure == "¥ 15,112.00"  # what was posted, no longer what the own year lacks
    assert keys.program.counter_page.state.posted


def test_names_and_numbers_on_lists_are_hidden_until_a_key_asks_for_them(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F2 F3 张")
    assert "张建国" not in keys.seen()
    assert "220113196004080016" not in keys.seen()
    assert keys.rows() == [["张*", "2201**********0016"]]
    keys.type("Ctrl+N")
    assert keys.rows() == [["张建国", "220113196004080016"]]
    keys.type("F7")
    assert "张建国" in keys.title
    keys.type("Ctrl+N")
    assert "张建国" not in keys.title
    keys.type("Ctrl+N Esc Esc F3 张")
    assert keys.rows() == [["张*", "2201**********0016"]], "left and come back: hidden again"


CARD = "22010219500101001X"


def test_esc_goes_back_from_a_reversal_to_the_list_that_it_was_opened_from(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F7 Down F6 重复录入 Return F12 Y Esc")
    assert "就诊记录" in keys.title
    assert [row[2] for row in keys.rows()][2] != "入账", "what was done is seen at once"
    keys.type("Esc Ctrl+F F6 Esc")
    assert keys.program.pages is not None
    assert keys.program.navigator.page.name == "entries"
    keys.type("Esc F2 F3 张 F7 F6 Esc Esc")
    assert keys.program.navigator.page.name == "find"


def test_a_card_does_not_take_a_half_written_reason_away(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F7 F6 重复")
    for read in ("scan", "F4", "F1"):
        if read == "scan":
            keys.scan(CARD)
        else:
            keys.type("F1 F4" if read == "F1" else read)
        assert "冲正第 2 号" in keys.title
        assert "没有保存" in keys.notice
        assert keys.program.navigator.page.texts["reason"] == "重复"
    keys.type("录入 Return F12 Y")
    keys.scan(CARD)
    assert keys.cell("id") == CARD, "it is done: the next patient"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("page", ["F3", "F5", "F7", "F8", "F10", "F11", "Ctrl+D", "Ctrl+F", "F1", "F3 F1"])
def test_f4_on_a_page_goes_back_to_the_counter_and_waits_for_a_card(desk: Desk, page: str) -> None:
    keys = two_admissions(desk)
    keys.type(f"{page} F4")
    assert keys.program.navigator.at_counter
    assert keys.focus == "cell_id"
    assert keys.notice.startswith("请刷身份证")


def test_f4_keeps_what_an_opening_holds_unsaved(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F11 3 F4")
    assert keys.program.navigator.page.name == "opening"
    assert "没有保存" in keys.notice
