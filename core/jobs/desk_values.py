"""What the window asks of the process that meets other ledgers, and what it answers: plain frozen values."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from core.jobs.values import DeskLedger
from core.messages import Message


class SyncServer(NamedTuple):
    """Fetch what is new on the hospital's server (``dsn``) and send what it lacks. The answer is `Synced`.

    ``prove``: everything there is held against the ledger, too.
    """

    ledger: DeskLedger
    dsn: str
    prove: bool


class Synced(NamedTuple):
    """What came of it: so many rows ``sent``, entries that were ``new``, and what has to be told.

    ``away``: the server could not be reached.
    """

    away: bool
    sent: int
    new: int
    told: tuple[Message, ...]


class LookAtServer(NamedTuple):
    """Look at a server (``dsn``), which writes nothing there. The answer is a `ServerStanding`."""

    dsn: str


class TakeInFolder(NamedTuple):
    """Take in every file of a folder that is for this ledger. The answer is `FolderTaken`."""

    ledger: DeskLedger
    folder: Path


class FolderTaken(NamedTuple):
    """What came of the files of a folder, summed up over all that were taken in.

    ``refused`` are file names with why. ``affected`` are the days of entries that were settled without
    knowing others; ``held`` are ledgers and the number from which they are held back.
    """

    files: int
    new: int
    people: int
    refused: tuple[tuple[str, Message], ...]
    affected: tuple[date, ...]
    held: tuple[tuple[str, int], ...]
