"""An empty window, to compare Mingzhang's start and size with: it says when it was painted, and ends."""

import sys
import time

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class Window(QMainWindow):
    """Nothing."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Tells the time of the first paint."""
        super().paintEvent(event)
        print("painted", time.time(), flush=True)
        self.close()


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    window = Window()
    window.resize(1280, 800)
    window.show()
    sys.exit(app.exec())
