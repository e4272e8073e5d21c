"""Openers of the pages about the desk: signing in, set-up, operators, backups, the day's end, the trail."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtWidgets import QFileDialog

from core.counter import personal_data
from core.ledger.access import UNFINISHED, SetUp
from core.ledger.errors import KnownError
from core.ledger.operators import Role
from core.ledger.restore import Restored
from core.ledger.trail import AuditAct
from core.messages import Fault, Message, message
from core.places import MADE_UP_REGION, RESOURCES, portable_home
from desktop.desk import data_export
from desktop.desk.desk import Desk
from desktop.desk.meanwhile import drawn_meanwhile
from desktop.desk.region_files import versions_in
from desktop.devices.printing import Printing
from desktop.navigator import Navigator
from desktop.presenters.desk.backups import BackupsPage
from desktop.presenters.desk.day_end import DayEndPage
from desktop.presenters.desk.desk_page import Ways
from desktop.presenters.desk.hand_over import HandOverPage
from desktop.presenters.desk.operators import OperatorsPage
from desktop.presenters.desk.personal import PeoplePage
from desktop.presenters.desk.restore import RestorePage
from desktop.presenters.desk.set_up import CodePage, DeskGiven, SetUpPage
from desktop.presenters.desk.sign_in import PinPage, Recovery, RecoveryPage, SignInPage
from desktop.presenters.desk.trail import ActPage, CellWords, TrailDoors, TrailPage
from desktop.presenters.rules.packet_words import cell_words, value_words
from desktop.presenters.states import Notice, Option
from desktop.session import Session

_DIGITS: Final = "1234567890-"

_Made = TypeVar("_Made")


class SigningIn:
    """Opener of the pages in front of a desk: signing in, set-up, recovery and its code."""

    backups: Callable[[], object]
    """The call that opens the list of backups; `desktop.pages` sets it."""

    def __init__(self, session: Session, navigator: Navigator, desk: Desk, printing: Printing) -> None:
        self._session = session
        self._navigator = navigator
        self._desk = desk
        self._printing = printing

    @property
    def _ways(self) -> Ways:
        return Ways(self.practise, self.recovery, self.backups)

    def ask(self, notice: Notice | None = None) -> None:
        """Ask an operator to sign in to the real ledger, or to set the desk up first."""
        try:
            fresh = self._desk.fresh
        except KnownError as error:
            fresh, notice = False, notice or Notice(self._session.words(error.said), "wrong")
        if fresh:
            self.set_up()
            return
        render = self._navigator.render
        self._navigator.open(SignInPage(self._session, render, self._ways, self._sign_in, notice))

    def _sign_in(self, name: str, pin: str) -> list[Fault]:
        """Sign in, or finish a set-up that was cut off."""
        faults = self._desk.sign_in(name, pin)
        if not faults or faults[0].message.id != UNFINISHED:
            return faults
        settings = self._session.settings
        given = DeskGiven(settings.hospital, settings.region, name, pin, bool(settings.portable))
        set_up = self._desk.real.set_up(given)
        if isinstance(set_up, list):
            return set_up
        self._finish(given, set_up)
        return []

    def practise(self) -> None:
        """Open the counter over made-up figures."""
        self._desk.use(self._session.settings._replace(region=MADE_UP_REGION))
        self._navigator.home()

    def set_up(self) -> None:
        """Go from practice to real use: the set-up, or signing in where that was done before."""
        session, words = self._session, self._session.words
        if session.guarded and session.counter is not None:
            self._navigator.say(Notice(words.text("window.set_up.done"), "said"))
            return
        try:
            fresh = self._desk.fresh
        except KnownError as error:
            self._navigator.say(Notice(words(error.said), "wrong"))
            return
        settings = session.settings
        if not fresh and settings.own:
            self._desk.use(settings._replace(region=settings.own), reopen=True)
        elif not fresh:
            self._come_back()
        else:
            self._set_up_anew()

    def _set_up_anew(self) -> None:
        session, settings = self._session, self._session.settings
        texts = {
            "hospital": settings.hospital,
            "region": self._own_region(),
            "operator": settings.operator,
            "portable": "yes" if session.home == portable_home() else "no",
        }
        migrates = self._desk.real.file.exists()
        page = SetUpPage(
            session,
            self._navigator.render,
            self._regions(),
            texts,
            migrates,
            self._ways,
            self._desk.real.set_up,
            self._finish,
        )
        self._navigator.open(page)

    def _own_region(self) -> str:
        """Return the region that this desk was set up for, else the real one that is chosen, else nothing."""
        settings = self._session.settings
        return settings.own or (settings.region if self._session.guarded else "")

    def _come_back(self) -> None:
        """Ask an operator to sign in, and for the region too: the ledger is there, its settings are lost."""
        session, desk = self._session, self._desk

        def sign_in(name: str, pin: str) -> list[Fault]:
            own = page.texts["region"]
            if session.settings.own != own:
                desk.leave_practice()
                session.remember(session.settings._replace(region=own, own=own))
                page.stays = True
            return self._sign_in(name, pin)

        ways = Ways(self.practise, self.recovery)
        page = SignInPage(session, self._navigator.render, ways, sign_in, regions=self._regions())
        page.stays = False
        self._navigator.open(page)

    def _regions(self) -> list[Option]:
        """Return the regions that a desk may belong to, each with its key."""
        names = {
            version.id: version.name
            for version in versions_in(RESOURCES / "regions", self._session.home / "regions")
            if version.id != MADE_UP_REGION
        }
        keys = _DIGITS.ljust(len(names))
        return [Option(id_, key.strip(), name) for (id_, name), key in zip(names.items(), keys, strict=False)]

    def _finish(self, given: DeskGiven, set_up: SetUp) -> None:
        """End practice, and show the recovery code; the desk opens once it was confirmed."""
        self._desk.finish_set_up(given, set_up)

        def proved() -> None:
            page = self._navigator.page
            assert isinstance(page, CodePage)
            faults = page.attempt(lambda: self._desk.sign_in(given.operator, given.pin))
            if faults:
                self.ask(Notice(self._session.words(faults[0].message), "wrong"))

        self.show_code(set_up.recovery_code, proved)

    def show_code(self, code: str, proved: Callable[[], None]) -> None:
        """Show a recovery code once. ``proved`` is called when somebody has confirmed it."""
        session = self._session
        session.remember(session.settings._replace(unproved="yes"))

        def done() -> None:
            session.remember(session.settings._replace(unproved=""))
            proved()

        self._navigator.open(CodePage(session, self._navigator.render, code, self._printing.print_code, done))

    def recovery(self) -> None:
        """Open the page that takes the recovery code."""
        page = RecoveryPage(
            self._session,
            self._navigator.render,
            self._regions(),
            self._own_region(),
            self._recover,
            self.choose_file,
        )
        self._navigator.open(page)

    def _recover(self, given: Recovery) -> list[Fault]:
        session = self._session
        faults = self.waited_for(lambda: self._desk.real.recover(given))
        if not faults:
            self._desk.leave_practice()
            session.remember(
                session.settings._replace(region=given.region, own=given.region, operator=given.operator)
            )
            self.ask(Notice(session.words.text("window.recovery.done"), "done"))
        return faults

    def waited_for(self, work: Callable[[], _Made]) -> _Made:
        """Do some work on a copy once no backup is being made: of many entries it takes a while."""
        self._desk.backups.wait()
        page = self._navigator.page
        try:
            return drawn_meanwhile(work, self._going_on)
        finally:
            page.say(None)

    def _going_on(self, seconds: float) -> None:
        said = self._session.words.text("window.restore.going_on", seconds=f"{seconds:.1f}")
        self._navigator.say(Notice(said, "said"))

    def choose_file(self) -> str:
        """Ask for a ledger's file; empty where none was chosen."""
        words = self._session.words
        title, folder = words.text("window.restore.title"), str(self._desk.backups.folder)
        kinds = f"{words.text('window.restore.kind')} (*.db)"
        return QFileDialog.getOpenFileName(self._navigator.window, title, folder, kinds)[0]


