"""Reversing an entry: what would change is on the page before anything is saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.messages import Fault, Message
from core.money import grouped
from core.words import Words
from desktop.presenters.page import Page
from desktop.presenters.states import ListRow, Notice, PageState, Question
from desktop.settings import Settings

if TYPE_CHECKING:
    from core.counter import Counter
    from core.ledger.entries import Affected, Entry


class ReversalPage(Page):
    """F6. ``done`` tells that the entry has been reversed."""

    name = "reversal"
    order = ("reason",)

    def __init__(
        self,
        words: Words,
        show: Callable[[], None],
        counter: "Counter",
        settings: Settings,
        entry: "Entry",
    ) -> None:
        super().__init__(words, show)
        self._counter = counter
        self._settings = settings
        self.entry = entry
        self.done = False
        self._affected: list[Affected] = []
        self._refused: Message | None = None
        found = counter.would_change(entry.number)
        for one in found:
            if isinstance(one, Fault):
                self.done, self._refused = True, one.message
            else:
                self._affected.append(one)
        self.spoken_anew()
        self.focus("reason")

    def spoken_anew(self) -> None:
        """Why the entry cannot be reversed is said again."""
        super().spoken_anew()
        if self._refused is not None:
            self.notice = Notice(self._words(self._refused), "wrong")

    def enter(self, _name: str) -> None:
        """Enter in the reason asks, and does not answer."""
        self.save()

    def save(self) -> None:
        """F12: asks, once there is a reason."""
        words = self._words
        if self.done or self.question:
            return
        if not self._settings.operator:
            self.notice = Notice(words.text("window.no_operator"), "wrong")
        elif not self.texts.get("reason", "").strip():
            self.faults["reason"] = words.text("window.reversal.needs_reason")
            self.focus("reason")
        else:
            number = self.entry.number
            self.question = Question(
                words.text("window.ask.reverse", number=number, affected=len(self._affected)),
                (
                    ("Y", words.text("window.ask.reverse_yes"), "reverse"),
                    ("N", words.text("window.ask.no"), "no"),
                ),
            )
        self._show()

    def answer(self, meaning: str) -> None:
        """Y reverses."""
        self.question = None
        self.focus("reason")
        if meaning == "reverse":
            made = self._counter.reverse(
                self.entry.number, reason=self.texts["reason"].strip(), operator=self._settings.operator
            )
            if isinstance(made, list):
                self._blame(made, _same)
            else:
                self.done = True
                self.notice = Notice(
                    self._words.text("window.reversed", number=self.entry.number, by=made.entry.number),
                    "done",
                )
        self._show()

    @property
    def state(self) -> PageState:
        """The page."""
        words = self._words
        rows = []
        for one in self._affected:
            before, now = one.before.psn_part_amt, one.now.amounts.psn_part_amt
            unknown = words.text("window.cannot_tell")
            rows.append(
                ListRow(
                    str(one.entry.number),
                    (
                        str(one.entry.number),
                        one.entry.day.isoformat(),
                        unknown if before is None else grouped(before),
                        unknown if now is None else grouped(now),
                    ),
                )
            )
        entry, pays = self.entry, ""
        if entry.settlement is not None and entry.settlement.amounts.psn_part_amt is not None:
            pays = grouped(entry.settlement.amounts.psn_part_amt)
        patient = self._counter.patient(entry.patient)
        return PageState(
            words.text("window.reversal.title", number=entry.number),
            words.text(
                "window.reversal.about",
                name=patient.name if patient else "",
                day=entry.day.isoformat(),
                amount=pays or "—",
            ),
            {"reason": self._cell("reason", "window.reversal.reason")},
            (("", ("reason",)),),
            tuple(words.text(f"window.column.{name}") for name in ("number", "day", "before", "after")),
            frozenset({2, 3}),
            tuple(rows),
            empty=words.text("window.reversal.nothing_affected"),
            lines=(words.text("window.reversal.affected", number=len(rows)),) if rows else (),
            notice=self.notice,
            question=self.question,
            focus=self._focused,
            focus_turn=self._turn,
        )


def _same(field: str) -> str:
    return field
