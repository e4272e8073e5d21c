"""The page that shows a sheet as it will be printed, worked by keys."""

import errno
import os
from pathlib import Path

import pytest

from core.messages import message
from core.words import Words
from desktop.devices.printing import Printing
from desktop.presenters.desk.print_page import PrintActs, PrintPage
from desktop.presenters.states import Notice
from desktop.startup.settings_file import load
from desktop.views.pages.print_view import PrintView
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.sessions import session


def page_of(keys: Keys) -> PrintPage:
    page = keys.program.navigator.page
    assert isinstance(page, PrintPage)
    return page


def printing_of(keys: Keys) -> Printing:
    assert keys.program.pages is not None
    return keys.program.pages.printing


def view_of(keys: Keys) -> PrintView:
    found = keys.window.findChild(PrintView)
    assert found is not None
    return found


def opened(desk: Desk) -> Keys:
    keys = desk()
    keys.window.resize(1280, 800)
    keys.enter(FIRST_ADMISSION)
    keys.program.navigator.press("print")
    keys.app.processEvents()
    return keys


def test_what_stands_at_the_counter_is_shown_and_turned_by_keys(desk: Desk) -> None:
    keys = opened(desk)
    page = page_of(keys)
    assert keys.focus == "cell_paper"
    assert page.state.preview is not None
    assert page.state.preview.text == "第 1/1 页　整页"
    keys.shot("print-a4")
    keys.type("2")  # A5, short: one page, the next cell
    assert page.state.preview.text == "第 1/1 页　整页"
    keys.shot("print-a5-short")
    keys.type("Return Return 2")  # with the working too
    assert page.texts["steps"] == "yes"
    assert page.state.preview.text == "第 1/2 页　整页"
    keys.type("PgDn")
    assert page.state.preview.text == "第 2/2 页　整页"
    keys.type("PgDn PgUp")
    assert page.state.preview.text == "第 1/2 页　整页"
    keys.shot("print-a5")


def test_a_larger_page_is_scrolled_before_it_is_turned(desk: Desk) -> None:
    keys = opened(desk)
    keys.type("2 Return Return 2 Ctrl++ Ctrl++ Ctrl++ Ctrl++ Ctrl++")
    page = page_of(keys)
    assert page.state.preview is not None
    assert page.state.preview.text == "第 1/2 页　200 %"
    keys.type("PgDn")
    assert page.state.preview.text == "第 1/2 页　200 %"
    for _ in range(20):
        keys.type("PgDn")
    assert page.state.preview.text == "第 2/2 页　200 %"
    keys.type("Ctrl+- Ctrl+- Ctrl+- Ctrl+- Ctrl+-")
    assert page.state.preview.text == "第 2/2 页　整页"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("key", ["3", "4", "5", "6"])
def test_each_paper_is_shown(desk: Desk, key: str) -> None:
    keys = opened(desk)
    before = view_of(keys).grab().toImage()
    keys.type(key)
    assert view_of(keys).grab().toImage() != before
    keys.shot(f"print-{page_of(keys).texts['paper']}")


def test_f12_keeps_the_choices_and_esc_does_not(desk: Desk, tmp_path: Path) -> None:
    keys = opened(desk)
    keys.type("2 Esc")
    assert load(tmp_path / "home").paper == ""
    keys.program.navigator.press("print")
    keys.type("4")
    page = page_of(keys)
    page.focus("shift_x")
    keys.program.navigator.render()
    keys.type("1.5 Return -2 Return 2")
    keys.type("F12")
    assert keys.notice == "已记住，以后都这样打印。"
    kept = load(tmp_path / "home")
    assert (kept.paper, kept.shift_x, kept.shift_y, kept.preprinted) == ("form93", "1.5", "-2", "yes")
    keys.type("Esc")
    assert keys.figure