class DeskPages:
    """Opener of the pages of a desk in use. ``doers`` are their lines of the menu."""

    def __init__(
        self, session: Session, navigator: Navigator, desk: Desk, printing: Printing, signing_in: SigningIn
    ) -> None:
        self._session = session
        self._navigator = navigator
        self._desk = desk
        self._printing = printing
        self._signing_in = signing_in
        self.doers: dict[str, Callable[[], object]] = {
            "set_up": signing_in.set_up,
            "lock": desk.lock,
            "day_end": self._day_end,
            "hand_over": self._hand_over,
            "backups": self.backups,
            "pin": self._own_pin,
            "operators": self._operators,
            "people": self._people,
            "trail": self._trail,
        }

    def _refused(self, faults: list[Fault]) -> bool:
        """Say why a page does not open; False where it may."""
        if faults:
            self._navigator.say(Notice(self._session.words(faults[0].message), "wrong"))
        return bool(faults)

    def _in_practice(self) -> bool:
        """Say that practice has no operators and no backups; False on a desk in use."""
        if self._session.guarded:
            return False
        said = "window.only_in_use_back" if self._session.settings.own else "window.only_in_use"
        self._navigator.say(Notice(self._session.words.text(said), "wrong"))
        return True

    def _own_pin(self) -> None:
        if self._in_practice():
            return

        def change(old: str, new: str) -> list[Fault]:
            answer = self._session.opened.change_own_pin(old, new)
            return answer if isinstance(answer, list) else []

        self._navigator.open(PinPage(self._session, self._navigator.render, change))

    def _operators(self) -> None:
        if self._in_practice() or self._refused(self._session.opened.refused(Role.ADMINISTRATOR)):
            return

        def renew() -> list[Fault]:
            code = self._session.opened.new_recovery_code()
            if isinstance(code, list):
                return code
            renew_key()  # what it waits for is told when the desk is opened
            self._signing_in.show_code(code, go_on)
            return []

        def go_on() -> None:
            if self._session.locked:  # the ledger did not open again
                self._signing_in.ask()
            else:
                self._operators()

        def renew_key() -> Message | None:
            said = self._desk.renew_key()
            if said is not None and self._session.locked:
                words = self._session.words
                closed = words.text("window.operators.done_and_closed", why=words(said))
                self._signing_in.ask(Notice(closed, "wrong"))
            return said

        page = OperatorsPage(self._session, self._navigator.render, renew, renew_key)
        self._navigator.open(page)

    # ---- backups

    def backups(self) -> None:
        """Open the list of backups."""
        if self._in_practice():
            return
        page = BackupsPage(
            self._session,
            self._navigator.render,
            self._desk.copies,
            self._back_up,
            self._keep_second,
            self._choose_folder,
            self._restore,
        )
        self._navigator.open(page)

    def backed_up(self) -> None:
        """Say that a backup has ended: in the title line, and on the list where it is open."""
        page = self._navigator.page
        if isinstance(page, BackupsPage):
            standing = self._desk.backups.standing
            fault = standing.failed or standing.second_failed
            page.refresh(fault or message("window.backups.made"), "wrong" if fault else "done")
        self._navigator.render()

    def backing_up(self, seconds: float) -> None:
        """Say on the list of backups for how long one is being made; what is wrong stays said."""
        page = self._navigator.page
        if isinstance(page, BackupsPage) and (page.notice is None or page.notice.kind != "wrong"):
            page.tell(message("window.backup.going_on", seconds=f"{seconds:.1f}"), "said")

    def _locked(self) -> list[Fault]:
        return [Fault("", message("ledger.sign_in_first"))] if self._session.locked else []

    def _back_up(self) -> list[Fault]:
        faults = self._locked() or personal_data.note_backup(self._session.opened, "backups")
        if not faults and not self._desk.backups.begin():
            return [Fault("", message("window.backup.busy"))]
        self._navigator.render()
        return faults

    def _keep_second(self, place: str) -> list[Fault]:
        faults = self._locked()
        if not faults and place and not Path(place).is_dir():
            return [Fault("second", message("ledger.folder_missing", folder=place))]
        faults = faults or personal_data.note_backup(self._session.opened, place or "—")
        if not faults:
            self._session.remember(self._session.settings._replace(backups=place))
        return faults

    def _restore(self, file: str) -> None:
        real = self._desk.real
        page = RestorePage(
            self._session,
            self._navigator.render,
            file,
            lambda *given: self._signing_in.waited_for(lambda: real.inspect(*given)),
            lambda *given: self._signing_in.waited_for(lambda: real.restore(*given)),
            self._restored,
            self._signing_in.choose_file,
        )
        if isinstance(self._navigator.page, BackupsPage):
            self._navigator.over(page)  # Esc goes back to the list, not to a cell that shows what is typed
        else:
            self._navigator.open(page)

    def _restored(self, restored: Restored) -> None:
        """Ask an operator to sign in again: the open ledger is no longer the one on the disk."""
        self._desk.shut()
        kept = restored.kept.name if restored.kept else "—"
        done = self._session.words.text("window.restore.done", entries=restored.entries, kept=kept)
        self._signing_in.ask(Notice(done, "done"))

    def _choose_folder(self) -> str:
        title = self._session.words.text("window.backups.second")
        return QFileDialog.getExistingDirectory(self._navigator.window, title)

    # ---- the day's end, and a person's data

    def _day_end(self) -> None:
        export = partial(data_export.export, self._session)
        page = DayEndPage(self._session, self._navigator.render, self._printing.print_day_end, export)
        self._navigator.open(page)

    def _hand_over(self) -> None:
        self._navigator.open(HandOverPage(self._session, self._navigator.render))

    def _people(self) -> None:
        if self._refused(self._session.opened.refused(Role.SUPERVISOR)):
            return
        write = partial(data_export.write_json, self._session)
        page = PeoplePage(self._session, self._navigator.render, write)
        self._navigator.open(page)

    def _trail(self) -> None:
        if self._refused(self._session.opened.refused(Role.SUPERVISOR)):
            return
        save = partial(data_export.write_acts, self._session)
        doors = TrailDoors(self._act, self._printing.print_acts, save)
        self._navigator.open(TrailPage(self._session, self._navigator.render, doors))

    def _act(self, act: AuditAct) -> None:
        cells = CellWords(cell_words, value_words)
        self._navigator.over(ActPage(self._session, self._navigator.render, act, cells))
