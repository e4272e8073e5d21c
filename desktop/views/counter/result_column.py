"""The counter's right column: the figure that the patient asks for, and how it was worked out."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.presenters.states import CounterState
from desktop.views import theme
from desktop.views.counter.figure_sheet import FIGURE_HIGH, FigureSheet, least_height
from desktop.views.qt import Qt
from desktop.views.widgets import label, panel, tell

if TYPE_CHECKING:
    from desktop.views.counter.disease_list import DiseaseTable
    from desktop.views.counter.guide import Guide
    from desktop.views.counter.steps import StepsTable
    from desktop.views.scroll_area import Area

_SUM_HIGH, _ALL_HIGH = 640, 10_000
"""How high the sheet of the sum is at most: a large screen leaves the rest empty; scrolled, it has no end."""

_MOST_NOTES = 3


class ResultColumn(QWidget):
    """Draw the figure, the steps, the guide and the list of diseases of `CounterState`.

    ``pointed`` tells the number of the disease that the mouse took. ``area`` scrolls the column where the
    window is too low, None where it stands whole. ``lent`` is the sheet that stands in the place of the sum's
    while no disease is chosen from the list, None where the sum's does.
    """

    pointed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.area: Area | None = None
        self.lent: QFrame | None = None
        self._stack = rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        self.figure = FigureSheet(self)
        rows.addWidget(self.figure)
        self._lay_sum()
        rows.addWidget(self._sum_sheet, 1)
        rows.addStretch(0)

    def _lay_sum(self) -> None:
        self._sum_sheet = sheet = panel(self)
        self._rows = rows = QVBoxLayout(sheet)
        rows.setContentsMargins(14, 8, 14, 10)
        rows.setSpacing(4)
        self._heading = label("heading", parent=sheet)
        self._steps: StepsTable | None = None
        self._diseases: DiseaseTable | None = None
        self._guide: Guide | None = None
        self._collapsed = label("collapsed", parent=sheet)
        self._collapsed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._notes = label("notes", parent=sheet)
        self._notes.setWordWrap(True)
        rows.addWidget(self._heading)
        rows.addStretch(1)
        rows.addWidget(self._collapsed)
        rows.addWidget(self._notes)
        theme.fix(sheet, deep=_SUM_HIGH)

    @property
    def steps(self) -> "StepsTable":
        """The table of steps, made when there is something to show: the window is painted sooner."""
        if self._steps is None:
            from desktop.views.counter.steps import StepsTable

            self._steps = StepsTable()
            self._show_whole()
            at = self._rows.indexOf(self._collapsed) - 1
            self._rows.takeAt(at)  # the stretch that kept their place
            self._rows.insertWidget(at, self._steps, 1)
        return self._steps

    # Drawing

    def render_results(self, state: CounterState) -> None:
        """Draw the figure and how it was worked out."""
        self._heading.setText(state.headings["steps"])
        if self.area is not None:
            self.area.setAccessibleName(state.headings["steps"])
        self.figure.render_figure(state)
        self._render_guide(state)
        self._render_diseases(state)
        if state.steps or self._steps is not None:
            self.steps.render_rows(state.headings["steps"], state.steps, state.steps_spoken)
        self._collapsed.setText(state.collapsed)
        tell(self._collapsed, state.collapsed)
        self._collapsed.setVisible(bool(state.collapsed) and state.diseases is None)
        notes = "\n".join(state.notes[:_MOST_NOTES])
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes) and state.diseases is None)
        self._show_lent()

    def _render_guide(self, state: CounterState) -> None:
        shown = bool(state.guide) and state.diseases is None
        if shown and self._guide is None:
            from desktop.views.counter.guide import Guide

            self._guide = Guide()
            self._rows.insertWidget(1, self._guide, 1)
        if self._guide is not None:
            self._guide.setVisible(shown)
            if shown:
                self._guide.render_guide(state.guide)

    def _render_diseases(self, state: CounterState) -> None:
        """Show the list of diseases in the place of the steps while its cell has the focus."""
        listed = state.diseases is not None
        self._heading.setVisible(not listed)
        if self._steps is not None:
            self._steps.setVisible(not listed and not state.guide)
        if listed and self._diseases is None:
            from desktop.views.counter.disease_list import DiseaseTable

            self._diseases = DiseaseTable()
            self._diseases.pointed.connect(self.pointed)
            self._rows.insertWidget(0, self._diseases, 100)
        if self._diseases is not None:
            self._diseases.setVisible(listed)
            if state.diseases is not None:
                self._diseases.render_list(state.diseases)

    # Room

    def has_room(self, sheet: QFrame, width: int, height: int) -> bool:
        """Return True where a sheet fits under the figure (pixels), in the place of the sum's."""
        least = sheet.minimumSizeHint()
        beside = self.figure.least_height(width) + self._stack.spacing()
        return least.width() <= width and beside + least.height() <= height

    def lend(self, sheet: QFrame | None) -> None:
        """Show a sheet in the place of the sum's; None: the sum's again."""
        if self.lent is not None:
            self._stack.removeWidget(self.lent)
        self.lent = sheet
        if sheet is not None:
            self._stack.insertWidget(1, sheet, 0, Qt.AlignmentFlag.AlignTop)
        self._show_lent()

    def _show_lent(self) -> None:
        """Show the one of the two sheets whose turn it is."""
        lent = self.lent is not None and (self._diseases is None or self._diseases.isHidden())
        self._sum_sheet.setVisible(not lent)
        if self.lent is not None:
            self.lent.setVisible(lent)

    def _rest(self, width: int) -> int:
        """Return how high what stands under the figure has to be, with the gap (pixels)."""
        if self.lent is not None and not self.lent.isHidden():
            return self.lent.minimumSizeHint().height() + self._stack.spacing()
        return least_height(self._rows, width) + self._stack.spacing()

    def fit_height(self, width: int, height: int) -> bool:
        """Fit the sheets into a width and a height (pixels). Return whether they fit.

        The figure's sheet gives up what is empty in it before the list of diseases lacks any row.
        """
        self.figure.fit_words(width)
        least = self.figure.least_height(width)
        figure = max(theme.px(FIGURE_HIGH), least)
        rest = self._rest(width)
        if figure + rest + self._wished() > height:
            figure = least
        self.figure.set_height(figure)
        guide = self._guide
        while figure + rest > height and guide is not None and not guide.isHidden() and guide.give_up():
            rest = self._rest(width)
        return self._keep_steps(height - figure - rest) >= 0

    def _keep_steps(self, spare: int) -> int:
        """Keep as many steps in sight as there is room for; return what is left of ``spare`` (pixels)."""
        steps = self._steps
        if steps is None or steps.isHidden() or self._sum_sheet.isHidden():
            return spare
        rows = steps.least_rows + spare // steps.row_height()
        rows = min(steps.MOST_KEPT, max(steps.FEWEST_KEPT, rows))
        spare -= (rows - steps.least_rows) * steps.row_height()
        if rows != steps.least_rows:
            steps.keep(rows)
        return spare

    def _wished(self) -> int:
        """Return how much the list, of diseases or steps, would like beyond its least height (pixels)."""
        listed = self._diseases
        if self._sum_sheet.isHidden():
            return 0
        if listed is None or listed.isHidden():
            steps = self._steps
            return 0 if steps is None or steps.isHidden() else max(0, steps.lacking())
        return listed.whole_height() - listed.minimumSizeHint().height()

    def scroll_in(self, area: "Area | None") -> None:
        """Stand in an area that scrolls, None: whole in the window."""
        self.area = area
        if area is not None:
            area.setAccessibleName(self._heading.text())
        self._show_whole()

    def _show_whole(self) -> None:
        """Show all steps where the column scrolls, elsewhere as many as there is room for."""
        scrolled = self.area is not None
        theme.fix(self._sum_sheet, deep=_ALL_HIGH if scrolled else _SUM_HIGH)
        if self._steps is not None:
            self._steps.whole = scrolled
            self._steps.updateGeometry()

    def see_chosen(self, focused: QWidget | None) -> None:
        """Bring the chosen disease into sight, or the cell that has the focus where it stands here."""
        listed = self._diseases
        if self.area is not None and focused is not None and self.isAncestorOf(focused):
            self.area.ensureWidgetVisible(focused)
        if self.area is not None and listed is not None and listed.isVisible():
            place = listed.mapTo(self, listed.chosen_place().center())
            self.area.ensureVisible(place.x(), place.y(), 0, theme.px(30))
