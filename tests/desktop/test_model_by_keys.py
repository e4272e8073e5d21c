"""The page of a fund's year, by keys: worked out beside the window, turned, drawn, saved, stopped."""

from importlib import import_module
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView

from core.tables.reading.book import read_book
from core.tables.watch import Watch
from desktop.presenters.model.charts import ChartsPage
from desktop.presenters.model.model import ModelPage
from tests.desktop import office
from tests.desktop.conftest import DESK, Desk
from tests.desktop.keys import Keys
from tests.desktop.test_language_by_keys import speak
from tests.model import interpreted


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """No compiler, which takes seconds, and no charts where none is asked for by `drawn`.

    What works in a process beside the window has both.
    """
    monkeypatch.setattr("core.model.engine.loop_function", interpreted.loop_function)
    if "drawn" not in request.fixturenames:
        import_module("core.model.writing")  # it takes the function by name: the real one
        monkeypatch.setattr("core.model.charts.charts", lambda *_: {})


@pytest.fixture
def drawn() -> None:
    """For tests that look at the charts."""


@pytest.fixture
def keys(desk: Desk) -> Keys:
    return desk(DESK)


def opened(keys: Keys) -> ModelPage:
    keys.program.navigator.press("model")
    page = keys.program.navigator.page
    assert isinstance(page, ModelPage)
    return page


def worked_out(keys: Keys, **texts: str) -> ModelPage:
    page = opened(keys)
    office.at_once(keys)
    for name, text in texts.items():
        page.typed(name, text)
    keys.type("F12")
    return page


def test_a_year_is_worked_out_and_its_tables_are_turned(keys: Keys) -> None:
    page = worked_out(keys, population="60:3", sets="critical_illness.2026.deductible=2000")
    titles = [page.state.lines[0]]
    while page.state.lines[0] not in titles[1:]:
        titles.append(page.state.lines[0])
        assert page.state.rows
        keys.type("PgDn")
    assert any("各月" in title for title in titles)
    assert any("谁多谁少" in title for title in titles)
    keys.type("PgUp")
    assert "演示" in "".join(page.state.lines) or "假设" in "".join(page.state.lines)
    keys.shot("model")


def test_a_month_s_figures_stand_beside_each_other_on_a_small_screen(keys: Keys) -> None:
    speak(keys, "en")
    keys.program.window.resize(1280, 800)
    page = worked_out(keys, population="60:3")
    keys.type("PgDn")
    assert len(page.state.rows) == 12
    assert "Basic\ninsurance" in page.state.columns
    (table,) = (each for each in keys.program.window.findChildren(QTableView) if each.isVisible())
    QTest.qWait(0)
    assert table.horizontalScrollBar().maximum() == 0


def test_the_figures_stand_with_their_clauses(keys: Keys) -> None:
    worked_out(keys, population="60:3")
    rows = {row[0]: row[1:] for row in keys.rows()}
    assert rows["参保人数"][0] == "60"
    assert rows["大病保险全年收入"][0] == "6,300.00"
    assert rows["大病保险全年收入"][1].endswith("一")
    assert rows["住院平均报销比例的目标"][0] == "70 %"


