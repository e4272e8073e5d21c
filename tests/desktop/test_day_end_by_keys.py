"""The day's end and counted reprints, by keys: screen, paper and file say the same."""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from core.ledger.trail import ActKind
from desktop.presenters.desk.day_end import DayEndPage, harmless
from tests.desktop.conftest import DESK, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_pages_by_keys import SECOND

DAY = datetime(2026, 11, 22, 1, 12, tzinfo=UTC)


@pytest.fixture
def keys(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    opened = desk()
    assert opened.program.session.counter is not None
    opened.program.session.counter.ledger.connection.now = lambda: DAY
    return opened


def text_of(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def papers(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "papers").iterdir(), key=lambda file: file.stat().st_mtime_ns)


def test_the_day_s_totals_are_the_same_on_screen_on_paper_and_in_the_file(keys: Keys, tmp_path: Path) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y " + SECOND)
    keys.program.desk.use(keys.program.session.settings._replace(operator="李明"))
    keys.type("F6 录错 F12 Y Esc Ctrl+J")
    assert keys.title == "日结"
    rows = keys.rows()
    assert [row[:4] for row in rows] == [
        ["李明", "住院", "0", "1"],
        ["王芳", "住院", "2", "0"],
        ["合计", "", "2", "1"],
    ]
    fen = [[int(re.sub(r"[,.]", "", text)) for text in row[4:]] for row in rows]
    assert [sum(column) for column in zip(*fen[:-1], strict=True)] == fen[-1]
    assert all(row[0] == sum(row[1:]) for row in fen), "the payers bear the whole bill"
    keys.shot("day-end")
    fingerprint = re.search(r"指纹 ((?:[0-9a-f]{4} ?){4})", keys.seen())
    assert fingerprint
    keys.type("F9 Shift+F12")
    paper, table = papers(tmp_path)
    assert table.name in keys.notice
    with table.open(encoding="utf-8-sig", newline="") as lines:
        in_file = list(csv.reader(lines))
    assert [[text.replace(",", "") for text in row] for row in rows] == in_file[1:4]
    printed = text_of(paper)
    assert fingerprint[1].strip() in printed
    assert "日结 2026-11-22" in printed
    assert "示例县医院" in printed
    for row in rows:
        assert all(text in printed for text in row)


def test_another_day_is_typed_and_an_empty_one_says_so(keys: Keys) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y Ctrl+J 1121")
    page = keys.program.navigator.page
    assert isinstance(page, DayEndPage)
    page.typed("day", "1121")
    assert "这一天没有入账或冲正" in keys.seen()
    page.typed("day", "1399")
    keys.type("F9")
    assert keys.faults
    page.typed("day", "1122")
    assert len(keys.rows()) == 2


def test_a_name_is_no_formula_in_a_spreadsheet() -> None:
    assert [harmless(text) for text in ("=1+1", "+7", "-x", "@a", "王芳")] == [
        "'=1+1",
        "'+7",
        "'-x",
        "'@a",
        "王芳",
    ]


def test_a_reprint_is_counted_and_says_which_copy_it_is(keys: Keys, tmp_path: Path) -> None:
    keys.enter(FIRST_ADMISSION + " F9")
    estimate = papers(tmp_path)[-1]
    assert "未入账" in text_of(estimate)
    keys.type("F12 Y F9")
    first = text_of(papers(tmp_path)[-1])
    assert "补打" not in first
    keys.program.session.now = lambda: datetime(2026, 11, 22, 9, 13)  # noqa: DTZ001
    keys.type("F7 F9")
    second = text_of(papers(tmp_path)[-1])
    assert "补打" in second
    assert "2" in second[second.index("补打") : second.index("补打") + 12]
    assert keys.program.session.counter is not None
    assert keys.program.session.counter.ledger.trail.copies(1) == 2
    acts = [act for act in keys.program.session.counter.ledger.trail.acts() if act.act is ActKind.PRINTED]
    assert [act.about for act in acts] == ["1", "1"]


def test_a_reprint_reads_the_ledger_and_works_nothing_out(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y F2")

    def never(*_given: object) -> None:
        raise AssertionError("worked out again")

    monkeypatch.setattr("core.counter.posting.settle", never)
    monkeypatch.setattr("core.counter.posting.settle_by_year", never)
    monkeypatch.setattr("core.counter.reversing.settle_by_year", never)
    keys.type("F3 张 F7 F9")
    assert "16,592.00" in text_of(papers(tmp_path)[-1])


def test_an_entry_whose_paper_was_lost_in_a_crash_is_found_and_printed(
    keys: Keys, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = keys.program.session.counter
    assert counter is not None

    def crash(*_given: object) -> None:
        raise KeyboardInterrupt  # the program ends between the commit and all that follows it

    monkeypatch.setattr(counter.ledger.drafts, "clear", crash)
    keys.enter(FIRST_ADMISSION)
    keys.program.counter_page.visit.save_draft()
    keys.program.counter_page.ask_post()
    with pytest.raises(KeyboardInterrupt):
        keys.program.counter_page.answer("post")
    counter.ledger.close()
    keys.program.session.counter = None
    again = desk(DESK)
    assert again.program.counter_page.visit.texts["name"] == "张建国"
    again.type("F12 Y")
    assert len(again.entries()) == 1, "the form has one key from its first letter on"
    assert "第 1 号" in again.notice
    again.type("F9")
    assert "补打" not in text_of(papers(tmp_path)[-1]), "no paper of it was made before"


def test_two_windows_with_the_same_form_post_one_entry(keys: Keys, desk: Desk) -> None:
    keys.enter(FIRST_ADMISSION)
    keys.program.counter_page.visit.save_draft()
    other = desk(DESK)
    other.type("F12 Y")
    keys.program.window.activateWindow()
    keys.program.counter_page.ask_post()
    keys.program.counter_page.answer("post")
    assert len(keys.entries()) == 1
    assert other.program.counter_page.visit.entry is not None
    assert keys.program.counter_page.visit.entry is not None
    assert other.program.counter_page.visit.entry.number == keys.program.counter_page.visit.entry.number == 1
