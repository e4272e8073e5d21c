"""The guide for beginning: keys, and what they are for."""

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop.views.qt import Qt
from desktop.views.widgets import label

_APART, _CLOSE = 14, 4
_BELOW = 20
"""The row under all lines, which takes what they leave."""


class Guide(QWidget):
    """A line for each key, in the place of steps that are not there yet."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 8, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(_APART)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(_BELOW, 1)
        self._lines: list[tuple[QLabel, QLabel]] = []

    def give_up(self) -> bool:
        """Stand closer, then leave out the last line but never the first; False where nothing is left."""
        shown = [line for line in self._lines if not line[0].isHidden()]
        close = self._grid.verticalSpacing() == _CLOSE
        if close and len(shown) < 2:
            return False
        if close:
            for widget in shown[-1]:
                widget.hide()
        self._grid.setVerticalSpacing(_CLOSE)
        self._grid.invalidate()
        self.updateGeometry()
        return True

    def render_guide(self, lines: tuple[tuple[str, str], ...]) -> None:
        """Show the lines, each a key and its words."""
        while len(self._lines) < len(lines):
            key, text = label("guideKey", parent=self), label("quiet", parent=self)
            text.setWordWrap(True)
            for widget, column in ((key, 0), (text, 1)):
                self._grid.addWidget(widget, len(self._lines), column, Qt.AlignmentFlag.AlignTop)
            self._lines.append((key, text))
        self._grid.setVerticalSpacing(_APART)
        for at, (key, text) in enumerate(self._lines):
            for widget, words in zip((key, text), lines[at] if at < len(lines) else ("", ""), strict=True):
                widget.setText(words)
                widget.setVisible(bool(words))
