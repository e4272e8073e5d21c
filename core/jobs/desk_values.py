"""What the window asks of the process that meets other ledgers, and what it answers: plain frozen values."""

from typing import NamedTuple

from core.jobs.values import DeskLedger
from core.messages import Message


class SyncServer(NamedTuple):
    """Fetch what is new on the hospital's server (``dsn``) and send what it lacks. The answer is `Synced`."""

    ledger: DeskLedger
    dsn: str


class Synced(NamedTuple):
    """What came of it: so many rows ``sent``, entries that were ``new``, and what has to be told.

    ``away``: the server could not be reached.
    """

    away: bool
    sent: int
    new: int
    told: tuple[Message, ...]
