"""What the pages about the desk itself have in common: own keys, secrets, an environment that fails."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from core.ledger.errors import KnownError, unavailable
from core.messages import Fault, Message, message
from desktop.presenters.page import PlainPage
from desktop.presenters.states import Cell, Notice, Option, PageState, Question

Made = TypeVar("Made")


class Ways(NamedTuple):
    """The ways on from signing in and setting up; ``backups`` is None where no ledger is known yet."""

    practise: Callable[[], object]
    recovery: Callable[[], object]
    backups: Callable[[], object] | None = None


class DeskPage(PlainPage):
    """``secret`` cells show dots; ``labels``: where the cells' words stand."""

    labels = ""
    secret: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[Option, ...]] = {}

    def enter(self, name: str) -> None:
        """Enter: to the next cell; on the last one it stays, as nothing is done by Enter."""
        if not self.question:
            self._step(name, 1)

    def tell(self, said: Message | str, kind: str = "done") -> None:
        """Show a line about what happened."""
        self.notice = Notice(said if isinstance(said, str) else self._words(said), kind)
        self._show()

    def refuse(self, *faults: Fault) -> None:
        """Says what is wrong, each fault under its cell."""
        self.faults = {}
        self._blame(list(faults), self.cell_of)
        self._show()

    def cell_of(self, field: str) -> str:
        """The cell that a fault of the core belongs to."""
        return field

    def attempt(self, work: Callable[[], Made]) -> Made | None:
        """Does something; what the environment does to it is said, and None comes back."""
        try:
            return work()
        except KnownError as error:
            self.tell(error.said, "wrong")
        except OSError as error:
            from pathlib import Path

            self.tell(unavailable(error, Path(str(error.filename or ""))).said, "wrong")
        return None

    def needs(self, *names: str) -> bool:
        """Whether some cell is empty, which is then said."""
        required = message("fault.required")
        faults = [Fault(name, required) for name in names if not self.texts.get(name, "").strip()]
        if faults:
            self.refuse(*faults)
        return bool(faults)

    def differ(self, name: str, again: str) -> bool:
        """Whether a PIN and its repetition are two, which is then said."""
        if self.texts.get(name, "") == self.texts.get(again, ""):
            return False
        self.refuse(Fault(again, message("window.pins_differ")))
        return True

    def ask(self, text: str, yes: str, meaning: str) -> None:
        """Asks a question that Enter does not answer."""
        no = ("N", self._words.text("window.ask.no"), "no")
        self.question = Question(text, (("Y", yes, meaning), no))
        self._show()

    def forget_secrets(self) -> None:
        """Empties what must not stay in a cell."""
        for name in self.secret:
            self.texts[name] = ""

    def cells(self) -> dict[str, Cell]:
        """The cells as they stand."""
        return {
            name: self._cell(name, f"{self.labels}.{name}", self.choices.get(name, ()))._replace(
                secret=name in self.secret
            )
            for name in self.order
        }

    def form(self, title: str, about: str, *lines: str) -> PageState:
        """The cells as a form that leaves the greater part of the width free."""
        return PageState(title, about, self.cells(), (("", self.order),), narrow=True, lines=lines)
