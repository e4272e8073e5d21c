"""Opener of the page of tables. The page and its work go on while the clerk is at the counter."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.messages import Message, message
from core.places import RESOURCES
from desktop.desk import documents_folder
from desktop.desk.desk import Desk
from desktop.desk.region_files import versions_in
from desktop.navigator import Navigator
from desktop.openers.office_work import OfficeWork, choose_files, open_file
from desktop.session import Session

if TYPE_CHECKING:
    from core.tables.layout import Column
    from desktop.presenters.tables.tables import Remembered, TableActs, TablesPage


class TablesPages:
    """Opener of the page of tables, read when it is first opened."""

    def __init__(self, session: Session, navigator: Navigator, desk: Desk) -> None:
        self._session = session
        self._navigator = navigator
        self.work = OfficeWork(session, navigator, desk)

    def tables(self) -> "TablesPage":
        """Open the page of tables, as it was left where something was done on it."""
        from desktop.presenters.tables.tables import TablesPage

        page = self.work.page
        if not isinstance(page, TablesPage):
            page = TablesPage(
                self._session, self._navigator.render, self.work.process, self._acts(), self._regions()
            )
        self.work.show(page)
        return page

    def dropped(self, file: Path) -> None:
        """Take a file that was dropped on the window."""
        if self._navigator.to_counter():
            self.tables().take_file(str(file))

    def _acts(self) -> "TableActs":
        from core.tables.reading.book import ENDINGS
        from desktop.desk import table_shapes
        from desktop.desk.desk_work import ledger_at_desk
        from desktop.presenters.tables.tables import TableActs

        home, words = self._session.home, self._session.words
        kinds = " ".join(f"*{ending}" for ending in ENDINGS)
        title = words.text("window.tables.title")
        return TableActs(
            choose=lambda: next(iter(choose_files(self._navigator, title, f"{title} ({kinds})")), ""),
            lay_out=self.work.lay_out,
            correct=self._correct,
            remembered=partial(table_shapes.remembered, home),
            remember=self._remember,
            ledger=partial(ledger_at_desk, self._session),
            open_file=open_file,
            unused=documents_folder.unused,
            announce=self.work.announce,
        )

    def _remember(self, shape: str, said: "Remembered") -> Message | None:
        from desktop.desk import table_shapes

        try:
            table_shapes.remember(self._session.home, shape, said)
        except OSError:
            return message("window.tables.not_remembered")
        return None

    def _correct(self, column: "Column", samples: tuple[str, ...], take: Callable[[str], object]) -> None:
        from desktop.presenters.tables.columns import ColumnPage

        def taken(field: str) -> None:
            self._navigator.back()
            take(field)

        page = ColumnPage(self._session, self._navigator.render, column, samples, taken)
        self._navigator.over(page)

    def _regions(self) -> dict[str, str]:
        """Return the regions that a table may be settled by, each with its name."""
        versions = versions_in(RESOURCES / "regions", self._session.home / "regions")
        return {version.id: version.name for version in versions}
