"""Cash at a change of shift: what is owed, what was counted, who takes it over."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Final

from core.clock import BEIJING
from core.messages import Fault, Message, message
from core.money import grouped
from desktop.presenters import typed
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Cell
from desktop.session import Session

if TYPE_CHECKING:
    from core.counter.handing_over import HandOver
    from core.ledger.till import Till
    from core.ledger.trail import AuditAct

_COLUMNS: Final = ("recorded", "operator", "to", "due", "counted", "difference", "note")
_AMOUNTS: Final = ("not_cash", "counted")
_SHOWN: Final = 50
"""So many hand-overs are listed, the latest first; a report has them all."""


class HandOverPage(DeskPage):
    """The cash of whoever is at the desk. F12 asks, and puts the hand-over on record."""

    name = "hand_over"
    labels = "window.hand_over"
    order: tuple[str, ...] = ("not_cash", "counted", "to", "note")
    short = frozenset({"since"})

    def __init__(self, session: Session, show: Callable[[], None]) -> None:
        super().__init__(session, show)
        from core.counter import handing_over

        self._acts = handing_over
        self._counter = session.opened
        self._operator = session.settings.signer
        self._today = today = session.today()
        self.texts["since"] = today.isoformat()
        self._last = handing_over.last_of(self._counter, self._operator)
        if self._last is None:
            self.order = ("since", *self.order)
        self._till = self._read()
        self._listed = self._read_acts()
        self.focus("counted")

    def _read(self) -> "Till":
        since = typed.recent_day(self.texts["since"], self._today)
        self._since = since if isinstance(since, date) else self._today
        return self._acts.till_of(self._counter, self._operator, self._since)

    def _read_acts(self) -> "list[AuditAct]":
        """Read the latest hand-overs: everybody's for a supervisor, else one's own."""
        from core.ledger.operators import Role
        from core.ledger.trail import ActKind

        acts = self._counter.ledger.trail.of_kind(ActKind.HANDED_OVER)
        if self._counter.refused(Role.SUPERVISOR):
            acts = [act for act in acts if act.about == self._operator]
        return acts[: -_SHOWN - 1 : -1]

    def changed(self, name: str) -> None:
        """Sum up from another first day."""
        if name == "since":
            since = typed.recent_day(self.texts["since"], self._today)
            if isinstance(since, date):
                self._till = self._read()
            else:
                self.faults["since"] = self._words(since or message("window.fault.day"))

    def again(self) -> None:
        """Come back from another page: something may have been posted."""
        self._till = self._read()
        super().again()

    def _amount(self, name: str) -> int | Message | None:
        return typed.amount(self.texts.get(name, ""))

    @property
    def _due(self) -> int | None:
        """The cash owed (fen), None while what is not cash cannot be read."""
        not_cash = self._amount("not_cash")
        return None if isinstance(not_cash, Message) else self._acts.due(self._till, not_cash or 0)

    def _stated(self) -> "HandOver | list[Fault]":
        """Return what was typed, or what is wrong with it."""
        amounts = {name: self._amount(name) for name in _AMOUNTS}
        faults = [Fault(name, fen) for name, fen in amounts.items() if isinstance(fen, Message)]
        if amounts["counted"] is None:
            faults.append(Fault("counted", message("fault.required")))
        if not self.texts.get("to", "").strip():
            faults.append(Fault("to", message("fault.required")))
        if "since" in self.faults:
            faults.append(Fault("since", message("window.fault.day")))
        counted, not_cash = amounts["counted"], amounts["not_cash"] or 0
        if faults or not isinstance(counted, int) or not isinstance(not_cash, int):
            return faults
        texts = self.texts
        return self._acts.HandOver(counted, not_cash, texts["to"], texts.get("note", ""), self._since)

    def save(self) -> None:
        """F12: ask before the hand-over is put on record."""
        stated = self._stated()
        if isinstance(stated, list):
            self.refuse(*stated)
            return
        self.faults = {}
        due = self._acts.due(self._till, stated.not_cash)
        asked = self._words.text(
            "window.hand_over.ask",
            to=stated.to.strip(),
            due=grouped(due),
            counted=grouped(stated.counted),
            difference=grouped(stated.counted - due),
        )
        self.ask(asked, self._words.text("window.hand_over.yes"), "hand_over")

    def answer(self, meaning: str) -> None:
        """Put the hand-over on record, if that was the answer."""
        self.question = None
        stated = self._stated()
        if meaning != "hand_over" or isinstance(stated, list):
            self._show()
            return
        upto = self._till.upto
        done = self.attempt(lambda: self._acts.hand_over(self._counter, self._operator, stated, upto))
        if isinstance(done, list):
            self._till = self._read()
            self.refuse(*done)
        elif done is not None:
            self._last = self._acts.last_of(self._counter, self._operator)
            self._till = self._read()
            self._listed = self._read_acts()
            self.texts |= dict.fromkeys(("not_cash", "counted", "to", "note"), "")
            self.focus("counted")
            self.tell(message("window.hand_over.done", to=str(done["to"]), counted=str(done["counted"])))

    keys = {**MANUAL, "F12": KeyAction("window.key.hand_over.F12", save), **LEAVE}

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.hand_over.title"),
            words.text("window.hand_over.about"),
            self.cells(),
            (("", self.order),),
            tuple(words.text(f"window.hand_over.column.{name}") for name in _COLUMNS),
            frozenset({3, 4, 5}),
            tuple(self._row(act) for act in self._listed),
            empty=words.text("window.hand_over.none"),
            narrow=True,
            lines=self._lines(),
        )

    def cells(self) -> dict[str, Cell]:
        """Return the cells, with what the counted cash differs by."""
        words, cells = self._words, super().cells()
        for name in _AMOUNTS:
            cells[name] = cells[name]._replace(number=True)
        counted, due = self._amount("counted"), self._due
        if isinstance(counted, int) and due is not None and "counted" not in self.faults:
            by = counted - due
            said = "equal" if not by else "more" if by > 0 else "less"
            hint = words.text(f"window.hand_over.{said}", amount=grouped(abs(by)))
            cells["counted"] = cells["counted"]._replace(hint=hint, warned=bool(by))
        return cells

    def _lines(self) -> tuple[str, ...]:
        """Say what the till owes, and from when on it is counted."""
        words, till = self._words, self._till
        since = "today" if self._last is None else "last"
        moment = self._last.recorded.astimezone(BEIJING) if self._last is not None else None
        day = f"{moment:%Y-%m-%d %H:%M}" if moment else self._since.isoformat()
        due = self._due
        sums = words.text(
            "window.hand_over.sums",
            posted=till.posted,
            taken=grouped(till.taken),
            reversed=till.reversed,
            given_back=grouped(till.given_back),
        )
        owed = "" if due is None else words.text("window.hand_over.owed", due=grouped(due))
        return (words.text(f"window.hand_over.since_{since}", day=day), sums, owed)

    def _row(self, act: "AuditAct") -> ListRow:
        detail = act.detail
        texts = (
            f"{act.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            act.about,
            *(str(detail.get(name, "")) for name in _COLUMNS[2:]),
        )
        return ListRow(str(act.number), texts)
