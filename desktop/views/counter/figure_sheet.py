"""The sheet of the one figure: what the patient pays, in digits and in capitals, and who pays the rest."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from desktop.presenters.states import CounterState, Figure
from desktop.views import theme
from desktop.views.qt import RIGHT
from desktop.views.widgets import Place, label, mark

if TYPE_CHECKING:
    from desktop.views.bars import PayerBar

FIGURE_HIGH = 206
"""How high the sheet is where there is room (pixels at 100 %)."""

_CAPTIONS_APART = 14


class FigureSheet(QFrame):
    """Draw the figure of `CounterState` with its shares, or what is missing for one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._rows = rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 12, 20, 10)
        rows.setSpacing(2)
        self._head = QHBoxLayout()
        self._title = label("figureTitle", parent=self)
        self._posted = label("posted", parent=self)
        self._captions = QVBoxLayout()
        self._captions.addWidget(self._title)
        self._captions.addWidget(self._posted)
        self._captions.addStretch(1)
        self._head.addLayout(self._captions)
        self._figure = label("figure")
        self._figure_place = Place(self._figure)
        self._head.addWidget(self._figure_place, 1)
        rows.addLayout(self._head)
        self._figure.setProperty("alignment", RIGHT)
        theme.fix(self._figure_place, high=72)
        self._capitals = label("capitals")
        self._capitals_place = Place(self._capitals)
        self._capitals.setProperty("alignment", RIGHT)
        self._headline = label("headline", parent=self)
        self._missing = label("missing", parent=self)
        self._missing.setWordWrap(True)
        self._missing.setProperty("alignment", "AlignLeft|AlignTop")
        rows.addWidget(self._capitals_place)
        rows.addWidget(self._headline)
        rows.addWidget(self._missing, 1)
        self._shares_text = label("quiet", parent=self)
        self._bar: PayerBar | None = None
        rows.addSpacing(4)
        rows.addWidget(self._shares_text)
        theme.fix(self, high=FIGURE_HIGH)

    def render_figure(self, state: CounterState) -> None:
        """Draw the figure and its shares."""
        self._render_amount(state.figure)
        self._posted.setText(state.posted)
        mark(self._posted, "wrong", state.taken_back)
        self._shares_text.setText(state.shares_text)
        self._shares_text.setVisible(bool(state.shares))
        self._render_shares(state)

    def _render_amount(self, figure: Figure) -> None:
        self._title.setText(figure.title)
        self._figure.setText(f"¥ {figure.amount}" if figure.amount else "")
        self._figure_place.setVisible(bool(figure.amount))
        self._figure.setAccessibleDescription(figure.spoken)
        self._capitals.setText(figure.capitals)
        self._capitals_place.setVisible(bool(figure.amount))
        self._headline.setText(figure.headline)
        self._headline.setVisible(bool(figure.headline))
        self._missing.setText("\n".join(figure.missing))
        self._missing.setVisible(bool(figure.missing))

    def _render_shares(self, state: CounterState) -> None:
        """Draw the bar of who pays, which is made when there is the first one to draw."""
        if self._bar is None:
            if not state.shares:
                return
            from desktop.views.bars import PayerBar

            self._bar = PayerBar()
            self._rows.addWidget(self._bar)
        self._bar.setVisible(bool(state.shares))
        self._bar.render_shares(state.shares, state.shares_text, state.figure.spoken)

    def fit_words(self, width: int) -> None:
        """Fit the words into a sheet of a width (pixels).

        In a narrow one the captions stand over the figure, a figure of millions takes smaller digits, and
        the capitals take another line.
        """
        sides, edge = self._rows.contentsMargins(), self.contentsMargins()
        room = width - sides.left() - sides.right() - edge.left() - edge.right()
        shown = not self._figure_place.isHidden()
        mark(self._figure, "long", shown and self._figure_width() > room)
        captions = max(self._title.sizeHint().width(), self._posted.sizeHint().width())
        over = shown and captions + self._head.spacing() + self._figure.sizeHint().width() > room
        beside, down = QHBoxLayout.Direction.LeftToRight, QHBoxLayout.Direction.TopToBottom
        if over != (self._head.direction() is down):
            self._head.setDirection(down if over else beside)
            self._captions.setDirection(beside if over else down)
            self._captions.setSpacing(_CAPTIONS_APART if over else -1)
        capitals = self._capitals
        capitals.setWordWrap(capitals.fontMetrics().horizontalAdvance(capitals.text()) > room)
        wraps = capitals.wordWrap() and room > 0
        high = capitals.heightForWidth(room) if wraps else capitals.sizeHint().height()
        self._capitals_place.setFixedHeight(high)

    def least_height(self, width: int) -> int:
        """Return how high the sheet has to be at a width (both in pixels)."""
        return least_height(self._rows, width)

    def set_height(self, height: int) -> None:
        """Fix the height (pixels)."""
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def _figure_width(self) -> int:
        """Return how wide the figure is at its own size (pixels)."""
        font = QFont(self._figure.font())
        font.setPixelSize(theme.px(theme.FIGURE))
        return QFontMetrics(font).horizontalAdvance(self._figure.text()) + 2


def least_height(rows: QLayout, width: int) -> int:
    """Return how high a layout has to be at a width (both in pixels)."""
    if rows.hasHeightForWidth():
        return rows.totalMinimumHeightForWidth(width)
    return rows.totalMinimumSize().height()
