"""The look of the window: its font, the theme and the size that are shown, and the style sheet.

A theme and a size can be chosen. Without a choice the theme follows the system, also while the window is
open. Before the first paint only what is cheap is read: a dark system shows in its palette.
"""

from contextlib import suppress
from functools import cache
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtGui import QBrush, QColor, QFont, QPalette, QPen
from PySide6.QtWidgets import QApplication, QWidget

from desktop.startup.fonts import FAMILY, load_fonts, load_start
from desktop.views.palettes import LIGHT, PALETTES, Palette
from desktop.views.qt import Qt

SIZES: Final = (90, 100, 115, 130)
"""The font sizes that can be chosen, in percent."""

# Three sizes of type, and the one figure (pixels at 100 %).
FINE: Final = 13
TEXT: Final = 14
TITLE: Final = 18
FIGURE: Final = 54
LONG_FIGURE: Final = 36
"""The figure where millions meet a narrow window."""

LEAST_WIDE: Final = 960
"""The least width of a window (pixels at 100 %). A larger size is worn where the window is as much wider."""

MEASURE: Final = 1640
"""The greatest width of text (pixels at 100 %): beyond it the eye loses its row."""

_ROLES: Final = (
    ("Window", "paper"),
    ("Base", "sheet"),
    ("AlternateBase", "paper"),
    ("Text", "ink"),
    ("WindowText", "ink"),
    ("Button", "sheet"),
    ("ButtonText", "ink"),
    ("Highlight", "accent"),
    ("HighlightedText", "on_accent"),
    ("PlaceholderText", "faint"),
    ("ToolTipBase", "sheet"),
    ("ToolTipText", "ink"),
)

_STYLE: Final = """
#header {{ background: {sheet}; border-bottom: 1px solid {line}; }}
#program {{ font-weight: bold; font-size: {title}px; color: {accent}; }}
#quiet, #hint, #collapsed, #notes, #label {{ color: {soft}; }}
#hint, #made, #over {{ font-size: {fine}px; color: {soft}; }}
#hint[wrong="true"], #quiet[wrong="true"] {{ color: {wrong}; }}
#hint[warned="true"] {{ color: {ink}; font-weight: bold; }}
#practice {{ background: {practice}; color: {on_practice}; font-weight: bold; padding: 2px 16px; }}
#panel {{ background: {sheet}; border: 1px solid {line}; border-radius: 6px; }}
#heading, #guideKey {{ font-weight: bold; color: {accent}; }}
QPushButton#tab {{ text-align: left; padding: 6px 10px; border-radius: 4px; }}
QPushButton#tab[current="true"] {{ background: {accent}; color: {on_accent}; font-weight: bold; }}
QPushButton#tab[wrong="true"] {{ color: {wrong}; }}
QPushButton#tab[current="true"][wrong="true"] {{ color: {on_accent}; }}
#readyRows {{ background: {sheet}; }}
#readyWhat {{ font-weight: bold; }}
#readyText {{ color: {done}; }}
#readyText[wrong="true"] {{ color: {wrong}; }}
QLineEdit {{ background: {sheet}; color: {ink}; border: 1px solid {edge}; border-radius: 4px; padding: 0 8px;
             selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus {{ border: 2px solid {focus}; padding: 0 7px; }}
QLineEdit[wrong="true"] {{ border: 2px solid {wrong}; background: {wrong_soft}; padding: 0 7px; }}
QLineEdit:read-only {{ background: {paper}; border-color: {line}; }}
#figureTitle {{ font-size: {title}px; font-weight: bold; }}
#figure {{ font-size: {figure}px; font-weight: bold; }}
#figure[long="true"] {{ font-size: {long}px; }}
#capitals {{ font-size: {title}px; color: {soft}; }}
#headline {{ font-size: {title}px; font-weight: bold; color: {wrong}; }}
#posted {{ color: {done}; font-weight: bold; }}
#posted[wrong="true"] {{ color: {wrong}; }}
#next {{ font-weight: bold; }}
QTableWidget, QTableView {{ background: {sheet}; color: {ink}; border: none; gridline-color: transparent;
                outline: none; selection-background-color: {accent_soft}; selection-color: {ink}; }}
QTableWidget::item, QTableView::item {{ padding: 0 6px; border-bottom: 1px solid {hairline}; }}
QTableWidget::item:selected, QTableView::item:selected {{ background: {accent_soft}; color: {ink}; }}
QHeaderView {{ background: {sheet}; border: none; }}
QHeaderView::section {{ background: {sheet}; color: {soft}; border: none; border-bottom: 1px solid {line};
                        padding: 2px 9px; font-weight: normal; }}
#footer {{ background: {sheet}; border-top: 1px solid {line}; }}
QPushButton {{ background: transparent; color: {ink}; border: 1px solid transparent; border-radius: 4px;
               padding: 3px 8px; }}
#footer QPushButton {{ text-align: left; }}
QPushButton:hover {{ background: {accent_soft}; }}
QPushButton:focus {{ border: 2px solid {focus}; padding: 2px 7px; }}
QPushButton:disabled {{ color: {faint}; }}
QPushButton#answer {{ border: 1px solid {accent}; background: {sheet}; color: {ink}; padding: 3px 12px; }}
#notice {{ font-weight: bold; }}
#notice[kind="said"] {{ background: {accent_soft}; color: {ink}; }}
#notice[kind="wrong"] {{ background: {wrong_soft}; color: {wrong}; }}
#notice[kind="done"] {{ background: {done_soft}; color: {done}; }}
#question {{ background: {accent}; }}
#question QLabel {{ color: {on_accent}; font-size: {title}px; font-weight: bold; }}
#pageTitle {{ font-size: {title}px; font-weight: bold; color: {accent}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {edge}; border-radius: 5px; min-height: 24px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {edge}; border-radius: 5px; min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QMenu {{ background: {sheet}; color: {ink}; border: 1px solid {edge}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 26px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QToolTip {{ background: {sheet}; color: {ink}; border: 1px solid {edge}; }}
"""

