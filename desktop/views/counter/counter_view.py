"""The counter's page: the clerk's cells on the left, the patient's figure on the right."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.presenters.states import CounterState
from desktop.views import theme
from desktop.views.choice import Choice
from desktop.views.counter.entry_column import EntryColumn
from desktop.views.counter.result_column import ResultColumn
from desktop.views.counter.room import Room
from desktop.views.text_field import TextField

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class CounterView(QWidget):
    """Draw `CounterState`. What is typed and chosen goes out by the cell's name.

    The signals are those of the two columns: ``typed``, ``chosen``, ``entered``, ``backed``, ``left_cell``,
    ``reached``, ``moved`` and ``erased`` of a cell, ``pointed`` of a disease.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        columns = QHBoxLayout(self)
        columns.setContentsMargins(14, 8, 14, 6)
        columns.setSpacing(12)
        self.entries = EntryColumn(self)
        self.results = ResultColumn(self)
        columns.addWidget(self.entries)
        columns.addWidget(self.results, 1)
        self._room = Room(self, columns, self.entries, self.results)
        self.typed = self.entries.typed
        self.chosen = self.entries.chosen
        self.entered = self.entries.entered
        self.backed = self.entries.backed
        self.left_cell = self.entries.left_cell
        self.reached = self.entries.reached
        self.moved = self.entries.moved
        self.erased = self.entries.erased
        self.pointed = self.results.pointed
        theme.changed.connect(self._make_room)

    def render(self, state: CounterState) -> None:  # type: ignore[override]
        """Draw the whole state."""
        with self.entries.quietly():  # a cell that hides loses the focus, and a state may move it
            self.entries.render_cells(state)
            self.results.render_results(state)
            self.entries.render_focus(state)
        self._make_room()

    def _make_room(self) -> None:
        self._room.make()

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Fit the columns into another size."""
        super().resizeEvent(event)
        if event.size().height() > event.oldSize().height():
            self._room.grow()
        self._make_room()

    def cell(self, name: str) -> TextField | Choice:
        """Return the widget of a cell."""
        return self.entries.cells[name]

    def focused_cell(self) -> str:
        """Return the name of the cell that has the focus, empty where none has."""
        return self.entries.focused_cell()

    def focus_again(self) -> None:
        """Give the focus back to the cell that had it last."""
        self.entries.focus_again()

    def focus_if_lost(self) -> None:
        """Give the focus back where no cell has it."""
        if not self.focused_cell():
            self.focus_again()
