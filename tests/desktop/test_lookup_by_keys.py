"""Finding patients and entries, by keys."""

from datetime import date

import pytest
from PySide6.QtWidgets import QTableView, QTableWidget, QWidget

from core.counter import personal_data, posting
from core.ledger.entries import Identifier, PatientGiven, Posted
from desktop.presenters.lookup.people import People
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_first_and_last import wait_for
from tests.desktop.test_pages_by_keys import two_admissions

SHAN = PatientGiven((Identifier("01", "220102198001010011"),), "单雄信")


def post(keys: Keys, given: PatientGiven, key: str, **cells: str) -> int:
    counter = keys.program.session.counter
    assert counter is not None
    request = {
        "region": "jilin/example",
        "benefit": "inpatient",
        "hospital_level": "level_2",
        "admitted": "2026-03-01",
        "discharged": "2026-03-10",
        "eligible": "20000.00",
        **cells,
    }
    made = posting.post(counter, key=key, patient=given, operator="王芳", request=request)
    assert isinstance(made, Posted), made
    return made.entry.number


def column(keys: Keys, at: int) -> list[str]:
    """A column of the list that is open."""
    view = keys.window.pages.currentWidget().findChild(QTableView, "list")
    model = view.model()
    return [model.index(row, at).data() for row in range(model.rowCount())]


def test_whoever_is_read_while_the_search_is_open_is_shown_without_another_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(People, "begin", lambda _people: None)
    monkeypatch.setattr("desktop.presenters.lookup.people._AT_ONCE", 0)
    keys = two_admissions(desk)
    post(keys, SHAN, "shan")
    reading = keys.program.session.words.text("window.find.reading", number=0)
    keys.type("F2 F3 Ctrl+N shan")
    assert column(keys, 0) == []
    assert keys.program.pages is not None
    assert reading in keys.program.navigator.page.drawn().about
    while keys.program.pages.lookup.people.read_some():
        pass
    assert wait_for(lambda: column(keys, 0) == ["单雄信"])
    assert reading not in keys.program.navigator.page.drawn().about


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("text", ["shan", "sxx", "shanxx", "SXX", "单雄", "雄信", "0011", "220102", "010011"])
def test_a_patient_is_found_by_whatever_is_at_hand(desk: Desk, text: str) -> None:
    keys = two_admissions(desk)
    post(keys, SHAN, "shan")
    keys.type(f"F2 F3 Ctrl+N {text}")
    assert column(keys, 0) == ["单雄信"]
    keys.shot("find_pinyin")
    keys.type("F7")
    assert "单雄信" in keys.label("pageTitle")
    keys.type("Return")
    assert keys.cell("name") == "单雄信"


def test_the_latest_patients_stand_there_before_anything_is_typed(desk: Desk) -> None:
    keys = two_admissions(desk)
    post(keys, SHAN, "shan")
    keys.type("F2 F3")
    assert column(keys, 0) == ["单*", "张*"]
    keys.type("Ctrl+N")
    assert column(keys, 0) == ["单雄信", "张建国"]
    assert keys.focus == "cell_search"
    keys.shot("recent")
    keys.type("Return Down F7")
    assert "张建国" in keys.label("pageTitle")
    keys.type("Esc")
    assert "查找患者" in keys.label("pageTitle")
    assert keys.focus == "list"
    keys.type("Esc")
    assert keys.focus == "cell_id"


