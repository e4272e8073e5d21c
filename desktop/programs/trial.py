"""A whole settlement by the window itself, on a ledger of its own: how an installation is tried.

Nothing of the desk is touched: the ledger, the settings and the estimate lie in the folder that is given.
"""

import sys
import time
from typing import Any

from PySide6.QtCore import QTimer

from desktop.app import Program, launch
from desktop.programs import sample
from desktop.views.window import application

_LIMIT = 30_000


def trial(language: str) -> int:
    """Starts the window, settles the sample, posts it, writes its PDF; prints a JSON line."""
    program = launch(language, sample.today)
    found: dict[str, Any] = {"ok": False}
    run = _Run(program, found)
    program.window.painted.connect(run.painting)
    program.loaded.connect(run.loaded)
    QTimer.singleShot(_LIMIT, application().quit)
    program.start()
    application().exec()
    program.close()
    import json  # the window is painted first

    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0 if found["ok"] else 1


def _key_stores() -> list[str]:
    """The kinds of key store that this installation could use, if the system had them."""
    from importlib.metadata import entry_points

    return sorted(each.name for each in entry_points(group="keyring.backends") if each.load() is not None)


class _Run:
    """What happens, and when."""

    def __init__(self, program: Program, found: dict[str, Any]) -> None:
        self._program = program
        self._found = found

    def painting(self) -> None:
        """The window is being painted."""
        QTimer.singleShot(0, self._painted)

    def _painted(self) -> None:
        """All of its first frame is there."""
        self._found["painted"] = time.time()

    def loaded(self) -> None:
        """The rules and the ledger are there: the work of a clerk, from the first cell to the paper."""
        try:
            self._work()
        finally:
            application().quit()

    def _work(self) -> None:
        from PySide6.QtPrintSupport import QPrinterInfo

        from desktop.devices.sheets_of_desk import sheet_of_entry
        from desktop.paper.output import sheet_pdf
        from desktop.presenters.counter.disease_choice import initials

        program, found = self._program, self._found
        counter_page, visit = program.counter_page, program.counter_page.visit
        for name, text in sample.cells_of(sample.admission(), program.session.words).items():
            counter_page.typed(name, text)
            counter_page.left(name)
        program.view.repaint()
        found["usable"] = time.time()
        assert visit.worked is not None
        found["patient_pays"] = visit.worked.settlement.amounts.psn_part_amt
        counter_page.ask_post()
        counter_page.answer("post")
        assert visit.entry is not None, counter_page.state.notice
        found["entry"] = visit.entry.number
        sheet = sheet_of_entry(program.session, program.session.settings, visit.entry, 1)
        assert sheet is not None
        file = program.session.home / "estimate.pdf"
        sheet_pdf(sheet, file)
        found["pdf"] = str(file)
        found["initials"] = bool(initials(visit.texts["name"]))  # the dictionary of readings is there
        found["key_stores"] = _key_stores()
        found["printers"] = len(QPrinterInfo.availablePrinters())
        counter = program.session.counter
        assert counter is not None
        found["verified"] = counter.ledger.verify().fault is None
        found["ok"] = bool(found["verified"])