_ONE_GROUND: Final = """
QLineEdit:focus {{ border: 3px solid {focus}; padding: 0 6px; }}
QLineEdit[wrong="true"] {{ border: 2px dashed {wrong}; padding: 0 7px; }}
QLineEdit[wrong="true"]:focus {{ border: 3px dashed {wrong}; padding: 0 6px; }}
QLineEdit:read-only {{ border: 1px dashed {edge}; }}
QLineEdit:read-only:focus {{ border: 3px dashed {focus}; }}
#list {{ border: 3px solid {sheet}; }}
#list:focus {{ border: 3px solid {focus}; }}
QTableWidget::item:selected, QTableView::item:selected {{ background: {accent}; color: {on_accent}; }}
#notice[kind="said"] {{ background: {accent}; color: {on_accent}; }}
#notice[kind="wrong"] {{ background: {wrong}; color: {sheet}; }}
#notice[kind="done"] {{ background: {done}; color: {sheet}; }}
QMenu::item:disabled {{ color: {line}; }}
QMenu::item:disabled:selected {{ background: {sheet}; border: 1px dashed {line}; }}
"""
"""Rules that a theme of one ground adds: shape, thickness and reversal, where others have another ground."""


class _Look(QObject):
    """The look that is shown now. There is one QApplication, and its look is one."""

    changed = Signal()

    palette = LIGHT
    percent = 100
    chosen = 100
    wanted = ""
    dressed = False
    whole = False


_look = _Look()

changed: Final[SignalInstance] = _look.changed
"""Tells once every part wears another theme or size.

A widget need not watch its own `changeEvent` for that: the first event that Python is handed makes PySide6
build the classes of all of them, which the first frame does without.
"""


def colours() -> Palette:
    """Return the colours of the theme that is shown."""
    return _look.palette


def px(pixels: int) -> int:
    """Return a length (pixels at 100 %) at the size that is shown."""
    return pixels if _look.percent == 100 else round(pixels * _look.percent / 100)


def fine() -> int:
    """Return the height of fine print (pixels)."""
    return px(FINE)


def style(palette: Palette, percent: int = 100) -> str:
    """Return the style sheet of a theme at a size (percent)."""
    sizes = {"fine": FINE, "title": TITLE, "figure": FIGURE, "long": LONG_FIGURE}
    sheet = _STYLE + _ONE_GROUND if palette.one_ground else _STYLE
    return sheet.format(
        **palette._asdict(), **{name: round(size * percent / 100) for name, size in sizes.items()}
    )


