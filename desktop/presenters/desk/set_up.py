"""The set-up of a desk for real use: its administrator, and the recovery code that is shown once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from core.ledger.access import SetUp
from core.ledger.keys import plain_code
from core.messages import Fault, message
from desktop.presenters.desk.desk_page import WORDS, AdministratorPage, DeskPage, Ways
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import PageState
from desktop.presenters.states import Cell, Notice, Option
from desktop.session import Session

_PROOF: Final = 4
"""So many of the code's last characters prove that somebody has it before the eyes."""


class DeskGiven(NamedTuple):
    """The request of a set-up. ``portable``: the desk is carried about, without a key store."""

    hospital: str
    region: str
    operator: str
    pin: str
    portable: bool


class SetUpPage(AdministratorPage):
    """``make`` makes the encrypted ledger and its administrator; ``finish`` shows the recovery code.

    ``migrates``: a ledger without encryption lies here and is taken over.
    """

    name = "set_up"
    labels = "window.set_up"
    order = ("hospital", "region", "operator", "pin", "pin_again", "portable")
    required = order

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        regions: Sequence[Option],
        texts: dict[str, str],
        migrates: bool,
        ways: Ways,
        make: Callable[[DeskGiven], SetUp | list[Fault]],
        finish: Callable[[DeskGiven, SetUp], None],
    ) -> None:
        super().__init__(session, show, tuple(regions), {"portable": "no", **texts})
        self._ways = ways
        self._make, self._finish = make, finish
        self._about = "window.set_up.about_plain" if migrates else "window.set_up.about"
        self.focus("hospital" if not texts.get("hospital") else "region")

    def _choices(self) -> dict[str, tuple[Option, ...]]:
        text = self._words.text
        portable = tuple(
            Option(value, key, text(f"window.set_up.portable.{value}"))
            for key, value in (("1", "no"), ("2", "yes"))
        )
        return {**super()._choices(), "portable": portable}

    def go_on(self) -> None:
        """Set the desk up, or say why it cannot be."""
        texts = self.texts
        hospital, operator = texts["hospital"].strip(), texts["operator"].strip()
        given = DeskGiven(hospital, texts["region"], operator, texts["pin"], texts["portable"] == "yes")
        set_up = self.attempt(partial(self._make, given))
        if isinstance(set_up, list):
            self.refuse(*set_up)
        elif set_up is not None:
            self._finish(given, set_up)

    def practise(self) -> None:
        """Open the counter over made-up figures."""
        self._ways.practise()

    def recover(self) -> None:
        """Open the page that takes the recovery code."""
        self._ways.recovery()

    keys = {
        **MANUAL,
        **WORDS,
        "F12": KeyAction("window.key.set_up.F12", AdministratorPage.save),
        "Ctrl+G": KeyAction("window.key.Ctrl+G", practise),
        "Shift+F4": KeyAction("window.key.Shift+F4", recover),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        return self.form(self._words.text("window.set_up.title"), self._words.text(self._about))

    def cells(self) -> dict[str, Cell]:
        """Return the cells, two of them with a hint."""
        cells = super().cells()
        for name in ("pin", "portable"):
            cells[name] = cells[name]._replace(hint=self._words.text(f"window.set_up.{name}_hint"))
        return cells


class CodePage(DeskPage):
    """The recovery code, shown until its end was typed. Esc does not leave the page.

    ``of``: the words for whose it is, the ledger's (``code``) or the server's (``server_code``).
    """

    name = "code"
    labels = "window.code"
    order = ("proof",)
    short = frozenset(order)
    stays = True

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        code: str,
        print_code: Callable[[str], Notice],
        proved: Callable[[], None],
        of: str = "code",
    ) -> None:
        super().__init__(session, show)
        self.code = code
        self._of = of
        self._print_code, self._proved = print_code, proved
        self.focus("proof")

    def _print(self) -> None:
        self.say(self._print_code(self.code))

    def enter(self, _name: str) -> None:
        """Enter: go on, as F12 does."""
        self.save()

    def save(self) -> None:
        """F12: go on once the end of the code was typed."""
        proof = plain_code(self.texts.get("proof", ""))
        if proof == self.code[-_PROOF:]:
            self._proved()
        else:
            self.refuse(Fault("proof", message("window.code.not_that")))

    keys = {
        **MANUAL,
        "F9": KeyAction("window.key.code.F9", _print),
        "F12": KeyAction("window.key.code.F12", save),
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return self.form(
            words.text(f"window.{self._of}.title_of", code=self.code),
            words.text(f"window.{self._of}.about"),
            words.text(f"window.{self._of}.keep"),
        )
