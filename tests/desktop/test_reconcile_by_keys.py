"""The insurer's results by keys: kinds, rows, both sides, what became of a difference, the account."""

import zipfile
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from core.tables.reading.book import read_book
from core.tables.watch import Watch
from desktop.openers.office_work import OfficeWork
from desktop.presenters.agreement.difference import DifferencePage
from desktop.presenters.agreement.reconcile import ReconcilePage
from desktop.presenters.agreement.statement import StatementPage
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.office import AGREES, ID, TOTALS, at_once, theirs, written


def wait(keys: Keys, work: OfficeWork) -> None:
    """Until the work is done."""
    keys.until(lambda: not work.process.busy)


def run(keys: Keys, *files: Path) -> ReconcilePage:
    """The page after the files were held against the ledger."""
    keys.type("Esc Ctrl+U")
    page = keys.program.navigator.page
    assert isinstance(page, ReconcilePage)
    page.typed("files", ";".join(map(str, files)))
    page.typed("month", "")
    keys.type("F12")
    pages = keys.program.pages
    assert pages is not None
    wait(keys, pages.agreement.reconciling)
    return page


@pytest.fixture
def keys(desk: Desk) -> Keys:
    opened = desk()
    opened.enter(FIRST_ADMISSION + " F12 Y")
    return opened


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return theirs(tmp_path)


def shown_key(page: ReconcilePage) -> str:
    return page.drawn().rows[0].value


def shown(keys: Keys, page: ReconcilePage, name: str) -> list[list[str]]:
    page.typed("shown", name)
    keys.app.processEvents()
    return keys.rows()


def test_from_kinds_to_rows_to_both_sides_band_by_band(keys: Keys, files: list[Path]) -> None:
    page = run(keys, *files)
    assert [each[:2] for each in keys.rows()] == [["医疗机构级别", "1"]], keys.notice
    assert "本院 1" in keys.seen()
    keys.shot("reconcile-kinds")
    keys.type("Return")
    assert [(each[0], each[2], each[5]) for each in keys.rows()] == [("S1", "张建国", "未处理")]
    keys.type("Return")
    assert isinstance(keys.program.navigator.page, DifferencePage)
    rows = {each[0]: each[1:] for each in keys.rows()}
    basic = rows["基本医保统筹支付"]
    assert basic == ["33,320.00", "38,120.00", "4,800.00", "38,120.00"], "and what it would be at their level"
    band = rows["基本 第1段 29,600.00 × 70%（平台 29,800.00）"]
    assert band[:3] == ["20,720.00", "23,840.00", "3,120.00"]
    assert "〔2019〕21号" in keys.seen()
    keys.shot("difference")
    keys.type("Esc Esc")
    assert page.texts["shown"] == "kinds"
    assert [each[1] for each in shown(keys, page, "only_theirs")] == ["S9"]
    assert len(shown(keys, page, "faulty")) == 1
    page.typed("shown", "only_ours")
    keys.app.processEvents()
    assert "没有只在本院的" in keys.seen()


def test_everything_that_agrees_says_so(keys: Keys, tmp_path: Path) -> None:
    files = [written(tmp_path, name, {"setlinfo": AGREES}) for name in ("t.json", "again.json")]
    run(keys, *files)
    assert "全部一致" in keys.notice
    assert "again.json 里有 1 条与 t.json 重复，只算一次" in keys.seen()


def test_what_became_of_a_difference_is_there_next_month_without_anybody_s_name(
    keys: Keys, files: list[Path], desk: Desk
) -> None:
    run(keys, *files)
    keys.type("Return Return 2")
    page = keys.program.navigator.page
    assert isinstance(page, DifferencePage)
    page.typed("note", f"他的号 {ID}")
    keys.type("F12")
    assert keys.faults, "no number of a person in a note"
    page.typed("note", "已发函")
    keys.type("F12")
    assert "已保存" in keys.notice
    counter = keys.program.session.counter
    assert counter is not None
    act = counter.ledger.trail.acts()[-1]
    assert (act.act.value, act.operator) == ("difference_judged", "王芳")
    assert ID not in str(act)
    assert "张建国" not in str(act)
    assert counter.ledger.verify().fault is None
    keys.type("Esc")
    assert keys.rows()[0][5] == "已问医保"
    keys.crash()
    again = desk()
    again.type("Ctrl+U")
    listed = again.program.navigator.page
    assert isinstance(listed, ReconcilePage)
    assert [each[1:] for each in shown(again, listed, "earlier")] == [
        ["S1", "医疗机构级别", "2,712.00", "已问医保", "已发函"]
    ]
    listed.opened(shown_key(listed))
    again.type("F6")
    assert again.program.navigator.page.name == "reversal", "it is settled again from here, too"
    again.type("Esc 5 F12 Esc")
    assert listed.drawn().rows == (), "settled, though no file says anything of it any more"
    again.type("Esc Ctrl+T")
    assert any("对账差异处理" in each and "已问医保" in " ".join(each) for each in again.rows())


