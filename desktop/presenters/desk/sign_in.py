"""The pages of an operator: signing in, changing one's own PIN, recovery by the code."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from core.messages import Fault, message
from desktop.presenters.desk import signers
from desktop.presenters.desk.desk_page import WORDS, AdministratorPage, DeskPage, Ways
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice, Option
from desktop.session import Session


class SignInPage(DeskPage):
    """The locked desk: nothing of a patient is in sight. ``enter_by`` tries a name and a PIN.

    An operator is named by a short number, by initials or in full; who was here lately is listed.

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
        self._signers = signers.kept(session.settings.signers)
        self._chosen = ""
        self.notice = notice
        self.focus(self.order[0] if regions or not operator else "pin")

    def cell_of(self, _field: str) -> str:
        """Return the PIN's cell for every fault: nobody is told which of the two was wrong."""
        return "pin"

    def enter(self, name: str) -> None:
        """Enter: sign in after the PIN, else go on; to the list where several may be meant."""
        if name == "pin" and self.texts.get("pin"):
            self.save()
        elif name != "operator" or self._is_clear():
            super().enter(name)

    def _is_clear(self) -> bool:
        """Put the operator's whole name into the cell; False where several may be meant, who are listed."""
        text = self.texts.get("operator", "").strip()
        found = signers.meant(text, self._signers) if text else []
        if len(found) > 1:
            self._chosen = found[0].name
            self.focus("list")
            self.tell(message("window.sign_in.several", text=text, number=len(found)), "wrong")
            return False
        if found:
            self.texts["operator"] = found[0].name
        return True

    def _change_to(self, text: str) -> None:
        """Take another operator, whom a text names; to the list where several may be meant."""
        self.forget_secrets()
        self.texts["operator"] = text
        if self._is_clear():
            self.focus("pin")
            self.tell(message("window.sign_in.changed", name=self.texts["operator"]))

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on somebody in the list: take the name, and go on to the PIN."""
        self.texts["operator"], self.notice = value, None
        self.focus("pin")
        self._show()

    def save(self) -> None:
        """F12: try name and PIN; a wrong PIN has to be typed anew.

        What is too short for a PIN and names an operator is that one's: the next shift types it first.
        """
        from core.ledger.operators import SHORTEST_PIN  # the page is painted first

        short = self.texts.get("pin", "").strip()
        if 0 < len(short) < SHORTEST_PIN and signers.meant(short, self._signers):
            self._change_to(short)
            return
        if self.needs(*self.order) or not self._is_clear():
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
        "Ctrl+G": KeyAction("window.key.Ctrl+G", practise),
        "Ctrl+B": KeyAction("window.key.Ctrl+B", open_backups),
        "Shift+F4": KeyAction("window.key.Shift+F4", recover),
    }

    def drawn(self) -> PageState:
        """Return the page, with those beside it whom the operator's cell may mean."""
        words = self._words
        page = self.form(words.text("window.sign_in.title"), words.text("window.sign_in.about"))
        if not self._signers:
            return page
        text = self.texts.get("operator", "")
        settled = any(each.name == text for each in self._signers)
        shown = signers.meant("" if settled else text, self._signers)
        return page._replace(
            columns=(words.text("window.column.operator_number"), words.text("window.column.operator")),
            numbers=frozenset({0}),
            rows=tuple(ListRow(each.name, (str(each.number or ""), each.name)) for each in shown),
            chosen=self._chosen,
            lines=(words.text("window.sign_in.lately" if settled or not text else "window.sign_in.found"),),
            empty=words.text("window.sign_in.nobody"),
        )


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
        "F3": KeyAction("window.key.recovery.F3", _choose),
        "F12": KeyAction("window.key.recovery.F12", AdministratorPage.save),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        return self.form(self._words.text("window.recovery.title"), self._words.text("window.recovery.about"))
