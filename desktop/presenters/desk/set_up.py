"""From practice to real use: who administers this desk, and the code that is shown once."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from core.ledger.access import SetUp
from core.ledger.keys import plain_code
from core.messages import Fault, message
from desktop.presenters.desk.desk_page import DeskPage, Ways
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.states import Cell, Notice, Option, PageState
from desktop.session import Session

_PROOF: Final = 4
"""How many of the code's last characters show that somebody has it before the eyes."""


class DeskGiven(NamedTuple):
    """What a desk is set up with."""

    hospital: str
    region: str
    operator: str
    pin: str
    portable: bool


class SetUpPage(DeskPage):
    """``make`` makes the encrypted ledger and its administrator; ``made`` takes the recovery code further."""

    name = "set_up"
    labels = "window.set_up"
    order = ("hospital", "region", "operator", "pin", "pin_again", "portable")
    secret = frozenset({"pin", "pin_again"})

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        regions: Sequence[Option],
        texts: dict[str, str],
        migrates: bool,
        ways: Ways,
        make: Callable[[DeskGiven], SetUp | list[Fault]],
        made: Callable[[DeskGiven, SetUp], None],
    ) -> None:
        super().__init__(session, show)
        self._ways = ways
        self._make, self._made = make, made
        self._about = "window.set_up.about_plain" if migrates else "window.set_up.about"
        self._regions = tuple(regions)
        self.choices = self._choices()
        self.texts = {"portable": "no", **texts}
        self.focus("hospital" if not texts.get("hospital") else "region")

    def _choices(self) -> dict[str, tuple[Option, ...]]:
        text = self._words.text
        portable = (
            Option(value, key, text(f"window.set_up.portable.{value}"))
            for key, value in (("1", "no"), ("2", "yes"))
        )
        return {"region": self._regions, "portable": tuple(portable)}

    def spoken_anew(self) -> None:
        """Another language."""
        super().spoken_anew()
        self.choices = self._choices()

    def save(self) -> None:
        """F12."""
        if self.needs(*self.order) or self.differ("pin", "pin_again"):
            return
        texts = self.texts
        given = DeskGiven(
            texts["hospital"].strip(),
            texts["region"],
            texts["operator"].strip(),
            texts["pin"],
            texts["portable"] == "yes",
        )
        made = self.attempt(lambda: self._make(given))
        if isinstance(made, list):
            self.refuse(*made)
        elif made is not None:
            self._made(given, made)

    def practise(self) -> None:
        """Open the counter over made-up figures."""
        self._ways.practise()

    def recover(self) -> None:
        """Open the page that takes the recovery code."""
        self._ways.recovery()

    keys = {
        **MANUAL,
        "F12": KeyAction("window.key.set_up.F12", save),
        "F5": KeyAction("window.key.set_up.F5", practise),
        "F8": KeyAction("window.key.set_up.F8", recover),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """The page."""
        return self.form(self._words.text("window.set_up.title"), self._words.text(self._about))

    def cells(self) -> dict[str, Cell]:
        """The cells, two with a hint."""
        found = super().cells()
        for name in ("pin", "portable"):
            found[name] = found[name]._replace(hint=self._words.text(f"window.set_up.{name}_hint"))
        return found


class CodePage(DeskPage):
    """The recovery code, until somebody has shown to have it; Esc does not lead past it."""

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
    ) -> None:
        super().__init__(session, show)
        self.code = code
        self._print_code, self._proved = print_code, proved
        self.focus("proof")

    def _print(self) -> None:
        self.say(self._print_code(self.code))

    def enter(self, _name: str) -> None:
        """Enter after the last group of the code."""
        self.save()

    def save(self) -> None:
        """Goes on once the end of the code was typed."""
        given = plain_code(self.texts.get("proof", ""))
        if given == self.code[-_PROOF:]:
            self._proved()
        else:
            self.refuse(Fault("proof", message("window.code.not_that")))

    keys = {
        **MANUAL,
        "F9": KeyAction("window.key.code.F9", _print),
        "F12": KeyAction("window.key.code.F12", save),
    }

    def drawn(self) -> PageState:
        """The page."""
        words = self._words
        return self.form(
            words.text("window.code.title_of", code=self.code),
            words.text("window.code.about"),
            words.text("window.code.keep"),
        )