def test_a_difference_leads_to_settling_again(keys: Keys, files: list[Path]) -> None:
    run(keys, *files)
    keys.type("Return Return F6")
    assert keys.program.navigator.page.name == "reversal"
    keys.type("级别录错 F6")
    assert keys.program.navigator.at_counter
    assert keys.cell("total") == "52,000.00" or keys.cell("total").startswith("52000")


def test_the_results_are_saved_with_a_sheet_for_each_list(keys: Keys, files: list[Path]) -> None:
    run(keys, *files)
    keys.type("Shift+F12")
    pages = keys.program.pages
    assert pages is not None
    wait(keys, pages.agreement.reconciling)
    out = Path(keys.notice.removeprefix("已写到 "))
    sheets = read_book(out, Watch())
    assert isinstance(sheets, list)
    assert [sheet.name for sheet in sheets] == [
        "汇总",
        "差异种类",
        "逐条差异",
        "只在本院",
        "只在平台",
        "不能核对",
    ]


def test_the_platform_s_totals_are_shown_and_taken_over_after_a_question(keys: Keys, tmp_path: Path) -> None:
    results = written(tmp_path, "t.json", {"setlinfo": AGREES})
    page = run(keys, results, written(tmp_path, "5206.json", TOTALS))
    assert page.told is not None
    later = ("7", "54AA-85F5 1")
    page.told = page.told._replace(totals=tuple(each._replace(later=later) for each in page.told.totals))
    keys.type("F11")
    assert "当天及以后的这几笔也不再计入：7、54AA-85F5 1" in keys.seen()
    assert page.texts["shown"] == "totals"
    stays, scope = keys.rows()[:2]
    assert (stays[0], stays[-2:], scope[-2:]) == ("张建国", ["2", "1"], ["46,800.00", "46,800.00"])
    assert ID not in keys.seen()
    keys.shot("reconcile-totals")
    keys.type("Y")
    pages = keys.program.pages
    assert pages is not None
    wait(keys, pages.agreement.reconciling)
    assert "已录入 1 人" in keys.notice
    assert [each.kind.value for each in keys.entries()] == ["posted", "opening"]  # type: ignore[attr-defined]


def test_a_month_s_account_is_written_from_the_ledger_and_its_answer_looked_at(
    keys: Keys, tmp_path: Path
) -> None:
    counter = keys.program.session.counter
    assert counter is not None
    keys.type("Esc")
    keys.program.navigator.press("statement")
    page = keys.program.navigator.page
    assert isinstance(page, StatementPage)
    recorded: Any = keys.entries()[0]
    month = f"{recorded.recorded.astimezone(UTC):%Y-%m}"
    page.typed("month", month)
    page.typed("out", str(tmp_path / "up.zip"))
    assert "写出或核对之后" in keys.seen()
    answer = tmp_path / "back.txt"
    answer.write_text("P1\tJ1\tS1\tM1\t0\t0\tnull\t52000.00\t35408.00\t0.00\n", encoding="utf-8")
    page.typed("answer", str(answer))
    keys.type("Ctrl+Q")
    pages = keys.program.pages
    assert pages is not None
    wait(keys, pages.agreement.accounts)
    assert page.notice is not None
    assert ("没有上传的明细可比" in keys.notice, page.notice.kind) == (True, "wrong")
    keys.type("F12")
    wait(keys, pages.agreement.accounts)
    with zipfile.ZipFile(tmp_path / "up.zip") as archive:
        (name,) = archive.namelist()
        assert archive.read(name).decode() == "null\tnull\tnull\t52000.00\t35408.00\tnull\t0\n"
    assert "住院" in keys.seen()
    assert "缺" in keys.rows()[0][2], "a row without the insurer's number is listed"
    keys.shot("statement")
    answer.write_text("P1\tJ1\tS1\tM1\t1\t0\t金额不符\t52000.00\t35000.00\t0.00\n", encoding="utf-8")
    page.typed("answer", str(answer))
    keys.type("Ctrl+Q")
    wait(keys, pages.agreement.accounts)
    assert any("金额不符" in each[2] for each in keys.rows())


def test_an_answer_that_is_there_at_once_is_not_said_to_be_begun(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    keys.type("Ctrl+U")
    at_once(keys)
    page = run(keys, *theirs(tmp_path))
    assert page.told is not None
    assert "Esc" not in keys.notice
