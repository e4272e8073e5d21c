"""Qt's namespace of enumerations, read at its first use.

Reading it from Python takes about 14 ms, as long as building the whole counter; the first frame does without.
What is set before then is set by a property's name (``setProperty("alignment", RIGHT)``), and what is painted
then is painted with brushes and pens out of a palette: even a `QBrush` made from a colour asks for it.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
else:

    class _Enumerations:
        """Stands for Qt's own namespace; each enumeration is looked up once."""

        def __getattr__(self, name: str) -> object:
            from PySide6 import QtCore

            found = getattr(QtCore.Qt, name)
            setattr(self, name, found)
            return found

    Qt = _Enumerations()

LEFT: Final = "AlignLeft|AlignVCenter"
LEFT_FLAGS: Final = 0x0001 | 0x0080
"""The same as a number, for the calls that take one."""
RIGHT: Final = "AlignRight|AlignVCenter"
WRAPPED: Final = 0x1000
"""Several lines, as a number."""

__all__ = ["LEFT", "LEFT_FLAGS", "RIGHT", "WRAPPED", "Qt"]
