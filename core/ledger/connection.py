"""A connection to a ledger's file: how it is opened, what is refused, and the one kind of transaction.

Nothing here opens the file itself: closing any handle on a file drops the locks that SQLite holds on it in
the same process.
"""

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

from core.files import draft_folder, to_disk
from core.ledger import file_systems, renewal
from core.ledger.errors import DAMAGED, ENCRYPTED, UNSURE, LedgerUnavailable, unavailable
from core.ledger.record import UNREADABLE
from core.ledger.schema import APPLICATION_ID, VERSION, migrate
from core.ledger.signatures import Signer
from core.ledger.sqlite import (
    OUR_MISTAKES,
    DatabaseError,
    OperationalError,
    SqliteError,
    code_of,
    connect,
)
from core.messages import message

TIMEOUT: Final = 30.0
"""The wait for another process (seconds)."""

_PRAGMAS: Final = """
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA secure_delete = ON; -- a draft that was cleared is not left in the file
    -- FULL: an entry that was acknowledged survives a power cut; with NORMAL it was measured not to
    PRAGMA synchronous = FULL;
    PRAGMA recursive_triggers = ON; -- what replaces an entry deletes it, and is refused
"""
_LONGEST: Final = 480
"""The longest path of a ledger (bytes): SQLite takes 512, the folder of a draft and endings among them."""

_PAUSE: Final = 0.02
_SHORTEST: Final = 512

LOG: Final = "-wal"
"""The end of the name of SQLite's write-ahead log."""

KEYS: Final = ".keys"
"""The end of the name of the file that holds the keys of an encrypted ledger (core.ledger.keys)."""


def utc_now() -> datetime:
    """Return the moment that this machine's clock shows (UTC)."""
    return datetime.now(UTC)


def _nothing() -> None:
    """Do nothing after a commit."""


