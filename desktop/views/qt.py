"""Qt's namespace of enumerations, read at its first use.

Reading it from Python takes about 14 ms, as long as building the whole counter. The first frame does without:
properties are set by name (``setProperty("alignment", RIGHT)``), and brushes and pens come out of a palette,
since even a `QBrush` made from a colour asks for the enumerations. A widget's `style()` has as many of its
own: what is painted in the first frame is painted by a `QStylePainter`, which asks the style by itself.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
else:

    class _Enumerations:
        """A stand-in for Qt's own namespace. Each enumeration is looked up once."""

        def __getattr__(self, name: str) -> object:
            from PySide6 import QtCore

            enumeration = getattr(QtCore.Qt, name)
            setattr(self, name, enumeration)
            return enumeration

    Qt = _Enumerations()

LEFT: Final = "AlignLeft|AlignVCenter"
LEFT_FLAGS: Final = 0x0001 | 0x0080
"""The same as a number, for calls that take one."""
RIGHT: Final = "AlignRight|AlignVCenter"
WRAPPED: Final = 0x1000
"""Words in several lines, as a number for calls that take one."""

__all__ = ["LEFT", "LEFT_FLAGS", "RIGHT", "WRAPPED", "Qt"]
