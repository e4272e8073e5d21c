"""The clauses: every line of the sum with the document and clause that it stands on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.words import Words
from desktop.presenters import figures
from desktop.presenters.page import PlainPage
from desktop.presenters.states import ListRow, PageState

if TYPE_CHECKING:
    from core.counter import WorkedOut


class ClausesPage(PlainPage):
    """F8. ``worked`` is the settlement on screen, None where there is none."""

    name = "clauses"

    def __init__(self, words: Words, show: Callable[[], None], worked: "WorkedOut | None") -> None:
        super().__init__(words, show)
        self._worked = worked
        self.focus("list")

    def drawn(self) -> PageState:
        """Return the page."""
        words, rows, lines = self._words, [], []
        if self._worked is not None:
            settlement = self._worked.settlement
            for number, step in enumerate(settlement.steps):
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
            lines=tuple(lines),
            empty="" if rows else words.text("window.clauses.none"),
        )
