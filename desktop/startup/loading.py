"""Import of the counter's modules in a thread, while the window already takes keys."""

import importlib

from PySide6.QtCore import QThread

from desktop.startup.garbage_collector import paused


class Loader(QThread):
    """A thread that imports; when it has finished, the window's own thread opens the counter."""

    def run(self) -> None:
        """Import the rules, the ledger and their pages."""
        with paused():
            for name in ("core.counter", "desktop.desk.desk", "desktop.views.counter.steps"):
                importlib.import_module(name)
