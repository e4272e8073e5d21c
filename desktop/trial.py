"""A whole settlement by the window itself, on a ledger of its own: how an installation is tried.

Nothing of the desk is touched: the ledger, the settings and the estimate lie in the folder that is given.
"""

import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from core.words import words
from desktop.app import Program
from desktop.settings import Settings
from desktop.views import theme
from desktop.views.window import application

_LIMIT = 30_000


def trial(language: str, folder: Path) -> int:
    """Opens the window, settles the sample, posts it, writes its PDF; prints a JSON line."""
    folder.mkdir(parents=True, exist_ok=True)
    theme.dress(application())
    program = Program(words(language), Settings(operator="-"), folder, today=_sample_day)
    found: dict[str, Any] = {"ok": False}
    run = _Run(program, folder, found)
    program.window.painted.connect(run.painted)
    program.loaded.connect(run.loaded)
    QTimer.singleShot(_LIMIT, application().quit)
    program.start()
    application().exec()
    program.close()
    import json  # the window is painted first

    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0 if found["ok"] else 1


def _sample_day() -> date:
    from desktop.demo import sample_day  # the window is painted first

    return sample_day()


def _key_stores() -> list[str]:
    """The kinds of key store that this installation could use, if the system had them."""
    from importlib.metadata import entry_points

    return sorted(each.name for each in entry_points(group="keyring.backends") if each.load() is not None)


class _Run:
    """What happens, and when."""

    def __init__(self, program: Program, folder: Path, found: dict[str, Any]) -> None:
        self._program = program
        self._folder = folder
        self._found = found

    def painted(self) -> None:
        """The window is there."""
        self._found.setdefault("painted", time.time())

    def loaded(self) -> None:
        """The rules and the ledger are there: the work of a clerk, from the first cell to the paper."""
        try:
            self._work()
        finally:
            application().quit()

    def _work(self) -> None:
        import json

        from PySide6.QtPrintSupport import QPrinterInfo

        from desktop.demo import SAMPLE, cells_of
        from desktop.paper.output import sheet_pdf
        from desktop.presenters.diseases import initials
        from desktop.printing import sheet_of_entry

        program, found = self._program, self._found
        presenter = program.presenter
        request = json.loads(SAMPLE.read_text(encoding="utf-8"))
        for name, text in cells_of(request, program.words).items():
            presenter.typed(name, text)
            presenter.left(name)
        program.view.repaint()
        found["usable"] = time.time()
        assert presenter.worked is not None
        found["patient_pays"] = presenter.worked.settlement.amounts.psn_part_amt
        presenter.ask_post()
        presenter.answer("post")
        assert presenter.entry is not None, presenter.state.notice
        found["entry"] = presenter.entry.number
        sheet = sheet_of_entry(program, presenter.entry, 1)
        assert sheet is not None
        file = self._folder / "estimate.pdf"
        sheet_pdf(sheet, file)
        found["pdf"] = str(file)
        found["initials"] = bool(initials(presenter.form["name"]))  # the dictionary of readings is there
        found["key_stores"] = _key_stores()
        found["printers"] = len(QPrinterInfo.availablePrinters())
        counter = program.counter
        assert counter is not None
        found["verified"] = counter.ledger.verify().fault is None
        found["ok"] = bool(found["verified"])