def fix(widget: QWidget, high: int = 0, wide: int = 0, most: int = 0, deep: int = 0, least: int = 0) -> None:
    """Fix a widget's height (``high``) or width (``wide``), or bound them, also at every later size.

    ``most`` and ``least`` are the greatest and the least width, ``deep`` is the greatest height. All are
    pixels at 100 %; 0 leaves free.
    """
    if high:
        widget.setProperty("high", high)
        widget.setFixedHeight(px(high))
    if wide:
        widget.setProperty("wide", wide)
        widget.setFixedWidth(px(wide))
    if most:
        widget.setProperty("most", most)
        widget.setMaximumWidth(px(most))
    if deep:
        widget.setProperty("deep", deep)
        widget.setMaximumHeight(px(deep))
    if least:
        widget.setProperty("least", least)
        widget.setMinimumWidth(px(least))


def add_fonts() -> None:
    """Read the whole type after the first paint.

    Until then the program's own words are drawn from a small cut, the bold ones too.
    """
    if _look.whole:
        return
    _look.whole = True
    with suppress(FileNotFoundError):  # then in the system's own type
        load_fonts()
    from PySide6.QtCore import QEvent

    for widget in QApplication.allWidgets():
        if widget.font().bold():  # it is a little wider than what its place was measured by
            QApplication.sendEvent(widget, QEvent(QEvent.Type.FontChange))


def fitting(percent: int, room: int) -> int:
    """Return the size (percent) for a window so wide: the chosen one, or the largest below it that fits."""
    return max(size for size in SIZES if size <= percent and (size <= 100 or size * LEAST_WIDE <= 100 * room))


def has_room(room: int) -> bool:
    """Return whether the size that is worn is right for a window so wide (pixels)."""
    return fitting(_look.chosen, room) == _look.percent


def make_room(app: QApplication, room: int) -> None:
    """Wear the size that a window so wide (pixels) has room for."""
    if not has_room(room):
        dress(app, _look.wanted, _look.chosen, room)


def dress(app: QApplication, wanted: str = "", percent: int = 100, room: int = 0) -> None:
    """Give the program its style, colours and font, before the first paint and whenever they change.

    ``wanted`` is one of `PALETTES`, empty for the system's own. ``percent`` is one of `SIZES`. ``room`` is
    the width of the window (pixels), 0 where it is not known yet.
    """
    first = not _look.dressed
    if first:
        _look.dressed = True
        load_start()
    _look.wanted = wanted if wanted in PALETTES else ""
    palette = PALETTES[_look.wanted or _system(app, first)]
    _look.chosen = percent if percent in SIZES else 100
    percent = fitting(_look.chosen, room) if room else _look.chosen
    _look.palette, _look.percent = palette, percent
    font = QFont(FAMILY)
    font.setPixelSize(px(TEXT))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    drawn = QPalette()
    for role, name in _ROLES:
        drawn.setColor(getattr(QPalette.ColorRole, role), QColor(getattr(palette, name)))
    app.setPalette(drawn)
    app.setStyleSheet(style(palette, percent))
    if not first:
        _resize(app)
        QTimer.singleShot(0, _look, _look.changed.emit)


def follow(app: QApplication) -> None:
    """Wear the system's theme where none was chosen and the system has changed."""
    if not _look.wanted and PALETTES[_system(app, False)] is not _look.palette:
        dress(app, "", _look.chosen)


def _resize(app: QApplication) -> None:
    for widget in app.allWidgets():
        fix(widget, *(widget.property(name) or 0 for name in ("high", "wide", "most", "deep", "least")))


def _system(app: QApplication, first: bool) -> str:
    """Return the theme that the system asks for, by its palette alone before the first paint."""
    if first:
        return "dark" if app.palette().window().color().lightness() < 128 else "light"
    return asked(app)


def asked(app: QApplication) -> str:
    """Return the theme that the system asks for, as far as the platform tells: a key of `PALETTES`."""
    hints = app.styleHints()
    contrast = hints.accessibility().contrastPreference() if hasattr(hints, "accessibility") else None
    if contrast is not None and contrast is Qt.ContrastPreference.HighContrast:  # Qt 6.10 and later
        return "contrast"
    return "dark" if hints.colorScheme() is Qt.ColorScheme.Dark else "light"


@cache
def written(colour: str) -> QPalette:
    """Return a palette for text in one colour."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    return palette


@cache
def brush(colour: str) -> QBrush:
    """Return a brush of one colour."""
    return written(colour).windowText()


@cache
def pen(colour: str, width: int = 1, dashed: bool = False) -> QPen:
    """Return a pen (width in pixels)."""
    line = QPen()
    line.setBrush(brush(colour))
    line.setWidth(width)
    if dashed:
        line.setDashPattern([3, 2])
    return line
