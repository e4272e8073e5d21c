"""The guided form of a region's pack: sections, their lines, the versions, and what can be settled."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.page_states import FormGroup, FormRow, ReadyRow, RegionState, Tab
from desktop.presenters.states import Cell
from desktop.views import theme
from desktop.views.choice import Choice
from desktop.views.pages.list_table import ListTable
from desktop.views.pages.titled_view import TitledView
from desktop.views.qt import Qt
from desktop.views.scroll_area import Area
from desktop.views.text_field import TextField
from desktop.views.widgets import label, mark, panel

_TABS_WIDTH = 136
_LIST_WIDTH = 360
_READY_WIDTH, _READY_HIGH = 300, 150
_MOST = 16_777_215
"""The greatest size of a widget, which is Qt's own."""

_ROOMY = 1240
"""In a page that is narrower (pixels at 100 %) the sides stand under each other."""

_MADE_WIDTH = 122
_LABELS_WIDTH = 148
_CELLS_WIDTH = 226


class TabButton(QPushButton):
    """A section's button. It never takes the focus: the page keys turn the sections."""

    pressed_tab = Signal(str)

    def __init__(self, value: str) -> None:
        super().__init__()
        self.setObjectName("tab")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.value = value
        self.clicked.connect(self._tell)

    def _tell(self) -> None:
        self.pressed_tab.emit(self.value)


