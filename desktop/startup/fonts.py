"""The program's own type: the same on every machine, with every name in it."""

from functools import cache
from typing import Final

from PySide6.QtGui import QFontDatabase

from core.places import RESOURCES

FAMILY: Final = "Mingzhang Sans"


@cache
def load_weight(weight: str) -> bool:
    """Bring in one cut of the bundled type, once; False where it is not there. Needs a QGuiApplication."""
    file = RESOURCES / "fonts" / f"MingzhangSans-{weight}.otf"
    return QFontDatabase.addApplicationFont(str(file)) >= 0


def load_fonts() -> str:
    """Bring in the bundled fonts, once; the family's name. Needs a QGuiApplication.

    Raises FileNotFoundError where the program's own data is not all there.
    """
    for weight in ("Regular", "Bold"):
        if not load_weight(weight):
            raise FileNotFoundError(RESOURCES / "fonts")
    return FAMILY
