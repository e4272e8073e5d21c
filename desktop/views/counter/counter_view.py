"""The counter's page: left what the clerk types, right what the patient asks."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.presenters.counter.form import AMOUNTS, CHOICES, DAYS, DISEASES, EXTRAS, FIELDS
from desktop.presenters.states import CounterState, Figure
from desktop.views import theme
from desktop.views.choice import Choice
from desktop.views.qt import LEFT, RIGHT
from desktop.views.text_field import TextField
from desktop.views.widgets import label, mark, panel

if TYPE_CHECKING:
    from desktop.views.bars import PayerBar, YearBars
    from desktop.views.counter.disease_list import DiseaseTable
    from desktop.views.counter.guide import Guide
    from desktop.views.counter.steps import StepsTable
    from desktop.views.scroll_area import Area

_LEFT_WIDTH = 512
_SCROLL_BAR = 12
_FIGURE_HIGH, _CAPTIONS_APART = 206, 14
_SUM_HIGH, _ALL_HIGH = 640, 10_000
"""How high the sheet of the sum is at most: a large screen leaves the rest empty; scrolled, it has no end."""
_NARROW = {"disease_rank": 64, "category_b_percent": 64}
_GAP = 8
_WITH_A_LINE = (
    frozenset(FIELDS) - frozenset(CHOICES) - frozenset(EXTRAS) - {"over_limit", "category_b_percent"}
)
_LATER = DISEASES | {"disease_rank", "specific_item", "two_disease_drugs"}
"""Cells that few visits show: made when one does, so that the window is painted sooner."""
_EXTRA_HEIGHT = 25


class _Place(NamedTuple):
    """Where a cell stands: each row takes two of the grid's, the cell's and its line's."""

    grid: QGridLayout
    row: int
    column: int
    span: int


class _Row(NamedTuple):
    """Two cells side by side, whose lines share the room under them; of ``left`` one is shown at a time."""

    grid: QGridLayout
    line: int
    left: tuple[str, ...]
    right: str