class RegionView(TitledView):
    """Draw `RegionState`.

    ``left`` tells a cell that was left, ``section`` a section that the mouse took.
    """

    left = Signal(str)
    section = Signal(str)

    def __init__(self) -> None:
        super().__init__(ListTable(turns=True))
        self._laid: object = None
        self._made: dict[str, QLabel] = {}
        self._tab_buttons: dict[str, TabButton] = {}
        self._ready_rows: tuple[ReadyRow, ...] | None = None
        body = self.body
        tabs = QWidget()
        theme.fix(tabs, wide=_TABS_WIDTH)
        self._tabs = QVBoxLayout(tabs)
        self._tabs.setContentsMargins(0, 0, 0, 0)
        self._tabs.setSpacing(2)
        self._tabs.addStretch(1)
        body.addWidget(tabs)
        self._list_sheet = panel()
        theme.fix(self._list_sheet, wide=_LIST_WIDTH)
        inside = QVBoxLayout(self._list_sheet)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self._list)
        body.addWidget(self._list_sheet)
        self._area = self._form_area = Area()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(12)
        self._sides.addWidget(self._form_area, 1)
        self._sides.addWidget(self._ready_sheet(), 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(self._sides, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit into another width."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Stand the sheet of what can be settled beside the cells, or under those of the first section."""
        tight = self.width() < theme.px(_ROOMY)
        wide, high = theme.px(_READY_WIDTH), theme.px(_READY_HIGH)
        self._sides.setDirection(
            QBoxLayout.Direction.TopToBottom if tight else QBoxLayout.Direction.LeftToRight
        )
        self._ready.setFixedSize(*((_MOST, high) if tight else (wide, _MOST)))
        self._ready.setMinimumSize(*((0, high) if tight else (wide, 0)))
        self._ready.setVisible(not tight or not self._list_sheet.isHidden())

    def _ready_sheet(self) -> QFrame:
        self._ready = sheet = panel()
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(14, 10, 6, 10)
        self._ready_title = label("heading")
        self._ready_about = label("quiet")
        self._ready_about.setWordWrap(True)
        inside.addWidget(self._ready_title)
        inside.addWidget(self._ready_about)
        self._ready_area = Area()
        inside.addWidget(self._ready_area, 1)
        return sheet

    # The form's lines

    def _lay(self, state: RegionState) -> None:
        self._cells, self._hints, self._made = {}, {}, {}
        whole = QWidget()
        whole.setObjectName("page")
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 6, 0)
        rows.setSpacing(10)
        for group in state.groups:
            rows.addWidget(self._group(state, group))
        rows.addStretch(1)
        self._form_area.exchange(whole)
        self._form_area.setAccessibleName(state.title)

    def _group(self, state: RegionState, group: FormGroup) -> QFrame:
        sheet = panel()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(14, 8, 14, 8)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        origins = any(row.origin for row in group.rows)
        grid.addWidget(label("heading", group.heading), 0, 0, 1, 1 if any(group.columns) else 4)
        over = QHBoxLayout()
        over.setSpacing(8)
        for text in group.columns[:-1]:
            over.addWidget(label("over", text), 1)
        grid.addLayout(over, 0, 1)
        grid.addWidget(label("over", group.columns[-1]), 0, 2)
        if group.about:
            about = label("quiet", group.about)
            about.setWordWrap(True)
            grid.addWidget(about, 1, 0, 1, 4)
        for at, row in enumerate(group.rows):
            self._row(state, grid, row, 2 + at * 3, 1 if origins else 3)
        grid.setColumnMinimumWidth(1, _CELLS_WIDTH if origins else 0)
        grid.setColumnStretch(2 if origins else 1, 1)
        return sheet

    def _row(self, state: RegionState, grid: QGridLayout, row: FormRow, top: int, span: int) -> None:
        caption = label("label", row.label)
        caption.setWordWrap(True)
        theme.fix(caption, wide=_LABELS_WIDTH)
        grid.addWidget(caption, top, 0)
        line = QHBoxLayout()
        line.setSpacing(8)
        for name in row.cells:
            line.addWidget(self._cell(name, state.cells[name]))
        under = top
        if row.wide:
            grid.addLayout(line, top, 1, 1, 3)
            under = top + 1
        else:
            grid.addLayout(line, top, 1, 1, span)
        if row.origin:
            grid.addWidget(self._cell(row.origin, state.cells[row.origin]), under, 2)
            self._made[row.origin] = label("made")
            theme.fix(self._made[row.origin], wide=_MADE_WIDTH)
            grid.addWidget(self._made[row.origin], under, 3)
        hint = label("hint")
        hint.setWordWrap(True)
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._hints[row.cells[0]] = hint
        grid.addWidget(hint, top + 2, 1, 1, 3)

    def _cell(self, name: str, cell: Cell) -> TextField | Choice:
        field = Choice(name) if cell.options else TextField(name)
        if isinstance(field, Choice):
            field.chosen.connect(self.chosen)
            field.typed.connect(self.chosen if cell.several else self.typed)
        else:
            field.typed.connect(self.typed)
            field.left_cell.connect(self.left)
        field.entered.connect(self.entered)
        field.backed.connect(self.backed)
        self._cells[name] = field
        return field

    # Drawing

    def render(self, state: RegionState) -> None:  # type: ignore[override]
        """Draw the whole state."""
        self._render_title(state)
        self._render_tabs(state.tabs, state.section)
        self._list_sheet.setVisible(bool(state.columns))
        self._make_room()
        if state.columns:
            self._list.render_list(state)
        laid = [
            (group.heading, group.about, [(row.label, row.cells) for row in group.rows])
            for group in state.groups
        ]
        if laid != self._laid:
            self._laid = laid
            self._lay(state)
        for group in state.groups:
            for row in group.rows:
                self._render_row(state, row)
        self._render_ready(state)
        self._render_focus(state)

    def _render_row(self, state: RegionState, row: FormRow) -> None:
        for name in (*row.cells, *((row.origin,) if row.origin else ())):
            cell = self._cells[name]
            cell.render_cell(state.cells[name], state.cells[name].locked)
            if isinstance(cell, TextField) and not cell.hasFocus():
                cell.setCursorPosition(0)  # a long text is read from its beginning
        cells = [state.cells[name] for name in row.cells]
        fault = next((cell.fault for cell in cells if cell.fault), "")
        text = fault or cells[0].hint
        hint = self._hints[row.cells[0]]
        hint.setText(text)
        hint.setVisible(bool(text))
        mark(hint, "wrong", bool(fault))
        if row.origin:
            self._made[row.origin].setText(row.made)

    def _render_tabs(self, tabs: tuple[Tab, ...], current: str) -> None:
        for at, tab in enumerate(tabs):
            button = self._tab_buttons.get(tab.value)
            if button is None:
                button = self._tab_buttons[tab.value] = TabButton(tab.value)
                button.pressed_tab.connect(self.section)
                self._tabs.insertWidget(at, button)
            text = f"{tab.text}  {tab.mark}" if tab.mark else tab.text
            button.setText(text)
            button.setAccessibleName(text)
            mark(button, "current", tab.value == current)
            mark(button, "wrong", tab.wrong)

    def _render_ready(self, state: RegionState) -> None:
        self._ready_title.setText(state.ready_title)
        self._ready_about.setText(state.ready_about)
        self._ready_area.setAccessibleName(state.ready_title)
        if state.ready == self._ready_rows:
            return
        self._ready_rows = state.ready
        whole = QFrame()
        whole.setObjectName("readyRows")
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 4, 8, 0)
        rows.setSpacing(1)
        for row in state.ready:
            heading, text = label("readyWhat", row.heading), label("readyText", row.text)
            for one in (heading, text):
                one.setWordWrap(True)
                rows.addWidget(one)
            mark(text, "wrong", not row.ready)
            rows.addSpacing(7)
        rows.addStretch(1)
        self._ready_area.exchange(whole)
