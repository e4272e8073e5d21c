"""The system's change of theme, heard after the first paint."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.views import theme


class System(QObject):
    """Dress the program again when the system changes between light, dark and high contrast."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._changed)
        if hasattr(hints, "accessibility"):
            hints.accessibility().contrastPreferenceChanged.connect(self._changed)
        self._changed()  # high contrast is not seen before the first paint

    def _changed(self) -> None:
        theme.follow(self._app)
