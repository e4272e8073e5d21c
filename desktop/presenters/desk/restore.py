"""The way back to one of the ledger's copies: what it holds, the question, the restore."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from core.clock import BEIJING
from core.ledger.restore import Held, Restored
from core.messages import Fault
from core.words import Words
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import PageState
from desktop.session import Session


class RestorePage(DeskPage):
    """F12 inspects the copy and asks, Y restores. ``look`` and ``restore`` take file, administrator and PIN.

    ``done`` goes on from the restored ledger; ``choose_file`` is a dialog.
    """

    name = "restore"
    labels = "window.restore"
    order = ("file", "operator", "pin")
    long = frozenset({"file"})
    secret = frozenset({"pin"})

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        file: str,
        look: Callable[[Path, str, str], Held | list[Fault]],
        restore: Callable[[Path, str, str], Restored | list[Fault]],
        done: Callable[[Restored], None],
        choose_file: Callable[[], str],
    ) -> None:
        super().__init__(session, show)
        self._look, self._restore, self._done = look, restore, done
        self._choose_file = choose_file
        operator = session.settings.signer
        self.texts = {"file": file, "operator": operator}
        self._lines: tuple[str, ...] = ()
        self.focus("pin" if file and operator else "file")

    def _choose(self) -> None:
        self.fill("file", self._choose_file)

    def changed(self, _name: str) -> None:
        """Take away what was said of another file."""
        self._lines = ()

    def cell_of(self, field: str) -> str:
        """Return the cell of a fault."""
        return "pin" if field == "operator" else field

    def _given(self) -> tuple[Path, str, str]:
        return Path(self.texts["file"].strip()), self.texts["operator"].strip(), self.texts["pin"]

    def save(self) -> None:
        """F12: say what the copy holds, and ask."""
        if self.question or self.needs(*self.order):
            return
        held = self.attempt(lambda: self._look(*self._given()))
        if isinstance(held, list):
            self.refuse(*held)
        elif held is not None:
            words = self._words
            self._lines = tuple(_told(held, words))
            asked = words.text("window.restore.ask", lost=held.lost or 0)
            self.ask(asked, words.text("window.restore.yes"), "restore")

    keys = {
        **MANUAL,
        "F3": KeyAction("window.key.restore.F3", _choose),
        "F12": KeyAction("window.key.restore.F12", save),
        **LEAVE,
    }

    def answer(self, meaning: str) -> None:
        """Y: restore."""
        self.question = None
        if meaning != "restore":
            self._show()
            return
        restored = self.attempt(lambda: self._restore(*self._given()))
        self.forget_secrets()
        if isinstance(restored, list):
            self.refuse(*restored)
        elif restored is not None:
            self._done(restored)

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return self.form(words.text("window.restore.title"), words.text("window.restore.about"), *self._lines)


def _told(held: Held, words: Words) -> list[str]:
    """Say in lines what a copy holds, and what going back to it would take away."""
    latest = "—"
    if held.latest is not None:
        latest = f"{datetime.fromisoformat(held.latest).astimezone(BEIJING):%Y-%m-%d %H:%M}"
    lines = [words.text("window.restore.holds", entries=held.entries, latest=latest)]
    if held.opens_for:
        lines.append(words.text("window.restore.earlier_key", names="、".join(held.opens_for)))
    if held.now is None or held.lost is None:
        return [*lines, words.text("window.restore.now_unreadable")]
    lines.append(words.text("window.restore.now", entries=held.now))
    lines.append(
        words.text("window.restore.lost" if held.lost else "window.restore.nothing_lost", lost=held.lost)
    )
    return [*lines, words.text("window.restore.kept")]
