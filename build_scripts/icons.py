"""Draw the program's icon again: 明 on the accent colour, as PNG in every size and as one ICO for Windows."""

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPainter,
    QPainterPath,
)

ROOT = Path(__file__).resolve().parent.parent
ICONS = ROOT / "resources" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256)
GROUND, INK = "#17456b", "#ffffff"


def draw(size: int) -> bytes:
    """Return one size as PNG."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(GROUND))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.18, size * 0.18)
    font = QFont("Mingzhang Sans")
    font.setBold(True)
    font.setPixelSize(1000)
    sign = QPainterPath()
    sign.addText(0, 0, font, "明")
    box = sign.boundingRect()
    scale = size * 0.72 / max(box.width(), box.height())
    painter.translate(size / 2, size / 2)
    painter.scale(scale, scale)
    painter.translate(-box.center())
    painter.fillPath(sign, QColor(INK))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Return the pictures in one ICO file, each as PNG."""
    offset = 6 + 16 * len(pictures)
    head, body = [struct.pack("<HHH", 0, 1, len(pictures))], []
    for size, png in pictures.items():
        head.append(struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), offset))
        body.append(png)
        offset += len(png)
    return b"".join([*head, *body])


def main() -> None:
    """Draw all sizes and write them."""
    app = QGuiApplication(sys.argv[:1])
    QFontDatabase.addApplicationFont(str(ROOT / "resources" / "fonts" / "MingzhangSans-Bold.otf"))
    ICONS.mkdir(exist_ok=True)
    pictures = {size: draw(size) for size in SIZES}
    for size, png in pictures.items():
        (ICONS / f"mingzhang-{size}.png").write_bytes(png)
    (ICONS / "mingzhang.ico").write_bytes(ico(pictures))
    del app


if __name__ == "__main__":
    main()
