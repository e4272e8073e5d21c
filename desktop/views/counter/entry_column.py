"""The counter's left column: the cells that the clerk fills in, in the order of the paper."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.presenters.states import Cell, CounterState
from desktop.views import theme
from desktop.views.choice import Choice
from desktop.views.counter.year_sheet import EXTRA_HEIGHT, EXTRA_ROWS, EXTRAS, YearSheet
from desktop.views.qt import LEFT, RIGHT
from desktop.views.text_field import TextField
from desktop.views.widgets import label, mark, panel, tell

if TYPE_CHECKING:
    from desktop.views.scroll_area import Area

COLUMN_WIDTH = 512
"""How wide the column is (pixels at 100 %), where its letters fit into that."""

ROOMY = 7
"""How far the sheets stand apart (pixels)."""

_NARROW = {
    "born": 98,
    "child": 40,
    "disease_rank": 64,
    "category_b_percent": 64,
    "earlier_stays": 34,
    "case": 56,
    "settled": 98,
}
_GAP = 8
_LABELS_WIDTH = 62
_IN_ONE_PLACE = ("admitted", "disease", "special_disease")
"""Cells that share a place; each benefit shows at most one of them."""

_LATER = frozenset(
    {"born", "child", "disease", "special_disease", "disease_rank", "specific_item", "two_disease_drugs"}
)
"""Cells that few visits show. They are made when one does, so that the window is painted sooner."""

_COSTS = (("total", "eligible"), ("category_b", "category_b_total"), ("category_b_percent", "over_limit"))
_WITHOUT_A_LINE = EXTRAS | {"over_limit", "category_b_percent", "born", "child"}
"""Cells to type in that keep no room for the line under them; a row of choices keeps none either."""

_WITHOUT_A_LABEL = ("id_type", "benefit")
"""Cells whose sheet's heading stands for their label."""

_BESIDE_THE_EXTRAS = "transfer"
"""One of the extras, whose widget is there once all of them are."""


class _Place(NamedTuple):
    """Where a cell stands. Each row takes two of the grid's: the cell's and its line's."""

    grid: QGridLayout
    row: int
    column: int
    span: int


class _Pair(NamedTuple):
    """Two cells side by side, whose lines share the room under them. One of ``left`` is shown at a time.

    ``under`` is the pair above that lends its line to this one, which keeps none; None: it has its own.
    """

    grid: QGridLayout
    line: int
    left: tuple[str, ...]
    right: str
    under: "_Pair | None" = None

    def names(self) -> frozenset[str]:
        """Return its cells."""
        return frozenset((*self.left, self.right))


