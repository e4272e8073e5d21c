"""The server of the hospital's desks, for an administrator: reached, set up, joined; a lost desk closed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.clock import BEIJING
from core.ledger.errors import AnswerLost, ServerAway
from core.ledger.operators import Role
from core.messages import Fault, Message, message
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice
from desktop.presenters.work_page import Work, WorkPage
from desktop.session import Session

if TYPE_CHECKING:
    from core.desks.known_ledgers import KnownLedger
    from core.desks.server.standing import ServerStanding

_COLUMNS: Final = ("ledger", "standing", "entries", "there", "last")
_USUAL: Final = "mingzhang"


class ServerPage(DeskPage, WorkPage):
    """The server and the desks that meet by it; ``keep`` remembers its connection string (empty: none).

    ``work`` looks at the server beside the window. ``show_code`` shows the recovery code of a new one.
    ``choose_file`` is a dialog.
    """

    name = "server"
    labels = "window.server"
    order = ("address", "database", "role", "password", "certificate", "code")
    secret = frozenset({"password", "code"})

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        choose_file: Callable[[], str],
        keep: Callable[[str], None],
        show_code: Callable[[str], None],
        work: Work,
        announce: Callable[[Notice], object],
    ) -> None:
        super().__init__(session, show, work, announce)
        self._counter = session.opened
        self._operator = session.settings.signer
        self._choose_file, self._keep, self._show_code = choose_file, keep, show_code
        self._seen: ServerStanding | None = None
        self._chosen = ""
        self._fill_in()
        self._read_again()
        self.focus("address")

    @property
    def _kept(self) -> str:
        return self._session.settings.server

    def _fill_in(self) -> None:
        """Show the server that is kept, its password hidden."""
        cells = {"address": "", "database": _USUAL, "role": _USUAL, "password": "", "certificate": ""}
        if self._kept:
            from core.desks.server import address

            kept = address.read(self._kept)
            if not isinstance(kept, Message):
                cells = dict(zip(cells, kept, strict=True))
        self.texts |= {**cells, "code": ""}

    def _read_again(self) -> None:
        from core.desks import folder, known_ledgers

        ledger = self._counter.ledger
        self._known: dict[str, KnownLedger] = {
            each.id: each for each in known_ledgers.known_ledgers(ledger.db)
        }
        self._own = folder.heads(self._counter)[0].entries.number
        self._last = ledger.journal.latest()

    def refresh(self) -> None:
        """Read again what came from the server meanwhile."""
        self._read_again()
        self._show()

    def cell_of(self, field: str) -> str:
        """Return the cell of a fault."""
        return {"server": "address", "recovery_code": "code"}.get(field, field)

    def picked(self, value: str) -> None:
        """Choose a ledger."""
        self._chosen = value

    # ---- what was typed

    def _typed_dsn(self) -> str | None:
        """Return the connection string of the cells; None where something is wrong, which is said."""
        from core.desks.server import address

        cells = [self.texts.get(name, "").strip() for name in self.order[:5]]
        if self.needs("address"):
            return None
        made = address.renewed(address.ServerAddress(*cells), self._kept)
        if isinstance(made, Message):
            self.refuse(Fault("address", made))
            return None
        self.faults = {}
        return made

    def _may(self) -> bool:
        """Tell whether an administrator of a desk in use is here, and say so where not."""
        if not self._session.guarded:
            self.tell(message("window.only_in_use"), "wrong")
            return False
        refused = self._counter.refused(Role.ADMINISTRATOR)
        if refused:
            self.refuse(*refused)
        return not refused

    def _choose(self) -> None:
        """F3: choose the file of the certificate."""
        if self.fill("certificate", self._choose_file):
            self._show()

    # ---- looked at, set up, joined

    def look(self) -> None:
        """Ctrl+Q: try the connection, and see how far each ledger goes there; nothing is written."""
        from core.jobs.desk_values import LookAtServer

        dsn = None if self.busy else self._typed_dsn()
        if dsn is not None:
            self.run(LookAtServer(dsn), self._looked)

    def _looked(self, seen: "ServerStanding") -> None:
        self._seen = seen
        self._read_again()
        words = self._words
        told = words.text(
            "window.server.reached",
            version=seen.version_text,
            way=words.text(f"window.server.{'encrypted' if seen.encrypted else 'open'}"),
            state=words.text(f"window.server.{self._state(seen)}"),
        )
        self.tell(told, "done" if seen.encrypted else "said")

    def _state(self, seen: "ServerStanding") -> str:
        """Return the name of the next step at the server that was looked at."""
        from core.desks.server import served_desk

        if not seen.is_set_up:
            return "to_set_up"
        return "is_joined" if self._kept and served_desk.has_joined(self._counter) else "to_join"

    def _set_up(self) -> None:
        """Shift+F4: make this ledger the first one of a new server, and show its recovery code."""
        if not self._may():
            return
        dsn = self._typed_dsn()
        if dsn is None:
            return
        from core.desks.server import served_desk

        code = self.attempt(lambda: served_desk.set_up(self._counter, dsn, self._operator))
        if isinstance(code, list):
            self.refuse(*code)
        elif code is not None:
            self._keep(dsn)
            self._show_code(code)

    def save(self) -> None:
        """F12: work by the server that was typed, joined by its recovery code; without an address by none."""
        if not self._may():
            return
        if not self.texts.get("address", "").strip():
            self._keep("")
            self._seen = None
            self._fill_in()
            self.tell(message("window.server.left"))
            return
        dsn = self._typed_dsn()
        faults = None if dsn is None else self.attempt(lambda: self._joined(dsn))
        if dsn is None or faults is None:
            return
        if faults:
            self.texts["code"] = ""
            self.refuse(*faults)
            return
        self._keep(dsn)
        self._fill_in()
        self.tell(message("window.server.joined"))

    def _joined(self, dsn: str) -> list[Fault]:
        """Let this ledger join the server, unless it has. Raises ServerAway and LedgerUnavailable."""
        from core.desks.server import served_desk

        code = self.texts.get("code", "").strip()
        if not code and served_desk.has_joined(self._counter):
            return []
        return served_desk.join(self._counter, dsn, code, self._operator)

    # ---- a lost desk

    def _ask_close(self) -> None:
        """F6: ask whether the chosen ledger is lost."""
        if not self._may():
            return
        known = self._known.get(self._chosen)
        if known is None:
            self.tell(message("window.server.choose"), "wrong")
            return
        asked = self._words.text("window.server.ask_close", ledger=known.short_id, number=known.number)
        self.ask(asked, self._words.text("window.server.close_yes"), "close")

    def answer(self, meaning: str) -> None:
        """Y: close the ledger that was asked about, here and on the server."""
        self.question = None
        known = self._known.get(self._chosen)
        if meaning == "close" and known is not None:
            self._close(known)
        self._show()

    def _closed_there(self, known: "KnownLedger") -> str | Message:
        """Close a ledger on the server; return the new recovery code, or what is (not) known to be done."""
        from core.desks.server import served_desk

        try:
            return served_desk.close(self._counter, self._kept, known.id)
        except AnswerLost as lost:
            return lost.said
        except ServerAway:
            return message("window.server.closed_here", ledger=known.short_id)

    def _close(self, known: "KnownLedger") -> None:
        from core.desks import trusting

        if not known.closed:
            done = self.attempt(lambda: trusting.close(self._counter, known.id, operator=self._operator))
            if isinstance(done, list):
                self.refuse(*done)
            if done is None or isinstance(done, list):
                return
        self._read_again()

        if not self._kept:
            self.tell(message("window.server.closed_alone", ledger=known.short_id))
            return
        code = self.attempt(lambda: self._closed_there(known))
        if isinstance(code, Message):
            self.tell(code, "wrong")
        if code is None or isinstance(code, Message):
            return
        self._show_code(code)
        self._announce(Notice(self._words.text("window.server.closed", ledger=known.short_id), "done"))

    keys = {
        **MANUAL,
        "F3": KeyAction("window.key.server.F3", _choose),
        "Shift+F4": KeyAction("window.key.server.Shift+F4", _set_up),
        "F6": KeyAction("window.key.server.F6", _ask_close),
        "Ctrl+Q": KeyAction("window.key.server.Ctrl+Q", look),
        "F12": KeyAction("window.key.server.F12", save),
        **LEAVE,
    }

    # ---- the page

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.server.title"),
            words.text("window.server.about"),
            self.cells(),
            (("", self.order),),
            tuple(words.text(f"window.server.column.{name}") for name in _COLUMNS),
            numbers=frozenset({2, 3}),
            rows=(self._own_row(), *map(self._row, self._known.values())),
            chosen=self._chosen,
            narrow=True,
        )

    def _own_row(self) -> ListRow:
        ledger = self._counter.ledger
        last = "" if self._last is None else _moment(self._last)
        own = self._words.text("window.server.standing.own")
        return ListRow(ledger.id, (ledger.short_id, own, str(self._own), self._there(ledger.id), last))

    def _row(self, each: "KnownLedger") -> ListRow:
        standing = "closed" if each.closed else each.trust.name.lower()
        last = _moment(datetime.fromtimestamp(each.stamp / 1000, UTC)) if each.stamp else ""
        name = f"{each.short_id} {each.name}".strip()
        told = self._words.text(f"window.server.standing.{standing}")
        return ListRow(each.id, (name, told, str(each.number), self._there(each.id), last), each.closed)

    def _there(self, ledger: str) -> str:
        """Return how many entries of a ledger the server has; empty where it was not looked at."""
        return "" if self._seen is None else str(self._seen.entries.get(ledger, 0))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
