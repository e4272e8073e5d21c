"""The pages for a supervisor: a person's data exported or erased, and the audit trail."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from core.clock import BEIJING
from core.counter import LEAST_MONTHS, personal_data
from core.counter.paper_claims import line_name
from core.counter.rules_on_record import FIGURES, RULES
from core.ledger.trail import PIN_SEAL, SEAL, AuditAct
from core.messages import message, term
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice
from desktop.session import Session

if TYPE_CHECKING:
    pass

_COLUMNS: Final = ("number", "when", "act", "about", "operator", "detail")
_SHORT: Final = 12
_KEY: Final = re.compile("[0-9a-f]{32}")
"""A patient's key, as acts name patients: no person can be told by it."""


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


class TrailPage(DeskPage):
    """The audit trail, the latest act first."""

    name = "trail"

    keys = {**MANUAL, **LEAVE}

    def __init__(self, session: Session, show: Callable[[], None], acts: Sequence[AuditAct]) -> None:
        super().__init__(session, show)
        self._rows = tuple(_row(act, self._words) for act in reversed(acts))
        self.focus("list")

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.trail.title"),
            words.text("window.trail.about"),
            columns=tuple(words.text(f"window.column.{name}") for name in _COLUMNS),
            rows=self._rows,
            empty=words.text("window.trail.nothing"),
        )


def _row(act: AuditAct, words: Words) -> ListRow:
    when = f"{act.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    about = f"{act.about[:_SHORT]}…" if _KEY.fullmatch(act.about) else act.about
    detail = " ".join(_details(act, words))
    texts = (str(act.number), when, words.text(f"window.act.{act.act.value}"), about, act.operator, detail)
    return ListRow(str(act.number), texts)


def _details(act: AuditAct, words: Words) -> Iterator[str]:
    """Yield the details of an act in words; seals are left out."""
    for name, value in act.detail.items():
        if name in (SEAL, PIN_SEAL, RULES, "since"):  # what says nothing to a reader
            continue
        if name == FIGURES:
            yield from _figures(value, words)
            continue
        if name == "kinds":
            yield from (words(term("agreement.kind", kind)) for kind in str(value).split())
        elif name == "state":
            yield words(term("agreement.state", str(value)))
        elif name == "active" and value is not None:
            yield words.text(f"window.operators.standing.{'active' if value else 'inactive'}")
        elif name in ("level", "benefit", "population"):
            yield words(term(name, str(value)))
        elif name in ("kind", "reason", "source"):
            yield words.text(f"window.detail.{name}", value=line_name(name, str(value), words.language))
        elif isinstance(value, dict | list):  # a receipt's amounts, which its own page shows
            continue
        elif name == "role" and value:
            yield words(term("role", str(value)))
        elif value is True:
            yield words.text(f"window.detail.{name}")
        elif value not in (None, False, ""):
            yield words.text(f"window.detail.{name}", value=str(value))


def _figures(changed: Mapping[str, Sequence[Sequence[str]]], words: Words) -> Iterator[str]:
    """Yield the figures of a region that an act changed, the old one and the new one."""
    for rows in changed.values():
        for path, old, new in rows:
            yield words.text("window.detail.figure", path=path, old=old or "—", new=new or "—")
