"""A printer that cannot print, put where the system would name its own."""

from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter

NAME = "窗口打印机"


class _Info:
    """What the system says of its default printer."""

    @staticmethod
    def defaultPrinter() -> "_Info":  # noqa: N802  Qt's own name
        return _Info()

    def isNull(self) -> bool:  # noqa: N802
        return False

    def printerName(self) -> str:  # noqa: N802
        return NAME


def without_paper(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The default printer takes no page."""

    def made(_info: _Info) -> QPrinter:
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(folder / "no such tray" / "page.pdf"))
        return printer

    made.OutputFormat = QPrinter.OutputFormat  # type: ignore[attr-defined]
    monkeypatch.setattr("PySide6.QtPrintSupport.QPrinterInfo", _Info)
    monkeypatch.setattr("PySide6.QtPrintSupport.QPrinter", made)
