"""The base of the pages about the desk: secret cells, and failures of the environment that are said."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeVar

from core.ledger.errors import KnownError, unavailable
from core.ledger.passphrase import offered
from core.messages import Fault, message
from desktop.presenters.page import KeyAction
from desktop.presenters.page_states import PageState
from desktop.presenters.plain_page import FormPage
from desktop.presenters.states import Cell, Option
from desktop.session import Session

Made = TypeVar("Made")


class Ways(NamedTuple):
    """The ways on from signing in and setting up; ``backups`` is None where no ledger is known yet."""

    practise: Callable[[], object]
    recovery: Callable[[], object]
    backups: Callable[[], object] | None = None


class DeskPage(FormPage):
    """A page of the desk. ``secret`` cells show dots.

    ``labels`` is where the cells' words stand in the catalogue; ``choices`` are the options of its cells.
    """

    labels = ""
    secret: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[Option, ...]] = {}
    who = "operator"

    def attempt(self, work: Callable[[], Made]) -> Made | None:
        """Return the result of some work; where the environment fails it, say so and return None."""
        try:
            return work()
        except KnownError as error:
            self.tell(error.said, "wrong")
        except OSError as error:
            from pathlib import Path

            self.tell(unavailable(error, Path(str(error.filename or ""))).said, "wrong")
        return None

    def differ(self, name: str, again: str) -> bool:
        """Return whether a PIN and its repetition differ, and say so."""
        if self.texts.get(name, "") == self.texts.get(again, ""):
            return False
        self.refuse(Fault(again, message("window.pins_differ")))
        return True

    def fill(self, name: str, choose: Callable[[], str]) -> bool:
        """Put what a dialog answers into a cell; return whether it answered anything."""
        chosen = choose()
        if chosen:
            self.typed(name, chosen)
        return bool(chosen)

    def offer_words(self) -> None:
        """Shift+F7: offer four words for a passphrase; whoever wants them types them."""
        words = offered()
        self.tell(message("window.four_words", words=words.typed, meant=words.meant), "said")

    def forget_secrets(self) -> None:
        """Empty the cells whose text must not stay there."""
        for name in self.secret:
            self.texts[name] = ""

    def cells(self) -> dict[str, Cell]:
        """Return the cells as they stand."""
        return {
            name: self._cell(name, f"{self.labels}.{name}", self.choices.get(name, ()))._replace(
                secret=name in self.secret
            )
            for name in self.order
        }

    def form(self, title: str, about: str, *lines: str) -> PageState:
        """Return the cells as a form that leaves the greater part of the width free."""
        return PageState(title, about, self.cells(), (("", self.order),), narrow=True, lines=lines)


WORDS: Final = {"Shift+F7": KeyAction("window.key.Shift+F7", DeskPage.offer_words)}
"""The key of the pages on which somebody chooses a passphrase."""


class AdministratorPage(DeskPage):
    """A page that makes somebody a region's administrator, by a name and a PIN that is typed twice.

    ``required`` are the cells that must not be empty; ``texts`` stand in the cells when the page opens.
    """

    secret = frozenset({"pin", "pin_again"})
    required: tuple[str, ...] = ()

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        regions: tuple[Option, ...],
        texts: Mapping[str, str],
    ) -> None:
        super().__init__(session, show)
        self._regions = regions
        self.choices = self._choices()
        self.texts |= texts

    def _choices(self) -> dict[str, tuple[Option, ...]]:
        """Return the options of the cells in the desk's language."""
        return {"region": self._regions}

    def spoken_anew(self) -> None:
        """Take another language for the options, too."""
        super().spoken_anew()
        self.choices = self._choices()

    def save(self) -> None:
        """F12: go on once every cell is filled and the PIN is twice the same."""
        if not self.needs(*self.required) and not self.differ("pin", "pin_again"):
            self.go_on()

    @abstractmethod
    def go_on(self) -> None:
        """Do what the page is for with what was typed."""
