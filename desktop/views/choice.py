"""A row of values to choose from."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPalette
from PySide6.QtWidgets import QSizePolicy, QStylePainter, QWidget

from desktop.presenters.states import Cell, Option
from desktop.views import theme
from desktop.views.qt import LEFT_FLAGS, Qt
from desktop.views.widgets import is_enter, keypad_step

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

_INSET = 8
_HIGH = 28
_MOST_IN_A_ROW = 8


class Choice(QWidget):
    """A few values side by side, chosen by their digit, the arrows or the mouse.

    Every signal begins with the cell's name. ``chosen``: a digit took a value, and the clerk goes on.
    ``typed``: an arrow or the mouse took one, and the clerk stays.
    """

    chosen = Signal(str, str)
    typed = Signal(str, str)
    entered = Signal(str)
    backed = Signal(str)
    reached = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setObjectName(f"cell_{name}")
        self.setProperty("focusPolicy", "StrongFocus")
        theme.fix(self, high=_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._options: tuple[Option, ...] = ()
        self._value = ""
        self._locked = False
        self._wrong = False
        self._several = False
        self._most = _MOST_IN_A_ROW

    def fold(self, most: int = _MOST_IN_A_ROW) -> None:
        """Stand more options than these in two rows."""
        if most != self._most:
            self._most = most
            self._fix()

    def _fix(self) -> None:
        theme.fix(self, high=_HIGH * (2 if len(self._options) > self._most else 1))
        self.updateGeometry()
        self.update()

    def render_cell(self, cell: Cell, locked: bool = False) -> None:
        """Show the options and the chosen one."""
        before = (self._options, self._value, self._locked, self._wrong)
        self._options, self._value, self._locked = cell.options, cell.text, locked
        self._wrong, self._several = bool(cell.fault), cell.several
        now = " ".join(option.text for option in cell.options if self._on(option))
        self.setAccessibleName(cell.label)
        self.setAccessibleDescription(
            " ".join([now, "·", *(f"{option.key} {option.text}" for option in cell.options)])
        )
        if before != (self._options, self._value, self._locked, self._wrong):
            if len(self._options) > self._most:
                self._fix()
            self.updateGeometry()
            self.update()

    def _on(self, option: Option) -> bool:
        return option.value in self._value.split() if self._several else option.value == self._value

    def text(self) -> str:
        """Return the chosen value; several are separated by spaces."""
        return self._value

    def take_focus(self) -> None:
        """Take the focus."""
        self.setFocus()

    def sizeHint(self) -> QSize:
        """Return the room that the options need."""
        widths, each = self._widths(), self._in_a_row()
        rows = [sum(widths[at : at + each]) for at in range(0, len(widths), each)]
        return QSize(int(max(rows, default=0)) + 1, theme.px(_HIGH) * max(1, len(rows)))

    def minimumSizeHint(self) -> QSize:
        """Return the room that the options need: they are never cut."""
        return self.sizeHint()

    def _in_a_row(self) -> int:
        """Return how many options stand in a row: half of them where there are many, as of regions."""
        count = len(self._options)
        return -(-count // 2) if count > self._most else max(1, count)

    def _widths(self) -> list[float]:
        metrics = QFontMetrics(self.font())
        each, inset = self._in_a_row(), theme.px(_INSET)
        texts = [f"{option.key} {option.text}" for option in self._options]
        widths = [metrics.horizontalAdvance(text) + 2.0 * inset for text in texts]
        return [max(widths[at % each :: each]) for at in range(len(widths))]

    def _rects(self) -> list[QRectF]:
        each = self._in_a_row()
        high = float(theme.px(_HIGH)) if len(self._options) > each else float(self.height())
        rects: list[QRectF] = []
        for at, width in enumerate(self._widths()):
            x = 0.5 if at % each == 0 else rects[-1].right()
            rects.append(QRectF(x, at // each * high + 0.5, width, high - 1.0))
        return rects

    def paintEvent(self, _event: "QPaintEvent") -> None:
        """Draw the options as one segmented strip, as a first frame may: see `views.qt`."""
        painter = QStylePainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rects = self._rects()
        if not rects:
            return
        whole = QRectF(0.5, 0.5, max(rect.right() for rect in rects) - 0.5, rects[-1].bottom() - 0.5)
        colours = theme.colours()
        strip = _rounded(whole, 4)
        painter.fillPath(strip, theme.brush(colours.paper if self._locked else colours.sheet))
        painter.strokePath(strip, theme.pen(colours.edge, 1, self._locked and colours.one_ground))
        for option, rect in zip(self._options, rects, strict=True):
            self._paint_option(painter, rect, option)
        if self.hasFocus() or self._wrong:
            thick = 3 if colours.one_ground and self.hasFocus() else 2
            inset = (thick - 1) / 2
            edge = _rounded(whole.adjusted(inset, inset, -inset, -inset), 4)
            colour = colours.wrong if self._wrong else colours.focus
            painter.strokePath(edge, theme.pen(colour, thick, self._wrong and colours.one_ground))

    def _paint_option(self, painter: QStylePainter, rect: QRectF, option: Option) -> None:
        """Draw an option: filled where it is chosen, elsewhere with the edges towards its neighbours."""
        colours, on = theme.colours(), self._on(option)
        if on:
            painter.fillPath(_rounded(rect.adjusted(1, 1, -1, -1), 3), theme.brush(colours.accent))
        else:
            edge = QPainterPath(rect.topLeft())
            if rect.left() > 1:
                edge.moveTo(rect.bottomLeft())
                edge.lineTo(rect.topLeft())
            if rect.top() > 1:
                edge.lineTo(rect.topRight())
            painter.strokePath(edge, theme.pen(colours.line))
        inside = rect.adjusted(theme.px(_INSET), 0, 0, 0).toRect()
        self._write(painter, inside, option.key, colours.key_on_accent if on else colours.faint)
        key_width = QFontMetrics(self.font()).horizontalAdvance(option.key + " ")
        inside.setLeft(inside.left() + key_width)
        self._write(painter, inside, option.text, colours.on_accent if on else colours.ink)

    def _write(self, painter: QStylePainter, rect: QRect, text: str, colour: str) -> None:
        role = QPalette.ColorRole.WindowText
        painter.drawItemText(rect, LEFT_FLAGS, theme.written(colour), True, text, role)

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Choose by a digit and go on, choose by an arrow, go on at Enter."""
        if is_enter(event):
            if not event.isAutoRepeat():
                shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                (self.backed if shift else self.entered).emit(self.name)
            return
        step = keypad_step(event)
        if step:
            if not event.isAutoRepeat():
                (self.entered if step > 0 else self.backed).emit(self.name)
            return
        for option in self._options:
            if event.text() == option.key and not self._locked:
                if event.isAutoRepeat():
                    return
                self.chosen.emit(self.name, option.value)
                return
        aside = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 1}.get(Qt.Key(event.key()), 0)
        if aside and self._options and not self._locked and not self._several:
            values = [option.value for option in self._options]
            at = values.index(self._value) + aside if self._value in values else 0
            self.typed.emit(self.name, values[at % len(values)])
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            (self.backed if event.key() == Qt.Key.Key_Up else self.entered).emit(self.name)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: "QMouseEvent") -> None:
        """Choose the option that was pressed."""
        for option, rect in zip(self._options, self._rects(), strict=True):
            if rect.contains(event.position()) and not self._locked:
                self.typed.emit(self.name, option.value)

    def focusInEvent(self, event: "QFocusEvent") -> None:
        """Show the focus and tell that it has come."""
        super().focusInEvent(event)
        self.update()
        self.reached.emit(self.name)

    def focusOutEvent(self, event: "QFocusEvent") -> None:
        """Show that the focus is elsewhere."""
        super().focusOutEvent(event)
        self.update()


def _rounded(rect: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path