class CounterView(QWidget):
    """Draws `CounterState`; what is typed and chosen goes out by the cell's name."""

    typed = Signal(str, str)
    chosen = Signal(str, str)
    entered = Signal(str)
    backed = Signal(str)
    left_cell = Signal(str)
    reached = Signal(str)
    moved = Signal(str, int)
    erased = Signal(str)
    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._turn = -1
        self._focus = ""
        self._rendering = False
        self._cells: dict[str, TextField | Choice] = {}
        self._labels: dict[str, QLabel] = {}
        self._hints: dict[str, QLabel] = {}
        self._headings: dict[str, QLabel] = {}
        self._rows: list[_Row] = []
        self._later: dict[str, _Place] = {}
        self._margins: dict[QWidget, tuple[int, int, int, int]] = {}
        self._given_up = 0
        columns = QHBoxLayout(self)
        columns.setContentsMargins(14, 8, 14, 6)
        columns.setSpacing(12)
        self._columns = columns
        self._column = self._left()
        self._area: Area | None = None
        columns.addWidget(self._column)
        self._right_column = self._right()
        self._right_area: Area | None = None
        columns.addWidget(self._right_column, 1)

    def _make_cell(self, name: str, parent: QWidget) -> None:
        numeric = name in AMOUNTS or name == "category_b_percent"
        cell: TextField | Choice = (
            Choice(name, parent) if name in CHOICES else TextField(name, numeric, name in DISEASES, parent)
        )
        cell.typed.connect(self.typed)
        cell.entered.connect(self.entered)
        cell.backed.connect(self.backed)
        cell.reached.connect(self._reached)
        if isinstance(cell, TextField):
            cell.undone_elsewhere = True
            cell.steps = name not in AMOUNTS and name != "fraud_amounts"
            cell.dated = name in DAYS
            cell.left_cell.connect(self._left_cell)
            cell.moved.connect(self.moved)
            cell.erased.connect(self.erased)
        else:
            cell.chosen.connect(self.chosen)
        if name in _NARROW:
            theme.fix(cell, wide=_NARROW[name])
        self._cells[name] = cell
        self._labels[name] = label("label", parent=parent)
        self._labels[name].setBuddy(cell)
        hint = label("hint", parent=parent)
        theme.fix(hint, high=19)
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._hints[name] = hint

    # The left column

    def _left(self) -> QWidget:
        column = QWidget(self)
        theme.fix(column, wide=_LEFT_WIDTH)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(7)
        patient = self._grid(column, rows, "patient")
        self._place(patient, 0, 0, "id_type", 3)
        patient.setRowMinimumHeight(1, _GAP)
        self._place(patient, 1, 0, "id")
        self._place(patient, 1, 2, "name")
        self._row(patient, 1, ("id",), "name")
        patient.setColumnStretch(1, 5)
        patient.setColumnStretch(3, 3)
        visit = self._grid(column, rows, "visit")
        self._place(visit, 0, 0, "benefit", 3)
        for row in (1, 3, 11):
            visit.setRowMinimumHeight(row, _GAP)
        self._place(visit, 1, 0, "level", 3)
        for name in ("admitted", "disease", "special_disease"):  # one at a time is shown
            self._place(visit, 2, 0, name)
        self._place(visit, 2, 2, "discharged")
        self._row(visit, 2, ("admitted", "disease", "special_disease"), "discharged")
        for name in ("specific_item", "two_disease_drugs"):
            self._place(visit, 3, 0, name, 3)
        self._place(visit, 4, 0, "disease_rank", 3)
        self._place(visit, 5, 0, "population", 3)
        costs = self._grid(column, rows, "costs")
        costs.setRowMinimumHeight(1, 4)
        pairs = (
            ("total", "eligible"),
            ("category_b", "category_b_total"),
            ("category_b_percent", "over_limit"),
        )
        for row, names in enumerate(pairs, 1):
            for at, name in enumerate(names):
                self._place(costs, row, 2 * at, name)
            self._row(costs, row, names[:1], names[1] if len(names) > 1 else "")
        costs.setColumnStretch(1, 1)
        costs.setColumnStretch(3, 1)
        self._year(column, rows)
        rows.addStretch(1)
        return column

    def _grid(self, column: QWidget, rows: QVBoxLayout, name: str) -> QGridLayout:
        sheet = panel(column)
        grid = QGridLayout(sheet)
        grid.setContentsMargins(14, 8, 14, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        self._headings[name] = label("heading", parent=sheet)
        grid.addWidget(self._headings[name], 0, 0)
        grid.setColumnMinimumWidth(0, 62)
        rows.addWidget(sheet)
        return grid

    def _place(self, grid: QGridLayout, row: int, column: int, name: str, span: int = 1) -> None:
        """A cell with its label before it and its line under it; each row takes two of the grid's."""
        if name in _LATER:
            self._later[name] = _Place(grid, row, column, span)
        else:
            self._put(name, _Place(grid, row, column, span))

    def _put(self, name: str, place: _Place) -> None:
        grid, at, column = place.grid, place.row * 2, place.column
        self._make_cell(name, grid.parentWidget())
        grid.addWidget(self._labels[name], at, column)
        grid.addWidget(self._cells[name], at, column + 1, 1, place.span)
        grid.addWidget(self._hints[name], at + 1, column + 1, 1, place.span)

    def _put_now(self, name: str) -> None:
        """A cell that had no visit yet that shows it; Tab comes to it after the one before it."""
        self._put(name, self._later.pop(name))
        before = [other for other in FIELDS[: FIELDS.index(name)] if other in self._cells]
        self.setTabOrder(self._cells[before[-1]], self._cells[name])

    def _year(self, column: QWidget, rows: QVBoxLayout) -> None:
        sheet = panel(column)
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(14, 8, 14, 8)
        inside.setSpacing(4)
        head = QHBoxLayout()
        self._headings["year"] = label("heading", parent=sheet)
        self._year_line = label("quiet", parent=sheet)
        head.setSpacing(12)
        head.addWidget(self._headings["year"])
        head.addWidget(self._year_line, 1)
        inside.addLayout(head)
        self._bars: YearBars | None = None
        self._year_rows = inside
        self._extras = QWidget(sheet)
        inside.addWidget(self._extras)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        self._headings["extras"] = label("heading", parent=sheet)
        self._extras_line = label("quiet", parent=sheet)
        self._extras_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._headings["extras"].setContentsMargins(
            1, 0, 1, 0
        )  # a bold letter and a sign are wider than they say
        foot.addWidget(self._headings["extras"])
        foot.addWidget(self._extras_line, 1)
        inside.addLayout(foot)
        rows.addWidget(sheet)

    def _make_extras(self) -> None:
        """The rarer cells are made when they are first opened: the window is painted sooner."""
        grid = QGridLayout(self._extras)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        pairs = (
            ("transfer", "deductible_paid"),
            ("settled", "major_disease"),
            ("fund_paid", "fund_deductible"),
            ("consecutive_years", "zero_claim_years"),
            ("gap_years", "fraud_amounts"),
        )
        assert {name for pair in pairs for name in pair} == set(EXTRAS)
        for row, pair in enumerate(pairs):
            for at, name in enumerate(pair):
                self._place(grid, row, at * 2, name)
                theme.fix(self._cells[name], high=_EXTRA_HEIGHT)
            grid.setRowMinimumHeight(row * 2 + 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    # The right column

    def _right(self) -> QWidget:
        column = QWidget(self)
        self._right_rows = rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        self._figure_sheet = sheet = panel(column)
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(20, 12, 20, 10)
        inside.setSpacing(2)
        self._head = head = QHBoxLayout()
        self._figure_title = label("figureTitle", parent=sheet)
        self._posted = label("posted", parent=sheet)
        self._captions = captions = QVBoxLayout()
        captions.addWidget(self._figure_title)
        captions.addWidget(self._posted)
        captions.addStretch(1)
        head.addLayout(captions)
        self._figure = label("figure", parent=sheet)
        head.addWidget(self._figure, 1)
        inside.addLayout(head)
        self._figure.setProperty("alignment", RIGHT)
        theme.fix(self._figure, high=72)
        self._capitals = label("capitals", parent=sheet)
        self._capitals.setProperty("alignment", RIGHT)
        self._headline = label("headline", parent=sheet)
        self._missing = label("missing", parent=sheet)
        self._missing.setWordWrap(True)
        self._missing.setProperty("alignment", "AlignLeft|AlignTop")
        for widget in (self._capitals, self._headline):
            inside.addWidget(widget)
        inside.addWidget(self._missing, 1)
        self._shares_text = label("quiet", parent=sheet)
        self._bar: PayerBar | None = None
        self._figure_rows = inside
        inside.addSpacing(4)
        inside.addWidget(self._shares_text)
        theme.fix(sheet, high=_FIGURE_HIGH)
        rows.addWidget(sheet)
        self._how_sheet = self._how(column)
        theme.fix(self._how_sheet, deep=_SUM_HIGH)
        rows.addWidget(self._how_sheet, 1)
        rows.addStretch(0)
        return column

    def _how(self, column: QWidget) -> QWidget:
        sheet = panel(column)
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(14, 8, 14, 10)
        inside.setSpacing(4)
        self._headings["steps"] = label("heading", parent=sheet)
        self._steps: StepsTable | None = None
        self._diseases: DiseaseTable | None = None
        self._guide: Guide | None = None
        self._how_rows = inside
        self._collapsed = label("collapsed", parent=sheet)
        self._collapsed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._notes = label("notes", parent=sheet)
        self._notes.setWordWrap(True)
        inside.addWidget(self._headings["steps"])
        inside.addStretch(1)
        inside.addWidget(self._collapsed)
        inside.addWidget(self._notes)
        return sheet

    @property
    def steps(self) -> "StepsTable":
        """The table, made when there is something to show: the window is painted sooner."""
        if self._steps is None:
            from desktop.views.counter.steps import StepsTable

            self._steps = StepsTable()
            self._show_steps_whole()
            rows = self._how_rows
            at = next(at for at in range(rows.count()) if rows.itemAt(at).spacerItem())
            rows.takeAt(at)
            rows.insertWidget(at, self._steps, 1)
        return self._steps

    @property
    def bar(self) -> "PayerBar":
        """The bar of who pays, made when it is first drawn."""
        if self._bar is None:
            from desktop.views.bars import PayerBar

            self._bar = PayerBar()
            self._figure_rows.addWidget(self._bar)
        return self._bar

    @property
    def bars(self) -> "YearBars":
        """The year's bars, made when they are first drawn."""
        if self._bars is None:
            from desktop.views.bars import YearBars

            self._bars = YearBars()
            self._year_rows.insertWidget(1, self._bars)
        return self._bars

    # Drawing

    def render(self, state: CounterState) -> None:  # type: ignore[override]
        """Draws the whole state."""
        self._rendering = True
        try:
            self._render(state)
        finally:
            self._rendering = False
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room for the cells."""
        super().resizeEvent(event)
        if event.size().height() > event.oldSize().height():
            self._stop_scrolling_right()
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme or size: measured once every part wears it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, self._make_room)

    def _make_room(self) -> None:
        """Where the window is too low they scroll, the cells following the focus; nothing is squeezed."""
        if not self.isVisible():
            return
        margins = self._columns.contentsMargins()
        room = self.height() - margins.top() - margins.bottom()
        least = self._column.minimumSizeHint().height()
        if self._given_up and least + self._given_up <= room:
            self._tighten(False)
        if self._area is None:
            if least > room and not self._given_up:
                self._tighten(True)
            if self._column.minimumSizeHint().height() > room:
                self._scroll()
        self._fit_left()
        self._fit_figure(room)
        self._see(self.focused_cell())
        listed = self._diseases
        if self._right_area is not None and listed is not None and listed.isVisible():
            place = listed.mapTo(self._right_column, listed.chosen_place().center())
            self._right_area.ensureVisible(place.x(), place.y(), 0, theme.px(30))

    def _fit_left(self) -> None:
        """As wide as the cells need, where letters of a small size take more than their share."""
        layout = self._column.layout()
        assert layout is not None
        wide = max(theme.px(_LEFT_WIDTH), layout.minimumSize().width())
        if wide != self._column.minimumWidth():
            self._column.setFixedWidth(wide)
        if self._area is not None:
            self._area.setFixedWidth(wide + _SCROLL_BAR)

    def _fit_figure(self, room: int) -> None:
        """In a narrow window its caption stands over the figure; in a low one it gives up what is empty."""
        sides, across = self._figure_rows.contentsMargins(), self._right_room()
        wide = across - sides.left() - sides.right()
        shown = not self._figure.isHidden()
        mark(self._figure, "long", shown and self._figure_wide() > wide)
        captions = max(self._figure_title.sizeHint().width(), self._posted.sizeHint().width())
        over = shown and captions + self._head.spacing() + self._figure.sizeHint().width() > wide
        beside, down = QHBoxLayout.Direction.LeftToRight, QHBoxLayout.Direction.TopToBottom
        if over != (self._head.direction() is down):
            self._head.setDirection(down if over else beside)
            self._captions.setDirection(beside if over else down)
            self._captions.setSpacing(_CAPTIONS_APART if over else -1)
        words = self._capitals.fontMetrics().horizontalAdvance(self._capitals.text())
        self._capitals.setWordWrap(words > wide)
        least = _least_height(self._figure_rows, across)
        high = max(theme.px(_FIGURE_HIGH), least)
        rest = _least_height(self._how_rows, across) + self._right_rows.spacing()
        if high + rest + self._wished() > room:
            high = least
        if high != self._figure_sheet.minimumHeight():
            self._figure_sheet.setFixedHeight(high)
        if high + rest > room and self._right_area is None:
            self._scroll_right()
            self._fit_figure(room)  # the bar takes some of its width

    def _wished(self) -> int:
        """What the list of diseases would like beyond its least."""
        listed = self._diseases
        if listed is None or listed.isHidden():
            return 0
        return listed.whole_height() - listed.minimumSizeHint().height()

    def _right_room(self) -> int:
        """How wide the right column may be, whatever it holds."""
        sides = self._columns.contentsMargins()
        left = self._column if self._area is None else self._area
        taken = sides.left() + left.minimumWidth() + self._columns.spacing() + sides.right()
        return self.width() - taken - (_SCROLL_BAR if self._right_area is not None else 0)

    def _figure_wide(self) -> int:
        """How wide the figure is at its own size."""
        font = QFont(self._figure.font())
        font.setPixelSize(theme.px(theme.FIGURE))
        return QFontMetrics(font).horizontalAdvance(self._figure.text()) + 2

    def _scroll_right(self) -> None:
        from desktop.views.scroll_area import Area

        self._right_area = Area()
        self._right_area.setAccessibleName(self._headings["steps"].text())
        self._columns.replaceWidget(self._right_column, self._right_area)
        self._right_area.setWidget(self._right_column)
        self._show_steps_whole()

    def _stop_scrolling_right(self) -> None:
        """In a window that has grown; it begins anew where that is not enough."""
        if self._right_area is not None:
            area, self._right_area = self._right_area, None
            self._columns.replaceWidget(area, area.takeWidget())
            area.hide()
            area.deleteLater()
            self._right_column.show()
            self._show_steps_whole()

    def _show_steps_whole(self) -> None:
        """All rows where the column is scrolled; else as many as there is room for, on a sheet that ends."""
        scrolled = self._right_area is not None
        theme.fix(self._how_sheet, deep=_ALL_HIGH if scrolled else _SUM_HIGH)
        if self._steps is not None:
            self._steps.whole = scrolled
            self._steps.updateGeometry()

    def _tighten(self, tight: bool) -> None:
        """A title bar or a task bar takes some of the lowest screen: the cards give up what is empty."""
        rows = self._column.layout()
        assert rows is not None
        before = self._column.minimumSizeHint().height()
        rows.setSpacing(4 if tight else 7)
        for at in range(rows.count()):
            sheet = rows.itemAt(at).widget()
            inside = sheet.layout() if sheet is not None else None
            if inside is not None:
                left, top, right, bottom = self._margins.setdefault(sheet, inside.getContentsMargins())
                inside.setContentsMargins(left, 4 if tight else top, right, 3 if tight else bottom)
                sheet.updateGeometry()
        rows.invalidate()
        self._given_up = before - self._column.minimumSizeHint().height() if tight else 0

    def _scroll(self) -> None:
        from desktop.views.scroll_area import Area

        focused = self._cells.get(self.focused_cell())
        marked = isinstance(focused, TextField) and focused.hasSelectedText()
        self._rendering = True  # what the cell loses here it gets back
        self._area = Area()
        self._area.setAccessibleName(self._headings["visit"].text())
        theme.fix(self._area, wide=_LEFT_WIDTH + _SCROLL_BAR)
        self._columns.replaceWidget(self._column, self._area)
        self._area.setWidget(self._column)
        if focused is not None:
            focused.setFocus()
            if isinstance(focused, TextField) and not marked:
                focused.deselect()  # the next letter goes on where the last one stands
            self._see(focused.name)
        self._rendering = False

    def _see(self, name: str) -> None:
        """Brings a cell into sight, with its line."""
        if self._area is not None and name in self._cells:
            self._area.ensureWidgetVisible(self._cells[name], 0, theme.px(30))

    def _left_cell(self, name: str) -> None:
        if not self._rendering:  # a cell that is hidden loses the focus, too
            self.left_cell.emit(name)

    def _reached(self, name: str) -> None:
        self._see(name)
        if not self._rendering:  # the focus that a state gives is known
            self.reached.emit(name)

    def _render(self, state: CounterState) -> None:
        for name, heading in self._headings.items():
            heading.setText(state.headings[name])
        if state.extras_open and "transfer" not in self._cells:
            self._make_extras()
        for name, cell in state.cells.items():
            if name in self._later and cell.shown:
                self._put_now(name)
            if name not in self._cells:
                continue
            field, hint, caption = self._cells[name], self._hints[name], self._labels[name]
            shown = cell.shown and (name not in EXTRAS or state.extras_open)
            field.setVisible(shown)
            caption.setVisible(shown and name not in ("id_type", "benefit"))
            hint.setVisible(shown and (bool(cell.fault or cell.hint) or name in _WITH_A_LINE))
            caption.setText(cell.label)
            field.render_cell(cell, state.locked and name != "id")  # the next ID may be typed over it
            hint.setText(cell.fault or cell.hint)
            hint.setToolTip(cell.fault or cell.hint)
            mark(hint, "wrong", bool(cell.fault))
            mark(hint, "warned", cell.warned)
        if self._area is not None:
            self._area.setAccessibleName(state.headings["visit"])
        if self._right_area is not None:
            self._right_area.setAccessibleName(state.headings["steps"])
        for row in self._rows:
            self._share_line(row, state)
        self._render_year(state)
        self._render_figure(state.figure)
        self._posted.setText(state.posted)
        self._shares_text.setText(state.shares_text)
        self._shares_text.setVisible(bool(state.shares))
        if state.shares or self._bar is not None:
            self.bar.setVisible(bool(state.shares))
            self.bar.render_shares(state.shares, state.shares_text, state.figure.spoken)
        self._render_guide(state)
        self._render_diseases(state)
        if state.steps or self._steps is not None:
            self.steps.render_rows(state.headings["steps"], state.steps, state.steps_spoken)
        for widget, text in (
            (self._collapsed, state.collapsed),
            (self._notes, "\n".join(state.notes[:3])),
        ):
            widget.setText(text)
            widget.setToolTip(text if widget is self._collapsed else "")
            widget.setVisible(bool(text) and state.diseases is None)
        if state.focus_turn != self._turn:
            self._turn = state.focus_turn
            self._focus = state.focus
            if state.focus in self._cells:
                self._cells[state.focus].take_focus()

    def _render_guide(self, state: CounterState) -> None:
        shown = bool(state.guide) and state.diseases is None
        if shown and self._guide is None:
            from desktop.views.counter.guide import Guide

            self._guide = Guide()
            self._how_rows.insertWidget(1, self._guide, 1)
        if self._guide is not None:
            self._guide.setVisible(shown)
            if shown:
                self._guide.render_guide(state.guide)

    def _render_diseases(self, state: CounterState) -> None:
        """The list of diseases stands in the place of the steps while its cell has the focus."""
        listed = state.diseases is not None
        self._headings["steps"].setVisible(not listed)
        if self._steps is not None:
            self._steps.setVisible(not listed and not state.guide)
        if state.diseases is not None and self._diseases is None:
            from desktop.views.counter.disease_list import DiseaseTable

            self._diseases = DiseaseTable()
            self._diseases.pointed.connect(self.pointed)
            self._how_rows.insertWidget(0, self._diseases, 100)
        if self._diseases is not None:
            self._diseases.setVisible(listed)
            if state.diseases is not None:
                self._diseases.render_list(state.diseases)

    def _share_line(self, row: _Row, state: CounterState) -> None:
        """A fault or a warning may take the whole line under its row; it tells more than a hint."""
        alone = bool(row.right) and not any(state.cells[name].shown for name in row.left)
        if row.right:
            self._stand(row, alone)
        left = next((name for name in row.left if state.cells[name].shown), row.left[0])
        right = row.right if row.right and state.cells[row.right].shown else ""
        said = [name for name in (right, left) if name and state.cells[name].fault]
        said += [name for name in (left, right) if name and state.cells[name].warned]
        fault = said[0] if said else ""
        named = left in ("disease", "special_disease")
        for name in filter(None, (left, right)):
            hint = self._hints.get(name)
            if hint is None:
                continue
            column = 3 if name == right and not fault and not alone else 1
            span = 3 if fault or alone else (2 if named and name == left else 1)
            if fault and name != fault:
                hint.hide()
                continue
            at = row.grid.indexOf(hint)
            if at < 0 or row.grid.getItemPosition(at) != (row.line, column, 1, span):
                row.grid.removeWidget(hint)
                row.grid.addWidget(hint, row.line, column, 1, span)
            hint.setProperty("alignment", RIGHT if fault == right and not alone else LEFT)

    def _stand(self, row: _Row, alone: bool) -> None:
        """The right cell of a row stands at its beginning where it is the only one."""
        cell, caption = self._cells[row.right], self._labels[row.right]
        column, span = (1, 3) if alone else (3, 1)
        if row.grid.getItemPosition(row.grid.indexOf(cell))[1] == column:
            return
        for widget in (cell, caption):
            row.grid.removeWidget(widget)
        row.grid.addWidget(caption, row.line - 1, column - 1)
        row.grid.addWidget(cell, row.line - 1, column, 1, span)

    def _row(self, grid: QGridLayout, row: int, left: tuple[str, ...], right: str) -> None:
        self._rows.append(_Row(grid, row * 2 + 1, left, right))

    def _render_year(self, state: CounterState) -> None:
        if state.bars or self._bars is not None:
            self.bars.render_bars(state.bars, state.headings["year"])
            self.bars.setVisible(bool(state.bars) and not state.extras_open)
        self._year_line.setText(state.year_line)
        self._extras.setVisible(state.extras_open)
        for widget in (self._headings["extras"], self._extras_line):
            widget.setVisible(not state.extras_open)
        self._extras_line.setText(state.extras_line)
        self._extras_line.setToolTip(state.extras_line)
        mark(self._extras_line, "wrong", state.extras_wrong)
        self._headings["year"].setText(state.headings["extras" if state.extras_open else "year"])
        if state.extras_open:
            self._year_line.setText(state.extras_about)

    def _render_figure(self, figure: Figure) -> None:
        self._figure_title.setText(figure.title)
        self._figure.setText(f"¥ {figure.amount}" if figure.amount else "")
        self._figure.setVisible(bool(figure.amount))
        self._figure.setAccessibleDescription(figure.spoken)
        self._capitals.setText(figure.capitals)
        self._capitals.setVisible(bool(figure.amount))
        self._headline.setText(figure.headline)
        self._headline.setVisible(bool(figure.headline))
        self._missing.setText("\n".join(figure.missing))
        self._missing.setVisible(bool(figure.missing))

    def cell(self, name: str) -> TextField | Choice:
        """The widget of a cell."""
        return self._cells[name]

    def focused_cell(self) -> str:
        """The cell that has the focus, empty where none has."""
        return next((name for name, cell in self._cells.items() if cell.hasFocus()), "")

    def focus_again(self) -> None:
        """Gives the focus back to the cell that had it last."""
        if self._focus in self._cells:
            self._cells[self._focus].take_focus()


def _least_height(rows: QLayout, wide: int) -> int:
    """How high a sheet has to be at a width."""
    if rows.hasHeightForWidth():
        return rows.totalMinimumHeightForWidth(wide)
    return rows.totalMinimumSize().height()
