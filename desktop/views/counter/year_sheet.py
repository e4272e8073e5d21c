"""The sheet of the patient's year: its bars, or in their place the rarer cells."""

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.presenters.states import CounterState
from desktop.views import theme
from desktop.views.widgets import label, mark, tell

if TYPE_CHECKING:
    from desktop.views.bars import YearBars


_BARS_HIGH: Final = 132
"""The room of an inpatient's bars (pixels at 100 %); it is kept while there are none."""


EXTRA_ROWS: Final = (
    ("transfer", "deductible_paid"),
    ("earlier_stays", "settled", "major_disease"),
    ("case", "fund_paid", "fund_deductible"),
    ("consecutive_years", "zero_claim_years", "gap_years"),
    ("care",),
    ("hospital_part", "fraud_amounts"),
)
EXTRAS: Final = frozenset(name for row in EXTRA_ROWS for name in row)
EXTRA_HEIGHT: Final = 24
"""The rarer cells row by row, all of them, and the height of one (pixels at 100 %)."""


class YearSheet(QFrame):
    """Draw where the year stands. ``extras`` holds the rarer cells, which `EntryColumn` puts there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._bars_shown = True
        self._drawn = self._filled = False
        self._low = False
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
        self._filled = state.extras_filled
        self._show_foot()
        self._extras_line.setText(state.extras_line)
        tell(self._extras_line, state.extras_line)
        mark(self._extras_line, "wrong", state.extras_wrong)
        if opening:
            for layout in (self._foot, self._rows):
                layout.invalidate()  # the sheet is measured before the layouts learn what was hidden
            self.updateGeometry()

    def set_low(self, low: bool, *, bars: bool) -> None:
        """Show the line of the rarer cells only where one is filled in (``low``), and the bars or not."""
        self._low, self._bars_shown = low, bars
        if self._bars is not None:
            self._bars.setVisible(bars and self.extras.isHidden() and self._drawn)
        self._show_foot()
        self._rows.invalidate()
        self.updateGeometry()

    def _show_foot(self) -> None:
        shown = self.extras.isHidden() and (self._filled or not self._low)
        for widget in (self._extras_heading, self._extras_line):
            widget.setVisible(shown)

    def kept_for_bars(self) -> int:
        """Return the room to keep for bars that are not there yet, or grow (pixels); 0 where none come."""
        if not self._bars_shown or not self.extras.isHidden():
            return 0
        if self._bars is None or self._bars.isHidden():
            return theme.px(_BARS_HIGH) + self._rows.spacing()
        return max(0, theme.px(_BARS_HIGH) - self._bars.sizeHint().height())

    def _render_bars(self, state: CounterState) -> None:
        """Draw the year's bars, which are made when there is the first one to draw."""
        if self._bars is None:
            if not state.bars:
                return
            from desktop.views.bars import YearBars

            self._bars = YearBars()
            self._rows.insertWidget(1, self._bars)
        self._bars.render_bars(state.bars, state.headings["year"])
        self._drawn = bool(state.bars)
        shown = self._drawn and self._bars_shown and not state.extras_open
        if shown is self._bars.isHidden():
            self._bars.setVisible(shown)
            self._rows.invalidate()
            self.updateGeometry()
