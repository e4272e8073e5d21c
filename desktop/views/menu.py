"""The menu, made when it is asked for: a list of groups, each a list of its own."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from desktop.presenters.page_states import MenuGroup


class Menu(QMenu):
    """The actions of the desk. ``done`` tells the chosen one. Digits open groups, arrows and Enter choose."""

    done = Signal(str)

    def __init__(self, parent: QWidget, groups: tuple[MenuGroup, ...]) -> None:
        super().__init__(parent)
        self.setObjectName("menu")
        self.triggered.connect(self._tell)
        for number, group in enumerate(groups, 1):
            inside = self.addMenu(f"&{number}  {group.title}")
            inside.setObjectName("menu")
            for item in group.items:
                text = item.text.replace("&", "&&")
                action = inside.addAction(f"{text}\t{item.key}" if item.key else text)
                action.setData(item.name)
                action.setEnabled(item.usable)
                if item.checked is not None:
                    action.setCheckable(True)
                    action.setChecked(item.checked)

    def _tell(self, action: QAction) -> None:
        self.done.emit(action.data())

    def open_under(self, widget: QWidget) -> None:
        """Open under a widget. The menu is deleted when it closes."""
        self.aboutToHide.connect(self.deleteLater)
        self.popup(widget.mapToGlobal(QPoint(0, widget.height())))


class Shortcut(QShortcut):
    """A key beside the footer's. It works wherever the focus is, and a held key counts once."""

    pressed_key = Signal(str)

    def __init__(self, parent: QWidget, key: str) -> None:
        super().__init__(QKeySequence(key), parent)
        self._key = key
        self.setAutoRepeat(False)
        self.activated.connect(self._tell)

    def _tell(self) -> None:
        self.pressed_key.emit(self._key)
