"""A list that is read whole: each row takes as many lines as its words need."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex

from desktop.presenters.page_states import PageState, RegionState
from desktop.views import theme
from desktop.views.column_widths import heights, share
from desktop.views.pages.list_view import ROW_HEIGHT, ListView

if TYPE_CHECKING:
    from desktop.views.pages.shares import Shares

_MOST_FITTED: Final = 100
"""Rows of a longer list are all of one height: measuring each would take too long."""


class ListTable(ListView):
    """Draw the rows of a state that has them all; a double click opens one, too."""

    def __init__(self, turns: bool = False, by_cell: bool = False, plot: bool = False) -> None:
        super().__init__(turns, by_cell, _MOST_FITTED)
        self._shares = _shares(self) if plot else None
        self.verticalHeader().setMinimumSectionSize(theme.px(ROW_HEIGHT))
        self.doubleClicked.connect(self._double_clicked)

    def _render_rows(self, state: PageState | RegionState) -> None:
        self.horizontalHeader().setAccessibleName(state.title)
        self._model.head(state.columns, state.numbers)
        if self._model.replace(state.rows):
            self._numbers = state.numbers
            self._measure()
        place = self._place(state.chosen)
        if place.isValid():
            self.setCurrentIndex(place)
        if self._shares is not None:
            self._shares.stand_in(len(state.columns) - 1, state.rows)

    def _fit(self) -> None:
        """Share the width. A text that is longer than its column takes another line."""
        share(self, self._measured, self._numbers)
        if len(self._model.rows) <= _MOST_FITTED:
            heights(self, self._numbers, theme.px(ROW_HEIGHT))
        if self.currentIndex().isValid():  # rows above it may have become higher
            self.scrollTo(self.currentIndex())

    def _wear(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HEIGHT))
        self.verticalHeader().setMinimumSectionSize(theme.px(ROW_HEIGHT))
        super()._wear()

    def _double_clicked(self, _index: QModelIndex) -> None:
        self._open()


def _shares(table: ListTable) -> "Shares":
    from desktop.views.pages.shares import Shares  # few lists have bars

    return Shares(table)