def test_a_full_disk_is_told_and_nothing_is_said_to_be_kept(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = opened(desk)
    keys.type("2 F12")
    assert load(tmp_path / "home").paper == "a5"

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("core.files.os.fsync", full)
    page_of(keys).focus("paper")
    keys.program.navigator.render()
    keys.type("3 F12")
    assert page_of(keys).notice is not None
    assert page_of(keys).notice.kind == "wrong"  # type: ignore[union-attr]
    assert "已记住" not in keys.notice
    assert "磁盘" in keys.notice
    assert load(tmp_path / "home").paper == "a5"


def test_what_is_no_distance_is_said_under_its_cell_and_not_kept(desk: Desk, tmp_path: Path) -> None:
    keys = opened(desk)
    page_of(keys).focus("shift_x")
    keys.program.navigator.render()
    keys.type("30 Return")
    assert keys.focus == "cell_shift_x"
    assert keys.faults == ["请填 -20 到 20 之间的毫米数，如 1.5"]
    keys.type("F12")
    assert load(tmp_path / "home").shift_x == ""


def test_f9_prints_what_is_shown_and_f10_a_grid(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2 as pdfium
    from PySide6.QtPrintSupport import QPrinterInfo

    monkeypatch.setattr(QPrinterInfo, "defaultPrinter", staticmethod(QPrinterInfo))
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "documents")
    keys = opened(desk)
    keys.type("5 F9")
    assert "已存成" in keys.notice
    (file,) = (tmp_path / "documents").iterdir()
    with pdfium.PdfDocument(file) as printed:
        assert [round(side * 25.4 / 72) for side in printed.get_page_size(0)] == [241, 140]
    file.unlink()
    keys.type("F10")
    (file,) = (tmp_path / "documents").iterdir()
    with pdfium.PdfDocument(file) as printed:
        assert "测试页" in printed[0].get_textpage().get_text_range()
    assert load(tmp_path / "home").paper == "", "printing once keeps nothing"


def test_without_a_bill_the_page_shows_the_test_print(desk: Desk) -> None:
    keys = desk()
    keys.program.navigator.press("print")
    page = page_of(keys)
    assert page.state.preview is not None
    assert page.state.preview.text == "第 1/1 页　整页"


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No printer: what is printed comes into a folder."""
    from PySide6.QtPrintSupport import QPrinterInfo

    monkeypatch.setattr(QPrinterInfo, "defaultPrinter", staticmethod(QPrinterInfo))
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    return tmp_path / "papers"


def taken(papers: Path) -> str:
    """The text of what was printed last, which is taken away."""
    import pypdfium2 as pdfium

    (file,) = papers.iterdir()
    with pdfium.PdfDocument(file.read_bytes()) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    file.unlink()
    return "".join(text.split())


def test_two_prints_in_one_second_are_two_files(desk: Desk, papers: Path) -> None:
    import pypdfium2 as pdfium

    keys = desk()
    keys.enter(FIRST_ADMISSION + " F9 F12 Y F9 F9")
    first, second, third = sorted(papers.iterdir(), key=lambda file: (len(file.name), file.name))
    assert (second.name, third.name) == (f"{first.stem}-2.pdf", f"{first.stem}-3.pdf")
    assert str(third) in keys.notice
    for file, words in ((first, "未入账"), (second, "入账第1号"), (third, "补打（第2份）")):
        with pdfium.PdfDocument(file.read_bytes()) as document:
            text = "".join(page.get_textpage().get_text_range() for page in document)
        assert words in "".join(text.split())


def test_a_character_that_no_font_has_is_told_before_it_is_printed(desk: Desk, papers: Path) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.program.counter_page.typed("name", "张\U0002bc20")
    settings = keys.program.session.settings._replace(whole="yes")
    printing, presenter = printing_of(keys), keys.program.counter_page
    told = printing.print_counter(presenter, settings)
    assert told.kind == "wrong"
    assert "“\U0002bc20”" in told.text
    assert not papers.exists()
    assert printing.print_counter(presenter, settings).kind == "done"
    assert len(list(papers.iterdir())) == 1
    assert printing.print_counter(presenter, settings).kind == "wrong"  # told anew for another print
    masked = settings._replace(whole="")  # the character is not on the paper
    assert printing.print_counter(presenter, masked).kind == "done"


def test_an_untold_character_counts_no_copy(desk: Desk, papers: Path) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    counter, entry = keys.program.session.counter, keys.program.counter_page.visit.entry
    assert counter is not None
    assert entry is not None
    settings = keys.program.session.settings._replace(hospital="\U0002bc20县医院")
    assert printing_of(keys).print_entry(entry, settings).kind == "wrong"
    assert counter.ledger.trail.copies(1) == 0
    assert printing_of(keys).print_entry(entry, settings).kind == "done"
    assert counter.ledger.trail.copies(1) == 1
    assert "入账第1号" in taken(papers)


def test_the_numbers_of_the_stay_and_the_receipt_are_printed_where_they_are_known(
    desk: Desk, papers: Path
) -> None:
    from core.ledger.entries import Facts

    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F9")
    assert "票据号" in taken(papers)
    counter = keys.program.session.counter
    assert counter is not None
    with counter.ledger.transaction():
        counter.ledger.journal.add_facts(1, Facts(mdtrt_id="ZY2026030107", receipt="0012345678"), "王芳")
    keys.type("F9")
    text = taken(papers)
    assert "住院（就诊）号ZY2026030107" in text
    assert "票据号0012345678" in text


def test_a_reversed_entry_is_printed_as_one(desk: Desk, papers: Path) -> None:
    from core.counter import reversing

    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y F9")
    assert "已冲正" not in taken(papers)
    counter = keys.program.session.counter
    assert counter is not None
    assert not isinstance(reversing.reverse(counter, 1, reason="录错了", operator="王芳"), list)
    reversed_ = counter.ledger.journal.entry(1)
    assert reversed_ is not None
    assert printing_of(keys).print_entry(reversed_).kind == "done"
    assert "入账第1号已冲正（第2号）" in taken(papers)


def test_an_entry_is_read_once_for_a_print(desk: Desk, papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    counter, entry = keys.program.session.counter, keys.program.counter_page.visit.entry
    assert counter is not None
    assert entry is not None
    reads: list[str] = []
    counter.ledger.db.set_trace_callback(reads.append)
    assert printing_of(keys).print_entry(entry).kind == "done"
    counter.ledger.db.set_trace_callback(None)
    assert len([read for read in reads if "record" in read and "FROM entries" in read]) == 1, reads


def test_an_entrys_first_sheet_is_the_original_and_every_later_one_a_reprint(
    desk: Desk, papers: Path
) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F9")
    text = taken(papers)
    assert "未入账" in text
    assert "补打" not in text
    keys.type("F12 Y F9")
    text = taken(papers)
    assert "入账第1号" in text
    assert "补打" not in text
    keys.type("F9")
    assert "补打（第2份）" in taken(papers)
    keys.program.navigator.press("print")
    shown = page_of(keys).state.preview
    assert shown is not None
    assert "补打（第 3 份）" in {getattr(mark, "text", "") for mark in shown.page} | {
        part for mark in shown.page for part in getattr(mark, "text", "").split("　")
    }
    counter = keys.program.session.counter
    assert counter is not None
    assert counter.ledger.trail.copies(1) == 2, "a preview is no copy"
    keys.type("F9")
    assert "补打（第3份）" in taken(papers)


def test_a_reversal_and_opening_totals_have_sheets_of_their_own(desk: Desk, papers: Path) -> None:
    from datetime import date

    from core.counter import posting, reversing
    from core.ledger.entries import Identifier, PatientGiven

    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    counter = keys.program.session.counter
    assert counter is not None
    assert not isinstance(reversing.reverse(counter, 1, reason="录错了", operator="王芳"), list)
    patient = PatientGiven((Identifier("01", "220113196004080016"),), "张建国")
    opened = posting.open_year(
        counter,
        key="o",
        patient=patient,
        operator="王芳",
        year=2026,
        as_of=date(2026, 3, 1),
        totals={"admissions": 2, "basic_paid": "100.00"},
    )
    assert not isinstance(opened, list)
    for number, words in ((2, ("冲正单", "录错了", "52,000.00")), (3, ("年度累计录入单", "100.00"))):
        entry = counter.ledger.journal.entry(number)
        assert entry is not None
        assert printing_of(keys).print_entry(entry).kind == "done"
        text = taken(papers)
        assert all(word in text for word in words)
    entry = counter.ledger.journal.entry(2)
    assert entry is not None
    printing_of(keys).print_entry(entry)
    assert "补打（第2份）" in taken(papers)


def test_the_day_end_is_printed_with_the_heads_fingerprint(desk: Desk, papers: Path) -> None:
    from datetime import datetime

    from core.clock import BEIJING

    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 Y")
    counter = keys.program.session.counter
    assert counter is not None
    today = datetime.now(BEIJING).date()
    found = counter.day_end(today)
    assert printing_of(keys).print_day_end(found, today).kind == "done"
    text = taken(papers)
    for word in ("日结", today.isoformat(), found.fingerprint.replace(" ", ""), "王芳", "16,592.00"):
        assert word in text


def test_the_full_number_is_printed_only_when_asked_for(desk: Desk, papers: Path) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F9")
    assert "220113196004080016" not in taken(papers)
    keys.program.desk.use(keys.program.session.settings._replace(whole="yes"))
    keys.type("F9")
    text = taken(papers)
    assert "220113196004080016" in text
    assert "张建国" in text


def test_a_hospitals_own_places_are_used_and_a_faulty_file_is_said(
    desk: Desk, papers: Path, tmp_path: Path
) -> None:
    from desktop.paper.drawing import Text
    from desktop.paper.form_layout import FORMS

    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.program.desk.use(keys.program.session.settings._replace(paper="form140"))
    folder = tmp_path / "home" / "forms"
    folder.mkdir()
    own = folder / "form140.toml"
    shipped = (FORMS / "form140.toml").read_text("utf-8")
    own.write_text(shipped.replace('show = "title"\nx = 16', 'show = "title"\nx = 30'), "utf-8")
    keys.program.navigator.press("print")
    shown = page_of(keys).state.preview
    assert shown is not None
    title = next(mark for mark in shown.page if isinstance(mark, Text) and mark.text.endswith("测算单"))
    assert title.x == 30
    keys.type("Esc F9")
    assert "16,592.00" in taken(papers)
    for wrong in (
        "field = 1",
        shipped.replace("width = 88", "width = 880"),
        shipped.replace('show = "title"', 'shows = "title"'),
        shipped.replace("height = 109", "height = 5"),
        "[[[",
    ):
        assert wrong != shipped
        own.write_text(wrong, "utf-8")
        keys.type("F9")
        assert "form140.toml" in keys.notice
        assert not list(papers.iterdir())
        keys.program.navigator.press("print")
        assert page_of(keys).state.preview is not None
        keys.type("Esc")


def test_choices_that_cannot_be_kept_are_not_said_to_be() -> None:
    why = message("window.settings_not_kept", why=message("ledger.full"))
    acts = PrintActs(
        lambda _: [None], lambda _: True, lambda _: why, lambda _, __: Notice(""), lambda _: False
    )
    page = PrintPage(session(), lambda: None, acts, ("zh",))
    page.save()
    assert page.notice == (Words("zh")(why), "wrong")
