"""Which parts of the counter give way in a small window, and in which order. Nothing is squeezed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from desktop.views import theme
from desktop.views.counter.entry_column import COLUMN_WIDTH, ROOMY, EntryColumn
from desktop.views.counter.result_column import ResultColumn
from desktop.views.counter.year_sheet import EXTRAS
from desktop.views.text_field import TextField

_SCROLL_BAR = 12
_A_LINE = 21
"""Room for one more line of what the window says, which must not move the cells (pixels at 100 %)."""
_ANY_HEIGHT = 16_777_215
"""The greatest height of a widget, which is Qt's own (pixels)."""


class _Measure(NamedTuple):
    """How much of what is empty a column of cells keeps (pixels at 100 %).

    ``margins`` are those over and under a sheet's cells, None for its own. ``gap`` is the room under a row
    of choices. ``low``: the line of the rarer cells goes while none is filled in. ``bars``: the year's bars
    are shown.
    """

    apart: int
    margins: tuple[int, int] | None
    gap: int
    field: int
    low: bool = False
    bars: bool = True


_MEASURES: Final = (
    _Measure(ROOMY, None, 8, 28),
    _Measure(4, (4, 3), 8, 28),
    _Measure(3, (3, 2), 2, 26, low=True),
    _Measure(3, (3, 2), 2, 26, low=True, bars=False),
    _Measure(2, (2, 1), 0, 24, low=True, bars=False),
)
"""The columns of cells from the roomiest to the lowest, which only the rarer cells (Ctrl+E) ask for."""