def test_a_patient_who_came_after_the_names_were_read_is_found(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F2 F3 Ctrl+N shan")
    assert column(keys, 0) == []
    post(keys, SHAN, "shan")
    keys.type("Backspace Backspace Backspace Backspace sxx")
    assert column(keys, 0) == ["单雄信"]


def test_somebody_who_was_erased_is_found_no_more(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F2 F3 zjg")
    assert column(keys, 0) == ["张*"]
    counter = keys.program.session.counter
    assert counter is not None
    personal_data.erase(counter, "220113196004080016", "王芳")
    keys.type("Backspace g")
    assert column(keys, 0) == []


def test_a_patient_s_page_shows_a_year_with_its_picture_and_turns(desk: Desk) -> None:
    keys = two_admissions(desk)
    given = PatientGiven((Identifier("01", "220113196004080016"),), "张建国")
    post(keys, given, "old", admitted="2023-03-01", discharged="2023-03-10")
    keys.type("F7")
    assert column(keys, 1) == ["2026-04-10", "2026-03-10"]
    assert "2026 年" in keys.label("next")
    bars = keys.window.pages.currentWidget().findChild(QWidget, "yearBars")
    assert "151,565.00" in bars.accessibleDescription()
    keys.shot("patient")
    keys.type("PgUp")
    assert column(keys, 1) == ["2023-03-10"]
    keys.type("PgUp")
    assert "没有" in keys.notice
    keys.type("PgDn PgDn")
    assert "没有" in keys.notice
    assert column(keys, 1) == ["2026-04-10", "2026-03-10"]
    keys.type("Down F6")
    assert "冲正第 1 号" in keys.label("pageTitle")


def test_f10_and_f11_on_a_patient_s_page_are_about_this_patient(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F2 F3 zjg F7 Shift+F11")
    assert keys.program.pages is not None
    assert keys.program.navigator.page.name == "enrolment"
    assert keys.program.navigator.page.texts["name"] == "张建国"
    keys.type("Esc F3 zjg F7 F11")
    assert keys.program.navigator.page.name == "opening"
    assert keys.program.navigator.page.texts["id"] == "220113196004080016"


def test_a_day_s_page_lists_what_was_recorded_and_what_it_came_to(desk: Desk) -> None:
    keys = two_admissions(desk)
    _as_if_today(keys)
    keys.type("Ctrl+D")
    assert column(keys, 0) == ["2", "1"]
    assert "入账 2 笔" in keys.label("next")
    keys.shot("day")
    keys.type("F6 重复录入 F12 Y Esc Ctrl+D")
    assert column(keys, 0) == ["3", "2", "1"]
    assert "入账 2 笔，冲正 1 笔" in keys.label("next")
    keys.type("PgUp")
    assert "没有" in keys.notice
    keys.type("Ctrl+N Return")
    assert "张建国" in keys.label("pageTitle")
    keys.type("Esc")
    assert "日清单" in keys.label("pageTitle")


def test_another_day_is_typed_or_turned_to(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("Ctrl+D 0101 Return")
    assert "2026-01-01" in keys.label("pageTitle")
    assert column(keys, 0) == []
    keys.type("PgDn")
    assert column(keys, 0) == ["2", "1"]
    keys.type("F2 Ctrl+D 99 Return")
    assert keys.faults


def test_everybody_whom_a_name_may_mean_is_listed_and_too_many_are_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = two_admissions(desk)
    other = PatientGiven((Identifier("01", "220102197003030033"),), "张建国")
    number = post(keys, other, "namesake")
    keys.type("F2 Ctrl+F Return 张建国")
    assert column(keys, 0) == [str(number), "2", "1"]
    assert "符合 2 位" in keys.seen()
    monkeypatch.setattr("desktop.presenters.lookup.entries._MOST_PERSONS", 1)
    keys.type("Backspace")
    assert column(keys, 0) == []
    assert "请写全姓名或号码" in keys.seen()


def test_entries_are_searched_by_each_mark_while_it_is_typed(desk: Desk) -> None:
    keys = two_admissions(desk)
    number = post(keys, SHAN, "shan")
    keys.type("F2 Ctrl+F")
    assert column(keys, 0) == ["3", "2", "1"]
    keys.shot("entries")
    keys.type(str(number))
    assert column(keys, 0) == [str(number)]
    keys.type("Backspace Return sxx")
    assert column(keys, 2) == ["单*"]
    keys.type("Ctrl+N")
    assert column(keys, 2) == ["单雄信"]
    keys.type("Backspace Backspace Backspace zjg")
    assert column(keys, 0) == ["2", "1"]
    keys.type("Backspace Backspace Backspace Return Return Return 5.2w")
    assert column(keys, 0) == ["1"]
    keys.type("Backspace Backspace Backspace Backspace Return 李四")
    assert column(keys, 0) == []
    keys.type("Backspace Backspace Return 5")
    assert column(keys, 0) == []
    keys.type("Shift+Return 0")
    assert column(keys, 0) == ["3", "2", "1"]
    assert "共 3 条" in keys.label("next")
    keys.type("2")
    assert column(keys, 0) == []


def test_a_wrong_day_in_the_search_says_so_and_finds_nothing(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("Ctrl+F Return Return 0231 Return")
    assert keys.focus == "cell_first"
    assert keys.faults
    assert column(keys, 0) == []


def test_a_long_list_reads_on_as_it_is_scrolled(desk: Desk) -> None:
    keys = desk()
    for at in range(150):
        post(keys, SHAN, f"key {at}", eligible=f"{100 + at}.00")
    keys.type("Ctrl+F")
    assert len(column(keys, 0)) == 100
    keys.type("Shift+Return " + "Return " * 9)
    assert keys.focus == "list"
    keys.type("Down " * 90)
    assert len(column(keys, 0)) == 150
    assert column(keys, 0) == [str(number) for number in range(150, 0, -1)]
    assert keys.program.navigator.page.entry.number == 60


def test_the_menu_s_lines_open_the_same_pages(desk: Desk) -> None:
    keys = two_admissions(desk)
    for name in ("day", "entries"):
        keys.program.navigator.press(name)
        assert keys.program.pages is not None
        assert keys.program.navigator.page.name == name
        keys.type("Esc")


def test_a_page_with_something_half_typed_is_not_left_for_a_search(desk: Desk) -> None:
    keys = two_admissions(desk)
    keys.type("F11 5 Ctrl+F")
    assert keys.program.pages is not None
    assert keys.program.navigator.page.name == "opening"


def test_nobody_is_looked_up_while_a_question_stands(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Ctrl+F Ctrl+D")
    assert keys.label("questionText")
    assert keys.program.pages is not None
    assert keys.program.navigator.at_counter


def _as_if_today(keys: Keys) -> None:
    """The entries of a test are recorded by the machine's own clock."""
    counter = keys.program.session.counter
    assert counter is not None
    from core.clock import BEIJING
    from core.ledger.search import Wanted

    moment = counter.ledger.search.entries(Wanted())[0].recorded

    today = moment.astimezone(BEIJING).date()
    keys.program.session.today = lambda: today
    assert isinstance(today, date)
    assert QTableWidget
