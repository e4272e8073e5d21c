"""Openers of the pages about the insurer: its results beside ours, a difference, a month's account."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.desk import documents_folder
from desktop.desk.desk import Desk
from desktop.navigator import Navigator
from desktop.openers.office_work import OfficeWork, choose_files, open_file
from desktop.session import Session

if TYPE_CHECKING:
    from core.jobs.agreement_values import DifferenceTold
    from core.ledger.entries import Entry
    from desktop.presenters.agreement.reconcile import ReconcilePage
    from desktop.presenters.agreement.statement import StatementPage

_DETAILS = ("*.zip", "*.txt")


class AgreementPages:
    """Opener of these pages, each read when it opens. ``reverse`` opens the page that reverses an entry."""

    def __init__(
        self, session: Session, navigator: Navigator, desk: Desk, reverse: "Callable[[Entry], object]"
    ) -> None:
        self._session = session
        self._navigator = navigator
        self._reverse = reverse
        self.reconciling = OfficeWork(session, navigator, desk)
        self.accounts = OfficeWork(session, navigator, desk)

    def reconcile(self) -> "ReconcilePage":
        """Open the page of reconciliation, as it was left where something was done on it."""
        from desktop.desk.desk_work import ledger_at_desk
        from desktop.presenters.agreement.reconcile import ReconcileActs, ReconcilePage

        work, words = self.reconciling, self._session.words
        page = work.page
        if not isinstance(page, ReconcilePage):
            title = words.text("window.reconcile.title")
            acts = ReconcileActs(
                choose=partial(choose_files, self._navigator, title, _filter(title, _kinds()), many=True),
                ledger=partial(ledger_at_desk, self._session),
                open_file=open_file,
                unused=_unused,
                show=self._difference,
                announce=work.announce,
            )
            page = ReconcilePage(self._session, self._navigator.render, work.process, acts)
        work.show(page)
        return page

    def dropped(self, files: list[str]) -> bool:
        """Take files that were dropped while the page of reconciliation is open; False where it is not."""
        from desktop.presenters.agreement.reconcile import ReconcilePage

        page = self._navigator.page
        if not isinstance(page, ReconcilePage):
            return False
        page.take_files(files)
        return True

    def _difference(self, listed: "tuple[DifferenceTold, ...]", at: int) -> None:
        from desktop.presenters.agreement.difference import DifferencePage

        page = DifferencePage(self._session, self._navigator.render, listed, at, self._reverse)
        self._navigator.over(page)

    def statement(self) -> "StatementPage":
        """Open the page of a month's account, as it was left."""
        from desktop.desk.desk_work import ledger_at_desk
        from desktop.presenters.agreement.statement import StatementActs, StatementPage

        work, words = self.accounts, self._session.words
        page = work.page
        if not isinstance(page, StatementPage):
            title = words.text("window.statement.title")
            acts = StatementActs(
                choose=partial(choose_files, self._navigator, title, _filter(title, _kinds()), many=True),
                choose_answer=lambda: next(
                    iter(choose_files(self._navigator, title, _filter(title, (*_DETAILS, "*.json")))), ""
                ),
                ledger=partial(ledger_at_desk, self._session),
                unused=_unused,
                announce=work.announce,
            )
            page = StatementPage(self._session, self._navigator.render, work.process, acts)
        work.show(page)
        return page


def _unused(name: str) -> Path:
    return documents_folder.unused(documents_folder.documents() / name)


def _kinds() -> tuple[str, ...]:
    """Return the names of all files that results come in."""
    from core.tables.reading.book import ENDINGS

    return (*(f"*{ending}" for ending in ENDINGS), "*.json", "*.log", *_DETAILS)


def _filter(title: str, kinds: tuple[str, ...]) -> str:
    return f"{title} ({' '.join(kinds)})"
