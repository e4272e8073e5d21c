"""The clauses: every line of the sum with the document and clause that it stands on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.presenters import figures
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice
from desktop.session import Session

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.settlement import Step


class ClausesPage(PlainPage):
    """F8. ``worked`` is the settlement on screen, None where there is none.

    ``open_articles`` opens the documents at the article of a line; None: from the beginning.
    """

    name = "clauses"

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        worked: "WorkedOut | None",
        print_sheet: Callable[[], Notice],
        open_articles: "Callable[[Step | None], object]",
    ) -> None:
        super().__init__(session, show)
        self._steps = () if worked is None else worked.settlement.steps
        self._worked = worked
        self._print_sheet = print_sheet
        self._open_articles = open_articles
        self._chosen = ""
        self.focus("list")

    def picked(self, value: str) -> None:
        """Choose the line that the arrows reached."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a line: open the article that it stands on."""
        self.picked(value)
        self.open_articles()

    def open_articles(self) -> None:
        """Open the documents at the article of the chosen line."""
        self._open_articles(self._steps[int(self._chosen)] if self._chosen else None)

    def print_sheet(self) -> None:
        """Print the sheet of the counter."""
        self.say(self._print_sheet())

    keys = {
        **MANUAL,
        "F8": KeyAction("window.key.clauses.F8", open_articles),
        "F9": KeyAction("window.key.F9", print_sheet),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words, rows, lines = self._words, [], []
        if self._worked is not None:
            settlement = self._worked.settlement
            for number, step in enumerate(self._steps):
                row = figures.row(step, words)
                whole = words(step.label)
                texts = (whole, row.amount, row.payer_text, row.source_whole)
                rows.append(ListRow(str(number), texts, strong=row.strong))
            lines = [figures.noted(note, words) for note in settlement.notes]
            lines += figures.figure(settlement, words).missing
        return PageState(
            words.text("window.clauses.title"),
            words.text("window.clauses.about"),
            columns=tuple(
                words.text(f"window.column.{name}") for name in ("step", "amount", "payer", "source")
            ),
            numbers=frozenset({1}),
            rows=tuple(rows),
            chosen=self._chosen,
            lines=tuple(lines),
            empty="" if rows else words.text("window.clauses.none"),
        )
