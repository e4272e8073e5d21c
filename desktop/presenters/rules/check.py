"""Figures that wait for a second person: shown cell by cell, old and new, for another supervisor to check."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from core.counter import confirming
from core.ledger.errors import KnownError
from core.messages import Fault
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.rules.packet_words import cell_words, value_words
from desktop.presenters.states import Notice, Question
from desktop.session import Session

_COLUMNS = ("region", "cell", "old_figure", "new_figure", "entered_by")


class CheckActs(NamedTuple):
    """The acts of the page: check a pack by name, and say whether checks are required."""

    check: Callable[[str], list[Fault]]
    require: Callable[[bool], list[Fault]]


class CheckPage(PlainPage):
    """The packs that are not in force before another person than who entered them has checked them."""

    name = "check"

    def __init__(self, session: Session, show: Callable[[], None], doing: CheckActs) -> None:
        super().__init__(session, show)
        self._counter = session.opened
        self._doing = doing
        self._chosen = next(iter(confirming.unchecked(self._counter)), "")
        self.focus("list")

    @property
    def _required(self) -> bool:
        record = self._counter.on_record
        return record is not None and record.check_required

    def picked(self, value: str) -> None:
        """Choose the pack of the row that the arrows reached."""
        self._chosen = value.partition(" ")[0]

    def save(self) -> None:
        """F12: ask whether the chosen pack's figures are right."""
        words = self._words
        if self._chosen in confirming.unchecked(self._counter):
            self._ask(
                words.text("window.check.ask", name=self._chosen), words.text("window.check.yes"), "check"
            )
        else:
            self.notice = Notice(words.text("window.check.nothing"), "wrong")
        self._show()

    def _ask_required(self) -> None:
        words = self._words
        which = "window.check.ask_free" if self._required else "window.check.ask_required"
        self._ask(words.text(which), words.text("window.check.yes_required"), "required")
        self._show()

    def _ask(self, text: str, yes: str, meaning: str) -> None:
        no = ("N", self._words.text("window.ask.no"), "no")
        self.question = Question(text, (("Y", yes, meaning), no))

    keys = {
        **MANUAL,
        "F6": KeyAction("window.key.check.F6", _ask_required),
        "F12": KeyAction("window.key.check.F12", save),
        **LEAVE,
    }

    def answer(self, meaning: str) -> None:
        """Y: the figures are right; or checks are required from now on, or no more."""
        self.question = None
        if meaning == "check":
            self._done(lambda: self._doing.check(self._chosen), "window.check.done")
            self._chosen = next(iter(confirming.unchecked(self._counter)), "")
        elif meaning == "required":
            required = not self._required
            done = "window.check.now_required" if required else "window.check.now_free"
            self._done(lambda: self._doing.require(required), done)
        self._show()

    def _done(self, work: Callable[[], list[Fault]], done: str) -> None:
        words = self._words
        try:
            faults = work()
        except KnownError as error:
            self.notice = Notice(words(error.said), "wrong")
            return
        self.notice = (
            Notice(words(faults[0].message), "wrong") if faults else Notice(words.text(done), "done")
        )

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        standing = "window.check.required" if self._required else "window.check.free"
        rows = tuple(self._rows())
        return PageState(
            words.text("window.check.title"),
            words.text("window.check.about"),
            columns=tuple(words.text(f"window.column.{name}") for name in _COLUMNS),
            rows=rows,
            chosen=next((row.value for row in rows if row.value.startswith(self._chosen)), ""),
            empty=words.text("window.check.nothing"),
            lines=(words.text(standing),),
        )

    def _rows(self) -> Iterator[ListRow]:
        words = self._words
        for name, waiting in confirming.unchecked(self._counter).items():
            for path, old, new in waiting.figures or (("", "", ""),):
                values = (value_words(words, path, str(text or "")) for text in (old, new))
                cell = cell_words(words, path) if path else ""
                yield ListRow(f"{name} {path}", (name, cell, *values, waiting.entered_by))
