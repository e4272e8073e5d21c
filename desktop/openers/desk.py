"""The pages about the desk itself: what opens them, and what they do."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.counter import UNFINISHED, SetUp
from core.ledger.errors import KnownError
from core.ledger.operators import Role
from core.ledger.restore import Restored
from core.messages import Fault, message
from core.places import MADE_UP_REGION, RESOURCES, portable_home
from desktop.desk.region_files import versions_in
from desktop.presenters.desk.backups import BackupsPage
from desktop.presenters.desk.day_end import DayEndPage
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.desk.operators import OperatorsPage
from desktop.presenters.desk.personal import PeoplePage, TrailPage
from desktop.presenters.desk.restore import RestorePage
from desktop.presenters.desk.set_up import CodePage, DeskGiven, SetUpPage
from desktop.presenters.desk.sign_in import PinPage, Recovery, RecoveryPage, SignInPage
from desktop.presenters.states import Notice, Option

if TYPE_CHECKING:
    from core.messages import Message
    from desktop.app import Program
    from desktop.desk.desk import Desk
    from desktop.pages import Pages

_DIGITS = "1234567890-"


class DeskPages:
    """Opens the desk's pages; ``doers`` are their lines of the menu."""

    def __init__(self, pages: "Pages", program: "Program") -> None:
        self._pages = pages
        self._program = program
        self.doers: dict[str, Callable[[], object]] = {
            "set_up": self.set_up,
            "lock": program.desk.lock,
            "day_end": self._day_end,
            "backups": self._backups,
            "pin": self._own_pin,
            "operators": self._operators,
            "people": self._people,
            "trail": self._trail,
        }

    @property
    def _desk(self) -> "Desk":
        return self._program.desk

    def _open(self, page: DeskPage) -> None:
        self._pages.show(page)

    def _say(self, faults: list[Fault]) -> bool:
        """Says at the counter why a page does not open."""
        if faults:
            words = self._program.words
            self._program.presenter.say(Notice(words(faults[0].message), "wrong"))
        return bool(faults)

    def _only_in_use(self) -> bool:
        """Whether the desk is in practice, which has no operators and no backups; it is said."""
        if self._desk.guarded:
            return False
        self._program.presenter.say(Notice(self._program.words.text("window.only_in_use"), "wrong"))
        return True

    # ---- in and out

    def ask(self, notice: Notice | None = None) -> None:
        """A real region's ledger: sign in, or set the desk up first."""
        self._pages.forget_under()
        program = self._program
        try:
            fresh = self._desk.fresh
        except KnownError as error:
            fresh, notice = False, Notice(program.words(error.said), "wrong")
        if fresh:
            self.set_up()
            return
        operator = program.settings.operator
        page = SignInPage(program.words, self._pages.render, operator, self._sign_in, notice)
        page.keys = {"F5": self.practise, "F8": self._recovery, "F6": self._backups}
        self._open(page)

    def _sign_in(self, name: str, pin: str) -> list[Fault]:
        """Signs in, or brings a set-up to its end that was cut off."""
        faults: list[Fault] = self._desk.sign_in(name, pin)
        if not faults or faults[0].message.id != UNFINISHED:
            return faults
        settings = self._program.settings
        given = DeskGiven(settings.hospital, settings.region, name, pin, bool(settings.portable))
        made = self._desk.set_up(given)
        if isinstance(made, list):
            return made
        self._made(given, made)
        return []

    def practise(self) -> None:
        """The counter over made-up figures."""
        self._program.use(self._program.settings._replace(region=MADE_UP_REGION))
        self._pages.leave_for_good()

    def set_up(self) -> None:
        """From practice to real use: the set-up, or signing in where that was done before."""
        program = self._program
        if self._desk.guarded and program.counter is not None:
            program.presenter.say(Notice(program.words.text("window.set_up.done"), "said"))
            return
        try:
            fresh = self._desk.fresh
        except KnownError as error:
            program.presenter.say(Notice(program.words(error.said), "wrong"))
            return
        settings = program.settings
        if not fresh and settings.own:
            program.use(settings._replace(region=settings.own), reopen=True)
            return
        if not fresh:
            self._come_back()
            return
        region = settings.own or (settings.region if self._desk.guarded else "")
        texts = {"hospital": settings.hospital, "region": region, "operator": settings.operator}
        texts["portable"] = "yes" if program.home == portable_home() else "no"
        page = SetUpPage(
            program.words,
            self._pages.render,
            self._regions(),
            texts,
            self._desk.ledger.exists(),
            self._desk.set_up,
            self._made,
        )
        page.keys = {"F5": self.practise, "F8": self._recovery}
        self._open(page)

    def _come_back(self) -> None:
        """Signs in where the settings are lost: the ledger is there, and its region is asked for."""
        program = self._program

        def sign_in(name: str, pin: str) -> list[Fault]:
            own = page.texts["region"]
            if program.settings.own != own:
                program.leave_practice()
                program.remember(program.settings._replace(region=own, own=own))
                page.stays = True
            return self._sign_in(name, pin)

        words, operator = program.words, program.settings.operator
        page = SignInPage(words, self._pages.render, operator, sign_in, regions=self._regions())
        page.stays = False
        page.keys = {"F5": self.practise, "F8": self._recovery}
        self._open(page)

    def _regions(self) -> list[Option]:
        """The regions that a desk may belong to, each with its key."""
        found = {
            version.id: version.name
            for version in versions_in(RESOURCES / "regions", self._program.home / "regions")
            if version.id != MADE_UP_REGION
        }
        keys = _DIGITS.ljust(len(found))
        return [Option(id_, key.strip(), name) for (id_, name), key in zip(found.items(), keys, strict=False)]

    def _made(self, given: DeskGiven, made: SetUp) -> None:
        program = self._program
        program.leave_practice()
        settings = program.settings._replace(
            hospital=given.hospital,
            region=given.region,
            own=given.region,
            operator=made.operator.name,
            portable="" if made.in_store else "yes",
        )
        program.remember(settings)

        def proved() -> None:
            page = self._pages.page
            faults = page.attempt(lambda: self._desk.sign_in(given.operator, given.pin)) if page else None
            if faults:
                self.ask(Notice(program.words(faults[0].message), "wrong"))

        self._code(made.recovery_code, proved)

    def _code(self, code: str, proved: Callable[[], None]) -> None:
        program = self._program
        program.remember(program.settings._replace(unproved="yes"))

        def done() -> None:
            program.remember(program.settings._replace(unproved=""))
            proved()

        self._open(CodePage(program.words, self._pages.render, code, self._print_code, done))

    def _print_code(self, code: str) -> None:
        from desktop.devices.printing import print_code

        page = self._pages.page
        if page is not None:
            page.notice = print_code(self._program, code)
            self._pages.render()

    def _recovery(self) -> None:
        program = self._program
        settings = program.settings
        page = RecoveryPage(
            program.words,
            self._pages.render,
            self._regions(),
            settings.own or (settings.region if self._desk.guarded else ""),
            self._recover,
            self._choose_file,
        )
        self._open(page)

    def _recover(self, given: Recovery) -> list[Fault]:
        program = self._program
        faults: list[Fault] = self._desk.recover(given)
        if not faults:
            program.leave_practice()
            settings = program.settings._replace(
                region=given.region, own=given.region, operator=given.operator
            )
            program.remember(settings)
            self.ask(Notice(program.words.text("window.recovery.done"), "done"))
        return faults

    def _own_pin(self) -> None:
        program = self._program
        if self._only_in_use():
            return

        def change(old: str, new: str) -> list[Fault]:
            assert program.counter is not None
            made = program.counter.change_own_pin(old, new)
            return made if isinstance(made, list) else []

        self._open(PinPage(program.words, self._pages.render, change))

    def _operators(self) -> None:
        program = self._program
        if self._only_in_use():
            return
        counter = program.counter
        assert counter is not None
        if self._say(counter.refused(Role.ADMINISTRATOR)):
            return

        def renew() -> list[Fault]:
            made = counter.new_recovery_code()
            if isinstance(made, list):
                return made
            self._code(made, self._operators)
            return []

        self._open(OperatorsPage(program.words, self._pages.render, counter, renew))

    # ---- backups

    def _backups(self) -> None:
        program = self._program
        if self._only_in_use():
            return
        self._open(
            BackupsPage(
                program.words,
                self._pages.render,
                self._desk.copies,
                program.settings.backups,
                self._back_up,
                self._keep_second,
                self._choose_folder,
                self._restore,
            )
        )

    def backed_up(self) -> None:
        """A backup has come to its end."""
        page = self._pages.page
        if isinstance(page, BackupsPage):
            standing = self._desk.backups.standing
            wrong = standing.failed or standing.second_failed
            said: Message = wrong or message("window.backups.made")
            page.refresh(said, "wrong" if wrong else "done")

    def _back_up(self) -> list[Fault]:
        if self._desk.locked:
            return [Fault("", message("ledger.sign_in_first"))]
        if not self._desk.backups.begin():
            return [Fault("", message("window.backup.busy"))]
        self._program.render()
        return []

    def _keep_second(self, place: str) -> list[Fault]:
        if self._desk.locked:
            return [Fault("", message("ledger.sign_in_first"))]
        if place and not Path(place).is_dir():
            return [Fault("second", message("ledger.folder_missing", folder=place))]
        self._program.remember(self._program.settings._replace(backups=place))
        return []

    def _restore(self, file: str) -> None:
        program = self._program
        self._open(
            RestorePage(
                program.words,
                self._pages.render,
                file,
                program.settings.signer,
                self._desk.look,
                self._desk.restore,
                self._restored,
                self._choose_file,
            )
        )

    def _restored(self, made: Restored) -> None:
        """Whoever was at the desk signs in anew: what was read of the ledger holds no more."""
        program = self._program
        program.shut()
        kept = made.kept.name if made.kept else "—"
        said = program.words.text("window.restore.done", entries=made.entries, kept=kept)
        self.ask(Notice(said, "done"))

    def _choose_file(self) -> str:
        from PySide6.QtWidgets import QFileDialog

        words = self._program.words
        kinds = f"{words.text('window.restore.kind')} (*.db)"
        return QFileDialog.getOpenFileName(
            self._program.window, words.text("window.restore.title"), str(self._desk.backups.folder), kinds
        )[0]

    def _choose_folder(self) -> str:
        from PySide6.QtWidgets import QFileDialog

        words = self._program.words
        return QFileDialog.getExistingDirectory(self._program.window, words.text("window.backups.second"))

    # ---- the day's end, and what is known of a person

    def _day_end(self) -> None:
        from desktop.desk.data_export import export
        from desktop.devices.printing import print_day_end

        program = self._program
        assert program.counter is not None
        self._open(
            DayEndPage(
                program.words,
                self._pages.render,
                program.counter,
                program.today(),
                partial(print_day_end, program),
                partial(export, program),
            )
        )

    def _people(self) -> None:
        from desktop.desk.data_export import write_json

        program = self._program
        counter = program.counter
        assert counter is not None
        if self._say(counter.refused(Role.SUPERVISOR)):
            return
        self._open(
            PeoplePage(
                program.words,
                self._pages.render,
                counter,
                program.settings.signer,
                lambda found: write_json(program, found),
            )
        )

    def _trail(self) -> None:
        program = self._program
        assert program.counter is not None
        found = program.counter.acts()
        if found and isinstance(found[0], Fault):
            self._say([each for each in found if isinstance(each, Fault)])
            return
        self._open(TrailPage(program.words, self._pages.render, found))  # type: ignore[arg-type]
