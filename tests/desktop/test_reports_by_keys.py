"""The office's reports by keys: every figure leads to its entries, and is saved as it is shown."""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtTest import QTest
from python_calamine import load_workbook

from core.ledger.operators import Role
from core.tables.watch import Cancelled, Watch
from desktop.presenters.reports.report import ReportPage
from desktop.presenters.reports.spans import DaySpan, neighbour, span_of_period
from desktop.settings import Settings
from tests.desktop.conftest import PIN, TODAY, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_day_end_by_keys import DAY, text_of
from tests.desktop.test_pages_by_keys import SECOND

IN_USE = Settings(hospital="示例县医院", operator="王芳", region="jilin/changchun")
_OTHER = "another-long-passphrase"


def typed(keys: Keys, text: str) -> None:
    """Types words, and waits after each for what it began."""
    for word in text.split():
        keys.type(word)
        keys.worked()


@pytest.fixture
def keys(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """A chronic disease in October; in November two admissions, one reversed by somebody else."""
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    opened = desk()
    counter = opened.program.session.counter
    assert counter is not None
    shows = [DAY - timedelta(days=30)]
    counter.ledger.connection.now = lambda: shows[0]
    opened.type("11010519491231002X Return 李秀英 Return 5 1 1 Return 0901 Return Return")
    opened.type("300 Return 300 Return F12 Y F2")
    assert counter.ledger.journal.has_entry(1), opened.seen()
    shows[0] = DAY
    opened.enter(FIRST_ADMISSION + " F12 Y " + SECOND)
    opened.program.desk.use(opened.program.session.settings._replace(operator="李明"))
    opened.type("F6 录错 F12 Y Esc")
    return opened


def fen(text: str) -> int:
    return int(re.sub(r"[,.]", "", text))


def wrong_figures(keys: Keys) -> Iterator[str]:
    """The figures of the open report that are not what the entries behind them add up to."""
    page, rows = keys.program.navigator.page, keys.rows()
    columns = page.state.columns
    for row, texts in enumerate(rows):
        for column in range(1, len(columns)):
            page.opened(f"{row}:{column}")
            keys.app.processEvents()
            entries = keys.rows() if keys.program.navigator.page.state.rows else []
            if sum(fen(each[-1]) for each in entries) != fen(texts[column]):
                yield f"{texts[0]} {columns[column]}"
            keys.type("Esc")
            assert keys.program.navigator.page is page


def test_every_figure_leads_to_the_entries_that_it_sums(keys: Keys) -> None:
    typed(keys, "Ctrl+S Return")
    assert keys.title.startswith("按操作员汇总　2026-11-01 至 2026-11-30")
    assert [row[0] for row in keys.rows()] == ["李明", "王芳", "合计"]
    keys.shot("report")
    assert list(wrong_figures(keys)) == []
    page = keys.program.navigator.page
    assert isinstance(page, ReportPage)
    behind = list(page.report.behind)
    page.report = page.report._replace(behind=[behind[0]._replace(days=[]), *behind[1:]])
    assert "李明 冲正笔数" in list(wrong_figures(keys))


def test_a_figure_is_reached_by_arrows_and_its_entry_is_the_patients(keys: Keys) -> None:
    typed(keys, "Ctrl+S Return Down Right Return")
    assert keys.title == "组成：王芳 · 入账笔数"
    assert "王芳 · 入账笔数：2，2 笔" in keys.seen()
    assert [row[0] for row in keys.rows()] == ["2", "3"]
    keys.type("Down Return")
    assert keys.program.navigator.page.name == "patient"
    keys.type("Esc Esc Esc Esc")
    assert keys.program.navigator.at_counter


def test_the_days_are_chosen_or_typed_and_turned(keys: Keys) -> None:
    typed(keys, "Ctrl+S Down")
    keys.program.navigator.view._cells["period"].take_focus()
    typed(keys, "2 Return")
    assert keys.title.startswith("按待遇汇总　2026-10-01 至 2026-10-31")
    assert [row[0] for row in keys.rows()] == ["门诊慢病", "合计"]
    typed(keys, "PgDn")
    assert "2026-11-01 至 2026-11-30" in keys.title
    assert [row[0] for row in keys.rows()] == ["住院", "合计"]
    typed(keys, "PgDn")
    assert "2026-12-01 至 2026-12-31" in keys.title
    assert "没有可列的" in keys.seen()
    typed(keys, "PgUp PgUp Esc")
    page = keys.program.navigator.page
    keys.program.navigator.view._cells["period"].take_focus()
    keys.type("5")
    page.typed("first", "1122")
    page.typed("last", "1101")
    typed(keys, "Return")
    page.opened("levels")
    assert "请对调" in keys.notice
    page.typed("last", "x")
    page.opened("levels")
    assert keys.faults
    page.typed("first", "1101")
    page.typed("last", "1122")
    page.typed("operator", "李明")
    page.opened("levels")
    keys.worked()
    assert "2026-11-01 至 2026-11-22" in keys.title
    assert keys.rows()[0][1:3] == ["0", "1"], "what one operator did alone"
    typed(keys, "PgUp")
    assert "2026-10-10 至 2026-10-31" in keys.title


def test_spans_are_as_long_as_the_one_before() -> None:
    assert span_of_period("this_month", TODAY) == (date(2026, 11, 1), date(2026, 11, 30))
    assert span_of_period("last_month", date(2026, 1, 5)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert span_of_period("last_year", TODAY) == (date(2025, 1, 1), date(2025, 12, 31))
    half = DaySpan(date(2024, 1, 1), date(2024, 6, 30))
    assert neighbour(half, -1) == (date(2023, 7, 1), date(2023, 12, 31))
    assert neighbour(DaySpan(date(2024, 2, 1), date(2024, 2, 29)), 1) == (date(2024, 3, 1), date(2024, 3, 31))
    week = DaySpan(date(2026, 3, 2), date(2026, 3, 8))
    assert neighbour(week, 1) == (date(2026, 3, 9), date(2026, 3, 15))
    assert neighbour(DaySpan(date(9999, 1, 1), date(9999, 12, 31)), 1) is None
    assert neighbour(DaySpan(date(1, 1, 1), date(1, 1, 9)), -1) is None


def test_a_report_is_saved_as_it_is_shown(keys: Keys, tmp_path: Path) -> None:
    typed(keys, "Ctrl+S Return")
    shown = [[text.replace(",", "") for text in row] for row in keys.rows()]
    typed(keys, "F9 Shift+F12 Ctrl+E")
    files = {file.suffix: file for file in (tmp_path / "papers").iterdir()}
    assert set(files) == {".pdf", ".xlsx", ".csv"}
    assert files[".csv"].name in keys.notice
    with files[".csv"].open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines))[1:] == shown
    sheet = load_workbook(files[".xlsx"]).get_sheet_by_index(0).to_python()[1:]
    assert [[f"{cell:.2f}" for cell in row[3:]] for row in sheet] == [row[3:] for row in shown]
    printed = text_of(files[".pdf"])
    assert all(text in printed for row in keys.rows() for text in row)
    typed(keys, "Ctrl+E")
    assert len(list((tmp_path / "papers").iterdir())) == 4, "no file takes another's place"


