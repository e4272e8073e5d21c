"""The pages of an operator: signing in, changing one's own PIN, recovery by the code."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from core.messages import Fault, message
from desktop.presenters.desk.desk_page import WORDS, AdministratorPage, DeskPage, Ways
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import PageState
from desktop.presenters.states import Notice, Option
from desktop.session import Session


class SignInPage(DeskPage):
    """The locked desk: nothing of a patient is in sight. ``enter_by`` tries a name and a PIN.

    ``regions`` are asked for where this desk does not remember its own any more; empty: it does.
    """

    name = "sign_in"
    labels = "window.sign_in"
    secret = frozenset({"pin"})
    stays = True

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        ways: Ways,
        enter_by: Callable[[str, str], list[Fault]],
        notice: Notice | None = None,
        regions: Sequence[Option] = (),
    ) -> None:
        super().__init__(session, show)
        operator = session.settings.operator
        self._ways = ways
        self._enter_by = enter_by
        self.order = (*(("region",) if regions else ()), "operator", "pin")
        self.choices = {"region": tuple(regions)}
        self.texts["operator"] = operator
        self.notice = notice
        self.focus(self.order[0] if regions or not operator else "pin")

    def cell_of(self, _field: str) -> str:
        """Return the PIN's cell for every fault: nobody is told which of the two was wrong."""
        return "pin"

    def enter(self, name: str) -> None:
        """Enter: sign in after the PIN, else go to the next cell."""
        if name == "pin" and self.texts.get("pin"):
            self.save()
        else:
            super().enter(name)

    def save(self) -> None:
        """F12: try name and PIN; a wrong PIN has to be typed anew."""
        if self.needs(*self.order):
            return
        name, pin = self.texts["operator"].strip(), self.texts["pin"]
        self.forget_secrets()
        faults = self.attempt(lambda: self._enter_by(name, pin))
        if faults:
            self.refuse(*faults)
        elif faults is None:
            self.focus("pin")
            self._show()

    def practise(self) -> None:
        """Open the counter over made-up figures."""
        self._ways.practise()

    def recover(self) -> None:
        """Open the page that takes the recovery code."""
        self._ways.recovery()

    def open_backups(self) -> None:
        """Open the list of backups, where there is a ledger to go back with."""
        if self._ways.backups is not None:
            self._ways.backups()

    keys = {
        **MANUAL,
        "F12": KeyAction("window.key.sign_in.F12", save),
        "F5": KeyAction("window.key.sign_in.F5", practise),
        "F6": KeyAction("window.key.sign_in.F6", open_backups),
        "F8": KeyAction("window.key.sign_in.F8", recover),
    }

    def drawn(self) -> PageState:
        """Return the page."""
        return self.form(self._words.text("window.sign_in.title"), self._words.text("window.sign_in.about"))


class PinPage(DeskPage):
    """A new PIN of one's own. ``change`` takes the old and the new one."""

    name = "pin"
    labels = "window.pin"
    order = ("old_pin", "pin", "pin_again")
    secret = frozenset(order)

    def __init__(
        self, session: Session, show: Callable[[], None], change: Callable[[str, str], list[Fault]]
    ) -> None:
        super().__init__(session, show)
        self._change = change
        self.focus("old_pin")

    def save(self) -> None:
        """F12: change the PIN."""
        if self.needs(*self.order) or self.differ("pin", "pin_again"):
            return
        faults = self.attempt(lambda: self._change(self.texts["old_pin"], self.texts["pin"]))
        if faults is None:
            return
        self.forget_secrets()
        self.focus("old_pin")
        if faults:
            self.refuse(*faults)
        else:
            self.tell(message("window.pin.changed"))

    keys = {**MANUAL, **WORDS, "F12": KeyAction("window.key.pin.F12", save), **LEAVE}

    def drawn(self) -> PageState:
        """Return the page."""
        return self.form(self._words.text("window.pin.title"), self._words.text("window.pin.about"))


class Recovery(NamedTuple):
    """The request of a recovery. ``file`` is another machine's backup; empty: the ledger that lies here."""

    file: str
    code: str
    operator: str
    pin: str
    region: str


class RecoveryPage(AdministratorPage):
    """The recovery code opens the ledger for an administrator, on this machine or another."""

    name = "recovery"
    labels = "window.recovery"
    order = ("file", "region", "code", "operator", "pin", "pin_again")
    required = ("region", "code", "operator", "pin")
    long = frozenset({"file"})

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        regions: Sequence[Option],
        region: str,
        recover: Callable[[Recovery], list[Fault]],
        choose_file: Callable[[], str],
    ) -> None:
        super().__init__(session, show, tuple(regions), {"region": region})
        self._recover = recover
        self._choose_file = choose_file
        self.focus("code")

    def _choose(self) -> None:
        self.fill("file", self._choose_file)

    def cell_of(self, field: str) -> str:
        """Return the cell of a fault."""
        return "code" if field == "recovery_code" else field

    def go_on(self) -> None:
        """Recover the ledger, or say why it cannot be."""
        texts = self.texts
        file, operator = texts.get("file", "").strip(), texts["operator"].strip()
        given = Recovery(file, texts["code"], operator, texts["pin"], texts["region"])
        faults = self.attempt(partial(self._recover, given))
        if faults:
            self.refuse(*faults)

    keys = {
        **MANUAL,
        **WORDS,
        "F8": KeyAction("window.key.recovery.F8", _choose),
        "F12": KeyAction("window.key.recovery.F12", AdministratorPage.save),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        return self.form(self._words.text("window.recovery.title"), self._words.text("window.recovery.about"))
