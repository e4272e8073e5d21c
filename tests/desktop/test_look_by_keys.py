"""The look of the window: chosen in the menu, following the system, never clipping a word, easy to read."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QTableView,
    QTextBrowser,
    QWidget,
)

from desktop.app import launch
from desktop.presenters.menu import LOOKS
from desktop.presenters.states import CounterState
from desktop.views import theme
from desktop.views.counter.result_column import ResultColumn
from desktop.views.palettes import CONTRAST, DARK, LIGHT, PALETTES
from tests.desktop.conftest import DESK, Desk
from tests.desktop.contrast import contrast, luminance
from tests.desktop.every_page import PAGES, choose, opened, settle
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN

ROOT = Path(__file__).resolve().parents[2]
# Chosen, and following the system


def test_a_theme_is_chosen_in_the_menu_worn_at_once_and_kept(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    choose(keys, "theme_dark")
    assert theme.colours() is DARK
    assert _ground(keys.window.grab().toImage(), QRect(0, 0, 1280, 800)) == QColor(DARK.sheet)
    assert keys.figure == "¥ 16,592.00"
    saved = json.loads((keys.program.session.home / "settings.json").read_text(encoding="utf-8"))
    assert saved["theme"] == "dark"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", sorted(PALETTES))
@pytest.mark.parametrize("page", ["history", "entries"])
def test_a_list_shows_whether_the_keys_are_its_own(desk: Desk, page: str, name: str, tmp_path: Path) -> None:
    keys = opened(desk, page, tmp_path / "home", f"theme_{name}")
    table = next(one for one in keys.window.findChildren(QTableView, "list") if one.isVisible())

    def row_at(across: int) -> QColor:
        row = table.visualRect(table.currentIndex().siblingAtColumn(0))
        return table.viewport().grab().toImage().pixelColor(across, row.center().y())

    other = next(one for one in keys.window.findChildren(QAbstractButton) if one.isVisible())
    table.setFocus()
    settle(keys)
    assert row_at(1) == QColor(PALETTES[name].focus) != row_at(6)
    other.setFocus()
    settle(keys)
    assert row_at(1) == row_at(6)


def test_the_next_start_wears_what_was_chosen(qapp: QApplication, desk: Desk) -> None:
    keys = desk()
    choose(keys, "theme_contrast")
    choose(keys, "size_115")
    theme.dress(qapp)
    program = launch()
    assert theme.colours() is CONTRAST
    assert theme.px(100) == 115
    program.close()


def test_the_menu_says_which_theme_and_size_hold(desk: Desk) -> None:
    keys = desk()
    choose(keys, "theme_light")
    choose(keys, "size_130")
    pages = keys.program.pages
    assert pages is not None
    assert [name for name in LOOKS if pages.menu.checked(name)] == ["theme_light", "size_130"]


@pytest.mark.parametrize(("asked", "worn"), [("dark", DARK), ("contrast", CONTRAST), ("light", LIGHT)])
def test_without_a_choice_the_window_follows_the_system(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, asked: str, worn: object
) -> None:
    keys = desk()
    monkeypatch.setattr(theme, "asked", lambda app: asked)
    keys.app.styleHints().colorSchemeChanged.emit(keys.app.styleHints().colorScheme())
    assert theme.colours() is worn


_DARK_SYSTEM = """
from PySide6.QtGui import QColor, QPalette
from core.policy import packets
from desktop.app import launch
from desktop.views import theme
from desktop.views.palettes import DARK
from desktop.views.window import application

