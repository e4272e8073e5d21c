"""The look of the window: chosen in the menu, following the system, never clipping a word, easy to read."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QTableWidget,
    QTextBrowser,
    QWidget,
)

from core.policy import packets
from desktop.app import launch
from desktop.presenters.menu import LOOKS
from desktop.views import system, theme
from desktop.views.palettes import CONTRAST, DARK, LIGHT, PALETTES
from desktop.views.widgets import Choice
from desktop.views.window import MENU_KEY
from tests.core.test_packets import region
from tests.desktop.conftest import DESK, Desk
from tests.desktop.contrast import contrast, luminance
from tests.desktop.keys import FIRST_ADMISSION, OUTPUT, Keys
from tests.desktop.test_packet_page import signed
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures

ROOT = Path(__file__).resolve().parents[2]
_POSTED = FIRST_ADMISSION + " F12 Y"
PAGES = {
    "empty": "",
    "inpatient": FIRST_ADMISSION,
    "extras": FIRST_ADMISSION + " Ctrl+E",
    "wrong day": "220113196004080016 Return 张建国 Return 1 2 0310 Return 0301 Return",
    "diseases": "220113196004080016 Return 张建国 Return 5 1 tnb",
    "question": FIRST_ADMISSION + " F12",
    "posted": _POSTED,
    "find": "F3",
    "history": _POSTED + " F7",
    "clauses": FIRST_ADMISSION + " F8",
    "outlook": FIRST_ADMISSION + " F10",
    "fund": "F10 F10",
    "opening": FIRST_ADMISSION + " F11",
    "enrolment": _POSTED + " F7 F10",
    "reversal": _POSTED + " F6",
    "region": "F5",
    "region inpatient": "F5 PgDn",
    "region critical": "F5 PgDn PgDn PgDn PgDn PgDn",
}
DESKS = {
    "day surgery": "220113196004080016 Return 张建国 Return 3",
    "retail": "220113196004080016 Return 张建国 Return 4 2",
    "find nobody": "F3 wqx",
    "find somebody": _POSTED + " F3 张",
    "day": _POSTED + " Ctrl+D",
    "entries": _POSTED + " Ctrl+F",
    "reversed": _POSTED + " F6 录错 F12 Y",
    "fund account": _POSTED + " F7 F10 6 Return 1 Return Return 5000 F12",
    "print": FIRST_ADMISSION + " menu:print",
    "manual": FIRST_ADMISSION + " F1",
    "samples": "menu:samples",
    "diagnosis": "menu:diagnosis",
    "menu": FIRST_ADMISSION + f" menu:{MENU_KEY}",
    "packet": "packet",
    "set up": "Ctrl+G",
    "day end": "real " + _POSTED + " Ctrl+J",
    "sign in": "real Ctrl+L",
    "sign in wrong": "real Ctrl+L wrong-passphrase Return",
    "recovery": "real Ctrl+L F8",
    "code": "real Ctrl+O code",
    "pin": "real menu:pin",
    "operators": "real Ctrl+O",
    "people": "real " + _POSTED + " F2 Ctrl+R 220113196004080016 Return",
    "trail": "real " + _POSTED + " F2 Ctrl+T",
    "backups": "real Ctrl+B",
    "restore": "real Ctrl+B F6",
}
"""The pages of the desk itself; ``real``: a desk in use, ``menu:``: a line of the menu, others by name."""


def opened(desk: Desk, page: str, home: Path, look: str = "") -> Keys:
    """A window with the page open, in a theme of the menu."""
    script = (PAGES | DESKS)[page].split()
    real = script[:1] == ["real"]
    if real:
        figures(home)
    keys = desk(CHANGCHUN if real else DESK)
    pages, counter = keys.program.pages, keys.program.counter
    assert pages is not None
    assert counter is not None
    if look:
        _choose(keys, look)
    counter.ledger.now = lambda: datetime(2026, 11, 22, 1, 12, tzinfo=UTC)
    for word in script[real:]:
        if word.startswith("menu:"):
            keys.program.press(word.removeprefix("menu:"))
        elif word == "packet":
            file = home.parent / "stick.mzpack"
            packets.trust(signed(file, regions=region()), home)
            pages.packet(file)
        elif word == "code":
            pages.desk._code("K7QM-2XRT-9WPA-C4HN-8VJD-3EYF", print)
        else:
            keys.type(word)
    return keys


def _choose(keys: Keys, name: str) -> None:
    keys.program.press(name)
    keys.app.processEvents()


# Chosen, and following the system


def test_a_theme_is_chosen_in_the_menu_worn_at_once_and_kept(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST_ADMISSION)
    _choose(keys, "theme_dark")
    assert theme.colours() is DARK
    assert _ground(keys.window.grab().toImage(), QRect(0, 0, 1280, 800)) == QColor(DARK.sheet)
    assert keys.figure == "¥ 16,592.00"
    saved = json.loads((keys.program.home / "settings.json").read_text(encoding="utf-8"))
    assert saved["theme"] == "dark"


def test_the_next_start_wears_what_was_chosen(qapp: QApplication, desk: Desk) -> None:
    keys = desk()
    _choose(keys, "theme_contrast")
    _choose(keys, "size_115")
    theme.dress(qapp)
    program = launch()
    assert theme.colours() is CONTRAST
    assert theme.px(100) == 115
    program.close()


def test_the_menu_says_which_theme_and_size_hold(desk: Desk) -> None:
    keys = desk()
    _choose(keys, "theme_light")
    _choose(keys, "size_130")
    pages = keys.program.pages
    assert pages is not None
    assert [name for name in LOOKS if pages._checked(name)] == ["theme_light", "size_130"]


@pytest.mark.parametrize(("asked", "worn"), [("dark", DARK), ("contrast", CONTRAST), ("light", LIGHT)])
def test_without_a_choice_the_window_follows_the_system(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, asked: str, worn: object
) -> None:
    keys = desk()
    monkeypatch.setattr(system, "asked", lambda app: asked)
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
    _choose(keys, "theme_light")
    monkeypatch.setattr(system, "asked", lambda app: "dark")
    keys.app.styleHints().colorSchemeChanged.emit(keys.app.styleHints().colorScheme())
    assert theme.colours() is LIGHT


def test_settings_that_nobody_can_read_leave_the_usual_look(qapp: QApplication) -> None:
    theme.dress(qapp, "pink", DESK._replace(size="big").percent)
    assert theme.colours() is LIGHT
    assert theme.px(14) == 14


def test_another_size_grows_cells_and_figure_and_loses_nothing_typed(desk: Desk) -> None:
    keys = desk()
    keys.type("22011319600408")
    cell = keys.program.view.cell("id")
    before = cell.height()
    _choose(keys, "size_130")
    assert cell.height() == round(before * 1.3)
    keys.type("0016")
    assert keys.program.presenter.form["id"] == "220113196004080016"


@pytest.mark.parametrize("size", ["size_115", "size_130"])
def test_cells_that_begin_to_scroll_lose_no_digit(desk: Desk, size: str) -> None:
    keys = desk()
    _choose(keys, size)
    keys.type(FIRST_ADMISSION)
    assert keys.figure == "¥ 16,592.00"


def test_a_cell_that_is_scrolled_away_comes_into_sight_with_the_focus(desk: Desk) -> None:
    keys = desk()
    _choose(keys, "size_130")
    keys.type(FIRST_ADMISSION)
    assert keys.program.view._area is not None
    for name in ("over_limit", "id"):
        cell = keys.program.view.cell(name)
        cell.take_focus()
        top = cell.mapTo(keys.program.view, QPoint(0, 0)).y()
        assert 0 <= top <= keys.program.view.height() - cell.height(), name


# Nothing is clipped


def clipped(window: QWidget) -> list[str]:
    """Visible texts that do not fit into their place, and buttons, cells and choices that are squeezed."""
    found = []
    for label in window.findChildren(QLabel):
        elides = label.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored and label.toolTip()
        if label.isVisible() and label.text() and not elides:
            narrow = not label.wordWrap() and label.width() < label.sizeHint().width()
            low = label.wordWrap() and label.height() < label.heightForWidth(label.width())
            tall = QFontMetricsF(label.font()).tightBoundingRect(label.text()).height()
            if narrow or low or label.height() < tall:
                found.append(f"{label.objectName()} {label.text()}")
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.text() and button.width() < button.minimumSizeHint().width():
            found.append(f"{button.objectName()} {button.text()}")
    for cell in window.findChildren(QLineEdit):
        if cell.isVisible() and cell.text():
            words = QFontMetricsF(cell.font()).horizontalAdvance(cell.text())
            if words > cell.contentsRect().width():
                found.append(f"{cell.objectName()} {cell.text()}")
    for choice in window.findChildren(Choice):
        if choice.isVisible() and choice.width() < choice.sizeHint().width():
            found.append(choice.objectName())
    for area in window.findChildren(QScrollArea):
        if area.isVisible() and area.widget().width() > area.viewport().width():
            found.append(f"{area.objectName()} {area.accessibleName()}")
    for table in window.findChildren(QTableWidget):
        if table.isVisible():
            found += _cut_cells(table)
    return found


def _cut_cells(table: QTableWidget) -> list[str]:
    """The amounts of a table that are cut; words may be, with the whole of them as a tool tip."""
    found = []
    for row in range(table.rowCount()):
        for column in range(table.columnCount()):
            item = table.item(row, column)
            if item is None or table.isColumnHidden(column) or item.toolTip():
                continue
            width = sum(table.columnWidth(column + at) for at in range(table.columnSpan(row, column)))
            if QFontMetricsF(item.font()).horizontalAdvance(item.text()) + 12 > width:
                found.append(item.text())
    return found


def scrolled(window: QWidget) -> list[str]:
    """What scrolls on the counter."""
    from PySide6.QtWidgets import QAbstractScrollArea

    return [
        area.objectName()
        for area in window.findChildren(QAbstractScrollArea)
        if area.isVisible() and area.verticalScrollBar().maximum() > 0
    ]


def _settle(keys: Keys) -> None:
    """A layout asks for another one where what it holds has changed its width."""
    for _ in range(3):
        keys.app.processEvents()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_no_word_is_clipped(desk: Desk, page: str, language: str) -> None:
    keys = desk(language=language)
    keys.window.resize(1280, 800)
    keys.type(PAGES[page])
    _settle(keys)
    assert clipped(keys.window) == []
    keys.window.resize(1920, 1080)
    _choose(keys, "size_130")
    _settle(keys)
    assert clipped(keys.window) == []


@pytest.mark.parametrize(("language", "high"), [("zh", 800), ("en", 800), ("zh", 768)])
def test_nothing_scrolls_on_the_way_from_id_to_print(desk: Desk, language: str, high: int) -> None:
    """768: what a title bar and a task bar leave of the lowest screen."""
    keys = desk(language=language)
    keys.window.resize(1280, high)
    words = FIRST_ADMISSION.split()
    for at in range(0, len(words), 3):
        keys.type(" ".join(words[at : at + 3]))
        assert scrolled(keys.window) == []
    keys.type("F12 Esc F12 Y")
    assert keys.entries()
    assert scrolled(keys.window) == []
    assert keys.program.view._area is None


def test_where_to_begin_stands_under_its_heading_after_a_settlement_was_shown(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST_ADMISSION + " x")
    _settle(keys)
    headings = keys.window.findChildren(QLabel, "heading")
    heading = next(one for one in headings if one.isVisible() and one.text() == "从这里开始")
    line = next(one for one in keys.window.findChildren(QLabel, "guideKey") if one.isVisible())
    tops = [each.mapTo(keys.window, QPoint(0, 0)).y() for each in (heading, line)]
    assert tops[0] < tops[1] < tops[0] + 60


def test_the_manual_s_headings_follow_the_theme_and_the_size(desk: Desk) -> None:
    keys = desk()
    keys.type("F1")
    _choose(keys, "theme_contrast")
    _choose(keys, "size_130")
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
    _choose(keys, "theme_dark")
    assert theme.colours() is DARK
    assert keys.title == "登录"


def test_a_desk_whose_region_has_no_figures_yet_is_told_so_before_anybody_types(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    assert "长春市还没有录入标准" in keys.seen()
    keys.type("1 2")
    assert "长春市还没有录入标准" in keys.seen()


def test_a_region_with_figures_is_not_called_empty(desk: Desk) -> None:
    assert "还没有录入标准" not in desk().seen()


def test_large_amounts_fit_into_their_cells(desk: Desk) -> None:
    """The largest amounts that can be entered: ten digits before the point."""
    keys = desk()
    keys.window.resize(1280, 800)
    keys.type(FIRST_ADMISSION.replace(" 52000 ", " 9999999999.99 ").replace(" 48000 ", " 9999999999.99 "))
    keys.app.processEvents()
    assert keys.program.presenter.worked is not None
    assert clipped(keys.window) == []


def test_a_clipped_word_would_be_found(desk: Desk) -> None:
    keys = desk()
    keys.window.findChild(QLabel, "figureTitle").setFixedWidth(20)
    keys.app.processEvents()
    assert clipped(keys.window)


SIZES = (("100", (1280, 800)), ("100", (1920, 1080)), ("130", (1280, 800)), ("130", (1920, 1080)))


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(PALETTES))
@pytest.mark.parametrize("page", [*PAGES, *DESKS])
def test_every_page_is_drawn_in_every_theme_and_size_and_nothing_is_clipped(
    desk: Desk, page: str, name: str, tmp_path: Path
) -> None:
    """Leaves the pictures in tests/output/look, to be looked at one by one."""
    folder = OUTPUT / "look"
    folder.mkdir(parents=True, exist_ok=True)
    cut = []
    keys = opened(desk, page, tmp_path / "home", f"theme_{name}")
    for language in ("zh", "en"):
        keys.program.speak(language)
        for size, (wide, high) in SIZES:
            _choose(keys, f"size_{size}")
            keys.window.resize(wide, high)
            _settle(keys)
            file = f"{page.replace(' ', '-')}-{name}-{wide}-{size}-{language}.png"
            assert keys.window.grab().save(str(folder / file))
            if (size, wide) != ("130", 1280):  # there it scrolls
                cut += [f"{file}: {text}" for text in clipped(keys.window)]
    assert cut == []


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


@pytest.mark.parametrize("name", sorted(PALETTES))
@pytest.mark.parametrize("page", ["inpatient", "wrong day", "question", "history", "region", "opening"])
def test_every_text_in_the_window_stands_out(desk: Desk, page: str, name: str) -> None:
    """Thin strokes are blended with the ground: 4 measured is more than 4.5 of the colours themselves."""
    keys = desk()
    _choose(keys, f"theme_{name}")
    keys.type(PAGES[page])
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
    assert sizes <= {str(size) for size in (theme.FINE, theme.TITLE, theme.FIGURE)}


@pytest.fixture(autouse=True)
def usual_look(qapp: QApplication) -> object:
    """No test leaves its look to the next."""
    yield
    theme.dress(qapp)