class Room:
    """Fit the two columns of a page into it.

    The sheets of cells give up what is empty, then the year's bars; then the rarer cells, while they are
    open, stand in the place of the sum; then the cells scroll, following the focus, for good. Room for the
    bars is kept before there are any, so that nothing moves when they come.
    The figure gives up what is empty, the guide its last lines; then the results scroll, until the window
    grows.
    """

    def __init__(
        self, page: QWidget, columns: QHBoxLayout, entries: EntryColumn, results: ResultColumn
    ) -> None:
        self._page = page
        self._columns = columns
        self._entries = entries
        self._results = results
        self._margins: dict[QFrame, tuple[int, int, int, int]] = {}
        self._gaps: dict[QFrame, list[int]] = {}
        """The rows of a sheet under which it keeps room."""
        self._measure = 0
        self._opened, self._closed = False, 0
        """Whether the rarer cells were open, and the measure that was taken last without them."""
        self._fields = 0
        self._around = (0, 0, 0)
        self._low = 0
        self._saved = [0] * len(_MEASURES)
        """What each measure takes less than the one before it (pixels), as it was when it was taken."""

    def make(self) -> None:
        """Fit the columns into the page as it is now. A page that is not shown is left as it is."""
        if not self._page.isVisible():
            return
        margins = self._columns.contentsMargins()
        height = self._page.height() - margins.top() - margins.bottom()
        self._fit_entries(height)
        self._fit_results(height)
        self._hold(height)
        focused = self._entries.focused_cell()
        self._entries.see(focused)
        self._results.see_chosen(self._entries.cells.get(focused))

    def _hold(self, height: int) -> None:
        """Fix the cells' height (pixels), as their width is: what changes among them moves nothing else.

        The page's own least height is the window's then: a fixed column keeps no window from getting lower.
        """
        entries = self._entries
        if entries.area is None and entries.minimumHeight() != height > 0:
            self._page.setMinimumHeight(1)
            entries.setFixedHeight(height)
            self._columns.activate()

    def grow(self) -> None:
        """Stop scrolling the results: the window has grown. `make` begins anew where that is not enough."""
        area = self._results.area
        if area is not None:
            self._results.scroll_in(None)
            self._columns.replaceWidget(area, area.takeWidget())
            area.hide()
            area.deleteLater()
            self._results.show()

    def _may_grow(self, height: int) -> bool:
        """Return True where the cells may take more room again, which moves them.

        A window of another size, other letters and other cells let them, and a page that only now has its
        height. A line that the window says less does not: the next one would take the room back.
        """
        shown = sum(not cell.isHidden() for cell in self._entries.cells.values())
        around = self._page.window().height(), theme.px(100), shown
        if around == self._around and height - self._low <= theme.px(2 * _A_LINE):
            self._low = min(self._low, height)
            return False
        self._around, self._low = around, height
        return True

    def _fit_entries(self, height: int) -> None:
        self._fit_cells(height)
        entries = self._entries
        # letters of a small size may take more than their share of the width
        width = max(theme.px(COLUMN_WIDTH), entries.rows.minimumSize().width())
        if width != entries.minimumWidth():
            entries.setFixedWidth(width)
        if entries.area is not None:
            entries.area.setFixedWidth(width + _SCROLL_BAR)

    def _fit_cells(self, height: int) -> None:
        entries, spared = self._entries, height - theme.px(_A_LINE)
        opened = not entries.year.extras.isHidden()
        if self._results.lent is not None:
            if opened and self._needed() <= height:
                return
            self._lend(None)
        if len(entries.cells) != self._fields:  # some are made when a visit first shows them
            self._take(self._measure)
        growing = self._may_grow(height)
        if growing:  # else a sheet is as high as it was before the cells in it were hidden
            for sheet in entries.sheets:
                sheet.updateGeometry()
        while growing and self._measure > 0 and self._needed() + self._saved[self._measure] <= spared:
            self._take(self._measure - 1)
        last = len(_MEASURES) - (1 if opened else 2)
        if self._opened and not opened:
            self._take(self._closed)
        self._opened = opened
        self._give_way(last, spared)
        if not opened:
            self._closed = self._measure
        elif self._needed() > height and self._may_lend(height):
            self._lend(entries.year)
            self._take(self._closed)
            self._give_way(last, height)
        if entries.area is None and self._needed() > height:
            self._scroll_entries()

    def _give_way(self, last: int, height: int) -> None:
        """Take lower measures, up to the last one, until the cells fit into a height (pixels)."""
        while self._measure < last and self._needed() > height:
            before = self._needed()
            self._take(self._measure + 1)
            self._saved[self._measure] = before - self._needed()

    def _may_lend(self, height: int) -> bool:
        """Return True where the rarer cells have room in the place of the sum, and the other cells then."""
        entries, year = self._entries, self._entries.year
        others = self._needed() - year.minimumSizeHint().height() - entries.rows.spacing()
        width = self._results_width()
        return entries.area is None and others <= height and self._results.has_room(year, width, height)

    def _lend(self, sheet: QFrame | None) -> None:
        """Show the rarer cells in the place of the sum; None: below the other cells again."""
        rows = self._entries.rows
        with self._keeping_focus():
            self._results.lend(sheet)
            if sheet is None:
                rows.insertWidget(rows.count() - 1, self._entries.year)
            self._entries.year.show()
        rows.invalidate()

    def _needed(self) -> int:
        """Return how high the cells have to be, with the room that is kept for the year's bars (pixels)."""
        return self._entries.minimumSizeHint().height() + self._entries.year.kept_for_bars()

    def _take(self, measure: int) -> None:
        """Take a measure for the sheets of cells."""
        entries, self._measure = self._entries, measure
        taken, self._fields = _MEASURES[measure], len(entries.cells)
        entries.rows.setSpacing(taken.apart)
        entries.year.set_low(taken.low, bars=taken.bars)
        for sheet in entries.sheets:
            inside = sheet.layout()
            assert inside is not None
            if sheet not in self._margins:
                margins = inside.contentsMargins()
                sides = margins.left(), margins.top(), margins.right(), margins.bottom()
                self._margins[sheet] = sides
            left, top, right, bottom = self._margins[sheet]
            over, under = taken.margins or (top, bottom)
            inside.setContentsMargins(left, over, right, under)
            if isinstance(inside, QGridLayout):
                if sheet not in self._gaps:
                    odd = range(1, inside.rowCount(), 2)
                    self._gaps[sheet] = [row for row in odd if inside.rowMinimumHeight(row)]
                for row in self._gaps[sheet]:
                    inside.setRowMinimumHeight(row, taken.gap)
            sheet.updateGeometry()
        for name, cell in entries.cells.items():
            if name not in EXTRAS:
                theme.fix(cell, high=taken.field)
        entries.rows.invalidate()

    def _scroll_entries(self) -> None:
        from desktop.views.scroll_area import Area

        entries = self._entries
        with self._keeping_focus():
            area = Area()
            theme.fix(area, wide=COLUMN_WIDTH + _SCROLL_BAR)
            self._columns.replaceWidget(entries, area)
            entries.setMinimumHeight(0)  # it was held at the page's
            entries.setMaximumHeight(_ANY_HEIGHT)
            area.setWidget(entries)
            entries.scroll_in(area)

    @contextmanager
    def _keeping_focus(self) -> Iterator[None]:
        """Give a cell that is moved the focus back that it loses, and tell nobody."""
        entries = self._entries
        focused = entries.cells.get(entries.focused_cell())
        marked = isinstance(focused, TextField) and focused.hasSelectedText()
        with entries.quietly():
            yield
            if focused is not None:
                focused.setFocus()
                if isinstance(focused, TextField) and not marked:
                    focused.deselect()  # the next letter goes on where the last one stands
                entries.see(focused.name)
            else:
                entries.focus_again()

    def _fit_results(self, height: int) -> None:
        if not self._results.fit_height(self._results_width(), height) and self._results.area is None:
            self._scroll_results()
            self._results.fit_height(self._results_width(), height)  # the bar takes some of the width

    def _results_width(self) -> int:
        """Return how wide the results may be, whatever they hold (pixels)."""
        sides = self._columns.contentsMargins()
        left = self._entries.area or self._entries
        taken = sides.left() + left.minimumWidth() + self._columns.spacing() + sides.right()
        return self._page.width() - taken - (_SCROLL_BAR if self._results.area is not None else 0)

    def _scroll_results(self) -> None:
        from desktop.views.scroll_area import Area

        area = Area()
        self._columns.replaceWidget(self._results, area)
        area.setWidget(self._results)
        self._results.scroll_in(area)
