"""The page of a chart: its picture as large as there is room."""

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.presenters.page_states import PageState
from desktop.views.pages.page_view import PageView

_EDGE = 8


class ChartPicture(QWidget):
    """A chart (SVG) on white, whatever the theme: its colours are chosen for paper."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._chart = QSvgRenderer(self)

    def show_chart(self, svg: bytes) -> None:
        """Draw another chart."""
        self._chart.load(QByteArray(svg))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chart in the middle, in its own proportions."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#ffffff"))
        own = self._chart.defaultSize()
        if own.isEmpty():
            return
        across, down = self.width() - 2 * _EDGE, self.height() - 2 * _EDGE
        scale = min(across / own.width(), down / own.height())
        wide, high = own.width() * scale, own.height() * scale
        left, top = (self.width() - wide) / 2, (self.height() - high) / 2
        self._chart.render(painter, QRectF(left, top, wide, high))


class ChartView(PageView):
    """Draw `PageState` with a chart in its preview."""

    def __init__(self, state: PageState) -> None:
        super().__init__(state)
        self._picture = ChartPicture()
        self._drawn = b""
        self.body.addWidget(self._picture, 1)

    def render(self, state: PageState) -> None:  # type: ignore[override]
        """Draw the whole state."""
        super().render(state)
        preview = state.preview
        if preview is not None and isinstance(preview.page, bytes) and preview.page is not self._drawn:
            self._drawn = preview.page
            self._picture.show_chart(preview.page)
            self._picture.setAccessibleName(preview.text)
