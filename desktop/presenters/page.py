"""The base of every page: a notice, a question, the cell that has the focus, and one table of keys."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.messages import Fault
from desktop.presenters.states import Cell, Notice, Option, Question

if TYPE_CHECKING:
    from desktop.session import Session


class KeyAction(NamedTuple):
    """A key of a page. ``words``: its text in the footer, empty where the footer does not show it.

    ``act`` takes the page and does the work; None: the key does what it does on every page.
    ``early``: usable before a ledger is open.
    """

    words: str
    act: Callable[[Any], object] | None = None
    early: bool = False


def everywhere(key: str) -> dict[str, KeyAction]:
    """Return the row of a key that the footer shows and that does what it does on every page."""
    return {key: KeyAction(f"window.key.{key}")}


MANUAL: Final = {"F1": KeyAction("window.key.F1", early=True)}
NEXT_PATIENT: Final = everywhere("F2")
LEAVE: Final = everywhere("Esc")
NO_KEYS: Final[Mapping[str, KeyAction]] = MappingProxyType({})


class Page(ABC):
    """A page of the window. `state` is what a view draws; ``show`` asks for it to be drawn."""

    name = ""
    view = "page"
    """The kind of view: ``page``, ``region``, ``print``, ``chart``, ``manual`` or ``counter``."""
    keys: Mapping[str, KeyAction] = NO_KEYS
    """Every key of the page in the order of the footer. A key that is absent does what it does elsewhere."""
    takes_ids = ""
    """The cell that a card which is read goes into; empty: the card goes to the counter."""
    takes_codes: frozenset[str] = frozenset()
    """The cells for a number of a paper: what is read there, and is no resident's number, goes into them."""
    stays = False
    """True where neither Esc nor F2 leaves the page."""
    aside = False
    """True where closing the page leaves the one under it just as it was."""

    def __init__(self, session: "Session", show: Callable[[], None]) -> None:
        self._session = session
        self._words = self.words = session.words
        self._show = show
        self.notice: Notice | None = None
        self.question: Question | None = None
        self.at = ""
        """The cell that had the focus when a key was pressed last; ``list`` for the list."""
        self._focused = ""
        self._turn = 0

    @property
    def unsaved(self) -> bool:
        """True where leaving the page would lose something that was typed."""
        return False

    @property
    @abstractmethod
    def state(self) -> Any:
        """The whole page, for its view."""

    def usable(self, _action: KeyAction) -> bool:
        """Return True where a key of the table can be used now."""
        return True

    def typed(self, name: str, text: str) -> None:
        """Take a cell's new text."""

    def chosen(self, name: str, value: str) -> None:
        """Take the value that was chosen, and go on to the next cell."""
        self.typed(name, value)
        self.enter(name)

    def enter(self, name: str) -> None:
        """Go on from a cell, by Enter."""

    def back(self, name: str) -> None:
        """Go to the cell before, by Shift and Enter."""

    def left(self, name: str) -> None:
        """Settle a cell that lost the focus in another way than by Enter."""

    def moved(self, name: str, by: int) -> None:
        """Choose the row ``by`` rows below, by an arrow key in a cell."""

    def pointed(self, number: int) -> None:
        """Choose a row, by the mouse."""

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached in the list."""

    def opened(self, value: str) -> None:
        """Open a row of the list, by Enter."""

    def more(self) -> None:
        """Read more rows, as the list was scrolled to its end."""

    def answer(self, meaning: str) -> None:
        """Act on an answer to the question that stands."""

    def escape(self) -> bool:
        """Take the question back, by Esc; False where none stands and the page is to be left."""
        if self.question is None:
            return False
        self.question = None
        self._show()
        return True

    def focus(self, name: str) -> None:
        """Put the focus into a cell, or into the list by the name ``list``."""
        self._focused = name
        self._turn += 1

    def say(self, notice: Notice | None) -> None:
        """Show a line about what happened; None takes the line away."""
        self.notice = notice
        self._show()

    def help_anchors(self) -> list[str]:
        """Return the places of the manual about the cell that has the focus, the most exact one first."""
        return [f"{self.name}.{self.at}", f"cell.{self.at}"]

    def again(self) -> None:
        """Come back from a page that was opened over this one."""
        self.focus(self.at or "list")

    def spoken_anew(self) -> None:
        """Drop the notice and the question in the language before; keep everything that was typed."""
        self.notice = self.question = None


class CellPage(Page):
    """A page of cells: ``order`` are their names as Enter walks them."""

    order: tuple[str, ...] = ()
    short: frozenset[str] = frozenset()
    """The cells that hold a day, a year or a few digits; they are as wide as that."""
    long: frozenset[str] = frozenset()
    """The cells that hold a file's path."""
    who = ""
    """The cell that names whose PIN the next cell takes; empty: there is none."""
    keeps = False
    """True where leaving the page loses nothing: its texts are kept, or only search for something."""

    def __init__(self, session: "Session", show: Callable[[], None]) -> None:
        super().__init__(session, show)
        self.texts: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        self._touched = False

    @property
    def unsaved(self) -> bool:
        """True where something was typed and not saved since."""
        done = self.notice is not None and self.notice.kind == "done"
        return self._touched and not self.keeps and not done

    def typed(self, name: str, text: str) -> None:
        """Take a cell's new text."""
        if self.texts.get(name, "") != text:
            self.texts[name] = text
            self._touched = True
            self.faults.pop(name, None)
            self.notice = None
            self.changed(name)
            self._show()

    def changed(self, name: str) -> None:
        """Follow up a cell's new text."""

    def say(self, notice: Notice | None) -> None:
        """Show a line about what happened; what was saved before stays saved."""
        self._touched = self.unsaved
        super().say(notice)

    def enter(self, name: str) -> None:
        """Go on to the next cell, past the name of whose PIN comes next, where it stands there already."""
        if not self.question:
            self._step(name, 2 if self._before_known(name) else 1)

    def back(self, name: str) -> None:
        """Go to the cell before."""
        self._step(name, -1)

    def spoken_anew(self) -> None:
        """Drop the notice, the question and the cells' faults in the language before."""
        super().spoken_anew()
        self.faults = {}

    def _step(self, name: str, by: int) -> None:
        at = self.order.index(name) + by if name in self.order else 0
        self.focus(self.order[max(0, min(at, len(self.order) - 1))])
        self._show()

    def _before_known(self, name: str) -> bool:
        """Return True where the next cell names somebody already: a PIN typed into it would be seen."""
        known = bool(self.texts.get(self.who, "").strip()) and self.who not in self.faults
        return known and (name, self.who) in pairwise(self.order)

    def _cell(
        self,
        name: str,
        label: str,
        options: Sequence[Option] = (),
        hint: str = "",
        number: bool = False,
        warned: bool = False,
    ) -> Cell:
        return Cell(
            self._words.text(label),
            self.texts.get(name, ""),
            hint,
            self.faults.get(name, ""),
            options=tuple(options),
            number=number,
            short=name in self.short,
            long=name in self.long,
            warned=warned,
        )

    def _blame(self, faults: list[Fault], cell_of: Callable[[str], str]) -> None:
        """Put each fault under its cell, and the first into the notice. Focus the first wrong cell."""
        for fault in faults:
            cell = cell_of(fault.field)
            if cell in self.order:
                self.faults.setdefault(cell, self._words(fault.message))
        self.notice = Notice(self._words(faults[0].message), "wrong")
        wrong = next((name for name in self.order if name in self.faults), "")
        if wrong:
            self.focus(wrong)
