"""A list that may be as long as the ledger: only the rows that are in sight are asked for and drawn."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHeaderView

from desktop.presenters.page_states import PageState, RegionState
from desktop.views import theme
from desktop.views.column_widths import share
from desktop.views.pages.list_view import ROW_HEIGHT, AnyIndex, ListView

_TWO_LINES: Final = 50
"""The height of a row of two lines (pixels at 100 %)."""

_MEASURED: Final = 40
_NEAR_THE_END: Final = 30
"""So many rows or steps before the end more are asked for."""


class LongList(ListView):
    """Draw the rows of a paged state; ``at_end`` asks for more of them."""

    def __init__(self, turns: bool, by_cell: bool = False) -> None:
        super().__init__(turns, by_cell, _MEASURED)
        self._soon = QTimer(self)  # rows that come while a key is still being worked would lose that key
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.at_end)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _render_rows(self, state: PageState | RegionState) -> None:
        self._model.head(state.columns, state.numbers)
        if self._model.extend(state.rows) and state.rows:
            self._numbers = state.numbers
            self._measure()
        current = self._value(self.currentIndex()) if self.currentIndex().isValid() else ""
        if state.chosen and state.chosen != current:
            place = self._place(state.chosen)
            if place.isValid():
                self.setCurrentIndex(place)

    def _fit(self) -> None:
        """Share the width. All rows take two lines where one of them has to, and so do the headings."""
        self._model.fold(False)
        wrapped = share(self, self._measured, self._numbers)
        if wrapped:
            self._model.fold(True)
            share(self, self._measured, self._numbers)
        self.verticalHeader().setDefaultSectionSize(theme.px(_TWO_LINES if wrapped else ROW_HEIGHT))

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Tell the row that was reached; ask for more rows near the end."""
        super().currentChanged(current, previous)
        if not self._rendering and current.isValid():
            self._ask_near_the_end(current.row(), len(self._model.rows))

    def _scrolled(self, value: int) -> None:
        if not self._rendering:
            self._ask_near_the_end(value, self.verticalScrollBar().maximum())

    def _ask_near_the_end(self, at: int, end: int) -> None:
        if at >= end - _NEAR_THE_END:
            self._soon.start()