class Connection:
    """One connection to a ledger, encrypted where there is a key. Threads may share it; they take turns.

    ``timeout``: how long to wait for another process (seconds). ``create``: make the file where there is
    none. ``after_commit`` is called once what was written is on the disk, and raises nothing. ``now`` is the
    clock by which the parts of a ledger record (UTC). ``progress`` is told how far an older ledger has been
    brought to today's version. Raises LedgerUnavailable.
    """

    def __init__(
        self,
        path: Path,
        timeout: float = TIMEOUT,
        key: bytes | None = None,
        create: bool = True,
        now: Callable[[], datetime] = utc_now,
        progress: renewal.Progress = renewal.tell,
    ) -> None:
        self.path = path.absolute()
        self._name = str(self.path)
        self.key = key
        self.now = now
        self._timeout = timeout
        self._progress = progress
        self._turn = threading.RLock()
        self._writing = False
        self._id = ""
        self.after_commit: Callable[[], None] = _nothing
        self.signer: Signer | None = None  # whoever is signed in with a key, for the acts of theirs
        self.made = False  # by this connection, at a place where there was none
        is_there = self._check_place()
        self.with_log = self._has_log()
        if not is_there:
            if not create or self._only_keys():  # where its keys lie, a ledger has been lost
                self._fail("ledger.gone")
            self._make()
            self.made = True
            self._identity = self._stat()
        try:
            self._open(key)
        except LedgerUnavailable:
            if self._stat() == self._identity:
                raise
        if self._stat() != self._identity:  # another file took the name meanwhile: nothing was written yet
            self.db.close()
            self._identity = self._stat()
            self._open(key)

    def _open(self, key: bytes | None) -> None:
        try:
            self.db = connect(
                self._name, key, timeout=self._timeout, isolation_level=None, check_same_thread=False
            )
        except SqliteError as error:
            raise unavailable(error, self.path) from error
        try:
            self._prepare()
        except (SqliteError, UnicodeDecodeError) as error:
            self.db.close()
            if code_of(error) == sqlite3.SQLITE_NOTADB:
                if key is not None:
                    self._fail("ledger.wrong_key")
                if self._only_keys():
                    self._fail(ENCRYPTED)
            raise unavailable(error, self.path) from error
        except BaseException:
            self.db.close()
            raise

    def _only_keys(self) -> bool:
        """Tell whether the keys of an encrypted ledger lie beside it while no key was given."""
        return self.key is None and self.path.with_name(self.path.name + KEYS).exists()

    def _check_place(self) -> bool:
        """Refuse a place where no ledger may lie; tell whether a file is there."""
        try:
            self._check_folder()
            try:
                state = os.stat(self._name)  # noqa: PTH116  a path takes twice as long
            except (FileNotFoundError, NotADirectoryError):
                folder = self.path.parent
                if not folder.is_dir():
                    self._fail("ledger.folder_missing", folder=str(folder))
                if self.path.is_symlink():
                    self._fail("ledger.link_to_nothing")
                if self.path.with_name(self.path.name + LOG).exists():
                    self._fail("ledger.only_its_log")
                return False
            if stat.S_ISDIR(state.st_mode):
                self._fail("ledger.is_folder")
            if not stat.S_ISREG(state.st_mode):
                self._fail("ledger.not_a_file")
            # SQLite takes a file this short for an empty database and writes over it
            if state.st_size < _SHORTEST:
                self._fail("ledger.not_a_ledger" if state.st_size else "ledger.emptied")
        except OSError as error:
            raise unavailable(error, self.path) from error
        self._identity = state.st_dev, state.st_ino
        return True

    def _check_folder(self) -> None:
        """Refuse a folder that is too deep, or on no disk of this machine."""
        folder, file = os.path.split(self._name)
        site = file_systems.site_of(folder)
        given, name = len(os.fsencode(folder)), len(os.fsencode(file)) + 1
        if os.name != "nt" and max(site.length, given) + name > _LONGEST:
            self._fail("ledger.path_long", most=str(_LONGEST))
        if site.kind in file_systems.OF_THE_SYSTEM:
            self._fail("ledger.system_folder")
        if site.kind not in file_systems.OF_THIS_MACHINE:
            self._fail("ledger.on_network")

    def _has_log(self) -> bool:
        """Tell whether a log lies beside a ledger that is about to be opened."""
        log = f"{self._name}{LOG}"
        try:
            state = os.lstat(log)
        except OSError:
            return False
        if not stat.S_ISREG(state.st_mode):
            self._fail("ledger.side_file", side=f"{self.path.name}{LOG}")
        return state.st_size > 0

    def _make(self) -> None:
        """Make a ledger that takes its name when it is whole: an empty file of that name never was one."""
        try:
            with draft_folder(self.path) as folder:
                part = folder / self.path.name
                os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                with closing(connect(part, self.key, isolation_level=None)) as fresh:
                    fresh.execute("PRAGMA synchronous = FULL")
                    fresh.execute("BEGIN IMMEDIATE")
                    migrate(fresh)
                    fresh.execute("COMMIT")
                with suppress(FileExistsError):  # another process came first
                    _named(part, self.path)
            to_disk(self.path.parent)
        except (OSError, SqliteError) as error:
            raise unavailable(error, self.path) from error

    def _prepare(self) -> None:
        known = self._version()  # before anything is written: the file may be somebody else's
        self.db.executescript(_PRAGMAS)
        self._write_ahead()
        if known < VERSION:
            self._bring_up()

    def ledger_id(self) -> str:
        """Return the id of the ledger; it stays for a transaction, as a restore may bring another ledger."""
        with self.snapshot():
            if not self._id:
                row = self.db.execute("SELECT id FROM ledgers WHERE row = 0").fetchone()
                if row is None:
                    raise damaged(self.path)
                self._id = str(row[0])
            return self._id

    def _bring_up(self) -> None:
        """Bring an older ledger to today's version.

        The long part is done a piece at a time: cut off anywhere, it goes on from there at the next opening.
        Another process may do the same at once. Raises LedgerUnavailable where the disk has no room.
        """
        with self.transaction():
            if self._version() < renewal.OLD_VERSION:
                migrate(self.db, renewal.OLD_VERSION)
        try:
            done, entries = 0, int(not renewal.is_done(self.db))
            while done < entries and self._version() < VERSION:
                if not renewal.has_room(self.db, self.path.parent):
                    self._fail("ledger.migration_room", megabytes=self._megabytes_short())
                with self.transaction():
                    if self._version() < VERSION:
                        done, entries = renewal.piece(self.db, renewal.PIECE)
                self._progress(done, entries)
            with self.transaction():
                if self._version() < VERSION:
                    migrate(self.db)
        except UNREADABLE as error:
            raise damaged(self.path) from error
        except OSError as error:
            raise unavailable(error, self.path) from error

    def _megabytes_short(self) -> str:
        return str(renewal.room_needed(self.db) // 1_000_000 + 1)

    def _version(self) -> int:
        """Return the ledger's version. Raises LedgerUnavailable for any other database."""
        # the one is still open when the other begins, so that the file is locked and looked at once for both
        stated = [self.db.execute(f"PRAGMA {name}") for name in ("application_id", "user_version")]
        application, version = (int(each.fetchone()[0]) for each in stated)
        if application != APPLICATION_ID:
            self._fail("ledger.not_ours")
        if version > VERSION:
            self._fail("ledger.newer")
        return version

    def _write_ahead(self) -> None:
        """Turn the write-ahead log on; SQLite itself does not wait where that meets another process."""
        until = time.monotonic() + self._timeout
        while True:
            try:
                (mode,) = self.db.execute("PRAGMA journal_mode = WAL").fetchone()
            except OperationalError as error:
                if code_of(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
            else:
                if mode != "wal":
                    self._fail("ledger.on_network")
                return

    def _stat(self) -> tuple[int, int]:
        try:
            status = os.stat(self._name)  # noqa: PTH116  a path takes twice as long
        except OSError:
            self._fail("ledger.vanished")
        return status.st_dev, status.st_ino

    def _fail(self, id_: str, **params: str) -> NoReturn:
        raise LedgerUnavailable(message(id_, name=str(self.path), **params))

    def transaction(self) -> AbstractContextManager[None]:
        """Open a write that is on the disk when the block ends, or has not been; inside another it joins."""
        return self._within("BEGIN IMMEDIATE")

    def snapshot(self) -> AbstractContextManager[None]:
        """Open reads that see one state; inside a transaction they see the transaction's."""
        return self._within("BEGIN")

    @contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        with self._turn:
            if self.db.in_transaction:
                assert self._writing or begin == "BEGIN"  # a read that turns into a write would be refused
                yield
                return
            committing = False
            try:
                self.db.execute(begin)
                self._writing = begin != "BEGIN"
                self._id = ""
                if self._stat() != self._identity:
                    self._fail("ledger.vanished")
                yield
                committing = self._writing
                self.db.execute("COMMIT")
                committing = False
                if self._writing:
                    self.after_commit()
            except BaseException as error:
                self._roll_back()
                if committing and isinstance(error, DatabaseError) and not self._forgets(error):
                    raise LedgerUnavailable(message(UNSURE, name=str(self.path))) from error
                if isinstance(error, UnicodeDecodeError):
                    raise damaged(self.path) from error
                if isinstance(error, MemoryError):
                    raise LedgerUnavailable(message("fault.no_memory")) from error
                if isinstance(error, DatabaseError) and not isinstance(error, OUR_MISTAKES):
                    raise unavailable(error, self.path) from error
                raise

    def _roll_back(self) -> None:
        if self.db.in_transaction:
            try:
                self.db.execute("ROLLBACK")
            except (SqliteError, MemoryError):  # the error that brought us here is the one to tell
                return

    def _forgets(self, error: DatabaseError) -> bool:
        """Empty the log after a commit that failed; return False where it may be played back all the same.

        What was not brought to the disk stands in the log, and whoever opens the ledger next would play it
        back; not where the disk had no room, as a commit that is not written whole is none.
        """
        try:
            return self.tidy_log() or code_of(error) == sqlite3.SQLITE_FULL
        except LedgerUnavailable:
            return code_of(error) == sqlite3.SQLITE_FULL

    def tidy_log(self) -> bool:
        """Bring the log into the file and empty it; return False where somebody who is reading keeps it."""
        with self._turn:
            try:
                busy: int = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                return not busy
            except DatabaseError as error:
                raise unavailable(error, self.path) from error

    def close(self) -> None:
        """Close the file. SQLite tidies its log away where this was the last connection."""
        with self._turn:
            self.after_commit = _nothing  # whoever was called holds this connection: both go at once
            self.db.close()


def _named(file: Path, name: Path) -> None:
    """Give a file a name that nothing has. Raises FileExistsError."""
    try:
        name.hardlink_to(file)
    except FileExistsError:
        raise
    except OSError:  # a stick that knows no second name for a file
        if name.exists():
            raise FileExistsError from None
        file.rename(name)


def damaged(path: Path) -> LedgerUnavailable:
    """Make the error of a ledger that holds what this program did not write."""
    return LedgerUnavailable(message(DAMAGED, name=str(path)))
