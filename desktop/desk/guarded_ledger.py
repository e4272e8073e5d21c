"""The encrypted ledger of a desk in real use: the ways into it and the ways back to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.counter import Counter, open_guarded
from core.ledger.access import (
    SetUp,
    inspect_backup,
    needs_set_up,
    recover,
    restore_by_code,
    restore_guarded,
    set_up,
)
from core.ledger.keys import Keys
from core.ledger.keys_file import KeyStore, system_store
from core.ledger.restore import Held, Restored
from core.messages import Fault
from core.places import ledger_of
from desktop.desk.ledger_files import PATIENCE, REAL_REGIONS, region_folders
from desktop.presenters.desk.set_up import DeskGiven
from desktop.presenters.desk.sign_in import Recovery

if TYPE_CHECKING:
    from desktop.session import Session


class GuardedLedger:
    """The one real ledger of a desk, whatever region is chosen now. It holds no key."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    @property
    def file(self) -> Path:
        """The ledger's file."""
        return self._session.home / ledger_of(REAL_REGIONS)

    @property
    def unfinished(self) -> bool:
        """True where a set-up is still to be made or finished. Raises LedgerUnavailable."""
        return needs_set_up(self.file)

    def store(self, portable: bool | None = None) -> KeyStore | None:
        """Return the system's key store; None for a desk that is carried about.

        ``portable`` None: as the settings have it.
        """
        carried = bool(self._session.settings.portable) if portable is None else portable
        return None if carried else system_store()

    def _store_of(self, ledger: Path) -> KeyStore | None:
        """Return the key store where a ledger's key may lie there, else None: looking for a store is slow."""
        keys = Keys(ledger)
        return None if keys.exist() and keys.sealed() else self.store()

    def _store_of_either(self, source: Path) -> KeyStore | None:
        return self._store_of(self.file if Keys(self.file).exist() else source)

    def sign_in(self, name: str, pin: str) -> Counter | list[Fault]:
        """Open the ledger for an operator, or say why not. Raises LedgerUnavailable."""
        folders = region_folders(self._session.home)
        second = self._session.settings.backups
        places = (Path(second),) if second else ()
        return open_guarded(self.file, name, pin, folders, self._store_of(self.file), PATIENCE, places)

    def set_up(self, given: DeskGiven) -> SetUp | list[Fault]:
        """Make the encrypted ledger and its administrator. Raises LedgerUnavailable."""
        self._session.home.mkdir(parents=True, exist_ok=True)
        return set_up(self.file, given.operator, given.pin, self.store(given.portable))

    def recover(self, given: Recovery) -> list[Fault]:
        """Set a new PIN by the recovery code, here or over another machine's backup.

        Raises LedgerUnavailable.
        """
        store = self.store()
        if given.file:
            self._session.home.mkdir(parents=True, exist_ok=True)
            source = Path(given.file)
            answer: Any = restore_by_code(self.file, source, given.code, given.operator, given.pin, store)
        else:
            answer = recover(self.file, given.code, given.operator, given.pin, store)
        return answer if isinstance(answer, list) else []

    def inspect(self, source: Path, operator: str, pin: str) -> Held | list[Fault]:
        """Tell what a copy holds and a restore would take away. Raises LedgerUnavailable."""
        return inspect_backup(self.file, source, operator, pin, self._store_of_either(source))

    def restore(self, source: Path, operator: str, pin: str) -> Restored | list[Fault]:
        """Go back to a copy. Raises LedgerUnavailable."""
        return restore_guarded(self.file, source, operator, pin, self._store_of_either(source))
