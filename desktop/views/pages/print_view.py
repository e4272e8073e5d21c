"""The page of a sheet as it will be printed."""

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.paper.drawing import MM_PER_INCH, PaperPage, paint
from desktop.presenters.page_states import PageState, Preview
from desktop.views import theme
from desktop.views.pages.page_view import PageView
from desktop.views.qt import Qt
from desktop.views.widgets import label

_EDGE: Final = 10
_SPARE: Final = 2
"""Pixels that rounding may take."""
_LONG: Final = 300
"""A page that is longer (millimetres) is a roll, which is read and not looked at as a whole."""

_LEAST: Final = 0.2
"""The least scale of a page (pixels a millimetre)."""

_MOST: Final = 3.0
"""The most that a small page is enlarged to fill the room, as a multiple of its true size."""


class Canvas(QWidget):
    """One page of a sheet on white, with a little ground around it."""

    def __init__(self) -> None:
        super().__init__()
        self._page = PaperPage()
        self._scale = 1.0

    def show_page(self, page: PaperPage, scale: float) -> None:
        """Draw a page at a scale (pixels a millimetre)."""
        self._page, self._scale = page, scale
        size = QSize(round(page.width * scale) + 2 * _EDGE, round(page.height * scale) + 2 * _EDGE)
        self.setFixedSize(size)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the page."""
        painter = QPainter(self)
        painter.translate(_EDGE, _EDGE)
        width, height = round(self._page.width * self._scale), round(self._page.height * self._scale)
        painter.fillRect(2, 2, width, height, QColor(theme.colours().line))
        painter.fillRect(0, 0, width, height, QColor("#ffffff"))
        painter.setClipRect(0, 0, width, height)
        paint(self._page, painter, self._scale)


class Ground(QScrollArea):
    """The ground that the sheet lies on. ``resized`` tells that its room is another."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of another room."""
        super().resizeEvent(event)
        self.resized.emit()


class PrintView(PageView):
    """Draw `PageState` with a preview: cells on the left, the sheet on the right."""

    def __init__(self, state: PageState) -> None:
        super().__init__(state)
        self._preview: Preview | None = None
        cells = self._area
        assert cells is not None
        cells.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        side = QWidget()
        rows = QVBoxLayout(side)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        self._shown = label("quiet")
        self._sheet = Ground()
        self._sheet.resized.connect(self._fit)
        self._sheet.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._canvas = Canvas()
        self._sheet.setWidget(self._canvas)
        rows.addWidget(self._shown)
        rows.addWidget(self._sheet, 1)
        self.body.addWidget(side, 1)

    def render(self, state: PageState) -> None:  # type: ignore[override]
        """Draw the whole state."""
        super().render(state)
        preview = state.preview
        if preview is None or not isinstance(preview.page, PaperPage):
            return
        other = self._preview is None or preview.page is not self._preview.page
        self._preview = preview
        self._shown.setText(preview.text)
        self._canvas.setAccessibleName(preview.text)
        self._sheet.setAccessibleName(preview.text)
        self._fit()
        if other:
            self._sheet.verticalScrollBar().setValue(0)

    def turn(self, by: int) -> bool:
        """Scroll so many screenfuls down. Return False where there is no more of the page."""
        bar = self._sheet.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + by * bar.pageStep())
        return bar.value() != before

    def _fit(self) -> None:
        """Draw the page at the size that was chosen, or so that it fills the room."""
        preview = self._preview
        if preview is None:
            return
        page, own = preview.page, self.logicalDpiX() / MM_PER_INCH
        room = self._sheet.maximumViewportSize()
        if preview.zoom:
            scale = own * preview.zoom / 100
        else:
            around = 2 * _EDGE + _SPARE
            across, down = (room.width() - around) / page.width, (room.height() - around) / page.height
            if page.height > _LONG:
                down = max(down, own)
            scale = max(_LEAST, min(across, down, own * _MOST))
        self._canvas.show_page(page, scale)
