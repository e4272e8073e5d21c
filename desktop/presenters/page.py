"""What the pages beside the counter have in common: cells in an order, a notice, a question."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from core.messages import Fault, Message
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.states import Cell, Notice, Option, PageState, Question
from desktop.settings import Settings

if TYPE_CHECKING:
    from core.counter import Counter


class Page(ABC):
    """A page: ``order`` are its cells as Enter walks them; `state` is what is drawn."""

    name = ""
    order: tuple[str, ...] = ()
    takes_ids = ""
    """The cell that a card which is read goes into; empty: it goes to the counter."""
    short: frozenset[str] = frozenset()
    """The cells that hold a day, a year or a few digits: they are as wide as that."""
    long: frozenset[str] = frozenset()
    """The cells that hold a file's path."""
    stays = False
    """Whether neither Esc nor F2 leaves the page."""
    keeps = False
    """Whether what is typed here is kept, or only looks for something: leaving loses nothing."""

    def __init__(self, words: Words, show: Callable[[], None]) -> None:
        self._words = words
        self._show = show
        self.texts: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        self.notice: Notice | None = None
        self.question: Question | None = None
        self._focused = ""
        self._turn = 0
        self._touched = False

    @property
    def unsaved(self) -> bool:
        """Whether something was typed since the last thing that was done: leaving would lose it."""
        done = self.notice is not None and self.notice.kind == "done"
        return self._touched and not self.keeps and not done

    @property
    @abstractmethod
    def state(self) -> PageState:
        """The whole page."""

    def typed(self, name: str, text: str) -> None:
        """A cell's text has changed."""
        if self.texts.get(name, "") != text:
            self.texts[name] = text
            self._touched = True
            self.faults.pop(name, None)
            self.notice = None
            self.changed(name)
            self._show()

    def changed(self, name: str) -> None:
        """What follows from a cell's new text."""

    def chosen(self, name: str, value: str) -> None:
        """A value was chosen: the next cell follows."""
        self.typed(name, value)
        self.enter(name)

    def enter(self, name: str) -> None:
        """Enter: to the next cell."""
        if not self.question:
            self._step(name, 1)

    def back(self, name: str) -> None:
        """Shift and Enter: to the cell before."""
        self._step(name, -1)

    def spoken_anew(self) -> None:
        """Another language: what was said in the one before goes; nothing that was typed does."""
        self.notice = self.question = None
        self.faults = {}

    def opened(self, value: str) -> None:
        """Enter on a row of the list."""

    def more(self) -> None:
        """The list was scrolled to its end."""

    def picked(self, value: str) -> None:
        """A row of the list was chosen."""

    def answer(self, meaning: str) -> None:
        """An answer to the question that stands."""

    def save(self) -> None:
        """F12."""

    def press(self, _key: str) -> bool:
        """A key that means something on this page alone; False where it means what it does elsewhere."""
        return False

    def escape(self) -> bool:
        """Esc: takes the question back; False where there is none, and the page is left."""
        if self.question is None:
            return False
        self.question = None
        self._show()
        return True

    def focus(self, name: str) -> None:
        """Puts the focus into a cell (or the list, by ``list``)."""
        self._focused = name
        self._turn += 1

    def _step(self, name: str, by: int) -> None:
        at = self.order.index(name) + by if name in self.order else 0
        self.focus(self.order[max(0, min(at, len(self.order) - 1))])
        self._show()

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
        """Puts each fault under its cell; one that has none becomes the notice."""
        for fault in faults:
            cell = cell_of(fault.field)
            if cell in self.order:
                self.faults.setdefault(cell, self._words(fault.message))
        self.notice = Notice(self._words(faults[0].message), "wrong")
        wrong = next((name for name in self.order if name in self.faults), "")
        if wrong:
            self.focus(wrong)


class PlainPage(Page):
    """A page of cells and a list, as `drawn` says; what was said, asked and focused is added to it."""

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
        """What the page shows."""


class AboutOne(PlainPage):
    """A page about one patient's year. ``known``: id_type, id and name, where they are known already."""

    def __init__(
        self,
        words: Words,
        show: Callable[[], None],
        counter: "Counter",
        settings: Settings,
        today: date,
        known: Mapping[str, str],
    ) -> None:
        super().__init__(words, show)
        self._counter = counter
        self._settings = settings
        self._today = today
        self._id_type = known.get("id_type") or "01"
        self.texts = {"year": str(today.year), **{name: known.get(name, "") for name in ("id", "name")}}
        self._begin(today, known)

    @abstractmethod
    def _begin(self, today: date, known: Mapping[str, str]) -> None:
        """What this page alone begins with."""

    def enter(self, name: str) -> None:
        """Enter: to the next cell, unless this one is wrong."""
        found = self._read(name)
        if isinstance(found, Message):
            self.faults[name] = self._words(found)
            self.focus(name)
            self._show()
            return
        if isinstance(found, date):
            self.texts[name] = found.isoformat()
        self._settled(name, found)
        super().enter(name)

    def _id_cell(self, label: str) -> Cell:
        """The cell of the ID with what is odd about the number; it holds nothing up."""
        odd = typed.odd_id(self._id_type, self.texts.get("id", ""), self._today, self._focused != "id")
        hint = self._words(odd) if odd and "id" not in self.faults else ""
        return self._cell("id", label, hint=hint, warned=bool(hint))

    @abstractmethod
    def _read(self, name: str) -> Any | Message:
        """What a cell's text means, or what is wrong with it."""

    def _settled(self, name: str, found: Any) -> None:
        """What follows when a sound cell is left."""
