"""This desk: its open ledger, its operator, its lock and its backups.

A locked desk holds no key: its ledger is closed, and opens again by whoever signs in.
"""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from core.counter import Counter, closing, read_again
from core.counter.counter import end_day
from core.ledger import renewal
from core.ledger.access import SetUp
from core.ledger.errors import KnownError, unavailable
from core.messages import Fault, Message, message
from core.places import MADE_UP_REGION, ledger_of
from desktop.desk.backup_thread import Backups
from desktop.desk.guarded_ledger import GuardedLedger
from desktop.desk.idle import Idle, minutes_of
from desktop.desk.ledger_files import open_practice, region_folders, replaced_ledgers
from desktop.desk.server_link import ServerLink
from desktop.presenters.desk import signers
from desktop.presenters.desk.backups import Copy, standing_text
from desktop.presenters.desk.set_up import DeskGiven
from desktop.session import Session
from desktop.settings import Settings
from desktop.startup import log_file


class Desk(QObject):
    """A desk, which opens and closes its ledger. It knows no page: the rest of the program hears its signals.

    ``signed_in``: an operator is at the desk. ``opened``: a ledger is open. ``closing``: it is about to be
    closed, and what is unsaved has to be kept now. ``emptied``: nothing typed may go on into another ledger.
    ``locked``: somebody has to sign in. ``unusable``: the ledger could not be opened, with the message.
    ``spoken``: another language. ``rules_read``: the region packs were read again. ``crashed``: a fault of
    the program, with the exception. ``backed_up``: a backup has come to its end. ``renewing``: the ledger is
    being brought to today's version or gets a new key, with the message of how far that is.
    """

    signed_in = Signal()
    opened = Signal()
    closing = Signal()
    emptied = Signal()
    locked = Signal()
    unusable = Signal(object)
    spoken = Signal(str)
    rules_read = Signal()
    crashed = Signal(object)
    backed_up = Signal()
    renewing = Signal(object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self.real = GuardedLedger(session)
        renewal.listen(self._migrating)
        self.idle = Idle(self)
        self.idle.over.connect(self.lock)
        self.backups = Backups(session.home / "backups", session.now, self._second, self.crashed.emit)
        self.backups.ended.connect(self.backed_up)
        self.server = ServerLink(session, window, self.crashed.emit)

    def _migrating(self, done: int, entries: int) -> None:
        self.renewing.emit(message("ledger.migrating", done=str(done), entries=str(entries)))

    def _key_changing(self, done: int, pages: int) -> None:
        self.renewing.emit(message("ledger.key_changing", done=str(done), pages=str(pages)))

    @property
    def fresh(self) -> bool:
        """True where this desk is to be set up: never yet, or gone without a copy.

        Raises LedgerUnavailable.
        """
        return self.real.unfinished or (not self.real.file.exists() and not self.copies())

    # ---- in and out

    def open(self) -> None:
        """Open the ledger for practice, or ask an operator to sign in to the real one."""
        session = self._session
        if session.guarded:
            self.locked.emit()
            return
        try:
            session.counter = open_practice(session.home)
        except KnownError as error:
            self._cannot_open(error.said)
        except OSError as error:
            self._cannot_open(unavailable(error, session.home).said)
        except Exception as error:
            self.crashed.emit(error)
        else:
            self._opened()

    def _opened(self) -> None:
        log_file.note(self._session.home, "open")
        self.opened.emit()

    def _cannot_open(self, fault: Message) -> None:
        log_file.note(self._session.home, f"unavailable {fault.id}")
        self.unusable.emit(fault)

    def sign_in(self, name: str, pin: str) -> list[Fault]:
        """Open the real ledger for an operator, or say why not. Raises LedgerUnavailable."""
        counter = self.real.sign_in(name, pin)
        if isinstance(counter, list):
            return counter
        self._enter(counter)
        return []

    def _enter(self, counter: Counter) -> None:
        session = self._session
        assert counter.operator is not None
        known = signers.noted(session.settings.signers, counter)
        session.remember(session.settings._replace(operator=counter.operator.name, signers=known))
        session.counter = counter
        self.signed_in.emit()
        self._opened()
        self.idle.watch(self._window.windowHandle(), minutes_of(session.settings.idle))
        self.backups.watch(counter.ledger)
        self.server.take()

    def lock(self) -> None:
        """Keep what was typed, close the ledger and ask for a sign-in. In practice nothing is locked."""
        session = self._session
        if not session.guarded or session.counter is None:
            return
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self.shut()
        log_file.note(session.home, "lock")
        self.locked.emit()

    def shut(self) -> None:
        """Close the ledger, after the draft is kept and a last backup is begun. The window stays."""
        session, counter = self._session, self._session.counter
        if counter is None:
            return
        self.closing.emit()
        self.server.let_go()
        self.idle.stop()
        if session.guarded:
            end_day(counter)
            try:
                self._note_signers(counter)
                self.backups.leave()
            except KnownError as error:
                log_file.note(session.home, f"unavailable {error.said.id}")
            if closing.may_renew(counter):
                self.backups.wait()  # nobody else may have it open
        session.counter = None
        waits = closing.close(counter, self._key_changing)
        if waits is not None:
            log_file.note(session.home, f"waits {waits.id}")
        counter.sign_out()

    def renew_key(self) -> Message | None:
        """Give the ledger a new key where one is due and does not take long.

        Return what it waits for, None where it waits for nothing. The operator stays at the desk, and what is
        typed in the form; where the ledger does not open again (no counter is there), return why.
        """
        session, counter = self._session, self._session.counter
        if counter is None or not session.guarded:
            return None
        if not closing.may_renew_at_once(counter):
            return closing.key_waits(counter)
        self.backups.wait()
        self.closing.emit()
        self.server.let_go()
        session.counter = None
        try:
            session.counter, waits = closing.renew_at_once(
                counter, region_folders(session.home), self._key_changing
            )
        except (KnownError, OSError) as error:  # it is closed, and somebody has to sign in
            said = error.said if isinstance(error, KnownError) else unavailable(error, session.home).said
            log_file.note(session.home, f"unavailable {said.id}")
            return said
        self.backups.go_on(session.counter.ledger)
        self.opened.emit()
        self.server.take()
        return waits

    def _note_signers(self, counter: Counter) -> None:
        """Keep who may sign in next, by the list of operators as it is now."""
        session = self._session
        known = signers.noted(session.settings.signers, counter)
        if known != session.settings.signers:
            session.remember(session.settings._replace(signers=known))

    def leave_practice(self) -> None:
        """Close the ledger for practice and empty the form, so that nothing of it enters the real ledger."""
        self.shut()
        self.emptied.emit()

    def use(self, settings: Settings, reopen: bool = False) -> Message | None:
        """Work by other settings from now on. ``reopen`` reads the region packs again.

        Return why they could not be kept for the next start, None where they were.
        """
        session = self._session
        other_ledger = ledger_of(settings.region) != ledger_of(session.settings.region)
        if session.counter is not None and session.counter.operator is not None and not other_ledger:
            settings = settings._replace(operator=session.counter.operator.name)
        if settings.region != MADE_UP_REGION:
            settings = settings._replace(own=settings.region)
        elif not settings.own and session.guarded:  # what practice goes back to
            settings = settings._replace(own=session.settings.region)
        if other_ledger:
            self.leave_practice()  # nobody's data goes from one ledger into the other
        language = settings.language if settings.language != session.settings.language else ""
        fault = session.remember(settings)
        if language:
            self.spoken.emit(language)
        if other_ledger:
            self.open()
        elif reopen and session.counter is not None:
            try:
                read_again(session.counter, region_folders(session.home))
            except OSError as error:
                self.crashed.emit(error)
                return fault
            self.rules_read.emit()
        return fault

    # ---- set-up and the ways back

    def finish_set_up(self, given: DeskGiven, set_up: SetUp) -> None:
        """Keep the settings of a set-up, and end practice."""
        self.leave_practice()
        session = self._session
        session.remember(
            session.settings._replace(
                hospital=given.hospital,
                region=given.region,
                own=given.region,
                operator=set_up.operator.name,
                portable="" if set_up.in_store else "yes",
            )
        )

    # ---- backups

    def _second(self) -> str:
        return self._session.settings.backups

    def copies(self) -> list[Copy]:
        """Return every copy that can be restored: here, in the second place, and replaced ledgers."""
        copies = self.backups.copies("here", self.backups.folder)
        if self._second():
            copies += self.backups.copies("second", Path(self._second()))
        return copies + replaced_ledgers(self._session.home)

    def status(self) -> tuple[str, str]:
        """Return the state of the backups for the title line, and what warns of them or of the server.

        Either is empty where there is nothing to say.
        """
        session = self._session
        if not session.guarded:
            return "", ""
        text, warning = standing_text(self.backups.standing, session.now(), session.words)
        of_server = self.server.standing()
        return text, "  ".join(filter(None, (warning, session.words(of_server) if of_server else "")))
