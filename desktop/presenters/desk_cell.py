"""The cell that says whose entries a page sums up; there is none where no other ledger is known."""

from typing import TYPE_CHECKING, Final

from core.ledger.desk_scope import DeskScope, choices, find_scope
from core.messages import Message
from desktop.presenters.states import Option

if TYPE_CHECKING:
    from core.counter import Counter
    from core.words import Words

DESK: Final = "desk"
"""The cell's name."""

_MOST: Final = 5
"""The most desks that stand side by side beside a table of amounts; of more one is typed."""

_SHORT: Final = 9
"""The most characters of a name that stands there, as many as a ledger's short id has."""


class DeskCell:
    """The desks that there are to choose from, as they are known when a page is opened."""

    def __init__(self, counter: "Counter") -> None:
        self._db = counter.ledger.db
        self._known = choices(self._db)
        self.names: tuple[str, ...] = (DESK,) if self._known else ()
        """The names of the page's cells that are about it: one, or none."""

    @property
    def own(self) -> str:
        """Return what stands in the cell for this desk."""
        return self._known[0].code if self._known else ""

    def options(self, words: "Words") -> tuple[Option, ...]:
        """Return the desks with their digits from 1 on; nothing where one has to be typed."""
        return self._numbered(words) if len(self._known) <= _MOST else ()

    def hint(self, words: "Words") -> str:
        """Return what can be typed: each desk with its number; nothing where they stand side by side."""
        if len(self._known) <= _MOST:
            return ""
        return words.text("window.comma").join(
            f"{each.key}\N{NO-BREAK SPACE}{each.text}" for each in self._numbered(words)
        )

    def _numbered(self, words: "Words") -> tuple[Option, ...]:
        return tuple(
            Option(each.code, str(at), _called(each, words)) for at, each in enumerate(self._known, 1)
        )

    def scope(self, text: str) -> DeskScope | Message:
        """Return whose entries a text of the cell means, or what is wrong with it.

        It is a number of the list, or a ledger's id or the beginning of it.
        """
        listed = {str(at): each for at, each in enumerate(self._known, 1)}
        if text.strip() in listed:
            return listed[text.strip()]
        return find_scope(self._db, text)


def _called(scope: DeskScope, words: "Words") -> str:
    """Return a desk by as few letters as will do: many stand in one row."""
    if scope.row == 0:
        return words.text("window.desk_cell.here")
    if scope.row is None:
        return words(scope.said)
    return scope.name if 0 < len(scope.name) <= _SHORT else scope.code
