"""The page that shows a sheet as it will be printed, worked by keys."""

from pathlib import Path

import pytest

from desktop.presenters.print_page import PrintPage
from desktop.settings import load
from desktop.views.print_view import PrintView
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys


def page_of(keys: Keys) -> PrintPage:
    pages = keys.program.pages
    assert pages is not None
    assert isinstance(pages.page, PrintPage)
    return pages.page


def view_of(keys: Keys) -> PrintView:
    found = keys.window.findChild(PrintView)
    assert found is not None
    return found


def opened(desk: Desk) -> Keys:
    keys = desk()
    keys.window.resize(1280, 800)
    keys.type(FIRST_ADMISSION)
    keys.program.press("print")
    keys.app.processEvents()
    return keys


def test_what_stands_at_the_counter_is_shown_and_turned_by_keys(desk: Desk) -> None:
    keys = opened(desk)
    page = page_of(keys)
    assert keys.focus == "cell_paper"
    assert page.state.preview is not None
    assert page.state.preview.text == "第 1/1 页　整页"
    keys.shot("print-a4")
    keys.type("2")  # A5: two pages, the next cell
    assert page.state.preview.text == "第 1/2 页　整页"
    keys.type("PgDn")
    assert page.state.preview.text == "第 2/2 页　整页"
    keys.type("PgDn PgUp")
    assert page.state.preview.text == "第 1/2 页　整页"
    keys.shot("print-a5")


def test_a_larger_page_is_scrolled_before_it_is_turned(desk: Desk) -> None:
    keys = opened(desk)
    keys.type("2 F8 F8 F8 F8 F8")
    page = page_of(keys)
    assert page.state.preview is not None
    assert page.state.preview.text == "第 1/2 页　200 %"
    keys.type("PgDn")
    assert page.state.preview.text == "第 1/2 页　200 %"
    for _ in range(20):
        keys.type("PgDn")
    assert page.state.preview.text == "第 2/2 页　200 %"
    keys.type("F7 F7 F7 F7 F7")
    assert page.state.preview.text == "第 2/2 页　整页"


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
    keys.program.press("print")
    keys.type("4")
    page = page_of(keys)
    page.focus("shift_x")
    keys.program.pages.render()  # type: ignore[union-attr]
    keys.type("1.5 Return -2 Return 2")
    keys.type("F12")
    assert keys.notice == "已记住，以后都这样打印。"
    kept = load(tmp_path / "home")
    assert (kept.paper, kept.shift_x, kept.shift_y, kept.preprinted) == ("form93", "1.5", "-2", "yes")
    keys.type("Esc")
    assert keys.figure


def test_what_is_no_distance_is_said_under_its_cell_and_not_kept(desk: Desk, tmp_path: Path) -> None:
    keys = opened(desk)
    page_of(keys).focus("shift_x")
    keys.program.pages.render()  # type: ignore[union-attr]
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
    monkeypatch.setattr("desktop.printing.documents", lambda: tmp_path / "documents")
    keys = opened(desk)
    keys.type("5 F9")
    assert "已存为" in keys.notice
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
    keys.program.press("print")
    page = page_of(keys)
    assert page.state.preview is not None
    assert page.state.preview.text == "第 1/1 页　整页"
