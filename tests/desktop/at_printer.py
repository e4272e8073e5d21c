"""A desk at a printer, told line by line what to do; answers in JSON. Started with ``CUPS_SERVER`` set.

CUPS and Qt look for the server once in a process, so a desk at another server is another process.
"""

import json
import sys
import time
from pathlib import Path

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication

from core.words import words
from desktop.app import Program
from desktop.desk import documents_folder
from desktop.devices import print_queue, printing
from desktop.devices.sheets_of_desk import sheet_at_counter
from desktop.paper.layout import lay_out
from desktop.session import Session
from desktop.settings import Settings
from desktop.views import theme
from tests.desktop.keys import FIRST_ADMISSION, Keys


def main(folder: Path) -> None:
    app = QApplication([])
    theme.dress(app)
    documents_folder.documents = lambda: folder / "documents"
    program = Program(Session(words(), Settings(hospital="示例县医院", operator="王芳"), folder / "home"))
    program.window.show()
    program.open()
    keys = Keys(app, program)
    keys.enter(FIRST_ADMISSION)
    held: QPrinter | None = None
    for line in sys.stdin:
        command = line.strip()
        said = ""
        if command == "F9":
            keys.type("F9")
            said = keys.notice
        elif command == "hold":
            held = QPrinter(QPrinterInfo.defaultPrinter())
            said = held.printerName()
        elif command == "print held":
            assert held is not None
            sheet = sheet_at_counter(program.session, program.session.settings, program.counter_page)
            assert sheet is not None
            failed = printing.send(held, lay_out(sheet), sheet.title)
            said = f"{held.isValid()} {words()(failed) if failed else ''}"
        elif command == "trouble":
            found = print_queue.trouble("desk")
            said = words()(found) if found else ""
        elif command == "wait":
            until = time.monotonic() + 3
            while time.monotonic() < until:
                app.processEvents()
                time.sleep(0.02)
            said = keys.notice
        print(json.dumps(said), flush=True)
    program.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