app = application()
app.setPalette(QPalette(QColor("#202326")))
program = launch()
print(theme.colours() is DARK, program.window.grab().toImage().pixelColor(20, 400).name() == DARK.sheet)
"""


def test_on_a_dark_system_the_first_frame_is_dark(tmp_path: Path) -> None:
    environment = {**os.environ, "MINGZHANG_HOME": str(tmp_path)}
    command = [sys.executable, "-c", _DARK_SYSTEM]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == "True True\n", done.stderr


def test_what_was_chosen_does_not_follow_the_system(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = desk()
    choose(keys, "theme_light")
    monkeypatch.setattr(theme, "asked", lambda app: "dark")
    keys.app.styleHints().colorSchemeChanged.emit(keys.app.styleHints().colorScheme())
    assert theme.colours() is LIGHT


def test_an_open_list_of_entries_takes_the_colours_of_another_theme(desk: Desk, tmp_path: Path) -> None:
    keys = opened(desk, "entries", tmp_path / "home", "theme_light")
    choose(keys, "theme_contrast")
    listed = next(one for one in keys.window.findChildren(QTableView, "list") if one.isVisible())
    ink = listed.model().index(0, 0).data(Qt.ItemDataRole.ForegroundRole)
    assert ink == QColor(CONTRAST.ink)


# High contrast: nothing is told by a shade


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("page", ["backups", "entries", "history", "region", "samples"])
def test_in_high_contrast_the_chosen_row_is_reversed(desk: Desk, page: str, tmp_path: Path) -> None:
    keys = opened(desk, page, tmp_path / "home", "theme_contrast")
    listed = next(one for one in keys.window.findChildren(QTableView, "list") if one.isVisible())
    row = listed.visualRect(listed.currentIndex())
    picture = listed.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    inside = row.adjusted(0, 2, 0, -2)
    assert _ground(picture, inside) == QColor(CONTRAST.accent)
    assert QColor(CONTRAST.on_accent).rgb() in _pixels(picture, inside)


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("page", ["clauses", "empty", "extras", "outlook", "print", "wrong day"])
def test_in_high_contrast_what_has_the_focus_has_an_edge_three_pixels_thick(
    desk: Desk, page: str, tmp_path: Path
) -> None:
    opened(desk, page, tmp_path / "home", "theme_contrast")
    focused = QApplication.focusWidget()
    assert focused is not None
    picture = focused.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    edge = QColor(CONTRAST.wrong if page == "wrong day" else CONTRAST.focus).rgb()
    columns = {
        x
        for x in range(6)
        if any(picture.pixel(x, y) == edge for y in range(picture.height() // 3, picture.height()))
    }
    assert columns >= {0, 1, 2}


def test_settings_that_nobody_can_read_leave_the_usual_look(qapp: QApplication) -> None:
    theme.dress(qapp, "pink", DESK._replace(size="big").percent)
    assert theme.colours() is LIGHT
    assert theme.px(14) == 14


def test_another_size_grows_cells_and_figure_and_loses_nothing_typed(desk: Desk) -> None:
    """In a window with room for it: in a low one the rows give way first."""
    keys = desk()
    keys.window.resize(1920, 1080)
    settle(keys)
    keys.type("22011319600408")
    cell = keys.program.view.cell("id")
    before = cell.height()
    choose(keys, "size_130")
    assert cell.height() == round(before * 1.3)
    keys.type("0016")
    assert keys.program.counter_page.visit.texts["id"] == "220113196004080016"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("words", [0, 2, 6, 11, 13])
@pytest.mark.parametrize("high", [640, 600])
def test_cells_that_begin_to_scroll_lose_no_digit(desk: Desk, words: int, high: int) -> None:
    """The window becomes too low between two keys, also in the middle of a cell."""
    keys = desk()
    choose(keys, "size_130")
    keys.window.resize(1280, 900)
    settle(keys)
    script = FIRST_ADMISSION.split()
    half = len(script[words]) // 2
    keys.type(" ".join([*script[:words], script[words][:half]]))
    assert keys.program.view.entries.area is None
    keys.window.resize(1280, high)
    settle(keys)
    keys.type(" ".join([script[words][half:], *script[words + 1 :]]))
    area = keys.program.view.entries.area
    assert area is not None
    assert area.verticalScrollBar().maximum() > 0
    assert keys.figure == "¥ 16,592.00"


def test_the_look_catches_a_digit_that_is_lost_when_the_cells_scroll(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a cell that has scrolled is selected anew, so that the next digit takes its place."""
    monkeypatch.setattr("desktop.views.text_field.TextField.deselect", lambda cell: cell.selectAll())
    with pytest.raises(AssertionError):
        test_cells_that_begin_to_scroll_lose_no_digit(desk, 11, 640)


def test_a_cell_that_is_scrolled_away_comes_into_sight_with_the_focus(desk: Desk) -> None:
    keys = desk()
    choose(keys, "size_130")
    keys.window.resize(1280, 640)  # too low for these letters, even with the lowest rows
    settle(keys)
    keys.enter(FIRST_ADMISSION)
    area = keys.program.view.entries.area
    assert area is not None
    assert area.verticalScrollBar().maximum() > 0
    for name in ("over_limit", "id"):
        cell = keys.program.view.cell(name)
        cell.take_focus()
        top = cell.mapTo(keys.program.view, QPoint(0, 0)).y()
        assert 0 <= top <= keys.program.view.height() - cell.height(), name


def stands_under_its_heading(keys: Keys) -> bool:
    """Whether the first line of where to begin stands right under its heading."""
    settle(keys)
    headings = keys.window.findChildren(QLabel, "heading")
    heading = next(one for one in headings if one.isVisible() and one.text() == "从这里开始")
    line = next(one for one in keys.window.findChildren(QLabel, "guideKey") if one.isVisible())
    tops = [each.mapTo(keys.window, QPoint(0, 0)).y() for each in (heading, line)]
    return tops[0] < tops[1] < tops[0] + 60


def after_a_settlement(desk: Desk) -> bool:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " x")
    return stands_under_its_heading(keys)


