"""Copies of a ledger: verified before they count, and whole or not there at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from core.files import draft_folder, to_disk
from core.ledger import heads
from core.ledger.connection import LOG, TIMEOUT, Connection, damaged
from core.ledger.errors import LedgerUnavailable, unavailable
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.ledger.renewable_keys import RenewableKeys
from core.ledger.schema import APPLICATION_ID, VERSION, objects
from core.ledger.sqlite import OUR_MISTAKES, DatabaseError, OperationalError, SqliteError, connect
from core.ledger.verify import Verified, verify
from core.messages import Fault, Message, message

SIDE_FILES: Final = (LOG, "-shm", "-journal")
"""The ends of the names of the files that SQLite keeps beside an open one."""

FIELD: Final = "file"
"""The field that a fault of a backup names."""


def backup(ledger: Ledger, target: Path) -> int | list[Fault]:
    """Write a verified copy; return its number of entries, or the faults of the place.

    The copy takes its name when it is whole, verified and on the disk. Raises LedgerUnavailable.
    """
    target = target.absolute()
    with errors_of(target):
        fault = _place_fault(ledger, target)
    if fault is not None:
        return [Fault(FIELD, fault)]
    with errors_of(target), temporary_beside(target) as copy:
        _keys_beside(ledger.path, target)
        with closing(connect(copy, ledger.key, isolation_level=None)) as opened:
            ledger.copy_to(opened)
            opened.execute("PRAGMA journal_mode = DELETE")  # a copy is one file
        verified = _verified(copy, ledger.key)
        if verified.fault is not None:
            raise LedgerUnavailable(
                message("ledger.backup_unsound", name=str(ledger.path), fault=verified.fault)
            )
        to_disk(copy)
        with closing(connect(copy, ledger.key, isolation_level=None)) as proved:
            head = heads.head_of(proved)
        copy.replace(target)
        with suppress(OSError):  # the copy has its name; without its head it is one of an earlier version
            heads.put_beside(target, head)
        with suppress(OSError):  # it is there and whole
            to_disk(target.parent)
    return verified.entries


def encrypt(path: Path, key: bytes, timeout: float = TIMEOUT) -> int:
    """Encrypt a plain ledger, which nobody else has open; return its number of entries.

    The plain file stays whole until the encrypted one takes its name. ``key`` has 32 bytes; ``timeout`` is in
    seconds. Raises LedgerUnavailable.
    """
    path = path.absolute()
    with errors_of(path), temporary_beside(path) as copy:
        with closing(Connection(path, timeout)) as plain:
            with plain.snapshot():
                verified = verify(plain.db)
            if verified.fault is not None:
                raise LedgerUnavailable(
                    message("ledger.backup_unsound", name=str(path), fault=verified.fault)
                )
            plain.db.execute("PRAGMA journal_mode = DELETE")
        with closing(connect(copy, key, isolation_level=None)) as encrypted:
            encrypted.execute("ATTACH DATABASE CAST(? AS TEXT) AS plain KEY ''", [os.fsencode(path)])
            encrypted.execute("PRAGMA plain.locking_mode = EXCLUSIVE")  # held until this connection closes
            encrypted.execute("BEGIN EXCLUSIVE")
            encrypted.execute("COMMIT")
            encrypted.execute("SELECT sqlcipher_export('main', 'plain')")
            encrypted.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            encrypted.execute(f"PRAGMA user_version = {VERSION}")
            if _verified(copy, key) != verified:
                raise damaged(copy)
            to_disk(copy)
            if os.name != "nt":  # which exchanges no file that is open
                copy.replace(path)
        if os.name == "nt":
            copy.replace(path)
        to_disk(path.parent)
    return verified.entries


def copy_to_disk(source: Path, target: Path) -> None:
    """Copy a file so that its new name holds all of it, or what it held before."""
    with temporary_beside(target) as copy:
        shutil.copyfile(source, copy)
        to_disk(copy)
        copy.replace(target)
        to_disk(target.parent)


@contextmanager
def temporary_beside(beside: Path) -> Iterator[Path]:
    """Yield an empty file in a folder beside it, gone when the block ends unless it took another name."""
    with draft_folder(beside) as folder:
        temporary = folder / beside.name
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield temporary


@contextmanager
def errors_of(path: Path) -> Iterator[None]:
    """Turn errors of the disk and of SQLite into LedgerUnavailable, with the path that they are told of."""
    try:
        yield
    except (OperationalError, OSError) as error:
        raise unavailable(error, path) from error
    except (DatabaseError, UnicodeDecodeError) as error:
        if isinstance(error, OUR_MISTAKES):
            raise
        raise unavailable(error, path) from error


def _place_fault(ledger: Ledger, target: Path) -> Message | None:
    """Return why a backup may not go to a place, None where it may.

    It would destroy something there, or there is no such folder.
    """
    if target.is_dir():
        return message("ledger.is_folder", name=str(target))
    if not target.parent.is_dir():
        return message("ledger.folder_missing", name=str(target), folder=str(target.parent))
    if not target.exists():
        return None
    if target.samefile(ledger.path):
        return message("ledger.backup_is_ledger")
    key = ledger.key
    if key is not None:  # an earlier backup there may have the key of its day
        key = RenewableKeys(ledger.path).of_backup(target, key) or key
    try:
        with closing(connect(f"{target.as_uri()}?mode=ro", key, uri=True)) as there:
            other = objects(there)
            (mode,) = there.execute("PRAGMA journal_mode").fetchone()
    except SqliteError:
        return message("ledger.backup_over_other", name=str(target))
    ours = not other or "entries_never_change" in other
    return None if ours and mode != "wal" else message("ledger.backup_over_other", name=str(target))


def _keys_beside(source: Path, target: Path) -> None:
    """Copy the sealed keys along with the ledger, so that the copy opens on another machine."""
    if keys_file(source).exists():
        copy_to_disk(keys_file(source), keys_file(target))


def _verified(copy: Path, key: bytes | None) -> Verified:
    with closing(connect(copy, key, isolation_level=None)) as opened:
        return verify(opened)
