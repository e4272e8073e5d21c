"""This desk in real use: who is at it, when it locks, and its backups.

A locked desk holds no key: its ledger is closed, and opens again by whoever signs in.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from core.clock import BEIJING
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
from core.ledger.errors import KnownError
from core.ledger.keys import Keys, KeyStore, system_store
from core.ledger.restore import Held, Restored
from core.messages import Fault
from core.places import MADE_UP_REGION, ledger_of
from desktop.desk.backup_thread import Backups
from desktop.presenters.desk.backups import Copy, standing_text
from desktop.presenters.desk.set_up import DeskGiven
from desktop.presenters.desk.sign_in import Recovery
from desktop.startup import log_file

if TYPE_CHECKING:
    from desktop.app import Program

_REAL: Final = "jilin/"
_REPLACED: Final = re.compile(r"ledger-([0-9]{8}T[0-9]{6})Z(-[0-9]+)?\.db", re.ASCII)
_SHORTEST, _USUAL, _LONGEST = 1, 10, 60
"""After how many idle minutes a desk locks."""

_ALIVE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Idle(QObject):
    """Tells when nobody has touched the window for so long."""

    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.over)

    def watch(self, window: QObject | None, minutes: int) -> None:
        """Begins, at the window that the system knows: no widget's event comes by here."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)
        self.timer.start(minutes * 60_000)

    def touched(self) -> None:
        """Somebody is there; a desk that is locked stays so."""
        if self.timer.isActive():
            self.timer.start()

    def stop(self) -> None:
        """Nothing is to be locked."""
        self.timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Any key and any move of the mouse."""
        if event.type() in _ALIVE:
            self.touched()
        return False


class Desk(QObject):
    """Opens the real ledger for whoever signs in, and closes it again."""

    def __init__(self, program: "Program") -> None:
        super().__init__()
        self._program = program
        self.idle = Idle(self)
        self.idle.over.connect(self.lock)
        home = program.home
        self.backups = Backups(home / "backups", program.now, self._second, self._crashed)
        self.backups.ended.connect(self._backed_up)

    @property
    def ledger(self) -> Path:
        """The real ledger's file, whatever region is chosen now."""
        return self._program.home / ledger_of(_REAL)

    @property
    def guarded(self) -> bool:
        """Whether this desk is in real use now, not in practice."""
        return self._program.settings.region != MADE_UP_REGION

    @property
    def locked(self) -> bool:
        """Whether somebody has to sign in first."""
        return self.guarded and self._program.counter is None

    @property
    def fresh(self) -> bool:
        """Whether this desk is to be set up: never yet, or gone without a copy. Raises LedgerUnavailable."""
        return needs_set_up(self.ledger) or (not self.ledger.exists() and not self.copies())

    def store(self, portable: bool | None = None) -> KeyStore | None:
        """The system's key store; none for a desk that is carried about."""
        carried = bool(self._program.settings.portable) if portable is None else portable
        return None if carried else system_store()

    def _store_of(self, ledger: Path) -> KeyStore | None:
        """The key store, read only where a ledger's key lies there: looking for it takes its time."""
        keys = Keys(ledger)
        return None if keys.exist() and keys.sealed() else self.store()

    # ---- in and out

    def sign_in(self, name: str, pin: str) -> list[Fault]:
        """Opens the ledger for an operator, or says why not. Raises LedgerUnavailable."""
        program = self._program
        store = self._store_of(self.ledger)
        from desktop.app import PATIENCE, region_folders  # which makes this

        opened = open_guarded(self.ledger, name, pin, region_folders(program.home), store, PATIENCE)
        if isinstance(opened, list):
            return opened
        self._entered(opened)
        return []

    def _entered(self, counter: Counter) -> None:
        program = self._program
        assert counter.operator is not None
        program.remember(program.settings._replace(operator=counter.operator.name))
        program.counter = counter
        assert program.pages is not None
        program.pages.leave()
        program.opened(counter)
        self.idle.watch(program.window.windowHandle(), self.minutes)
        self.backups.watch(counter.ledger)

    @property
    def minutes(self) -> int:
        """After how many idle minutes this desk locks."""
        text = self._program.settings.idle
        return min(_LONGEST, max(_SHORTEST, int(text))) if text.isascii() and text.isdigit() else _USUAL

    def lock(self) -> None:
        """Nobody is at the desk any more: what was typed is kept, and nothing of it is in sight."""
        program = self._program
        if not self.guarded or program.counter is None or program.pages is None:
            return
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        program.shut()
        log_file.note(program.home, "lock")
        program.pages.desk.ask()

    def leaving(self) -> None:
        """The ledger is about to be closed."""
        self.idle.stop()
        if self.guarded and self._program.counter is not None:
            try:
                self.backups.leave()
            except KnownError as error:
                log_file.note(self._program.home, f"unavailable {error.said.id}")

    # ---- set-up and the ways back

    def set_up(self, given: DeskGiven) -> SetUp | list[Fault]:
        """Makes the encrypted ledger and its administrator. Raises LedgerUnavailable."""
        self._program.home.mkdir(parents=True, exist_ok=True)
        return set_up(self.ledger, given.operator, given.pin, self.store(given.portable))

    def recover(self, given: Recovery) -> list[Fault]:
        """By the recovery code: a new PIN here, or a backup of another machine. Raises LedgerUnavailable."""
        store = self.store()
        if given.file:
            self._program.home.mkdir(parents=True, exist_ok=True)
            source = Path(given.file)
            made: Any = restore_by_code(self.ledger, source, given.code, given.operator, given.pin, store)
        else:
            made = recover(self.ledger, given.code, given.operator, given.pin, store)
        return made if isinstance(made, list) else []

    def look(self, source: Path, operator: str, pin: str) -> Held | list[Fault]:
        """What a copy holds and a restore would take away. Raises LedgerUnavailable."""
        return inspect_backup(self.ledger, source, operator, pin, self._store_of_either(source))

    def restore(self, source: Path, operator: str, pin: str) -> Restored | list[Fault]:
        """Goes back to a copy. Raises LedgerUnavailable."""
        self.backups.wait()
        return restore_guarded(self.ledger, source, operator, pin, self._store_of_either(source))

    def _store_of_either(self, source: Path) -> KeyStore | None:
        return self._store_of(self.ledger if Keys(self.ledger).exist() else source)

    # ---- backups

    def _second(self) -> str:
        return self._program.settings.backups

    def copies(self) -> list[Copy]:
        """Every copy that can be gone back to: here, in the second place, and what a restore replaced."""
        found = self.backups.copies("here", self.backups.folder)
        if self._second():
            found += self.backups.copies("second", Path(self._second()))
        for file in sorted(self._program.home.glob("ledger-*.db")):
            match = _REPLACED.fullmatch(file.name)
            if match:
                moment = datetime.strptime(f"{match[1]}Z", "%Y%m%dT%H%M%S%z").astimezone(BEIJING)
                found.append(Copy(file, moment.replace(tzinfo=None), "replaced"))
        return found

    def status(self) -> tuple[str, str]:
        """How the backups stand: for the title line, and a warning (empty: none)."""
        program = self._program
        if not self.guarded:
            return "", ""
        return standing_text(self.backups.standing, program.now(), program.words)

    def _backed_up(self) -> None:
        program = self._program
        if program.pages is not None:
            program.pages.desk.backed_up()
        program.render()

    def _crashed(self, error: Exception) -> None:
        self._program.caught(type(error), error, error.__traceback__)
