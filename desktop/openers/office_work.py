"""What the openers of pages with long work share: the process, dialogs for files, results opened."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from desktop.desk import documents_folder
from desktop.desk.desk import Desk
from desktop.navigator import Navigator
from desktop.presenters.page import Page
from desktop.presenters.states import Notice
from desktop.session import Session

if TYPE_CHECKING:
    from desktop.desk.desk_work import DeskWork


class OfficeWork:
    """The process that works for a page, and what the page needs of the window.

    The page is kept while it is left: it goes on, and tells at the counter what came of it.
    """

    def __init__(self, session: Session, navigator: Navigator, desk: Desk) -> None:
        self._session = session
        self._navigator = navigator
        self._crashed = desk.crashed.emit
        self._page: Page | None = None
        desk.closing.connect(self._forget)
        navigator.window.closed.connect(self._forget)

    @cached_property
    def process(self) -> "DeskWork":
        """The process. It starts with the first job."""
        from desktop.desk.desk_work import DeskWork

        return DeskWork(self._navigator.window, self._crashed, _swept)

    @property
    def busy(self) -> bool:
        """True while a job is being done."""
        return "process" in self.__dict__ and self.process.busy

    @property
    def page(self) -> Page | None:
        """The page that was opened last over this ledger, None where there is none."""
        return self._page

    def show(self, page: Page) -> None:
        """Open a page, and keep it."""
        self._page = page
        self._navigator.open(page)

    def lay_out(self) -> None:
        """Draw the page with other cells, where it is open."""
        if self._page is not None and self._navigator.is_open(self._page):
            self._navigator.open(self._page)

    def announce(self, notice: Notice) -> None:
        """Tell what came of the work where the clerk is now."""
        if self._page is None or not self._navigator.is_open(self._page):
            self._navigator.say(notice)

    def _forget(self) -> None:
        """End the work before the ledger is closed; nothing of it is shown in another one."""
        if "process" in self.__dict__:
            self.process.close()
        self._page = None


def _swept(job: Any) -> None:
    from desktop.desk.desk_work import sweep_after

    sweep_after(getattr(job, "out", None))


def open_file(file: Path) -> bool:
    """Open a file in the program that the system has for it; False where there is none."""
    return file.is_file() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


def choose_files(navigator: Navigator, title: str, kinds: str, many: bool = False) -> list[str]:
    """Ask for a file, or for several; empty where none was chosen."""
    ask = QFileDialog.getOpenFileNames if many else QFileDialog.getOpenFileName
    folder = str(documents_folder.documents())
    chosen = ask(navigator.window, title, folder, kinds)[0]
    return list(filter(None, [chosen] if isinstance(chosen, str) else chosen))
