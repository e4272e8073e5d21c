"""The program's icon, for windows and the task bar where no desktop entry gives one."""

from PySide6.QtGui import QIcon

from core.places import RESOURCES


def icon() -> QIcon:
    """Every size that ships."""
    made = QIcon()
    for file in sorted((RESOURCES / "icons").glob("mingzhang-*.png")):
        made.addFile(str(file))
    return made
