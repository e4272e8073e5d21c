"""The program's own type: the same on every machine, with the characters of every name."""

from typing import Final

from PySide6.QtGui import QFontDatabase

from core.places import RESOURCES

FAMILY: Final = "Mingzhang Sans"


_loaded: Final[set[str]] = set()
"""The cuts that were loaded. A later one takes the place of an earlier one of its weight."""


def load_start() -> None:
    """Load the small cut that the first frame is drawn with, where the whole regular one is not there.

    It has the characters of the program's own words. Needs a QGuiApplication.
    """
    if "Regular" not in _loaded:
        _load("Start")


def load_fonts() -> str:
    """Load the bundled fonts, once. Return the family's name. Needs a QGuiApplication.

    Raises FileNotFoundError where a font is missing from the program's own data.
    """
    for cut in ("Regular", "Bold"):
        if not _load(cut):
            raise FileNotFoundError(RESOURCES / "fonts")
    return FAMILY


def _load(cut: str) -> bool:
    """Load one cut of the bundled type, once. Return False where its file is missing."""
    if cut not in _loaded:
        file = RESOURCES / "fonts" / f"MingzhangSans-{cut}.otf"
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            return False
        _loaded.add(cut)
    return True
