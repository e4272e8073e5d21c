"""The ledger of a hospital: one open file that hands out its parts."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from core.claim import YearToDate
from core.ledger.accounts import Accounts
from core.ledger.acts import AuditTrail
from core.ledger.booked import Booked, Heard, YearStood, booked, unheard, years_stood
from core.ledger.connection import TIMEOUT, Connection, damaged, utc_now
from core.ledger.day_end import DayEnd, day_end
from core.ledger.desk_scope import EVERY_DESK, THIS_DESK, DeskScope
from core.ledger.drafts import Drafts
from core.ledger.entries import Place
from core.ledger.foreign import called, short
from core.ledger.heads import Heads
from core.ledger.journal import Journal
from core.ledger.patients import Patients
from core.ledger.record import UNREADABLE
from core.ledger.renewal import Progress, tell
from core.ledger.search import Search
from core.ledger.verify import Verified, verify
from core.ledger.year_shares import YearShares, year_shares


class Ledger:
    """An open ledger. Every method of it and of its parts raises LedgerUnavailable where the file fails.

    ``now`` is the clock, in UTC; ``key`` (32 bytes) that of an encrypted file, None of a plain one.
    ``timeout``: how long to wait for another process (seconds). ``create``: make the file where there is
    none. ``progress`` is told how far an older ledger has been brought to today's version. ``heads``: refuse
    a ledger that went back in time, and keep its heads (core.ledger.heads).
    """

    def __init__(
        self,
        path: Path,
        timeout: float = TIMEOUT,
        now: Callable[[], datetime] = utc_now,
        key: bytes | None = None,
        create: bool = True,
        progress: Progress = tell,
        heads: bool = True,
    ) -> None:
        self.connection = Connection(path, timeout, key, create, now, progress)
        self.heads = Heads(self.connection) if heads else None
        self.path = self.connection.path
        self.key = key
        self.db = self.connection.db
        self.patients = Patients(self.connection)
        self.journal = Journal(self.connection)
        self.accounts = Accounts(self.connection, self.journal)
        self.trail = AuditTrail(self.connection)
        self.drafts = Drafts(self.connection)
        self.search = Search(self.connection)

    def now(self) -> datetime:
        """Return the moment that the ledger's clock shows (UTC)."""
        return self.connection.now()

    @property
    def id(self) -> str:
        """The ledger's id, by which its entries are known anywhere: 32 hexadecimal digits."""
        return self.connection.ledger_id()

    @property
    def short_id(self) -> str:
        """The beginning of the id, for papers: eight characters in two groups."""
        return short(self.id)

    def called(self, number: int) -> str:
        """Return an entry's number as people know it: another ledger's after that ledger's short id."""
        return called(self.db, number)

    def transaction(self) -> AbstractContextManager[None]:
        """Open a block whose reads and writes are one: on the disk when it ends, or nothing of it."""
        return self.connection.transaction()

    def snapshot(self) -> AbstractContextManager[None]:
        """Open a block whose reads see one state."""
        return self.connection.snapshot()

    def day_end(self, start: datetime, end: datetime, desk: DeskScope = THIS_DESK) -> DayEnd:
        """Sum up what was recorded at a desk from one moment (UTC) to before another."""
        with self.snapshot():
            return day_end(self.db, start, end, desk)

    def booked(
        self,
        start: datetime,
        end: datetime,
        operator: str = "",
        heard: Heard | None = None,
        desk: DeskScope = EVERY_DESK,
    ) -> list[Booked]:
        """List what a desk recorded from one moment (UTC) to before another, by one operator or by all.

        ``heard`` hears how many were read, every now and then; what it raises ends the reading.
        """
        with self.snapshot():
            try:
                return booked(self.db, start, end, operator, heard or unheard, desk)
            except UNREADABLE as error:
                raise damaged(self.path) from error

    def years_stood(self, year: int, end: datetime, desk: DeskScope = EVERY_DESK) -> list[YearStood]:
        """List the totals of a year as they stood before a moment (UTC) of everybody whom a desk recorded."""
        with self.snapshot():
            try:
                return years_stood(self.db, year, end, self._fold, desk)
            except UNREADABLE as error:
                raise damaged(self.path) from error

    def _fold(self, patient: str, year: int, stamp: int) -> YearToDate:
        return self.journal.fold(patient, year, before=Place(stamp, "", 0))

    def year_shares(self, year: int) -> YearShares:
        """Sum a year up, as it stands beside what the documents aim at."""
        with self.snapshot():
            return year_shares(self.db, year)

    def verify(self) -> Verified:
        """Check the whole ledger; report the first fault, None where it is sound."""
        with self.snapshot():
            return verify(self.connection.db)

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy everything, page by page, as it stands at one moment."""
        with self.snapshot():
            self.connection.db.backup(target)

    def tidy_log(self) -> bool:
        """Empty the write-ahead log, which still holds what was removed; False: a reader keeps it."""
        return self.connection.tidy_log()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
