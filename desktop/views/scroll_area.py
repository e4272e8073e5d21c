"""What may be longer than the window."""

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.views.qt import Qt


class Area(QScrollArea):
    """Scrolls up and down; it follows the focus and leaves every key to the cells and the window."""

    def __init__(self, least: int = 0) -> None:
        """``least``: pixels that it is never narrower than; it may change while nothing is laid out."""
        super().__init__()
        self.least = least
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def exchange(self, whole: QWidget) -> None:
        """Shows something else. What was shown goes later: it may be what a key is just being sent to."""
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.setParent(self)
            old.deleteLater()
        self.setWidget(whole)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What it holds has become wider or narrower: so does it."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Never narrower than what it holds."""
        held = self.widget()
        wide = held.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width() if held else 0
        return QSize(max(self.least, wide), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """As narrow as it may be, the list beside takes the rest; as high as what it holds at that width."""
        held = self.widget()
        if held is None:
            return super().sizeHint()
        wide = self.viewport().width()
        high = held.heightForWidth(wide) if held.hasHeightForWidth() else held.sizeHint().height()
        return QSize(self.minimumSizeHint().width(), max(high, held.minimumSizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes other lines of a long text."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Nothing: keys belong to the cells and the window."""
        event.ignore()
