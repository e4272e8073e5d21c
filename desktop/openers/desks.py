"""Openers of the pages by which this desk meets others: the stick, and the server of the hospital."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from core.ledger.operators import Role
from desktop.desk.desk import Desk
from desktop.devices.printing import Printing
from desktop.navigator import Navigator
from desktop.openers.office_work import OfficeWork
from desktop.presenters.states import Notice
from desktop.session import Session

if TYPE_CHECKING:
    from desktop.presenters.desk.server import ServerPage
    from desktop.presenters.desk.sticks import SticksPage


class DesksPages:
    """Opener of these pages. ``doers`` are their lines of the menu; ``work`` takes a stick in."""

    def __init__(self, session: Session, navigator: Navigator, desk: Desk, printing: Printing) -> None:
        self._session = session
        self._navigator = navigator
        self._desk = desk
        self._printing = printing
        self._page: SticksPage | ServerPage | None = None
        self.work = OfficeWork(session, navigator, desk)
        self._looking = OfficeWork(session, navigator, desk)
        self.doers: dict[str, Callable[[], object]] = {"sticks": self._sticks, "server": self._server}

    def server_changed(self) -> None:
        """Draw what the title line says of the server, and what came from it where its page is open."""
        page = self._page
        if page is not None and page is self._navigator.page:
            page.refresh()
        else:
            self._navigator.render()

    def _sticks(self) -> None:
        from desktop.desk.desk_work import ledger_at_desk
        from desktop.presenters.desk.sticks import SticksPage

        session = self._session
        if self.work.page is not None and self.work.busy:
            self.work.show(self.work.page)  # it still takes in
            return

        def keep(place: str) -> None:
            session.remember(session.settings._replace(stick=place))

        self._page = page = SticksPage(
            session,
            self._navigator.render,
            self._choose_folder,
            keep,
            self._printing.print_meeting,
            self.work.process,
            self.work.announce,
            partial(ledger_at_desk, session),
        )
        self.work.show(page)

    def _server(self) -> None:
        from desktop.presenters.desk.server import ServerPage

        session = self._session
        refused = session.opened.refused(Role.ADMINISTRATOR)
        if refused:
            self._navigator.say(Notice(session.words(refused[0].message), "wrong"))
            return

        def keep(dsn: str) -> None:
            session.remember(session.settings._replace(server=dsn))
            self._desk.server.take()

        self._page = page = ServerPage(
            session,
            self._navigator.render,
            self._choose_file,
            keep,
            self._show_code,
            self._looking.process,
            self._looking.announce,
        )
        self._looking.show(page)

    def _show_code(self, code: str) -> None:
        """Show the recovery code of the server once, until somebody has confirmed it."""
        from desktop.presenters.desk.set_up import CodePage

        print_code = partial(self._printing.print_code, of="server_code")
        page = CodePage(
            self._session, self._navigator.render, code, print_code, self._server, of="server_code"
        )
        self._navigator.open(page)

    def _choose_folder(self) -> str:
        title = self._session.words.text("window.sticks.place")
        return QFileDialog.getExistingDirectory(self._navigator.window, title)

    def _choose_file(self) -> str:
        title = self._session.words.text("window.server.certificate")
        return QFileDialog.getOpenFileName(self._navigator.window, title)[0]
