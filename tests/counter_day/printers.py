"""A printer without paper in the place of the system's own; a real queue is tried in `tests/desktop`."""

import pytest

from desktop.devices import print_queue

NAME = "窗口打印机"
NO_PAPER = {"printer-state": "5", "printer-state-reasons": "media-empty-error"}
"""What CUPS says of a printer that ran out of paper."""


class _Info:
    """What the system says of its default printer."""

    @staticmethod
    def defaultPrinter() -> "_Info":  # noqa: N802  Qt's own name
        return _Info()

    def isNull(self) -> bool:  # noqa: N802
        return False

    def printerName(self) -> str:  # noqa: N802
        return NAME


def without_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default printer's queue has stopped for want of paper."""
    monkeypatch.setattr("PySide6.QtPrintSupport.QPrinterInfo", _Info)
    monkeypatch.setattr(print_queue, "trouble", lambda name: print_queue.of_options(name, NO_PAPER))
