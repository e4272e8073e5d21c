"""Everything stands in the window whole: at every size of window, letter and screen, in every language."""

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableView,
    QWidget,
)

from core.words import languages, words
from desktop.presenters.states import FrameState, Key, Notice, Question
from desktop.views import theme
from desktop.views.bars import PayerBar
from desktop.views.counter.steps import StepsTable
from desktop.views.palettes import PALETTES
from desktop.views.window import MENU_KEY, Window
from tests.desktop.clipping import clipped, scrolled, scrolled_aside
from tests.desktop.conftest import Desk
from tests.desktop.every_page import DESKS, EVERY, PAGES, choose, opened, settle
from tests.desktop.key_tables import KEYS
from tests.desktop.keys import FIRST_ADMISSION, OUTPUT, Keys

ROOT = Path(__file__).resolve().parents[2]
WINDOWS = (
    (3840, 2160),  # a large screen, unscaled
    (2560, 1440),  # the same at 150 %
    (1920, 1080),  # the usual screen, or the large one at 200 %
    (1536, 864),  # the usual one at 125 %
    (1366, 768),
    (1280, 800),  # the smallest
    (1280, 720),  # the usual one at 150 %
    (1097, 617),  # at 175 %
    (1024, 640),  # the smallest at 125 %
    (960, 540),  # the usual one at 200 %
)
SEVERAL = ((3840, 2160), (1280, 800), (1280, 720), (960, 540))
LEAST_WITHOUT_SIDEWAYS = 1280


def faults(keys: Keys, wide: int, high: int) -> list[str]:
    """What cannot be seen whole in a window of this size."""
    keys.window.resize(wide, high)
    settle(keys)
    settle(keys)  # the letters follow the window
    found = clipped(keys.window)
    if keys.window.size().toTuple() != (wide, high):
        found.append(f"the window takes {keys.window.size().toTuple()}")
    by_cell = getattr(keys.program.navigator.page.state, "by_cell", False)  # the arrows bring its columns
    if wide >= LEAST_WITHOUT_SIDEWAYS and not by_cell and scrolled_aside(keys.window):
        found.append(f"from side to side: {scrolled_aside(keys.window)}")
    return [f"{wide} x {high}, letters {theme.px(100)} %: {fault}" for fault in found]


QUICK = ("empty", "inpatient", "question", "chronic diseases", "history", "entries", "region", "pictures")


@pytest.mark.each_value
@pytest.mark.parametrize("page", QUICK)
def test_nothing_is_cut_off_with_large_letters_in_a_large_and_in_a_small_window(
    desk: Desk, page: str, tmp_path: Path
) -> None:
    keys = opened(desk, page, tmp_path / "home", "size_130", "en")
    assert [fault for size in SEVERAL for fault in faults(keys, *size)] == []


@pytest.mark.long
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("page", EVERY)
def test_every_page_stands_whole_in_every_window_with_letters_of_every_size(
    desk: Desk, page: str, language: str, tmp_path: Path
) -> None:
    keys = opened(desk, page, tmp_path / "home", language=language)
    found = []
    for size in theme.SIZES:
        choose(keys, f"size_{size}")
        found += [fault for window in WINDOWS for fault in faults(keys, *window)]
    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", EVERY)
def test_every_page_stands_whole_on_this_screen(desk: Desk, page: str, language: str, tmp_path: Path) -> None:
    keys = opened(desk, page, tmp_path / "home", language=language)
    found = [fault for window in SEVERAL[1:] for fault in faults(keys, *window)]
    choose(keys, "size_130")
    assert found + faults(keys, 1280, 720) == []


