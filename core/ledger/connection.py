"""A connection to a ledger's file: how it is opened, what is refused, and the one kind of transaction.

Nothing here opens the file itself: closing any handle on a file drops the locks that SQLite holds on it in
the same process.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

from sqlite_utils import Database

from core.ledger.errors import DAMAGED, LedgerUnavailable, unavailable
from core.ledger.schema import APPLICATION_ID, VERSION, migrate
from core.messages import message

TIMEOUT: Final = 30.0
"""How long to wait for another process (seconds)."""

_PRAGMAS: Final = (
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "secure_delete = ON",  # a draft that was cleared is not left in the file
    # FULL: an entry that was acknowledged survives a power cut; with NORMAL it was measured not to
    "synchronous = FULL",
)
_PAUSE: Final = 0.02
_SHORTEST: Final = 512


class Connection:
    """One connection to a ledger. Threads may share it; they take turns."""

    def __init__(self, path: Path, timeout: float = TIMEOUT) -> None:
        self.path = path.absolute()
        self._timeout = timeout
        self._turn = threading.RLock()
        self._writing = False
        self._check_place()
        try:
            self.raw = sqlite3.connect(
                self.path, timeout=timeout, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise unavailable(error, self.path) from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self.raw.close()
            raise unavailable(error, self.path) from error
        except BaseException:
            self.raw.close()
            raise

    def _check_place(self) -> None:
        if os.name == "nt" and str(self.path).startswith("\\\\"):
            self._fail("ledger.on_network")
        try:
            if self.path.is_dir():
                self._fail("ledger.is_folder")
            if not self.path.parent.is_dir():
                self._fail("ledger.folder_missing", folder=str(self.path.parent))
            # SQLite takes a file this short for an empty database and writes over it
            if self.path.exists() and 0 < self.path.stat().st_size < _SHORTEST:
                self._fail("ledger.not_a_ledger")
        except OSError as error:
            raise unavailable(error, self.path) from error

    def _prepare(self) -> None:
        self.db = Database(self.raw, execute_plugins=False)
        known = self._version()  # before anything is written: the file may be somebody else's
        for pragma in _PRAGMAS:
            self.raw.execute(f"PRAGMA {pragma}")
        self._write_ahead()
        self._identity = self._stat()
        if known < VERSION:
            with self.transaction():
                if self._version() < VERSION:  # another process may have come first
                    migrate(self.raw)

    def _version(self) -> int:
        """The ledger's version, 0 for an empty file. Raises LedgerUnavailable for any other database."""
        application: int = self.raw.execute("PRAGMA application_id").fetchone()[0]
        version: int = self.raw.execute("PRAGMA user_version").fetchone()[0]
        empty = not self.raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if empty and not application and not version:
            return 0
        if application != APPLICATION_ID:
            self._fail("ledger.not_ours")
        if version > VERSION:
            self._fail("ledger.newer")
        return version

    def _write_ahead(self) -> None:
        """Turns the write-ahead log on; SQLite itself does not wait where that meets another process."""
        until = time.monotonic() + self._timeout
        while True:
            try:
                (mode,) = self.raw.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
            else:
                if mode != "wal":
                    self._fail("ledger.on_network")
                return

    def _stat(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError:
            self._fail("ledger.vanished")
        return found.st_dev, found.st_ino

    def _fail(self, id_: str, **params: str) -> NoReturn:
        raise LedgerUnavailable(message(id_, name=str(self.path), **params))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A write that is on the disk when the block ends, or has not been; inside another it joins that."""
        with self._within("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads that see one state; inside a transaction they see its."""
        with self._within("BEGIN"):
            yield

    @contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        with self._turn:
            if self.raw.in_transaction:
                assert self._writing or begin == "BEGIN"  # a read that turns into a write would be refused
                yield
                return
            try:
                self.raw.execute(begin)
                self._writing = begin != "BEGIN"
                if self._stat() != self._identity:
                    self._fail("ledger.vanished")
                yield
                self.raw.execute("COMMIT")
            except BaseException as error:
                self._roll_back()
                if isinstance(error, sqlite3.DatabaseError) and not isinstance(
                    error, sqlite3.ProgrammingError | sqlite3.IntegrityError
                ):
                    raise unavailable(error, self.path) from error
                raise

    def _roll_back(self) -> None:
        if self.raw.in_transaction:
            try:
                self.raw.execute("ROLLBACK")
            except sqlite3.Error:  # the error that brought us here is the one to tell
                return

    def close(self) -> None:
        """Closes the file. SQLite tidies its log away where this was the last connection."""
        with self._turn:
            self.raw.close()


def damaged(path: Path) -> LedgerUnavailable:
    """What stands in the ledger is not what this program wrote."""
    return LedgerUnavailable(message(DAMAGED, name=str(path)))
