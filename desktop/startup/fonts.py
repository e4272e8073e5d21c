"""The program's own type: the same on every machine, with the characters of every name."""

from functools import cache
from typing import Final

from PySide6.QtGui import QFontDatabase

from core.places import RESOURCES

FAMILY: Final = "Mingzhang Sans"


@cache
def load_weight(weight: str) -> bool:
    """Load one weight of the bundled type, once. Return False where its file is missing.

    Needs a QGuiApplication.
    """
    file = RESOURCES / "fonts" / f"MingzhangSans-{weight}.otf"
    return QFontDatabase.addApplicationFont(str(file)) >= 0


def load_fonts() -> str:
    """Load the bundled fonts, once. Return the family's name. Needs a QGuiApplication.

    Raises FileNotFoundError where a font is missing from the program's own data.
    """
    for weight in ("Regular", "Bold"):
        if not load_weight(weight):
            raise FileNotFoundError(RESOURCES / "fonts")
    return FAMILY
