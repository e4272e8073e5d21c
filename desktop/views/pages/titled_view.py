"""The beginning of every page beside the counter: its title, its words, its cells and a list."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.presenters.page_states import PageState, RegionState
from desktop.views.choice import Choice
from desktop.views.pages.list_view import ListView
from desktop.views.qt import Qt
from desktop.views.scroll_area import Area
from desktop.views.text_field import TextField
from desktop.views.widgets import label

_AROUND_A_CELL = 60
"""So much over and under a cell comes into sight with it (pixels)."""


class TitledView(QWidget):
    """A page with a title, cells by their names, and a list.

    What is typed and chosen goes out by the cell's name, what is picked and opened by the row's value.
    """

    typed = Signal(str, str)
    chosen = Signal(str, str)
    entered = Signal(str)
    backed = Signal(str)
    picked = Signal(str)
    opened = Signal(str)
    at_end = Signal()

    def __init__(self, listed: ListView) -> None:
        super().__init__()
        self.setObjectName("page")
        self._turn = -1
        self._focus = ""
        self._cells: dict[str, TextField | Choice] = {}
        self._hints: dict[str, QLabel] = {}
        self._area: Area | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 10, 14, 10)
        rows.setSpacing(8)
        self._title = label("pageTitle")
        self._about = label("quiet")
        self._about.setWordWrap(True)
        rows.addWidget(self._title)
        rows.addWidget(self._about)
        self.body = QHBoxLayout()
        self.body.setSpacing(12)
        rows.addLayout(self.body, 1)
        self._list = listed
        listed.picked.connect(self.picked)
        listed.opened.connect(self.opened)
        listed.at_end.connect(self.at_end)

    def _render_title(self, state: PageState | RegionState) -> None:
        self._title.setText(state.title)
        self.setAccessibleName(state.title)
        self._about.setText(state.about)
        self._about.setVisible(bool(state.about))

    def _render_focus(self, state: PageState | RegionState) -> None:
        """Move the focus where the state says that it has moved."""
        if state.focus_turn != self._turn:
            self._turn, self._focus = state.focus_turn, state.focus
            self.focus_again()

    def focus_again(self) -> None:
        """Give the focus to where the state wants it."""
        if self._focus == "list" and self._list.isVisibleTo(self):
            self._list.take_focus()
        elif self._cells:
            self._focus_cell(self._cells.get(self._focus) or next(iter(self._cells.values())))
        else:  # nothing to type in and nothing listed: the page itself, never a list that is not shown
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_cell(self, cell: TextField | Choice) -> None:
        """Give the focus to a cell and bring it into sight."""
        cell.take_focus()
        if self._area is not None:
            self._area.ensureWidgetVisible(cell, 0, _AROUND_A_CELL)

    def focused_cell(self) -> str:
        """Return the name of the cell that has the focus, ``list`` for the list, empty where none has it."""
        if self._list.hasFocus() and self._list.isVisible():
            return "list"
        return next((name for name, cell in self._cells.items() if cell.hasFocus()), "")

    def focus_if_lost(self) -> None:
        """Give the focus back where nothing of the page has it."""
        if not self.focused_cell() and not self.hasFocus():
            self.focus_again()
