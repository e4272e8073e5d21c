"""What the counter needs is imported beside the window, which already takes keys."""

import importlib

from PySide6.QtCore import QThread

from desktop.startup.garbage_collector import paused


class Loader(QThread):
    """Imports; the counter itself is opened by the window's own thread when this has finished."""

    def run(self) -> None:
        """Reads the rules and the ledger."""
        with paused():
            for name in ("core.counter", "desktop.presenters.rules.region", "desktop.views.counter.steps"):
                importlib.import_module(name)
