"""What of a window cannot be seen whole: texts that are cut, parts that are squeezed, outside or covered."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QLabel,
    QLineEdit,
    QMenu,
    QStyle,
    QStyleOptionFrame,
    QStyleOptionViewItem,
    QTableView,
    QTextBrowser,
    QWidget,
)

from desktop.views import bars
from desktop.views.choice import Choice
from desktop.views.column_widths import INSIDE
from desktop.views.counter import disease_list

_ROUNDED: Final = 1.0
"""Pixels that rounding may take at a broken scale."""

_PAINTED: Final = (bars, disease_list)
"""The modules whose widgets paint their texts themselves."""

_PATHS: Final = ("cell_file", "cell_files", "cell_folder", "cell_second", "cell_out", "cell_answer")
"""Cells that hold a path of any length, which is read by going through it."""


def clipped(window: QWidget) -> list[str]:
    """Every text of a window that does not stand in it whole, and every part that is squeezed or covered."""
    found = [_name(one) + ": " + fault for one in _shown(window) for fault in (*_faults(one), *_beyond(one))]
    found += _covered(window)
    for menu in window.findChildren(QMenu):
        needed = menu.sizeHint()
        if menu.isVisible() and (needed.height() > window.height() or needed.width() > window.width()):
            found.append(f"menu: {_size(needed)} in {_size(window.size())}")
    return sorted(set(found))


def scrolled(window: QWidget) -> list[str]:
    """What scrolls up and down."""
    areas = (one for one in _shown(window) if isinstance(one, QAbstractScrollArea))
    return [area.objectName() for area in areas if area.verticalScrollBar().maximum() > 0]


def scrolled_aside(window: QWidget) -> list[str]:
    """What scrolls from side to side."""
    areas = (one for one in _shown(window) if isinstance(one, QAbstractScrollArea))
    return [area.objectName() for area in areas if area.horizontalScrollBar().maximum() > 0]


def _shown(window: QWidget) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and widget.window() is window:
            yield widget


def _name(widget: QWidget) -> str:
    return widget.objectName() or type(widget).__name__


def _size(size: QSize) -> str:
    return f"{size.width()} x {size.height()}"


def _text(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    return widget.accessibleDescription() if isinstance(widget, Choice) else ""


def _faults(widget: QWidget) -> Iterator[str]:
    """What is wrong inside a widget."""
    if isinstance(widget, QLabel):
        yield from _of_label(widget)
    elif isinstance(widget, QAbstractButton | Choice):
        if widget.width() < widget.sizeHint().width() or widget.height() < widget.fontMetrics().height():
            yield f"{_size(widget.size())} for {_size(widget.sizeHint())}: {_text(widget)}"
    elif isinstance(widget, QLineEdit):
        yield from _of_cell(widget)
    elif isinstance(widget, QAbstractItemView):
        yield from _of_items(widget)
    elif _paints(widget):
        yield from _of_painted(widget)
    if isinstance(widget, QAbstractScrollArea):
        aside = widget.horizontalScrollBar()
        listed = isinstance(widget, QAbstractItemView) and aside.isVisible()  # the arrows go there
        if aside.maximum() > 0 and not listed:
            yield f"wider than its room by {aside.maximum()}"
        if isinstance(widget, QTextBrowser) and widget.document().idealWidth() > widget.viewport().width():
            yield f"{widget.viewport().width()} of {widget.document().idealWidth():.0f} wide"


def _of_label(label: QLabel) -> Iterator[str]:
    text = label.text()
    if not text:
        return
    if label.wordWrap():
        high, word = label.heightForWidth(label.width()), label.minimumSizeHint().width()
        if high > label.height():
            yield f"{label.height()} of {high} high: {text}"
        if word > label.width():
            yield f"{label.width()} for a word of {word}: {text}"
        return
    if label.sizeHint().width() > label.width() + _ROUNDED:
        yield f"{label.width()} of {label.sizeHint().width()} wide: {text}"
    metrics, lines = QFontMetricsF(label.font()), text.count("\n") + 1
    strokes = metrics.tightBoundingRect(text)
    first = (label.height() - metrics.height() - (lines - 1) * metrics.lineSpacing()) / 2 + metrics.ascent()
    last = first + (lines - 1) * metrics.lineSpacing()
    if first + strokes.top() < -_ROUNDED or last + strokes.bottom() > label.height() + _ROUNDED:
        yield f"{label.height()} high for strokes from {first + strokes.top():.1f} to {last:.1f}: {text}"


def _of_cell(cell: QLineEdit) -> Iterator[str]:
    text = cell.displayText() or cell.placeholderText()
    if not text or cell.objectName() in _PATHS:
        return
    option = QStyleOptionFrame()
    cell.initStyleOption(option)
    inside = cell.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, cell)
    metrics = QFontMetricsF(cell.font())
    if metrics.horizontalAdvance(text) > inside.width() + _ROUNDED:
        yield f"{inside.width()} of {metrics.horizontalAdvance(text):.0f} wide: {text}"
    if metrics.tightBoundingRect(text).height() > inside.height():
        yield f"{inside.height()} high: {text}"


def _of_items(view: QAbstractItemView) -> Iterator[str]:
    """The cells of a list that are cut; they may take several lines."""
    model, root = view.model(), QModelIndex()
    table = view if isinstance(view, QTableView) else None
    if table is not None and table.horizontalHeader().isVisible():
        header = table.horizontalHeader()
        for column in range(model.columnCount(root)):
            if header.sectionSizeHint(column) > header.sectionSize(column) + _ROUNDED:
                yield f"heading {model.headerData(column, Qt.Orientation.Horizontal)}"
    for row in range(model.rowCount(root)):
        for column in range(model.columnCount(root) if table is not None else 1):
            index = model.index(row, column)
            if str(model.data(index) or "") and not (table is not None and table.isColumnHidden(column)):
                yield from _of_item(view, index)


def _of_item(view: QAbstractItemView, index: QModelIndex) -> Iterator[str]:
    text, room, port = str(view.model().data(index)), view.visualRect(index), view.viewport().rect()
    if room.isEmpty() or room.top() > port.bottom():
        return
    if isinstance(view, QTableView):
        across = range(view.columnSpan(index.row(), index.column()))
        wide = sum(view.columnWidth(index.column() + at) for at in across)
        room = QRect(room.topLeft(), QSize(wide, room.height()))
    option = QStyleOptionViewItem()
    view.initViewItemOption(option)
    option.rect = room  # type: ignore[attr-defined]
    needed = view.itemDelegateForIndex(index).sizeHint(option, index)
    metrics = QFontMetrics(view.model().data(index, Qt.ItemDataRole.FontRole) or view.font())
    inside = QRect(0, 0, room.width() - INSIDE, 10_000)
    words = metrics.boundingRect(inside, int(Qt.TextFlag.TextWordWrap), text)
    one_line = metrics.horizontalAdvance(text) <= inside.width() and "\n" not in text
    if words.width() > inside.width() or (not one_line and needed.height() > room.height()):
        yield f"{_size(room.size())} for {_size(needed)}: {text}"
    elif room.right() > port.right() + _ROUNDED and not view.horizontalScrollBar().isVisible():
        yield f"beyond the edge by {room.right() - port.right()}: {text}"


def _beyond(widget: QWidget) -> Iterator[str]:
    """Whether something that holds a widget cuts it; what scrolls up and down cuts nothing that way."""
    if not (_text(widget) or isinstance(widget, QLineEdit | QAbstractItemView) or _paints(widget)):
        return
    holder, scrolls = widget.parentWidget(), False
    while holder is not None:
        over = holder.parentWidget()
        scrolls = scrolls or (isinstance(over, QAbstractScrollArea) and over.viewport() is holder)
        place = QRect(widget.mapTo(holder, QPoint(0, 0)), widget.size())
        if place.left() < -_ROUNDED or place.right() > holder.width() + _ROUNDED:
            said = f"from {place.left()} to {place.right()} in {_name(holder)}, {holder.width()} wide"
        elif not scrolls and (place.top() < -_ROUNDED or place.bottom() > holder.height() + _ROUNDED):
            said = f"from {place.top()} to {place.bottom()} in {_name(holder)}, {holder.height()} high"
        else:
            holder = None if holder is widget.window() else over
            continue
        yield f"{said}: {_text(widget)}"
        return


def _covered(window: QWidget) -> Iterator[str]:
    """The parts of a page that lie on one another."""
    for holder in _shown(window):
        if holder.layout() is None:
            continue
        parts = [one for one in holder.findChildren(QWidget, options=_DIRECT) if one.isVisible()]
        for one, other in combinations(parts, 2):
            meeting = one.geometry().intersected(other.geometry())
            if meeting.width() > _ROUNDED and meeting.height() > _ROUNDED and not _empty(one, other):
                both = f"{_name(one)} {_text(one)} and {_name(other)} {_text(other)}"
                yield f"{both} meet: {_size(meeting.size())}"


_DIRECT: Final = Qt.FindChildOption.FindDirectChildrenOnly


def _empty(*widgets: QWidget) -> bool:
    return any(isinstance(widget, QLabel) and not widget.text() for widget in widgets)


# What widgets paint themselves


def _paints(widget: QWidget) -> bool:
    return type(widget).__module__ in {module.__name__ for module in _PAINTED}


class _Listening(QPainter):
    """A painter that tells which texts it was given, and where."""

    heard: list[tuple[QRectF, str, float]] = []

    def drawText(self, *given: Any) -> Any:  # noqa: N802  Qt's own name
        rect, flags, text = given
        whole = QFontMetricsF(self.font()).boundingRect(QRectF(rect), int(flags), text)
        self.heard.append((whole, text, QRectF(rect).width()))
        return super().drawText(*given)


@contextmanager
def _listening() -> Iterator[list[tuple[QRectF, str, float]]]:
    _Listening.heard = heard = []
    before = [module.QPainter for module in _PAINTED]  # type: ignore[attr-defined]
    for module in _PAINTED:
        module.QPainter = _Listening  # type: ignore[attr-defined]
    try:
        yield heard
    finally:
        for module, painter in zip(_PAINTED, before, strict=True):
            module.QPainter = painter  # type: ignore[attr-defined]


def _of_painted(widget: QWidget) -> Iterator[str]:
    with _listening() as heard:
        widget.grab()
    texts = [(place, text, room) for place, text, room in heard if text]
    told = _told_in_full(widget, [text for _, text, _ in texts])
    edge = QRectF(widget.rect()).adjusted(-_ROUNDED, -4, _ROUNDED, 4)
    for place, text, room in texts:
        if place.width() > room + _ROUNDED:
            yield f"{room:.0f} of {place.width():.0f} wide: {text}"
        elif not edge.contains(place):
            yield f"outside at {place.toRect().getRect()} of {_size(widget.size())}: {text}"
        if "…" in text and not told:
            yield f"cut: {text}"
    for (one, text, _), (other, under, _) in combinations(texts, 2):
        meeting = one.intersected(other)
        if meeting.width() > _ROUNDED and meeting.height() > 0.4 * min(one.height(), other.height()):
            yield f"{text} on {under}"


def _told_in_full(widget: QWidget, texts: list[str]) -> bool:
    """Whether the chosen row of a list of which some are cut stands somewhere in full."""
    found = getattr(widget, "_list", None)
    names = [row.name for row in found.rows if row.number == found.chosen] if found else []
    return bool(names) and any(names[0] in text for text in texts)