@pytest.mark.usefixtures("drawn")
def test_charts_are_shown_one_after_the_other(keys: Keys) -> None:
    page = worked_out(keys, population="60:3")
    keys.type("F10")
    charts = keys.program.navigator.page
    assert isinstance(charts, ChartsPage)
    first = keys.program.navigator.view._picture.grab().toImage()
    assert len({first.pixelColor(at, first.height() // 2).name() for at in range(first.width())}) > 2, "drawn"
    keys.type("PgDn")
    assert keys.program.navigator.view._picture.grab().toImage() != first
    keys.type("Esc")
    assert keys.program.navigator.page is page


@pytest.mark.usefixtures("drawn")
def test_report_workbook_and_charts_are_saved_together(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "docs")
    monkeypatch.setattr("core.model.writing.print_report", lambda _told, out, *_: out.write_bytes(b"%PDF"))
    monkeypatch.setattr("desktop.openers.office_work.QDesktopServices.openUrl", lambda _url: True)
    worked_out(keys, population="60:3")
    keys.type("F9")
    (folder,) = (tmp_path / "docs").iterdir()
    assert {file.suffix for file in folder.iterdir()} == {".xlsx", ".svg", ".pdf"}
    sheets = read_book(folder / "fund.xlsx", Watch())
    assert isinstance(sheets, list)
    assert "各月" in [sheet.name for sheet in sheets]
    assert str(folder) in keys.notice


def test_a_fault_stands_under_its_cell_and_nothing_is_shown(keys: Keys) -> None:
    page = worked_out(keys, population="many")
    assert "many" in page.faults["population"]
    assert page.state.rows == ()
    for name, text in (("sets", "x"), ("budget", "abc"), ("solve", "nothing.here"), ("carried", "x")):
        page.typed("population", "20:1")
        page.typed(name, text)
        keys.type("F12")
        assert name in page.faults
        page.typed(name, "")
    page.typed("year", "1066")
    keys.type("F12")
    assert "year" in page.faults


def test_a_region_without_figures_is_told_which_it_lacks(desk: Desk) -> None:
    keys = desk(DESK._replace(region="jilin/changchun"))
    page = worked_out(keys, population="20:1")
    assert page.state.rows == ()
    assert "算不出来" in keys.notice


def test_another_text_takes_the_year_off_the_page(keys: Keys) -> None:
    page = worked_out(keys, population="60:3")
    assert page.state.rows
    page.typed("population", "61:3")
    assert page.state.rows == ()
    for key in ("F9", "F10"):
        keys.type(key)
        assert keys.program.navigator.page is page
        assert "F12" in keys.notice


def test_work_goes_on_beside_the_window_and_esc_stops_it(keys: Keys) -> None:
    page = opened(keys)
    page.typed("population", "3000000:1")
    keys.type("F12")
    assert page.busy
    keys.type("Esc")
    until = monotonic() + 20
    while page.busy and monotonic() < until:
        QTest.qWait(20)
    assert not page.busy
    assert keys.program.navigator.page is page
    assert page.state.rows == ()


def test_without_the_extra_one_sentence_says_what_to_install(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.jobs.model_jobs.find_spec", lambda _name: None)
    worked_out(keys, population="20:1")
    assert 'pip install "mingzhang[model]"' in keys.notice


def test_last_year_s_funding_is_asked_for_and_its_share_is_told(keys: Keys) -> None:
    page = worked_out(keys, population="60:3", last_year="1090.00")
    rows = {row[0]: row[1:] for row in keys.rows()}
    assert rows["过渡到上年筹资额的比例后，全年收入"][0] == "3,924.00", "6 % of 1090 for each of 60"
    page.typed("last_year", "x")
    keys.type("F12")
    assert "last_year" in page.faults
    assert page.state.rows == ()


def test_only_the_months_that_are_asked_for_are_taken(keys: Keys, tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    heading = "身份证号,出院日期,待遇,医院级别,医疗费总额,目录内费用\n"
    rows = (f"22010119900101001{month},2026-0{month}-20,住院,三级,90000,80000\n" for month in (1, 2, 3))
    table.write_text(heading + "".join(rows), encoding="utf-8")
    page = opened(keys)
    office.at_once(keys)
    keys.enter(f"Return 3 Return {table} Return 2")
    keys.type("F12")
    assert page.texts["through"] == "2"
    assert keys.rows()[1][:2] == ["费用笔数", "2"]
    page.typed("through", "")
    keys.type("F12")
    assert keys.rows()[1][:2] == ["费用笔数", "3"]
    for wrong in ("0", "13", "六"):
        page.typed("through", wrong)
        keys.type("F12")
        assert "1" in page.faults["through"]
        assert "12" in page.faults["through"]
