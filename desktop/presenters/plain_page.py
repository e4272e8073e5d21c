"""Pages of cells and a list, which one state draws: what most pages beside the counter are."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from core.messages import Fault, Message, message
from desktop.presenters import typed
from desktop.presenters.page import CellPage
from desktop.presenters.page_states import PageState
from desktop.presenters.states import Cell, Notice, Question

if TYPE_CHECKING:
    from desktop.session import Session


class PlainPage(CellPage):
    """A page of cells and a list. `drawn` makes it; `state` adds notice, question and focus."""

    @property
    def state(self) -> PageState:
        """The whole page."""
        drawn = self.drawn()
        return drawn._replace(
            notice=self.notice or drawn.notice,
            question=self.question,
            focus=self._focused,
            focus_turn=self._turn,
        )

    @abstractmethod
    def drawn(self) -> PageState:
        """The page without notice, question and focus."""

    def _accept(self, name: str, value: Any) -> bool:
        """Take what was read from a cell that is left; a message is what is wrong, and is said there."""
        if isinstance(value, Message):
            self.faults[name] = self._words(value)
            self.focus(name)
            self._show()
            return False
        if isinstance(value, date):
            self.texts[name] = value.isoformat()
        return True


class FormPage(PlainPage):
    """A page that tells what happened to its cells: refused, incomplete, asked about, done."""

    def tell(self, said: Message | str, kind: str = "done") -> None:
        """Show a line about what happened."""
        self.notice = Notice(said if isinstance(said, str) else self._words(said), kind)
        self._show()

    def refuse(self, *faults: Fault) -> None:
        """Say what is wrong, each fault under its cell."""
        self.faults = {}
        self._blame(list(faults), self.cell_of)
        self._show()

    def cell_of(self, field: str) -> str:
        """Return the cell that a fault of the core belongs to."""
        return field

    def needs(self, *names: str) -> bool:
        """Return whether some cell is empty, and say so under it."""
        required = message("fault.required")
        faults = [Fault(name, required) for name in names if not self.texts.get(name, "").strip()]
        if faults:
            self.refuse(*faults)
        return bool(faults)

    def ask(self, text: str, yes: str, meaning: str) -> None:
        """Ask a question that Enter does not answer."""
        no = ("N", self._words.text("window.ask.no"), "no")
        self.question = Question(text, (("Y", yes, meaning), no))
        self._show()


class AboutOne(PlainPage):
    """A page about one patient's year. ``known``: id_type, id and name, where they are known already."""

    def __init__(self, session: "Session", show: Callable[[], None], known: Mapping[str, str]) -> None:
        super().__init__(session, show)
        self._counter = session.opened
        self._today = today = session.today()
        self._id_type = known.get("id_type") or "01"
        self.texts = {"year": str(today.year), **{name: known.get(name, "") for name in ("id", "name")}}
        self._begin(today, known)

    @abstractmethod
    def _begin(self, today: date, known: Mapping[str, str]) -> None:
        """Fill in what this page alone begins with."""

    def enter(self, name: str) -> None:
        """Go on to the next cell, unless this one is wrong."""
        value = self._read(name)
        if self._accept(name, value):
            self._settled(name, value)
            super().enter(name)

    def _id_cell(self, label: str) -> Cell:
        """Return the cell of the ID, with a warning of what is odd about the number."""
        odd = typed.odd_id(self._id_type, self.texts.get("id", ""), self._today, self._focused != "id")
        hint = self._words(odd) if odd and "id" not in self.faults else ""
        return self._cell("id", label, hint=hint, warned=bool(hint))

    @abstractmethod
    def _read(self, name: str) -> Any | Message:
        """Return a cell's value, or the message of what is wrong with it."""

    def _settled(self, name: str, value: Any) -> None:
        """Follow up a sound cell that was left."""
