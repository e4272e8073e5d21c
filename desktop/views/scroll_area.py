"""An area for parts that may be longer than the window."""

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.views.qt import Qt


class Area(QScrollArea):
    """Scroll a widget up and down, following the focus. Every key is left to the cells and the window.

    ``least``: the area is never narrower than so many pixels. It may change while nothing is laid out.
    """

    def __init__(self, least: int = 0) -> None:
        super().__init__()
        self.least = least
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def exchange(self, whole: QWidget) -> None:
        """Show another widget. The old one goes later: a key may just be on its way to it."""
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.setParent(self)
            old.deleteLater()
        self.setWidget(whole)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Become as wide as the widget inside has become."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Return the least room: never narrower than the widget inside."""
        held = self.widget()
        wide = held.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width() if held else 0
        return QSize(max(self.least, wide), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the least width, since a list beside takes the rest, and the height of the widget at it."""
        held = self.widget()
        if held is None:
            return super().sizeHint()
        wide = self.viewport().width()
        high = held.heightForWidth(wide) if held.hasHeightForWidth() else held.sizeHint().height()
        return QSize(self.minimumSizeHint().width(), max(high, held.minimumSizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height: another width makes other lines of a long text."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ignore every key: it belongs to the cells and the window."""
        event.ignore()