class EntryColumn(QWidget):
    """Draw the cells of `CounterState`. What is typed and chosen goes out by the cell's name.

    The cells are made from the first state. ``area`` scrolls the column where the window is too low, None
    where it stands whole.
    """

    typed = Signal(str, str)
    chosen = Signal(str, str)
    entered = Signal(str)
    backed = Signal(str)
    left_cell = Signal(str)
    reached = Signal(str)
    moved = Signal(str, int)
    erased = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        theme.fix(self, wide=COLUMN_WIDTH)
        self.cells: dict[str, TextField | Choice] = {}
        self.hints: dict[str, QLabel] = {}
        self.area: Area | None = None
        self.sheets: list[QFrame] = []
        self._labels: dict[str, QLabel] = {}
        self._drawn: dict[str, tuple[Cell, bool, bool]] = {}
        """The cells as they were drawn last, whether each was locked, and whether it was shown."""
        self._headings: dict[str, QLabel] = {}
        self._later: dict[str, _Place] = {}
        self.lines: dict[str, _Place] = {}  # of choices under which nothing has been said yet
        self._pairs: list[_Pair] = []
        self._beside: dict[str, frozenset[str]] = {}
        """By cell those that share a line with it."""
        self._quiet = False
        self._turn = -1
        self._focus = ""
        self.rows = rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(ROOMY)

    # Layout

    def _lay(self, cells: Mapping[str, Cell]) -> None:
        self._lay_patient(cells)
        self._lay_visit(cells)
        self._lay_costs(cells)
        for pair in self._pairs:
            names = pair.names() if pair.under is None else pair.names() | pair.under.names()
            for name in names:
                self._beside[name] = self._beside.get(name, frozenset()) | names
        self.year = YearSheet(self)
        self._add(self.year)
        self.rows.addStretch(1)

    def _lay_patient(self, cells: Mapping[str, Cell]) -> None:
        grid = self._grid("patient")
        self._place(cells, grid, 0, 0, "id_type", 3)
        grid.setRowMinimumHeight(1, _GAP)
        self._place(cells, grid, 1, 0, "id")
        self._place(cells, grid, 1, 2, "name")
        whose = _pair(grid, 1, ("id",), "name")
        self._place(cells, grid, 2, 0, "born")
        self._place(cells, grid, 2, 2, "child")
        self._pairs += [whose, _pair(grid, 2, ("born",), "child")._replace(under=whose)]
        grid.setColumnStretch(1, 5)
        grid.setColumnStretch(3, 3)

    def _lay_visit(self, cells: Mapping[str, Cell]) -> None:
        grid = self._grid("visit")
        self._place(cells, grid, 0, 0, "benefit", 3)
        for row in (1, 3, 11):
            grid.setRowMinimumHeight(row, _GAP)
        self._place(cells, grid, 1, 0, "level", 3)
        for name in _IN_ONE_PLACE:
            self._place(cells, grid, 2, 0, name)
        self._place(cells, grid, 2, 2, "discharged")
        self._pairs.append(_pair(grid, 2, _IN_ONE_PLACE, "discharged"))
        for name in ("specific_item", "two_disease_drugs"):
            self._place(cells, grid, 3, 0, name, 3)
        self._place(cells, grid, 4, 0, "disease_rank", 3)
        self._place(cells, grid, 5, 0, "population", 3)

    def _lay_costs(self, cells: Mapping[str, Cell]) -> None:
        grid = self._grid("costs")
        grid.setRowMinimumHeight(1, _GAP)
        for row, (left, right) in enumerate(_COSTS, 1):
            self._place(cells, grid, row, 0, left)
            self._place(cells, grid, row, 2, right)
            self._pairs.append(_pair(grid, row, (left,), right))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _lay_extras(self, cells: Mapping[str, Cell]) -> None:
        lines = QVBoxLayout(self.year.extras)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        for names in EXTRA_ROWS:
            grid = QGridLayout()
            grid.setHorizontalSpacing(8)
            grid.setVerticalSpacing(0)
            lines.addLayout(grid)
            for at, name in enumerate(names):
                self._place(cells, grid, 0, at * 2, name)
                theme.fix(self.cells[name], high=EXTRA_HEIGHT)
                grid.setColumnStretch(at * 2 + 1, 0 if name in _NARROW else 1)
                lines.addWidget(self.hints.get(name) or _make_line(self, name))
            lines.addSpacing(2)
        assert cells.keys() == self.cells.keys() | self._later.keys()

    def _grid(self, name: str) -> QGridLayout:
        """Return the grid of a new sheet under the heading of that name."""
        sheet = panel(self)
        grid = QGridLayout(sheet)
        grid.setContentsMargins(14, 8, 14, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        self._headings[name] = label("heading", parent=sheet)
        grid.addWidget(self._headings[name], 0, 0)
        grid.setColumnMinimumWidth(0, _LABELS_WIDTH)
        self._add(sheet)
        return grid

    def _add(self, sheet: QFrame) -> None:
        self.sheets.append(sheet)
        self.rows.addWidget(sheet)

    def _place(
        self, cells: Mapping[str, Cell], grid: QGridLayout, row: int, column: int, name: str, span: int = 1
    ) -> None:
        """Put a cell into a grid, or keep its place where it is made later."""
        place = _Place(grid, row, column, span)
        if name in _LATER:
            self._later[name] = place
        else:
            self._put(name, cells[name], place)

    def _put(self, name: str, cell: Cell, place: _Place) -> None:
        """Put a cell with its label before it and its line under it."""
        grid, at, column = place.grid, place.row * 2, place.column
        parent = grid.parentWidget() or self
        self.cells[name] = field = self._field(name, cell, parent)
        if name not in _WITHOUT_A_LABEL:
            self._labels[name] = caption = label("label", parent=parent)
            caption.setBuddy(field)
            grid.addWidget(caption, at, column)
        grid.addWidget(field, at, column + 1, 1, place.span)
        self.lines[name] = place
        if isinstance(field, TextField):
            _make_line(self, name)

    def _put_now(self, name: str, cells: Mapping[str, Cell]) -> None:
        """Put a cell that no visit has shown before. Tab comes to it after the one before it."""
        self._put(name, cells[name], self._later.pop(name))
        order = list(cells)
        before = [other for other in order[: order.index(name)] if other in self.cells]
        self.setTabOrder(self.cells[before[-1]], self.cells[name])

    def _field(self, name: str, cell: Cell, parent: QWidget) -> TextField | Choice:
        field = Choice(name, parent) if cell.options else TextField(name, cell.number, cell.listed, parent)
        field.typed.connect(self.typed)
        field.entered.connect(self.entered)
        field.backed.connect(self.backed)
        field.reached.connect(self._reached)
        if isinstance(field, TextField):
            field.undone_elsewhere = True
            field.steps = not cell.sums
            field.dated = cell.dated
            field.left_cell.connect(self._left_cell)
            field.moved.connect(self.moved)
            field.erased.connect(self.erased)
        else:
            field.chosen.connect(self.chosen)
        if name in _NARROW:
            theme.fix(field, wide=_NARROW[name])
        return field

    # Drawing

    def render_cells(self, state: CounterState) -> None:
        """Draw the cells and the year. Call it inside `quietly`: cells that hide lose the focus."""
        if not self.cells:
            self._lay(state.cells)
        for name, heading in self._headings.items():
            heading.setText(state.headings[name])
        if state.extras_open and _BESIDE_THE_EXTRAS not in self.cells:
            self._lay_extras(state.cells)
        for name, cell in state.cells.items():
            if name in self._later and cell.shown:
                self._put_now(name, state.cells)
        touched = self._touched(state)
        for name in touched:
            self._render_cell(name, state.cells[name], state)
        if self.area is not None:
            self.area.setAccessibleName(state.headings["visit"])
        for row in self._pairs:
            if row.right in touched or row.left[0] in touched:
                self._share_line(row, state)
        if state.extras_open:
            for names in EXTRA_ROWS:
                shown = {name: state.cells[name] for name in names if state.cells[name].shown}
                _line_extras(shown, self._labels, self.hints)
        self.year.render_year(state)

    def _touched(self, state: CounterState) -> set[str]:
        """Return the cells that are not drawn as they are now, with those that share a line with one."""
        touched: set[str] = set()
        for name, field in self.cells.items():
            now = _drawn(name, state)
            if self._drawn.get(name) != now or field.text() != now[0].text:
                touched |= self._beside.get(name, frozenset()) & self.cells.keys()
                touched.add(name)
        return touched

    def _render_cell(self, name: str, cell: Cell, state: CounterState) -> None:
        field, hint, caption = self.cells[name], self.hints.get(name), self._labels.get(name)
        drawn = _, locked, shown = _drawn(name, state)
        line = cell.fault or cell.hint
        keeps_a_line = isinstance(field, TextField) and name not in _WITHOUT_A_LINE
        if hint is None and line:
            hint = _make_line(self, name)
        field.setVisible(shown)
        if caption is not None:
            caption.setVisible(shown)
            caption.setText(cell.label)
        if hint is not None:
            hint.setVisible(shown and (bool(line) or keeps_a_line))
        if self._drawn.get(name) == drawn and field.text() == cell.text:
            return
        self._drawn[name] = drawn
        field.render_cell(cell, locked)
        if hint is not None:
            hint.setText(line)
            tell(hint, line)
            mark(hint, "wrong", bool(cell.fault))
            mark(hint, "warned", cell.warned)

    def _share_line(self, row: _Pair, state: CounterState) -> None:
        """Give a fault or a warning the whole line under its row: it tells more than a hint."""
        if row.right in self._later:
            return
        cells = state.cells
        alone = bool(row.right) and not any(cells[name].shown for name in row.left)
        if row.right:
            _stand(row, self.cells[row.right], self._labels[row.right], alone)
        left = next((name for name in row.left if cells[name].shown), row.left[0])
        right = row.right if row.right and cells[row.right].shown else ""
        loud = [name for name in (right, left) if name and cells[name].fault]
        loud += [name for name in (left, right) if name and cells[name].warned]
        fault = loud[0] if loud else ""
        line = row.line if row.under is None else self._borrowed(row.under, (left, right), cells)
        for name in filter(None, (left, right)):
            hint = self.hints.get(name)
            if hint is None:
                continue
            column = 3 if name == right and not fault and not alone else 1
            # a disease's name takes the gap after it, too, and as who is on file the whole line if it may
            named = name == left and cells[name].listed
            free = name == left and (named or name == "id") and bool(right) and not cells[right].hint
            span = 3 if fault or alone or free else 2 if named else 1
            if fault and name != fault:
                hint.hide()
                continue
            at = row.grid.indexOf(hint)
            if at < 0 or row.grid.getItemPosition(at) != (line, column, 1, span):
                row.grid.removeWidget(hint)
                row.grid.addWidget(hint, line, column, 1, span)
            hint.setProperty("alignment", RIGHT if fault == right and not alone else LEFT)

    def _borrowed(self, above: _Pair, names: tuple[str, str], cells: Mapping[str, Cell]) -> int:
        """Return the line of the pair above, where one of its two lines gives way to the other.

        A fault of who it is comes first. So a fault of a birth moves no row.
        """
        lending = (*above.left, above.right)
        taken = any(cells[name].fault for name in lending)
        told = any(cells[name].fault or cells[name].hint for name in filter(None, names))
        for name in names if taken else lending if told else ():
            if name in self.hints:
                self.hints[name].hide()
        return above.line

    # Focus

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Tell of no focus that moves meanwhile: the state moves it, not the clerk."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before

    def render_focus(self, state: CounterState) -> None:
        """Move the focus where the state says that it has moved."""
        if state.focus_turn != self._turn:
            self._turn, self._focus = state.focus_turn, state.focus
            self.focus_again()

    def focus_again(self) -> None:
        """Give the focus back to the cell that had it last."""
        if self._focus in self.cells:
            self.cells[self._focus].take_focus()

    def focused_cell(self) -> str:
        """Return the name of the cell that has the focus, empty where none has."""
        return next((name for name, cell in self.cells.items() if cell.hasFocus()), "")

    def scroll_in(self, area: "Area") -> None:
        """Stand in an area that scrolls."""
        self.area = area
        area.setAccessibleName(self._headings["visit"].text())

    def see(self, name: str) -> None:
        """Bring a cell into sight, with its line."""
        if self.area is not None and name in self.cells:
            self.area.ensureWidgetVisible(self.cells[name], 0, theme.px(30))

    def _left_cell(self, name: str) -> None:
        if not self._quiet:
            self.left_cell.emit(name)

    def _reached(self, name: str) -> None:
        self.see(name)
        if not self._quiet:
            self.reached.emit(name)


def _make_line(column: EntryColumn, name: str) -> QLabel:
    """Put the line under a cell, where a hint or a fault stands."""
    place = column.lines.pop(name)
    column.hints[name] = hint = label("hint", parent=place.grid.parentWidget() or column)
    theme.fix(hint, high=19)
    hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    place.grid.addWidget(hint, place.row * 2 + 1, place.column + 1, 1, place.span)
    return hint


def _drawn(name: str, state: CounterState) -> tuple[Cell, bool, bool]:
    """Return what a cell is drawn from: itself, whether it is locked and whether it is shown."""
    cell = state.cells[name]
    locked = state.locked and name != "id"  # the next ID may be typed over it
    return cell, locked, cell.shown and (name not in EXTRAS or state.extras_open)


def _stand(row: _Pair, cell: QWidget, caption: QWidget, alone: bool) -> None:
    """Stand the right cell of a row at its beginning where it is the only one."""
    column, span = (1, 3) if alone else (3, 1)
    if row.grid.getItemPosition(row.grid.indexOf(cell)) == (row.line - 1, column, 1, span):
        return
    for widget in (cell, caption):
        row.grid.removeWidget(widget)
    row.grid.addWidget(caption, row.line - 1, column - 1)
    row.grid.addWidget(cell, row.line - 1, column, 1, span)


def _line_extras(
    cells: Mapping[str, Cell], labels: Mapping[str, QLabel], hints: Mapping[str, QLabel]
) -> None:
    """Begin a row of rarer cells under the other rows; one line, of a fault first, has all its width."""
    told = [name for name in cells if cells[name].fault] or [name for name in cells if cells[name].hint]
    for at, name in enumerate(cells):
        labels[name].setMinimumWidth(0 if at else theme.px(_LABELS_WIDTH))
        hints[name].setVisible(name in told[:1])


def _pair(grid: QGridLayout, row: int, left: tuple[str, ...], right: str) -> _Pair:
    return _Pair(grid, row * 2 + 1, left, right)
