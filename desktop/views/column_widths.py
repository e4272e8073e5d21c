"""The widths of a list's columns: as their words, within what the eye follows and the room allows."""

from collections.abc import Collection
from functools import cached_property
from typing import Final

from PySide6.QtCore import QModelIndex, QRect
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView

from desktop.views import theme
from desktop.views.qt import WRAPPED, Qt

INSIDE: Final = 18
"""Pixels that a cell leaves empty beside its text."""

_EDGE: Final = 3
_PAD: Final = INSIDE + 2
_APART: Final = 120
"""The most that a column before figures is wider than its words (pixels), so that rows stay together."""


class Measured:
    """The widths of the texts in a table's first rows, true for as long as the rows and the type stay.

    ``in_a_line`` holds the width of each column whose texts stand in one line (pixels).
    """

    def __init__(self, table: QTableView, rows: int) -> None:
        model, root = table.model(), QModelIndex()
        self._metrics = metrics = QFontMetrics(table.font())
        strong = _bold(table)
        known = range(min(rows, model.rowCount(root)))
        columns = [[model.index(row, at) for row in known] for at in range(model.columnCount(root))]
        self._texts = [{str(index.data() or "") for index in column} for column in columns]
        marked = [{str(index.data() or "") for index in column if _is_strong(index)} for column in columns]
        self.in_a_line = [
            max((_PAD + metrics.horizontalAdvance(text) for text in texts), default=0)
            for texts in self._texts
        ]
        for at, texts in enumerate(marked):
            widest = max((_PAD + strong.horizontalAdvance(text) for text in texts), default=0)
            self.in_a_line[at] = max(self.in_a_line[at], widest)

    @cached_property
    def in_any_lines(self) -> list[int]:
        """The width of each column's longest word (pixels)."""
        metrics = self._metrics
        return [max((_longest_word(text, metrics) for text in texts), default=0) for texts in self._texts]


def _bold(table: QTableView) -> QFontMetrics:
    font = QFont(table.font())
    font.setBold(True)
    return QFontMetrics(font)


def _is_strong(index: QModelIndex) -> bool:
    font = index.data(Qt.ItemDataRole.FontRole)
    return font is not None and bool(font.bold())


def mark_focus(table: QTableView, by_cell: bool) -> None:
    """Draw an edge before the chosen row, or the chosen cell, while the keys are the list's."""
    index = table.currentIndex()
    if table.hasFocus() and index.isValid():
        place = table.visualRect(index if by_cell else index.siblingAtColumn(0))
        left = place.left() if by_cell else 0
        painter = QPainter(table.viewport())
        painter.fillRect(left, place.top(), theme.px(_EDGE), place.height(), QColor(theme.colours().focus))
        painter.end()


def share(table: QTableView, measured: Measured, numbers: Collection[int]) -> bool:
    """Give each column its width. Return whether some texts have to take more lines than one.

    Room that is left goes to the last column of words. Where there is too little, the widest columns of words
    give way first, columns of figures (``numbers``) never.
    """
    header, count = table.horizontalHeader(), len(measured.in_a_line)
    if not count:
        return False
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    headings = [header.sectionSizeHint(at) for at in range(count)]
    widths = [max(pair) for pair in zip(headings, measured.in_a_line, strict=True)]
    room = table.viewport().width()
    words = [at for at in range(count) if at not in numbers]
    wrapped = sum(widths) > room
    if wrapped:
        _give_way(widths, {at: max(headings[at], measured.in_any_lines[at]) for at in words}, room)
    elif words:
        spare = room - sum(widths)
        last = words[-1]
        widths[last] += spare if last == count - 1 else min(spare, theme.px(_APART))
    for at, width in enumerate(widths):
        if table.columnWidth(at) != width:
            table.setColumnWidth(at, width)
    return wrapped


def heights(table: QTableView, numbers: Collection[int], least: int) -> None:
    """Give each row as many lines as its words need, and at least ``least`` pixels."""
    model, root = table.model(), QModelIndex()
    plain, bold = QFontMetrics(table.font()), _bold(table)
    words = [at for at in range(model.columnCount(root)) if at not in numbers]
    for row in range(model.rowCount(root)):
        metrics = bold if _is_strong(model.index(row, 0)) else plain
        high = max((_high(table, row, at, metrics) for at in words), default=0)
        wanted = least if high <= metrics.height() else high + least - metrics.height()
        if table.rowHeight(row) != wanted:
            table.setRowHeight(row, wanted)


def _high(table: QTableView, row: int, at: int, metrics: QFontMetrics) -> int:
    text = str(table.model().index(row, at).data() or "")
    inside = QRect(0, 0, max(1, table.columnWidth(at) - INSIDE), 100_000)
    return metrics.boundingRect(inside, WRAPPED, text).height()


def _longest_word(text: str, metrics: QFontMetrics) -> int:
    """Return how wide a column has to be for a text in any number of lines (pixels)."""
    return _PAD + metrics.boundingRect(QRect(0, 0, 1, 100_000), WRAPPED, text).width()


def _give_way(widths: list[int], least: dict[int, int], room: int) -> None:
    """Take from the widest columns, down to their least, until all fit."""
    over = sum(widths) - room
    while over > 0:
        able = [at for at in least if widths[at] > least[at]]
        if not able:
            return
        widest = max(able, key=lambda at: widths[at])
        next_widest = max((widths[at] for at in able if at != widest), default=0)
        step = min(over, widths[widest] - max(least[widest], next_widest - 1))
        widths[widest] -= max(1, step)
        over -= max(1, step)
