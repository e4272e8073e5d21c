"""The search of entries: how many and their sums, the whole list on paper and as a spreadsheet."""

from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from core.ledger.operators import Role
from core.ledger.search import Search, Wanted
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_day_end_by_keys import text_of
from tests.desktop.test_pages_by_keys import SECOND
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, OTHER_PIN, add, figures, sign_in

ALL = "共 3 条：入账 2 笔，冲正 1 笔；总费用 52,000.00，基金支付 35,408.00，个人应付 16,592.00（冲正已减去）"


@pytest.fixture
def searched(desk: Desk) -> Keys:
    """Two stays, of which the later is reversed, and the search of all entries."""
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} F12 Y {SECOND} F6 录错 F12 Y Esc Ctrl+F")
    return keys


def documents() -> Path:
    from desktop.desk import documents_folder

    return documents_folder.documents()


def sheet(keys: Keys) -> list[list[object]]:
    keys.type("Shift+F12")
    assert "已存到" in keys.notice or ".xlsx" in keys.notice
    file = max(documents().glob("*.xlsx"), key=lambda each: each.stat().st_mtime_ns)
    assert file.stat().st_mode & 0o077 == 0
    return [list(row) for row in CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()]


def agrees(keys: Keys) -> bool:
    """Whether the sums of the file are those of its rows, and those that the screen says."""
    head, *rows = sheet(keys)
    at = head.index("总费用")
    last = next(row for row in rows if row[0] == "合计")
    listed = rows[: rows.index(last)]
    sign = {True: -1, False: 1}
    summed = sum(Decimal(str(row[at])) * sign["冲正第" in str(row[3])] for row in listed)
    return f"总费用 {summed:,.2f}" in keys.seen() and Decimal(str(last[at])) == summed


def test_the_search_says_how_many_and_their_sums(searched: Keys) -> None:
    assert ALL in searched.seen()
    searched.type("Return Return Return Return Return Return Return 2")
    assert "共 2 条：入账 1 笔，冲正 1 笔" in searched.seen() or "共 1 条：入账 1 笔" in searched.seen()


def test_the_spreadsheet_has_real_numbers_and_the_sums(searched: Keys) -> None:
    head, *rows = sheet(searched)
    assert head[:3] == ["编号", "入账时间", "姓名"] or head[0] == "编号"
    assert [row[0] for row in rows[:4]] == ["3", "2", "1", "合计"]
    assert isinstance(rows[0][head.index("总费用")], int | float)
    assert {row[2] for row in rows[:3]} == {"张*"}
    assert agrees(searched)


def test_sums_of_another_search_are_found(searched: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the sums are those of everything, whatever is searched for."""
    whole = Search.found_sums
    searched.type("2")
    assert agrees(searched)
    monkeypatch.setattr(Search, "found_sums", lambda self, _wanted, most: whole(self, Wanted(), most))
    searched.type("Backspace 2")
    assert not agrees(searched)


def test_f9_prints_the_whole_list(searched: Keys) -> None:
    searched.type("F9")
    assert ".pdf" in searched.notice
    (file,) = documents().glob("*.pdf")
    text = text_of(file)
    assert "入账清单" in text
    assert "张建国" not in text
    assert text.count("52,000.00") >= 2


def test_too_long_a_list_says_what_to_do(searched: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.presenters.lookup.entries.PRINTED", 2)
    searched.type("F9")
    assert searched.notice == "超过 2 条：请再加一个条件，或按 Shift+F12 存成表格。"
    assert not list(documents().glob("*.pdf"))


def test_nothing_found_gives_nothing_out(searched: Keys) -> None:
    searched.type("99 Shift+F12")
    assert not list(documents().glob("*"))


def test_whole_names_are_a_supervisors_and_stand_in_the_trail(desk: Desk, tmp_path: Path) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    add(keys, "李明", Role.CLERK)
    keys.enter(f"{FIRST_ADMISSION} F12 Y Ctrl+F Ctrl+N")
    assert sheet(keys)[1][2] == "张建国"
    acts = [each for each in keys.program.session.opened.ledger.trail.acts() if each.act.value == "exported"]
    assert [each.about for each in acts] == ["list 1"]
    keys.type("Ctrl+L")
    sign_in(keys, "李明", OTHER_PIN)
    keys.type("Ctrl+F")
    assert sheet(keys)[1][2] == "张*"
    before = len(list(documents().glob("*")))
    keys.type("Ctrl+N Shift+F12")
    assert "主管" in keys.notice
    assert len(list(documents().glob("*"))) == before