def after_a_restored_draft(desk: Desk) -> bool:
    first = desk()
    first.type(FIRST_ADMISSION)
    first.crash()
    keys = desk()
    assert keys.figure
    keys.type("F2")
    return stands_under_its_heading(keys)


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("way", [after_a_settlement, after_a_restored_draft])
def test_where_to_begin_stands_under_its_heading(
    desk: Desk, way: Callable[[Desk], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert way(desk)
    render = ResultColumn._render_guide

    def at_the_bottom(column: ResultColumn, state: CounterState) -> None:
        before = column._guide
        render(column, state)
        if column._guide is not before:
            column._rows.insertStretch(1, 100)

    monkeypatch.setattr(ResultColumn, "_render_guide", at_the_bottom)
    assert not way(desk), "planted: the place of the steps is kept above it"


def test_the_manual_s_headings_follow_the_theme_and_the_size(desk: Desk) -> None:
    keys = desk()
    keys.type("F1")
    choose(keys, "theme_contrast")
    choose(keys, "size_130")
    text = keys.window.findChild(QTextBrowser)
    block = text.document().begin()
    while not block.blockFormat().headingLevel():
        block = block.next()
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.Right)
    written = cursor.charFormat()
    assert written.foreground().color() == QColor(CONTRAST.accent)
    assert written.font().pixelSize() == 26


def test_the_theme_is_chosen_before_anybody_signs_in(desk: Desk, tmp_path: Path) -> None:
    keys = opened(desk, "sign in", tmp_path / "home")
    choose(keys, "theme_dark")
    assert theme.colours() is DARK
    assert keys.title == "登录"


def test_a_desk_whose_region_has_no_figures_yet_is_told_so_before_anybody_types(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    assert "长春市还没有录入标准" in keys.seen()
    keys.type("1 2")
    assert "长春市还没有录入标准" in keys.seen()


def test_a_region_with_figures_is_not_called_empty(desk: Desk) -> None:
    assert "还没有录入标准" not in desk().seen()


# Every text stands out from what it is drawn on, measured


def _pixels(picture: QImage, rect: QRect) -> Counter[int]:
    """How often each colour is seen in a part of a picture."""
    rows = memoryview(picture.constBits()).cast("I")
    wide = picture.bytesPerLine() // 4
    found: Counter[int] = Counter()
    for y in range(rect.top(), rect.bottom() + 1):
        found.update(rows[y * wide + rect.left() : y * wide + rect.right() + 1])
    return found


def _ground(picture: QImage, rect: QRect) -> QColor:
    """The colour that is seen most."""
    return QColor(_pixels(picture.convertToFormat(QImage.Format.Format_RGB32), rect).most_common(1)[0][0])


def pale(window: QWidget, least: float) -> list[str]:
    """Visible texts whose strokes stand out less from their ground."""
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = []
    for kind in (QLabel, QAbstractButton):
        for widget in window.findChildren(kind):
            inside = QRect(widget.mapTo(window, QPoint(2, 2)), widget.size() - QSize(4, 4))
            rect = inside.intersected(picture.rect())
            if not widget.isVisible() or not widget.text().strip() or rect.isEmpty():
                continue
            pixels = _pixels(picture, rect)
            ground = QColor(pixels.most_common(1)[0][0])
            most = max(contrast(QColor(pixel), ground) for pixel in pixels)
            if most < least:
                found.append(f"{widget.objectName()} {widget.text()} {most:.2f}")
    return found


@pytest.mark.each_value
@pytest.mark.parametrize("name", sorted(PALETTES))
@pytest.mark.parametrize("page", ["inpatient", "wrong day", "question", "history", "region", "opening"])
def test_every_text_in_the_window_stands_out(desk: Desk, page: str, name: str) -> None:
    """Thin strokes are blended with the ground: 4 measured is more than 4.5 of the colours themselves."""
    keys = desk()
    choose(keys, f"theme_{name}")
    keys.enter(PAGES[page])
    keys.app.processEvents()
    assert pale(keys.window, 4.0) == []


def test_a_pale_text_in_the_window_would_be_found(desk: Desk) -> None:
    keys = desk()
    keys.window.findChild(QLabel, "region").setStyleSheet("color: #b0b0b0")
    keys.app.processEvents()
    assert pale(keys.window, 4.0)


def test_dark_is_dark_and_light_is_light() -> None:
    assert luminance(QColor(DARK.paper)) < 0.02 < 0.8 < luminance(QColor(LIGHT.paper))


def test_figures_are_tabular(desk: Desk) -> None:
    keys = desk()
    for size in (theme.FINE, theme.TEXT, theme.TITLE, theme.FIGURE):
        for bold in (False, True):
            font = keys.app.font()
            font.setPixelSize(size)
            font.setBold(bold)
            metrics = QFontMetricsF(font)
            assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_at_most_three_sizes_of_type_beside_the_one_figure() -> None:
    import re

    sizes = set(re.findall(r"font-size: ([0-9]+)px", theme.style(LIGHT)))
    assert sizes <= {str(size) for size in (theme.FINE, theme.TITLE, theme.FIGURE, theme.LONG_FIGURE)}


@pytest.fixture(autouse=True)
def usual_look(qapp: QApplication) -> object:
    """No test leaves its look to the next."""
    yield
    theme.dress(qapp)