@pytest.mark.long
@pytest.mark.parametrize("scale", ["1.25", "1.5", "1.75", "2"])
def test_every_page_stands_whole_on_a_screen_of_another_scale(scale: str) -> None:
    """In a process of its own: Qt takes the scale at its start."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["-m", "long", "-k", "on_this_screen", str(Path(__file__))]
    environment = {**os.environ, "QT_SCALE_FACTOR": scale}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1_800)
    assert done.returncode == 0, done.stdout[-10_000:]
    assert f"{2 * len(EVERY)} passed" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", sorted(PALETTES))
@pytest.mark.parametrize("page", [*PAGES, *DESKS])
def test_every_page_is_drawn_in_every_theme_and_nothing_is_cut_off(
    desk: Desk, page: str, name: str, language: str, tmp_path: Path
) -> None:
    """Leaves the pictures in tests/output/look, to be looked at one by one.

    Each language in a window of its own: another one takes questions and messages away.
    """
    folder = OUTPUT / "look"
    folder.mkdir(parents=True, exist_ok=True)
    keys = opened(desk, page, tmp_path / "home", f"theme_{name}", language)
    found = []
    sizes = [*product(("100", "130"), ((1280, 800), (1920, 1080))), ("100", (3840, 2160))]
    for size, (wide, high) in sizes:
        choose(keys, f"size_{size}")
        found += faults(keys, wide, high)
        file = f"{page.replace(' ', '-')}-{name}-{wide}-{size}-{language}.png"
        assert _picture(keys, menu=page == "menu").save(str(folder / file))
    assert found == []


def _picture(keys: Keys, menu: bool) -> QPixmap:
    """The window; ``menu``: with its menu and the first group of it open, which are windows of their own."""
    picture = keys.window.grab()
    if menu:
        keys.program.navigator.press(MENU_KEY)
        QTest.keyClick(QApplication.activePopupWidget(), "1")
        painter = QPainter(picture)
        for each in keys.window.findChildren(QMenu):
            if each.isVisible():
                painter.drawPixmap(each.pos() - keys.window.pos(), each.grab())
        painter.end()
        while popup := QApplication.activePopupWidget():
            popup.close()
    return picture


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(("language", "high"), [("zh", 800), ("en", 800), ("ko", 800), ("zh", 768)])
def test_nothing_scrolls_on_the_way_from_id_to_print(desk: Desk, language: str, high: int) -> None:
    """768: what a title bar and a task bar leave of the lowest screen."""
    keys = desk(language=language)
    keys.window.resize(1280, high)
    words_ = FIRST_ADMISSION.split()
    for at in range(0, len(words_), 3):
        keys.type(" ".join(words_[at : at + 3]))
        assert scrolled(keys.window) == []
    keys.type("F12 Esc F12 Y")
    assert keys.entries()
    assert scrolled(keys.window) == []
    assert keys.program.view.entries.area is None


def test_large_amounts_fit_into_their_cells(desk: Desk) -> None:
    """The largest amounts that can be entered: ten digits before the point."""
    keys = desk()
    keys.enter(FIRST_ADMISSION.replace(" 52000 ", " 9999999999.99 ").replace(" 48000 ", " 9999999999.99 "))
    assert keys.program.counter_page.visit.worked is not None
    assert faults(keys, 1280, 800) == []
    choose(keys, "size_130")
    assert faults(keys, 1280, 800) == []


# A wide window, and a narrow one


def test_in_a_wide_window_the_rows_stay_as_long_as_an_eye_follows(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.window.resize(3840, 2160)
    settle(keys)
    table = keys.window.findChild(StepsTable)
    assert table.width() < 1200
    left = table.mapTo(keys.window, QPoint(0, 0)).x()
    heading = next(one for one in keys.window.findChildren(QLabel, "program") if one.isVisible())
    edges = [heading.mapTo(keys.window, QPoint(0, 0)).x(), keys.window.width() - left - table.width()]
    assert abs(edges[0] - edges[1]) < 40  # what is read stands in the middle
    assert table.height() < 640


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("page", ["sheet", "samples", "reversal of three"])
def test_figures_stand_near_the_words_that_they_belong_to(desk: Desk, page: str, tmp_path: Path) -> None:
    keys = opened(desk, page, tmp_path / "home")
    keys.window.resize(1920, 1080)
    settle(keys)
    table = next(one for one in keys.window.findChildren(QTableView, "list") if one.isVisible())
    assert sum(table.columnWidth(at) for at in range(table.model().columnCount())) < 900


def test_in_the_sum_figures_stand_near_their_words_in_a_wide_window(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.window.resize(1920, 1080)
    settle(keys)
    table = keys.window.findChild(StepsTable)
    assert table.columnWidth(0) + table.columnWidth(1) < 540
    assert sum(table.columnWidth(at) for at in range(5)) == table.viewport().width()


def test_in_the_sum_each_payer_has_a_field_of_its_colour_in_its_row_alone(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    settle(keys)
    table = keys.window.findChild(StepsTable)
    picture, payers = table.viewport().grab().toImage(), []
    for at in range(table.rowCount()):
        left, top = table.columnViewportPosition(3) + 6, table.rowViewportPosition(at)
        places = product(range(left, left + 10), range(top, top + table.rowHeight(at)))
        seen = {picture.pixelColor(*place).name() for place in places}
        payer = table.item(at, 3).data(Qt.ItemDataRole.UserRole)
        field = {theme.colours().payers[payer], theme.colours().hatches[payer]} if payer else set()
        assert {colour.lower() for colour in field} <= seen, payer
        assert payer or len(seen) <= 2, "no field but where somebody pays"
        payers.append(payer)
    assert {"basic", "patient", ""} <= set(payers)


@pytest.mark.parametrize(("page", "path"), [("sign in", ""), ("pin", ""), ("recovery", "file")])
def test_a_cell_for_a_name_or_a_pin_is_no_wider_than_one(
    desk: Desk, page: str, path: str, tmp_path: Path
) -> None:
    keys = opened(desk, page, tmp_path / "home")
    keys.window.resize(1280, 800)
    settle(keys)
    cells = [one for one in keys.window.findChildren(QLineEdit) if one.isVisible()]
    wide = {one.objectName() for one in cells if one.width() > 420}
    assert cells
    assert wide == ({f"cell_{path}"} if path else set())


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(("page", "sums"), [("day end", ["合计"]), ("clauses", ["个人应付", "统筹基金支付"])])
def test_a_row_that_is_a_sum_stands_out(desk: Desk, page: str, sums: list[str], tmp_path: Path) -> None:
    keys = opened(desk, page, tmp_path / "home")
    rows = next(one for one in keys.window.findChildren(QTableView, "list") if one.isVisible()).model()
    first = [rows.index(row, 0) for row in range(rows.rowCount())]
    fonts = [place.data(Qt.ItemDataRole.FontRole) for place in first]
    strong = [place.data() for place, font in zip(first, fonts, strict=True) if font and font.bold()]
    assert set(sums) <= set(strong)
    assert len(strong) < len(first)


def _keys_shown(window: QWidget) -> list[str]:
    return [one.key for one in window.findChildren(QPushButton) if hasattr(one, "key") and one.isVisible()]


def _rows_of_keys(window: QWidget) -> int:
    shown = [one for one in window.findChildren(QPushButton) if one.objectName().startswith("key_F")]
    return len({one.geometry().center().y() // 20 for one in shown})


@pytest.mark.parametrize("language", languages())
def test_a_narrow_window_shows_every_key(desk: Desk, language: str) -> None:
    keys = desk(language=language)
    keys.window.resize(960, 540)
    settle(keys)
    assert [key for key in KEYS["counter"] if key not in _keys_shown(keys.window)] == []
    assert _rows_of_keys(keys.window) == 2
    keys.window.resize(1920, 1080)
    settle(keys)
    assert _rows_of_keys(keys.window) == 1
    assert faults(keys, 1920, 1080) == []


LONG = FrameState(
    title="明账",
    region="长白山保护开发区",
    right="吉林省延边朝鲜族自治州延吉市中医医院（东院区）    操作员 欧阳*    已备份 09:12    2026-11-22",
    practice="",
    keys=tuple(Key(f"F{at}", "explanation") for at in range(1, 13)),
    menu="Menu",
    warning="备份没有成功：/media/clerk/usb-stick-of-the-hospital/backups 写不进去，请换一个 U 盘再试。",
)


@pytest.mark.parametrize("size", [(1280, 800), (960, 540)], ids=str)
def test_long_names_warnings_notices_and_questions_take_more_lines(
    qapp: QApplication, size: tuple[int, int]
) -> None:
    theme.dress(qapp, "light", 100)
    window = Window()
    window.render_frame(LONG)
    window.render_notice(Notice("没有打印机，已存成 /home/clerk/Documents/" + "一月的单据/" * 14 + "1.pdf"))
    window.resize(*size)
    window.show()
    qapp.processEvents()
    assert clipped(window) == []
    long = "入账？" + "患者的姓名很长，" * 9 + "个人应付 16,592.00"
    for question in (long, "与第 2 号的住院日期重叠。\n这次住院 257 天。\n入账？ 个人应付 16,592.00"):
        window.render_question(Question(question, (("Y", "入账", "post"), ("N", "返回", "back"))))
        qapp.processEvents()
        assert clipped(window) == []


def test_letters_that_the_window_has_no_room_for_wait_until_it_has(desk: Desk) -> None:
    keys = desk()
    keys.window.resize(1024, 640)
    settle(keys)
    choose(keys, "size_130")
    settle(keys)
    assert theme.px(100) == 100
    assert keys.notice == words("zh").text("window.size_no_room", wanted="130", worn="100")
    keys.window.resize(1280, 800)
    settle(keys)
    assert theme.px(100) == 130


def test_a_small_window_that_has_grown_is_as_if_it_had_always_been_large(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.window.resize(1280, 768)
    settle(keys)
    keys.window.resize(1280, 840)
    settle(keys)
    layout = keys.program.view.entries.layout()
    assert layout is not None
    assert layout.spacing() == 7


# What the eyes of this test would see


def _narrow_label(keys: Keys) -> None:
    keys.window.findChild(QLabel, "figureTitle").setFixedWidth(20)


def _narrow_key(keys: Keys) -> None:
    keys.window.findChild(QPushButton, "key_F12").setFixedWidth(30)


def _low_hint(keys: Keys) -> None:
    keys.program.view.entries.hints["id"].setFixedHeight(9)


def _narrow_cell(keys: Keys) -> None:
    keys.program.view.cell("id").setFixedWidth(60)


def _narrow_options(keys: Keys) -> None:
    keys.program.view.cell("benefit").setFixedWidth(100)


def _narrow_column(keys: Keys) -> None:
    keys.window.findChild(StepsTable).setColumnWidth(2, 20)


def _narrow_bar(keys: Keys) -> None:
    keys.window.findChild(PayerBar).setFixedSize(150, 52)


def _covered_sheet(keys: Keys) -> None:
    keys.program.view.results.move(300, 0)


def _beyond_the_edge(keys: Keys) -> None:
    label = keys.window.findChild(QLabel, "figure")
    label.move(label.x() + 200, label.y())


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    "spoil",
    [
        *(_narrow_label, _narrow_key, _low_hint, _narrow_cell, _narrow_options, _narrow_column, _narrow_bar),
        *(_covered_sheet, _beyond_the_edge),
    ],
)
def test_what_is_cut_off_would_be_found(desk: Desk, spoil: object) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    settle(keys)
    assert clipped(keys.window) == []
    spoil(keys)  # type: ignore[operator]
    assert clipped(keys.window)


@pytest.fixture(autouse=True)
def usual_look(qapp: QApplication) -> object:
    """No test leaves its look to the next."""
    yield
    theme.dress(qapp)
