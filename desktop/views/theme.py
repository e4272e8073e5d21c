"""How everything looks: the one font, the colours, the style sheet. Read once, before the first window."""

from functools import cache
from typing import Final

from PySide6.QtGui import QBrush, QColor, QFont, QFontDatabase, QPalette, QPen
from PySide6.QtWidgets import QApplication

from core.places import RESOURCES
from desktop.views.qt import Qt

FAMILY: Final = "Mingzhang Sans"

PAPER: Final = "#f3f1ec"
SHEET: Final = "#ffffff"
INK: Final = "#1d232b"
SOFT: Final = "#5a626e"
FAINT: Final = "#8b919a"
LINE: Final = "#dedbd3"
EDGE: Final = "#b9b6ad"
ACCENT: Final = "#17456b"
ACCENT_SOFT: Final = "#e7eef4"
ON_ACCENT: Final = "#c9d8e4"
WRONG: Final = "#a3211b"
WRONG_SOFT: Final = "#fbeeed"
DONE: Final = "#1f5f3a"
PRACTICE: Final = "#f0e442"  # made-up data, and nothing else

# Okabe and Ito's hues, which stay apart for every kind of colour vision.
PAYERS: Final = {
    "basic": "#0072b2",
    "critical_illness": "#009e73",
    "assistance": "#cc79a7",
    "patient": "#e69f00",
    "": "#6b7480",
}
# By the names of Qt's brush styles; empty is plain.
PATTERNS: Final = {
    "basic": "",
    "critical_illness": "BDiagPattern",
    "assistance": "Dense5Pattern",
    "patient": "FDiagPattern",
    "": "",
}

STYLE: Final = f"""
QMainWindow, #page {{ background: {PAPER}; }}
#header {{ background: {SHEET}; border-bottom: 1px solid {LINE}; }}
#program {{ font-weight: bold; font-size: 17px; color: {ACCENT}; }}
#hint {{ font-size: 13px; }}
#quiet, #hint, #collapsed, #notes {{ color: {SOFT}; }}
#hint[wrong="true"] {{ color: {WRONG}; }}
#practice {{ background: {PRACTICE}; color: #000000; font-weight: bold; padding: 2px 16px; }}
#panel {{ background: {SHEET}; border: 1px solid {LINE}; border-radius: 6px; }}
#heading {{ font-weight: bold; color: {ACCENT}; }}
#label {{ color: {SOFT}; }}
QPushButton#tab {{ text-align: left; padding: 6px 10px; border-radius: 4px; }}
QPushButton#tab[current="true"] {{ background: {ACCENT}; color: white; font-weight: bold; }}
QPushButton#tab[wrong="true"] {{ color: {WRONG}; }}
QPushButton#tab[current="true"][wrong="true"] {{ color: white; }}
#made, #over {{ font-size: 13px; color: {SOFT}; }}
#readyRows {{ background: {SHEET}; }}
#readyWhat {{ font-weight: bold; }}
#readyText {{ color: {DONE}; }}
#readyText[wrong="true"] {{ color: {WRONG}; }}
QLineEdit {{ background: {SHEET}; border: 1px solid {EDGE}; border-radius: 4px; padding: 0 8px;
             selection-background-color: {ACCENT}; selection-color: white; }}
QLineEdit:focus {{ border: 2px solid {ACCENT}; padding: 0 7px; }}
QLineEdit[wrong="true"] {{ border: 2px solid {WRONG}; background: {WRONG_SOFT}; padding: 0 7px; }}
QLineEdit:read-only {{ background: {PAPER}; border-color: {LINE}; }}
#figureTitle {{ font-size: 16px; font-weight: bold; }}
#figure {{ font-size: 54px; font-weight: bold; }}
#capitals {{ font-size: 17px; color: {SOFT}; }}
#headline {{ font-size: 32px; font-weight: bold; color: {WRONG}; }}
#missing {{ font-size: 15px; }}
#posted {{ color: {DONE}; font-weight: bold; font-size: 15px; }}
#next {{ font-weight: bold; }}
QTableWidget {{ background: {SHEET}; border: none; gridline-color: transparent; outline: none;
                selection-background-color: {ACCENT_SOFT}; selection-color: {INK}; }}
QTableWidget::item {{ padding: 0 6px; border-bottom: 1px solid #efede8; }}
QTableWidget::item:selected {{ background: {ACCENT_SOFT}; color: {INK}; }}
QHeaderView::section {{ background: {SHEET}; color: {SOFT}; border: none; border-bottom: 1px solid {LINE};
                        padding: 2px 9px; font-weight: normal; }}
#footer {{ background: {SHEET}; border-top: 1px solid {LINE}; }}
QPushButton {{ background: transparent; border: 1px solid transparent; border-radius: 4px;
               padding: 3px 8px; }}
QPushButton:hover {{ background: {ACCENT_SOFT}; }}
QPushButton:focus {{ border: 2px solid {ACCENT}; padding: 2px 7px; }}
QPushButton:disabled {{ color: {FAINT}; }}
QPushButton#answer {{ border: 1px solid {ACCENT}; background: {SHEET}; padding: 3px 12px; }}
#notice {{ padding: 0 16px; font-weight: bold; }}
#notice[kind="said"] {{ background: {ACCENT_SOFT}; }}
#notice[kind="wrong"] {{ background: {WRONG_SOFT}; color: {WRONG}; font-weight: bold; }}
#notice[kind="done"] {{ background: #e8f2ec; color: {DONE}; font-weight: bold; }}
#question {{ background: {ACCENT}; }}
#question QLabel {{ color: white; font-size: 17px; font-weight: bold; }}
#pageTitle {{ font-size: 20px; font-weight: bold; color: {ACCENT}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: #c9c6bd; border-radius: 5px; min-height: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QMenu {{ background: {SHEET}; color: {INK}; border: 1px solid {LINE}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 14px; border-radius: 4px; }}
QMenu::item:selected {{ background: {ACCENT}; color: white; }}
QMenu::item:disabled {{ color: {FAINT}; }}
QToolTip {{ background: {SHEET}; color: {INK}; border: 1px solid {LINE}; }}
"""


