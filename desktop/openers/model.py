"""Opener of the page of a fund's year, and of its charts. The page and its work go on at the counter."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.desk import documents_folder
from desktop.desk.desk import Desk
from desktop.navigator import Navigator
from desktop.openers.office_work import OfficeWork, choose_files, open_file
from desktop.session import Session

if TYPE_CHECKING:
    from core.jobs.model_values import ChartTold
    from desktop.presenters.model.model import ModelPage


class ModelPages:
    """Opener of these pages, each read when it opens."""

    def __init__(self, session: Session, navigator: Navigator, desk: Desk) -> None:
        self._session = session
        self._navigator = navigator
        self.work = OfficeWork(session, navigator, desk)

    def model(self) -> "ModelPage":
        """Open the page of a fund's year, as it was left where something was done on it."""
        from desktop.desk.desk_work import ledger_at_desk
        from desktop.presenters.model.model import ModelActs, ModelPage

        page = self.work.page
        if not isinstance(page, ModelPage):
            acts = ModelActs(
                choose=self._choose,
                ledger=partial(ledger_at_desk, self._session),
                unused=_unused,
                show=self._charts,
                open_file=open_file,
                announce=self.work.announce,
            )
            page = ModelPage(self._session, self._navigator.render, self.work.process, acts)
        self.work.show(page)
        return page

    def _choose(self, many: bool) -> list[str]:
        from core.tables.reading.book import ENDINGS

        title = self._session.words.text("window.model.title")
        kinds = " ".join((*(f"*{ending}" for ending in ENDINGS), "*.toml"))
        return choose_files(self._navigator, title, f"{title} ({kinds})", many=many)

    def _charts(self, charts: "tuple[ChartTold, ...]") -> None:
        from desktop.presenters.model.charts import ChartsPage

        if charts:
            self._navigator.over(ChartsPage(self._session, self._navigator.render, charts))


def _unused(name: str) -> Path:
    return documents_folder.unused(documents_folder.documents() / name)
