"""The server of the hospital's desks beside the window: postings under its locks, the rest in a process."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from core.ledger.errors import LedgerUnavailable
from core.messages import Message, message
from desktop.session import Session

if TYPE_CHECKING:
    from core.desks.server.served_desk import Exchanged, ServedDesk
    from core.jobs.desk_values import Synced
    from desktop.desk.desk_work import DeskWork

Made = TypeVar("Made")

_FIRST: Final = 2_000
"""The delay after a ledger was opened until what is new is fetched (ms)."""
_AGAIN: Final = 120_000
"""The pause until it is fetched again, and what was not sent is sent (ms)."""
_PATIENT: Final = 1.0
"""A server that is away and took longer to say so is not waited for again before it was reached (seconds)."""


class ServerLink(QObject):
    """The server of one open ledger. ``changed`` tells that it came or went, or that entries are affected.

    What takes long is done by a process of its own: the window fetches and sends at a posting alone. After a
    ledger was opened that process proves everything on the server, once.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject, crashed: Callable[[Exception], object]) -> None:
        super().__init__(parent)
        self._session = session
        self._served: ServedDesk | None = None
        self._parent, self._crashed = parent, crashed
        self._process: DeskWork | None = None
        self._away = self._slow = self._again = self._proved = False
        self._told: tuple[Message, ...] = ()
        self._affected = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_AGAIN)
        self._timer.timeout.connect(self.sync)
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.setInterval(_FIRST)
        self._first.timeout.connect(self.sync)

    @property
    def busy(self) -> bool:
        """True while the process fetches and sends."""
        return self._process is not None and self._process.busy

    def take(self) -> None:
        """Take the ledger that was opened, where this desk has a server; nothing of it is read otherwise."""
        session = self._session
        self.let_go()
        if not session.guarded or session.counter is None or not session.settings.server:
            return
        from core.desks.server.served_desk import ServedDesk
        from desktop.desk.desk_work import DeskWork

        self._process = self._process or DeskWork(self._parent, self._crashed, _unheard)
        self._served = ServedDesk(session.counter, session.settings.server, session.settings.signer)
        session.server = self
        self._count()
        self._timer.start()
        self._first.start()

    def let_go(self) -> None:
        """Let go of the ledger, which is about to be closed."""
        self._timer.stop()
        self._first.stop()
        if self._process is not None:
            self._process.close()
        served, self._served, self._session.server = self._served, None, None
        self._away = self._slow = self._again = self._proved = False
        self._told, self._affected = (), 0
        if served is not None:
            served.close()

    def under_lock(self, identifiers: Callable[[], Sequence[str]], work: Callable[[], Made]) -> Made:
        """Do some work on a patient while no other desk does; without the server all the same.

        A server that is slow to be away is not waited for: the work is sent by the process then. Raises
        LedgerUnavailable.
        """
        served = self._served
        if served is None:
            return work()
        if self._slow:
            made = work()
            self.sync()
            return made
        from core.desks.server.served_desk import Exchanged

        served.last, began = Exchanged(), time.monotonic()
        made = served.under_lock(identifiers, work)
        self._slow = served.last.away and time.monotonic() - began > _PATIENT
        self._heard(served.last)
        return made

    def sync(self) -> None:
        """Fetch what is new and send what the server lacks, beside the window."""
        if self._served is None or self._process is None:
            return
        if self._process.busy:
            self._again = True
            return
        from core.jobs.desk_values import SyncServer
        from desktop.desk.desk_work import ledger_at_desk

        self._again = False
        job = SyncServer(ledger_at_desk(self._session), self._session.settings.server, not self._proved)
        self._process.begin(job, _unheard, self._synced)

    def _synced(self, answer: Any) -> None:
        from core.jobs.desk_values import Synced

        if isinstance(answer, Synced):
            self._slow = answer.away and self._slow
            self._proved = self._proved or not answer.away
            self._heard(answer)
        if self._again:
            self.sync()

    def _heard(self, heard: "Synced | Exchanged") -> None:
        self._away = heard.away
        self._told = heard.told
        with suppress(LedgerUnavailable):  # what was done stands, and the next exchange counts again
            self._count()
        self.changed.emit()

    def _count(self) -> None:
        from core.desks import affected

        counter = self._session.counter
        self._affected = 0 if counter is None else len(affected.persons(counter.ledger))

    def look_again(self) -> None:
        """Count again whose entries were settled without knowing others."""
        self._count()
        self.changed.emit()

    def standing(self) -> Message | None:
        """Return what the title line says of the server: why it is away, what is to be looked at; or None."""
        if self._told:
            return self._told[0]
        if self._away:
            return message("desks.server.away")
        return message("window.server.affected", count=self._affected) if self._affected else None


def _unheard(_value: Any) -> None:
    """Hear nothing of it."""