def test_bars_show_who_bears_the_cost_and_lead_to_entries(keys: Keys) -> None:
    typed(keys, "Ctrl+S")
    keys.program.navigator.view._cells["period"].take_focus()
    typed(keys, "3 Return F10")
    assert keys.program.navigator.page.name == "plot"
    keys.type("1")
    keys.shot("report-plot")
    rows = keys.rows()
    assert [row[0] for row in rows] == ["2026-10", "2026-11", "合计"]
    for row in rows:
        amounts = [fen(text) for text in row[2:-1]]
        assert amounts[0] == sum(amounts[1:]), "the payers bear the whole bill"
    shares = [row.shares for row in keys.program.navigator.page.state.rows]
    assert [sum(each.weight for each in row) for row in shares] == [fen(row[2]) for row in rows]
    keys.type("Backtab 3")
    assert {row[0] for row in keys.rows()} == {"住院", "门诊慢病", "合计"}
    keys.type("Down Return")
    assert keys.title == "组成：门诊慢病 · 总费用"
    assert sum(fen(row[-1]) for row in keys.rows()) == 300_00


def test_long_work_is_stopped_by_esc_and_leaves_no_file(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(keys, "Ctrl+S Return")
    begun = Event()

    def slow(_report: object, _out: object, _words: object, watch: object) -> None:
        while True:
            begun.set()
            watch.tell("writing", 1, 7)  # type: ignore[attr-defined]

    monkeypatch.setattr("core.reports.making.write_report", slow)
    keys.type("Shift+F12")
    assert begun.wait(5)
    QTest.qWait(30)
    assert "写出：1 / 7" in keys.notice
    keys.type("Esc")
    assert keys.program.navigator.page.name == "report"
    assert "已停止" in keys.notice
    assert keys.program.navigator.page.notice.kind == "said"
    assert list((tmp_path / "papers").iterdir()) == []
    monkeypatch.undo()
    keys.type("Esc Esc")
    assert keys.program.navigator.at_counter


def test_a_report_that_is_saved_when_esc_comes_is_said_to_be_saved(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(keys, "Ctrl+S Return")
    begun = Event()

    def saved(_report: object, out: Path, _words: object, watch: Watch) -> None:
        out.touch()
        begun.set()
        with suppress(Cancelled):
            while True:
                watch.heed()

    monkeypatch.setattr("core.reports.making.write_report", saved)
    keys.type("Shift+F12")
    assert begun.wait(5)
    keys.type("Esc")
    (file,) = (tmp_path / "papers").iterdir()
    assert file.name in keys.notice
    assert not keys.program.navigator.page.busy
    keys.type("Esc Esc")
    assert keys.program.navigator.at_counter


def test_names_are_a_supervisors_and_hidden_until_they_are_asked_for(desk: Desk) -> None:
    keys = desk(IN_USE)
    counter = keys.program.session.counter
    assert counter is not None
    assert not isinstance(counter.add_operator("李明", Role.CLERK, _OTHER), list)
    typed(keys, "Ctrl+S Down Down Down Down Return")
    assert keys.title.startswith("逐笔清单")
    assert [act.about for act in counter.ledger.trail.acts() if act.act.value == "exported"] == [
        "report list 2026-11-01/2026-11-30"
    ]
    keys.program.desk.lock()
    assert keys.program.desk.sign_in("李明", _OTHER) == []
    typed(keys, "Ctrl+S Down Down Down Down Return")
    assert keys.program.navigator.page.name == "reports"
    assert "主管" in keys.notice
    assert keys.program.desk.sign_in(IN_USE.operator, PIN) == []


def test_a_person_near_a_limit_is_one_enter_away(keys: Keys) -> None:
    typed(keys, "Ctrl+S")
    page = keys.program.navigator.page
    page.typed("share", "0")
    page.opened("near-limits")
    assert keys.faults
    page.typed("share", "1")
    page.opened("near-limits")
    keys.worked()
    assert {row[0] for row in keys.rows()} <= {"张*", "李*"}
    keys.type("Ctrl+N")
    assert "张建国" in {row[0] for row in keys.rows()}
    keys.type("Return")
    assert keys.program.navigator.page.name == "patient"
