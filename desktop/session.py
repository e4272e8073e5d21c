"""Plain values that every page needs: one desk during one run of the program."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from core import clock
from core.places import MADE_UP_REGION
from core.words import Words
from desktop.settings import Settings, save

if TYPE_CHECKING:
    from core.counter import Counter
    from core.messages import Message


Made = TypeVar("Made")


class Beside(Protocol):
    """What other desks of the hospital work beside."""

    def under_lock(self, identifiers: Callable[[], Sequence[str]], work: Callable[[], Made]) -> Made:
        """Do some work on a patient while no other desk does."""

    def look_again(self) -> None:
        """Count again whose entries were settled without knowing others."""


class Session:
    """The words, the settings, the folder, the clock and the counter of a desk.

    ``counter`` is None until a ledger is open, and again while the desk is locked.
    ``server`` is that of the hospital, None where this desk has none.
    ``settings_changed`` is called after each new setting; the composition root sets it.
    """

    def __init__(
        self,
        words: Words,
        settings: Settings,
        home: Path,
        today: Callable[[], date] = clock.today,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.words = words
        self.settings = settings
        self.home = home
        self.today = today
        self.now = now
        self.counter: Counter | None = None
        self.server: Beside | None = None
        self.settings_changed: Callable[[], None] = _nothing

    @property
    def opened(self) -> "Counter":
        """The counter over the open ledger; asking while none is open is a fault of the program."""
        assert self.counter is not None
        return self.counter

    @property
    def guarded(self) -> bool:
        """True where this desk is in real use now, False in practice."""
        return self.settings.region != MADE_UP_REGION

    @property
    def locked(self) -> bool:
        """True where somebody has to sign in first."""
        return self.guarded and self.counter is None

    def on_patient(self, identifiers: Callable[[], Sequence[str]], work: Callable[[], Made]) -> Made:
        """Do some work on a patient: where this desk has a server, knowing what the others have added.

        ``identifiers`` tells every identifier of the patient that is known by now. Raises LedgerUnavailable.
        """
        return work() if self.server is None else self.server.under_lock(identifiers, work)

    def remember(self, settings: Settings) -> "Message | None":
        """Take over settings and keep them for the next start.

        Return why they could not be kept, None where they were; they hold for this run in either case.
        """
        self.settings = settings
        fault = self.keep()
        self.settings_changed()
        return fault

    def keep(self) -> "Message | None":
        """Write the settings for the next start; return why that failed, None where it did not."""
        from core.ledger.errors import unavailable  # the window is painted first
        from core.messages import message

        try:
            save(self.home, self.settings)
        except OSError as error:
            return message("window.settings_not_kept", why=unavailable(error, self.home).said)
        return None


def _nothing() -> None:
    """Stand in until the composition root sets a call."""
