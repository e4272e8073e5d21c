"""A fund's year as charts, one at a time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.jobs.model_values import ChartTold
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import PageState, Preview
from desktop.presenters.plain_page import PlainPage

if TYPE_CHECKING:
    from desktop.session import Session


class ChartsPage(PlainPage):
    """The charts of a year. What they draw stands in the tables of the page under them."""

    name = "charts"
    view = "chart"

    def __init__(self, session: "Session", show: Callable[[], None], charts: tuple[ChartTold, ...]) -> None:
        super().__init__(session, show)
        self._charts = charts
        self._place = 0

    def _turn_chart(self, by: int) -> None:
        self._place = (self._place + by) % len(self._charts)
        self._show()

    def turn_back(self) -> None:
        """PgUp: the chart before."""
        self._turn_chart(-1)

    def turn_on(self) -> None:
        """PgDn: the next chart."""
        self._turn_chart(1)

    keys = {
        **MANUAL,
        "PgUp": KeyAction("window.key.charts.PgUp", turn_back),
        "PgDn": KeyAction("window.key.charts.PgDn", turn_on),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words, chart = self._words, self._charts[self._place]
        title = words.text(f"window.charts.{chart.name}")
        return PageState(
            words.text("window.charts.title", title=title, at=self._place + 1, of=len(self._charts)),
            preview=Preview(chart.svg, 0, title),
        )
