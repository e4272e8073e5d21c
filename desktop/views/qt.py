"""Qt's namespace of enumerations, read at its first use.

Reading it from Python takes about 14 ms, as long as building the whole counter; the first paint does
without it: what is set before then is set by a property's name (``setProperty("alignment", RIGHT)``).
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
RIGHT: Final = "AlignRight|AlignVCenter"

__all__ = ["LEFT", "RIGHT", "Qt"]
