"""The program's icon, for windows and for a task bar that no desktop entry tells of it."""

from PySide6.QtGui import QIcon

from core.places import RESOURCES


def icon() -> QIcon:
    """Return the icon in every size that ships."""
    sizes = QIcon()
    for file in sorted((RESOURCES / "icons").glob("mingzhang-*.png")):
        sizes.addFile(str(file))
    return sizes
