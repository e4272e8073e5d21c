"""The page for a supervisor that exports or erases a person's data."""

from collections.abc import Callable
from typing import Any

from core.counter import LEAST_MONTHS, personal_data
from core.messages import message
from desktop.presenters import typed
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import PageState
from desktop.presenters.states import Notice
from desktop.session import Session


class PeoplePage(DeskPage):
    """Export, erase, purge. ``write`` puts an export into a file and says where."""

    name = "people"
    labels = "window.people"
    order = ("patient", "months")
    short = frozenset({"months"})

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        write: Callable[[dict[str, Any]], Notice],
    ) -> None:
        super().__init__(session, show)
        self._counter = session.opened
        self._operator = session.settings.signer
        self._write = write
        self.focus("patient")

    def _export(self) -> None:
        if self.needs("patient"):
            return
        data = self.attempt(
            lambda: personal_data.export(self._counter, self.texts["patient"], self._operator)
        )
        if isinstance(data, list):
            self.refuse(*data)
        elif data is not None:
            self.notice = self._write(data)
            self._show()

    def _ask_erase(self) -> None:
        if self.needs("patient"):
            return
        words, known = self._words, self._counter.find(self.texts["patient"])
        if known is None:
            self.faults["patient"] = words.text("ledger.no_patient")
            self._show()
            return
        entries = len(self._counter.ledger.journal.entries(known.key))
        asked = words.text("window.people.ask_erase", id=typed.masked(self.texts["patient"]), entries=entries)
        self.ask(asked, words.text("window.people.erase_yes"), "erase")

    def _ask_purge(self) -> None:
        months = typed.count(self.texts.get("months", ""))
        if not isinstance(months, int) or months < LEAST_MONTHS:
            self.faults["months"] = self._words.text("window.people.months_least", least=LEAST_MONTHS)
            self.focus("months")
            self._show()
            return
        found = self.attempt(lambda: personal_data.to_purge(self._counter, months, self._operator))
        if found is None:
            return
        if isinstance(found, list):
            self.refuse(*found)
            return
        asked = self._words.text(
            "window.people.ask_purge", months=months, persons=found.persons, since=found.since.isoformat()
        )
        self.ask(asked, self._words.text("window.people.purge_yes"), "purge")

    keys = {
        **MANUAL,
        "F6": KeyAction("window.key.people.F6", _ask_erase),
        "Shift+F6": KeyAction("window.key.Shift+F6", _ask_purge),
        "Shift+F12": KeyAction("window.key.people.Shift+F12", _export),
        **LEAVE,
    }

    def answer(self, meaning: str) -> None:
        """Y: erase the person, or purge all who have not come for so many months."""
        self.question = None
        if meaning == "erase":
            outcome = self.attempt(
                lambda: personal_data.erase(self._counter, self.texts["patient"], self._operator)
            )
            done = message("ledger.erased")
        elif meaning == "purge":
            months = int(self.texts["months"])
            outcome = self.attempt(lambda: personal_data.purge(self._counter, months, self._operator))
            done = message("window.people.purged", persons=outcome if isinstance(outcome, int) else 0)
        else:
            self._show()
            return
        if isinstance(outcome, list):
            self.refuse(*outcome)
        elif outcome is not None:
            self.texts = {}
            self.focus("patient")
            if personal_data.still_in_log(self._counter):
                done = message("window.people.still_in_log", done=done)
            self.tell(done)

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        groups = tuple((words.text(f"window.people.group.{name}"), (name,)) for name in self.order)
        return PageState(
            words.text("window.people.title"),
            words.text("window.people.about"),
            self.cells(),
            groups,
            narrow=True,
        )
