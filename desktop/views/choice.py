"""A row of values to choose from."""

from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.presenters.states import Cell, Option
from desktop.views import theme
from desktop.views.qt import LEFT_FLAGS, Qt
from desktop.views.widgets import is_enter, keypad_step

_CHOICE_INSET = 8
_CHOICE_HIGH = 28
_MOST_IN_A_ROW = 8


class Choice(QWidget):
    """A few values side by side, chosen by their digit, the arrows or the mouse."""

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
        theme.fix(self, high=_CHOICE_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._options: tuple[Option, ...] = ()
        self._value = ""
        self._locked = False
        self._wrong = False
        self._several = False
        self._most = _MOST_IN_A_ROW

    def fold(self, most: int = _MOST_IN_A_ROW) -> None:
        """More options than these stand in two rows."""
        if most != self._most:
            self._most = most
            self._fix()

    def _fix(self) -> None:
        theme.fix(self, high=_CHOICE_HIGH * (2 if len(self._options) > self._most else 1))
        self.updateGeometry()
        self.update()

    def render_cell(self, cell: Cell, locked: bool = False) -> None:
        """Shows the options and the chosen one."""
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
        """The chosen value."""
        return self._value

    def take_focus(self) -> None:
        """Focus."""
        self.setFocus()

    def sizeHint(self) -> QSize:
        """As wide as the options need."""
        widths, each = self._widths(), self._in_a_row()
        rows = [sum(widths[at : at + each]) for at in range(0, len(widths), each)]
        return QSize(int(max(rows, default=0)) + 1, theme.px(_CHOICE_HIGH) * max(1, len(rows)))

    def minimumSizeHint(self) -> QSize:
        """No narrower than the options need."""
        return self.sizeHint()

    def _in_a_row(self) -> int:
        """Many options stand in two rows: a list of regions is longer than the window at a large size."""
        count = len(self._options)
        return -(-count // 2) if count > self._most else max(1, count)

    def _widths(self) -> list[float]:
        metrics = QFontMetrics(self.font())
        each, inset = self._in_a_row(), theme.px(_CHOICE_INSET)
        texts = [f"{option.key} {option.text}" for option in self._options]
        widths = [metrics.horizontalAdvance(text) + 2.0 * inset for text in texts]
        return [max(widths[at % each :: each]) for at in range(len(widths))]

    def _rects(self) -> list[QRectF]:
        each = self._in_a_row()
        high = float(theme.px(_CHOICE_HIGH)) if len(self._options) > each else float(self.height())
        found: list[QRectF] = []
        for at, width in enumerate(self._widths()):
            x = 0.5 if at % each == 0 else found[-1].right()
            found.append(QRectF(x, at // each * high + 0.5, width, high - 1.0))
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draws the options as one segmented strip, as a first frame may: see `views.qt`."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rects = self._rects()
        if not rects:
            return
        whole = QRectF(0.5, 0.5, max(rect.right() for rect in rects) - 0.5, rects[-1].bottom() - 0.5)
        colours = theme.colours()
        strip = _rounded(whole, 4)
        painter.fillPath(strip, theme.brush(colours.paper if self._locked else colours.sheet))
        painter.strokePath(strip, theme.pen(colours.edge, 1, self._locked and colours.one_ground))
        metrics = QFontMetrics(self.font())
        for option, rect in zip(self._options, rects, strict=True):
            on = self._on(option)
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
            inside = rect.adjusted(theme.px(_CHOICE_INSET), 0, 0, 0).toRect()
            self._write(painter, inside, option.key, colours.key_on_accent if on else colours.faint)
            inside.setLeft(inside.left() + metrics.horizontalAdvance(option.key + " "))
            self._write(painter, inside, option.text, colours.on_accent if on else colours.ink)
        if self.hasFocus() or self._wrong:
            thick = 3 if colours.one_ground and self.hasFocus() else 2
            inset = (thick - 1) / 2
            edge = _rounded(whole.adjusted(inset, inset, -inset, -inset), 4)
            colour = colours.wrong if self._wrong else colours.focus
            painter.strokePath(edge, theme.pen(colour, thick, self._wrong and colours.one_ground))

    def _write(self, painter: QPainter, rect: QRect, text: str, colour: str) -> None:
        role = QPalette.ColorRole.WindowText
        self.style().drawItemText(painter, rect, LEFT_FLAGS, theme.written(colour), True, text, role)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses and goes on; arrows choose; Enter goes on."""
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
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 1}.get(Qt.Key(event.key()))
        if step and self._options and not self._locked and not self._several:
            values = [option.value for option in self._options]
            at = values.index(self._value) + step if self._value in values else 0
            self.typed.emit(self.name, values[at % len(values)])
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            (self.backed if event.key() == Qt.Key.Key_Up else self.entered).emit(self.name)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on an option chooses it."""
        for option, rect in zip(self._options, self._rects(), strict=True):
            if rect.contains(event.position()) and not self._locked:
                self.typed.emit(self.name, option.value)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows that it has the focus."""
        super().focusInEvent(event)
        self.update()
        self.reached.emit(self.name)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Shows that the focus is elsewhere."""
        super().focusOutEvent(event)
        self.update()


def _rounded(rect: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path
