"""Drawings (SVG) on paper, for the reports of the fund's office."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer


def draw_svg(painter: QPainter, svg: str, place: QRectF) -> None:
    """Draw a drawing as large as its place allows, in its own proportions."""
    renderer = QSvgRenderer(svg.encode())
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    renderer.render(painter, place)
