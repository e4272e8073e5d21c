"""Which parts of the counter give way in a small window, and in which order. Nothing is squeezed."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.views import theme
from desktop.views.counter.entry_column import COLUMN_WIDTH, ROOMY, EntryColumn
from desktop.views.counter.result_column import ResultColumn
from desktop.views.text_field import TextField

_SCROLL_BAR = 12
_TIGHT = 4
"""How far the sheets of cells stand apart in a low window (pixels)."""


class Room:
    """Fit the two columns of a page into it.

    The sheets of cells give up what is empty; then the cells scroll, following the focus, for good. The
    figure gives up what is empty; then the results scroll, until the window grows.
    """

    def __init__(
        self, page: QWidget, columns: QHBoxLayout, entries: EntryColumn, results: ResultColumn
    ) -> None:
        self._page = page
        self._columns = columns
        self._entries = entries
        self._results = results
        self._margins: dict[QFrame, tuple[int, int, int, int]] = {}
        self._given_up = 0

    def make(self) -> None:
        """Fit the columns into the page as it is now. A page that is not shown is left as it is."""
        if not self._page.isVisible():
            return
        margins = self._columns.contentsMargins()
        height = self._page.height() - margins.top() - margins.bottom()
        self._fit_entries(height)
        self._fit_results(height)
        self._entries.see(self._entries.focused_cell())
        self._results.see_chosen()

    def grow(self) -> None:
        """Stop scrolling the results: the window has grown. `make` begins anew where that is not enough."""
        area = self._results.area
        if area is not None:
            self._results.scroll_in(None)
            self._columns.replaceWidget(area, area.takeWidget())
            area.hide()
            area.deleteLater()
            self._results.show()

    def _fit_entries(self, height: int) -> None:
        entries = self._entries
        least = entries.minimumSizeHint().height()
        if self._given_up and least + self._given_up <= height:
            self._tighten(False)
        if entries.area is None:
            if least > height and not self._given_up:
                self._tighten(True)
            if entries.minimumSizeHint().height() > height:
                self._scroll_entries()
        # letters of a small size may take more than their share of the width
        width = max(theme.px(COLUMN_WIDTH), entries.rows.minimumSize().width())
        if width != entries.minimumWidth():
            entries.setFixedWidth(width)
        if entries.area is not None:
            entries.area.setFixedWidth(width + _SCROLL_BAR)

    def _tighten(self, tight: bool) -> None:
        """Take from the sheets what is empty, or give it back."""
        entries = self._entries
        before = entries.minimumSizeHint().height()
        entries.rows.setSpacing(_TIGHT if tight else ROOMY)
        for sheet in entries.sheets:
            inside = sheet.layout()
            assert inside is not None
            if sheet not in self._margins:
                margins = inside.contentsMargins()
                sides = margins.left(), margins.top(), margins.right(), margins.bottom()
                self._margins[sheet] = sides
            left, top, right, bottom = self._margins[sheet]
            inside.setContentsMargins(left, 4 if tight else top, right, 3 if tight else bottom)
            sheet.updateGeometry()
        entries.rows.invalidate()
        self._given_up = before - entries.minimumSizeHint().height() if tight else 0

    def _scroll_entries(self) -> None:
        from desktop.views.scroll_area import Area

        entries = self._entries
        focused = entries.cells.get(entries.focused_cell())
        marked = isinstance(focused, TextField) and focused.hasSelectedText()
        with entries.quietly():  # what the cell loses here it gets back
            area = Area()
            theme.fix(area, wide=COLUMN_WIDTH + _SCROLL_BAR)
            self._columns.replaceWidget(entries, area)
            area.setWidget(entries)
            entries.scroll_in(area)
            if focused is not None:
                focused.setFocus()
                if isinstance(focused, TextField) and not marked:
                    focused.deselect()  # the next letter goes on where the last one stands
                entries.see(focused.name)

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