_loaded: set[str] = set()


def _add(weight: str) -> None:
    if weight not in _loaded:
        _loaded.add(weight)
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / f"MingzhangSans-{weight}.otf"))


def add_bold() -> None:
    """The bold cut, read after the first paint: until then bold words are drawn from the regular one."""
    _add("Bold")


def dress(app: QApplication) -> None:
    """Gives the program its style, palette and font."""
    if app.style().name() != "fusion":  # as it is where the desktop brings no style of its own
        app.setStyle("Fusion")
    _add("Regular")
    font = QFont(FAMILY)
    font.setPixelSize(14)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, PAPER),
        (QPalette.ColorRole.Base, SHEET),
        (QPalette.ColorRole.Text, INK),
        (QPalette.ColorRole.WindowText, INK),
        (QPalette.ColorRole.Button, SHEET),
        (QPalette.ColorRole.ButtonText, INK),
        (QPalette.ColorRole.Highlight, ACCENT),
        (QPalette.ColorRole.HighlightedText, "#ffffff"),
        (QPalette.ColorRole.PlaceholderText, FAINT),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    app.setStyleSheet(STYLE)


@cache
def written(colour: str) -> QPalette:
    """A palette for text in one colour."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    return palette


@cache
def brush(colour: str) -> QBrush:
    """A plain brush."""
    return written(colour).windowText()


@cache
def pen(colour: str, width: int = 1) -> QPen:
    """A pen (width in pixels)."""
    made = QPen()
    made.setBrush(brush(colour))
    made.setWidth(width)
    return made


def fill(payer: str) -> tuple[QColor, QBrush | None]:
    """A payer's ground and the pattern over it (None: plain), so that it also reads without colour."""
    ground = QColor(PAYERS[payer])
    style = PATTERNS[payer]
    if not style:
        return ground, None
    return ground, QBrush(ground.darker(135), getattr(Qt.BrushStyle, style))
