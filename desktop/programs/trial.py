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
    """Start the window, settle and post the sample, write its PDF and print the result as a line of JSON.

    Return the exit status: 1 where the trial failed.
    """
    program = launch(language, sample.today)
    result: dict[str, Any] = {"ok": False}
    run = _Run(program, result)
    program.window.painted.connect(run.painting)
    program.loaded.connect(run.loaded)
    QTimer.singleShot(_LIMIT, application().quit)
    program.start()
    application().exec()
    program.close()
    import json  # the window is painted first

    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0 if result["ok"] else 1


def _key_stores() -> list[str]:
    """Return the kinds of key store that this installation could use, if the system had them."""
    from importlib.metadata import entry_points

    return sorted(each.name for each in entry_points(group="keyring.backends") if each.load() is not None)


class _Run:
    """The steps of a trial. ``result`` takes what each came to."""

    def __init__(self, program: Program, result: dict[str, Any]) -> None:
        self._program = program
        self._result = result

    def painting(self) -> None:
        """Wait for the first frame, which is being painted."""
        QTimer.singleShot(0, self._painted)

    def _painted(self) -> None:
        """Note the time of the first frame, and the processor's time (seconds) that it took."""
        self._result["painted"] = time.time()
        self._result["worked"] = time.process_time()

    def loaded(self) -> None:
        """Do a clerk's work, from the first cell to the paper, once the rules and the ledger are there."""
        try:
            self._work()
        finally:
            application().quit()

    def _work(self) -> None:
        from PySide6.QtPrintSupport import QPrinterInfo

        from desktop.devices.sheets_of_desk import sheet_of_entry
        from desktop.paper.output import sheet_pdf
        from desktop.presenters.counter.disease_choice import initials

        program, result = self._program, self._result
        counter_page, visit = program.counter_page, program.counter_page.visit
        for name, text in sample.cells_of(sample.admission(), program.session.words).items():
            counter_page.typed(name, text)
            counter_page.left(name)
        program.view.repaint()
        result["usable"] = time.time()
        assert visit.worked is not None
        result["patient_pays"] = visit.worked.settlement.amounts.psn_part_amt
        counter_page.ask_post()
        counter_page.answer("post")
        assert visit.entry is not None, counter_page.state.notice
        result["entry"] = visit.entry.number
        sheet = sheet_of_entry(program.session, program.session.settings, visit.entry, 1)
        assert sheet is not None
        file = program.session.home / "estimate.pdf"
        sheet_pdf(sheet, file)
        result["pdf"] = str(file)
        result["initials"] = bool(initials(visit.texts["name"]))  # the dictionary of readings is there
        result["key_stores"] = _key_stores()
        result["printers"] = len(QPrinterInfo.availablePrinters())
        counter = program.session.counter
        assert counter is not None
        result["verified"] = counter.ledger.verify().fault is None
        result["ok"] = bool(result["verified"])
