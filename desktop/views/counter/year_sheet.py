"""The sheet of the patient's year: its bars, or in their place the rarer cells."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.presenters.states import CounterState
from desktop.views.widgets import label, mark, plainly

if TYPE_CHECKING:
    from desktop.views.bars import YearBars


class YearSheet(QFrame):
    """Draw where the year stands. ``extras`` holds the rarer cells, which `EntryColumn` puts there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._rows = rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 8, 14, 8)
        rows.setSpacing(4)
        self._heading = label("heading", parent=self)
        self._line = label("quiet", parent=self)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._heading)
        head.addWidget(self._line, 1)
        rows.addLayout(head)
        self._bars: YearBars | None = None
        self.extras = QWidget(self)
        rows.addWidget(self.extras)
        self._extras_heading = label("heading", parent=self)
        # a bold letter and a sign are wider than they say
        self._extras_heading.setContentsMargins(1, 0, 1, 0)
        self._extras_line = label("quiet", parent=self)
        self._extras_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._foot = foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._extras_heading)
        foot.addWidget(self._extras_line, 1)
        rows.addLayout(foot)

    def render_year(self, state: CounterState) -> None:
        """Draw the year, or make room for the rarer cells while they are open."""
        self._render_bars(state)
        self._heading.setText(state.headings["extras" if state.extras_open else "year"])
        self._line.setText(state.extras_about if state.extras_open else state.year_line)
        opening = self.extras.isHidden() is state.extras_open
        self.extras.setVisible(state.extras_open)
        self._extras_heading.setText(state.headings["extras"])
        for widget in (self._extras_heading, self._extras_line):
            widget.setVisible(not state.extras_open)
        self._extras_line.setText(state.extras_line)
        self._extras_line.setToolTip(plainly(state.extras_line))
        mark(self._extras_line, "wrong", state.extras_wrong)
        if opening:
            for layout in (self._foot, self._rows):
                layout.invalidate()  # the sheet is measured before the layouts learn what was hidden
            self.updateGeometry()

    def _render_bars(self, state: CounterState) -> None:
        """Draw the year's bars, which are made when there is the first one to draw."""
        if self._bars is None:
            if not state.bars:
                return
            from desktop.views.bars import YearBars

            self._bars = YearBars()
            self._rows.insertWidget(1, self._bars)
        self._bars.render_bars(state.bars, state.headings["year"])
        self._bars.setVisible(bool(state.bars) and not state.extras_open)
